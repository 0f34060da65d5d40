"""What an incident is made of: counts, ranges of harm, and the words that say each part."""

import pytest

from mapper.incidents.counts import find_counts
from mapper.incidents.describe import find_casualties
from mapper.model import Casualties


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Some 310 trash balloons were sent.", [(310, "balloons")]),
        ("The North fired more than 200 artillery rounds.", [(200, "rounds")]),
        ("Ten guard posts and two landmines", [(10, "guard posts"), (2, "mines")]),
        ("Twenty-one drones crossed.", [(21, "drones")]),
        ("A 1,200-ton ship sailed 57 km.", []),
        ("In 2018 soldiers left; at 3:15 troops came.", []),
        ("The two Koreas started removing guard posts and mines.", []),
        ("Both of the two sides shot; ten missile tests followed in 1969, killing agents.", []),
        ("One guard fired ten rounds at one landmine.", [(10, "rounds"), (1, "mine")]),
        ("Two U.S. special forces soldiers saw one torpedo boat.", [(2, "soldiers"), (1, "boat")]),
        ("북한군 병사 1명이 넘어왔다.", [(1, "soldier")]),
        ("대남 풍선 310여 개를 날려 보냈다.", [(310, "balloons")]),
        ("북한 무인기 5대가 넘어왔다.", [(5, "drones")]),
    ],
)
def test_what_is_counted(text: str, counts: list[tuple[int, str]]) -> None:
    assert [(count.number, count.unit) for count in find_counts(text)] == counts


@pytest.mark.parametrize(
    ("text", "harm"),
    [
        ("Five were killed.", Casualties(killed=5)),
        (
            "Between ten and twelve soldiers were injured.",
            Casualties(injured=10, injured_low=10, injured_high=12),
        ),
        ("At least 46 men died.", Casualties(killed=46, killed_low=46)),
        ("The blast killed up to 15 soldiers.", Casualties(killed=15, killed_high=15)),
    ],
)
def test_ranges_of_harm(text: str, harm: Casualties) -> None:
    assert find_casualties(text) == harm
