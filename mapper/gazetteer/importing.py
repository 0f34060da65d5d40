"""Read other people's tables of places: GeoNames dumps, Who's On First, CSV, TSV, GeoJSON.

The files may come from anywhere, so they are read as a stream, within limits, and never
unpacked to disk. A row that cannot be used is reported with its line and passed over; a file
most of whose rows cannot be used is refused.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import math
import re
import tomllib
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from mapper.errors import InputError
from mapper.gazetteer.store import town_radius_m
from mapper.gazetteer.tables import Row
from mapper.text import clean

__all__ = ["Import", "Options", "extent_of", "read_places"]

_MAX_FILE_BYTES = 1_000_000_000  # allCountries.zip has 400 MB
_MAX_UNPACKED_BYTES = 4_000_000_000  # and 1.7 GB inside
_MAX_GEOJSON_BYTES = 100_000_000  # is read whole
_MAX_RATIO = 100  # of unpacked to packed; text tables reach about 10
_RATIO_FROM = 10_000_000  # bytes, below which a ratio does no harm
_MAX_LINE = 200_000
_MAX_ROWS = 1_000_000
_MAX_NAMES, _MAX_NAME = 40, 200
_MAX_REMARKS = 1_000
_WRONG_FROM, _WRONG_SHARE = 4, 0.5  # rows, and the share of them, that speak against a file
_GEONAMES_FIELDS = 19
# Letters we can look up: Latin, Hangul, kana and Chinese characters.
_READABLE = re.compile(
    "[\x20-\u024f\u02bc\u1e00-\u1eff\u2018\u2019\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+"
)
_POINT_ACCURACY_M = 2_000.0  # of GeoNames villages in Korea; Kijong-dong is 1.8 km off
_OWN_ACCURACY_M = 1_000.0
_TEXT = (".txt", ".tsv", ".csv")
_JSON = (".geojson", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user says of a file.

    Attributes
    ----------
    name
        The addition's name, the beginning of the ids of its places.
    columns
        Our column -> the table's heading, where the headings are not understood.
    countries
        Two-letter codes; only places of these are taken. Empty for all.
    accuracy_m
        How exact the points are, where the table does not say.
    source
        Where the places come from, and the licence.
    """

    name: str
    columns: Mapping[str, str] = field(default_factory=dict)
    countries: frozenset[str] = frozenset()
    accuracy_m: float | None = None
    source: str = ""


@dataclass(slots=True)
class Import:
    """What a file held.

    Attributes
    ----------
    kind
        ``geonames``, ``table`` or ``geojson``.
    is_dump
        A general gazetteer, GeoNames or Who's On First, not a list of the user's own.
    remarks
        Line (or feature) number and what was wrong with it; at most 1,000.
    passed_over
        How many rows were left out for a fault.
    elsewhere
        How many were left out because they lie in other countries than asked for.
    """

    kind: str
    is_dump: bool = False
    rows: list[Row] = field(default_factory=list)
    remarks: list[tuple[int, str]] = field(default_factory=list)
    passed_over: int = 0
    elsewhere: int = 0


def read_places(path: Path, options: Options) -> Import:
    """Read a file of places.

    Parameters
    ----------
    path
        ``.zip`` (with one table inside), ``.txt`` (GeoNames), ``.csv``, ``.tsv``, each also
        with ``.gz``; ``.geojson`` or ``.json``.

    Raises
    ------
    InputError
        For a file that cannot be read, is too large, has no usable columns, or whose rows are
        mostly wrong: longitude and latitude swapped, for instance.
    """
    try:
        with ExitStack() as stack:
            name, stream = _open(path, stack)
            if name.endswith(_JSON):
                found = _read_geojson(stream, options)
            else:
                lines = _lines(stream)
                first = next(lines, "")
                lines = itertools.chain([first], lines)
                if first.count("\t") == _GEONAMES_FIELDS - 1 and first.split("\t")[0].isdigit():
                    found = _read_geonames(lines, options)
                else:
                    found = _read_table(lines, first, options)
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, csv.Error) as error:
        raise InputError(f"cannot read {path}: {error}") from error
    except (NotImplementedError, RuntimeError) as error:  # zipfile: packing, password
        raise InputError(f"cannot unpack {path}: {error}") from error
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    _refuse_if_wrong(path, found)
    return found


def _refuse_if_wrong(path: Path, found: Import) -> None:
    total = len(found.rows) + found.passed_over
    if found.rows and not (
        found.passed_over >= _WRONG_FROM and found.passed_over > total * _WRONG_SHARE
    ):
        return
    why = "; ".join(f"line {line}: {remark}" for line, remark in found.remarks[:3])
    if not found.rows and not found.passed_over:
        why = "it holds no places"
        if found.elsewhere:
            why = f"none of its {found.elsewhere} places lies in the countries asked for"
    raise InputError(f"{path} is not taken: {found.passed_over} of {total} rows are wrong. {why}")


# -- files ---------------------------------------------------------------------------------
class _Measured(io.RawIOBase):
    """A stream that ends with an error when it gives out too much."""

    def __init__(self, stream: BinaryIO, packed_bytes: int) -> None:
        self._stream = stream
        self._packed = packed_bytes
        self._seen = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # of any buffer
        piece = self._stream.read(len(buffer))
        buffer[: len(piece)] = piece
        self._seen += len(piece)
        if self._seen > _MAX_UNPACKED_BYTES:
            raise InputError(f"unpacks to more than {_MAX_UNPACKED_BYTES / 1e9:g} GB")
        if self._seen > max(_RATIO_FROM, self._packed * _MAX_RATIO):
            raise InputError(f"unpacks to more than {_MAX_RATIO} times its size: a zip bomb?")
        return len(piece)


def _open(path: Path, stack: ExitStack) -> tuple[str, BinaryIO]:
    """Open a file, or the one table inside it; return the table's name and a stream."""
    size = path.stat().st_size
    if not path.is_file():
        raise InputError("is not a file")
    if size > _MAX_FILE_BYTES:
        raise InputError(f"is larger than {_MAX_FILE_BYTES / 1e9:g} GB")
    name = path.name.lower()
    raw: BinaryIO = stack.enter_context(path.open("rb"))
    if name.endswith(".zip"):
        archive = stack.enter_context(zipfile.ZipFile(raw))
        member = _table_of(archive)
        name, size = member.filename.lower(), member.compress_size
        raw = cast("BinaryIO", stack.enter_context(archive.open(member)))
    elif name.endswith(".gz"):
        name = name.removesuffix(".gz")
        raw = cast("BinaryIO", stack.enter_context(gzip.GzipFile(fileobj=raw)))
    if not name.endswith((*_TEXT, *_JSON)):
        wanted = ", ".join((*_TEXT, *_JSON))
        raise InputError(f"{name!r} is none of {wanted}, nor one of these in .zip or .gz")
    return name, cast("BinaryIO", io.BufferedReader(_Measured(raw, size), 1 << 16))


def _table_of(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    tables = []
    for member in archive.infolist()[:100]:
        inside = PurePosixPath(member.filename)
        if inside.is_absolute() or ".." in inside.parts or "\\" in member.filename:
            raise InputError(f"holds a suspicious path: {member.filename!r}")
        if member.is_dir() or inside.name.lower().startswith(("readme", ".", "__")):
            continue
        if inside.suffix.lower() in (*_TEXT, *_JSON):
            tables.append(member)
    if len(tables) != 1:
        names = ", ".join(member.filename for member in tables) or "none"
        raise InputError(f"must hold one table, and holds: {names}")
    return tables[0]


def _lines(stream: BinaryIO) -> Iterator[str]:
    """Yield lines of text; bytes that are not UTF-8 become U+FFFD, which no name may hold."""
    mark = "\ufeff"
    while line := stream.readline(_MAX_LINE + 1):
        if len(line) > _MAX_LINE:
            raise InputError(f"has a line of more than {_MAX_LINE:,} bytes")
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        yield text.removeprefix(mark) if mark else text
        mark = ""


# -- kinds of file -------------------------------------------------------------------------
def _read_geonames(lines: Iterable[str], options: Options) -> Import:
    found = Import("geonames", is_dump=True)
    for number, line in enumerate(lines, start=1):
        cells = line.split("\t")
        if not line.strip():
            continue
        if len(cells) != _GEONAMES_FIELDS:
            _remark(found, number, f"{len(cells)} fields instead of {_GEONAMES_FIELDS}")
            continue
        record = {
            "geonames_id": cells[0],
            "name": cells[1],
            "names": cells[3].replace(",", "|") + f"|{cells[2]}",
            "lat": cells[4],
            "lon": cells[5],
            "feature_code": cells[7],
            "country": cells[8],
            "admin1": cells[10],
            "population": cells[14],
        }
        _take(found, number, record, options)
    return found


def _read_table(lines: Iterable[str], first: str, options: Options) -> Import:
    delimiter = max(",;\t", key=first.count)
    if delimiter == "\t":
        reader = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(lines, delimiter=delimiter)
    heads = [head.strip() for head in next(reader, [])]
    places = _columns(heads, options)
    is_wof = "wof_id" in heads
    found = Import("table", is_dump=is_wof)
    for cells in reader:
        if not any(cells):
            continue
        if len(cells) != len(heads):
            _remark(found, reader.line_num, f"{len(cells)} fields instead of {len(heads)}")
            continue
        record = {
            column: cells[ats[0]].strip()
            if len(ats) == 1
            else "|".join([cells[at].strip() for at in ats])
            for column, ats in places.items()
        }
        _take(found, reader.line_num, record, options)
    return found


def _columns(heads: list[str], options: Options) -> dict[str, list[int]]:
    """Say at which places of a row each of our columns stands."""
    plain = [re.sub(r"[\s-]+", "_", head.lower()) for head in heads]
    known = _known()["columns"]
    for column, head in options.columns.items():
        if column not in known:
            raise InputError(f"there is no column {column!r}; known: {', '.join(known)}")
        if head not in heads:
            raise InputError(f"has no column {head!r}; it has: {', '.join(heads)}")
    places: dict[str, list[int]] = {}
    taken = {heads.index(head) for head in options.columns.values()}
    for column, wanted in known.items():
        if column in options.columns:
            places[column] = [heads.index(options.columns[column])]
            continue
        ats = [plain.index(head) for head in wanted if head in plain]
        ats = [at for at in ats if at not in taken]
        if ats:
            places[column] = ats if column == "names" else ats[:1]
    missing = [column for column in ("name", "lon", "lat") if column not in places]
    if missing:
        raise InputError(
            f"no column for {', '.join(missing)} among: {', '.join(heads)[:300]};"
            " say which is which under [columns] (docs/how-to/own-gazetteer.md)"
        )
    return places


def _read_geojson(stream: BinaryIO, options: Options) -> Import:
    blob = stream.read(_MAX_GEOJSON_BYTES + 1)
    if len(blob) > _MAX_GEOJSON_BYTES:
        raise InputError(f"is larger than {_MAX_GEOJSON_BYTES / 1e6:g} MB, too large for GeoJSON")
    try:
        data = json.loads(blob)
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON: {error}") from error
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        raise InputError("is not a GeoJSON FeatureCollection")
    crs = json.dumps(data.get("crs"))
    if data.get("crs") and not re.search(r"CRS84|EPSG:+4326", crs):
        raise InputError(f"is not in WGS 84 (EPSG:4326), but: {crs[:100]}")
    found = Import("geojson")
    for number, feature in enumerate(features, start=1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            _remark(found, number, "is not a feature with properties")
            continue
        try:
            shape = _shape(feature.get("geometry"))
            heads = [*map(str, properties), *shape]
            record = {
                column: "|".join(_words({**properties, **shape}.get(heads[at])) for at in ats)
                for column, ats in _columns(heads, options).items()
            }
        except InputError as error:
            _remark(found, number, str(error))
            continue
        if "id" not in record and isinstance(feature.get("id"), str | int):
            record["id"] = str(feature["id"])
        _take(found, number, {**record, **shape}, options)
    return found


def _words(value: object) -> str:
    if isinstance(value, list):
        return "|".join(map(str, value))
    return "" if value is None else str(value)


def _shape(geometry: object) -> dict[str, str]:
    """Return lon and lat of a point; of a line or an area also its radius and outline."""
    from shapely import geometry as shapes
    from shapely.errors import ShapelyError

    kind = geometry.get("type") if isinstance(geometry, dict) else None
    try:
        shape = shapes.shape(cast("Any", geometry))
        middle = shape.envelope.centroid
    except (ShapelyError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"has no usable geometry: {error!r}") from error
    if shape.is_empty or not all(map(math.isfinite, shape.bounds)):
        raise InputError("has an empty geometry, or one that is not finite")
    if not shape.is_valid:
        raise InputError("has an invalid geometry: it crosses itself, or a ring is not closed")
    values = {"lon": repr(middle.x), "lat": repr(middle.y)}
    if kind == "Point":
        return values
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InputError(f"bounds {shape.bounds} are not degrees: are lon and lat swapped?")
    half = math.hypot((east - west) * math.cos(math.radians(middle.y)), north - south) / 2
    # 111,700 m is the longest degree of latitude
    return {**values, "extent_m": repr(half * 111_700), "footprint": shape.wkt}


# -- rows ----------------------------------------------------------------------------------
def _remark(found: Import, number: int, text: str) -> None:
    found.passed_over += 1
    if len(found.remarks) < _MAX_REMARKS:
        found.remarks.append((number, text))


def _take(found: Import, number: int, record: Mapping[str, str], options: Options) -> None:
    """Add a record to the rows, or say what is wrong with it."""
    country = record.get("country", "").strip().upper()
    if options.countries and country not in options.countries:
        found.elsewhere += 1
        return
    try:
        row = _row(number, record, options, is_dump=found.is_dump)
    except InputError as error:
        _remark(found, number, str(error))
        return
    if len(found.rows) >= _MAX_ROWS:
        raise InputError(f"has more than {_MAX_ROWS:,} places: choose countries with --country")
    found.rows.append(row)


def _row(number: int, record: Mapping[str, str], options: Options, *, is_dump: bool) -> Row:
    name = " ".join(record["name"].split())
    if not name or len(name) > _MAX_NAME or "\ufffd" in clean(name):
        raise InputError(f"no usable name: {name[:40]!r}")
    if record.get("current") == "0":
        raise InputError(f"{name}: marked as no longer current")
    lon, lat = _degrees(record, name)
    country = record.get("country", "").strip().upper()
    code = record.get("feature_code", "").strip()
    code = _known()["feature_codes"].get(code.lower(), code.upper() if code.isascii() else "")
    usual_m = _POINT_ACCURACY_M if is_dump else _OWN_ACCURACY_M
    population = int(_measure(record, "population", 0.0))
    geonames_id = record.get("geonames_id", "").strip()
    own_id = record.get("id", "").strip() or str(number)
    if is_dump and geonames_id.isdigit():
        place_id = f"geonames:{geonames_id}"
    elif is_dump:
        place_id = f"wof:{own_id}"
    else:
        place_id = f"{options.name}:{clean(own_id)[:60]}"
    return Row(
        place_id=place_id,
        name=name,
        lon=lon,
        lat=lat,
        tier="city" if is_dump else "core",
        feature_code=code[:8],
        names=_names(name, record.get("names", "")),
        country=country if re.fullmatch("[A-Z]{2}", country) else "",
        admin1=record.get("admin1", "")[:20],
        admin=clean(record.get("admin", "")),
        population=population,
        extent_m=_measure(record, "extent_m", extent_of(code, population)),
        accuracy_m=_measure(record, "accuracy_m", options.accuracy_m or usual_m),
        footprint=record.get("footprint", ""),
        source=clean(record.get("source", "").strip() or options.source),
    )


def _degrees(record: Mapping[str, str], name: str) -> tuple[float, float]:
    values = []
    for column in ("lon", "lat"):
        text = record[column].strip()
        try:
            value = float(text)
        except ValueError:
            raise InputError(f"{name}: {column} {text[:20]!r} is not a number") from None
        if not math.isfinite(value):
            raise InputError(f"{name}: {column} is {text}, not a number of degrees")
        values.append(value)
    lon, lat = values
    if abs(lat) > 90 >= abs(lon):
        raise InputError(f"{name}: latitude {lat} is impossible: are lon and lat swapped?")
    if abs(lat) > 90 or abs(lon) > 180:
        raise InputError(f"{name}: lon {lon}, lat {lat} are not degrees (EPSG:4326)")
    if lon == lat == 0:
        raise InputError(f"{name}: lon 0, lat 0 stands for a missing position")
    return lon, lat


def _measure(record: Mapping[str, str], column: str, default: float) -> float:
    text = record.get(column, "").strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < 1e10:  # also catches NaN
        raise InputError(f"{column} {text[:20]!r} is not a number from 0")
    return value


def _names(name: str, others: str) -> list[str]:
    if not others.strip("|"):
        return []
    found = (" ".join(other.split()) for other in others.split("|"))
    wanted = dict.fromkeys(o for o in found if 1 < len(o) <= _MAX_NAME and o != name)
    return [other for other in wanted if _READABLE.fullmatch(other)][:_MAX_NAMES]


@lru_cache(maxsize=10_000)
def extent_of(code: str, population: int) -> float:
    """Return the typical radius in metres of what has a feature code."""
    extents = _known()["extents_m"]
    for length in range(len(code), 1, -1):
        if code[:length] in extents:
            return float(extents[code[:length]])
    return town_radius_m(population)


@cache
def _known() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("importing.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
