"""Reports of the same incident in several documents become one record.

Careful on purpose: two records of one incident are a nuisance, one record of two is a false
statement. Whatever one document tells apart stays apart.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from mapper.incidents.describe import count_heads, summarize
from mapper.incidents.extract import incident_id
from mapper.incidents.taxonomy import load_taxonomy
from mapper.model import (
    Assertion,
    Casualties,
    Document,
    Incident,
    When,
    Where,
    ZoneName,
)

__all__ = ["link_incidents", "link_score"]

_NEWS_DAYS = 7  # an undated report of the news is of something at most this old
_ENOUGH = 2.0  # see link_score; set by hand on pairs of our own
_OTHER_PEOPLE = 2.5  # sources differ by a few heads, not by so many times
_CLOSE = 2.5  # with dates no better than a year, or none
_RARE_MAX = 0.34  # a word in more than a third of the reports of a kind tells nothing
_WORD = re.compile(r"[A-Za-z]{3,}|[가-힣]{2,}|\d[\d,]*")
_CLOCK = re.compile(
    r"\b(\d{1,2})(?::(\d\d))? ?([ap])\.?m\b|\b([01]?\d|2[0-3]):([0-5]\d)\b", re.IGNORECASE
)


@cache
def _rules() -> dict[str, Any]:
    folder = resources.files("mapper.incidents")
    return tomllib.loads(folder.joinpath("link.toml").read_text(encoding="utf-8"))


@cache
def _details() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(p, re.IGNORECASE) for name, p in _rules()["details"].items()}


@cache
def _common() -> frozenset[str]:
    return frozenset(_rules()["common"]["words"].split())


@dataclass(frozen=True, slots=True)
class _Report:
    """One incident of one document, with what linking looks at."""

    incident: Incident
    family: str
    start: dt.date | None
    end: dt.date | None
    told: bool  # the dates are the text's own, not a bound from publication
    words: frozenset[str]
    clocks: frozenset[str]
    details: frozenset[str]
    separate: bool
    heads: int | None  # how many crossed, of crossings

    @property
    def doc_ids(self) -> frozenset[str]:
        return frozenset(e.doc_id for e in self.incident.evidence)

    @property
    def days(self) -> float:
        if self.start is None or self.end is None:
            return math.inf
        return (self.end - self.start).days


def link_incidents(
    incidents: Sequence[Incident], documents: Sequence[Document]
) -> tuple[Incident, ...]:
    """Merge reports of the same incident across documents.

    Parameters
    ----------
    incidents
        From any number of documents; two of one document are never merged.
    documents
        Their documents, for dates of publication.

    Returns
    -------
    tuple of Incident
        In the order of their best evidence's document and place in it. A merged incident
        keeps the evidence of all sources, the most exact date and place that any of them
        gives, and an id that does not depend on the order of the input.
    """
    published = {document.doc_id: document.published for document in documents}
    unique = {incident.incident_id: incident for incident in incidents}
    ordered = sorted(unique.values(), key=lambda incident: incident.incident_id)
    rare = _rare_words(ordered)
    reports = [_report(incident, published, rare) for incident in ordered]
    pairs: list[tuple[float, int, int]] = []
    for i, j in _candidates(reports):
        score = _score(reports[i], reports[j])
        if score is not None:
            pairs.append((score, i, j))
    groups = _group(reports, sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])))
    places = {document.doc_id: index for index, document in enumerate(documents)}
    merged = [_merge([reports[i].incident for i in group]) for group in groups]

    def reading_order(incident: Incident) -> tuple[int, int, str]:
        best = incident.evidence[0]
        return places.get(best.doc_id, len(places)), best.span.start, incident.incident_id

    return tuple(sorted(merged, key=reading_order))


def link_score(first: Incident, second: Incident, documents: Sequence[Document]) -> float | None:
    """Say how strongly two incidents look like one; ``None`` is a veto.

    Above 2 they are merged (3 where dates are vague). It adds up how well dates, places,
    rare words and numbers of casualties agree.
    """
    published = {document.doc_id: document.published for document in documents}
    rare = _rare_words([first, second])
    return _score(_report(first, published, rare), _report(second, published, rare))


def _report(
    incident: Incident, published: Mapping[str, dt.date | None], rare: frozenset[str]
) -> _Report:
    text = " ".join(evidence.exact for evidence in incident.evidence)
    words = frozenset(_stem(word) for word in _WORD.findall(text.lower())) & rare
    clocks = frozenset("".join(filter(None, match)) for match in _CLOCK.findall(text.lower()))
    start, end = incident.when.start, incident.when.end
    told = start is not None
    day = published.get(incident.evidence[0].doc_id)
    news = incident.assertion in (Assertion.ASSERTED, Assertion.ALLEGED, Assertion.DENIED)
    if start is None and not incident.when.text and news and day is not None:
        start, end = day - dt.timedelta(_NEWS_DAYS), day
    details = frozenset(name for name, pattern in _details().items() if pattern.search(text))
    if "no_shots" in details:
        details -= {"under_fire"}
    separate = bool(re.search(_rules()["separate"]["words"], text, re.IGNORECASE))
    family = load_taxonomy()[incident.kind].family
    heads = count_heads(incident.evidence[0].exact, first=True) if family == "crossing" else None
    return _Report(incident, family, start, end, told, words, clocks, details, separate, heads)


def _stem(word: str) -> str:
    """Cut an English ending off: "shots", "fired" and "crossing" meet "shot", "fire"."""
    return re.sub(r"(?<=[a-z]{3})(?:ings?|ed|es|s|e)$", "", word)


def _rare_words(incidents: Sequence[Incident]) -> frozenset[str]:
    """Return the words that tell one report from most others."""
    counts: dict[str, int] = {}
    for incident in incidents:
        text = " ".join(evidence.exact for evidence in incident.evidence).lower()
        for word in {_stem(w) for w in _WORD.findall(text) if w not in _common()}:
            counts[word] = counts.get(word, 0) + 1
    most = max(4.0, _RARE_MAX * len(incidents))
    return frozenset(word for word, count in counts.items() if count <= most)


def _candidates(reports: Sequence[_Report]) -> Iterator[tuple[int, int]]:
    """Yield the pairs worth a look: the same block of kinds, and dates that meet.

    Dated reports are swept in order of their first day, so that years of reports cost little
    more than those of each week.
    """
    blocks: dict[str, list[int]] = {}
    for index, report in enumerate(reports):
        blocks.setdefault(_block(report.family), []).append(index)
    for block in blocks.values():
        undated = [i for i in block if reports[i].start is None]
        yield from itertools.combinations(undated, 2)
        dated = sorted((reports[i].start or dt.date.min, i) for i in block if reports[i].start)
        open_: list[tuple[dt.date, int]] = []
        for start, j in dated:
            open_ = [(end, i) for end, i in open_ if end >= start]
            for _, i in open_:
                yield min(i, j), max(i, j)
            open_.append((reports[j].end or start, j))


def _block(family: str) -> str:
    return "contact" if family in ("crossing", "fire", "other") else family


def _score(first: _Report, second: _Report) -> float | None:
    if first.doc_ids & second.doc_ids:
        return None  # what one document tells apart stays apart
    if Assertion.PLANNED in (first.incident.assertion, second.incident.assertion) and (
        first.incident.assertion is not second.incident.assertion
    ):
        return None
    if not _dates_meet(first, second):
        return None
    near = _places_agree(first.incident, second.incident)
    if near is None:
        return None
    if first.clocks and second.clocks and not first.clocks & second.clocks:
        return None
    if first.separate != second.separate or _details_exclude(first.details, second.details):
        return None
    if first.heads and second.heads:
        few, many = sorted((first.heads, second.heads))
        if many >= _OTHER_PEOPLE * few:
            return None
    harm = _harm_agrees(first.incident.casualties, second.incident.casualties)
    score = near + harm + 1.0 * (first.incident.kind == second.incident.kind)
    score -= 1.0 * (first.family != second.family)
    score += min(1.5, 0.5 * len(first.words & second.words))
    score += min(2.0, 1.5 * len(first.details & second.details))
    widest = max(first.days, second.days)
    if widest == 0:
        score += 1.5
    elif widest <= 10:
        score += 1.0
    elif widest <= 31:
        score += 0.5
    signs = (first.words & second.words) or (first.details & second.details)
    if not (first.told and second.told) and not signs:
        score -= 1.0
    needed = _ENOUGH if widest <= 31 else _CLOSE
    return score if score >= needed else None


def _details_exclude(first: frozenset[str], second: frozenset[str]) -> bool:
    """Say whether each tells a detail that the other's detail rules out."""
    only_first, only_second = first - second, second - first
    return any(
        (a in only_first and b in only_second) or (b in only_first and a in only_second)
        for a, b in _rules()["exclude"]["pairs"]
    )


def _dates_meet(first: _Report, second: _Report) -> bool:
    if first.start is None or second.start is None:
        # Both undated: only a rare detail that both tell can make them one.
        undated = first.start is None and second.start is None
        return undated and bool(first.details & second.details)
    assert first.end is not None
    assert second.end is not None
    return first.start <= second.end and second.start <= first.end


def _places_agree(first: Incident, second: Incident) -> float | None:
    """Return how well two places agree, or ``None`` when they exclude each other."""
    if first.where is None or second.where is None:
        return 0.0
    a, b = first.where, second.where
    if not (a.stated and b.stated):
        return 0.0 if _reach(a, b) >= 0 else None
    if first.zone and second.zone and _exclude(first.zone.zone, second.zone.zone):
        return None
    if a.place_id and a.place_id == b.place_id:
        return 1.0 if a.position.uncertainty_m < 60_000 else 0.5
    slack = _reach(a, b)
    if slack < 0:
        return None
    return 0.5 if max(a.position.uncertainty_m, b.position.uncertainty_m) < 60_000 else 0.2


def _reach(a: Where, b: Where) -> float:
    """Return by how many metres two circles overlap; negative when they are apart."""
    lat1, lat2 = math.radians(a.position.lat), math.radians(b.position.lat)
    dlon = math.radians(b.position.lon - a.position.lon)
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(dlon / 2) ** 2
    apart = 2 * 6_371_009 * math.asin(min(1.0, math.sqrt(h)))
    return a.position.uncertainty_m + b.position.uncertainty_m + 5_000 - apart


def _exclude(a: ZoneName, b: ZoneName) -> bool:
    apart = {a, b}
    return apart in (
        {ZoneName.NORTH_OF_DMZ, ZoneName.SOUTH_OF_DMZ},
        {ZoneName.OUTSIDE, ZoneName.INSIDE_DMZ},
        {ZoneName.OUTSIDE, ZoneName.JSA},
        {ZoneName.SEA, ZoneName.JSA},
        {ZoneName.SEA, ZoneName.INSIDE_DMZ},
    )


def _harm_agrees(a: Casualties, b: Casualties) -> float:
    score = 0.0
    for key in ("killed", "injured", "detained"):
        one, other = getattr(a, key), getattr(b, key)
        if one is not None and other is not None:
            score += 0.5 if one == other else -0.5
    return score


def _group(reports: Sequence[_Report], pairs: Sequence[tuple[float, int, int]]) -> list[list[int]]:
    """Join the best pairs first; a group never holds two incidents of one document."""
    groups = {index: [index] for index in range(len(reports))}
    allowed = {(i, j) for _, i, j in pairs}
    for _, i, j in pairs:
        one, other = groups[i], groups[j]
        if one is other:
            continue
        whole = all((min(a, b), max(a, b)) in allowed for a in one for b in other)
        if whole:
            one += other
            for index in other:
                groups[index] = one
    unique = {id(group): group for group in groups.values()}
    return [sorted(group) for group in unique.values()]


def _merge(incidents: list[Incident]) -> Incident:
    if len(incidents) == 1:
        return incidents[0]
    taxonomy = load_taxonomy()
    ordered = sorted(incidents, key=_exactness)
    best = ordered[0]
    dated = [i for i in ordered if i.when.start is not None]
    placed = [i for i in ordered if i.where is not None]
    place = min(
        placed,
        key=lambda i: (
            (not i.where.stated, i.where.position.uncertainty_m) if i.where else (True, 0)
        ),
        default=best,
    )
    evidence = tuple(dict.fromkeys(e for incident in ordered for e in incident.evidence))
    kind = min((i.kind for i in ordered), key=lambda key: taxonomy[key].rank)
    news = [i.assertion for i in ordered if i.assertion is not Assertion.HISTORICAL]
    where = place.where
    if where is not None and evidence[0].doc_id != place.evidence[0].doc_id:
        where = replace(where, mention=None)  # its span is in another document
    doubt = math.prod(1 - i.probability for i in ordered)
    when = _meet([i.when for i in dated]) if dated else best.when
    assertion = news[0] if news else Assertion.HISTORICAL
    return replace(
        best,
        incident_id=incident_id(kind, [(e.doc_id, e.span.start, e.span.end) for e in evidence]),
        kind=kind,
        when=when,
        assertion=assertion,
        evidence=evidence,
        where=where,
        zone=place.zone,
        summary=summarize(taxonomy[kind], when, where, best.casualties, assertion),
        actors=tuple({a.name: a for i in reversed(ordered) for a in i.actors}.values()),
        probability=round(min(0.99, 1 - doubt), 3),
    )


def _exactness(incident: Incident) -> tuple[bool, float, bool, float, str]:
    when, where = incident.when, incident.where
    days = (when.end - when.start).days if when.start and when.end else math.inf
    return (
        where is None or not where.stated,
        days,
        incident.assertion is Assertion.HISTORICAL,
        where.position.uncertainty_m if where else math.inf,
        incident.incident_id,
    )


def _meet(dates: Sequence[When]) -> When:
    """Return the most exact date; it is one source's own, not an invented crossing."""
    return min(
        dates,
        key=lambda w: (w.end - w.start).days if w.start and w.end else math.inf,
    )
