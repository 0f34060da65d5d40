"""How much of each of many shapes lies in each of some large areas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.zones.lines import Floats

__all__ = ["Tiles", "sizes"]

_MOST_VERTICES: Final = 128  # of a tile: to cut with few vertices is quick

_LARGE: Final = 5_000  # vertices of a shape that is cut to the tiles' frame before all else


class Tiles:
    """Large areas cut into small ones, so that a shape meets a few vertices and not them all."""

    def __init__(self, areas: Sequence[BaseGeometry]) -> None:
        pieces = [_cut(area) for area in areas]
        self.areas = list(areas)
        self._area = np.repeat(np.arange(len(pieces)), [len(part) for part in pieces])
        self._pieces = np.concatenate([np.empty(0, dtype=np.object_), *pieces])
        self._tree = shapely.STRtree(self._pieces)
        self._frame = shapely.box(*shapely.total_bounds(self._pieces))

    def shares(self, shapes: npt.NDArray[np.object_]) -> Floats:
        """Return the share of each of ``n`` shapes in each of ``k`` areas, as ``n`` x ``k``.

        Of areas it is the share of the area, of lines of the length, of points of the number.
        """
        shares = np.zeros((len(shapes), len(self.areas)))
        near = shapes.copy()
        large = np.flatnonzero(shapely.get_num_coordinates(shapes) > _LARGE)
        cut = shapely.intersection(shapes[large], self._frame)
        # One that only touches the frame somewhere is a collection, which cannot be cut again.
        plain = shapely.get_type_id(cut) != shapely.GeometryType.GEOMETRYCOLLECTION
        near[large[plain]] = cut[plain]
        of, at = self._tree.query(near, predicate="intersects")
        inner = shapely.intersection(near[of], self._pieces[at])
        dimension = shapely.get_dimensions(shapes)
        # A line that only touches an area has no share in it.
        size = sizes(inner, dimension[of])
        np.add.at(shares, (of, self._area[at]), size)
        for point in np.flatnonzero(dimension == 0):  # on an edge it would be in two tiles
            xy = shapely.get_coordinates(shapes[point])
            shares[point] = [shapely.contains_xy(area, xy).sum() for area in self.areas]
        shares /= sizes(shapes, dimension)[:, None]
        clipped: Floats = np.clip(shares, 0.0, 1.0)
        return clipped


def sizes(shapes: npt.NDArray[np.object_], dimension: npt.NDArray[np.int32]) -> Floats:
    """Return what there is of shapes in their dimension: area, length or number."""
    measured = np.where(dimension == 1, shapely.length(shapes), shapely.area(shapes))
    # The outline of an area that a line cuts is no length of the line's.
    measured = np.where((dimension == 1) & (shapely.get_dimensions(shapes) > 1), 0.0, measured)
    count = shapely.get_num_coordinates(shapes)
    return np.asarray(np.where(dimension == 0, count, measured), dtype=np.float64)


def _cut(area: BaseGeometry) -> npt.NDArray[np.object_]:
    """Halve an area again and again until its pieces have few vertices."""
    pieces, queue = [], list(shapely.get_parts(area))
    while queue:
        piece = queue.pop()
        if piece.is_empty or piece.geom_type not in ("Polygon", "MultiPolygon"):
            continue
        if shapely.get_num_coordinates(piece) <= _MOST_VERTICES:
            pieces.append(piece)
            continue
        west, south, east, north = piece.bounds
        if east - west > north - south:
            middle = (west + east) / 2
            boxes = (west, south, middle, north), (middle, south, east, north)
        else:
            middle = (south + north) / 2
            boxes = (west, south, east, middle), (west, middle, east, north)
        for box in boxes:
            queue += list(shapely.get_parts(shapely.intersection(piece, shapely.box(*box))))
    cut = np.empty(len(pieces), dtype=np.object_)
    cut[:] = pieces
    return cut
