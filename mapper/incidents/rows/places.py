"""Where a row of a table says that it was, how exactly, and in which zone it takes it to be."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from mapper.errors import InputError
from mapper.incidents.cells import (
    GEO_PRECISION_M,
    WHERE_PREC_M,
    is_nothing,
    read_number,
    read_pair,
    read_position,
)
from mapper.incidents.rows.columns import Layout, column_words, fold
from mapper.incidents.rows.facts import RowFaults
from mapper.model import Certainty, Position, Shares, Side, Span, ZoneCheck, ZoneName

__all__ = ["RowPlace", "contradiction", "may_lie_in", "place_of"]

_METERS_A_DEGREE = 111_320.0
_MOST_NAME = 300
_WIDEST_M = 20_000_000.0
_ON_LAND = (ZoneName.NORTH_OF_DMZ, ZoneName.SOUTH_OF_DMZ, ZoneName.INSIDE_DMZ, ZoneName.JSA)
# As exports/ucdp.py describes where it was, for our own rows alone.
_DESCRIBED = re.compile(r"within (\d+(?:\.\d+)?) km; (\w+) \(\w+\), side (\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPlace:
    """What a row says of its place.

    Attributes
    ----------
    position
        ``None`` where it gives no coordinates that can be used.
    shape
        A line or area as WKT in EPSG:4326; the caller works out a position of it.
    footprint
        As our own export gives it, beside a position.
    name
        Of the place, as the row has it.
    span
        Where the document says the name.
    around
        Areas that it lies in, for looking the name up: ", Gangwon, South Korea".
    reason
        Where the position and its radius are from.
    zone, side
        What the row takes it to be; ``None`` where it says nothing.
    claim
        The row's words for that.
    """

    position: Position | None = None
    shape: str = ""
    footprint: str | None = None
    name: str = ""
    span: Span | None = None
    around: str = ""
    reason: str = ""
    place_id: str = ""
    stated: bool = True
    zone: ZoneName | None = None
    side: Side | None = None
    claim: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether the row does not say where at all."""
        return self.position is None and not self.shape and not self.name


def place_of(
    layout: Layout,
    cells: Sequence[str],
    tags: Mapping[str, str],
    faults: RowFaults,
    *,
    unstated_m: float,
    geometry: bool = False,
) -> RowPlace:
    """Read where a row says that it was.

    Parameters
    ----------
    tags
        Of our own rows in ACLED's columns, what these have no place for.
    unstated_m
        Radius where the row says none.
    geometry
        Whether the shape of the file goes before columns of coordinates.
    """

    def cell(name: str) -> str:
        said = layout.cell(cells, name)
        return "" if is_nothing(said) else said

    name = " ".join(cell("place").split())[:_MOST_NAME]
    lon, lat, shape = _coordinates(layout, cells, geometry=geometry)
    pair = read_pair(name) if not (lon or lat or shape) else None
    if pair is not None:  # a column of places that holds coordinates
        (lon, lat), name = pair, ""
    radius_m, why = _radius(layout, cells, tags, faults, (lon, lat), unstated_m)
    position = None
    try:
        position = read_position(lon, lat, radius_m)
    except InputError as error:
        column = layout.name("lon") or layout.name("coordinates") or layout.name("wkt")
        faults.add(column, str(error))
    areas = [part for part in (cell("admin"), cell("country")) if re.search("[^\\W\\d]", part)]
    zone, side, claim = _claimed(layout, cells, tags)
    return RowPlace(
        position=position,
        shape=shape,
        footprint=cell("footprint") or None if position is not None else None,
        name=name,
        around="".join(f", {area}" for area in areas)[:_MOST_NAME],
        reason=why if position is not None or shape else "",
        place_id=cell("place_id"),
        stated=cell("place_stated").casefold() != "false",
        zone=zone,
        side=side,
        claim=claim,
    )


def _coordinates(layout: Layout, cells: Sequence[str], *, geometry: bool) -> tuple[str, str, str]:
    """Return longitude, latitude and, instead of both, a shape that is no point."""
    lon, lat = layout.cell(cells, "lon"), layout.cell(cells, "lat")
    wkt = layout.cell(cells, "wkt")
    if (geometry or (is_nothing(lon) and is_nothing(lat))) and wkt:
        pair = read_pair(wkt)
        return ("", "", wkt) if pair is None else (*pair, "")
    if is_nothing(lon) and is_nothing(lat):
        said = layout.cell(cells, "coordinates")
        pair = read_pair(said)
        if pair is None and not is_nothing(said):
            return said, "", ""
        return (*(pair or ("", "")), "")
    return lon, lat, ""


def _radius(
    layout: Layout,
    cells: Sequence[str],
    tags: Mapping[str, str],
    faults: RowFaults,
    where: tuple[str, str],
    unstated_m: float,
) -> tuple[float, str]:
    """Return the radius in metres, and who says so."""
    for field, factor in (("uncertainty_m", 1.0), ("uncertainty_km", 1000.0)):
        said, column = layout.cell(cells, field), layout.name(field)
        if field in tags:
            said, column = tags[field], f"{field} in {layout.name('tags')}"
        if is_nothing(said):
            continue
        try:
            radius_m = read_number(said) * factor
        except InputError as error:
            faults.add(column, str(error))
            continue
        if 0 < radius_m <= _WIDEST_M:
            return radius_m, f"position of the table, with its {column} of {said}"
        faults.add(column, f"{said} is no radius on earth above 0")
    described = _DESCRIBED.search(" ".join(cells)) if _is_ours(layout, cells) else None
    if described and float(described[1]) > 0:
        return float(described[1]) * 1000, "position of the table, with the radius it describes"
    for field, radii in (("where_prec", WHERE_PREC_M), ("geo_precision", GEO_PRECISION_M)):
        code = layout.cell(cells, field)
        if code in radii:
            column = layout.name(field)
            return float(radii[code]), f"position of the table, with the radius of {column} {code}"
    written_m = _as_written_m(*where)
    if written_m > unstated_m:
        return written_m, (
            "position of the table, which does not say how exact it is: "
            f"as it is written, to {written_m / 1000:.0f} km"
        )
    return unstated_m, (
        "position of the table, which does not say how exact it is: "
        f"{unstated_m / 1000:g} km are taken"
    )


def _is_ours(layout: Layout, cells: Sequence[str]) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{16}", layout.cell(cells, "id")))


def _as_written_m(lon: str, lat: str) -> float:
    """Return what rounding to the decimals that are written leaves open."""
    if "°" in lon + lat:
        return 0.0
    decimals = [len(re.split("[.,]", cell + ".")[1]) for cell in (lon, lat)]
    return float(0.5 * 10.0 ** -max(decimals) * _METERS_A_DEGREE * 2**0.5)


def _claimed(
    layout: Layout, cells: Sequence[str], tags: Mapping[str, str]
) -> tuple[ZoneName | None, Side | None, str]:
    """Return zone and side as the row has them, and its words for the one it gives."""
    said = tags.get("zone") or layout.cell(cells, "zone")
    zone = _zones().get(fold(said))
    if zone is not None and zone is not ZoneName.UNKNOWN:
        return zone, None, f"{layout.name('zone') or 'zone'} {said}"
    for field in ("side", "country"):
        word = layout.cell(cells, field).strip().casefold()
        side = _sides().get(word)
        if side is not None:
            return None, side, f"{layout.name(field)} {layout.cell(cells, field)}"
    return None, None, ""


@cache
def _sides() -> Mapping[str, Side]:
    return {word: Side(side) for side, words in column_words()["sides"].items() for word in words}


@cache
def _zones() -> Mapping[str, ZoneName]:
    known = {fold(zone.value): zone for zone in ZoneName}
    for zone, words in column_words()["zones"].items():
        known |= {fold(word): ZoneName(zone) for word in words}
    return known


def contradiction(place: RowPlace, check: ZoneCheck, radius_m: float) -> str:
    """Say how a row contradicts the check of its own position; empty when it does not.

    Parameters
    ----------
    radius_m
        Of that position. Only what no part of its shape allows is a contradiction.
    """
    lies = check.zone.value.replace("_", " ")
    if check.on_line or (place.side is None and place.zone is None):
        return ""
    if place.zone is not None and _may_lie(place.zone, check):
        return ""
    if place.side is not None:
        if _may_lie_on(place.side, check):
            return ""
        lies = f"{check.side.value} of the MDL"
    distance = check.mdl_distance_m
    away = f", {abs(distance) / 1000:.1f} km from the MDL" if distance is not None else ""
    radius = radius_m / 1000
    return (
        f"the table says {place.claim}, but all of its place (± {radius:.1f} km) lies {lies}{away}"
    )


def _may_lie_on(side: Side, check: ZoneCheck) -> bool:
    shares = check.shares
    if shares is None or check.side not in (Side.NORTH, Side.SOUTH) or check.side is side:
        return True
    own = shares.north_of_dmz if side is Side.NORTH else shares.south_of_dmz
    return own + shares.sea + shares.outside_korea > 0  # at sea there are no sides


def _may_lie(zone: ZoneName, check: ZoneCheck) -> bool:
    if zone is check.zone or check.certainty is not Certainty.CERTAIN or check.shares is None:
        return True
    if check.zone is ZoneName.SEA and zone in _ON_LAND:
        return True  # a table's "south of the DMZ" may well be at sea
    return may_lie_in(zone, check.shares)


def may_lie_in(zone: ZoneName, shares: Shares) -> bool:
    """Say whether any of a shape lies in a zone."""
    name = "outside_korea" if zone is ZoneName.OUTSIDE else zone.value
    share: float = getattr(shares, name, 0.0)
    return share > 0
