"""Long texts in blocks of whole sentences, so that memory does not grow with the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from mapper.model import Document, Span

__all__ = ["blocks"]

_BLOCK = 100_000  # code points


def blocks(document: Document, *, size: int = _BLOCK) -> Iterator[tuple[Span, set[int]]]:
    """Cut a document at the starts of sentences into blocks of at least ``size``.

    Yields
    ------
    Span, set of int
        The block, and where sentences start in it, counted from its own start. The blocks
        cover the whole text.

    Examples
    --------
    >>> from mapper.text import make_document
    >>> document = make_document("Shots near Paju. Nobody was hurt.")
    >>> [(document.quote(block), starts) for block, starts in blocks(document, size=10)]
    [('Shots near Paju. ', {0}), ('Nobody was hurt.', {0})]
    """
    starts = [sentence.start for sentence in document.sentences]
    length, begin = len(document.text), 0
    first = 0
    while begin < length:
        at = bisect_left(starts, begin + size)
        end = starts[at] if at < len(starts) else length
        yield Span(begin, end), {start - begin for start in starts[first:at]}
        begin, first = end, at
