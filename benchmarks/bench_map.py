"""A map of many incidents: Python seconds, bytes, and seconds to a usable page.

::

    python benchmarks/bench_map.py [INCIDENTS ...]

Prints a table beside targets for 10,000 and 50,000 incidents, unless told other numbers.
The baseline is what one would first write with folium: a ``Marker`` with a ``Popup`` for each
incident, on the default map. It is timed on 1,000 incidents and scaled up (its cost
grows faster than their number, so the scaled figure flatters it), only for the first number,
and only in Python: its page needs ten files from the network. Trust the ratio, not the
absolute times.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from html import escape
from pathlib import Path

import folium

from mapper.layers import BorderLayers
from mapper.maps import IncidentMap, load_kinds
from mapper.model import (
    Analysis,
    Assertion,
    Certainty,
    Document,
    Evidence,
    Incident,
    Position,
    Precision,
    Side,
    Span,
    When,
    Where,
    ZoneCheck,
    ZoneName,
)
from mapper.text import make_document

_PER_DOCUMENT = 5
_SEED = 2026
_SENTENCE = (
    "Soldiers at post {n} said they had heard shots on the far side of the line before dawn, "
    "and the Joint Chiefs of Staff said that nobody had been hurt."
)


def _document(number: int) -> Document:
    lines = [_SENTENCE.format(n=number * _PER_DOCUMENT + n) for n in range(_PER_DOCUMENT)]
    return make_document("\n\n".join(lines), label=f"d{number}", title=f"Report {number}")


def make_analysis(count: int) -> Analysis:
    """Return ``count`` incidents along the border, five to an article."""
    rng = random.Random(_SEED)
    kinds = list(load_kinds())
    documents = [_document(number) for number in range(-(-count // _PER_DOCUMENT))]
    incidents = []
    for number in range(count):
        document = documents[number // _PER_DOCUMENT]
        words = _SENTENCE.format(n=number)
        start = document.text.index(words)
        day = dt.date(1990, 1, 1) + dt.timedelta(days=rng.randrange(13_000))
        position = Position(
            lon=rng.uniform(126.0, 128.4),
            lat=rng.uniform(37.5, 38.7),
            uncertainty_m=rng.choice((400.0, 1500.0, 9000.0, 60_000.0)),
        )
        incidents.append(
            Incident(
                incident_id=f"i{number}",
                kind=rng.choice(kinds),
                when=When(start=day, end=day, precision=Precision.DAY, text="then"),
                assertion=rng.choice((Assertion.ASSERTED, Assertion.HISTORICAL)),
                evidence=(
                    Evidence(
                        doc_id=document.doc_id,
                        span=Span(start, start + len(words)),
                        exact=words,
                    ),
                ),
                where=Where(label=f"post {number}", position=position),
                zone=ZoneCheck(
                    zone=ZoneName.SOUTH_OF_DMZ,
                    side=Side.SOUTH,
                    certainty=Certainty.POSSIBLE,
                    mdl_distance_m=-rng.uniform(0, 40_000),
                ),
                summary=f"Shots near post {number}",
            )
        )
    return Analysis(documents=tuple(documents), incidents=tuple(incidents))


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
    "switch a kind off": "document.querySelector('.legend input[data-key=shooting]').click()",
    "show the background": "document.querySelector('.legend input[data-key=historical]').click()",
    "zoom in": "incidentMap.map.setZoom(10, {animate: false})",
    "pan": "incidentMap.map.panBy([400, 100], {animate: false})",
    "brush": "(e => { e.value = 20; e.dispatchEvent(new Event('input')); })"
    "(document.querySelector('.brush.from'))",
    "search": "(e => { e.value = 'post 12'; e.dispatchEvent(new Event('input')); })"
    "(document.getElementById('search'))",
    "open the table": "document.querySelector('.switch-table').click()",
    "sort it": "document.querySelectorAll('.table-view th button')[1].click()",
}


def _load(path: Path, *, runs: int = 5) -> tuple[float, dict[str, float]]:
    """Return median seconds to a usable page, and milliseconds for each action."""
    from playwright.sync_api import sync_playwright

    browser_path = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    loads: list[float] = []
    times: dict[str, list[float]] = {name: [] for name in _ACTIONS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for _ in range(runs):
            page = browser.new_page(viewport={"width": 1280, "height": 760})
            start = time.perf_counter()
            page.goto(path.as_uri())
            page.wait_for_selector("html[data-ready=yes]")
            loads.append(time.perf_counter() - start)
            for name, action in _ACTIONS.items():
                times[name].append(
                    page.evaluate(
                        "() => { const start = performance.now(); " + action + "; "
                        "document.body.getBoundingClientRect(); "
                        "return performance.now() - start; }"
                    )
                )
            page.close()
        browser.close()
    return statistics.median(loads), {
        name: statistics.median(values) for name, values in times.items()
    }


# What 10,000 incidents may take on an idle machine of two cores, and 50,000.
_ROWS = ("Python, s", "file, MB", "usable page, s", *(f"{name}, ms" for name in _ACTIONS))
_TARGETS = dict(zip(_ROWS, (1.0, 4.0, 1.5, *(200.0 for _ in _ACTIONS)), strict=True))
_MANY_TARGETS = dict(zip(_ROWS[:3], (4.0, 15.0, 4.0), strict=True))
_TARGETS_COUNT = 10_000
_BASELINE = 1_000


def _measure(count: int, layers: BorderLayers, folder: Path) -> dict[str, float]:
    """Return the figures of a map, named as in the table."""
    analysis, path = make_analysis(count), folder / f"{count}.html"
    _ours(analysis, layers, path)  # the first time reads the layers
    seconds = statistics.median(_ours(analysis, layers, path) for _ in range(3))
    loaded, actions = _load(path, runs=5 if count <= _TARGETS_COUNT else 3)
    figures = {
        "Python, s": seconds,
        "file, MB": path.stat().st_size / 1e6,
        "usable page, s": loaded,
    }
    return figures | {f"{name}, ms": value for name, value in actions.items()}


def main(counts: Sequence[int]) -> None:
    layers = BorderLayers.load()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = [_measure(count, layers, folder) for count in counts]
        naive = folder / "naive.html"
        naive_seconds = _naive(make_analysis(_BASELINE), naive)
        scale = counts[0] / _BASELINE
        folium_figures = {
            "Python, s": naive_seconds * scale,
            "file, MB": naive.stat().st_size * scale / 1e6,
        }
        heads = [f"{count:,}" for count in counts]
        print(f"| {'Incidents':<24} | {' | '.join(f'{head:>8}' for head in heads)} |", end="")
        print(f" target at {_TARGETS_COUNT:,} | target at 50,000 |", end="")
        print(f" folium at {heads[0]} (scaled from {_BASELINE:,}) |")
        print("|" + "---|" * (len(counts) + 4))
        for row in _ROWS:
            cells = [f"{figures[row]:>8.{_digits(row)}f}" for figures in found]
            for beside in (_TARGETS, _MANY_TARGETS, folium_figures):
                cells.append(f"{beside[row]:.{_digits(row)}f}" if row in beside else "")
            print(f"| {row:<24} | {' | '.join(cells)} |")
        empty = folder / "empty.html"
        IncidentMap(Analysis(), layers=layers).save(empty)
        print(f"a map without incidents: {empty.stat().st_size / 1024:.0f} KiB (target 450)")


def _digits(row: str) -> int:
    return 0 if row.endswith("ms") else 2


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [10_000, 50_000])
