"""Zone checks of tables: columns in, columns out, whatever single rows hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from mapper.errors import InputError
from mapper.layers import BorderLayers
from mapper.schema import ZONE_COLUMNS
from mapper.zones.circles import check_circles
from mapper.zones.found import Found
from mapper.zones.index import index_of
from mapper.zones.lines import Floats
from mapper.zones.shapes import check_shapes

if TYPE_CHECKING:
    import geopandas

__all__ = ["check", "check_columns", "zone_layers"]

_POINTS_AT_ONCE: Final = 100_000
_SHAPES_AT_ONCE: Final = 1_000
_PROBLEM: Final = "check_problem"
_Shapes = npt.NDArray[np.object_]


def check(
    table: geopandas.GeoDataFrame,
    *,
    uncertainty_m: float | str = 1.0,
    prefix: str = "",
    layers: BorderLayers | None = None,
) -> geopandas.GeoDataFrame:
    """Say for each row of a GeoDataFrame where it lies relative to the DMZ and the MDL.

    Parameters
    ----------
    table
        Points, lines or areas in any CRS.
    uncertainty_m
        Radius in metres around each point, or the column that holds it.
    prefix
        Put before the name of every column that is added.
    layers
        The package's own by default.

    Returns
    -------
    GeoDataFrame
        A copy in the same order and CRS, with the columns of ``schema.ZONE_COLUMNS`` added. A
        row that cannot be checked has them empty, and the reason in ``check_problem``.

    Raises
    ------
    InputError
        Without a CRS, or when a column to be added is there already.

    Examples
    --------
    >>> import geopandas
    >>> points = geopandas.GeoSeries.from_wkt(["POINT (126.677 37.956)"], crs="EPSG:4326")
    >>> check(geopandas.GeoDataFrame(geometry=points.to_crs("EPSG:5179"))).zone[0]
    'jsa'
    """
    if table.crs is None:
        raise InputError("the table has no CRS: say which with table.set_crs('EPSG:4326')")
    names = [prefix + column.name for column in ZONE_COLUMNS]
    there = [name for name in names if name in table.columns]
    if there:
        raise InputError(f"the table has a column {there[0]!r} already: give another prefix")
    shapes = table.geometry.to_crs("EPSG:4326").to_numpy()
    radius_m = table[uncertainty_m] if isinstance(uncertainty_m, str) else uncertainty_m
    radii = np.broadcast_to(np.asarray(radius_m, dtype=np.float64), len(table))
    columns = check_columns(shapes, radii, layers or BorderLayers.load())
    result = table.copy()
    for name, column in zip(names, ZONE_COLUMNS, strict=True):
        result[name] = np.array(columns[column.name], dtype=_dtype(column.dtype))
    return result


def _dtype(name: str) -> Any:  # noqa: ANN401 - NumPy takes a type for this
    return np.float64 if name == "float" else object


def zone_layers(layers: BorderLayers | None = None) -> geopandas.GeoDataFrame:
    """Return the lines and areas that zone checks go by, as a GeoDataFrame in EPSG:4326.

    Examples
    --------
    >>> zone_layers().set_index("layer").loc["jsa", "status"]
    'approximate'
    """
    import geopandas

    layers = layers or BorderLayers.load()
    rows = []
    for role, name in layers.region.roles.items():
        for layer in layers.members(name) or (name,):
            info = layers.info(layer)
            rows.append(
                {
                    "layer": layer,
                    "role": role,
                    "title": info.title,
                    "status": info.status,
                    "accuracy_m": info.accuracy_m,
                    "source": info.source,
                    "licence": info.licence,
                    "attribution": info.attribution,
                    "geometry": layers.geometry(layer),
                }
            )
    return geopandas.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")


def check_columns(
    shapes: _Shapes, uncertainty_m: Floats, layers: BorderLayers
) -> dict[str, list[Any]]:
    """Check ``n`` shapes, and return the columns of ``schema.ZONE_COLUMNS``, each of length n.

    Parameters
    ----------
    shapes
        Shapely geometries in EPSG:4326, or ``None``.
    uncertainty_m
        Radii in metres around those that are points.
    """
    flat = shapely.force_2d(shapes)
    problems = _problems(flat, uncertainty_m)
    columns: dict[str, list[Any]] = {
        column.name: [None] * len(flat) for column in ZONE_COLUMNS if column.name != _PROBLEM
    }
    good = np.array([not problem for problem in problems], dtype=np.bool_)
    is_point = shapely.get_type_id(flat) == shapely.GeometryType.POINT
    points, others = np.flatnonzero(good & is_point), np.flatnonzero(good & ~is_point)
    for start in range(0, len(points), _POINTS_AT_ONCE):
        at = points[start : start + _POINTS_AT_ONCE]
        lon, lat = shapely.get_x(flat[at]), shapely.get_y(flat[at])
        _put(columns, at, _circles(lon, lat, uncertainty_m[at], layers))
    for start in range(0, len(others), _SHAPES_AT_ONCE):
        at = others[start : start + _SHAPES_AT_ONCE]
        _put(columns, at, _outlined(flat[at], layers))
    columns[_PROBLEM] = problems
    return columns


def _circles(lon: Floats, lat: Floats, radius_m: Floats, layers: BorderLayers) -> Found:
    known = np.full(len(lon), -1, dtype=np.int8)
    return check_circles(lon, lat, radius_m, known, index_of(layers))


def _outlined(shapes: _Shapes, layers: BorderLayers) -> Found:
    centres = shapely.centroid(shapes)
    outside = ~shapely.intersects(shapes, centres)
    centres[outside] = shapely.point_on_surface(shapes[outside])
    where = shapely.get_x(centres), shapely.get_y(centres)
    found = _circles(*where, np.ones(len(shapes)), layers)
    return check_shapes(list(shapes), [""] * len(shapes), found, where, layers, index_of(layers))


def _put(columns: dict[str, list[Any]], at: npt.NDArray[np.intp], found: Found) -> None:
    whole = len(at) == len(columns["zone"])
    for name, values in found.columns().items():
        if whole:
            columns[name] = values
            continue
        column = columns[name]
        for row, value in zip(at.tolist(), values, strict=True):
            column[row] = value


def _problems(shapes: _Shapes, uncertainty_m: Floats) -> list[str]:
    """Say for each shape why it cannot be checked; empty when it can."""
    problems = [""] * len(shapes)
    bounds = shapely.bounds(shapes)
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes) | np.isnan(bounds).any(axis=1)
    west, south, east, north = bounds.T
    with np.errstate(invalid="ignore"):
        beyond = (south < -90) | (north > 90) | (west < -180) | (east > 180)
        bad_radius = ~((uncertainty_m > 0) & np.isfinite(uncertainty_m))
    is_point = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    invalid = ~shapely.is_valid(shapes)
    for flags, message in (
        (bad_radius & is_point, "uncertainty is not a number of metres above 0"),
        (invalid, "geometry crosses itself"),
        (mixed, "geometry mixes points, lines and areas"),
        (beyond, "not in degrees, lon before lat (swapped, or another CRS?)"),
        (absent, "no coordinates"),
    ):
        for row in np.flatnonzero(flags).tolist():
            problems[row] = message
    return problems
