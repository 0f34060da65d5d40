"""What the learned recognizer makes of a text's capitalised words."""

from __future__ import annotations

import threading
from functools import cache
from importlib import resources
from typing import NamedTuple

import pycrfsuite

from mapper.recognition.features import Scene, chain_features

__all__ = ["NOTHING", "Odds", "read_odds", "use_weights"]

_WEIGHTS = "weights.crfsuite"
_LOCK = threading.Lock()  # a tagger holds the chain it is asked about


class Odds(NamedTuple):
    """How likely a word begins or goes on with a place's name, or is part of another name."""

    begins: float
    inside: float
    person: float
    organization: float  #: or of a product, a work, an event

    @property
    def outside(self) -> float:
        """How likely it is no part of a name."""
        return max(0.0, 1.0 - self.begins - self.inside - self.person - self.organization)


NOTHING = Odds(0.0, 0.0, 0.0, 0.0)


class _Model:
    """The weights in use. A tagger keeps no copy of its bytes, so they stay here."""

    def __init__(self, weights: bytes) -> None:
        self.weights = weights
        self.tagger = pycrfsuite.Tagger()
        self.tagger.open_inmemory(weights)


@cache
def _models() -> list[_Model]:
    return [_Model(resources.files(__package__).joinpath(_WEIGHTS).read_bytes())]


def use_weights(weights: bytes) -> None:
    """Ask other weights from now on: to fit or to report on what they have not seen."""
    _models()[:] = [_Model(weights)]


def read_odds(scene: Scene) -> dict[int, Odds]:
    """Ask the learned weights about every capitalised word of a text.

    Returns
    -------
    dict
        Token number to odds; words that are no part of a name for sure are left out.
    """
    tagger, odds = _models()[0].tagger, {}
    ask, marginal, make = tagger.set, tagger.marginal, tuple.__new__  # without Odds' own checks
    with _LOCK:
        for numbers, features in chain_features(scene):
            ask(features)
            for place, number in enumerate(numbers):
                odds[number] = make(
                    Odds,
                    (
                        marginal("B-LOC", place),
                        marginal("I-LOC", place),
                        marginal("PER", place),
                        marginal("ORG", place),
                    ),
                )
    return odds
