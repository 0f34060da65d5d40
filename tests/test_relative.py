"""Relative places: the words found, the area drawn, against brute force."""

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest
import shapely
from geodesic_oracle import (
    cloud,
    direct,
    inverse,
    is_north,
    line_distance,
    rings,
    shape_distance,
    toward,
)
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from strategies import texts

from mapper.layers import BorderLayers
from mapper.model import (
    Certainty,
    Mention,
    MentionKind,
    Position,
    Relation,
    Resolution,
    Side,
    Span,
    Status,
)
from mapper.recognition import recognize
from mapper.resolution import resolve
from mapper.resolution.relative import place_relative
from mapper.resolution.shapes import MAX_VERTICES
from mapper.text import make_document
from mapper.zones import check_zones

CASES = tomllib.loads(
    (Path(__file__).parent / "data" / "relative_expressions.toml").read_text(encoding="utf-8")
)["case"]
ON_DISK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def layers():
    return BorderLayers.load()


@pytest.fixture
def place(gazetteer, layers):
    def place(text):
        """Return the resolutions of kind relative."""
        document = make_document(text)
        found = resolve(document, recognize(document, gazetteer), gazetteer, layers=layers)
        return [r for r in found if r.mention.kind is MentionKind.RELATIVE]

    return place


def drawn(resolution, layers):
    """Return the area of a resolution in degrees."""
    footprint = resolution.footprint
    if footprint is None:
        lon, lat = resolution.position.lon, resolution.position.lat
        turn = np.arange(360.0)
        ring = direct(lon, lat, turn, np.full(360, resolution.position.uncertainty_m))
        return shapely.Polygon(np.column_stack(ring))
    if footprint.startswith("layer:"):
        return layers.geometry(footprint.removeprefix("layer:"))
    return shapely.from_wkt(footprint)


# --- Expressions, each with its area by brute force ------------------------------------------


def points_for(rules, gazetteer, layers):
    """Return points spread over the area of the first rule and its surroundings."""
    rule, count = rules[0], 2_500 if len(rules) == 1 else 10_000
    rng = np.random.default_rng(7)
    if "toward" in rule or "off" in rule:
        spot = gazetteer.place(rule.get("toward") or rule["off"]).position
        return cloud(spot.lon, spot.lat, (rule["m"][1] + spot.uncertainty_m) * 1.1, count)
    if "corridor" in rule:
        start, end = (gazetteer.place(key).position for key in rule["corridor"])
        metres, azimuth = inverse(start.lon, start.lat, end.lon, end.lat)
        lon, lat = direct(start.lon, start.lat, [float(azimuth)], [float(metres) / 2])
        return cloud(lon[0], lat[0], (float(metres) / 2 + rule["m"]) * 1.1)
    if "strip" in rule or "beyond" in rule:
        name = rule.get("strip") or "mdl"
        reach_m = rule["m"][1] * 1.3 + (4_000 if "beyond" in rule else 0)
        (line,) = rings(layers.geometry(name))
        at = rng.uniform(0, len(line) - 1, count // 2 + 1_250)
        low, share = at.astype(int), (at % 1)[:, None]
        points = line[low] * (1 - share) + line[low + 1] * share
        turn, metres = rng.uniform(0, 2 * np.pi, len(at)), rng.uniform(0, reach_m, len(at))
        lat = points[:, 1] + metres * np.cos(turn) / 111_000
        lon = points[:, 0] + metres * np.sin(turn) / 111_000 / np.cos(np.radians(lat))
        return lon, lat
    shape = layers.geometry(rule.get("inside") or rule.get("half") or rule["coast"])
    pad = 1.0 if "coast" in rule else 0.01
    west, south, east, north = shape.bounds
    return (
        rng.uniform(west - pad, east + pad, 5_000),
        rng.uniform(south - pad, north + pad, 5_000),
    )


def holds(rule, at, gazetteer, layers):
    """Say of each point whether a rule of the table holds there."""
    land = layers.geometry("base_land")
    if "toward" in rule:
        spot = gazetteer.place(rule["toward"]).position
        point = (spot.lon, spot.lat)
        return toward(point, spot.uncertainty_m, *rule["m"], rule.get("heading"), at)
    if "off" in rule:
        error_m = layers.infos["base_land"].accuracy_m
        metres = shape_distance(land, at)
        spot = gazetteer.place(rule["off"]).position
        near = inverse(spot.lon, spot.lat, *at)[0] <= spot.uncertainty_m + rule["m"][1]
        wet = ~shapely.contains_xy(land, *at)
        return near & wet & (metres >= rule["m"][0] - error_m) & (metres <= rule["m"][1] + error_m)
    if "coast" in rule:
        shape = layers.geometry(rule["coast"])
        middle = shape.centroid
        azimuth = inverse(middle.x, middle.y, *at)[1]
        facing = np.abs((azimuth - rule["heading"][0] + 180) % 360 - 180) <= rule["heading"][1]
        inside = shapely.contains_xy(shape, *at)
        return facing & (inside | (shape_distance(shape, at) <= rule["m"][1]))
    if "strip" in rule or "beyond" in rule:
        name = rule.get("strip") or rule["beyond"]
        shape = layers.geometry(name)
        metres = shape_distance(shape, at)
        if "beyond" in rule:
            metres = np.where(shapely.contains_xy(shape, *at), -metres, metres)
        found = (metres >= rule["m"][0]) & (metres <= rule["m"][1])
        if "side" in rule:
            (line,) = rings(layers.geometry("mdl" if "beyond" in rule else name))
            found &= is_north(line, at) == (rule["side"] == "north")
        return found
    if "corridor" in rule:
        start, end = (gazetteer.place(key).position for key in rule["corridor"])
        metres, azimuth = inverse(start.lon, start.lat, end.lon, end.lat)
        steps = np.linspace(0, float(metres), 200)
        way = direct(start.lon, start.lat, np.full(200, float(azimuth)), steps)
        return line_distance(np.column_stack(way), at) <= rule["m"]
    if "half" in rule:
        shape = layers.geometry(rule["half"])
        middle = shape.centroid
        azimuth = inverse(middle.x, middle.y, *at)[1]
        facing = np.abs((azimuth - rule["heading"][0] + 180) % 360 - 180) <= rule["heading"][1]
        return facing & shapely.contains_xy(shape, *at)
    if "water" in rule:
        return ~shapely.contains_xy(land, *at)
    return shapely.contains_xy(layers.geometry(rule["inside"]), *at)


@pytest.mark.parametrize("case", CASES, ids=[case["surface"] for case in CASES])
def test_the_area_is_that_of_brute_force(case, place, gazetteer, layers):
    found = {r.mention.surface: r for r in place(case["text"])}
    assert case["surface"] in found, f"found only {sorted(found)}"
    resolution = found[case["surface"]]
    assert resolution.position is not None, resolution.reason
    shape = drawn(resolution, layers)
    at = points_for(case["area"], gazetteer, layers)
    expected = np.all([holds(rule, at, gazetteer, layers) for rule in case["area"]], axis=0)
    ours = shapely.contains_xy(shape, *at)
    assert expected.sum() >= 25, "the cloud of points misses the area"
    iou = (ours & expected).sum() / (ours | expected).sum()
    assert iou >= 0.9, f"intersection over union is {iou:.3f}"
    assert resolution.method.startswith(("shape: ", "point-radius: "))
    assert resolution.reason
    assert resolution.area_km2 == pytest.approx(_area_km2(shape), rel=0.01)


def _area_km2(shape):
    """Measure an area in a cylindrical equal-area projection of the sphere of equal area."""
    lon0 = shape.centroid.x
    radius_km = 6_371.0072

    def project(c):
        # authalic latitude, first terms (Snyder 1987, formula 3-18)
        phi = np.radians(c[:, 1])
        beta = phi - 0.00223921 * np.sin(2 * phi) + 2.1e-6 * np.sin(4 * phi)
        return np.column_stack([np.radians(c[:, 0] - lon0) * radius_km, np.sin(beta) * radius_km])

    return shapely.transform(shape, project).area


@pytest.mark.parametrize(
    ("words", "certainty"),
    [
        ("southern half", Certainty.CERTAIN),
        ("southern side", Certainty.CERTAIN),
        ("southern edge", Certainty.POSSIBLE),
        ("south boundary", Certainty.POSSIBLE),
        ("southern limit", Certainty.POSSIBLE),
    ],
)
def test_what_is_at_an_edge_of_the_belt_is_not_surely_inside(place, layers, words, certainty):
    (found,) = place(f"A man was held at the {words} of the DMZ.")
    (check,) = check_zones([found.position], layers, footprints=[found.footprint])
    assert (check.side, check.certainty) == (Side.SOUTH, certainty)
    assert (check.share_inside_dmz < 0.75) == (certainty is Certainty.POSSIBLE)


def test_an_edge_that_is_no_limit_of_the_belt_is_a_part(place):
    (end,) = place("A man was held at the eastern edge of the DMZ.")
    assert end.footprint == "layer:sectors#eastern_dmz"
    (edge,) = place("Fire broke out on the northern edge of Paju.")
    (half,) = place("Fire broke out in the northern part of Paju.")
    assert edge.footprint == half.footprint


def test_there_are_enough_expressions():
    assert len(CASES) >= 60


# --- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "metres", "error_m"),
    [
        ("12 km", 12_000, 500),
        ("10 km", 10_000, 500),
        ("30 km", 30_000, 5_000),
        ("10.5 km", 10_500, 250),
        ("10.6 km", 10_600, 50),
        ("200 miles", 321_868.8, 8_046.72),
        ("2,000 m", 2_000, 50),
        ("twenty-five miles", 40_233.6, 804.672),
        ("one hundred and fifty yards", 137.16, 4.572),
        ("a few hundred metres", 400, 200),
        ("several miles", 8_046.72, 3_218.688),
        ("3-4 nautical miles", 6_482, 926),
        ("between 3 and 4 miles", 5_632.704, 804.672),
        ("less than 2 km", 1_000, 1_000),
        ("at least 4 km", 5_000, 1_000),
        ("about 100 km", 100_000, 10_000),
        ("three quarters of a mile", 1_207.008, 201.168),
        ("7.5 miles (12 km)", 12_070.08, 402.336),
        ("2½ km", 2_500, 250),
        ("half a mile", 804.672, 402.336),
        ("a mile and a half", 2_414.016, 402.336),
        ("a dozen kilometers", 12_000, 500),
    ],
)
def test_distances_in_words(gazetteer, words, metres, error_m):
    document = make_document(f"It stood {words} north of Munsan.")
    (found,) = [m for m in recognize(document, gazetteer) if m.relation]
    assert found.relation.distance_m == pytest.approx(metres, rel=1e-6)
    assert found.relation.distance_error_m == pytest.approx(error_m, rel=1e-6)
    assert found.relation.bearing_deg == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "It was a near miss, between Monday and Tuesday.",
        "He was off duty, along with two friends from Seoul.",
        "Talks between North and South Korea failed.",
        "Relations between Seoul and Pyongyang are cold.",
        "The match between Suwon and Incheon was called off on Sunday.",
        "He chose between Busan and Daegu.",
        "Police sealed off Paju and cut off Kaesong.",
        "The plane took off from Incheon and headed for Tokyo.",
        "He comes from the North of England and from Seoul.",
        "He walked 12 km north of his house, then 3 miles from home.",
        "Sales went north of 5 million won in Busan.",
        "All quiet on the western front, said the coach of Chelsea.",
        "They live off the west coast of nowhere.",
        "The price is 5 m from Seoul's budget.",
        "He stood in front of the embassy and on the east side of the room.",
        "북한과 한국 사이의 대화가 중단됐다.",
    ],
)
def test_what_only_sounds_relative_is_none(place, text):
    found = [r.mention.surface for r in place(text)]
    assert found in ([], ["5 m from Seoul"])


def test_names_stay_as_they_are(gazetteer):
    document = make_document(
        "Troops near Paju, 440 metres south of the MDL, saw ships off Yeonpyeong. 파주 북쪽 12km."
    )
    names = [m.surface for m in recognize(document, gazetteer) if m.relation is None]
    assert names == ["Paju", "MDL", "Yeonpyeong", "파주"]


def test_the_span_covers_the_whole_expression_and_its_anchors(gazetteer):
    for case in CASES:
        document = make_document(case["text"])
        mentions = recognize(document, gazetteer)
        for mention in mentions:
            if mention.relation is None:
                continue
            assert document.quote(mention.span) == mention.surface == mention.surface.strip()
            assert mention.span.contains(mention.relation.anchor)
            anchors = {m.span for m in mentions if m.relation is None}
            if not mention.relation.landmark:
                assert mention.relation.anchor in anchors


WORDS = st.sampled_from(
    [
        *("12 km", "three miles", "50 metres", "a few", "half", "about", "within", "less than"),
        *("to", "and", ",", ".", "north", "south-east", "of", "from", "near", "off", "along"),
        *("the coast of", "between", "central", "front", "sector", "section", "side", "the"),
        *("MDL", "DMZ", "NLL", "Paju", "Yeonpyeong", "Kaesong", "Panmunjom", "South Korea"),
        *("border", "(", ")", "\n", "\n\n", "in", "sea", "'s", "east coast", "fence", "a mile"),
        *("파주", "북쪽", "12km", "군사분계선", "이남", "50m", "앞바다", "인근", "중부전선"),
        *("사이", "와", "1,000,000", "0", "999999999999"),
    ]
)


@ON_DISK
@given(st.lists(WORDS, min_size=1, max_size=18).map(" ".join))
@example("0 km north of Paju")
@example("999999999999 km north of Paju")
@example("between Paju and Paju along the MDL of the MDL")
def test_any_words_give_sound_areas_or_reasons(gazetteer, layers, text):
    document = make_document(text)
    mentions = recognize(document, gazetteer)
    for resolution in resolve(document, mentions, gazetteer, layers=layers):
        if resolution.mention.kind is MentionKind.RELATIVE:
            assert document.quote(resolution.mention.span) == resolution.mention.surface
            check_sound(resolution, layers)


@ON_DISK
@given(texts)
def test_no_text_breaks_it(gazetteer, layers, text):
    document = make_document(text)
    mentions = recognize(document, gazetteer)
    found = resolve(document, mentions, gazetteer, layers=layers)
    assert [resolution.mention for resolution in found] == list(mentions)
    for resolution in found:
        assert document.quote(resolution.mention.span) == resolution.mention.surface
        assert (resolution.position is None) == (resolution.status is Status.ABSTAINED)


def check_sound(resolution, layers):
    """Check what must be true of every relative resolution."""
    if resolution.position is None:
        assert resolution.status is Status.ABSTAINED
        assert resolution.reason
        return
    position, relation = resolution.position, resolution.mention.relation
    shape = drawn(resolution, layers)
    assert shape.is_valid
    assert not shape.is_empty
    west, south, east, north = shape.bounds
    assert -180 <= west <= east <= 180
    assert -90 <= south <= north <= 90
    if resolution.footprint and not resolution.footprint.startswith("layer:"):
        assert shapely.get_num_coordinates(shape) <= MAX_VERTICES * 1.1
    lon, lat = shapely.get_coordinates(shape).T
    metres = inverse(position.lon, position.lat, lon, lat)[0]
    assert np.nanmax(metres) <= position.uncertainty_m * 1.001 + 1
    ring = relation.kind == "offset" and relation.bearing_deg is None
    if not ring:
        assert shapely.intersects_xy(shape, position.lon, position.lat)


# --- geometry anywhere on Earth ------------------------------------------------------------------


def placed(*, lon, lat, extent_m=10.0, status=Status.LOCATED, **relation):
    anchor = Mention(doc_id="d", span=Span(0, 4), surface="Here", kind=MentionKind.LITERAL)
    spot = Position(lon=lon, lat=lat, uncertainty_m=extent_m)
    main = Resolution(mention=anchor, status=status, position=spot, probability=0.9)
    relation = Relation(anchor=anchor.span, **relation)
    mention = Mention(
        doc_id="d",
        span=Span(0, 30),
        surface="relative to Here",
        kind=MentionKind.RELATIVE,
        referent="Here",
        relation=relation,
    )
    return place_relative(mention, {anchor.span: main})


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(127.0, 38.0), (124.0, 33.0), (141.0, 45.0), (179.95, -16.5), (-179.9, 65.0), (12.0, 89.7),
     (-60.0, -89.6), (0.0, 0.0), (100.0, 80.0)],
)  # fmt: skip
@pytest.mark.parametrize("bearing", [0.0, 135.0, 270.0])
def test_a_sector_is_exact_anywhere(lon, lat, bearing):
    found = placed(
        lon=lon,
        lat=lat,
        kind="offset",
        distance_m=50_000,
        distance_error_m=500,
        bearing_deg=bearing,
        bearing_error_deg=22.5,
    )
    shape = shapely.from_wkt(found.footprint)
    assert shape.is_valid
    # the point itself, by another library
    end = direct(lon, lat, [bearing], [50_000])
    assert inverse(found.position.lon, found.position.lat, end[0][0], end[1][0])[0] < 1.0
    # membership, by definition
    at = cloud(lon, lat, 60_000, 4_000)
    metres, azimuth = inverse(lon, lat, *at)
    off = np.abs((azimuth - bearing + 180) % 360 - 180)
    ours = shapely.contains_xy(shape, *at)
    inside = (np.abs(metres - 50_000) < 450) & (off < 22)
    outside = (np.abs(metres - 50_000) > 570) | (off > 23)
    assert inside.sum() > 10
    assert ours[inside].all()
    assert not ours[outside].any()
    # area: (R^2 - r^2) * angle, plus the 10 m buffer; the Earth's curvature is 1e-5 here
    angle = math.radians(45)
    rim = 2 * 1_000 + 50_000 * angle * 2
    assert found.area_km2 * 1e6 == pytest.approx(
        (50_500**2 - 49_500**2) / 2 * angle + 10 * rim, rel=0.001
    )


@pytest.mark.parametrize("metres", [1_000, 30_000, 300_000, 1_000_000])
def test_distances_are_right_to_a_thousandth(metres):
    found = placed(
        lon=127.5, lat=38.0, kind="offset", distance_m=metres, distance_error_m=metres * 0.01
    )
    lon, lat = shapely.get_coordinates(shapely.from_wkt(found.footprint)).T
    away = inverse(127.5, 38.0, lon, lat)[0]
    edges = np.minimum(abs(away - metres * 1.01 - 10), abs(away - metres * 0.99 + 10))
    assert edges.max() <= metres * 0.001 + 1


@settings(max_examples=80, deadline=None)
@given(
    lon=st.floats(-180, 180),
    lat=st.floats(-89.9, 89.9),
    extent_m=st.floats(1, 40_000),
    kind=st.sampled_from(["offset", "direction", "near", "along"]),
    distance_m=st.floats(0, 2_000_000),
    share=st.floats(0.001, 1),
    bearing=st.none() | st.floats(0, 359.9),
    half=st.sampled_from([11.25, 22.5, 45.0]),
)
def test_centers_are_inside_and_radii_cover(
    lon, lat, extent_m, kind, distance_m, share, bearing, half
):
    if kind != "offset":
        distance_m = 0.0
        bearing = 0.0 if bearing is None else bearing
    assume(kind != "offset" or distance_m > 10)
    found = placed(
        lon=lon,
        lat=lat,
        extent_m=extent_m,
        kind=kind,
        distance_m=distance_m,
        distance_error_m=distance_m * share,
        bearing_deg=bearing,
        bearing_error_deg=half,
    )
    if found.footprint is None:
        assert found.position.uncertainty_m >= extent_m
        return
    check_sound(found, None)


# --- what the areas are good for ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "zone", "side"),
    [
        ("He stood about 50 metres south of the MDL.", "inside_dmz", "south"),
        ("They laid mines 30 metres north of the MDL.", "inside_dmz", "north"),
        ("It lay three to four miles north of the DMZ.", "north_of_dmz", "north"),
        ("They met them south of the DMZ.", "south_of_dmz", "south"),
        ("A ship sank off Yeonpyeong.", "sea", "unknown"),
        ("A mine lay on the southern side of the DMZ.", "inside_dmz", "south"),
    ],
)
def test_zones_follow_from_the_areas(place, layers, text, zone, side):
    (found,) = place(text)
    (check,) = check_zones([found.position], layers, footprints=[found.footprint])
    assert (check.zone.value, check.side.value) == (zone, side)


@pytest.mark.parametrize(
    "text",
    [
        "A ship sank off Yeonpyeong.",
        "It was in the sea 20 km west of Goseong, South Korea.",
        "A boat lay 30 m off the shore of Sokcho.",
        "A ship sank off the east coast of South Korea.",
        "배가 백령도 북동쪽 4∼5㎞ 해상에서 표류했다.",
    ],
)
def test_the_center_of_what_is_at_sea_is_at_sea(place, layers, text):
    (found,) = place(text)
    assert found.position is not None
    spot = (found.position.lon, found.position.lat)
    assert not shapely.contains_xy(layers.geometry("base_land"), *spot)


def test_what_contradicts_is_told_and_does_not_narrow(place):
    (found,) = place("It was in Busan, 50 metres south of the MDL.")
    assert "not narrowed" in found.reason
    assert found.status is Status.AMBIGUOUS


def test_no_shore_no_water(place):
    (found,) = place("A ship sank off Cheorwon, South Korea.")
    assert (found.status, found.position) == (Status.ABSTAINED, None)
    assert "no sea near" in found.reason


def test_beside_the_line_the_stretch_is_unknown_unless_a_county_is_named(place):
    (whole,) = place("He stood about 50 meters south of the Military Demarcation Line.")
    (part,) = place("He stood in Yeoncheon, about 50 meters south of the MDL.")
    assert whole.position.uncertainty_m > 80_000 > 30_000 > part.position.uncertainty_m
    assert "the stretch is not" in whole.reason
    assert part.method.endswith("narrowed by the text")


def test_a_relative_place_without_its_anchor_is_abstained(gazetteer):
    document = make_document("12 km north of Paju")
    (mention,) = [m for m in recognize(document, gazetteer) if m.kind is MentionKind.RELATIVE]
    (resolution,) = resolve(document, [mention], gazetteer)
    assert resolution.status is Status.ABSTAINED
    assert resolution.position is None
    assert "Paju" in resolution.reason
