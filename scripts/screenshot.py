"""Take pictures of a map as its users see it.

    make demo && python scripts/screenshot.py output/demo.html --all output/screenshots

writes the whole set, for a person to look at. `--docs docs/images` renews the pictures that
README and docs show. Needs a browser (MAPPER_TEST_BROWSER, as `make test` finds it) and a font
with Hangul.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

DESKTOP: ViewportSize = {"width": 1400, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
SETTLE_MS = 600
SHOOTING, SEVERAL = "guard_post_shooting", "several"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture: how the page is opened, and what is done before it is taken."""

    act: Callable[[Page], None] = lambda _page: None
    at: str = ""
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
        "incidentMap.map.setView([38.26, 127.45], 11, {animate: false})"
    )


def close_in(page: Page) -> None:
    """Go as near as the map lets one."""
    page.evaluate("incidentMap.map.setView([37.956, 126.677], 13, {animate: false})")


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
}
# Name of the committed picture, the shot it is, and its size.
DOCS: dict[str, tuple[str, ViewportSize]] = {
    "map": ("card", {"width": 1280, "height": 800}),
    "map-claims": ("claims", {"width": 1280, "height": 800}),
    "map-table": ("table", {"width": 1280, "height": 640}),
    "map-phone": ("phone-card", PHONE),
}


def take(browser: Browser, page_file: Path, shot: Shot, picture: Path) -> None:
    """Open the map offline, do what the shot says, save what is seen."""
    context = browser.new_context(
        viewport=shot.size or DESKTOP,
        color_scheme=shot.scheme,
        reduced_motion="reduce",
        offline=True,
    )
    page = context.new_page()
    page.goto(page_file.resolve().as_uri() + shot.at)
    page.wait_for_selector("html[data-ready=yes]")
    shot.act(page)
    if shot.media == "print":
        page.emulate_media(media="print")
    page.wait_for_timeout(SETTLE_MS)
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=picture, full_page=shot.media == "print")
    context.close()


def write_small(browser: Browser, page_file: Path, shot: Shot, picture: Path) -> None:
    """Take a picture for the docs: WebP, which every browser and code host shows."""
    from PIL import Image

    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.png"
        take(browser, page_file, shot, raw)
        picture.parent.mkdir(parents=True, exist_ok=True)
        Image.open(raw).convert("RGB").save(picture, quality=88, method=6)


def main() -> None:
    """Take one picture, all of them, or those of the docs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("page", type=Path)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="the whole set, as PNG")
    parser.add_argument("--docs", type=Path, metavar="FOLDER", help="those of the docs, as WebP")
    parser.add_argument("--only", nargs="+", choices=sorted(SHOTS), default=sorted(SHOTS))
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("MAPPER_TEST_BROWSER"), args=["--no-sandbox"]
        )
        if options.all:
            for name in options.only:
                take(browser, options.page, SHOTS[name], options.all / f"{name}.png")
        if options.docs:
            for name, (shot, size) in DOCS.items():
                sized = SHOTS[shot]
                sized = Shot(act=sized.act, at=sized.at, size=size, scheme=sized.scheme)
                write_small(browser, options.page, sized, options.docs / f"{name}.webp")
        browser.close()


if __name__ == "__main__":
    main()
