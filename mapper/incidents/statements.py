"""From a sentence's triggers to what it states: one statement for each happening."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mapper.incidents.describe import count_heads
from mapper.incidents.place import ChosenPlace, choose_place
from mapper.incidents.sentences import Sentence
from mapper.incidents.stories import Statement
from mapper.incidents.taxonomy import Kind, load_taxonomy
from mapper.incidents.timing import TimeLine, find_clock, time_of
from mapper.incidents.triggers import RUN_ON, Trigger, context_pattern
from mapper.incidents.when import TimeExpression
from mapper.model import Document, Precision, Resolution, Span, When, ZoneCheck

__all__ = ["read_statements"]

_SURE_PLACE = 4.0  # what only speaks again of an incident must say "in" or "near" the place
_INCLUDING = re.compile(r"\b(?:including|such as|among them)\b")
_NEAR_WORDS = 30  # characters
_AND_AGAIN = re.compile(
    r"\b(?:(?:and|then),? (?:once more |once again |again |also |a second time |later |then )?|"
    r"(?:again|once more|a second time) )on ?$",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\b(?:after|since|following|on the heels of)\b")
# Where somebody else does something: "; on May 3 ...", ", and another ...", "while two ...".
_NEW_CLAUSE = re.compile(
    r"; |(?:, )?\b(?:and|while|but)\b (?=(?:an?|another|the|two|three|four|five|several|some|\d+|"
    r"on|in|last|this|earlier|later|its|his|their|north|south)\b)|(?<=고), |(?<=며), ",
    re.IGNORECASE,
)
_BEGINS_LIST = re.compile(r"[;,](?=\s)")
_BESIDE_NOUN = 25  # characters; a noun tells by itself with a date that near
_NO_TIME_OF = re.compile(
    r"[;.]|\b(?:said|says|told|reported|announced)\b|, (?:who|which|when|where)\b"
)
# "The shelling of Yeonpyeong": a place that belongs to the noun.
_PLACE_OF_NOUN = re.compile(r"\s(?:of|on|near|in|at|off|against)\s(?:the\s)?[A-Z]")


def read_statements(
    sentence: Sentence,
    triggers: Sequence[Trigger],
    line: TimeLine,
    document: Document,
    resolutions: Sequence[Resolution],
    checks: Sequence[ZoneCheck | None],
    *,
    told_before: bool,
) -> list[Statement]:
    """Turn the triggers of a sentence into statements: one for each happening.

    Parameters
    ----------
    triggers
        Of the sentence, not empty.
    told_before
        Whether the document has told of an incident before this sentence.
    """
    scene = _Scene(
        sentence=sentence,
        text=document.quote(sentence.span),
        times=line.times(sentence),
        line=line,
        document=document,
        resolutions=resolutions,
        checks=checks,
        told_before=told_before,
    )
    statements = []
    for region, told in _by_happening(scene.text, triggers, scene.times):
        statement = _statement(scene, region, min(told, key=_priority))
        statements += [statement, *_told_again(scene, statement)]
    return statements


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """A sentence with what is known of it; spans of triggers, times and parts count from it."""

    sentence: Sentence
    text: str
    times: Sequence[TimeExpression]
    line: TimeLine
    document: Document
    resolutions: Sequence[Resolution]
    checks: Sequence[ZoneCheck | None]
    told_before: bool

    def in_document(self, span: Span) -> Span:
        """Return a span of the sentence in the document's offsets."""
        start = self.sentence.span.start
        return Span(start + span.start, start + span.end)

    def choose(self, region: Span, span: Span, kind: Kind) -> ChosenPlace | None:
        """Choose a place for the words ``span`` among those that ``region`` names."""
        return choose_place(
            self.document,
            self.in_document(region),
            self.in_document(span),
            kind,
            self.resolutions,
            self.checks,
        )


def _statement(scene: _Scene, region: Span, best: Trigger) -> Statement:
    """Read what a part of a sentence states with its foremost trigger."""
    text, sentence = scene.text, scene.sentence
    whole = region == Span(0, len(text))
    kind = load_taxonomy()[best.kind]
    passage = text[region.slice]
    before = text[region.start : best.span.start]
    judged, retold = _told_how(before, told_before=scene.told_before)
    time = _own_time(text, best, scene.times) if best.nominal else None
    time = time or time_of(best.span, region, scene.times, text, judged=judged)
    said = None if time is None else scene.in_document(time.span)
    if time is None and best.strength == "strong" and whole and not retold:
        time = scene.line.day_before(sentence)
    return Statement(
        index=sentence.index,
        paragraph=sentence.paragraph,
        evidence=scene.in_document(region),
        trigger=scene.in_document(best.span),
        kind=best.kind,
        strength=best.strength,
        headline=sentence.headline,
        entry=sentence.entry,
        time=time,
        time_span=said,
        clock=find_clock(passage),
        heads=count_heads(_up_to(passage, best.span, region)),
        answers=_answers(passage, kind.family),
        retold=retold,
        judged=judged,
        lead=sentence.lead,
        heading=sentence.heading,
        place=_place_of(scene, region, best, kind),
        another=bool(context_pattern("telling", "another").search(passage)),
        separate=bool(context_pattern("telling", "separate").search(passage))
        or (time is not None and "same day" in time.when.text.lower() and not retold),
        latest=_is_latest(passage, best.span.start - region.start),
        part_of_list=not whole,
    )


def _told_again(scene: _Scene, statement: Statement) -> list[Statement]:
    """Return what the sentence tells of further days: "..., and again on June 20"."""
    time = statement.time
    if time is None or statement.part_of_list or statement.strength != "strong" or statement.retold:
        return []
    kind = load_taxonomy()[statement.kind]
    return [
        replace(
            statement,
            evidence=scene.in_document(part),
            trigger=scene.in_document(other.span),
            time=other,
            time_span=scene.in_document(other.span),
            place=scene.choose(part, other.span, kind),
            clock=None,
            heads=None,
            separate=True,
        )
        for part, other in _again(scene.text, time, scene.times)
    ]


def _is_latest(passage: str, at: int) -> bool:
    """Say whether what is told is the latest: not "the latest came after he fled"."""
    found = context_pattern("telling", "latest").search(passage)
    return found is not None and not _AFTER.search(passage[found.end() : max(at, found.end())])


def _up_to(passage: str, span: Span, region: Span) -> str:
    """Return the words that say who: before the verb, in Korean with what it is said in."""
    korean = re.search("[가-힣]", passage[span.start - region.start : span.end - region.start])
    return passage[: (span.end if korean else span.start) - region.start]


def _again(
    text: str, time: TimeExpression, times: Sequence[TimeExpression]
) -> list[tuple[Span, TimeExpression]]:
    """Find where a sentence tells it once more: "..., and again on June 20"."""
    found = []
    for other in times:
        if other.role != "date" or other.span.start < time.span.end:
            continue
        days = other.when.precision is time.when.precision is Precision.DAY
        again = _AND_AGAIN.search(text, time.span.end, min(other.span.start + 3, len(text)))
        if days and other.when.start != time.when.start and again is not None:
            found.append((Span(again.start(), len(text)), other))
    return found


def _place_of(scene: _Scene, region: Span, best: Trigger, kind: Kind) -> ChosenPlace | None:
    place = scene.choose(region, best.span, kind)
    if place is None and region != Span(0, len(scene.text)):
        # "along the line, including clashes in 1999"
        place = scene.choose(_head_of_list(scene.text, region), best.span, kind)
    if best.strength == "weak" and place is not None and place.score < _SURE_PLACE:
        return None
    return place


def _told_how(before: str, *, told_before: bool) -> tuple[bool, bool]:
    """Say whether it is judged, and whether it is told again at all, from the words before."""
    before = before.replace("\n", " ")
    judged = bool(context_pattern("telling", "judged").search(before)) or (
        told_before and bool(context_pattern("telling", "had_done").search(before))
    )
    return judged, judged or bool(context_pattern("telling", "followed").search(before))


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
    usable = [t for t in triggers if not t.nominal and not _in_era(t, times, text)]
    usable = _without_asides(text, usable, times)
    nouns = _telling_nouns(text, triggers, usable, times)
    strong = {taxonomy[t.kind].group for t in usable if t.strength == "strong"}
    if strong:  # "a jet crashed and its pilot was killed": nobody shot
        usable = [t for t in usable if t.strength != "soft" or taxonomy[t.kind].group in strong]
    parts: dict[tuple[Span, str], list[Trigger]] = {}
    run_on = len(text) > RUN_ON and sum(t.strength == "strong" for t in usable) > 1
    clauses = [] if run_on else _clauses_apart(text, usable, times)
    for trigger in usable:
        region = _part_around(text, trigger.span) if run_on else whole
        region = next((c for c in clauses if c.contains(trigger.span)), region)
        parts.setdefault((region, taxonomy[trigger.kind].group), []).append(trigger)
    for number, noun in enumerate(nouns):
        region = _part_around(text, noun.span) if run_on else whole
        parts[region, f"{taxonomy[noun.kind].group} {number}"] = [noun]
    if len(parts) > 1 and usable:
        main = min(usable, key=lambda t: (_priority(t)[0], t.span))
        for (_, group), told in parts.items():
            if group != taxonomy[main.kind].group and not told[0].nominal:
                told[:] = [_weakened(text, trigger) for trigger in told]
    return [(region, told) for (region, _), told in parts.items()]


def _clauses_apart(
    text: str, triggers: Sequence[Trigger], times: Sequence[TimeExpression]
) -> list[Span]:
    """Cut a sentence where it goes on to another happening, on a day of its own.

    "A soldier fled on Nov. 13, and another crossed on Dec. 21": two clauses, two days.
    """
    kinds = load_taxonomy()
    strong = sorted((t for t in triggers if t.strength == "strong"), key=lambda t: t.span)
    clauses: list[Span] = []
    start = 0
    for one, other in itertools.pairwise(strong):
        cut = _NEW_CLAUSE.search(text, one.span.end, max(one.span.end, other.span.start))
        if cut is None or kinds[one.kind].family != kinds[other.kind].family:
            continue
        before, after = Span(start, cut.start()), Span(cut.end(), len(text))
        first = time_of(one.span, before, times, text, judged=False)
        second = time_of(other.span, after, times, text, judged=False)
        if first and second and _are_other_days(first.when, second.when):
            clauses.append(before)
            start = cut.end()
    return [*clauses, Span(start, len(text))] if clauses else []


def _are_other_days(one: When, other: When) -> bool:
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return False
    return one.end < other.start or other.end < one.start


def _telling_nouns(
    text: str,
    triggers: Sequence[Trigger],
    others: Sequence[Trigger],
    times: Sequence[TimeExpression],
) -> list[Trigger]:
    """Return the nouns that tell of something that no verb of the sentence tells."""
    kinds = load_taxonomy()
    known = [
        (kinds[t.kind].group, time_of(t.span, Span(0, len(text)), times, text, judged=False))
        for t in others
        if t.strength != "weak"
    ]
    found: list[Trigger] = []
    for noun in (t for t in triggers if t.nominal and not _in_era(t, times, text)):
        time, group = _own_time(text, noun, times), kinds[noun.kind].group
        if any(group == told and (time is None or time == when) for told, when in known):
            continue
        if time is None and not _PLACE_OF_NOUN.match(text, noun.span.end):
            noun = replace(noun, strength="weak")
        known.append((group, time))
        found.append(noun)
    return found


def _own_time(text: str, noun: Trigger, times: Sequence[TimeExpression]) -> TimeExpression | None:
    """Return the date right beside a noun: "the Jan. 6 test", "the test last September"."""
    near = []
    for time in times:
        low, high = min(time.span.end, noun.span.end), max(time.span.start, noun.span.start)
        if time.role == "date" and high - low <= _BESIDE_NOUN:
            between = text[low:high] if low < high else ""
            if not _NO_TIME_OF.search(between):
                near.append((high - low, time))
    return min(near, key=lambda pair: pair[0])[1] if near else None


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
