"""What each name of a document may mean, before the names are weighed together."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from mapper.gazetteer import Entry, Flag, Gazetteer, korean_key, world_key
from mapper.model import Document, Hints, Mention, MentionKind

__all__ = ["Meaning", "Name", "gather", "weights"]

_KOREA = re.compile(r"Korea|DPRK|Panmunjom|Pyongyang|Seoul|DMZ|북한|남북|한국")
_WHOLE = ("country", "state", "region")
_IS_AREA = -1  # stands for "this mention is the larger area itself"
_COMMA = re.compile(r"\s*,\s*$")


@dataclass(slots=True)
class Meaning:
    """One place that a name may mean, with its points and what they are for."""

    entry: Entry
    points: float
    reasons: list[str] = field(default_factory=list)
    probability: float = 0.0


@dataclass(slots=True)
class Name:
    """A name of the document with all its mentions and possible meanings."""

    key: str
    mentions: list[Mention]
    meanings: list[Meaning]
    why_none: str = ""


@cache
def weights() -> dict[str, Any]:
    """Read the tuned numbers of ``weights.toml``."""
    text = resources.files(__package__).joinpath("weights.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def gather(
    document: Document, mentions: Sequence[Mention], gazetteer: Gazetteer, hints: Hints
) -> list[Name]:
    """Group mentions by name and list each name's meanings with their prior points."""
    korea = hints.focus == "korea-border" and len(_KOREA.findall(document.text)) >= 2
    areas, whole = _areas(document, mentions, gazetteer)
    names: dict[tuple[str, tuple[int, ...]], Name] = {}
    for mention in mentions:
        if mention.kind is MentionKind.RELATIVE:
            continue
        area: tuple[int, ...] = areas.get(mention.span.start, ())
        if mention.span.start in whole:
            area = (_IS_AREA, *whole[mention.span.start])
        key = world_key(mention.name)
        found = names.get((key, area))
        if found is None:
            entries = _entries(mention, gazetteer)[: int(weights()["limits"]["looked_at"])]
            meanings = [_prior(entry, korea=korea) for entry in entries]
            _apply_hints(meanings, hints, gazetteer)
            _apply_area(meanings, area)
            meanings.sort(key=lambda meaning: -meaning.points)
            reason = "" if meanings else f"no gazetteer entry for {mention.name!r}"
            limit = int(weights()["limits"]["meanings"])
            found = names[key, area] = Name(key, [], meanings[:limit], reason)
        found.mentions.append(mention)
    for name in names.values():
        _apply_acting(name)
    return _one_sense(names)


def _one_sense(names: dict[tuple[str, tuple[int, ...]], Name]) -> list[Name]:
    """Let "Paris, Texas" decide for the plain "Paris" of the same document."""
    decided: dict[str, list[Name]] = {}
    for (key, area), name in names.items():
        if area and area[0] != _IS_AREA:
            decided.setdefault(key, []).append(name)
    kept = []
    for (key, area), name in names.items():
        if not area and len(decided.get(key, ())) == 1:
            decided[key][0].mentions += name.mentions
        else:
            kept.append(name)
    return kept


def _entries(mention: Mention, gazetteer: Gazetteer) -> list[Entry]:
    """Look a mention up: as it stands, by its Korean key, then without its area word."""
    name, surface = mention.name, mention.surface
    demonym = mention.kind in (MentionKind.DEMONYM, MentionKind.EMBEDDED)
    found = _look_up(name, gazetteer, demonym=demonym)
    if not found:
        for pattern in _area_words():
            bare = pattern.sub("", name).strip()
            if bare and bare != name:
                found = _look_up(bare, gazetteer, demonym=demonym)
                if found:
                    break
    if not found and name.endswith("s"):
        found = _look_up(name.removesuffix("s").rstrip("'’"), gazetteer, demonym=True)
    if surface == mention.name and not surface.isupper() and "." not in surface:
        capitals = [entry for entry in found if not entry.flags & Flag.CAPITALS]
        found = capitals or found
    return _without_twins(found)


@cache
def _area_words() -> tuple[re.Pattern[str], ...]:
    words = "|".join(weights()["words"]["area"])
    return (
        re.compile(
            r"^(?:the )?(?:city|town|village|county|province|state|island|republic) of ", re.I
        ),
        re.compile(rf"[ -](?:{words})$", re.I),
        re.compile(rf"^(?:the |{words} )", re.I),
        re.compile(
            r"^(?:north|south|east|west|central|downtown|upper|lower|greater)"
            r"(?:east|west)?(?:ern)? ",
            re.I,
        ),
    )


def _look_up(name: str, gazetteer: Gazetteer, *, demonym: bool) -> list[Entry]:
    exact = list(gazetteer.entries(world_key(name)))
    key = korean_key(name)
    if key:
        rows = {entry.row for entry in exact}
        folded = gazetteer.entries("\x02" + key)
        exact += [entry for entry in folded if entry.row not in rows]
    if not demonym and any(not entry.flags & Flag.DEMONYM for entry in exact):
        exact = [entry for entry in exact if not entry.flags & Flag.DEMONYM]
    return exact


def _without_twins(entries: list[Entry]) -> list[Entry]:
    """Drop the rows of other sources that are the same place as a better row."""
    kept: list[Entry] = []
    for entry in entries:
        twin = any(
            other.tier == "core"
            and (
                (entry.tier == "country" and entry.country == other.country)
                or _degrees(entry, other) < 0.3
            )
            for other in kept
        )
        if not twin:
            kept.append(entry)
    return kept


def _degrees(a: Entry, b: Entry) -> float:
    return math.hypot((a.lon - b.lon) * math.cos(math.radians(a.lat)), a.lat - b.lat)


def _prior(entry: Entry, *, korea: bool) -> Meaning:
    prior = weights()["prior"]
    points, reasons = 0.0, []
    if entry.tier == "city":
        points = prior["per_tenfold"] * math.log10(entry.population + 10)
        reasons.append(f"population {entry.population:,}")
        if entry.sovereign:
            points += prior["capital"]
            reasons.append("capital")
    else:
        points = prior[entry.tier]
        reasons.append({"core": "border gazetteer"}.get(entry.tier, entry.tier))
        if entry.tier == "core":
            points += prior["core_in_korea"] if korea else 0.0
    if entry.flags & Flag.KOREAN:
        points += prior["other_spelling"]
        reasons.append("another romanization")
    elif not entry.flags & Flag.PRIMARY and entry.tier == "city":
        points += prior["alternate_name"]
        reasons.append("alternate name")
    return Meaning(entry, points, reasons)


def _areas(
    document: Document, mentions: Sequence[Mention], gazetteer: Gazetteer
) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]]]:
    """Map the start of a mention to the areas named after its comma: "Paju, South Korea".

    Returns
    -------
    dict, dict
        Country and admin1 numbers by the start of the first mention; and by the start of the
        mention that names the area in this way, so that "New York" there is the state.
    """
    found: dict[int, tuple[int, ...]] = {}
    whole: dict[int, tuple[int, ...]] = {}
    plain = [mention for mention in mentions if mention.kind is not MentionKind.RELATIVE]
    for left, right in pairwise(plain):
        gap = document.text[left.span.end : right.span.start]
        if not (_COMMA.match(gap) or (gap in (" ", " (") and _is_postal(right, gazetteer))):
            continue
        areas = [
            entry
            for entry in _entries(right, gazetteer)
            if entry.tier in ("country", "state", "county", "core")
        ]
        codes = tuple(sorted({e.admin1 or e.country for e in areas if e.admin1 or e.country}))
        towns = [entry for entry in _entries(left, gazetteer) if entry.tier not in _WHOLE]
        inside = [town for town in towns if town.admin1 in codes or town.country in codes]
        if inside and len(towns) == len(_entries(left, gazetteer)):
            found[left.span.start] = codes
            held = {town.admin1 for town in inside} | {town.country for town in inside}
            whole[right.span.start] = tuple(sorted(held & set(codes)))
    return found, whole


def _is_postal(mention: Mention, gazetteer: Gazetteer) -> bool:
    entries = gazetteer.entries(world_key(mention.name))
    return bool(entries) and bool(entries[0].flags & Flag.POSTAL)


def _apply_hints(meanings: list[Meaning], hints: Hints, gazetteer: Gazetteer) -> None:
    """Add points to what lies where the user says that the text is about."""
    for meaning in meanings:
        entry = meaning.entry
        if hints.countries and gazetteer.label(entry.country) in hints.countries:
            meaning.points += weights()["prior"]["hint"]
            meaning.reasons.append("in a country that was hinted at")
        if hints.bbox is not None and _in_box(entry, hints.bbox):
            meaning.points += weights()["prior"]["hint"]
            meaning.reasons.append("in the box that was hinted at")


def _in_box(entry: Entry, bbox: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bbox
    inside = west <= entry.lon <= east if west <= east else not east < entry.lon < west
    return inside and south <= entry.lat <= north


def _apply_acting(name: Name) -> None:
    """Prefer a capital to its namesake where the name speaks or negotiates."""
    if not any(mention.kind is MentionKind.METONYMIC for mention in name.mentions):
        return
    for meaning in name.meanings:
        if meaning.entry.sovereign:
            meaning.points += weights()["prior"]["capital_acts"]
            meaning.reasons.append("it acts as a government does")


def _apply_area(meanings: list[Meaning], area: tuple[int, ...]) -> None:
    if area[:1] == (_IS_AREA,):
        for meaning in meanings:
            entry = meaning.entry
            if entry.tier in _WHOLE and (entry.admin1 or entry.country) in area:
                meaning.points += weights()["context"]["is_area"]
                meaning.reasons.append("named after a place in it")
        return
    if not any(m.entry.admin1 in area or m.entry.country in area for m in meanings):
        return
    for meaning in meanings:
        entry = meaning.entry
        if entry.admin1 in area or entry.country in area:
            meaning.points += weights()["context"]["named_area"]
            meaning.reasons.append("its area is named after it")
