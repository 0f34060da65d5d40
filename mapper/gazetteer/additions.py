"""The user's own gazetteers: kept in the user's data folder, compiled in with the rest.

An addition is a folder with ``places.csv`` (one form, whatever the file looked like that it
came from) and ``addition.json`` (what it is, where it came from, checksums). Its checksum enters
the version of the gazetteer, and with it the provenance of every analysis.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from mapper.errors import GazetteerError, InputError
from mapper.gazetteer.tables import Row

if TYPE_CHECKING:
    from mapper.gazetteer.importing import Import

__all__ = [
    "Added",
    "Addition",
    "add",
    "addition_rows",
    "additions_version",
    "list_additions",
    "remove",
]

_FORM = 1  # raise when the form of the files changes
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
# The beginnings of the ids that the gazetteer gives itself.
_RESERVED = ("core", "country", "state", "admin1", "admin2", "region", "county", "geonames", "wof")
_INFO, _PLACES = "addition.json", "places.csv"
_COLUMNS = tuple(field.name for field in fields(Row))
_LISTS = ("names", "demonyms", "abbreviations")
_NUMBERS = ("lon", "lat", "extent_m", "accuracy_m")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A gazetteer that the user added.

    Attributes
    ----------
    kind
        ``geonames``, ``table`` or ``geojson``.
    rank
        ``above``: before the world's places, after the border's own; ``with``: one of the
        world's towns, by population.
    added
        Day it was added.
    """

    name: str
    kind: str
    rank: str
    source: str
    file: str
    file_sha256: str
    places_sha256: str
    places: int
    added: str
    form: int = _FORM


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What :func:`add` did.

    Attributes
    ----------
    remarks
        Line number and what was wrong with it.
    passed_over, elsewhere
        Rows left out for a fault, and for lying in a country that was not asked for.
    """

    addition: Addition
    remarks: tuple[tuple[int, str], ...]
    passed_over: int
    elsewhere: int


def add(
    path: Path,
    data_dir: Path,
    *,
    name: str = "",
    columns: Mapping[str, str] | None = None,
    countries: Sequence[str] = (),
    accuracy_m: float | None = None,
    source: str = "",
    rank: str | None = None,
    strict: bool = False,
) -> Added:
    """Read a file of places and keep it as an addition.

    Parameters
    ----------
    path
        See :func:`mapper.gazetteer.importing.read_places`.
    data_dir
        The user's data folder.
    name
        Name of the addition; by default made from the file's. One of the same name is replaced.
    columns
        Our column -> the table's heading.
    accuracy_m
        How exact the points are, in metres, where the table does not say.
    rank
        ``above`` or ``with``; by default ``with`` for dumps of GeoNames and Who's On First,
        which are the world's places again, and ``above`` for everything else.
    strict
        Take nothing if any row cannot be used.

    Raises
    ------
    InputError
        If the file or an option is not usable; nothing is changed then.
    """
    from mapper.gazetteer.importing import Options, read_places

    name = name or re.sub(r"[^a-z0-9]+", "-", path.name.lower().split(".")[0]).strip("-")
    _check_options(name, rank=rank, accuracy_m=accuracy_m)
    options = Options(
        name=name,
        columns=columns or {},
        countries=frozenset(code.upper() for code in countries),
        accuracy_m=accuracy_m,
        source=source or f"{path.name} (added by the user)",
    )
    found = read_places(path, options)
    rank = rank or ("with" if found.is_dump else "above")
    for row in found.rows:
        row.tier = "core" if rank == "above" else "city"
    _drop_twins(found)
    if strict and found.passed_over:
        count = "1 row" if found.passed_over == 1 else f"{found.passed_over} rows"
        why = "; ".join(f"line {line}: {remark}" for line, remark in found.remarks[:3])
        raise InputError(f"{path}: {count} cannot be used. {why}")
    blob = _table(found.rows)
    with path.open("rb") as file:
        file_sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    addition = Addition(
        name=name,
        kind=found.kind,
        rank=rank,
        source=options.source,
        file=path.name,
        file_sha256=file_sha256,
        places_sha256=hashlib.sha256(blob).hexdigest(),
        places=len(found.rows),
        added=dt.datetime.now(dt.UTC).date().isoformat(),
    )
    _keep(_folder(data_dir) / name, addition, blob)
    return Added(
        addition=addition,
        remarks=tuple(found.remarks),
        passed_over=found.passed_over,
        elsewhere=found.elsewhere,
    )


def list_additions(data_dir: Path) -> tuple[Addition, ...]:
    """Return the additions in a data folder, by name.

    Raises
    ------
    GazetteerError
        If one is damaged; the message says how to get rid of it.
    """
    folder = _folder(data_dir)
    if not folder.is_dir():
        return ()
    found = []
    for path in sorted(folder.glob(f"*/{_INFO}")):
        if not _NAME.fullmatch(path.parent.name):
            continue  # one that is being written
        try:
            found.append(Addition(**json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError) as error:
            raise _damaged(path, error) from error
        if found[-1].form != _FORM or found[-1].name != path.parent.name:
            raise _damaged(path, "it was written by another version")
    return tuple(found)


def remove(name: str, data_dir: Path) -> None:
    """Delete an addition.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    folder = _folder(data_dir) / name
    if not _NAME.fullmatch(name) or not folder.is_dir():
        known = ", ".join(sorted(path.parent.name for path in folder.parent.glob(f"*/{_INFO}")))
        raise InputError(f"there is no addition {name!r}; there are: {known or 'none'}")
    shutil.rmtree(folder)


def additions_version(data_dir: Path) -> str:
    """Hash what the additions hold; empty when there are none."""
    additions = list_additions(data_dir)
    if not additions:
        return ""
    parts = [f"{_FORM}", *(f"{a.name} {a.rank} {a.places_sha256}" for a in additions)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def addition_rows(data_dir: Path) -> list[Row]:
    """Read the places of all additions.

    Raises
    ------
    GazetteerError
        If a file does not match its checksum.
    """
    rows: list[Row] = []
    for addition in list_additions(data_dir):
        path = _folder(data_dir) / addition.name / _PLACES
        try:
            blob = path.read_bytes()
        except OSError as error:
            raise _damaged(path, error) from error
        if hashlib.sha256(blob).hexdigest() != addition.places_sha256:
            raise _damaged(path, "it does not match its checksum")
        table = io.StringIO(blob.decode("utf-8"), newline="")
        rows += [_row(record) for record in csv.DictReader(table)]
    return rows


def _check_options(name: str, *, rank: str | None, accuracy_m: float | None) -> None:
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise InputError(
            f"{name!r} cannot be the name of an addition: use a letter, then letters, digits,"
            f" - and _, and none of {', '.join(_RESERVED)}"
        )
    if rank not in (None, "above", "with"):
        raise InputError(f"rank is 'above' or 'with', got {rank!r}")
    if accuracy_m is not None and not 0 < accuracy_m < 1e7:
        raise InputError(f"accuracy_m must be above 0, got {accuracy_m}")


def _drop_twins(found: Import) -> None:
    """Keep the first row of each id; the others are passed over."""
    firsts = {row.place_id: row for row in reversed(found.rows)}
    twins = len(found.rows) - len(firsts)
    if twins:
        found.rows = [row for row in found.rows if firsts[row.place_id] is row]
        found.remarks.append((0, f"{twins} rows have the id of an earlier one"))
        found.passed_over += twins


def _folder(data_dir: Path) -> Path:
    return data_dir / "gazetteers"


def _damaged(path: Path, why: object) -> GazetteerError:
    name = path.parent.name
    return GazetteerError(
        f"damaged addition {path}: {why}; run 'mapper gazetteer remove {name}' and add it again"
    )


def _table(rows: Sequence[Row]) -> bytes:
    """Write rows as CSV."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_COLUMNS)
    values = attrgetter(*_COLUMNS)  # dataclasses.asdict would take longer than all the rest
    for row in rows:
        writer.writerow("|".join(v) if isinstance(v, list | tuple) else v for v in values(row))
    return file.getvalue().encode("utf-8", "replace")


def _row(record: dict[str, str]) -> Row:
    values: dict[str, object] = dict(record)
    values |= {column: tuple(filter(None, record[column].split("|"))) for column in _LISTS}
    values |= {column: float(record[column]) for column in _NUMBERS}
    values["population"] = int(record["population"])
    return Row(**values)  # type: ignore[arg-type]  # the columns are the fields of Row


def _keep(folder: Path, addition: Addition, blob: bytes) -> None:
    """Write an addition whole or not at all, in place of an older one of that name."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".adding-", dir=folder.parent) as work:
            new = Path(work) / "new"
            new.mkdir()
            (new / _PLACES).write_bytes(blob)
            info = json.dumps(asdict(addition), indent=2, ensure_ascii=False)
            (new / _INFO).write_text(info + "\n", encoding="utf-8")
            if folder.exists():
                folder.replace(Path(work) / "old")
            new.replace(folder)
    except OSError as error:
        raise InputError(f"cannot write {folder}: {error}; set MAPPER_DATA_DIR") from error
