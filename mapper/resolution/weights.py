"""The numbers and words of the resolver: ``weights.toml`` by hand, ``learned.toml`` trained."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

__all__ = ["Weights", "weights"]


@dataclass(frozen=True, slots=True)
class Weights:
    """What ``weights.toml`` and ``learned.toml`` say; they describe each number.

    Attributes
    ----------
    learned
        Points (natural logarithm of the odds) of each feature, those set by hand included.
    """

    looked_at: int
    most: int
    block: int
    rounds: int
    near_km: tuple[float, float]
    beside: float
    located: float
    twin: float
    alternatives: int
    kinds: tuple[str, ...]
    structures: tuple[str, ...]
    short: Mapping[str, str]
    said: Mapping[str, str]
    learned: Mapping[str, float]
    reliability: tuple[tuple[float, float], ...]


def _read(name: str) -> dict[str, Any]:
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def weights() -> Weights:
    """Read the numbers of the resolver."""
    hand, trained = _read("weights.toml"), _read("learned.toml")
    limits, context, status, words = (hand[key] for key in ("limits", "context", "status", "words"))
    points = trained["reliability"]
    return Weights(
        looked_at=limits["looked_at"],
        most=limits["meanings"],
        block=limits["block"],
        rounds=context["rounds"],
        near_km=(context["near_km"], context["far_km"]),
        beside=context["beside"],
        located=status["located"],
        twin=status["twin"],
        alternatives=status["alternatives"],
        kinds=tuple(words["kinds"]),
        structures=tuple(words["structures"]),
        short=words["short"],
        said=words["said"],
        learned={**trained["weights"], **hand["by_hand"]},
        reliability=tuple(zip(points["said"], points["right"], strict=True)),
    )
