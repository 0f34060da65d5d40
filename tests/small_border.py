"""A border drawn for tests: land, two belts, two lines and an area, with made-up facts."""

import itertools
from types import SimpleNamespace

import shapely

from mapper.layers import Drawing

_SHAPES = {
    "base_land": shapely.box(124, 34, 130, 43),
    "dmz_north": shapely.box(126.7, 38.0, 128.3, 38.02),
    "dmz_south": shapely.box(126.7, 37.98, 128.3, 38.0),
    "mdl": shapely.LineString([(126.7, 38.0), (128.3, 38.0)]),
    "jsa": shapely.Point(126.6767, 37.9558).buffer(0.004),
    "nll_west": shapely.LineString([(124.6, 38.05), (126.1, 37.7)]),
}
_DRAWN = {
    "base_land": ("land", ""),
    "dmz_north": ("belt_north", "DMZ, northern half"),
    "dmz_south": ("belt_south", "DMZ, southern half"),
    "mdl": ("line", "Military Demarcation Line"),
    "jsa": ("joint", "Joint Security Area"),
    "nll_west": ("sea_line", "NLL"),
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
            name: SimpleNamespace(accuracy_m=10.0, drawing=_drawing(name), **each)
            for name, each in facts.items()
        }
        self.tables = {}
        self.region = SimpleNamespace(roles={"line": "mdl", "belt": "dmz"})
        both = ("dmz_north", "dmz_south")
        self.views = {"dmz": SimpleNamespace(union=both, name="DMZ", name_ko="비무장지대")}
        # An address is a link or nothing, never words on the page.
        self.shown = [t for each in facts.values() for fact, t in each.items() if fact != "url"]

    def geometry(self, name):
        if name in self.views:
            return shapely.union_all([_SHAPES[member] for member in self.views[name].union])
        return _SHAPES[name]

    def features(self, name):
        return (SimpleNamespace(geometry=_SHAPES[name], properties={}),)


def _drawing(name):
    look, legend = _DRAWN[name]
    return Drawing(look=look, legend=legend, name=legend, name_ko="")
