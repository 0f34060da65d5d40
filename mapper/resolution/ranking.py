"""Weigh the names of a document together: places named together lie together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mapper.resolution.candidates import Meaning, Name, weights

__all__ = ["rank"]

_KM_PER_DEGREE = 111.2
_TOO_FAR = 0.02  # support of a neighbour below this is not worth a reason


def rank(names: list[Name]) -> None:
    """Set the probability of every meaning, and sort meanings by it, in place.

    Notes
    -----
    A meaning's points are its prior plus the logarithm of the support that it gets from the
    meanings of the other names, each weighted by its own probability: near ones count by
    distance, and those in the same state or country a little. A few rounds settle it.
    """
    context = weights()["context"]
    meanings = [meaning for name in names for meaning in name.meanings]
    if not meanings:
        return
    prior = np.array([meaning.points for meaning in meanings])
    sizes = [len(name.meanings) for name in names if name.meanings]
    starts = np.cumsum([0, *sizes[:-1]])
    groups = np.repeat(np.arange(len(sizes)), sizes)
    nearness = _nearness(meanings, context) * (groups[:, None] != groups[None, :])
    probability = _softmax(prior, starts, groups, context["sharpness"])
    support = np.zeros(len(meanings))
    points = prior
    for _ in range(int(context["rounds"])):
        support = nearness @ probability
        points = prior + context["support"] * np.log1p(support / context["support_scale"])
        probability = _softmax(points, starts, groups, context["sharpness"])
    for meaning, point, chance, help_ in zip(meanings, points, probability, support, strict=True):
        meaning.points, meaning.probability = float(point), float(chance)
        if help_ > _TOO_FAR:
            meaning.reasons.append(f"supported by the other places ({help_:.2f})")
    for name in names:
        name.meanings.sort(key=lambda meaning: (-meaning.probability, meaning.entry.row))


def _nearness(meanings: list[Meaning], context: dict[str, float]) -> NDArray[np.float64]:
    lon = np.radians(np.array([meaning.entry.lon for meaning in meanings]))
    lat = np.radians(np.array([meaning.entry.lat for meaning in meanings]))
    country = np.array([meaning.entry.country for meaning in meanings])
    admin1 = np.array([meaning.entry.admin1 for meaning in meanings])
    # equirectangular distance is good enough to say which of two Springfields is near
    x = (lon[:, None] - lon[None, :] + np.pi) % (2 * np.pi) - np.pi
    x *= np.cos((lat[:, None] + lat[None, :]) / 2)
    km = np.degrees(np.hypot(x, lat[:, None] - lat[None, :])) * _KM_PER_DEGREE
    near = np.exp(-km / context["near_km"])
    near += context["same_admin1"] * ((admin1[:, None] == admin1[None, :]) & (admin1 > 0))
    near += context["same_country"] * ((country[:, None] == country[None, :]) & (country > 0))
    return np.asarray(near)


def _softmax(
    points: NDArray[np.float64],
    starts: NDArray[np.intp],
    groups: NDArray[np.intp],
    sharpness: float,
) -> NDArray[np.float64]:
    """Turn points into probabilities within each name."""
    top = np.maximum.reduceat(points, starts)[groups]
    weight = np.exp(sharpness * (points - top))
    return np.asarray(weight / np.add.reduceat(weight, starts)[groups])
