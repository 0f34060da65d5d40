"""Several relations that hold for one place: "in the DMZ, 12 km north of Paju"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mapper.model import Document, Mention, MentionKind, Relation, Span

__all__ = ["Raw", "combine"]

# What may stand between two relations of one place.
_JOINT = re.compile(
    r"[\s,()–—-]{0,3}(?:해상[,\s]{1,2})?"
    r"(?:(?:and|but|or|which is|that is|also|some|in|on)\s){0,2}(?:the\s)?",
    re.IGNORECASE,
)
_KOREAN_JOINT = re.compile(
    r"\s?(?:지점|해상)?,?\s?(?:[가-힣A-Z]{2,10}(?:에서|의|내|안)\s)?",
)
_LINES = re.compile(r"\b(?:MDL|DMZ|NLL|Line|Zone)\b|비무장지대", re.IGNORECASE)
_INSIDE_BEFORE = re.compile(
    r"\b(?:in|inside|within|on|at|into)(?:\s(?:the|a))?(?:\s(?!and\b)[\w-]+){0,4}\s$", re.IGNORECASE
)
_BEFORE_GAP = re.compile(
    r"(?:\s(?:county|province|city|area|region|island))?[,\s(–—-]{1,3}"
    r"(?:at|about|in|on|from)?\s?(?:a point\s|an area\s|a spot\s|waters\s|the\s)*$",
    re.IGNORECASE,
)
_INSIDE_AFTER = re.compile(
    r",?\s(?:in|inside|within)\s(?:the\s)?(?:(?:western|eastern|northern|southern|central)\s)?$",
    re.IGNORECASE,
)
_SEA_BEFORE = re.compile(
    r"\b(?:seas?|waters?|ocean|boats?|ships?|vessels?)\s(?:(?:area|lying|located|sailing|at)\s)?"
    r"(?:a point\s)?$|\bat sea[,\s]{1,2}(?:about\s)?$",
    re.IGNORECASE,
)
_SEA_AFTER = re.compile(
    r",?\s(?:at sea\b|offshore\b|in the (?:water|sea)s?\b)|\s?(?:떨어진 )?(?:해상|바다|해역)",
    re.IGNORECASE,
)
_LAND = re.compile(r"\b(?:on land|ashore|on shore|inland)[,\s]{1,2}$", re.IGNORECASE)
_MEASURED = ("offset", "line_offset", "direction", "near", "off", "section", "edge")
_PARTS = frozenset({"section", "edge"})
_FIRST = {"offset": 0, "line_offset": 1}
_REACH = 60  # code points around an expression in which its constraints stand


@dataclass(frozen=True, slots=True)
class Raw:
    """One relation as found, before those of one place are put together.

    ``name`` is what to look up for its anchor, ``other`` for its second one.
    """

    span: Span
    relation: Relation
    name: str
    other: str = ""


def combine(document: Document, names: Sequence[Mention], raws: Sequence[Raw]) -> list[Mention]:
    """Join relations that stand together, and add the areas that the text puts them in.

    Parameters
    ----------
    names, raws
        In reading order.
    """
    groups: list[list[Raw]] = []
    for raw in raws:
        if groups and _belongs(document, groups[-1][-1], raw):
            groups[-1].append(raw)
        else:
            groups.append([raw])
    starts = [name.span.start for name in names]
    return [_mention(document, names, starts, group) for group in groups]


def _belongs(document: Document, left: Raw, right: Raw) -> bool:
    gap = document.text[left.span.end : right.span.start]
    kinds = {left.relation.kind, right.relation.kind}
    if not kinds <= set(_MEASURED) or "\n\n" in gap:
        return False
    if not (_JOINT.fullmatch(gap) or _KOREAN_JOINT.fullmatch(gap)):
        return False
    # "5 km from A and 8 km from B" is one place; "near A and near B" are two.
    if kinds & {"offset", "line_offset"}:
        return not {"or", "but"} & set(gap.split())
    # Two vague ones are a list, unless one of them is a line, belt or front.
    lined = any(
        raw.relation.kind in _PARTS or _LINES.search(document.quote(raw.relation.anchor))
        for raw in (left, right)
    )
    return lined and not kinds <= _PARTS and not {"or", "but", "and"} & set(gap.split())


def _mention(
    document: Document, names: Sequence[Mention], starts: list[int], group: Sequence[Raw]
) -> Mention:
    # A distance from a place comes first, then one from a line: the others narrow it.
    ordered = sorted(group, key=lambda raw: _FIRST.get(raw.relation.kind, len(_FIRST)))
    main = ordered[0]
    span = Span(group[0].span.start, group[-1].span.end)
    constraints = [raw.relation for raw in ordered[1:]]
    for area in _areas(document, names, starts, span):
        if area.span not in {raw.relation.anchor for raw in group}:
            constraints.append(Relation(kind="inside", anchor=area.span))
            span = Span(min(span.start, area.span.start), max(span.end, area.span.end))
    span = _trimmed(document, span)
    relation = replace(
        main.relation,
        realm=main.relation.realm or _realm(document, span),
        constraints=tuple(constraints),
    )
    return Mention(
        doc_id=document.doc_id,
        span=span,
        surface=document.quote(span),
        kind=MentionKind.RELATIVE,
        referent=main.name,
        relation=relation,
    )


def _trimmed(document: Document, span: Span) -> Span:
    quote = document.quote(span)
    return Span(
        span.start + len(quote) - len(quote.lstrip()), span.end - len(quote) + len(quote.rstrip())
    )


def _areas(
    document: Document, names: Sequence[Mention], starts: list[int], span: Span
) -> list[Mention]:
    """Return names right before and behind an expression that say what it lies in."""
    text, found = document.text, []
    at = bisect_left(starts, span.start) - 1
    if at >= 0 and span.start - names[at].span.end <= _REACH and _may_hold(names[at]):
        before = text[max(0, names[at].span.start - _REACH) : names[at].span.start]
        gap = text[names[at].span.end : span.start]
        apart = gap != " " and _INSIDE_BEFORE.search(before)
        joined = gap == " " and _LINES.search(names[at].surface)
        if "\n\n" not in gap and _BEFORE_GAP.fullmatch(gap) and (apart or joined):
            found.append(names[at])
    after = bisect_left(starts, span.end)
    if after < len(names) and names[after].span.start - span.end <= _REACH:
        gap = text[span.end : names[after].span.start]
        if _may_hold(names[after]) and _INSIDE_AFTER.fullmatch(gap):
            found.append(names[after])
    return found


def _may_hold(name: Mention) -> bool:
    return name.kind in (MentionKind.LITERAL, MentionKind.COREFERENT)


def _realm(document: Document, span: Span) -> str:
    before = document.text[max(0, span.start - 40) : span.start]
    after = document.text[span.end : span.end + 20]
    if _SEA_BEFORE.search(before) or _SEA_AFTER.match(after):
        return "sea"
    return "land" if _LAND.search(before) else ""
