"""How much of each of many circles lies in some areas: exactly, and without drawing circles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.zones.lines import Floats, as_points

__all__ = ["Disks"]

_AT_ONCE: Final = 2_000  # circles; each meets some hundred pieces of an outline at most
# A centre that lies on a corner of the outline, to the bit, is moved by this much of its radius.
_NUDGE: Final = np.array([0.7e-6, 1.1e-6])


class Disks:
    """Areas on a plane that circles are cut with.

    Parameters
    ----------
    areas
        Each polygons whose edges are short against the circles' accuracy.

    Notes
    -----
    By Green's theorem the area that a circle shares with a polygon is a sum over the edges.
    An edge outside the circle adds the sector it is seen under, and the sectors of all edges
    make the whole disc when the centre is inside, nothing when it is not. So only edges that
    the circle meets need a look: each adds half of (chord triangle - sector of the chord).
    """

    def __init__(self, areas: Sequence[BaseGeometry]) -> None:
        self.areas = list(areas)
        shapely.prepare(self.areas)
        outlines = [_edges(area) for area in areas]
        self._start = np.concatenate([start for start, _ in outlines])
        self._end = np.concatenate([end for _, end in outlines])
        self._area = np.repeat(np.arange(len(areas)), [len(start) for start, _ in outlines])
        edges = np.empty(len(self._start), dtype=np.object_)
        edges[:] = shapely.linestrings(np.stack([self._start, self._end], axis=1))
        self._tree = shapely.STRtree(edges, node_capacity=4)

    def shares(self, centres: Floats, radius_m: Floats) -> Floats:
        """Return which share, 0 to 1, of circles around ``n`` x 2 centres is in each of k areas."""
        centres = centres + _NUDGE * radius_m[:, None]
        inside = [shapely.contains_xy(area, centres) for area in self.areas]
        share: Floats = np.column_stack(inside).astype(np.float64)
        for start in range(0, len(centres) if len(self._start) else 0, _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            circle, edge = self._tree.query(
                as_points(centres[part]), predicate="dwithin", distance=radius_m[part]
            )
            radius, middle = radius_m[part][circle, None], centres[part][circle]
            a = (self._start[edge] - middle) / radius
            b = (self._end[edge] - middle) / radius
            into = share[part]
            added = np.bincount(
                circle * len(self.areas) + self._area[edge],
                weights=_chord_minus_sector(a, b),
                minlength=into.size,
            )
            into += added.reshape(into.shape) / (2 * np.pi)
        clipped: Floats = np.clip(share, 0.0, 1.0)
        return clipped


def _edges(area: BaseGeometry) -> tuple[Floats, Floats]:
    """Return where the edges of an area start and end, its inside on their left."""
    starts, ends = [np.empty((0, 2))], [np.empty((0, 2))]
    for part in shapely.get_parts(area):
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        rings = [(part.exterior, True), *((hole, False) for hole in part.interiors)]
        for ring, is_outer in rings:
            xy = shapely.get_coordinates(ring)
            if shapely.is_ccw(ring) != is_outer:
                xy = xy[::-1]
            starts.append(xy[:-1])
            ends.append(xy[1:])
    return np.concatenate(starts), np.concatenate(ends)


def _chord_minus_sector(a: Floats, b: Floats) -> npt.NDArray[np.float64]:
    """Return for edges from a to b twice (triangle - sector) of their part in the unit circle."""
    along = b - a
    length2 = np.einsum("ij,ij->i", along, along)
    half = np.einsum("ij,ij->i", a, along)
    root = np.sqrt(np.maximum(half**2 - length2 * (np.einsum("ij,ij->i", a, a) - 1), 0))
    safe = np.where(length2 > 0, length2, 1.0)
    enters = np.clip((-half - root) / safe, 0, 1)
    leaves = np.clip((-half + root) / safe, 0, 1)
    p, q = a + enters[:, None] * along, a + leaves[:, None] * along
    cross = p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]
    dot = np.einsum("ij,ij->i", p, q)
    doubled: Floats = cross - np.arctan2(cross, dot)
    return doubled
