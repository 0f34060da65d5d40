"""The places that a map names for orientation: which, from which zoom on, by one rule.

They are rows of the gazetteer's table of border places, each with its own source; no point is
moved and none is chosen by hand.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import shapely

from mapper.maps.geometry import MapLayers, drawn_layers

__all__ = ["NamedPlace", "load_places"]

# GeoNames feature codes: the least extent in metres of a place that is named from a zoom on,
# largest first. Areas that a layer draws (provinces, zones) and rivers are named there or not.
_TOWNS = ((15_000, 6), (10_000, 7), (5_000, 8), (2_500, 10), (0, 11))
_SITES = ((2_500, 10), (1_000, 11), (0, 12))
_FROM_ZOOM: Mapping[str, tuple[tuple[int, int], ...]] = {
    "PPLC": ((0, 5),),
    "PPLA": ((9_000, 6), (0, 7)),
    "PPLA2": ((0, 7),),
    **dict.fromkeys(("PPL", "PPLX", "PPLQ"), _TOWNS),
    "ADM2": ((0, 9),),
    "ADM3": ((0, 11),),
    **dict.fromkeys(("ISL", "ISLS"), ((5_000, 8), (2_000, 9), (800, 10), (0, 11))),
    **dict.fromkeys(("MT", "MTS", "PEN", "CAPE"), ((5_000, 9), (0, 10))),
    **dict.fromkeys(("HLL", "RDGE", "PASS"), ((0, 11),)),
    **dict.fromkeys(("AIRP", "AIRB", "NVB", "MILB", "INDS", "RSV", "DAM"), _SITES),
    **dict.fromkeys(("OBPT", "BLDG", "BDG", "GATE", "RSTN", "TNL", "CMP"), _SITES),
    **dict.fromkeys(("MUS", "HSTS", "PRK", "MNMT", "FCL"), _SITES),
}
_AREAS = {"ADM2", "ADM3", "MTS", "RDGE", "PEN", "ISLS"}
# From a zoom on only what is near the border is named: within so many degrees of its lines.
_NEAR_DEG = {9: 1.2, 10: 0.35, 11: 0.2, 12: 0.2}
_TOWN_ZOOM = 8
# A name stands at its place if the point is good to the place's extent, or to this; it has a
# dot if it is a town's or good to _DOT_M. It goes where it would be so many pixels off.
_LEAST_ACCURACY_M, _DOT_M, _FARTHEST_PX = 1_500, 500, 150
_METRES_PER_PIXEL = 156_543.03  # of a web map on the equator at zoom 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """A place that the map names.

    Attributes
    ----------
    min_zoom, max_zoom
        Named between these zooms of a web map.
    rank
        1 for capitals, 2 for towns, 3 for villages and sites.
    has_dot
        Whether its point is exact enough to be marked; else the name stands around it.
    """

    name: str
    hangul: str
    lon: float
    lat: float
    min_zoom: int
    max_zoom: int
    rank: int
    has_dot: bool


def load_places(layers: MapLayers) -> tuple[NamedPlace, ...]:
    """Return the named places of a region, the first to be named first.

    Parameters
    ----------
    layers
        Their table ``core`` holds the places; without one nothing is named.
    """
    table = layers.tables.get("core")
    if table is None:
        return ()
    drawn = drawn_layers(layers)
    said = {text.casefold() for each in drawn.values() for text in (each.name, each.legend)}
    lines = [layers.geometry(n) for n, each in drawn.items() if each.look in {"line", "sea_line"}]
    border = shapely.union_all(lines)
    shapely.prepare(border)
    found: dict[tuple[float, float], NamedPlace] = {}
    for row in _rows(table.path):
        place = _place(row)
        if place is None or place.name.casefold() in said or (place.lon, place.lat) in found:
            continue
        near = _NEAR_DEG.get(place.min_zoom, 360)
        if not shapely.dwithin(border, shapely.Point(place.lon, place.lat), near):
            continue
        found[place.lon, place.lat] = place
    return tuple(sorted(found.values(), key=lambda place: (place.min_zoom, place.rank)))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _place(row: Mapping[str, str]) -> NamedPlace | None:
    steps = _FROM_ZOOM.get(row["feature_code"])
    if steps is None or not row["lon"]:
        return None
    code, lat = row["feature_code"], float(row["lat"])
    extent_m, accuracy_m = float(row["extent_m"] or 0), float(row["accuracy_m"] or 0)
    if accuracy_m > max(extent_m if code in _AREAS else 0, _LEAST_ACCURACY_M):
        return None
    ground = _METRES_PER_PIXEL * math.cos(math.radians(lat))
    min_zoom = next(zoom for least, zoom in steps if extent_m >= least)
    max_zoom = math.floor(math.log2(_FARTHEST_PX * ground / max(accuracy_m, 1.0)))
    is_town = code.startswith("PPL")
    rank = 1 if code == "PPLC" else 2 if is_town and min_zoom <= _TOWN_ZOOM else 3
    return NamedPlace(
        name=row["name"],
        hangul=row["hangul"].split("|")[0],
        lon=float(row["lon"]),
        lat=lat,
        min_zoom=min_zoom,
        max_zoom=min(max_zoom, 22),
        rank=rank,
        has_dot=accuracy_m <= (_LEAST_ACCURACY_M if is_town else _DOT_M),
    )
