"""How each kind of incident looks: label, shape and colour-blind-safe colour."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from mapper.errors import InputError, SettingsError

__all__ = ["SHAPES", "KindStyle", "kind_style", "load_kinds"]

_COLOR = re.compile("#[0-9a-fA-F]{6}")
SHAPES = ("circle", "square", "diamond", "triangle", "down", "star", "hexagon", "cross")
_GIVEN = ("label", "label_ko", "color", "color_dark", "shape")  # what a user's file may say


@dataclass(frozen=True, slots=True, kw_only=True)
class KindStyle:
    """The look of one kind of incident.

    Attributes
    ----------
    color, color_dark
        ``#rrggbb`` on a light and on a dark screen; ``color_dark`` may be empty.
    shape
        One of :data:`SHAPES`.
    label_ko
        The label in Korean; empty means the English one.
    """

    label: str
    color: str
    shape: str
    color_dark: str = ""
    family: str = ""
    label_ko: str = ""

    def __post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise InputError(f"unknown shape {self.shape!r}; known: {', '.join(SHAPES)}")
        for color in filter(None, (self.color, self.color_dark)):
            if not _COLOR.fullmatch(color):
                raise InputError(f"a color must look like #0072b2, got {color!r}")


def load_kinds(taxonomy: str | Path = "") -> Mapping[str, KindStyle]:
    """Return the styles of ``assets/kinds.toml`` in the order of the legend.

    Parameters
    ----------
    taxonomy
        A user's own file of kinds, which goes before ours: ``label``, ``label_ko``, ``color``,
        ``color_dark`` and ``shape`` of a kind are taken from it, where it gives them.

    Raises
    ------
    InputError
        When a colour or a shape of that file cannot be drawn.
    SettingsError
        When that file cannot be read.

    Examples
    --------
    >>> load_kinds()["landmine"].shape
    'star'
    """
    ours = _own_kinds()
    if not str(taxonomy):
        return ours
    try:
        rows = tomllib.loads(Path(taxonomy).read_text(encoding="utf-8"))["kinds"]
    except (OSError, ValueError, KeyError) as error:
        raise SettingsError(f"cannot read the taxonomy {taxonomy}: {error}") from error
    theirs = {key: _restyle(key, row, ours) for key, row in rows.items()}
    added = {key: style for key, style in theirs.items() if key not in ours}
    return {**added, **ours, **theirs}


def _restyle(key: str, row: Mapping[str, Any], ours: Mapping[str, KindStyle]) -> KindStyle:
    given = {name: str(row[name]) for name in _GIVEN if name in row}
    if "label" in given:  # ours in Korean would no longer say the same
        given.setdefault("label_ko", "")
    if "color" in given:
        given.setdefault("color_dark", "")
    try:
        return replace(kind_style(key, ours), **given)
    except InputError as error:
        raise InputError(f"kind {key!r}: {error}") from error


@cache
def _own_kinds() -> Mapping[str, KindStyle]:
    file = resources.files("mapper.maps") / "assets" / "kinds.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    families = table["families"]
    return {
        key: KindStyle(
            label=kind["label"],
            shape=kind["shape"],
            color=families[kind["family"]]["color"],
            color_dark=families[kind["family"]]["color_dark"],
            family=families[kind["family"]]["label"],
            label_ko=kind.get("ko", ""),
        )
        for key, kind in table["kinds"].items()
    }


def kind_style(key: str, kinds: Mapping[str, KindStyle]) -> KindStyle:
    """Return the style of a kind; a kind nobody styled gets its own name on a grey disc.

    Examples
    --------
    >>> kind_style("rock_slide", load_kinds()).label
    'Rock slide'
    """
    if key in kinds:
        return kinds[key]
    words = key.replace("_", " ").strip()
    label = words[:1].upper() + words[1:]
    return KindStyle(
        label=label or "Unnamed kind",
        color="#6b6f76",
        color_dark="#a9afb8",
        shape="circle",
        family="Other",
    )
