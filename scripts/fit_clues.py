"""Fit how rules and learned odds are weighed together: mapper/recognition/weighing.toml.

    python scripts/train_recognizer.py --train FOLDER --fold 0 --out FOLD.crfsuite
    python scripts/fit_clues.py --train FOLDER --weights FOLD.crfsuite --corpora LGL.jsonl ...

Learns from every second document (the odd ones) of the corpora, lines of {"text",
"toponyms": [{"start", "end"}]}, and from the fold of FOLDER's sentences that the weights
have not seen. Of LGL's names those inside other names count as places, of the others'
candidates such names are left out, since those sets do not mark them. Logistic regression
by Newton's method: the same input gives the same weights. The other half is for reporting.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from train_recognizer import FOLDS, sentences, spans

from mapper.gazetteer import Gazetteer
from mapper.model import MentionKind, Span
from mapper.recognition.english import KOREA, Found, Walker
from mapper.recognition.features import Scene
from mapper.recognition.learned import use_weights
from mapper.recognition.weighing import Clues
from mapper.settings import Settings
from mapper.text import make_document

TARGET = Path(__file__).resolve().parent.parent / "mapper" / "recognition" / "weighing.toml"
WITHOUT = ("btc", "litbank", "wnut17")  # tweets and novels are no news
WEIGHT = {"GeoVirus": 1.5}  # a third of LGL's size, and better marked
RIDGE = 1.0
PART_OF_NAME = 0.4  # probability of an organization above which a candidate says nothing
Example = tuple[str, bool, Clues]


class Recorder(Walker):
    """A walk over a text that notes the clues of every candidate and accepts none."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self.seen: list[tuple[Found, Clues]] = []

    def weighed(self, found: Found, clues: Clues) -> None:
        """Note a candidate."""
        self.seen.append((found, clues))

    def candidates(self, gold: set[tuple[int, int]]) -> Iterator[tuple[Found, Clues]]:
        """Yield every candidate; the words of a true name are read once."""
        free = 0
        for at in self.scene.large:
            token = self.tokens[at]
            if token.start < free or token.text[0].islower():
                continue
            self.seen.clear()
            for match in self.scene.names_at(at):
                self.judge(match)
            yield from self.seen
            ends = [f.span.end for f, _ in self.seen if (f.span.start, f.span.end) in gold]
            if ends:
                free = self.points.previous_end = ends[0]


def candidates(
    text: str, gold: set[tuple[int, int]], gazetteer: Gazetteer
) -> Iterator[tuple[Found, Clues]]:
    """Yield the candidates of one text."""
    document = make_document(text)
    starts = {sentence.start for sentence in document.sentences}
    korean = bool(KOREA.search(text))
    recorder = Recorder(Scene(document.text, starts, gazetteer, korean=korean))
    yield from recorder.candidates(gold)


def from_corpus(file: Path, gazetteer: Gazetteer) -> Iterator[Example]:
    """Yield the candidates of the odd documents of a corpus."""
    inner = file.stem == "LGL"  # which marks the names inside other names
    for line in file.read_text(encoding="utf-8").strip().split("\n")[1::2]:
        record = json.loads(line)
        gold = {(t["start"], t["end"]) for t in record["toponyms"]}
        for found, clues in candidates(record["text"], gold, gazetteer):
            true = (found.span.start, found.span.end) in gold
            part = (
                found.kind is MentionKind.EMBEDDED or clues["organization"] > PART_OF_NAME
            ) and not true
            if inner or not part:
                yield file.stem, true, clues


def from_sentences(folder: Path, gazetteer: Gazetteer) -> Iterator[Example]:
    """Yield the candidates of the sentences that the weights have not seen."""
    for document, sentence in sentences(folder, without=WITHOUT):
        if zlib.crc32(document.encode()) % FOLDS != 0:
            continue
        named = spans(sentence)
        gold = {(start, end) for start, end, kind in named if kind == "LOC"}
        others = [Span(s, e) for s, e, kind in named if kind not in ("LOC", "PER")]
        for found, clues in candidates(sentence["text"], gold, gazetteer):
            if not any(found.span.overlaps(other) for other in others):
                yield "sentences", (found.span.start, found.span.end) in gold, clues


def fit(examples: list[Example]) -> dict[str, float]:
    """Return the weight of each clue."""
    names = sorted({name for _, _, clues in examples for name in clues})
    table = np.array([[clues.get(name, 0.0) for name in names] for _, _, clues in examples])
    true = np.array([float(label) for _, label, _ in examples])
    counts = np.array([WEIGHT.get(source, 1.0) for source, _, _ in examples])
    weights = np.zeros(len(names))
    for _ in range(50):
        expected = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (counts * (true - expected)) - RIDGE * weights
        spread = counts * expected * (1 - expected)
        step = np.linalg.solve(
            (table * spread[:, None]).T @ table + RIDGE * np.eye(len(names)), slope
        )
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return dict(zip(names, weights.tolist(), strict=True))


def main() -> None:
    """Fit and write the weights; the thresholds in the file stay."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--weights", type=Path, required=True, metavar="FILE")
    parser.add_argument("--corpora", type=Path, nargs="+", required=True, metavar="FILE")
    options = parser.parse_args()
    use_weights(options.weights.read_bytes())
    gazetteer = Gazetteer.open(cache_dir=Settings().cache_path)
    examples = [e for file in options.corpora for e in from_corpus(file, gazetteer)]
    examples += from_sentences(options.train, gazetteer)
    head, _, _ = TARGET.read_text(encoding="utf-8").partition("[weights]")
    lines = [f"{name} = {weight:.3f}\n" for name, weight in fit(examples).items()]
    TARGET.write_text(head + "[weights]\n" + "".join(lines), encoding="utf-8")
    print(f"{len(examples)} candidates: {TARGET}")


if __name__ == "__main__":
    main()
