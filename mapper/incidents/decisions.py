"""An analyst's own word on which reports are one: ``same:`` and ``different:`` lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from mapper.errors import InputError

__all__ = ["Decisions", "parse_decisions", "read_decisions"]

_LINE = re.compile(r"(?P<what>same|different)\s*:\s*(?P<ids>.+)")
_ID = re.compile(r"[0-9a-f]{16}")
_LARGEST = 1_000_000  # bytes; a file by hand


@dataclass(frozen=True, slots=True)
class Decisions:
    """What an analyst has decided.

    Attributes
    ----------
    same, different
        Sets of ids of incidents: of reports before linking, or of linked records.
    """

    same: tuple[frozenset[str], ...] = ()
    different: tuple[frozenset[str], ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """Every id that is named."""
        return frozenset(itertools.chain.from_iterable((*self.same, *self.different)))


def read_decisions(file: Path) -> Decisions:
    """Read a file of decisions.

    Raises
    ------
    InputError
        For a file that cannot be read, or a line of another form.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise InputError(f"{file}: larger than {_LARGEST} bytes, not a file of decisions")
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {file}: {error}") from error
    return parse_decisions(text, name=str(file))


def parse_decisions(text: str, *, name: str = "decisions") -> Decisions:
    """Parse lines such as ``same: ID ID``; ``#`` begins a remark.

    Examples
    --------
    >>> parse_decisions("different: 0123456789abcdef fedcba9876543210  # two boats").ids
    frozenset({'0123456789abcdef', 'fedcba9876543210'})
    """
    found: dict[str, list[frozenset[str]]] = {"same": [], "different": []}
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.split("#", 1)[0].strip()
        if not said:
            continue
        match = _LINE.fullmatch(said)
        ids = re.split(r"[\s,]+", match["ids"]) if match else []
        if match is None or len(set(ids)) < 2 or not all(map(_ID.fullmatch, ids)):
            raise InputError(
                f"{name}, line {number}: {said[:60]!r} is not 'same: ID ID' or "
                "'different: ID ID' with ids of incidents (16 characters)"
            )
        found[match["what"]].append(frozenset(ids))
    both = _pairs(found["same"]) & _pairs(found["different"])
    if both:
        raise InputError(f"{name}: called both same and different: {' '.join(sorted(min(both)))}")
    return Decisions(same=tuple(found["same"]), different=tuple(found["different"]))


def _pairs(sets: Collection[frozenset[str]]) -> set[tuple[str, ...]]:
    return {pair for ids in sets for pair in itertools.combinations(sorted(ids), 2)}
