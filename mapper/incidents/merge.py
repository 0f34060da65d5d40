"""Several reports of one incident become one record; what each source says is kept."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from mapper.incidents.compose import incident_id
from mapper.incidents.describe import summarize
from mapper.incidents.taxonomy import load_taxonomy
from mapper.model import Assertion, Casualties, Claim, Incident, When

__all__ = ["merge_reports"]


def merge_reports(reports: Sequence[Incident], sources: Mapping[str, str]) -> Incident:
    """Make one record of the reports of one incident.

    Parameters
    ----------
    reports
        At least one, in any order.
    sources
        Family of copies by ``doc_id``: copies of one text are one source.

    Returns
    -------
    Incident
        The most exact date and place that any report gives (always one report's own, never
        an invented middle), the evidence of all, and a claim for each source. The id does
        not depend on the order of the input. A single report is returned as it is.
    """
    if len(reports) == 1:
        return reports[0]
    taxonomy = load_taxonomy()
    ordered = sorted(reports, key=_exactness)
    best = ordered[0]
    place = min(ordered, key=_vagueness)
    evidence = tuple(dict.fromkeys(e for report in ordered for e in report.evidence))
    kind = min((report.kind for report in ordered), key=lambda key: taxonomy[key].rank)
    news = [r.assertion for r in ordered if r.assertion is not Assertion.HISTORICAL]
    where = place.where
    if where is not None and evidence[0].doc_id != place.evidence[0].doc_id:
        where = replace(where, mention=None)  # its span is in another document
    when = min((report.when for report in ordered), key=_days)
    assertion = news[0] if news else Assertion.HISTORICAL
    casualties = _fill([report.casualties for report in ordered])
    return replace(
        best,
        incident_id=incident_id(kind, [(e.doc_id, e.span.start, e.span.end) for e in evidence]),
        kind=kind,
        when=when,
        assertion=assertion,
        evidence=evidence,
        where=where,
        zone=place.zone,
        casualties=casualties,
        summary=summarize(taxonomy[kind], when, where, casualties, assertion),
        actors=tuple({a.name: a for report in reversed(ordered) for a in report.actors}.values()),
        probability=_probability(ordered, sources),
        counts=next((report.counts for report in ordered if report.counts), ()),
        claims=_claims(ordered, sources),
    )


def _claims(ordered: Sequence[Incident], sources: Mapping[str, str]) -> tuple[Claim, ...]:
    """Return one claim a source, the most exact source first."""
    told: dict[str, list[Incident]] = {}
    for report in ordered:
        doc_id = report.evidence[0].doc_id
        told.setdefault(sources.get(doc_id, doc_id), []).append(report)
    return tuple(
        Claim(
            doc_ids=tuple(sorted({e.doc_id for report in same for e in report.evidence})),
            reports=tuple(sorted(report.incident_id for report in same)),
            kind=same[0].kind,
            when=same[0].when,
            assertion=same[0].assertion,
            casualties=_fill([report.casualties for report in same]),
            where=same[0].where,
        )
        for same in told.values()
    )


def _probability(reports: Sequence[Incident], sources: Mapping[str, str]) -> float:
    """Say how likely one of the sources is right; copies of a text add nothing."""
    best: dict[str, float] = {}
    for report in reports:
        doc_id = report.evidence[0].doc_id
        source = sources.get(doc_id, doc_id)
        best[source] = max(report.probability, best.get(source, 0.0))
    return round(min(0.99, 1 - math.prod(1 - value for value in best.values())), 3)


def _fill(told: Sequence[Casualties]) -> Casualties:
    """Take each number, with how far it ranges, from the first report that has it."""
    filled: dict[str, int | None] = {}
    for key in ("killed", "injured", "detained"):
        parts = (key, f"{key}_low", f"{key}_high")
        having = (c for c in told if any(getattr(c, part) is not None for part in parts))
        first = next(having, told[0])
        filled |= {part: getattr(first, part) for part in parts}
    return Casualties(**filled)


def _exactness(report: Incident) -> tuple[bool, float, bool, float, str]:
    where = report.where
    return (
        where is None or not where.stated,
        _days(report.when),
        report.assertion is Assertion.HISTORICAL,
        where.position.uncertainty_m if where else math.inf,
        report.incident_id,
    )


def _vagueness(report: Incident) -> tuple[bool, float]:
    where = report.where
    if where is None:
        return True, math.inf
    return not where.stated, where.position.uncertainty_m


def _days(when: When) -> float:
    return (when.end - when.start).days if when.start and when.end else math.inf
