"""How each kind of incident looks: label, shape and colour-blind-safe colour."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from mapper.errors import InputError

__all__ = ["SHAPES", "KindStyle", "kind_style", "load_kinds"]

_COLOR = re.compile("#[0-9a-fA-F]{6}")
SHAPES = ("circle", "square", "diamond", "triangle", "down", "star", "hexagon", "cross")


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


@cache
def load_kinds() -> Mapping[str, KindStyle]:
    """Return the styles of ``assets/kinds.toml`` in the order of the legend."""
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
