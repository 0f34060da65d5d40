"""Mentions and incidents of annotated documents, scored against an analysis.

Mentions pair one to one with gold mentions, the longest overlap first. *Literal* scores ask for
literal gold mentions only: an answer on one of another kind is neither right nor wrong. A
place is right when the answer lies within 20 km of the gold point, or within the gold place's
own extent; *fine* places extend at most 60 km.

An incident is found when its best quote overlaps a gold incident's sentences, one to one, the
same class first, then the nearest. Further answers on sentences of gold incidents are
repetitions: they count only in the strict precision.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from mapper.evaluation.gold import AnnotatedDocument, GoldIncident, GoldMention
from mapper.evaluation.toponyms import distance_km, f1
from mapper.model import Analysis, Document, Incident, MentionKind, Resolution, Span, When

__all__ = ["AnnotatedScores", "score_documents"]

_NEAR_KM = 20.0
_FINE_KM = 60.0
_FAR_KM = 1e9  # stands for "no position" where distances are ordered
# An incident's quote must share this many characters with a gold sentence, or half of either.
_COMMON = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedScores:
    """Metrics over all documents, and what was wrong.

    Attributes
    ----------
    metrics
        By name, in the order in which they are told; a share of nothing is ``None``.
    outcomes
        Probability of each answered literal mention, and whether its place was right.
    mistakes
        Lines for a reader: which document, what was false or missed, the words.
    """

    metrics: Mapping[str, float | None]
    outcomes: tuple[tuple[float, bool], ...]
    mistakes: tuple[str, ...]


@dataclass(slots=True)
class _Tally:
    """Counts that grow document by document."""

    counts: Counter[str] = field(default_factory=Counter)
    outcomes: list[tuple[float, bool]] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    def add(self, key: str, value: bool | int = 1) -> None:  # noqa: FBT001 - a truth is a count
        self.counts[key] += int(value)

    def share(self, part: str, *whole: str) -> float | None:
        total = sum(self.counts[key] for key in whole)
        return self.counts[part] / total if total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """An incident of the analysis as one document tells it."""

    span: Span
    kind: str
    zone: str
    date: str
    point: tuple[float, float] | None


def score_documents(documents: Sequence[AnnotatedDocument], analysis: Analysis) -> AnnotatedScores:
    """Score an analysis of the documents; their labels are the ids of the gold data.

    A document that is not in the analysis has found nothing.
    """
    tally = _Tally()
    by_label = {document.label: document for document in analysis.documents}
    for gold in documents:
        own = by_label.get(gold.text_id)
        _score_mentions(tally, gold, _names_in(analysis, own))
        _score_incidents(tally, gold, _incidents_in(analysis, own))
    return AnnotatedScores(
        metrics=_metrics(tally),
        outcomes=tuple(tally.outcomes),
        mistakes=tuple(tally.mistakes),
    )


def _names_in(analysis: Analysis, document: Document | None) -> list[Resolution]:
    return [
        resolution
        for resolution in analysis.resolutions
        if document is not None
        and resolution.mention.doc_id == document.doc_id
        and resolution.mention.kind is not MentionKind.RELATIVE
    ]


def _incidents_in(analysis: Analysis, document: Document | None) -> list[_Found]:
    if document is None:
        return []
    found = []
    for incident in analysis.incidents:
        quotes = [e.span for e in incident.evidence if e.doc_id == document.doc_id]
        if quotes:
            found.append(_as_found(incident, quotes[0]))
    return found


def _as_found(incident: Incident, span: Span) -> _Found:
    at = incident.where.position if incident.where is not None else None
    return _Found(
        span=span,
        kind=_classes().get(incident.kind, "other"),
        zone=incident.zone.zone.value if incident.zone is not None else "unknown",
        date=_shortest_iso(incident.when),
        point=(at.lon, at.lat) if at is not None else None,
    )


@cache
def _classes() -> dict[str, str]:
    text = resources.files("mapper.evaluation").joinpath("classes.toml").read_text("utf-8")
    table = tomllib.loads(text)
    coarser: dict[str, str] = table["coarser"]
    return {name: name for name in table["same"]} | coarser


def _shortest_iso(when: When) -> str:
    """Write an interval as the ISO day, month or year that it is, or lies in; else nothing."""
    start, end = when.start, when.end
    if start is None or end is None:
        return ""
    if start == end:
        return start.isoformat()
    if (start.year, start.month) == (end.year, end.month):
        return start.isoformat()[:7]
    return start.isoformat()[:4] if start.year == end.year else ""


def _common(a: Span, b: Span) -> int:
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def _score_mentions(tally: _Tally, gold: AnnotatedDocument, answers: Sequence[Resolution]) -> None:
    pairs = _pair_mentions(gold.mentions, [a.mention.span for a in answers])
    taken = set(pairs.values())
    false = [answer for j, answer in enumerate(answers) if j not in taken]
    tally.add("mention.false", len(false))
    tally.mistakes += [
        _line(gold, f"false mention ({a.mention.kind.value})", a.mention.span) for a in false
    ]
    for i, mention in enumerate(gold.mentions):
        answer = answers[pairs[i]] if i in pairs else None
        tally.add("all.gold")
        tally.add("all.found", answer is not None)
        if mention.kind != "literal":
            continue
        fine = mention.radius_km <= _FINE_KM
        near = answer is not None and _is_near(mention, answer)
        for name, counted in (("literal", True), ("fine", fine)):
            if counted:
                tally.add(f"{name}.gold")
                tally.add(f"{name}.found", answer is not None)
                tally.add(f"{name}.near", near)
        if answer is None:
            tally.mistakes.append(_line(gold, "missed mention", mention.span))
        elif not near:
            tally.mistakes.append(_line(gold, "wrong place", mention.span, _place(answer)))
        if answer is not None and answer.position is not None:
            tally.outcomes.append((answer.probability, near))


def _pair_mentions(mentions: Sequence[GoldMention], spans: Sequence[Span]) -> dict[int, int]:
    """Pair by the most characters in common, then the most alike in length."""
    pairs = sorted(
        (
            (_common(mention.span, span), -abs(len(mention.span) - len(span)), i, j)
            for i, mention in enumerate(mentions)
            for j, span in enumerate(spans)
            if mention.span.overlaps(span)
        ),
        reverse=True,
    )
    return _one_to_one([(i, j) for *_, i, j in pairs])


def _one_to_one(pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    taken: set[int] = set()
    for i, j in pairs:
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return found


def _is_near(mention: GoldMention, answer: Resolution) -> bool:
    at = answer.position
    if at is None:
        return False
    away = distance_km((mention.lon, mention.lat), (at.lon, at.lat))
    return away <= max(_NEAR_KM, mention.radius_km)


def _place(answer: Resolution) -> str:
    return answer.place.name if answer.place is not None else answer.status.value


def _line(gold: AnnotatedDocument, what: str, span: Span, more: str = "") -> str:
    before, after = gold.text[max(0, span.start - 30) : span.start], gold.text[span.end :][:30]
    words = " ".join(f"{before}[[{gold.text[span.slice]}]]{after}".split())
    return f"{gold.text_id}: {what}{f' ({more})' if more else ''}: {words}"


def _score_incidents(tally: _Tally, gold: AnnotatedDocument, answers: Sequence[_Found]) -> None:
    touching = [
        (_rank(incident, answer), i, j)
        for i, incident in enumerate(gold.incidents)
        for j, answer in enumerate(answers)
        if _meets(incident.spans, answer.span)
    ]
    ranked = [(rank, i, j) for rank, i, j in sorted(touching, reverse=True)]
    pairs = _one_to_one([(i, j) for _, i, j in ranked])
    known = {j for _, _, j in touching}
    known |= {j for j, answer in enumerate(answers) if _meets(gold.follow_ups, answer.span)}
    false = [answer for j, answer in enumerate(answers) if j not in known]
    tally.add("incident.false", len(false))
    tally.add("incident.again", len(known - set(pairs.values())))
    tally.mistakes += [_line(gold, f"false incident ({a.kind})", a.span) for a in false]
    counted = [(i, incident) for i, incident in enumerate(gold.incidents) if not incident.optional]
    if not counted:
        tally.add("quiet.words", len(gold.text.split()))
        tally.add("quiet.false", len(false))
    for i, incident in counted:
        tally.add("incident.gold")
        tally.add("news.gold", not incident.background)
        if i not in pairs:
            tally.mistakes.append(_line(gold, f"missed {incident.kind}", incident.spans[0]))
            continue
        tally.add("incident.found")
        tally.add("news.found", not incident.background)
        _score_found(tally, incident, answers[pairs[i]])


def _score_found(tally: _Tally, incident: GoldIncident, answer: _Found) -> None:
    away = _away_km(incident, answer)
    for limit_km in (10, 50):
        near = away <= max(limit_km, incident.radius_km)
        tally.add(f"place.{limit_km}", near)
        tally.add(f"stated.{limit_km}", near and incident.place_stated)
    tally.add("stated.gold", incident.place_stated)
    tally.add("zone.right", answer.zone == incident.zone)
    tally.add("class.right", answer.kind == incident.kind)
    tally.add("class.fair", answer.kind in (incident.kind, *incident.other_kinds))
    if incident.date:
        tally.add("date.gold")
        tally.add("date.right", answer.date[: len(incident.date)] == incident.date)


def _away_km(incident: GoldIncident, answer: _Found) -> float:
    if answer.point is None or incident.lon is None or incident.lat is None:
        return _FAR_KM
    return distance_km((incident.lon, incident.lat), answer.point)


def _rank(incident: GoldIncident, answer: _Found) -> tuple[int, bool, bool, float, int]:
    """Say how well an answer fits a gold incident: class, weight, words, distance, overlap."""
    kind = 2 if answer.kind == incident.kind else 1 if answer.kind in incident.other_kinds else 0
    return (
        kind,
        not incident.optional,
        incident.anchor.overlaps(answer.span),
        -_away_km(incident, answer),
        max(_common(span, answer.span) for span in incident.spans if _meets((span,), answer.span)),
    )


def _meets(spans: Sequence[Span], answer: Span) -> bool:
    return any(
        (common := _common(span, answer)) > 0
        and common >= min(_COMMON, len(answer) / 2, len(span) / 2)
        for span in spans
    )


def _metrics(tally: _Tally) -> dict[str, float | None]:
    counts = tally.counts

    def score(found: str, false: str, gold: str) -> tuple[float | None, float | None, float | None]:
        precision, recall = tally.share(found, found, false), tally.share(found, gold)
        whole = f1(precision or 0.0, recall or 0.0) if counts[gold] else None
        return precision, recall, whole

    mention = score("literal.found", "mention.false", "literal.gold")
    incident = score("incident.found", "incident.false", "incident.gold")
    found = "incident.found"
    quiet = counts["quiet.words"]
    return {
        "mention_precision": mention[0],
        "mention_recall": mention[1],
        "mention_f1": mention[2],
        "mention_f1_any_kind": score("all.found", "mention.false", "all.gold")[2],
        "end_to_end_20km": tally.share("literal.near", "literal.gold"),
        "fine_recall": tally.share("fine.found", "fine.gold"),
        "fine_end_to_end_20km": tally.share("fine.near", "fine.gold"),
        "incident_precision": incident[0],
        "incident_recall": incident[1],
        "incident_f1": incident[2],
        "incident_precision_strict": tally.share(found, found, "incident.false", "incident.again"),
        "news_recall": tally.share("news.found", "news.gold"),
        "incident_place_10km": tally.share("place.10", found),
        "incident_place_50km": tally.share("place.50", found),
        "stated_place_10km": tally.share("stated.10", "stated.gold"),
        "zone": tally.share("zone.right", found),
        "date": tally.share("date.right", "date.gold"),
        "class": tally.share("class.right", found),
        "class_fair": tally.share("class.fair", found),
        "false_per_1000_words": 1000 * counts["quiet.false"] / quiet if quiet else None,
    }
