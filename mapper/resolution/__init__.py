"""Stage 3: say which place each mention means, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence

from mapper.gazetteer import Gazetteer
from mapper.model import Document, Hints, Mention, MentionKind, Resolution
from mapper.resolution.candidates import gather
from mapper.resolution.ranking import rank
from mapper.resolution.relative import place_relative
from mapper.resolution.settle import settle

__all__ = ["resolve"]


def resolve(
    document: Document,
    mentions: Sequence[Mention],
    gazetteer: Gazetteer,
    *,
    hints: Hints | None = None,
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
    found = []
    for mention in mentions:
        if mention.kind is MentionKind.RELATIVE:
            anchors = [
                resolution
                for (span, kind), resolution in by_span.items()
                if mention.relation is not None
                and span == mention.relation.anchor
                and kind is not MentionKind.RELATIVE
            ]
            found.append(place_relative(mention, anchors[0] if anchors else None))
        else:
            found.append(by_span[mention.span, mention.kind])
    return tuple(found)
