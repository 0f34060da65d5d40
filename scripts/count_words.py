"""Count words in named-entity corpora, for the lists beside the recognizer.

    python scripts/count_words.py FOLDER

FOLDER holds NAME.jsonl or NAME.jsonl.gz files, one sentence a line: {"tokens": [...],
"tags": [...]} with BIO tags LOC and PER. Only counts leave the corpora, no text of theirs:
words that are usually written small, and words that begin or end a person's name more
often than they name a place. The corpora and their licences: geodata/LICENSES.md.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from mapper.gazetteer import Gazetteer
from mapper.settings import Settings

HEAD = """# {what}
# Counted in openly licensed English corpora: GUM, re3d, Universal NER (EWT, PUD), WikiGold,
# WNUT 17, Broad Twitter Corpus, Re-DocRED, CrossNER, LitBank. Words only, no text of theirs.
"""
TARGET = Path(__file__).resolve().parent.parent / "mapper" / "recognition"


def tagged_words(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield every word of the English corpora with its tag and the next word's tag."""
    for file in sorted(folder.glob("*.jsonl*")):
        if file.name.startswith("klue"):  # Korean
            continue
        opened = gzip.open if file.suffix == ".gz" else open
        with opened(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                sentence = json.loads(line)
                tags = sentence["tags"]
                yield from zip(sentence["tokens"], tags, [*tags[1:], "O"], strict=True)


def count(folder: Path) -> dict[str, Counter[str]]:
    """Count words by how they are used: small, place, first and last of a person's name."""
    counts: dict[str, Counter[str]] = {
        use: Counter() for use in ("small", "place", "first", "last")
    }
    for word, tag, following in tagged_words(folder):
        key = word.lower()
        if word.islower():
            counts["small"][key] += 1
        elif word[0].isupper() and tag.endswith("LOC"):
            counts["place"][key] += 1
        elif word[0].isupper() and tag == "B-PER" and following == "I-PER":
            counts["first"][key] += 1
        elif word[0].isupper() and tag == "I-PER" and following != "I-PER":
            counts["last"][key] += 1
    return counts


def main() -> None:
    """Write the three lists."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    counts = count(parser.parse_args().folder)
    small, place = counts["small"], counts["place"]
    gazetteer = Gazetteer.open(cache_dir=Settings().cache_path)

    def plain(word: str) -> bool:
        return word.isalpha() and word.isascii()

    def person(use: str, least: int) -> list[str]:
        found = counts[use].items()
        return [
            word
            for word, seen in found
            if seen >= least and len(word) > 2 and small[word] < seen > place[word] and plain(word)
        ]

    common = [
        word
        for word, seen in small.items()
        # A word that is also a name of a place needs less proof that it is a word.
        if len(word) > 1 and plain(word) and seen > 2 * place[word]
        and (seen >= 12 or (seen >= 3 and gazetteer.entries(word)))
    ]  # fmt: skip
    surnames = [word for word in person("last", 2) if gazetteer.entries(word)]
    write("common_words", "Words that are usually written small: a capital then says little "
          "(start of a sentence).", common)  # fmt: skip
    write("first_names", "Words that begin a person's name more often than they name a place.",
          person("first", 3))  # fmt: skip
    write("surnames", "Names of places that end a person's name more often than they name a "
          "place.", surnames)  # fmt: skip


def write(name: str, what: str, words: list[str]) -> None:
    """Write one list, sorted."""
    lines = [HEAD.format(what=what), *(word + "\n" for word in sorted(words))]
    (TARGET / f"{name}.txt").write_text("".join(lines), encoding="utf-8")
    print(f"{name}: {len(words)}")


if __name__ == "__main__":
    main()
