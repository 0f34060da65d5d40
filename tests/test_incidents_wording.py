"""Incidents in wordings of many kinds, by the mechanism that reads them: all of our own."""

import datetime as dt

import pytest

from mapper.incidents import extract_incidents
from mapper.incidents.korean import headline, told
from mapper.incidents.triggers import find_triggers
from mapper.incidents.when import find_heading
from mapper.text import make_document


def check(text: str, *expected: str, published: str = "2024-07-22") -> None:
    """Compare the incidents of a text, each written ``kind first-day``; places play no part."""
    document = make_document(text, published=dt.date.fromisoformat(published))
    found, _ = extract_incidents(document, (), ())
    assert [f"{i.kind} {i.when.start or '-'}" for i in found] == list(expected)


def kinds(sentence: str, *, present: bool = False) -> set[str]:
    return {t.kind for t in find_triggers(sentence, present=present) if t.strength != "weak"}


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("infiltration", "Eight North Koreans landed on the east coast and murdered a policeman."),
        ("abduction", "North Korean gunboats took 21 South Korean trawlers in December 1971."),
        ("ship_sinking", "A torpedo broke the corvette Cheonan in two near Baengnyeong."),
        ("defection", "A man emerged from the fog at a guard post of the front near the border."),
        ("drone", "The wreck of a small drone turned up on Baengnyeong on Monday."),
        ("gps_jamming", "Satellite-positioning signals around the border islands were garbled."),
        ("balloon", "Balloons carrying waste paper forced Gimpo airport to close its runways."),
        ("loudspeaker", "Seoul's military restarted blasting propaganda across the border."),
        ("shelling", "North Korea rained 170 rounds on the island, killing four."),
        ("landmine", "Ten North Korean soldiers died in mine explosions near the line."),
        ("exercise", "The allies flew B-1B bombers over the peninsula in a show of force."),
        ("evacuation", "Islanders on Baengnyeong huddled in bunkers for four hours."),
        ("aircraft", "North Korean fighters shadowed a U.S. RC-135 over the sea for 22 minutes."),
        ("other", "A train carrying supplies was derailed by a bomb that agents had set."),
        ("wildfire", "A blaze in the DMZ was fought by helicopters for two days."),
    ],
)
def test_wider_words(kind: str, sentence: str) -> None:
    assert kind in kinds(sentence)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("mdl_crossing", "The video shows one of his pursuers, a guard, stepping over the line."),
        ("drone", "The KPA accused the South of sending unmanned aircraft over Pyongyang."),
        ("loudspeaker", "The North also appeared to be dismantling some of its border speakers."),
        ("fortification", "The North has been felling trees and laying mines near the border."),
        ("loudspeaker", "The army used loudspeakers to resume its broadcasts at the border."),
    ],
)
def test_what_is_done_is_told_by_more_than_a_past(kind: str, sentence: str) -> None:
    assert kind in kinds(sentence)


def test_a_noun_tells_with_a_date_beside_it() -> None:
    check(
        "North Korea closed the park after a January 6 nuclear blast.",
        "nuclear_test 2016-01-06",
        published="2016-02-12",
    )
    check("The two Koreas met after a firefight on July 16.", "exchange_of_fire 2024-07-16")
    check("North Korea said any further drone flights would be punished on Sunday.")
    check("We drove past the site of the axe murders at the DMZ on Sunday.")


def test_a_verb_of_telling_makes_a_noun_tell() -> None:
    assert kinds("The South reported several mine blasts in the DMZ.") == {"landmine"}


def test_a_clause_with_a_day_of_its_own_is_another_incident() -> None:
    check(
        "A North Korean soldier fled to the South on May 3, 2019, and another crossed the border "
        "on July 31, 2019.",
        "defection 2019-05-03",
        "mdl_crossing 2019-07-31",
    )
    check(
        "A North Korean soldier who fled on May 3 was shot as he crossed the border.",
        "defection 2024-05-03",
    )


def test_an_answer_takes_the_day_of_what_it_answers() -> None:
    check(
        "North Korea launched a missile on Friday.\n\n"
        "Seoul's army held a live-fire drill in response, officials said.",
        "missile_launch 2024-07-19",
        "exercise 2024-07-19",
    )


def test_days_after_another_incident_is_not_the_same() -> None:
    check(
        "A North Korean soldier crossed the border on foot on Tuesday and defected. The defection "
        "came 12 days after a man defected over the sea border on July 4.",
        "defection 2024-07-16",
        "defection 2024-07-04",
    )


def test_mines_laid_and_a_mine_that_explodes_are_two_incidents() -> None:
    check(
        "The North Koreans have laid mines along the border. A mine exploded among them.",
        "fortification -",
        "landmine -",
    )


def test_several_soldiers_who_come_over_do_not_defect() -> None:
    assert "defection" not in kinds("Two North Korean soldiers crossed into South Korea.")
    assert "defection" in kinds("Two North Korean soldiers fled across the DMZ and defected.")


def test_shots_at_a_post_that_are_answered_are_an_exchange() -> None:
    fired = "North Korean soldiers fired at a South Korean guard post"
    assert kinds(f"{fired}.") == {"guard_post_shooting"}
    assert kinds(f"{fired} and the South fired back.") == {"exchange_of_fire"}


def test_a_heading_without_a_year_is_in_that_of_the_one_before() -> None:
    heading = find_heading("Nov. 1 - Patrol boats crossed the line.", year=2004)
    assert heading is not None
    assert heading.when.start == dt.date(2004, 11, 1)
    check(
        "July 14, 2004 - A South Korean ship fired two warning shots at a northern boat.\n\n"
        "Nov. 1 - North Korean patrol boats cross the NLL.",
        "warning_shots 2004-07-14",
        "nll_crossing 2004-11-01",
    )


def test_a_date_line_is_the_day_of_the_report() -> None:
    check(
        "SEOUL, July 20 (Reuters) - North Korea fired a missile early this morning.",
        "missile_launch 2024-07-20",
    )


def test_nothing_told_as_done_lies_after_the_report() -> None:
    text = "North Korea fired a missile last year. Six months later it fired another missile."
    document = make_document(text, published=dt.date(2024, 7, 22))
    for incident in extract_incidents(document, (), ())[0]:
        assert incident.when.end is None or incident.when.end <= dt.date(2024, 7, 23)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("ship_sinking", "2010년 3월 초계함 천안함이 침몰하여 승조원 46명이 사망하였다."),
        ("abduction", "1968년 미 해군 정보수집함 푸에블로호가 원산 앞바다에서 북한에 나포되었다."),
        ("shelling", "연평도 포격 사건은 2010년 11월 23일에 발생하였다."),
        ("defection", "북한 남성이 잠수복을 입고 헤엄쳐 고성 해안으로 올라왔다."),
        ("infiltration", "북한 무장 공작원 31명이 청와대 습격을 시도하였다."),
        ("talks", "남북은 14일 판문점 통일각에서 군사회담을 열었다."),
    ],
)
def test_korean_wordings(kind: str, sentence: str) -> None:
    assert kind in kinds(sentence)


def test_korean_headlines_end_in_a_noun() -> None:
    assert kinds("북한, 동해상으로 탄도미사일 2발 발사", present=True) == {"missile_launch"}
    assert kinds("군, 대북 확성기 방송 6년 만에 재개", present=True) == {"loudspeaker"}
    assert kinds("북한, 탄도미사일 발사 예고", present=True) == set()


def test_korean_stems_keep_their_full_forms() -> None:
    import re

    for text in ("나포되었다", "침몰하여 숨졌다", "발사하였다"):
        stem = text[:2] + "하"
        assert re.search(told(stem), text), text
    assert not re.search(headline("발사하"), "미사일 발사 예정")


@pytest.mark.parametrize(
    "sentence",
    [
        "North Korean patrol boats have strayed across the Northern Limit Line 22 times this year.",
        "The army crossed into the southern half of the DMZ forty times during that decade.",
        "Spy planes of the U.S. flew over the border on more than 200 occasions in January.",
        "Fifteen North Koreans have come straight across the border this year.",
        "A fire brigade in Paju held its annual drill on Thursday.",
        "Turkey and Syria exchanged fire across their frontier on Sunday.",
        "It is the first time since 2019 that a soldier has crossed the land border to defect.",
        "북한은 지난해 미사일을 30여 차례 발사했다.",
        "방미를 앞두고 한반도를 둘러싼 외교전이 벌어졌다.",
    ],
)
def test_what_only_looks_like_it(sentence: str) -> None:
    assert kinds(sentence) == set()


def test_a_text_of_korea_without_the_north_the_line_or_arms_tells_nothing() -> None:
    crime = "Police in South Korea arrested a man who stabbed a shopkeeper to death in Busan. "
    check(crime * 6)
    check("Two men in a boat asked to defect to South Korea.", "defection -")
