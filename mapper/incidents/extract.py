"""From sentences to incidents: what happened, when, where, to whom, and who says so."""

from __future__ import annotations

from collections.abc import Sequence

from mapper.incidents.compose import compose_incident, problems_of
from mapper.incidents.sentences import Sentence, read_sentences
from mapper.incidents.statements import read_statements
from mapper.incidents.stories import Statement, Story, tell_apart
from mapper.incidents.timing import TimeLine
from mapper.incidents.triggers import find_triggers, speaks_of_border, speaks_of_korea
from mapper.model import Document, Incident, Problem, Resolution, Span, ZoneCheck

__all__ = ["extract_incidents"]


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
    if not speaks_of_border(document.text) and not speaks_of_border(document.title):
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
        incident = compose_incident(story, *placed)
        if incident is not None:
            incidents.append(incident)
            problems += problems_of(incident)
    return tuple(incidents), tuple(problems)


def _aftermath(
    story: Story, sentences: Sequence[Sentence], statements: Sequence[Statement]
) -> list[Span]:
    """Return the sentences right behind a story's own: "No one was hurt."."""
    told = {statement.index for statement in statements}
    own = {(s.index + 1, s.paragraph) for s in story.statements}
    return [s.span for s in sentences if (s.index, s.paragraph) in own and s.index not in told]
