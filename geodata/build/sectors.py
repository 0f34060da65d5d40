"""Lines and areas that reports name without drawing them: NLL east, CCL, estuary, sectors."""

from __future__ import annotations

import csv
from pathlib import Path

import pyproj
import shapely
from divisions import Rows, islands
from shapely import LineString
from shapely.geometry.base import BaseGeometry

__all__ = ["CCL_REACH_M", "ccl", "han_estuary", "nll_east", "parallel_38", "sectors"]

# Protection of Military Bases and Installations Act: the Civilian Control Line may be drawn
# within 10 km south of the MDL. Where the MDL ends, the middle of the estuary stands for it.
CCL_REACH_M = 10_000.0
_FRONT_REACH_M = 10_000.0  # the same on both sides: what reports call the front has no edge
_SEA_REACH_M = 30_000.0
# 38 37' N: the latitude at which the MDL meets the East Sea and which the UNC's line follows.
_NLL_EAST_LAT = 38 + 37 / 60
_NLL_EAST_TO = 130.0  # drawn 140 km out; incidents happen near the coast
# The waters end, says the military agreement of 19 September 2018 (Annex 5), between the
# southwestern end of Gyodong-do and Haenam-ri, Yonan.
_ESTUARY_REACH_M = 4_000.0
_ESTUARY_WEST = 126.2  # the southwestern end of Gyodong-do (NGII)
_THIN_DEG = 0.002
_GRID_DEG = 0.0001
# Middles of the islands: OpenStreetMap's land polygons, as in gazetteer/core.csv.
_ISLANDS = [
    (124.67481, 37.95368), (124.69977, 37.82503), (124.75186, 37.77190), (125.69654, 37.66753),
    (125.71445, 37.60994), (125.97575, 37.60870),
]  # fmt: skip
# Counties of the North whose middles (northern_seats.csv) are on the line.
_ON_LINE = {
    "panmun", "kaepung", "kaesong", "jangphung", "cholwon_kp", "pyonggang", "kimhwa_kp", "changdo",
    "kumgang_county", "kosong_kp",
}  # fmt: skip

_PLANE = pyproj.CRS("+proj=laea +lat_0=38 +lon_0=127.5 +ellps=WGS84 +units=m")
_TO_M = pyproj.Transformer.from_crs("EPSG:4326", _PLANE, always_xy=True)
_TO_DEG = pyproj.Transformer.from_crs(_PLANE, "EPSG:4326", always_xy=True)


def _move(shape: BaseGeometry, way: pyproj.Transformer) -> BaseGeometry:
    return shapely.transform(shape, way.transform, interleaved=False)


def _around(shape: BaseGeometry, reach_m: float, *, cap: str = "round") -> BaseGeometry:
    wide = _move(shapely.segmentize(shape, 0.01), _TO_M).buffer(reach_m, cap_style=cap)
    return _move(wide, _TO_DEG)


def _tidy(shape: BaseGeometry, *, tolerance_deg: float = _THIN_DEG) -> BaseGeometry:
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and p.area > 1e-5]
    thin = shapely.simplify(shapely.union_all(parts), tolerance_deg, preserve_topology=True)
    return shapely.normalize(shapely.set_precision(thin, _GRID_DEG))


def nll_east() -> LineString:
    """Return the line in the East Sea: the parallel from the MDL's eastern end outwards."""
    return LineString([(128.358864, _NLL_EAST_LAT), (_NLL_EAST_TO, _NLL_EAST_LAT)])


def parallel_38(land: BaseGeometry) -> LineString:
    """Return the 38th parallel from the peninsula's western coast to its eastern."""
    whole = LineString([(124.6, 38.0), (129.0, 38.0)])
    west, _, east, _ = shapely.intersection(whole, land).bounds
    return LineString([(round(west, 4), 38.0), (round(east, 4), 38.0)])


def ccl(
    mdl: LineString, estuary: LineString, south: BaseGeometry, land: BaseGeometry, dmz: BaseGeometry
) -> BaseGeometry:
    """Return all that may lie between the Civilian Control Line and the DMZ."""
    line = shapely.line_merge(shapely.union(mdl, _cut(estuary, _ESTUARY_WEST, 180)))
    reach = _around(line, CCL_REACH_M)
    dry = shapely.intersection(shapely.intersection(reach, south), land)
    # The DMZ is taken away last, to the vertex: no part of one may lie in the other.
    rest = shapely.difference(_tidy(dry), dmz)
    return shapely.normalize(shapely.union_all([p for p in rest.geoms if p.area > 1e-5]))


def han_estuary(
    estuary: LineString, south_bank: BaseGeometry, land: BaseGeometry, dmz: BaseGeometry
) -> BaseGeometry:
    """Return the water on both sides of the estuary's line, from the MDL's end to the mouth.

    The southern bank is NGII's counties, the northern the base map; water farther than 4 km
    from the line and the channels behind Ganghwa and Gyodong are left out.
    """
    line = _cut(estuary, _ESTUARY_WEST, 180)
    wet = shapely.difference(_around(line, _ESTUARY_REACH_M, cap="flat"), dmz)
    wet = shapely.difference(wet, shapely.union(south_bank, land))
    parts = [p for p in shapely.get_parts(wet) if p.intersects(line)]
    return _tidy(shapely.union_all(parts), tolerance_deg=0.001)


def _cut(shape: BaseGeometry, west: float, east: float) -> BaseGeometry:
    return shapely.intersection(shape, shapely.box(west, 30.0, east, 45.0))


def sectors(
    layers: dict[str, BaseGeometry], counties: Rows, *, seats: list[tuple[str, float, float]]
) -> Rows:
    """Return the features of layer ``sectors``, in the order of ``sectors.csv``.

    Parameters
    ----------
    layers
        ``mdl``, ``estuary``, ``dmz``, ``land``, ``north``, ``south``, ``nll_west``, ``nll_east``.
    seats
        Id, lon, lat of the counties of the North.
    """
    estuary = layers["estuary"]
    front_line = shapely.line_merge(shapely.union(layers["mdl"], estuary))
    front = shapely.intersection(_around(front_line, _FRONT_REACH_M), layers["land"])
    south_half = shapely.intersection(layers["dmz"], layers["south"])
    whole = {
        "dmz": layers["dmz"],
        "front": front,
        "sea_west": _around(layers["nll_west"], _SEA_REACH_M) - layers["land"],
        "sea_east": _around(layers["nll_east"], _SEA_REACH_M) - layers["land"],
        "islands": islands(_ISLANDS),
        "counties": shapely.union_all([shape for shape, _ in counties] + [south_half]),
        "seats": _county_cells(seats, shapely.intersection(layers["land"], layers["north"])),
    }
    with (Path(__file__).parent / "sectors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found: Rows = []
    for row in rows:
        shape = whole[row["kind"]]
        if row["west"]:
            shape = _cut(shape, float(row["west"]), float(row["east"]))
        if row["kind"] == "dmz":  # exactly the DMZ, so that its zone is certain
            shape = shapely.normalize(max(shapely.get_parts(shape), key=shapely.area))
        elif row["kind"] != "islands":
            shape = _tidy(shape)
        found.append((shape, {key: row[key] for key in ("id", "label", "name_ko", "note")}))
    return found


def _county_cells(seats: list[tuple[str, float, float]], land: BaseGeometry) -> BaseGeometry:
    """Return the land nearer to a county on the line than to any other county."""
    points = {(lon, lat): name for name, lon, lat in seats}
    flat = {_TO_M.transform(*point): name for point, name in points.items()}
    cells = shapely.voronoi_polygons(shapely.multipoints(list(flat)), extend_to=_move(land, _TO_M))
    chosen = []
    for cell in shapely.get_parts(cells):
        (name,) = [n for xy, n in flat.items() if cell.contains(shapely.Point(xy))]
        if name in _ON_LINE:
            chosen.append(cell)
    return shapely.intersection(_move(shapely.union_all(chosen), _TO_DEG), land)
