"""Incidents as a GeoDataFrame, and as the files that GIS programs and data tools read."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mapper.errors import InputError, MissingExtraError
from mapper.exports.footprints import shape_reader
from mapper.files import atomic_path
from mapper.model import Analysis, Where
from mapper.schema import INCIDENT_COLUMNS, incident_record

if TYPE_CHECKING:  # they take a while to load
    import geopandas

    from mapper.layers import BorderLayers

__all__ = ["need_geoparquet", "to_geodataframe", "write_geopackage", "write_geoparquet"]

# Types with a value for what is not known: 0 killed is no empty cell.
_DTYPES: Final = {
    "str": "object",
    "int": "Int64",
    "float": "float64",
    "bool": "boolean",
    "date": "datetime64[ms]",
}
_CRS: Final = "EPSG:4326"


def to_geodataframe(analysis: Analysis) -> geopandas.GeoDataFrame:
    """Return the incidents as a table of points, one row each.

    Returns
    -------
    geopandas.GeoDataFrame
        The columns of ``INCIDENT_COLUMNS`` in the order of the analysis, and ``geometry`` in
        EPSG:4326: the centre of where it may have been, ``None`` where no place is known.
        Whole numbers and truth values are of pandas' types that know ``NA``.

    Examples
    --------
    >>> table = to_geodataframe(Analysis())
    >>> len(table), table.crs.to_string()
    (0, 'EPSG:4326')
    """
    import geopandas
    import pandas as pd
    import shapely

    documents = {document.doc_id: document for document in analysis.documents}
    records = [incident_record(incident, documents) for incident in analysis.incidents]
    columns = {
        column.name: pd.Series([r[column.name] for r in records], dtype="object").astype(
            _DTYPES[column.dtype]  # type: ignore[call-overload]  # a name known only when it runs
        )
        for column in INCIDENT_COLUMNS
    }
    points: list[Any] = [  # one of None is what the stubs of geopandas do not know
        None if where is None else shapely.Point(_rounded(where))
        for where in (incident.where for incident in analysis.incidents)
    ]
    return geopandas.GeoDataFrame(columns, geometry=geopandas.GeoSeries(points, crs=_CRS))


def write_geopackage(analysis: Analysis, path: Path, *, layers: BorderLayers | None = None) -> None:
    """Write two layers: ``incidents``, points, and ``areas``, where each may have been.

    Parameters
    ----------
    layers
        For areas that are a layer; by default those inside the package.
    """
    points = to_geodataframe(analysis)
    areas = _areas(analysis, points, layers)
    with atomic_path(path) as temporary:
        temporary.unlink()  # GDAL adds to a file that is there
        try:
            points.to_file(temporary, driver="GPKG", layer="incidents", index=False)
            areas.to_file(temporary, driver="GPKG", layer="areas", index=False, mode="a")
        except (ValueError, KeyError, RuntimeError, TypeError) as error:
            raise InputError(f"cannot write {path}: {error}") from error


def write_geoparquet(analysis: Analysis, path: Path) -> None:
    """Write the points of :func:`to_geodataframe`.

    Raises
    ------
    MissingExtraError
        Without pyarrow.
    """
    need_geoparquet()
    table = to_geodataframe(analysis)
    with atomic_path(path) as temporary:
        table.to_parquet(temporary, index=False)


def _rounded(where: Where) -> tuple[float, float]:
    return round(where.position.lon, 6), round(where.position.lat, 6)


def need_geoparquet() -> None:
    """Raise ``MissingExtraError`` where pyarrow is not installed."""
    if importlib.util.find_spec("pyarrow") is None:
        raise MissingExtraError("GeoParquet", "parquet")


def _areas(
    analysis: Analysis, points: geopandas.GeoDataFrame, layers: BorderLayers | None
) -> geopandas.GeoDataFrame:
    import geopandas

    from mapper.layers import BorderLayers
    from mapper.layers.circles import circle_around

    shape_of = shape_reader(BorderLayers.load if layers is None else lambda: layers)
    shapes: list[Any] = []
    for incident in analysis.incidents:
        where = incident.where
        if where is None:
            shapes.append(None)
        elif where.footprint:
            shapes.append(shape_of(where.footprint))
        else:
            shapes.append(circle_around(where.position))
    columns = points[["incident_id", "kind", "place", "uncertainty_m"]].copy()
    table = geopandas.GeoDataFrame(columns, geometry=geopandas.GeoSeries(shapes, crs=_CRS))
    return table[table.geometry.notna()]
