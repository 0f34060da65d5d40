"""Zone checks of uncertainty circles, many at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from mapper.zones.found import DMZ, JSA, NORTH, OUTSIDE, SEA, SOUTH, Codes, Found
from mapper.zones.index import GEOD, Area, Index
from mapper.zones.lines import Flags, Floats, Points, Segments, as_points

__all__ = ["area_codes", "check_circles", "nll_of"]

_CIRCLE_VERTICES: Final = 64
_M_PER_DEG: Final = 110_500.0  # least length of a degree of latitude
_NOTHING: Final = 1e-7  # a share of another zone that is only rounding
_LAND: Final = (JSA, DMZ, NORTH, SOUTH, OUTSIDE)


@dataclass(slots=True, kw_only=True)
class _Batch:
    """Circles on the way to their checks: one array a fact."""

    lon: Floats
    lat: Floats
    radius_m: Floats
    points: Points  #: on the metric plane; infinite far from the region
    reach_m: Floats  #: the radius as the plane has it, at most
    clear_m: Floats  #: within that, there is no limit of any zone
    in_box: Flags
    flat: Flags  #: the plane is good for the whole circle
    mdl_m: Floats
    zone: Codes
    is_north: Flags
    is_south: Flags
    is_islet: Flags  #: land, though the base map has water there
    is_inlet: Flags  #: water as the caller knows, though the base map has land there
    told_land: Flags  #: the caller knows that it is a place on land
    near_belt: Flags = field(init=False)  #: reaches the DMZ's outline, within its accuracy
    split: Flags = field(init=False)  #: reaches a limit of some zone

    def touch(self, at: npt.NDArray[np.intp], lines: Segments, slack_m: float = 0.0) -> Flags:
        """Say which of the circles ``at`` reach the lines, give or take the slack."""
        reach_m = self.reach_m[at] + slack_m
        touched = ~self.flat[at]  # where the plane does not go, the circle is measured later
        ask = np.flatnonzero((self.clear_m[at] <= reach_m) & self.flat[at])
        if len(ask):
            touched[ask] = lines.reached(self.points[at[ask]], reach_m[ask])
        return touched


def check_circles(lon: Floats, lat: Floats, radius_m: Floats, known: Codes, index: Index) -> Found:
    """Check ``n`` circles, with the rules of ``check_zones``.

    Parameters
    ----------
    known
        1 for land, 0 for water, -1 to ask the base map.
    """
    batch = _batch(lon, lat, radius_m, known, index)
    _find_limits(batch, index)
    shares = _shares(batch, index)
    certain = _certain(batch, shares, index)
    reached = batch.mdl_m <= batch.radius_m
    sided = (batch.zone >= DMZ) & (batch.zone <= SOUTH)
    sign = np.where(sided & batch.is_south, -1.0, 1.0)
    side = np.where(reached, 3, np.where(sided & batch.is_north, 1, 0))
    side = np.where(~reached & sided & batch.is_south, 2, side)
    signed = (side != 0) & sided
    middle = sign * batch.mdl_m
    low = np.where(signed, middle - batch.radius_m, np.maximum(0, batch.mdl_m - batch.radius_m))
    nll_side, nll_m = nll_of(lon, lat, batch.points, radius_m, batch.zone == SEA, index)
    return Found(
        zone=batch.zone,
        side=side.astype(np.int8),
        certainty=np.where(certain, 2, 1).astype(np.int8),
        mdl_m=middle,
        low_m=low,
        high_m=middle + batch.radius_m,
        shares=shares,
        on_line=batch.mdl_m <= index.line_accuracy_m,
        nll_side=nll_side,
        nll_m=nll_m,
        neutral=_area_of(batch, index.neutral),
        controlled=_area_of(batch, index.controlled),
    )


def _batch(lon: Floats, lat: Floats, radius_m: Floats, known: Codes, index: Index) -> _Batch:
    region = index.region
    xy = np.column_stack(index.to_metric.transform(lon, lat))
    points = as_points(xy)
    in_plane = index.in_plane(lon, lat)
    flat = in_plane & (radius_m <= region.reach_m)
    clear_m = np.zeros(len(lon))
    clear_m[in_plane] = index.clearance.at_least_m(xy[in_plane])
    none = np.zeros(len(lon), dtype=np.bool_)
    batch = _Batch(
        lon=lon,
        lat=lat,
        radius_m=radius_m,
        points=points,
        reach_m=radius_m * region.plane_error,
        clear_m=clear_m,
        in_box=_within(index.box, lon, lat),
        flat=flat,
        mdl_m=index.mdl_distance(lon, lat, points),
        zone=np.where(_within(region.seas, lon, lat), SEA, OUTSIDE).astype(np.int8),
        is_north=none,
        is_south=none.copy(),
        is_islet=none.copy(),
        is_inlet=none.copy(),
        told_land=known == 1,
    )
    land = _is_land(batch, known, index)
    inner = np.flatnonzero(batch.mdl_m <= index.reach_m)
    ask = land.copy()
    ask[inner] = True
    at = np.flatnonzero(ask)
    batch.is_north[at] = shapely.contains_xy(index.north, lon[at], lat[at])
    batch.is_south[at] = shapely.contains_xy(index.south, lon[at], lat[at])
    batch.zone[land] = OUTSIDE
    batch.zone[land & batch.is_north] = NORTH
    batch.zone[land & batch.is_south] = SOUTH
    inner = inner[shapely.contains_xy(index.dmz, lon[inner], lat[inner])]
    batch.zone[inner] = DMZ
    batch.is_islet[inner] = batch.is_inlet[inner] = False
    joint = inner[shapely.contains_xy(index.jsa, lon[inner], lat[inner])]
    batch.zone[joint] = JSA
    return batch


def _within(box: tuple[float, float, float, float], lon: Floats, lat: Floats) -> Flags:
    west, south, east, north = box
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _is_land(batch: _Batch, known: Codes, index: Index) -> Flags:
    """Say what is land: as the caller knows, else within the base map's accuracy of it."""
    asked = known == -1
    mapped = shapely.contains_xy(index.land, batch.lon, batch.lat)
    land = (known == 1) | (asked & mapped)
    tolerance_m = index.land_tolerance_m
    ask = np.flatnonzero(batch.in_box & asked & ~land & (batch.clear_m <= tolerance_m))
    if len(ask):
        land[ask] = index.coast.reached(batch.points[ask], np.full(len(ask), tolerance_m))
    batch.is_islet |= land & ~mapped & batch.in_box
    batch.is_inlet |= (known == 0) & mapped
    far = np.flatnonzero(~batch.in_box & asked)
    if len(far):
        land[far] = _world_gap_m(batch.lon[far], batch.lat[far], index) <= 0
    return np.asarray(land, dtype=np.bool_)


def _world_gap_m(lon: Floats, lat: Floats, index: Index) -> Floats:
    """Return at most the metres to land, less the world map's error; 0 and below is land."""
    degrees = index.world.distance_deg(lon, lat)
    narrow = np.cos(np.radians(np.minimum(np.abs(lat) + degrees, 89.0)))
    gap_m: Floats = degrees * _M_PER_DEG * narrow - index.world_tolerance_m
    return gap_m


def _find_limits(batch: _Batch, index: Index) -> None:
    """Find which circles reach a limit between two zones, and which the belt's but for errors."""
    count = len(batch.lon)
    batch.near_belt, batch.split = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    slack_m = index.belt_accuracy_m
    near = np.flatnonzero(batch.mdl_m - batch.reach_m - slack_m <= index.reach_m)
    near = near[batch.touch(near, index.belt, slack_m)]
    batch.near_belt[near] = True
    batch.split[near] = batch.touch(near, index.belt)
    # Inside the belt nothing else limits a zone but the JSA.
    inner = np.flatnonzero((batch.zone == JSA) | (batch.zone == DMZ))
    if len(inner):
        batch.split[inner] |= batch.touch(inner, index.joint)
    rest = np.flatnonzero(~batch.split & (batch.zone > DMZ) & (batch.clear_m <= batch.reach_m))
    if len(rest):
        batch.split[rest] = batch.touch(rest, index.coast)
        rest = rest[~batch.split[rest]]
        batch.split[rest] = batch.touch(rest, index.territory)


def _shares(batch: _Batch, index: Index) -> Floats:
    """Return the share of each circle's area in each zone."""
    shares = np.zeros((len(batch.lon), 6))
    shares[np.arange(len(batch.lon)), batch.zone] = 1.0
    # What is known of a centre against the base map holds no farther than the map may be off.
    odd = batch.is_islet | batch.is_inlet
    split = batch.split | (odd & (batch.radius_m > index.land_tolerance_m))
    # Beyond the edge of the base map the sea ends at the world map's shores.
    split |= (batch.zone == SEA) & _may_leave(batch, index)
    cut, round_ = np.flatnonzero(split & batch.flat), np.flatnonzero(split & ~batch.flat)
    if len(cut):
        shares[cut] = _cut(batch, cut, batch.radius_m[cut], index)
        _redraw_coast(shares, cut[odd[cut]], batch, index)
    if len(round_):
        circles = _polygons(batch, round_, index)
        whole = shapely.area(circles)
        parts = [shapely.area(shapely.intersection(circles, part)) for part in index.all_regions]
        shares[round_] = np.clip(np.column_stack(parts) / whole[:, None], 0, 1)
        _fill_up(shares, round_, OUTSIDE)
    return shares


def _may_leave(batch: _Batch, index: Index) -> Flags:
    """Say which circles may reach a shore beyond the base map."""
    lat_deg = batch.radius_m / _M_PER_DEG
    lon_deg = lat_deg / np.cos(np.radians(np.minimum(np.abs(batch.lat) + lat_deg, 89.0)))
    west, south, east, north = index.box
    inner: Flags = (batch.lon - lon_deg > west) & (batch.lon + lon_deg < east)
    inner &= (batch.lat - lat_deg > south) & (batch.lat + lat_deg < north)
    # A point off the base map that is called sea is farther from land than its error.
    return ~inner & (batch.in_box | (batch.radius_m > index.world_tolerance_m))


def _cut(batch: _Batch, at: npt.NDArray[np.intp], radius_m: Floats, index: Index) -> Floats:
    """Return the shares of some circles, of other radii, as the base maps have them."""
    shares = np.zeros((len(at), 6))
    centres = shapely.get_coordinates(batch.points[at])
    shares[:, :5] = index.disks.shares(centres, radius_m)
    leaves = index.frame.reached(batch.points[at], radius_m * index.region.plane_error)
    leaves |= ~batch.in_box[at]
    off_map = np.flatnonzero(leaves)
    if len(off_map):
        parts = index.frame_disks.shares(centres[off_map], radius_m[off_map])
        land = shares[off_map, :5].sum(axis=1)
        shares[off_map, SEA] = np.maximum(parts[:, 0] - land, 0.0) + parts[:, 1]
        _fill_up(shares, off_map, OUTSIDE)
    _fill_up(shares, np.flatnonzero(~leaves), SEA)
    return shares


def _fill_up(shares: Floats, at: npt.NDArray[np.intp], zone: int) -> None:
    """Give what is left of some circles to a zone."""
    shares[at, zone] += np.maximum(1.0 - shares[at].sum(axis=1), 0.0)


def _redraw_coast(shares: Floats, at: npt.NDArray[np.intp], batch: _Batch, index: Index) -> None:
    """Make the water around an islet land, and the land around an inlet water.

    Both as far as the base map may be off, and no farther: a wide circle around an islet is
    mostly water all the same.
    """
    near_m = np.minimum(batch.radius_m[at], index.land_tolerance_m)
    part = _cut(batch, at, near_m, index) * ((near_m / batch.radius_m[at]) ** 2)[:, None]
    rows = batch.is_islet[at]
    islets, inlets = at[rows], at[~rows]
    changed = np.minimum(shares[islets, SEA], part[rows, SEA])
    shares[islets, SEA] -= changed
    shares[islets, batch.zone[islets]] += changed
    for zone in (NORTH, SOUTH, OUTSIDE):
        changed = np.minimum(shares[inlets, zone], part[~rows, zone])
        shares[inlets, zone] -= changed
        shares[inlets, SEA] += changed


def _polygons(batch: _Batch, at: npt.NDArray[np.intp], index: Index) -> npt.NDArray[np.object_]:
    """Return the chosen circles as polygons on the equal-area plane."""
    turns = np.linspace(0, 360, _CIRCLE_VERTICES, endpoint=False)
    lon, lat, _ = GEOD.fwd(
        np.repeat(batch.lon[at], _CIRCLE_VERTICES),
        np.repeat(batch.lat[at], _CIRCLE_VERTICES),
        np.tile(turns, len(at)),
        np.repeat(batch.radius_m[at], _CIRCLE_VERTICES),
    )
    xy = np.column_stack(index.to_area.transform(lon, lat))
    rings = shapely.polygons(xy.reshape(len(at), _CIRCLE_VERTICES, 2))
    return np.asarray(shapely.make_valid(rings), dtype=np.object_)


def _certain(batch: _Batch, shares: Floats, index: Index) -> Flags:
    """Say for which circles the zone of the centre is surely the zone of all of it."""
    certain = ~batch.near_belt
    inner = np.flatnonzero((batch.zone == JSA) | (batch.zone == DMZ))
    if len(inner):
        certain[inner] &= ~batch.touch(inner, index.joint, index.joint_accuracy_m)
    own = shares[np.arange(len(certain)), batch.zone]
    # Of a place on land, the water does not count; where only the map's error makes it
    # land, it may be at sea, and the other way round.
    water = np.where(batch.zone == SEA, 0.0, shares[:, SEA])
    certain[(1.0 - own - water > _NOTHING) & (batch.zone > DMZ)] = False
    certain[batch.is_inlet | (batch.is_islet & ~batch.told_land)] = False
    wet = np.flatnonzero(certain & batch.in_box & (batch.zone == SEA))
    certain[wet] &= ~batch.touch(wet, index.coast, index.land_tolerance_m)
    far = np.flatnonzero(~batch.in_box & (batch.zone == SEA))
    if len(far):
        gap_m = _world_gap_m(batch.lon[far], batch.lat[far], index)
        certain[far] &= gap_m > batch.radius_m[far]
    return certain


def _area_of(batch: _Batch, area: Area | None) -> Codes:
    if area is None:
        return np.zeros(len(batch.lon), dtype=np.int8)
    return area_codes(area, batch.lon, batch.lat, batch.points, batch.reach_m, batch.clear_m)


def area_codes(
    area: Area, lon: Floats, lat: Floats, points: Points, reach_m: Floats, clear_m: Floats
) -> Codes:
    """Say how surely each circle is in an area: a place in ``CERTAINTIES``.

    Parameters
    ----------
    reach_m
        Radii, as the plane has them.
    clear_m
        Metres around each centre within which there is no outline of the area, if known.
    """
    code = np.zeros(len(lon), dtype=np.int8)
    code[shapely.contains_xy(area.shape, lon, lat)] = 1 if area.is_upper_bound else 2
    far_m = reach_m + area.slack_m
    ask = np.flatnonzero((clear_m <= far_m) & np.isfinite(shapely.get_x(points)))
    if len(ask):
        code[ask[area.edge.reached(points[ask], far_m[ask])]] = 1
    return code


def nll_of(
    lon: Floats, lat: Floats, points: Points, radius_m: Floats, at_sea: Flags, index: Index
) -> tuple[Codes, Floats]:
    """Return the side of the sea line, and the signed geodesic distance to it, at sea."""
    side, metres = np.zeros(len(lon), dtype=np.int8), np.full(len(lon), np.nan)
    at = np.flatnonzero(at_sea & index.in_plane(lon, lat))
    sea_line = index.sea_line
    if not len(at) or sea_line is None:
        return side, metres
    lon, lat = lon[at], lat[at]
    distance_m = index.line_distance(sea_line.line, points[at], lon, lat)
    way, accuracy_m = np.zeros(len(at), np.int8), np.full(len(at), sea_line.accuracy_m.max())
    pieces = zip(sea_line.above, sea_line.below, sea_line.accuracy_m, strict=True)
    for above, below, piece_accuracy_m in pieces:
        for code, beyond in ((1, above), (2, below)):
            inside = shapely.contains_xy(beyond, lon, lat)
            way[inside], accuracy_m[inside] = code, piece_accuracy_m
    metres[at] = np.where(way == 2, -distance_m, distance_m)
    side[at] = np.where(distance_m <= radius_m[at] + accuracy_m, 3, way)
    return side, metres
