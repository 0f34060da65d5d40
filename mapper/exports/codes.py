"""How each kind of incident is called, coded and colored, read from the data of other rooms."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from mapper.errors import SettingsError

__all__ = ["KindCodes", "code_of", "load_codes"]

_OTHER = "other"
_HEX = re.compile("#[0-9a-fA-F]{6}")
_EVENT, _SUB_EVENT = "Strategic developments", "Other"  # of a kind that says no more


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCodes:
    """What other tables call a kind.

    Attributes
    ----------
    event, sub_event
        ACLED's event type and sub-event type.
    color
        ``#rrggbb``, as on the map.
    """

    label: str
    event: str
    sub_event: str
    color: str


@cache
def load_codes(taxonomy: str = "") -> Mapping[str, KindCodes]:
    """Return the codes of every kind, by key.

    Parameters
    ----------
    taxonomy
        A user's own file of kinds, which goes before ours.

    Raises
    ------
    SettingsError
        When that file cannot be read, or a color in it is none.

    Examples
    --------
    >>> load_codes()["shelling"].event
    'Explosions/Remote violence'
    """
    looks = _read("maps", "assets", "kinds.toml")
    families, drawn = looks["families"], looks["kinds"]
    rows: dict[str, Any] = dict(_read("incidents", "taxonomy.toml")["kinds"])
    if taxonomy:
        try:
            own = tomllib.loads(Path(taxonomy).read_text(encoding="utf-8"))["kinds"]
        except (OSError, ValueError, KeyError) as error:
            raise SettingsError(f"cannot read the taxonomy {taxonomy}: {error}") from error
        rows |= {key: rows.get(key, {}) | row for key, row in own.items()}
    return {
        key: KindCodes(
            label=row.get("label", key),
            event=row.get("acled_event", _EVENT),
            sub_event=row.get("acled_sub_event", _SUB_EVENT),
            color=_color(
                key, row.get("color", families[drawn.get(key, drawn[_OTHER])["family"]]["color"])
            ),
        )
        for key, row in rows.items()
    }


def code_of(kind: str, codes: Mapping[str, KindCodes]) -> KindCodes:
    """Return the codes of a kind, or of any other when its taxonomy is not at hand."""
    if kind in codes:
        return codes[kind]
    return KindCodes(label=kind, event=_EVENT, sub_event=_SUB_EVENT, color=codes[_OTHER].color)


def _color(kind: str, color: object) -> str:
    if not isinstance(color, str) or not _HEX.fullmatch(color):
        raise SettingsError(f"kind {kind!r}: a color must look like #0072b2, got {color!r}")
    return color


def _read(*path: str) -> dict[str, Any]:
    # Of the whole package: naming a room would load it.
    return tomllib.loads(resources.files("mapper").joinpath(*path).read_text(encoding="utf-8"))
