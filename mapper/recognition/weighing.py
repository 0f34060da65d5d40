"""Weigh what speaks for and against a name's being a place: rules and learned odds together."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from mapper.gazetteer import Entry, Flag, NameMatch
from mapper.recognition.learned import Odds
from mapper.recognition.lexicon import Lexicon
from mapper.recognition.points import REJECT

__all__ = ["Clues", "Thresholds", "gather", "load_thresholds", "logit", "weigh"]

Clues = dict[str, float]
_MOST = 5.0  # log-odds beyond this say no more
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
    least = 1 / (1 + math.exp(_MOST))
    share = min(max(probability, least), 1 - least)
    return round(math.log(share / (1 - share)), 9)


def gather(
    match: NameMatch,
    entries: Sequence[Entry],
    lexicon: Lexicon,
    *,
    rules: float,
    odds: Sequence[Odds],
    following: Odds,
    weak: bool,
    embedded: bool,
) -> Clues:
    """List what is known of a name, as numbers.

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
    best, key = entries[0], match.key
    place = odds[0].begins
    for word in odds[1:]:
        if word != (0.0, 0.0, 0.0, 0.0):
            place = min(place, word.inside)
    clues = {
        "bias": 1.0,
        "rules": max(min(rules, _RULES), -_RULES),
        "place": logit(place),
        "person": max([word.person for word in odds]),
        "organization": max([word.organization for word in odds]),
        "inside": odds[0].inside,
        "goes_on": following.inside,
        best.tier: 1.0,
        "further_words": float(match.last - match.first),
    }
    if rules <= REJECT / 2:
        clues["rejected"] = 1.0
    if weak:
        clues["weak"] = 1.0
    if embedded:
        clues["embedded"] = 1.0
    if key in lexicon.never:
        clues["never"] = 1.0
    if match.first == match.last:
        clues["one_word"] = 1.0
        if key in lexicon.common:
            clues["common"] = 1.0
        if key in lexicon.first_names:
            clues["first_name"] = 1.0
        if key in lexicon.surnames:
            clues["surname"] = 1.0
    if best.tier == "city":
        people = max([entry.population for entry in entries])
        clues["people"] = math.log10(people + 10) - 4.0
        if not any(entry.flags & Flag.PRIMARY for entry in entries):
            clues["alternate"] = 1.0
    return clues
