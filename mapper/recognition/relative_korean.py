"""Relative expressions in Korean, where they follow the name: 파주 북쪽 12km, 연평도 앞바다."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from mapper.model import Document, Mention, MentionKind, Relation, Span
from mapper.recognition.combining import Raw
from mapper.recognition.quantities import Distance, korean_distance, table

__all__ = ["find_korean_relation"]

_REACH = 40  # code points behind a name that hold the expression
_HANGUL = re.compile("[\uac00-\ud7a3]")
_LINES = re.compile(r"선$|선\(|\b(?:MDL|NLL|DMZ)\b|비무장지대|국경|휴전선")
_ORDER = ("north", "south", "central", "east", "west")
_TYPES = "(?:군|시|읍|면|리|섬|도|항|역|지역|해상)?"
_PARTICLE = "(?:에서|에서부터|로부터|으로부터|의|을|를)?"


def find_korean_relation(document: Document, names: Sequence[Mention], at: int) -> Raw | None:
    """Read the words behind ``names[at]``; ``None`` when they give no relation."""
    anchor = names[at]
    end = anchor.span.end
    near = document.text[end : end + 12]
    if near.isascii() or anchor.kind is MentionKind.DEMONYM or not _HANGUL.search(near):
        return None
    if not (_HANGUL.search(anchor.surface) or anchor.surface.isupper()):
        return None
    line = _LINES.search(anchor.surface) is not None or _LINES.search(anchor.name) is not None
    after = document.text[end : end + _REACH].replace("\n", " ")
    between = _between(document, names, at)
    if between is not None:
        return between
    for pattern in _patterns():
        match = pattern.match(after)
        if match is not None:
            relation = _relation(match, anchor, line=line)
            if relation is not None:
                return Raw(Span(anchor.span.start, end + match.end("all")), relation, anchor.name)
    return None


def _between(document: Document, names: Sequence[Mention], at: int) -> Raw | None:
    anchor = names[at]
    for second in names[at + 1 : at + 2]:
        gap = document.text[anchor.span.end : second.span.start]
        tail = document.text[second.span.end : second.span.end + 8]
        match = re.match(rf"{_TYPES} 사이", tail)
        if (
            match
            and re.fullmatch(rf"{_TYPES}(?:와|과|·|, ?) ?", gap)
            and second.name != anchor.name
        ):
            if {"북한", "한국", "남한"} & {anchor.surface, second.surface}:
                return None
            span = Span(anchor.span.start, second.span.end + match.end())
            relation = Relation(kind="between", anchor=anchor.span, other=second.span)
            return Raw(span, relation, anchor.name, second.name)
    return None


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    words = table()
    bearings = "|".join(sorted(words["korean_bearings_deg"], key=len, reverse=True))
    units = "|".join(sorted(words["korean_units_m"], key=len, reverse=True))
    near = "|".join(words["korean"]["near"])
    sea = "|".join(words["korean"]["sea"])
    edges = "|".join(words["korean"]["edges"])
    lead = rf"(?:\([^)]{{1,14}}\))?{_TYPES}(?:\([^)]{{1,14}}\))?{_PARTICLE}\s?"
    measure = (
        r"(?P<hedge>약|대략|불과)?\s?(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)"
        rf"(?:\s?[~∼\-–]\s?(?P<upper>\d+(?:\.\d+)?))?\s?(?P<unit>{units})\s?(?P<limit>이내|이상|여)?"
    )
    way = rf"(?P<way>{bearings})(?:쪽|방|측|단)?(?:으로|의|에서|\s방향|\s방면|향)?"
    beyond = r"(?P<beyond>이남|이북|이동|이서)(?:으로|의|쪽으로|지역으로)?"
    flags = re.IGNORECASE
    return (
        re.compile(rf"{lead}(?P<all>(?P<edge>{bearings})(?:쪽|방|측|부)?\s?(?:{edges}))", flags),
        re.compile(rf"{lead}(?P<all>(?:{way}|{beyond})\s?{measure})", flags),
        re.compile(rf"{lead}(?P<all>{measure}\s?(?:떨어진\s)?(?:{way}|{beyond}))", flags),
        re.compile(rf"{lead}(?P<all>{measure}\s?(?:떨어진|거리|지점|앞|밖))", flags),
        re.compile(rf"{lead}(?P<all>(?P<off>(?:인근\s|북방\s|남방\s)?(?:{sea})))", flags),
        re.compile(rf"{lead}(?P<all>(?P<near>{near}))", flags),
        re.compile(rf"{lead}(?P<all>{beyond}(?:\s?지역)?)", flags),
        re.compile(
            rf"{lead}(?P<all>(?P<side>{bearings}|중서|중동|중)(?:부|측|단)(?!\s?전선)(?:\s?(?:지역|구역))?)",
            flags,
        ),
        re.compile(rf"{lead}(?P<all>(?P<toward>{bearings})(?:쪽|방)(?!\s?이웃))", flags),
        re.compile(r"(?P<all>(?:을|를)\s(?P<along>따라))", flags),
    )


def _relation(match: re.Match[str], anchor: Mention, *, line: bool) -> Relation | None:
    groups = match.groupdict()
    bearings = table()["korean_bearings_deg"]
    if groups.get("off"):
        return Relation(kind="off", anchor=anchor.span, realm="sea")
    if groups.get("near"):
        return Relation(kind="near", anchor=anchor.span)
    if groups.get("along"):
        return Relation(kind="along", anchor=anchor.span) if line else None
    if groups.get("edge"):
        return _section(groups["edge"] or "", anchor, kind="edge", line=True) if line else None
    if groups.get("side"):
        return _section(groups["side"] or "", anchor, kind="section", line=line)
    distance: Distance | None = korean_distance(match) if groups.get("unit") else None
    way = groups.get("way") or groups.get("toward") or (groups.get("beyond") or "")[1:]
    bearing = bearings.get(way)
    if distance is None and (bearing is None or (groups.get("beyond") and not line)):
        return None
    kind = "direction" if distance is None else "line_offset" if line else "offset"
    exact = 45.0 if bearing is None or bearing % 90 == 0 else 22.5
    return Relation(
        kind=kind,
        anchor=anchor.span,
        distance_m=distance.metres if distance else 0.0,
        distance_error_m=distance.error_m if distance else 0.0,
        bearing_deg=bearing,
        bearing_error_deg=exact,
    )


def _section(words: str, anchor: Mention, *, kind: str, line: bool) -> Relation | None:
    names = {"북": "north", "남": "south", "동": "east", "서": "west", "중": "central"}
    if words in ("중서", "중동"):
        part = f"{names[words[1]]}_central"
    else:
        part = "".join(sorted((names[letter] for letter in words), key=_ORDER.index))
    if "central" in part and not line:
        return None
    return Relation(kind=kind, anchor=anchor.span, part=part)
