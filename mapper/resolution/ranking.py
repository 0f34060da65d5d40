"""Weigh the names of a document together: places named together lie together."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mapper.resolution.candidates import Name
from mapper.resolution.weights import weights

__all__ = ["CONTEXT", "rank"]

# Features of a meaning that need the other names of the document, in this order.
CONTEXT = (
    "near",  # other places within some tens of kilometres
    "far",  # ... within some hundreds
    "beside",  # the names right before and after it lie near
    "lead",  # the names of the title, the dateline and the lead lie near
    "country_share",
    "admin1_share",
    "state_named",
    "country_named",
)


def rank(names: list[Name]) -> None:
    """Set the probability of every meaning, and sort meanings by it, in place.

    Notes
    -----
    Names are weighed together in blocks, in the order of the text, so that time grows with the
    length of the text and not with its square.
    """
    known = [name for name in names if name.meanings]
    size = weights().block
    for at in range(0, len(known), size):
        _rank_block(known[at : at + size])


def _rank_block(names: Sequence[Name]) -> None:
    if len(names) == 1:
        _rank_alone(names[0])
    elif any(len(name.meanings) > 1 for name in names):
        from mapper.resolution.company import weigh_together  # loads the arrays

        weigh_together(names)
    else:
        for name in names:
            name.meanings[0].probability = 1.0
        return
    for name in names:
        name.meanings.sort(key=lambda meaning: (-meaning.probability, meaning.entry.row))


def _rank_alone(name: Name) -> None:
    """Weigh the meanings of a name that has no company."""
    if len(name.meanings) == 1:
        name.meanings[0].probability = 1.0
        return
    top = max(meaning.points for meaning in name.meanings)
    shares = [math.exp(meaning.points - top) for meaning in name.meanings]
    for meaning, share in zip(name.meanings, shares, strict=True):
        meaning.probability = share / sum(shares)
        meaning.features.update(dict.fromkeys(CONTEXT, 0.0))
