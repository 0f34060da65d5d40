"""Shapes on their way to the page: few bytes, no loss that shows.

A coordinate is a whole number of 1e-5 degrees (about a metre); along a line or ring only the
steps from vertex to vertex are kept, in few letters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from mapper.layers import Drawing

__all__ = [
    "MapLayers",
    "drawn_layers",
    "encode_exact",
    "encode_shape",
    "extent_m",
    "parse_footprint",
]

_SCALE = 100_000
# Degrees, below what a screen shows: the far world is a backdrop, the base map ends at some
# 100 m to a pixel, the border at 8 m.
_TOLERANCE_DEG = {
    "world": 0.2,
    **dict.fromkeys(("land", "lake", "river", "province", "border"), 0.0005),
    **dict.fromkeys(("area", "names"), 0.004),
}
_FINE_DEG = 0.00005
_COARSEST_DEG = 0.008
# The unit of a thinned vertex in 1e-5 degrees, a fifth of the tolerance: digits that no screen
# shows would be a tenth of the page.
_UNIT = {"world": 2000, **dict.fromkeys(("land", "lake", "river", "province", "border"), 10)}
_UNIT |= {"area": 50}
# Square degrees: islands below some 500 km2 would be a third of the backdrop's bytes.
_WORLD_LEAST_DEG2 = 0.05
_EXACT_SCALE = 1_000_000  # 1e-6 degrees: a tenth of a metre
_METRES_PER_DEGREE = 111_320.0


class MapLayers(Protocol):
    """What a map needs of the border layers: their catalogue and their shapes."""

    @property
    def infos(self) -> Mapping[str, Any]:
        """Facts about each layer by name: title, source, url, version, licence, drawing..."""

    @property
    def tables(self) -> Mapping[str, Any]:
        """Facts about each table of the gazetteer by name, its ``path`` among them."""

    @property
    def region(self) -> Any:  # noqa: ANN401 - what mapper.layers reads, or a test's own
        """Which layer is what: ``roles`` by name."""

    @property
    def views(self) -> Mapping[str, Any]:
        """Shapes made of layers: ``union``, ``name`` and ``name_ko`` by name."""

    def geometry(self, name: str) -> BaseGeometry:
        """Return the shape of a layer in degrees (EPSG:4326)."""

    def features(self, name: str) -> Sequence[Any]:
        """Return the features of a layer: ``geometry`` and ``properties``."""


def drawn_layers(layers: MapLayers) -> dict[str, Drawing]:
    """Return how each layer is drawn that is, in the order of the catalogue."""
    found = {name: getattr(info, "drawing", None) for name, info in layers.infos.items()}
    return {name: drawing for name, drawing in found.items() if drawing is not None}


def encode_shape(shape: BaseGeometry, *, look: str = "", accuracy_m: float = 0.0) -> dict[str, Any]:
    """Encode a shape for the page.

    Parameters
    ----------
    shape
        Points, lines, polygons or a mix, in degrees (EPSG:4326).
    look
        That of the layer (:data:`mapper.layers.LOOKS`), which is thinned to what a screen can
        show; any other shape is not.
    accuracy_m
        How far the layer may be from the truth: an area is not drawn finer than a tenth of that.

    Returns
    -------
    dict
        ``polygons`` (each a list of rings), ``lines`` and ``points``; a ring or line is the
        steps ``lon, lat, dlon, dlat, ...`` in units of 1e-5 degrees, or ``unit`` times that,
        as the letters of an encoded polyline.
    """
    if look:
        tolerance = _TOLERANCE_DEG.get(look, _FINE_DEG)
        if look == "area":
            tolerance = max(tolerance, min(accuracy_m / 10 / _METRES_PER_DEGREE, _COARSEST_DEG))
        shape = shapely.simplify(shape, tolerance, preserve_topology=True)
    unit = _UNIT.get(look, 1)
    scale = _SCALE / unit
    encoded: dict[str, Any] = {} if unit == 1 else {"unit": unit}
    for part in _flatten(shape):
        if part.is_empty or (look == "world" and part.area < _WORLD_LEAST_DEG2):
            continue
        if part.geom_type == "Polygon":
            rings = [part.exterior, *part.interiors]
            encoded.setdefault("polygons", []).append([_steps(ring, scale=scale) for ring in rings])
        elif part.geom_type in {"LineString", "LinearRing"}:
            encoded.setdefault("lines", []).append(_steps(part, scale=scale))
        else:
            encoded.setdefault("points", []).append(_steps(part))
    return encoded


def encode_exact(shape: BaseGeometry) -> list[str]:
    """Encode all vertices of a shape, none thinned out, for the page's zone check.

    Returns
    -------
    list
        The letters of one line or ring each: lines, to which distances are
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
        known = {*layers.infos, *layers.views}  # a layer, one feature of it, or a view
        return layers.geometry(name) if name.partition("#")[0] in known else None
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


def _steps(line: BaseGeometry, *, scale: float = _SCALE) -> str:
    whole = np.rint(shapely.get_coordinates(line) * scale).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    if len(steps) > 2:  # a step of nothing draws nothing
        keep = np.asarray(steps.any(axis=1))
        keep[0] = True
        steps = steps[keep]
    return _letters(steps.ravel())


def _letters(numbers: NDArray[np.int64]) -> str:
    """Write whole numbers as Google's encoded polylines do: 5 bits a letter, least first."""
    rest = np.where(numbers < 0, ~(numbers << 1), numbers << 1)
    lengths = np.ones(len(rest), dtype=np.int64)
    for bits in range(5, int(rest.max(initial=0)).bit_length(), 5):
        lengths += (rest >> bits) > 0
    ends = np.cumsum(lengths)
    # For each letter: which number it belongs to, and how many letters of that come before.
    owner = np.repeat(np.arange(len(rest)), lengths)
    place = np.arange(len(owner)) - np.repeat(ends - lengths, lengths)
    values = (rest[owner] >> (5 * place)) & 31
    more = place < lengths[owner] - 1
    codes = values + np.where(more, 32, 0) + 63
    return codes.astype(np.uint8).tobytes().decode("ascii")
