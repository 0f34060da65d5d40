"""The nouns refuse what cannot be true."""

import datetime as dt
import math

import pytest

from mapper.errors import InputError
from mapper.model import Analysis, Document, Position, Span, When


@pytest.mark.parametrize(
    "values",
    [
        {"lon": 37.956, "lat": 126.677, "uncertainty_m": 1.0},  # swapped
        {"lon": math.nan, "lat": 1.0, "uncertainty_m": 1.0},
        {"lon": 1.0, "lat": 1.0, "uncertainty_m": 0.0},
        {"lon": 1.0, "lat": 1.0, "uncertainty_m": math.nan},
        {"lon": 1.0, "lat": 1.0, "uncertainty_m": math.inf},
    ],
)
def test_a_position_refuses(values):
    with pytest.raises(InputError):
        Position(**values)


def test_a_position_takes_no_positional_pair():
    with pytest.raises(TypeError):
        Position(37.9, 126.6, 1.0)


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (5, 4)])
def test_a_span_refuses(start, end):
    with pytest.raises(InputError):
        Span(start, end)


def test_spans():
    assert Span(0, 3).overlaps(Span(2, 4))
    assert not Span(0, 3).overlaps(Span(3, 4))
    assert Span(0, 3).contains(Span(1, 3))
    assert len(Span(2, 5)) == 3


def test_when_needs_both_ends_in_order():
    day = dt.date(2018, 12, 1)
    with pytest.raises(InputError):
        When(start=day)
    with pytest.raises(InputError):
        When(start=day, end=dt.date(2018, 11, 30))


def test_an_analysis_finds_its_documents():
    document = Document(doc_id="a", text="x")
    assert Analysis(documents=(document,)).document("a") is document
    with pytest.raises(InputError, match="'b'"):
        Analysis(documents=(document,)).document("b")
