"""Statements of one document, told apart or brought together: one story an incident.

A headline, the lead and a later sentence tell of the same incident; "last year", "another"
and "one month later" begin a different one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mapper.incidents.place import ChosenPlace
from mapper.incidents.taxonomy import load_taxonomy
from mapper.incidents.timing import Clock
from mapper.incidents.when import TimeExpression, anchor_sequel
from mapper.model import Precision, Span, When

__all__ = ["Statement", "Story", "distance_m", "tell_apart"]

_NEAR_SENTENCES = 3  # how far back "the launch" or a bare "were killed" may point
_SPECIFIC_M = 40_000
# Families whose incidents may be parts of one another, and kinds that never are of others.
_TOGETHER = frozenset({"crossing", "fire", "naval", "aircraft", "other"})
_ON_ITS_OWN = frozenset({"fortification", "demining", "landmine", "talks"})
_LESS_SURE = 1.5  # a place in the zone may be that much less well supported than the zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence (or part of a long one) that tells of one incident.

    Attributes
    ----------
    index, paragraph
        Of the sentence in the document.
    entry
        Number of the chronology entry it stands in, or -1.
    strength
        Of its best trigger: ``strong``, ``soft`` or ``weak``.
    another, latest
        The words set it apart from, or tie it to, the news of the day.
    separate
        It says that it is another incident: "in a third incident", "the same day".
    retold, judged
        Somebody denies it, judges it or deals with what came of it; ``judged`` without the last.
    lead
        It stands in the title or among the first sentences.
    clock, heads
        The time of day, and how many cross the line, where it says so.
    time_span
        The words that say when, in the document.
    answers
        It speaks of "them" or "the drones": what was told right before.
    """

    index: int
    paragraph: int
    evidence: Span
    trigger: Span
    kind: str
    strength: str
    headline: bool = False
    entry: int = -1
    time: TimeExpression | None = None
    heading: TimeExpression | None = None
    place: ChosenPlace | None = None
    another: bool = False
    latest: bool = False
    part_of_list: bool = False
    separate: bool = False
    retold: bool = False
    judged: bool = False
    lead: bool = False
    clock: Clock | None = None
    heads: int | None = None
    answers: bool = False
    time_span: Span | None = None

    @property
    def group(self) -> str:
        """The group of its kind: what can be one happening with it."""
        return load_taxonomy()[self.kind].group

    @property
    def stands_alone(self) -> bool:
        """Say whether it can begin a story of its own."""
        if self.strength == "strong" and not self.part_of_list:
            return True
        dated = self.time is not None and (
            self.time.when.start is not None or self.time.role == "sequel" or self.time.recent
        )
        placed = self.place is not None and not self.place.country
        return self.strength != "weak" and (dated or placed or self.heading is not None)

    @property
    def completeness(self) -> float:
        """How much of an incident it tells: the best evidence has the most."""
        score = {"strong": 2.0, "soft": 1.0, "weak": 0.0}[self.strength]
        score += 0.0 if self.headline else 2.0
        score -= 2.5 if self.retold else 0.0
        if self.place is not None:
            score += 0.7 if self.place.country else 1.5
        if self.time is not None and self.time.when.start is not None:
            score += 1.0
        return score


@dataclass(slots=True)
class Story:
    """The statements that tell of one incident, in reading order."""

    statements: list[Statement] = field(default_factory=list)
    when: When = field(default_factory=When)
    future: bool = False
    recent: bool = False
    aftermath: list[Span] = field(default_factory=list)

    @property
    def group(self) -> str:
        """The group of its first statement."""
        return self.statements[0].group

    @property
    def entry(self) -> int:
        """The chronology entry it stands in, or -1."""
        return self.statements[0].entry

    @property
    def last(self) -> Statement:
        """The statement that was added last."""
        return self.statements[-1]

    @property
    def place(self) -> ChosenPlace | None:
        """The best supported place of its statements, a specific one before a wide one."""
        chosen = [s.place for s in self.statements if s.place is not None]
        best = max(chosen, key=lambda place: place.score, default=None)
        if best is None or best.where.position.uncertainty_m <= _SPECIFIC_M:
            return best
        exact = [
            place
            for place in chosen
            if place.where.position.uncertainty_m <= _SPECIFIC_M
            and place.score >= best.score - _LESS_SURE
        ]
        return max(exact, key=lambda place: place.score, default=best)

    def add(self, statement: Statement, when: When) -> None:
        """Take a statement in; a date that is known better replaces one known worse."""
        self.statements.append(statement)
        if statement.time is not None:
            self.recent = self.recent or statement.time.recent
            if len(self.statements) == 1:
                self.future = statement.time.future
        if _days(when) < _days(self.when) or (not self.when.text and when.text):
            self.when = when


def tell_apart(statements: Sequence[Statement], *, dated: bool) -> list[Story]:
    """Put statements together into stories.

    Parameters
    ----------
    statements
        Of one document, in reading order.
    dated
        Whether the document has a date: then what is dated long before it is background,
        and an undated statement elsewhere does not belong to it.

    Returns
    -------
    list of Story
        In order of their first statement. Statements that neither begin a story nor belong
        to one are left out.
    """
    stories: list[Story] = []
    previous: Story | None = None
    for statement in statements:
        when = _when(statement, previous, stories)
        story = _home(statement, when, stories, dated=dated)
        if story is None and statement.stands_alone:
            if when.start is None and not when.text:
                when = _day_of_clock(statement, previous)
            story = Story()
            stories.append(story)
        if story is not None:
            story.add(statement, when)
            previous = story
    return [s for s in stories if any(x.stands_alone for x in s.statements)]


def distance_m(a: ChosenPlace, b: ChosenPlace) -> float:
    """Return the great-circle distance between two places, in metres (within 0.5 %)."""
    first, second = a.where.position, b.where.position
    lat1, lat2 = math.radians(first.lat), math.radians(second.lat)
    dlon = math.radians(second.lon - first.lon)
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(dlon / 2) ** 2
    return 2 * 6_371_009 * math.asin(min(1.0, math.sqrt(h)))


def _when(statement: Statement, previous: Story | None, stories: Sequence[Story]) -> When:
    time = statement.time
    if time is None:
        return statement.heading.when if statement.heading is not None else When()
    if time.role != "sequel":
        return time.when
    if time.told is not None and (previous is None or previous.last.index < statement.index - 1):
        return anchor_sequel(time, time.told)
    same = [s for s in stories if s.group == statement.group and s.entry == statement.entry]
    if previous is not None and (previous in same or not same):
        return anchor_sequel(time, previous.when)
    if same:
        return anchor_sequel(time, same[-1].when)
    return anchor_sequel(time, statement.heading.when if statement.heading is not None else None)


def _day_of_clock(statement: Statement, previous: Story | None) -> When:
    """Date "at 9:30 a.m.", said without a day, by what was told right before."""
    known = When() if previous is None else previous.when
    if statement.clock is None or previous is None or known.precision is not Precision.DAY:
        return When()
    near = statement.paragraph - previous.last.paragraph <= 1
    return replace(known, method="relative_to_incident") if near else When()


def _home(
    statement: Statement, when: When, stories: Sequence[Story], *, dated: bool
) -> Story | None:
    """Find the story that a statement goes on with, or ``None`` for a new one."""
    same = [s for s in stories if s.group == statement.group and s.entry == statement.entry]
    told_before = _told_before(statement, when, stories) if statement.retold else None
    if told_before is not None and not statement.part_of_list:
        return told_before
    if statement.answers and stories and not same:
        told = max(stories, key=lambda s: s.last.index)
        if statement.index - told.last.index <= 1 and told.last.paragraph == statement.paragraph:
            return told
    if statement.entry >= 0:  # one entry of a chronology tells of one happening
        return next((s for s in reversed(same) if _may_join(statement, when, s)), None)
    fits = [s for s in same if _may_join(statement, when, s)]
    if not fits:
        return None
    near = [s for s in fits if statement.index - s.last.index <= _NEAR_SENTENCES]
    if not statement.stands_alone:
        if statement.latest:
            return fits[0]
        if statement.strength == "soft":
            near = [s for s in near if statement.index - s.last.index <= 1]
        kin = [s for s in near if any(_family(x) == _family(statement) for x in s.statements)]
        beside = [s for s in near if statement.index - s.last.index <= 1]
        return max(kin or beside, key=lambda s: s.last.index, default=None)
    has_time = when.text != ""
    if has_time or statement.latest:
        known = [s for s in fits if s.when.text == when.text and when.text]
        return (known or fits)[0]
    beside = [
        s
        for s in near
        if s.last.paragraph == statement.paragraph and statement.index - s.last.index <= 1
    ]
    if beside:
        return beside[-1]
    news = [s for s in fits if not (dated and s.when.start is not None and not s.recent)]
    return news[0] if news else None


def _told_before(statement: Statement, when: When, stories: Sequence[Story]) -> Story | None:
    """Find the story that a denial, a finding or a toll belongs to."""
    fits = [
        story
        for story in stories
        if story.group == statement.group
        and (when.start is None or story.when.start is None or _overlap(when, story.when))
        and not _apart(statement, story)
    ]
    same_kind = [s for s in fits if any(x.kind == statement.kind for x in s.statements)]
    kin = [s for s in fits if any(_family(x) == _family(statement) for x in s.statements)]
    near = [s for s in fits if statement.index - s.last.index <= _NEAR_SENTENCES]
    if statement.strength == "strong" and not statement.judged:
        near = []
    return max(same_kind or kin or near, key=lambda s: s.last.index, default=None)


def _may_join(statement: Statement, when: When, story: Story) -> bool:
    time = statement.time
    if statement.part_of_list and statement.index == story.last.index:
        return False
    if _crosses_at_another_time(statement, story):
        return False
    if statement.separate and statement.strength == "strong" and not statement.headline:
        return False
    if statement.entry >= 0:
        return _same_time(statement, when, story) and not (
            statement.another and statement.place is not None and _apart(statement, story)
        )
    if not _same_time(statement, when, story):
        return False
    # The title and the lead tell the same news, whatever each of them calls it.
    titled = statement.lead and all(s.headline for s in story.statements)
    if not titled and _other_kind_and_time(statement, when, story):
        return False
    if not titled and not _one_happening(statement, story):
        return False
    if time is not None and time.role == "sequel":
        return False
    if statement.another and statement.stands_alone and not statement.headline:
        told = any(not s.headline for s in story.statements)
        if told and (when.text or statement.index - story.last.index <= 1):
            return _overlap(when, story.when) and not _apart(statement, story)
    return not _apart(statement, story)


def _crosses_at_another_time(statement: Statement, story: Story) -> bool:
    """Say whether it tells of a crossing at another time of day, or by other people."""
    if statement.strength != "strong" or _family(statement) != "crossing" or statement.headline:
        return False
    for other in story.statements:
        if other.headline or other.strength != "strong" or _family(other) != "crossing":
            continue
        mine, theirs = statement.clock, other.clock
        if mine and theirs and (mine[0] > theirs[1] or theirs[0] > mine[1]):
            return True
        apart = statement.paragraph != other.paragraph
        if apart and statement.heads and other.heads:
            few, many = sorted((statement.heads, other.heads))
            if many >= 2 * few:
                return True
    return False


def _family(statement: Statement) -> str:
    return load_taxonomy()[statement.kind].family


def _other_kind_and_time(statement: Statement, when: When, story: Story) -> bool:
    """Say whether it tells of another family of incidents, with a time of its own."""
    if not statement.stands_alone or not when.text:
        return False
    families = {_family(s) for s in story.statements if s.stands_alone}
    same_day = when.start is not None and when.start == when.end == story.when.start
    return _family(statement) not in families and when.text != story.when.text and not same_day


def _one_happening(statement: Statement, story: Story) -> bool:
    """Say whether kinds can be parts of one happening: a crossing and the shots at it."""
    if statement.strength != "strong":
        return True
    told = [s for s in story.statements if s.strength == "strong" and not s.headline]
    return not told or any(_kin(statement.kind, s.kind) for s in told)


def _kin(kind: str, other: str) -> bool:
    taxonomy = load_taxonomy()
    apart = kind != other and not {kind, other}.isdisjoint(_ON_ITS_OWN)
    families = {taxonomy[kind].family, taxonomy[other].family}
    return not apart and (len(families) == 1 or families <= _TOGETHER)


def _same_time(statement: Statement, when: When, story: Story) -> bool:
    if when.start is not None and story.when.start is not None:
        return _overlap(when, story.when)
    if not when.text or (not story.when.text and not story.statements):
        return True
    time = statement.time
    recent = (time.recent if time is not None else False) or when.text == story.when.text
    if not story.when.text:  # told without a date so far: the news, unless the date is old
        old = time is not None and (time.role == "sequel" or not recent)
        first_telling = all(s.headline for s in story.statements)
        absolute = when.method == "absolute" and story.statements[0].entry < 0
        return not old or (first_telling and absolute)
    return recent == story.recent or when.text == story.when.text


def _overlap(a: When, b: When) -> bool:
    if a.start is None or a.end is None or b.start is None or b.end is None:
        return False
    return a.start <= b.end and b.start <= a.end


def _apart(statement: Statement, story: Story) -> bool:
    """Say whether both name specific places that cannot be the same."""
    here = statement.place
    if _family(statement) == "missile" and statement.time is None:
        return False  # one place is where it rose, the other where it fell
    if here is None or here.where.position.uncertainty_m > _SPECIFIC_M:
        return False
    for other in story.statements:
        there = other.place
        if there is None or there.where.position.uncertainty_m > _SPECIFIC_M:
            continue
        reach = here.where.position.uncertainty_m + there.where.position.uncertainty_m
        if distance_m(here, there) > reach + 10_000:
            return True
    return False


def _days(when: When) -> float:
    if when.start is None or when.end is None:
        return math.inf
    return (when.end - when.start).days
