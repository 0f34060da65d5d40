"""The map pane: where it stands, what it names, how it comes out on paper."""

from __future__ import annotations

import datetime as dt
import re

import folium
import pytest

from mapper.errors import InputError
from mapper.maps import IncidentMap
from mapper.model import (
    Analysis,
    Assertion,
    Evidence,
    Incident,
    Position,
    Precision,
    Span,
    When,
    Where,
)
from mapper.text import make_document

# Kind, sentence, where it happened (none: not placed).
_TOLD = [
    ("shooting", "Shots were heard at Panmunjom.", (126.6767, 37.9558)),
    ("landmine", "A mine went off near Cheorwon.", (127.2175, 38.2092)),
    ("shelling", "Shells fell on Yeonpyeong.", (125.6954, 37.6656)),
    ("drone", "A drone came down in Inje.", (128.1704, 38.0697)),
    ("talks", "Talks were held.", None),
]


def analysis(told=_TOLD):
    text = " ".join(words for _, words, _ in told)
    document = make_document(
        text, label="one", title="One", publisher="Wire", url="https://example.org/one"
    )
    incidents = []
    for number, (kind, words, at) in enumerate(told):
        start = text.index(words)
        span = Span(start, start + len(words))
        day = dt.date(2015, 1, 1 + number)
        where = None
        if at is not None:
            position = Position(lon=at[0], lat=at[1], uncertainty_m=500)
            where = Where(label=words.split()[-1].rstrip("."), position=position)
        incidents.append(
            Incident(
                incident_id=f"i{number}",
                kind=kind,
                when=When(start=day, end=day, precision=Precision.DAY, text="then"),
                assertion=Assertion.ASSERTED,
                evidence=(Evidence(doc_id=document.doc_id, span=span, exact=words),),
                where=where,
            )
        )
    return Analysis(documents=(document,), incidents=tuple(incidents))


@pytest.fixture
def show(visit, tmp_path, layers):
    """Open a map of the real border, at an address."""

    def show(at="", *, told=_TOLD, reloads=0, language="en", **options):
        path = tmp_path / f"map{len(list(tmp_path.iterdir()))}.html"
        IncidentMap(analysis(told), layers=layers, title="Pane", language=language).save(path)
        page = visit(path, at=at, reloads=reloads, **options)
        page.wait_for_selector("html[data-ready=yes]")
        return page

    return show


def stands(page):
    """Zoom, latitude and longitude of the map's middle, as near as a pixel of the first view."""
    return page.evaluate(
        "(() => { const { lat, lng } = incidentMap.map.getCenter();"
        " return [incidentMap.map.getZoom(), lat.toFixed(2), lng.toFixed(2)]; })()"
    )


def move(page, lon, lat, zoom):
    page.evaluate(f"void incidentMap.map.setView([{lat}, {lon}], {zoom}, {{animate: false}})")


def address(page):
    return page.evaluate("location.hash")


# -- the address ---------------------------------------------------------------------------

pytestmark = pytest.mark.browser


def test_a_moved_map_is_shared_whole(show):
    page = show()
    assert address(page) == ""  # nothing was touched
    page.locator("input[data-key=drone]").uncheck()
    move(page, 126.70001, 37.9, 10.5)
    page.evaluate("incidentMap.open(incidentMap.model.incidents[0], { from: 'map' })")
    page.wait_for_selector(".incident-popup blockquote")
    told = address(page)
    assert "map=10.5/" in told  # the card made room for itself
    again = show(told)
    again.wait_for_selector(".incident-popup blockquote")
    assert address(again) == told
    assert stands(again) == stands(page)
    assert again.evaluate("incidentMap.view.selected.id") == "i0"
    assert not again.locator("input[data-key=drone]").is_checked()
    # A box that opens the table keeps the map where it is.
    again.locator(".switch-table").click()
    table = show(address(again))
    assert table.locator(".table-view").is_visible()
    assert stands(table) == stands(page)


def test_the_way_home_empties_the_address(show):
    page = show()
    first = stands(page)
    page.get_by_role("button", name="Zoom in").click()
    assert address(page).startswith("#map=")
    page.locator(".legend .reset").click()  # filters, not the map
    assert address(page).startswith("#map=")
    page.locator(".zoom button").last.click()
    assert stands(page) == first
    assert address(page) == ""


def test_an_address_typed_later_moves_the_map(show):
    page = show()
    first = stands(page)
    page.evaluate("location.hash = 'map=12/38.2000/127.2000'")
    page.wait_for_function("incidentMap.map.getZoom() === 12")
    assert stands(page) == [12, "38.20", "127.20"]
    page.evaluate("location.hash = 'q=mine'")
    page.wait_for_function("incidentMap.map.getZoom() !== 12")
    assert stands(page) == first


@pytest.mark.parametrize(
    "at", ["99/38/127", "2/38/127", "8/91/127", "8/38/1e9", "8/38/127;alert(1)", "%00", "NaN/0/0"]
)
def test_a_position_that_is_none_is_ignored(show, at):
    page = show(f"#map={at}")
    assert page.evaluate("incidentMap.map.getBounds().contains([[37.7, 126.6], [38.6, 128.3]])")
    assert address(page) in {"", f"#map={at}"}


def test_a_map_in_a_frame_keeps_no_address(visit, tmp_path, layers):
    path = tmp_path / "host.html"
    made = IncidentMap(analysis(), layers=layers)
    path.write_text(f"<!DOCTYPE html><title>host</title>{made._repr_html_()}", encoding="utf-8")
    page = visit(path)
    inner = page.frames[1]
    inner.wait_for_selector("html[data-ready=yes]")
    move(inner, 127, 38, 10)
    assert inner.evaluate("location.href") == "about:srcdoc"
    assert address(page) == ""


# -- names ---------------------------------------------------------------------------------

BOXES = """() => [...document.querySelectorAll('.map-name .name-text')].map((each) => {
  const { left, right, top, bottom } = each.getBoundingClientRect();
  return [each.innerText.replace(/\\s+/g, ' '), left, top, right, bottom];
})"""


def written(page):
    """The names on the map and just beside it, each with its box."""
    return page.evaluate(BOXES)


def names(page):
    return {name for name, *_ in written(page)}


def test_no_two_names_touch_and_every_view_of_the_border_has_some(show):
    page = show()
    page.locator("input[data-key=ccl]").check()
    page.locator("input[data-key=border_counties]").check()
    for zoom in (6, 8, 10, 12, 13):
        for lon, lat in ((126.68, 37.956), (127.3, 38.28), (128.2, 38.4)):
            move(page, lon, lat, zoom)
            boxes = written(page)
            assert len(boxes) >= 4, (zoom, lon)
            for i, (name, left, top, right, bottom) in enumerate(boxes):
                for other, *box in boxes[:i]:
                    apart = left >= box[2] or right <= box[0] or top >= box[3] or bottom <= box[1]
                    assert apart, (zoom, name, other)


def test_close_up_lines_areas_and_places_are_named_in_both_languages(show):
    page = show()
    move(page, 127.0, 38.1, 8)
    assert {"DMZ 비무장지대", "Seoul 서울", "Gyeonggi Province 경기도"} <= names(page)
    move(page, 126.677, 37.956, 12)
    here = names(page)
    assert {"JSA 공동경비구역", "MDL 군사분계선", "Daeseong-dong 대성동", "Imjingak 임진각"} <= here
    assert any(name.startswith("DMZ, northern half") for name in here)
    move(page, 125.7, 37.66, 11)
    assert "NLL 북방한계선" in names(page)


@pytest.mark.parametrize(
    ("box", "name", "at"),
    [
        ("mdl", "MDL 군사분계선", (126.9, 38.1, 12)),
        ("border_counties", "Hwacheon County 화천군", (127.7, 38.1, 10)),
        ("ccl", "Civilian control zone, at most 민통선 구역 상한", (127.3, 38.2, 11)),
        ("sectors", "Central front 중부전선", (127.4, 38.3, 9)),
        ("parallel_38", "38th parallel 북위 38도선", (127.2, 38.0, 10)),
        ("base_provinces", "Gyeonggi Province 경기도", (127.2, 37.6, 8)),
    ],
)
def test_a_name_comes_and_goes_with_its_layer(show, box, name, at):
    page = show()
    move(page, *at)
    switch = page.locator(f"input[data-key={box}]")
    switch.set_checked(True)
    assert name in names(page)
    switch.set_checked(False)
    assert name not in names(page)


def test_names_take_little_time(show):
    page = show()
    move(page, 126.9, 38.0, 12)
    took = page.evaluate(
        """() => { const start = performance.now();
          for (let i = 0; i < 10; i += 1) incidentMap.names.refresh();
          return (performance.now() - start) / 10; }"""
    )
    assert took < 40  # some 5 ms; a busy machine takes longer


# -- paper ---------------------------------------------------------------------------------


def to_paper(page):
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")


def test_paper_is_white_whatever_the_screen_is(show):
    page = show(scheme="dark")
    to_paper(page)
    colors = page.evaluate(
        """() => [getComputedStyle(document.body).backgroundColor,
          getComputedStyle(document.body).color,
          getComputedStyle(document.querySelector('path.look-land')).fill,
          getComputedStyle(document.querySelector('.legend .entry-label')).color]"""
    )
    lightness = [sum(int(part) for part in color[4:-1].split(",")) / 3 for color in colors]
    assert lightness[0] > 250
    assert lightness[1] < 60
    assert lightness[2] > 230
    assert lightness[3] < 60


def test_paper_shows_what_the_screen_shows_and_the_screen_comes_back(show):
    page = show()
    before, told = stands(page), address(page)
    inside = "incidentMap.map.getBounds().contains([[37.6, 125.7], [38.6, 128.4]])"
    assert page.evaluate(inside)
    to_paper(page)
    assert page.evaluate(inside)
    size = page.locator("#map").bounding_box()
    assert size["width"] == pytest.approx(688, abs=2)  # 182 mm
    signs = page.evaluate(
        """() => { const map = document.querySelector('#map').getBoundingClientRect();
          return [...document.querySelectorAll('.incident-icon, .cluster-icon')].filter((each) => {
            const { left, right, top, bottom } = each.getBoundingClientRect();
            return left < map.left || right > map.right || top < map.top || bottom > map.bottom;
          }).length; }"""
    )
    assert signs == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert stands(page) == before
    assert address(page) == told
    for landscape in (False, True):
        assert page.pdf(landscape=landscape, format="A4").startswith(b"%PDF")
    assert stands(page) == before
    assert address(page) == told


def test_every_incident_on_paper_has_its_number_on_the_map(show):
    near = [("shooting", f"Shots rang out at post {n}.", (126.6767, 37.9558)) for n in range(1, 9)]
    scattered = [near[n] if n % 2 else ("drone", f"Drone {n} fell.", (128.2, 38.1)) for n in
                 range(8)]  # fmt: skip
    page = show(told=[*scattered, ("talks", "Talks were held.", None)])
    to_paper(page)
    signs = page.locator("#map [data-number]")
    numbers = {sign.get_attribute("data-number") for sign in signs.all()}
    assert numbers == {"A", "B"}
    key = page.locator(".print-key").inner_text()
    assert "1, 3, 5, 7." in key
    assert "2, 4, 6, 8." in key
    assert page.locator(".print-incidents li").count() == 9


def test_paper_states_the_filters_and_the_sources_addresses(show):
    page = show("#from=2015-01-02&q=near")
    page.locator("input[data-key=drone]").uncheck()
    to_paper(page)
    head = page.locator("#print-head").inner_text()
    for words in ("Pane", "without Drone", "2015-01-02 –", "“near”"):
        assert words in head
    assert "https://example.org/one" in page.locator(".print-sources").inner_text()
    legend = page.locator(".legend").inner_text()
    assert "Source" not in legend
    assert "Drone" not in legend  # it is not on the map
    rule = page.locator(".print-incidents li").first
    assert rule.evaluate("each => getComputedStyle(each).breakInside") == "avoid"


# -- files of a user's own layers ----------------------------------------------------------

# What stands in for the real plugin: it needs Leaflet, and draws a letter of an icon font.
_PLUGIN = """L.AwesomeMarkers = { icon: () => L.divIcon({ className: 'stand-in', html: 'x' }) };
if (!L.version) throw new Error('Leaflet comes first');"""
_STYLE = """@font-face { font-family: Icons; src: url(../fonts/icons.woff2); }
.stand-in { font-family: Icons; }"""


def with_icon(layers, **options):
    made = IncidentMap(analysis(), layers=layers, **options)
    folium.Marker([38.0, 127.4], icon=folium.Icon(icon="star")).add_to(made)
    return made


def test_icon_fonts_load_from_the_hosts_of_the_icons_and_no_other(browser, tmp_path, layers):
    path = tmp_path / "icons.html"
    with_icon(layers, assets="cdn").save(path)
    context = browser.new_context()
    page = context.new_page()
    asked, refused = [], []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: refused.append(str(error)))

    def answer(route):
        url = route.request.url
        asked.append(url)
        kind = "text/css" if url.endswith(".css") else "text/javascript"
        body = _STYLE if url.endswith("glyphicons.css") else _PLUGIN if url.endswith(".js") else ""
        route.fulfill(body=body, content_type=kind, headers={"Access-Control-Allow-Origin": "*"})

    page.route(re.compile("^https://"), answer)
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready=yes]")
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert page.locator(".stand-in").count() == 1
    # A policy that forbids a font keeps the browser from asking.
    assert [url for url in asked if "icons.woff2" in url]
    assert not [text for text in refused if "Content Security Policy" in text]
    assert not [text for text in refused if "Leaflet comes first" in text]
    page.evaluate("fetch('https://elsewhere.example/').catch(() => 0)")
    assert not [url for url in asked if "elsewhere" in url]
    context.close()


def test_an_icon_that_needs_files_is_refused_by_their_address(layers):
    with pytest.raises(InputError, match=r"awesome-markers\.js from the network"):
        with_icon(layers).to_html()
