"""What a text counts: 200 rounds, 310 balloons, about 20 soldiers."""

from __future__ import annotations

import re

from mapper.incidents.days import number_value
from mapper.model import Count

__all__ = ["find_counts"]

# Singular in the text -> plural in the answer.
_UNITS = {
    "round": "rounds",
    "shot": "shots",
    "bullet": "bullets",
    "shell": "shells",
    "missile": "missiles",
    "rocket": "rockets",
    "projectile": "projectiles",
    "torpedo": "torpedoes",
    "mine": "mines",
    "landmine": "mines",
    "drone": "drones",
    "balloon": "balloons",
    "leaflet": "leaflets",
    "loudspeaker": "loudspeakers",
    "soldier": "soldiers",
    "troop": "soldiers",
    "commando": "commandos",
    "agent": "agents",
    "infiltrator": "infiltrators",
    "defector": "defectors",
    "fishermen": "fishermen",
    "sailor": "sailors",
    "marine": "marines",
    "boat": "boats",
    "ship": "ships",
    "vessel": "vessels",
    "jet": "jets",
    "bomber": "bombers",
    "bomb": "bombs",
    "helicopter": "helicopters",
    "guard post": "guard posts",
    "hectare": "hectares",
}
_KOREAN = {
    "풍선": "balloons",
    "무인기": "drones",
    "미사일": "missiles",
    "전단": "leaflets",
    "확성기": "loudspeakers",
    "지뢰": "mines",
    "포탄": "shells",
    "해안포": "rounds",
    "기관총": "rounds",
    "로켓": "rockets",
    "방사포": "rockets",
    "병사": "soldiers",
    "북한군": "soldiers",
    "군인": "soldiers",
    "어선": "boats",
    "목선": "boats",
    "경비정": "boats",
    "초소": "guard posts",
    "GP": "guard posts",
}
_ONES = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_NUMBER = rf"\d[\d,]*|(?:{_TENS})(?:-(?:{_ONES}))?|{_ONES}"
_ENGLISH = re.compile(
    rf"(?<![\d.,:-])\b(?!(?:19|20)\d\d )(?P<number>{_NUMBER})(?![\d.]) "
    rf"(?!(?:of|percent|per|miles?|km|years?)\b)"
    rf"(?:(?!(?:and|or|of|to|in|on|at|by)\b)[\w'-]+ ){{0,3}}?"
    rf"(?P<unit>{'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?:s|es)?\b",
    re.IGNORECASE,
)
_IN_KOREAN = re.compile(
    rf"(?P<unit>{'|'.join(_KOREAN)})[을를은는이가]?\s?(?:약\s?)?"
    r"(?P<number>\d[\d,]*)\s?여?\s?(?:발|개|대|장|척|명|기|곳)"
)


def find_counts(text: str) -> tuple[Count, ...]:
    """Return what a passage counts, in reading order, each unit once.

    Examples
    --------
    >>> [(c.number, c.unit) for c in find_counts("About 310 trash balloons and 20 rounds")]
    [(310, 'balloons'), (20, 'rounds')]
    >>> [(c.number, c.unit) for c in find_counts("대남 풍선 310여 개를 띄웠다")]
    [(310, 'balloons')]
    """
    found: dict[str, tuple[int, Count]] = {}
    for pattern, units in ((_ENGLISH, _UNITS), (_IN_KOREAN, _KOREAN)):
        for match in pattern.finditer(text):
            number = number_value(match["number"])
            unit = units[match["unit"] if pattern is _IN_KOREAN else match["unit"].lower()]
            if number is not None and number > 0 and unit not in found:
                words = " ".join(match.group().split())
                found[unit] = (match.start(), Count(number=number, unit=unit, text=words))
    return tuple(count for _, count in sorted(found.values(), key=lambda pair: pair[0]))
