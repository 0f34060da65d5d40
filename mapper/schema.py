"""The table form of the nouns: which columns leave the house, and in which units.

Every export derives from :func:`incident_record` and :func:`document_record`, so that a
column means the same everywhere. :func:`to_record` keeps all of an incident, rounds nothing and
is read back by :func:`from_record`.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from mapper.errors import InputError
from mapper.model import (
    Analysis,
    Casualties,
    Claim,
    Document,
    Evidence,
    Incident,
    Known,
    MentionKind,
    Problem,
    Resolution,
    Where,
    ZoneCheck,
)

__all__ = [
    "INCIDENT_COLUMNS",
    "MENTION_COLUMNS",
    "SCHEMA_VERSION",
    "ZONE_COLUMNS",
    "Column",
    "count_sources",
    "document_record",
    "from_record",
    "incident_record",
    "mention_record",
    "to_record",
]

#: Raised when a column is renamed, removed or changes its meaning.
SCHEMA_VERSION = 1

_Values = dict[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the incident table.

    Attributes
    ----------
    dtype
        ``str``, ``int``, ``float``, ``bool`` or ``date`` (ISO 8601).
    """

    name: str
    dtype: str
    description: str


#: The incident table: one row an incident, in this order.
INCIDENT_COLUMNS = (
    Column("incident_id", "str", "Stable id: the same input gives the same id."),
    Column("kind", "str", "Key of the taxonomy, such as defection."),
    Column("date_start", "date", "First possible day; empty when the text does not say."),
    Column("date_end", "date", "Last possible day; empty when the text does not say."),
    Column("date_precision", "str", "day, week, month, season, year, range or unknown."),
    Column("date_text", "str", "The words the date was read from."),
    Column("date_method", "str", "How it was read, or why it is unknown."),
    Column("assertion", "str", "asserted, denied, planned, historical or alleged."),
    Column("place", "str", "Usual name of the place; empty when unplaced."),
    Column("place_id", "str", "Id in the gazetteer; empty for relative places."),
    Column("lon", "float", "Longitude of the centre, degrees east, WGS 84."),
    Column("lat", "float", "Latitude of the centre, degrees north, WGS 84."),
    Column("uncertainty_m", "float", "Radius that should hold the true place, metres."),
    Column("footprint", "str", "layer:NAME or WKT of the shape; empty where the circle is all."),
    Column("place_stated", "bool", "False when the evidence itself names no place."),
    Column("zone", "str", "jsa, inside_dmz, north_of_dmz, south_of_dmz, sea, outside_korea."),
    Column("side", "str", "Side of the MDL: north, south, straddles, unknown."),
    Column("certainty", "str", "Of the zone: certain or possible."),
    Column("mdl_distance_m", "float", "Centre to MDL, geodesic metres, positive north of it."),
    Column("mdl_distance_min_m", "float", "Least distance over the shape, same sign rule."),
    Column("mdl_distance_max_m", "float", "Greatest distance over the shape, same sign rule."),
    Column("share_inside_dmz", "float", "Share of the shape inside the DMZ, 0 to 1."),
    Column("actors", "str", "Who takes part, separated by semicolons."),
    Column("actor_sides", "str", "north, south or - of each of them, in their order."),
    Column("actor_roles", "str", "initiator, target or - of each of them, in their order."),
    Column("killed", "int", "As stated, of a range its least; empty when not stated."),
    Column("killed_low", "int", "Least number that the words allow, where they give a range."),
    Column("killed_high", "int", "Greatest number that the words allow, where they give a range."),
    Column("injured", "int", "As stated, of a range its least; empty when not stated."),
    Column("injured_low", "int", "Least number that the words allow, where they give a range."),
    Column("injured_high", "int", "Greatest number that the words allow, where they give a range."),
    Column("detained", "int", "As stated, of a range its least; empty when not stated."),
    Column("detained_low", "int", "Least number that the words allow, where they give a range."),
    Column(
        "detained_high", "int", "Greatest number that the words allow, where they give a range."
    ),
    Column("counts", "str", "What the text counts, such as 200 rounds; separated by semicolons."),
    Column("summary", "str", "Generated from the columns above, not a quotation."),
    Column("probability", "float", "That a careful reader would code this incident, 0 to 1."),
    Column("kind_probability", "float", "That it is of this kind and no other, 0 to 1."),
    Column("quote", "str", "The best statement, word for word."),
    Column("source", "str", "Label of the document that the quote is from."),
    Column("source_url", "str", "URL of the quote, with a text fragment; empty if unknown."),
    Column("source_count", "int", "How many sources tell of it; copies of one text are one."),
    Column("known_id", "str", "Entry of a register that surely means it; empty if none does."),
    Column("known_title", "str", "What that entry tells, in the register's words."),
    Column("known_start", "date", "First day, as the register has it."),
    Column("known_end", "date", "Last day, as the register has it."),
    Column("known_place", "str", "Place, as the register has it."),
    Column("known_people", "str", "Persons the register names, separated by semicolons."),
    Column("known_source", "str", "Where the register has it from, separated by spaces."),
    Column("known_probability", "float", "That the entry means this incident, 0 to 1."),
)

#: The table of mentions: one row a mention, in this order.
MENTION_COLUMNS = (
    Column("start", "int", "First code point of the mention in the text."),
    Column("end", "int", "One past the last code point."),
    Column("surface", "str", "The words themselves."),
    Column("kind", "str", "literal, metonymic, demonym, embedded, coreferent or relative."),
    Column("status", "str", "located, ambiguous or abstained."),
    Column(
        "place", "str", "Usual name of the place; empty when abstained and for relative places."
    ),
    Column("place_id", "str", "Id in the gazetteer; empty when abstained and for relative places."),
    Column("feature_code", "str", "GeoNames feature code of the place, such as PPL or ADM1."),
    Column("country", "str", "ISO 3166 code of the country; never decides a side."),
    Column("lon", "float", "Longitude of the centre, degrees east, WGS 84; empty when abstained."),
    Column("lat", "float", "Latitude of the centre, degrees north, WGS 84; empty when abstained."),
    Column("uncertainty_m", "float", "Radius that should hold the true place, metres."),
    Column("footprint", "str", "layer:NAME or WKT of the shape; empty where the circle is all."),
    Column("probability", "float", "That this is the place meant, 0 to 1."),
    Column("reason", "str", "What spoke for it, or why there is no place."),
    Column("method", "str", "How a relative place was drawn (georeferenceProtocol)."),
    Column("area_km2", "float", "Area of a relative place's shape, on the ellipsoid."),
)


#: What a zone check adds to a table, in this order.
ZONE_COLUMNS = (
    Column("zone", "str", "jsa, inside_dmz, north_of_dmz, south_of_dmz, sea, outside_korea."),
    Column("side", "str", "Side of the MDL: north, south, straddles, unknown."),
    Column("certainty", "str", "Of the zone: certain or possible."),
    Column("on_line", "bool", "Within the MDL's accuracy of it: the side is only the likelier."),
    Column("mdl_distance_m", "float", "Centre to MDL, geodesic metres, positive north of it."),
    Column("mdl_distance_min_m", "float", "Least distance over the shape, same sign rule."),
    Column("mdl_distance_max_m", "float", "Greatest distance over the shape, same sign rule."),
    Column("share_inside_dmz", "float", "Share of the shape inside the DMZ, JSA included, 0 to 1."),
    Column("share_jsa", "float", "Share inside the JSA."),
    Column("share_north_of_dmz", "float", "Share on land north of the DMZ."),
    Column("share_south_of_dmz", "float", "Share on land south of the DMZ."),
    Column("share_sea", "float", "Share at sea."),
    Column("share_outside_korea", "float", "Share outside both Koreas and their seas."),
    Column("nll_side", "str", "At sea: north is above the NLL, south below; straddles, unknown."),
    Column("nll_distance_m", "float", "At sea: centre to NLL, geodesic metres, positive above."),
    Column("neutral_waters", "str", "Of the Han River estuary: certain, possible or excluded."),
    Column("civilian_control", "str", "Behind the CCL: possible or excluded, never certain."),
    Column("check_problem", "str", "Why the row could not be checked; empty when it was."),
)


def incident_record(incident: Incident, documents: Mapping[str, Document]) -> _Values:
    """Return one row of the incident table.

    Parameters
    ----------
    documents
        By ``doc_id``, for the labels of the sources.

    Returns
    -------
    dict
        A value for every column of ``INCIDENT_COLUMNS``, in that order; ``None`` where
        nothing is known.
    """
    values = _told(incident, documents) | _harm(incident.casualties)
    if incident.where is not None:
        values |= _placed(incident.where)
    if incident.zone is not None:
        values |= _checked(incident.zone)
    for known in incident.known[:1]:
        values |= _registered(known)
    return {column.name: values.get(column.name) for column in INCIDENT_COLUMNS}


def _told(incident: Incident, documents: Mapping[str, Document]) -> _Values:
    when, best = incident.when, incident.evidence[0]
    return {
        "incident_id": incident.incident_id,
        "kind": incident.kind,
        "date_start": _iso(when.start),
        "date_end": _iso(when.end),
        "date_precision": when.precision.value,
        "date_text": when.text,
        "date_method": when.method,
        "assertion": incident.assertion.value,
        "actors": "; ".join(actor.name for actor in incident.actors),
        "actor_sides": "; ".join(actor.side or "-" for actor in incident.actors),
        "actor_roles": "; ".join(actor.role or "-" for actor in incident.actors),
        "counts": "; ".join(f"{count.number} {count.unit}" for count in incident.counts),
        "summary": incident.summary,
        "probability": round(incident.probability, 3),
        "kind_probability": round(incident.kind_probability, 3),
        "quote": best.exact,
        "source": _label(documents, best),
        "source_url": best.url,
        "source_count": count_sources(incident),
    }


def _harm(casualties: Casualties) -> _Values:
    return {field.name: getattr(casualties, field.name) for field in dataclasses.fields(casualties)}


def _placed(where: Where) -> _Values:
    return {
        "place": where.label,
        "place_id": where.place_id,
        "lon": round(where.position.lon, 6),
        "lat": round(where.position.lat, 6),
        "uncertainty_m": _metres(where.position.uncertainty_m),
        "footprint": where.footprint,
        "place_stated": where.stated,
    }


def _checked(zone: ZoneCheck) -> _Values:
    return {
        "zone": zone.zone.value,
        "side": zone.side.value,
        "certainty": zone.certainty.value,
        "mdl_distance_m": _metres(zone.mdl_distance_m),
        "mdl_distance_min_m": _metres(zone.mdl_distance_min_m),
        "mdl_distance_max_m": _metres(zone.mdl_distance_max_m),
        "share_inside_dmz": round(zone.share_inside_dmz, 4),
    }


def _registered(known: Known) -> _Values:
    return {
        "known_id": f"{known.register}:{known.entry_id}",
        "known_title": known.title,
        "known_start": _iso(known.when.start),
        "known_end": _iso(known.when.end),
        "known_place": known.place,
        "known_people": "; ".join(known.people),
        "known_source": " ".join(known.sources),
        "known_probability": round(known.probability, 3),
    }


def count_sources(incident: Incident) -> int:
    """Return how many sources tell of an incident; copies of one text are one source."""
    return len(incident.claims) or len({evidence.doc_id for evidence in incident.evidence})


def mention_record(resolution: Resolution) -> _Values:
    """Return one row of the table of mentions: a value for every column, in their order."""
    mention, place, position = resolution.mention, resolution.place, resolution.position
    return {
        "start": mention.span.start,
        "end": mention.span.end,
        "surface": mention.surface,
        "kind": mention.kind.value,
        "status": resolution.status.value,
        "place": place.name if place else None,
        "place_id": place.place_id if place else None,
        "feature_code": place.feature_code if place else None,
        "country": (place.country or None) if place else None,
        "lon": round(position.lon, 6) if position else None,
        "lat": round(position.lat, 6) if position else None,
        "uncertainty_m": _metres(position.uncertainty_m) if position else None,
        "footprint": resolution.footprint,
        "probability": round(resolution.probability, 4),
        "reason": resolution.reason,
        "method": resolution.method or None,
        "area_km2": resolution.area_km2,
    }


def document_record(analysis: Analysis, document: Document) -> dict[str, Any]:
    """Return everything that was found in one document, as JSON-ready values.

    ``mentions`` holds names of places, ``relative_places`` the expressions built on them
    ("12 km north of Paju"). An incident told by several documents stands in the record of
    each, with the evidence of that document; ``whole``, which :func:`from_record` reads, stands
    only in that of the document that tells it best.
    """
    own = [r for r in analysis.resolutions if r.mention.doc_id == document.doc_id]
    documents = {d.doc_id: d for d in analysis.documents}
    incidents = []
    for incident in analysis.incidents:
        evidence = [e for e in incident.evidence if e.doc_id == document.doc_id]
        if evidence:
            record: dict[str, Any] = dict(incident_record(incident, documents))
            record["zone"] = record["zone"] or "unknown"
            record["evidence"] = [
                {**to_record(e.span), "exact": e.exact, "url": e.url}
                | {part: to_record(getattr(e, part)) for part in _PARTS}
                for e in evidence
            ]
            record["claims"] = [_claim_record(claim, documents) for claim in incident.claims]
            if incident.evidence[0].doc_id == document.doc_id:
                record["whole"] = to_record(incident)
            incidents.append(record)
    relative = MentionKind.RELATIVE
    return {
        "schema_version": SCHEMA_VERSION,
        "id": document.label or document.doc_id,
        "doc_id": document.doc_id,
        "title": document.title,
        "published": _iso(document.published),
        "language": document.language,
        "mentions": [_mention_record(r) for r in own if r.mention.kind is not relative],
        "relative_places": [_relative_record(r) for r in own if r.mention.kind is relative],
        "incidents": incidents,
        "problems": [_problem_record(p) for p in analysis.problems if p.doc_id == document.doc_id],
    }


_PARTS = ("trigger", "time", "place", "actors")  # of an evidence: spans in the document


def to_record(value: Any) -> Any:  # noqa: ANN401 - any noun, and any of its fields
    """Return a noun as values that JSON can hold, with nothing left out or rounded.

    Examples
    --------
    >>> from mapper.model import When
    >>> record = to_record(When(start=dt.date(2024, 6, 9), end=dt.date(2024, 6, 9)))
    >>> record["start"], record["precision"]
    ('2024-06-09', 'unknown')
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: to_record(getattr(value, field.name)) for field in fields}
    if isinstance(value, tuple):
        return [to_record(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, dt.date) else value


def from_record(record: Mapping[str, Any]) -> Incident:
    """Return the incident that :func:`to_record` made this of.

    Parameters
    ----------
    record
        As ``json.loads`` gives it: the ``whole`` of an incident in JSON Lines. A field of
        :class:`~mapper.model.Incident` that is missing has its default.

    Raises
    ------
    InputError
        When it is no such record.
    """
    try:
        incident: Incident = _read_noun(Incident, record)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise InputError(f"not the record of an incident: {error}") from error
    return incident


def _read_noun(noun: type, record: Mapping[str, Any]) -> Any:  # noqa: ANN401 - of that type
    hints = _hints(noun)
    unknown = set(record) - set(hints)
    if unknown:
        raise InputError(f"{noun.__name__} has no {sorted(unknown)[0]!r}")
    return noun(**{name: _read(hints[name], value) for name, value in record.items()})


@cache
def _hints(noun: type) -> Mapping[str, Any]:
    return typing.get_type_hints(noun)


def _read(hint: Any, value: Any) -> Any:  # noqa: ANN401 - a type as it stands in the model
    if isinstance(hint, types.UnionType):
        (hint,) = (other for other in typing.get_args(hint) if other is not types.NoneType)
        return None if value is None else _read(hint, value)
    if typing.get_origin(hint) is tuple:
        items = typing.get_args(hint)
        one = items[0]
        return tuple(_read(one, item) for item in value)
    if dataclasses.is_dataclass(hint):
        return _read_noun(typing.cast("type", hint), value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if hint is dt.date:
        return dt.date.fromisoformat(value)
    if hint is float and isinstance(value, int):
        return float(value)
    if not isinstance(value, hint) or (hint is not bool and isinstance(value, bool)):
        raise InputError(f"{value!r:.40} is no {hint.__name__}")
    return value


def _claim_record(claim: Claim, documents: Mapping[str, Document]) -> dict[str, Any]:
    """Return what one source says, for comparison with the others."""
    when, where = claim.when, claim.where
    return {
        "sources": [documents[d].label if d in documents else d for d in claim.doc_ids],
        "reports": list(claim.reports),
        "kind": claim.kind,
        "date_start": _iso(when.start),
        "date_end": _iso(when.end),
        "date_text": when.text,
        "place": where.label if where else None,
        "assertion": claim.assertion.value,
        **_harm(claim.casualties),
    }


def _relative_record(resolution: Resolution) -> dict[str, Any]:
    return _mention_record(resolution) | {
        "footprint": resolution.footprint,
        "method": resolution.method,
        "area_km2": resolution.area_km2,
    }


def _mention_record(resolution: Resolution) -> dict[str, Any]:
    mention, position = resolution.mention, resolution.position
    place = resolution.place
    return {
        "start": mention.span.start,
        "end": mention.span.end,
        "surface": mention.surface,
        "kind": mention.kind.value,
        "status": resolution.status.value,
        "place": place.name if place else None,
        "place_id": place.place_id if place else None,
        "lat": round(position.lat, 6) if position else None,
        "lon": round(position.lon, 6) if position else None,
        "uncertainty_m": _metres(position.uncertainty_m) if position else None,
        "probability": round(resolution.probability, 3),
        "reason": resolution.reason,
        "alternatives": [
            {
                "place_id": other.place_id,
                "place": other.name,
                "lat": round(other.lat, 6),
                "lon": round(other.lon, 6),
                "probability": round(other.probability, 3),
            }
            for other in resolution.alternatives
        ],
    }


def _problem_record(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "stage": problem.stage,
        "message": problem.message,
        "start": problem.span.start if problem.span else None,
        "end": problem.span.end if problem.span else None,
    }


def _label(documents: Mapping[str, Document], evidence: Evidence) -> str:
    document = documents.get(evidence.doc_id)
    return (document.label or document.title) if document else evidence.doc_id


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _metres(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
