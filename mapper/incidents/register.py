"""Registers of documented incidents: our own, and tables of the user's (ACLED, UCDP GED)."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from mapper.errors import InputError, LayerInvalidError, LayerNotFoundError
from mapper.incidents.cells import (
    GEO_PRECISION_M,
    LETHAL_FAMILIES,
    UNSTATED_M,
    WHERE_PREC_M,
    read_count,
    read_day,
    read_position,
)
from mapper.incidents.reports import signs_of
from mapper.incidents.taxonomy import load_taxonomy
from mapper.layers import geodata_dir
from mapper.model import Casualties, Position, Precision, Problem, When
from mapper.settings import Settings
from mapper.text import clean

__all__ = ["Entry", "open_registers", "read_register"]

_LARGEST = 200_000_000  # bytes; ACLED's export of a continent is under 100 MB
_CELL = 20_000  # characters kept of one cell; the csv module's own limit is 131,072
_TITLE = 160
_MANY_PROBLEMS = 20
# UCDP codes deaths only: which of our kinds kill.
_LETHAL = ("Battles", "Explosions/Remote violence", "Violence against civilians")

_Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One incident of a register.

    Attributes
    ----------
    kinds
        Keys of our taxonomy, the best first; a table of the user's may leave several open.
    people, names
        Spellings that mean this incident wherever they stand: of persons, and of ships,
        battles and the like.
    details
        Rare details it is known for, as ``link.toml`` names them.
    """

    register: str
    entry_id: str
    kinds: tuple[str, ...]
    title: str
    start: dt.date
    end: dt.date
    sources: tuple[str, ...]
    people: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    details: frozenset[str] = frozenset()
    place: str = ""
    place_id: str = ""
    position: Position | None = None
    casualties: Casualties = field(default_factory=Casualties)
    note: str = ""

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise InputError(f"ends ({self.end}) before it begins ({self.start})")

    @property
    def when(self) -> When:
        """Its days, as a :class:`~mapper.model.When`."""
        days = (self.end - self.start).days
        month = self.start.day == 1 and (self.end + dt.timedelta(1)).day == 1 and days < 31
        precision = Precision.MONTH if month else Precision.RANGE
        precision = Precision.DAY if days == 0 else precision
        return When(start=self.start, end=self.end, precision=precision, method="register")


def open_registers(settings: Settings) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """Read the register inside the package and the user's own, as the settings say.

    Parameters
    ----------
    settings
        ``register`` leaves ours out when it is false; ``register_file`` names one more.

    Returns
    -------
    entries, problems
        As :func:`read_register` returns them. A region of the user's own
        (``geodata_dir``) has the registers that its manifest names, or none.

    Raises
    ------
    LayerInvalidError
        When a register of the manifest differs from its checksum.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []
    folder = geodata_dir(settings)
    manifest = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
    named = manifest.get("registers", {}) if settings.register else {}
    for name, info in named.items():
        file = folder / info["file"]
        if not file.is_file():
            raise LayerNotFoundError(f"register {file} is missing, and the manifest names it")
        if hashlib.sha256(file.read_bytes()).hexdigest() != info["sha256"]:
            raise LayerInvalidError(f"register {file} differs from its checksum in the manifest")
        found, remarks = read_register(file, name=name)
        entries += found
        problems += remarks
    if settings.register_file:
        found, remarks = read_register(Path(settings.register_file))
        entries += found
        problems += remarks
    return tuple(entries), tuple(problems)


def read_register(file: Path, *, name: str = "") -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """Read a register: a CSV table with a head line, recognized by its columns.

    Parameters
    ----------
    file
        In the form of ours (``entry_id``, ``kind``, ``date_start``, ``sources``...), an ACLED
        export (``event_id_cnty``, ``event_date``, ``sub_event_type``...) or UCDP GED (``id``,
        ``date_start``, ``type_of_violence``...). Order and further columns do not matter.
    name
        What the register is called; the file's stem by default.

    Returns
    -------
    entries, problems
        A problem (``bad_register_row``) for each row that cannot be used, up to twenty.

    Raises
    ------
    InputError
        For a file that cannot be read, is no such table or is larger than 200 MB.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise InputError(f"register {file} is larger than {_LARGEST // 1_000_000} MB")
        text = clean(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read register {file}: {error}") from error
    return _parse(text, name=name or file.stem)


def _parse(text: str, *, name: str) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    dialect = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=dialect)
    try:
        heads = [head.strip().lower() for head in rows.fieldnames or ()]
    except csv.Error as error:
        raise InputError(f"register {name}: no table of comma-separated values: {error}") from error
    read = _reader(heads, name)
    rows.fieldnames = heads
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []

    def refuse(why: object) -> None:
        if len(problems) < _MANY_PROBLEMS:
            message = f"register {name}, line {rows.line_num}: {why}; the row is left out"
            problems.append(Problem(code="bad_register_row", stage="link", message=message))

    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            refuse(error)
            continue
        if row is None:
            break
        cells = {key: (value or "").strip()[:_CELL] for key, value in row.items() if key}
        try:
            entry = read(cells, name)
        except (InputError, ValueError) as error:
            refuse(error)
            continue
        if entry.entry_id in entries:
            refuse(f"id {entry.entry_id!r} stands twice")
        entries.setdefault(entry.entry_id, entry)
    return tuple(entries.values()), tuple(problems)


def _reader(heads: Sequence[str], name: str) -> Callable[[_Row, str], Entry]:
    for needed, read in (
        (("entry_id", "kind", "date_start", "date_end", "sources"), _own),
        (("event_id_cnty", "event_date", "event_type", "sub_event_type"), _acled),
        (("id", "date_start", "date_end", "type_of_violence"), _ucdp),
    ):
        if set(needed) <= set(heads):
            return read
    raise InputError(
        f"register {name}: its columns are neither ours (entry_id, kind, date_start, date_end, "
        "sources), nor ACLED's (event_id_cnty, event_date, event_type, sub_event_type), nor "
        f"UCDP GED's (id, date_start, date_end, type_of_violence): {', '.join(heads)[:200]}"
    )


def _own(row: _Row, name: str) -> Entry:
    kinds = (row["kind"], *_list(row.get("also", "")))
    for kind in kinds:
        if kind not in load_taxonomy():
            raise InputError(f"unknown kind {kind[:40]!r}")
    radius = row.get("uncertainty_m") or str(UNSTATED_M)
    return Entry(
        register=name,
        entry_id=_id(row["entry_id"]),
        kinds=kinds,
        title=row.get("title", "")[:_TITLE] or kinds[0],
        people=_list(row.get("people", "")),
        names=_list(row.get("names", "")),
        details=frozenset(_list(row.get("details", ""))),
        start=read_day(row["date_start"]),
        end=read_day(row["date_end"]),
        place=row.get("place", ""),
        place_id=row.get("place_id", ""),
        position=read_position(row.get("lon", ""), row.get("lat", ""), float(radius)),
        casualties=Casualties(
            killed=read_count(row.get("killed", "")), injured=read_count(row.get("injured", ""))
        ),
        note=row.get("note", ""),
        sources=_sources(_list(row["sources"])),
    )


def _acled(row: _Row, name: str) -> Entry:
    kinds = _kinds_of(row["event_type"], row["sub_event_type"])
    if not kinds:
        raise InputError(f"no kind of ours is coded {row['sub_event_type'][:40]!r}")
    day = read_day(row["event_date"])
    # Of a week or a month, the days around its middle: our own exports code other spans so.
    spread = dt.timedelta({"2": 3, "3": 15}.get(row.get("time_precision", ""), 0))
    notes = row.get("notes", "")
    radius = GEO_PRECISION_M.get(row.get("geo_precision", ""), UNSTATED_M)
    where = row.get("location", "")
    return Entry(
        register=name,
        entry_id=_id(row["event_id_cnty"]),
        kinds=kinds,
        title=(notes or f"{row['sub_event_type']}, {where}")[:_TITLE],
        details=signs_of(notes),
        start=day - spread,
        end=day + spread,
        place=where,
        position=read_position(row.get("longitude", ""), row.get("latitude", ""), radius),
        casualties=Casualties(killed=read_count(row.get("fatalities", ""))),
        sources=_sources((row.get("source", ""),)),
    )


def _ucdp(row: _Row, name: str) -> Entry:
    radius = WHERE_PREC_M.get(row.get("where_prec", ""), UNSTATED_M)
    where = row.get("where_coordinates", "")
    sides = " and ".join(filter(None, (row.get("side_a", ""), row.get("side_b", ""))))
    return Entry(
        register=name,
        entry_id=_id(row["id"]),
        kinds=_lethal_kinds(),
        title=f"{sides or 'Deadly violence'}, {where}"[:_TITLE],
        start=read_day(row["date_start"]),
        end=read_day(row["date_end"]),
        place=where,
        position=read_position(row.get("longitude", ""), row.get("latitude", ""), radius),
        casualties=Casualties(killed=read_count(row.get("best", ""))),
        sources=_sources((row.get("source_article", ""),)),
    )


@cache
def _kinds_of(event: str, sub_event: str) -> tuple[str, ...]:
    return tuple(
        key
        for key, kind in load_taxonomy().items()
        if (kind.acled_event, kind.acled_sub_event) == (event, sub_event)
    )


@cache
def _lethal_kinds() -> tuple[str, ...]:
    return tuple(
        key
        for key, kind in load_taxonomy().items()
        if kind.acled_event in _LETHAL and kind.family in LETHAL_FAMILIES
    )


def _id(text: str) -> str:
    if not text:
        raise InputError("no id")
    return text[:100]


def _sources(told: Sequence[str]) -> tuple[str, ...]:
    found = tuple(source[:500] for source in told if source)
    if not found:
        raise InputError("no source: an entry must say where it is from")
    return found


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())
