"""Stage 2: find the mentions of places in a document, by rules, learned weights, gazetteer."""

from __future__ import annotations

from functools import partial

from mapper.errors import InputError
from mapper.gazetteer import Gazetteer, world_key
from mapper.model import Document, Mention
from mapper.recognition.english import Found, find_names
from mapper.recognition.korean import find_korean_names
from mapper.recognition.relative import find_relative
from mapper.recognition.shortforms import find_short_forms

__all__ = ["recognize"]

_SPACY = "spacy:"


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
        What finds names: ``mapper``, our own recognizer, or ``spacy:MODEL``, the spaCy
        pipeline of that package name or folder. Korean names, short forms ("the border")
        and relative places ("12 km north of Paju") are found by our patterns either way.

    Returns
    -------
    tuple of Mention
        In reading order. Mentions do not overlap, but for those of kind ``relative``, whose
        span covers their anchor's mention. Boilerplate is searched too: the place named in a
        page's menu is still a place, only nothing happened there.

    Raises
    ------
    InputError
        If there is no such back-end.
    MissingExtraError
        If spaCy or its model is not installed.

    Examples
    --------
    >>> from mapper.text import make_document
    >>> document = make_document("Shots were heard in Paju, South Korean officials said.")
    >>> [(m.surface, m.kind.value) for m in recognize(document, Gazetteer.open())]
    [('Paju', 'literal'), ('South Korean', 'demonym')]
    """
    names = _find_names(document, gazetteer, backend)
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
    mentions += find_relative(document, mentions, partial(_is_country, gazetteer))
    return tuple(sorted(mentions, key=lambda mention: (mention.span.start, -mention.span.end)))


def _find_names(document: Document, gazetteer: Gazetteer, backend: str) -> list[Found]:
    if backend == "mapper":
        return find_names(document, gazetteer)
    if backend.startswith(_SPACY) and len(backend) > len(_SPACY):
        from mapper.recognition.spacy_names import find_spacy_names  # an extra, slow to load

        return find_spacy_names(document, gazetteer, model=backend.removeprefix(_SPACY))
    raise InputError(f"no recognizer {backend!r}: use 'mapper' or 'spacy:MODEL'")


def _apart(names: list[Found]) -> list[Found]:
    """Keep the longest of overlapping names; of two that are equally long, the first."""
    kept: list[Found] = []
    heap: list[Found] = []  # names that hang together by overlaps
    reach = 0
    for name in sorted(names, key=lambda name: name.span.start):
        span = name.span
        if span.start >= reach:
            kept += _longest(heap)
            heap = []
        heap.append(name)
        if span.end > reach:
            reach = span.end
    return kept + _longest(heap)


def _longest(heap: list[Found]) -> list[Found]:
    """Choose from names that hang together: the longest, then the longest of what is left."""
    if len(heap) < 2:
        return heap
    kept: list[Found] = []
    for name in sorted(heap, key=lambda name: -len(name.span)):
        if not any(name.span.overlaps(other.span) for other in kept):
            kept.append(name)
    return sorted(kept, key=lambda name: name.span.start)


def _is_country(gazetteer: Gazetteer, name: str) -> bool:
    entries = gazetteer.entries(world_key(name))
    return bool(entries) and gazetteer.place_of(entries[0]).feature_code.startswith("PCL")
