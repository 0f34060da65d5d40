"""Find, open and verify the geodata that ships with the package.

A layer is one GeoJSON file in EPSG:4326 that ``geodata/manifest.toml`` names with its
source, licence, accuracy and sha256. Nothing here needs geopandas, so it starts quickly.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.errors import LayerInvalidError, LayerNotFoundError
from mapper.settings import Settings

__all__ = ["METRIC_CRS", "BorderLayers", "LayerFeature", "LayerInfo", "geodata_dir"]

METRIC_CRS = "EPSG:5179"  #: Korea 2000 / Unified: planar metres, 0.04 % short of the ground

_CRS = "EPSG:4326"
_CRS_URNS = {"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", _CRS}
_STATUSES = {"treaty", "published", "derived", "approximate"}
_TEXT_KEYS = ("file", "title", "source", "url", "version", "licence", "status", "sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerInfo:
    """What the manifest says of one file.

    Attributes
    ----------
    name
        Key in the manifest: ``mdl``, ``dmz_north``...
    status
        ``treaty``, ``published``, ``derived`` or ``approximate``.
    accuracy_m
        How far the layer may be from the true line, in metres.
    attribution
        What a map that shows the layer must print; may be empty.
    """

    name: str
    title: str
    path: Path
    source: str
    url: str
    version: str
    licence: str
    status: str
    accuracy_m: float
    sha256: str
    attribution: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFeature:
    """One geometry of a layer (EPSG:4326) with its properties."""

    geometry: BaseGeometry
    properties: Mapping[str, Any]


def geodata_dir(settings: Settings | None = None) -> Path:
    """Return the folder that holds ``manifest.toml``.

    Parameters
    ----------
    settings
        Their ``geodata_dir`` wins when it is set.

    Raises
    ------
    LayerNotFoundError
        When there is no manifest there, or the package came without its data.
    """
    if settings is not None and settings.geodata_dir:
        folder = Path(settings.geodata_dir)
        if (folder / "manifest.toml").is_file():
            return folder
        raise LayerNotFoundError(
            f"no manifest.toml in {folder}: set geodata_dir to a folder with it"
        )
    package = Path(__file__).resolve().parent
    for folder in (package / "geodata", package.parent / "geodata"):
        if (folder / "manifest.toml").is_file():
            return folder
    raise LayerNotFoundError(
        f"no geodata beside {package}: the installation is incomplete, install it again"
    )


class BorderLayers:
    """The verified layers of one geodata folder, opened when they are first asked for.

    Examples
    --------
    >>> layers = BorderLayers.load()
    >>> layers.infos["mdl"].licence
    'ODbL-1.0'
    >>> layers.geometry("mdl").geom_type
    'LineString'
    """

    def __init__(self, infos: Mapping[str, LayerInfo], tables: Mapping[str, LayerInfo]) -> None:
        self.infos = infos
        self.tables = tables
        self._features: dict[str, tuple[LayerFeature, ...]] = {}
        self._geometries: dict[str, BaseGeometry] = {}

    @classmethod
    def load(cls, folder: Path | None = None) -> BorderLayers:
        """Read the manifest and check the sha256 of every layer's file.

        Parameters
        ----------
        folder
            Holds ``manifest.toml``; the package's own geodata by default.

        Raises
        ------
        LayerNotFoundError
            When the manifest or a file that it names is missing.
        LayerInvalidError
            When the manifest cannot be read or a file differs from its checksum.
        """
        folder = geodata_dir() if folder is None else folder
        manifest = _read_manifest(folder / "manifest.toml")
        if manifest.get("crs", _CRS) != _CRS:
            raise LayerInvalidError(
                f"{folder / 'manifest.toml'} declares crs {manifest['crs']!r}: layers are {_CRS}"
            )
        infos = {
            name: _info(name, entry, folder) for name, entry in manifest.get("layers", {}).items()
        }
        tables = {
            name: _info(name, entry, folder) for name, entry in manifest.get("tables", {}).items()
        }
        if not infos:
            raise LayerInvalidError(f"{folder / 'manifest.toml'} names no layer under [layers]")
        for info in infos.values():
            _check_digest(info)
        return cls(infos, tables)

    def verify(self) -> None:
        """Open every layer and table now, so that a bad one is refused at once."""
        for name in self.infos:
            self.features(name)
        for info in self.tables.values():
            _check_digest(info)

    def features(self, name: str) -> tuple[LayerFeature, ...]:
        """Return the features of a layer file, in the file's order.

        Raises
        ------
        LayerNotFoundError
            For a name that the manifest does not have.
        LayerInvalidError
            For a wrong CRS, a coordinate that is no WGS 84 position, or a geometry that is
            empty, invalid or crosses itself.
        """
        if name not in self._features:
            if name not in self.infos:
                raise LayerNotFoundError(f"no layer {name!r}; there are: {', '.join(self.infos)}")
            self._features[name] = _read_features(self.infos[name])
        return self._features[name]

    def geometry(self, name: str) -> BaseGeometry:
        """Return a layer as one shapely geometry in EPSG:4326.

        ``mdl`` is the line on land only (``mdl_estuary`` is its continuation in the water,
        which gives no side), ``dmz`` the union of both halves, ``nll_west`` the line
        without its marked points.
        """
        if name not in self._geometries:
            self._geometries[name] = self._make_geometry(name)
        return self._geometries[name]

    def _make_geometry(self, name: str) -> BaseGeometry:
        if name == "dmz":
            return shapely.union_all([self.geometry("dmz_north"), self.geometry("dmz_south")])
        if name == "mdl_estuary":
            return self._parts("mdl", "estuary")
        if name == "mdl":
            return self._parts("mdl", "land")
        shapes = [feature.geometry for feature in self.features(name)]
        lines = [shape for shape in shapes if "Point" not in shape.geom_type]
        return shapes[0] if len(shapes) == 1 else shapely.union_all(lines or shapes)

    def _parts(self, name: str, part: str) -> BaseGeometry:
        shapes = [f.geometry for f in self.features(name) if f.properties.get("part") == part]
        if len(shapes) != 1:
            raise LayerInvalidError(
                f"layer {name!r} needs one feature with part={part!r}, has {len(shapes)}"
            )
        return shapes[0]


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LayerNotFoundError(f"no {path}: give a folder that holds a manifest.toml") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise LayerInvalidError(f"{path} is not TOML: {error}") from error


def _info(name: str, entry: Mapping[str, Any], folder: Path) -> LayerInfo:
    missing = [key for key in (*_TEXT_KEYS, "accuracy_m") if key not in entry]
    if missing:
        raise LayerInvalidError(f"manifest entry {name!r} lacks {', '.join(missing)}")
    if entry["status"] not in _STATUSES:
        raise LayerInvalidError(
            f"manifest entry {name!r} has status {entry['status']!r}, "
            f"need one of {', '.join(sorted(_STATUSES))}"
        )
    path = folder / entry["file"]
    if not path.resolve().is_relative_to(folder.resolve()):
        raise LayerInvalidError(f"manifest entry {name!r} points outside {folder}: {entry['file']}")
    return LayerInfo(
        name=name,
        path=path,
        accuracy_m=float(entry["accuracy_m"]),
        attribution=entry.get("attribution", ""),
        note=entry.get("note", ""),
        **{key: entry[key] for key in _TEXT_KEYS if key != "file"},
    )


def _check_digest(info: LayerInfo) -> None:
    try:
        found = hashlib.sha256(info.path.read_bytes()).hexdigest()
    except FileNotFoundError as error:
        raise LayerNotFoundError(
            f"{info.name!r}: {info.path} is missing, install the package again"
        ) from error
    if found != info.sha256:
        raise LayerInvalidError(
            f"{info.name!r}: {info.path} has sha256 {found[:12]}..., the manifest says "
            f"{info.sha256[:12]}...: restore the file, or refresh the manifest if you changed it"
        )


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is no coordinate")  # json's own hook for NaN and Infinity


def _read_features(info: LayerInfo) -> tuple[LayerFeature, ...]:
    try:
        data = json.loads(info.path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except (OSError, ValueError) as error:
        raise LayerInvalidError(f"layer {info.name!r}: {info.path} is not JSON: {error}") from error
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
        raise LayerInvalidError(f"layer {info.name!r}: {info.path} is no FeatureCollection")
    crs = (data.get("crs") or {}).get("properties", {}).get("name", _CRS)
    if crs not in _CRS_URNS:
        raise LayerInvalidError(
            f"layer {info.name!r} is in {crs}: convert it to {_CRS} (lon, lat in degrees)"
        )
    return tuple(
        LayerFeature(geometry=_read_geometry(info, row), properties=row.get("properties") or {})
        for row in data.get("features", [])
    )


def _read_geometry(info: LayerInfo, row: Mapping[str, Any]) -> BaseGeometry:
    try:
        geometry = shapely.from_geojson(json.dumps(row["geometry"]))
    except (KeyError, TypeError, shapely.errors.GEOSException) as error:
        raise LayerInvalidError(
            f"layer {info.name!r} has a feature without a shape: {error}"
        ) from error
    coordinates = shapely.get_coordinates(geometry)
    if not len(coordinates) or not np.isfinite(coordinates).all():
        raise LayerInvalidError(f"layer {info.name!r} has an empty or NaN coordinate")
    worst_lon, worst_lat = np.abs(coordinates).max(axis=0)
    if worst_lon > 180 or worst_lat > 90:
        raise LayerInvalidError(
            f"layer {info.name!r} has a coordinate of {worst_lon}, {worst_lat}: "
            f"not {_CRS} degrees, lon before lat (projected, or swapped?)"
        )
    if not (shapely.is_valid(geometry) and shapely.is_simple(geometry)):
        raise LayerInvalidError(
            f"layer {info.name!r}: {shapely.is_valid_reason(geometry)}; it must not cross itself"
        )
    return geometry
