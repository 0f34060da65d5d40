r"""A text with its mentions marked: as plain text, or as a part of a page.

In plain text a mention is ``[Paju|literal 37.76,126.78]``: the words, the kind, and latitude and
longitude as people write them, or ``?`` where there is no place. A bracket, bar or backslash
of the text itself gets a backslash, so that the text can be had back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape

from mapper.model import Document, Resolution

__all__ = ["MARKED_PAGE_END", "MARKED_PAGE_START", "mark_html", "mark_text"]

_SPECIAL = re.compile(r"([\\\[\]|])")

# No script runs and nothing is loaded; the text is only ever character data.
MARKED_PAGE_START = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" \
content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>Places in the text</title>
<style>
body { font: 16px/1.6 sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem }
p { white-space: pre-wrap; overflow-wrap: anywhere }
mark { background: #cde8ff; color: inherit; border-radius: 3px }
mark.demonym, mark.embedded { background: #ececec }
mark.abstained { background: #ffe0cc; text-decoration: underline dotted }
</style>
</head>
<body>
<main>
"""
MARKED_PAGE_END = "</main>\n</body>\n</html>\n"


def mark_text(document: Document, resolutions: Sequence[Resolution]) -> str:
    """Return the text with its mentions in brackets; see the top of this module."""

    def end(resolution: Resolution) -> str:
        return f"|{resolution.mention.kind.value} {_where(resolution)}]"

    return _weave(
        document, resolutions, text=lambda piece: _SPECIAL.sub(r"\\\1", piece), start=_open, end=end
    )


def mark_html(document: Document, resolutions: Sequence[Resolution]) -> str:
    """Return the text as an element of a page, its mentions as ``mark`` with a title."""

    def start(resolution: Resolution) -> str:
        mention, place = resolution.mention, resolution.place
        name = place.name if place else mention.surface
        sure = f"{resolution.status.value}, probability {resolution.probability:.2f}"
        title = escape(f"{name} ({mention.kind.value}) {_where(resolution)}: {sure}")
        return f'<mark class="{mention.kind.value} {resolution.status.value}" title="{title}">'

    head = f"<h1>{escape(document.title or document.label)}</h1>\n"
    body = _weave(document, resolutions, text=escape, start=start, end=lambda _: "</mark>")
    return f"{head if document.title or document.label else ''}<p>{body}</p>\n"


def _open(_: Resolution) -> str:
    return "["


def _where(resolution: Resolution) -> str:
    position = resolution.position
    return f"{position.lat:.2f},{position.lon:.2f}" if position else "?"


def _weave(
    document: Document,
    resolutions: Sequence[Resolution],
    *,
    text: Callable[[str], str],
    start: Callable[[Resolution], str],
    end: Callable[[Resolution], str],
) -> str:
    """Put marks around mentions; one inside another is marked inside it."""
    pieces: list[str] = []
    within: list[Resolution] = []
    at = 0

    def close(until: int) -> None:
        nonlocal at
        while within and within[-1].mention.span.end <= until:
            inner = within.pop()
            pieces.append(text(document.text[at : inner.mention.span.end]) + end(inner))
            at = inner.mention.span.end

    in_order = sorted(resolutions, key=lambda r: (r.mention.span.start, -r.mention.span.end))
    for resolution in in_order:
        span = resolution.mention.span
        close(span.start)
        if within and span.end > within[-1].mention.span.end:
            continue  # overlaps without being inside: one of the two has to go unmarked
        pieces.append(text(document.text[at : span.start]) + start(resolution))
        at = span.start
        within.append(resolution)
    close(len(document.text))
    return "".join(pieces) + text(document.text[at:])
