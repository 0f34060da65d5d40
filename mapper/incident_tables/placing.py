"""Where a row was: its coordinates, its shape, or its place looked up as if a text said it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import pyproj
import shapely

from mapper.errors import MapperError
from mapper.geoparsing import bare_document, geoparse, resolve_spans
from mapper.incidents.rows import Report, RowPlace
from mapper.layers.circles import circle_around
from mapper.model import (
    Mention,
    MentionKind,
    Position,
    Resolution,
    Span,
    Status,
    Where,
    ZoneCheck,
)
from mapper.pipeline import Tools
from mapper.zones import check_zones, land_hint
from mapper.zones.shapes import read_footprint

__all__ = ["Placed", "Placer"]

_NAMES = (MentionKind.LITERAL, MentionKind.COREFERENT, MentionKind.RELATIVE)
_PARTS = ("section", "inside")  # of relative places: those that only cut their anchor
_MOST_AREAS = 1_000  # areas cut out for one table; rows beyond keep their circles
_GRID_DEG = 1e-5  # about a metre
_EARTH = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a row was, the name that was looked up for it, and what could not be used."""

    where: Where | None = None
    resolution: Resolution | None = None
    fault: str = ""


class Placer:
    """Places the rows of one table; a name is looked up once."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self._named: dict[str, Resolution | str] = {}
        self._belts: dict[str, str | None] = {}
        self._cut: dict[tuple[str, Position], str | None] = {}

    def place(self, report: Report) -> Placed:
        """Return where a row was; with a resolution where its place was looked up by name."""
        place, fault = report.place, ""
        position, footprint = place.position, place.footprint
        try:
            if place.shape:
                position, footprint = self._of_shape(place.shape)
            elif footprint is not None:
                read_footprint(footprint, self.tools.layers)
        except (MapperError, ValueError, IndexError) as error:
            footprint, fault = None, f"its shape cannot be used: {error}"
        if position is not None:
            reason = place.reason
            if footprint is None and not report.incident_id:
                footprint = self._part_of_belt(place, position)
                reason += "; of that, what lies in the area that it names" if footprint else ""
            where = Where(
                label=place.name or f"{position.lat:.4f}, {position.lon:.4f}",
                position=position,
                place_id=place.place_id,
                footprint=footprint,
                stated=place.stated,
                mention=place.span,
                reason=reason,
            )
            return Placed(where=where, fault=fault)
        if not place.name:
            return Placed(fault=fault)
        found = self._find(place)
        if isinstance(found, str):
            return Placed(fault=fault or found)
        return Placed(
            where=_where_of(found, place), resolution=_as_said(found, report), fault=fault
        )

    def check(self, placed: list[Placed]) -> list[ZoneCheck | None]:
        """Check all places at once; ``None`` where there is none."""
        known = [each.where for each in placed if each.where is not None]
        checks = iter(
            check_zones(
                [where.position for where in known],
                self.tools.layers,
                footprints=[where.footprint for where in known],
                on_land=[self._on_land(where) for where in known],
            )
        )
        return [next(checks) if each.where is not None else None for each in placed]

    def _on_land(self, where: Where) -> bool | None:
        if _says("at_sea", where.label):
            return False
        place = self.tools.gazetteer.place(where.place_id) if where.place_id else None
        return land_hint(place.feature_code) if place is not None else None

    def _of_shape(self, wkt: str) -> tuple[Position, str]:
        """Return the middle of a line or an area, how far it reaches, and the shape."""
        shape = read_footprint(wkt, self.tools.layers)
        middle = shape.centroid
        if not shape.intersects(middle):
            middle = shape.representative_point()
        points = shapely.get_coordinates(shape)
        lon, lat = points[:, 0].tolist(), points[:, 1].tolist()
        middles = [middle.x] * len(lon), [middle.y] * len(lon)
        reach = max(_EARTH.inv(*middles, lon, lat)[2], default=0.0)
        radius = reach if reach > 0 else self.tools.settings.uncertainty_m
        return Position(lon=middle.x, lat=middle.y, uncertainty_m=radius), wkt

    def _part_of_belt(self, place: RowPlace, position: Position) -> str | None:
        """Return what of the circle lies in the DMZ or the JSA, where the row names one alone.

        "An observation post in the DMZ", within 120 km of a point: the point stands in for the
        belt, and most of the circle is where nobody says it was. "Southern boundary of the
        DMZ" has two sides, so such a point keeps its circle.
        """
        if not _says("belt", place.name) or _is_beside_belt(place.name):
            return None
        if place.name not in self._belts:
            self._belts[place.name] = self._belt(place)
        belt = self._belts[place.name]
        if belt is None:
            return None
        key = (belt, position)
        if key not in self._cut and len(self._cut) < _MOST_AREAS:
            self._cut[key] = self._within_circle(belt, position)
        return self._cut.get(key)

    def _belt(self, place: RowPlace) -> str | None:
        names = [r for r in self._read(place.name) if r.mention.kind in _NAMES]
        spans = [r.mention.span for r in names]
        alone = [
            r
            for r in names
            if not any(s != r.mention.span and s.contains(r.mention.span) for s in spans)
        ]
        if len(alone) != 1 or alone[0].status is not Status.LOCATED:
            return None
        return alone[0].footprint if _is_part(alone[0]) else None

    def _within_circle(self, belt: str, position: Position) -> str | None:
        circle = circle_around(position)
        area = read_footprint(belt, self.tools.layers)
        if circle.contains(area):
            return belt
        part = shapely.set_precision(area.intersection(circle), _GRID_DEG)
        return shapely.to_wkt(part, rounding_precision=5) if part.area > 0 else None

    def _find(self, place: RowPlace) -> Resolution | str:
        """Look up the name of a place as if a text said it; else say why it has none."""
        key = place.name + place.around
        if key not in self._named:
            self._named[key] = self._look_up(place)
        return self._named[key]

    def _look_up(self, place: RowPlace) -> Resolution | str:
        end = len(place.name)
        names = (place.name, place.name.title())
        for name in dict.fromkeys(name for name in names if len(name) == end):
            found = [r for r in self._read(name + place.around) if r.mention.span.end <= end]
            if found:  # the longest expression; of equals, the first: "Paju, near Munsan"
                return max(found, key=lambda r: (len(r.mention.span), -r.mention.span.start))
        document = bare_document(place.name + place.around)
        hints = self.tools.settings.hints()
        (whole,) = resolve_spans(document, [Span(0, end)], self.tools.gazetteer, hints=hints)
        if whole.position is None:
            return f"no place of the gazetteer is named in {place.name!r:.80}"
        return whole

    def _read(self, text: str) -> list[Resolution]:
        tools = self.tools
        found = geoparse(
            bare_document(text),
            tools.gazetteer,
            hints=tools.settings.hints(),
            recognizer=tools.settings.recognizer,
            layers=tools.layers,
        )
        return [resolution for resolution in found if resolution.position is not None]


@cache
def _words(what: str) -> re.Pattern[str]:
    """Return a pattern for any of the words of ``places.toml`` that say something."""
    text = resources.files(__package__).joinpath("places.toml").read_text(encoding="utf-8")
    words: Sequence[str] = tomllib.loads(text)[what]
    patterns = (rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in words)
    return re.compile("|".join(patterns), re.IGNORECASE)


def _says(what: str, name: str) -> bool:
    return _words(what).search(name) is not None


def _is_beside_belt(name: str) -> bool:
    return _says("belt", name) and _says("beside", name)


def _is_part(found: Resolution) -> bool:
    """Say whether it is a place itself or a part of one, and nothing beside it."""
    relation = found.mention.relation
    return relation is None or (relation.kind in _PARTS and not relation.constraints)


def _where_of(found: Resolution, place: RowPlace) -> Where:
    assert found.position is not None
    why = f"the row gives no coordinates; {place.name!r} was looked up: {found.reason}"
    # An edge has two sides: the belt that it is one of is not where the row was for certain.
    is_edge = _is_beside_belt(place.name) and _is_part(found)
    return Where(
        label=found.place.name if found.place is not None else found.mention.surface,
        position=found.position,
        place_id=found.place.place_id if found.place is not None else "",
        footprint=None if is_edge else found.footprint,
        stated=place.stated,
        mention=place.span,
        probability=found.probability,
        alternatives=found.alternatives,
        reason=why,
    )


def _as_said(found: Resolution, report: Report) -> Resolution | None:
    """Return the resolution of the name as it stands in the document of the row."""
    span = report.place.span
    if span is None:
        return None
    inner = found.mention.span
    at = Span(span.start + inner.start, span.start + inner.end)
    mention = Mention(
        doc_id=report.document.doc_id,
        span=at,
        surface=report.document.quote(at),
        kind=MentionKind.LITERAL,
    )
    return replace(found, mention=mention)
