"""Take the README's picture: the demo map with one incident open.

    make demo && python scripts/screenshot.py output/demo.html docs/images/map.png

Needs a browser (MAPPER_TEST_BROWSER, as `make test` finds it) and a font with Hangul.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from playwright.sync_api import sync_playwright

SIZE = {"width": 1280, "height": 800}
SEARCH = "Joint Security Area"


def main() -> None:
    """Open the map offline, choose an incident, save what is seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", type=Path)
    parser.add_argument("picture", type=Path)
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("MAPPER_TEST_BROWSER"), args=["--no-sandbox"]
        )
        page = browser.new_context(viewport=SIZE, offline=True).new_page()
        page.goto(options.page.resolve().as_uri())
        page.get_by_role("tab", name="Incidents").click()
        row = page.locator("[role=tabpanel]:visible li button", has_text=SEARCH).first
        row.click()
        page.locator(".incident-popup blockquote").wait_for()
        page.get_by_role("button", name="Show in text").click()
        page.wait_for_timeout(1500)  # the map flies, the text scrolls
        options.picture.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=options.picture)
        browser.close()


if __name__ == "__main__":
    main()
