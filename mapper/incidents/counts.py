"""What a text counts: 200 rounds, 310 balloons, about 20 soldiers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mapper.incidents.days import number_value
from mapper.model import Count

__all__ = ["find_counts"]

# Singular -> what the answer calls several of them.
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
    "fisherman": "fishermen",
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
_ONE_OF = {plural: one for one, plural in reversed(_UNITS.items())}
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
_NUMBER = rf"\d{{1,3}}(?:,\d{{3}})+|\d+|(?:{_TENS})(?:-(?:{_ONES}))?|{_ONES}"
# Between a number and what it counts stand adjectives and singular nouns. A plural is itself
# what is counted: "two Koreas started removing guard posts" counts no posts.
_NEVER_BETWEEN = (
    r"and|or|of|to|in|on|at|by|as|an?|the|for|from|with|into|near|towards?|over|after|before|"
    r"when|where|while|who|which|that|is|are|was|were|be|been|has|have|had|did|will|would|no|"
    r"not|it|they|he|she|people|m[ae]n|wom[ae]n|children|percent|per|miles?|km|mm|cm|years?|"
    rf"{_NUMBER}"
)
_LIKE_PLURALS = r"forces|operations|marines|customs|communications|\w*(?:ss|us|'s|s')"
_BETWEEN = (
    rf"(?:(?:U\.S\.|[SN]\.|(?!(?:{_NEVER_BETWEEN}) )(?:{_LIKE_PLURALS}|[\w'-]*[^\Ws'])) ){{0,3}}?"
)
_PLURALS = {plural: plural for plural in _UNITS.values()} | {
    "landmines": "mines",
    "troops": "soldiers",
}
# "One torpedo boat" is no torpedo, "one missile test" no missile.
_NO_HEAD = rf"(?! (?:{'|'.join(_UNITS)}|tests?|launch|strike|attack|crew|base|site|crash|fire)\b)"


def _counting(number: str, units: Iterable[str], after: str = "") -> re.Pattern[str]:
    unit = "|".join(sorted(units, key=len, reverse=True))
    return re.compile(
        rf"(?<![\d.,:-])\b(?!(?:19|20)\d\d )(?P<number>{number})(?![\d.]) "
        rf"{_BETWEEN}(?P<unit>{unit})\b{after}",
        re.IGNORECASE,
    )


_ONE = _counting("1|one", _UNITS, _NO_HEAD)
_MANY = _counting(rf"(?!(?:1|one) )(?:{_NUMBER})", _PLURALS)
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
    >>> [(c.number, c.unit) for c in find_counts("Two Koreas removed posts; one soldier fled")]
    [(1, 'soldier')]
    >>> [(c.number, c.unit) for c in find_counts("대남 풍선 310여 개를 띄웠다")]
    [(310, 'balloons')]
    """
    found: dict[str, tuple[int, Count]] = {}
    for pattern, units in ((_ONE, _UNITS), (_MANY, _PLURALS), (_IN_KOREAN, _KOREAN)):
        for match in pattern.finditer(text):
            number = number_value(match["number"])
            unit = units[match["unit"] if pattern is _IN_KOREAN else match["unit"].lower()]
            if number is not None and number > 0 and unit not in found:
                words = " ".join(match.group().split())
                name = _ONE_OF[unit] if number == 1 else unit
                found[unit] = (match.start(), Count(number=number, unit=name, text=words))
    return tuple(count for _, count in sorted(found.values(), key=lambda pair: pair[0]))
