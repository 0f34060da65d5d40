"""Lines cut into short straight pieces on a plane, and how near they are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

__all__ = [
    "LONGEST_DEG",
    "Clearance",
    "Flags",
    "Floats",
    "Parts",
    "Points",
    "Segments",
    "as_points",
    "moved",
]

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Points: TypeAlias = npt.NDArray[np.object_]  #: shapely points on the metric plane

#: About 500 m: so short that straight in degrees and on the plane differ by a centimetre.
LONGEST_DEG: Final = 0.005
_SMALL_CIRCLE_M: Final = 5_000.0  # a circle that meets few pieces of a line
# Measured: nearest pieces are found 1.8 times as fast as with shapely's usual 10.
_NODE_CAPACITY: Final = 4
_CELL_M: Final = 1_000.0
_MOST_CELLS_AWAY: Final = 8
_MOST_CELLS: Final = 20_000_000  # a grid that would need more is no gain


class Segments:
    """Straight pieces of lines on the metric plane, with an index of them."""

    def __init__(self, lines: Sequence[BaseGeometry], to_metric: pyproj.Transformer) -> None:
        starts, ends = [], []
        self._lines: list[Floats] = []
        for line in shapely.get_parts(np.array(lines, dtype=object)):
            if line.is_empty:
                continue
            # Straight in degrees is not straight on the plane: 0.4 m off over 4 km.
            short = shapely.segmentize(line, LONGEST_DEG)
            xy = moved(shapely.get_coordinates(short), to_metric)
            starts.append(xy[:-1])
            ends.append(xy[1:])
            self._lines.append(xy)
        none = np.empty((0, 2))
        self.start = np.concatenate([none, *starts])
        self.end = np.concatenate([none, *ends])
        pieces = np.empty(len(self.start), dtype=np.object_)
        pieces[:] = shapely.linestrings(np.stack([self.start, self.end], axis=1))
        self.tree = shapely.STRtree(pieces, node_capacity=_NODE_CAPACITY)

    @cached_property
    def whole(self) -> BaseGeometry:
        """All lines as one prepared geometry."""
        whole = shapely.MultiLineString(self._lines)
        shapely.prepare(whole)
        return whole

    def distance(self, points: Points) -> Floats:
        """Return planar metres from each point to the nearest piece."""
        if not len(self.start):
            return np.full(len(points), np.inf)
        _, metres = self.tree.query_nearest(points, return_distance=True, all_matches=False)
        return np.asarray(metres, dtype=np.float64)

    def reached(self, points: Points, radius_m: Floats) -> Flags:
        """Say which circles around points reach a piece.

        Small circles ask for what is in reach, which is quick; for a large one that would
        be every piece, so it asks for the nearest.
        """
        flags = np.zeros(len(points), dtype=np.bool_)
        small = np.flatnonzero(radius_m <= _SMALL_CIRCLE_M)
        large = np.flatnonzero(radius_m > _SMALL_CIRCLE_M)
        if len(small):
            hits, _ = self.tree.query(points[small], predicate="dwithin", distance=radius_m[small])
            flags[small[hits]] = True
        if len(large):
            flags[large] = self.distance(points[large]) <= radius_m[large]
        return flags

    def feet(self, points: Points) -> Floats:
        """Return the coordinates of the nearest place on the lines for each point."""
        # Measured: twice as fast as the nearest piece from the tree, and the same place.
        shortest = shapely.shortest_line(self.whole, points)
        feet: Floats = shapely.get_coordinates(shortest)[::2]
        return feet


class Clearance:
    """A coarse grid that says how far a point is, at least, from any of many lines.

    Most points are nowhere near a limit; looking up a cell spares them the exact search.
    """

    def __init__(self, lines: Sequence[Segments]) -> None:
        ends = np.concatenate([xy for line in lines for xy in (line.start, line.end)])
        self._low = ends.min(axis=0) - _CELL_M
        shape = np.ceil((ends.max(axis=0) - self._low) / _CELL_M).astype(int) + 1
        self._cells: npt.NDArray[np.int8] | None = None
        # A piece is shorter than a cell, so that it lies in the cells of its ends and beside them.
        pieces_m = max(float(np.abs(line.end - line.start).max(initial=0)) for line in lines)
        if pieces_m > _CELL_M or shape.prod() > _MOST_CELLS:
            return
        near = np.zeros(shape, dtype=np.bool_)
        near[tuple(self._at(ends).T)] = True
        cells = np.full(shape, _MOST_CELLS_AWAY, dtype=np.int8)
        for away in range(_MOST_CELLS_AWAY):
            cells[near & (cells == _MOST_CELLS_AWAY)] = away
            near = _grown(near)
        self._cells = cells

    def _at(self, points: Floats) -> npt.NDArray[np.int64]:
        at: npt.NDArray[np.int64] = np.floor((points - self._low) / _CELL_M).astype(np.int64)
        return at

    def at_least_m(self, points: Floats) -> Floats:
        """Return for each of ``n`` x 2 points metres within which there is no line."""
        if self._cells is None:
            return np.zeros(len(points))
        at = self._at(points)
        inside = (at >= 0).all(axis=1) & (at < self._cells.shape).all(axis=1)
        away = np.zeros(len(points))
        away[inside] = self._cells[tuple(at[inside].T)]
        # Two cells less: one for where in its cell the point is, one for the middle of a piece.
        metres: Floats = np.maximum(0.0, away - 2.0) * _CELL_M
        return metres


def _grown(flags: Flags) -> Flags:
    """Return flags that are also set where one of the eight neighbours is."""
    grown = flags.copy()
    for axis in (0, 1):
        before = grown.copy()
        ahead, behind = [slice(None)] * 2, [slice(None)] * 2
        ahead[axis], behind[axis] = slice(1, None), slice(None, -1)
        grown[tuple(ahead)] |= before[tuple(behind)]
        grown[tuple(behind)] |= before[tuple(ahead)]
    return grown


class Parts:
    """A large area, with an index of the pieces of its outline."""

    def __init__(self, area: BaseGeometry) -> None:
        self.area = area
        shapely.prepare(area)
        pieces: list[npt.NDArray[np.object_]] = [np.empty(0, dtype=np.object_)]
        for line in shapely.get_parts(area.boundary):
            xy = shapely.get_coordinates(line)
            part = np.empty(len(xy) - 1, dtype=np.object_)
            part[:] = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
            pieces.append(part)
        self.tree = shapely.STRtree(np.concatenate(pieces), node_capacity=_NODE_CAPACITY)

    def distance_deg(self, lon: Floats, lat: Floats) -> Floats:
        """Return degrees from each point to the area: 0 inside, infinite without any."""
        degrees = np.full(len(lon), np.inf)
        if len(self.tree):
            inside = shapely.contains_xy(self.area, lon, lat)
            degrees[inside] = 0.0
            points = shapely.points(lon[~inside], lat[~inside])
            _, degrees[~inside] = self.tree.query_nearest(
                points, return_distance=True, all_matches=False
            )
        return degrees


def as_points(xy: Floats) -> Points:
    """Return ``n`` x 2 coordinates as shapely points."""
    return np.asarray(shapely.points(xy), dtype=np.object_)


def moved(xy: Floats, transformer: pyproj.Transformer) -> Floats:
    """Transform ``n`` x 2 coordinates."""
    return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
