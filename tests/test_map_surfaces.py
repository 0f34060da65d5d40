"""Hostile texts where a layer, a region, a run, an address or a template could bring them in.

Those in articles and incidents are in test_map_quality.py.
"""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from dataclasses import replace
from types import SimpleNamespace

import branca
import folium
import pytest
import shapely
from small_border import SmallBorder
from test_map_quality import READ_ALL, _nothing_ran, hostile, payloads, ready

from mapper.errors import InputError
from mapper.layers import Drawing
from mapper.maps import IncidentMap, KindStyle
from mapper.model import Analysis, Provenance

TEXTS = payloads()
_PLACE = "name,hangul,feature_code,lon,lat,extent_m,accuracy_m"


class HostileBorder(SmallBorder):
    """A border with a layer for each text: in its legend, its name, the name of a feature."""

    def __init__(self, folder):
        super().__init__(TEXTS)
        self.boxes = {}
        for i, text in enumerate(TEXTS):
            name = f"own{i}"
            lon, lat = 126 + (i % 12) * 0.25, 36 + (i // 12) * 0.4
            self.boxes[name] = shapely.box(lon, lat, lon + 0.2, lat + 0.3)
            drawing = Drawing(look="area", legend=text, legend_ko=text, name="", name_ko="")
            self.infos[name] = SimpleNamespace(accuracy_m=10.0, drawing=drawing, title=text)
        rows = folder / "core.csv"
        rows.write_text(_PLACE + "\n", encoding="utf-8")
        with rows.open("a", encoding="utf-8", newline="") as file:
            for i, text in enumerate(TEXTS):
                quoted = '"' + text.replace('"', '""') + '"'
                lon = 124.5 + (i % 10) * 0.5
                file.write(f"{quoted},{quoted},PPLA,{lon},{34.5 + i // 10 * 0.7},9000,100\r\n")
        self.tables = {"core": SimpleNamespace(path=rows)}

    def geometry(self, name):
        return self.boxes[name] if name in self.boxes else super().geometry(name)

    def features(self, name):
        if name not in self.boxes:
            return super().features(name)
        text = TEXTS[int(name.removeprefix("own"))]
        told = {"id": text, "name": text, "name_ko": text, "label": text}
        return (SimpleNamespace(geometry=self.boxes[name], properties=told),)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    provenance = Provenance(
        tool_version=" ".join(TEXTS),
        settings_hash=" ".join(TEXTS),
        gazetteer_version=" ".join(TEXTS),
        layers={text: text for text in TEXTS},
    )
    styles = {
        f"k{i}": KindStyle(label=text, label_ko=text, color="#112233", shape="star", family=text)
        for i, text in enumerate(TEXTS)
    }
    return IncidentMap(
        replace(hostile(TEXTS), provenance=provenance),
        layers=HostileBorder(tmp_path_factory.mktemp("region")),
        title=" ".join(TEXTS),
        kinds=styles,
    )


@pytest.fixture(scope="module")
def file(made, tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "map.html"
    made.save(path)
    return path


@pytest.mark.browser
def test_layers_places_and_provenance_are_shown_letter_by_letter(file, made, visit):
    page = ready(visit(file, width=1400, height=900))
    legend = page.locator(".legend").evaluate("e => e.textContent")
    # As a kind and as a layer.
    assert [text for text in TEXTS if legend.count(text) < 2] == []
    page.locator("#tab-about").click()
    about = page.locator(".about").evaluate("e => e.textContent")
    assert about.count(" ".join(TEXTS)) >= 3  # version, settings, gazetteer
    assert [text for text in TEXTS if text not in about] == []
    names = set()
    for lat in (34.5, 36.5, 38.5, 40.5):
        for lon in (125, 127, 129):
            page.evaluate(f"void incidentMap.map.setView([{lat}, {lon}], 9, {{animate: false}})")
            page.wait_for_timeout(250)
            names |= set(
                page.eval_on_selector_all(
                    ".town, .layer-name", "all => all.map(e => e.textContent)"
                )
            )
    # A name stands in English and Korean, here the same text twice; not all find room.
    drawn = [text for text in TEXTS if text + text in names or text in names]
    assert len(drawn) > len(TEXTS) // 2
    ours = {*(text + text for text in TEXTS), *TEXTS}
    built_in = {"DMZ", "비무장지대", "DMZ비무장지대", *(d.name for d in _drawings())}
    assert names - ours - built_in == set()
    _nothing_ran(page, made)


def _drawings():
    return [info.drawing for info in SmallBorder().infos.values()]


@pytest.mark.browser
def test_the_korean_page_shows_them_as_well(file, made, visit):
    page = ready(visit(file))
    page.locator(".language").click()
    seen = page.evaluate(READ_ALL)
    placed = [found for found in seen if found["why"] is not None]
    assert len(placed) == len(TEXTS)
    for text, found in zip(TEXTS, placed, strict=True):
        assert found["article"] == f"Start {text} end."
        assert found["quote"] == found["meta"] == found["head"] == text
        for surface in ("publisher", "resolution", "facts", "origin", "claims", "known"):
            assert text in found[surface], surface
    legend = page.locator(".legend").evaluate("e => e.textContent")
    assert [text for text in TEXTS if text not in legend] == []
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    paper = page.locator("#print-sheet").evaluate("e => e.textContent")
    assert [text for text in TEXTS if text not in paper] == []
    _nothing_ran(page, made)


@pytest.mark.browser
def test_an_address_can_say_anything(file, made, visit):
    page = ready(visit(file))
    wrong = page.evaluate(
        """async (texts) => {
          const wrong = [];
          const keys = ["q", "source", "incident", "from", "to", "view", "map", "undated",
            "hide-kind", "hide-zone", "hide-assertion"];
          const go = (hash) => new Promise((done) => {
            addEventListener("hashchange", done, { once: true });
            location.hash = hash;
          });
          for (const [i, text] of texts.entries()) {
            // The number makes every address another one.
            await go(keys.map((key) => `${key}=${encodeURIComponent(text)}`).join("&") + `&n=${i}`);
            // A field of one line drops the ends of lines.
            const [said, meant] = [document.getElementById("search").value, incidentMap.view.query];
            if (said !== meant.replace(/[\\r\\n]/g, "") || meant !== text) wrong.push(text);
            if (i % 10 === 0) await go(`${i}${text.replaceAll("#", "")}`);
          }
          await go("q=");
          return wrong;
        }""",
        TEXTS,
    )
    assert wrong == []
    assert page.locator(".incident-icon, .cluster-icon").count() > 0
    _nothing_ran(page, made)


# -- templates -------------------------------------------------------------------------------

TEMPLATES = ("{{ 7*7 }}", "{{7*7}}", "{% x %}", "{# gone #}", "{% raw %}{{ 7*7 }}{% endraw %}")


def template_map():
    """A map that says a template in every field, its title too."""
    return IncidentMap(hostile(TEMPLATES), layers=SmallBorder(TEMPLATES), title=" ".join(TEMPLATES))


def data_of(page):
    """The data of a page as it would read them."""
    found = re.search(r'<script type="([^"]+)" id="incident-data">([^<]*)</script>', page)
    text = found[2]
    if found[1] != "application/json":
        text = zlib.decompress(base64.b64decode(text)).decode("utf-8")
    return json.loads(text)


SURFACES = {
    "to_html": lambda made, _: made.to_html(),
    "get_root().render": lambda made, _: made.get_root().render(),
    "render twice": lambda made, _: (made.get_root().render(), made.get_root().render())[1],
    "save": lambda made, file: (made.save(file), file.read_text(encoding="utf-8"))[1],
    "get_root().save": lambda made, file: (
        made.get_root().save(str(file)),
        file.read_text(encoding="utf-8"),
    )[1],
    "_repr_html_": lambda made, _: inside(made._repr_html_()),
    "get_root()._repr_html_": lambda made, _: inside(made.get_root()._repr_html_()),
}


def inside(frame):
    """The page that an iframe carries."""
    return html.unescape(re.search(r'srcdoc="([^"]*)"', frame)[1])


@pytest.mark.parametrize("surface", SURFACES)
def test_no_template_of_the_data_is_evaluated(surface, tmp_path):
    page = SURFACES[surface](template_map(), tmp_path / "map.html")
    data = data_of(page)
    assert [each["text"] for each in data["documents"]] == [f"Start {t} end." for t in TEMPLATES]
    assert data["title"] == " ".join(TEMPLATES)
    assert set(TEMPLATES) <= set(data["strings"])
    # The title is the only text of the user outside the data.
    assert f"<title>{' '.join(TEMPLATES)}</title>" in page


@pytest.mark.parametrize("host", [folium.Figure, branca.element.Figure, folium.Map])
def test_what_is_put_into_another_figure_is_refused_not_evaluated(host, tmp_path):
    """Another figure would run the templates: it gets an error, not a page."""
    made, other = template_map(), host()
    other.add_child(made)
    for draw in (made.to_html, lambda: made.save(tmp_path / "x.html"), other.get_root().render):
        with pytest.raises(InputError, match=r"another figure|its own IncidentMap"):
            draw()
    assert not list(tmp_path.iterdir())


def test_own_layers_do_not_have_the_data_evaluated():
    made = template_map()
    folium.Marker([38, 127], popup=folium.Popup("mine")).add_to(made)
    folium.GeoJson({"type": "Point", "coordinates": [127, 38]}).add_to(made)
    data = data_of(made.to_html())
    assert [each["text"] for each in data["documents"]] == [f"Start {t} end." for t in TEMPLATES]


def test_a_tile_map_s_credits_are_data():
    told = " ".join(TEXTS)
    tiles = {"url": "https://tile.example/{z}/{x}/{y}.png", "name": told, "attribution": told}
    page = IncidentMap(Analysis(), layers=SmallBorder(), tiles=tiles).to_html()
    assert data_of(page)["tiles"]["attribution"] == told
    outside = re.sub(r'(?s)<script type="[^"]+" id="[^"]+">[^<]*</script>', "", page)
    assert "pwned" not in outside
    assert "evil.example" not in outside
