"""Expressions built on a place: "12 km north of Paju", "50 metres south of the MDL"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any

from mapper.model import Document, Mention, MentionKind, Relation, Span

__all__ = ["find_relative"]

_ANCHOR_GAP = re.compile(
    r"(?:the |a |an )?(?:(?:[a-z-]+ ){0,3}(?:of|in|at|with|near) )?(?:the )?"
    r"(?:(?:city|town|village|border town|border village|capital|port|port city|county|island|"
    r"coast|coastal city|coastal town|truce village|truce site|heavily fortified|inter-Korean|"
    r"disputed|North Korean|South Korean)(?: of| in)? ){0,2}(?:the )?"
)
_HEDGE = re.compile(
    r"\b(about|around|some|roughly|nearly|approximately|almost|less than|more than|over|under|"
    r"within|just|only|up to|at least)\s+$",
    re.IGNORECASE,
)
_BEFORE_UNIT, _AFTER_UNIT = 40, 90  # code points around a unit that hold the expression
_LINES = re.compile(
    r"\b(?:line|mdl|nll|dmz|zone|border|parallel)\b|분계선|한계선|비무장지대", re.IGNORECASE
)


@cache
def _table() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("relative.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _expression() -> re.Pattern[str]:
    table = _table()
    units = "|".join(sorted((re.escape(unit) for unit in table["units_m"]), key=len, reverse=True))
    bearings = "|".join(sorted(table["bearings_deg"], key=len, reverse=True))
    numbers = "|".join(table["numbers"])
    number = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|{numbers})(?:\s+(?:and )?a half)?"
    return re.compile(
        rf"\b(?P<number>{number})"
        rf"(?:\s*(?:-|–|to)\s*(?P<upper>{number}))?[\s-]*(?P<unit>{units})\b\.?"
        rf"(?:\s*\([^)]{{1,40}}\))?,?\s+(?:to the |due |away |further )*"
        rf"(?:(?P<bearing>{bearings})(?:ward|wards|erly)?\s+(?:of|from)"
        rf"|(?P<plain>from|away from|off|outside))\s+",
        re.IGNORECASE,
    )


def find_relative(document: Document, mentions: Sequence[Mention]) -> list[Mention]:
    """Find distances and directions whose anchor is one of ``mentions``.

    Returns
    -------
    list of Mention
        Kind ``relative``; each span runs from the expression's first word to the anchor's
        last and so covers the anchor's own mention, which stays as it is.
    """
    anchors = {mention.span.start: mention for mention in mentions}
    found = []
    for match in _candidates(document.text):
        anchor = _anchor(document, match.end(), anchors)
        if anchor is None:
            continue
        hedge = _HEDGE.search(document.text, max(match.start() - 16, 0), match.start())
        relation = _relation(match, anchor, document, hedge=hedge[1].lower() if hedge else "")
        span = Span(hedge.start() if hedge else match.start(), anchor.span.end)
        found.append(
            Mention(
                doc_id=document.doc_id,
                span=span,
                surface=document.quote(span),
                kind=MentionKind.RELATIVE,
                referent=anchor.name,
                relation=relation,
            )
        )
    return found


def _candidates(text: str) -> Iterator[re.Match[str]]:
    """Search only around the words for units, which plain string search finds fast."""
    at = 0
    for start in sorted(set(_positions(text, _table()["unit_stems"]))):
        if start < at:
            continue
        match = _expression().search(text, max(at, start - _BEFORE_UNIT), start + _AFTER_UNIT)
        if match is not None:
            at = match.end()
            yield match


def _positions(text: str, stems: Sequence[str]) -> Iterator[int]:
    for stem in stems:
        at = text.find(stem)
        while at >= 0:
            yield at
            at = text.find(stem, at + 1)


def _anchor(document: Document, at: int, anchors: dict[int, Mention]) -> Mention | None:
    gap = _ANCHOR_GAP.match(document.text, at)
    stop = gap.end() if gap else at
    for start in sorted(anchors):
        if at <= start <= stop:
            between = _ANCHOR_GAP.fullmatch(document.text, at, start)
            if start == at or between:
                return anchors[start]
    return None


def _relation(match: re.Match[str], anchor: Mention, document: Document, *, hedge: str) -> Relation:
    table = _table()
    unit_m = table["units_m"][match["unit"].lower()]
    low = _number(match["number"])
    high = _number(match["upper"]) if match["upper"] else low
    distance_m = (low + high) / 2 * unit_m
    error_m = max((high - low) / 2 * unit_m, _rounding(match["number"]) * unit_m)
    if hedge in table["below"]:  # "less than one mile": anywhere between
        distance_m, error_m = distance_m / 2, distance_m / 2
    elif hedge in table["above"]:
        distance_m, error_m = distance_m * 1.25, distance_m * 0.25
    elif hedge:
        error_m = max(error_m, distance_m * 0.1)
    bearing = match["bearing"]
    surface = document.quote(anchor.span)
    is_line = bool(_LINES.search(surface)) or bool(_LINES.search(anchor.name))
    degrees = table["bearings_deg"][bearing.lower()] if bearing else None
    return Relation(
        kind="line_offset" if is_line else "offset",
        anchor=anchor.span,
        distance_m=distance_m,
        distance_error_m=error_m,
        bearing_deg=degrees,
        bearing_error_deg=11.25 if bearing and len(bearing) > 10 else 22.5,
    )


def _number(words: str) -> float:
    words = words.lower()
    half = 0.5 if words.endswith("a half") else 0.0
    first = words.split()[0].replace(",", "")
    value = _table()["numbers"].get(first)
    return float(first if value is None else value) + half


def _rounding(words: str) -> float:
    """Return half of the last place given: "12" may be 11.5 to 12.5, "80" 75 to 85."""
    first = words.split()[0].replace(",", "")
    if first.lower() in _table()["numbers"]:
        return 0.5
    whole, dot, decimals = first.partition(".")
    if dot:
        return 0.5 * 10.0 ** -len(decimals)
    zeros = len(whole) - len(whole.rstrip("0"))
    return 0.5 * 10.0**zeros
