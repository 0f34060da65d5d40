"""Shapes on their way to the page: few bytes, no loss that shows.

A coordinate is a whole number of 1e-5 degrees (about a metre); along a line or ring only the
steps from vertex to vertex are kept.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

__all__ = [
    "LAYER_NAMES",
    "MapLayers",
    "encode_exact",
    "encode_shape",
    "extent_m",
    "parse_footprint",
]

_SCALE = 100_000
# Degrees, below what a screen shows: the far world is a backdrop, the base map ends at some
# 100 m to a pixel, the border at 8 m.
_TOLERANCE_DEG = {
    "base_world": 0.15,
    "base": 0.0005,
    "border": 0.00005,
    "sectors": 0.004,
    "border_counties": 0.004,
}
# Square degrees: islands below some 500 km2 would be a third of the backdrop's bytes.
_WORLD_LEAST_DEG2 = 0.05
LAYER_NAMES = (
    "base_world",
    "base_land",
    "base_lakes",
    "base_rivers",
    "base_provinces",
    "base_borders",
    "dmz_north",
    "dmz_south",
    "mdl",
    "nll_west",
    "nll_east",
    "jsa",
    "ccl",
    "han_estuary",
    "sectors",
    "border_counties",
    "parallel_38",
)
_EXACT_SCALE = 1_000_000  # 1e-6 degrees: a tenth of a metre
_METRES_PER_DEGREE = 111_320.0


class MapLayers(Protocol):
    """What a map needs of the border layers: their catalogue and their shapes."""

    @property
    def infos(self) -> Mapping[str, Any]:
        """Facts about each layer by name: title, source, url, version, licence..."""

    def geometry(self, name: str) -> BaseGeometry:
        """Return the shape of a layer in degrees (EPSG:4326)."""


def encode_shape(shape: BaseGeometry, *, name: str = "") -> dict[str, Any]:
    """Encode a shape for the page.

    Parameters
    ----------
    shape
        Points, lines, polygons or a mix, in degrees (EPSG:4326).
    name
        The layer's name; a layer is thinned to what a screen can show.

    Returns
    -------
    dict
        ``polygons`` (each a list of rings), ``lines`` and ``points``; a ring or line is
        ``[lon, lat, dlon, dlat, ...]`` in units of 1e-5 degrees.
    """
    if name:
        group = "base" if name.startswith("base_") else "border"
        tolerance = _TOLERANCE_DEG.get(name, _TOLERANCE_DEG[group])
        shape = shapely.simplify(shape, tolerance, preserve_topology=True)
    encoded: dict[str, Any] = {}
    for part in _flatten(shape):
        if part.is_empty or (name == "base_world" and part.area < _WORLD_LEAST_DEG2):
            continue
        if part.geom_type == "Polygon":
            rings = [part.exterior, *part.interiors]
            encoded.setdefault("polygons", []).append([_steps(ring) for ring in rings])
        elif part.geom_type in {"LineString", "LinearRing"}:
            encoded.setdefault("lines", []).append(_steps(part))
        else:
            encoded.setdefault("points", []).append(_steps(part))
    return encoded


def encode_exact(shape: BaseGeometry) -> list[list[int]]:
    """Encode all vertices of a shape, none thinned out, for the page's zone check.

    Returns
    -------
    list
        One ``[lon, lat, dlon, dlat, ...]`` a line or ring: lines, to which distances are
        measured, in units of 1e-6 degrees (a tenth of a metre), rings of 1e-5.
    """
    parts = _flatten(shape)
    lines = [
        ring
        for part in parts
        for ring in ([part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part])
        if not ring.is_empty
    ]
    scale = _SCALE if any("Polygon" in part.geom_type for part in parts) else _EXACT_SCALE
    return [_steps(line, scale=scale) for line in lines]


def parse_footprint(footprint: str, layers: MapLayers) -> BaseGeometry | None:
    """Return the shape of ``layer:NAME`` or of WKT; ``None`` when it cannot be read."""
    if footprint.startswith("layer:"):
        name = footprint.removeprefix("layer:")
        if name.partition("#")[0] in layers.infos:  # a layer, or one feature of it
            return layers.geometry(name)
        if name == "dmz" and {"dmz_north", "dmz_south"} <= set(layers.infos):
            return shapely.union(layers.geometry("dmz_north"), layers.geometry("dmz_south"))
        return None
    shape = shapely.from_wkt(footprint, on_invalid="ignore")
    return shape if shape is not None and not shape.is_empty else None


def extent_m(shape: BaseGeometry) -> float:
    """Return half the diagonal of a shape's bounding box, in metres."""
    west, south, east, north = shape.bounds
    width = (east - west) * math.cos(math.radians((south + north) / 2))
    return 0.5 * _METRES_PER_DEGREE * math.hypot(width, north - south)


def _flatten(shape: BaseGeometry) -> list[Any]:
    parts = getattr(shape, "geoms", None)
    return [shape] if parts is None else [leaf for part in parts for leaf in _flatten(part)]


def _steps(line: BaseGeometry, *, scale: int = _SCALE) -> list[int]:
    whole = np.rint(shapely.get_coordinates(line) * scale).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    if len(steps) > 2:  # a step of nothing draws nothing
        keep = np.asarray(steps.any(axis=1))
        keep[0] = True
        steps = steps[keep]
    flat: list[int] = steps.ravel().tolist()
    return flat
