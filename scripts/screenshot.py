"""Take pictures of a map as its users see it.

    python scripts/screenshot.py --all output/screenshots     the whole set, for a person to look at
    python scripts/screenshot.py --docs docs/images           those that README and docs show
    python scripts/screenshot.py --references                 those that the tests compare with

The maps are made from the examples and from made-up news, unless a page is given:
``python scripts/screenshot.py output/demo.html --all output/screenshots``. Needs a browser
(MAPPER_TEST_BROWSER, as `make test` finds it); the first two need a font with Hangul, the
references bring their fonts along, so that they look the same on every machine.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

if TYPE_CHECKING:
    from mapper.model import Analysis
    from mapper.pipeline import Tools

ROOT = Path(__file__).parents[1]
REFERENCES = ROOT / "tests" / "data" / "pictures"
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
SHOOTING, SEVERAL = "guard_post_shooting", "several"
# Glyphs without the hinting of one machine; Chromium's own sandbox needs rights that root in a
# container lacks.
ARGUMENTS = ["--no-sandbox", "--font-render-hinting=none", "--disable-lcd-text"]
# A printed page may be as long as it likes; this much of it is compared.
PRINT_HEIGHT = 1400
DENSE_COUNT, DENSE_CHARS, GAPS_COUNT = 10_000, 300, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture: which map, how the page is opened, and what is done before it is taken."""

    act: Callable[[Page], None] = lambda _page: None
    made_of: Literal["examples", "table", "many", "unplaced"] = "examples"
    size: ViewportSize | None = None
    scheme: Literal["light", "dark"] = "light"
    media: Literal["screen", "print"] = "screen"


def open_incident(page: Page, *, kind: str = SHOOTING) -> None:
    """Open the first incident of a kind, or the one that most sources tell."""
    page.evaluate(
        """(kind) => {
          const all = incidentMap.model.incidents.filter((each) => each.place);
          const most = [...all].sort((a, b) => b.claims.length - a.claims.length)[0];
          const wanted = kind === "several" ? most : all.find((each) => each.kind.key === kind);
          return incidentMap.open(wanted || most, { from: "list" });
        }""",
        kind,
    )
    page.locator(".card blockquote").first.wait_for()


def open_several(page: Page) -> None:
    """Open the card in which sources stand side by side."""
    open_incident(page, kind=SEVERAL)
    page.evaluate("document.querySelector('.claims')?.scrollIntoView({block: 'end'})")


def open_mention(page: Page) -> None:
    """Ask why a name is taken for its place."""
    open_incident(page)
    page.locator("mark.open .mention, .mention").first.click()


def open_tab(name: str) -> Callable[[Page], None]:
    """Return what opens a tab of the panel."""
    return lambda page: page.locator(f"#tab-{name}").click()


def press(selector: str) -> Callable[[Page], None]:
    """Return what clicks on something."""
    return lambda page: page.locator(selector).first.click()


def ask_point(page: Page) -> None:
    """Click on the map beside the line."""
    page.evaluate(
        "incidentMap.map.fire('click', { latlng: L.latLng(38.26, 127.45) });"
        "void incidentMap.map.setView([38.26, 127.45], 11, {animate: false})"
    )


def close_in(page: Page) -> None:
    """Go as near as the map lets one."""
    page.evaluate("void incidentMap.map.setView([37.956, 126.677], 13, {animate: false})")


def to_paper(page: Page) -> None:
    """Have the page make its printed part."""
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")


def open_in_korean(page: Page) -> None:
    """Switch the page's language, then open an incident."""
    press(".language")(page)
    open_incident(page)


def open_phone_table(page: Page) -> None:
    """Raise the sheet, whose tools open the table."""
    press(".handle")(page)
    press(".switch-table")(page)


SHOTS = {
    "desktop": Shot(),
    "card": Shot(act=open_incident),
    "claims": Shot(act=open_several),
    "mention": Shot(act=open_mention),
    "list": Shot(act=open_tab("list")),
    "gaps": Shot(act=open_tab("gaps")),
    "about": Shot(act=open_tab("about")),
    "table": Shot(act=press(".switch-table")),
    "point": Shot(act=ask_point),
    "close": Shot(act=close_in),
    "dark": Shot(act=open_incident, scheme="dark"),
    "korean": Shot(act=open_in_korean),
    "print": Shot(act=to_paper, media="print"),
    "phone": Shot(size=PHONE),
    "phone-card": Shot(size=PHONE, act=open_incident),
    "phone-legend": Shot(size=PHONE, act=press(".legend summary")),
    "phone-table": Shot(size=PHONE, act=open_phone_table),
    "incidents-only": Shot(made_of="table", act=open_incident),
    "dense": Shot(made_of="many"),
    "unplaced": Shot(made_of="unplaced", act=open_tab("gaps")),
}
# What the tests compare: every layout, every medium, much and nothing on the map.
COMPARED = (
    "desktop",
    "card",
    "claims",
    "table",
    "close",
    "dark",
    "korean",
    "print",
    "phone",
    "phone-card",
    "dense",
    "unplaced",
)
# Name of the committed picture, the shot it is, and its size.
DOCS: dict[str, tuple[str, ViewportSize]] = {
    "map": ("card", {"width": 1440, "height": 920}),
    "map-claims": ("claims", {"width": 1280, "height": 800}),
    "map-table": ("table", {"width": 1280, "height": 640}),
    "map-phone": ("phone-card", PHONE),
}


# -- maps ------------------------------------------------------------------------------------


def analyze_examples(tools: Tools) -> Analysis:
    """Return what is found in the example dispatches."""
    from mapper.files import examples_dir
    from mapper.pipeline import analyze
    from mapper.sources import list_files, read

    return analyze(read(list_files([examples_dir()]), settings=tools.settings), tools=tools)


def make_map(made_of: str, tools: Tools, folder: Path) -> Path:
    """Write one of the maps that pictures are taken of."""
    # The benchmarks' made-up news; their folder is on the path of the tests already.
    if str(ROOT / "benchmarks") not in sys.path:
        sys.path.append(str(ROOT / "benchmarks"))
    import made_news

    from mapper.maps import IncidentMap

    if made_of == "examples":
        analysis = analyze_examples(tools)
    elif made_of == "table":
        from mapper.incident_tables import analyze_table

        # The register of documented incidents, read as a user's table without articles.
        analysis = analyze_table(ROOT / "geodata" / "incidents" / "register.csv", tools=tools)
    elif made_of == "many":
        analysis = made_news.make_analysis(DENSE_COUNT, chars=DENSE_CHARS)
    else:
        analysis = made_news.make_analysis(GAPS_COUNT, placed=False)
    file = folder / f"{made_of}.html"
    IncidentMap(analysis, layers=tools.layers, title=f"Map of {made_of}").save(file)
    return file


# -- pictures --------------------------------------------------------------------------------


def box_font() -> bytes:
    """Return a font in which every sign of Hangul is the same box.

    No package that the tests install has Hangul, and no two machines have the same. The page's
    Korean is what others tests read; how it lies on the page is what a picture can show.
    """
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    pen = TTGlyphPen(None)
    for corners in (
        [(90, -60), (90, 780), (870, 780), (870, -60)],
        [(170, 20), (790, 20), (790, 700), (170, 700)],
    ):
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
    box = pen.glyph()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", "box"])
    signs = CmapSubtable.newSubtable(12)
    signs.platformID, signs.platEncID, signs.language = 3, 10, 0
    blocks = ((0x1100, 0x1200), (0x3000, 0x3200), (0xAC00, 0xD7A4), (0xFF00, 0xFF60))
    signs.cmap = {code: "box" for block in blocks for code in range(*block)}
    font.font["cmap"] = cmap = newTable("cmap")
    cmap.tableVersion, cmap.tables = 0, [signs]
    font.setupGlyf({".notdef": box, "box": box})
    font.setupHorizontalMetrics({".notdef": (940, 90), "box": (940, 90)})
    # Of DejaVu Sans: a line is as high with boxes as without.
    font.setupHorizontalHeader(ascent=928, descent=-236)
    font.setupNameTable({"familyName": "Box", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


def less_font(file: Path) -> bytes:
    """Return a font with the letters and signs of our pages only, which is opened faster."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    written = io.BytesIO()
    with TTFont(file, lazy=True) as font:
        for table in ("FFTM", "GPOS", "GSUB", "GDEF"):
            if table in font:
                del font[table]
        subsetter = Subsetter(Options(hinting=False))
        subsetter.populate(
            unicodes=[*range(0x20, 0x180), *range(0x2000, 0x2400), *range(0x25A0, 0x2600)]
        )
        subsetter.subset(font)
        font.save(written)
    return written.getvalue()


@cache
def steady_fonts() -> str:
    """Return a script that draws a page in fonts that come with the tests.

    DejaVu Sans, which matplotlib brings along, and boxes for Hangul: what fonts a machine has
    must not change a picture that is compared.
    """
    import matplotlib

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    faces = [
        ("Steady", "100 500", less_font(folder / "DejaVuSans.ttf")),
        ("Steady", "501 900", less_font(folder / "DejaVuSans-Bold.ttf")),
        ("Steady Box", "100 900", box_font()),
    ]
    added = [
        f"add({family!r}, {weight!r}, {base64.b64encode(font).decode()!r});"
        for family, weight, font in faces
    ]
    return (
        """(() => {
          const add = (family, weight, text) => document.fonts.add(new FontFace(family,
            Uint8Array.from(atob(text), (char) => char.charCodeAt(0)), { weight }));
          const sheet = new CSSStyleSheet();
          sheet.replaceSync('* { font-family: "Steady", "Steady Box" !important;'
            + ' text-rendering: geometricPrecision !important; }');
          document.adoptedStyleSheets = [sheet];"""
        + "".join(added)
        + "})();"
    )


def open_shot(browser: Browser, file: Path, shot: Shot, *, steady: bool) -> BrowserContext:
    """Open the map offline and do what the shot says; the page is the context's only one."""
    context = browser.new_context(
        viewport=shot.size or DESKTOP,
        color_scheme=shot.scheme,
        reduced_motion="reduce",
        locale="en-US",
        timezone_id="UTC",
        offline=True,
    )
    if steady:
        context.add_init_script(steady_fonts())
    page = context.new_page()
    page.goto(file.resolve().as_uri())
    page.wait_for_selector("html[data-ready=yes]")
    shot.act(page)
    if shot.media == "print":
        page.emulate_media(media="print")
    return context


# Until nothing has moved for some frames: map, popup, what is scrolled; two seconds at most.
STAND_STILL = """async () => {
  await document.fonts.ready;
  const where = () => JSON.stringify([".leaflet-map-pane", ".leaflet-popup", "mark.open", ".claims"]
    .map((name) => document.querySelector(name)?.getBoundingClientRect()));
  let before = "";
  for (let still = 0, frame = 0; still < 4 && frame < 120; frame += 1) {
    await new Promise(requestAnimationFrame);
    still = where() === before ? still + 1 : 0;
    before = where();
  }
}"""


def look(page: Page, *, whole: bool = False) -> Image.Image:
    """Return what is seen once the page stands still; ``whole`` is a printed one."""
    page.evaluate(STAND_STILL)
    raw = page.screenshot(full_page=whole, animations="disabled")
    picture = Image.open(io.BytesIO(raw)).convert("RGB")
    return picture.crop((0, 0, picture.width, min(picture.height, PRINT_HEIGHT)))


def take(browser: Browser, file: Path, shot: Shot, *, steady: bool = False) -> Image.Image:
    """Return the picture of one shot."""
    context = open_shot(browser, file, shot, steady=steady)
    picture = look(context.pages[0], whole=shot.media == "print")
    context.close()
    return picture


def pack(picture: Image.Image) -> bytes:
    """Return a picture as a reference is kept: half as large, as WebP."""
    written = io.BytesIO()
    picture.reduce(2).save(written, "WEBP", quality=65, method=4)
    return written.getvalue()


def find_browser() -> str | None:
    """Return the browser that the tests use, or ``None`` for Playwright's own."""
    named = os.environ.get("MAPPER_TEST_BROWSER")
    return named or next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)


class _Maps:
    """The maps, each made when it is first asked for; one given page stands for the first."""

    def __init__(self, folder: Path, given: Path | None) -> None:
        self.folder = folder
        self.made: dict[str, Path] = {} if given is None else {"examples": given}
        self._tools: Tools | None = None

    def of(self, made_of: str) -> Path:
        if made_of not in self.made:
            if self._tools is None:
                from mapper.pipeline import Tools
                from mapper.settings import load_settings

                self._tools = Tools(load_settings())
            self.made[made_of] = make_map(made_of, self._tools, self.folder)
        return self.made[made_of]


def write_all(browser: Browser, maps: _Maps, folder: Path, names: Iterable[str]) -> None:
    """Write pictures as they are, as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        take(browser, maps.of(SHOTS[name].made_of), SHOTS[name]).save(folder / f"{name}.png")


def write_docs(browser: Browser, maps: _Maps, folder: Path) -> None:
    """Write the pictures of the docs: WebP, which every browser and code host shows."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (shot, size) in DOCS.items():
        picture = take(browser, maps.of(SHOTS[shot].made_of), replace(SHOTS[shot], size=size))
        picture.save(folder / f"{name}.webp", quality=88, method=6)


def write_references(browser: Browser, maps: _Maps, names: Iterable[str]) -> None:
    """Write the pictures that the tests compare with, small."""
    REFERENCES.mkdir(parents=True, exist_ok=True)
    for name in names:
        shot = SHOTS[name]
        picture = take(browser, maps.of(shot.made_of), shot, steady=True)
        (REFERENCES / f"{name}.webp").write_bytes(pack(picture))


def main() -> None:
    """Take all pictures, those of the docs, those of the tests, or some of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("page", type=Path, nargs="?", help="a map; else that of the examples")
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="the whole set, as PNG")
    parser.add_argument("--docs", type=Path, metavar="FOLDER", help="those of the docs, as WebP")
    parser.add_argument("--references", action="store_true", help="those of the tests")
    parser.add_argument("--only", nargs="+", choices=sorted(SHOTS), default=list(SHOTS))
    options = parser.parse_args()
    if not (options.all or options.docs or options.references):
        parser.error("say which pictures: --all FOLDER, --docs FOLDER or --references")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        maps = _Maps(Path(folder), options.page)
        if options.all:
            write_all(browser, maps, options.all, options.only)
        if options.docs:
            write_docs(browser, maps, options.docs)
        if options.references:
            # A map that is given says nothing about those that the tests make.
            wanted = [name for name in COMPARED if name in options.only]
            write_references(browser, _Maps(Path(folder), None), wanted)
        browser.close()


if __name__ == "__main__":
    main()
