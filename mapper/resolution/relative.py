"""Place "12 km north of Paju": a sector of a ring around the anchor, never a sharp point."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mapper.model import Mention, Position, Relation, Resolution, Status

__all__ = ["place_relative"]

_DMZ_HALF_WIDTH_M = 2_000.0  # Armistice Agreement, Article I paragraph 1
_STEPS = 8  # points along each arc of a sector
_WHOLE_TURN = 180.0


def place_relative(mention: Mention, anchor: Resolution | None) -> Resolution:
    """Resolve a relative mention from its anchor's resolution.

    Notes
    -----
    The uncertainty follows the point-radius method of GBIF's georeferencing guide: the
    errors of distance, of direction and of the anchor's own extent, taken together.
    """
    relation = mention.relation
    if relation is None:
        return Resolution(mention=mention, status=Status.ABSTAINED, reason="no distance given")
    if anchor is None or anchor.position is None:
        return Resolution(
            mention=mention,
            status=Status.ABSTAINED,
            reason=f"its anchor {mention.name!r} has no place",
        )
    if relation.kind == "line_offset":
        return _beside_line(mention, relation, anchor)
    origin = anchor.position
    reach_m = relation.distance_m + relation.distance_error_m
    if relation.bearing_deg is None:
        position = Position(
            lon=origin.lon, lat=origin.lat, uncertainty_m=reach_m + origin.uncertainty_m
        )
        footprint, reason = None, "a distance without a direction: anywhere around the anchor"
    else:
        ((lon, lat),) = _destinations(origin, [relation.bearing_deg], relation.distance_m)
        position = Position(lon=lon, lat=lat, uncertainty_m=_uncertainty_m(relation, origin))
        footprint = _sector(relation, origin)
        reason = (
            f"{relation.distance_m / 1000:.3g} km at {relation.bearing_deg:g}° from {mention.name}"
            f" (± {relation.distance_error_m / 1000:.2g} km, ± {relation.bearing_error_deg:g}°)"
        )
    return Resolution(
        mention=mention,
        status=anchor.status,
        position=position,
        footprint=footprint,
        probability=anchor.probability,
        reason=reason,
    )


def _beside_line(mention: Mention, relation: Relation, anchor: Resolution) -> Resolution:
    """Give the belt beside the line: where along the line is not said."""
    assert anchor.position is not None
    reach_m = relation.distance_m + relation.distance_error_m
    footprint = None
    if anchor.footprint == "layer:mdl" and reach_m <= _DMZ_HALF_WIDTH_M:
        north = relation.bearing_deg is not None and math.cos(math.radians(relation.bearing_deg))
        footprint = "layer:dmz"
        if relation.bearing_deg is not None and abs(north) > 0.5:
            footprint = "layer:dmz_north" if north > 0 else "layer:dmz_south"
    position = Position(
        lon=anchor.position.lon,
        lat=anchor.position.lat,
        uncertainty_m=anchor.position.uncertainty_m + reach_m,
    )
    return Resolution(
        mention=mention,
        status=Status.AMBIGUOUS,
        position=position,
        footprint=footprint,
        probability=anchor.probability,
        reason=f"{relation.distance_m:,.0f} m from a line: the side is given, the stretch is not",
    )


def _destinations(
    origin: Position, bearings_deg: Sequence[float], distance_m: float
) -> list[tuple[float, float]]:
    """Return lon, lat of the ends of geodesics from one point (WGS 84)."""
    from pyproj import Geod  # imported here: few documents need it

    count = len(bearings_deg)
    lons, lats, _ = Geod(ellps="WGS84").fwd(
        [origin.lon] * count,
        [origin.lat] * count,
        list(bearings_deg),
        [max(distance_m, 0.0)] * count,
    )
    return list(zip(lons, lats, strict=True))


def _uncertainty_m(relation: Relation, origin: Position) -> float:
    """Return the distance from the centre to the farthest corner, plus the anchor's own."""
    middle_m = relation.distance_m
    angle = math.radians(relation.bearing_error_deg)
    corners = []
    for edge_m in (middle_m - relation.distance_error_m, middle_m + relation.distance_error_m):
        corners.append(
            math.sqrt(max(edge_m**2 + middle_m**2 - 2 * edge_m * middle_m * math.cos(angle), 0.0))
        )
    return max(corners) + origin.uncertainty_m


def _sector(relation: Relation, origin: Position) -> str:
    """Return the sector as WKT, widened by the anchor's uncertainty."""
    assert relation.bearing_deg is not None
    spread_m = relation.distance_error_m + origin.uncertainty_m
    inner_m, outer_m = max(relation.distance_m - spread_m, 0.0), relation.distance_m + spread_m
    own = math.degrees(math.atan2(origin.uncertainty_m, max(relation.distance_m, 1.0)))
    half = min(relation.bearing_error_deg + own, _WHOLE_TURN - 1)
    turns = [relation.bearing_deg + half * (2 * step / _STEPS - 1) for step in range(_STEPS + 1)]
    outer = _destinations(origin, turns, outer_m)
    inner = _destinations(origin, turns, inner_m) if inner_m else [(origin.lon, origin.lat)]
    ring = [*outer, *reversed(inner), outer[0]]
    return "POLYGON ((" + ", ".join(f"{lon:.6f} {lat:.6f}" for lon, lat in ring) + "))"
