"""The places named in texts, as GeoJSON, CSV or JSON, or marked in the text itself."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mapper.errors import InputError
from mapper.exports.footprints import shape_reader
from mapper.exports.marking import MARKED_PAGE_END, MARKED_PAGE_START, mark_html, mark_text
from mapper.exports.writing import spreadsheet_cell
from mapper.model import Document, Resolution
from mapper.schema import MENTION_COLUMNS, SCHEMA_VERSION, mention_record

if TYPE_CHECKING:  # geometry takes a while to load, and most formats do without
    from shapely.geometry.base import BaseGeometry

    from mapper.layers import BorderLayers

__all__ = ["MENTION_FORMATS", "render_mentions"]

#: What the places of texts can be written as, and what each is.
MENTION_FORMATS = {
    "json": "one object a mention, with what else it could be",
    "geojson": "one feature a mention (RFC 7946): its shape where one is known, else a point",
    "csv": "one row a mention",
    "marked": "the text, each mention like [Paju|literal 37.76,126.78]",
    "html": "a page with the text, its mentions marked",
}
_DECIMALS = 6  # a tenth of a metre

_Parsed = tuple[Document, Sequence[Resolution]]


def render_mentions(
    parsed: Iterable[_Parsed], *, file_format: str, layers: Callable[[], BorderLayers]
) -> Iterator[str]:
    """Write the places of documents piece by piece, so that many need no memory.

    Parameters
    ----------
    parsed
        Documents, each with its resolutions.
    file_format
        A key of ``MENTION_FORMATS``.
    layers
        Opens the layers; called only when the shape of one is to be written.
    """
    if file_format == "json":
        objects = (_object(document, r) for document, found in parsed for r in found)
        return _listed(objects, "[", "]")
    if file_format == "geojson":
        return _geojson(parsed, layers)
    if file_format == "csv":
        return _csv(parsed)
    if file_format == "marked":
        return (mark_text(document, found) + "\n" for document, found in parsed)
    if file_format == "html":
        return _html(parsed)
    raise InputError(f"unknown format {file_format!r}; known: {', '.join(MENTION_FORMATS)}")


def _record(document: Document, resolution: Resolution) -> dict[str, Any]:
    return {"document": document.label or None, **mention_record(resolution)}


def _object(document: Document, resolution: Resolution) -> dict[str, Any]:
    others = []
    for other in resolution.alternatives:
        values = dataclasses.asdict(other)
        others.append({"place": values.pop("name"), **values})
    return _record(document, resolution) | {"alternatives": others}


def _listed(objects: Iterable[dict[str, Any]], start: str, end: str) -> Iterator[str]:
    between = start + "\n"
    for values in objects:
        yield between + json.dumps(values, ensure_ascii=False, allow_nan=False)
        between = ",\n"
    yield ("\n" if between == ",\n" else between) + end + "\n"


def _geojson(parsed: Iterable[_Parsed], layers: Callable[[], BorderLayers]) -> Iterator[str]:
    shape_of = shape_reader(layers)
    features = (
        {
            "type": "Feature",
            "geometry": _geometry(resolution, shape_of),
            "properties": _record(document, resolution),
        }
        for document, found in parsed
        for resolution in found
    )
    head = f'{{"type": "FeatureCollection", "schema_version": {SCHEMA_VERSION}, "features": ['
    return _listed(features, head, "]}")


def _geometry(
    resolution: Resolution, shape_of: Callable[[str], BaseGeometry]
) -> dict[str, Any] | None:
    import shapely

    position = resolution.position
    if position is None:
        return None
    if not resolution.footprint:
        lon, lat = round(position.lon, _DECIMALS), round(position.lat, _DECIMALS)
        return {"type": "Point", "coordinates": [lon, lat]}
    shape = shapely.transform(
        _right_handed(shape_of(resolution.footprint)), lambda xy: xy.round(_DECIMALS)
    )
    mapping: dict[str, Any] = shapely.geometry.mapping(shape)
    return mapping


def _right_handed(shape: BaseGeometry) -> BaseGeometry:
    """Wind outer rings against the clock, as RFC 7946 asks."""
    from shapely.geometry import MultiPolygon, Polygon
    from shapely.geometry.polygon import orient

    if isinstance(shape, Polygon):
        return orient(shape)
    if isinstance(shape, MultiPolygon):
        return MultiPolygon([orient(part) for part in shape.geoms])
    return shape


def _csv(parsed: Iterable[_Parsed]) -> Iterator[str]:
    table = io.StringIO(newline="")
    names = ["document", *(column.name for column in MENTION_COLUMNS)]
    writer = csv.DictWriter(table, names)
    writer.writeheader()
    for document, found in parsed:
        for resolution in found:
            record = _record(document, resolution)
            writer.writerow({key: spreadsheet_cell(value) for key, value in record.items()})
        yield table.getvalue()
        table.seek(0)
        table.truncate()
    yield table.getvalue()


def _html(parsed: Iterable[_Parsed]) -> Iterator[str]:
    yield MARKED_PAGE_START
    for document, found in parsed:
        yield mark_html(document, found)
    yield MARKED_PAGE_END
