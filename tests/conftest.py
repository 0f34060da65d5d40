"""What the tests share: the compiled gazetteer, away from the user's cache, and a browser."""

import os
import shutil
from collections import Counter
from pathlib import Path

import hypothesis
import pytest

# A machine that does other work as well is no fault of the code.
hypothesis.settings.register_profile("project", deadline=None)
hypothesis.settings.load_profile("project")

# Read before a fixture clears every variable of the program.
_BROWSERS = {key: os.environ.get(key, "") for key in ("MAPPER_TEST_BROWSER", "MAPPER_BROWSER")}


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """Keep every test, and every process it starts, out of the user's cache and settings."""
    saved = {key: value for key, value in os.environ.items() if key.startswith("MAPPER_")}
    for key in saved:
        del os.environ[key]
    os.environ["MAPPER_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))
    os.environ["MAPPER_DATA_DIR"] = str(tmp_path_factory.mktemp("data"))
    yield
    del os.environ["MAPPER_CACHE_DIR"], os.environ["MAPPER_DATA_DIR"]
    os.environ.update(saved)


@pytest.fixture(scope="session")
def tools():
    """The layers and the gazetteer that the package ships, opened."""
    from mapper.pipeline import Tools
    from mapper.settings import load_settings

    return Tools(load_settings())


@pytest.fixture(scope="session")
def gazetteer():
    """The gazetteer alone."""
    from mapper.gazetteer import Gazetteer

    return Gazetteer.open(cache_dir=Path(os.environ["MAPPER_CACHE_DIR"]))


@pytest.fixture(scope="session")
def layers(tools):
    return tools.layers


@pytest.fixture(scope="session")
def playwright():
    """The one of this process: a second one beside it does not start."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright):
    """A real Chromium; a machine without one fails the tests, it does not skip them."""
    # The sandbox of Chromium itself needs rights that root in a container lacks.
    running = playwright.chromium.launch(
        executable_path=_find_browser(playwright), args=["--no-sandbox"]
    )
    yield running
    running.close()


@pytest.fixture
def visit(browser):
    """Open pages offline; at the end no request, no message and no dialog may have come."""
    contexts, noise = [], []

    def visit(path, *, width=1280, height=760, scheme="light", at="", also=None, reloads=0):
        """Open a page; ``also`` is the one other file that it may ask for."""
        expected = Counter({path.as_uri(): 1 + reloads})
        if also is not None:
            expected[also.as_uri()] += 1

        def hear(asked):
            address = asked.url.partition("#")[0]
            expected[address] -= 1
            if expected[address] < 0 and not address.startswith(("data:", "blob:")):
                noise.append(f"request {address}")

        contexts.append(
            browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                reduced_motion="reduce",
                offline=True,
            )
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        page.on("request", hear)
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on("dialog", lambda dialog: (noise.append(dialog.message), dialog.dismiss()))
        page.on("popup", lambda popup: noise.append(f"popup {popup.url}"))
        page.on(
            "console",
            lambda said: noise.append(said.text) if said.type in {"error", "warning"} else None,
        )
        page.goto(path.as_uri() + at)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert noise == []


def _find_browser(playwright):
    """``MAPPER_TEST_BROWSER`` (or ``MAPPER_BROWSER``), an installed one, Playwright's own."""
    for variable in ("MAPPER_TEST_BROWSER", "MAPPER_BROWSER"):
        if chosen := _BROWSERS.get(variable):
            return chosen
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"):
        if found := shutil.which(name):
            return found
    if Path(playwright.chromium.executable_path).exists():
        return playwright.chromium.executable_path
    pytest.fail("no Chromium or Chrome found; run `make test`, or set MAPPER_TEST_BROWSER")
    return None
