"""The border layers: MDL, DMZ halves, JSA, NLL, and the territory on each side."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pyproj
import shapely
from packages import read_timezone
from shapely import LineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

__all__ = [
    "DMZ_HALF_WIDTH_M",
    "GEOD",
    "belt_halves",
    "geodesic_distance_m",
    "jsa_disc",
    "mdl_parts",
    "nll_points",
    "territories",
]

Ring = list[tuple[float, float]]

GEOD = pyproj.Geod(ellps="WGS84")
DMZ_HALF_WIDTH_M = 2000.0  # Armistice Agreement, Art. I para 1

# The line leaves the Imjin at 126.690 E, 37.843 N; west of this vertex it runs in the
# water of the Han and Imjin estuary, where the armistice draws no MDL (Art. I para 5).
_WEST_END = (126.689576, 37.84318)
# The last vertex before the line runs straight out into the East Sea.
_EAST_END = (128.358864, 38.615321)
# The estuary ends where the NLL begins, off Gyodong.
_ESTUARY_START = (126.111114, 37.712492)

# Scale is 1 on the central meridian and 1.00007 at the ends of the MDL: 2 km are 2,000.1 m.
_METRIC = pyproj.CRS("+proj=tmerc +lat_0=38 +lon_0=127.5 +k=1 +ellps=WGS84 +units=m")
_TO_M = pyproj.Transformer.from_crs("EPSG:4326", _METRIC, always_xy=True)
_TO_DEG = pyproj.Transformer.from_crs(_METRIC, "EPSG:4326", always_xy=True)

# UNC and KPA agreed on a round area about 800 m across; centre: Wikipedia, "Joint
# Security Area", 37 57'21"N 126 40'36"E.
_JSA_CENTRE = (126 + 40 / 60 + 36 / 3600, 37 + 57 / 60 + 21 / 3600)
_JSA_RADIUS_M = 400.0

# Where OpenStreetMap's line leaves the NLL around Hambak-do, and where it is back on it.
_OFF_NLL = (126.102761, 37.707702)
_BACK_ON_NLL = (126.003779, 37.661025)
_TERRITORY_TOLERANCE_DEG = 0.002
_SMALLEST_PART_KM2 = 1.0
_SLIVER_DEG2 = 1e-9  # 10 m2: left over where two edges meet


def _project(geometry: BaseGeometry, transformer: pyproj.Transformer) -> BaseGeometry:
    return shapely.transform(geometry, transformer.transform, interleaved=False)


def _round(coordinates: np.ndarray) -> Ring:
    """Round to 1e-6 degrees (0.1 m) and drop repeats."""
    ring: Ring = []
    for x, y in coordinates:
        point = (round(float(x), 6), round(float(y), 6))
        if not ring or ring[-1] != point:
            ring.append(point)
    return ring


def _shared_runs(ring: Ring, other: list[Ring]) -> list[tuple[int, int]]:
    """Find the stretches (first, last index) of ``ring`` whose vertices ``other`` has too."""
    known = {vertex for part in other for vertex in part}
    runs, start = [], None
    for at, vertex in enumerate([*ring, None]):
        if vertex in known and start is None:
            start = at
        elif vertex not in known and start is not None:
            if at - start > 1:
                runs.append((start, at - 1))
            start = None
    return runs


def mdl_parts() -> tuple[LineString, LineString]:
    """Return the MDL on land and its continuation in the estuary, both west to east.

    OpenStreetMap's boundary between the two Koreas is where the Asia/Seoul and
    Asia/Pyongyang zones touch.
    """
    edge = _edge()
    west, east = edge.index(_WEST_END), edge.index(_EAST_END)
    land = LineString(edge[west : east + 1])
    estuary = LineString(edge[edge.index(_ESTUARY_START) : west + 1])
    return land, estuary


def _edge() -> Ring:
    """Return the shared edge that holds the MDL, with its sea ends, west to east."""
    south = read_timezone("Asia/Seoul")
    for ring in read_timezone("Asia/Pyongyang"):
        for first, last in _shared_runs(ring, south):
            run = ring[first : last + 1]
            if _WEST_END in run:
                return run if run[0][0] < run[-1][0] else run[::-1]
    raise SystemExit("the two zones share no edge at the MDL: has the source changed?")


def belt_halves(land: LineString) -> tuple[Polygon, Polygon]:
    """Return the northern and the southern half of the DMZ: 2 km each side of the MDL.

    The belt ends square at both ends of the line. Both halves hold every vertex of the
    MDL, so they meet along it exactly.
    """
    belt = _project(land, _TO_M).buffer(DMZ_HALF_WIDTH_M, quad_segs=16, cap_style="flat")
    cutter = _project(LineString(_edge()), _TO_M)
    faces = shapely.polygonize([shapely.union_all([belt.boundary, cutter])]).geoms
    halves = [face for face in faces if belt.contains(face.representative_point())]
    if len(halves) != 2:
        raise SystemExit(f"the MDL cuts its belt into {len(halves)} parts, not 2")
    polygons = [
        Polygon(_round(shapely.get_coordinates(_project(half, _TO_DEG)))) for half in halves
    ]
    polygons.sort(key=lambda half: half.centroid.y, reverse=True)
    north, south = (_share_line(half, land) for half in polygons)
    return north, south


def _share_line(half: Polygon, land: LineString) -> Polygon:
    """Replace the half's copy of the MDL by the MDL's own vertices."""
    line = list(land.coords)
    members = set(line)
    ring = list(half.exterior.coords)[:-1]
    start = next(i for i, v in enumerate(ring) if v in members and ring[i - 1] not in members)
    ring = ring[start:] + ring[:start]
    if ring[0] not in (line[0], line[-1]):
        raise SystemExit(f"the belt meets the MDL at {ring[0]}, not at one of its ends")
    inner = line if ring[0] == line[0] else line[::-1]
    limit = [vertex for vertex in ring if vertex not in members]
    return shapely.normalize(Polygon([*inner, *limit]))


def geodesic_distance_m(points: list[tuple[float, float]], line: LineString) -> np.ndarray:
    """Measure each point's geodesic distance to ``line`` by brute force, in metres.

    The line is sampled every half metre around the point that is nearest on the plane.
    """
    flat = _project(line, _TO_M)
    distances = []
    for lon, lat in points:
        at = flat.project(Point(_TO_M.transform(lon, lat)))
        near = shapely.line_interpolate_point(flat, at + np.arange(-20.0, 20.5, 0.5))
        xs, ys = _TO_DEG.transform(shapely.get_x(near), shapely.get_y(near))
        _, _, metres = GEOD.inv(np.full(len(xs), lon), np.full(len(xs), lat), xs, ys)
        distances.append(float(np.min(metres)))
    return np.array(distances)


def jsa_disc() -> Polygon:
    """Return the JSA as a geodesic circle of 64 vertices."""
    azimuths = np.linspace(0, 360, 64, endpoint=False)
    lon, lat = _JSA_CENTRE
    xs, ys, _ = GEOD.fwd(np.full(64, lon), np.full(64, lat), azimuths, np.full(64, _JSA_RADIUS_M))
    return shapely.normalize(Polygon(_round(np.column_stack([xs, ys]))))


def nll_points() -> list[tuple[int, float, float, bool]]:
    """Return number, lon, lat and whether a second source has it, for each NLL point."""

    def degrees(text: str) -> float:
        whole, minutes, seconds = (int(part) for part in text.split("-"))
        return round(whole + minutes / 60 + seconds / 3600, 6)

    with (Path(__file__).parent / "nll_west.csv").open(encoding="utf-8") as file:
        return [
            (int(row["no"]), degrees(row["lon"]), degrees(row["lat"]), row["confirmed"] == "yes")
            for row in csv.DictReader(file)
        ]


def territories() -> tuple[MultiPolygon, MultiPolygon]:
    """Return the territory, with its waters, north and south of the line.

    The vertices that the two share (MDL, estuary, part of the NLL) are kept exactly; the
    rest is thinned to 0.002 degrees, and parts below 1 km2 are left out. Around Hambak-do the
    NLL is followed.
    """
    rings = read_timezone("Asia/Pyongyang"), read_timezone("Asia/Seoul")
    north, south = _thin(*rings), _thin(*rings[::-1])
    wedge = _hambak_wedge()
    return _parts(north | wedge), _parts(south - wedge)


def _hambak_wedge() -> Polygon:
    """Return what lies between OpenStreetMap's line and the NLL around its second point.

    OpenStreetMap follows the NLL up to there but leads its line around Hambak-do. The island
    is held by the DPRK and lies about 700 m north of the NLL (ROK Ministry of National
    Defense, 20 September 2019).
    """
    edge = _edge()
    leaves, returns = edge.index(_OFF_NLL), edge.index(_BACK_ON_NLL)
    _, lon, lat, _ = nll_points()[1]
    return Polygon([*edge[returns : leaves + 1], (lon, lat)])


def _thin(rings: list[Ring], others: list[Ring]) -> MultiPolygon:
    polygons = []
    for ring in rings:
        runs = _shared_runs(ring[:-1] if ring[0] == ring[-1] else ring, others)
        polygon = Polygon(_thin_ring(ring, runs))
        area, _ = GEOD.geometry_area_perimeter(polygon)
        if abs(area) >= _SMALLEST_PART_KM2 * 1e6:
            polygons.append(shapely.normalize(polygon))
    return _parts(shapely.union_all(polygons))


def _parts(geometry: BaseGeometry) -> MultiPolygon:
    parts = [part for part in shapely.get_parts(geometry) if part.area > _SLIVER_DEG2]
    return shapely.normalize(MultiPolygon(parts))


def _thin_ring(ring: Ring, runs: list[tuple[int, int]]) -> Ring:
    if ring[0] == ring[-1]:
        ring = ring[:-1]
    if not runs:
        thin = Polygon(ring).simplify(_TERRITORY_TOLERANCE_DEG)
        return list(thin.exterior.coords) if len(thin.exterior.coords) > 3 else ring
    # Turn the ring so that it starts with a shared run, then thin between the runs.
    shift = runs[0][0]
    turned = ring[shift:] + ring[:shift]
    spans = [(first - shift, last - shift) for first, last in runs]
    result: Ring = []
    for number, (first, last) in enumerate(spans):
        result += turned[first : last + 1]
        following = spans[number + 1][0] if number + 1 < len(spans) else len(turned)
        gap = [*turned[last:following], turned[following % len(turned)]]
        if len(gap) > 2:
            kept = LineString(gap).simplify(_TERRITORY_TOLERANCE_DEG).coords
            result += [(round(x, 6), round(y, 6)) for x, y in kept][1:-1]
    return result
