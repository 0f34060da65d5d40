"""What ``mapper check`` does: a point to JSON, a table to a table."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from mapper.errors import InputError
from mapper.layers import BorderLayers
from mapper.model import Position
from mapper.schema import ZONE_COLUMNS
from mapper.tables import (
    GEO_SUFFIXES,
    ROW_SUFFIXES,
    Columns,
    RowTable,
    RowWriter,
    read_geo,
    write_geo,
)
from mapper.zones import check, check_area, check_columns, check_zones

__all__ = ["Done", "check_file", "check_point"]

_MOST_TOLD = 20  # bad rows that are told one by one
_PROBLEM = "check_problem"


@dataclasses.dataclass(slots=True)
class Done:
    """How many rows there were, and how many could not be checked."""

    rows: int = 0
    bad: int = 0

    def tell(self, line: int, reason: str) -> None:
        """Count a bad row, and name it on standard error; the first ones."""
        self.bad += 1
        if self.bad <= _MOST_TOLD:
            click.echo(f"line {line}: {reason}", err=True)

    def sum_up(self) -> None:
        """Say how it went, on standard error."""
        if self.bad > _MOST_TOLD:
            click.echo(f"... and {self.bad - _MOST_TOLD} more", err=True)
        said = f", {self.bad} of them could not be checked" if self.bad else ""
        click.echo(f"{self.rows} rows{said}", err=True)


def check_point(
    lon: float, lat: float, uncertainty_m: float, *, layers: BorderLayers, areas: tuple[str, ...]
) -> str:
    """Return the check of a point as JSON."""
    position = Position(lon=lon, lat=lat, uncertainty_m=uncertainty_m)
    (found,) = check_zones([position], layers)
    values = dataclasses.asdict(found)
    shares = values.pop("shares")
    values |= {f"share_{zone}": share for zone, share in shares.items()}
    # Four decimals: a tenth of a millimetre is more than any layer can say.
    row = {k: round(v, 4) if isinstance(v, float) else v for k, v in values.items()}
    if areas:
        row["areas"] = {name: check_area([position], layers, name=name)[0] for name in areas}
    return json.dumps(row, indent=2)


def check_file(
    file: Path,
    output: Path | None,
    *,
    columns: Columns,
    uncertainty_m: float,
    prefix: str,
    layers: BorderLayers,
) -> Done:
    """Check each row of a file, and write it with the columns added.

    Raises
    ------
    InputError
        When the file is of no known kind, or cannot be read or written.
    """
    suffix = file.suffix.lower()
    kinds = ROW_SUFFIXES if suffix in ROW_SUFFIXES else GEO_SUFFIXES
    if suffix not in kinds:
        known = ", ".join((*ROW_SUFFIXES, *GEO_SUFFIXES))
        raise InputError(f"{file} is none of {known}")
    if not file.is_file():
        raise InputError(f"no file {file}")
    if output is not None and output.suffix.lower() not in kinds:
        raise InputError(f"{file.name} is written as {', '.join(kinds)}, not as {output.name}")
    if output is None and suffix not in (".csv", ".tsv", ".txt", ".geojson", ".json"):
        raise InputError(f"name the file to write with -o: {suffix} is not for a terminal")
    if output is not None and output.resolve() == file.resolve():
        raise InputError(f"{output} is the file that is read: name another with -o")
    done = Done()
    if kinds is ROW_SUFFIXES:
        table = RowTable(file, columns=columns, uncertainty_m=uncertainty_m)
        _check_rows(table, output, prefix, layers, done)
    else:
        _check_features(file, output, columns.uncertainty_m or uncertainty_m, prefix, layers, done)
    done.sum_up()
    if output is not None:
        click.echo(f"wrote {output}")
    return done


def _check_rows(
    table: RowTable, output: Path | None, prefix: str, layers: BorderLayers, done: Done
) -> None:
    names = [prefix + column.name for column in ZONE_COLUMNS]
    there = [name for name in names if name in table.header]
    if there:
        raise InputError(f"{table.path} has a column {there[0]!r} already: give --prefix")
    with _writer(table, output) as writer:
        writer.write([[*table.header, *names]])
        for chunk in table.chunks():
            found = check_columns(chunk.shapes, chunk.uncertainty_m, layers)
            problems = found[_PROBLEM]
            for at, remark in chunk.remarks.items():
                problems[at] = remark
            bad = [(chunk.lines[at], said) for at, said in enumerate(problems) if said]
            for line, reason in sorted(bad + chunk.left_out):
                done.tell(line, reason)
            done.rows += len(chunk.rows) + len(chunk.left_out)
            added = zip(*(found[column.name] for column in ZONE_COLUMNS), strict=True)
            writer.write([*row, *new] for row, new in zip(chunk.rows, added, strict=True))


@contextmanager
def _writer(table: RowTable, output: Path | None) -> Iterator[RowWriter]:
    if output is None:
        yield RowWriter.to_stream(sys.stdout, delimiter=table.delimiter)
        return
    with RowWriter.open(output, delimiter=table.delimiter) as writer:
        yield writer


def _check_features(
    file: Path,
    output: Path | None,
    uncertainty_m: float | str,
    prefix: str,
    layers: BorderLayers,
    done: Done,
) -> None:
    table: Any = read_geo(file)
    if isinstance(uncertainty_m, str) and uncertainty_m not in table.columns:
        raise InputError(f"{file} has no column {uncertainty_m!r}")
    result = check(table, uncertainty_m=uncertainty_m, prefix=prefix, layers=layers)
    done.rows = len(result)
    for number, reason in enumerate(result[prefix + _PROBLEM], start=1):
        if reason:
            done.tell(number, reason)
    if output is not None:
        write_geo(result, output)
    else:
        click.echo(result.to_crs("EPSG:4326").to_json(drop_id=True))
