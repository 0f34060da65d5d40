"""Geodesic shapes on WGS 84: sectors, rings, strips, corridors, anywhere on Earth.

Every shape is drawn in a plane around its own origin in which each point lies at its true
geodesic distance and azimuth from the origin (azimuthal equidistant on the ellipsoid). Around
the origin lengths in all directions are true to 0.01 % within 150 km and 0.1 % within 500 km.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
import shapely.affinity
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "MAX_VERTICES",
    "Plane",
    "area_km2",
    "beside",
    "center_of",
    "common",
    "half_width",
    "reach_of",
    "sector",
    "thinned",
    "to_wkt",
    "without",
]

_QUARTER = 24  # chords of a quarter circle: 0.05 % short of the arc
_STEP_DEG = 1.5  # chords of a sector's arc: 0.01 %
_EDGES = 48  # longest edge as a share of a shape's width, before it is bent to degrees
MAX_VERTICES = 2_500  # a strip along the whole MDL keeps the 1,600 vertices of the line
_EDGE_DEG = 0.05  # an edge along a parallel is bent by less than 1 m over so much
_THIN = 1e-5  # share of a shape's size that thinning moves its outline at first
_COARSE = 0.005  # share of a strip's width by which its far edge may be simpler than the line
_INNER = 0.6  # of area by outline, half a strip's width: how far inside a center is put
_ROUND_UP = 1.0005  # vertices are rounded and edges bent: the radius must still cover them
_DECIMALS = 6  # of a degree: 0.1 m


@cache
def _geod() -> Geod:
    return Geod(ellps="WGS84")


class Plane:
    """A plane in metres around a point: x east, y north, true to distance and azimuth.

    Examples
    --------
    >>> plane = Plane(lon=126.78, lat=37.76)
    >>> x, y = plane.xy([126.78], [37.86])
    >>> round(float(x[0])), round(float(y[0]))
    (0, 11100)
    """

    def __init__(self, *, lon: float, lat: float) -> None:
        self.lon, self.lat = lon, lat

    def xy(self, lon: Any, lat: Any) -> tuple[NDArray[Any], NDArray[Any]]:  # noqa: ANN401 - arrays or lists
        """Return metres east and north of degrees."""
        lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
        azimuth, _, metres = _geod().inv(
            np.full_like(lon, self.lon), np.full_like(lat, self.lat), lon, lat
        )
        turn = np.radians(azimuth)
        return metres * np.sin(turn), metres * np.cos(turn)

    def lonlat(self, x: Any, y: Any) -> tuple[NDArray[Any], NDArray[Any]]:  # noqa: ANN401 - arrays or lists
        """Return degrees of metres east and north; longitudes from -180 to 180."""
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        lon, lat, _ = _geod().fwd(
            np.full_like(x, self.lon),
            np.full_like(y, self.lat),
            np.degrees(np.arctan2(x, y)),
            np.hypot(x, y),
        )
        return np.asarray(lon), np.asarray(lat)

    def flat(self, shape: BaseGeometry) -> BaseGeometry:
        """Return a shape in degrees, whose edges are straight there, as one in metres."""
        dense = shapely.segmentize(shape, _EDGE_DEG)
        return shapely.transform(dense, lambda c: np.column_stack(self.xy(c[:, 0], c[:, 1])))

    def point(self, bearing_deg: float, distance_m: float) -> tuple[float, float]:
        """Return lon, lat of the end of a geodesic from the origin."""
        lon, lat, _ = _geod().fwd(self.lon, self.lat, bearing_deg, distance_m)
        return float(lon), float(lat)

    def disc(self, radius_m: float) -> BaseGeometry:
        """Return the circle around the origin."""
        return shapely.Point(0, 0).buffer(radius_m, quad_segs=_QUARTER)

    def world(self, shape: BaseGeometry) -> BaseGeometry:
        """Return a shape in metres as a valid one in degrees, cut at the antimeridian."""
        west, south, east, north = shape.bounds
        size = max(east - west, north - south)
        shape = shapely.segmentize(shape, max(size / _EDGES, 1.0))
        far_m = math.hypot(max(-west, east), max(-south, north))
        top = abs(self.lat) + far_m / 110_000
        wide = far_m / (111_000 * math.cos(math.radians(min(top, 89.9))))
        if top < 85 and abs(self.lon) + wide < 179:
            bent = shapely.transform(
                shape, lambda c: np.column_stack(self.lonlat(c[:, 0], c[:, 1]))
            )
            return _valid(bent)
        parts = [self._around(part) for part in shapely.get_parts(shape)]
        return _valid(shapely.union_all(parts))

    def _around(self, polygon: BaseGeometry) -> BaseGeometry:
        """Bend a polygon that may cross the antimeridian or hold a pole."""
        assert isinstance(polygon, shapely.Polygon)
        outer = self._ring(shapely.Polygon(polygon.exterior))
        holes = [self._ring(shapely.Polygon(ring)) for ring in polygon.interiors]
        return shapely.difference(outer, shapely.union_all(holes)) if holes else outer

    def _ring(self, polygon: BaseGeometry) -> BaseGeometry:
        x, y = shapely.get_coordinates(polygon).T
        lon, lat = self.lonlat(x, y)
        lon = np.degrees(np.unwrap(np.radians(lon)))
        path = list(zip(lon.tolist(), lat.tolist(), strict=True))
        turn = round((lon[-1] - lon[0]) / 360)
        if turn:  # the ring goes round a pole: close it along the pole
            pole = self._pole_inside(polygon)
            path += [(lon[-1], pole), (lon[0], pole), path[0]]
        whole = _valid(shapely.Polygon(path))
        pieces = []
        low, high = (
            math.floor((whole.bounds[0] + 180) / 360),
            math.ceil((whole.bounds[2] + 180) / 360),
        )
        for lap in range(low, high):
            box = shapely.box(lap * 360 - 180, -90, lap * 360 + 180, 90)
            part = shapely.intersection(whole, box)
            pieces.append(shapely.affinity.translate(part, xoff=-360.0 * lap))
        return _valid(shapely.union_all(pieces))

    def _pole_inside(self, polygon: BaseGeometry) -> float:
        x, y = self.xy([0.0, 0.0], [90.0, -90.0])
        north = shapely.contains_xy(polygon, x[0], y[0])
        return 90.0 if north else -90.0


def sector(
    near_m: float, far_m: float, bearing_deg: float | None, half_angle_deg: float
) -> BaseGeometry:
    """Return the part of a ring around the origin within an angle of a bearing.

    Parameters
    ----------
    near_m, far_m
        Radii of the ring; ``near_m`` 0 gives a cone.
    bearing_deg
        ``None`` for the whole ring.
    """
    if bearing_deg is None or half_angle_deg >= 180:
        disc = shapely.Point(0, 0).buffer(far_m, quad_segs=_QUARTER)
        if near_m <= 0:
            return disc
        return shapely.difference(disc, shapely.Point(0, 0).buffer(near_m, quad_segs=_QUARTER))
    steps = max(2, math.ceil(2 * half_angle_deg / _STEP_DEG))
    turns = np.radians(bearing_deg + np.linspace(-half_angle_deg, half_angle_deg, steps + 1))
    arc = np.column_stack([np.sin(turns), np.cos(turns)])
    inner = arc[::-1] * near_m if near_m > 0 else np.zeros((1, 2))
    return shapely.Polygon(np.vstack([arc * far_m, inner]))


def beside(line: BaseGeometry, width_m: float, bearing_deg: float | None) -> BaseGeometry:
    """Return the strip along a line in metres: to both sides, or to the one that faces a bearing.

    Notes
    -----
    The side is told by the line's course from end to end, not by its bends: south of the MDL
    is the southern side also where the line runs from north to south.
    """
    if bearing_deg is None:
        return shapely.simplify(line, width_m * _COARSE).buffer(width_m, quad_segs=_QUARTER)
    return shapely.union_all(
        [_one_side(part, width_m, bearing_deg) for part in shapely.get_parts(line)]
    )


def _one_side(line: BaseGeometry, width_m: float, bearing_deg: float) -> BaseGeometry:
    from shapely.ops import split

    # The far edge may be coarse; the near edge is the line itself, vertex by vertex, so that
    # nothing spills over to the other side.
    coarse = shapely.simplify(line, width_m * _COARSE)
    strip = coarse.buffer(width_m, quad_segs=8, cap_style="flat")
    start, end = (shapely.get_coordinates(line)[at] for at in (0, -1))
    heading = math.degrees(math.atan2(*(end - start)))
    left = math.cos(math.radians(heading - 90 - bearing_deg)) >= 0
    back = min(width_m, line.length / 4)
    inner = [line.interpolate(back), line.interpolate(line.length - back)]
    longer = shapely.LineString(
        [
            _beyond(inner[0], start, 3 * width_m),
            *shapely.get_coordinates(line).tolist(),
            _beyond(inner[1], end, 3 * width_m),
        ]
    )
    pieces = [
        piece
        for piece in split(strip, longer).geoms
        if _is_left(longer, piece.representative_point()) == left
    ]
    return shapely.union_all(pieces)


def _beyond(before: BaseGeometry, end: NDArray[Any], metres: float) -> list[float]:
    """Return the point that goes on so far beyond the end of a line."""
    step = end - shapely.get_coordinates(before)[0]
    beyond: list[float] = (end + step / np.hypot(*step) * metres).tolist()
    return beyond


def _is_left(line: BaseGeometry, point: BaseGeometry) -> bool:
    assert isinstance(line, shapely.LineString)
    assert isinstance(point, shapely.Point)
    at = float(shapely.line_locate_point(line, point))
    near = np.asarray(shapely.line_interpolate_point(line, [max(at - 1.0, 0.0), at + 1.0]))
    (x0, y0), (x1, y1) = shapely.get_coordinates(near)
    x, y = shapely.get_coordinates(point)[0]
    return bool((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0)


def _valid(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygons of a shape, repaired where rounding made them touch themselves."""
    if not shape.is_valid:
        shape = shapely.make_valid(shape)
    parts = [p for p in _leaves(shape) if isinstance(p, shapely.Polygon) and p.area > 0]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _leaves(shape: BaseGeometry) -> Iterator[BaseGeometry]:
    for part in shapely.get_parts(shape):
        if hasattr(part, "geoms"):
            yield from _leaves(part)
        else:
            yield part


def common(left: BaseGeometry, right: BaseGeometry) -> BaseGeometry:
    """Return the area that two shapes in degrees share; may be empty."""
    return _valid(shapely.intersection(left, right))


def without(shape: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    """Return the area of a shape in degrees outside another; may be empty."""
    return _valid(shapely.difference(shape, other))


def thinned(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape in degrees with a bounded number of vertices, rounded to 0.1 m."""
    west, south, east, north = shape.bounds
    tolerance = max(east - west, north - south) * _THIN
    whole = shape
    while shapely.get_num_coordinates(shape) > MAX_VERTICES:
        shape = _valid(shapely.simplify(whole, tolerance))
        parts = sorted(shapely.get_parts(shape), key=lambda part: -part.area)
        if len(parts) > MAX_VERTICES // 50:  # islets of a coast
            shape = shapely.MultiPolygon(parts[: MAX_VERTICES // 50])
        tolerance *= 2
    return _valid(shapely.set_precision(shape, 10.0**-_DECIMALS))


def to_wkt(shape: BaseGeometry) -> str:
    """Return WKT in degrees with six decimals."""
    text: str = shapely.to_wkt(shape, rounding_precision=_DECIMALS)
    return text


def center_of(
    shape: BaseGeometry,
    nominal: tuple[float, float] | None = None,
    *,
    toward: bool = False,
) -> tuple[float, float]:
    """Return lon, lat of a shape's corrected center, which is always inside it.

    Parameters
    ----------
    nominal
        The very point that the words give: it stands if it is inside.
    toward
        Where it is not, take the point of the shape that is nearest to ``nominal``.

    Notes
    -----
    GBIF Georeferencing Best Practices (2020): the middle of the smallest enclosing circle,
    or, where that is outside, the nearest point of the shape.
    """
    if nominal is not None and shapely.contains_xy(shape, *nominal):
        return nominal
    parts = shapely.get_parts(shape)
    if shape.bounds[2] - shape.bounds[0] > 180:  # cut at the antimeridian: the larger piece
        shape = parts[int(np.argmax(shapely.area(parts)))]
    lon, lat = (shape.bounds[0] + shape.bounds[2]) / 2, (shape.bounds[1] + shape.bounds[3]) / 2
    scale = np.array([math.cos(math.radians(min(abs(lat), 89.0))), 1.0])
    flat = shapely.transform(shape, lambda c: (c - [lon, lat]) * scale)
    middle = shapely.minimum_bounding_circle(flat).centroid
    if nominal is not None and toward:
        middle = shapely.Point((np.array(nominal) - [lon, lat]) * scale)
    if not shapely.contains(flat, middle):
        inner = flat.buffer(-_INNER * flat.area / flat.length)
        nearest = shapely.shortest_line(flat if inner.is_empty else inner, middle)
        middle = shapely.get_point(nearest, 0)
    if not shapely.contains(flat, middle):
        middle = flat.representative_point()
    x, y = shapely.get_coordinates(middle)[0] / scale + [lon, lat]
    if shapely.contains_xy(shape, x, y):
        return float(x), float(y)
    inside = shapely.get_coordinates(shape.representative_point())[0]
    return float(inside[0]), float(inside[1])


def reach_of(shape: BaseGeometry, center: tuple[float, float]) -> float:
    """Return the geodesic distance from a point to the farthest point of a shape, metres."""
    lon, lat = shapely.get_coordinates(shape).T
    _, _, metres = _geod().inv(np.full_like(lon, center[0]), np.full_like(lat, center[1]), lon, lat)
    return float(np.max(metres)) * _ROUND_UP


def half_width(belt: BaseGeometry, line: BaseGeometry) -> float:
    """Return half the mean width of a belt along a line, both in degrees, in metres."""
    return area_km2(belt) * 1e6 / float(_geod().geometry_length(line)) / 2


def area_km2(shape: BaseGeometry) -> float:
    """Return the area of a shape in degrees, on the ellipsoid."""
    total = 0.0
    for part in shapely.get_parts(shape):
        outer, *holes = shapely.get_rings(part)
        total += _ring_m2(outer) - sum(map(_ring_m2, holes))
    return total / 1e6


def _ring_m2(ring: BaseGeometry) -> float:
    # not geometry_area_perimeter, which reads the vertices one by one
    lon, lat = shapely.get_coordinates(ring).T
    area_m2, _ = _geod().polygon_area_perimeter(lon, lat)
    return abs(float(area_m2))
