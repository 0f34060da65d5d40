"""Build geodata/layers and the manifest's checksums: the same inputs give the same bytes.

Run from the project's root, with the packages of the ``geodata`` dependency group::

    pip install --group geodata
    python geodata/build/build_layers.py

Every rule that a shipped layer must keep is asserted here before a file is written; the
sourced check points are then asked of the files as they ship.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from basemap import base_layers
from border import (
    DMZ_HALF_WIDTH_M,
    GEOD,
    belt_halves,
    geodesic_distance_m,
    jsa_disc,
    mdl_parts,
    nll_points,
    territories,
)
from divisions import divisions
from refresh_manifest import refresh
from sectors import CCL_REACH_M, ccl, han_estuary, nll_east, parallel_38, sectors
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from mapper.layers import BorderLayers
from mapper.model import Position
from mapper.zones import check_zones

__all__ = ["build", "main"]

LAYERS = Path(__file__).parents[1] / "layers"
Feature = tuple[BaseGeometry, dict[str, Any]]

_MDL_KM = (236, 250)  # published: 148.5 miles = 239 km (International Boundary Study No. 22)
_DMZ_KM2 = (870, 920)  # 2 x 2 km x 239 km, less what its bends overlap
_LIMIT_M = (1900, 2100)
_BASE_BYTES = 250_000


def build() -> dict[str, list[Feature]]:
    """Return the features of every layer, checked."""
    land, estuary = mdl_parts()
    north, south = belt_halves(land)
    _check_border(land, north, south)
    north_land, south_land = territories()
    nll = nll_points()
    line = LineString([(lon, lat) for _, lon, lat, _ in nll])
    features: dict[str, list[Feature]] = {
        "mdl": [(land, {"part": "land"}), (estuary, {"part": "estuary"})],
        "dmz_north": [(north, {"half": "north"})],
        "dmz_south": [(south, {"half": "south"})],
        "jsa": [(jsa_disc(), {})],
        "nll_west": [
            (line, {"label": "Northern Limit Line (UNC/ROK; not recognised by the DPRK)"}),
            *((Point(lon, lat), {"no": no, "confirmed": sure}) for no, lon, lat, sure in nll),
        ],
        "territory_north": [(north_land, {"side": "north"})],
        "territory_south": [(south_land, {"side": "south"})],
    }
    for name, (geometry, tolerance_deg) in base_layers(land).items():
        features[name] = [(geometry, {"tolerance_deg": tolerance_deg})]
    features |= _named_areas(features)
    for name, rows in features.items():
        for geometry, _ in rows:
            _check_geometry(name, geometry)
    overlap = north_land.intersection(south_land).area
    _require(overlap < 1e-6, f"the territories overlap by {overlap} square degrees")
    return features


def _named_areas(features: dict[str, list[Feature]]) -> dict[str, list[Feature]]:
    """Return the lines and areas that rest on the layers built before."""
    mdl, estuary = (geometry for geometry, _ in features["mdl"])
    shapes = {name: rows[0][0] for name, rows in features.items()}
    dmz = shapely.union_all([shapes["dmz_north"], shapes["dmz_south"]])
    land, north, south = (shapes[n] for n in ("base_land", "territory_north", "territory_south"))
    named = divisions(north, land)
    counties = named["border_counties"]
    east = nll_east()
    control = ccl(mdl, estuary, south, land, dmz)
    waters = han_estuary(estuary, shapely.union_all([c for c, _ in counties]), land, dmz)
    _check_areas(control, waters, estuary, dmz, mdl)
    layers = {
        "mdl": mdl, "estuary": estuary, "dmz": dmz, "land": land, "north": north, "south": south,
        "nll_west": shapes["nll_west"], "nll_east": east,
    }  # fmt: skip
    label = "Northern Limit Line (UNC/ROK; not recognised by the DPRK)"
    return {
        "nll_east": [(east, {"label": label})],
        "parallel_38": [(parallel_38(land), {})],
        "ccl": [(control, {"upper_bound": True})],
        "han_estuary": [(waters, {})],
        "sectors": sectors(layers, counties, seats=_seats()),
        **named,
    }


def _seats() -> list[tuple[str, float, float]]:
    """Return id, lon, lat of the middles of the counties of the North."""
    path = Path(__file__).parent / "northern_seats.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [(r["id"], float(r["lon"]), float(r["lat"])) for r in csv.DictReader(file)]


def _check_areas(
    control: BaseGeometry,
    waters: BaseGeometry,
    estuary: LineString,
    dmz: BaseGeometry,
    mdl: LineString,
) -> None:
    overlap = shapely.intersection(control, dmz).area / control.area
    _require(overlap < 0.001, f"{overlap:.4f} of the zone behind the CCL lies in the DMZ")
    line = shapely.union(mdl, estuary)
    sample = [(float(x), float(y)) for x, y in shapely.get_coordinates(control)[::10]]
    far = max(
        GEOD.inv(x, y, foot.x, foot.y)[2]
        for x, y in sample
        for foot in [line.interpolate(line.project(Point(x, y)))]
    )
    _require(far < CCL_REACH_M * 1.05, f"the zone behind the CCL reaches {far:.0f} m")
    share = shapely.intersection(waters, estuary).length / estuary.length
    _require(share > 0.7, f"the estuary's waters hold only {share:.2f} of its line")
    areas = [abs(GEOD.geometry_area_perimeter(g)[0]) / 1e6 for g in (control, waters)]
    print(f"ccl: {areas[0]:.0f} km2 at most; han_estuary: {areas[1]:.0f} km2, {share:.2f} of line")


def _check_points() -> None:
    """Require that every sourced point lies where its source says, within its accuracy."""
    path = Path(__file__).parent / "check_points.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    positions = [
        Position(
            lon=float(row["lon"]), lat=float(row["lat"]), uncertainty_m=float(row["accuracy_m"])
        )
        for row in rows
    ]
    on_land = [True if row["kind"] == "island" else None for row in rows]
    checks = check_zones(positions, BorderLayers.load(LAYERS.parent), on_land=on_land)
    for row, check in zip(rows, checks, strict=True):
        found = (check.zone.value, check.side.value if row["side"] else "", check.certainty.value)
        wanted = (row["zone"], row["side"], "certain")
        _require(found == wanted, f"{row['name']} is {found}, its source says {wanted}")
    print(f"{len(rows)} sourced check points lie where their sources say")


def _check_border(land: LineString, north: Polygon, south: Polygon) -> None:
    length_km = GEOD.geometry_length(land) / 1000
    _require(_MDL_KM[0] <= length_km <= _MDL_KM[1], f"MDL on land is {length_km:.1f} km")
    areas = [abs(GEOD.geometry_area_perimeter(half)[0]) / 1e6 for half in (north, south)]
    _require(_DMZ_KM2[0] <= sum(areas) <= _DMZ_KM2[1], f"DMZ is {sum(areas):.1f} km2")
    members = set(land.coords)
    ends = [Point(land.coords[0]), Point(land.coords[-1])]
    for name, half in (("north", north), ("south", south)):
        _require(members <= set(half.exterior.coords), f"dmz_{name} lacks vertices of the MDL")
        limit = [v for v in half.exterior.coords if v not in members]
        metres = geodesic_distance_m(limit, land)
        _require(
            bool(_LIMIT_M[0] <= metres.min() and metres.max() <= _LIMIT_M[1]),
            f"the {name} limit is {metres.min():.1f} to {metres.max():.1f} m from the MDL",
        )
        print(
            f"dmz_{name}: {areas[name == 'south']:.1f} km2, limit {metres.min():.2f} to "
            f"{metres.max():.2f} m from the MDL ({len(limit)} vertices)"
        )
    shared = shapely.intersection(north.boundary, south.boundary)
    gap = np.abs(GEOD.geometry_length(shapely.line_merge(shared)) / 1000 - length_km)
    _require(bool(gap < 0.001), f"the halves share {gap:.3f} km less than the MDL")
    _require(all(end.distance(north) == 0 == end.distance(south) for end in ends), "open ends")
    print(f"mdl: {length_km:.1f} km on land, half width {DMZ_HALF_WIDTH_M:.0f} m")


def _check_geometry(name: str, geometry: BaseGeometry) -> None:
    coordinates = shapely.get_coordinates(geometry)
    _require(bool(np.isfinite(coordinates).all()) and len(coordinates) > 0, f"{name}: no or NaN")
    _require(bool(shapely.is_valid(geometry)), f"{name}: {shapely.is_valid_reason(geometry)}")
    _require(bool(shapely.is_simple(geometry)), f"{name} is not simple")


def _require(fact: bool, message: str) -> None:  # noqa: FBT001 - an assert that -O keeps
    if not fact:
        raise SystemExit(f"refused: {message}")


def write(name: str, features: list[Feature], *, digits: int) -> int:
    """Write one layer as GeoJSON (RFC 7946), one feature a line; return its size in bytes."""
    lines = []
    for geometry, properties in features:
        shape = _rounded(json.loads(shapely.to_geojson(geometry)), digits)
        row = {"type": "Feature", "properties": properties, "geometry": shape}
        lines.append(json.dumps(row, sort_keys=True, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path = LAYERS / f"{name}.geojson"
    path.write_text(text, encoding="utf-8", newline="\n")
    return path.stat().st_size


def _rounded(value: Any, digits: int) -> Any:  # noqa: ANN401 - any part of a JSON document
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, list):
        return [_rounded(item, digits) for item in value]
    if isinstance(value, dict):
        return {key: _rounded(item, digits) for key, item in value.items()}
    return value


def main() -> None:
    """Build, write, refresh the manifest."""
    LAYERS.mkdir(exist_ok=True)
    sizes = {}
    for name, features in build().items():
        digits = 2 if name == "base_world" else 4 if name.startswith("base_") else 6
        digits = 4 if name in ("provinces", "border_counties", "han_estuary") else digits
        sizes[name] = write(name, features, digits=digits)
        print(f"{name}.geojson: {sizes[name]:,} bytes")
    base = sum(size for name, size in sizes.items() if name.startswith("base_"))
    _require(base <= _BASE_BYTES, f"the base map takes {base} bytes")
    print(f"base map: {base:,} bytes")
    for line in refresh():
        print(line)
    _check_points()


if __name__ == "__main__":
    main()
