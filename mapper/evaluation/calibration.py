"""Whether a probability means something: of what is said to be 80 % sure, 80 % should be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Bin", "Reliability", "reliability"]

_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The answers whose probability lies in ``[low, high)``; the last bin holds 1 as well."""

    low: float
    high: float
    count: int
    mean_probability: float
    share_right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """A reliability table.

    Attributes
    ----------
    bins
        Those that hold answers, the least sure first.
    calibration_error
        Expected calibration error: mean of the distance between probability and share right,
        weighted by the number of answers of each bin.
    brier
        Mean square of probability minus outcome: 0 is best, 0.25 is a coin.
    """

    bins: tuple[Bin, ...]
    calibration_error: float
    brier: float


def reliability(outcomes: Sequence[tuple[float, bool]]) -> Reliability:
    """Compare probabilities with what was right.

    Parameters
    ----------
    outcomes
        For each answer its probability, 0 to 1, and whether it was right.

    Examples
    --------
    >>> table = reliability([(0.95, True), (0.95, True), (0.95, False), (0.95, True)])
    >>> table.bins[0].share_right, round(table.calibration_error, 2)
    (0.75, 0.2)
    """
    groups: dict[int, list[tuple[float, bool]]] = {}
    for probability, is_right in outcomes:
        groups.setdefault(min(int(probability * _BINS), _BINS - 1), []).append(
            (probability, is_right)
        )
    bins = tuple(
        Bin(
            low=number / _BINS,
            high=(number + 1) / _BINS,
            count=len(group),
            mean_probability=sum(p for p, _ in group) / len(group),
            share_right=sum(right for _, right in group) / len(group),
        )
        for number, group in sorted(groups.items())
    )
    whole = len(outcomes) or 1
    return Reliability(
        bins=bins,
        calibration_error=sum(b.count * abs(b.mean_probability - b.share_right) for b in bins)
        / whole,
        brier=sum((p - right) ** 2 for p, right in outcomes) / whole,
    )
