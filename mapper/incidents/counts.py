"""What a text counts: 200 rounds, 310 balloons, about 20 soldiers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from mapper.incidents.days import number_value
from mapper.model import Count

__all__ = ["find_counts"]

_ONES = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_NUMBER = rf"\d{{1,3}}(?:,\d{{3}})+|\d+|(?:{_TENS})(?:-(?:{_ONES}))?|{_ONES}"
_PLURAL_ENDING = r"\w*(?:ss|us|'s|s')"  # of words that are no plurals


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
    one_of = _one_of()
    for pattern, units in _readers():
        for match in pattern.finditer(text):
            number, word = number_value(match["number"]), match["unit"]
            unit = units.get(word) or units[word.lower()]
            if number is not None and number > 0 and unit not in found:
                words = " ".join(match.group().split())
                name = one_of[unit] if number == 1 else unit
                found[unit] = (match.start(), Count(number=number, unit=name, text=words))
    return tuple(count for _, count in sorted(found.values(), key=lambda pair: pair[0]))


@cache
def _table() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("counts.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _one_of() -> Mapping[str, str]:
    """Return what one of several is called; of "landmine" and "mine" the first of the table."""
    return {plural: one for one, plural in reversed(_table()["units"].items())}


@cache
def _readers() -> tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]:
    """Return the patterns of numbers with what they count, each with its units."""
    units, korean = _table()["units"], _table()["korean"]
    plurals = {plural: plural for plural in units.values()} | _table()["plurals"]
    no_head = rf"(?! (?:{'|'.join([*units, *_table()['between']['heads']])})\b)"
    in_korean = re.compile(
        rf"(?P<unit>{'|'.join(korean)})[을를은는이가]?\s?(?:약\s?)?"
        r"(?P<number>\d[\d,]*)\s?여?\s?(?:발|개|대|장|척|명|기|곳)"
    )
    return (
        (_counting("1|one", units, no_head), units),
        (_counting(rf"(?!(?:1|one) )(?:{_NUMBER})", plurals), plurals),
        (in_korean, korean),
    )


def _counting(number: str, units: Iterable[str], after: str = "") -> re.Pattern[str]:
    words = _table()["between"]
    never = "|".join([*words["never"], _NUMBER])
    like_plurals = "|".join([*words["like_plurals"], _PLURAL_ENDING])
    between = rf"(?:(?:U\.S\.|[SN]\.|(?!(?:{never}) )(?:{like_plurals}|[\w'-]*[^\Ws'])) ){{0,3}}?"
    unit = "|".join(sorted(units, key=len, reverse=True))
    return re.compile(
        rf"(?<![\d.,:-])\b(?!(?:19|20)\d\d )(?P<number>{number})(?![\d.]) "
        rf"{between}(?P<unit>{unit})\b{after}",
        re.IGNORECASE,
    )
