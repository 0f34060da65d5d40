"""The layers as the zone checks need them: projected, indexed, prepared once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.errors import LayerInvalidError
from mapper.layers import BorderLayers

__all__ = ["GEOD", "Flags", "Floats", "Index", "Parts", "Segments", "index_of", "moved"]

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

GEOD: Final = pyproj.Geod(ellps="WGS84")
_LONGEST_DEG: Final = 0.005  # about 500 m, which keeps a line within a centimetre
_SMALL_CIRCLE_M: Final = 5_000.0  # a circle that meets few pieces of a line
# Measured: nearest pieces are found 1.8 times as fast as with shapely's usual 10.
_NODE_CAPACITY: Final = 4
_FAR_CHUNK: Final = 4_000  # far points at a time, against every vertex of the line


class Segments:
    """Straight pieces of lines on the metric plane, with an index of them."""

    def __init__(self, lines: Sequence[BaseGeometry], to_metric: pyproj.Transformer) -> None:
        starts, ends = [], []
        for line in shapely.get_parts(np.array(lines, dtype=object)):
            if line.is_empty:
                continue
            # Straight in degrees is not straight on the plane: 0.4 m off over 4 km.
            short = shapely.segmentize(line, _LONGEST_DEG)
            xy = moved(shapely.get_coordinates(short), to_metric)
            starts.append(xy[:-1])
            ends.append(xy[1:])
        none = np.empty((0, 2))
        self.start = np.concatenate([none, *starts])
        self.end = np.concatenate([none, *ends])
        pieces = np.empty(len(self.start), dtype=np.object_)
        pieces[:] = shapely.linestrings(np.stack([self.start, self.end], axis=1))
        self.tree = shapely.STRtree(pieces, node_capacity=_NODE_CAPACITY)

    def distance(self, points: Floats) -> Floats:
        """Return planar metres from each of ``n`` x 2 points to the nearest piece."""
        if not len(self.start):
            return np.full(len(points), np.inf)
        _, metres = self.tree.query_nearest(
            shapely.points(points), return_distance=True, all_matches=False
        )
        return np.asarray(metres, dtype=np.float64)

    def reached(self, points: Floats, radius_m: Floats) -> Flags:
        """Say which circles around ``n`` x 2 points reach a piece.

        Small circles ask for what is in reach, which is quick; for a large one that would
        be every piece, so it asks for the nearest.
        """
        flags = np.zeros(len(points), dtype=np.bool_)
        small = np.flatnonzero(radius_m <= _SMALL_CIRCLE_M)
        large = np.flatnonzero(radius_m > _SMALL_CIRCLE_M)
        hits, _ = self.tree.query(
            shapely.points(points[small]), predicate="dwithin", distance=radius_m[small]
        )
        flags[small[hits]] = True
        flags[large] = self.distance(points[large]) <= radius_m[large]
        return flags

    def feet(self, points: Floats) -> Floats:
        """Return the nearest point of the lines for each of ``n`` x 2 points."""
        _, at = self.tree.query_nearest(shapely.points(points), all_matches=False)
        start, along = self.start[at], self.end[at] - self.start[at]
        share = np.einsum("ij,ij->i", points - start, along) / np.einsum("ij,ij->i", along, along)
        foot: Floats = start + along * np.clip(share, 0.0, 1.0)[:, None]
        return foot


class Parts:
    """A large area, with an index of the pieces of its outline."""

    def __init__(self, area: BaseGeometry) -> None:
        self.area = area
        shapely.prepare(area)
        pieces: list[npt.NDArray[np.object_]] = [np.empty(0, dtype=np.object_)]
        for line in shapely.get_parts(area.boundary):
            xy = shapely.get_coordinates(line)
            part = np.empty(len(xy) - 1, dtype=np.object_)
            part[:] = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
            pieces.append(part)
        self.tree = shapely.STRtree(np.concatenate(pieces), node_capacity=_NODE_CAPACITY)

    def distance_deg(self, lon: Floats, lat: Floats) -> Floats:
        """Return degrees from each point to the area: 0 inside, infinite without any."""
        degrees = np.full(len(lon), np.inf)
        if len(self.tree):
            inside = shapely.contains_xy(self.area, lon, lat)
            degrees[inside] = 0.0
            points = shapely.points(lon[~inside], lat[~inside])
            _, degrees[~inside] = self.tree.query_nearest(
                points, return_distance=True, all_matches=False
            )
        return degrees


class Index:
    """What the checks need of the layers, prepared once."""

    def __init__(self, layers: BorderLayers) -> None:
        region = layers.region
        self.region = region
        shapes = {role: layers.geometry(name) for role, name in region.roles.items()}
        self.mdl, self.dmz, self.land = shapes["line"], shapes["belt"], shapes["land"]
        self.north, self.south = shapes["north"], shapes["south"]
        nothing = shapely.Polygon()
        self.jsa = shapes.get("joint", nothing)
        self.world = Parts(shapes.get("world", nothing))
        shapely.prepare([self.dmz, self.jsa, self.north, self.south, self.land])
        tolerance_m = {r: layers.info(name).accuracy_m for r, name in region.roles.items()}
        self.land_tolerance_m = tolerance_m["land"]
        self.world_tolerance_m = tolerance_m.get("world", 0.0)
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
        self.reach_m = float(self.line.distance(outline).max()) * 1.001

    @cached_property
    def joint(self) -> Segments:
        """The outline of the JSA."""
        return Segments([self.jsa.boundary], self.to_metric)

    @cached_property
    def territory(self) -> Segments:
        """The outlines of both territories; the MDL is part of each."""
        return Segments([self.north.boundary, self.south.boundary], self.to_metric)

    @cached_property
    def coast(self) -> Segments:
        """The shores of the base map; where it is cut off there is none."""
        frame = shapely.box(*self.box).boundary.buffer(1e-6)
        return Segments([shapely.difference(self.land.boundary, frame)], self.to_metric)

    @cached_property
    def regions(self) -> list[BaseGeometry]:
        """The land zones on an equal-area plane, in the order of ``_ZONES``; no two overlap."""
        dry = shapely.difference(self.land, self.dmz)
        both = shapely.union_all([self.north, self.south])
        parts = [
            self.jsa,
            shapely.difference(self.dmz, self.jsa),
            shapely.intersection(dry, self.north),
            shapely.intersection(dry, self.south),
            shapely.difference(dry, both),
        ]
        return self.on_area(parts)

    @cached_property
    def dmz_area(self) -> BaseGeometry:
        """The DMZ on the equal-area plane."""
        (dmz,) = self.on_area([self.dmz])
        return dmz

    @cached_property
    def halves(self) -> list[BaseGeometry]:
        """The two territories on the equal-area plane."""
        return self.on_area([self.north, self.south])

    def on_area(self, shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
        """Move shapes from degrees to the equal-area plane, prepared."""
        flat = [shapely.transform(shape, lambda xy: moved(xy, self.to_area)) for shape in shapes]
        shapely.prepare(flat)
        return flat

    def mdl_distance(self, lon: Floats, lat: Floats) -> Floats:
        """Return unsigned geodesic metres from each point to the MDL."""
        foot = np.empty((len(lon), 2))
        west, south, east, north = self.region.metric_box
        near = (lon > west) & (lon < east) & (lat > south) & (lat < north)
        if near.any():
            points = np.column_stack(self.to_metric.transform(lon[near], lat[near]))
            foot[near] = moved(self.line.feet(points), self.to_degrees)
        if not near.all():
            far = _unit_vectors(np.column_stack([lon[~near], lat[~near]]))
            chunks = np.array_split(far, -(-len(far) // _FAR_CHUNK))
            nearest = np.concatenate([np.argmax(part @ self.mdl_unit.T, axis=1) for part in chunks])
            foot[~near] = self.mdl_deg[nearest]
        _, _, metres = GEOD.inv(lon, lat, foot[:, 0], foot[:, 1])
        return np.asarray(metres, dtype=np.float64)


_indexes: WeakKeyDictionary[BorderLayers, Index] = WeakKeyDictionary()


def index_of(layers: BorderLayers) -> Index:
    """Return the index of these layers, made at first use and kept as long as they live."""
    if layers not in _indexes:
        _indexes[layers] = Index(layers)
    return _indexes[layers]


def moved(xy: Floats, transformer: pyproj.Transformer) -> Floats:
    """Transform ``n`` x 2 coordinates."""
    return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


def _transformer(start: str, end: str) -> pyproj.Transformer:
    try:
        return pyproj.Transformer.from_crs(start, end, always_xy=True)
    except pyproj.exceptions.CRSError as error:
        raise LayerInvalidError(f"[region] metric_crs is no CRS: {error}") from error


def _unit_vectors(lonlat: Floats) -> Floats:
    lon, lat = np.radians(lonlat).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
