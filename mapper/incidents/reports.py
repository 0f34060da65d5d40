"""What linking looks at in a report: its days, rare words, names, details and numbers."""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from mapper.incidents.describe import count_heads
from mapper.incidents.taxonomy import load_taxonomy
from mapper.model import Assertion, Incident

__all__ = [
    "Report",
    "block_of",
    "link_rules",
    "link_weights",
    "read_reports",
    "signs_of",
    "stem",
]

_NEWS_DAYS = 7  # an undated report of the news is of something at most this old
_RARE_MAX = 0.34  # a word in more than a third of the reports of a kind tells nothing
# Numbers up to 31 are days, and years are dates.
_WORD = re.compile(r"[A-Za-z]{3,}|[가-힣]{2,}|\b(?:3[2-9]|[4-9]\d|\d{3}|[3-9]\d{3}|\d+,\d{3})\b")
_NAME = re.compile(r"(?<![.!?\"'“‘] )(?<!^)\b[A-Z][a-z]+(?:-[A-Za-z]+)?\b")
_ONE = re.compile(
    r"\b(?:a|an|one|the) (?:[\w-]+ ){0,3}?(?:soldier|man|woman|private|sergeant|defector|civilian|"
    r"person|officer|guard)\b|\b(?:somebody|someone)\b|1명",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"(?<!south korean )(?<!southern )(?<!of the )\b(?:soldiers|troops|men|people)\b|"
    r"[2-9]\d*여?\s?명",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))? ?(?P<half>[ap])\.?m\b|"
    r"\b(?P<day_hour>[01]?\d|2[0-3]):(?P<day_minute>[0-5]\d)\b|"
    r"(?P<korean>오전|오후) ?(?P<korean_hour>\d{1,2})시(?: ?(?P<korean_minute>\d{1,2})분)?|"
    r"\b(?P<noon>noon)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Report:
    """One incident of one document, with what linking looks at.

    Attributes
    ----------
    source
        The family of copies that its document belongs to.
    start, end
        First and last possible day; of news without a date the days before publication.
    told
        The dates are the text's own, not a bound from publication.
    signs, traits
        Rare details that it tells, and what tells it apart without being rare.
    separate
        It calls itself another incident than one that its document does not tell.
    heads, several
        How many crossed, of crossings, and whether it was more than one; ``None`` when it
        does not say.
    """

    incident: Incident
    family: str
    source: str
    start: dt.date | None
    end: dt.date | None
    told: bool
    said: frozenset[str]
    words: frozenset[str]
    names: frozenset[str]
    clocks: frozenset[int]
    signs: frozenset[str]
    traits: frozenset[str]
    separate: bool
    heads: int | None
    several: bool | None

    @property
    def doc_ids(self) -> frozenset[str]:
        """The documents it stands in."""
        return frozenset(e.doc_id for e in self.incident.evidence)

    @property
    def days(self) -> float:
        """How many days lie between its first and last possible day."""
        if self.start is None or self.end is None:
            return math.inf
        return (self.end - self.start).days


def read_reports(
    incidents: Sequence[Incident],
    published: Mapping[str, dt.date | None],
    sources: Mapping[str, str],
) -> list[Report]:
    """Take from each incident what linking looks at.

    Parameters
    ----------
    incidents
        Each of one document; how rare a word is depends on all of them.
    published
        Day of publication by ``doc_id``.
    sources
        Family of copies by ``doc_id``.

    Returns
    -------
    list of Report
        Same length and order.
    """
    texts = [" ".join(e.exact for e in incident.evidence) for incident in incidents]
    rare = _rare([_words(text) for text in texts])
    rare_names = _rare([_names(text) for text in texts])
    blocks = Counter(
        (incident.evidence[0].doc_id, block_of(load_taxonomy()[incident.kind].family))
        for incident in incidents
    )
    return [
        _report(incident, text, published, sources, rare, rare_names, blocks)
        for incident, text in zip(incidents, texts, strict=True)
    ]


def _report(
    incident: Incident,
    text: str,
    published: Mapping[str, dt.date | None],
    sources: Mapping[str, str],
    rare: frozenset[str],
    rare_names: frozenset[str],
    blocks: Mapping[tuple[str, str], int],
) -> Report:
    doc_id = incident.evidence[0].doc_id
    start, end = incident.when.start, incident.when.end
    told = start is not None
    day = published.get(doc_id)
    news = incident.assertion in (Assertion.ASSERTED, Assertion.ALLEGED, Assertion.DENIED)
    if start is None and not incident.when.text and news and day is not None:
        start, end = day - dt.timedelta(_NEWS_DAYS), day
    family = load_taxonomy()[incident.kind].family
    alone = blocks[doc_id, block_of(family)] == 1
    separate = alone and bool(_separate().search(text))
    best = incident.evidence[0].exact
    heads = count_heads(best, first=True) if family == "crossing" else None
    several = _is_several(best) if family == "crossing" else None
    return Report(
        incident=incident,
        family=family,
        source=sources.get(doc_id, doc_id),
        start=start,
        end=end,
        told=told,
        said=_words(best),
        words=_words(text) & rare,
        names=(_names(text) & rare_names) - _place_words(incident),
        clocks=_clocks(text),
        signs=signs_of(text),
        traits=_found("traits", text),
        separate=separate,
        heads=heads,
        several=several,
    )


def _is_several(text: str) -> bool | None:
    """Say whether the first people a passage names are more than one."""
    one, several = _ONE.search(text), _SEVERAL.search(text)
    if one is None or several is None:
        return None if one is several else several is not None
    return several.start() < one.start()


def _place_words(incident: Incident) -> frozenset[str]:
    """Return the words that name its place: they count as a place, not as a name."""
    where = incident.where
    if where is None:
        return frozenset()
    said = where.label
    for evidence in incident.evidence:
        if where.mention is not None and evidence.span.contains(where.mention):
            start = evidence.span.start
            said += " " + evidence.exact[where.mention.start - start : where.mention.end - start]
    return frozenset(word.lower() for word in re.findall(r"[A-Za-z-]+", said))


def signs_of(text: str) -> frozenset[str]:
    """Return the rare details that a passage tells, as ``link.toml`` names them.

    Examples
    --------
    >>> sorted(signs_of("He swam in thick fog."))
    ['fog', 'swimming']
    """
    found = _found("details", text)
    return found - {"under_fire"} if "no_shots" in found else found


def _clocks(text: str) -> frozenset[int]:
    """Return the times of day of a passage, in minutes."""
    found = set()
    for m in _CLOCK.finditer(text):
        if m["noon"]:
            found.add(720)
        elif m["day_hour"]:
            found.add(int(m["day_hour"]) * 60 + int(m["day_minute"]))
        else:
            hour = int(m["hour"] or m["korean_hour"]) % 12
            late = (m["half"] or "").lower() == "p" or m["korean"] == "오후"
            found.add((hour + 12 * late) * 60 + int(m["minute"] or m["korean_minute"] or 0))
    return frozenset(found)


def _words(text: str) -> frozenset[str]:
    common = _common()
    return frozenset(stem(w) for w in _WORD.findall(text.lower()) if w not in common)


def _names(text: str) -> frozenset[str]:
    """Return capitalized words that do not begin a sentence and are no common ones."""
    common = _common()
    found = (name.lower() for name in _NAME.findall(text))
    return frozenset(n for n in found if not {n, *n.split("-")} & common)


def stem(word: str) -> str:
    """Cut an English ending off: "shots", "fired" and "crossing" meet "shot", "fire"."""
    return re.sub(r"(?<=[a-z]{3})(?:ings?|ed|es|s|e)$", "", word)


def _rare(found: Sequence[frozenset[str]]) -> frozenset[str]:
    """Return what tells one report from most others."""
    counts = Counter(word for words in found for word in words)
    most = max(4.0, _RARE_MAX * len(found))
    return frozenset(word for word, count in counts.items() if count <= most)


def block_of(family: str) -> str:
    """Name the set of families that may tell one happening in other words.

    Examples
    --------
    >>> block_of("crossing") == block_of("fire"), block_of("jamming")
    (True, 'jamming')
    """
    return _blocks().get(family, family)


@cache
def _blocks() -> dict[str, str]:
    blocks: dict[str, str] = {}
    for one, other in link_rules()["near"]["families"]:
        old, new = blocks.get(other, other), blocks.get(one, one)
        blocks |= {f: new for f, block in blocks.items() if block == old} | {one: new, other: new}
    return blocks


@cache
def link_rules() -> dict[str, Any]:
    """Return the tables of ``link.toml``."""
    folder = resources.files("mapper.incidents")
    return tomllib.loads(folder.joinpath("link.toml").read_text(encoding="utf-8"))


def link_weights() -> dict[str, float]:
    """Return how much each agreement counts, from ``link.toml``."""
    weights: dict[str, float] = link_rules()["weights"]
    return weights


@cache
def _patterns(table: str) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(p, re.IGNORECASE) for name, p in link_rules()[table].items()}


def _found(table: str, text: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _patterns(table).items() if pattern.search(text))


@cache
def _separate() -> re.Pattern[str]:
    return re.compile(link_rules()["separate"]["words"], re.IGNORECASE)


@cache
def _common() -> frozenset[str]:
    return frozenset(link_rules()["common"]["words"].split())
