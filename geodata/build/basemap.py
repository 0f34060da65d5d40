"""The base map: Natural Earth land, lakes, borders, provinces; World Data Bank II rivers."""

from __future__ import annotations

import shapely
from packages import read_rivers, read_shapes
from shapely import LineString
from shapely.geometry.base import BaseGeometry

__all__ = ["BOX", "base_layers"]

BOX = (123.0, 33.0, 132.0, 43.5)  # degrees: the peninsula, its seas, its neighbours' edges
_RIVER_BOX = (124.0, 33.5, 131.0, 43.1)
_GRID_DEG = 0.0001  # 11 m
_WORLD_GRID_DEG = 0.01
# Natural Earth draws the MDL and the DMZ's limits up to 3.3 km off (and its own DMZ lines
# 2 km further): no border of it that runs this near may stand beside our line.
_CLEAR_OF_MDL_DEG = 0.15


def base_layers(mdl: LineString) -> dict[str, tuple[BaseGeometry, float]]:
    """Return each layer's geometry and the tolerance (degrees) it was thinned with.

    Areas are thinned so that they stay valid; then all is snapped to a grid of 0.0001
    degrees (the world: 0.01).
    """
    land = shapely.union_all(read_shapes("land", BOX))
    drawn = shapely.line_merge(shapely.union_all(read_shapes("borders", BOX)))
    far = [part for part in shapely.get_parts(drawn) if part.distance(mdl) > _CLEAR_OF_MDL_DEG]
    borders = shapely.union_all(far)
    provinces = shapely.union_all(read_shapes("provinces", BOX))
    rivers = shapely.union_all(read_rivers(_RIVER_BOX))
    world = shapely.union_all(read_shapes("world", None))
    raw = {
        "base_land": (land, 0.002, _GRID_DEG),
        "base_lakes": (shapely.union_all(read_shapes("lakes", BOX)), 0.001, _GRID_DEG),
        "base_rivers": (rivers, 0.002, _GRID_DEG),
        "base_provinces": (provinces, 0.004, _GRID_DEG),
        "base_borders": (borders, 0.002, _GRID_DEG),
        "base_world": (world, 0.05, _WORLD_GRID_DEG),
    }
    return {name: (_tidy(*values), values[1]) for name, values in raw.items()}


def _tidy(geometry: BaseGeometry, tolerance_deg: float, grid_deg: float) -> BaseGeometry:
    if "Line" in geometry.geom_type or geometry.geom_type == "GeometryCollection":
        lines = [part for part in shapely.get_parts(geometry) if "Line" in part.geom_type]
        geometry = shapely.line_merge(shapely.union_all(lines))
    thin = shapely.simplify(geometry, tolerance_deg, preserve_topology=True)
    return shapely.normalize(shapely.set_precision(thin, grid_deg))
