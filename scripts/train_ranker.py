"""Train the resolver's ranker, calibrate its probabilities: ``mapper/resolution/learned.toml``.

    python scripts/train_ranker.py --corpus LGL.jsonl --corpus GeoVirus.jsonl
    python scripts/train_ranker.py --corpus LGL.jsonl --corpus GeoVirus.jsonl --check

Each corpus is JSON lines ``{"id", "text", "toponyms": [{"start", "end", "lat", "lon"}]}``, as the
geoparsing corpora (LGL, GeoVirus) are had from their publishers; no text of theirs is passed on,
only some thirty numbers are learned.

Of every four documents, the second and the fourth train the weights, the first calibrates the
probabilities, and the third is never used here, nor by the recognizer's ``fit_clues.py``:
``--check`` reports accuracy and reliability of each part, and writes nothing.

The model is conditional logistic regression over the candidates of a name: the probability of a
candidate is the softmax of the weighted features, and the sum of the right candidates'
probabilities is maximized. A candidate is right within 25 km of the published point, or within
161 km where none is nearer; a mention without a right candidate teaches nothing. Features of
company need the other names' probabilities, so weights and features are computed in turns. The
published points of countries differ by convention, so countries do not enter calibration.
Needs scipy; the program itself needs only the numbers.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from mapper.gazetteer import Gazetteer
from mapper.model import Document, Hints, Mention, MentionKind, Span
from mapper.resolution.candidates import Name, gather
from mapper.resolution.ranking import CONTEXT, rank
from mapper.resolution.settle import reliable
from mapper.resolution.weights import weights
from mapper.text import make_document

TARGET = Path(__file__).resolve().parents[1] / "mapper" / "resolution" / "learned.toml"
STATIC = (
    "tenfold", "village", "alternate", "further_name", "country", "state", "region", "county",
    "quiet", "bare", "kind_fits", "kind_differs", "named_area", "is_area",
    "in_namesake", "in_state_namesake",
)  # fmt: skip
FEATURES = (*STATIC, *CONTEXT)
TURNS = 4
STRENGTH = 1.0  # of the prior that weights are small (ridge)
RIGHT_KM, LIMIT_KM = 25.0, 161.0
BIN = 60  # mentions behind each point of the reliability curve
EARTH_KM = 6371.0088
Toponym = dict[str, Any]


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance of two lon, lat pairs."""
    p, q = math.radians(a[1]), math.radians(b[1])
    h = (
        math.sin((q - p) / 2) ** 2
        + math.cos(p) * math.cos(q) * math.sin(math.radians(b[0] - a[0]) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(h)))


def read(paths: list[Path]) -> list[tuple[str, int, Document, list[Toponym]]]:
    """Return corpus, number, document and toponyms with coordinates."""
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").strip().split("\n")):
            record = json.loads(line)
            document = make_document(record["text"])
            if len(document.text) == len(record["text"]):  # else offsets are not ours
                found.append((path.stem, number, document, record["toponyms"]))
    return found


def names_of(document: Document, toponyms: list[Toponym], gazetteer: Gazetteer) -> list[Name]:
    """Gather and rank the names of the published spans."""
    mentions = [
        Mention(
            doc_id=document.doc_id,
            span=Span(t["start"], t["end"]),
            surface=document.text[t["start"] : t["end"]],
            kind=MentionKind.LITERAL,
        )
        for t in sorted(toponyms, key=lambda t: (t["start"], t["end"]))
    ]
    names = gather(document, mentions, gazetteer, Hints())
    rank(names)
    return names


def answers(names: list[Name], toponyms: list[Toponym]) -> list[tuple[Name, list[float]]]:
    """Return for each published point its name, and how far each meaning is from it."""
    by_span = {mention.span: name for name in names for mention in name.mentions}
    found = []
    for t in toponyms:
        name = by_span.get(Span(t["start"], t["end"]))
        if t.get("lat") is None or name is None:
            continue
        point = (t["lon"], t["lat"])
        places = [(m.entry.lon, m.entry.lat) for m in name.meanings]
        found.append((name, [distance_km(point, place) for place in places]))
    return found


def examples(documents: list[Any], gazetteer: Gazetteer) -> tuple[np.ndarray, ...]:
    """Return features, numbers of names, which are right, and each name's hand-set points."""
    rows, groups, right, fixed = [], [], [], []
    by_hand = {k: v for k, v in weights().learned.items() if k not in FEATURES}
    count = 0
    for _, _, document, toponyms in documents:
        for name, distances in answers(names_of(document, toponyms, gazetteer), toponyms):
            limit = RIGHT_KM if any(d <= RIGHT_KM for d in distances) else LIMIT_KM
            good = [d <= limit for d in distances]
            if not any(good) or all(good):
                continue
            for meaning, is_right in zip(name.meanings, good, strict=True):
                rows.append([meaning.features.get(feature, 0.0) for feature in FEATURES])
                fixed.append(sum(by_hand.get(k, 0.0) * v for k, v in meaning.features.items()))
                groups.append(count)
                right.append(is_right)
            count += 1
    return np.array(rows), np.array(groups), np.array(right), np.array(fixed)


def fit(x: np.ndarray, group: np.ndarray, right: np.ndarray, fixed: np.ndarray) -> np.ndarray:
    """Return the weights of greatest likelihood, drawn a little to zero."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))

    def softmax(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        top = np.maximum.reduceat(points, starts)
        weight = np.exp(points - top[group])
        total = np.add.reduceat(weight, starts)
        return weight / total[group], top + np.log(total)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        points = x @ w + fixed
        p, log_all = softmax(points)
        p_right, log_right = softmax(np.where(right, points, -1e9))
        value = float((log_all - log_right).sum() + STRENGTH / 2 * w @ w)
        return value, x.T @ (p - p_right) + STRENGTH * w

    done = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B")
    print(f"  {len(starts)} mentions, loss {done.fun:.1f}")
    return np.asarray(done.x)


def curve(said: list[float], right: list[bool]) -> list[tuple[float, float]]:
    """Return points of a rising curve from what is said to how often it is right."""
    order = np.argsort(said, kind="stable")
    p, ok = np.array(said)[order], np.array(right, dtype=float)[order]
    pools: list[list[float]] = []  # sum of p, sum of right, count
    for part in np.array_split(np.arange(len(p)), max(1, len(p) // BIN)):
        pools.append([p[part].sum(), ok[part].sum(), float(len(part))])
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]:
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    points = [(a / n, b / n) for a, b, n in pools]
    return [(0.0, 0.0), *points, (1.0, max(points[-1][1], 0.0))]


def write(learned: dict[str, float], points: list[tuple[float, float]]) -> None:
    """Write ``learned.toml``."""
    lines = [
        "# Written by scripts/train_ranker.py: train again rather than change this.",
        "# Points (natural logarithm of odds) that each feature of a candidate gives.",
        "",
        "[weights]",
        *(f"{name} = {learned[name]:.3f}" for name in FEATURES),
        "",
        "[reliability]  # how often a raw probability was right",
        "said = [" + ", ".join(f"{p:.4f}" for p, _ in points) + "]",
        "right = [" + ", ".join(f"{r:.4f}" for _, r in points) + "]",
    ]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    weights.cache_clear()


def check(documents: list[Any], gazetteer: Gazetteer) -> None:
    """Print accuracy within 161 km and reliability of each part of each corpus."""
    hits: dict[Any, list[tuple[float, bool]]] = defaultdict(list)
    for corpus, number, document, toponyms in documents:
        part = ("calibrate", "train", "unseen", "train")[number % 4]
        for name, distances in answers(names_of(document, toponyms, gazetteer), toponyms):
            ok = bool(distances) and distances[0] <= LIMIT_KM
            p = reliable(name.meanings[0].probability) if name.meanings else 0.0
            is_country = bool(name.meanings) and name.meanings[0].entry.tier == "country"
            keys = [(corpus, part), (corpus, "all")]
            keys += [] if is_country else [(corpus, part, "without countries")]
            for key in keys:
                hits[key].append((p, ok))
    for key, found in sorted(hits.items(), key=str):
        said = np.array([chance for chance, _ in found])
        right = np.array([hit for _, hit in found], dtype=float)
        line = f"{' '.join(key):36} {len(found):5} right {right.mean():.3f} said {said.mean():.3f} "
        for low, high in pairwise((0.0, 0.5, 0.7, 0.9, 1.01)):
            inside = (said >= low) & (said < high)
            if inside.any():
                line += f"| {said[inside].mean():.2f}->{right[inside].mean():.2f} ({inside.sum()}) "
        print(line)


def main() -> None:
    """Train, calibrate and check."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, action="append", required=True)
    parser.add_argument("--check", action="store_true", help="report, write nothing")
    arguments = parser.parse_args()
    documents, gazetteer = read(arguments.corpus), Gazetteer.open()
    if not arguments.check:
        train = [d for d in documents if d[1] % 2 == 1]
        learned: dict[str, float] = {}
        for _ in range(TURNS):
            learned = dict(zip(FEATURES, fit(*examples(train, gazetteer)), strict=True))
            write(learned, [(0.0, 0.0), (1.0, 1.0)])
        said, right = [], []
        for _, number, document, toponyms in documents:
            if number % 4 != 0:
                continue
            for name, distances in answers(names_of(document, toponyms, gazetteer), toponyms):
                if name.meanings and name.meanings[0].entry.tier != "country":
                    said.append(name.meanings[0].probability)
                    right.append(distances[0] <= LIMIT_KM)
        write(learned, curve(said, right))
    check(documents, gazetteer)


if __name__ == "__main__":
    main()
