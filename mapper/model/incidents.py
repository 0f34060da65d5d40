"""The nouns of incidents: what happened, when, where, to whom, and who says so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from mapper.errors import InputError
from mapper.model.places import Alternative, Position
from mapper.model.texts import Evidence, Span
from mapper.model.zones import ZoneCheck

__all__ = [
    "Actor",
    "Assertion",
    "Casualties",
    "Claim",
    "Count",
    "Incident",
    "Known",
    "Precision",
    "When",
    "Where",
]


class Assertion(StrEnum):
    """How the text puts an incident forward."""

    ASSERTED = "asserted"
    DENIED = "denied"
    PLANNED = "planned"
    HISTORICAL = "historical"  #: background, not the news of the day
    ALLEGED = "alleged"


class Precision(StrEnum):
    """How exactly a :class:`When` is known."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    RANGE = "range"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A closed interval of days, as exact as the text allows.

    Attributes
    ----------
    start, end
        First and last possible day; both ``None`` when the text does not say.
    text
        The words it was read from.
    method
        ``absolute``, ``relative_to_publication``, ``relative_to_incident``, or why it is
        unknown. The publication date is never passed off as the date of an incident.
    """

    start: dt.date | None = None
    end: dt.date | None = None
    precision: Precision = Precision.UNKNOWN
    text: str = ""
    method: str = ""

    def __post_init__(self) -> None:
        if (self.start is None) != (self.end is None):
            raise InputError("When needs both ends or none")
        if self.start is not None and self.end is not None and self.start > self.end:
            raise InputError(f"When ends before it starts: {self.start} > {self.end}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The place of an incident.

    Attributes
    ----------
    label
        The place's usual name, or the words of a relative expression.
    stated
        False when the place is not in the evidence but inherited from the document.
    mention
        The span, in the document of the first evidence, that names it.
    """

    label: str
    position: Position
    place_id: str = ""
    footprint: str | None = None
    stated: bool = True
    mention: Span | None = None
    probability: float = 1.0
    alternatives: tuple[Alternative, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who takes part in an incident."""

    name: str
    side: str = ""  #: "north", "south", or empty
    role: str = ""  #: "initiator", "target", or empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Casualties:
    """What a text says of harm to people; ``None`` is not stated, 0 is stated none.

    Attributes
    ----------
    killed, injured, detained
        The number stated; of a range, its least.
    killed_low, killed_high and so on
        The least and the most that the words allow, where they give a range: "at least
        five" has a least alone, "up to five" a most. Both are ``None`` of a plain number.
    """

    killed: int | None = None
    injured: int | None = None
    detained: int | None = None
    killed_low: int | None = None
    killed_high: int | None = None
    injured_low: int | None = None
    injured_high: int | None = None
    detained_low: int | None = None
    detained_high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many of something a text counts: 200 rounds, 310 balloons."""

    number: int
    unit: str  #: in English, as the number asks for: "rounds", "balloons", of one "round"
    text: str  #: the words


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one source says of an incident that several sources tell of.

    Attributes
    ----------
    doc_ids
        One document, or the copies of one text: together they are one source.
    reports
        Ids that these documents' own incidents had before linking; an analyst's file of
        links names them.
    when, casualties, assertion
        As this source has them: sources that disagree stand side by side.
    where
        The place that this source gives; ``None`` when it gives none.
    """

    doc_ids: tuple[str, ...]
    reports: tuple[str, ...]
    kind: str
    when: When
    assertion: Assertion
    casualties: Casualties = field(default_factory=Casualties)
    where: Where | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a register of documented incidents says of an incident: never the text's words.

    Attributes
    ----------
    register, entry_id
        Which register, and which of its entries.
    title
        One line that tells the entry.
    people
        Names of persons, the usual spelling first.
    position
        ``None`` when the register does not place it.
    sources
        Where the register has it from.
    note
        On what the register's sources disagree.
    probability, reason
        That this is the incident meant, 0 to 1, and what speaks for it.
    """

    register: str
    entry_id: str
    kind: str
    title: str
    when: When
    sources: tuple[str, ...]
    probability: float
    reason: str
    place: str = ""
    place_id: str = ""
    position: Position | None = None
    people: tuple[str, ...] = ()
    casualties: Casualties = field(default_factory=Casualties)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that happened, as one or more documents tell it.

    Attributes
    ----------
    incident_id
        Hash of kind and evidence: the same input gives the same id.
    kind
        Key of the taxonomy in ``mapper/incidents/taxonomy.toml``.
    where, zone
        ``None`` when no place could be given; a :class:`Problem` then says why.
    summary
        Generated from the parts, not a quotation.
    evidence
        The best statement first. Claims stay per source.
    probability
        That a careful reader would code this as an incident, 0 to 1.
    kind_probability
        That it is of this kind rather than of another, 0 to 1.
    counts
        What the text counts, in reading order.
    claims
        One for each source when several documents tell of it; empty otherwise.
    known
        What registers of documented incidents add; no text is changed by it.
    """

    incident_id: str
    kind: str
    when: When
    assertion: Assertion
    evidence: tuple[Evidence, ...]
    where: Where | None = None
    zone: ZoneCheck | None = None
    actors: tuple[Actor, ...] = ()
    casualties: Casualties = field(default_factory=Casualties)
    summary: str = ""
    probability: float = 1.0
    kind_probability: float = 1.0
    counts: tuple[Count, ...] = ()
    claims: tuple[Claim, ...] = ()
    known: tuple[Known, ...] = ()
