"""Say where a shape lies relative to the DMZ, the MDL and the JSA.

The belt is the legal one of the Armistice Agreement, 2 km each side of the MDL; it is not
the fences, which stand inside it for much of its length. The line itself is good to a few
hundred metres (``accuracy_m`` of layer ``mdl``), so an answer within that distance of a
limit is no better than the line.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from operator import attrgetter
from typing import Final, TypeVar

import numpy as np

from mapper.errors import InputError
from mapper.layers import BorderLayers
from mapper.model import Position, ZoneCheck
from mapper.zones.areas import check_area
from mapper.zones.circles import check_circles
from mapper.zones.comparing import compare_belts
from mapper.zones.index import Asked, Index, index_of
from mapper.zones.shapes import check_shapes, read_footprint
from mapper.zones.tables import check, check_columns, zone_layers

__all__ = [
    "check",
    "check_area",
    "check_columns",
    "check_zones",
    "compare_belts",
    "land_hint",
    "zone_layers",
]

_T = TypeVar("_T")
# GeoNames feature codes of open water; rivers and lakes say nothing about the sea.
_WATER: Final = {"ANCH", "BAY", "BAYS", "BNK", "CHN", "CHNM", "COVE", "ESTY", "FISH", "GULF"} | {
    "INLT", "OCN", "RDST", "RF", "SEA", "SD", "SHOL", "STRT"
}  # fmt: skip
_INLAND_WATER: Final = {"STM", "STMS", "LK", "LKS", "RSV", "CNL", "WTRC", "WTLD"}
_NUMBERS: Final = tuple(map(attrgetter, ("lon", "lat", "uncertainty_m")))
_KNOWN: Final = {None: -1, False: 0, True: 1}
_CHUNK: Final = 100_000  # positions at a time, to keep memory flat
# Texts name the same places again and again: their answers are kept, up to so many.
_MOST_ASKED: Final = 20_000


def check_zones(
    positions: Sequence[Position],
    layers: BorderLayers,
    *,
    footprints: Sequence[str | None] | None = None,
    on_land: Sequence[bool | None] | None = None,
    remember: bool = False,
) -> list[ZoneCheck]:
    """Say for each position in which zone it is and on which side of the MDL.

    Parameters
    ----------
    positions
        ``n`` positions in degrees (EPSG:4326). May be empty.
    layers
        From :meth:`mapper.layers.BorderLayers.load`.
    footprints
        ``n`` shapes: ``None`` for the circle of the position, ``layer:NAME`` for a layer,
        ``layer:NAME#FEATURE`` for one feature of it, or WKT in EPSG:4326.
    on_land
        ``n`` facts about the centre, where the caller knows: ``True`` for a village or an
        island, ``False`` for a point at sea, ``None`` to ask the (coarse) base map, which
        takes everything within its accuracy of land (1 km) as land.
    remember
        Keep the answers with the layers, and look there first: for texts, which name the
        same places again and again. The answers are the same either way.

    Returns
    -------
    list of ZoneCheck
        Length ``n``, same order. For a circle, ``zone`` is the zone of its centre:
        ``certain`` when the circle reaches no other zone (the sea does not count for a
        place on land), else ``possible``; so is a centre that only the base map's accuracy
        makes land. ``shares`` are of the whole circle, as the maps have land and water; only
        within the base map's accuracy of the centre does what is known of the centre hold.
        For another shape it is the zone that holds most
        of it. ``mdl_distance_m`` is geodesic, within 0.1 m up to 20 km, a ten-thousandth beyond;
        ``mdl_distance_min_m`` and ``_max_m`` bound the signed distance over the shape.
        ``sea`` is the sea around Korea; distant oceans are ``outside_korea``. ``side`` is
        ``straddles`` when the shape reaches the line, and ``unknown`` at sea, outside Korea,
        and inside the JSA, where no public line is exact enough.

    Raises
    ------
    InputError
        When lengths differ or a footprint is no valid WKT.
    LayerError
        When a layer is missing or damaged.

    Notes
    -----
    Sides come from geometry, never from a gazetteer's country: on land the MDL, and the
    territory that goes on from its ends, divide the peninsula and its islands. Pure: reads
    no file but the layers, which workers can share.

    Examples
    --------
    >>> layers = BorderLayers.load()
    >>> seoul = Position(lon=126.978, lat=37.566, uncertainty_m=15_000)
    >>> (check,) = check_zones([seoul], layers)
    >>> check.zone.value, check.side.value, check.certainty.value
    ('south_of_dmz', 'south', 'certain')
    >>> round(check.mdl_distance_m / 1000)
    -40
    >>> (check,) = check_zones([seoul], layers, footprints=["layer:dmz"])
    >>> check.zone.value, check.side.value, check.share_inside_dmz
    ('inside_dmz', 'straddles', 1.0)
    """
    count = len(positions)
    shapes = _checked("footprints", footprints, count)
    land = _checked("on_land", on_land, count)
    if not count:
        return []
    index = index_of(layers)
    asked = zip(positions, shapes, land, strict=True)
    if remember:
        return _check_remembered(list(asked), layers, index)
    checks: list[ZoneCheck] = []
    while chunk := list(itertools.islice(asked, _CHUNK)):
        checks += _check_chunk(chunk, layers, index)
    return checks


def _check_remembered(
    asked: Sequence[Asked], layers: BorderLayers, index: Index
) -> list[ZoneCheck]:
    known = {key: index.asked[key] for key in asked if key in index.asked}
    fresh = list(dict.fromkeys(key for key in asked if key not in known))
    if fresh:
        answers = _check_chunk(fresh, layers, index)
        known |= zip(fresh, answers, strict=True)
        if len(index.asked) + len(fresh) > _MOST_ASKED:
            index.asked.clear()
        index.asked |= zip(fresh, answers, strict=True)
    return [known[key] for key in asked]


def _check_chunk(asked: Sequence[Asked], layers: BorderLayers, index: Index) -> list[ZoneCheck]:
    positions, footprints, on_land = zip(*asked, strict=True)
    count = len(asked)
    lon, lat, radius_m = (np.fromiter(map(get, positions), np.float64, count) for get in _NUMBERS)
    known = np.fromiter(map(_KNOWN.__getitem__, on_land), np.int8, count)
    found = check_circles(lon, lat, radius_m, known, index)
    checks = found.checks()
    named = [(at, name) for at, name in enumerate(footprints) if name is not None]
    if named:
        chosen, names = np.array([at for at, _ in named]), [name for _, name in named]
        shapes = [read_footprint(name, layers) for name in names]
        where = (lon[chosen], lat[chosen])
        answers = check_shapes(shapes, names, found.at(chosen), where, layers, index).checks()
        for at, answer in zip(chosen, answers, strict=True):
            checks[at] = answer
    return checks


def _checked(name: str, values: Sequence[_T | None] | None, count: int) -> Sequence[_T | None]:
    if values is None:
        return [None] * count
    if len(values) != count:
        raise InputError(f"{name} has {len(values)} values for {count} positions")
    return values


def land_hint(feature_code: str) -> bool | None:
    """Say whether a GeoNames feature code is of land, for ``on_land`` of :func:`check_zones`.

    Examples
    --------
    >>> land_hint("ISL"), land_hint("SEA"), land_hint("")
    (True, False, None)
    """
    if feature_code in _WATER:
        return False
    return None if not feature_code or feature_code in _INLAND_WATER else True
