"""Provinces of both sides and the counties of the southern border region, as areas."""

from __future__ import annotations

import csv
from pathlib import Path

import pyproj
import shapely
from packages import read_divisions, read_northern_provinces
from shapely.geometry.base import BaseGeometry

__all__ = ["Rows", "divisions", "islands"]

Rows = list[tuple[BaseGeometry, dict[str, str]]]

_GEOD = pyproj.Geod(ellps="WGS84")
_TOLERANCE_DEG = {"provinces": 0.005, "border_counties": 0.002}
_SMALLEST_KM2 = {"provinces": 20.0, "border_counties": 1.0}
# Natural Earth's border is up to 3.3 km (0.04 degrees) off the MDL and its coast 1 km.
_GAP_DEG = 0.05


def divisions(north: BaseGeometry, land: BaseGeometry) -> dict[str, Rows]:
    """Return the features of layers ``provinces`` and ``border_counties``.

    Northern provinces are Natural Earth's, cut where territory ``north`` ends; land between
    them and the MDL goes to the nearest one along the line.
    """
    shapes = {row["code"]: shape for row, shape in read_divisions("sido")}
    shapes |= {row["code"]: shape for row, shape in read_divisions("sigungu")}
    # Goyang is three districts in the source.
    shapes["41280"] = shapely.union_all([shapes[code] for code in ("41281", "41285", "41287")])
    shapes |= _northern(north, land)
    found: dict[str, Rows] = {"provinces": [], "border_counties": []}
    path = Path(__file__).parent / "divisions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for layer, features in found.items():
        chosen = [row for row in rows if row["layer"] == layer]
        parts = [_without_islets(shapes[row["code"]], _SMALLEST_KM2[layer]) for row in chosen]
        thin = _thin(parts, _TOLERANCE_DEG[layer])
        for row, shape in zip(chosen, thin, strict=True):
            properties = {key: row[key] for key in ("id", "name", "name_ko", "note") if row[key]}
            features.append((shape, properties))
    return found


def _thin(shapes: list[BaseGeometry], tolerance_deg: float) -> list[BaseGeometry]:
    """Thin neighbours together where the source lets them share an edge, else one by one."""
    # Visvalingam's tolerance is the square root of an area, much like Douglas-Peucker's length.
    thin = shapely.coverage_simplify(shapes, tolerance_deg)
    grid = shapely.set_precision(list(thin), 0.0001)
    return [shapely.normalize(shapely.make_valid(shape)) for shape in grid]


def _northern(north: BaseGeometry, land: BaseGeometry) -> dict[str, BaseGeometry]:
    dry = shapely.intersection(land, north)
    named = read_northern_provinces()
    shapes = {name: shapely.intersection(shape, north) for name, shape in named}
    left = shapely.difference(dry, shapely.union_all([shape for _, shape in named]))
    # Nearest first, ring by ring, so that no province takes what lies closer to another.
    for ring in range(1, 6):
        for name in shapes:
            near = shapely.intersection(left, shapes[name].buffer(_GAP_DEG * ring / 5))
            near = shapely.union_all([p for p in shapely.get_parts(near) if p.area > 0])
            shapes[name] = shapely.union(shapes[name], near)
            left = shapely.difference(left, near)
    return {name: shapely.buffer(shape, 0) for name, shape in shapes.items()}


def _without_islets(shape: BaseGeometry, smallest_km2: float) -> BaseGeometry:
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    parts = [shapely.Polygon(part.exterior) for part in parts]
    kept = [p for p in parts if abs(_GEOD.geometry_area_perimeter(p)[0]) >= smallest_km2 * 1e6]
    return shapely.union_all(kept)


def islands(points: list[tuple[float, float]]) -> BaseGeometry:
    """Return the islands of Incheon (NGII) on which the points lie."""
    rows = [s for row, s in read_divisions("sigungu") if row["code"] in ("28720", "28710")]
    parts = shapely.get_parts(shapely.union_all(rows))
    kept = []
    for lon, lat in points:
        nearest = min(parts, key=lambda part: part.distance(shapely.Point(lon, lat)))
        if (
            nearest.distance(shapely.Point(lon, lat)) > 0.02
        ):  # 2 km: OpenStreetMap and NGII put U-do 1.4 km apart
            raise SystemExit(f"no island at {lon}, {lat}")
        kept.append(shapely.simplify(nearest, 0.001))
    return shapely.normalize(shapely.set_precision(shapely.union_all(kept), 0.0001))
