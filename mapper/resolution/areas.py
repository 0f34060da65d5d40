"""Areas that the text names with a place: "Paris, Texas", "Goseong in South Korea"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from mapper.gazetteer import Entry, Flag, Gazetteer, is_hangul, world_key
from mapper.model import Document, Mention, Span

__all__ = ["NamedAreas", "named_areas"]

_AREAS = ("country", "state", "county", "core")
_WHOLE = ("country", "state", "region")
_COMMA = re.compile(r"\s*,\s*$")
_POSTAL_GAP = (" ", " (")
# "Athens in Ohio", "Goseong (South Korea)", "Goseong, in South Korea".
_AFTER = re.compile(r",? (?:in|on) (?:the )?(?:[a-z]+ ){0,2}$| \($")
_AFTER_STARTS = (" in ", " on ", ", in ", ", on ", " (")
# "North Korea's Goseong", "the South Korean border town of Goseong", "Ohio's city of Athens".
_BEFORE = re.compile(
    r"['’]s (?:[a-z]+ ){0,3}$"
    r"|(?:['’]s)? (?:[a-z]+[ -]){0,3}"
    r"(?:city|town|county|village|port|province|district|region|area) of $"
)
_AT = re.compile(r"\b(?:at|in|near|inside|outside) (?:the )?$")
_BEHIND = 20  # code points
_CITY = 200_000  # inhabitants of a town that is known without its country
_LONGEST_GAP = 45  # code points


@dataclass(frozen=True, slots=True)
class NamedAreas:
    """The areas that the text gives for a name.

    Attributes
    ----------
    inside
        Numbers of countries and first divisions.
    comma
        They stand right after it, the usual way to name a town.
    whole
        The name is itself what a place before it was put in: "New York" in "Albany, New York".
    elsewhere
        The text puts it into a country where no place of that name is known.
    """

    inside: tuple[int, ...] = ()
    comma: bool = False
    whole: bool = False
    elsewhere: bool = False


def named_areas(
    document: Document,
    mentions: Sequence[Mention],
    entries: Mapping[Span, tuple[Entry, ...]],
    gazetteer: Gazetteer,
) -> dict[int, NamedAreas]:
    """Return the areas named with each mention, by where it starts.

    Parameters
    ----------
    entries
        What each mention may mean.
    """
    found: dict[int, NamedAreas] = {}
    for left, right in pairwise(mentions):
        gap = document.text[left.span.end : right.span.start]
        if len(gap) > _LONGEST_GAP:
            continue
        towns, areas = entries[left.span], entries[right.span]
        # Most gaps are seen through without a pattern.
        if ("," in gap and _COMMA.match(gap)) or (
            gap in _POSTAL_GAP and _is_postal(right, gazetteer)
        ):
            codes, held = _held(towns, areas)
            if held and not any(town.tier in _WHOLE for town in towns):
                found[left.span.start] = NamedAreas(codes, comma=True)
                found[right.span.start] = NamedAreas(held, whole=True)
            continue
        if gap.startswith(_AFTER_STARTS) and left.span.start not in found and _AFTER.match(gap):
            codes, held = _held(towns, areas)
            if held and not any(town.tier in _WHOLE for town in towns):
                found[left.span.start] = NamedAreas(codes)
            elif gap == " in " and _is_elsewhere(towns, areas):
                before = document.text[max(left.span.start - _BEHIND, 0) : left.span.start]
                if _AT.search(before):
                    found[left.span.start] = NamedAreas(elsewhere=True)
        if (
            gap.endswith(" ")
            and right.span.start not in found
            and (
                ((gap.startswith(("'", "’")) or gap.endswith(" of ")) and _BEFORE.fullmatch(gap))
                or (gap == " " and is_hangul(left.surface))
            )
        ):
            codes, held = _held(areas, towns)
            if held and not any(town.tier in _WHOLE for town in areas):
                found[right.span.start] = NamedAreas(codes)
    return found


def _is_elsewhere(towns: Sequence[Entry], areas: Sequence[Entry]) -> bool:
    """For "at the Punchbowl in Hawaii": the border's own place of that name is not meant."""
    if not towns or not areas or towns[0].tier != "core" or towns[0].sovereign:
        return False
    area = areas[0]
    known = area.tier in ("country", "state") or (area.tier == "city" and area.population >= _CITY)
    return known and towns[0].country > 0 and area.country not in {t.country for t in towns}


def _held(
    towns: Sequence[Entry], areas: Sequence[Entry]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the codes of the areas, and those of them in which one of the towns lies."""
    codes = {e.admin1 or e.country for e in areas if e.tier in _AREAS and (e.admin1 or e.country)}
    held = {
        code
        for town in towns
        if town.tier not in _WHOLE
        for code in (town.admin1, town.country)
        if code in codes
    }
    return tuple(sorted(codes)), tuple(sorted(held))


def _is_postal(mention: Mention, gazetteer: Gazetteer) -> bool:
    entries = gazetteer.entries(world_key(mention.name))
    return bool(entries) and bool(entries[0].flags & Flag.POSTAL)
