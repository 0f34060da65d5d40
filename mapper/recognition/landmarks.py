"""Parts of the border that are named without a place: "the central front", "the west coast"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from mapper.model import Document, Relation, Span
from mapper.recognition.combining import Raw
from mapper.recognition.quantities import quantity, read_distance, table

__all__ = ["find_landmarks"]

_MAYBE = ("front", "sector", " coast", "fence", "전선")
_FRONT = re.compile(
    r"\b(?P<part>(?:mid|central|middle|east|west)(?:ern)?[ -]?(?:central|east|west)(?:ern)?"
    r"|central|middle|eastern|western|midwestern|mideastern)[ -]"
    r"(?P<what>front(?: ?-?lines?)?|sectors?)\b(?! (?:of|door|page|row|runner|man|wheel))",
    re.IGNORECASE,
)
_COAST = re.compile(
    r"\b(?:off|in (?:the )?waters off|in (?:the )?seas? off) (?P<whose>the |its |their |)"
    r"(?P<part>north|northeast|east|southeast|south|southwest|west|northwest)(?:ern)? coast\b"
    r"(?! of)",
    re.IGNORECASE,
)
_FENCE = r"(?:{lead} )the (?:[a-z-]+ ){{0,3}}(?P<what>fence|fences|fence line)\b"
_KOREAN_FRONT = re.compile(r"(?P<part>중서부|중동부|서부|중부|동부) ?전선")


def find_landmarks(document: Document, taken: Sequence[Span]) -> list[Raw]:
    """Find fronts, coasts and the fence of the border, in a text on that border.

    Parameters
    ----------
    taken
        Spans of relations already found.
    """
    text = document.text
    lower = text.lower()
    if not any(word in lower for word in _MAYBE):
        return []
    found: list[Raw] = []
    if _on_the_border(text):
        for match in _FRONT.finditer(text):
            landmark = "front" if match["what"].lower().startswith("front") else "belt"
            found += _part(match, _key(match["part"]), landmark)
        for match in _KOREAN_FRONT.finditer(text):
            found += _part(match, table()["korean"]["fronts"][match["part"]], "front")
        found += _fences(text)
    if _on_the_peninsula(text):
        for match in _COAST.finditer(text):
            bearing = table()["bearings_deg"][match["part"].lower()]
            relation = Relation(
                kind="off",
                anchor=Span(*match.span()),
                bearing_deg=bearing,
                bearing_error_deg=45.0 if bearing % 90 == 0 else 22.5,
                landmark="coast",
                realm="sea",
            )
            found.append(Raw(relation.anchor, relation, match[0]))
    return [raw for raw in found if not any(raw.span.overlaps(span) for span in taken)]


def _part(match: re.Match[str], part: str, landmark: str) -> list[Raw]:
    span = Span(*match.span())
    if not part:
        return []
    return [
        Raw(span, Relation(kind="section", anchor=span, part=part, landmark=landmark), match[0])
    ]


def _key(words: str) -> str:
    words = words.lower()
    side = "east" if "east" in words else "west" if "west" in words else ""
    central = re.search("cent|mid", words) is not None
    return "_".join(filter(None, (side, "central" if central else "")))


def _fences(text: str) -> list[Raw]:
    found = []
    for match in _fence().finditer(text):
        distance = read_distance(match)
        anchor = Span(*match.span("what"))
        relation = Relation(
            kind="line_offset",
            anchor=anchor,
            distance_m=distance.metres,
            distance_error_m=distance.error_m,
            landmark="fence",
        )
        found.append(Raw(Span(*match.span()), relation, match["what"]))
    return found


@cache
def _fence() -> re.Pattern[str]:
    return re.compile(
        quantity() + r" (?:away )?" + _FENCE.format(lead="(?:from|inside|beyond|of)"), re.IGNORECASE
    )


@cache
def _belt() -> re.Pattern[str]:
    words = table()["landmarks"]
    return re.compile(f"{words['belt']}|{words['belt_korean']}", re.IGNORECASE)


def _on_the_border(text: str) -> bool:
    return _on_the_peninsula(text) and _belt().search(text) is not None


def _on_the_peninsula(text: str) -> bool:
    return re.search(r"Korea|DPRK|ROK\b|Panmunjom|북한|한국|남북|군|DMZ", text) is not None
