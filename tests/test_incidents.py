"""Incidents from sentences: what counts, where, when, and what does not.

In the marked sentences ``[Paju]`` is a place that stands for itself, ``<Seoul>`` one that
acts or is an adjective, ``{12 km north of [Paju]}`` an expression built on a place.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapper.incidents import extract_incidents, load_taxonomy
from mapper.incidents.describe import find_casualties
from mapper.incidents.triggers import find_triggers
from mapper.model import (
    Assertion,
    Casualties,
    Certainty,
    Document,
    Incident,
    Mention,
    MentionKind,
    Place,
    Position,
    Problem,
    Relation,
    Resolution,
    Side,
    Span,
    Status,
    ZoneCheck,
    ZoneName,
)
from mapper.text import make_document

PUBLISHED = dt.date(2021, 3, 11)  # a Thursday

# name: lon, lat, radius in km, zone, footprint, country
PLACES = {
    "Paju": (126.78, 37.76, 15, "south_of_dmz", None, ""),
    "Cheorwon": (127.31, 38.15, 15, "south_of_dmz", None, ""),
    "Seoul": (126.98, 37.57, 17, "south_of_dmz", None, ""),
    "Pyongyang": (125.75, 39.03, 22, "north_of_dmz", None, ""),
    "Wonsan": (127.44, 39.15, 10, "north_of_dmz", None, ""),
    "Washington": (-77.04, 38.9, 15, "outside_korea", None, ""),
    "Baghdad": (44.4, 33.3, 20, "outside_korea", None, ""),
    "Yeonpyeong Island": (125.7, 37.67, 4, "sea", None, ""),
    "백령도": (124.68, 37.97, 7, "sea", None, ""),
    "Panmunjom": (126.68, 37.96, 1, "jsa", "layer:jsa", ""),
    "DMZ": (127.4, 38.3, 125, "inside_dmz", "layer:dmz", ""),
    "demilitarized zone": (127.4, 38.3, 125, "inside_dmz", "layer:dmz", ""),
    "MDL": (127.4, 38.3, 125, "inside_dmz", "layer:mdl", ""),
    "border": (127.4, 38.3, 125, "inside_dmz", "layer:mdl", ""),
    "군사분계선": (127.4, 38.3, 125, "inside_dmz", "layer:mdl", ""),
    "Northern Limit Line": (125.3, 37.75, 110, "sea", "layer:nll_west", ""),
    "South Korea": (127.75, 36.5, 280, "unknown", None, "KR"),
    "the South": (127.75, 36.5, 280, "unknown", None, "KR"),
    "North Korea": (127.0, 40.0, 330, "unknown", None, "KP"),
    "Japan": (138.0, 36.0, 1000, "unknown", None, "JP"),
}
_MARK = re.compile(r"\[([^\]]+)\]|<([^>]+)>")


def _resolution(
    doc_id: str, name: str, span: Span, kind: MentionKind
) -> tuple[Resolution, ZoneCheck]:
    lon, lat, radius_km, zone, footprint, country = PLACES[name]
    position = Position(lon=lon, lat=lat, uncertainty_m=radius_km * 1000)
    place = Place(
        place_id=f"country:{country}" if country else f"test:{name}",
        name=name,
        position=position,
        feature_code="PCLI" if country else "PPL",
        footprint=footprint,
        country=country,
    )
    return (
        Resolution(
            mention=Mention(doc_id=doc_id, span=span, surface=name, kind=kind),
            status=Status.LOCATED,
            place=place,
            position=position,
            footprint=footprint,
            probability=0.9,
        ),
        ZoneCheck(zone=ZoneName(zone), side=Side.UNKNOWN, certainty=Certainty.CERTAIN),
    )


def read(
    marked: str, *, published: dt.date | None = PUBLISHED
) -> tuple[Document, tuple[Incident, ...], tuple[Problem, ...]]:
    """Build the document and its places from marked text, and extract."""
    flat = marked.replace("{", "").replace("}", "")
    text = _MARK.sub(lambda m: m[1] or m[2], flat)
    document = make_document(text, published=published)
    pairs, at, offset, opened = [], 0, 0, -1
    for token in re.finditer(r"\{|\}|\[[^\]]+\]|<[^>]+>", marked):
        offset += token.start() - at
        at = token.end()
        word = token.group()
        if word == "{":
            opened = offset
        elif word == "}":
            span = Span(opened, offset)
            anchor, check = pairs[-1]
            relation = Relation(
                kind="offset", anchor=anchor.mention.span, distance_m=12_000, distance_error_m=500
            )
            mention = Mention(
                doc_id=document.doc_id,
                span=span,
                surface=text[span.slice],
                kind=MentionKind.RELATIVE,
                relation=relation,
            )
            at_north = Position(lon=126.78, lat=37.9, uncertainty_m=4_000)
            relative = Resolution(mention=mention, status=Status.LOCATED, position=at_north)
            pairs.append((relative, check))
        else:
            kind = MentionKind.LITERAL if word[0] == "[" else MentionKind.METONYMIC
            span = Span(offset, offset + len(word) - 2)
            pairs.append(_resolution(document.doc_id, word[1:-1], span, kind))
            offset = span.end
    pairs.sort(key=lambda pair: pair[0].mention.span)
    incidents, problems = extract_incidents(
        document, [resolution for resolution, _ in pairs], [check for _, check in pairs]
    )
    for incident in incidents:
        for evidence in incident.evidence:
            assert document.quote(evidence.span) == evidence.exact
    return document, incidents, problems


def check(marked: str, *expected: str, published: dt.date | None = PUBLISHED) -> None:
    """Compare incidents, each written ``kind @ place | zone | first day``.

    The place ends in ``?`` when the text does not state it; ``-`` means none.
    """
    told = []
    for incident in read(marked, published=published)[1]:
        where, start = incident.where, incident.when.start
        place = "-" if where is None else where.label + ("" if where.stated else "?")
        zone = incident.zone.zone.value if incident.zone is not None else "-"
        told.append(f"{incident.kind} @ {place} | {zone} | {start or '-'}")
    assert told == list(expected)


# --- what is an incident ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("defection", "A North Korean private swam over to the South and asked to defect."),
        ("civilian_crossing", "An American tourist ran across the line into North Korea."),
        ("mdl_crossing", "A dozen North Korean soldiers strayed over the MDL before noon."),
        ("nll_crossing", "A northern trawler violated the Northern Limit Line."),
        ("naval_clash", "Patrol boats of both Koreas exchanged fire west of the island."),
        ("ship_sinking", "A torpedo hit the South Korean corvette and the ship sank."),
        ("shelling", "The North shelled a Marine base on the island."),
        ("landmine", "A South Korean sergeant lost a leg when a mine exploded."),
        ("infiltration", "Armed agents infiltrated the South by submarine."),
        ("exchange_of_fire", "Guards of the two Koreas traded fire near a guard post."),
        ("shooting", "A North Korean guard shot a farmer by the fence; he was shot dead."),
        ("warning_shots", "South Korean troops fired a volley of warning shots."),
        ("tunnel_discovery", "Engineers discovered an infiltration tunnel under the DMZ."),
        ("drone", "Two North Korean drones flew over the front line."),
        ("balloon", "The North sent hundreds of balloons with rubbish."),
        ("leaflet", "Activists scattered leaflets over the border into North Korea."),
        ("loudspeaker", "South Korea switched off its loudspeakers."),
        ("gps_jamming", "North Korea jammed GPS signals for three days."),
        ("nuclear_test", "North Korea conducted its second nuclear test."),
        ("missile_launch", "North Korea test-launched a cruise missile."),
        ("exercise", "South Korea and the U.S. held a joint military exercise."),
        ("guard_post_removal", "The Koreas dismantled twenty guard posts."),
        ("demolition", "North Korea blew up the road."),
        ("excavation", "South Korean troops unearthed the remains of nine men."),
        ("repatriation", "Seoul repatriated two sailors."),
        ("repatriation", "The pilot's widow said he was sent home to Korea through Panmunjom."),
        ("abduction", "North Korean agents kidnapped a student."),
        ("summit", "The leaders of the two Koreas held a summit."),
        ("talks", "The two Koreas held military talks."),
        ("accident", "A South Korean army helicopter crashed."),
        ("other", "North Korean agents planted a bomb in the terminal."),
        ("missile_launch", "북한이 어제 탄도미사일을 발사했다."),
        ("defection", "북한군 하사 한 명이 귀순했다."),
        ("landmine", "수색 중이던 병사가 지뢰를 밟았다."),
        ("shelling", "북한이 섬에 포격을 가했다."),
        ("drone", "북한 무인기가 서울 상공을 침범했다."),
        ("guard_post_removal", "남북은 감시초소(GP) 10곳을 철거했다."),
    ],
)
def test_every_kind_is_told_by_its_words(kind: str, sentence: str) -> None:
    (incident,) = read(sentence if "Korea" in sentence else f"{sentence} The Koreas.")[1]
    assert incident.kind == kind


@pytest.mark.parametrize(
    "sentence",
    [
        "Some 31,000 North Koreans have defected to the South since the 1990s.",
        "The number of North Koreans who defected dropped by a tenth.",
        "North Korea threatened to shell the islands.",
        "If North Korean soldiers crossed the MDL, guards would open fire.",
        "No shots were fired at the North Korean soldiers.",
        "North Korean troops did not cross the MDL.",
        "Pyongyang frequently accuses Seoul of kidnapping people.",
        "Thursday was the anniversary of the day when North Korea shelled the island.",
        "The film shows a North Korean soldier who defected under fire.",
        "Could North Korea test a nuclear device this month?",
        "North Korea may launch a missile soon.",
        "Seoul is capable of launching a missile of its own.",
        "Defections across the Korean border are rare.",
        "Soldiers who were killed in the 1950-53 Korean War were remembered in Korea.",
        "The striker shot at goal for Korea in the World Cup semi-final.",
        "Troops were ordered to open fire on North Korean drones.",
        "North Korea asked for talks in a letter that was handed over at Panmunjom.",
        "South Korea handed a list of names over at Panmunjom.",
        "Some farmers in Korea stayed at the school, others went home in the morning.",
        "Tests are planned on the coast of North Korea and ICBMs stand ready there.",
        "Visitors to Korea can walk through a tunnel found in 1978 at the museum.",
        "북한이 핵실험을 할 경우 대응할 것이다.",
        "북한은 미사일을 발사하지 않았다.",
        "영화는 북한군 병사의 귀순을 그린다. 북한군이 총격을 가하는 영화다.",
    ],
)
def test_what_is_no_incident(sentence: str) -> None:
    check(sentence)


def test_boilerplate_tells_nothing() -> None:
    check("Please enter your comment! A North Korean soldier defected.")


def test_a_text_about_other_countries_tells_nothing() -> None:
    check("Guards opened fire on a patrol near [Baghdad] on Tuesday.")
    check("Korea watched. Rebels shot at a patrol in [Baghdad] on Tuesday.")


# --- where --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "place", "zone"),
    [
        ("A <North Korea> guard opened fire at [Panmunjom] in the [DMZ].", "Panmunjom", "jsa"),
        (
            "Officials in [Seoul] said a North Korean drone crashed near [Paju].",
            "Paju",
            "south_of_dmz",
        ),
        (
            "<Washington> said <North Korea> fired a missile from [Wonsan] over [Japan].",
            "Wonsan",
            "north_of_dmz",
        ),
        (
            "A soldier defected to [the South] across the [DMZ] from [North Korea].",
            "DMZ",
            "inside_dmz",
        ),
        (
            "Shots were heard in Korea; a man was shot {12 km north of [Paju]}.",
            "12 km north of Paju",
            "south_of_dmz",
        ),
        (
            "North Korean infiltrators clashed with a patrol south of the [DMZ].",
            "DMZ",
            "south_of_dmz",
        ),
        ("A dozen North Korean soldiers crossed the [MDL].", "MDL", "inside_dmz"),
        ("A mine planted by [North Korea] exploded near [Paju].", "Paju", "south_of_dmz"),
        ("Guards on the southern side of the [DMZ] opened fire in Korea.", "DMZ", "inside_dmz"),
        (
            "A North Korean spy ship was sunk off the coast of [Yeonpyeong Island].",
            "Yeonpyeong Island",
            "sea",
        ),
        (
            "<North Korea> laid mines just south of the [MDL], at a fence near [Paju].",
            "Paju",
            "inside_dmz",
        ),
        ("<North Korea> laid mines just south of the [MDL].", "MDL", "inside_dmz"),
        ("<North Korea> laid mines south of the [MDL] and in [Paju].", "Paju", "south_of_dmz"),
        (
            "<North Korea> fired two missiles from [Wonsan].",
            "Wonsan",
            "north_of_dmz",
        ),
        ("[Seoul] (AP) -- A North Korean mine exploded in [Cheorwon].", "Cheorwon", "south_of_dmz"),
        ("천안함이 [백령도] 근처 해상에서 침몰했다.", "백령도", "sea"),
        ("북한군이 [군사분계선]을 넘었다.", "군사분계선", "inside_dmz"),
    ],
)
def test_the_place_is_where_it_happened(sentence: str, place: str, zone: str) -> None:
    (incident,) = read(sentence)[1]
    assert incident.where is not None
    assert incident.zone is not None
    assert (incident.where.label, incident.zone.zone.value) == (place, zone)
    assert incident.where.stated


def test_an_area_is_given_as_not_stated() -> None:
    check("North Korea tested a nuclear device.", "nuclear_test @ North Korea? | north_of_dmz | -")
    check(
        "South Korea fired two missiles from jets flown from [Cheorwon].",
        "missile_launch @ South Korea? | south_of_dmz | -",
    )
    check("South Korea test-fired a missile.", "missile_launch @ South Korea? | south_of_dmz | -")
    check(
        "A North Korean soldier defected on Tuesday.",
        "defection @ Korean Demilitarized Zone? | inside_dmz | 2021-03-09",
    )


def test_what_divides_two_countries_is_not_where_they_talked() -> None:
    _, (told,), _ = read("The two Koreas, divided by the [DMZ], held talks on Monday.")
    assert told.where is None
    _, (held,), _ = read("The two Koreas held talks in the [DMZ] on Monday.")
    assert held.where is not None


def test_no_place_and_no_date_are_problems_with_reasons() -> None:
    document, (incident,), problems = read("North Korean agents kidnapped a student.")
    assert incident.where is None
    assert {problem.code for problem in problems} == {"unplaced", "undated"}
    assert all(problem.span == Span(0, len(document.text)) for problem in problems)
    undated = read("A drone of North Korea crashed near [Paju] on Tuesday.", published=None)[2]
    assert [problem.code for problem in undated] == ["undated"]
    assert "publication" in undated[0].message


# --- one or several -------------------------------------------------------------------------


def test_headline_lead_and_later_sentence_are_one() -> None:
    _, incidents, _ = read(
        "Northern soldier defects to South Korea\n\n"
        "A North Korean soldier defected across the [border] on Wednesday.\n\n"
        "The escape came during talks. The latest defector was led away."
    )
    (incident,) = incidents
    assert len(incident.evidence) == 4
    assert incident.evidence[0].exact.startswith("A North Korean soldier defected")
    assert incident.when.start == dt.date(2021, 3, 10)


def test_last_year_and_a_month_later_are_others() -> None:
    check(
        "A North Korean soldier defected across the [border] on Wednesday.\n\n"
        "Last year a man was shot at when he ran across the [border]. "
        "Two months later another man crossed the [DMZ] and surrendered.",
        "defection @ border | inside_dmz | 2021-03-10",
        "defection @ border | inside_dmz | 2020-01-01",
        "defection @ DMZ | inside_dmz | 2020-03-01",
    )


def test_a_year_later_counts_from_what_was_dated_last() -> None:
    check(
        "A North Korean soldier was shot dead at [Panmunjom] in 1976. In 1984 a student from "
        "Prague saw the place. A year later the leaders of the two Koreas held a summit there.",
        "shooting @ Panmunjom | jsa | 1976-01-01",
        "summit @ Panmunjom? | jsa | 1985-01-01",
        published=None,
    )


def test_background_is_historical() -> None:
    _, incidents, _ = read(
        "North Korea fired a missile from [Wonsan] on Tuesday. In July 2019 it fired a missile too."
    )
    assert [i.assertion for i in incidents] == [Assertion.ASSERTED, Assertion.HISTORICAL]


def test_pursuit_under_fire_is_one_incident() -> None:
    (incident,) = read(
        "A North Korean soldier made a dash across the [border] at [Panmunjom]. "
        "His comrades fired 30 shots, hitting him twice."
    )[1]
    assert (incident.kind, len(incident.evidence)) == ("defection", 2)


def test_each_entry_of_a_chronology_is_its_own() -> None:
    check(
        "1995-10-17: North Korean infiltrators crossed the Imjin near [Paju]. Two were killed.\n\n"
        "1996-09-18: A North Korean submarine ran aground off [Yeonpyeong Island].\n\n"
        "1997-07-16: Guards exchanged fire in the [DMZ] for an hour.",
        "infiltration @ Paju | south_of_dmz | 1995-10-17",
        "infiltration @ Yeonpyeong Island | sea | 1996-09-18",
        "exchange_of_fire @ DMZ | inside_dmz | 1997-07-16",
        published=None,
    )


def test_chronologies_and_headlines_tell_in_the_present() -> None:
    check(
        "1968 Jan. 21 - Commandos of North Korea cross the [border] at night.\n"
        "2015 Aug. 4 - Mines explode in the [DMZ], maiming two South Korean men.\n"
        "2017 April 9 - North Korea threatens to fire a missile.",
        "infiltration @ border | inside_dmz | 1968-01-21",
        "landmine @ DMZ | inside_dmz | 2015-08-04",
        published=None,
    )
    assert find_triggers("Troops exchange fire at the border", present=True)
    assert not find_triggers("Troops who exchange fire at the border are punished.")


def test_two_kinds_of_the_same_year_are_two() -> None:
    _, incidents, _ = read(
        "In 2010 a torpedo sank a South Korean ship. In November 2010 the North shelled an island."
    )
    assert [incident.kind for incident in incidents] == ["ship_sinking", "shelling"]


def test_a_summing_up_is_no_incident() -> None:
    check("North Korea has conducted six nuclear tests.")
    check("The drill came as North Korea has repeatedly fired missiles.")


def test_the_noun_with_the_speaks_again_of_the_same() -> None:
    check(
        "Troops exchanged fire in the [DMZ] on Tuesday, South Korea said. "
        "The exchange of fire came amid talks.",
        "exchange_of_fire @ DMZ | inside_dmz | 2021-03-09",
    )


def test_a_list_in_one_sentence_is_taken_apart() -> None:
    words = "in the long years of its quarrel with the other half of the peninsula, "
    _, incidents, _ = read(
        f"{words * 4}North Korea did much harm, including naval clashes between patrol boats "
        "along the [Northern Limit Line] in 1999, the sinking of a South Korean vessel in 2010, "
        "and the bombardment of [Yeonpyeong Island], also in 2010."
    )
    assert [(i.kind, i.when.start and i.when.start.year) for i in incidents] == [
        ("naval_clash", 1999),
        ("ship_sinking", 2010),
        ("shelling", 2010),
    ]


def test_counters_do_not_add_incidents() -> None:
    check(
        "North Korean soldiers crossed the [MDL] on Tuesday. "
        "It was the third such crossing this month.",
        "mdl_crossing @ MDL | inside_dmz | 2021-03-09",
    )


# --- follow-ups, the same day, parts of the front ---------------------------------------------


def test_findings_denials_and_tolls_belong_to_what_was_told() -> None:
    _, incidents, _ = read(
        "A South Korean corvette sank off [Yeonpyeong Island] on March 1, killing six sailors.\n\n"
        "An inquiry concluded on March 9 that a North Korean torpedo had sunk the ship.\n\n"
        "North Korea denied on the same day that it had sunk the corvette."
    )
    (incident,) = incidents
    assert len(incident.evidence) == 3
    assert (incident.assertion, incident.when.start) == (Assertion.ASSERTED, dt.date(2021, 3, 1))


def test_days_after_it_count_back_to_it() -> None:
    check(
        "Bodies were found on [Yeonpyeong Island] on Wednesday, two days after North Korea "
        "shelled the island.",
        "shelling @ Yeonpyeong Island | sea | 2021-03-08",
    )


def test_a_denial_alone_is_kept_and_has_no_date_of_its_own() -> None:
    (incident,) = read("North Korea denied on Tuesday that its troops fired at a post.")[1]
    assert incident.assertion is Assertion.DENIED
    assert incident.when.start is None
    assert incident.probability >= 0.4


def test_the_same_day_is_the_day_named_last() -> None:
    check(
        "A mine exploded near [Paju] on March 1. On March 8 the army showed its parts. "
        "The same day South Korea switched on its loudspeakers near [Cheorwon].",
        "landmine @ Paju | south_of_dmz | 2021-03-01",
        "loudspeaker @ Cheorwon | south_of_dmz | 2021-03-08",
    )
    check(
        "북한군이 9일 [군사분계선]을 넘었다. 전날에는 북한이 미사일을 발사했다.",
        "mdl_crossing @ 군사분계선 | inside_dmz | 2021-03-09",
        "missile_launch @ North Korea? | north_of_dmz | 2021-03-08",
    )


def test_three_crossings_on_one_day_stay_three() -> None:
    _, incidents, _ = read(
        "A North Korean soldier crossed the [MDL] near [Cheorwon] on the morning of March 9 and "
        "said that he wanted to defect.\n\n"
        "At about noon on March 9 two armed North Korean soldiers crossed the line on the "
        "central front. They went back after warning shots.\n\n"
        "In a third incident on the same day some 20 North Korean soldiers crossed the line in "
        "[Paju]."
    )
    assert [i.kind for i in incidents] == ["defection", "mdl_crossing", "mdl_crossing"]
    assert {i.when.start for i in incidents} == {dt.date(2021, 3, 9)}
    assert {i.assertion for i in incidents} == {Assertion.ASSERTED}
    assert [i.where.label for i in incidents if i.where is not None] == [
        "Cheorwon",
        "Korean Demilitarized Zone, central sector",
        "Paju",
    ]


def test_the_news_of_the_day_may_be_weeks_old() -> None:
    _, (news,), _ = read("A North Korean boat sank off [Yeonpyeong Island] on Jan. 4.")
    assert news.assertion is Assertion.ASSERTED
    _, (old,), _ = read("In 1999 a North Korean boat sank off [Yeonpyeong Island].")
    assert old.assertion is Assertion.HISTORICAL


def test_a_time_of_day_has_the_day_of_what_was_told_before() -> None:
    _, incidents, _ = read(
        "A North Korean soldier defected across the [DMZ] at 8 a.m. on Tuesday.\n\n"
        "At 2 p.m. two North Korean soldiers crossed the [MDL]."
    )
    assert [i.when.start for i in incidents] == [dt.date(2021, 3, 9)] * 2


def test_a_part_of_the_front_is_narrower_than_the_line() -> None:
    (incident,) = read("North Korean soldiers crossed the western part of the [border].")[1]
    assert incident.where is not None
    assert incident.where.label == "border, western sector"
    assert incident.where.footprint == "layer:sectors#western_dmz"
    assert incident.where.position.uncertainty_m < 50_000


def test_a_named_place_wins_over_the_line_that_was_crossed() -> None:
    check(
        "Two North Korean soldiers defected by crossing the\n[border] at [Panmunjom].",
        "defection @ Panmunjom | jsa | -",
    )


def test_the_sea_in_the_east_is_not_the_line_in_the_west() -> None:
    check(
        "A North Korean patrol boat crossed the [Northern Limit Line] off the east coast.",
        "nll_crossing @ East Sea near the Northern Limit Line? | sea | -",
    )


def test_boat_people_who_ask_to_stay_have_defected() -> None:
    check(
        "A boat with four North Koreans docked near [Paju] on Tuesday. Two asked to stay.",
        "defection @ Paju | south_of_dmz | 2021-03-09",
    )


def test_shots_at_them_are_part_of_it() -> None:
    (incident,) = read(
        "North Korean drones flew over [Paju] on Tuesday. Troops fired 100 rounds at them."
    )[1]
    assert (incident.kind, len(incident.evidence)) == ("drone", 2)


def test_what_stands_right_behind_counts() -> None:
    (incident,) = read("North Korea shelled a post near [Paju] on Tuesday. Nobody was hurt.")[1]
    assert incident.casualties == Casualties(killed=0, injured=0)


def test_the_sentence_before_says_when() -> None:
    check(
        "Last night North Korea broke its word. It fired a missile from [Wonsan].",
        "missile_launch @ Wonsan | north_of_dmz | 2021-03-10",
    )


def test_a_dateline_is_no_place_and_no_actor() -> None:
    (incident,) = read("<Seoul> - North Korean soldiers crossed the [MDL] on Tuesday.")[1]
    assert incident.where is not None
    assert incident.where.label == "MDL"
    assert [actor.name for actor in incident.actors] == ["North Korean soldiers"]


def test_problems_are_said_in_plain_words() -> None:
    problems = read("North Korean agents kidnapped a student on Tuesday.", published=None)[2]
    assert [problem.message for problem in problems] == [
        "Abduction or seizure: the text does not say where",
        'Abduction or seizure: "on Tuesday" needs the day of publication (--date)',
    ]


# --- how it is put, who, how many ----------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "assertion"),
    [
        ("North Korea denied that its troops fired at a post near [Paju].", Assertion.DENIED),
        ("The North alleged that drones flew over [Pyongyang] on Tuesday.", Assertion.ALLEGED),
        ("North Korea fired a missile from [Wonsan] on Tuesday.", Assertion.ASSERTED),
    ],
)
def test_how_it_is_put_forward(sentence: str, assertion: Assertion) -> None:
    (incident,) = read(sentence)[1]
    assert incident.assertion is assertion


@pytest.mark.parametrize(
    ("text", "killed", "injured", "detained"),
    [
        ("Five people were killed and 30 others were injured.", 5, 30, None),
        ("Two guards and one sergeant were killed.", 3, None, None),
        ("One U.S. soldier (Pfc. A. B. Doe) is killed and five wounded.", 1, 5, None),
        ("The blast killed all 115 passengers.", 115, None, None),
        ("They shot at a truck, injuring one soldier.", None, 1, None),
        ("Twelve men are killed and two are captured.", 12, None, 2),
        ("There were no casualties.", 0, 0, None),
        ("장병 4명이 사망하고 16명이 부상했다.", 4, 16, None),
        ("The boat was 40 km away when he died.", None, None, None),
        ("In 2015, two men were maimed by mines.", None, 2, None),
        ("A boat is caught in a net and its nine men are found dead.", 9, None, None),
    ],
)
def test_harm_to_people(
    text: str, killed: int | None, injured: int | None, detained: int | None
) -> None:
    assert find_casualties(text) == Casualties(killed=killed, injured=injured, detained=detained)


def test_actors_have_a_side_and_a_role() -> None:
    (incident,) = read("North Korean troops fired on a South Korean patrol near [Paju].")[1]
    assert [(a.name, a.side, a.role) for a in incident.actors] == [
        ("North Korean troops", "north", "initiator"),
        ("South Korean patrol", "south", "target"),
    ]


def test_the_summary_is_made_from_the_parts() -> None:
    (incident,) = read("A mine exploded near [Paju] on Tuesday, injuring two South Korean men.")[1]
    assert incident.summary == "Landmine blast, Paju, 2021-03-09: 2 injured"


# --- the house rules -------------------------------------------------------------------------


def test_the_taxonomy_is_whole() -> None:
    kinds = load_taxonomy()
    assert [kind.rank for kind in kinds.values()] == list(range(len(kinds)))
    for kind in kinds.values():
        assert kind.label
        assert kind.acled_event
        assert kind.acled_sub_event
        assert kind.area in ("", "dmz", "nll", "actor")
        assert kind.cues


def test_ids_are_stable_and_differ() -> None:
    text = "North Korean soldiers crossed the [MDL]. North Korea fired a missile from [Wonsan]."
    first, second = (read(text)[1] for _ in range(2))
    assert first == second
    assert len({incident.incident_id for incident in first}) == 2


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    document = make_document("North Korea. " + text)
    incidents, _ = extract_incidents(document, (), ())
    assert all(0 < incident.probability < 1 for incident in incidents)


@given(st.sampled_from(["no", "not a single", "without"]), st.sampled_from(["fired", "exchanged"]))
def test_negation_before_a_trigger_silences_it(negation: str, verb: str) -> None:
    assert find_triggers(f"Guards stood {negation} shots {verb}.") == ()


def test_evidence_marks_the_words_that_say_what_when_where_and_who() -> None:
    document, (incident,), _ = read(
        "On Tuesday North Korean soldiers fired 40 rounds at a guard post near [Paju]."
    )
    evidence = incident.evidence[0]
    spans = [evidence.trigger, evidence.time, evidence.place]
    words = [document.quote(span) if span else "" for span in spans]
    assert words == ["fired 40 rounds at a guard post", "On Tuesday", "Paju"]
    assert [document.quote(span) for span in evidence.actors] == ["North Korean soldiers"]
    assert [(count.number, count.unit) for count in incident.counts] == [(40, "rounds")]
    assert "40 rounds" in incident.summary


def test_what_happens_again_on_another_day_is_another_incident() -> None:
    _, incidents, _ = read(
        "North Korean soldiers crossed the [MDL] near [Paju] on March 3 and again on March 5 "
        "near [Cheorwon]."
    )
    assert [incident.when.start for incident in incidents] == [
        dt.date(2021, 3, 3),
        dt.date(2021, 3, 5),
    ]
    assert len({incident.incident_id for incident in incidents}) == 2
    _, (one,), _ = read("Drones from <North Korea> were spotted over [Paju] on March 3 and 5.")
    assert (one.when.start, one.when.end) == (dt.date(2021, 3, 3), dt.date(2021, 3, 5))


def test_a_list_of_years_is_dated_by_all_of_them() -> None:
    _, (incident,), _ = read("<North Korea> tested nuclear devices in 2006, 2009 and 2013.")
    assert incident.when.start == dt.date(2006, 1, 1)
    assert incident.when.end == dt.date(2013, 12, 31)


def test_the_day_before_counts_from_the_day_told_last_or_from_publication() -> None:
    _, (incident,), _ = read("A North Korean soldier crossed the [MDL] the day before at 7 a.m.")
    assert incident.when.start == dt.date(2021, 3, 10)
    _, incidents, _ = read(
        "Officials met at [Panmunjom] on March 5. A North Korean soldier crossed the [MDL] the "
        "day before near [Paju]."
    )
    assert dt.date(2021, 3, 4) in [incident.when.start for incident in incidents]


def test_a_hotline_is_told_once() -> None:
    _, incidents, _ = read(
        "<North Korea> cut the hotline between the two Koreas at [Panmunjom] on March 5."
    )
    assert [incident.kind for incident in incidents] == ["talks"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Troops combed the hills in search of a man who had defected.",
        "She teaches a course on the shelling of Yeonpyeong.",
        "The Seoul marathon drew runners who crossed the line at Jamsil.",
        "If another soldier crosses the line, guards will fire warning shots.",
    ],
)
def test_what_is_looked_for_taught_run_or_only_possible_is_no_incident(sentence: str) -> None:
    assert find_triggers(sentence) == ()


def test_news_of_elsewhere_is_none_although_a_korean_paper_tells_it() -> None:
    _, incidents, _ = read("Troops shelled positions near [Baghdad], South Korean media said.")
    assert incidents == ()
