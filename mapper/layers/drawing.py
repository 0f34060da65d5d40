"""What a manifest says of a layer on a map: its look, its box in the legend, its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mapper.errors import LayerInvalidError

__all__ = ["LOOKS", "Drawing", "read_drawing"]

#: What a layer can be on a map, from the lowest to the topmost; ``names`` is not drawn itself.
LOOKS = (
    *("world", "land", "lake", "river", "province", "border"),
    *("area", "controlled", "neutral", "belt_north", "belt_south"),
    *("parallel", "sea_line", "line", "joint", "names"),
)
_KEYS = {"look", "hidden", "legend", "legend_ko", "name", "name_ko"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """How a map shows a layer: its table ``[layers.NAME.map]`` in the manifest.

    Attributes
    ----------
    look
        One of :data:`LOOKS`.
    hidden
        Whether a map opens without it.
    legend, legend_ko
        Its line in the legend; layers with the same one share a box, one without has none.
    name, name_ko
        What is written on the map along or inside it; features with a name of their own
        carry that.
    """

    look: str
    hidden: bool = False
    legend: str = ""
    legend_ko: str = ""
    name: str = ""
    name_ko: str = ""


def read_drawing(layer: str, entry: Mapping[str, Any] | None) -> Drawing | None:
    """Read the table ``map`` of a layer; ``None`` for a layer that no map shows.

    Raises
    ------
    LayerInvalidError
        For an unknown key or look.

    Examples
    --------
    >>> read_drawing("green_line", {"look": "line", "name": "Green Line"}).name
    'Green Line'
    """
    if entry is None:
        return None
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        known = ", ".join(sorted(_KEYS))
        raise LayerInvalidError(f"[layers.{layer}.map] does not know {unknown[0]!r}, but {known}")
    if entry.get("look") not in LOOKS:
        raise LayerInvalidError(
            f"[layers.{layer}.map] has look {entry.get('look')!r}, need one of {', '.join(LOOKS)}"
        )
    texts = {key: str(entry.get(key, "")) for key in _KEYS - {"hidden"}}
    return Drawing(hidden=bool(entry.get("hidden", False)), **texts)
