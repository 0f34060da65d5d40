"""Places known badly: areas in sight, cards clear of the legend, signs that claim no more."""

from __future__ import annotations

import re

import pytest
from small_border import SmallBorder

from mapper.maps import IncidentMap
from mapper.model import Analysis, Assertion, Evidence, Incident, Position, Span, When, Where
from mapper.text import make_document

pytestmark = pytest.mark.browser

WIDE_M = 90_000.0


def told(number, kind, where):
    document = make_document(f"This is report {number} of a {kind}.", label=f"row {number}")
    span = Span(0, len(document.text))
    piece = Evidence(doc_id=document.doc_id, span=span, exact=document.text)
    incident = Incident(
        incident_id=f"i{number}",
        kind=kind,
        evidence=(piece,),
        when=When(method="no_date"),
        assertion=Assertion.ASSERTED,
        where=where,
    )
    return document, incident


def at(uncertainty_m, lat=38.2):
    position = Position(lon=127.2, lat=lat, uncertainty_m=uncertainty_m)
    return Where(label="Somewhere", position=position)


@pytest.fixture
def show(visit, tmp_path):
    def show(places, kinds=("shooting",), **options):
        made = [told(n, kinds[n % len(kinds)], where) for n, where in enumerate(places)]
        data = Analysis(
            documents=tuple(document for document, _ in made),
            incidents=tuple(incident for _, incident in made),
        )
        path = tmp_path / "map.html"
        IncidentMap(data, layers=SmallBorder()).save(path)
        page = visit(path, **options)
        page.wait_for_selector("html[data-ready=yes]")
        return page

    return show


def open_incident(page, number, how="list"):
    page.evaluate(
        "([n, from]) => incidentMap.open(incidentMap.model.incidents[n], { from })", [number, how]
    )
    page.wait_for_selector(".card blockquote")
    page.wait_for_timeout(400)  # the map is panned for the card


def box(page, css):
    found = page.locator(css).bounding_box()
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


def overlap(one, other):
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > 0
        and min(one[3], other[3]) - max(one[1], other[1]) > 0
    )


@pytest.mark.parametrize("size", [(1280, 800), (1024, 700), (800, 700)])
def test_a_card_stands_clear_of_legend_timeline_and_note(show, size):
    page = show([at(300), at(WIDE_M, 38.4)], width=size[0], height=size[1])
    for number in (0, 1):
        page.evaluate("void incidentMap.map.setView([38.2, 127.9], 11, { animate: false })")
        open_incident(page, number)
        card = box(page, ".incident-popup .card")
        assert not overlap(card, box(page, ".legend"))
        assert not overlap(card, box(page, ".timeline"))
        assert not page.locator(".limit").is_visible()
        page.keyboard.press("Escape")


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_of_a_wide_place_all_is_shown_and_of_an_exact_one_no_less_than_before(show, size):
    page = show([at(300), *[at(WIDE_M)] * 3], width=size[0], height=size[1])
    open_incident(page, 0)
    assert page.evaluate("incidentMap.map.getZoom()") >= 10.5
    page.evaluate("void incidentMap.map.setView([38.2, 127.2], 12, { animate: false })")
    open_incident(page, 2)
    shape = box(page, "path.place-shape.kept")
    left, top, right, bottom = box(page, "#map")
    if size[0] < 500:
        bottom = box(page, "#panel")[1]
    assert left <= shape[0]
    assert top <= shape[1]
    assert shape[2] <= right
    assert shape[3] <= bottom
    # Its sign stands by itself, though four share the spot.
    assert page.locator(".incident-icon.selected[data-incident='2']").is_visible()


def test_a_shape_wider_than_the_screen_is_an_outline(show):
    page = show([at(WIDE_M)])
    tint = "e => Number(getComputedStyle(e).fillOpacity)"
    open_incident(page, 0)
    shape = page.locator("path.place-shape.kept")
    assert shape.evaluate(tint) == 0.2
    page.evaluate("void incidentMap.map.setZoom(11, { animate: false })")
    assert shape.evaluate(tint) < 0.05


@pytest.mark.parametrize(
    ("exact", "vague", "dashed", "words"),
    [
        (2, 0, False, ""),
        (3, 1, False, "; 1 of 4 only somewhere in an area"),
        (1, 2, True, "; 2 of 3 only somewhere in an area"),
    ],
)
def test_a_cluster_of_vague_places_is_no_hotspot(show, exact, vague, dashed, words):
    page = show([at(300)] * exact + [at(WIDE_M)] * vague)
    cluster = page.locator(".cluster-icon")
    assert cluster.evaluate("e => getComputedStyle(e).outlineStyle === 'dashed'") is dashed
    name = cluster.get_attribute("aria-label")
    assert name == f"{exact + vague} incidents here: {exact + vague} shooting{words}"
    ring = cluster.evaluate("e => getComputedStyle(e).backgroundImage")
    assert ring.startswith("conic-gradient(rgb(")
    # As many colors as ways to know the place: full and pale.
    assert len(set(re.findall(r"(?:rgb|color)\([^)]*\)", ring))) == bool(exact) + bool(vague)


# Two families of many kinds, and one kind that has its family for itself.
_CROSSING = ("defection", "civilian_crossing", "mdl_crossing", "infiltration", "abduction")
_FIRE = (
    *("warning_shots", "exchange_of_fire", "shooting", "guard_post_shooting", "killing"),
    *("shelling", "aircraft_shootdown"),
)
_MANY = (*_CROSSING, *_FIRE, "landmine", "tunnel_discovery", "summit")


def test_many_kinds_are_folded_into_families_and_what_is_off_stays_in_sight(show):
    page = show([at(300)] * len(_MANY), _MANY)
    kind = page.locator(".legend [data-facet=kind]:visible")

    def seen():
        return {box.get_attribute("data-key") for box in kind.all()}

    assert seen() == {"summit"}
    family = page.locator("[data-facet=family][data-key=Crossings]")
    assert page.locator(".family-row", has=family).locator(".entry-count").inner_text() == "5"
    fold = page.get_by_label("Kinds of “Crossings”")
    fold.focus()
    page.keyboard.press("Enter")
    assert fold.get_attribute("aria-expanded") == "true"
    assert seen() == {"summit", *_CROSSING}
    page.locator(".legend [data-key=defection]").uncheck()
    assert family.evaluate("e => e.indeterminate")
    fold.click()
    assert seen() == {"summit", "defection"}
    # Another language keeps what is unfolded and what is off.
    page.get_by_label("Kinds of “Fire”").click()
    page.locator(".language").click()
    assert seen() == {"summit", "defection", *_FIRE}
    family.click()  # half on, then all on, then all off
    assert family.is_checked()
    family.click()
    page.locator(".language").click()
    assert page.locator(".status").inner_text().startswith("10 of 15")
    page.get_by_label("Kinds of “Fire”").click()
    assert seen() == {"summit", *_CROSSING}
    page.emulate_media(media="print")
    assert page.locator(".legend .entry", has_text="Shelling").is_visible()


def test_from_card_to_card_by_keys(show):
    page = show([at(300, 38.0 + n / 5) for n in range(3)])
    open_incident(page, 1)
    page.locator(".card [aria-label='Next incident in the list']").focus()
    for number in (2, 0):
        page.keyboard.press("Enter")
        page.wait_for_function(f"incidentMap.view.selected.index === {number}")
        page.wait_for_function("document.activeElement.dataset.step === '1'")
        assert f"report {number}" in page.locator(".incident-popup blockquote").inner_text()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.dataset.step === '-1'")
    assert page.evaluate("incidentMap.view.selected.index") == 2
