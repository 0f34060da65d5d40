"""The nouns of a text: what was read, a stretch of it, and the words that a claim rests on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from mapper.errors import InputError

__all__ = ["Document", "Evidence", "Span"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points of a document's text.

    Examples
    --------
    >>> "Shots near Paju"[Span(11, 15).slice]
    'Paju'
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise InputError(f"not a span: [{self.start}, {self.end})")

    @property
    def slice(self) -> slice:
        """The span as a slice of ``document.text``."""
        return slice(self.start, self.end)

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Say whether the two spans share at least one code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Say whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text, frozen when it was read: nothing may change ``text`` afterwards.

    Make one with :func:`mapper.text.make_document`, which cleans the text once, hashes it,
    splits it into sentences and flags its boilerplate.

    Attributes
    ----------
    doc_id
        Hash of the content.
    label
        The id the user knows it by: the file's stem, or the ``id`` of a table row.
    published
        The day of publication; ``None`` when the source does not say.
    language
        Two-letter code: ``en`` or ``ko``.
    sentences
        Spans in reading order; they never overlap and never cross a line break that ends
        a paragraph.
    boilerplate
        The sentences that are comment forms, donation appeals, menus: kept, never deleted.
    """

    doc_id: str
    text: str
    label: str = ""
    title: str = ""
    url: str = ""
    publisher: str = ""
    published: dt.date | None = None
    language: str = "en"
    sentences: tuple[Span, ...] = ()
    boilerplate: tuple[Span, ...] = ()

    def quote(self, span: Span) -> str:
        """Return the characters of ``span``."""
        return self.text[span.start : span.end]

    def sentence_at(self, span: Span) -> Span:
        """Return the sentence that holds the start of ``span`` (or ``span`` itself)."""
        for sentence in self.sentences:
            if sentence.start <= span.start < sentence.end:
                return sentence
        return span

    def is_boilerplate(self, span: Span) -> bool:
        """Say whether ``span`` touches a passage flagged as boilerplate."""
        return any(span.overlaps(flagged) for flagged in self.boilerplate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The exact words a claim rests on (W3C TextQuoteSelector and TextPositionSelector).

    Attributes
    ----------
    url
        The document's URL with a text fragment that opens these words, or empty.
    trigger, time, place
        Inside ``span``: the words that tell of it, say when and say where; ``None`` where
        these words do not.
    actors
        Inside ``span``: the words that name who takes part.
    """

    doc_id: str
    span: Span
    exact: str
    prefix: str = ""
    suffix: str = ""
    url: str = ""
    trigger: Span | None = None
    time: Span | None = None
    place: Span | None = None
    actors: tuple[Span, ...] = ()
