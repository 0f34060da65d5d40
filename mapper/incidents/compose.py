"""From a story's statements to one incident: kind, place, date, harm, and how it is put."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from mapper.evidence import make_evidence
from mapper.incidents.counts import find_counts
from mapper.incidents.describe import (
    actors_with_spans,
    find_actors,
    find_casualties,
    side_of_actor,
    summarize,
)
from mapper.incidents.place import ChosenPlace, area_place, as_inherited, choose_place, sector_of
from mapper.incidents.stories import Statement, Story
from mapper.incidents.taxonomy import load_taxonomy
from mapper.incidents.triggers import context_pattern, speaks_of_korea
from mapper.model import (
    Assertion,
    Casualties,
    Document,
    Evidence,
    Incident,
    Problem,
    Resolution,
    Span,
    When,
    ZoneCheck,
    ZoneName,
)

__all__ = ["compose_incident", "incident_id", "problems_of"]

_COARSE_DAYS = 31  # nobody tells the news of the day as "in 1976"
_OLD_NEWS_DAYS = 365  # nor with a day more than a year ago
_OLD_DAYS = 14  # what happened longer before publication is background, not news
_DENIED_AT_LEAST = 0.45
_TAKES_PART = ("US", "CN", "JP", "RU")  # named in news of Korea that happens in Korea
_COUNTED_IN = 3  # of the evidence: later sentences count other things

_SPEAKER = re.compile(
    r"\b(?:(?:south |north )?korea(?:n|'s|n's)?|yonhap|seoul's?)(?: \w+){0,2} "
    r"(?:media|news agency|newspapers?|television|reporters?|reported|officials?|ministry|said)\b",
    re.IGNORECASE,
)


def incident_id(kind: str, evidence: Sequence[tuple[str, int, int]]) -> str:
    """Return a stable id: the hash of the kind and of where the evidence stands."""
    parts = [kind, *(f"{doc_id}:{start}:{end}" for doc_id, start, end in sorted(evidence))]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def compose_incident(
    story: Story,
    document: Document,
    resolutions: Sequence[Resolution],
    checks: Sequence[ZoneCheck | None],
) -> Incident | None:
    """Make an incident of a story; ``None`` when it lies elsewhere or is only a plan."""
    taxonomy = load_taxonomy()
    telling = [s for s in story.statements if s.stands_alone]
    strongest = [s for s in telling if s.strength == "strong"] or telling
    # The fullest statement names the kind: a later aside ("other clashes...") does not.
    fullest = max(strongest, key=lambda s: (s.completeness, -taxonomy[s.kind].rank))
    kind = taxonomy[_yielded(fullest.kind, strongest)]
    ordered = _best_first(story, kind.key)
    place = (
        story.place
        or _place_beside(story, document, resolutions, checks)
        or _place_before(story, document, resolutions, checks)
        or _vague_place(story, kind.key, document, resolutions, checks)
    )
    passage = " ".join(document.quote(s.evidence) for s in story.statements)
    outside = place is not None and place.zone is not None and place.zone.zone is ZoneName.OUTSIDE
    told = _SPEAKER.sub("", passage) if outside else passage  # "..., South Korean media said"
    if not speaks_of_korea(told) and (
        outside
        or ((place is None or not place.where.stated) and _is_elsewhere(story, resolutions, checks))
    ):
        return None
    assertion = _assertion(story, ordered[0], document)
    if assertion is Assertion.PLANNED and not _is_day(story.when):
        return None
    casualties = _casualties(story, document)
    best = document.quote(ordered[0].evidence)
    evidence = _evidence(ordered, document)
    counts = find_counts(" ".join(e.exact for e in evidence[:_COUNTED_IN]))
    where = place.where if place is not None else None
    return Incident(
        incident_id=incident_id(kind.key, [(e.doc_id, e.span.start, e.span.end) for e in evidence]),
        kind=kind.key,
        when=story.when,
        assertion=assertion,
        evidence=evidence,
        where=where,
        zone=place.zone if place is not None else None,
        actors=find_actors(best, ordered[0].trigger.start - ordered[0].evidence.start),
        casualties=casualties,
        summary=summarize(kind, story.when, where, casualties, assertion, counts),
        probability=_probability(story, assertion, place),
        kind_probability=_kind_probability(kind.key, telling),
        counts=counts,
    )


def _evidence(ordered: Sequence[Statement], document: Document) -> tuple[Evidence, ...]:
    """Quote each statement once, with the words that say what, when, where and who."""
    found: dict[Span, Evidence] = {}
    for statement in ordered:
        span = statement.evidence
        if span in found:
            continue
        at = statement.trigger.start - span.start
        place = statement.place.where.mention if statement.place is not None else None
        time = statement.time_span
        found[span] = replace(
            make_evidence(document, span),
            trigger=statement.trigger,
            time=time if time is not None and span.contains(time) else None,
            place=place if place is not None and span.contains(place) else None,
            actors=tuple(
                Span(span.start + words.start, span.start + words.end)
                for _, words in actors_with_spans(document.quote(span), at)
            ),
        )
    return tuple(found.values())


def _kind_probability(kind: str, statements: Sequence[Statement]) -> float:
    """Say how well the statements agree on the kind; weights set by hand, not learned.

    Kinds of higher rank speak against it; those of lower rank are parts of it: the shots at
    somebody who defects.
    """
    weights = {"strong": 2.0, "soft": 1.0, "weak": 0.0}
    taxonomy = load_taxonomy()
    mine = sum(weights[s.strength] for s in statements if s.kind == kind)
    other = sum(
        weights[s.strength]
        for s in statements
        if s.kind != kind and taxonomy[s.kind].rank < taxonomy[kind].rank
    )
    return round((mine + 0.5) / (mine + other + 0.75), 2)


def _is_elsewhere(
    story: Story, resolutions: Sequence[Resolution], checks: Sequence[ZoneCheck | None]
) -> bool:
    """Say whether the words name places, and all of them lie outside Korea."""
    zones = [
        check.zone
        for resolution, check in zip(resolutions, checks, strict=True)
        if check is not None
        and any(s.evidence.contains(resolution.mention.span) for s in story.statements)
        and (resolution.place is None or resolution.place.country not in _TAKES_PART)
    ]
    return bool(zones) and all(zone is ZoneName.OUTSIDE for zone in zones)


def _yielded(kind: str, statements: Sequence[Statement]) -> str:
    """Name by what it came to: who crosses and then asks to stay has defected."""
    for other in load_taxonomy()[kind].yields_to:
        if any(s.kind == other and not s.headline and not s.retold for s in statements):
            return other
    return kind


def _best_first(story: Story, kind: str) -> list[Statement]:
    """Order statements: the most complete first, then as they are read."""

    def value(statement: Statement) -> float:
        return statement.completeness + (0.5 if statement.kind == kind else 0.0)

    best = max(story.statements, key=lambda s: (s.stands_alone, value(s), -s.index))
    return [best, *(s for s in story.statements if s is not best)]


def _place_beside(
    story: Story,
    document: Document,
    resolutions: Sequence[Resolution],
    checks: Sequence[ZoneCheck | None],
) -> ChosenPlace | None:
    """Take a place from the other sentences of the same chronology entry."""
    if story.entry < 0:
        return None
    first = story.statements[0]
    start = document.text.rfind("\n", 0, first.evidence.start) + 1
    end = document.text.find("\n", first.evidence.end)
    entry = Span(start, end if end >= 0 else len(document.text))
    kind = load_taxonomy()[first.kind]
    beside = choose_place(document, entry, first.trigger, kind, resolutions, checks)
    if beside is None or beside.country:
        return None
    reason = "named beside it, in the same entry"
    zone = next(
        (
            check
            for resolution, check in zip(resolutions, checks, strict=True)
            if resolution.mention.span == beside.where.mention
        ),
        beside.zone,
    )  # not what "north of" says there: it belongs to the other sentence
    return replace(beside, where=replace(beside.where, stated=False, reason=reason), zone=zone)


def _place_before(
    story: Story,
    document: Document,
    resolutions: Sequence[Resolution],
    checks: Sequence[ZoneCheck | None],
) -> ChosenPlace | None:
    """Take a place in the belt that the paragraph named before: "he ran across it here"."""
    first = story.statements[0]
    told = document.quote(first.evidence)
    if story.entry >= 0 or not context_pattern("telling", "points_back").search(told):
        return None
    start = document.text.rfind("\n\n", 0, first.evidence.start) + 1
    before = Span(start, first.evidence.start)
    found = None
    for resolution, check in zip(resolutions, checks, strict=True):
        if (
            before.contains(resolution.mention.span)
            and check is not None
            and check.zone in (ZoneName.JSA, ZoneName.INSIDE_DMZ)
        ):
            found = as_inherited(document, resolution, check) or found
    return found


def _vague_place(
    story: Story,
    kind_key: str,
    document: Document,
    resolutions: Sequence[Resolution],
    checks: Sequence[ZoneCheck | None],
) -> ChosenPlace | None:
    """Give a large area where the text names no place: never a point nobody mentioned."""
    kind = load_taxonomy()[kind_key]
    if kind.area == "nll" and any(
        context_pattern("place", "eastern").search(document.quote(s.evidence))
        for s in story.statements
    ):
        return area_place("nll_east", resolutions, checks, "the text names the sea in the east")
    if kind.area in ("dmz", "nll"):
        reason = f"the text names no place; {kind.label.lower()} is at the border"
        place = area_place(kind.area, resolutions, checks, reason)
        return sector_of(place, " ".join(document.quote(s.evidence) for s in story.statements))
    told = " ".join(document.quote(s.evidence) for s in story.statements)
    if kind.group == "contact" and context_pattern("place", "sector").search(told):
        place = area_place("dmz", resolutions, checks, "the text names a part of the front")
        return sector_of(place, told)
    if kind.area == "actor":
        for statement in story.statements:
            sentence = document.quote(statement.evidence)
            at = statement.trigger.start - statement.evidence.start
            side = side_of_actor(sentence, at, context=document.text)
            if side:
                reason = "the text names no place; the country of whoever did it"
                return area_place(side, resolutions, checks, reason)
    return None


def _assertion(story: Story, best: Statement, document: Document) -> Assertion:
    passage = document.quote(best.evidence)
    before = passage[: best.trigger.start - best.evidence.start]
    if context_pattern("assertion", "denied").search(before):
        return Assertion.DENIED
    if story.future and context_pattern("assertion", "plan").search(passage):
        return Assertion.PLANNED
    if story.entry < 0 and _is_background(story, document):
        return Assertion.HISTORICAL
    if context_pattern("assertion", "alleged").search(before):
        return Assertion.ALLEGED
    return Assertion.ASSERTED


def _is_background(story: Story, document: Document) -> bool:
    """Say whether a story is not the news of the day.

    What the title or the first sentences tell is the news, unless the words themselves set
    it back: "last year", "in 1976".
    """
    when, published = story.when, document.published
    set_back = bool(context_pattern("assertion", "historical").search(when.text))
    if published is None or when.start is None or when.end is None:
        sequel = any(s.time is not None and s.time.role == "sequel" for s in story.statements[:1])
        return set_back or sequel
    if when.end >= published - dt.timedelta(_OLD_DAYS):
        return False
    if not any(s.lead and not s.retold for s in story.statements):
        return True
    coarse = (when.end - when.start).days > _COARSE_DAYS
    return set_back or coarse or when.end < published - dt.timedelta(_OLD_NEWS_DAYS)


def _is_day(when: When) -> bool:
    return when.start is not None and when.start == when.end


def _casualties(story: Story, document: Document) -> Casualties:
    """Take the highest number that a statement gives: tolls rise as they are told."""
    found = [find_casualties(document.quote(s.evidence)) for s in story.statements]
    found += [find_casualties(document.quote(span)) for span in story.aftermath]

    def all_of(key: str) -> list[int]:
        return [n for casualties in found if (n := getattr(casualties, key)) is not None]

    counts: dict[str, int | None] = {}
    for key in ("killed", "injured", "detained"):
        stated = all_of(key)
        counts[key] = max(stated, default=None)
        low, high = all_of(f"{key}_low"), all_of(f"{key}_high")
        if low or high or len(set(stated)) > 1:
            counts[f"{key}_low"] = min([*low, *stated]) if low or not high else None
            counts[f"{key}_high"] = max([*high, *stated]) if high or not low else None
    return Casualties(**counts)


def _probability(story: Story, assertion: Assertion, place: ChosenPlace | None) -> float:
    """Say how likely a careful reader would code this; weights set by hand on dev data."""
    body = [s for s in story.statements if not s.headline]
    strong = any(s.strength == "strong" for s in body)
    value = 0.9 if strong else 0.65 if body else 0.6
    value += 0.05 * (len(story.statements) > 1)
    value -= 0.1 * (story.when.start is None) + 0.1 * (place is None or not place.where.stated)
    scale = {Assertion.ALLEGED: 0.8, Assertion.PLANNED: 0.4}
    if assertion is Assertion.DENIED:  # a claim that is denied is still a claim to look at
        value = max(0.8 * value, min(value, _DENIED_AT_LEAST))
    return round(max(0.05, min(0.99, value * scale.get(assertion, 1.0))), 3)


def _why_undated(when: When) -> str:
    if not when.text:
        return "the text does not say when"
    if "publication" in when.method:
        return f'"{when.text}" needs the day of publication (--date)'
    if "incident" in when.method:
        return f'"{when.text}" counts from something that has no date itself'
    return f'"{when.text}" cannot be read as a date'


def problems_of(incident: Incident) -> list[Problem]:
    """Say what an incident lacks: a place, a date."""
    best = incident.evidence[0]
    label = load_taxonomy()[incident.kind].label
    problems = []
    if incident.where is None:
        problems.append(("unplaced", f"{label}: the text does not say where"))
    if incident.when.start is None:
        problems.append(("undated", f"{label}: {_why_undated(incident.when)}"))
    return [
        Problem(code=code, stage="extract", message=text, doc_id=best.doc_id, span=best.span)
        for code, text in problems
    ]
