"""The sentences of a document, with what the ones around them lend to each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mapper.incidents.when import TimeExpression, find_heading
from mapper.model import Document, Span

__all__ = ["Sentence", "read_sentences"]

_HEADLINE = 160
_LEAD = 2  # the first sentences of the body tell the news of the day
_YEAR = re.compile(r"(?<![\d,.])(?:19|20)\d\d(?![\d,]*\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of the document.

    Attributes
    ----------
    index, paragraph
        Its number in the document, and that of its paragraph.
    entry, heading
        Number and date of the chronology entry it stands in; -1 and ``None`` elsewhere.
    context_year
        The year last named before it in its paragraph.
    headline, lead
        Whether it is a title, and whether it is one of the first of the body.
    """

    span: Span
    index: int
    paragraph: int
    entry: int
    heading: TimeExpression | None
    context_year: int | None
    headline: bool
    lead: bool


def read_sentences(document: Document) -> list[Sentence]:
    """Return the sentences of a document in reading order, without its boilerplate."""
    rows: list[Sentence] = []
    paragraph, entry, entries, body, end = 0, -1, 0, 0, 0
    heading: TimeExpression | None = None
    context_year: int | None = None
    for index, span in enumerate(_unwrapped(document)):
        text = document.quote(span)
        if index and "\n" in document.text[end : span.start]:
            paragraph += 1
            context_year = None
        new_paragraph = not rows or rows[-1].paragraph != paragraph
        end = span.end
        if new_paragraph:
            found = find_heading(text, year=_year_before(document, heading))
            if found is not None:
                entries += 1
                entry, heading = entries, found
            elif heading is not None and not _heads_alone(document, rows, entry):
                entry, heading = -1, None
        if document.is_boilerplate(span):
            continue
        headline = _is_headline(document, text, heading)
        body += not headline
        rows.append(
            Sentence(
                span=span,
                index=index,
                paragraph=paragraph,
                entry=entry,
                heading=heading,
                context_year=context_year,
                headline=headline,
                lead=headline or (heading is None and body <= _LEAD),
            )
        )
        years = _YEAR.findall(text)
        if years:
            context_year = int(years[-1])
    return rows


def _year_before(document: Document, heading: TimeExpression | None) -> int | None:
    """Return the year of the last heading, or that of the report for the first."""
    if heading is not None and heading.when.start is not None:
        return heading.when.start.year
    return document.published.year if document.published is not None else None


def _unwrapped(document: Document) -> list[Span]:
    """Join what a hard line break cut: a line without an end, and one that goes on small."""
    joined: list[Span] = []
    for span in document.sentences:
        if joined and document.text[span.start].islower():
            last = joined[-1]
            gap = document.text[last.end : span.start]
            if gap.count("\n") == 1 and document.text[last.end - 1] not in ".!?:;\"'”’)":
                joined[-1] = Span(last.start, span.end)
                continue
        joined.append(span)
    return joined


def _is_headline(document: Document, text: str, heading: TimeExpression | None) -> bool:
    if document.title and document.title.strip() == text.strip():
        return True
    ended = text.rstrip("\"'”’)").endswith((".", "!", "?", "다", ";", ":"))
    return len(text) <= _HEADLINE and not ended and heading is None


def _heads_alone(document: Document, rows: Sequence[Sentence], entry: int) -> bool:
    """Say whether the running entry so far is a date on a line of its own."""
    own = [row for row in rows if row.entry == entry]
    text = "".join(document.quote(row.span) for row in own)
    return len(own) == 1 and len(text) <= 30
