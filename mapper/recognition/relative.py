"""Expressions built on a place: "12 km north of Paju", "off Yeonpyeong", "the central front"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from mapper.model import Document, Mention, MentionKind, Relation, Span
from mapper.recognition.combining import Raw, combine
from mapper.recognition.landmarks import find_landmarks
from mapper.recognition.quantities import Distance, quantity, read_distance, table
from mapper.recognition.relative_korean import find_korean_relation

__all__ = ["find_relative"]

_WINDOW = 130  # code points before an anchor that hold the expression
_HEAD_REACH = 70  # code points before an anchor, in which ...
_HEAD_WORDS = 9  # the words that lead to an anchor stand among so many before it
_LINES = re.compile(
    r"\b(?:lines?|mdl|nll|dmz|zone|border|frontier|boundary|parallel)\b|분계선|한계선|비무장지대|휴전선",
    re.IGNORECASE,
)
_COURSES = re.compile(
    r"\b(?:river|stream|road|highway|expressway|railway|coast|shore|estuary)\b|(?:gang|강)$",
    re.IGNORECASE,
)
_FRONT = re.compile(r"front", re.IGNORECASE)
_COAST_AFTER = re.compile(
    r"['’]s? (?:(?P<part>[a-z-]+?)(?:ern)? )?(?:coast|coastline|shores?)\b", re.IGNORECASE
)
_AND = re.compile(r",? and ")
_PLACED = (MentionKind.LITERAL, MentionKind.COREFERENT, MentionKind.METONYMIC)


@dataclass(frozen=True, slots=True)
class _Head:
    """The words that lead to an anchor: where they start, and what they say."""

    kind: str
    start: int
    match: re.Match[str]


def find_relative(
    document: Document,
    mentions: Sequence[Mention],
    is_country: Callable[[str], bool] | None = None,
) -> list[Mention]:
    """Find places that the text gives by distance, direction or nearness to ``mentions``.

    Parameters
    ----------
    mentions
        The names of the document, in reading order and apart.
    is_country
        Says of a name whether it is a country's: nothing happens "near" one, and what is
        between two is seldom a place.

    Returns
    -------
    list of Mention
        Kind ``relative``, in reading order; they do not overlap each other. Each span runs
        from the expression's first word to its last and covers its anchor's own mention,
        which stays as it is.

    Examples
    --------
    >>> from mapper.text import make_document
    >>> document = make_document("Shots fell 12 km north of Paju.")
    >>> paju = Mention(
    ...     doc_id="d", span=Span(26, 30), surface="Paju", kind=MentionKind.LITERAL
    ... )
    >>> (found,) = find_relative(document, [paju])
    >>> found.surface, found.relation.distance_m, found.relation.bearing_deg
    ('12 km north of Paju', 12000.0, 0.0)
    """
    names = sorted(mentions, key=lambda mention: mention.span.start)
    raws: list[Raw] = []
    taken = 0
    for at in range(len(names)):
        raw = _before(document, names, at) or find_korean_relation(document, names, at)
        if raw is not None and raw.span.start >= taken and not _is_vast(raw, is_country):
            raws.append(raw)
            taken = max(taken, raw.span.end)
    raws += find_landmarks(document, [raw.span for raw in raws])
    return combine(document, names, sorted(raws, key=lambda raw: raw.span.start))


def _is_vast(raw: Raw, is_country: Callable[[str], bool] | None) -> bool:
    kind = raw.relation.kind
    return (
        is_country is not None
        and kind in ("near", "direction", "between", "along")
        and is_country(raw.name)
        and (kind != "between" or is_country(raw.other))
    )


def _before(document: Document, names: Sequence[Mention], at: int) -> Raw | None:
    """Read the words before a name."""
    anchor = names[at]
    if anchor.kind is MentionKind.DEMONYM:
        return None
    end = anchor.span.start
    heads = _head_words()
    for word in document.text[max(0, end - _HEAD_REACH) : end].lower().split()[-_HEAD_WORDS:]:
        if word in heads or (word[0].isdigit() and word[-1].isalpha()):  # "30km"
            break
    else:
        return None
    window = document.text[max(0, end - _WINDOW) : end].replace("\n", " ").replace("\xa0", " ")
    line = _is_line(anchor)
    for head in _heads(window, line=line):
        raw = _read(document, names, at, window, head, line=line)
        if raw is not None:
            return raw
    return None


def _owns(document: Document, anchor: Mention) -> bool:
    """Say whether something of the name is meant: "near Seoul's palace"; its coast is its own."""
    after = document.text[anchor.span.end : anchor.span.end + 3]
    return after[:1] in ("'", "’") and not _COAST_AFTER.match(document.text, anchor.span.end)


def _is_line(anchor: Mention) -> bool:
    return bool(_LINES.search(anchor.surface) or _LINES.search(anchor.name))


def _heads(window: str, *, line: bool) -> list[_Head]:
    """Return the readings of the words at the end of ``window``, the nearest first."""
    found = []
    for match in _head().finditer(window, max(0, len(window) - 90)):
        kind = match.lastgroup or ""
        loose = kind in ("bearing", "distance")
        if (_loose_gap() if loose else _gap()).fullmatch(window, match.end()):
            found.append(_Head(kind, match.start(), match))
    if line:
        adjective = _adjective().search(window)
        if adjective:
            found.append(_Head("adjective", adjective.start("part"), adjective))
    return found[::-1]


def _read(
    document: Document,
    names: Sequence[Mention],
    at: int,
    window: str,
    head: _Head,
    *,
    line: bool,
) -> Raw | None:
    anchor = names[at]
    offset = anchor.span.start - len(window)
    measured = None
    if head.kind in ("bearing", "initials", "distance", "off"):
        measured = _measure().search(window, max(0, head.start - 80), head.start)
    distance = read_distance(measured) if measured else None
    if distance is None and (anchor.kind not in _PLACED or _owns(document, anchor)):
        return None
    first = measured.start() if measured else head.start
    span = Span(offset + first, anchor.span.end)
    if head.kind in ("bearing", "initials"):
        relation = _toward(window, head, anchor, distance, line=line)
    elif head.kind == "distance":
        relation = _away(head, anchor, measured, distance, line=line)
    elif head.kind == "off":
        return _off(document, window, head, anchor, span, distance)
    elif head.kind == "between":
        return _between(document, names, at, window, head, offset)
    elif head.kind == "along":
        course = line or _COURSES.search(anchor.surface)
        relation = Relation(kind="along", anchor=anchor.span) if course else None
    elif head.kind in ("part_of", "adjective"):
        relation = _section(head, anchor, line=line)
    else:
        relation = Relation(kind="near", anchor=anchor.span)
    return Raw(span, relation, anchor.name) if relation else None


def _toward(
    window: str, head: _Head, anchor: Mention, distance: Distance | None, *, line: bool
) -> Relation | None:
    words = (head.match["way"] or head.match["short"] or "").strip()
    if head.kind == "initials":
        bearing = table()["initials_deg"].get(words)
    else:
        bearing = table()["bearings_deg"].get(words.lower())
    if bearing is None or (distance is None and head.kind == "initials"):
        return None
    if distance is None:
        if words[0].isupper() and window[: head.start].endswith("the "):
            return None  # "in the North of England"
        kind = "direction"
    else:
        kind = "line_offset" if line else "offset"
    return Relation(
        kind=kind,
        anchor=anchor.span,
        distance_m=distance.metres if distance else 0.0,
        distance_error_m=distance.error_m if distance else 0.0,
        bearing_deg=bearing,
        bearing_error_deg=_heading_error(bearing),
    )


def _heading_error(bearing_deg: float) -> float:
    """Return the uncertainty of a heading after GBIF: N 45, NE 22.5, NNE 11.25 degrees."""
    return 45.0 if bearing_deg % 90 == 0 else 22.5 if bearing_deg % 45 == 0 else 11.25


def _away(
    head: _Head,
    anchor: Mention,
    measured: re.Match[str] | None,
    distance: Distance | None,
    *,
    line: bool,
) -> Relation | None:
    """Read "30 km from Seoul" and "within 5 km of Seoul"."""
    if measured is None or distance is None:
        near = head.match["away"].lower() in ("outside", "just outside")
        return Relation(kind="near", anchor=anchor.span) if near else None
    if head.match["away"].lower() == "of" and not re.match(
        r"within|inside|less than|up to", measured["hedge"] or "", re.IGNORECASE
    ):
        return None
    return Relation(
        kind="line_offset" if line else "offset",
        anchor=anchor.span,
        distance_m=distance.metres,
        distance_error_m=distance.error_m,
    )


def _off(
    document: Document,
    window: str,
    head: _Head,
    anchor: Mention,
    span: Span,
    distance: Distance | None,
) -> Raw | None:
    if anchor.kind is MentionKind.EMBEDDED:
        return None
    before = window[: head.start].lower().split()
    coast = head.match["coast"] is not None
    if not coast and distance is None and before and before[-1] in table()["words"]["off_verbs"]:
        return None
    words = head.match["offway"] or head.match["offway2"] or ""
    after = _COAST_AFTER.match(document.text, anchor.span.end)
    if after is not None:
        words, span = after["part"] or "", Span(span.start, after.end())
    bearing = table()["bearings_deg"].get(_compass(words))
    relation = Relation(
        kind="off",
        anchor=anchor.span,
        distance_m=distance.metres if distance else 0.0,
        distance_error_m=distance.error_m if distance else 0.0,
        bearing_deg=bearing,
        bearing_error_deg=45.0 if bearing is None else _heading_error(bearing),
        realm="sea",
    )
    return Raw(span, relation, anchor.name)


def _compass(words: str) -> str:
    words = words.strip().lower()
    return words.removesuffix("ern") if words.endswith("ern") else words


def _between(
    document: Document,
    names: Sequence[Mention],
    at: int,
    window: str,
    head: _Head,
    offset: int,
) -> Raw | None:
    """Read "between A and B"; powers have talks between them, places have land."""
    first = names[at]
    for second in names[at + 1 : at + 3]:
        gap = document.text[first.span.end : second.span.start].replace("\n", " ")
        joint = _AND.match(gap)
        if joint is None or not _gap().fullmatch(gap, joint.end()):
            continue
        if second.kind not in _PLACED or second.name == first.name:
            return None
        before = re.findall(r"[a-z]+", window[: head.start].lower())[-5:]
        words = table()["words"]
        placed = not set(words["between_is"]).isdisjoint(before[-4:])
        acting = MentionKind.METONYMIC in (first.kind, second.kind)
        if not placed and (acting or not set(words["between_not"]).isdisjoint(before)):
            return None
        span = Span(offset + head.start, second.span.end)
        relation = Relation(kind="between", anchor=first.span, other=second.span)
        return Raw(span, relation, first.name, second.name)
    return None


def _section(head: _Head, anchor: Mention, *, line: bool) -> Relation | None:
    part = _compass_part(head.match["part"])
    if not part or (head.kind == "part_of" and not line and "central" in part):
        return None
    what = head.match["what"] if head.kind == "part_of" else ""
    landmark = "front" if what and _FRONT.search(what) else ""
    kind = "edge" if line and what.lower() in table()["words"]["edges"] else "section"
    return Relation(kind=kind, anchor=anchor.span, part=part, landmark=landmark)


def _compass_part(words: str) -> str:
    """Return the key of a part: "central-western" is ``west_central``.

    Examples
    --------
    >>> _compass_part("central-western"), _compass_part("Northern"), _compass_part("mideastern")
    ('west_central', 'north', 'east_central')
    """
    words = words.lower()
    sides = [side for side in ("north", "south", "east", "west") if side in words]
    if re.search("cent|mid", words):
        sides = [side for side in sides if side in ("east", "west")]
        return f"{sides[0]}_central" if sides else "central"
    return "".join(sides[:2]) if len(sides) < 3 else ""


@cache
def _head_words() -> frozenset[str]:
    words = table()["words"]
    heads = {word.removeprefix("in ").split()[0] for word in words["near"]} - {"the", "not", "on"}
    heads |= {"vicinity", "environs", "outskirts", "far", "outside"}
    heads |= {word for unit in table()["units_m"] for word in unit.split()}
    heads |= set(table()["bearings_deg"]) | {"off", "offshore", "along", "between", "within"}
    heads |= {initials.lower() for initials in table()["initials_deg"]}
    parts = ("north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest")
    heads |= {f"{part}{end}" for part in parts for end in ("ern", "ward", "wards", "erly")}
    heads |= {"central", "mid", "middle", "midwestern", "mideastern", "mid-western", "mid-eastern"}
    heads |= {
        f"{left}{mark}{right}"
        for left in ("central", "east", "west", "eastern", "western", "mid")
        for right in ("central", "east", "west", "eastern", "western")
        for mark in ("-", "")
    }
    return frozenset(heads)


_PART = (
    r"(?:(?:mid|central|middle|east|west|north|south)(?:ern)?[ -]?)?"
    r"(?:central|middle|(?:north|south)?(?:east|west)(?:ern)?|(?:north|south)(?:ern)?)"
)


@cache
def _head() -> re.Pattern[str]:
    """Return the words that lead to a name, up to the gap before it."""
    words = table()["words"]
    bearings = "|".join(sorted(map(re.escape, table()["bearings_deg"]), key=len, reverse=True))
    initials = "|".join(sorted(table()["initials_deg"], key=len, reverse=True))
    near = "|".join(re.escape(word) for word in words["near"])
    parts = "|".join(sorted(words["parts"] + words["edges"], key=len, reverse=True))
    return re.compile(
        rf"\b(?:(?P<bearing>(?P<way>{bearings})(?:ward|wards|erly)? (?:of|from) )"
        rf"|(?P<initials>(?P<short>(?-i:{initials})) (?:of|from) )"
        rf"|(?P<distance>(?P<away>from|away from|short of|of|outside) )"
        rf"|(?P<off>off(?:shore)? (?P<coast>(?:the |its )?(?:(?P<offway>[a-z-]{{4,14}}) )?"
        rf"(?:coast|shores?|coastline|waters) of )?"
        rf"(?:from )?(?:the )?(?:(?P<offway2>{bearings})(?:ern)? (?:of )?)?)"
        rf"|(?P<along>along )"
        rf"|(?P<between>(?:in )?between )"
        rf"|(?P<part_of>(?P<part>{_PART})(?: Korea(?:n|['’]s))?[ -](?P<what>{parts}) "
        r"(?:of|along|in) )"
        rf"|(?P<near>(?:{near}) ))",
        re.IGNORECASE,
    )


@cache
def _adjective() -> re.Pattern[str]:
    """Return "the central" and the like at the end of a window, before "DMZ"."""
    kinds = r"(?:section|sector|stretch|part|portion|side|half|land|heavily fortified|inter-Korean)"
    return re.compile(
        rf"\b(?P<part>{_PART})(?:,? {kinds})?(?:,? (?:land|inter-Korean|heavily fortified))? \Z",
        re.IGNORECASE,
    )


@cache
def _measure() -> re.Pattern[str]:
    glue = (
        r"(?:,? (?:to the|due|away|further|farther|straight|directly|offshore|inland|deep|up|out"
        r"|on the|in|as the crow flies))*,? ?\Z"
    )
    return re.compile(quantity() + glue, re.IGNORECASE)


@cache
def _gap() -> re.Pattern[str]:
    words = table()["words"]
    places = "|".join(sorted(map(re.escape, words["places"]), key=len, reverse=True))
    adjectives = "|".join(sorted(map(re.escape, words["adjectives"]), key=len, reverse=True))
    return re.compile(
        r"(?:(?:the|a|an|its|their) )?(?:(?:[A-Z]\w+ )?[A-Z]\w+['’]s )?"
        rf"(?:(?:{adjectives}) ){{0,2}}"
        rf"(?:(?:{places})(?: of| in)? (?:the )?)?(?:(?:{adjectives}) )?",
        re.IGNORECASE,
    )


@cache
def _loose_gap() -> re.Pattern[str]:
    """Behind a distance more may stand: "south of the truce site in Panmunjom"."""
    return re.compile(
        rf"(?:the |a |an )?(?:(?:[a-z-]+ ){{0,3}}(?:of|in|at|with|near|on) )?{_gap().pattern}",
        re.IGNORECASE,
    )
