"""Filters, time, table, files, languages and points: what one works with on the map."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
import random

import pytest

from mapper.errors import InputError
from mapper.exports import export
from mapper.maps import IncidentMap
from mapper.model import (
    Actor,
    Alternative,
    Analysis,
    Assertion,
    Casualties,
    Claim,
    Evidence,
    Incident,
    Known,
    Position,
    Precision,
    Span,
    When,
    Where,
)
from mapper.schema import INCIDENT_COLUMNS
from mapper.text import make_document
from mapper.zones import check_zones

pytestmark = pytest.mark.browser

SPOT = Position(lon=126.6767, lat=37.9558, uncertainty_m=400)
_SENTENCES = ["=2+3 shots were heard.", "A mine went off.", "A drone came.", "Talks were held."]


def day(year, month=1, date=1):
    at = dt.date(year, month, date)
    return When(start=at, end=at, precision=Precision.DAY, text="then", method="absolute")


def told(number, kind, document, words, **fields):
    start = document.text.index(words)
    piece = Evidence(doc_id=document.doc_id, span=Span(start, start + len(words)), exact=words)
    fields.setdefault("when", When(method="no_date"))
    fields.setdefault("assertion", Assertion.ASSERTED)
    return Incident(incident_id=f"i{number}", kind=kind, evidence=(piece,), **fields)


def analysis():
    one = make_document(" ".join(_SENTENCES), label="one", title="One", publisher="Wire")
    two = make_document("Old shots rang out. Guards fired.", label="two", publisher="Paper")
    here = Where(label="Panmunjom", position=SPOT)
    north = Where(label="Far", position=Position(lon=127.5, lat=39.2, uncertainty_m=9000))
    claims = tuple(
        Claim(
            doc_ids=(document.doc_id,),
            reports=(f"r{n}",),
            kind="shooting",
            when=day(2015),
            assertion=Assertion.ASSERTED,
            casualties=Casualties(killed=n + 1),
        )
        for n, document in enumerate((one, two))
    )
    known = Known(
        register="register",
        entry_id="E7",
        kind="shooting",
        title="The known shooting",
        when=day(2015),
        sources=("a book",),
        probability=0.9,
        reason="same day",
        people=("Kim",),
    )
    incidents = (
        told(
            0, "shooting", one, _SENTENCES[0], where=here, when=day(2015), claims=claims,
            known=(known,), actors=(Actor(name="Guards"),),
        ),
        told(1, "landmine", one, _SENTENCES[1], where=here, when=day(2017)),
        told(2, "drone", one, _SENTENCES[2], where=north, when=day(2020)),
        told(3, "talks", one, _SENTENCES[3]),
        told(4, "shooting", two, "Old shots rang out.", where=here, when=day(1990),
             assertion=Assertion.HISTORICAL),
    )  # fmt: skip
    return Analysis(documents=(one, two), incidents=incidents)


@pytest.fixture
def show(visit, tmp_path, layers):
    def show(at="", *, reloads=0, **options):
        path = tmp_path / f"map{len(list(tmp_path.iterdir()))}.html"
        IncidentMap(analysis(), layers=layers, title="Work", **options).save(path)
        page = visit(path, at=at, reloads=reloads)
        page.wait_for_selector("html[data-ready=yes]")
        return page

    return show


def shown(page):
    """The ids of the incidents that pass, from the table."""
    if page.locator(".switch-table").get_attribute("aria-pressed") == "false":
        page.locator(".switch-table").click()
    rows = page.locator(".table-view tbody tr[data-incident]")
    return [int(row.get_attribute("data-incident")) for row in rows.all()]


def test_filters_combine_count_live_and_stand_in_the_address(show):
    page = show()
    assert shown(page) == [0, 1, 2, 3]  # background is off
    counts = page.locator(".legend label", has_text="Shooting").inner_text().split()
    assert counts == ["Shooting", "1"]
    page.get_by_role("button", name="Show them").click()
    assert shown(page) == [0, 1, 2, 3, 4]
    assert page.locator(".legend label", has_text="Shooting").inner_text().split()[1] == "2"
    page.locator(".legend select").select_option("Wire")
    page.locator(".legend input[data-key=landmine]").uncheck()
    assert shown(page) == [0, 2, 3]
    # A box that is off still says what it would show.
    assert page.locator(".legend label", has_text="Landmine").inner_text().split()[1] == "1"
    page.locator("#search").fill("drone came")
    assert shown(page) == [2]
    address = page.evaluate("location.hash")
    again = show(address, reloads=1)
    assert shown(again) == [2]
    again.reload()
    again.wait_for_selector("html[data-ready=yes]")
    assert shown(again) == [2]
    again.locator(".legend .reset").click()
    assert shown(again) == [0, 1, 2, 3]
    assert "hide" not in again.evaluate("location.hash")


def test_time_is_brushed_played_and_keeps_the_undated(show):
    page = show()
    page.get_by_label("From").fill("26")  # a bar is a year, the first one 1990
    assert shown(page) == [1, 2, 3]
    assert "from=2016-01-01" in page.evaluate("location.hash")
    page.locator("input[data-key=undated]").uncheck()
    assert 3 not in shown(page)
    page.get_by_role("button", name="All times").click()
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("incidentMap.view.to !== ''")
    page.get_by_role("button", name="Stop").click()
    assert len(shown(page)) < 3


def test_the_table_sorts_and_opens_the_sentence(show):
    page = show("#view=table")
    assert shown(page) == [0, 1, 2, 3]
    header = page.locator(".table-view th", has_text="When")
    header.get_by_role("button").click()
    header.get_by_role("button").click()
    assert header.get_attribute("aria-sort") == "descending"
    assert shown(page) == [2, 1, 0, 3]  # what has no date comes last either way
    page.locator(".table-view tbody tr").first.get_by_role("button").click()
    page.wait_for_selector("#card-slot blockquote")
    assert page.locator("#card-slot blockquote").inner_text() == _SENTENCES[2]


def test_downloads_hold_what_is_shown_and_run_no_formula(show):
    page = show()
    page.locator(".legend input[data-key=drone]").uncheck()
    with page.expect_download() as waited:
        page.get_by_role("button", name="CSV").click()
    text = waited.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["incident_id"] for row in rows] == ["i0", "i1", "i3"]
    assert rows[0]["quote"] == "'=2+3 shots were heard."
    assert waited.value.suggested_filename == "incidents_filtered.csv"
    assert (rows[0]["lon"], rows[2]["lon"]) == ("126.6767", "")
    with page.expect_download() as waited:
        page.get_by_role("button", name="GeoJSON").click()
    collection = json.loads(waited.value.path().read_text(encoding="utf-8"))
    assert [feature["id"] for feature in collection["features"]] == ["i0", "i1", "i3"]
    assert collection["features"][0]["geometry"]["coordinates"] == [126.6767, 37.9558]
    assert collection["features"][2]["geometry"] is None


def test_claims_stand_side_by_side_and_a_register_apart(show):
    page = show("#incident=i0")
    card = page.locator(".incident-popup .card")
    card.wait_for()
    claims = card.locator(".claims").inner_text()
    for words in ("The sources differ on: harm.", "Wire", "Paper", "1 killed", "2 killed"):
        assert words in claims
    assert "not from these texts" in card.locator(".known").inner_text()
    assert "Kim" in card.locator(".known").inner_text()


def test_incidents_at_one_spot_fan_out(show):
    page = show()
    cluster = page.locator(".cluster-icon")
    assert cluster.count() == 1
    cluster.click()
    page.wait_for_selector(".incident-icon[data-incident='0']")
    boxes = [page.locator(f".incident-icon[data-incident='{n}']").bounding_box() for n in (0, 1)]
    assert abs(boxes[0]["x"] - boxes[1]["x"]) + abs(boxes[0]["y"] - boxes[1]["y"]) > 24


def test_the_page_speaks_korean(show):
    page = show(language="ko")
    assert page.evaluate("document.documentElement.lang") == "ko"
    assert page.locator(".legend summary").inner_text() == "범례"
    assert page.locator(".legend label", has_text="지뢰").count() == 1
    page.locator(".language").click()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator(".legend summary").inner_text() == "Legend"
    missing = page.evaluate(
        "() => Object.keys(incidentMap.model.words.en).filter("
        "(key) => !incidentMap.model.words.ko[key])"
    )
    assert missing == []


def test_a_point_is_checked_in_the_page_as_python_does(show, layers):
    page = show()
    rng = random.Random(7)
    near = [(rng.uniform(126.6, 128.4), rng.uniform(37.7, 38.7)) for _ in range(750)]
    far = [(rng.uniform(124.5, 130.5), rng.uniform(34, 42.5)) for _ in range(250)]
    points = near + far
    found = page.evaluate("(points) => points.map(([x, y]) => incidentMap.check(x, y))", points)
    wanted = check_zones(
        [Position(lon=lon, lat=lat, uncertainty_m=0.1) for lon, lat in points], layers
    )
    wrong = [
        (point, theirs.zone.value, ours["zone"])
        for point, ours, theirs in zip(points, found, wanted, strict=True)
        if (ours["zone"], ours["side"]) != (theirs.zone.value, theirs.side.value)
    ]
    assert wrong == []
    errors = [
        abs(abs(ours["distance"]) - abs(theirs.mdl_distance_m))
        for ours, theirs in zip(found, wanted, strict=True)
    ]
    assert max(errors) < 1


def test_paper_gets_numbers_sentences_and_sources(show):
    page = show()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    sheet = page.locator("#print-sheet")
    assert sheet.locator(".print-incidents li").count() == 4
    assert "One. Wire" in sheet.locator(".print-sources").inner_text()
    assert not page.locator("#panel").is_visible()
    assert page.locator("#map").is_visible()


@pytest.mark.parametrize(
    ("options", "message"),
    [({"language": "fr"}, "unknown language 'fr'"), ({"assets": "web"}, "assets is one of")],
)
def test_wrong_options_are_named(layers, options, message):
    with pytest.raises(InputError, match=message):
        IncidentMap(analysis(), layers=layers, **options)


def test_the_table_fits_shows_every_fact_and_goes_with_the_keys(show):
    page = show("#view=table&hide-assertion=")
    table = page.locator(".table-box")
    for width in (1280, 1400, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert table.evaluate("e => e.scrollWidth <= e.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    text = table.inner_text()
    for words in ("Panmunjom", "± 400 m", "1 January 2015", "Background", "Wire", *_SENTENCES):
        assert words in text
    for words in ("Not on the map", "Date not given"):  # what has no place, no date is there
        assert words in text
    first = page.locator(".open-row").first
    first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('tr').dataset.incident") == "1"
    page.keyboard.press("Enter")
    page.locator("#card-slot .card").wait_for()
    marked = page.locator(".table-view tr.marked")
    assert [row.get_attribute("data-row") for row in marked.all()] == ["1", "1"]
    page.locator(".table-view tbody tr:nth-child(6) .quote").click()  # anywhere in a row
    assert page.locator("#card-slot blockquote").inner_text() == _SENTENCES[2]
    page.get_by_role("button", name="How exact").click()
    assert page.locator(".table-view th.where").get_attribute("aria-sort") == "ascending"
    assert "by How exact" in page.locator(".pager").inner_text()


def test_a_card_keeps_its_buttons_in_sight_and_clips_a_long_sentence(visit, tmp_path, layers):
    words = "Shots were heard at the post, " + "and again along the fence, " * 40 + "until noon."
    document = make_document(words, label="long", url="https://news.test/long")
    where = Where(label="Post", position=SPOT, reason="why " * 200)
    incident = told(0, "shooting", document, words, where=where, when=day(2015))
    IncidentMap(Analysis(documents=(document,), incidents=(incident,)), layers=layers).save(
        tmp_path / "long.html"
    )
    for size in ((1280, 600), (390, 760)):
        page = visit(tmp_path / "long.html", at="#incident=i0", width=size[0], height=size[1])
        card = page.locator(".card")
        card.wait_for()
        page.wait_for_timeout(300)  # the sheet has risen
        button = card.get_by_role("button", name="Show in text")
        box = button.bounding_box()
        assert box["y"] + box["height"] <= size[1]
        assert button.evaluate(
            """(button) => {
              const { x, y, width, height } = button.getBoundingClientRect();
              return document.elementFromPoint(x + width / 2, y + height / 2) === button;
            }"""
        )
        quote = card.locator("blockquote")
        clipped = quote.bounding_box()["height"]
        assert clipped < 160
        card.get_by_role("button", name="Whole sentence").click()
        assert quote.bounding_box()["height"] > 2 * clipped
        assert quote.inner_text() == words
    # On a phone the text comes above all else; the card stays as its head and buttons.
    button.click()
    page.locator("mark.open").wait_for()
    page.wait_for_timeout(300)
    assert not page.locator(".card-body").is_visible()
    assert page.locator("mark.open").bounding_box()["y"] < 500
    assert not page.locator("#search").is_visible()


def test_a_text_hushes_what_is_there_for_machines_and_keeps_every_character(
    visit, tmp_path, layers
):
    text = (
        "# Shots at the line\n\n\n\nGuards **fired** [two shots](https://news.test/a) at noon as\n"
        "a spokesman in the capital told the reporters who had come\nto hear of it.\n\n"
        "- A list item\n- Another\n"
    )
    document = make_document(text, label="g26")
    other = make_document("Nothing happened on that day.", label="g27")
    incident = told(0, "shooting", document, "Guards **fired**", when=day(2015))
    IncidentMap(Analysis(documents=(document, other), incidents=(incident,)), layers=layers).save(
        tmp_path / "text.html"
    )
    page = visit(tmp_path / "text.html")
    page.wait_for_selector("html[data-ready=yes]")
    article = page.locator("article.text")
    assert (
        article.evaluate(
            "e => [...e.querySelectorAll('[data-start]')].map((each) => "
            "[...each.childNodes].filter((n) => !n.matches?.('.sign-button'))"
            ".map((n) => n.textContent).join('')).join('')"
        )
        == text
    )
    quiet = article.locator(".markup").all_inner_texts()
    assert [each.strip() for each in quiet] == ["#", "**", "**", "[", "](https://news.test/a)"]
    assert article.locator(".wrap").count() == 3  # blank lines, and two breaks of a fixed width
    options = page.locator("#document option").all_inner_texts()
    assert options[0].startswith("g26: Shots at the line")
    assert options[1] == "g27: Nothing happened on that day."
    assert "Background" in page.locator(".key").inner_text()


def test_thousands_of_articles_are_searched_not_scrolled(visit, tmp_path, layers):
    documents = tuple(
        make_document(f"Report {n} of the day. Code word {n * 7}.", label=f"n{n}", publisher="Wire")
        for n in range(2000)
    )
    IncidentMap(Analysis(documents=documents), layers=layers).save(tmp_path / "many.html")
    page = visit(tmp_path / "many.html")
    page.wait_for_selector("html[data-ready=yes]")
    assert page.locator("#document li").count() == 0
    page.locator("#document summary").click()
    assert page.locator("#document li").count() == 100
    page.get_by_label("Search texts").fill("wire word 8771.")
    assert page.locator("#document li").count() == 1
    page.locator("#document li button").click()
    assert "Report 1253 " in page.locator("article.text").inner_text()
    summary = page.locator("#document summary")
    assert summary.text_content() == "1,254 / 2,000 · n1253"
    # No text of this map has a day of publication: nothing is said of it.
    assert page.locator(".meta p").inner_text().strip() == "Wire"


def test_the_end_of_a_long_name_stays_in_sight(visit, tmp_path, layers):
    name = f"{'a very long name of a table ' * 4}, line 7 (ID007)"
    documents = [make_document(f"Row {n}.", label=f"{name} {n}") for n in range(60)]
    IncidentMap(Analysis(documents=tuple(documents)), layers=layers).save(tmp_path / "long.html")
    page = visit(tmp_path / "long.html")
    page.wait_for_selector("html[data-ready=yes]")
    summary = page.locator("#document summary")
    assert summary.text_content() == f"1 / 60 · {name} 0"
    end = summary.locator("span").nth(1)
    assert end.text_content() == " 7 (ID007) 0"
    outer, inner = summary.bounding_box(), end.bounding_box()
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]


def test_an_alternative_is_shown_on_the_map(visit, tmp_path, layers):
    text = "Shots were heard in Goseong."
    document = make_document(text, label="one")
    other = Alternative(
        place_id="g2", name="Goseong, South Gyeongsang", lon=128.32, lat=34.97, probability=0.2
    )
    where = Where(label="Goseong", position=SPOT, alternatives=(other,), reason="a county")
    incident = told(0, "shooting", document, text, where=where, when=day(2015))
    IncidentMap(Analysis(documents=(document,), incidents=(incident,)), layers=layers).save(
        tmp_path / "alternative.html"
    )
    page = visit(tmp_path / "alternative.html", at="#incident=i0")
    page.locator(".card .why summary").click()
    page.get_by_role("button", name="Goseong, South Gyeongsang").click()
    page.wait_for_function("incidentMap.map.getBounds().contains([34.97, 128.32])")
    assert page.locator(".place-shape.kept").count() == 1


def test_one_day_has_no_brush_and_a_whole_year_no_bar_of_its_own(visit, tmp_path, layers):
    document = make_document(" ".join(_SENTENCES), label="one")

    def draw(name, *whens):
        incidents = tuple(
            told(n, kind, document, _SENTENCES[n], when=when)
            for n, (kind, when) in enumerate(zip(("shooting", "landmine"), whens, strict=True))
        )
        analysis = Analysis(documents=(document,), incidents=incidents)
        IncidentMap(analysis, layers=layers).save(tmp_path / name)
        page = visit(tmp_path / name)
        page.wait_for_selector("html[data-ready=yes]")
        return page

    page = draw("day.html", day(2015, 8, 4), day(2015, 8, 4))
    assert page.locator(".timeline .range").inner_text() == "4 August 2015"
    assert page.locator(".brush, .play").count() == 0
    year = When(
        start=dt.date(2015, 1, 1), end=dt.date(2015, 12, 31), precision=Precision.YEAR,
        text="in 2015", method="absolute",
    )  # fmt: skip
    page = draw("year.html", year, day(2015, 8, 4))
    drawn = page.locator(".bar").evaluate_all("all => all.map((bar) => bar.getAttribute('d'))")
    pieces = [path.count("M") for path in drawn]
    assert pieces == [0, 1, 53]  # weeks of the year; the mine's own one; the year has all
    assert page.locator(".ticks span").count() >= 3


def test_the_file_from_the_page_says_what_the_program_writes(visit, tmp_path, layers):
    """Columns of the same name hold the same; the page's numbers have fewer digits."""
    made = analysis()
    (check,) = check_zones([SPOT], layers)
    first = dataclasses.replace(made.incidents[0], zone=check, summary="Shots; a line, or two")
    whole = dataclasses.replace(made, incidents=(first, *made.incidents[1:]))
    IncidentMap(whole, layers=layers).save(tmp_path / "map.html")
    page = visit(tmp_path / "map.html", at="#hide-assertion=&from=1990-01-01&to=2020-12-31")
    page.wait_for_selector("html[data-ready=yes]")
    with page.expect_download() as waited:
        page.get_by_role("button", name="CSV").click()
    assert waited.value.suggested_filename == "incidents_1990-01-01_2020-12-31_filtered.csv"
    text = waited.value.path().read_text(encoding="utf-8-sig")
    ours = {row["incident_id"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    export(whole, tmp_path / "out.csv")
    written = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    theirs = {row["incident_id"]: row for row in csv.DictReader(io.StringIO(written, newline=""))}
    assert ours.keys() == theirs.keys()
    shared = ours["i0"].keys() & theirs["i0"].keys()
    assert len(shared) >= 33
    assert ours["i0"].keys() - theirs["i0"].keys() == {"sources"}
    types = {column.name: column.dtype for column in INCIDENT_COLUMNS}
    for key, row in theirs.items():
        for name in shared:
            mine, wanted = ours[key][name], row[name]
            if types[name] == "float" and wanted:
                assert float(mine) == pytest.approx(float(wanted), rel=1e-3, abs=1), name
            else:
                assert mine == wanted, (key, name)
