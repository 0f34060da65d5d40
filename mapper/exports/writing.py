"""An analysis as a file in any format, all from the one table form of :mod:`mapper.schema`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mapper.errors import InputError
from mapper.exports.acled import ACLED_COLUMNS, acled_rows
from mapper.exports.codes import load_codes
from mapper.exports.coding import LeftOut
from mapper.exports.kml import render_kml
from mapper.exports.ucdp import UCDP_COLUMNS, ucdp_rows
from mapper.files import harmless_cell, write_atomically
from mapper.model import Analysis, Incident, Problem, Resolution
from mapper.schema import (
    INCIDENT_COLUMNS,
    SCHEMA_VERSION,
    Column,
    document_record,
    from_record,
    incident_record,
)

if TYPE_CHECKING:
    from mapper.layers import BorderLayers

__all__ = [
    "FORMATS",
    "Format",
    "check_format",
    "export",
    "format_of",
    "left_out",
    "read_incidents",
    "render",
    "spreadsheet_cell",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """What an analysis can be written as.

    Attributes
    ----------
    endings
        Of files in it, the usual one first.
    text
        Whether it can be printed; the others are only files.
    """

    what: str
    endings: tuple[str, ...]
    text: bool = True


#: What can be written, and what each is.
FORMATS: Mapping[str, Format] = {
    "jsonl": Format(
        what="one line a document: its mentions, incidents and problems",
        endings=(".jsonl", ".ndjson"),
    ),
    "geojson": Format(
        what="one feature an incident (RFC 7946); an unplaced one has a null geometry",
        endings=(".geojson", ".json"),
    ),
    "gpkg": Format(
        what="GeoPackage with the layers incidents (points) and areas",
        endings=(".gpkg",),
        text=False,
    ),
    "geoparquet": Format(
        what="GeoParquet, one point an incident (extra parquet)",
        endings=(".parquet", ".geoparquet"),
        text=False,
    ),
    "csv": Format(what="one row an incident", endings=(".csv",)),
    "acled": Format(what="CSV in ACLED's columns", endings=(".acled.csv",)),
    "ucdp": Format(what="CSV in the columns of UCDP GED", endings=(".ucdp.csv",)),
    "kml": Format(what="placemarks for virtual globes", endings=(".kml",)),
}

_Row = Mapping[str, str | int | float | bool | None]


def format_of(path: Path) -> str:
    """Return the format that the ending of a file names.

    Raises
    ------
    InputError
        When none does.

    Examples
    --------
    >>> format_of(Path("a.csv")), format_of(Path("a.acled.csv"))
    ('csv', 'acled')
    """
    name = path.name.lower()
    known = {ending: key for key, known in FORMATS.items() for ending in known.endings}
    for ending in sorted(known, key=len, reverse=True):
        if name.endswith(ending):
            return known[ending]
    raise InputError(f"cannot tell the format of {path}; known endings: {', '.join(known)}")


def check_format(file_format: str, *, printed: bool = False) -> None:
    """Raise before any work is done what writing in a format would raise at its end.

    Parameters
    ----------
    printed
        Whether it is to go to standard output.

    Raises
    ------
    InputError
        When it is not known, or cannot be printed.
    MissingExtraError
        For GeoParquet without pyarrow.
    """
    if file_format not in FORMATS:
        raise InputError(f"unknown format {file_format!r}; known: {', '.join(FORMATS)}")
    if printed and not FORMATS[file_format].text:
        raise InputError(f"{file_format} is no text: name a file to write")
    if file_format == "geoparquet":
        from mapper.exports.frames import need_geoparquet

        need_geoparquet()


def export(
    analysis: Analysis,
    path: str | Path,
    *,
    file_format: str = "",
    taxonomy: str = "",
    layers: BorderLayers | None = None,
) -> tuple[LeftOut, ...]:
    """Write an analysis to a file, whole or not at all.

    Parameters
    ----------
    file_format
        A key of ``FORMATS``; by default the ending of ``path`` tells.
    taxonomy
        The user's own file of kinds, if there is one, for ACLED's and UCDP's codes.
    layers
        For a GeoPackage of the areas of a region of the user's own.

    Returns
    -------
    tuple of LeftOut
        What ``acled`` and ``ucdp`` cannot hold; every other format holds all.

    Raises
    ------
    InputError
        If the format is not known or the file cannot be written.
    MissingExtraError
        For GeoParquet without pyarrow.
    """
    path = Path(path)
    file_format = file_format or format_of(path)
    if file_format == "gpkg":
        from mapper.exports.frames import write_geopackage

        write_geopackage(analysis, path, layers=layers)
    elif file_format == "geoparquet":
        from mapper.exports.frames import write_geoparquet

        write_geoparquet(analysis, path)
    else:
        write_atomically(path, render(analysis, file_format=file_format, taxonomy=taxonomy))
    return left_out(analysis, file_format=file_format)


def left_out(analysis: Analysis, *, file_format: str) -> tuple[LeftOut, ...]:
    """Return the incidents that a format cannot hold, and why, in the order of the analysis."""
    rows = {"acled": acled_rows, "ucdp": ucdp_rows}.get(file_format)
    return rows(analysis, load_codes())[1] if rows else ()


def render(analysis: Analysis, *, file_format: str, taxonomy: str = "") -> str:
    """Return an analysis as text in one of the ``FORMATS`` that are text.

    The order of documents and incidents is that of the analysis, so that the same analysis
    gives the same bytes.
    """
    if file_format == "geojson":
        return _geojson(analysis)
    if file_format == "csv":
        return _csv(INCIDENT_COLUMNS, _records(analysis))
    if file_format == "jsonl":
        return _jsonl(analysis)
    if file_format == "acled":
        return _csv(ACLED_COLUMNS, acled_rows(analysis, load_codes(taxonomy))[0])
    if file_format == "ucdp":
        return _csv(UCDP_COLUMNS, ucdp_rows(analysis, load_codes(taxonomy))[0])
    if file_format == "kml":
        return render_kml(analysis, load_codes(taxonomy))
    check_format(file_format, printed=True)
    raise AssertionError(file_format)  # a text format without a line above


def read_incidents(path: str | Path) -> tuple[Incident, ...]:
    """Read the incidents back from JSON Lines, equal to those that were written.

    Returns
    -------
    tuple of Incident
        In the order of the analysis: that of time, the undated ones last.

    Raises
    ------
    InputError
        When the file cannot be read or is none of ours.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines]
        whole = [i["whole"] for record in records for i in record["incidents"] if "whole" in i]
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} holds no lines of 'mapper extract': {error}") from error
    return Analysis(incidents=tuple(map(from_record, whole))).in_order().incidents


def _dumps(value: object, *, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)


def _records(analysis: Analysis) -> list[dict[str, str | int | float | bool | None]]:
    documents = {document.doc_id: document for document in analysis.documents}
    return [incident_record(incident, documents) for incident in analysis.incidents]


def _geojson(analysis: Analysis) -> str:
    features = []
    for record in _records(analysis):
        lon, lat = record.pop("lon"), record.pop("lat")
        point = {"type": "Point", "coordinates": [lon, lat]} if lon is not None else None
        features.append(
            {
                "type": "Feature",
                "id": record["incident_id"],
                "geometry": point,
                "properties": record,
            }
        )
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "schema_version": SCHEMA_VERSION,
        "features": features,
    }
    return _dumps(collection, indent=1) + "\n"


def _csv(columns: Sequence[Column], records: Iterable[_Row]) -> str:
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, [column.name for column in columns])
    writer.writeheader()
    for record in records:
        writer.writerow({key: spreadsheet_cell(value) for key, value in record.items()})
    return table.getvalue()


def spreadsheet_cell(value: object) -> object:
    """Return a value as a cell that no spreadsheet takes for a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    # Articles are not ours: a cell of theirs must not run in a spreadsheet.
    return harmless_cell(value) if isinstance(value, str) else value


def _jsonl(analysis: Analysis) -> str:
    return "".join(
        _dumps(document_record(part, part.documents[0])) + "\n" for part in _by_document(analysis)
    )


def _by_document(analysis: Analysis) -> Iterator[Analysis]:
    """Yield for each document what a record of it asks for, so that many rows cost no squares."""
    documents = {document.doc_id: document for document in analysis.documents}
    resolutions: dict[str, list[Resolution]] = {}
    for resolution in analysis.resolutions:
        resolutions.setdefault(resolution.mention.doc_id, []).append(resolution)
    problems: dict[str, list[Problem]] = {}
    for problem in analysis.problems:
        problems.setdefault(problem.doc_id, []).append(problem)
    incidents: dict[str, list[Incident]] = {}
    for incident in analysis.incidents:
        for doc_id in dict.fromkeys(evidence.doc_id for evidence in incident.evidence):
            incidents.setdefault(doc_id, []).append(incident)
    for doc_id, document in documents.items():
        own = incidents.get(doc_id, [])
        others = {e.doc_id for incident in own for e in incident.evidence}
        others |= {other for i in own for claim in i.claims for other in claim.doc_ids}
        named = [documents[other] for other in sorted(others - {doc_id}) if other in documents]
        yield Analysis(
            documents=(document, *named),
            resolutions=tuple(resolutions.get(doc_id, ())),
            incidents=tuple(own),
            problems=tuple(problems.get(doc_id, ())),
        )
