"""The layers of one geodata folder: found, checked against the manifest, opened on demand."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from mapper.errors import LayerInvalidError, LayerNotFoundError
from mapper.layers.drawing import Drawing, read_drawing
from mapper.layers.reading import CRS, LayerFeature, read_features
from mapper.layers.region import Region, View, read_region, read_views
from mapper.settings import Settings

__all__ = ["BorderLayers", "LayerInfo", "geodata_dir"]

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
    is_upper_bound
        The true area lies somewhere inside the layer: being in it proves nothing.
    drawing
        How a map shows it; ``None`` where no map does.
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
    is_upper_bound: bool = False
    drawing: Drawing | None = None


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
    package = Path(__file__).resolve().parents[1]
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

    def __init__(
        self,
        infos: Mapping[str, LayerInfo],
        tables: Mapping[str, LayerInfo],
        *,
        region: Region,
        views: Mapping[str, View],
        own: Mapping[str, BaseGeometry] | None = None,
    ) -> None:
        self.infos = infos
        self.tables = tables
        self.region = region
        self._views = views
        self._features: dict[str, tuple[LayerFeature, ...]] = {}
        self._own = dict(own or {})
        self._geometries: dict[str, BaseGeometry] = dict(self._own)

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
        if manifest.get("crs", CRS) != CRS:
            raise LayerInvalidError(
                f"{folder / 'manifest.toml'} declares crs {manifest['crs']!r}: layers are {CRS}"
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
        region, views = read_region(manifest), read_views(manifest)
        known = set(infos) | set(views)
        strange = sorted(set(region.roles.values()) - known)
        if strange:
            raise LayerInvalidError(f"[region] roles name {strange[0]!r}, which is no layer")
        return cls(infos, tables, region=region, views=views)

    def with_own(
        self, shapes: Mapping[str, BaseGeometry], infos: Mapping[str, LayerInfo]
    ) -> BorderLayers:
        """Return a copy in which the caller's shapes (EPSG:4326) stand for ours.

        Parameters
        ----------
        shapes
            By name of layer or view.
        infos
            What to say of them; a name that is new is added.
        """
        return BorderLayers(
            {**self.infos, **infos},
            self.tables,
            region=self.region,
            views=self._views,
            own={**self._own, **shapes},
        )

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
            self._features[name] = self._read(name)
        return self._features[name]

    def geometry(self, name: str) -> BaseGeometry:
        """Return a layer, a view or one feature of a layer as a shapely geometry in EPSG:4326.

        A layer of lines and points is its lines (``nll_west`` without its marked points).
        ``mdl`` is the line on land only (``mdl_estuary`` is its continuation in the water,
        which gives no side), ``dmz`` the union of both halves; the manifest's ``[views]`` say
        so. ``sectors#eastern_dmz`` is the feature of layer ``sectors`` with that ``id``.
        """
        if name not in self._geometries:
            self._geometries[name] = self._make_geometry(name)
        return self._geometries[name]

    def info(self, name: str) -> LayerInfo:
        """Return what the manifest says of the layer behind a layer, view or feature's name."""
        base = name.partition("#")[0]
        view = self._views.get(base)
        if base not in self.infos and view is not None:
            base = view.layer or view.union[0]
        if base not in self.infos:
            raise LayerNotFoundError(f"no layer {name!r}; there are: {', '.join(self.infos)}")
        return self.infos[base]

    def members(self, name: str) -> tuple[str, ...]:
        """Return the layers that a view is the union of; none for a layer."""
        view = self._views.get(name)
        return view.union if view is not None else ()

    @property
    def views(self) -> Mapping[str, View]:
        """The shapes made of other layers, by name."""
        return self._views

    def _read(self, name: str) -> tuple[LayerFeature, ...]:
        if name in self._own:
            return (LayerFeature(geometry=self._own[name], properties={}),)
        return read_features(name, self.infos[name].path)

    def _make_geometry(self, name: str) -> BaseGeometry:
        base, _, feature_id = name.partition("#")
        if feature_id:
            return self._feature(base, feature_id)
        view = self._views.get(name)
        if view is not None and view.union:
            return shapely.union_all([self.geometry(member) for member in view.union])
        if view is not None:
            return self._parts(view.layer, view.part)
        shapes = [feature.geometry for feature in self.features(name)]
        lines = [shape for shape in shapes if "Point" not in shape.geom_type]
        return shapes[0] if len(shapes) == 1 else shapely.union_all(lines or shapes)

    def _feature(self, layer: str, feature_id: str) -> BaseGeometry:
        shapes = {f.properties.get("id"): f.geometry for f in self.features(layer)}
        if feature_id not in shapes:
            known = ", ".join(str(key) for key in shapes if key) or "none with an id"
            raise LayerNotFoundError(f"layer {layer!r} has no feature {feature_id!r}; has: {known}")
        return shapes[feature_id]

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
        is_upper_bound=bool(entry.get("upper_bound", False)),
        note=entry.get("note", ""),
        drawing=read_drawing(name, entry.get("map")),
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
