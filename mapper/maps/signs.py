"""Where the numbered signs of a figure stand, so that none hides another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import product

__all__ = ["join_numbers", "spread"]

# Points (1/72 inch). A sign is a square with its label to the right.
_HALF = 5.5
_STEP = 6.0
_REACH = 40  # steps
_OFFSETS = sorted(
    product(range(-_REACH, _REACH + 1), repeat=2), key=lambda at: (math.hypot(*at), at[1], at[0])
)


def spread(
    wanted: Sequence[tuple[float, float]],
    label_widths: Sequence[float],
    *,
    frame: tuple[float, float, float, float],
) -> list[tuple[float, float]]:
    """Move signs as little as keeps them and their labels apart.

    Parameters
    ----------
    wanted
        Where each sign belongs, in points; the first ones have the first choice.
    label_widths
        Room for each label to the right of its sign, in points.
    frame
        West, south, east, north of the figure, in points.

    Returns
    -------
    list of tuple
        Where each sign stands. One whose place is outside the frame, or for which there is
        no room near, stays where it belongs.

    Examples
    --------
    >>> spread([(50.0, 50.0), (50.0, 50.0)], [5.0, 5.0], frame=(0.0, 0.0, 100.0, 100.0))
    [(50.0, 50.0), (50.0, 38.0)]
    """
    taken: list[tuple[float, float, float, float]] = []
    stand = []
    for (x, y), width in zip(wanted, label_widths, strict=True):
        spot = (x, y)
        if frame[0] <= x <= frame[2] and frame[1] <= y <= frame[3]:
            for right, up in _OFFSETS:
                box = _box(x + right * _STEP, y + up * _STEP, width)
                if _is_within(box, frame) and not any(_overlap(box, other) for other in taken):
                    spot = (x + right * _STEP, y + up * _STEP)
                    taken.append(box)
                    break
        stand.append(spot)
    return stand


def _box(x: float, y: float, width: float) -> tuple[float, float, float, float]:
    return (x - _HALF, y - _HALF, x + _HALF + width, y + _HALF)


def _is_within(box: Sequence[float], frame: Sequence[float]) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def join_numbers(numbers: Iterable[int]) -> str:
    """Write numbers as a reader would, runs as ranges.

    Examples
    --------
    >>> join_numbers([3, 8, 10, 11, 12])
    '3, 8, 10–12'
    """
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )
