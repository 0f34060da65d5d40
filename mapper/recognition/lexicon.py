"""The word lists of recognition, read once from the tables beside this module."""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

__all__ = ["Lexicon", "ShortForm", "load_lexicon", "load_points", "load_short_forms"]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Lower-case words by what they say about a name beside them."""

    left_strong: frozenset[str]
    left_weak: frozenset[str]
    left_actor: frozenset[str]
    titles_before: frozenset[str]
    features_before: frozenset[str]
    heads_of: frozenset[str]
    settlements: frozenset[str]
    people_after: frozenset[str]
    verbs_after: frozenset[str]
    organisations: frozenset[str]
    nothing_after: frozenset[str]
    titles_after: frozenset[str]
    areas_after: frozenset[str]
    hyphen_after: frozenset[str]
    ship_after: frozenset[str]
    ship_linking: frozenset[str]
    ship_of: frozenset[str]
    ship_before: frozenset[str]
    never: frozenset[str]
    openings: frozenset[str]
    doubtful: frozenset[str]
    korean_surnames: frozenset[str]
    northern_after: frozenset[str]
    village_after: frozenset[str]
    place_after: frozenset[str]
    structures: frozenset[str]
    posts: re.Pattern[str]
    staff_after: frozenset[str]
    common: frozenset[str]
    first_names: frozenset[str]
    surnames: frozenset[str]
    institutions: dict[str, str]
    starts: frozenset[str]


@dataclass(frozen=True, slots=True)
class ShortForm:
    """A phrase such as "the border", what it refers to and what it needs to count."""

    pattern: re.Pattern[str]
    refers: str
    kind: str
    needs: str


def _words(name: str) -> frozenset[str]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def load_lexicon() -> Lexicon:
    """Read ``lexicon.toml``, ``institutions.csv`` and the three word lists."""
    folder = resources.files(__package__)
    table = tomllib.loads(folder.joinpath("lexicon.toml").read_text(encoding="utf-8"))
    left, right, words = table["left"], table["right"], table["words"]
    ships = table["ships"]
    institutions = {row["name"].lower(): row["refers"] for row in _rows("institutions.csv")}
    return Lexicon(
        left_strong=frozenset(left["strong"]),
        left_weak=frozenset(left["weak"]),
        left_actor=frozenset(left["actor"]),
        titles_before=frozenset(left["title"]),
        features_before=frozenset(left["feature"]),
        heads_of=frozenset(left["of"]),
        settlements=frozenset(left["settlement"]),
        people_after=frozenset(right["people"]),
        verbs_after=frozenset(right["verbs"]),
        organisations=frozenset(right["organisation"]),
        nothing_after=frozenset(right["nothing"]),
        titles_after=frozenset(right["titles"]),
        areas_after=frozenset(right["area"]),
        hyphen_after=frozenset(right["hyphen"]),
        ship_after=frozenset(ships["after"]),
        ship_linking=frozenset(ships["linking"]),
        ship_of=frozenset(ships["of"]),
        ship_before=frozenset(ships["before"]),
        never=frozenset(words["never"]),
        openings=frozenset(words["opening"]),
        doubtful=frozenset(words["doubtful"]),
        korean_surnames=frozenset(table["korea"]["surnames"]),
        northern_after=frozenset(table["korea"]["northern_after"]),
        village_after=frozenset(table["korea"]["village_after"]),
        place_after=frozenset(table["korea"]["place_after"]),
        structures=frozenset(table["korea"]["structures"]),
        posts=re.compile(
            rf"\b(?:{'|'.join(map(re.escape, table['korea']['posts']))})"
            r" (?:[A-Z][a-z]{2,}\b(?! [A-Z])|\d{1,4}\b(?![,.]\d))"
        ),
        staff_after=frozenset(right["staff"]),
        common=_words("common_words.txt") | {"a", "i"},
        first_names=_words("first_names.txt"),
        surnames=_words("surnames.txt"),
        institutions=institutions,
        starts=frozenset(re.split(r"[ -]", words)[0] for words in institutions),
    )


@cache
def load_points() -> dict[str, dict[str, float]]:
    """Read the tuned numbers of ``points.toml``."""
    text = resources.files(__package__).joinpath("points.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def load_short_forms() -> tuple[ShortForm, ...]:
    """Read ``shortforms.toml``, in its order: an earlier phrase wins where two overlap."""
    text = resources.files(__package__).joinpath("shortforms.toml").read_text(encoding="utf-8")
    return tuple(
        ShortForm(
            pattern=re.compile(
                entry.get("before", r"\b")
                + f"(?P<name>{entry['pattern']})"
                + entry.get("after", r"\b"),
                re.IGNORECASE,
            ),
            refers=entry["refers"],
            kind=entry["kind"],
            needs=entry["needs"],
        )
        for entry in tomllib.loads(text)["phrase"]
    )
