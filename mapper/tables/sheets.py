"""Any table file of the user's as rows of text: what a cell says, and where it stands."""

from __future__ import annotations

import codecs
import datetime as dt
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mapper.errors import InputError
from mapper.tables.geo import GEO_SUFFIXES, read_geo
from mapper.tables.rows import ROW_SUFFIXES, open_rows

__all__ = ["GEOMETRY", "SHEET_SUFFIXES", "Row", "Sheet", "open_sheet"]

#: Endings of the files that :func:`open_sheet` reads: a .txt is a text.
SHEET_SUFFIXES: Final = (*(s for s in ROW_SUFFIXES if s != ".txt"), *GEO_SUFFIXES)
#: The column that holds the geometry of a GIS file, as WKT in EPSG:4326.
GEOMETRY: Final = "geometry (of the file)"
_CHUNK: Final = 1 << 20
_SAMPLE: Final = 200_000  # bytes from which an encoding is guessed
_BOM_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ESCAPED: Final = re.compile(r"'[=+\-@\t\r]")  # as files.harmless_cell writes it


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and its line in the file (row of the sheet, number of the feature)."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table that is read once, from its start to its end.

    Attributes
    ----------
    unit
        What ``Row.number`` counts: ``line``, ``row`` or ``feature``.
    rows
        The first one is the head. Cells have no white space around them; a day of a date cell
        is ``2018-12-02``, nothing is the empty text.
    remark
        Says which encoding had to be guessed; empty where none had.
    """

    path: Path
    unit: str
    rows: Iterator[Row]
    remark: str = ""


def open_sheet(path: Path) -> Sheet:
    """Open a CSV, TSV, Excel, GeoJSON, GeoPackage or GeoParquet file.

    Raises
    ------
    InputError
        When it cannot be read or its ending is of none of these; while its rows are read,
        when it is damaged.
    MissingExtraError
        For Excel or GeoParquet without what reads it.
    """
    suffix = path.suffix.lower()
    if suffix in GEO_SUFFIXES:
        return Sheet(path=path, unit="feature", rows=_features(path))
    if suffix not in SHEET_SUFFIXES:
        known = ", ".join(SHEET_SUFFIXES)
        raise InputError(f"{path}: a table of incidents ends in {known}: save it as one of them")
    encoding, remark = "utf-8-sig", ""
    if suffix != ".xlsx":
        encoding, remark = _encoding_of(path)
    _, rows = open_rows(path, encoding=encoding)
    unit = "row" if suffix == ".xlsx" else "line"
    return Sheet(path=path, unit=unit, rows=_texts(rows), remark=remark)


def _texts(rows: Iterable[tuple[int, list[Any]]]) -> Iterator[Row]:
    for number, cells in rows:
        texts = [_text(cell) for cell in cells]
        if any(texts):
            yield Row(number, texts)


def _features(path: Path) -> Iterator[Row]:
    import shapely

    table = read_geo(path)
    if table.crs is None:
        raise InputError(f"{path} does not say its coordinate reference system")
    table = table.to_crs("EPSG:4326")
    name = table.geometry.name
    columns = [column for column in table.columns if column != name]
    yield Row(0, [*map(str, columns), GEOMETRY])
    shapes = shapely.to_wkt(shapely.force_2d(table.geometry.to_numpy()), rounding_precision=7)
    values = zip(*(table[column].tolist() for column in columns), strict=True)
    if not columns:
        values = iter([()] * len(table))  # type: ignore[assignment]  # rows without a cell
    for number, (cells, shape) in enumerate(zip(values, shapes, strict=True), start=1):
        yield Row(number, [*map(_text, cells), shape or ""])


def _text(cell: object) -> str:
    """Return what a cell says, as one would type it."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = cell.strip()
        return text[1:] if _ESCAPED.match(text) else text
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if math.isnan(cell):
            return ""
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        day = str(cell)
        if day == "NaT":
            return ""
        return day.removesuffix(" 00:00:00")
    text = str(cell).strip()
    return "" if text in ("<NA>", "nan", "NaT") else text


def _encoding_of(path: Path) -> tuple[str, str]:
    """Return the encoding of a text file, and a remark where it had to be guessed."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            start = file.read(_SAMPLE)
            if start.startswith(_BOM_16):
                return "utf-16", ""
            try:
                decoder.decode(start)
                while part := file.read(_CHUNK):
                    decoder.decode(part)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                pass
            else:
                return "utf-8-sig", ""
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    import charset_normalizer

    best = charset_normalizer.from_bytes(start).best()
    encoding = best.encoding if best is not None and best.encoding != "ascii" else "cp1252"
    return encoding, f"not UTF-8, read as {encoding}"
