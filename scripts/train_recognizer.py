"""Train the learned recognizer: a linear chain over the capitalised words of a sentence.

    python scripts/train_recognizer.py --train FOLDER [--out FILE] [--without SET] [--fold N]

FOLDER holds NAME.jsonl or NAME.jsonl.gz files, one sentence a line: {"text", "offsets",
"tags" (BIO)}, with "doc" where it is known. What the sets are, under which licences, and the
figures: docs/reference/recognizer.md. Only weights of features leave the corpora. The same
folder, package versions and gazetteer give the same weights. `--without` and `--fold` leave
a set, or every document whose number modulo five is N, out of the training, to be asked about.
"""

from __future__ import annotations

import argparse
import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pycrfsuite

from mapper.gazetteer import Gazetteer
from mapper.recognition.features import Scene, chain_features
from mapper.settings import Settings

TARGET = Path(__file__).resolve().parent.parent / "mapper" / "recognition" / "weights.crfsuite"
SETTINGS = {
    "c1": 0.6,  # L1: most features get no weight, which keeps the file small
    "c2": 0.03,
    "max_iterations": 90,
    "feature.minfreq": 2,
    "feature.possible_transitions": False,
}
SHOUTED = 8  # one sentence with a place in so many is also learned in capitals: headlines
FOLDS = 5
Chain = tuple[list[list[str]], list[str]]


def sentences(folder: Path, *, without: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the sentences of the English sets, each with the id of its document."""
    for file in sorted(folder.glob("*.jsonl*")):
        name = file.name.split(".")[0]
        if name == "klue" or name in without:  # klue is Korean
            continue
        opened = gzip.open if file.suffix == ".gz" else open
        with opened(file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                sentence = json.loads(line)
                yield f"{name}:{sentence.get('doc') or number}", sentence


def spans(sentence: dict[str, Any]) -> list[tuple[int, int, str]]:
    """Return the named spans of a sentence; demonyms are left to the rules."""
    found: list[tuple[int, int, str]] = []
    for (start, end), tag in zip(sentence["offsets"], sentence["tags"], strict=True):
        if tag.startswith("B-"):
            found.append((start, end, tag[2:]))
        elif tag.startswith("I-") and found:
            found[-1] = (found[-1][0], end, found[-1][2])
    return [span for span in found if span[2] != "NORP"]


def label(span: tuple[int, int, str] | None, *, begins: bool) -> str:
    """Only names of places need to be told apart from one another."""
    if span is None:
        return "O"
    if span[2] == "LOC":
        return "B-LOC" if begins else "I-LOC"
    return "PER" if span[2] == "PER" else "ORG"


def chains(text: str, named: list[tuple[int, int, str]], gazetteer: Gazetteer) -> Iterator[Chain]:
    """Yield the features and labels of a sentence."""
    scene = Scene(text, {0}, gazetteer, korean=False)
    for numbers, features in chain_features(scene):
        labels, inside = [], None
        for number in numbers:
            token = scene.tokens[number]
            over = next((s for s in named if s[0] <= token.start < s[1]), None)
            labels.append(label(over, begins=over != inside))
            inside = over
        yield features, labels


def examples(
    folder: Path, gazetteer: Gazetteer, *, without: tuple[str, ...], fold: int | None
) -> Iterator[Chain]:
    """Yield everything to learn from."""
    for document, sentence in sentences(folder, without=without):
        number = zlib.crc32(document.encode())
        if fold is not None and number % FOLDS == fold:
            continue
        text, named = sentence["text"], spans(sentence)
        yield from chains(text, named, gazetteer)
        upper = text.upper()
        places = any(kind == "LOC" for _, _, kind in named)
        if places and len(upper) == len(text) and zlib.crc32(text.encode()) % SHOUTED == 0:
            yield from chains(upper, named, gazetteer)


def main() -> None:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=TARGET)
    parser.add_argument("--without", action="append", default=[], metavar="SET")
    parser.add_argument("--fold", type=int, choices=range(FOLDS))
    options = parser.parse_args()
    gazetteer = Gazetteer.open(cache_dir=Settings().cache_path)
    trainer = pycrfsuite.Trainer(verbose=False)
    count = 0
    for features, labels in examples(
        options.train, gazetteer, without=tuple(options.without), fold=options.fold
    ):
        trainer.append(features, labels)
        count += 1
    trainer.set_params(SETTINGS)
    trainer.train(str(options.out))
    size = options.out.stat().st_size
    print(f"{count} sentences, {size / 1e6:.1f} MB: {options.out}")


if __name__ == "__main__":
    main()
