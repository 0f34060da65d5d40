"""Signs of a figure: apart from each other, as near to their places as can be."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapper.maps.signs import join_numbers, spread

FRAME = (0.0, 0.0, 400.0, 300.0)
places = st.lists(st.tuples(st.floats(6, 380), st.floats(6, 294), st.floats(0, 14)), max_size=40)


@given(places)
def test_no_sign_covers_another(given_places):
    wanted = [(x, y) for x, y, _ in given_places]
    widths = [width for *_, width in given_places]
    stand = spread(wanted, widths, frame=FRAME)
    boxes = [
        (x - 5.5, y - 5.5, x + 5.5 + width, y + 5.5)
        for (x, y), width in zip(stand, widths, strict=True)
    ]
    for one, other in itertools.combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart
    for box in boxes:
        assert min(box) >= 0
        assert box[2] <= 400
        assert box[3] <= 300


def test_the_first_keeps_its_place_and_the_next_moves_least():
    stand = spread([(50, 50), (50, 50), (90, 90)], [0, 0, 0], frame=FRAME)
    assert stand[0] == (50, 50)
    assert math.dist(stand[1], (50, 50)) == 12
    assert stand[2] == (90, 90)


def test_what_lies_outside_stays_outside():
    assert spread([(-20, 50), (500, 50)], [5, 5], frame=FRAME) == [(-20, 50), (500, 50)]


@pytest.mark.parametrize(
    ("numbers", "text"),
    [([], ""), ([4], "4"), ([2, 1], "1, 2"), ([1, 2, 3], "1–3"), ([1, 3, 5, 6, 7], "1, 3, 5–7")],
)
def test_numbers_read_as_a_person_writes_them(numbers, text):
    assert join_numbers(numbers) == text
