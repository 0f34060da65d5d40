"""The towns that are named on the maps, for orientation."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

__all__ = ["Town", "load_towns"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A town of ``assets/labels.csv``; its point is GeoNames' (CC BY 4.0).

    Attributes
    ----------
    min_zoom
        Named from this zoom of a web map on.
    rank
        1 for the largest, 3 for the smallest.
    """

    name: str
    hangul: str
    lon: float
    lat: float
    min_zoom: int
    rank: int


@cache
def load_towns() -> tuple[Town, ...]:
    """Return the towns in the order of the file."""
    file = resources.files("mapper.maps") / "assets" / "labels.csv"
    return tuple(
        Town(
            name=row["name"],
            hangul=row["hangul"],
            lon=float(row["lon"]),
            lat=float(row["lat"]),
            min_zoom=int(row["min_zoom"]),
            rank=int(row["rank"]),
        )
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    )
