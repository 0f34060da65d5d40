"""What is known of a name before the text is looked at: computed once for each name."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from mapper.gazetteer import Entry, Flag, Gazetteer
from mapper.recognition.lexicon import load_lexicon, load_points

__all__ = ["ALWAYS", "Known", "has_postal", "known_of"]

ALWAYS = ("core", "country", "state", "region")


class Known(NamedTuple):
    """What a name is, whatever stands around it.

    Attributes
    ----------
    best
        Its most prominent meaning.
    demonym
        It is the name of a people, or of what is theirs.
    acts
        It is the name of a state or its capital, which speak and act.
    points
        Points of the rules for what it is.
    clues
        What it is, as clues.
    """

    best: Entry
    demonym: bool
    acts: bool
    points: float
    clues: Mapping[str, float]


@lru_cache(maxsize=65_536)
def has_postal(gazetteer: Gazetteer, key: str) -> bool:
    """Say whether a name may be the abbreviation of a state: "Ind.", "OH"."""
    return any(entry.flags & Flag.POSTAL for entry in gazetteer.entries(key))


@lru_cache(maxsize=65_536)
def known_of(
    gazetteer: Gazetteer,
    key: str,
    words: int,
    postal: bool,  # noqa: FBT001 - a cache key
    capitals: bool,  # noqa: FBT001 - a cache key
    town: bool,  # noqa: FBT001 - a cache key
) -> Known | None:
    """Return what is known of a name, or ``None`` when it is none as it is written.

    Parameters
    ----------
    words
        How many words of the text it has.
    postal, capitals, town
        How it is written fits the abbreviation of a state; a name that is always in capitals
        ("US" is not "us"); a town.
    """
    entries = []
    for entry in gazetteer.entries(key):
        if entry.flags & Flag.POSTAL:
            fits = postal
        elif entry.flags & Flag.CAPITALS:
            fits = capitals
        else:
            fits = town or entry.tier != "city"
        if fits:
            entries.append(entry)
    if not entries:
        return None
    best = entries[0]
    return Known(
        best=best,
        demonym=all(entry.flags & Flag.DEMONYM for entry in entries)
        or (bool(best.flags & Flag.DEMONYM) and best.tier in ALWAYS),
        acts=any(entry.sovereign for entry in entries[:2]),
        points=_points(gazetteer, key, words, entries),
        clues=_clues(key, words, entries),
    )


def _points(gazetteer: Gazetteer, key: str, words: int, entries: Sequence[Entry]) -> float:
    """Return points for what the name is, whatever stands around it."""
    lexicon, best, own = load_lexicon(), entries[0], load_points()["own"]
    if best.tier in ALWAYS:
        points = own["area"]
        if best.tier == "state" and gazetteer.label(best.country) != "US":
            points = own["state_elsewhere"]
        if best.flags & Flag.KOREAN:
            points = own["other_spelling"]
    elif best.tier == "county":
        points = own["county"]
    else:
        people = max(entry.population for entry in entries)
        points = own["per_tenfold"] * (math.log10(people + 10) - own["known_from"])
        if not any(entry.flags & Flag.PRIMARY for entry in entries):
            points += own["alternate_name"]
        if best.flags & Flag.KOREAN:
            points += own["town_other_spelling"]
        points += own["each_further_word"] * (words - 1)
    if words == 1:
        if key in lexicon.common:
            firm = best.tier in ("core", "country")
            points += own["common_word_but_area" if firm else "common_word"]
        elif key in lexicon.first_names:
            points += own["first_name"]
        elif key in lexicon.surnames:
            points += own["surname"]
        if key in lexicon.doubtful:
            points += own["doubtful"]
    return points


def _clues(key: str, words: int, entries: Sequence[Entry]) -> dict[str, float]:
    """List what is known of the name, as numbers."""
    lexicon, clues = load_lexicon(), dict[str, float]()
    if key in lexicon.never:
        clues["never"] = 1.0
    if words == 1:
        clues["one_word"] = 1.0
        if key in lexicon.common:
            clues["common"] = 1.0
        if key in lexicon.first_names:
            clues["first_name"] = 1.0
        if key in lexicon.surnames:
            clues["surname"] = 1.0
    if entries[0].tier == "city":
        people = max(entry.population for entry in entries)
        clues["people"] = math.log10(people + 10) - 4.0
        if not any(entry.flags & Flag.PRIMARY for entry in entries):
            clues["alternate"] = 1.0
    return clues
