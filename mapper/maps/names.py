"""Where on a map the names of lines and areas stand: several a line, nested from zoom to zoom.

Worked out in the pixels of a web map, so that a name comes when there is room for it, and again
when the ones beside it have left the screen. The same shape gives the same points.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from mapper.layers import Drawing
from mapper.maps.geometry import MapLayers, drawn_layers

__all__ = ["along", "inside", "layer_names"]

_Spot = tuple[float, float, int, int]  #: lon, lat, from zoom, angle in degrees

_TILE_PX = 256  # a web map's whole world at zoom 0
_LAST_ZOOM = 13
_APART_PX = 220  # between two spots on one line: the page takes those that are free
_LEAST_LINE_PX = 130
_CHOICES = 3  # halvings that come with the first spot, for where that is covered
_TANGENT_PX = 45
_AREA_TILE_PX = 640  # an area that fills the screen is named once a screen
_BELT_TILE_PX = 380
# Half the width in pixels of what can carry a name: a belt's may stand out on both sides.
_ROOM_PX = {"belt_north": 10, "belt_south": 10, "joint": 6, "area": 26, "names": 26}
_REPEATS = {"area": 1, "names": 0, "joint": 0}
_BELT_UNTIL_ZOOM = 10  # the belt as a whole; its halves from the next on
_LINES = {"line", "sea_line", "parallel"}


def layer_names(layers: MapLayers) -> list[dict[str, Any]]:
    """Return the names of the drawn layers, of their features, and of the belt as a whole.

    Returns
    -------
    list of dict
        ``text`` (English, Korean), ``look``, ``layers`` (names: shown while one of them is),
        ``until`` (last zoom) and ``at``: ``lon, lat, from zoom, angle``, one after the other,
        in units of 1e-4 degrees, zooms and degrees.
    """
    rows = []
    for name, drawing in drawn_layers(layers).items():
        for text, shape in _named_shapes(name, drawing, layers):
            if drawing.look in _LINES:
                spots = along(shape)
            else:
                first = _BELT_UNTIL_ZOOM + 1 if drawing.look.startswith("belt") else 5
                spots = inside(shape, look=drawing.look, first_zoom=first)
            rows.append(_row(text, drawing.look, [name], spots))
    rows += _belts(layers)
    return [row for row in rows if row["at"]]


def _named_shapes(
    name: str,
    drawing: Drawing,
    layers: MapLayers,
) -> Iterator[tuple[list[str], BaseGeometry]]:
    if drawing.name:
        yield [drawing.name, drawing.name_ko], layers.geometry(name)
        return
    for feature in layers.features(name):
        told = feature.properties
        if text := told.get("name") or told.get("label"):
            yield [str(text), str(told.get("name_ko", ""))], feature.geometry


def _belts(layers: MapLayers) -> list[dict[str, Any]]:
    drawn = drawn_layers(layers)
    line = layers.region.roles.get("line")
    rows = []
    for view in layers.views.values():
        is_belt = all(
            member in drawn and drawn[member].look.startswith("belt") for member in view.union
        )
        if view.name and view.union and is_belt and line:
            spots = [spot for spot in along(layers.geometry(line)) if spot[2] <= _BELT_UNTIL_ZOOM]
            row = _row([view.name, view.name_ko], "belt", list(view.union), spots)
            rows.append({**row, "until": _BELT_UNTIL_ZOOM})
    return rows


def _row(text: list[str], look: str, layers: list[str], spots: list[_Spot]) -> dict[str, Any]:
    at = [
        value
        for lon, lat, zoom, angle in spots
        for value in (round(lon * 10_000), round(lat * 10_000), zoom, angle)
    ]
    return {"text": text, "look": look, "layers": layers, "until": 99, "at": at}


def along(shape: BaseGeometry) -> list[_Spot]:
    """Return spots on the lines of a shape: its middle first, then the middles of its halves...

    Examples
    --------
    >>> along(shapely.LineString([(126, 38), (128, 38)]))[0]
    (127.0, 38.0, 7, 0)
    """
    plane = _to_pixels(shape)
    merged = shapely.line_merge(plane) if plane.geom_type == "MultiLineString" else plane
    spots: list[_Spot] = []
    for part in shapely.get_parts(merged):
        if isinstance(part, shapely.LineString) and part.length > 0:
            spots += _along_part(part)
    return spots


def _along_part(line: shapely.LineString) -> list[_Spot]:
    spots: list[_Spot] = []
    for level in range(1, _LAST_ZOOM + 8):
        needed = _LEAST_LINE_PX if level <= _CHOICES else _APART_PX * 2**level
        zoom = max(5, math.ceil(math.log2(needed / line.length)))
        if zoom > _LAST_ZOOM:
            break
        middles = line.length * np.arange(1, 2**level, 2) / 2**level
        reach = _TANGENT_PX / 2**zoom
        before, at, after = (
            shapely.get_coordinates(shapely.line_interpolate_point(line, middles + step))
            for step in (-min(reach, middles[0]), 0.0, reach)
        )
        slopes = np.degrees(np.arctan2(*(after - before).T[::-1]))
        angles = np.rint((slopes + 90) % 180 - 90).astype(int).tolist()
        spots += [
            (*degrees, zoom, angle) for degrees, angle in zip(_to_degrees(at), angles, strict=True)
        ]
    return spots


def inside(shape: BaseGeometry, *, look: str = "area", first_zoom: int = 5) -> list[_Spot]:
    """Return spots inside an area, each as far from its edge as there is room.

    Examples
    --------
    >>> inside(shapely.box(127, 38, 128, 39))[0]
    (127.5, 38.5009, 7, 0)
    """
    plane = shapely.simplify(_to_pixels(shape), 2 / 2**_LAST_ZOOM)
    size = _BELT_TILE_PX if look.startswith("belt") else _AREA_TILE_PX
    room = _ROOM_PX.get(look, 14)
    center, radius = _widest(plane, tolerance=0.002)
    start = max(first_zoom, math.ceil(math.log2(room / radius))) if radius > 0 else _LAST_ZOOM + 1
    if start > _LAST_ZOOM:
        return []
    chosen = [(center, start)]
    shapely.prepare(plane)
    for zoom in range(start, min(_LAST_ZOOM, start + _REPEATS.get(look, 9)) + 1):
        tile = size / 2**zoom
        for x, y in _cells(plane, tile):
            if any(math.dist((x, y), spot) < tile for spot, _ in chosen):
                continue
            edges = (x - tile / 2, y - tile / 2, x + tile / 2, y + tile / 2)
            spot, radius = _widest(
                shapely.clip_by_rect(plane, *edges), tolerance=room / 2**zoom / 8
            )
            near = any(math.dist(spot, other) < tile * 0.7 for other, _ in chosen)
            if radius * 2**zoom >= room and not near:
                chosen.append((spot, zoom))
    degrees = _to_degrees(np.array([spot for spot, _ in chosen]))
    return [(*at, zoom, 0) for at, (_, zoom) in zip(degrees, chosen, strict=True)]


def _widest(shape: BaseGeometry, *, tolerance: float) -> tuple[tuple[float, float], float]:
    """Return the middle and radius of the largest circle within an area."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    best = max(parts, key=lambda part: part.area, default=None)
    if best is None:
        return (0.0, 0.0), 0.0
    spoke = shapely.maximum_inscribed_circle(best, tolerance=tolerance)
    x, y = shapely.get_coordinates(spoke)[0].tolist()
    return (x, y), float(spoke.length)


def _cells(plane: BaseGeometry, tile: float) -> list[tuple[float, float]]:
    """Return the middles of the tiles that an area touches, row by row."""
    west, south, east, north = (np.floor(edge / tile) for edge in plane.bounds)
    columns, rows = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1))
    x, y = columns.ravel() * tile, rows.ravel() * tile
    touched = shapely.intersects(plane, shapely.box(x, y, x + tile, y + tile))
    return list(
        zip((x + tile / 2)[touched].tolist(), (y + tile / 2)[touched].tolist(), strict=True)
    )


def _to_pixels(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape in the pixels of a web map at zoom 0, y downwards."""

    def project(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        x = (degrees[:, 0] + 180) / 360
        y = 0.5 - np.arctanh(np.sin(np.radians(degrees[:, 1]))) / (2 * np.pi)
        return np.column_stack([x, y]) * _TILE_PX

    return shapely.transform(shape, project)


def _to_degrees(pixels: NDArray[np.float64]) -> list[tuple[float, float]]:
    lon = pixels[:, 0] / _TILE_PX * 360 - 180
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * pixels[:, 1] / _TILE_PX))))
    return list(zip(lon.round(4).tolist(), lat.round(4).tolist(), strict=True))
