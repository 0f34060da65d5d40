"""How far vague words reach, and which layers draw named areas: our choices, in one table."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

__all__ = ["choices", "direction_reach", "near_reach"]


@cache
def choices() -> dict[str, Any]:
    """Return the table ``relative.toml``."""
    text = resources.files(__package__).joinpath("relative.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def near_reach(extent_m: float) -> float:
    """Return how far "near" reaches beyond a place: its extent again, within bounds.

    Examples
    --------
    >>> near_reach(400.0), near_reach(12_000.0)
    (5000.0, 12000.0)
    """
    reach = choices()["reach_m"]
    return float(min(max(extent_m, reach["near_least"]), reach["near_most"]))


def direction_reach(extent_m: float) -> float:
    """Return how far "north of X" reaches: the surroundings of X, as wide as X is.

    Examples
    --------
    >>> direction_reach(400.0), direction_reach(5_000.0), direction_reach(50_000.0)
    (2000.0, 20000.0, 100000.0)
    """
    least, most = choices()["reach_m"]["direction"]
    return float(max(min(max(4 * extent_m, least), most), 2 * extent_m))
