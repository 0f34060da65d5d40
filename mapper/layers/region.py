"""What a geodata folder says of its region: which layer is the line, which the belt.

Nothing but the manifest's tables ``[region]`` and ``[views]`` knows which border this is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mapper.errors import LayerInvalidError

__all__ = ["Box", "Region", "View", "read_region", "read_views"]

Box = tuple[float, float, float, float]  #: west, south, east, north in degrees

_ROLES = {"line", "belt", "joint", "north", "south", "land", "world"} | {
    "sea_line", "controlled", "neutral",
}  # fmt: skip
_NEEDED_ROLES = ("line", "belt", "north", "south", "land")
_KEYS = {"name", "title", "metric_crs", "metric_box", "plane_error", "equal_area_origin"} | {
    "seas", "reach_m", "roles",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The facts about a region that checks need besides its layers.

    Attributes
    ----------
    metric_crs
        CRS in metres around the line.
    metric_box
        Where that CRS finds the right stretch of the line (degrees).
    plane_error
        Factor above any error of length of ``metric_crs`` over the base map.
    equal_area_origin
        lon, lat of the middle of an equal-area plane.
    seas
        Where water is the region's sea; beyond, it is outside the region.
    reach_m
        No land of the region is farther from the line than this.
    roles
        Layer or view that is the ``line``, the ``belt``, the ``joint`` area inside it
        (optional), the territory ``north`` and ``south``, the ``land`` of the base map, and,
        all optional, the coarse land of the ``world``, the ``sea_line`` between the waters of
        both sides, the ``controlled`` area behind the belt and the ``neutral`` waters.
    """

    name: str
    title: str
    metric_crs: str
    metric_box: Box
    plane_error: float
    equal_area_origin: tuple[float, float]
    seas: Box
    reach_m: float
    roles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A shape made of other layers: the union of some, or the features of one with a ``part``.

    ``name`` and ``name_ko`` are written on a map along the line of the region, if it is a belt.
    """

    union: tuple[str, ...] = ()
    layer: str = ""
    part: str = ""
    name: str = ""
    name_ko: str = ""


def read_region(manifest: Mapping[str, Any]) -> Region:
    """Read ``[region]`` of a manifest.

    Raises
    ------
    LayerInvalidError
        For a missing or unknown key or role, or a box that is none.
    """
    entry = manifest.get("region", {})
    missing = sorted(_KEYS - set(entry))
    unknown = sorted(set(entry) - _KEYS)
    if missing or unknown:
        said = f"lacks {', '.join(missing)}" if missing else f"does not know {', '.join(unknown)}"
        raise LayerInvalidError(f"the manifest's table [region] {said}")
    roles = dict(entry["roles"])
    if set(roles) - _ROLES or not all(roles.get(role) for role in _NEEDED_ROLES):
        raise LayerInvalidError(
            f"[region] roles need {', '.join(_NEEDED_ROLES)} (and may have "
            f"{', '.join(sorted(_ROLES - set(_NEEDED_ROLES)))}), "
            f"got {', '.join(roles) or 'none'}"
        )
    lon, lat = (float(value) for value in entry["equal_area_origin"])
    return Region(
        name=str(entry["name"]),
        title=str(entry["title"]),
        metric_crs=str(entry["metric_crs"]),
        metric_box=_box("metric_box", entry),
        plane_error=float(entry["plane_error"]),
        equal_area_origin=(lon, lat),
        seas=_box("seas", entry),
        reach_m=float(entry["reach_m"]),
        roles=roles,
    )


def _box(key: str, entry: Mapping[str, Any]) -> Box:
    values = [float(value) for value in entry[key]]
    if len(values) != 4 or values[0] >= values[2] or values[1] >= values[3]:
        raise LayerInvalidError(f"[region] {key} must be west, south, east, north, got {values}")
    return values[0], values[1], values[2], values[3]


def read_views(manifest: Mapping[str, Any]) -> dict[str, View]:
    """Read ``[views]`` of a manifest: shapes made of its layers.

    Raises
    ------
    LayerInvalidError
        For a view of a layer that the manifest does not have.
    """
    layers = manifest.get("layers", {})
    views = {}
    for name, entry in manifest.get("views", {}).items():
        members = tuple(entry.get("union", ())) or (entry.get("layer", ""),)
        strange = [member for member in members if member not in layers]
        if strange:
            raise LayerInvalidError(f"view {name!r} is made of {strange[0]!r}, which is no layer")
        views[name] = View(
            union=tuple(entry.get("union", ())),
            layer=str(entry.get("layer", "")),
            part=str(entry.get("part", "")),
            name=str(entry.get("name", "")),
            name_ko=str(entry.get("name_ko", "")),
        )
    return views
