"""The answers for many shapes at once: one array a fact, and the nouns made of them."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mapper.model import Certainty, Shares, Side, ZoneCheck, ZoneName
from mapper.zones.lines import Flags, Floats

__all__ = [
    "CERTAINTIES",
    "DMZ",
    "JSA",
    "NORTH",
    "OUTSIDE",
    "SEA",
    "SIDES",
    "SOUTH",
    "ZONES",
    "Codes",
    "Found",
]

Codes: TypeAlias = npt.NDArray[np.int8]

#: A zone's code is its place here; the land zones come in the order of ``Index.regions``.
ZONES: Final = (
    ZoneName.JSA,
    ZoneName.INSIDE_DMZ,
    ZoneName.NORTH_OF_DMZ,
    ZoneName.SOUTH_OF_DMZ,
    ZoneName.OUTSIDE,
    ZoneName.SEA,
)
JSA, DMZ, NORTH, SOUTH, OUTSIDE, SEA = range(6)
#: A side's code is its place here, a certainty's likewise.
SIDES: Final = (Side.UNKNOWN, Side.NORTH, Side.SOUTH, Side.STRADDLES)
CERTAINTIES: Final = (Certainty.EXCLUDED, Certainty.POSSIBLE, Certainty.CERTAIN)


@dataclass(slots=True, kw_only=True)
class Found:
    """The answers for ``n`` shapes; ``nan`` where a distance is not known."""

    zone: Codes
    side: Codes
    certainty: Codes
    mdl_m: Floats
    low_m: Floats
    high_m: Floats
    shares: Floats  #: n x 6, in the order of ``ZONES``; the DMZ without the JSA
    on_line: Flags
    nll_side: Codes
    nll_m: Floats
    neutral: Codes
    controlled: Codes

    def checks(self) -> list[ZoneCheck]:
        """Return the answers as nouns."""
        values: dict[str, list[Any]] = {
            "zone": _nouns(ZONES, self.zone),
            "side": _nouns(SIDES, self.side),
            "certainty": _nouns(CERTAINTIES, self.certainty),
            "mdl_distance_m": _known(self.mdl_m),
            "mdl_distance_min_m": _known(self.low_m),
            "mdl_distance_max_m": _known(self.high_m),
            "share_inside_dmz": (self.shares[:, JSA] + self.shares[:, DMZ]).tolist(),
            "shares": self._share_nouns(),
            "on_line": self.on_line.tolist(),
            "nll_side": _nouns(SIDES, self.nll_side),
            "nll_distance_m": _known(self.nll_m),
            "neutral_waters": _nouns(CERTAINTIES, self.neutral),
            "civilian_control": _nouns(CERTAINTIES, self.controlled),
        }
        # A million frozen values: their own __init__ takes four times as long as this.
        with _collector_at_rest():
            checks = [object.__new__(ZoneCheck) for _ in range(len(self.zone))]
            for name, fill in _FILL.items():
                deque(map(fill, checks, values[name]), maxlen=0)
        return checks

    def _share_nouns(self) -> list[Shares]:
        whole = (self.shares == 1.0).any(axis=1)
        nouns = _nouns(_WHOLE, np.argmax(self.shares, axis=1))
        for at in np.flatnonzero(~whole).tolist():
            nouns[at] = _shares(self.shares[at].tolist())
        return nouns

    def at(self, chosen: npt.NDArray[np.intp]) -> Found:
        """Return the answers for some of the shapes."""
        return Found(**{part.name: getattr(self, part.name)[chosen] for part in fields(Found)})

    def put(self, chosen: npt.NDArray[np.intp], other: Found) -> None:
        """Put other answers in the place of some."""
        for part in fields(Found):
            getattr(self, part.name)[chosen] = getattr(other, part.name)

    def columns(self) -> dict[str, list[Any]]:
        """Return the answers as the columns of ``schema.ZONE_COLUMNS``; unknown is ``None``."""
        shares = np.round(self.shares, 4)
        inside = np.round(self.shares[:, JSA] + self.shares[:, DMZ], 4)
        return {
            "zone": _names(ZONES, self.zone),
            "side": _names(SIDES, self.side),
            "certainty": _names(CERTAINTIES, self.certainty),
            "on_line": self.on_line.tolist(),
            "mdl_distance_m": _known(np.round(self.mdl_m, 1)),
            "mdl_distance_min_m": _known(np.round(self.low_m, 1)),
            "mdl_distance_max_m": _known(np.round(self.high_m, 1)),
            "share_inside_dmz": inside.tolist(),
            "share_jsa": shares[:, JSA].tolist(),
            "share_north_of_dmz": shares[:, NORTH].tolist(),
            "share_south_of_dmz": shares[:, SOUTH].tolist(),
            "share_sea": shares[:, SEA].tolist(),
            "share_outside_korea": shares[:, OUTSIDE].tolist(),
            "nll_side": _names(SIDES, self.nll_side),
            "nll_distance_m": _known(np.round(self.nll_m, 1)),
            "neutral_waters": _names(CERTAINTIES, self.neutral),
            "civilian_control": _names(CERTAINTIES, self.controlled),
        }


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep Python from looking for cycles among new values that have none: half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _nouns(values: Sequence[Any], codes: npt.NDArray[Any]) -> list[Any]:
    return [values[code] for code in codes.tolist()]


def _names(values: Sequence[Any], codes: Codes) -> list[str]:
    return _nouns([value.value for value in values], codes)


def _known(metres: Floats) -> list[Any]:
    values: list[Any] = metres.tolist()
    for at in np.flatnonzero(np.isnan(metres)).tolist():
        values[at] = None
    return values


def _shares(row: list[float]) -> Shares:
    return Shares(
        inside_dmz=row[JSA] + row[DMZ],
        jsa=row[JSA],
        north_of_dmz=row[NORTH],
        south_of_dmz=row[SOUTH],
        sea=row[SEA],
        outside_korea=row[OUTSIDE],
    )


_WHOLE: Final = [_shares(np.eye(6)[at].tolist()) for at in range(6)]
_FILL: Final = {part.name: getattr(ZoneCheck, part.name).__set__ for part in fields(ZoneCheck)}
