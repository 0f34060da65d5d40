"""Text at the door: cleaning, paragraphs, sentences, boilerplate.

All of it is pure and keeps offsets: cleaning replaces one code point by one, and a passage
of boilerplate is flagged, never cut out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import math
import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

import sentencex

from mapper.errors import InputError
from mapper.model import Document, Span

__all__ = ["clean", "find_boilerplate", "guess_language", "make_document", "split_sentences"]

# What no reader sees and every writer chokes on: controls, lone surrogates, bidi overrides.
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_HANGUL = re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]")
_LATIN = re.compile("[A-Za-z]")
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
# "makes all the difference.A North Korean": a lost line break between two passages.
# It begins with a set of characters, so that most of a text is passed by quickly.
_GLUED = re.compile(r"[.!?](?<=[a-z]{3}.)(?=[A-Z][a-z]* [a-zA-Z])")
_CLOCK_END = re.compile(r"\b[ap]\.m\.\s*$", re.IGNORECASE)
# Wrapped text: the typical line nearly full, hardly a line above the usual margins.
_FEW_LINES, _WRAP_MEDIAN, _WRAP_WIDEST = 6, 50, 100
# A line that cannot be the beginning of a sentence.
_CONTINUES = re.compile(r"[ \t]*[a-z]")
# Share of the longest line of a wrapped passage that its other lines reach.
_FULL_LINE = 0.7
_BLANK_LINE = re.compile(r"\n[ \t\u3000]*\n")
_MAX_PARAGRAPH = 20_000  # code points handed to the sentence splitter at a time


def clean(text: str) -> str:
    r"""Replace what is unsafe to store or show, one code point for one.

    Examples
    --------
    >>> clean("DMZ\\x00!")
    'DMZ\ufffd!'
    """
    return _UNSAFE.sub("\ufffd", text)


def guess_language(text: str) -> str:
    """Return ``ko`` when at least a third of the letters are Hangul, else ``en``."""
    sample = text[:20_000]
    hangul = len(_HANGUL.findall(sample))
    return "ko" if hangul and hangul * 2 >= len(_LATIN.findall(sample)) else "en"


def make_document(
    text: str,
    *,
    label: str = "",
    title: str = "",
    url: str = "",
    publisher: str = "",
    published: dt.date | None = None,
    language: str = "",
) -> Document:
    """Build a document: the one place where text enters the pipeline.

    Parameters
    ----------
    text
        The article. Its offsets are kept: ``len(document.text) == len(text)``.
    published
        Day of publication. Without one, a Markdown front matter's ``date`` is used; else
        it stays unknown.

    Returns
    -------
    Document
        With sentences split and boilerplate flagged.

    Examples
    --------
    >>> document = make_document("Shots near Paju. Nobody was hurt.")
    >>> [document.quote(sentence) for sentence in document.sentences]
    ['Shots near Paju.', 'Nobody was hurt.']
    """
    if not isinstance(text, str):
        raise InputError(f"text must be str, got {type(text).__name__}")
    text = clean(text)
    language = language or guess_language(text)
    matter = _front_matter(text)
    if matter is not None:
        keys = _front_matter_keys(text[matter.slice])
        title = title or keys.get("title", "")
        url = url or keys.get("url", keys.get("source_url", ""))
        publisher = publisher or keys.get("publisher", "")
        published = published or _iso_day(keys.get("date", ""))
    sentences = split_sentences(text, language=language)
    flagged = find_boilerplate(text, sentences)
    identity = "\x1f".join((label, url, published.isoformat() if published else "", text))
    return Document(
        doc_id=hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:16],
        text=text,
        label=clean(label),
        title=clean(title),
        url=clean(url),
        publisher=clean(publisher),
        published=published,
        language=language,
        sentences=sentences,
        boilerplate=flagged,
    )


def split_sentences(text: str, *, language: str = "en") -> tuple[Span, ...]:
    """Split text into sentences, as spans without surrounding white space.

    A line break ends a sentence unless the text is wrapped to a fixed width. Two passages
    glued together without a space ("difference.A North Korean") are taken apart.
    """
    spans: list[Span] = []
    for start, end in _paragraphs(text):
        for at in range(start, end, _MAX_PARAGRAPH):
            spans += _split_paragraph(text, at, min(at + _MAX_PARAGRAPH, end), language)
    return tuple(spans)


def find_boilerplate(text: str, sentences: tuple[Span, ...]) -> tuple[Span, ...]:
    """Flag the sentences that belong to the web page, not to the article.

    A passage (a line, or one side of a glued line) is flagged whole when one of its
    sentences shows a cue of ``boilerplate.toml``; so is a passage that stands between two
    flagged ones, since appeals and forms come as blocks.
    """
    rules, lines = _boilerplate_rules()
    lowered = text.lower()
    cues = [pattern for stem, pattern in rules if stem in lowered]
    matter = _front_matter(text)
    passages: list[list[Span]] = []
    for span in sentences:
        gap = text[passages[-1][-1].end : span.start] if passages else "\n"
        if "\n" in gap or not gap:
            passages.append([])
        passages[-1].append(span)

    def is_flagged(passage: list[Span]) -> bool:
        if matter is not None and passage[0].start < matter.end:
            return True
        if len(passage) == 1 and lines.fullmatch(text, passage[0].start, passage[0].end):
            return True
        return any(cue.search(text, span.start, span.end) for cue in cues for span in passage)

    flags = [is_flagged(passage) for passage in passages]
    between = [
        0 < at < len(flags) - 1 and flags[at - 1] and flags[at + 1] for at in range(len(flags))
    ]
    return tuple(
        span
        for passage, own, held in zip(passages, flags, between, strict=True)
        if own or held
        for span in passage
    )


def _front_matter(text: str) -> Span | None:
    match = _FRONT_MATTER.match(text)
    return Span(0, match.end()) if match else None


def _front_matter_keys(block: str) -> dict[str, str]:
    """Read ``key: value`` lines; anything deeper is left alone (this is not YAML)."""
    keys = {}
    for line in block.splitlines():
        key, colon, value = line.partition(":")
        if colon and re.fullmatch(r"[A-Za-z_]+", key):
            keys[key.lower()] = value.strip().strip("'\"")
    return keys


def _iso_day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _is_wrapped(text: str) -> bool:
    """Say whether lines are broken at a fixed width, so that a break is only a space."""
    lengths = sorted(len(line) for line in text.splitlines() if line.strip())
    if len(lengths) < _FEW_LINES:
        return False
    widest, median = lengths[int(len(lengths) * 0.95)], lengths[len(lengths) // 2]
    return median >= _WRAP_MEDIAN and widest <= _WRAP_WIDEST


def _paragraphs(text: str) -> list[tuple[int, int]]:
    matter = _front_matter(text)
    at = matter.end if matter is not None else 0
    bounds = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text[:at])]
    is_wrapped = _is_wrapped(text[at:])
    for block_end in [*(m.start() for m in _BLANK_LINE.finditer(text, at)), len(text)]:
        for end in [] if is_wrapped else _passage_ends(text, at, block_end):
            bounds.append((at, end))
            at = end + 1
        bounds.append((at, block_end))
        at = block_end
    return [(start, end) for start, end in bounds if text[start:end].strip()]


def _passage_ends(text: str, start: int, end: int) -> list[int]:
    """Return the line breaks between two blank lines that end a passage.

    A headline, a list, a paragraph a line: most breaks do. One after which a sentence goes
    on does not, nor do those beside it of lines that are about as long.
    """
    lines = [(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text[start:end])]
    left_open, _ = _sentence_words()
    goes_on = [
        bool(left_open.search(text, start + a, start + b) or _CONTINUES.match(text, start + b + 1))
        for a, b in lines[:-1]
    ]
    longest = max((b - a for a, b in lines), default=0)
    full = _FULL_LINE * longest if any(goes_on) and longest <= _WRAP_WIDEST else math.inf
    return [
        start + b
        for (a, b), joined in zip(lines, goes_on, strict=False)
        if not joined and b - a < full
    ]


def _split_paragraph(text: str, start: int, end: int, language: str) -> list[Span]:
    cuts = [start, *(m.end() for m in _GLUED.finditer(text, start, end)), end]
    spans: list[Span] = []
    _, after_clock = _sentence_words()
    for left, right in itertools.pairwise(cuts):
        piece = text[left:right]
        joined = False
        for found in sentencex.get_sentence_boundaries(language, piece.replace("\n", " ")):
            a, b = left + found["start_index"], left + found["end_index"]
            words = text[a:b]
            if not words.strip():
                continue
            a += len(words) - len(words.lstrip())
            b -= len(words) - len(words.rstrip())
            if joined and after_clock.match(text, a):
                a = spans.pop().start
            spans.append(Span(a, b))
            joined = text.endswith((".m.", ".M."), a, b) and bool(
                _CLOCK_END.search(text, max(a, b - 8), b)
            )
    return spans


@cache
def _sentence_words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what leaves a line open at its end, and what goes on behind "a.m."."""
    words = _table("sentences.toml")
    clock, whole = words["after_clock"], words["after_clock_whole"]
    return (
        re.compile(rf"(?:,|\b(?:{'|'.join(words['left_open'])}))[ \t]*\Z"),
        re.compile(rf"(?:{'|'.join(clock)}|(?:{'|'.join(whole)})\b)"),
    )


@cache
def _boilerplate_rules() -> tuple[tuple[tuple[str, re.Pattern[str]], ...], re.Pattern[str]]:
    """Return the cues, each with a text that all its matches hold, and the whole lines."""
    rules = _table("boilerplate.toml")
    cues = tuple(
        (stem, re.compile(pattern, re.IGNORECASE)) for stem, pattern in rules["anywhere"].items()
    )
    lines = "|".join(f"(?:{pattern})" for pattern in rules["whole_line"]["patterns"])
    return cues, re.compile(lines, re.IGNORECASE)


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("mapper").joinpath(name).read_text(encoding="utf-8"))
