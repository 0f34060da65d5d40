"""Read one GeoJSON layer, and the rules that every geometry must keep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.errors import LayerInvalidError

__all__ = ["CRS", "LayerFeature", "check_geometry", "read_features"]

CRS = "EPSG:4326"  #: every layer: degrees, lon before lat
_CRS_URNS = {"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", CRS}


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFeature:
    """One geometry of a layer (EPSG:4326) with its properties."""

    geometry: BaseGeometry
    properties: Mapping[str, Any]


def read_features(name: str, path: Path) -> tuple[LayerFeature, ...]:
    """Return the features of a GeoJSON file, in its order.

    Raises
    ------
    LayerInvalidError
        For a file that is no FeatureCollection in EPSG:4326, or a geometry that
        :func:`check_geometry` refuses.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except (OSError, ValueError) as error:
        raise LayerInvalidError(f"layer {name!r}: {path} is not JSON: {error}") from error
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
        raise LayerInvalidError(f"layer {name!r}: {path} is no FeatureCollection")
    crs = (data.get("crs") or {}).get("properties", {}).get("name", CRS)
    if crs not in _CRS_URNS:
        raise LayerInvalidError(
            f"layer {name!r} is in {crs}: convert it to {CRS} (lon, lat in degrees)"
        )
    return tuple(
        LayerFeature(geometry=_read_geometry(name, row), properties=row.get("properties") or {})
        for row in data.get("features", [])
    )


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is no coordinate")  # json's own hook for NaN and Infinity


def _read_geometry(name: str, row: Mapping[str, Any]) -> BaseGeometry:
    try:
        geometry = shapely.from_geojson(json.dumps(row["geometry"]))
    except (KeyError, TypeError, shapely.errors.GEOSException) as error:
        raise LayerInvalidError(f"layer {name!r} has a feature without a shape: {error}") from error
    check_geometry(name, geometry)
    return geometry


def check_geometry(name: str, geometry: BaseGeometry | None) -> None:
    """Refuse a geometry that is empty, no WGS 84 position, invalid, or crosses itself.

    Raises
    ------
    LayerInvalidError
        With the layer's name and the reason. Nothing is ever repaired.
    """
    coordinates = shapely.get_coordinates(geometry)
    if not len(coordinates) or not np.isfinite(coordinates).all():
        raise LayerInvalidError(f"layer {name!r} has an empty or NaN coordinate")
    worst_lon, worst_lat = np.abs(coordinates).max(axis=0)
    if worst_lon > 180 or worst_lat > 90:
        raise LayerInvalidError(
            f"layer {name!r} has a coordinate of {worst_lon}, {worst_lat}: "
            f"not {CRS} degrees, lon before lat (projected, or swapped?)"
        )
    if not (shapely.is_valid(geometry) and shapely.is_simple(geometry)):
        raise LayerInvalidError(
            f"layer {name!r}: {shapely.is_valid_reason(geometry)}; it must not cross itself"
        )
