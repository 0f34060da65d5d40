"""The map looks as it did: pictures of it beside those that a developer looked at.

Text is drawn in fonts that come with the tests and without hinting, so that the fonts of a
machine do not matter. A picture is compared in squares of eight pixels, blurred, each with the
nearest of its neighbours: a glyph that another Chromium draws a little differently is no change.
Measured: the same page differs by at most 1 of 255 in any square, on a machine with one other
font and with full hinting too; of the kinds of damage below, the least changes 20 squares by
more than ``CHANGED``.

`python scripts/screenshot.py --references` renews the pictures; look at them before you commit.
"""

from __future__ import annotations

import functools
import io
import itertools
import os
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
import screenshot
from PIL import Image, ImageFilter

pytestmark = pytest.mark.browser

# Asked before a fixture of all tests clears every variable of the program.
BROWSER = screenshot.find_browser()
SHOWN = screenshot.ROOT / "output" / "visual"
SQUARE = 4  # pixels of a reference, each of which is two of the screen
BLUR = 1.5
CHANGED = 16  # of 255, in the channel that differs most
ALLOWED = 8  # squares that may look different: two letters


@pytest.fixture(scope="module")
def launch(playwright):
    """Start a Chromium that draws letters as their outlines say."""

    def launch(**environment):
        return playwright.chromium.launch(
            executable_path=BROWSER,
            args=screenshot.ARGUMENTS,
            env={**os.environ, **environment},
        )

    return launch


@pytest.fixture(scope="module")
def chromium(launch):
    running = launch()
    yield running
    running.close()


@pytest.fixture(scope="module")
def map_of(tools, tmp_path_factory):
    """The maps, each made when it is first asked for."""
    made = {}

    def map_of(made_of):
        if made_of not in made:
            folder = tmp_path_factory.mktemp("maps")
            made[made_of] = screenshot.make_map(made_of, tools, folder)
        return made[made_of]

    return map_of


def reference(name):
    return Image.open(screenshot.REFERENCES / f"{name}.webp").convert("RGB")


def as_kept(picture):
    """The picture as it would be kept as a reference: what WebP does to both is no change."""
    return Image.open(io.BytesIO(screenshot.pack(picture))).convert("RGB")


def squares(picture):
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(BLUR)).reduce(SQUARE), np.int16)


@functools.cache
def reference_squares(name):
    return squares(reference(name))


def difference(one, other):
    """By how much each square differs from those around the same place in the other picture."""
    height, width = min(one.shape[0], other.shape[0]), min(one.shape[1], other.shape[1])
    wide = np.pad(other[:height, :width], ((1, 1), (1, 1), (0, 0)), mode="edge")
    around = [
        np.abs(one[:height, :width] - wide[y : y + height, x : x + width]).max(axis=2)
        for y, x in itertools.product(range(3), repeat=2)
    ]
    found = np.full(np.maximum(one.shape[:2], other.shape[:2]), 255)
    found[:height, :width] = np.minimum.reduce(around)
    return found


def changed(one, other):
    """Which squares look different, seen from either side."""
    return np.maximum(difference(one, other), difference(other, one)) > CHANGED


def show_difference(name, picture, where):
    """Write what was seen, and the reference with the changed squares marked red."""
    SHOWN.mkdir(parents=True, exist_ok=True)
    picture.save(SHOWN / f"{name}.png")
    size = (where.shape[1] * SQUARE, where.shape[0] * SQUARE)
    mask = Image.fromarray((where * 255).astype(np.uint8)).resize(size, Image.Resampling.NEAREST)
    marked = Image.new("RGB", size, "white")
    marked.paste(reference(name))
    marked.paste(Image.blend(marked, Image.new("RGB", size, "red"), 0.6), mask=mask)
    marked.save(SHOWN / f"{name}-difference.png")
    return SHOWN / f"{name}-difference.png"


def check(name, picture):
    kept = as_kept(picture)
    where = changed(squares(kept), reference_squares(name))
    if where.sum() > ALLOWED:
        file = show_difference(name, kept, where)
        pytest.fail(
            f"the map looks different: {where.sum()} squares of picture {name!r}, marked in {file}"
            f" (what was seen: {SHOWN / name}.png). If it should: "
            "`python scripts/screenshot.py --references`, look at the pictures, commit them."
        )


@pytest.mark.parametrize("name", screenshot.COMPARED)
def test_it_looks_as_it_did(chromium, map_of, name):
    shot = screenshot.SHOTS[name]
    check(name, screenshot.take(chromium, map_of(shot.made_of), shot, steady=True))


def test_the_references_are_those_of_the_shots_and_small():
    files = {file.stem: file.stat().st_size for file in screenshot.REFERENCES.iterdir()}
    assert set(files) == set(screenshot.COMPARED)
    assert sum(files.values()) < 400_000


# -- the eye itself --------------------------------------------------------------------------

# What breaks in practice, and the style that breaks it so.
DAMAGE = {
    "no markers": ".leaflet-marker-pane { display: none }",
    "no DMZ": "path.dmz_north, path.dmz_south { display: none }",
    "another color": "path.place-shape { fill: #2a2 !important }",
    "no panel": "#panel { visibility: hidden }",
    "the legend is 60 px to the right": ".legend { transform: translateX(60px) }",
    "the legend is 60 px down": ".legend { transform: translateY(60px) }",
    "the card is under the edge": ".leaflet-popup-pane { transform: translateY(-120px) }",
    "the timeline lost its bars": ".timeline svg, .timeline .bars { display: none }",
    "larger letters": "#panel { zoom: 1.06 }",
}


@pytest.fixture(scope="module")
def card(chromium, map_of):
    """The page with a card open, and its picture."""
    context = screenshot.open_shot(
        chromium, map_of("examples"), screenshot.SHOTS["card"], steady=True
    )
    page = context.pages[0]
    yield page, squares(as_kept(screenshot.look(page)))
    context.close()


def add_style(page, style):
    page.evaluate(
        """(style) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(style);
          document.adoptedStyleSheets = [document.adoptedStyleSheets[0], sheet];
        }""",
        style,
    )


def test_any_damage_is_seen(card):
    page, whole = card
    found = {}
    for name, style in DAMAGE.items():
        add_style(page, style)
        found[name] = int(changed(squares(as_kept(screenshot.look(page))), whole).sum())
    add_style(page, "")
    assert {name: count for name, count in found.items() if count < 2 * ALLOWED} == {}
    # The same page again is the same picture.
    assert changed(squares(as_kept(screenshot.look(page))), whole).sum() == 0


def test_no_picture_passes_for_another():
    """Korean in an English page, dark in a light one, a card that is not there: all are seen."""
    for one, other in itertools.combinations(screenshot.COMPARED, 2):
        assert changed(reference_squares(one), reference_squares(other)).sum() > 2 * ALLOWED, (
            one,
            other,
        )


def test_a_machine_with_other_fonts_sees_the_same(launch, map_of, card, tmp_path):
    """One odd font is all that this Chromium can find."""
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    odd = Path(mpl.get_data_path()) / "fonts" / "ttf" / "STIXGeneralBolIta.ttf"
    (fonts / odd.name).write_bytes(odd.read_bytes())
    (tmp_path / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{fonts}</dir><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    shot = screenshot.SHOTS["card"]
    running = launch(FONTCONFIG_FILE=str(tmp_path / "fonts.conf"))
    there = screenshot.take(running, map_of("examples"), shot, steady=True)
    running.close()
    assert changed(squares(as_kept(there)), card[1]).sum() <= ALLOWED
