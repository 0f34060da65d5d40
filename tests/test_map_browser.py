"""What a person does with the map and sees, in a real browser with the network off."""

from __future__ import annotations

import dataclasses
import datetime as dt

import folium
import pytest
from small_border import SmallBorder

from mapper.maps import IncidentMap, KindStyle
from mapper.model import (
    Actor,
    Alternative,
    Analysis,
    Assertion,
    Certainty,
    Document,
    Evidence,
    Incident,
    Mention,
    MentionKind,
    Place,
    Position,
    Precision,
    Problem,
    Resolution,
    Side,
    Span,
    Status,
    When,
    Where,
    ZoneCheck,
    ZoneName,
)
from mapper.text import make_document

pytestmark = pytest.mark.browser

WALK = "A soldier walked across the line near Cheorwon on 3 May 2024 🇰🇷."
SHOTS = "Guards fired warning shots."
JSA = "Two men ran through the Joint Security Area."
SEA = "A boat was seen off the west coast."
ZONE = "Years ago a mine went off in the DMZ."
FILLER = "Nothing else happened. " * 60
KOREAN = "2024년 5월 3일 철원에서 군인이 군사분계선을 넘었다."

CHEORWON = Position(lon=127.2175, lat=38.209, uncertainty_m=9000)
PANMUNJOM = Position(lon=126.6767, lat=37.9558, uncertainty_m=400)


def evidence(document, words, *, url=""):
    start = document.text.index(words)
    span = Span(start, start + len(words))
    return Evidence(doc_id=document.doc_id, span=span, exact=words, url=url)


def told(number, kind, pieces, **fields):
    fields.setdefault("when", When(method="no_date"))
    fields.setdefault("assertion", Assertion.ASSERTED)
    return Incident(incident_id=f"i{number}", kind=kind, evidence=tuple(pieces), **fields)


def english():
    text = "\n\n".join([WALK, FILLER, SHOTS, JSA, FILLER, SEA, ZONE, "Please enter your comment!"])
    return make_document(
        text, label="en", title="Soldier walks", url="https://example.org/a", publisher="Wire"
    )


def korean():
    return make_document(KOREAN, label="ko", title="철원 월경")


def analysis():
    en, ko = english(), korean()
    day = dt.date(2024, 5, 3)
    near = Where(label="Cheorwon", position=CHEORWON, probability=0.8, reason="the nearer one")
    jsa = Where(label="Joint Security Area", position=PANMUNJOM, footprint="layer:jsa")
    belt = Position(lon=127.5, lat=38.0, uncertainty_m=100_000)
    surface = Span(en.text.index("Cheorwon"), en.text.index("Cheorwon") + 8)
    mention = Mention(doc_id=en.doc_id, span=surface, surface="Cheorwon", kind=MentionKind.LITERAL)
    resolution = Resolution(
        mention=mention,
        status=Status.AMBIGUOUS,
        place=Place(
            place_id="core:cheorwon",
            name="Cheorwon-gun",
            position=CHEORWON,
            feature_code="PPL",
            source="a test",
        ),
        position=CHEORWON,
        probability=0.8,
        reason="the nearer one",
        alternatives=(
            Alternative(
                place_id="x", name="Ch'ŏrwŏn", lon=127.2, lat=38.3, probability=0.2, reason="north"
            ),
        ),
    )
    incidents = (
        told(
            1,
            "mdl_crossing",
            [
                evidence(en, WALK, url="https://example.org/a#:~:text=A%20soldier"),
                evidence(ko, KOREAN),
            ],
            where=near,
            when=When(start=day, end=day, precision=Precision.DAY, text="3 May 2024"),
            zone=ZoneCheck(
                zone=ZoneName.SOUTH_OF_DMZ,
                side=Side.SOUTH,
                certainty=Certainty.POSSIBLE,
                mdl_distance_m=-9000,
                mdl_distance_min_m=-18000,
                mdl_distance_max_m=-200,
            ),
        ),
        told(2, "warning_shots", [evidence(en, SHOTS)], where=near),
        told(3, "defection", [evidence(en, JSA)], where=jsa),
        told(4, "nll_crossing", [evidence(en, SEA)]),
        told(
            5,
            "landmine",
            [evidence(en, ZONE)],
            where=Where(label="DMZ", position=belt, footprint="layer:dmz"),
            assertion=Assertion.HISTORICAL,
        ),
    )
    at = en.text.index(SEA)
    problems = (
        Problem(
            code="not_placed",
            stage="extract",
            message="“off the west coast” is too vague",
            doc_id=en.doc_id,
            span=Span(at, at + len(SEA)),
        ),
    )
    return Analysis(
        documents=(en, ko), resolutions=(resolution,), incidents=incidents, problems=problems
    )


class Opened:
    """A page, and what one asks of it again and again."""

    def __init__(self, page):
        self.page = page

    def outlined(self):
        """The words of the open sentence, without the signs before it."""
        return "".join(self.page.locator("mark.open, .text span.open").all_inner_texts())


@pytest.fixture
def show(visit, tmp_path):
    def show(made, *, at="#hide-assertion=", **options):
        path = tmp_path / f"map{len(list(tmp_path.iterdir()))}.html"
        made.save(path)
        page = visit(path, at=at, **options)
        page.wait_for_selector("html[data-ready=yes]")
        return Opened(page)

    return show


def make_map(data=None, **options):
    return IncidentMap(data or analysis(), layers=SmallBorder(), **options)


def marker(page, number):
    return page.locator(f".incident-icon[data-incident='{number}']")


def spread(page):
    """Come close enough, and fan out what stands at one spot."""
    page.locator(".cluster-icon").first.click()


# -- map and text, both ways ---------------------------------------------------------------


def test_every_marker_opens_its_own_sentence(show):
    view = show(make_map())
    words = [WALK, SHOTS, JSA, None, ZONE]
    for number, sentence in enumerate(words):
        if sentence is None:
            assert marker(view.page, number).count() == 0
            continue
        if not marker(view.page, number).count():
            spread(view.page)
        marker(view.page, number).click()
        view.page.wait_for_selector(".incident-popup blockquote")
        assert view.outlined() == sentence
        assert view.page.evaluate("document.activeElement.classList.contains('open')")
        assert view.page.locator("mark.open").first.is_visible()
        assert view.page.locator(".incident-popup blockquote").inner_text() == sentence
        box = view.page.locator(".text").bounding_box()
        inside = view.page.locator("mark.open").first.bounding_box()
        assert box["y"] <= inside["y"] < box["y"] + box["height"]


def test_a_sentence_flies_to_its_marker(show):
    view = show(make_map())
    for number, sentence in ((0, WALK), (2, JSA), (4, ZONE), (1, SHOTS)):
        view.page.locator("mark", has_text=sentence[:20]).first.click(position={"x": 80, "y": 8})
        view.page.wait_for_selector(f".incident-icon.selected[data-incident='{number}']")
        box = marker(view.page, number).bounding_box()
        assert 0 < box["x"] < 860
        assert 0 < box["y"] < 760
        assert view.page.locator(".incident-popup blockquote").inner_text() == sentence


def test_sources_are_paged_and_open_their_article(show):
    view = show(make_map())
    spread(view.page)
    marker(view.page, 0).click()
    popup = view.page.locator(".incident-popup")
    assert popup.locator(".count").inner_text() == "1 of 2 sources"
    original = popup.get_by_role("link", name="Open original")
    assert original.get_attribute("href") == "https://example.org/a#:~:text=A%20soldier"
    assert original.get_attribute("rel") == "noopener noreferrer"
    popup.get_by_label("Next sentence").click()
    assert popup.locator("blockquote").inner_text() == KOREAN
    assert view.outlined() == KOREAN
    assert view.page.locator(".meta h2").inner_text() == "철원 월경"


def test_the_popup_says_what_is_known_and_what_is_not(show):
    view = show(make_map())
    spread(view.page)
    marker(view.page, 0).click()
    text = view.page.locator(".incident-popup").inner_text()
    for words in ("3 May 2024", "Cheorwon", "± 9.0 km", "Possibly south of the DMZ"):
        assert words in text
    assert "200 m to 18 km south of the MDL" in text
    marker(view.page, 1).click()
    assert "Date not given" in view.page.locator(".incident-popup").inner_text()


def test_a_mention_explains_its_place_on_demand(show):
    view = show(make_map())
    view.page.locator(".mention", has_text="Cheorwon").first.click()
    why = view.page.locator(".resolution")
    text = why.inner_text()
    for words in ("Cheorwon-gun", "80 %", "ambiguous", "the nearer one", "38.2090° N", "a test"):
        assert words in text
    why.get_by_text("Alternatives").click()
    assert "Ch'ŏrwŏn" in why.inner_text()
    assert view.page.locator("path.place-shape").count() == 1


def test_the_article_is_shown_letter_by_letter_with_boilerplate_greyed(show):
    view = show(make_map())
    assert view.page.locator("article").evaluate("e => e.textContent") == english().text
    assert "comment" in view.page.locator(".boilerplate").inner_text()


# -- uncertainty ---------------------------------------------------------------------------


def test_an_area_never_looks_like_a_point(show):
    view = show(make_map())
    area = marker(view.page, 4)
    assert area.locator("svg.area .ring").count() == 1
    assert "somewhere in this area" in area.get_attribute("aria-label")
    area.hover()
    assert view.page.locator("path.place-shape").count() == 2  # both halves of the DMZ
    view.page.mouse.move(600, 20)
    assert view.page.locator("path.place-shape").count() == 0


def test_a_line_is_outlined_not_filled(show):
    en = english()
    far = Position(lon=127.5, lat=38.0, uncertainty_m=100_000)
    line = Where(label="MDL", position=far, footprint="layer:mdl")
    told_once = told(1, "mdl_crossing", [evidence(en, WALK)], where=line)
    view = show(make_map(Analysis(documents=(en,), incidents=(told_once,))))
    marker(view.page, 0).hover()
    shape = view.page.locator("path.place-shape")
    assert shape.evaluate("e => getComputedStyle(e).fill") == "none"
    assert "somewhere along this line" in marker(view.page, 0).get_attribute("aria-label")


def test_background_is_lighter_and_can_be_switched_off(show):
    view = show(make_map())
    symbol = marker(view.page, 4).locator("svg")
    assert float(symbol.evaluate("e => getComputedStyle(e).opacity")) < 0.8
    view.page.locator("input[data-key=historical]").uncheck()
    assert marker(view.page, 4).count() == 0


# -- legend, lists, gaps -------------------------------------------------------------------


def test_the_legend_counts_and_filters_map_and_list(show):
    view = show(make_map())
    legend = view.page.locator(".legend")
    assert legend.locator("label", has_text="Defection").inner_text().split() == ["Defection", "1"]
    legend.locator("input[data-key=defection]").uncheck()
    assert marker(view.page, 2).count() == 0
    view.page.get_by_role("tab", name="Incidents").click()
    assert "4 of 5 incidents shown" in view.page.locator(".status").inner_text()
    legend.get_by_role("button", name="None").click()
    assert view.page.locator(".incident-icon, .cluster-icon").count() == 0
    legend.get_by_role("button", name="All").click()
    assert marker(view.page, 2).count() == 1


def test_layers_can_be_switched_off(show):
    view = show(make_map())
    for name in ("dmz_north", "dmz_south", "mdl", "jsa", "nll_west"):
        assert view.page.locator(f"path.{name}").count() == 1
        view.page.locator(f"input[data-key={name}]").uncheck()
        assert view.page.locator(f"path.{name}").count() == 0


def test_search_filters_by_the_words_of_the_source(show):
    view = show(make_map())
    view.page.get_by_role("tab", name="Incidents").click()
    view.page.locator("#search").fill("군사분계선")
    assert view.page.locator(".list-body .row").count() == 1
    view.page.locator(".list-body .row").click()
    view.page.wait_for_selector(".incident-popup blockquote")
    assert view.outlined() == WALK


def test_what_is_missing_is_listed_with_its_reason(show):
    view = show(make_map())
    view.page.get_by_role("tab", name="Gaps").click()
    gaps = view.page.locator(".gaps")
    text = gaps.inner_text()
    assert "Not on the map (1)" in text
    assert "Without a date (4)" in text
    assert text.count("“off the west coast” is too vague") == 2
    gaps.locator(".row", has_text="NLL crossing").first.click()
    assert view.outlined() == SEA
    assert "Not on the map" in view.page.locator("#card-slot").inner_text()


def test_about_names_licences_limits_and_layers(show):
    view = show(make_map())
    view.page.get_by_role("button", name="About this map").click()
    text = view.page.locator(".about").inner_text()
    for words in (
        "legal belt, not the fence",
        "not recognised by the DPRK",
        "BSD-2-Clause",
        "GeoNames",
        "drawn for tests",
    ):
        assert words in text


# -- keyboard, phone, dark -----------------------------------------------------------------


def test_markers_work_from_the_keyboard(show):
    view = show(make_map())
    area = marker(view.page, 4)
    assert area.get_attribute("tabindex") == "0"
    assert area.get_attribute("role") == "button"
    assert area.get_attribute("aria-label").startswith("Landmine (background): Date not given")
    area.focus()
    assert view.page.locator("path.place-shape").count() == 2
    view.page.keyboard.press("Enter")
    view.page.wait_for_selector(".incident-popup")
    assert view.outlined() == ZONE
    view.page.keyboard.press("Escape")
    assert view.page.locator(".incident-popup").count() == 0
    assert view.page.evaluate("document.activeElement.dataset.incident") == "4"


def test_clusters_work_from_the_keyboard(show):
    view = show(make_map())
    cluster = view.page.locator(".cluster-icon").first
    assert cluster.get_attribute("aria-label").startswith("2 incidents here: ")
    cluster.focus()
    view.page.keyboard.press("Enter")
    view.page.wait_for_selector(".incident-icon[data-incident='0']")
    assert marker(view.page, 1).count() == 1


def test_tabs_follow_the_arrow_keys(show):
    view = show(make_map())
    view.page.get_by_role("tab", name="Text").focus()
    view.page.keyboard.press("ArrowRight")
    assert view.page.get_by_role("tab", name="Incidents").get_attribute("aria-selected") == "true"


def test_controls_are_large_enough_and_named(show):
    view = show(make_map())
    small = view.page.evaluate(
        """() => [...document.querySelectorAll('button, .incident-icon, .cluster-icon, select')]
          .filter((e) => e.getClientRects().length)
          .filter((e) => Math.min(e.offsetWidth, e.offsetHeight) < 24)
          .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert small == []
    unnamed = view.page.evaluate(
        """() => [...document.querySelectorAll('button, [role=button], input, select')]
          .filter((e) => !e.getAttribute('aria-label') && !e.textContent.trim())
          .filter((e) => !e.closest('label'))
          .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert unnamed == []
    assert view.page.evaluate("document.documentElement.lang") == "en"


def test_on_a_phone_the_panel_is_a_sheet_and_the_map_stays_in_sight(show):
    view = show(make_map(), width=390, height=844)
    panel = view.page.locator("#panel")
    assert panel.bounding_box()["y"] > 700
    marker(view.page, 4).click()
    view.page.wait_for_selector("#card-slot .card")
    assert view.outlined() == ZONE
    top = panel.bounding_box()["y"]
    assert 250 < top < 500
    at = marker(view.page, 4).bounding_box()
    assert 0 < at["y"] < top
    assert view.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_dark_follows_the_system(show):
    view = show(make_map(), scheme="dark")
    color = view.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in color[4:-1].split(",")) < 150


def test_the_border_is_in_the_first_view(show):
    view = show(make_map())
    assert view.page.evaluate(
        "incidentMap.map.getBounds().contains([[37.98, 126.7], [38.02, 128.3]])"
    )


def test_where_the_base_map_ends_the_map_says_so(show):
    view = show(make_map())
    view.page.evaluate("void incidentMap.map.setView([1.3, 103.8], 8, {animate: false})")
    assert "ends here" in view.page.locator(".limit").inner_text()
    view.page.evaluate("void incidentMap.map.setView([38, 127], 14, {animate: false})")
    assert "good to about" in view.page.locator(".limit").inner_text()


# -- folium, notebooks, many ---------------------------------------------------------------


def test_own_folium_layers_work_offline(show):
    made = make_map()
    folium.Circle(
        [37.2, 127.6], radius=9000, fill=True, popup="<b>mine</b>", class_name="mine"
    ).add_to(made)
    folium.Marker([36.9, 128.4]).add_to(made)
    view = show(made)
    view.page.locator("path.mine").click()
    assert view.page.locator(".leaflet-popup-content b").inner_text() == "mine"
    image = view.page.locator("img.leaflet-marker-icon")
    assert image.evaluate("e => e.naturalWidth") > 0


def test_inside_a_notebook_s_sandbox(visit, tmp_path):
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><title>n</title>{make_map()._repr_html_()}", encoding="utf-8")
    page = visit(path)
    inner = page.frame_locator("iframe")
    inner.get_by_role("button", name="Show them").click()
    inner.locator(".incident-icon[data-incident='4']").click()
    inner.locator(".incident-popup blockquote").wait_for()
    inner.get_by_role("button", name="About this map").click()
    assert "legal belt" in inner.locator(".about").inner_text()
    assert page.title() == "n"


def test_ten_thousand_incidents_open_and_answer(show):
    documents, incidents = [], []
    for number in range(500):
        text = " ".join(f"Shots were heard near post {number}-{n}." for n in range(20))
        documents.append(make_document(text, label=str(number), title=f"Report {number}"))
        for n in range(20):
            where = Where(
                label=f"post {number}-{n}",
                position=Position(
                    lon=126.7 + (number % 100) * 0.016,
                    lat=37.8 + n * 0.02 + number * 1e-5,
                    uncertainty_m=900,
                ),
            )
            words = f"Shots were heard near post {number}-{n}."
            incidents.append(
                told(number * 20 + n, "shooting", [evidence(documents[-1], words)], where=where)
            )
    made = make_map(Analysis(documents=tuple(documents), incidents=tuple(incidents)))
    view = show(made)
    assert view.page.evaluate("document.querySelectorAll('*').length") < 4000
    view.page.get_by_role("tab", name="Incidents").click()
    assert view.page.locator(".list-body .row").count() == 100
    view.page.locator(".list-body .row").nth(42).click()
    view.page.wait_for_selector(".incident-icon.selected[data-incident='42']")
    assert view.outlined() == "Shots were heard near post 2-2."


# -- hostile texts -------------------------------------------------------------------------

PAYLOADS = [
    "{{ 7*7 }}",
    "{{ this.__class__.__mro__ }}",
    "{% x %}",
    "{% for a in b %}",
    "{# gone #}",
    "{%- raw -%}",
    "</script><script>window.pwned=1</script>",
    "</SCRIPT ><script>window.pwned=1</script>",
    "<!--<script>",
    "-->",
    "]]>",
    "${window.pwned=1}",
    "`+(window.pwned=1)+`",
    "<img src=x onerror=window.pwned=1>",
    "<svg onload=window.pwned=1>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'>",
    "<b>bold</b> &lt;i&gt; &amp; &#60;",
    "javascript:window.pwned=1",
    "'\"><a href=javascript:pwned=1>x</a>",
    "\\u003cscript\\u003e \\ \\\\ \\n \\x3c",
    "a\u2028b\u2029c",
    "nul \x00 bell \x07 del \x7f",
    "\u202egnp.exe \u2066x",
    "</title></textarea></style><style>*{display:none}</style>",
    "__proto__",
    "constructor",
    "%3Cscript%3E %0a",
    "판문점 🇰🇷 e\u0301 \ufeff",
]


def hostile(text):
    """An analysis that holds ``text`` in every field a text can stand in."""
    document = Document(
        doc_id="d0",
        text=f"Start {text} end.",
        label=text,
        title=text,
        url=text,
        publisher=text,
        language="en",
        sentences=(Span(0, len(text) + 11),),
    )
    span = Span(6, 6 + len(text))
    position = Position(lon=127.0, lat=38.1, uncertainty_m=900)
    other = Alternative(place_id=text, name=text, lon=1, lat=2, probability=0.1, reason=text)
    mention = Mention(doc_id="d0", span=span, surface=text, kind=MentionKind.LITERAL)
    place = Place(place_id=text, name=text, position=position, feature_code="PPL", source=text)
    resolution = Resolution(
        mention=mention,
        status=Status.LOCATED,
        place=place,
        position=position,
        probability=0.9,
        alternatives=(other,),
        reason=text,
    )
    where = Where(label=text, position=position, place_id=text, alternatives=(other,), reason=text)
    incident = Incident(
        incident_id=text,
        kind="odd",
        when=When(text=text, method=text),
        assertion=Assertion.ALLEGED,
        evidence=(
            Evidence(doc_id="d0", span=span, exact=text, url=text),
            Evidence(doc_id="gone", span=span, exact=f"not here {text}", url=text),
        ),
        where=where,
        summary=text,
        actors=(Actor(name=text, side=text, role=text),),
    )
    problem = Problem(code=text, stage=text, message=text, doc_id="d0", span=span)
    return Analysis(
        documents=(document,),
        resolutions=(resolution,),
        incidents=(incident, dataclasses.replace(incident, incident_id="u", where=None)),
        problems=(problem,),
    )


# Four at a time: what one of them swallows or runs still shows, and a page costs a second.
BATCHES = ["  ".join(PAYLOADS[at : at + 4]) for at in range(0, len(PAYLOADS), 4)]


@pytest.mark.parametrize("text", BATCHES)
def test_hostile_text_is_shown_exactly_and_never_run(show, text):
    style = KindStyle(label=text, color="#112233", shape="star", family=text)
    made = IncidentMap(hostile(text), layers=SmallBorder([text]), title=text, kinds={"odd": style})
    view = show(made)
    page = view.page

    def content(selector):
        return page.locator(selector).first.evaluate("e => e.textContent")

    assert page.evaluate("typeof window.pwned") == "undefined"
    # A tab's title cannot hold NUL, and the browser folds its white space: the page's can.
    assert content("h1") == text
    assert content("article") == f"Start {text} end."
    assert content(".meta h2") == text
    assert text in content(".meta p")
    assert text in content(".credits")
    marker(page, 0).click()
    page.wait_for_selector(".incident-popup blockquote")
    assert content(".incident-popup blockquote") == text
    assert content(".incident-popup h2 span") == text
    assert content(".incident-popup .summary") == text
    for selector in (".facts", ".origin", ".why"):
        assert text in content(f".incident-popup {selector}")
    page.locator(".mention").first.click()
    assert text in content(".resolution h3")
    assert content(".resolution strong") == text
    assert content(".resolution .alternatives").count(text) == 2
    for name, selector in (("Incidents", ".list-body"), ("Gaps", ".gaps"), ("About", ".about")):
        page.get_by_role("tab", name=name).click()
        assert text in content(selector)
    assert text in content(".legend")
    links = page.eval_on_selector_all("a[href]", "all => all.map((a) => a.getAttribute('href'))")
    assert all(link.startswith(("http:", "https:")) for link in links)
    assert page.locator("script:not([type])").count() == made.to_html().count("<script>")
    assert page.locator("iframe, img, article b, article script").count() == 0
    assert page.evaluate("typeof window.pwned") == "undefined"
