"""GeoJSON, GeoPackage and GeoParquet files of the user's."""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mapper.errors import InputError, MissingExtraError
from mapper.files import atomic_path

if TYPE_CHECKING:
    import geopandas

__all__ = ["GEO_SUFFIXES", "read_geo", "write_geo"]

_DRIVERS: Final = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GPKG"}
_PARQUET: Final = (".parquet", ".geoparquet")
#: Endings of the files that are read and written whole.
GEO_SUFFIXES: Final = (*_DRIVERS, *_PARQUET)
_MOST_BYTES: Final = 1_000_000_000


def read_geo(path: Path) -> geopandas.GeoDataFrame:
    """Read a file of features.

    Raises
    ------
    InputError
        When it is missing, too large, damaged, or holds no geometry.
    MissingExtraError
        For GeoParquet without pyarrow.
    """
    import geopandas

    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    if size > _MOST_BYTES:
        raise InputError(f"{path} is larger than 1 GB: as CSV, a file of any size is read in parts")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a remark of a driver is no problem of the user's
            if path.suffix.lower() in _PARQUET:
                _need_parquet()
                table = geopandas.read_parquet(path)
            else:
                table = geopandas.read_file(path)
    # What GDAL (RuntimeError), Arrow (ValueError, OSError), pandas and GEOS raise for a bad file.
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"cannot read {path}: {error}") from error
    if not isinstance(table, geopandas.GeoDataFrame):
        raise InputError(f"{path} holds no geometry")
    return table


def write_geo(table: geopandas.GeoDataFrame, path: Path) -> None:
    """Write features, whole or not at all; GeoJSON in EPSG:4326 (RFC 7946).

    Raises
    ------
    InputError
        When the format is not known or the file cannot be written.
    MissingExtraError
        For GeoParquet without pyarrow.
    """
    suffix = path.suffix.lower()
    if suffix not in GEO_SUFFIXES:
        raise InputError(f"cannot write {path}: known endings are {', '.join(GEO_SUFFIXES)}")
    if suffix in _PARQUET:
        _need_parquet()
    with atomic_path(path) as temporary:
        temporary.unlink()  # GDAL adds to a file that is there
        try:
            if suffix in _PARQUET:
                table.to_parquet(temporary, index=False)
            elif suffix == ".gpkg":
                table.to_file(temporary, driver="GPKG", layer=path.stem, index=False)
            else:
                table.to_crs("EPSG:4326").to_file(
                    temporary, driver="GeoJSON", index=False, RFC7946="YES"
                )
        except (ValueError, KeyError, RuntimeError, TypeError) as error:
            raise InputError(f"cannot write {path}: {error}") from error


def _need_parquet() -> None:
    if importlib.util.find_spec("pyarrow") is None:
        raise MissingExtraError("GeoParquet", "parquet")
