"""GeoJSON, CSV and JSON Lines, all from the one table form of :mod:`mapper.schema`."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from mapper.errors import InputError
from mapper.files import write_atomically
from mapper.model import Analysis
from mapper.schema import INCIDENT_COLUMNS, SCHEMA_VERSION, document_record, incident_record

__all__ = ["FORMATS", "export", "render", "spreadsheet_cell"]

#: What can be written, and what each is.
FORMATS = {
    "geojson": "one feature an incident (RFC 7946); an unplaced one has a null geometry",
    "csv": "one row an incident",
    "jsonl": "one line a document: its mentions, incidents and problems",
}

# What a spreadsheet takes for a formula when a cell starts with it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(analysis: Analysis, path: Path, *, file_format: str = "") -> None:
    """Write an analysis to a file, whole or not at all.

    Parameters
    ----------
    file_format
        A key of ``FORMATS``; by default the ending of ``path``.

    Raises
    ------
    InputError
        If the format is not known or the file cannot be written.
    """
    write_atomically(path, render(analysis, file_format=file_format or path.suffix[1:].lower()))


def render(analysis: Analysis, *, file_format: str) -> str:
    """Return an analysis as text in one of ``FORMATS``.

    The order of documents and incidents is that of the analysis, so that the same analysis
    gives the same bytes.
    """
    if file_format == "geojson":
        return _geojson(analysis)
    if file_format == "csv":
        return _csv(analysis)
    if file_format == "jsonl":
        return _jsonl(analysis)
    raise InputError(f"unknown format {file_format!r}; known: {', '.join(FORMATS)}")


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


def _csv(analysis: Analysis) -> str:
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, [column.name for column in INCIDENT_COLUMNS])
    writer.writeheader()
    for record in _records(analysis):
        writer.writerow({key: spreadsheet_cell(value) for key, value in record.items()})
    return table.getvalue()


def spreadsheet_cell(value: object) -> object:
    """Return a value as a cell that no spreadsheet takes for a formula."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(_FORMULA):
        # Articles are not ours: a cell of theirs must not run in a spreadsheet.
        return "'" + value
    return value


def _jsonl(analysis: Analysis) -> str:
    return "".join(
        _dumps(document_record(analysis, document)) + "\n" for document in analysis.documents
    )
