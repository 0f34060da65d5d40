"""The exact words a claim rests on, so that anyone can find them again.

An :class:`~mapper.model.Evidence` holds a W3C TextQuoteSelector (exact, prefix, suffix), a
TextPositionSelector (the span) and, where the document has a web address, a URL with a
text fragment that opens the page at these words.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from mapper.model import Document, Evidence, Span

__all__ = ["make_evidence", "text_fragment_url"]

_CONTEXT = 32  # code points of prefix and suffix, as annotation tools use
_LONG = 160  # longer quotes are given by their first and last words: URLs stay short
_EDGE_WORDS = 6
_PREFIX_WORDS = 4
# Marks of Markdown: the page that a text was taken from does not show them.
_MARKS = re.compile(r"^\s*#{1,6}\s+|\*\*|!?\[(?=[^\]\n]*\]\(\S+\))|\]\([^)\s]+\)", re.MULTILINE)


def make_evidence(document: Document, span: Span) -> Evidence:
    """Quote ``span`` of a document with its surroundings.

    Parameters
    ----------
    document
        Its text is not changed, so ``document.quote(evidence.span) == evidence.exact``.
    span
        Surrounding white space is left out.

    Returns
    -------
    Evidence
        Prefix and suffix are at most 32 code points and begin and end with whole words.
    """
    raw = document.quote(span)
    start = span.start + len(raw) - len(raw.lstrip())
    end = max(start, span.end - (len(raw) - len(raw.rstrip())))
    exact = document.text[start:end]
    prefix = _whole_words_before(document.text, start)
    opening = " ".join(exact.split()[:_EDGE_WORDS])
    told_before = document.url and opening in " ".join(document.text[:start].split())
    return Evidence(
        doc_id=document.doc_id,
        span=Span(start, end),
        exact=exact,
        prefix=prefix,
        suffix=_whole_words_after(document.text, end),
        url=text_fragment_url(document.url, exact, prefix=prefix if told_before else ""),
    )


def text_fragment_url(url: str, exact: str, *, prefix: str = "") -> str:
    """Return ``url`` with a text fragment for ``exact``, or an empty string.

    Only http and https addresses get one. A long quote is given as ``start,end``; so is a
    quote over several lines, since a browser matches within one block. A ``prefix`` tells
    words that stand twice apart: a browser goes to the first ones that fit.

    Examples
    --------
    >>> text_fragment_url("https://news.example/a", "Shots, at 7-30")
    'https://news.example/a#:~:text=Shots%2C%20at%207%2D30'
    """
    words = _MARKS.sub("", exact).split()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc or not words:
        return ""
    first, last = " ".join(words), ""
    if len(exact) > _LONG or "\n" in exact.strip():
        if len(words) > 2 * _EDGE_WORDS:
            first, last = " ".join(words[:_EDGE_WORDS]), " ".join(words[-_EDGE_WORDS:])
        elif len(words) == 1:  # Chinese or Korean without spaces
            first, last = first[:20], first[-20:]
    fragment = _encode(first) + ("," + _encode(last) if last else "")
    if before := _MARKS.sub("", prefix).split()[-_PREFIX_WORDS:]:
        fragment = f"{_encode(' '.join(before))}-,{fragment}"
    base, _, anchor = url.partition("#")
    anchor = anchor.split(":~:")[0]
    # White space and quotes would end the address where it stands in a page or a CSV cell.
    base = re.sub(r"[\s<>\"'`{}|\\^]", lambda m: quote(m[0], safe=""), base)
    return f"{base}#{quote(anchor, safe='!$&()*+,;=:@/?-._~%')}:~:text={fragment}"


def _encode(words: str) -> str:
    # `-` and `,` and `&` have a meaning in a text directive; quote() keeps the first.
    return quote(words, safe="").replace("-", "%2D")


def _whole_words_before(text: str, at: int) -> str:
    prefix = text[max(0, at - _CONTEXT) : at]
    if at > _CONTEXT and not text[at - _CONTEXT - 1].isspace():
        cut = re.search(r"\s", prefix)
        prefix = prefix[cut.end() :] if cut else prefix
    return prefix


def _whole_words_after(text: str, at: int) -> str:
    suffix = text[at : at + _CONTEXT]
    if at + _CONTEXT < len(text) and not text[at + _CONTEXT].isspace():
        cut = re.search(r"\s\S*$", suffix)
        suffix = suffix[: cut.start()] if cut else suffix
    return suffix
