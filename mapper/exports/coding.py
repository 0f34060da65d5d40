"""What the tables of ACLED and UCDP ask alike, and which incidents they cannot hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from mapper.exports.codes import KindCodes, code_of
from mapper.model import (
    Actor,
    Analysis,
    Assertion,
    Certainty,
    Document,
    Incident,
    Place,
    Side,
    Where,
    ZoneName,
)

__all__ = [
    "Country",
    "Deaths",
    "Holdable",
    "LeftOut",
    "Parties",
    "count_deaths",
    "country_of",
    "parties_of",
    "split_holdable",
]

_NOT_CODED = {  # what has not happened, or is said not to have, is no row of theirs
    Assertion.PLANNED: "it is only planned",
    Assertion.DENIED: "it is denied",
}
_TARGET = "target"
_BY_ROLE = {"initiator": 0, _TARGET: 2}  # who comes first; no role is between
_ON_LAND = (ZoneName.JSA, ZoneName.INSIDE_DMZ, ZoneName.NORTH_OF_DMZ, ZoneName.SOUTH_OF_DMZ)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdable:
    """An incident with a place and a date, and what its row is made of.

    Attributes
    ----------
    code
        What the tables call its kind.
    start, end, days
        First and last possible day, and how many that are.
    place
        The gazetteer's, where it lies at one.
    areas
        The areas below the country that it is or lies in, largest first.
    documents
        Those that tell of it, the one with the best words first.
    """

    incident: Incident
    code: KindCodes
    where: Where
    start: dt.date
    end: dt.date
    days: int
    place: Place | None
    areas: tuple[str, ...]
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An incident that a format cannot hold, and why."""

    incident: Incident
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A Korea as the tables code it: ISO 3166 numeric, and Gleditsch and Ward's number."""

    name: str
    iso: int
    gleditsch_ward: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who stands on the two sides of a row; each list is of names, the chief one first."""

    first: tuple[str, ...]
    second: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deaths:
    """The number stated, and the least and the greatest that any source states."""

    best: int | None
    low: int | None
    high: int | None


_NORTH = Country(name="North Korea", iso=408, gleditsch_ward=731)
_SOUTH = Country(name="South Korea", iso=410, gleditsch_ward=732)


def split_holdable(
    analysis: Analysis,
    codes: Mapping[str, KindCodes],
    *,
    longest_days: int,
    widest_m: float,
) -> tuple[list[Holdable], tuple[LeftOut, ...]]:
    """Part the incidents that a table of dated, placed events can hold from the others.

    Parameters
    ----------
    codes
        By kind.
    longest_days
        The vaguest date that the table has a code for.
    widest_m
        The radius of the vaguest place that it has a code for.

    Returns
    -------
    held, left_out
        Both in the order of the analysis.
    """
    documents = {document.doc_id: document for document in analysis.documents}
    places = {r.place.place_id: r.place for r in analysis.resolutions if r.place is not None}
    held: list[Holdable] = []
    others: list[LeftOut] = []
    for incident in analysis.incidents:
        where, start, end = incident.where, incident.when.start, incident.when.end
        if incident.assertion in _NOT_CODED:
            reason = _NOT_CODED[incident.assertion]
        elif where is None:
            reason = "it has no place"
        elif start is None or end is None:
            reason = "it has no date"
        elif (days := (end - start).days + 1) > longest_days:
            reason = f"its date is one of {days} days"
        elif (radius := where.position.uncertainty_m) > widest_m:
            reason = f"its place is uncertain by {radius / 1000:.0f} km"
        else:
            place = places.get(where.place_id)
            held.append(
                Holdable(
                    incident=incident,
                    code=code_of(incident.kind, codes),
                    where=where,
                    start=start,
                    end=end,
                    days=days,
                    place=place,
                    areas=_areas_of(place),
                    documents=_sources_of(incident, documents),
                )
            )
            continue
        others.append(LeftOut(incident=incident, reason=reason))
    return held, tuple(others)


def _sources_of(incident: Incident, documents: Mapping[str, Document]) -> tuple[Document, ...]:
    told = [evidence.doc_id for evidence in incident.evidence]
    told += [doc_id for claim in incident.claims for doc_id in claim.doc_ids]
    return tuple(documents[doc_id] for doc_id in dict.fromkeys(told) if doc_id in documents)


def _areas_of(place: Place | None) -> tuple[str, ...]:
    if place is None:
        return ()
    own = (place.name,) if place.feature_code in ("ADM1", "ADM2") else ()
    return (*place.admin[1:], *own)


def country_of(incident: Incident) -> Country | None:
    """Return the Korea that all of its shape lies in; ``None`` when that is not certain."""
    zone = incident.zone
    if zone is None or zone.zone not in _ON_LAND or zone.on_line:
        return None
    shares = zone.shares
    on_land = shares is not None and shares.sea + shares.outside_korea == 0
    if zone.certainty is not Certainty.CERTAIN and not on_land:
        return None
    return {Side.NORTH: _NORTH, Side.SOUTH: _SOUTH}.get(zone.side)


def parties_of(incident: Incident) -> Parties:
    """Return who stands on the two sides; whoever did it comes first.

    North and South stand against each other; where a side is unknown, the role tells.
    """
    actors = incident.actors
    ordered = sorted(actors, key=lambda actor: _BY_ROLE.get(actor.role, 1))
    if not ordered:
        return Parties(first=(), second=())
    chief = ordered[0]

    def stands_against(actor: Actor) -> bool:
        if actor.side and chief.side:
            return actor.side != chief.side
        return (actor.role == _TARGET) != (chief.role == _TARGET)

    return Parties(
        first=tuple(actor.name for actor in ordered if not stands_against(actor)),
        second=tuple(actor.name for actor in ordered if stands_against(actor)),
    )


def count_deaths(incident: Incident) -> Deaths:
    """Return how many died; all ``None`` when no source says, which is not zero."""
    told = [incident.casualties, *(claim.casualties for claim in incident.claims)]
    numbers = [
        number
        for harm in told
        for number in (harm.killed, harm.killed_low, harm.killed_high)
        if number is not None
    ]
    if not numbers:
        return Deaths(best=None, low=None, high=None)
    best = incident.casualties.killed
    return Deaths(best=min(numbers) if best is None else best, low=min(numbers), high=max(numbers))
