"""Weigh what speaks for and against a name's being a place: rules and learned odds together."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from mapper.recognition.known import Known
from mapper.recognition.learned import Odds
from mapper.recognition.points import REJECT

__all__ = ["Clues", "Thresholds", "gather", "load_thresholds", "logit", "weigh"]

Clues = dict[str, float]
_MOST = 5.0  # log-odds beyond this say no more
_SURELY_NOTHING = (0.0, 0.0, 0.0, 0.0)  # what the learned weights have not seen
_LEAST = 1 / (1 + math.exp(_MOST))
_RULES = 5.0  # points beyond this say no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Log-odds at which a name counts.

    Attributes
    ----------
    accept
        A name counts on its own.
    sure
        It carries the document's other mentions of the name ...
    carried
        ... that have at least these.
    person
        What a name loses when the document has a person of that name ...
    place
        ... unless one of its mentions is a place with at least these.
    unknown
        Least probability of a name that no gazetteer knows; ``unknown_area`` when it ends
        like one, "Piro Peak", and ``unknown_of`` behind "the village of".
    """

    accept: float
    sure: float
    carried: float
    person: float
    place: float
    unknown: float
    unknown_area: float
    unknown_of: float


@cache
def _table() -> dict[str, dict[str, float]]:
    text = resources.files(__package__).joinpath("weighing.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def load_thresholds() -> Thresholds:
    """Read the thresholds of ``weighing.toml``."""
    return Thresholds(**_table()["thresholds"])


def weigh(clues: Clues) -> float:
    """Return the log-odds of a name's being a place."""
    weights = _table()["weights"]
    return sum([weights[clue] * value for clue, value in clues.items()])


def logit(probability: float) -> float:
    """Return the log-odds of a probability, cut at both ends.

    Examples
    --------
    >>> logit(0.5), logit(1.0)
    (0.0, 5.0)
    """
    share = min(max(probability, _LEAST), 1 - _LEAST)
    return round(math.log(share / (1 - share)), 9)


def gather(
    known: Known,
    *,
    rules: float,
    odds: Sequence[Odds],
    following: Odds,
    weak: bool,
    embedded: bool,
) -> Clues:
    """List what speaks for and against a name, as numbers.

    Parameters
    ----------
    rules
        The points of the rules.
    odds, following
        What the learned weights say of the name's words, and of the word after them.
    weak
        The capital only marks the start of a sentence.
    embedded
        The rules see a part of another name.
    """
    first = odds[0]
    place, person, organization = first.begins, first.person, first.organization
    for word in odds[1:]:
        if word != _SURELY_NOTHING:
            place = min(place, word.inside)
        person = max(person, word.person)
        organization = max(organization, word.organization)
    clues = {
        "bias": 1.0,
        "rules": max(min(rules, _RULES), -_RULES),
        "place": logit(place),
        "person": person,
        "organization": organization,
        "inside": first.inside,
        "goes_on": following.inside,
        known.best.tier: 1.0,
        "further_words": float(len(odds) - 1),
    }
    if rules <= REJECT / 2:
        clues["rejected"] = 1.0
    if weak:
        clues["weak"] = 1.0
    if embedded:
        clues["embedded"] = 1.0
    clues.update(known.clues)
    return clues
