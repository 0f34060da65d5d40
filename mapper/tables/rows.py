"""CSV, TSV and Excel files of the user's, a chunk of rows at a time."""

from __future__ import annotations

import csv
import importlib.util
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TextIO

import numpy as np
import numpy.typing as npt
import shapely

from mapper.errors import InputError, MissingExtraError
from mapper.files import atomic_path, harmless_cell

__all__ = ["ROW_SUFFIXES", "Chunk", "Columns", "RowTable", "RowWriter", "open_rows"]

_EXCEL: Final = ".xlsx"
#: Endings of the files that are read and written row by row.
ROW_SUFFIXES: Final = (".csv", ".tsv", ".txt", _EXCEL)
_AT_ONCE: Final = 50_000  # rows in memory
_MOST_CELL: Final = 10_000_000  # characters: the outline of a country
_MOST_UNPACKED: Final = 1_000_000_000  # bytes of a workbook
_MOST_WHOLE: Final = 200_000_000  # bytes of a part that is read whole: texts, styles
# A sheet of 100,000 equal rows packs to a twelfth;
# what is packed more tightly than this is made to burst.
_MOST_PACKED: Final = 300
_SMALL_PART: Final = 1_000_000  # bytes; harmless, however packed
_MOST_EXCEL_ROWS: Final = 1_048_576
# Names of columns, folded to letters; the first that a table has is taken.
_LON: Final = ("lon", "longitude", "long", "lng", "decimallongitude", "londd", "x", "경도")
_LAT: Final = ("lat", "latitude", "decimallatitude", "latdd", "y", "위도")
_WKT: Final = ("wkt", "geomwkt", "geometry", "geom", "thegeom", "footprintwkt")
_NOT_LETTERS: Final = re.compile(r"[\W\d_]+")
_DECIMAL_COMMA: Final = re.compile(r"\s*[+-]?\d+,\d+\s*")
# What no cell of a workbook may hold (XML 1.0).
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns hold the position; empty is found by name."""

    lon: str = ""
    lat: str = ""
    wkt: str = ""
    uncertainty_m: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Some rows of a table.

    Attributes
    ----------
    lines
        Line of the file, or row of the sheet, that each row starts at.
    shapes
        Geometry of each; ``None`` where there is none.
    uncertainty_m
        ``nan`` where the cell is no number.
    remarks
        Why a row has no geometry, by its place in the chunk.
    left_out
        Line and reason of rows that fit no header, and stand in no list here.
    """

    lines: list[int]
    rows: list[list[Any]]
    shapes: npt.NDArray[np.object_]
    uncertainty_m: npt.NDArray[np.float64]
    remarks: dict[int, str]
    left_out: list[tuple[int, str]]


class RowTable:
    """A table that is read once, from its start to its end.

    Parameters
    ----------
    columns
        Names of the columns that hold the position.
    uncertainty_m
        For all rows, where no column says it.

    Raises
    ------
    InputError
        When the file cannot be read or has no columns of a position.
    MissingExtraError
        For Excel without openpyxl.
    """

    def __init__(
        self, path: Path, *, columns: Columns | None = None, uncertainty_m: float = 1.0
    ) -> None:
        self.path = path
        self._uncertainty_m = uncertainty_m
        self.delimiter, self._rows = open_rows(path)
        _, header = next(self._rows, (1, []))
        self.header = [str(name).strip() if name is not None else "" for name in header]
        if not any(self.header):
            raise InputError(f"{path} is empty: the first row must name the columns")
        columns = columns or Columns()
        self._wkt = self._find("wkt", columns.wkt, _WKT)
        self._lon = self._find("lon", columns.lon, _LON)
        self._lat = self._find("lat", columns.lat, _LAT)
        self._radius = self._find("uncertainty", columns.uncertainty_m, ())
        if self._lon is not None and self._lat is not None and not columns.wkt:
            self._wkt = None
        elif self._wkt is None:
            raise InputError(
                f"{path} has no columns of a position; its columns are {', '.join(self.header)}: "
                "name them with --lon-column and --lat-column, or --wkt-column"
            )

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows, some at a time, in their order."""
        lines: list[int] = []
        rows: list[list[Any]] = []
        left_out: list[tuple[int, str]] = []
        for line, cells in self._rows:
            if not any(cell not in (None, "") for cell in cells):
                continue
            if len(cells) > len(self.header):
                left_out.append(
                    (line, f"{len(cells)} cells, but the header has {len(self.header)}")
                )
                continue
            lines.append(line)
            rows.append([*cells, *[""] * (len(self.header) - len(cells))])
            if len(rows) == _AT_ONCE:
                yield self._chunk(lines, rows, left_out)
                lines, rows, left_out = [], [], []
        if rows or left_out:
            yield self._chunk(lines, rows, left_out)

    def _find(self, what: str, given: str, known: Sequence[str]) -> int | None:
        if given:
            if given not in self.header:
                raise InputError(
                    f"{self.path} has no column {given!r} for {what}; "
                    f"its columns are {', '.join(self.header)}"
                )
            return self.header.index(given)
        folded = [_NOT_LETTERS.sub("", name).casefold() for name in self.header]
        return next((folded.index(name) for name in known if name in folded), None)

    def _chunk(
        self, lines: list[int], rows: list[list[Any]], left_out: list[tuple[int, str]]
    ) -> Chunk:
        remarks: dict[int, str] = {}
        if self._wkt is not None:
            shapes = _shapes([row[self._wkt] for row in rows], remarks)
        else:
            assert self._lon is not None
            assert self._lat is not None
            lon = _numbers([row[self._lon] for row in rows])
            lat = _numbers([row[self._lat] for row in rows])
            known = np.isfinite(lon) & np.isfinite(lat)
            shapes = np.full(len(rows), None, dtype=np.object_)
            shapes[known] = shapely.points(lon[known], lat[known])
            for at in np.flatnonzero(~known).tolist():
                cells = rows[at][self._lon], rows[at][self._lat]
                remarks[at] = f"no position in {cells[0]!r:.40}, {cells[1]!r:.40}"
        radii = np.full(len(rows), self._uncertainty_m)
        if self._radius is not None:
            radii = _numbers([row[self._radius] for row in rows])
        return Chunk(
            lines=lines, rows=rows, shapes=shapes, uncertainty_m=radii, remarks=remarks,
            left_out=left_out,
        )  # fmt: skip


def open_rows(
    path: Path, *, encoding: str = "utf-8-sig"
) -> tuple[str, Iterator[tuple[int, list[Any]]]]:
    """Open a CSV, TSV or Excel file (its first sheet).

    Parameters
    ----------
    encoding
        Of a text file. Bytes that do not fit it go out as they came in.

    Returns
    -------
    delimiter, rows
        What parts the cells, as the first line tells; line (of a sheet: row) and cells of each
        row, the head among them.

    Raises
    ------
    InputError
        When the file cannot be opened; while reading, when it is damaged.
    MissingExtraError
        For Excel without openpyxl.
    """
    if path.suffix.lower() == _EXCEL:
        _need_excel()
        return ",", _excel_rows(path)
    try:
        file = path.open(encoding=encoding, errors="surrogateescape", newline="")
        first = file.readline(_MOST_CELL)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    delimiter = max(",;\t|", key=first.count) if first.strip() else ","
    return delimiter, _text_rows(path, file, first, delimiter)


def _text_rows(
    path: Path, file: TextIO, first: str, delimiter: str
) -> Iterator[tuple[int, list[Any]]]:
    with file:
        reader = csv.reader(_lines(first, file), delimiter=delimiter)
        start = 1
        try:
            while (cells := _next_cells(reader)) is not None:
                yield start, cells
                start = reader.line_num + 1
        except OSError as error:
            raise InputError(f"cannot read {path}: {error.strerror or error}") from error
        except csv.Error as error:
            raise InputError(f"{path}, line {reader.line_num}: {error}") from error


def _next_cells(reader: Iterator[list[str]]) -> list[str] | None:
    """Read on; the limit of a cell holds for the whole process, so it is raised for a row alone."""
    usual = csv.field_size_limit(_MOST_CELL)
    try:
        return next(reader, None)
    finally:
        csv.field_size_limit(usual)


def _excel_rows(path: Path) -> Iterator[tuple[int, list[Any]]]:
    import openpyxl

    try:
        _need_sound_workbook(path)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, list(cells)
        book.close()
    # openpyxl passes on whatever a damaged part of the workbook makes its parsers raise.
    except (
        OSError,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        SyntaxError,
    ) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"cannot read {path}: {error}") from error


def _need_sound_workbook(path: Path) -> None:
    """Refuse a workbook that would fill the memory; sizes are known before anything is unpacked."""
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
    if sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise InputError(f"{path} unpacks to more than 1 GB: save it as CSV")
    for part in parts:
        is_sheet = part.filename.startswith("xl/worksheets/")
        if part.file_size > _MOST_WHOLE and not is_sheet:
            raise InputError(f"{path}: {part.filename} unpacks to over 200 MB: save it as CSV")
        bursts = part.file_size > _MOST_PACKED * part.compress_size
        if bursts and part.file_size > _SMALL_PART:
            raise InputError(
                f"{path}: {part.filename} is packed more than {_MOST_PACKED} times, "
                "as no spreadsheet does it: save it as CSV"
            )


def _lines(first: str, rest: Iterable[str]) -> Iterator[str]:
    yield first.replace("\x00", "")
    for line in rest:
        yield line.replace("\x00", "") if "\x00" in line else line


def _numbers(cells: list[Any]) -> npt.NDArray[np.float64]:
    try:
        return np.array(cells, dtype=np.float64)
    except (TypeError, ValueError):
        return np.array([_number(cell) for cell in cells])


def _number(cell: object) -> float:
    text = str(cell)
    if _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _shapes(cells: list[Any], remarks: dict[int, str]) -> npt.NDArray[np.object_]:
    texts = np.array([str(cell) if cell else "" for cell in cells], dtype=np.object_)
    shapes = np.asarray(shapely.from_wkt(texts, on_invalid="ignore"), dtype=np.object_)
    for at in np.flatnonzero(shapely.is_missing(shapes)).tolist():
        remarks[at] = f"no WKT in {texts[at]!r:.60}"
    return shapes


class RowWriter:
    """Rows on their way to a file, or to an open stream."""

    def __init__(self, stream: TextIO | None, delimiter: str, sheet: Any = None) -> None:  # noqa: ANN401 - an openpyxl sheet
        self._csv = csv.writer(stream, delimiter=delimiter) if stream else None
        self._sheet = sheet
        self._count = 0

    @classmethod
    @contextmanager
    def open(cls, path: Path, *, delimiter: str = ",") -> Iterator[RowWriter]:
        """Write a file that is there when all is written, and not before.

        Raises
        ------
        InputError
            When it cannot be written.
        MissingExtraError
            For Excel without openpyxl.
        """
        with atomic_path(path) as temporary:
            if path.suffix.lower() == _EXCEL:
                _need_excel()
                import openpyxl

                book = openpyxl.Workbook(write_only=True)
                yield cls(None, "", book.create_sheet())
                book.save(temporary)
                return
            if path.suffix.lower() == ".tsv":
                delimiter = "\t"
            with temporary.open("w", encoding="utf-8", errors="surrogateescape", newline="") as out:
                yield cls(out, delimiter)

    @classmethod
    def to_stream(cls, stream: io.TextIOBase | TextIO, *, delimiter: str = ",") -> RowWriter:
        """Write to an open stream."""
        return cls(stream, delimiter)  # type: ignore[arg-type]  # both have write()

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows; a text that a spreadsheet would run is made harmless."""
        if self._csv is not None:
            self._csv.writerows([_text_cell(cell) for cell in row] for row in rows)
            return
        for row in rows:
            self._count += 1
            if self._count > _MOST_EXCEL_ROWS:
                raise InputError(f"an Excel sheet has {_MOST_EXCEL_ROWS:,} rows: write CSV")
            self._sheet.append([_excel_cell(cell) for cell in row])


def _text_cell(cell: object) -> object:
    if type(cell) is str:
        return harmless_cell(cell) if cell[:1] in "=+-@\t\r" else cell
    if cell is True or cell is False:
        return "true" if cell else "false"
    return cell


def _excel_cell(cell: object) -> object:
    return harmless_cell(_CONTROL.sub("", cell)) if isinstance(cell, str) else cell


def _need_excel() -> None:
    if importlib.util.find_spec("openpyxl") is None:
        raise MissingExtraError("Excel", "excel")
