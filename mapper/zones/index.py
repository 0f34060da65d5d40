"""The layers as the zone checks need them: projected, indexed, prepared once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.errors import LayerInvalidError
from mapper.layers import BorderLayers
from mapper.model import Position, ZoneCheck
from mapper.zones.lines import (
    LONGEST_DEG,
    Clearance,
    Flags,
    Floats,
    Parts,
    Points,
    Segments,
    as_points,
    moved,
)
from mapper.zones.shares import Disks
from mapper.zones.tiles import Tiles

__all__ = ["GEOD", "SHORT_DEG", "Area", "Asked", "Index", "SeaLine", "index_of"]

#: A position, its footprint, and whether it is known to be on land.
Asked: TypeAlias = tuple[Position, str | None, bool | None]

GEOD: Final = pyproj.Geod(ellps="WGS84")
#: Straight in degrees and straight on a plane differ by less than a metre over this.
SHORT_DEG: Final = 0.05
_FAR_CHUNK: Final = 4_000  # far points at a time, against every vertex of the line


@dataclass(slots=True, kw_only=True)
class Area:
    """An area that a circle may lie in, besides its zone."""

    shape: BaseGeometry  #: EPSG:4326, prepared
    edge: Segments
    slack_m: float  #: how far its edge may be from the true one
    is_upper_bound: bool

    @classmethod
    def of(cls, name: str, layers: BorderLayers, to_metric: pyproj.Transformer) -> Area:
        """Open a layer, a view or a feature as an area."""
        info = layers.info(name)
        shape = layers.geometry(name)
        shapely.prepare(shape)
        # An upper bound is as exact as the line it follows; what is inside it stays open.
        base = layers.region.roles["line"] if info.is_upper_bound else name
        return cls(
            shape=shape,
            edge=Segments([shape.boundary], to_metric),
            slack_m=layers.info(base).accuracy_m,
            is_upper_bound=info.is_upper_bound,
        )


class SeaLine:
    """The line between the waters of both sides; each piece runs from east to west, or back."""

    def __init__(
        self, names: Sequence[str], layers: BorderLayers, to_metric: pyproj.Transformer
    ) -> None:
        shapes = [layers.geometry(name) for name in names]
        self.accuracy_m = np.array([layers.info(name).accuracy_m for name in names])
        self.line = Segments(shapes, to_metric)
        self.above, self.below = (
            [_beyond(name, shape, pole) for name, shape in zip(names, shapes, strict=True)]
            for pole in (90.0, -90.0)
        )


def _beyond(name: str, shape: BaseGeometry, pole: float) -> BaseGeometry:
    """Return all between a sea line and a pole, prepared.

    Beyond an end of the line it is what lies farther across the line than along it.
    """
    xy = shapely.get_coordinates(shape)
    out = np.sign(xy[-1, 0] - xy[0, 0])
    (first, last), height = xy[[0, -1], 0], np.abs(pole - xy[[0, -1], 1])
    corners = [[last + out * height[1], pole], [first - out * height[0], pole]]
    area = shapely.Polygon(np.concatenate([xy, corners]))
    if not area.is_valid:
        raise LayerInvalidError(f"layer {name!r} turns back: it has no north and south")
    shapely.prepare(area)
    return area


class Index:
    """What the checks need of the layers, prepared once."""

    def __init__(self, layers: BorderLayers) -> None:
        region = layers.region
        self.region = region
        #: Answers that :func:`mapper.zones.check_zones` was asked to remember.
        self.asked: dict[Asked, ZoneCheck] = {}
        roles = region.roles
        shapes = {role: layers.geometry(name) for role, name in roles.items()}
        self.mdl, self.dmz, self.land = shapes["line"], shapes["belt"], shapes["land"]
        self.north, self.south = shapes["north"], shapes["south"]
        nothing = shapely.Polygon()
        self.jsa = shapes.get("joint", nothing)
        self.world = Parts(shapes.get("world", nothing))
        shapely.prepare([self.mdl, self.dmz, self.jsa, self.north, self.south, self.land])
        accuracy_m = {role: layers.info(name).accuracy_m for role, name in roles.items()}
        self.line_accuracy_m = accuracy_m["line"]
        self.belt_accuracy_m = accuracy_m["belt"]
        self.joint_accuracy_m = accuracy_m.get("joint", 0.0)
        self.land_tolerance_m = accuracy_m["land"]
        self.world_tolerance_m = accuracy_m.get("world", 0.0)
        west, south, east, north = self.land.bounds
        self.box = (west, south, east, north)
        lon, lat = region.equal_area_origin
        plane = f"+proj=laea +lat_0={lat} +lon_0={lon} +ellps=WGS84 +units=m"
        self.to_metric = _transformer("EPSG:4326", region.metric_crs)
        self.to_degrees = _transformer(region.metric_crs, "EPSG:4326")
        self.to_area = _transformer("EPSG:4326", plane)
        self.line = Segments([self.mdl], self.to_metric)
        self.belt = Segments([self.dmz.boundary], self.to_metric)
        self.mdl_deg = shapely.get_coordinates(self.mdl)
        self.mdl_unit = _unit_vectors(self.mdl_deg)
        outline = moved(shapely.get_coordinates(self.dmz), self.to_metric)
        # No part of the belt is farther from the line than this.
        self.reach_m = float(self.line.distance(as_points(outline)).max()) * 1.001
        # The controlled area and the neutral waters, where the region has such.
        self.controlled, self.neutral = (
            Area.of(roles[role], layers, self.to_metric) if role in roles else None
            for role in ("controlled", "neutral")
        )
        sea = roles.get("sea_line", "")
        names = layers.members(sea) or (sea,)
        self.sea_line = SeaLine(names, layers, self.to_metric) if sea else None

    @cached_property
    def joint(self) -> Segments:
        """The outline of the JSA."""
        return Segments([self.jsa.boundary], self.to_metric)

    @cached_property
    def territory(self) -> Segments:
        """The outlines of both territories, but for what lies inside the belt.

        Who comes from outside the belt meets the belt's outline first.
        """
        outlines = [self.north.boundary, self.south.boundary]
        return Segments(list(shapely.difference(outlines, self.dmz)), self.to_metric)

    @cached_property
    def coast(self) -> Segments:
        """The shores of the base map; where it is cut off there is none."""
        frame = shapely.box(*self.box).boundary.buffer(1e-6)
        return Segments([shapely.difference(self.land.boundary, frame)], self.to_metric)

    @cached_property
    def clearance(self) -> Clearance:
        """How far from every line that a check asks for."""
        areas = [area.edge for area in (self.controlled, self.neutral) if area is not None]
        return Clearance([self.belt, self.joint, self.territory, self.coast, *areas])

    @cached_property
    def land_zones(self) -> list[BaseGeometry]:
        """JSA, DMZ without it, land north, south and beyond, in EPSG:4326; no two overlap."""
        dry = shapely.difference(self.land, self.dmz)
        both = shapely.union_all([self.north, self.south])
        return [
            self.jsa,
            shapely.difference(self.dmz, self.jsa),
            shapely.intersection(dry, self.north),
            shapely.intersection(dry, self.south),
            shapely.difference(dry, both),
        ]

    @cached_property
    def disks(self) -> Disks:
        """The land zones, to cut circles with, in the order of ``ZONES``."""
        return Disks([self.on_metric(zone) for zone in self.land_zones])

    @cached_property
    def frame(self) -> Segments:
        """The edge of the base map."""
        return Segments([shapely.box(*self.box).boundary], self.to_metric)

    @cached_property
    def far_sea(self) -> BaseGeometry:
        """The region's seas beyond the base map, EPSG:4326; their shores are the world map's."""
        seas = shapely.box(*self.region.seas)
        beyond = shapely.difference(seas, shapely.box(*self.box))
        return shapely.difference(beyond, shapely.intersection(self.world.area, seas))

    @cached_property
    def frame_disks(self) -> Disks:
        """All of the base map, and the sea beyond it, to cut circles with."""
        return Disks([self.on_metric(part) for part in (shapely.box(*self.box), self.far_sea)])

    @cached_property
    def regions(self) -> list[BaseGeometry]:
        """The land zones on an equal-area plane, in the order of ``ZONES``."""
        return self.on_area(self.land_zones)

    @cached_property
    def all_regions(self) -> list[BaseGeometry]:
        """All zones on the equal-area plane, in the order of ``ZONES``, the sea too."""
        near = shapely.difference(shapely.box(*self.box), shapely.union_all(self.land_zones))
        return [*self.regions, *self.on_area([shapely.union(near, self.far_sea)])]

    @cached_property
    def mdl_area(self) -> BaseGeometry:
        """The MDL on the equal-area plane."""
        (line,) = self.on_area([self.mdl])
        return line

    @cached_property
    def region_tiles(self) -> Tiles:
        """The land zones on the equal-area plane, to cut shapes with."""
        return Tiles(self.regions)

    @cached_property
    def frame_tiles(self) -> Tiles:
        """All of the base map, and the sea beyond it, to cut shapes with."""
        return Tiles(self.on_area([shapely.box(*self.box), self.far_sea]))

    @cached_property
    def half_tiles(self) -> Tiles:
        """The two territories on the equal-area plane, to cut shapes with."""
        return Tiles(self.on_area([self.north, self.south]))

    def on_area(self, shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
        """Move shapes from degrees to the equal-area plane, prepared."""
        short = shapely.segmentize(list(shapes), SHORT_DEG)
        flat = [shapely.transform(shape, self.area_xy) for shape in short]
        shapely.prepare(flat)
        return flat

    def on_metric(self, shape: BaseGeometry) -> BaseGeometry:
        """Move a shape from degrees to the metric plane, cut as :class:`Segments` are."""
        return shapely.transform(shapely.segmentize(shape, LONGEST_DEG), self.metric_xy)

    def area_xy(self, lonlat: Floats) -> Floats:
        """Move ``n`` x 2 degrees to the equal-area plane."""
        return moved(lonlat, self.to_area)

    def metric_xy(self, lonlat: Floats) -> Floats:
        """Move ``n`` x 2 degrees to the metric plane."""
        return moved(lonlat, self.to_metric)

    def in_plane(self, lon: Floats, lat: Floats) -> Flags:
        """Say which points lie where the metric plane finds the right stretch of a line."""
        west, south, east, north = self.region.metric_box
        inside: Flags = (lon > west) & (lon < east) & (lat > south) & (lat < north)
        return inside

    def line_distance(self, line: Segments, points: Points, lon: Floats, lat: Floats) -> Floats:
        """Return geodesic metres to a line from points in the plane."""
        foot = moved(line.feet(points), self.to_degrees)
        _, _, metres = GEOD.inv(lon, lat, foot[:, 0], foot[:, 1])
        return np.asarray(metres, dtype=np.float64)

    def points(self, lon: Floats, lat: Floats) -> Points:
        """Return points on the metric plane, infinite where it does not go."""
        return as_points(np.column_stack(self.to_metric.transform(lon, lat)))

    def mdl_distance(self, lon: Floats, lat: Floats, points: Points | None = None) -> Floats:
        """Return unsigned geodesic metres from each point to the MDL."""
        if points is None:
            points = self.points(lon, lat)
        near = self.in_plane(lon, lat)
        if near.all():
            return self.line_distance(self.line, points, lon, lat)
        metres = np.empty(len(lon))
        metres[near] = self.line_distance(self.line, points[near], lon[near], lat[near])
        far = np.flatnonzero(~near)
        for start in range(0, len(far), _FAR_CHUNK):
            at = far[start : start + _FAR_CHUNK]
            unit = _unit_vectors(np.column_stack([lon[at], lat[at]]))
            # Summed by einsum and not by BLAS: the same bits whatever comes in one batch.
            cosine = np.einsum("ik,jk->ij", unit, self.mdl_unit, optimize=False)
            foot = self.mdl_deg[np.argmax(cosine, axis=1)]
            metres[at] = GEOD.inv(lon[at], lat[at], foot[:, 0], foot[:, 1])[2]
        return metres


_indexes: WeakKeyDictionary[BorderLayers, Index] = WeakKeyDictionary()


def index_of(layers: BorderLayers) -> Index:
    """Return the index of these layers, made at first use and kept as long as they live."""
    if layers not in _indexes:
        _indexes[layers] = Index(layers)
    return _indexes[layers]


def _transformer(start: str, end: str) -> pyproj.Transformer:
    try:
        return pyproj.Transformer.from_crs(start, end, always_xy=True)
    except pyproj.exceptions.CRSError as error:
        raise LayerInvalidError(f"[region] metric_crs is no CRS: {error}") from error


def _unit_vectors(lonlat: Floats) -> Floats:
    lon, lat = np.radians(lonlat).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
