"""Which column of a table of incidents is what: by the names that people and data sets use."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from mapper.errors import InputError

__all__ = ["FIELDS", "Layout", "column_words", "fold", "read_layout"]

_NOT_LETTERS = re.compile(r"[\W_]+")
_CLOSE = 0.8  # how alike two names must be to be worth a question
_MANY = 3
# A column by which tables of a make are known.
_MARKS = {"ours": "dateprecision", "acled": "eventidcnty", "ucdp": "typeofviolence"}


@cache
def column_words() -> dict[str, Any]:
    """Return ``columns.toml``."""
    text = resources.files(__package__).joinpath("columns.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


#: What a column can be, as ``--column FIELD=NAME`` says it.
FIELDS: tuple[str, ...] = tuple(column_words()["fields"])


def fold(name: str) -> str:
    """Return a name without case, spaces and signs.

    Examples
    --------
    >>> fold("Event date"), fold("EVENT_DATE")
    ('eventdate', 'eventdate')
    """
    return _NOT_LETTERS.sub("", name).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What the columns of one table are.

    Attributes
    ----------
    header
        Names as the table has them.
    at
        Number of the column of a field; of several that a table has, the best one.
    words
        Numbers of all columns that tell of the incident in words, the best one first.
    others
        Numbers of the columns that are nothing of this: what they say is shown with the row.
    """

    header: tuple[str, ...]
    at: Mapping[str, int]
    words: tuple[int, ...]
    others: tuple[int, ...]

    def cell(self, cells: Sequence[str], field: str) -> str:
        """Return what a row says of a field; empty when it says nothing."""
        number = self.at.get(field)
        return cells[number] if number is not None and number < len(cells) else ""

    def name(self, field: str) -> str:
        """Return what the table calls a field; empty when it has none."""
        number = self.at.get(field)
        return self.header[number] if number is not None else ""


def read_layout(header: Sequence[str], given: Mapping[str, str] | None = None) -> Layout:
    """Find out what the columns of a table are.

    Parameters
    ----------
    header
        Their names.
    given
        Names of columns by field, as the user says them; they go before what is known.

    Raises
    ------
    InputError
        When no column says when or where, or a given one is not there; with what is there.

    Examples
    --------
    >>> layout = read_layout(["Event date", "Latitude", "Longitude", "Notes", "Mood"])
    >>> layout.cell(["2017-11-13", "37.956", "126.677", "He ran.", "grim"], "start")
    '2017-11-13'
    >>> [layout.header[number] for number in layout.others]
    ['Mood']
    """
    folded = [fold(name) for name in header]
    at: dict[str, int] = dict(_given(header, folded, given or {}))
    taken = set(at.values())
    words: list[int] = [at["words"]] if "words" in at else []
    for field, names in column_words()["fields"].items():
        for name in map(fold, names):
            if name not in folded or (number := folded.index(name)) in taken:
                continue
            if field == "words":
                words.append(number)
            elif field in at:
                continue
            at.setdefault(field, number)
            taken.add(number)
            if field != "words":
                break
    _drop_strays(at, folded)
    _need(header, folded, at)
    quiet = {
        fold(name)
        for make, mark in _MARKS.items()
        if mark in folded
        for name in column_words()["quiet"][make]
    }
    known = {number for number in taken if number in at.values()} | set(words)
    others = [n for n, name in enumerate(folded) if n not in known and name and name not in quiet]
    return Layout(header=tuple(header), at=at, words=tuple(words), others=tuple(others))


def _given(
    header: Sequence[str], folded: Sequence[str], given: Mapping[str, str]
) -> Iterator[tuple[str, int]]:
    for field, name in given.items():
        if field not in FIELDS:
            near = difflib.get_close_matches(field, FIELDS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(FIELDS)}"
            raise InputError(f"no column of a table of incidents is {field!r}; {hint}")
        if fold(name) not in folded:
            close = difflib.get_close_matches(fold(name), folded, n=1)
            hint = f"did you mean {header[folded.index(close[0])]!r}? " if close else ""
            raise InputError(
                f"it has no column {name!r} for {field}; {hint}its columns are {_listed(header)}"
            )
        yield field, folded.index(fold(name))


def _drop_strays(at: dict[str, int], folded: Sequence[str]) -> None:
    """Take back what a name means only beside others."""
    if "killed" not in at or folded[at["killed"]] != "best":
        for field in ("killed_low", "killed_high"):  # UCDP's bare "low" and "high"
            if field in at and folded[at[field]] in ("low", "high"):
                del at[field]
    if ("lon" in at) != ("lat" in at):
        for field in ("lon", "lat"):
            if field in at and folded[at[field]] in ("x", "y"):
                del at[field]


def _need(header: Sequence[str], folded: Sequence[str], at: Mapping[str, int]) -> None:
    """Raise when a table cannot be one of incidents."""
    missing: list[tuple[str, tuple[str, ...]]] = []
    if not {"start", "year"} & set(at):
        missing.append(("a date", ("start", "end", "year")))
    if not ({"lon", "lat"} <= set(at) or {"wkt", "coordinates", "place"} & set(at)):
        missing.append(("a position or a place", ("lon", "lat", "coordinates", "place")))
    if not missing:
        return
    wanted = " and ".join(what for what, _ in missing)
    questions = [q for _, fields in missing for q in _questions(header, folded, fields)]
    hint = f"did you mean {' '.join(questions[:_MANY])}?" if questions else (
        f"say which it is: {' '.join(f'--column {fields[0]}=NAME' for _, fields in missing)}"
    )  # fmt: skip
    raise InputError(
        f"no table of incidents: no column of {wanted}; its columns are {_listed(header)}; {hint}"
    )


def _questions(
    header: Sequence[str], folded: Sequence[str], fields: Sequence[str]
) -> Iterator[str]:
    for field in fields:
        names = [fold(name) for name in column_words()["fields"][field] if len(name) > 2]
        for number, name in enumerate(folded):
            near = difflib.get_close_matches(name, names, n=1, cutoff=_CLOSE)
            if near or any(len(known) > 3 and known in name for known in names):
                yield f'--column {field}="{header[number]}"'
                break


def _listed(header: Sequence[str]) -> str:
    text = ", ".join(name for name in header if name)
    return text if len(text) <= 300 else text[:300] + "…"
