"""The map pane: where it stands, what it names, how it comes out on paper."""

from __future__ import annotations

import datetime as dt

import pytest

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
    page.evaluate(f"incidentMap.map.setView([{lat}, {lon}], {zoom}, {{animate: false}})")


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
    assert "map=10.5/37.9" in told
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
