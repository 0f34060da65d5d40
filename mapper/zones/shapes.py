"""Zone checks of shapes that are not circles: layers, sectors, strips, lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.errors import InputError
from mapper.layers import BorderLayers
from mapper.zones.circles import nll_of
from mapper.zones.found import DMZ, JSA, OUTSIDE, SEA, SOUTH, Codes, Found
from mapper.zones.index import SHORT_DEG, Area, Index
from mapper.zones.lines import Flags, Floats, Segments
from mapper.zones.ranges import greatest_m

__all__ = ["check_shapes", "names_layer", "read_footprint"]

# Where two data sets meet they leave slivers; a smaller share than this is one.
_SLIVER: Final = 0.001
_LAYER: Final = "layer:"
_NO_SIDE, _IS_NORTH, _IS_SOUTH, _STRADDLES = range(4)

_Shapes = npt.NDArray[np.object_]


def check_shapes(
    shapes: Sequence[BaseGeometry],
    names: Sequence[str],
    centres: Found,
    where: tuple[Floats, Floats],
    layers: BorderLayers,
    index: Index,
) -> Found:
    """Check ``n`` shapes, given the checks of their centres' circles.

    Parameters
    ----------
    shapes
        In EPSG:4326, valid, none empty, none a mixed collection.
    names
        The footprint that a shape was read from: what a layer is, is known; others are empty.
    centres
        Say the distance of the centre, and the zone where another holds no more of the shape.
    where
        lon and lat of the centres.
    """
    given = np.empty(len(shapes), dtype=np.object_)
    given[:] = shapes
    short = shapely.segmentize(given, SHORT_DEG)
    flat, plane = (
        _mended(shapely.transform(short, move)) for move in (index.area_xy, index.metric_xy)
    )
    shares = _shares(flat, _leaves(given, index), index)
    known = np.array([_layer_zone(name, layers) for name in names], dtype=np.int8)
    zone = np.where(known >= 0, known, _main_zone(shares, centres.zone)).astype(np.int8)
    side = _sides(flat, names, zone, index)
    low_m, high_m = _range(given, side, index)
    middle_m = np.where(side == _STRADDLES, centres.mdl_m, np.abs(centres.mdl_m))
    nll_side, nll_m = nll_of(*where, index.points(*where), np.zeros(len(given)), zone == SEA, index)
    if index.sea_line is not None:
        crosses = _touched(plane, index.sea_line.line, 0.0) & (zone == SEA)
        nll_side[crosses & np.isfinite(nll_m)] = _STRADDLES
    return replace(
        centres,
        zone=zone,
        side=side,
        certainty=_certainty(plane, names, known >= 0, zone, shares, layers, index),
        mdl_m=np.where(side == _IS_SOUTH, -middle_m, middle_m),
        low_m=low_m,
        high_m=high_m,
        shares=shares,
        nll_side=nll_side,
        nll_m=nll_m,
        neutral=_area_of(given, plane, index.neutral),
        controlled=_area_of(given, plane, index.controlled),
    )


def names_layer(footprint: str) -> bool:
    """Say whether a footprint is a layer or one feature of it, and not WKT."""
    return footprint.startswith(_LAYER)


def read_footprint(footprint: str, layers: BorderLayers) -> BaseGeometry:
    """Return the shape of ``layer:NAME``, ``layer:NAME#FEATURE`` or WKT in EPSG:4326.

    Raises
    ------
    InputError
        For text that is neither, or an empty or invalid shape.
    LayerNotFoundError
        For a layer that the manifest does not have.
    """
    if names_layer(footprint):
        return layers.geometry(footprint.removeprefix(_LAYER))
    try:
        shape: BaseGeometry | None = shapely.from_wkt(footprint)
    except (TypeError, shapely.errors.GEOSException) as error:
        raise InputError(f"footprint is neither layer:NAME nor WKT: {footprint[:80]!r}") from error
    if shape is None or shape.is_empty or not shape.is_valid:
        raise InputError(f"footprint is empty or crosses itself: {footprint[:80]!r}")
    if shape.geom_type == "GeometryCollection":
        raise InputError(f"footprint mixes points, lines and areas: {footprint[:80]!r}")
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise InputError(f"footprint is not in EPSG:4326 degrees, lon first: {footprint[:80]!r}")
    return shape


def _mended(shapes: _Shapes) -> _Shapes:
    """Mend areas that were valid in degrees and, by rounding, are not on a plane."""
    broken = (shapely.get_dimensions(shapes) == 2) & ~shapely.is_valid(shapes)
    shapes[broken] = shapely.buffer(shapes[broken], 0)
    return shapes


def _layer_zone(footprint: str, layers: BorderLayers) -> int:
    """Say what a layer is, whatever its parts: the line runs through the JSA and is the line."""
    name = footprint.removeprefix(_LAYER).partition("#")[0]
    roles = layers.region.roles
    if not names_layer(footprint):
        return -1
    if name == roles.get("joint"):
        return JSA
    belt = {roles["line"], roles["belt"], *layers.members(roles["belt"])}
    return DMZ if name in belt else -1


def _leaves(shapes: _Shapes, index: Index) -> Flags:
    """Say which shapes leave the base map."""
    low, high = index.box[:2], index.box[2:]
    bounds = shapely.bounds(shapes)
    beyond = np.column_stack([bounds[:, :2] < low, bounds[:, 2:] > high])
    return np.asarray(beyond.any(axis=1), dtype=np.bool_)


def _shares(flat: _Shapes, leaves: Flags, index: Index) -> Floats:
    shares = np.zeros((len(flat), 6))
    shares[:, :5] = index.region_tiles.shares(flat)
    land = np.minimum(shares[:, :5].sum(axis=1), 1.0)
    shares[:, SEA] = 1.0 - land
    if leaves.any():
        on_map, at_sea = index.frame_tiles.shares(flat[leaves]).T
        shares[leaves, SEA] = np.maximum(on_map - land[leaves], 0.0) + at_sea
        shares[:, OUTSIDE] += np.maximum(1.0 - shares.sum(axis=1), 0.0)
    return np.round(shares, 6)


def _main_zone(shares: Floats, otherwise: Codes) -> Codes:
    """Return the zone of most of each shape; the centre's when that holds as much."""
    best = shares.max(axis=1)
    own = shares[np.arange(len(shares)), otherwise]
    keep = own >= best - _SLIVER
    return np.where(keep, otherwise, np.argmax(shares, axis=1)).astype(np.int8)


def _certainty(
    plane: _Shapes,
    names: Sequence[str],
    known: Flags,
    zone: Codes,
    shares: Floats,
    layers: BorderLayers,
    index: Index,
) -> Codes:
    held = shares[np.arange(len(zone)), zone] + np.where(zone == DMZ, shares[:, JSA], 0.0)
    is_layer = np.array([names_layer(name) for name in names])
    # Layers are cut from each other: their common limits are the same, however exact.
    open_ = ~is_layer & _touched(plane, index.belt, index.belt_accuracy_m)
    open_ |= ~is_layer & (zone == JSA) & _touched(plane, index.joint, index.joint_accuracy_m)
    # As for circles: what comes as near to a shore as the base map may be off may be ashore.
    wet = np.flatnonzero(~is_layer & ~open_ & (zone == SEA))
    open_[wet] = _touched(plane[wet], index.coast, index.land_tolerance_m)
    sure = known | ((held >= 1 - _SLIVER) & ~open_)
    for at in np.flatnonzero(is_layer).tolist():
        sure[at] &= not layers.info(names[at].removeprefix(_LAYER)).is_upper_bound
    return np.where(sure, 2, 1).astype(np.int8)


def _touched(plane: _Shapes, lines: Segments, distance_m: float) -> Flags:
    """Say which shapes on the metric plane come as near to the lines."""
    flags = np.zeros(len(plane), dtype=np.bool_)
    flags[lines.tree.query(plane, predicate="dwithin", distance=distance_m)[0]] = True
    return flags


def _sides(flat: _Shapes, names: Sequence[str], zone: Codes, index: Index) -> Codes:
    halves = index.half_tiles.shares(flat)
    north, south = halves[:, 0], halves[:, 1]
    crosses = shapely.intersects(index.mdl_area, flat)
    straddles = crosses & (np.minimum(north, south) > _SLIVER)
    is_line = _LAYER + index.region.roles["line"]
    straddles |= np.array([name == is_line for name in names])
    sided = (zone >= DMZ) & (zone <= SOUTH) & (north != south)
    side = np.where(sided, np.where(north > south, _IS_NORTH, _IS_SOUTH), _NO_SIDE)
    return np.where(straddles, _STRADDLES, side).astype(np.int8)


def _range(shapes: _Shapes, side: Codes, index: Index) -> tuple[Floats, Floats]:
    """Return the least and greatest signed distance to the MDL over each shape, metres.

    Beyond the ends of the line the sign turns at sea, far from the line, where the signed
    distance jumps. So what straddles is cut in two, and each part has one sign.
    """
    least, greatest = np.empty(len(shapes)), np.empty(len(shapes))
    one = np.flatnonzero(side != _STRADDLES)
    outlines = _outlines(shapes[one])
    far_m, near_m = _farthest_m(outlines, index), _nearest_m(outlines, index)
    is_open = (side[one] == _NO_SIDE) & shapely.intersects(index.mdl, shapes[one])
    near_m[is_open] = 0.0
    is_south = side[one] == _IS_SOUTH
    least[one] = np.where(is_south, -far_m, near_m)
    greatest[one] = np.where(is_south, -near_m, far_m)
    both = np.flatnonzero(side == _STRADDLES)
    # They reach the line: 0 is in the range, whatever rounding leaves of a part.
    least[both] = -_farthest_m(_outlines(shapely.intersection(shapes[both], index.south)), index)
    greatest[both] = _farthest_m(_outlines(shapely.difference(shapes[both], index.south)), index)
    return least, greatest


def _outlines(shapes: _Shapes) -> _Shapes:
    is_area = shapely.get_dimensions(shapes) == 2
    # Cut along a common edge, an area leaves lines and points beside its parts.
    mixed = is_area & (shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION)
    shapes[mixed] = shapely.buffer(shapes[mixed], 0)
    return np.asarray(np.where(is_area, shapely.boundary(shapes), shapes), dtype=np.object_)


def _farthest_m(outlines: _Shapes, index: Index) -> Floats:
    """Return the greatest unsigned distance to the MDL over each outline; 0 for an empty one."""
    return np.maximum(greatest_m(outlines, index.mdl_distance), 0.0)


def _nearest_m(outlines: _Shapes, index: Index) -> Floats:
    """Return the least unsigned distance to the MDL over each outline."""
    return -greatest_m(outlines, lambda lon, lat: -index.mdl_distance(lon, lat))


def _area_of(shapes: _Shapes, plane: _Shapes, area: Area | None) -> Codes:
    code = np.zeros(len(shapes), dtype=np.int8)
    if area is None:
        return code
    inside = shapely.covers(area.shape, shapes)
    code[inside] = 1 if area.is_upper_bound else 2
    near = _touched(plane, area.edge, area.slack_m)
    code[near | (shapely.intersects(area.shape, shapes) & ~inside)] = 1
    return code
