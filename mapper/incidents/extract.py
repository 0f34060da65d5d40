"""From sentences to incidents: what happened, when, where, to whom, and who says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from mapper.incidents.compose import compose_incident, problems_of
from mapper.incidents.sentences import Sentence, read_sentences
from mapper.incidents.statements import read_statements
from mapper.incidents.stories import Statement, Story, tell_apart
from mapper.incidents.timing import TimeLine
from mapper.incidents.triggers import find_triggers, speaks_of_border, speaks_of_korea
from mapper.model import (
    Document,
    Incident,
    Precision,
    Problem,
    Resolution,
    Span,
    When,
    ZoneCheck,
)

__all__ = ["extract_incidents"]

_SHORT = 400  # characters; a row of a table may leave out what all rows are about


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
    spoken = document.language == "ko" or speaks_of_korea(document.text + document.title)
    if not spoken and not any(_in_korea(resolution) for resolution in resolutions):
        return (), ()
    if len(document.text) > _SHORT and not speaks_of_border(document.text + document.title):
        return (), ()
    placed = (document, resolutions, checks)
    statements: list[Statement] = []
    sentences = read_sentences(document)
    line = TimeLine(document, sentences)
    for sentence in sentences:
        present = sentence.headline or sentence.entry >= 0
        triggers = find_triggers(document.quote(sentence.span), present=present)
        if triggers:
            statements += read_statements(
                sentence, triggers, line, *placed, told_before=bool(statements)
            )
    incidents: list[Incident] = []
    problems: list[Problem] = []
    for story in tell_apart(statements, dated=document.published is not None):
        story.aftermath = _aftermath(story, sentences, statements)
        if not story.future:
            story.when = _not_ahead(story.when, document.published)
        incident = compose_incident(story, *placed)
        if incident is not None:
            incidents.append(incident)
            problems += problems_of(incident)
    return tuple(incidents), tuple(problems)


def _not_ahead(when: When, published: dt.date | None) -> When:
    """End what is told as done on the day of the report: "a month later" may reach past it."""
    if published is None or when.start is None or when.end is None:
        return when
    last = published + dt.timedelta(1)  # it may be tomorrow in Korea already
    if not when.start <= last < when.end:
        return when
    precision = Precision.DAY if when.start == last else Precision.RANGE
    return replace(when, end=last, precision=precision)


def _in_korea(resolution: Resolution) -> bool:
    return resolution.place is not None and resolution.place.country in ("KP", "KR")


def _aftermath(
    story: Story, sentences: Sequence[Sentence], statements: Sequence[Statement]
) -> list[Span]:
    """Return the sentences right behind a story's own: "No one was hurt."."""
    told = {statement.index for statement in statements}
    own = {(s.index + 1, s.paragraph) for s in story.statements}
    return [s.span for s in sentences if (s.index, s.paragraph) in own and s.index not in told]
