"""Who took part and who came to harm, as the cells of a row say it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mapper.errors import InputError
from mapper.incidents.cells import read_range
from mapper.incidents.describe import side_of_actor
from mapper.incidents.rows.columns import Layout
from mapper.model import Actor, Casualties, Count

__all__ = ["RowFaults", "actors_of", "counts_of", "harm_of"]

_SIDES = ("north", "south")
_ROLES = ("initiator", "target")
_MOST_ACTORS = 20
_COUNT = re.compile(r"(\d{1,9}) (\S.*)")


class RowFaults(list[str]):
    """What cells of a row say that cannot be used."""

    def add(self, column: str, message: str) -> None:
        """Note what is wrong, with the name of the column."""
        self.append(f"{column}: {message}" if column else message)


def harm_of(
    layout: Layout, cells: Sequence[str], faults: RowFaults, *, none_reported: bool = False
) -> Casualties:
    """Return the harm to people that a row states.

    Parameters
    ----------
    none_reported
        Whether 0 only says that nothing is reported, as in ACLED's tables.
    """
    numbers: dict[str, int | None] = {}
    for name in ("killed", "injured", "detained"):
        count, low, high = _range(layout, cells, name, faults)
        low = _range(layout, cells, f"{name}_low", faults)[0] if low is None else low
        high = _range(layout, cells, f"{name}_high", faults)[0] if high is None else high
        if low is not None and high is not None and low > high:
            faults.add(layout.name(f"{name}_low"), f"{low} is more than {high}")
            low = high = None
        if low == high == count:  # no range at all
            low = high = None
        if none_reported and name == "killed" and count == 0:
            count = None
        numbers |= {name: count, f"{name}_low": low, f"{name}_high": high}
    return Casualties(**numbers)


def _range(
    layout: Layout, cells: Sequence[str], name: str, faults: RowFaults
) -> tuple[int | None, int | None, int | None]:
    try:
        return read_range(layout.cell(cells, name))
    except InputError as error:
        faults.add(layout.name(name), str(error))
        return None, None, None


def actors_of(layout: Layout, cells: Sequence[str]) -> tuple[Actor, ...]:
    """Return who takes part, in the order of the columns; nobody twice.

    A role is only what a column of that role says: in the tables of ACLED and UCDP the first
    actor need not have begun.
    """
    found = {actor.name: actor for actor in reversed([*_named(layout, cells)])}
    return tuple(reversed(found.values()))[:_MOST_ACTORS]


def _named(layout: Layout, cells: Sequence[str]) -> Iterator[Actor]:
    sides = _listed(layout.cell(cells, "actor_sides"))
    roles = _listed(layout.cell(cells, "actor_roles"))
    for number, name in enumerate(_listed(layout.cell(cells, "actors"))):
        side = sides[number] if number < len(sides) else side_of_actor(name, len(name))
        role = roles[number] if number < len(roles) else ""
        yield Actor(
            name=name, side=side if side in _SIDES else "", role=role if role in _ROLES else ""
        )
    for field, role in (
        ("initiator", "initiator"),
        ("actor1", ""),
        ("associated1", ""),
        ("target", "target"),
        ("actor2", ""),
        ("associated2", ""),
    ):
        for name in _listed(layout.cell(cells, field)):
            yield Actor(name=name, side=side_of_actor(name, len(name)), role=role)


def _listed(cell: str) -> list[str]:
    return [part.strip()[:200] for part in re.split(r"[;|]", cell) if part.strip()]


def counts_of(cell: str) -> tuple[Count, ...]:
    """Return what our own export counts: "200 rounds; 310 balloons"."""
    found = filter(None, (_COUNT.fullmatch(part) for part in _listed(cell)))
    return tuple(Count(number=int(m[1]), unit=m[2], text=m[0]) for m in found)
