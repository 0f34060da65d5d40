"""Stage 2: find the mentions of places in a document, by rules and the gazetteer."""

from __future__ import annotations

from mapper.errors import InputError
from mapper.gazetteer import Gazetteer
from mapper.model import Document, Mention, Span
from mapper.recognition.english import Found, find_names
from mapper.recognition.korean import find_korean_names
from mapper.recognition.relative import find_relative
from mapper.recognition.shortforms import find_short_forms

__all__ = ["recognize"]


def recognize(
    document: Document, gazetteer: Gazetteer, *, backend: str = "mapper"
) -> tuple[Mention, ...]:
    """Find every span of a document that denotes a place.

    Parameters
    ----------
    document
        Made by :func:`mapper.text.make_document`.
    gazetteer
        Open names of places.
    backend
        What finds names: ``mapper``, our own recognizer.

    Returns
    -------
    tuple of Mention
        In reading order. Mentions do not overlap, but for one of kind ``relative``, whose
        span covers its anchor's mention. Boilerplate is searched too: the place named in a
        page's menu is still a place, only nothing happened there.

    Raises
    ------
    InputError
        If there is no such back-end.
    """
    if backend != "mapper":
        raise InputError(f"no recognizer {backend!r}: use 'mapper'")
    names = find_names(document, gazetteer)
    names += find_korean_names(document, gazetteer)
    names = _apart(names)
    names = _apart([*find_short_forms(document, names, gazetteer), *names])
    mentions = [
        Mention(
            doc_id=document.doc_id,
            span=found.span,
            surface=document.quote(found.span),
            kind=found.kind,
            referent=found.referent,
        )
        for found in names
    ]
    mentions += find_relative(document, mentions)
    return tuple(sorted(mentions, key=lambda mention: (mention.span.start, -mention.span.end)))


def _apart(names: list[Found]) -> list[Found]:
    """Keep the first of overlapping names where one list is better, the longer otherwise."""
    taken: list[Span] = []
    kept = []
    for name in sorted(names, key=lambda name: (-len(name.span), name.span.start)):
        if not any(name.span.overlaps(span) for span in taken):
            taken.append(name.span)
            kept.append(name)
    return sorted(kept, key=lambda name: name.span.start)
