"""Reports of the same incident in several documents become one record.

Careful on purpose: two records of one incident are a nuisance, one record of two is a false
statement. Whatever one document tells apart stays apart.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mapper.incidents.compare import Verdict, compare
from mapper.incidents.decisions import Decisions
from mapper.incidents.families import source_families
from mapper.incidents.merge import merge_reports
from mapper.incidents.reports import Report, block_of, link_weights, read_reports
from mapper.model import Document, Incident, Problem

__all__ = [
    "Comparison",
    "check_decisions",
    "explain_links",
    "link_incidents",
    "settle_problems",
]

_WIDE_DAYS = 31  # a report no better dated meets too many others to be swept with them
_FEW = 64  # what more reports than that share is no sign, and is not looked up by
_ALL_PAIRS = 200  # reports; up to so many, an explanation goes through every pair
_SMALL_M = 60_000

_Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two reports, what they come to, and whether they ended up in one record."""

    first: Incident
    second: Incident
    verdict: Verdict
    joined: bool
    decided: str = ""  #: "same" or "different" when an analyst has said so


@dataclass(slots=True)
class _Linking:
    """One run: reports in the order of their ids, and what pairs of them come to."""

    reports: list[Report]
    sources: Mapping[str, str]
    verdicts: dict[_Pair, Verdict]
    same: list[_Pair]
    different: set[_Pair]

    def verdict(self, i: int, j: int) -> Verdict:
        pair = (min(i, j), max(i, j))
        if pair not in self.verdicts:
            self.verdicts[pair] = compare(self.reports[pair[0]], self.reports[pair[1]])
        return self.verdicts[pair]


def link_incidents(
    incidents: Sequence[Incident],
    documents: Sequence[Document],
    *,
    decisions: Decisions | None = None,
) -> tuple[Incident, ...]:
    """Merge reports of the same incident across documents.

    Parameters
    ----------
    incidents
        From any number of documents; two of one document are never merged.
    documents
        Their documents, for dates of publication and to find copies of one text.
    decisions
        An analyst's own word; it goes before every rule.

    Returns
    -------
    tuple of Incident
        In the order of their best evidence's document and place in it. A merged incident
        keeps the evidence of all sources, the most exact date and place that any of them
        gives, a claim for each source, and an id that does not depend on the order of the
        input.

    Notes
    -----
    Pairs are looked at only when their kinds are near and their dates meet, or, without
    dates, when they share what few others tell; the best agree first, and a report joins a
    record only when nothing rules it out for any report in it (average linkage with vetoes).
    """
    linking = _prepare(incidents, documents, decisions or Decisions())
    groups = _group(linking)
    merged = [
        merge_reports([linking.reports[i].incident for i in group], linking.sources)
        for group in groups
    ]
    places = {document.doc_id: index for index, document in enumerate(documents)}

    def reading_order(incident: Incident) -> tuple[int, int, str]:
        best = incident.evidence[0]
        return places.get(best.doc_id, len(places)), best.span.start, incident.incident_id

    return tuple(sorted(merged, key=reading_order))


def explain_links(
    incidents: Sequence[Incident],
    documents: Sequence[Document],
    *,
    decisions: Decisions | None = None,
    wanted: Callable[[Incident, Incident], bool] | None = None,
) -> tuple[Comparison, ...]:
    """Say of pairs of reports from different documents why they are or are not one.

    Parameters
    ----------
    incidents
        Reports before linking.
    wanted
        Which pairs; by default all whose kinds are near (of over 200 reports, only those
        that linking itself looks at).

    Returns
    -------
    tuple of Comparison
        The most alike first.
    """
    linking = _prepare(incidents, documents, decisions or Decisions())
    group_of = {i: number for number, group in enumerate(_group(linking)) for i in group}
    reports = linking.reports
    pairs: Sequence[_Pair] = sorted(linking.verdicts)
    if len(reports) <= _ALL_PAIRS:
        pairs = list(itertools.combinations(range(len(reports)), 2))
    found = []
    for i, j in pairs:
        one, other = reports[i], reports[j]
        if one.doc_ids & other.doc_ids or block_of(one.family) != block_of(other.family):
            continue
        if wanted is not None and not wanted(one.incident, other.incident):
            continue
        decided = "same" if (i, j) in linking.same else ""
        decided = "different" if (i, j) in linking.different else decided
        found.append(
            Comparison(
                first=one.incident,
                second=other.incident,
                verdict=linking.verdict(i, j),
                joined=group_of[i] == group_of[j],
                decided=decided,
            )
        )
    return tuple(sorted(found, key=lambda c: (bool(c.verdict.veto), -c.verdict.score)))


def check_decisions(
    decisions: Decisions, incidents: Sequence[Incident], documents: Sequence[Document]
) -> tuple[Problem, ...]:
    """Return a problem for each id of an analyst's file that no incident has."""
    known = _ids(incidents, documents) if decisions.ids else {}
    return tuple(
        Problem(
            code="unknown_decision",
            stage="link",
            message=f"no incident has the id {unknown}: this line of the overrides does nothing",
        )
        for unknown in sorted(decisions.ids - set(known))
    )


def settle_problems(
    problems: Sequence[Problem], incidents: Sequence[Incident]
) -> tuple[Problem, ...]:
    """Drop what linking has solved: a report dated or placed by another source.

    Parameters
    ----------
    problems
        Of extraction; ``undated`` and ``unplaced`` point at a report's best evidence.
    incidents
        After linking.
    """
    lacking: dict[str, set[object]] = {"undated": set(), "unplaced": set()}
    solved: dict[str, set[object]] = {"undated": set(), "unplaced": set()}
    for incident in incidents:
        spans = {(e.doc_id, e.span) for e in incident.evidence}
        (lacking if incident.when.start is None else solved)["undated"] |= spans
        (lacking if incident.where is None else solved)["unplaced"] |= spans
    return tuple(
        problem
        for problem in problems
        if problem.code not in solved
        or (problem.doc_id, problem.span) in lacking[problem.code]
        or (problem.doc_id, problem.span) not in solved[problem.code]
    )


def _prepare(
    incidents: Sequence[Incident], documents: Sequence[Document], decisions: Decisions
) -> _Linking:
    unique = {incident.incident_id: incident for incident in incidents}
    ordered = sorted(unique.values(), key=lambda incident: incident.incident_id)
    sources = source_families(documents)
    published = {document.doc_id: document.published for document in documents}
    reports = read_reports(ordered, published, sources)
    linking = _Linking(reports, sources, {}, [], set())
    for i, j in _candidates(reports):
        linking.verdict(i, j)
    _add_companions(linking)
    if decisions.ids:
        _decide(linking, decisions, _ids(incidents, documents))
    return linking


def _ids(incidents: Sequence[Incident], documents: Sequence[Document]) -> dict[str, frozenset[str]]:
    """Return the reports that an id stands for: itself, or those of a record's claims."""
    found = {incident.incident_id: frozenset({incident.incident_id}) for incident in incidents}
    for record in link_incidents(incidents, documents):
        own = frozenset(r for claim in record.claims for r in claim.reports)
        found.setdefault(record.incident_id, own)
    return found


def _decide(linking: _Linking, decisions: Decisions, ids: Mapping[str, frozenset[str]]) -> None:
    at = {report.incident.incident_id: i for i, report in enumerate(linking.reports)}
    for named in decisions.same:
        members = sorted(at[r] for name in named for r in ids.get(name, ()))
        linking.same += list(itertools.combinations(members, 2))
    for named in decisions.different:
        for one, other in itertools.combinations(sorted(named), 2):
            for a, b in itertools.product(ids.get(one, ()), ids.get(other, ())):
                linking.different.add((min(at[a], at[b]), max(at[a], at[b])))


def _candidates(reports: Sequence[Report]) -> Iterator[_Pair]:
    """Yield the pairs worth a look: near kinds, and dates that meet or a sign that is shared.

    Reports dated to a month or better are swept in order of their first day, so that years
    of reports cost little more than those of each week. The others are looked up by what few
    reports share.
    """
    blocks: dict[str, list[int]] = {}
    for index, report in enumerate(reports):
        blocks.setdefault(block_of(report.family), []).append(index)
    for block in blocks.values():
        dated = sorted(
            (reports[i].start or dt.date.min, i) for i in block if reports[i].days <= _WIDE_DAYS
        )
        open_: list[tuple[dt.date, int]] = []
        for start, j in dated:
            open_ = [(end, i) for end, i in open_ if end >= start - dt.timedelta(1)]
            for _, i in open_:
                yield min(i, j), max(i, j)
            open_.append((reports[j].end or start, j))
        yield from _by_sign(reports, block)


def _by_sign(reports: Sequence[Report], block: Sequence[int]) -> Iterator[_Pair]:
    holders: dict[tuple[str, str], list[int]] = {}
    for i in block:
        for sign in _signs(reports[i]):
            holders.setdefault(sign, []).append(i)
    for same in holders.values():
        if 1 < len(same) <= _FEW:
            for i, j in itertools.combinations(same, 2):
                if max(reports[i].days, reports[j].days) > _WIDE_DAYS:
                    yield min(i, j), max(i, j)


def _signs(report: Report) -> Iterator[tuple[str, str]]:
    yield "source", report.source
    for name in report.names:
        yield "name", name
    for sign in report.signs:
        yield "sign", sign
    if not math.isinf(report.days):
        for word in report.words:
            yield "word", word
        where = report.incident.where
        if where is not None and where.stated and where.position.uncertainty_m < _SMALL_M:
            yield "place", where.place_id or where.label


def _add_companions(linking: _Linking) -> None:
    """Let two pairs of the same documents that each fall short bear each other out.

    Two articles that both tell of a flight under fire and of one in fog mean the same two
    flights; two that only tell of a flight in fog may mean any.
    """
    weights = link_weights()
    by_documents: dict[frozenset[str], list[_Pair]] = {}
    for (i, j), verdict in linking.verdicts.items():
        one, other = linking.reports[i], linking.reports[j]
        shared = one.signs & other.signs or one.names & other.names
        if verdict.veto or not shared or one.source == other.source:
            continue
        if verdict.score + weights["companion"] >= verdict.needed:
            by_documents.setdefault(one.doc_ids | other.doc_ids, []).append((i, j))
    for pairs in by_documents.values():
        borne_out = [a for a in pairs if any(not set(a) & set(b) for b in pairs)]
        for pair in borne_out:
            old = linking.verdicts[pair]
            reason = ("both documents tell another incident alike", weights["companion"])
            score = round(old.score + weights["companion"], 3)
            linking.verdicts[pair] = replace(old, score=score, reasons=(*old.reasons, reason))


def _group(linking: _Linking) -> list[list[int]]:
    """Join the best pairs first; a group never holds two incidents of one document."""
    groups = {index: [index] for index in range(len(linking.reports))}

    def join(one: list[int], other: list[int]) -> None:
        one += other
        for index in other:
            groups[index] = one

    for i, j in sorted(linking.same):
        if groups[i] is not groups[j]:
            join(groups[i], groups[j])
    pairs = sorted(_clear_pairs(linking), key=lambda pair: (-linking.verdicts[pair].score, pair))
    for i, j in pairs:
        one, other = groups[i], groups[j]
        if one is not other and _fit(linking, one, other):
            join(one, other)
    unique = {id(group): group for group in groups.values()}
    return [sorted(group) for group in unique.values()]


def _fit(linking: _Linking, one: Sequence[int], other: Sequence[int]) -> bool:
    """Say whether nothing keeps two groups apart and their reports agree on the whole."""
    over: dict[tuple[str, str], float] = {}
    for a, b in itertools.product(one, other):
        if (min(a, b), max(a, b)) in linking.different:
            return False
        verdict = linking.verdict(a, b)
        if verdict.veto:
            return False
        sources = linking.reports[a].source, linking.reports[b].source
        over[sources] = max(over.get(sources, -math.inf), verdict.score - verdict.needed)
    return sum(over.values()) >= 0  # copies of one text have one voice


def _clear_pairs(linking: _Linking) -> list[_Pair]:
    """Return the linked pairs, but none of a report that fits two of one document alike."""
    linked = [pair for pair, verdict in linking.verdicts.items() if verdict.linked]
    best: dict[tuple[int, str], list[tuple[float, int]]] = {}
    for i, j in linked:
        score = linking.verdicts[i, j].score
        for one, other in ((i, j), (j, i)):
            doc_id = linking.reports[other].incident.evidence[0].doc_id
            best.setdefault((one, doc_id), []).append((score, other))
    by = link_weights()["clear_by"]

    def clear(one: int, other: int, score: float) -> bool:
        doc_id = linking.reports[other].incident.evidence[0].doc_id
        return all(score - s >= by for s, k in best[one, doc_id] if k != other)

    return [
        (i, j)
        for i, j in linked
        if clear(i, j, linking.verdicts[i, j].score) and clear(j, i, linking.verdicts[i, j].score)
    ]
