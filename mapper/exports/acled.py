"""Incidents in the columns of ACLED's codebook (2023 and later)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from mapper.exports.codes import KindCodes
from mapper.exports.coding import (
    Holdable,
    LeftOut,
    count_deaths,
    country_of,
    parties_of,
    split_holdable,
)
from mapper.model import Analysis
from mapper.schema import Column

__all__ = ["ACLED_COLUMNS", "acled_rows"]

_NOT_CODED = "Always empty: not coded here."
_ASSOCIATED = "Others on that side, separated by semicolons."

#: In the order of ACLED's own files.
ACLED_COLUMNS = (
    Column("event_id_cnty", "str", "IM and the incident_id: stable, no number of ACLED's."),
    Column("event_date", "date", "The day; of a week or month its middle, as ACLED codes it."),
    Column("year", "int", "Year of event_date."),
    Column("time_precision", "int", "1: the day. 2: up to a week. 3: up to a month."),
    Column("disorder_type", "str", "Political violence, Demonstrations or Strategic developments."),
    Column("event_type", "str", "By the kind's acled_event in the taxonomy."),
    Column("sub_event_type", "str", "By the kind's acled_sub_event."),
    Column("actor1", "str", "Whoever did it if that is known, in our words, not ACLED's names."),
    Column("assoc_actor_1", "str", _ASSOCIATED),
    Column("inter1", "str", _NOT_CODED),
    Column("actor2", "str", "Whoever stands on the other side."),
    Column("assoc_actor_2", "str", _ASSOCIATED),
    Column("inter2", "str", _NOT_CODED),
    Column("interaction", "str", _NOT_CODED),
    Column("civilian_targeting", "str", _NOT_CODED),
    Column("iso", "int", "408 or 410, where country is known."),
    Column("region", "str", "East Asia, where country is known."),
    Column("country", "str", "The Korea that all of the shape lies in; empty when unsure."),
    Column("admin1", "str", "Province of the place, as the gazetteer has it."),
    Column("admin2", "str", "County or city of the place."),
    Column("admin3", "str", "What it lies in below that."),
    Column("location", "str", "Usual name of the place."),
    Column("latitude", "float", "Of the centre, degrees north, WGS 84."),
    Column("longitude", "float", "Of the centre, degrees east, WGS 84."),
    Column("geo_precision", "int", "1: known to 5 km. 2: to 30 km. 3: to 150 km."),
    Column("source", "str", "Publishers, else labels of the documents; semicolons between."),
    Column("source_scale", "str", _NOT_CODED),
    Column("notes", "str", "The generated summary, and the best statement word for word."),
    Column("fatalities", "int", "As stated; empty when not stated, where ACLED has 0."),
    Column("tags", "str", "key=value of what ACLED has no column for; semicolons between."),
    Column("timestamp", "int", _NOT_CODED),
)

# A month is the vaguest date that has a code; what is less exact ACLED does not code.
_WEEK, _MONTH = 7, 31
# The radius up to which a code holds: a town, a part of a region, a region.
_TOWN_M, _PART_M, _REGION_M = 5_000.0, 30_000.0, 150_000.0
_DISORDER = {
    "Battles": "Political violence",
    "Explosions/Remote violence": "Political violence",
    "Violence against civilians": "Political violence",
    "Protests": "Demonstrations",
    "Riots": "Demonstrations",
}
_STRATEGIC = "Strategic developments"

_Row = dict[str, str | int | float | bool | None]


def acled_rows(
    analysis: Analysis, codes: Mapping[str, KindCodes]
) -> tuple[list[_Row], tuple[LeftOut, ...]]:
    """Return a row an incident, a value for every column, and what has no row."""
    held, left_out = split_holdable(analysis, codes, longest_days=_MONTH, widest_m=_REGION_M)
    return [_row(each) for each in held], left_out


def _row(held: Holdable) -> _Row:
    incident, days, position = held.incident, held.days, held.where.position
    middle = held.start + dt.timedelta((days - 1) // 2)
    areas = (*held.areas, "", "", "")
    country, parties = country_of(incident), parties_of(incident)
    quote = " ".join(incident.evidence[0].exact.split())
    values: _Row = {
        "event_id_cnty": f"IM{incident.incident_id}",
        "event_date": middle.isoformat(),
        "year": middle.year,
        "time_precision": 1 if days == 1 else 2 if days <= _WEEK else 3,
        "disorder_type": _DISORDER.get(held.code.event, _STRATEGIC),
        "event_type": held.code.event,
        "sub_event_type": held.code.sub_event,
        "actor1": "; ".join(parties.first[:1]),
        "assoc_actor_1": "; ".join(parties.first[1:]),
        "actor2": "; ".join(parties.second[:1]),
        "assoc_actor_2": "; ".join(parties.second[1:]),
        "admin1": areas[0],
        "admin2": areas[1],
        "admin3": areas[2],
        "location": held.where.label,
        "latitude": round(position.lat, 6),
        "longitude": round(position.lon, 6),
        "geo_precision": _geo_precision(position.uncertainty_m),
        "source": "; ".join(dict.fromkeys(_called(d.publisher, d.label) for d in held.documents)),
        "notes": f'{incident.summary} "{quote}"'.strip(),
        "fatalities": count_deaths(incident).best,
        "tags": _tags(held),
    }
    if country is not None:
        values |= {"iso": country.iso, "region": "East Asia", "country": country.name}
    return {column.name: values.get(column.name) for column in ACLED_COLUMNS}


def _called(publisher: str, label: str) -> str:
    return publisher or label or "unnamed document"


def _geo_precision(uncertainty_m: float) -> int:
    return 1 if uncertainty_m <= _TOWN_M else 2 if uncertainty_m <= _PART_M else 3


def _tags(held: Holdable) -> str:
    incident, zone = held.incident, held.incident.zone
    tags: dict[str, object] = {
        "kind": incident.kind,
        "assertion": incident.assertion.value,
        "date_start": held.start,
        "date_end": held.end,
        "uncertainty_m": round(held.where.position.uncertainty_m),
        "zone": zone.zone.value if zone else None,
        "side": zone.side.value if zone else None,
        "certainty": zone.certainty.value if zone else None,
        "probability": round(incident.probability, 3),
    }
    return "; ".join(f"{key}={value}" for key, value in tags.items() if value is not None)
