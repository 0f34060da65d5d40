"""How well linking does on our own dispatches: B-cubed and pairs, from ``tests/data/dispatches``.

    python tests/linking_score.py [--errors]

``dispatches.jsonl`` holds the texts and, for each happening that one tells of, some words
of the sentence that tells it; ``incidents.csv`` the happenings with the sources of their
facts. A report is one incident of one dispatch. The half "unseen" was not looked at while
rules were changed.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import json
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mapper.model import Analysis, Document
from mapper.pipeline import Tools, analyze
from mapper.text import make_document

FOLDER = Path(__file__).parent / "data" / "dispatches"
Key = tuple[str, str]  # dispatch, incident


@dataclass(frozen=True)
class Score:
    """Of one half: ``told`` reports, of which extraction ``found`` each by itself."""

    told: int
    found: int
    precision: float
    recall: float
    pair_precision: float
    pair_recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)

    @property
    def pair_f1(self) -> float:
        both = self.pair_precision + self.pair_recall
        return 2 * self.pair_precision * self.pair_recall / both if both else 0.0


def dispatches() -> list[dict[str, Any]]:
    lines = (FOLDER / "dispatches.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def happenings() -> dict[str, dict[str, str]]:
    with (FOLDER / "incidents.csv").open(encoding="utf-8", newline="") as file:
        return {row["incident"]: row for row in csv.DictReader(file)}


def document(row: dict[str, Any]) -> Document:
    day = dt.date.fromisoformat(row["published"]) if "published" in row else None
    return make_document(row["text"], label=row["id"], published=day)


def run(tools: Tools) -> Analysis:
    return analyze([document(row) for row in dispatches()], tools=tools)


def clusters(analysis: Analysis) -> dict[Key, str]:
    """Return which record each report has gone into that extraction found as one of its own."""
    labels = {d.doc_id: d.label for d in analysis.documents}
    told = {(row["id"], t["incident"]): t["words"] for row in dispatches() for t in row["tells"]}
    found: dict[Key, str] = {}
    for (label, key), words in told.items():
        for incident in analysis.incidents:
            if any(labels[e.doc_id] == label and words in e.exact for e in incident.evidence):
                found[label, key] = incident.incident_id
                break
    # Linking never joins two reports of one dispatch: extraction took these for one.
    met = Counter((label, record) for (label, _), record in found.items())
    return {item: record for item, record in found.items() if met[item[0], record] == 1}


def score(analysis: Analysis, half: str) -> Score:
    halves = {key: row["half"] for key, row in happenings().items()}
    told = [(r["id"], t["incident"]) for r in dispatches() for t in r["tells"]]
    told = [item for item in told if halves[item[1]] == half]
    found = {item: record for item, record in clusters(analysis).items() if item in set(told)}
    truth = Counter(key for _, key in found)
    system = Counter(found.values())
    both = Counter((key, record) for (_, key), record in found.items())
    shares = [both[key, record] for (_, key), record in found.items()]
    precision = sum(
        s / system[record] for s, record in zip(shares, found.values(), strict=True)
    ) / len(found)
    recall = sum(s / truth[key] for s, (_, key) in zip(shares, found, strict=True)) / len(found)
    pairs = list(itertools.combinations(found, 2))
    same = [a[1] == b[1] for a, b in pairs]
    linked = [found[a] == found[b] for a, b in pairs]
    hits = sum(s and x for s, x in zip(same, linked, strict=True))
    return Score(
        told=len(told),
        found=len(found),
        precision=precision,
        recall=recall,
        pair_precision=hits / max(1, sum(linked)),
        pair_recall=hits / max(1, sum(same)),
    )


def knowledge(analysis: Analysis, half: str) -> Counter[str]:
    """Count the reports of a half for which the register's entry is right, wrong or none."""
    by_id = {incident.incident_id: incident for incident in analysis.incidents}
    rows = happenings()
    counts: Counter[str] = Counter()
    for (_, key), record in clusters(analysis).items():
        if rows[key]["half"] == half:
            entries = [known.entry_id for known in by_id[record].known]
            hit = "right" if rows[key]["register"] in entries else "wrong"
            counts[hit if entries else "none"] += 1
    return counts


def errors(analysis: Analysis, half: str) -> list[str]:
    """Name the happenings of a half that were torn apart, mixed up or not found."""
    halves = {key: row["half"] for key, row in happenings().items()}
    found = {item: r for item, r in clusters(analysis).items() if halves[item[1]] == half}
    by_key: dict[str, dict[str, list[str]]] = {}
    by_record: dict[str, set[str]] = {}
    for (label, key), record in found.items():
        by_key.setdefault(key, {}).setdefault(record, []).append(label)
        by_record.setdefault(record, set()).add(key)
    said = [
        f"torn apart: {k}: {list(parts.values())}" for k, parts in by_key.items() if len(parts) > 1
    ]
    said += [f"mixed up: {sorted(keys)}" for keys in by_record.values() if len(keys) > 1]
    told = [(r["id"], t["incident"]) for r in dispatches() for t in r["tells"]]
    said += [f"not found: {i}" for i in told if halves[i[1]] == half and i not in found]
    return said


def main() -> None:
    analysis = run(Tools())
    for half in ("seen", "unseen"):
        s = score(analysis, half)
        print(
            f"{half:7} reports {s.told:3} found {s.found:3}  "
            f"B-cubed P {s.precision:.3f} R {s.recall:.3f} F {s.f1:.3f}  "
            f"pairs P {s.pair_precision:.3f} R {s.pair_recall:.3f} F {s.pair_f1:.3f}"
        )
        known = knowledge(analysis, half)
        print(f"        register: {', '.join(f'{n} {what}' for what, n in sorted(known.items()))}")
        if "--errors" in sys.argv and (half == "seen" or "--all" in sys.argv):
            print("\n".join("  " + line for line in errors(analysis, half)))


if __name__ == "__main__":
    main()
