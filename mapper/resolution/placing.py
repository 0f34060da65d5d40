"""From the words of a relation to its area: one function for each way of saying where.

The methods follow the shape and point-radius methods of Chapman AD & Wieczorek JR (2020)
Georeferencing Best Practices, GBIF Secretariat, https://doi.org/10.15468/doc-gg7h-s853.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import shapely
from shapely.geometry.base import BaseGeometry

from mapper.model import Relation, Resolution, Span
from mapper.resolution.choices import choices, direction_reach, near_reach
from mapper.resolution.ground import Anchor, Ground
from mapper.resolution.shapes import Plane, beside, common, half_width, sector, without

if TYPE_CHECKING:
    from mapper.layers import BorderLayers

__all__ = ["Drawn", "at_sea", "draw", "draw_constraint"]

_PARTS_DEG = {
    "north": 0.0, "northeast": 45.0, "east": 90.0, "southeast": 135.0,
    "south": 180.0, "southwest": 225.0, "west": 270.0, "northwest": 315.0,
}  # fmt: skip
_SIDES = ("north", "south")  # of a belt; its other edges are its ends
_FACING = 0.5  # cosine of a bearing that is north or south rather than east or west
_FAR_M = 2_000_000.0  # farther than any part of an area from its middle


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """An area in degrees, with what is to be told of it.

    Attributes
    ----------
    nominal
        lon, lat of the very point that the words give, where they give one.
    stretch_known
        False for a strip along a whole line: the side is given, the stretch is not.
    keeps_center
        The nominal point stands although it is outside: the middle of a ring.
    """

    shape: BaseGeometry
    method: str
    remark: str
    nominal: tuple[float, float] | None = None
    layer: str = ""
    stretch_known: bool = True
    keeps_center: bool = False


_Anchors = Mapping[Span, Resolution]


def draw(relation: Relation, anchors: _Anchors, ground: Ground) -> Drawn | str:
    """Draw the area of one relation, without its constraints.

    Parameters
    ----------
    anchors
        Resolutions of the names that the relation speaks of, by span.

    Returns
    -------
    Drawn or str
        The reason, when nothing can be drawn.
    """
    if relation.landmark in _LANDMARKS:
        return _LANDMARKS[relation.landmark](relation, ground)
    resolution = anchors.get(relation.anchor)
    if resolution is None or resolution.position is None:
        name = f" {resolution.mention.name!r}" if resolution is not None else ""
        return f"its anchor{name} has no place"
    anchor = ground.anchor(resolution)
    if relation.kind == "between":
        other = anchors.get(relation.other or relation.anchor)
        if other is None or other.position is None:
            return "its second anchor has no place"
        return _between(anchor, ground.anchor(other))
    if relation.kind == "inside":
        return _inside(anchor, resolution, ground)
    if relation.kind == "edge" and relation.part in _SIDES and ground.is_belt(anchor):
        return _edge(relation.part, anchor, ground)
    if relation.kind in ("section", "edge"):
        return _section(relation, anchor, resolution, ground)
    if relation.kind == "off":
        return _off(relation, anchor, ground)
    return _beside_line(relation, anchor, ground) if anchor.is_line else _around(relation, anchor)


def _around(relation: Relation, anchor: Anchor) -> Drawn:
    """Draw distance, direction or nearness from a place known as a circle."""
    plane = Plane(lon=anchor.lon, lat=anchor.lat)
    extent_m, bearing = anchor.extent_m, relation.bearing_deg
    if relation.kind in ("near", "along"):
        near_m = near_reach(extent_m)
        return Drawn(
            shape=plane.world(plane.disc(extent_m + near_m)),
            method="point-radius: near a feature",
            remark=f"within {_km(near_m)} of {anchor.name}, which is ± {_km(extent_m)} wide",
            nominal=(anchor.lon, anchor.lat),
        )
    middle_m, error_m = relation.distance_m, relation.distance_error_m
    if relation.kind == "direction":
        middle_m = error_m = direction_reach(extent_m) / 2
    near_m, far_m = max(middle_m - error_m, 0.0), middle_m + error_m
    if bearing is None:
        shape = sector(max(near_m - extent_m, 0.0), far_m + extent_m, None, 180)
        return Drawn(
            shape=plane.world(shape),
            method="shape: distance from a feature",
            remark=f"{_km(middle_m)} ± {_km(error_m)} from {anchor.name}, in no said direction",
            nominal=(anchor.lon, anchor.lat),
            keeps_center=True,
        )
    cut = sector(near_m, far_m, bearing, relation.bearing_error_deg)
    told = f"{_km(middle_m)} ± {_km(error_m)}" if relation.kind != "direction" else "some way"
    method = "distance and heading" if relation.kind != "direction" else "heading only"
    return Drawn(
        shape=plane.world(cut.buffer(extent_m, quad_segs=16)),
        method=f"shape: {method}",
        remark=(
            f"{told} at {bearing:g}° ± {relation.bearing_error_deg:g}° from {anchor.name},"
            f" which is ± {_km(extent_m)} wide"
        ),
        nominal=plane.point(bearing, middle_m),
    )


def draw_constraint(
    relation: Relation, anchors: _Anchors, ground: Ground, shape: BaseGeometry
) -> Drawn | str:
    """Draw a relation that narrows ``shape``; of several lines of one name, the one it meets."""
    if relation.landmark == "belt":  # what lies beside the belt lies in that part of the front
        relation = replace(relation, landmark="front")
    if relation.kind == "direction":  # only the side counts: the rest of the words say how far
        relation = replace(relation, constraints=(relation,))
    resolution = anchors.get(relation.anchor)
    if relation.kind == "line_offset" and resolution is not None and resolution.position:
        anchor = ground.anchor(resolution)
        whole = ground.sibling_of(anchor, shape) if anchor.layer else None
        if whole is not None:
            return _beside_line(relation, whole, ground)
    return draw(relation, anchors, ground)


def _beside_line(relation: Relation, anchor: Anchor, ground: Ground) -> Drawn:
    """Draw a strip along a line or belt: where along it is not said."""
    reach = choices()["reach_m"]
    error_m = anchor.accuracy_m
    if relation.kind in ("near", "along"):
        belt = anchor.shape is not anchor.line
        far_m = float(reach["near_line" if relation.kind == "near" else "along_line"])
        if belt and relation.kind == "along":
            assert anchor.shape is not None
            return _layer_drawn(anchor, ground, "shape: along a feature", f"along {anchor.name}")
        near_m, bearing = 0.0, None
        told = f"within {_km(far_m)} of {anchor.name}, on either side"
    else:
        middle_m, spread_m = relation.distance_m, relation.distance_error_m
        if relation.kind == "direction":
            middle_m = spread_m = _line_reach(relation, anchor, ground) / 2
        near_m = max(middle_m - spread_m - error_m, 0.0)
        far_m, bearing = middle_m + spread_m + error_m, relation.bearing_deg
        told = f"{_km(near_m)} to {_km(far_m)} from {anchor.name}, a line: "
        told += "the side is given, the stretch is not" if bearing is not None else "on either side"
    return Drawn(
        shape=_strip(ground.layers, anchor.layer, anchor, near_m, far_m, bearing),
        method="shape: offset from a line",
        remark=told,
        nominal=(anchor.lon, anchor.lat),
        stretch_known=False,
    )


def _line_reach(relation: Relation, anchor: Anchor, ground: Ground) -> float:
    """Return how far "south of the MDL" reaches: not far beyond the belt, if it stands alone."""
    reach = choices()["reach_m"]
    roles = ground.layers.region.roles
    if anchor.layer != roles["line"] or anchor.is_short_form or relation.constraints:
        return float(reach["direction_line"])
    return float(reach["direction_belt"]) * _half_belt(ground)


def _half_belt(ground: Ground) -> float:
    roles = ground.layers.region.roles
    return half_width(ground.layers.geometry(roles["belt"]), ground.layers.geometry(roles["line"]))


def _edge(part: str, belt: Anchor, ground: Ground) -> Drawn:
    """Draw a strip on both sides of the belt's limit: what is at an edge may be outside."""
    reach_m = float(choices()["reach_m"]["edge_belt"]) * _half_belt(ground) + belt.accuracy_m
    strip = _layer_strip(ground.layers, belt.layer, -reach_m, reach_m, _PARTS_DEG[part])
    return Drawn(
        shape=strip,
        method="shape: edge of a feature",
        remark=f"within {_km(reach_m)} of the {part} edge of {belt.name}, on either side",
        nominal=(belt.lon, belt.lat),
        stretch_known=False,
    )


def _strip(
    layers: BorderLayers,
    layer: str,
    anchor: Anchor,
    near_m: float,
    far_m: float,
    bearing_deg: float | None,
) -> BaseGeometry:
    if layer:
        return _layer_strip(layers, layer, near_m, far_m, bearing_deg)
    assert anchor.line is not None
    return _draw_strip(anchor.line, anchor.line, near_m, far_m, bearing_deg)


@lru_cache(maxsize=64)
def _layer_strip(
    layers: BorderLayers, layer: str, near_m: float, far_m: float, bearing_deg: float | None
) -> BaseGeometry:
    """Draw a strip along a layer once: a text says "south of the MDL" often."""
    roles = layers.region.roles
    shape = layers.geometry(layer)
    line = layers.geometry(roles["line"]) if layer == roles["belt"] else shape
    strip = _draw_strip(shape, line, near_m, far_m, bearing_deg)
    facing = 0.0 if bearing_deg is None else math.cos(math.radians(bearing_deg))
    if layer in (roles["line"], roles["belt"]) and abs(facing) > _FACING:
        # Beyond its ends the line says nothing: there the territories do.
        other = layers.geometry(roles["south" if facing > 0 else "north"])
        strip = without(strip, shapely.clip_by_rect(other, *_grown(strip.bounds)))
    return strip


def _draw_strip(
    shape: BaseGeometry,
    line: BaseGeometry,
    near_m: float,
    far_m: float,
    bearing_deg: float | None,
) -> BaseGeometry:
    west, south, east, north = line.bounds
    plane = Plane(lon=(west + east) / 2, lat=(south + north) / 2)
    flat = plane.flat(line)
    if shape is line:
        strip = beside(flat, far_m, bearing_deg)
        if near_m > 0:
            strip = shapely.difference(strip, beside(flat, near_m, None))
        return plane.world(strip)
    belt = plane.flat(shape)
    rim = shapely.points(shapely.get_coordinates(belt)[::10])
    wide_m = float(shapely.distance(rim, flat).max()) * 1.5 + far_m
    inner = belt.buffer(near_m, quad_segs=8) if near_m else belt  # below 0 it is inside the belt
    strip = shapely.difference(belt.buffer(far_m, quad_segs=8), inner)
    if bearing_deg is not None:
        strip = shapely.intersection(strip, beside(flat, wide_m, bearing_deg))
    return plane.world(strip)


def _between(first: Anchor, second: Anchor) -> Drawn:
    """Draw a corridor from one place to the other; its middle is midway."""
    start = Plane(lon=first.lon, lat=first.lat)
    x, y = start.xy([second.lon], [second.lat])
    length_m = math.hypot(x[0], y[0])
    lon, lat = start.point(math.degrees(math.atan2(x[0], y[0])), length_m / 2)
    plane = Plane(lon=lon, lat=lat)
    ends = shapely.points(*plane.xy([first.lon, second.lon], [first.lat, second.lat]))
    reach = choices()["reach_m"]
    half_m = max(
        first.extent_m, second.extent_m, reach["between_least"], reach["between_share"] * length_m
    )
    way = shapely.LineString(shapely.get_coordinates(ends))
    return Drawn(
        shape=plane.world(way.buffer(half_m, quad_segs=24)),
        method="shape: between two features",
        remark=f"within {_km(half_m)} of the way from {first.name} to {second.name}",
        nominal=(lon, lat),
    )


def _inside(anchor: Anchor, resolution: Resolution, ground: Ground) -> Drawn | str:
    """Draw what a place covers, to narrow another relation by it."""
    if anchor.is_island:  # "in the Northwest Islands" is the waters around them as well
        return _around(Relation(kind="near", anchor=Span(0, 0)), anchor)
    shape = ground.territory(anchor) or ground.area(resolution.place)
    if shape is None and anchor.shape is not None:
        if anchor.shape is anchor.line:  # "the MDL near Cheorwon"
            along = Relation(kind="along", anchor=Span(0, 0))
            return _beside_line(along, anchor, ground)
        shape = anchor.shape
    if shape is None:
        plane = Plane(lon=anchor.lon, lat=anchor.lat)
        shape = plane.world(plane.disc(anchor.extent_m))
        if anchor.is_sea:
            shape = at_sea(shape, ground, sea=True) or shape
    return Drawn(shape=shape, method="shape: feature", remark=f"in {anchor.name}")


def _section(
    relation: Relation, anchor: Anchor, resolution: Resolution, ground: Ground
) -> Drawn | str:
    """Draw a part of an area: a half of the belt, a sector of the front, half a town."""
    part = relation.part
    remark = f"the {part.replace('_', '-')} part of {anchor.name}"
    is_belt = ground.is_belt(anchor)
    if is_belt or (anchor.layer and anchor.layer == ground.role("line")):
        layer = ground.half(part) if is_belt else ""
        layer = layer or ground.sector(part, "front" if relation.landmark == "front" else "belt")
        if layer:
            return Drawn(
                shape=ground.layers.geometry(layer),
                method="shape: part of a feature",
                remark=remark,
                layer=layer,
            )
    if anchor.is_line and part in ("north", "south"):
        beyond = Relation(kind="direction", anchor=relation.anchor, bearing_deg=_PARTS_DEG[part])
        return _beside_line(beyond, anchor, ground)
    shape = ground.territory(anchor) or ground.area(resolution.place) or anchor.shape
    return _part_of(part, shape, anchor, remark)


def _part_of(part: str, shape: BaseGeometry | None, anchor: Anchor, remark: str) -> Drawn | str:
    plane = Plane(lon=anchor.lon, lat=anchor.lat)
    if shape is not None:
        middle = shape.centroid
        plane = Plane(lon=middle.x, lat=middle.y)
    flat: BaseGeometry = plane.disc(anchor.extent_m) if shape is None else plane.flat(shape)
    if shapely.get_dimensions(flat) == 1:
        flat = shapely.buffer(flat, choices()["reach_m"]["near_line"], quad_segs=8)
    bearing = _PARTS_DEG.get(part)
    if bearing is None:  # the central third, or one beside it
        west, _, east, _ = flat.bounds
        step = (east - west) / 5
        start = {"west_central": 1, "central": 2, "east_central": 3}.get(part)
        if start is None:
            return f"no such part: {part}"
        window: BaseGeometry = shapely.box(
            west + (start - 0.5) * step, -_FAR_M, west + (start + 1.5) * step, _FAR_M
        )
    else:
        window = sector(0.0, _FAR_M, bearing, 90.0 if bearing % 90 == 0 else 45.0)
    cut = shapely.intersection(flat, window)
    if cut.is_empty:
        return f"{anchor.name} has no such part"
    return Drawn(shape=plane.world(cut), method="shape: part of a feature", remark=remark)


def _off(relation: Relation, anchor: Anchor, ground: Ground) -> Drawn | str:
    """Draw the water beside a place, cut by the shore."""
    reach = choices()["reach_m"]
    territory = ground.territory(anchor)
    if territory is not None:
        return _off_coast(territory, relation, anchor.name, ground)
    plane = Plane(lon=anchor.lon, lat=anchor.lat)
    middle_m, error_m = relation.distance_m, relation.distance_error_m
    far_m = middle_m + error_m if middle_m else float(reach["off"])
    shape = plane.disc(anchor.extent_m + far_m)
    if relation.bearing_deg is not None:
        cone = sector(
            0.0, anchor.extent_m + far_m, relation.bearing_deg, relation.bearing_error_deg
        )
        shape = cone.buffer(anchor.extent_m, quad_segs=16).intersection(shape)
    world = plane.world(shape)
    covering = ground.land(_grown(world.bounds))
    if covering is None:
        return "no layer shows the shore there"
    land, accuracy_m = covering
    water = without(world, land)
    if middle_m and not water.is_empty:
        water = _from_shore(water, land, plane, anchor, relation, accuracy_m)
    if water.is_empty:
        return f"there is no sea near {anchor.name}"
    told = f"{_km(middle_m)} ± {_km(error_m)}" if middle_m else f"within {_km(far_m)}"
    return Drawn(
        shape=water,
        method="shape: off a feature, cut by the shore",
        remark=f"in the water, {told} off {anchor.name}",
        nominal=plane.point(relation.bearing_deg, anchor.extent_m + middle_m)
        if relation.bearing_deg is not None
        else None,
    )


def _from_shore(
    water: BaseGeometry,
    land: BaseGeometry,
    plane: Plane,
    anchor: Anchor,
    relation: Relation,
    accuracy_m: float,
) -> BaseGeometry:
    """Keep the water at the given distance from the shore, as exact as the shore is drawn."""
    shore = plane.flat(land)
    if anchor.is_island and not shore.intersects(plane.disc(anchor.extent_m)):
        shore = shapely.union(shore, plane.disc(anchor.extent_m))  # too small for the base map
    error_m = relation.distance_error_m + accuracy_m
    flat = plane.flat(water).intersection(shore.buffer(relation.distance_m + error_m))
    near_m = relation.distance_m - error_m
    if near_m > 0:
        flat = flat.difference(shore.buffer(near_m))
    return plane.world(flat) if not flat.is_empty else flat


def _off_coast(land: BaseGeometry, relation: Relation, name: str, ground: Ground) -> Drawn | str:
    """Draw the water off a country's coast, on the side that is named."""
    middle = land.centroid
    plane = Plane(lon=middle.x, lat=middle.y)
    reach_m = float(choices()["reach_m"]["off_country"])
    if relation.distance_m:
        reach_m = relation.distance_m + relation.distance_error_m
    coast = plane.flat(shapely.simplify(land, 0.01))
    flat: BaseGeometry = shapely.buffer(coast, reach_m, quad_segs=8)
    near_m = relation.distance_m - relation.distance_error_m
    if near_m > 0:
        flat = shapely.difference(flat, shapely.buffer(coast, near_m, quad_segs=8))
    if relation.bearing_deg is not None:
        cone = sector(0.0, _FAR_M, relation.bearing_deg, relation.bearing_error_deg)
        flat = shapely.intersection(flat, cone)
    water = at_sea(plane.world(flat), ground, sea=True)
    if water is None or water.is_empty:
        return f"{name} has no such coast"
    return Drawn(
        shape=water,
        method="shape: off a coast, cut by the shore",
        remark=f"in the water within {_km(reach_m)} of the coast of {name}",
        stretch_known=False,
    )


def _coast(relation: Relation, ground: Ground) -> Drawn | str:
    roles = ground.layers.region.roles
    land = shapely.union_all([ground.layers.geometry(roles[side]) for side in ("north", "south")])
    return _off_coast(land, relation, ground.layers.region.name.title(), ground)


def _front(relation: Relation, ground: Ground) -> Drawn | str:
    layer = ground.sector(relation.part, relation.landmark)
    if not layer:
        return "no layer draws that part of the front"
    return Drawn(
        shape=ground.layers.geometry(layer),
        method="shape: feature",
        remark="a part of the front as newspapers use the word; no authority draws it",
        layer=layer,
    )


def _fence(relation: Relation, ground: Ground) -> Drawn:
    """Draw the belt and what lies so near to it: where the fence runs is not public."""
    belt = ground.belt("the fence")
    assert belt.shape is not None
    far_m = relation.distance_m + relation.distance_error_m + belt.accuracy_m
    west, south, east, north = belt.shape.bounds
    plane = Plane(lon=(west + east) / 2, lat=(south + north) / 2)
    return Drawn(
        shape=plane.world(plane.flat(belt.shape).buffer(far_m, quad_segs=8)),
        method="shape: offset from a line",
        remark="no geometry of the fence is public: it stands in or at the legal belt",
        stretch_known=False,
    )


_LANDMARKS: Mapping[str, Callable[[Relation, Ground], Drawn | str]] = {
    "coast": _coast,
    "belt": _front,
    "front": _front,
    "fence": _fence,
}


def _layer_drawn(anchor: Anchor, ground: Ground, method: str, remark: str) -> Drawn:
    return Drawn(
        shape=ground.layers.geometry(anchor.layer),
        method=method,
        remark=remark,
        nominal=(anchor.lon, anchor.lat),
        layer=anchor.layer,
        stretch_known=False,
    )


def at_sea(shape: BaseGeometry, ground: Ground, *, sea: bool) -> BaseGeometry | None:
    """Return the part of a shape on water (or on land); ``None`` where no layer shows it."""
    covering = ground.land(_grown(shape.bounds))
    if covering is None:
        return None
    return without(shape, covering[0]) if sea else common(shape, covering[0])


def _grown(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = bounds
    return west - 1e-3, south - 1e-3, east + 1e-3, north + 1e-3


def _km(metres: float) -> str:
    if metres < 1_000:
        return f"{metres:,.0f} m"
    return f"{metres / 1000:,.0f} km" if metres >= 100_000 else f"{metres / 1000:.3g} km"
