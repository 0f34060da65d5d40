"""From sentences to incidents: what happened, when, where, to whom, and who says so."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from mapper.evidence import make_evidence
from mapper.incidents.describe import (
    count_heads,
    find_actors,
    find_casualties,
    side_of_actor,
    summarize,
)
from mapper.incidents.place import ChosenPlace, area_place, as_inherited, choose_place, sector_of
from mapper.incidents.sentences import Sentence, read_sentences
from mapper.incidents.stories import Statement, Story, tell_apart
from mapper.incidents.taxonomy import load_taxonomy
from mapper.incidents.timing import TimeLine, find_clock, time_of
from mapper.incidents.triggers import (
    RUN_ON,
    Trigger,
    context_pattern,
    find_triggers,
    speaks_of_korea,
)
from mapper.incidents.when import TimeExpression
from mapper.model import (
    Assertion,
    Casualties,
    Document,
    Incident,
    Precision,
    Problem,
    Resolution,
    Span,
    When,
    ZoneCheck,
    ZoneName,
)

__all__ = ["extract_incidents", "incident_id"]

_SURE_PLACE = 4.0  # what only speaks again of an incident must say "in" or "near" the place
_COARSE_DAYS = 31  # nobody tells the news of the day as "in 1976"
_OLD_NEWS_DAYS = 365  # nor with a day more than a year ago
_OLD_DAYS = 14  # what happened longer before publication is background, not news
_INCLUDING = re.compile(r"\b(?:including|such as|among them)\b")
_NEAR_WORDS = 30  # characters
_DENIED_AT_LEAST = 0.45
_TAKES_PART = ("US", "CN", "JP", "RU")  # named in news of Korea that happens in Korea
_BEGINS_LIST = re.compile(r"[;,](?=\s)")


def extract_incidents(
    document: Document,
    resolutions: Sequence[Resolution],
    checks: Sequence[ZoneCheck | None],
) -> tuple[tuple[Incident, ...], tuple[Problem, ...]]:
    """Find the incidents that a document tells of.

    Parameters
    ----------
    document
        Its boilerplate is passed over.
    resolutions
        Places of the document, in reading order.
    checks
        One for each resolution; ``None`` where there is no position.

    Returns
    -------
    incidents, problems
        Incidents in reading order, one for each real happening however often the document
        tells of it. A problem for each that could not be placed (``unplaced``) or dated
        (``undated``), with the reason.
    """
    spoken = document.language == "ko" or speaks_of_korea(document.text)
    if not spoken and not speaks_of_korea(document.title):
        return (), ()
    placed = (document, resolutions, checks)
    statements: list[Statement] = []
    sentences = read_sentences(document)
    line = TimeLine(document, sentences)
    for sentence in sentences:
        present = sentence.headline or sentence.entry >= 0
        triggers = find_triggers(document.quote(sentence.span), present=present)
        if triggers:
            statements += _statements(
                sentence, triggers, line, *placed, told_before=bool(statements)
            )
    incidents: list[Incident] = []
    problems: list[Problem] = []
    for story in tell_apart(statements, dated=document.published is not None):
        story.aftermath = _aftermath(story, sentences, statements)
        incident = _incident(story, *placed)
        if incident is not None:
            incidents.append(incident)
            problems += _problems(incident)
    return tuple(incidents), tuple(problems)


def _aftermath(
    story: Story, sentences: Sequence[Sentence], statements: Sequence[Statement]
) -> list[Span]:
    """Return the sentences right behind a story's own: "No one was hurt."."""
    told = {statement.index for statement in statements}
    own = {(s.index + 1, s.paragraph) for s in story.statements}
    return [s.span for s in sentences if (s.index, s.paragraph) in own and s.index not in told]


def incident_id(kind: str, evidence: Sequence[tuple[str, int, int]]) -> str:
    """Return a stable id: the hash of the kind and of where the evidence stands."""
    parts = [kind, *(f"{doc_id}:{start}:{end}" for doc_id, start, end in sorted(evidence))]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _statements(
    sentence: Sentence,
    triggers: Sequence[Trigger],
    line: TimeLine,
    document: Document,
    resolutions: Sequence[Resolution],
    checks: Sequence[ZoneCheck | None],
    *,
    told_before: bool,
) -> list[Statement]:
    """Turn the triggers of a sentence into statements: one for each happening."""
    text = document.quote(sentence.span)
    times = line.times(sentence)
    statements = []
    for region, told in _by_happening(text, triggers, times):
        best = min(told, key=_priority)
        start = sentence.span.start
        span = Span(start + best.span.start, start + best.span.end)
        whole = region == Span(0, len(text))
        area = Span(start + region.start, start + region.end)
        kind = load_taxonomy()[best.kind]
        place = choose_place(document, area, span, kind, resolutions, checks)
        if place is None and not whole:  # "along the line, including clashes in 1999": before it
            head = _head_of_list(text, region)
            wider = Span(start + head.start, start + head.end)
            place = choose_place(document, wider, span, kind, resolutions, checks)
        if best.strength == "weak" and place is not None and place.score < _SURE_PLACE:
            place = None
        passage = text[region.slice]
        before = text[region.start : best.span.start].replace("\n", " ")
        judged = bool(context_pattern("telling", "judged").search(before)) or (
            told_before and bool(context_pattern("telling", "had_done").search(before))
        )
        retold = judged or bool(context_pattern("telling", "followed").search(before))
        time = time_of(best.span, region, times, text, judged=judged)
        if time is None and best.strength == "strong" and whole and not retold:
            time = line.day_before(sentence)
        statements.append(
            Statement(
                index=sentence.index,
                paragraph=sentence.paragraph,
                evidence=area,
                trigger=span,
                kind=best.kind,
                strength=best.strength,
                headline=sentence.headline,
                entry=sentence.entry,
                time=time,
                clock=find_clock(passage),
                heads=count_heads(passage[: best.span.start - region.start]),
                answers=_answers(passage, kind.family),
                retold=retold,
                lead=sentence.lead,
                heading=sentence.heading,
                place=place,
                another=bool(context_pattern("telling", "another").search(passage)),
                separate=bool(context_pattern("telling", "separate").search(passage))
                or (time is not None and "same day" in time.when.text.lower() and not retold),
                latest=bool(context_pattern("telling", "latest").search(passage)),
                part_of_list=not whole,
            )
        )
    return statements


def _answers(passage: str, family: str) -> bool:
    """Say whether shots are an answer to what was told right before ("fired at them")."""
    return family == "fire" and bool(context_pattern("telling", "answers").search(passage))


def _priority(trigger: Trigger) -> tuple[int, int]:
    order = ("strong", "soft", "weak").index(trigger.strength)
    return order, load_taxonomy()[trigger.kind].rank


def _by_happening(
    text: str, triggers: Sequence[Trigger], times: Sequence[TimeExpression]
) -> list[tuple[Span, list[Trigger]]]:
    """Group the triggers of a sentence: what is told in one breath is one happening."""
    whole = Span(0, len(text))
    taxonomy = load_taxonomy()
    usable = [t for t in triggers if not _in_era(t, times, text)]
    usable = _without_asides(text, usable, times)
    strong = {taxonomy[t.kind].group for t in usable if t.strength == "strong"}
    if strong:  # "a jet crashed and its pilot was killed": nobody shot
        usable = [t for t in usable if t.strength != "soft" or taxonomy[t.kind].group in strong]
    parts: dict[tuple[Span, str], list[Trigger]] = {}
    run_on = len(text) > RUN_ON and sum(t.strength == "strong" for t in usable) > 1
    for trigger in usable:
        region = _part_around(text, trigger.span) if run_on else whole
        parts.setdefault((region, taxonomy[trigger.kind].group), []).append(trigger)
    if len(parts) > 1:
        main = min(usable, key=lambda t: (_priority(t)[0], t.span))
        for (_, group), told in parts.items():
            if group != taxonomy[main.kind].group:
                told[:] = [_weakened(text, trigger) for trigger in told]
    return [(region, told) for (region, _), told in parts.items()]


def _without_asides(
    text: str, triggers: Sequence[Trigger], times: Sequence[TimeExpression]
) -> list[Trigger]:
    """Leave out whose past is told: "a man who fled in 2017 swam back"."""
    asides = []
    for trigger in triggers:
        head = text[: trigger.span.start] + text[trigger.span.slice][:4]
        past = any(
            not time.recent
            and time.when.precision is Precision.YEAR
            and 0 <= time.span.start - trigger.span.end < _NEAR_WORDS
            for time in times
        )
        if past and re.search(r"\b(?:who|that|which)(?: had| has)?\s?$", head.rstrip()):
            asides.append(trigger)
    others = [t for t in triggers if t not in asides]
    return others if any(t.strength == "strong" for t in others) else list(triggers)


def _weakened(text: str, trigger: Trigger) -> Trigger:
    """Take a trigger in a relative clause ("where they have been removing...") as an aside."""
    before = text[: trigger.span.start].replace("\n", " ")
    if context_pattern("telling", "relative_clause").search(before[-80:]):
        return replace(trigger, strength="weak")
    return trigger


def _in_era(trigger: Trigger, times: Sequence[TimeExpression], text: str) -> bool:
    for time in times:
        if time.role == "era":
            gap = text[trigger.span.end : time.span.start]
            if time.span.overlaps(trigger.span) or (gap and len(gap) < 40 and "," not in gap):
                return True
    return False


def _part_around(text: str, span: Span) -> Span:
    cuts = [0, *(m.end() for m in _BEGINS_LIST.finditer(text)), len(text)]
    start = max(cut for cut in cuts if cut <= span.start)
    end = min(cut for cut in cuts if cut >= span.end)
    part = text[start:end]
    if end < len(text) and re.match(r"\s*also in \d{4}", text[end : end + 20]):
        end = min(cut for cut in cuts if cut > end)  # "..., also in 2010" belongs to it
        part = text[start:end]
    stripped = part.rstrip(" ,;\n")
    return Span(start + len(part) - len(part.lstrip()), start + len(stripped))


def _head_of_list(text: str, region: Span) -> Span:
    """Return what stands before "including" in a list: it holds for the list's parts."""
    first = text.rfind(";", 0, region.start) + 1
    including = [m.start() for m in _INCLUDING.finditer(text, first, region.end)]
    return Span(first, including[-1]) if including else Span(first, first)


def _incident(
    story: Story,
    document: Document,
    resolutions: Sequence[Resolution],
    checks: Sequence[ZoneCheck | None],
) -> Incident | None:
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
    if not speaks_of_korea(passage) and (
        outside
        or ((place is None or not place.where.stated) and _is_elsewhere(story, resolutions, checks))
    ):
        return None
    assertion = _assertion(story, ordered[0], document)
    if assertion is Assertion.PLANNED and not _is_day(story.when):
        return None
    casualties = _casualties(story, document)
    best = document.quote(ordered[0].evidence)
    spans = list(dict.fromkeys(s.evidence for s in ordered))
    evidence = tuple(make_evidence(document, span) for span in spans)
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
        summary=summarize(kind, story.when, where, casualties, assertion),
        probability=_probability(story, assertion, place),
    )


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

    def highest(key: str) -> int | None:
        values = [getattr(casualties, key) for casualties in found]
        return max((value for value in values if value is not None), default=None)

    return Casualties(
        killed=highest("killed"), injured=highest("injured"), detained=highest("detained")
    )


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


def _problems(incident: Incident) -> list[Problem]:
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
