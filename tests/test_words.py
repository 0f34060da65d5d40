"""Words in columns, areas drawn once: what is quick says the same as what is plain."""

from __future__ import annotations

import math
import unicodedata

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapper.gazetteer import Words, word_key
from mapper.geoparsing import geoparse
from mapper.model import MentionKind
from mapper.resolution.shapes import area_km2

pieces = st.sampled_from(
    ["Paju", "Ch'orwon", "U.S.", " ", "\n", ", ", "e\u0301", "파주", "’s", "_"]
)


@given(st.one_of(st.text(max_size=60), st.lists(pieces, max_size=30).map("".join)))
def test_words_and_gaps_make_up_the_text(text):
    words = Words(text)
    assert len(words) == len(words.keys) == len(words.gaps)
    for at, token in enumerate(words):
        assert token == words[at]
        assert text[token.start : token.end] == token.text
        assert token.key == word_key(token.text)
        until = words.starts[at + 1] if at + 1 < len(words) else None
        assert words.gaps[at] == ("\n" if until is None else text[token.end : until])


def test_words_are_a_sequence():
    words = Words("Shots near Paju.")
    assert words[1:] == [words[1], words[-1]]
    assert [word.text for word in reversed(words)] == ["Paju", "near", "Shots"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_decomposed_words_hold_together(form):
    text = unicodedata.normalize(form, "Łódź, Ch'ŏrwŏn")
    assert Words(text).keys == ["lodz", "chorwon"]


def test_a_hole_is_no_area():
    outer, inner = shapely.box(126, 37, 128, 39), shapely.box(126.5, 37.5, 127.5, 38.5)
    ring = shapely.difference(outer, inner)
    assert math.isclose(area_km2(ring), area_km2(outer) - area_km2(inner), rel_tol=1e-9)


@pytest.mark.parametrize(
    "words",
    ["12 km north of Paju", "halfway between Paju and Kaesong", "off Paju", "south of the MDL"],
)
def test_the_same_words_elsewhere_are_the_same_area(words):
    first, later = (
        next(r for r in geoparse(text) if r.mention.kind is MentionKind.RELATIVE)
        for text in (f"Shots fell {words}.", f"On Monday, they said, shots fell {words}.")
    )
    assert later.mention.span.start == first.mention.span.start + len("On Monday, they said, ")
    assert later.mention.surface == first.mention.surface
    told = [
        (r.status, r.position, r.footprint, r.area_km2, r.reason, r.method) for r in (first, later)
    ]
    assert told[0] == told[1]


def test_names_in_another_order_are_another_area():
    areas = [
        next(r for r in geoparse(text) if r.mention.kind is MentionKind.RELATIVE)
        for text in ("Shots fell 12 km north of Paju.", "Shots fell 12 km north of Suwon.")
    ]
    assert areas[0].position != areas[1].position
