"""Incidents in the columns of the UCDP Georeferenced Event Dataset (GED 25.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from mapper.exports.codes import KindCodes
from mapper.exports.coding import (
    Holdable,
    LeftOut,
    count_deaths,
    country_of,
    parties_of,
    split_holdable,
)
from mapper.model import Analysis, Document, Incident
from mapper.schema import Column, count_sources

__all__ = ["UCDP_COLUMNS", "ucdp_rows"]

_NOT_CODED = "Always empty: not coded here."


def _empty(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "str", _NOT_CODED) for name in names)


#: In the order of UCDP's own files.
UCDP_COLUMNS = (
    Column("id", "int", "Number below 2^52 made of the incident_id: stable, none of UCDP's."),
    Column("relid", "str", "The incident_id."),
    Column("year", "int", "Year of date_start."),
    *_empty("active_year", "code_status"),
    Column(
        "type_of_violence",
        "int",
        "1: battles and shelling. 3: violence against civilians. Else empty.",
    ),
    *_empty("conflict_dset_id", "conflict_new_id", "conflict_name"),
    *_empty("dyad_dset_id", "dyad_new_id"),
    Column("dyad_name", "str", "side_a - side_b, where both are known."),
    *_empty("side_a_dset_id", "side_a_new_id"),
    Column("side_a", "str", "Whoever did it if that is known; semicolons between."),
    *_empty("side_b_dset_id", "side_b_new_id"),
    Column("side_b", "str", "Whoever stands on the other side; semicolons between."),
    Column("number_of_sources", "int", "How many sources tell of it; copies of one text are one."),
    Column("source_article", "str", '"Publisher,day,title" of each document; semicolons between.'),
    Column("source_office", "str", "Publishers; semicolons between."),
    Column("source_date", "str", "Days of publication; semicolons between."),
    Column("source_headline", "str", "Titles; semicolons between."),
    *_empty("source_original"),
    Column(
        "where_prec",
        "int",
        "1: known to 3 km. 2: to 25 km. 3: a county. 4: a province. "
        "5: another area, to 150 km. 6: wider. 7 is never given.",
    ),
    Column("where_coordinates", "str", "Usual name of the place."),
    Column("where_description", "str", "How it was placed, its radius, its zone."),
    Column("adm_1", "str", "Province of the place, as the gazetteer has it."),
    Column("adm_2", "str", "County or city of the place."),
    Column("latitude", "float", "Of the centre, degrees north, WGS 84."),
    Column("longitude", "float", "Of the centre, degrees east, WGS 84."),
    Column("geom_wkt", "str", "POINT (longitude latitude)."),
    *_empty("priogrid_gid"),
    Column("country", "str", "The Korea that all of the shape lies in; empty when unsure."),
    Column("country_id", "int", "Its Gleditsch and Ward number: 731 or 732."),
    Column("region", "str", "Asia, where country is known."),
    *_empty("event_clarity"),
    Column("date_prec", "int", "1: a day. 2: to 6 days. 3: a week. 4: to a month. 5: to a year."),
    Column("date_start", "date", "First possible day."),
    Column("date_end", "date", "Last possible day."),
    *_empty("deaths_a", "deaths_b", "deaths_civilians"),
    Column("deaths_unknown", "int", "The same as best: whose dead they are is not coded here."),
    Column("best", "int", "Deaths as stated; empty when not stated."),
    Column("high", "int", "Greatest number that any source states."),
    Column("low", "int", "Least number that any source states."),
    *_empty("gwnoa", "gwnob"),
)

_DAY, _FEW_DAYS, _WEEK, _MONTH, _YEAR = 1, 6, 7, 31, 366
_EXACT_M, _NEAR_M, _AREA_M = 3_000.0, 25_000.0, 150_000.0
_ADMINISTRATIVE = {"ADM2": 3, "ADM1": 4, "PCLI": 6}
_FIGHTS = ("Battles", "Explosions/Remote violence")
# Nobody need have fought for a mine to go off: only with whoever laid it is it a fight.
_UNSEEN = "Remote explosive/landmine/IED"

_Row = dict[str, str | int | float | bool | None]


def ucdp_rows(
    analysis: Analysis, codes: Mapping[str, KindCodes]
) -> tuple[list[_Row], tuple[LeftOut, ...]]:
    """Return a row an incident, a value for every column, and what has no row."""
    held, left_out = split_holdable(analysis, codes, longest_days=_YEAR, widest_m=float("inf"))
    return [_row(each) for each in held], left_out


def _row(held: Holdable) -> _Row:
    incident, position = held.incident, held.where.position
    lon, lat = round(position.lon, 6), round(position.lat, 6)
    areas = (*held.areas, "", "")
    country, parties, deaths = country_of(incident), parties_of(incident), count_deaths(incident)
    first, second = "; ".join(parties.first), "; ".join(parties.second)
    values: _Row = {
        "id": _number(incident.incident_id),
        "relid": incident.incident_id,
        "year": held.start.year,
        "type_of_violence": _violence(incident, held.code),
        "dyad_name": f"{first} - {second}" if first and second else None,
        "side_a": first,
        "side_b": second,
        "number_of_sources": count_sources(incident),
        "where_prec": _where_prec(held),
        "where_coordinates": held.where.label,
        "where_description": _description(held),
        "adm_1": areas[0],
        "adm_2": areas[1],
        "latitude": lat,
        "longitude": lon,
        "geom_wkt": f"POINT ({lon} {lat})",
        "date_prec": _date_prec(held.days),
        "date_start": held.start.isoformat(),
        "date_end": held.end.isoformat(),
        "deaths_unknown": deaths.best,
        "best": deaths.best,
        "high": deaths.high,
        "low": deaths.low,
        **_sources(held.documents),
    }
    if country is not None:
        values |= {"country": country.name, "country_id": country.gleditsch_ward, "region": "Asia"}
    return {column.name: values.get(column.name) for column in UCDP_COLUMNS}


def _number(incident_id: str) -> int:
    """Return a number that a spreadsheet keeps to the last digit: it has 53 bits."""
    return int(hashlib.sha256(incident_id.encode()).hexdigest()[:13], 16)


def _violence(incident: Incident, code: KindCodes) -> int | None:
    if code.event == "Violence against civilians":
        return 3
    if code.event not in _FIGHTS:
        return None
    named = any(actor.role == "initiator" for actor in incident.actors)
    return 1 if named or code.sub_event != _UNSEEN else None


def _where_prec(held: Holdable) -> int:
    radius, place = held.where.position.uncertainty_m, held.place
    if place is not None and place.feature_code in _ADMINISTRATIVE:
        return _ADMINISTRATIVE[place.feature_code]
    if radius <= _NEAR_M:
        return 1 if radius <= _EXACT_M else 2
    return 5 if radius <= _AREA_M else 6


def _date_prec(days: int) -> int:
    limits = (_DAY, _FEW_DAYS, _WEEK, _MONTH)
    return next((code for code, most in enumerate(limits, start=1) if days <= most), 5)


def _description(held: Holdable) -> str:
    where, zone = held.where, held.incident.zone
    parts = [where.reason, f"within {where.position.uncertainty_m / 1000:.1f} km"]
    if zone is not None:
        parts.append(f"{zone.zone.value} ({zone.certainty.value}), side {zone.side.value}")
    return "; ".join(filter(None, parts))


def _sources(documents: Sequence[Document]) -> _Row:
    def listed(values: list[str]) -> str:
        return ";".join(dict.fromkeys(filter(None, values)))

    days = [d.published.isoformat() if d.published else "" for d in documents]
    articles = [
        '"{}"'.format(",".join(filter(None, (d.publisher or d.label, day, d.title))))
        for d, day in zip(documents, days, strict=True)
    ]
    return {
        "source_article": ";".join(articles),
        "source_office": listed([d.publisher for d in documents]),
        "source_date": listed(days),
        "source_headline": listed([d.title for d in documents]),
    }
