"""Look a mention up in the gazetteer: as it stands, in other spellings, without its kind."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from mapper.gazetteer import Entry, Flag, Gazetteer, korean_key, world_key
from mapper.model import Mention, MentionKind
from mapper.resolution.weights import weights

__all__ = ["Found", "look_up"]

_SAME_DEGREES = 0.3  # rows of two sources this near, under one name, are one place
_ONE_SENSE = (MentionKind.DEMONYM, MentionKind.EMBEDDED)


@dataclass(frozen=True, slots=True)
class Found:
    """What a name leads to.

    Attributes
    ----------
    quiet
        Rows of the entries that the name leads to only because it is known to be a place's.
    bare
        Something was left off the name before anything was found.
    word
        The word for a kind of place that was left off: "county".
    described
        What was made of it apart from any text: the same for all texts.
    """

    entries: tuple[Entry, ...]
    quiet: frozenset[int] = frozenset()
    bare: bool = False
    word: str = ""
    described: dict[bool, Any] = field(default_factory=dict, compare=False, repr=False)


def look_up(mention: Mention, gazetteer: Gazetteer) -> Found:
    """Return the places that a mention may mean, the most prominent first."""
    name = mention.name
    as_written = mention.surface == name
    return _looked_up(name, gazetteer, mention.kind in _ONE_SENSE, as_written)


@lru_cache(maxsize=20_000)
def _looked_up(name: str, gazetteer: Gazetteer, demonym: bool, as_written: bool) -> Found:  # noqa: FBT001 - a cache key
    found = _exact(name, gazetteer, demonym=demonym)
    if not found.entries:
        found = _without_kind(name, gazetteer, demonym=demonym)
    if not found.entries and name.endswith("s"):
        found = _exact(name.removesuffix("s").rstrip("'’"), gazetteer, demonym=True)
    entries = found.entries
    if as_written and not name.isupper() and "." not in name:
        entries = tuple(e for e in entries if not e.flags & Flag.CAPITALS) or entries
    kept = tuple(_without_twins(entries[: weights().looked_at]))
    return Found(kept, found.quiet, found.bare, found.word)


def _exact(name: str, gazetteer: Gazetteer, *, demonym: bool) -> Found:
    key = world_key(name)
    entries = {entry.row: entry for entry in gazetteer.entries(key)}
    long = _spelt_out(name)
    if long != name:
        for entry in gazetteer.entries(world_key(long)):
            if entry.row not in entries or entry.flags & Flag.PRIMARY:
                entries[entry.row] = entry
    folded = korean_key(name)
    for entry in gazetteer.entries("\x02" + folded) if folded else ():
        entries.setdefault(entry.row, entry)
    if not demonym and any(not entry.flags & Flag.DEMONYM for entry in entries.values()):
        entries = {row: entry for row, entry in entries.items() if not entry.flags & Flag.DEMONYM}
    quiet = {
        entry.row: entry
        for spelling in dict.fromkeys((key, world_key(long)))
        for entry in gazetteer.quiet_entries(spelling)
        if entry.row not in entries
    }
    return Found((*entries.values(), *quiet.values()), frozenset(quiet))


def _without_kind(name: str, gazetteer: Gazetteer, *, demonym: bool) -> Found:
    """Leave off what says which kind of place it is, or which part of it."""
    for pattern in _kind_words():
        match = pattern.search(name)
        bare = pattern.sub("", name).strip()
        if match and bare and bare != name:
            found = _exact(bare, gazetteer, demonym=demonym)
            if found.entries:
                word = match.group().strip(" -.").lower().removesuffix(" of")
                return Found(found.entries, found.quiet, bare=True, word=word)
    name, _, word = name.rpartition(" ")
    if word.lower() in weights().structures:
        found = _exact(name, gazetteer, demonym=demonym)
        entries = tuple(e for e in found.entries if e.tier == "core" and not e.sovereign)
        return Found(entries, bare=True, word=word.lower())
    return Found(())


@cache
def _kind_words() -> tuple[re.Pattern[str], ...]:
    words = "|".join(map(re.escape, weights().kinds))
    return (
        re.compile(
            r"^(?:the )?(?:city|town|village|county|province|state|island|republic) of ", re.I
        ),
        re.compile(rf"[ -](?:{words})\.?$", re.I),
        re.compile(rf"^(?:the |{words} )", re.I),
        re.compile(
            r"^(?:north|south|east|west|central|downtown|upper|lower|greater|n\.|s\.|e\.|w\.)"
            r"(?:east|west)?(?:ern)? ",
            re.I,
        ),
    )


def _spelt_out(name: str) -> str:
    """Write "St. Paul" as "Saint Paul", "Madison Co." as "Madison County"."""
    words = weights().short
    return re.sub(r"\b(\w+)\.(?= |$)", lambda match: words.get(match[1].lower(), match[0]), name)


def _without_twins(entries: tuple[Entry, ...]) -> list[Entry]:
    """Drop the rows of other sources that are the same place as one of the border's own."""
    core = [entry for entry in entries if entry.tier == "core"]
    return [
        entry
        for entry in entries
        if entry.tier == "core"
        or not any(
            (entry.tier == "country" and entry.country == other.country)
            or _degrees(entry, other) < _SAME_DEGREES
            for other in core
        )
    ]


def _degrees(a: Entry, b: Entry) -> float:
    return math.hypot((a.lon - b.lon) * math.cos(math.radians(a.lat)), a.lat - b.lat)
