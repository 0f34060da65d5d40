"""Where things lie: sourced points, a brute-force oracle, invariants."""

import csv
import doctest
import json
import random
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import mapper.zones
from mapper.cli.check import command as check_command
from mapper.errors import InputError, LayerNotFoundError
from mapper.layers import BorderLayers
from mapper.model import Certainty, Position, Side, ZoneName
from mapper.zones import check_area, check_zones, land_hint

LAYERS = BorderLayers.load()
GEOD = pyproj.Geod(ellps="WGS84")

# name, lon, lat, uncertainty_m, zone, side, source of the coordinate and of the fact
SOURCED = [
    ("Daeseong-dong", 126.67836, 37.94207, 400, "inside_dmz", "south", "GeoNames 1835065"),
    ("Kijong-dong", 126.65556, 37.94528, 400, "inside_dmz", "north", "Wikipedia: Kijong-dong"),
    ("Dora Observatory", 126.70583, 37.90917, 100, "inside_dmz", "south",
     "Wikipedia: Dora Observatory; inside the legal belt, not between the fences"),
    ("Third Tunnel, visitors' entrance", 126.69885, 37.91643, 150, "inside_dmz", "south",
     "waymarking.com WM19YZW"),
    ("JSA", 126.67667, 37.95583, 100, "jsa", None, "Wikipedia: Joint Security Area"),
    ("South Gate of the DMZ", 126.72096, 37.93431, 50, "south_of_dmz", "south",
     "Jeon et al. 2025, doi:10.1371/journal.pntd.0012748"),
    ("Camp Bonifas", 126.72270, 37.93201, 200, "south_of_dmz", "south",
     "Jeon et al. 2025, doi:10.1371/journal.pntd.0012748"),
    ("Kaesong", 126.55444, 37.97083, 5000, "north_of_dmz", "north", "GeoNames 1876373"),
    ("Seoul", 126.9784, 37.566, 15000, "south_of_dmz", "south", "GeoNames 1835848"),
    ("Pyongyang", 125.75432, 39.03385, 15000, "north_of_dmz", "north", "GeoNames 1871859"),
    ("Busan", 129.03004, 35.10168, 12000, "south_of_dmz", "south", "GeoNames 1838524"),
    ("Baengnyeong", 124.67583, 37.95194, 4000, "south_of_dmz", "south",
     "Wikipedia: Baengnyeong Island"),
    ("Yeonpyeong", 125.69639, 37.66667, 2000, "south_of_dmz", "south", "Wikipedia: Yeonpyeongdo"),
    ("ROKS Cheonan's sinking", 124.60056, 37.92917, 500, "sea", "unknown",
     "Wikipedia: ROKS Cheonan (PCC-772)"),
    ("Tokyo", 139.69171, 35.6895, 20000, "outside_korea", "unknown", "GeoNames 1850147"),
]  # fmt: skip

lons = st.floats(126.2, 128.8)
lats = st.floats(37.5, 38.9)
radii = st.floats(1, 40_000)
positions = st.builds(
    lambda lon, lat, radius: Position(lon=lon, lat=lat, uncertainty_m=radius), lons, lats, radii
)


def at(lon, lat, uncertainty_m=1.0, **options):
    """Check one position; keyword options in the singular."""
    many = {key: [value] for key, value in options.items()}
    (check,) = check_zones(
        [Position(lon=lon, lat=lat, uncertainty_m=uncertainty_m)], LAYERS, **many
    )
    return check


def check(lon, lat, zone, *, side=None, certainty=None, uncertainty_m=1.0, **options):
    found = at(lon, lat, uncertainty_m, **options)
    assert zone is None or found.zone == zone
    assert side is None or found.side == side
    assert certainty is None or found.certainty == certainty
    return found


def brute_force_m(lon, lat):
    """Geodesic distance to the MDL: to a vertex every 20 m, then every 0.2 m around the best."""
    line = shapely.segmentize(LAYERS.geometry("mdl"), 0.0002)
    xy = shapely.get_coordinates(line)
    for _ in range(2):
        count = len(xy)
        metres = GEOD.inv(np.full(count, lon), np.full(count, lat), xy[:, 0], xy[:, 1])[2]
        best = int(np.argmin(metres))
        stretch = xy[max(0, best - 1) : best + 2]
        xy = shapely.get_coordinates(shapely.segmentize(shapely.LineString(stretch), 0.000002))
    return float(np.min(metres))


# So near to a limit of the belt that its layer's accuracy (400 m) leaves it open, or to a shore.
WITHIN_ACCURACY = {"Dora Observatory", "South Gate of the DMZ", "Camp Bonifas"} | {
    "dora_observatory", "dorasan_station", "jsa_south_gate", "camp_bonifas", "woljeong_ri_station",
    # On the base map their hills are water, less than its accuracy (1 km) off a shore.
    "odusan_observatory", "ganghwa_peace_observatory",
}  # fmt: skip


@pytest.mark.parametrize("row", SOURCED, ids=lambda row: row[0])
def test_sourced_points(row):
    name, lon, lat, uncertainty_m, zone, side, _ = row
    certainty = "possible" if name in WITHIN_ACCURACY else "certain"
    check(lon, lat, zone, side=side, certainty=certainty, uncertainty_m=uncertainty_m)


# Where each lies by a fact that is not ours; source and accuracy of its coordinate.
CHECK_POINTS = list(
    csv.DictReader(
        (Path(__file__).parent.parent / "geodata" / "build" / "check_points.csv")
        .read_text("utf-8")
        .splitlines()
    )
)


def distance_to_limits_m(lon, lat, zone, side) -> float:
    """Metres to the nearest line whose crossing would make the point's zone or side another."""
    lines = [LAYERS.geometry("dmz").boundary, LAYERS.geometry("jsa").boundary]
    if side:
        lines.append(LAYERS.geometry("mdl"))
    foot = [shapely.shortest_line(line, shapely.Point(lon, lat)).coords[0] for line in lines]
    return min(GEOD.inv(lon, lat, *xy)[2] for xy in foot)


def test_there_are_enough_check_points():
    assert len(CHECK_POINTS) >= 40
    assert len({row["id"] for row in CHECK_POINTS}) == len(CHECK_POINTS)
    assert all(row["source"] and row["fact"] for row in CHECK_POINTS)


@pytest.mark.parametrize("row", CHECK_POINTS, ids=lambda row: row["id"])
def test_check_points(row):
    lon, lat, accuracy_m = float(row["lon"]), float(row["lat"]), float(row["accuracy_m"])
    # A point that is less exact than it is far from a limit tests nothing.
    assert accuracy_m < distance_to_limits_m(lon, lat, row["zone"], row["side"])
    check(
        lon,
        lat,
        row["zone"],
        side=row["side"] or None,
        certainty="possible" if row["id"] in WITHIN_ACCURACY else "certain",
        uncertainty_m=accuracy_m,
        on_land=True if row["kind"] == "island" else None,
    )


def test_what_no_known_coordinate_can_test():
    # Inside the JSA the side goes by the building's name: Freedom House south, Panmungak north.
    for building in ("Freedom House", "Panmungak"):
        assert at(126.67667, 37.95583, 100).side is Side.STRADDLES, building
    # White Horse Hill: Wikipedia's point is good to 1 km, 300 m from the southern limit, and
    # 1.7 km south of the MDL: its side is known, its zone is not.
    hill = check(
        127.15, 38.29, "inside_dmz", side="south", certainty="possible", uncertainty_m=1000
    )
    assert hill.mdl_distance_max_m < 0
    # Arrowhead Hill: no point of it is published; Daema-ri, its village, is 4 km south.


def test_the_bridge_of_no_return_is_on_the_line_within_the_lines_accuracy():
    # Wikidata: Bridge of No Return; the MDL runs through its middle.
    assert at(126.67060, 37.95613).mdl_distance_m <= LAYERS.infos["mdl"].accuracy_m


def test_goseong_unification_observatory_is_south_of_the_belt():
    # National Geographic Information Institute: middle of its village, Myeongho-ri.
    check(128.35993, 38.58223, "south_of_dmz", side="south", uncertainty_m=2500)


def test_distances_agree_with_brute_force_geodesics():
    random.seed(5)
    near = [(random.uniform(126.5, 128.5), random.uniform(37.7, 38.7)) for _ in range(150)]
    far = [(random.uniform(121.5, 134), random.uniform(33, 43.5)) for _ in range(50)]
    points = [Position(lon=x, lat=y, uncertainty_m=1) for x, y in near + far]
    for position, found in zip(points, check_zones(points, LAYERS), strict=True):
        expected = brute_force_m(position.lon, position.lat)
        assert abs(found.mdl_distance_m) == pytest.approx(expected, abs=0.05)


def test_distances_across_the_world_are_geodesic_too():
    for lon, lat in ((-74.0, 40.7), (139.7, 35.7), (2.35, 48.85), (-52.5, -38.2)):
        assert at(lon, lat).mdl_distance_m == pytest.approx(brute_force_m(lon, lat), abs=5)


def test_the_sign_is_the_side():
    north, south = at(127.5, 38.6), at(127.5, 38.0)
    assert north.side is Side.NORTH
    assert north.mdl_distance_m > 0
    assert south.side is Side.SOUTH
    assert south.mdl_distance_m < 0
    assert north.mdl_distance_min_m == pytest.approx(north.mdl_distance_m - 1)
    assert south.mdl_distance_max_m == pytest.approx(south.mdl_distance_m + 1)


def test_a_point_either_side_of_every_stretch_of_the_line():
    # 30 m left and right of the middle of each straight piece of 100 m and more.
    line = shapely.get_coordinates(LAYERS.geometry("mdl"))
    (azimuth, _, metres) = GEOD.inv(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1])
    long = np.flatnonzero(metres > 100)
    assert len(long) > 500
    middle = (line[:-1] + line[1:])[long] / 2
    sides = {}
    for name, turn in (("left", -90), ("right", 90)):
        lon, lat, _ = GEOD.fwd(
            middle[:, 0], middle[:, 1], azimuth[long] + turn, np.full(len(long), 30.0)
        )
        points = [Position(lon=x, lat=y, uncertainty_m=1) for x, y in zip(lon, lat, strict=True)]
        sides[name] = check_zones(points, LAYERS)
    # West to east, north is on the left; where the line doubles back within 30 m it is not.
    agree = [
        (a.side is Side.NORTH and b.side is Side.SOUTH) or ZoneName.JSA in (a.zone, b.zone)
        for a, b in zip(sides["left"], sides["right"], strict=True)
    ]
    assert np.mean(agree) > 0.99


def test_a_circle_that_reaches_the_line_straddles_it():
    distance = at(127.5, 38.33).mdl_distance_m
    assert at(127.5, 38.33, abs(distance) + 1).side is Side.STRADDLES
    assert at(127.5, 38.33, abs(distance) - 1).side is not Side.STRADDLES
    wide = at(127.5, 38.33, 5000)
    assert wide.mdl_distance_min_m < 0 < wide.mdl_distance_max_m


def test_a_circle_that_leaves_its_zone_is_only_possible():
    check(126.67836, 37.94207, "inside_dmz", certainty="possible", uncertainty_m=3000)
    check(126.67667, 37.95583, "jsa", certainty="possible", uncertainty_m=600)
    check(127.0, 40.0, "north_of_dmz", certainty="possible", uncertainty_m=300_000)
    check(129.03, 35.10, "south_of_dmz", certainty="certain", uncertainty_m=30_000)
    check(124.4, 40.1, "north_of_dmz", certainty="possible", uncertainty_m=5000)  # Sinuiju


def test_crossing_the_mdl_does_not_leave_the_dmz():
    check(127.3, 38.315, "inside_dmz", side="straddles", certainty="certain", uncertainty_m=900)


def test_inside_the_jsa_no_line_gives_a_side():
    for lon, lat in ((126.6769, 37.9570), (126.6769, 37.9545)):
        found = check(lon, lat, "jsa", side="unknown")
        assert found.mdl_distance_m >= 0
        assert found.share_inside_dmz == 1


def test_share_inside_the_dmz_is_the_share_of_the_area():
    for lon, lat, radius in ((127.0, 38.27, 2000), (126.7, 37.93, 3000), (127.4, 38.3, 20_000)):
        turn = np.sqrt(np.linspace(0, 1, 4000, endpoint=False) + 0.5 / 4000)
        lons, lats, _ = GEOD.fwd(
            np.full(4000, lon), np.full(4000, lat), np.arange(4000) * 137.508, turn * radius
        )
        inside = shapely.contains_xy(LAYERS.geometry("dmz"), lons, lats).mean()
        assert at(lon, lat, radius).share_inside_dmz == pytest.approx(inside, abs=0.01)


def test_certain_means_that_no_land_in_the_circle_is_in_another_zone():
    random.seed(11)
    for _ in range(25):
        lon, lat = random.uniform(126.4, 128.4), random.uniform(37.8, 38.7)
        radius = random.uniform(200, 8000)
        found = at(lon, lat, radius)
        if found.zone in (ZoneName.SEA, ZoneName.OUTSIDE):
            continue
        steps = np.sqrt(np.linspace(0, 0.995, 300))
        xs, ys, _ = GEOD.fwd(
            np.full(300, lon), np.full(300, lat), np.arange(300) * 137.508, steps * radius
        )
        parts = [Position(lon=x, lat=y, uncertainty_m=1) for x, y in zip(xs, ys, strict=True)]
        zones = {part.zone for part in check_zones(parts, LAYERS)} - {ZoneName.SEA}
        if found.certainty is Certainty.CERTAIN:
            assert zones == {found.zone}
        elif len(zones) == 1:
            # Only a sliver may have been missed by the samples.
            edges = shapely.union_all([LAYERS.geometry("dmz").boundary,
                                       LAYERS.geometry("territory_north").boundary,
                                       LAYERS.geometry("jsa").boundary])  # fmt: skip
            assert edges.distance(shapely.Point(lon, lat)) * 111_000 > radius * 0.7


def test_the_caller_may_know_better_than_the_coarse_coast():
    # Open water on the base map; an islet too small for it, says the caller.
    check(125.95, 37.60, "sea", uncertainty_m=300)
    check(125.95, 37.60, "south_of_dmz", side="south", on_land=True)
    # On the base map's land, but the caller says sea: a harbour, an estuary.
    check(126.6, 37.45, "south_of_dmz")
    check(126.6, 37.45, "sea", side="unknown", on_land=False)
    # In the belt the zone is the belt's, on land or not.
    check(127.3, 38.315, "inside_dmz", on_land=False)


def shares_at(*args, **options):
    shares = at(*args, **options).shares
    return shares.north_of_dmz, shares.south_of_dmz, shares.outside_korea, shares.sea


@pytest.mark.parametrize("on_land", [None, True])
def test_what_is_known_of_a_center_is_not_known_of_its_wide_circle(on_land):
    # Off Haeju, in the base map's water, 1 km from land; most of the circle is sea.
    north, south, outside, sea = shares_at(125.5, 37.75, 60_000, on_land=on_land)
    assert (north, sea) == (pytest.approx(0.33, abs=0.01), pytest.approx(0.669, abs=0.01))
    assert south > 0  # Yeonpyeong
    assert outside == 0
    check(125.5, 37.75, "north_of_dmz", certainty="possible", uncertainty_m=60_000)
    # As far as the base map may be off, it is what the caller knows.
    assert shares_at(125.5, 37.75, 1000, on_land=on_land) == (1, 0, 0, 0)


@pytest.mark.parametrize(("radius_m", "part"), [(1000, 1), (2000, 1 / 4), (10_000, 1 / 100)])
def test_an_islet_or_inlet_is_as_large_as_the_map_may_be_off(radius_m, part):
    # An islet in the open sea, a harbor far inland: both are the caller's word.
    islet = shares_at(125.95, 37.55, radius_m, on_land=True)
    assert islet == pytest.approx((0, part, 0, 1 - part), abs=1e-4)
    inlet = shares_at(127.1, 37.2, radius_m, on_land=False)
    assert inlet == pytest.approx((0, 1 - part, 0, part), abs=1e-4)
    check(127.1, 37.2, "sea", certainty="possible", on_land=False, uncertainty_m=radius_m)


def test_a_center_that_only_the_accuracy_makes_land_is_never_certain():
    check(125.5, 37.75, "north_of_dmz", certainty="possible", uncertainty_m=100)
    check(125.5, 37.75, "north_of_dmz", certainty="certain", uncertainty_m=100, on_land=True)


def test_the_sea_beyond_the_base_map_is_sea():
    # East of Ulleung-do, over the edge of the base map; off Qingdao, over the other edge.
    for lon, lat, radius_m in ((131.3, 37.5, 100_000), (122.6, 36.0, 80_000)):
        north, south, outside, sea = shares_at(lon, lat, radius_m)
        assert north == 0
        assert outside < 1e-9
        assert south + sea == pytest.approx(1)
    # From the Yellow Sea to Shandong, which the base map does not reach.
    _, _, outside, sea = shares_at(123.21, 36.25, 144_000)
    assert (outside, sea) == (pytest.approx(0.031, abs=0.005), pytest.approx(0.969, abs=0.005))
    check(123.21, 36.25, "sea", certainty="possible", uncertainty_m=144_000)
    # A box of sea, most of it east of the base map.
    box = "POLYGON ((131.9 38, 134 38, 134 39, 131.9 39, 131.9 38))"
    assert shares_at(131.95, 38.5, footprints=box) == pytest.approx((0, 0, 0, 1), abs=1e-5)


def test_at_sea_certainty_is_about_land():
    check(124.2, 37.4, "sea", certainty="certain", uncertainty_m=10_000)
    check(124.55, 37.93, "sea", certainty="possible", uncertainty_m=20_000)


def test_the_sea_is_the_sea_around_korea():
    check(135.0, 40.0, "sea", certainty="certain", uncertainty_m=50_000)  # East Sea
    check(120.5, 36.6, "outside_korea")  # Shandong
    check(96.0, 10.0, "outside_korea", side="unknown", certainty="certain", uncertainty_m=1e5)
    check(-52.5, -38.2, "outside_korea")  # the antipodes
    check(138.0, 36.0, "outside_korea", certainty="possible", uncertainty_m=1_000_000)


@pytest.mark.parametrize(
    ("footprint", "zone", "side", "certainty"),
    [
        ("layer:dmz", "inside_dmz", "straddles", "certain"),
        ("layer:mdl", "inside_dmz", "straddles", "certain"),
        ("layer:dmz_north", "inside_dmz", "north", "certain"),
        ("layer:dmz_south", "inside_dmz", "south", "certain"),
        ("layer:jsa", "jsa", "straddles", "certain"),
        ("layer:nll_west", "sea", "unknown", "certain"),
        ("layer:nll_east", "sea", "unknown", None),
        ("layer:sectors#eastern_dmz", "inside_dmz", "straddles", "certain"),
        ("layer:sectors#western_front", None, "straddles", "possible"),
        ("layer:sectors#northwest_islands", "south_of_dmz", "south", None),
        ("layer:sectors#west_sea_nll", "sea", "unknown", None),
        ("layer:border_counties#hwacheon", "south_of_dmz", "south", "certain"),
        ("layer:provinces#pyongyang", "north_of_dmz", "north", "certain"),
        # All of it may lie behind the Civilian Control Line; where in it is never certain.
        ("layer:ccl", "south_of_dmz", "south", "possible"),
        # A strip along the southern limit, all of it in the belt.
        ("LINESTRING (127.0 38.202, 127.005 38.206)", "inside_dmz", "south", "certain"),
        ("POLYGON ((126.9 37.4, 127.1 37.4, 127.1 37.6, 126.9 37.4))", "south_of_dmz", "south",
         "certain"),
        ("POLYGON ((127 38.1, 127.3 38.1, 127.3 38.31, 127 38.1))", "south_of_dmz", None,
         "possible"),
        ("POLYGON ((124 37, 124.3 37, 124.3 37.3, 124 37))", "sea", "unknown", "certain"),
        ("POINT (125.75432 39.03385)", "north_of_dmz", "north", "certain"),
    ],
)  # fmt: skip
def test_footprints(footprint, zone, side, certainty):
    check(
        127.4, 38.3, zone, side=side, certainty=certainty, uncertainty_m=125_000,
        footprints=footprint,
    )  # fmt: skip


def test_the_dmz_as_a_shape_lies_within_two_kilometres_of_the_line():
    found = at(127.4, 38.3, 125_000, footprints="layer:dmz")
    assert found.mdl_distance_min_m == pytest.approx(-2000, abs=10)
    assert found.mdl_distance_max_m == pytest.approx(2000, abs=10)
    assert found.share_inside_dmz == pytest.approx(1)
    assert at(127.4, 38.3, footprints="layer:mdl").mdl_distance_max_m == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(
    ("footprint", "error", "words"),
    [
        ("layer:dmzz", LayerNotFoundError, "no layer 'dmzz'"),
        ("layer:sectors#north", LayerNotFoundError, "no feature 'north'"),
        ("dmz", InputError, "neither layer:NAME nor WKT"),
        ("POLYGON EMPTY", InputError, "empty"),
        ("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", InputError, "crosses itself"),
        ("POINT (38 127)", InputError, "lon first"),
        ("GEOMETRYCOLLECTION (POINT (127 38))", InputError, "mixes"),
    ],
)
def test_a_wrong_footprint_is_refused(footprint, error, words):
    with pytest.raises(error, match=words):
        at(127, 38, footprints=footprint)


def test_lengths_must_agree():
    position = Position(lon=127, lat=38, uncertainty_m=1)
    with pytest.raises(InputError, match="footprints has 2 values for 1 positions"):
        check_zones([position], LAYERS, footprints=[None, None])
    with pytest.raises(InputError, match="on_land has 0 values for 1 positions"):
        check_zones([position], LAYERS, on_land=[])
    assert check_zones([], LAYERS) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(positions, st.sampled_from([None, "layer:jsa"])), max_size=8))
def test_many_at_once_are_the_same_as_one_by_one(rows):
    many = check_zones(
        [position for position, _ in rows], LAYERS, footprints=[shape for _, shape in rows]
    )
    single = [check_zones([p], LAYERS, footprints=[shape])[0] for p, shape in rows]
    assert many == single


@settings(max_examples=60, deadline=None)
@given(positions)
def test_what_holds_for_every_circle(position):
    (found,) = check_zones([position], LAYERS)
    assert 0 <= found.share_inside_dmz <= 1
    assert found.mdl_distance_min_m <= found.mdl_distance_m <= found.mdl_distance_max_m
    reached = abs(found.mdl_distance_m) <= position.uncertainty_m
    assert (found.side is Side.STRADDLES) == reached
    if found.zone in (ZoneName.INSIDE_DMZ, ZoneName.JSA):
        assert found.share_inside_dmz > 0
        if found.certainty is Certainty.CERTAIN:
            assert found.share_inside_dmz == pytest.approx(1, abs=1e-3)
    elif found.certainty is Certainty.CERTAIN:
        assert found.share_inside_dmz == pytest.approx(0, abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(lons, lats, st.lists(radii, min_size=2, max_size=2))
def test_less_uncertainty_is_never_less_certain(lon, lat, both):
    small, large = (at(lon, lat, radius) for radius in sorted(both))
    assert small.zone == large.zone
    assert small.certainty is Certainty.CERTAIN or large.certainty is Certainty.POSSIBLE


@pytest.mark.parametrize(
    ("code", "hint"),
    [("PPL", True), ("ISL", True), ("ADM1", True), ("SEA", False), ("BAY", False), ("", None),
     ("STM", None)],
)  # fmt: skip
def test_a_feature_code_tells_land_from_sea(code, hint):
    assert land_hint(code) is hint


def test_examples_in_docstrings_run():
    assert doctest.testmod(mapper.zones).attempted > 5
    assert doctest.testmod(mapper.zones).failed == 0
    for module in (mapper.layers.catalogue, mapper.zones.areas, mapper.zones.comparing):
        assert doctest.testmod(module).attempted > 0
        assert doctest.testmod(module).failed == 0


def test_the_command_prints_one_json_object():
    result = CliRunner().invoke(check_command, ["--lon", "126.677", "--lat", "37.956"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert (found["zone"], found["certainty"]) == ("jsa", "certain")
    assert abs(found["mdl_distance_m"]) < 400


@pytest.mark.parametrize(
    ("area", "lon", "lat", "uncertainty_m", "expected"),
    [
        ("ccl", 126.72270, 37.93201, 150, "possible"),  # Camp Bonifas: inside, yet never certain
        ("ccl", 126.77, 37.68, 500, "excluded"),  # Ilsan, Goyang
        ("ccl", 126.77, 37.68, 15_000, "possible"),
        ("ccl", 126.67667, 37.95583, 100, "excluded"),  # the JSA is in the DMZ, not behind the CCL
        ("ccl", -74.0, 40.7, 100, "excluded"),
        ("border_counties#paju", 126.78, 37.76, 500, "certain"),
        ("border_counties#paju", 126.78, 37.76, 30_000, "possible"),
        ("border_counties#paju", 127.41, 38.24, 500, "excluded"),
        ("provinces#gyeonggi", 126.78, 37.86, 500, "certain"),
        ("dmz", 126.67836, 37.94207, 200, "certain"),  # Daeseong-dong
        ("sectors#west_sea_nll", 125.70, 37.62, 1000, "possible"),
        ("han_estuary", 126.978, 37.566, 1000, "excluded"),
    ],
)
def test_areas(area, lon, lat, uncertainty_m, expected):
    position = Position(lon=lon, lat=lat, uncertainty_m=uncertainty_m)
    assert check_area([position], LAYERS, name=area) == [expected]
    assert check_area([], LAYERS, name=area) == []


def test_a_line_is_no_area():
    with pytest.raises(InputError, match="'nll_west' is no area"):
        check_area([], LAYERS, name="nll_west")


def test_the_command_names_areas():
    point = ["--lon", "126.7227", "--lat", "37.932", "--area", "ccl", "--area", "jsa"]
    found = json.loads(CliRunner().invoke(check_command, point).output)
    assert found["areas"] == {"ccl": "possible", "jsa": "excluded"}


def test_the_command_refuses_swapped_coordinates():
    result = CliRunner().invoke(check_command, ["--lon", "37.956", "--lat", "126.677"])
    assert isinstance(result.exception, InputError)
    assert "swapped" in str(result.exception)


def test_a_shape_far_larger_than_the_base_map_has_the_shares_of_its_land():
    outline = shapely.segmentize(shapely.box(60, 10, 179, 70), 0.05)
    assert shapely.get_num_coordinates(outline) > 5_000
    (check,) = check_zones(
        [Position(lon=127, lat=38, uncertainty_m=100)], LAYERS, footprints=[outline.wkt]
    )
    assert check.side is Side.STRADDLES
    assert sum(
        getattr(check.shares, zone)
        for zone in ("inside_dmz", "north_of_dmz", "south_of_dmz", "sea", "outside_korea")
    ) == pytest.approx(1, abs=1e-5)
    # Both Koreas, of 123,000 and 100,000 km2, in some 64 million.
    assert check.shares.north_of_dmz / check.shares.south_of_dmz == pytest.approx(1.23, abs=0.05)


def test_remembered_answers_are_the_same_in_any_company():
    spots = [(127.4, 38.3), (126.98, 37.57), (127.4, 38.3), (126.6767, 37.9558), (126.98, 37.57)]
    places = [Position(lon=lon, lat=lat, uncertainty_m=9_000) for lon, lat in spots]
    shapes = [None, "layer:dmz", "layer:mdl", "layer:jsa", "POINT (127 38)"]
    told = check_zones(places, LAYERS, footprints=shapes)
    for order in ([4, 2, 0], [0, 1, 2, 3, 4], [3, 3, 1]):
        again = check_zones(
            [places[at] for at in order],
            LAYERS,
            footprints=[shapes[at] for at in order],
            remember=True,
        )
        assert again == [told[at] for at in order]
