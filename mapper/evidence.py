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
    return Evidence(
        doc_id=document.doc_id,
        span=Span(start, end),
        exact=exact,
        prefix=_whole_words_before(document.text, start),
        suffix=_whole_words_after(document.text, end),
        url=text_fragment_url(document.url, exact),
    )


def text_fragment_url(url: str, exact: str) -> str:
    """Return ``url`` with a text fragment for ``exact``, or an empty string.

    Only http and https addresses get one. A long quote is given as ``start,end``; so is a
    quote over several lines, since a browser matches within one block.

    Examples
    --------
    >>> text_fragment_url("https://news.example/a", "Shots, at 7-30")
    'https://news.example/a#:~:text=Shots%2C%20at%207%2D30'
    """
    words = exact.split()
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
