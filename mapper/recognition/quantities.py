"""Distances in words: numbers, units, hedges, and how exact each wording is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

__all__ = ["Distance", "korean_distance", "quantity", "read_distance", "table"]

_ABOUT = 0.1  # "about 12 km" is at least this share of it uncertain (our choice)
_HALF_AS_MUCH = 1.5  # "more than 10 km" reaches so far (our choice)
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "1/2": 0.5, "1/4": 0.25, "3/4": 0.75}


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance and half the width of what its wording allows, in metres."""

    metres: float
    error_m: float


@cache
def table() -> dict[str, Any]:
    """Return the words of relative expressions."""
    text = resources.files(__package__).joinpath("relative.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


@cache
def quantity() -> str:
    """Return the pattern of a distance: groups hedge, number, upper, unit."""
    words = table()
    digits = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    fraction = r"(?:[ -](?:and )?(?:a )?(?:half|quarter)|[ -]?(?:1/2|1/4|3/4|½|¼|¾)| and a half)"
    plain = _any_of(words["numbers"])
    scales = _any_of(words["scales"])
    spelled = (
        rf"(?:(?:an?|{plain})(?:-(?:{plain}))?(?: (?:{scales}))?(?: and (?:{plain})| (?:{plain}))?)"
        r"(?:[ -]and[ -]a[ -](?:half|quarter))?"
    )
    vague = (
        r"a couple(?: of)?|a few(?: hundred)?|several(?: hundred)?|(?:hundreds|dozens) of"
        r"|a few dozen|half an?|a?[ -]?half(?:[ -]an?)?|(?:a |one |three[ -])?quarters?(?: of)? an?"
    )
    number = (
        rf"(?:(?:{digits})(?!/)(?:{fraction})?(?: thousand)?|{vague}|{spelled}|1/[24]|3/4|½|¼|¾)"
    )
    hedges = _any_of([hedge for group in words["hedges"].values() for hedge in group])
    return (
        rf"(?:\b(?P<hedge>(?:{hedges})(?: (?:{hedges}))?) )?(?:(?<=between) )?"
        rf"(?<![\w.,/])(?P<number>{number})(?:(?: ?[-–—~∼] ?| to | or | and )(?P<upper>{number}))?"
        rf"[ -]?(?P<unit>{_any_of(words['units_m'])})\b\.?(?: or so)?"
        r"(?P<tail> and a half)?(?: ?\([^()]{1,40}\)| ?/ ?[\d.,]+ ?[a-z]+)?"
    )


def read_distance(match: re.Match[str]) -> Distance:
    """Read the groups of :func:`quantity`.

    Notes
    -----
    Half the precision of a number after the GBIF Georeferencing Best Practices (2020),
    section "Uncertainty related to offset precision": 12 km +- 0.5, 10.5 km +- 0.25,
    30 km +- 5, 200 km +- 5.
    """
    unit_m = table()["units_m"][match["unit"].lower()]
    number = match["number"] + (match["tail"] or "")
    return _distance(number, match["upper"], unit_m, hedge=(match["hedge"] or "").lower())


def korean_distance(match: re.Match[str]) -> Distance:
    """Read the groups number, upper, unit and hedge (약, 이내, 이상) of a Korean distance."""
    unit_m = table()["korean_units_m"][match["unit"].lower()]
    hedge = {"이내": "within", "이상": "over", "여": "about"}.get(match["limit"] or "", "")
    return _distance(
        match["number"], match["upper"], unit_m, hedge=hedge or ("about" if match["hedge"] else "")
    )


def _distance(number: str, upper: str | None, unit_m: float, *, hedge: str) -> Distance:
    value, error = _number(number.lower())
    low, high = value - error, value + error
    if upper:
        top, error = _number(upper.lower())
        low, high = min(value, top), max(value, top)
        value = (low + high) / 2
    hedges = table()["hedges"]
    if any(hedge.startswith(word) for word in hedges["below"]):
        low, high = 0.0, max(high if upper else value, value)
    elif any(hedge.startswith(word) for word in hedges["above"]):
        low, high = value, value * _HALF_AS_MUCH
    elif hedge:
        low, high = min(low, value * (1 - _ABOUT)), max(high, value * (1 + _ABOUT))
    low = max(low, 0.0)
    return Distance((low + high) / 2 * unit_m, max((high - low) / 2, 1e-6) * unit_m)


def _number(words: str) -> tuple[float, float]:
    """Return a number and half its precision."""
    words = words.strip()
    if words[0].isdigit() or words[0] in _FRACTIONS:
        return _digits(words)
    tokens = re.findall(r"[a-z]+", words)
    vague, numbers, scales = table()["vague"], table()["numbers"], table()["scales"]
    for token in tokens:
        if token in vague:
            factor = 100.0 if "hundred" in tokens else 12.0 if "dozen" in tokens else 1.0
            return vague[token][0] * factor, vague[token][1] * factor
    part = 0.5 if "half" in tokens else 0.25 if {"quarter", "quarters"} & set(tokens) else 0.0
    if "quarters" in tokens or tokens[:2] == ["three", "quarter"]:
        return 0.75, 0.125
    value = 0.0
    for token in tokens:
        if token in numbers:
            value += numbers[token]
        elif token in scales:
            value = max(value, 1.0) * scales[token]
    if part and value and tokens[0] != "one":
        return value + part, part / 2
    if part:  # "half a mile", "one and a half miles"
        whole = 1.0 if "and" in tokens else 0.0
        return whole + part, part / 2
    return (value, _half_precision(f"{value:.0f}")) if value else (1.0, 0.5)


def _digits(words: str) -> tuple[float, float]:
    if words in _FRACTIONS:
        return _FRACTIONS[words], min(_FRACTIONS[words], 0.5) / 2
    match = re.match(r"[\d,]*(?:\.\d+)?", words)
    first = (match[0] if match else "").replace(",", "")
    rest = words[match.end() :] if match else words
    value = float(first) if first and first != "." else 0.0
    for sign, part in {**_FRACTIONS, "half": 0.5, "quarter": 0.25}.items():
        if sign in rest:
            return value + part, min(part, 0.5) / 2
    if "thousand" in rest:
        return value * 1000, 500.0 if "." not in first else 50.0
    return value, _half_precision(first)


def _half_precision(number: str) -> float:
    whole, dot, decimals = number.partition(".")
    if dot:
        denominator: float = {"5": 2, "25": 4, "75": 4}.get(decimals, 10.0 ** len(decimals))
        return 0.5 / denominator
    zeros = len(whole) - len(whole.rstrip("0"))
    if zeros > 1 or whole == "10":
        zeros -= 1
    return float(0.5 * 10.0**zeros)
