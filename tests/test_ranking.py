"""Ranking: company decides, probabilities mean something, namesakes stay in doubt."""

import random
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapper.model import Document, Hints, Mention, MentionKind, Span, Status
from mapper.resolution import resolve
from mapper.resolution.ranking import CONTEXT
from mapper.resolution.settle import reliable
from mapper.resolution.weights import weights

MARK = re.compile(r"\[\[(.+?)\]\]")


def marked(text, **more):
    """Return the document and the literal mentions of a text with [[names]] marked."""
    plain, mentions, at = "", [], 0
    for match in MARK.finditer(text):
        plain += text[at : match.start()]
        span = Span(len(plain), len(plain) + len(match[1]))
        mentions.append(Mention(doc_id="t", span=span, surface=match[1], kind=MentionKind.LITERAL))
        plain, at = plain + match[1], match.end()
    return Document(doc_id="t", text=plain + text[at:], **more), mentions


@pytest.fixture
def answers(gazetteer):
    def answers(text, *, hints=None, **more):
        document, mentions = marked(text, **more)
        return resolve(document, mentions, gazetteer, hints=hints)

    return answers


@pytest.fixture
def check(answers):
    def check(text, *expected):
        """Compare the ids, or names and countries, of the marked names, in order."""
        found = []
        for answer, wanted in zip(answers(text), expected, strict=True):
            place = answer.place
            whole = ", ".join([place.name, *reversed(place.admin)]) if place else None
            found.append(place.place_id if place and ":" in wanted else whole)
        assert tuple(found) == expected

    return check


@pytest.mark.parametrize(
    "text",
    [
        "A balloon came down in [[Goseong]] on Monday.",
        "Near [[Cheorwon]] they fought in 1951; Korea was divided, North Korea and South Korea.",
        "Shots were heard in [[Gimhwa]].",
        "[[고성]]에서 총성이 들렸다.",
    ],
)
def test_namesakes_across_the_border_stay_in_doubt_when_the_text_does_not_say(answers, text):
    answer = answers(text)[0]
    assert answer.status is Status.AMBIGUOUS
    (country,) = {answer.place.country} & {"KP", "KR"}
    others = {other.place_id.rpartition("_")[2] for other in answer.alternatives}
    assert {"KP": "kr", "KR": "kp"}[country] in others


@pytest.mark.parametrize(
    ("text", "place_id"),
    [
        ("He crossed at [[Goseong]] in [[South Korea]].", "core:goseong_kr"),
        ("Floods hit [[North Korea]]'s [[Goseong]].", "core:kosong_kp"),
        ("The [[South Korean]] border county of [[Cheorwon]] was calm.", "core:cheorwon_kr"),
        (
            "They drilled in [[Cheorwon]], [[Gangwon Province]], [[South Korea]].",
            "core:cheorwon_kr",
        ),
        ("[[북한]] [[고성]]에서 철도가 끊겼다.", "core:kosong_kp"),
    ],
)
def test_the_text_says_on_which_side(answers, text, place_id):
    (answer,) = [a for a in answers(text) if a.place and a.place.place_id == place_id]
    assert answer.status is Status.LOCATED


def test_both_towns_of_one_name_in_one_text(check):
    check(
        "[[Kosong]] county lies north of the line and [[Goseong]] county south of it.",
        "core:kosong_kp",
        "core:goseong_kr",
    )


def test_a_cape_is_not_the_city_that_sounds_like_it(check):
    check("Shells fell off [[Jangsan Cape]], North Korea.", "core:jangsan_cape")


def test_regions_seas_and_divisions_are_found(check):
    check(
        "From [[Darfur]] to [[Kashmir]], over the [[Andaman Sea]] and the [[Baltic Sea]]; in "
        "[[Zamfara]] and [[Queensland]], too.",
        "region:darfur",
        "region:kashmir",
        "region:andaman-sea",
        "region:baltic-sea",
        "admin1:NG.57",
        "admin1:AU.04",
    )


def test_company_tells_a_small_place_from_a_great_one(check):
    check(
        "Crews from [[Sandusky]], [[Toledo]] and [[Findlay]] went to [[Lima]] for the fair.",
        "Sandusky, Ohio, United States",
        "Toledo, Ohio, United States",
        "Findlay, Ohio, United States",
        "Lima, Ohio, United States",
    )


def test_bare_counties_and_villages_are_known_where_a_name_is_given(check):
    check(
        "[[Sarpy]] and [[Douglas County]] are in [[Nebraska]].",
        "county:US-31153",
        "county:US-31055",
        "state:US-NE",
    )
    check("The hall in [[Harwinton]], [[Connecticut]].", "post:US.CT.harwinton", "state:US-CT")


def test_usual_names_of_great_cities(check):
    check(
        "They flew to [[Calcutta]] and [[Mecca]].",
        "Kolkata, West Bengal, India",
        "Makkah, Mecca Region, Saudi Arabia",
    )


def test_short_words_of_a_name_are_spelt_out(check):
    check(
        "He moved from [[Minneapolis]] to [[St. Paul]].",
        "Minneapolis, Minnesota, United States",
        "Saint Paul, Minnesota, United States",
    )


def test_the_publisher_is_company(answers):
    text = "A fire broke out in [[Springfield]] at noon."
    near = answers(text, publisher="Chicago Sun, Illinois")[0]
    assert near.place.admin[-1] == "Illinois"
    assert answers(text)[0].probability < near.probability


def test_a_hint_shows_in_the_reason(answers):
    answer = answers("He lives in [[Athens]].", hints=Hints(countries=("US",)))[0]
    assert answer.place.country == "US"
    assert "hinted" in answer.reason
    box = answers("He lives in [[Athens]].", hints=Hints(bbox=(170.0, 30.0, -80.0, 40.0)))[0]
    assert box.place.country == "US"


def test_no_focus_leaves_border_places_their_own_weight(answers):
    text = "[[Seoul]] and [[Kaesong]] are in Korea; Pyongyang is too."
    for hints in (Hints(), Hints(focus="")):
        assert [a.place.place_id for a in answers(text, hints=hints)] == [
            "core:seoul",
            "core:kaesong",
        ]


def test_reasons_are_plain_words_about_what_decided(answers):
    answer = answers("He left [[Paris]], [[Texas]].")[0]
    assert "its area is named right after it" in answer.reason
    assert "population" in answers("He left [[Paris]].")[0].reason
    assert set(weights().said) <= {*weights().learned, "tenfold"}


def test_every_learned_weight_is_used():
    assert set(CONTEXT) <= set(weights().learned)
    assert all(-20 < value < 20 for value in weights().learned.values())


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_reliability_keeps_the_order(chances):
    said = [reliable(chance) for chance in sorted(chances)]
    assert said == sorted(said)
    assert all(0 <= chance <= 1 for chance in said)


_NAMES = (
    "Paris", "Texas", "Athens", "Ohio", "Goseong", "Cheorwon", "Seoul", "North Korea",
    "Springfield", "Illinois", "Qwertz", "Mexico", "Georgia", "파주", "Kosong", "Clay", "St. Paul",
)  # fmt: skip
_texts = st.lists(
    st.tuples(st.sampled_from(_NAMES), st.sampled_from([", ", " and ", ". Then ", " in "])),
    max_size=8,
).map(lambda parts: "".join(f"[[{name}]]{gap}" for name, gap in parts) + "end.")
_quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_quick
@given(st.lists(_texts, max_size=4))
def test_a_batch_is_its_documents_one_by_one(gazetteer, batch):
    def run(texts):
        return [resolve(*marked(text), gazetteer) for text in texts]

    assert run(batch) == [run([text])[0] for text in reversed(batch)][::-1]


@_quick
@given(_texts, st.randoms(use_true_random=False))
def test_given_spans_are_answered_in_the_order_given(gazetteer, text, order):
    document, mentions = marked(text)
    mentions += mentions[:1]
    order.shuffle(mentions)
    found = resolve(document, mentions, gazetteer)
    assert [answer.mention for answer in found] == mentions
    for answer in found:
        total = answer.probability + sum(other.probability for other in answer.alternatives)
        assert 0 <= total <= 1.001
        assert all(other.probability <= answer.probability for other in answer.alternatives)
        assert answer.reason
        assert (answer.position is None) == (answer.status is Status.ABSTAINED)


def test_time_grows_with_the_number_of_names_and_not_with_its_square(gazetteer):
    rows, _, _ = gazetteer.points()
    numbers = random.Random(7).sample(rows.tolist(), 3_000)
    names = [gazetteer.place_at(int(row)).name for row in numbers]

    def seconds(count):
        document, mentions = marked(", ".join(f"[[{name}]]" for name in names[:count]))
        start = time.process_time()
        resolve(document, mentions, gazetteer)
        return time.process_time() - start

    seconds(3_000)  # so that both find the places read
    assert min(seconds(3_000), seconds(3_000)) <= 2.5 * max(seconds(1_500), seconds(1_500))
