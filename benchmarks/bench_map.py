"""A map of many incidents: Python seconds, bytes, and seconds to a usable page.

::

    python benchmarks/bench_map.py [INCIDENTS ...] [--load-folium]

Prints a table beside targets for 10,000 and 50,000 incidents, unless told other numbers: medians
of several runs, each in a new page. The articles are made up, five incidents to each 3 KB, and
vary as news do (``made_news.py``).

The baseline is what one would first write with folium: a ``Marker`` with a ``Popup`` for each
incident, on the default map. It is made whole, for the first number of incidents. With
``--load-folium`` its page is opened as well (a minute for 10,000): without a network, its Leaflet
comes from the installed package, the one function that it calls of jQuery from a few lines, all
other files and all tiles are answered with nothing. That flatters it. Trust the ratio, not the
absolute times.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from html import escape
from pathlib import Path

import folium
import made_news
from playwright.sync_api import Browser, Page, Route, sync_playwright

from mapper.layers import BorderLayers
from mapper.maps import IncidentMap
from mapper.maps.vendor import load_vendors
from mapper.model import Analysis

Figures = dict[str, float]


def _ours(analysis: Analysis, layers: BorderLayers, path: Path) -> float:
    start = time.perf_counter()
    IncidentMap(analysis, layers=layers, title="Benchmark").save(path)
    return time.perf_counter() - start


def _naive(analysis: Analysis, path: Path) -> float:
    texts = {document.doc_id: document.text for document in analysis.documents}
    start = time.perf_counter()
    naive = folium.Map([38, 127.2], zoom_start=8)
    for incident in analysis.incidents:
        assert incident.where is not None
        at = incident.where.position
        quote = incident.evidence[0]
        text = escape(texts[quote.doc_id][quote.span.slice])
        folium.Marker(
            [at.lat, at.lon], popup=folium.Popup(f"<b>{incident.kind}</b><p>{text}</p>")
        ).add_to(naive)
    naive.save(path)
    return time.perf_counter() - start


# What a person does, each timed until the page is laid out again.
_ACTIONS = {
    "zoom in": "incidentMap.map.setZoom(10, {animate: false})",
    "pan": "incidentMap.map.panBy([400, 100], {animate: false})",
    "switch a kind off": "document.querySelector('.legend input[data-key=shooting]').click()",
    "show the background": "document.querySelector('.legend input[data-key=historical]').click()",
    "brush": "(e => { e.value = 20; e.dispatchEvent(new Event('input')); })"
    "(document.querySelector('.brush.from'))",
    "search": "(e => { e.value = 'ferry'; e.dispatchEvent(new Event('input')); })"
    "(document.getElementById('search'))",
    "open the table": "document.querySelector('.switch-table').click()",
    "sort it": "document.querySelectorAll('.table-view th button')[1].click()",
}
_FOLIUM_MAP = "Object.values(window).find((each) => each instanceof L.Map)"
_FOLIUM_ACTIONS = {
    "zoom in": f"{_FOLIUM_MAP}.setZoom(10, {{animate: false}})",
    "pan": f"{_FOLIUM_MAP}.panBy([400, 100], {{animate: false}})",
}


def _timed(page: Page, action: str) -> float:
    """Return the milliseconds that an action and the layout after it take."""
    found: float = page.evaluate(
        f"() => {{ const start = performance.now(); {action}; "
        "document.body.getBoundingClientRect(); return performance.now() - start; }"
    )
    return found


def _load(browser: Browser, path: Path, *, runs: int) -> Figures:
    """Return median seconds to a usable page, and milliseconds for each action."""
    times: dict[str, list[float]] = {name: [] for name in ("usable page, s", *_ACTIONS)}
    for _ in range(runs):
        page = browser.new_page(viewport={"width": 1280, "height": 760})
        start = time.perf_counter()
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready=yes]")
        times["usable page, s"].append(time.perf_counter() - start)
        for name, action in _ACTIONS.items():
            times[name].append(_timed(page, action))
        page.close()
    return {_row(name): statistics.median(values) for name, values in times.items()}


def _row(name: str) -> str:
    return name if name.endswith(", s") else f"{name}, ms"


# All that folium's popups ask of jQuery.
_JQUERY = """window.$ = window.jQuery = (markup) => {
  const template = document.createElement("template");
  template.innerHTML = markup.trim();
  return [template.content.firstElementChild];
};"""


def _answer(route: Route) -> None:
    """Stand in for the network that folium's page asks."""
    address = route.request.url
    leaflet = load_vendors()[0]
    if address.startswith("file:"):
        route.continue_()
    elif address.endswith("/leaflet.js"):
        route.fulfill(content_type="text/javascript", body=leaflet.script)
    elif address.endswith("/leaflet.css"):
        route.fulfill(content_type="text/css", body=leaflet.style)
    elif "jquery" in address:
        route.fulfill(content_type="text/javascript", body=_JQUERY)
    else:
        route.fulfill(body="")


def _load_naive(browser: Browser, path: Path, count: int) -> Figures:
    page = browser.new_page(viewport={"width": 1280, "height": 760})
    page.set_default_timeout(0)
    page.route("**/*", _answer)
    start = time.perf_counter()
    page.goto(path.as_uri())
    # The last marker is on the map, and the page answers.
    page.wait_for_function(
        f"document.querySelectorAll('.leaflet-marker-pane > *').length >= {count}"
    )
    found = {"usable page, s": time.perf_counter() - start}
    for name, action in _FOLIUM_ACTIONS.items():
        found[_row(name)] = _timed(page, action)
    page.close()
    return found


# What 10,000 incidents may take on an idle machine of two cores, and 50,000.
_ROWS = ("Python, s", "file, MB", "usable page, s", *map(_row, _ACTIONS))
_TARGETS = dict(zip(_ROWS, (1.0, 4.0, 1.5, *(200.0 for _ in _ACTIONS)), strict=True))
_MANY_TARGETS = dict(zip(_ROWS[:3], (4.0, 15.0, 4.0), strict=True))
_TARGETS_COUNT = 10_000


def _measure(analysis: Analysis, layers: BorderLayers, browser: Browser, folder: Path) -> Figures:
    """Return the figures of a map, named as in the table."""
    count = len(analysis.incidents)
    path = folder / f"{count}.html"
    _ours(analysis, layers, path)  # the first time reads the layers
    seconds = statistics.median(_ours(analysis, layers, path) for _ in range(3))
    figures = {"Python, s": seconds, "file, MB": path.stat().st_size / 1e6}
    return figures | _load(browser, path, runs=5 if count <= _TARGETS_COUNT else 3)


def _print_table(heads: Sequence[str], columns: Sequence[Figures]) -> None:
    print(f"| {'Incidents':<24} | {' | '.join(f'{head:>8}' for head in heads)} |")
    print("|" + "---|" * (len(heads) + 1))
    for row in _ROWS:
        digits = 0 if row.endswith("ms") else 2
        cells = [f"{c[row]:.{digits}f}" if row in c else "" for c in columns]
        widths = [max(8, len(head)) for head in heads]
        padded = [f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True)]
        print(f"| {row:<24} | {' | '.join(padded)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("incidents", type=int, nargs="*", default=[10_000, 50_000])
    parser.add_argument("--load-folium", action="store_true", help="open folium's page as well")
    options = parser.parse_args()
    layers = BorderLayers.load()
    browser_path = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        before = os.getloadavg()[0]
        analyses = [made_news.make_analysis(count) for count in options.incidents]
        found = [_measure(analysis, layers, browser, folder) for analysis in analyses]
        naive = folder / "naive.html"
        baseline = {"Python, s": _naive(analyses[0], naive)}
        baseline["file, MB"] = naive.stat().st_size / 1e6
        if options.load_folium:
            baseline |= _load_naive(browser, naive, options.incidents[0])
        browser.close()
        heads = [f"{count:,}" for count in options.incidents]
        _print_table(
            [*heads, "target at 10,000", "target at 50,000", f"folium at {heads[0]}"],
            [*found, _TARGETS, _MANY_TARGETS, baseline],
        )
        empty = folder / "empty.html"
        IncidentMap(Analysis(), layers=layers).save(empty)
        print(f"a map without incidents: {empty.stat().st_size / 1024:.0f} KiB (target 450)")
        print(f"load average of the machine before the run: {before:.1f}")


if __name__ == "__main__":
    main()
