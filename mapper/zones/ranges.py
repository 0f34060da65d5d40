"""The least and greatest distance to the line over many shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from mapper.zones.index import GEOD
from mapper.zones.lines import Floats

__all__ = ["TOLERANCE_M", "TOLERANCE_SHARE", "greatest_m"]

#: How far the least and greatest distance over an outline may be from the true ones,
TOLERANCE_M: Final = 0.5
#: or by how much of its length: along the line itself, every stretch would have to be halved.
TOLERANCE_SHARE: Final = 1 / 20_000
_LONGEST_DEG: Final = 0.25
# The path straight in degrees is a little longer than the shortest one.
_LONGER: Final = 1.001


def greatest_m(
    outlines: npt.NDArray[np.object_],
    value_m: Callable[[Floats, Floats], Floats],
) -> Floats:
    """Return the greatest value over each of ``n`` outlines, within the tolerance.

    Parameters
    ----------
    outlines
        Lines or points in EPSG:4326; of an empty one the greatest is minus infinite.
    value_m
        Gives the value, in metres, at each lon and lat. Over a metre on the ground it changes
        by a metre at most, as a distance does.

    Notes
    -----
    Branch and bound: the greatest value of a stretch is at most that of its middle and half
    its length, so only stretches that may still win are halved.
    """
    start, end, of = _stretches(outlines)
    best = np.full(len(outlines), -np.inf)
    half_m = np.asarray(GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])[2]) * _LONGER / 2
    whole_m = 2 * np.bincount(of, weights=half_m, minlength=len(outlines))
    tolerance_m = np.maximum(TOLERANCE_M, whole_m * TOLERANCE_SHARE)
    while len(of):
        middle = (start + end) / 2
        found = value_m(middle[:, 0], middle[:, 1])
        np.maximum.at(best, of, found)
        may_win = found + half_m > best[of] + tolerance_m[of]
        start, end, middle, of = start[may_win], end[may_win], middle[may_win], of[may_win]
        start, end = np.concatenate([start, middle]), np.concatenate([middle, end])
        of = np.concatenate([of, of])
        half_m = np.tile(half_m[may_win] / 2 * _LONGER, 2)
    return best


def _stretches(
    outlines: npt.NDArray[np.object_],
) -> tuple[Floats, Floats, npt.NDArray[np.intp]]:
    """Return the straight pieces of outlines and the outline of each; a point is a piece."""
    parts, part_of = shapely.get_parts(outlines, return_index=True)
    xy, at = shapely.get_coordinates(shapely.segmentize(parts, _LONGEST_DEG), return_index=True)
    is_point = shapely.get_dimensions(parts)[at] == 0
    joined = np.flatnonzero(at[:-1] == at[1:])
    alone = np.flatnonzero(is_point)
    start = np.concatenate([xy[joined], xy[alone]])
    end = np.concatenate([xy[joined + 1], xy[alone]])
    of = np.concatenate([part_of[at[joined]], part_of[at[alone]]])
    return start, end, of
