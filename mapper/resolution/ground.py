"""What a relative place is measured from: anchors with their extent or shape, land and sea."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry.base import BaseGeometry

from mapper.model import MentionKind, Place, Resolution
from mapper.resolution.choices import choices

if TYPE_CHECKING:
    from mapper.layers import BorderLayers

__all__ = ["Anchor", "Ground"]

_LAYER = "layer:"
_COUNTRIES = ("PCL", "TERR")  # GeoNames feature codes
_ISLANDS = ("ISL", "ISLS", "ISLET", "ISLF")
_SEAS = ("SEA", "OCN", "GULF", "BAY", "STRT", "CHN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What an expression is built on.

    Attributes
    ----------
    extent_m
        Radius that holds the anchor and the error of its point.
    shape
        Degrees: a line, a belt, an area; ``None`` where only the circle is known.
    line
        Of a belt: the line in its middle.
    accuracy_m
        How far ``shape`` may be from the true one.
    layer
        Name of the layer behind ``shape``, or empty.
    is_short_form
        The text says "the border", not "the Military Demarcation Line".
    """

    name: str
    lon: float
    lat: float
    extent_m: float
    shape: BaseGeometry | None = None
    line: BaseGeometry | None = None
    accuracy_m: float = 0.0
    layer: str = ""
    is_short_form: bool = False
    is_country: bool = False
    is_island: bool = False
    is_sea: bool = False

    @property
    def is_line(self) -> bool:
        """Say whether distances are measured from a line or belt, not from a point."""
        return self.line is not None


class Ground:
    """The layers of a region, asked only when an expression needs them.

    Parameters
    ----------
    layers
        ``None`` loads the package's own when they are first needed.
    """

    def __init__(self, layers: BorderLayers | None = None) -> None:
        self._layers = layers
        self._areas: dict[str, str] | None = None

    @property
    def layers(self) -> BorderLayers:
        """The layers of the region."""
        if self._layers is None:
            self._layers = _own_layers()
        return self._layers

    def role(self, name: str) -> str:
        """Return the layer or view that has a role in the region; empty when none has."""
        return self.layers.region.roles.get(name, "")

    def anchor(self, resolution: Resolution) -> Anchor:
        """Return what a resolved name is as an anchor."""
        position, place = resolution.position, resolution.place
        assert position is not None
        footprint = resolution.footprint or ""
        code = place.feature_code if place is not None else ""
        facts: dict[str, Any] = {
            "name": resolution.mention.name,
            "lon": position.lon,
            "lat": position.lat,
            "extent_m": position.uncertainty_m,
            "is_short_form": resolution.mention.kind is MentionKind.COREFERENT,
            "is_country": code.startswith(_COUNTRIES),
            "is_island": code in _ISLANDS,
            "is_sea": code in _SEAS,
        }
        if footprint.startswith(_LAYER):
            return self._of_layer(footprint.removeprefix(_LAYER), facts)
        if footprint:
            shape = shapely.from_wkt(footprint, on_invalid="ignore")
            if shape is not None and not shape.is_empty:
                line = shape if shapely.get_dimensions(shape) == 1 else None
                accuracy_m = place.accuracy_m if place is not None else 0.0
                return Anchor(**facts, shape=shape, line=line, accuracy_m=accuracy_m)
        return Anchor(**facts)

    def _of_layer(self, name: str, facts: dict[str, Any]) -> Anchor:
        shape = self.layers.geometry(name)
        line = shape if shapely.get_dimensions(shape) == 1 else None
        if name == self.role("belt"):
            line = self.layers.geometry(self.role("line"))
        return Anchor(
            **facts,
            shape=shape,
            line=line,
            accuracy_m=self.layers.info(name).accuracy_m,
            layer=name,
        )

    def is_belt(self, anchor: Anchor) -> bool:
        """Say whether an anchor is the region's belt."""
        return bool(anchor.layer) and anchor.layer == self.role("belt")

    def belt(self, name: str) -> Anchor:
        """Return the region's belt as an anchor."""
        layer = self.role("belt")
        shape = self.layers.geometry(layer)
        middle = shape.representative_point()
        facts = {"name": name, "lon": middle.x, "lat": middle.y, "extent_m": 1.0}
        return self._of_layer(layer, facts)

    def sibling_of(self, anchor: Anchor, shape: BaseGeometry) -> Anchor | None:
        """Return the part of a line in several layers that is nearest to a shape, if another.

        "The NLL" is the line of the west; off the eastern coast it is that of the east.
        """
        view = self.role("sea_line")
        members = self.layers.members(view) if view else ()
        if anchor.layer not in members:
            return None
        nearest = min(members, key=lambda name: shapely.distance(self.layers.geometry(name), shape))
        line = self.layers.geometry(nearest)
        return replace(
            anchor,
            shape=line,
            line=line,
            layer=nearest,
            accuracy_m=self.layers.info(nearest).accuracy_m,
        )

    def territory(self, anchor: Anchor) -> BaseGeometry | None:
        """Return the land of a country of the region."""
        if not anchor.is_country:
            return None
        for role in ("north", "south"):
            shape = self.layers.geometry(self.role(role))
            if shapely.contains_xy(shape, anchor.lon, anchor.lat):
                return shape
        return None

    def area(self, place: Place | None) -> BaseGeometry | None:
        """Return the outline of a county or province that the catalogue draws."""
        if place is None:
            return None
        if self._areas is None:
            self._areas = {}
            for layer in choices()["areas"]["layers"]:
                if layer in self.layers.infos:
                    for feature in self.layers.features(layer):
                        self._areas.setdefault(str(feature.properties.get("id")), layer)
        key = place.place_id.partition(":")[2]
        layer = self._areas.get(key, "")
        return self.layers.geometry(f"{layer}#{key}") if layer else None

    def sector(self, part: str, kind: str) -> str:
        """Return the name of the feature that draws a part of the front; empty when none does."""
        table = choices()["sectors"]
        word = table["words"].get(part)
        if word is None or table["layer"] not in self.layers.infos:
            return ""
        key = table[kind].format(part=word)
        known = {f.properties.get("id") for f in self.layers.features(table["layer"])}
        return f"{table['layer']}#{key}" if key in known else ""

    def half(self, part: str) -> str:
        """Return the layer that is the northern or southern half of the belt; empty if none."""
        if part not in ("north", "south"):
            return ""
        territory = self.layers.geometry(self.role(part))
        for member in self.layers.members(self.role("belt")):
            inner = self.layers.geometry(member).representative_point()
            if shapely.contains(territory, inner):
                return member
        return ""

    def land(self, bounds: tuple[float, float, float, float]) -> tuple[BaseGeometry, float] | None:
        """Return the land within a box and how exact it is; ``None`` when no layer covers it."""
        west, south, east, north = bounds
        for role in ("land", "world"):
            name = self.role(role)
            if not name:
                continue
            land = self.layers.geometry(name)
            left, bottom, right, top = land.bounds
            if role == "world" or (
                west >= left and south >= bottom and east <= right and north <= top
            ):
                part = shapely.clip_by_rect(land, west, south, east, north)
                if not part.is_valid:
                    part = shapely.make_valid(part)
                return part, self.layers.info(name).accuracy_m
        return None


@cache
def _own_layers() -> BorderLayers:
    from mapper.layers import BorderLayers

    return BorderLayers.load()
