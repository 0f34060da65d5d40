"""What the tables of ACLED and UCDP ask alike, and which incidents they cannot hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

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
    "LeftOut",
    "Parties",
    "areas_of",
    "count_deaths",
    "country_of",
    "days_of",
    "parties_of",
    "places_of",
    "sources_of",
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
    analysis: Analysis, *, longest_days: int, widest_m: float
) -> tuple[list[Incident], tuple[LeftOut, ...]]:
    """Part the incidents that a table of dated, placed events can hold from the others.

    Parameters
    ----------
    longest_days
        The vaguest date that the table has a code for.
    widest_m
        The radius of the vaguest place that it has a code for.

    Returns
    -------
    held, left_out
        Both in the order of the analysis.
    """
    held: list[Incident] = []
    others: list[LeftOut] = []
    for incident in analysis.incidents:
        reason = _why_not(incident, longest_days=longest_days, widest_m=widest_m)
        if reason:
            others.append(LeftOut(incident=incident, reason=reason))
        else:
            held.append(incident)
    return held, tuple(others)


def _why_not(incident: Incident, *, longest_days: int, widest_m: float) -> str:
    days = days_of(incident)
    if incident.assertion in _NOT_CODED:
        return _NOT_CODED[incident.assertion]
    if incident.where is None:
        return "it has no place"
    if days is None:
        return "it has no date"
    if days > longest_days:
        return f"its date is one of {days} days"
    radius = incident.where.position.uncertainty_m
    return f"its place is uncertain by {radius / 1000:.0f} km" if radius > widest_m else ""


def days_of(incident: Incident) -> int | None:
    """Return how many days it may have been on; ``None`` when nothing is known."""
    start, end = incident.when.start, incident.when.end
    return None if start is None or end is None else (end - start + dt.timedelta(1)).days


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


def sources_of(incident: Incident, documents: Mapping[str, Document]) -> list[Document]:
    """Return the documents that tell of it, the one with the best words first."""
    told = [evidence.doc_id for evidence in incident.evidence]
    told += [doc_id for claim in incident.claims for doc_id in claim.doc_ids]
    return [documents[doc_id] for doc_id in dict.fromkeys(told) if doc_id in documents]


def places_of(analysis: Analysis) -> dict[str, Place]:
    """Return the places that the texts name, by id."""
    return {r.place.place_id: r.place for r in analysis.resolutions if r.place is not None}


def areas_of(where: Where, places: Mapping[str, Place]) -> tuple[str, ...]:
    """Return the areas below the country that a place is or lies in, largest first."""
    place = places.get(where.place_id)
    if place is None:
        return ()
    own = (place.name,) if place.feature_code in ("ADM1", "ADM2") else ()
    return (*place.admin[1:], *own)
