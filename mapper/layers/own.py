"""A user's own belt and line in place of ours: read, checked, never repaired.

Any file that geopandas reads will do. Its features are told apart by one attribute; the
settings say which value is which of our zones::

    layers_file = "dmz.gpkg"
    layers_attribute = "half"
    layers_zones = "dmz_north=N, dmz_south=S"
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.errors import LayerInvalidError, LayerNotFoundError, MissingExtraError, SettingsError
from mapper.layers.catalogue import BorderLayers, LayerInfo, geodata_dir
from mapper.layers.reading import CRS, check_geometry
from mapper.settings import Settings

if TYPE_CHECKING:
    import geopandas

__all__ = ["OwnLayers", "open_layers", "read_own"]

_SUFFIXES: Final = (".geojson", ".json", ".gpkg", ".parquet", ".geoparquet", ".shp")
_MOST_BYTES: Final = 300_000_000
_MOST_VERTICES: Final = 2_000_000
_MOST_OVERLAP: Final = 0.01  # of the smaller half
_NEAR_LINE_DEG: Final = 0.001  # 100 m: how far a line may run beside its halves
# What GDAL (RuntimeError), Arrow (ValueError, OSError), pandas and GEOS raise for a bad file.
_UNREADABLE: Final = (OSError, ValueError, KeyError, RuntimeError, shapely.errors.ShapelyError)
_EVERY: Final = "*"  # all features of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLayers:
    """What a user's file gives.

    Attributes
    ----------
    shapes
        By name of layer or view, in EPSG:4326; what could be derived is among them.
    remarks
        What was taken for what, what was derived, which features were left aside.
    digest
        sha256 of the file.
    """

    path: Path
    shapes: Mapping[str, BaseGeometry]
    remarks: tuple[str, ...]
    digest: str


def open_layers(settings: Settings | None = None) -> BorderLayers:
    """Open the layers that the settings name: the geodata folder's, or a user's over them.

    Raises
    ------
    LayerError
        When a file is missing, damaged, or not what a layer must be.
    SettingsError
        When ``layers_zones`` names no zone of the region.
    """
    settings = settings or Settings()
    layers = BorderLayers.load(geodata_dir(settings))
    if not settings.layers_file:
        return layers
    own = read_own(
        Path(settings.layers_file),
        layers,
        attribute=settings.layers_attribute,
        zones=settings.layers_zones,
    )
    infos = {
        name: _own_info(layers.infos[name], own) for name in own.shapes if name in layers.infos
    }
    return layers.with_own(own.shapes, infos)


def _own_info(info: LayerInfo, own: OwnLayers) -> LayerInfo:
    return replace(
        info,
        title=f"{info.title}, from {own.path.name}",
        path=own.path,
        source=str(own.path),
        url="",
        version="",
        licence="not stated",
        status="own",
        sha256=own.digest,
        attribution="",
        note=f"A user's own layer; accuracy not stated, that of our {info.name} is assumed.",
    )


def read_own(
    path: Path, layers: BorderLayers, *, attribute: str = "", zones: str = ""
) -> OwnLayers:
    """Read a user's file and say which of its features stand for which zone.

    Parameters
    ----------
    path
        GeoJSON, GeoPackage, GeoParquet or Shapefile in EPSG:4326.
    layers
        The region whose layers are replaced.
    attribute
        Column that tells the features apart. Without one, the column whose values are names of
        the region's layers is taken; if there is none, all areas are the belt.
    zones
        ``"dmz_north=N, dmz_south=S"``: our name and the column's value; several pairs may have
        the same name, and ``*`` is every feature.

    Raises
    ------
    LayerNotFoundError
        When there is no such file.
    LayerInvalidError
        With the reason: unreadable, wrong or missing CRS, swapped axes, NaN, self-intersection,
        empty, huge, halves that overlap, or a line that does not run between them.
    SettingsError
        When ``zones`` is not written as above, or names no layer that can be replaced.
    """
    table = _read(path)
    name = path.name
    for geometry in table.geometry:
        check_geometry(name, geometry)
    _check_extent(name, table, layers)
    groups, remarks = _groups(name, table, layers, attribute=attribute, zones=zones)
    shapes = {role: _joined(name, role, parts, layers) for role, parts in groups.items()}
    derived, said = _complete(name, shapes, layers)
    return OwnLayers(
        path=path,
        shapes=derived,
        remarks=(*remarks, *said),
        digest=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def _read(path: Path) -> geopandas.GeoDataFrame:
    import geopandas
    import pyogrio

    if not path.is_file():
        raise LayerNotFoundError(f"no layer file {path}")
    if path.suffix.lower() not in _SUFFIXES:
        raise LayerInvalidError(f"{path.name} is none of {', '.join(_SUFFIXES)}")
    if path.stat().st_size > _MOST_BYTES:
        raise LayerInvalidError(
            f"{path.name} has {path.stat().st_size:,} bytes, more than {_MOST_BYTES:,}: "
            "cut it to the border"
        )
    try:
        with np.errstate(invalid="ignore"):  # a NaN is refused below, by name
            if path.suffix.lower() in (".parquet", ".geoparquet"):
                if importlib.util.find_spec("pyarrow") is None:
                    raise MissingExtraError("reading GeoParquet", "parquet")
                table = geopandas.read_parquet(path)
            else:
                found = [str(row[0]) for row in pyogrio.list_layers(path)]
                if len(found) != 1:
                    raise LayerInvalidError(
                        f"{path.name} has the layers {', '.join(found) or 'none'}: "
                        "give a file with exactly one"
                    )
                table = geopandas.read_file(path, engine="pyogrio")
    except LayerInvalidError:  # a ValueError too, and already says why
        raise
    except _UNREADABLE as error:
        raise LayerInvalidError(f"{path.name} cannot be read: {error}") from error
    _check_table(path.name, table)
    return table


def _check_table(name: str, table: geopandas.GeoDataFrame) -> None:
    if "geometry" not in table and not hasattr(table, "geometry"):
        raise LayerInvalidError(f"{name} has no geometries")
    if len(table) == 0:
        raise LayerInvalidError(f"{name} is empty: it has no feature")
    missing = int(table.geometry.isna().sum())
    if missing:
        raise LayerInvalidError(f"{name} is no whole layer: {missing} features have no shape")
    if table.crs is None:
        raise LayerInvalidError(f"{name} does not say its CRS: write it as {CRS}")
    if table.crs.to_epsg() != 4326 and not table.crs.equals("OGC:CRS84"):
        raise LayerInvalidError(
            f"{name} is in {table.crs.name}, not {CRS}: convert it (ogr2ogr -t_srs {CRS})"
        )
    vertices = int(shapely.get_num_coordinates(table.geometry.to_numpy()).sum())
    if vertices > _MOST_VERTICES:
        raise LayerInvalidError(
            f"{name} has {vertices:,} vertices, more than {_MOST_VERTICES:,}: "
            "cut it to the border, or thin it"
        )


def _check_extent(name: str, table: geopandas.GeoDataFrame, layers: BorderLayers) -> None:
    west, south, east, north = (float(value) for value in table.total_bounds)
    left, bottom, right, top = layers.region.metric_box
    said = f"{west:.2f}, {south:.2f}, {east:.2f}, {north:.2f}"
    if west >= left and east <= right and south >= bottom and north <= top:
        return
    if south >= left and north <= right and west >= bottom and east <= top:
        raise LayerInvalidError(
            f"{name} reaches over {said}: its axes are swapped, longitude must come first"
        )
    raise LayerInvalidError(
        f"{name} reaches over {said} (west, south, east, north): too large for, or outside of, "
        f"{layers.region.title} ({left:g}, {bottom:g}, {right:g}, {top:g})"
    )


def _roles(layers: BorderLayers) -> list[str]:
    """Return the names of what a user may replace: line, belt, its halves, joint area."""
    roles = layers.region.roles
    names = [roles["line"], roles["belt"], *layers.members(roles["belt"]), roles.get("joint", "")]
    return [name for name in names if name]


def _groups(
    name: str, table: geopandas.GeoDataFrame, layers: BorderLayers, *, attribute: str, zones: str
) -> tuple[dict[str, list[BaseGeometry]], list[str]]:
    """Return the geometries of each zone, and what to tell of the choice."""
    pairs = _parse(zones, _roles(layers))
    if not attribute and not any(value == _EVERY for _, value in pairs):
        attribute = _guess(name, table, _roles(layers), pairs)
    if not attribute and not pairs:
        pairs = [(layers.region.roles["belt"], _EVERY)]
    pairs = pairs or [(role, role) for role in _roles(layers)]
    if attribute and attribute not in table.columns:
        columns = ", ".join(str(c) for c in table.columns if c != table.geometry.name)
        raise LayerInvalidError(
            f"{name} has no attribute {attribute!r}; it has {columns or 'none'}"
        )
    values = table[attribute].astype(str).tolist() if attribute else [""] * len(table)
    shapes = table.geometry.tolist()
    groups: dict[str, list[BaseGeometry]] = {}
    for role, value in pairs:
        chosen = [s for s, v in zip(shapes, values, strict=True) if value in (_EVERY, v)]
        if chosen:
            groups.setdefault(role, []).extend(chosen)
        elif zones:
            raise LayerInvalidError(
                f"no feature of {name} has {attribute} = {value!r}; there are "
                f"{', '.join(sorted(set(values)))}"
            )
    remarks = [f"{role}: {len(parts)} of {len(table)} features" for role, parts in groups.items()]
    wanted = {value for _, value in pairs}
    aside = sorted({v for v in values if v not in wanted}) if _EVERY not in wanted else []
    if aside:
        remarks.append(f"left aside: {attribute} = {', '.join(aside)}")
    return groups, remarks


def _parse(zones: str, roles: list[str]) -> list[tuple[str, str]]:
    pairs = []
    for part in filter(None, (part.strip() for part in zones.split(","))):
        role, mark, value = (piece.strip() for piece in part.partition("="))
        if not (role and mark and value) or role not in roles:
            raise SettingsError(
                f"layers_zones has {part!r}; write it like {roles[0]}=VALUE, with one of "
                f"{', '.join(roles)}"
            )
        pairs.append((role, value))
    return pairs


def _guess(
    name: str, table: geopandas.GeoDataFrame, roles: list[str], pairs: list[tuple[str, str]]
) -> str:
    """Return the one column that holds the wanted values; empty when none does."""
    wanted = {value for _, value in pairs} or set(roles)
    columns = [
        str(column)
        for column in table.columns
        if column != table.geometry.name and wanted & set(table[column].astype(str))
    ]
    if len(columns) > 1:
        raise LayerInvalidError(
            f"{name} has such values in {', '.join(columns)}: say which with layers_attribute"
        )
    if not columns and pairs:
        raise LayerInvalidError(
            f"no attribute of {name} has the value {', '.join(sorted(wanted))}: "
            "say which attribute with layers_attribute"
        )
    return columns[0] if columns else ""


def _joined(name: str, role: str, parts: list[BaseGeometry], layers: BorderLayers) -> BaseGeometry:
    dimension = 1 if role == layers.region.roles["line"] else 2
    wrong = {part.geom_type for part in parts if shapely.get_dimensions(part) != dimension}
    if wrong:
        raise LayerInvalidError(
            f"{name}: {role} must be {'a line' if dimension == 1 else 'an area'}, "
            f"not {', '.join(sorted(wrong))}"
        )
    flat = [shapely.force_2d(part) for part in parts]
    whole = flat[0] if len(flat) == 1 else shapely.union_all(flat)
    return shapely.line_merge(whole) if dimension == 1 else whole


def _complete(
    name: str, shapes: dict[str, BaseGeometry], layers: BorderLayers
) -> tuple[dict[str, BaseGeometry], list[str]]:
    """Derive what the file does not give, so that line, belt and territories agree."""
    roles = layers.region.roles
    belt, line = roles["belt"], roles["line"]
    halves = _halves(layers)
    north, south = (layers.geometry(roles[side]) for side in ("north", "south"))
    given = [half for half in halves.values() if half in shapes]
    remarks: list[str] = []
    if belt in shapes and given:
        raise LayerInvalidError(f"{name} gives both {belt} and {', '.join(given)}: map one of them")
    if not given and belt not in shapes:
        raise LayerInvalidError(f"{name} gives no {belt}: map its areas with layers_zones")
    if len(given) == 1:
        raise LayerInvalidError(f"{name} gives {given[0]} alone: map both halves, or {belt}")
    if belt in shapes:
        if line in shapes:
            raise LayerInvalidError(
                f"{name} gives {line} without the halves beside it: map both halves as well"
            )
        shapes |= _split(name, shapes[belt], layers)
        remarks.append(f"{belt} is cut into halves by our {line}")
        return shapes, remarks
    upper, lower = shapes[halves["north"]], shapes[halves["south"]]
    _check_halves(name, upper, lower)
    if line in shapes:
        _check_line(name, shapes[line], upper, lower)
    else:
        shapes[line] = _edge(name, upper, lower, line)
        remarks.append(f"{line} is where the halves meet")
    shapes[belt] = shapely.union(upper, lower)
    shapes[roles["north"]] = shapely.union(shapely.difference(north, lower), upper)
    shapes[roles["south"]] = shapely.union(shapely.difference(south, upper), lower)
    return shapes, remarks


def _halves(layers: BorderLayers) -> dict[str, str]:
    """Return which layer is the northern and which the southern half of the belt."""
    members = layers.members(layers.region.roles["belt"])
    north = layers.geometry(layers.region.roles["north"])
    if len(members) != 2:
        return {}
    shares = [shapely.intersection(layers.geometry(m), north).area for m in members]
    upper = int(shares[1] > shares[0])
    return {"north": members[upper], "south": members[1 - upper]}


def _split(name: str, belt: BaseGeometry, layers: BorderLayers) -> dict[str, BaseGeometry]:
    roles = layers.region.roles
    line = layers.geometry(roles["line"])
    inside = shapely.intersection(line, belt).length / line.length
    if inside < 0.5:
        raise LayerInvalidError(
            f"{name}: only {inside:.0%} of our {roles['line']} lies in its {roles['belt']}; "
            "give the line as well, or both halves"
        )
    return {
        half: shapely.intersection(belt, layers.geometry(roles[side]))
        for side, half in _halves(layers).items()
    }


def _check_halves(name: str, upper: BaseGeometry, lower: BaseGeometry) -> None:
    overlap = shapely.intersection(upper, lower).area / min(upper.area, lower.area)
    if overlap > _MOST_OVERLAP:
        raise LayerInvalidError(f"{name}: its halves overlap by {overlap:.0%} of the smaller one")


def _check_line(name: str, line: BaseGeometry, upper: BaseGeometry, lower: BaseGeometry) -> None:
    xy = shapely.get_coordinates(shapely.segmentize(line, _NEAR_LINE_DEG))
    points = shapely.points(xy)
    far = np.maximum(shapely.distance(points, upper), shapely.distance(points, lower))
    share = float(np.mean(far > _NEAR_LINE_DEG))
    if share > 0.05:
        raise LayerInvalidError(
            f"{name}: {share:.0%} of its line does not run between the halves (100 m)"
        )


def _edge(name: str, upper: BaseGeometry, lower: BaseGeometry, line: str) -> BaseGeometry:
    shared = shapely.intersection(upper.boundary, lower.boundary)
    parts = [part for part in shapely.get_parts(shared) if part.geom_type == "LineString"]
    edge = shapely.line_merge(shapely.union_all(parts))
    if not parts or edge.length < 0.2 * min(upper.length, lower.length):
        raise LayerInvalidError(
            f"{name}: its halves do not share an edge: map the line between them as {line}"
        )
    return edge
