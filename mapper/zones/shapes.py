"""Zone checks of shapes that are not circles: layers, sectors, strips."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.errors import InputError
from mapper.layers import BorderLayers
from mapper.model import Certainty, Side, ZoneCheck, ZoneName
from mapper.zones.found import ZONES
from mapper.zones.index import Index

__all__ = ["check_shape"]

_BELT: Final = {ZoneName.JSA, ZoneName.INSIDE_DMZ}
_SIDED: Final = {ZoneName.INSIDE_DMZ, ZoneName.NORTH_OF_DMZ, ZoneName.SOUTH_OF_DMZ}
# Where two data sets meet they leave slivers; a smaller share than this is one.
_SLIVER: Final = 0.001
_LAYER: Final = "layer:"
_SAMPLES: Final = 256  # points along the outline whose distance to the MDL is measured


def check_shape(footprint: str, centre: ZoneCheck, layers: BorderLayers, index: Index) -> ZoneCheck:
    """Return the check of a footprint, given the check of its position's circle.

    Parameters
    ----------
    footprint
        ``layer:NAME``, ``layer:NAME#FEATURE`` or WKT in EPSG:4326.
    centre
        Says the distance of the position, and the zone of a shape that leaves the base map.

    Raises
    ------
    InputError
        For text that is neither, or an empty or invalid shape.
    LayerNotFoundError
        For a layer that the manifest does not have.
    """
    shape = _read(footprint, layers)
    (flat,) = index.on_area([shape])
    shares = _zone_shares(flat, shape, index)
    known = _layer_zone(footprint, layers)
    zone = known or _main_zone(shares, centre.zone)
    held = shares.get(zone, 0.0)
    if zone is ZoneName.INSIDE_DMZ:
        held += shares.get(ZoneName.JSA, 0.0)
    sure = known is not None or held >= 1 - _SLIVER
    if footprint.startswith(_LAYER) and layers.info(footprint.removeprefix(_LAYER)).is_upper_bound:
        sure = False
    side = _side(footprint, flat, zone, index)
    low, high = _distance_range(shape, side, index)
    middle = centre.mdl_distance_m
    if middle is not None and side is not Side.STRADDLES:
        middle = -abs(middle) if side is Side.SOUTH else abs(middle)
    return replace(
        centre,
        zone=zone,
        side=side,
        certainty=Certainty.CERTAIN if sure else Certainty.POSSIBLE,
        mdl_distance_m=middle,
        mdl_distance_min_m=low,
        mdl_distance_max_m=high,
        share_inside_dmz=min(1.0, round(sum(shares.get(part, 0.0) for part in _BELT), 6)),
    )


def _layer_zone(footprint: str, layers: BorderLayers) -> ZoneName | None:
    """Say what a layer is, whatever its parts: the line runs through the JSA and is the line."""
    name = footprint.removeprefix(_LAYER).partition("#")[0]
    if not footprint.startswith(_LAYER):
        return None
    roles = layers.region.roles
    if name == roles.get("joint"):
        return ZoneName.JSA
    belt = {roles["line"], roles["belt"], *layers.members(roles["belt"])}
    return ZoneName.INSIDE_DMZ if name in belt else None


def _read(footprint: str, layers: BorderLayers) -> BaseGeometry:
    if footprint.startswith(_LAYER):
        return layers.geometry(footprint.removeprefix(_LAYER))
    try:
        shape = shapely.from_wkt(footprint)
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


def _measure(shape: BaseGeometry) -> float:
    """Return area, or length for lines, or the number of points."""
    if shape.is_empty:
        return 0.0
    return shape.area or shape.length or float(shapely.get_num_geometries(shape))


def _zone_shares(flat: BaseGeometry, shape: BaseGeometry, index: Index) -> dict[ZoneName, float]:
    """Return each zone's share of the shape; empty when it leaves the base map."""
    west, south, east, north = shape.bounds
    left, bottom, right, top = index.box
    if west < left or south < bottom or east > right or north > top:
        return {}
    whole = _measure(flat)
    shares = {}
    for zone, region in zip(ZONES, index.regions, strict=False):
        part = shapely.intersection(flat, region)
        if not part.is_empty:
            # A line that only touches an area has no share in it.
            same = shapely.get_dimensions(part) == shapely.get_dimensions(flat)
            shares[zone] = _measure(part) / whole if same else 0.0
    shares[ZoneName.SEA] = max(0.0, 1.0 - sum(shares.values()))
    return shares


def _main_zone(shares: dict[ZoneName, float], otherwise: ZoneName) -> ZoneName:
    if not shares:
        return otherwise
    best = max(shares.values())
    if shares.get(otherwise, 0.0) >= best - _SLIVER:
        return otherwise
    return next(zone for zone, share in shares.items() if share == best)


def _side(footprint: str, flat: BaseGeometry, zone: ZoneName, index: Index) -> Side:
    if footprint == _LAYER + index.region.roles["line"]:
        return Side.STRADDLES
    whole = _measure(flat)
    north, south = (_measure(shapely.intersection(flat, half)) / whole for half in index.halves)
    (line,) = index.on_area([index.mdl])
    if shapely.intersects(flat, line) and min(north, south) > _SLIVER:
        return Side.STRADDLES
    if zone not in _SIDED or north == south:
        return Side.UNKNOWN
    return Side.NORTH if north > south else Side.SOUTH


def _distance_range(shape: BaseGeometry, side: Side, index: Index) -> tuple[float, float]:
    """Return the least and greatest signed distance to the MDL along the outline, metres."""
    outline = shape.boundary if shapely.get_dimensions(shape) > 1 else shape
    if outline.length:
        outline = shapely.segmentize(outline, outline.length / _SAMPLES)
    lon, lat = shapely.get_coordinates(outline).T
    metres = index.mdl_distance(lon, lat)
    if side is Side.SOUTH:
        metres = -metres
    elif side is Side.STRADDLES:
        metres = np.where(shapely.contains_xy(index.south, lon, lat), -metres, metres)
    low, high = float(metres.min()), float(metres.max())
    if side is Side.UNKNOWN and shapely.intersects(shape, index.mdl):
        low = 0.0
    return low, high
