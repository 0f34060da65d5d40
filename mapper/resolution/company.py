"""The company that the names of a document are for each other, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mapper.resolution.candidates import Name
from mapper.resolution.ranking import CONTEXT
from mapper.resolution.weights import weights

__all__ = ["weigh_together"]

_EARTH_KM = 6371.0
_FLOAT = np.float32  # of distances: exact to a kilometre, and half the time
_Matrix = NDArray[Any]


class _Block:
    """Meanings of some names of one document as arrays."""

    def __init__(self, names: Sequence[Name]) -> None:
        self.meanings = [meaning for name in names for meaning in name.meanings]
        sizes = [len(name.meanings) for name in names]
        self.starts = np.cumsum([0, *sizes[:-1]])
        self.group = np.repeat(np.arange(len(names)), sizes)
        entries = [meaning.entry for meaning in self.meanings]
        row, _, lon, lat, _, country, admin1, tier, _ = zip(*entries, strict=True)
        self.rows, self.country, self.admin1 = map(np.array, (row, country, admin1))
        is_state = np.array([word == "state" for word in tier])
        is_country = np.array([word == "country" for word in tier])
        lon, lat = np.radians(np.array((lon, lat)))
        self.points = np.stack(
            [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]
        ).astype(_FLOAT)
        self.is_state, self.is_country = is_state.astype(_FLOAT), is_country.astype(_FLOAT)
        head = np.array([name.head for name in names], dtype=_FLOAT)
        self.head = head[self.group]
        count = np.array([1 + np.log1p(len(name.mentions)) for name in names], dtype=_FLOAT)
        self.weight = count[self.group]
        self.beside = _beside(names)
        self.prior = np.array([meaning.points for meaning in self.meanings])

    def kernels(self) -> tuple[_Matrix, ...]:
        """Return how near, how far, and in which common area each two meanings lie."""
        # neither the other meanings of its own name nor the same place is company for a place
        apart = self.group[:, None] != self.group
        apart &= self.rows[:, None] != self.rows
        squared = self.points.T @ self.points  # of the chord: 2 - 2 cos
        squared *= -2 * _EARTH_KM**2
        squared += 2 * _EARTH_KM**2 + 1e-3
        near_km, far_km = (np.float32(km**2) for km in weights().near_km)
        near = apart * (near_km / (near_km + squared))
        far = apart * (far_km / (far_km + squared))
        same_country = (self.country[:, None] == self.country) & (self.country > 0) & apart
        same_admin1 = (self.admin1[:, None] == self.admin1) & (self.admin1 > 0) & apart
        beside = self.beside[self.group][:, self.group] * far
        return near, far, beside, same_country.astype(_FLOAT), same_admin1.astype(_FLOAT)


def _beside(names: Sequence[Name]) -> _Matrix:
    """Return for each two names how close they come in the text, 0 to 1."""
    spots = sorted((m.span.start, m.span.end, at) for at, n in enumerate(names) for m in n.mentions)
    beside = np.zeros((len(names), len(names)), dtype=_FLOAT)
    for (_, end, left), (start, _, right) in pairwise(spots):
        if left != right:
            close = 1 / (1 + max(start - end, 0) / weights().beside)
            beside[left, right] = max(beside[left, right], close)
            beside[right, left] = max(beside[right, left], close)
    return beside


def _context(
    block: _Block, kernels: tuple[_Matrix, ...], probability: _Matrix
) -> NDArray[np.float64]:
    """Return the context features of each meaning, one row each, given present beliefs."""
    near, far, beside, same_country, same_admin1 = kernels
    probability = probability.astype(_FLOAT)
    weighed = probability * block.weight
    total = weighed.sum()
    own = np.bincount(block.group, weighed)[block.group]
    others = np.maximum(total - own, 1e-9)
    columns = (
        np.log1p(near @ weighed),
        np.log1p(far @ weighed),
        beside @ probability,
        np.minimum(far @ (probability * block.head), 3.0),
        (same_country @ weighed) / others,
        (same_admin1 @ weighed) / others,
        np.minimum(same_admin1 @ (probability * block.is_state), 1.0),
        np.minimum(same_country @ (probability * block.is_country), 1.0),
    )
    return np.stack(columns, axis=1)


def weigh_together(names: Sequence[Name]) -> None:
    """Set points, probability and context of every meaning of several names, in place."""
    block = _Block(names)
    learned = weights().learned
    factors = np.array([learned.get(name, 0.0) for name in CONTEXT])
    probability = _softmax(block.prior, block.starts, block.group)
    points, context = block.prior, np.zeros((len(block.meanings), len(CONTEXT)))
    kernels = block.kernels()
    for _ in range(weights().rounds):
        context = _context(block, kernels, probability)
        points = block.prior + context @ factors
        probability = _softmax(points, block.starts, block.group)
    rows = zip(block.meanings, points.tolist(), probability.tolist(), context.tolist(), strict=True)
    for meaning, point, likely, company in rows:
        meaning.points, meaning.probability = point, likely
        meaning.features.update(zip(CONTEXT, company, strict=True))


def _softmax(points: _Matrix, starts: NDArray[np.intp], group: NDArray[np.intp]) -> _Matrix:
    """Turn points into probabilities within each name."""
    top = np.maximum.reduceat(points, starts)[group]
    weight = np.exp(points - top)
    return np.asarray(weight / np.add.reduceat(weight, starts)[group])
