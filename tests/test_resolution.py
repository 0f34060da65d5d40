"""Resolution: which Paris, how sure, how exact."""

import math

import pytest
from hypothesis import HealthCheck, given, settings
from strategies import texts

from mapper.model import Hints, Mention, MentionKind, Span, Status
from mapper.recognition import recognize
from mapper.resolution import resolve
from mapper.text import make_document


@pytest.fixture
def check(gazetteer):
    def check(text, expected):
        """Compare "surface -> country or place id" of the mentions named in ``expected``."""
        document = make_document(text)
        found = {}
        for resolution in resolve(document, recognize(document, gazetteer), gazetteer):
            place = resolution.place
            if place is not None:
                found[resolution.mention.surface] = (
                    place.place_id
                    if ":" in expected.get(resolution.mention.surface, "")
                    else ", ".join([place.country, *place.admin[1:]])
                )
        assert {surface: found.get(surface) for surface in expected} == expected

    return check


def test_a_homonym_alone_is_the_great_city(check):
    check("He lives in Paris.", {"Paris": "FR, Île-de-France"})


def test_the_state_after_the_comma_decides_for_the_document(check):
    check("He left Paris, Texas. In Paris nobody knew.", {"Paris": "US, Texas"})


def test_neighbours_decide(check):
    check(
        "Fires burned in Athens, Marietta and Zanesville, Ohio officials said; "
        "crews came to Athens from Columbus and Lancaster.",
        {"Athens": "US, Ohio", "Columbus": "US, Ohio"},
    )


@pytest.mark.parametrize(
    "hints", [Hints(countries=("US",)), Hints(bbox=(-100.0, 30.0, -90.0, 36.0))]
)
def test_a_hint_weighs_and_never_forces(gazetteer, hints):
    def places(text):
        document = make_document(text)
        found = resolve(document, recognize(document, gazetteer), gazetteer, hints=hints)
        return {r.mention.surface: r.place.country for r in found if r.place}

    assert places("The fire was in Paris.")["Paris"] == "US"
    assert places("The fire was in Paris, France.")["Paris"] == "FR"
    assert places("The fire was in Reykjavik.")["Reykjavik"] == "IS"


def test_a_country_is_a_country_and_a_state_a_state(check):
    check("Tbilisi and Moscow talked about Georgia.", {"Georgia": "country:GE"})
    check("He drove from Atlanta to Savannah, Georgia.", {"Georgia": "state:US-GA"})
    check("The snow fell in Albany, New York.", {"New York": "state:US-NY"})


def test_washington_that_speaks_is_the_capital(check):
    check("Washington accused Pyongyang.", {"Washington": "geonames:4140963"})


def test_korean_homonyms_keep_their_side(check):
    check("They met in Kosong, North Korea.", {"Kosong": "core:kosong_kp"})
    check("They met in Goseong, South Korea.", {"Goseong": "core:goseong_kr"})


def test_short_forms_and_demonyms_go_to_their_country(check):
    check(
        "A North Korean soldier fled from North Korea to the South.",
        {"South": "core:south_korea", "North Korean": "country:KP"},
    )


def test_places_with_a_shape_carry_it(gazetteer):
    document = make_document("Troops of North Korea crossed the DMZ and the MDL at Panmunjom.")
    footprints = {
        r.mention.surface: r.footprint
        for r in resolve(document, recognize(document, gazetteer), gazetteer)
    }
    assert footprints["DMZ"] == "layer:dmz"
    assert footprints["MDL"] == "layer:mdl"
    assert footprints["Panmunjom"] == "layer:jsa"


def test_an_unknown_name_is_abstained_with_a_reason(gazetteer):
    document = make_document("He went to Qwertzuiop.")
    mention = Mention(
        doc_id=document.doc_id, span=Span(11, 21), surface="Qwertzuiop", kind=MentionKind.LITERAL
    )
    (resolution,) = resolve(document, [mention], gazetteer)
    assert (resolution.status, resolution.position) == (Status.ABSTAINED, None)
    assert "Qwertzuiop" in resolution.reason


def test_a_doubtful_name_says_what_else_it_may_be(gazetteer):
    document = make_document("The fire was in Springfield.")
    (resolution,) = resolve(document, recognize(document, gazetteer), gazetteer)
    assert resolution.status is Status.AMBIGUOUS
    assert len(resolution.alternatives) == 3
    total = resolution.probability + sum(a.probability for a in resolution.alternatives)
    assert 0.3 < total <= 1.001
    assert all(other.reason for other in resolution.alternatives)


def relative(gazetteer, text):
    document = make_document(text)
    (found,) = [
        r
        for r in resolve(document, recognize(document, gazetteer), gazetteer)
        if r.mention.kind is MentionKind.RELATIVE
    ]
    return found


def test_a_bearing_makes_a_sector(gazetteer):
    found = relative(gazetteer, "Shots fell 40 km north of Seoul.")
    seoul = gazetteer.places("Seoul")[0].position
    assert found.position.lon == pytest.approx(seoul.lon, abs=0.001)
    assert (found.position.lat - seoul.lat) * 111.0 == pytest.approx(40, abs=0.3)
    # the heading alone leaves 2 * 40 km * sin(11.25 degrees), and Seoul is wide itself
    heading_m = 2 * 40_000 * math.sin(math.radians(11.25))
    assert found.position.uncertainty_m > heading_m + seoul.uncertainty_m * 0.9
    assert found.footprint.startswith("POLYGON ((")
    assert found.place is None


def test_a_sector_is_a_valid_polygon_around_its_point(gazetteer):
    import shapely

    found = relative(gazetteer, "A drone fell 15 miles southwest of Cheorwon, South Korea.")
    shape = shapely.from_wkt(found.footprint)
    assert shape.is_valid
    assert shape.contains(shapely.Point(found.position.lon, found.position.lat))


def test_beside_the_line_the_side_is_known_and_the_stretch_is_not(gazetteer):
    north = relative(gazetteer, "North Korea laid mines 30 metres north of the MDL.")
    south = relative(gazetteer, "He stood about 50 meters south of the Military Demarcation Line.")
    assert (north.footprint, south.footprint) == ("layer:dmz_north", "layer:dmz_south")
    for found in (north, south):
        assert found.position.uncertainty_m > 100_000
        assert "stretch" in found.reason


def test_a_relative_place_without_its_anchor_is_abstained(gazetteer):
    document = make_document("12 km north of Paju")
    (mention,) = [m for m in recognize(document, gazetteer) if m.kind is MentionKind.RELATIVE]
    (resolution,) = resolve(document, [mention], gazetteer)
    assert resolution.status is Status.ABSTAINED
    assert resolution.position is None


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts)
def test_every_mention_gets_one_answer(gazetteer, text):
    document = make_document(text)
    mentions = recognize(document, gazetteer)
    resolutions = resolve(document, mentions, gazetteer)
    assert tuple(r.mention for r in resolutions) == mentions
    for resolution in resolutions:
        assert 0 <= resolution.probability <= 1
        assert (resolution.position is None) == (resolution.status is Status.ABSTAINED)
        assert resolution.reason
