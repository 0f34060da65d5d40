"""Where it happened: which of a sentence's places, if any, is the incident's.

Not the nearest name by default: a dateline, the seat of whoever speaks, the country of
whoever acts and the place somebody fled to are not where it happened.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from mapper.incidents.taxonomy import Kind
from mapper.incidents.triggers import context_pattern
from mapper.model import (
    Certainty,
    Document,
    MentionKind,
    Position,
    Resolution,
    Side,
    Span,
    Where,
    ZoneCheck,
    ZoneName,
)

__all__ = [
    "ChosenPlace",
    "area_place",
    "as_inherited",
    "choose_place",
    "is_country",
    "sector_of",
]

_ON_THE_GROUND = (MentionKind.LITERAL, MentionKind.COREFERENT, MentionKind.RELATIVE)
_COUNTRY_M = 150_000  # a shape wider than this is a country or a sea, not a place in one
_SECTOR_M = 40_000  # wider than this: a line, a zone, a province
_ENOUGH = 1.5  # below it, a name is only mentioned
_BETWEEN = re.compile(r"\bbetween\s+(?:[\w]+\s+){0,3}$", re.IGNORECASE)
_RIGHT_BEFORE = re.compile(r"\b(?:on|near|at|in|off|around|inside)\s(?:the\s)?$")
_OTHER_CLAUSE = re.compile(r", (?:and|but|while|whereas)\b")
_BELT = ("layer:dmz", "layer:dmz_north", "layer:dmz_south", "layer:mdl")
_ON_LAND = ("layer:mdl",)
_BEFORE = 70  # characters before a name that say how it stands to what happened
_LINES = ("layer:dmz", "layer:dmz_north", "layer:dmz_south", "layer:mdl", "layer:jsa")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenPlace:
    """A place with its zone, and how well the words support it."""

    where: Where
    zone: ZoneCheck | None
    score: float
    country: bool = False


def is_country(resolution: Resolution) -> bool:
    """Say whether a resolution is a whole country (or something as wide)."""
    place = resolution.place
    if place is not None and (
        place.feature_code.startswith("PCL") or place.place_id.startswith("country:")
    ):
        return True
    if resolution.footprint is not None:
        return False
    return resolution.position is not None and resolution.position.uncertainty_m > _COUNTRY_M


def choose_place(
    document: Document,
    region: Span,
    trigger: Span,
    kind: Kind,
    resolutions: Sequence[Resolution],
    checks: Sequence[ZoneCheck | None],
) -> ChosenPlace | None:
    """Choose where an incident happened among the places of its sentence.

    Parameters
    ----------
    region
        The sentence, or the part of it that tells of this incident.
    trigger
        The words that tell of it, in the document's offsets.
    resolutions, checks
        Of the document; only those inside ``region`` are considered.

    Returns
    -------
    ChosenPlace or None
        ``None`` when the sentence names no place for it.
    """
    inside = [
        (resolution, check)
        for resolution, check in zip(resolutions, checks, strict=True)
        if region.contains(resolution.mention.span) and _can_be_place(document, resolution)
    ]
    relative = [r.mention.span for r, _ in inside if r.mention.kind is MentionKind.RELATIVE]
    best: tuple[float, Resolution, ZoneCheck | None] | None = None
    for resolution, check in inside:
        span = resolution.mention.span
        if resolution.mention.kind is not MentionKind.RELATIVE and any(
            other.contains(span) for other in relative
        ):
            continue
        score = _score(document, region, trigger, kind, resolution)
        if score is not None and (best is None or score > best[0]):
            best = (score, resolution, check)
    if best is None or best[0] < _ENOUGH:
        return None
    score, resolution, check = best
    if resolution.footprint in _BELT and resolution.mention.kind is not MentionKind.RELATIVE:
        sector = _sector(document.text[region.start : region.end])
        if sector is not None:
            zone = _zone(document, region, kind, resolution, check, inside)
            return _in_sector(sector, _where(resolution), zone, score=score)
    zone = _zone(document, region, kind, resolution, check, inside)
    return ChosenPlace(
        where=_where(resolution), zone=zone, score=score, country=is_country(resolution)
    )


def area_place(
    name: str, resolutions: Sequence[Resolution], checks: Sequence[ZoneCheck | None], reason: str
) -> ChosenPlace:
    """Return a vague area for an incident whose text names no place: ``stated`` is False.

    Parameters
    ----------
    name
        ``dmz``, ``nll``, ``north`` or ``south``.
    resolutions, checks
        Of the document: where it speaks of the area elsewhere, that place is taken.
    """
    area = _areas()[name]
    for resolution, check in zip(resolutions, checks, strict=True):
        place = resolution.place
        if place is None or resolution.position is None:
            continue
        if (place.place_id and place.place_id == area.get("place_id")) or (
            area.get("footprint") and resolution.footprint == area["footprint"]
        ):
            where = replace(_where(resolution), stated=False, mention=None, reason=reason)
            zone = check if area.get("footprint") and check else _area_zone(area)
            return ChosenPlace(where=where, zone=zone, score=0.0, country=not area.get("footprint"))
    where = Where(
        label=area["label"],
        position=Position(
            lon=area["lon"], lat=area["lat"], uncertainty_m=float(area["uncertainty_m"])
        ),
        place_id=area.get("place_id", ""),
        footprint=area.get("footprint"),
        stated=False,
        probability=0.5,
        reason=reason,
    )
    return ChosenPlace(
        where=where, zone=_area_zone(area), score=0.0, country=not area.get("footprint")
    )


def as_inherited(
    document: Document, resolution: Resolution, check: ZoneCheck
) -> ChosenPlace | None:
    """Return a place named in a sentence before; ``stated`` is False."""
    if not _can_be_place(document, resolution) or _is_dateline(document, resolution.mention.span):
        return None
    assert resolution.position is not None
    if resolution.position.uncertainty_m > _SECTOR_M:
        return None
    reason = "named before it, in the same paragraph"
    where = replace(_where(resolution), stated=False, mention=None, reason=reason)
    return ChosenPlace(where=where, zone=check, score=0.0)


def sector_of(place: ChosenPlace, text: str) -> ChosenPlace:
    """Narrow the whole line or zone to the part of the front that a text names."""
    sector = _sector(text) if place.where.footprint in _BELT else None
    if sector is None:
        return place
    return _in_sector(sector, place.where, place.zone, score=place.score)


def _sector(text: str) -> dict[str, Any] | None:
    match = context_pattern("place", "sector").search(text)
    if match is None:
        return None
    part = (match["part"] or match["korean"]).lower()
    center = re.search("central|mid|중", part) is not None
    west, east = re.search("west|서", part), re.search("east|동", part)
    side = "west" if west else "east" if east else ""
    sectors: dict[str, dict[str, Any]] = _areas()["sectors"]
    return sectors["_".join(filter(None, ("central" if center else "", side)))]


def _in_sector(
    sector: dict[str, Any], whole: Where, zone: ZoneCheck | None, *, score: float
) -> ChosenPlace:
    position = Position(
        lon=sector["lon"], lat=sector["lat"], uncertainty_m=float(sector["uncertainty_m"])
    )
    where = replace(
        whole,
        label=f"{whole.label}, {sector['label']}",
        position=position,
        footprint=sector["footprint"],
        reason="the part of the front that the text names",
    )
    return ChosenPlace(where=where, zone=zone, score=score)


def _names_country(resolution: Resolution) -> bool:
    place = resolution.place
    return place is None or bool(place.country) or place.feature_code.startswith("PCL")


def _can_be_place(document: Document, resolution: Resolution) -> bool:
    if resolution.position is None:
        return False
    if resolution.mention.kind is MentionKind.METONYMIC and not is_country(resolution):
        # "on X Island", "near X": a name right behind such a word stands for the place,
        # whatever acts elsewhere in the sentence.
        start = resolution.mention.span.start
        return bool(_RIGHT_BEFORE.search(document.text[max(0, start - 12) : start]))
    return resolution.mention.kind in _ON_THE_GROUND


def _score(
    document: Document, region: Span, trigger: Span, kind: Kind, resolution: Resolution
) -> float | None:
    """Score a place by the words around it; ``None`` rules it out."""
    mention = resolution.mention
    assert resolution.position is not None
    if kind.family == "naval" and resolution.footprint in _ON_LAND:
        return None  # "the border" of a boat is another line
    before = _words_before(document, region, mention.span).replace("’", "'")
    if before.endswith("-"):
        return None  # "anti-Pyongyang"
    after = document.text[mention.span.end : min(region.end, mention.span.end + 25)]
    country = is_country(resolution)
    if _is_dateline(document, mention.span):
        return None
    if kind.family != "meeting" and context_pattern("place", "seat").search(before):
        return None
    uncertainty_m = resolution.position.uncertainty_m
    if mention.kind is MentionKind.RELATIVE:
        # "750 m south of the MDL" alone says how far from the line, not where along it.
        score = 5.0 if uncertainty_m <= _SECTOR_M else 2.5
    elif country:  # a sea is as wide as a country, but nobody acts in its name
        score = 0.5 if _names_country(resolution) else 1.5
    else:
        on_line = resolution.footprint in _LINES or uncertainty_m > _SECTOR_M
        score = 2.0 if on_line and resolution.footprint != "layer:jsa" else 3.0
    if resolution.footprint == "layer:nll_west" and _is_eastern(document, region):
        return None  # the line off the other coast
    score += _preposition(before, after, kind, country=country)
    gap = max(mention.span.start - trigger.end, trigger.start - mention.span.end, 0)
    score -= min(1.0, gap * 0.005)
    between = document.text[
        min(mention.span.end, trigger.end) : max(mention.span.start, trigger.start)
    ]
    if mention.span.start > trigger.end and context_pattern("place", "purpose").search(between):
        score -= 3.0
    if ";" in between or (mention.span.start < trigger.start and _OTHER_CLAUSE.search(between)):
        score -= 2.5
    if context_pattern("place", "background").search(before):
        score -= 2.0
    if context_pattern("place", "named_line").match(after):
        score -= 3.0  # "the Donghae line" is a railway
    if mention.span.start > trigger.start:
        score += 0.3
    return score


def _preposition(before: str, after: str, kind: Kind, *, country: bool) -> float:
    launch = kind.family in ("missile", "nuclear")
    if launch and context_pattern("place", "carried").search(before):
        return -4.0
    if launch and context_pattern("place", "fall").search(before):
        return -1.0  # where it fell, if nothing says where it was launched
    if context_pattern("place", "across_from").search(before):
        return 2.5
    if context_pattern("place", "origin").search(before):
        left = kind.key == "civilian_crossing" or kind.family in ("demolition", "propaganda")
        if launch or (left and not country):
            return 3.0 if launch else 2.0
        return 0.0 if kind.key == "shelling" and not country else -2.0
    if country and _BETWEEN.search(before):
        return -1.0
    if context_pattern("place", "locative").search(before):
        # "over Japan", "across Japan" is where a missile flew, not where it was launched
        flown = launch and before.rstrip().lower().endswith(("over", "across", "over the"))
        return -1.0 if flown else 2.0
    if context_pattern("place", "goal").search(before):
        if launch or country:
            return -3.0
        return 1.0 if kind.family in ("air", "propaganda", "fire") else -1.5
    if context_pattern("place", "korean_at").search(after):
        return 2.5
    if context_pattern("place", "korean_locative").search(after):
        return 2.0
    return 0.0


def _is_eastern(document: Document, region: Span) -> bool:
    text = document.text[region.start : region.end]
    return bool(context_pattern("place", "eastern").search(text))


def _is_dateline(document: Document, span: Span) -> bool:
    sentence = document.sentence_at(span)
    match = context_pattern("place", "dateline").match(document.quote(sentence)[:90])
    return match is not None and span.start < sentence.start + match.end()


def _where(resolution: Resolution) -> Where:
    assert resolution.position is not None
    place = resolution.place
    relative = resolution.mention.kind is MentionKind.RELATIVE
    surface = " ".join(resolution.mention.surface.split())
    return Where(
        label=place.name if place is not None and not relative else surface,
        position=resolution.position,
        place_id=place.place_id if place is not None and not relative else "",
        footprint=resolution.footprint,
        mention=resolution.mention.span,
        probability=resolution.probability,
        alternatives=resolution.alternatives,
        reason=resolution.reason,
    )


def _zone(
    document: Document,
    region: Span,
    kind: Kind,
    resolution: Resolution,
    check: ZoneCheck | None,
    others: Sequence[tuple[Resolution, ZoneCheck | None]],
) -> ZoneCheck | None:
    """Return the zone of the chosen shape, sharpened by what the words themselves say."""
    if is_country(resolution):
        return _country_zone(resolution, check)
    if _is_front(document, region, kind, resolution) and _near_belt(check):
        return _as_zone(check, ZoneName.INSIDE_DMZ) if check is not None else None
    span = resolution.mention.span
    before = _words_before(document, region, span)
    after = document.text[span.end : min(region.end, span.end + 20)]
    if _is_on_water(before, after, kind, check):
        if check is None:
            return ZoneCheck(zone=ZoneName.SEA, side=Side.UNKNOWN, certainty=Certainty.POSSIBLE)
        return check if check.zone is ZoneName.SEA else _as_zone(check, ZoneName.SEA)
    if resolution.footprint in _LINES and resolution.mention.kind is not MentionKind.RELATIVE:
        return _beside_line(before, kind, resolution.footprint, check)
    if check is None or not _near_belt(check):
        return check
    told = (_told_by_other(document, region, resolution, check, other) for other in others)
    return next((zone for zone in told if zone is not None), check)


def _words_before(document: Document, region: Span, span: Span) -> str:
    return document.text[max(region.start, span.start - _BEFORE) : span.start].replace("\n", " ")


def _is_on_water(before: str, after: str, kind: Kind, check: ZoneCheck | None) -> bool:
    """Say whether the words, or the kind of incident, put a place at sea."""
    if check is not None and check.zone in (ZoneName.JSA, ZoneName.INSIDE_DMZ):
        return False
    if kind.family == "naval" and kind.key != "stray_boat":  # a stray boat may have docked
        return True
    at_sea = context_pattern("place", "at_sea").search(before)
    return bool(at_sea or context_pattern("place", "korean_sea").search(after))


def _told_by_other(
    document: Document,
    region: Span,
    resolution: Resolution,
    check: ZoneCheck,
    beside: tuple[Resolution, ZoneCheck | None],
) -> ZoneCheck | None:
    """Return the zone that another place of the sentence tells, if it does."""
    other, other_check = beside
    span, relation = other.mention.span, other.mention.relation
    offset = relation is not None and relation.kind == "line_offset" and other is not resolution
    if offset and other_check is not None:
        # "near Paju, 440 metres south of the line": the offset is exact across the line
        return replace(
            check,
            zone=other_check.zone,
            side=other_check.side,
            mdl_distance_m=other_check.mdl_distance_m,
            mdl_distance_min_m=other_check.mdl_distance_min_m,
            mdl_distance_max_m=other_check.mdl_distance_max_m,
            certainty=Certainty.POSSIBLE,
        )
    up_to = document.text[region.start : span.end].replace("\n", " ")
    close = context_pattern("place", "just_beside").search(up_to)
    if close is not None:
        # "In northern Paju, just south of the line": the belt is 2 km wide there.
        side = Side.SOUTH if close["side"].lower() == "south" else Side.NORTH
        return replace(_as_zone(check, ZoneName.INSIDE_DMZ), side=side)
    if resolution.mention.span.contains(span) or other.footprint not in _LINES:
        return None  # "south of X" is not in X
    if not context_pattern("place", "inside").search(_words_before(document, region, span)):
        return None
    is_jsa = other.footprint == "layer:jsa"
    return _as_zone(check, ZoneName.JSA if is_jsa else ZoneName.INSIDE_DMZ)


def _is_front(document: Document, region: Span, kind: Kind, resolution: Resolution) -> bool:
    """Say whether it is a part of the front and the line is crossed there."""
    text = document.text[region.start : region.end]
    end = resolution.mention.span.end
    named = resolution.mention.surface + document.text[end : end + 8]
    return kind.family == "crossing" and bool(
        context_pattern("place", "front").search(named)
        and context_pattern("place", "at_the_line").search(text)
    )


def _beside_line(
    before: str, kind: Kind, footprint: str | None, check: ZoneCheck | None
) -> ZoneCheck | None:
    """Read "south of the DMZ": beside the shape, not in it."""
    if context_pattern("place", "south_of").search(before):
        side, zone = Side.SOUTH, ZoneName.SOUTH_OF_DMZ
    elif context_pattern("place", "north_of").search(before):
        side, zone = Side.NORTH, ZoneName.NORTH_OF_DMZ
    else:
        return check
    # Just beyond the line or the JSA is still inside the belt, which is 2 km wide there; a
    # clash "south of the MDL" may be anywhere on that side.
    close = kind.family == "crossing" or context_pattern("place", "just_beside").search(before)
    if footprint == "layer:jsa" or (footprint == "layer:mdl" and close):
        zone = ZoneName.INSIDE_DMZ
    return ZoneCheck(zone=zone, side=side, certainty=Certainty.POSSIBLE)


def _near_belt(check: ZoneCheck | None) -> bool:
    """Say whether a shape may reach the belt: the words then may put it inside."""
    if check is None or check.share_inside_dmz > 0:
        return True
    reach = [d for d in (check.mdl_distance_min_m, check.mdl_distance_max_m) if d is not None]
    return not reach or min(map(abs, reach)) < 5_000 or min(reach) < 0 < max(reach)


def _as_zone(check: ZoneCheck, zone: ZoneName) -> ZoneCheck:
    return replace(check, zone=zone, certainty=Certainty.POSSIBLE)


def _country_zone(resolution: Resolution, check: ZoneCheck | None) -> ZoneCheck | None:
    place = resolution.place
    country = place.country if place is not None else ""
    if country == "KP" or (place is not None and place.place_id == "country:KP"):
        return _area_zone(_areas()["north"])
    if country == "KR" or (place is not None and place.place_id == "country:KR"):
        return _area_zone(_areas()["south"])
    if country:
        return ZoneCheck(zone=ZoneName.OUTSIDE, side=Side.UNKNOWN, certainty=Certainty.CERTAIN)
    return check


def _area_zone(area: dict[str, Any]) -> ZoneCheck:
    return ZoneCheck(
        zone=ZoneName(area["zone"]), side=Side(area["side"]), certainty=Certainty.POSSIBLE
    )


@cache
def _areas() -> dict[str, dict[str, Any]]:
    folder = resources.files("mapper.incidents")
    return tomllib.loads(folder.joinpath("areas.toml").read_text(encoding="utf-8"))
