"""Stage 3: say which place each mention means, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mapper.gazetteer import Gazetteer
from mapper.model import Document, Hints, Mention, MentionKind, Resolution
from mapper.resolution.candidates import gather
from mapper.resolution.ranking import rank
from mapper.resolution.relative import place_relative
from mapper.resolution.settle import settle

if TYPE_CHECKING:
    from mapper.layers import BorderLayers

__all__ = ["resolve"]


def resolve(
    document: Document,
    mentions: Sequence[Mention],
    gazetteer: Gazetteer,
    *,
    hints: Hints | None = None,
    layers: BorderLayers | None = None,
) -> tuple[Resolution, ...]:
    """Give each mention a place, or say why it has none.

    Parameters
    ----------
    document
        The text the mentions stand in.
    mentions
        From :func:`mapper.recognition.recognize`, or any spans of the document.
    gazetteer
        Open names of places.
    hints
        What the user knows of where the places lie: it weighs, it never forces. ``None`` is
        ``Hints()``, whose focus is the border of the two Koreas.
    layers
        Lines, shores and areas for relative mentions; ``None`` is the package's own, which
        are then opened only when a text needs them.

    Returns
    -------
    tuple of Resolution
        One per mention, same order. All mentions of one name in a document mean the same
        place, unless an area is named with it ("Paris, Texas").
    """
    names = gather(document, mentions, gazetteer, hints or Hints())
    rank(names)
    by_span = {}
    for name in names:
        for mention in name.mentions:
            by_span[mention.span, mention.kind] = settle(mention, name, gazetteer)
    anchors = {
        span: resolution
        for (span, kind), resolution in by_span.items()
        if kind is not MentionKind.RELATIVE
    }
    found = []
    for mention in mentions:
        if mention.kind is MentionKind.RELATIVE:
            found.append(place_relative(mention, anchors, layers))
        else:
            found.append(by_span[mention.span, mention.kind])
    return tuple(found)
