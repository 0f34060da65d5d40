"""A border drawn for tests: land, two belts, two lines and an area, with made-up facts."""

import itertools
from types import SimpleNamespace

import shapely

_SHAPES = {
    "base_land": shapely.box(124, 34, 130, 43),
    "dmz_north": shapely.box(126.7, 38.0, 128.3, 38.02),
    "dmz_south": shapely.box(126.7, 37.98, 128.3, 38.0),
    "mdl": shapely.LineString([(126.7, 38.0), (128.3, 38.0)]),
    "jsa": shapely.Point(126.6767, 37.9558).buffer(0.004),
    "nll_west": shapely.LineString([(124.6, 38.05), (126.1, 37.7)]),
}
_FACTS = ("title", "source", "url", "version", "licence", "attribution", "status", "note")


class SmallBorder:
    """What a map needs of the border layers; ``texts``, if any, stand in their facts in turn."""

    def __init__(self, texts=()):
        taken = itertools.cycle(texts)
        plain = {"source": "drawn for tests", "licence": "CC0", "attribution": "nobody"}
        facts = {
            name: {fact: next(taken) for fact in _FACTS} if texts else {"title": name, **plain}
            for name in _SHAPES
        }
        self.infos = {
            name: SimpleNamespace(accuracy_m=10.0, **each) for name, each in facts.items()
        }
        # An address is a link or nothing, never words on the page.
        self.shown = [t for each in facts.values() for fact, t in each.items() if fact != "url"]

    def geometry(self, name):
        return _SHAPES[name]
