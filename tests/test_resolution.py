"""Resolution: which Paris, how sure, how exact."""

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


def test_what_bears_a_border_places_name_lies_there(check):
    check("Soldiers in Korea dug up the road to Paju Bridge.", {"Paju Bridge": "core:paju"})


def test_a_border_place_gives_way_where_the_text_names_another_country(gazetteer):
    def place_ids(text):
        document = make_document(text)
        found = resolve(document, recognize(document, gazetteer), gazetteer)
        return {r.mention.surface: r.place and r.place.place_id for r in found}

    assert place_ids("He fought in Korea and lies at the Punchbowl in Hawaii.")["Punchbowl"] is None
    assert place_ids("He fell at the Punchbowl in South Korea.")["Punchbowl"] == "core:haean"
