"""What every map of one region carries: layers, names, the check of a point, the page's words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any
from weakref import WeakKeyDictionary

import shapely
from shapely.geometry.base import BaseGeometry

from mapper.layers import LOOKS
from mapper.maps.geometry import (
    MapLayers,
    drawn_layers,
    encode_exact,
    encode_shape,
    parse_footprint,
)
from mapper.maps.names import layer_names
from mapper.maps.places import load_places

__all__ = ["build_frame", "drawn_shape", "short"]

_INFO_KEYS = ("title", "source", "url", "version", "licence", "attribution", "status", "note")
# What the page needs to say where a point lies, by its part in the region.
_CHECKED = {"mdl": "line", "dmz": "belt", "jsa": "joint"} | {
    f"territory_{side}": side for side in ("north", "south")
}

# Layers do not change: half a second of drawing is done once for all maps of them.
_DRAWN: WeakKeyDictionary[MapLayers, dict[str, Any]] = WeakKeyDictionary()


def build_frame(layers: MapLayers, *, phrases: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    """Return the parts of the payload that hold no incident."""
    if layers not in _DRAWN:
        _DRAWN[layers] = {
            "layers": _layers(layers),
            "names": layer_names(layers),
            "labels": _labels(layers),
            "check": _check_shapes(layers),
        }
    return {**_DRAWN[layers], "interface": {**_interface(), **phrases}}


def drawn_shape(name: str, layers: MapLayers) -> BaseGeometry:
    """Return what is drawn of a layer: features that have an id one by one, else the whole."""
    features = layers.features(name)
    if features and all("id" in feature.properties for feature in features):
        return shapely.GeometryCollection([feature.geometry for feature in features])
    return layers.geometry(name)


def _layers(layers: MapLayers) -> list[dict[str, Any]]:
    rows = []
    drawn = drawn_layers(layers)
    for name, info in layers.infos.items():
        row: dict[str, Any] = {"name": name}
        for key in _INFO_KEYS:
            row[key] = str(getattr(info, key, "") or "")
        accuracy = getattr(info, "accuracy_m", None)
        row["accuracy"] = None if accuracy is None else short(float(accuracy))
        if drawing := drawn.get(name):
            shape = drawn_shape(name, layers)
            row |= {
                "look": drawing.look,
                "order": LOOKS.index(drawing.look),
                "hidden": drawing.hidden,
                "legend": [drawing.legend, drawing.legend_ko],
                "shape": {}
                if drawing.look == "names"
                else encode_shape(shape, look=drawing.look, accuracy_m=float(accuracy or 0)),
                "bounds": [round(edge, 4) for edge in shape.bounds],
            }
        rows.append(row)
    return rows


def _labels(layers: MapLayers) -> dict[str, list[Any]]:
    """Return the named places as columns; ``lon`` and ``lat`` in units of 1e-4 degrees."""
    places = load_places(layers)
    return {
        "name": [place.name for place in places],
        "hangul": [place.hangul for place in places],
        "lon": [round(place.lon * 10_000) for place in places],
        "lat": [round(place.lat * 10_000) for place in places],
        "from": [place.min_zoom for place in places],
        "until": [place.max_zoom for place in places],
        "rank": [place.rank for place in places],
        "dot": [int(place.has_dot) for place in places],
    }


def _check_shapes(layers: MapLayers) -> dict[str, list[str]]:
    """Return the exact lines and rings; empty when the layers are not all there."""
    found = {}
    for key, role in _CHECKED.items():
        name = layers.region.roles.get(role, "")
        shape = parse_footprint(f"layer:{name}", layers) if name else None
        if shape is not None:
            found[key] = encode_exact(shape)
        elif key != "jsa":  # a region may have no joint area
            return {}
    return found


@cache
def _interface() -> dict[str, dict[str, str]]:
    """Return the words of the page by language."""
    file = resources.files("mapper.maps") / "assets" / "strings.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        language: {key: texts[language] for key, texts in table.items()}
        for language in ("en", "ko")
    }


def short(number: float) -> float | int:
    """Round to five significant digits, and drop a useless ``.0``."""
    rounded = float(f"{number:.5g}")
    return int(rounded) if rounded.is_integer() else rounded
