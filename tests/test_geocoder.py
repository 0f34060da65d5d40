"""The gazetteer as a geopy geocoder: what geopy and geopandas expect of one."""

from __future__ import annotations

import itertools

import geopandas
import pytest
from geopandas.tools import geocode, reverse_geocode
from geopy.exc import GeocoderQueryError
from geopy.extra.rate_limiter import RateLimiter
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from geopy.point import Point
from pyproj import Geod
from shapely.geometry import Point as ShapelyPoint

from mapper.errors import InputError
from mapper.gazetteer.geocoder import GazetteerGeocoder, find, location_of, nearest


@pytest.fixture(scope="module")
def geocoder(gazetteer):
    return GazetteerGeocoder(gazetteer)


def check(geocoder, query, place_id):
    """A query and the id of the place that is its answer; ``None`` for no answer."""
    found = geocoder.geocode(query)
    assert (found.raw["place_id"] if found else None) == place_id


@pytest.mark.parametrize(
    ("query", "place_id"),
    [
        ("Panmunjom", "core:panmunjom"),
        ("판문점", "core:panmunjom"),
        ("Phanmunjom", "core:panmunjom"),
        ("Paju, South Korea", "core:paju"),
        ("Paju, Gyeonggi Province, South Korea", "core:paju"),
        ("Joint Security Area, Panmunjom", "core:joint_security_area"),
        ("Paris, Texas", "geonames:4717560"),
        ("Paris, France", "geonames:2988507"),
        ("Paju, North Korea", None),
        ("Paju, Nowhereland", None),
        ("Nowhereville", None),
        ("", None),
        (",", None),
    ],
)
def test_geocode(geocoder, query, place_id):
    check(geocoder, query, place_id)


def test_a_location_says_how_exact_it_is(geocoder):
    found = geocoder.geocode("Panmunjom")
    assert isinstance(geocoder, Geocoder)
    assert isinstance(found, Location)
    assert (found.latitude, found.longitude) == pytest.approx((37.956, 126.677), abs=0.002)
    assert found.address.startswith("Panmunjom")
    assert found.raw["uncertainty_m"] >= 100
    assert found.raw["source"]
    assert found.raw["footprint"] == "layer:jsa"


def test_exactly_one_and_all(geocoder):
    one = geocoder.geocode("Goseong")
    every = geocoder.geocode("Goseong", exactly_one=False)
    assert len(every) > 1
    assert every[0].raw == one.raw
    assert geocoder.geocode("Goseong", exactly_one=False, limit=1) == every[:1]
    assert geocoder.geocode("Nowhereville", exactly_one=False) is None


def test_other_romanizations_come_after_the_spelling_asked_for(geocoder):
    names = [place.raw["names"] for place in geocoder.geocode("Cheorwon", exactly_one=False)]
    spelled = ["Cheorwon" in each for each in names]
    assert spelled[0]
    assert spelled == sorted(spelled, reverse=True)


def test_country_codes(geocoder):
    found = geocoder.geocode("Goseong", exactly_one=False, country_codes="kr")
    assert {location.raw["country"] for location in found} == {"KR"}
    assert geocoder.geocode("Paris", country_codes=["US"]).raw["country"] == "US"
    assert geocoder.geocode("Panmunjom", country_codes="BR") is None


def test_timeouts_are_taken_and_nothing_is_asked(geocoder):
    assert geocoder.geocode("Seoul", timeout=1).raw["place_id"] == "core:seoul"
    assert geocoder.geocode("Seoul", timeout=None).raw["place_id"] == "core:seoul"
    assert geocoder.reverse("37.5, 127", timeout=0.5) is not None
    with pytest.raises(GeocoderQueryError, match="offline"):
        geocoder.adapter.get_json("https://example.org", timeout=1, headers={})


@pytest.mark.parametrize("query", [None, 7, b"Seoul"])
def test_what_is_no_query(geocoder, query):
    with pytest.raises(GeocoderQueryError, match="a query is a text"):
        geocoder.geocode(query)


@pytest.mark.parametrize("query", ["somewhere", (1, 2, 3, 4, 5), float("nan"), None])
def test_what_is_no_point(geocoder, query):
    with pytest.raises(GeocoderQueryError, match="not a point"):
        geocoder.reverse(query)


def test_limit_must_be_above_zero(geocoder):
    with pytest.raises(GeocoderQueryError, match="limit"):
        geocoder.geocode("Seoul", limit=0)


@pytest.mark.parametrize(
    "query", [(37.9558, 126.6767), "37.9558, 126.6767", Point(37.9558, 126.6767)]
)
def test_reverse_takes_latitude_first_as_all_of_geopy(geocoder, query):
    found = geocoder.reverse(query)
    assert found.raw["distance_m"] < 300


def test_reverse_gives_the_nearest_first(geocoder):
    found = geocoder.reverse((37.5665, 126.978), exactly_one=False, limit=5)
    metres = [location.raw["distance_m"] for location in found]
    assert len(found) == 5
    assert metres == sorted(metres)


def test_reverse_far_from_anything(geocoder):
    assert geocoder.reverse((0, -30)) is None
    assert geocoder.reverse((0, -30), exactly_one=False) is None
    found = geocoder.reverse((0, -30), within_m=5e6)
    assert found.raw["distance_m"] > 50_000


def test_reverse_gives_no_area(geocoder):
    # near the point that GeoNames gives the United States
    found = geocoder.reverse((39.76, -98.5), exactly_one=False)
    assert all(location.raw["uncertainty_m"] <= 30_000 for location in found)
    assert not any(location.raw["feature_code"].startswith("PCL") for location in found)


@pytest.mark.parametrize(
    ("lon", "lat"), [(126.68, 37.95), (-73.9, 40.7), (179.99, -17), (0.1, 51.5), (20, 89)]
)
def test_nearest_is_what_brute_force_finds(gazetteer, lon, lat):
    """Every point of the table, measured on the ellipsoid."""
    rows, lons, lats = gazetteer.points()
    near = abs(lats - lat) < 3  # three degrees of latitude are 330 km, wherever
    metres = Geod(ellps="WGS84").inv(
        [lon] * int(near.sum()), [lat] * int(near.sum()), lons[near], lats[near]
    )[2]
    ranked = sorted(zip(metres, rows[near], strict=True))
    small = (
        (metre, row)
        for metre, row in ranked
        if gazetteer.place_at(int(row)).position.uncertainty_m <= 30_000
    )
    expected = [metre for metre, _ in itertools.islice(small, 5)]
    found = [m for _, m in nearest(gazetteer, lon=lon, lat=lat, count=5, within_m=300_000)]
    # single precision of the table is about a metre
    assert found == pytest.approx([metre for metre in expected if metre <= 300_000], abs=3)


def test_nearest_refuses_what_is_no_point(gazetteer):
    with pytest.raises(InputError, match="swapped"):
        nearest(gazetteer, lon=37.9, lat=126.7)
    with pytest.raises(InputError, match="count"):
        nearest(gazetteer, lon=127, lat=37, count=0)


def test_location_of_keeps_the_areas_in_order(gazetteer):
    place = gazetteer.place("core:paju")
    assert location_of(place).address == "Paju, Gyeonggi Province, South Korea"


def test_find_is_ordered_as_the_gazetteer_is(gazetteer):
    assert find(gazetteer, "Seoul")[0] == gazetteer.places("Seoul")[0]


def test_geopandas_geocodes_with_it(gazetteer):
    names = ["Panmunjom", "Nowhereville", "Seoul"]
    frame = geocode(names, provider=GazetteerGeocoder, gazetteer=gazetteer)
    assert isinstance(frame, geopandas.GeoDataFrame)
    assert frame.crs.to_epsg() == 4326
    assert list(frame.geometry.is_empty) == [False, True, False]
    assert frame.geometry[0].x == pytest.approx(126.677, abs=0.01)
    assert frame.address[2] == "Seoul, South Korea"


def test_geopandas_reverse_geocodes_with_it(gazetteer):
    points = [ShapelyPoint(126.978, 37.5665)]
    frame = reverse_geocode(points, provider=GazetteerGeocoder, gazetteer=gazetteer)
    assert "South Korea" in frame.address[0]


def test_geopys_rate_limiter_takes_it(geocoder):
    limited = RateLimiter(geocoder.geocode, min_delay_seconds=0)
    assert [limited(name) is None for name in ("Seoul", "Nowhereville")] == [False, True]
