"""What sentences tell of, by their words alone: kinds, what is no incident, and speed's price."""

from __future__ import annotations

import re

import pytest

from mapper.incidents import load_taxonomy
from mapper.incidents.describe import count_heads, find_casualties
from mapper.incidents.prefixes import prefixes
from mapper.incidents.taxonomy import compile_lower
from mapper.incidents.timing import find_clock
from mapper.incidents.triggers import find_triggers

# kind, whether it is a headline or an entry of a chronology, what it says
TOLD = [
    ("defection", False, "A North Korean private scaled the border fence and was found by day."),
    ("defection", False, "Three men from the North asked to stay after their raft was found."),
    ("defection", False, "A North Korean drifted down the river on a log and was pulled from it."),
    ("defection", False, "An unarmed North Korean man was led across the line to safety."),
    ("defection", False, "A North Korean corporal turned up at a South Korean guard post."),
    ("defection", True, "A man swims from North Korea to the island."),
    ("civilian_crossing", False, "An American soldier dashed across the line during a tour."),
    ("civilian_crossing", False, "The man who came last year has gone back to North Korea."),
    (
        "mdl_crossing",
        False,
        "Six North Korean soldiers came 40 metres over the line and went back.",
    ),
    ("mdl_crossing", True, "Northern soldiers come past the demarcation line and withdraw."),
    ("infiltration", False, "Armed agents slipped across the border at night."),
    ("official_visit", False, "A team of inspectors walked over the Military Demarcation Line."),
    ("road_rail_link", False, "A freight train crossed the Military Demarcation Line on Friday."),
    ("road_rail_link", False, "The two Koreas reconnected the railway across the DMZ."),
    ("aircraft_shootdown", False, "A U.S. OH-23 helicopter was shot down north of the DMZ."),
    ("accident", False, "An F-4 fighter went down near the border; its pilots were killed."),
    ("wildfire", False, "A forest fire in the DMZ burned for three days."),
    ("stray_boat", False, "A North Korean fishing boat was found adrift off the port."),
    ("fortification", False, "North Korean soldiers laid mines along the demarcation line."),
    ("guard_post_rebuilding", False, "The North has finished rebuilding guard posts in the DMZ."),
    (
        "guard_post_removal",
        False,
        "The two sides completed the withdrawal of weapons from the JSA.",
    ),
    ("loudspeaker", False, "Seoul switched its border loudspeakers back on."),
    ("landmine", False, "A sergeant lost a foot when he hit an old mine in the DMZ."),
    ("missile_launch", False, "A North Korean missile fell into the sea short of the line."),
    ("repatriation", False, "Seoul expelled two North Korean sailors through Panmunjom."),
    ("summit", False, "President Kim met Chairman Kim Jong Il in Pyongyang."),
    ("naval_clash", False, "The navies exchanged fire near the NLL and a North Korean boat sank."),
    ("naval_clash", False, "A DPRK boat crossed the Northern Limit Line and opened fire."),
    ("drone", False, "A North Korean drone flew over the city and scattered leaflets."),
    ("exchange_of_fire", False, "Guards of both Koreas traded machine-gun fire in the DMZ."),
    ("shooting", False, "North Korean soldiers fired machine guns at balloons."),
    ("defection", False, "북한 주민 한 명이 귀순 의사를 밝혔다."),
    ("civilian_crossing", False, "남성 한 명이 군사분계선을 넘어 월북했다."),
    ("mdl_crossing", False, "북한군 서너 명이 군사분계선을 넘었다가 돌아갔다."),
    ("guard_post_shooting", False, "감시초소가 북한군 총탄에 맞았다."),
    ("shelling", False, "북한군이 포탄 수십 발을 발사했다."),
    ("stray_boat", False, "북한 목선 한 척이 해안에서 발견됐다."),
    ("repatriation", False, "정부는 북한 어민 두 명을 추방했다."),
    ("wildfire", False, "비무장지대에서 산불이 나 군이 껐다."),
    ("guard_post_rebuilding", False, "북한이 감시초소 복원을 마쳤다."),
    ("fortification", False, "북한군이 군사분계선 근처에 지뢰를 매설했다."),
    ("leaflet", False, "단체는 대북전단 수만 장을 북쪽으로 살포했다."),
]


@pytest.mark.parametrize(("kind", "present", "sentence"), TOLD)
def test_ways_of_telling(kind: str, present: bool, sentence: str) -> None:
    told = [t.kind for t in find_triggers(sentence, present=present) if t.strength == "strong"]
    assert kind in told
    ranks = load_taxonomy()
    same_group = [k for k in told if ranks[k].group == ranks[kind].group]
    assert min(same_group, key=lambda k: ranks[k].rank) == kind


@pytest.mark.parametrize(
    "sentence",
    [
        "We drove to the DMZ and crossed the bridge.",
        "A bus overturned in a South Korean city, injuring nine.",
        "A fire broke out at a South Korean factory, killing four people.",
        "A South Korean ferry sank off a southern island in a storm.",
        "Fans launched balloons at the stadium.",
        "South Korea beat North Korea 2-1; the winning shot was fired from far out.",
        "The passage ran about 1 km south of the Military Demarcation Line.",
        "Guides show visitors where the axe murders took place.",
        "남북은 유해를 함께 발굴하기로 했다.",
    ],
)
def test_what_sounds_like_it_and_is_not(sentence: str) -> None:
    assert [t for t in find_triggers(sentence) if t.strength != "weak"] == []


def test_a_year_is_no_crowd() -> None:
    (trigger,) = find_triggers("In 2003 a North Korean soldier defected.")
    assert trigger.kind == "defection"


def test_answering_a_drone_with_a_jet_is_no_drone() -> None:
    for sentence in (
        "A jet sent up against North Korean drones crashed.",
        "무인기에 대응해 출격한 전투기가 추락했다.",
    ):
        assert [t.kind for t in find_triggers(sentence)] == ["accident"]


@pytest.mark.parametrize(("kind", "present", "sentence"), TOLD)
def test_prefixes_rule_nothing_out(kind: str, present: bool, sentence: str) -> None:
    """Whatever a pattern of any kind matches holds one of the prefixes it must have."""
    del kind, present
    lowered = sentence.lower()
    for row in load_taxonomy().values():
        for pattern in (*row.strong, *row.soft, *row.weak):
            compiled = compile_lower(pattern)
            starts = prefixes(compiled.pattern)
            for match in compiled.finditer(lowered):
                assert not starts or any(start in match.group() for start in starts)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\bfir(?:ed|es)\b", ("fir",)),
        (r"(?:a|the) boat", ()),  # one letter stands everywhere
        (r"ship\b|\bboats? sank", ("ship", "boat")),
        (r"(?<!at )\bballoons?", ("balloon",)),
        (r"(?:old )?mine", ()),
        (r"[a-z]{1,3}-\d", ()),
        (r"(?:x[|)]y|mine)", ()),
    ],
)
def test_what_a_pattern_begins_with(pattern: str, expected: tuple[str, ...]) -> None:
    re.compile(pattern)
    assert prefixes(pattern) == expected


# --- numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "killed", "injured"),
    [
        ("A shell hit the base, killing two marines and two civilians.", 4, None),
        ("The blast killed a guard and one farmer and wounded seven.", 2, 7),
        ("At least 46 of the 104 men on board died.", 46, None),
        ("Of the 104 people on board, 46 died.", 46, None),
        ("Between ten and twelve soldiers were injured.", None, 10),
        ("Twenty-nine of them died.", 29, None),
        ("No one was hurt.", 0, 0),
        ("There were no injuries.", None, 0),
        ("At 2:30 p.m. the North fired 170 rounds, and two marines were killed.", 2, None),
        ("Two men were among them, and 18 people were wounded.", None, 18),
        ("They killed two soldiers in a 40-minute attack.", 2, None),
        ("해병 2명과 주민 2명이 숨졌다.", 4, None),
        ("병사 여섯 명이 숨지고 19명이 다쳤다.", 6, 19),
        ("다친 사람은 없었다.", None, 0),
        ("인명 피해는 없었다.", 0, 0),
    ],
)
def test_harm_in_lists_ranges_and_none(text: str, killed: int | None, injured: int | None) -> None:
    harm = find_casualties(text)
    assert (harm.killed, harm.injured) == (killed, injured)


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("About 20 North Korean soldiers", 20),
        ("A sergeant fired; then two armed men", 2),
        ("One of the soldiers", None),
        ("Troops", None),
    ],
)
def test_heads(text: str, heads: int | None) -> None:
    assert count_heads(text) == heads


def test_clock_times_may_meet_or_not() -> None:
    morning, noon = find_clock("on the morning of Oct. 19"), find_clock("At about noon")
    assert morning is not None
    assert noon is not None
    assert morning[1] < noon[0]
    exact, korean = find_clock("at 2:30 p.m."), find_clock("오후 2시 30분쯤")
    assert exact == korean
    assert find_clock("on Friday") is None
