"""The shapes of places, read once each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # geometry takes a while to load, and most formats do without
    from shapely.geometry.base import BaseGeometry

    from mapper.layers import BorderLayers

__all__ = ["shape_reader"]

_LAYER = "layer:"


def shape_reader(layers: Callable[[], BorderLayers]) -> Callable[[str], BaseGeometry]:
    """Return what turns a footprint into its shape in EPSG:4326; places repeat.

    Parameters
    ----------
    layers
        Opens the layers; called only when a footprint is one, and then once.
    """
    import shapely

    known: dict[str, BaseGeometry] = {}
    opened: list[BorderLayers] = []

    def shape_of(footprint: str) -> BaseGeometry:
        if footprint not in known:
            if footprint.startswith(_LAYER):
                if not opened:
                    opened.append(layers())
                known[footprint] = opened[0].geometry(footprint.removeprefix(_LAYER))
            else:
                known[footprint] = shapely.from_wkt(footprint)
        return known[footprint]

    return shape_of
