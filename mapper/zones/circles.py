"""Zone checks of uncertainty circles, many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely

from mapper.model import Certainty, Position, Side, ZoneCheck, ZoneName
from mapper.zones.index import GEOD, Flags, Floats, Index

__all__ = ["ZONES", "Batch", "Codes", "check_circles"]

Codes: TypeAlias = npt.NDArray[np.int8]

#: A zone's code is its place here; the land zones come in the order of ``Index.regions``.
ZONES: Final = (
    ZoneName.JSA,
    ZoneName.INSIDE_DMZ,
    ZoneName.NORTH_OF_DMZ,
    ZoneName.SOUTH_OF_DMZ,
    ZoneName.OUTSIDE,
    ZoneName.SEA,
)
_JSA, _DMZ, _NORTH, _SOUTH, _OUTSIDE, _SEA = range(6)
_SIDES: Final = (Side.UNKNOWN, Side.NORTH, Side.SOUTH, Side.STRADDLES)
_CIRCLE_VERTICES: Final = 64
_M_PER_DEG: Final = 110_500.0  # least length of a degree of latitude


@dataclass(slots=True, kw_only=True)
class Batch:
    """Circles on the way to their checks: one array a fact."""

    lon: Floats
    lat: Floats
    radius_m: Floats
    xy: Floats  #: metric plane; infinite far from the region
    in_box: Flags
    mdl_m: Floats
    zone: Codes
    is_north: Flags
    is_south: Flags
    at_belt: Flags  #: the circle reaches the outline of the DMZ

    def circles(self, at: npt.NDArray[np.intp], index: Index) -> npt.NDArray[np.object_]:
        """Return the chosen circles as polygons on the equal-area plane."""
        turns = np.linspace(0, 360, _CIRCLE_VERTICES, endpoint=False)
        size = len(at)
        lon, lat, _ = GEOD.fwd(
            np.repeat(self.lon[at], _CIRCLE_VERTICES),
            np.repeat(self.lat[at], _CIRCLE_VERTICES),
            np.tile(turns, size),
            np.repeat(self.radius_m[at], _CIRCLE_VERTICES),
        )
        xy = np.column_stack(index.to_area.transform(lon, lat))
        rings = shapely.polygons(xy.reshape(size, _CIRCLE_VERTICES, 2))
        return np.asarray(shapely.make_valid(rings), dtype=np.object_)


def check_circles(
    positions: Sequence[Position], on_land: Sequence[bool | None], index: Index
) -> list[ZoneCheck]:
    """Return one check a position, in order, with the sign rules of ``check_zones``."""
    batch = _batch(positions, on_land, index)
    share = _shares(batch, index)
    certain = _certain(batch, index)
    reached = batch.mdl_m <= batch.radius_m
    sided = (batch.zone == _DMZ) | (batch.zone == _NORTH) | (batch.zone == _SOUTH)
    sign = np.where(sided & batch.is_south, -1.0, 1.0)
    side = np.where(reached, 3, np.where(sided & batch.is_north, 1, 0))
    side = np.where(~reached & sided & batch.is_south, 2, side)
    signed = (side != 0) & sided
    middle = sign * batch.mdl_m
    low = np.where(signed, middle - batch.radius_m, np.maximum(0, batch.mdl_m - batch.radius_m))
    high = middle + batch.radius_m
    sure = (Certainty.POSSIBLE, Certainty.CERTAIN)
    rows = zip(
        batch.zone.tolist(), side.tolist(), certain.tolist(), middle.tolist(), low.tolist(),
        high.tolist(), share.tolist(), strict=True,
    )  # fmt: skip
    return [
        ZoneCheck(
            zone=ZONES[zone],
            side=_SIDES[way],
            certainty=sure[is_sure],
            mdl_distance_m=metres,
            mdl_distance_min_m=least,
            mdl_distance_max_m=most,
            share_inside_dmz=part,
        )
        for zone, way, is_sure, metres, least, most, part in rows
    ]


def _batch(positions: Sequence[Position], on_land: Sequence[bool | None], index: Index) -> Batch:
    lon = np.array([position.lon for position in positions])
    lat = np.array([position.lat for position in positions])
    known = np.array([-1 if fact is None else int(fact) for fact in on_land], dtype=np.int8)
    batch = Batch(
        lon=lon,
        lat=lat,
        radius_m=np.array([position.uncertainty_m for position in positions]),
        xy=np.column_stack(index.to_metric.transform(lon, lat)),
        in_box=_within(index.box, lon, lat),
        mdl_m=index.mdl_distance(lon, lat),
        zone=np.where(_within(index.region.seas, lon, lat), _SEA, _OUTSIDE).astype(np.int8),
        is_north=shapely.contains_xy(index.north, lon, lat),
        is_south=shapely.contains_xy(index.south, lon, lat),
        at_belt=np.zeros(len(lon), dtype=np.bool_),
    )
    near = np.flatnonzero(batch.mdl_m - batch.radius_m <= index.reach_m)
    # Where the metric plane does not go, the circle itself is measured later.
    batch.at_belt[near] = True
    near = near[np.isfinite(batch.xy[near]).all(axis=1)]
    batch.at_belt[near] = index.belt.reached(
        batch.xy[near], batch.radius_m[near] * index.region.plane_error
    )
    land = _is_land(batch, known, index)
    batch.zone[land] = _OUTSIDE
    batch.zone[land & batch.is_north] = _NORTH
    batch.zone[land & batch.is_south] = _SOUTH
    batch.zone[shapely.contains_xy(index.dmz, lon, lat)] = _DMZ
    batch.zone[shapely.contains_xy(index.jsa, lon, lat)] = _JSA
    return batch


def _within(box: tuple[float, float, float, float], lon: Floats, lat: Floats) -> Flags:
    west, south, east, north = box
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def _is_land(batch: Batch, known: Codes, index: Index) -> Flags:
    """Say what is land: as the caller knows, else within the base map's accuracy of it."""
    asked = known == -1
    land = (known == 1) | (asked & shapely.contains_xy(index.land, batch.lon, batch.lat))
    ask = np.flatnonzero(batch.in_box & asked & ~land)
    if len(ask):
        tolerance_m = np.full(len(ask), index.land_tolerance_m)
        land[ask] = index.coast.reached(batch.xy[ask], tolerance_m)
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


def _shares(batch: Batch, index: Index) -> Floats:
    """Return the share of each circle's area inside the DMZ."""
    share: Floats = ((batch.zone == _DMZ) | (batch.zone == _JSA)).astype(np.float64)
    cut = np.flatnonzero(batch.at_belt)
    if len(cut):
        circles = batch.circles(cut, index)
        inner = shapely.area(shapely.intersection(circles, index.dmz_area))
        share[cut] = np.clip(inner / shapely.area(circles), 0.0, 1.0)
    return share


def _certain(batch: Batch, index: Index) -> Flags:
    """Say for which circles the zone of the centre is the zone of all of it."""
    certain = ~batch.at_belt
    special = np.flatnonzero((batch.zone == _JSA) | (batch.zone == _DMZ))
    if len(special):
        certain[special] &= ~index.joint.reached(batch.xy[special], batch.radius_m[special])
    land = np.flatnonzero((batch.zone >= _NORTH) & (batch.zone <= _OUTSIDE) & batch.in_box)
    if len(land):
        radius_m = batch.radius_m[land] * index.region.plane_error
        ask = land[index.territory.reached(batch.xy[land], radius_m)]
        certain[ask] &= ~_touches_other_land(batch, ask, index)
    sea = np.flatnonzero((batch.zone == _SEA) & batch.in_box)
    if len(sea):
        certain[sea] &= ~index.coast.reached(batch.xy[sea], batch.radius_m[sea])
    far = np.flatnonzero(~batch.in_box & (batch.zone == _SEA))
    if len(far):
        gap_m = _world_gap_m(batch.lon[far], batch.lat[far], index)
        certain[far] = gap_m > batch.radius_m[far]
    abroad = ~batch.in_box & (batch.zone == _OUTSIDE)
    ask = np.flatnonzero(abroad & (batch.mdl_m - batch.radius_m < index.region.reach_m))
    if len(ask):
        certain[ask] &= ~_touches_other_land(batch, ask, index)
    return certain


def _touches_other_land(batch: Batch, at: npt.NDArray[np.intp], index: Index) -> Flags:
    circles = batch.circles(at, index)
    touches = np.zeros(len(at), dtype=np.bool_)
    for zone, region in enumerate(index.regions):
        touches |= (batch.zone[at] != zone) & shapely.intersects(circles, region)
    return touches
