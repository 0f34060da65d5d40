"""How much of each of many circles lies in an area: exactly, and without drawing circles."""

from __future__ import annotations

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
    """An area on a plane that circles are cut with.

    Parameters
    ----------
    area
        Polygons whose edges are short against the circles' accuracy.

    Notes
    -----
    By Green's theorem the area that a circle shares with a polygon is a sum over the edges.
    An edge outside the circle adds the sector it is seen under, and the sectors of all edges
    make the whole disc when the centre is inside, nothing when it is not. So only edges that
    the circle meets need a look: each adds half of (chord triangle - sector of the chord).
    """

    def __init__(self, area: BaseGeometry) -> None:
        self.area = area
        shapely.prepare(area)
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
        self._start, self._end = np.concatenate(starts), np.concatenate(ends)
        edges = np.empty(len(self._start), dtype=np.object_)
        edges[:] = shapely.linestrings(np.stack([self._start, self._end], axis=1))
        self._tree = shapely.STRtree(edges, node_capacity=4)

    def shares(self, centres: Floats, radius_m: Floats) -> Floats:
        """Return which share, 0 to 1, of each circle around ``n`` x 2 centres is in the area."""
        centres = centres + _NUDGE * radius_m[:, None]
        share: Floats = shapely.contains_xy(self.area, centres).astype(np.float64)
        if not len(self._start):
            return share
        for start in range(0, len(centres), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            circle, edge = self._tree.query(
                as_points(centres[part]), predicate="dwithin", distance=radius_m[part]
            )
            circle += start
            radius = radius_m[circle]
            a = (self._start[edge] - centres[circle]) / radius[:, None]
            b = (self._end[edge] - centres[circle]) / radius[:, None]
            added = np.bincount(circle, weights=_chord_minus_sector(a, b), minlength=len(centres))
            share += added / (2 * np.pi)
        clipped: Floats = np.clip(share, 0.0, 1.0)
        return clipped


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
