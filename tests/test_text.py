"""Text at the door: offsets stay, sentences split, boilerplate is flagged."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapper.errors import InputError
from mapper.text import clean, guess_language, make_document


def check_sentences(marked: str) -> None:
    """Check that ``|`` marks all sentence ends; flagged sentences start with ``~``."""
    parts = marked.split("|")
    text = "".join(part.removeprefix("~") for part in parts)
    document = make_document(text)
    found = [
        ("~" if document.is_boilerplate(span) else "") + document.quote(span)
        for span in document.sentences
    ]
    assert found == [part.strip() for part in parts]


def test_sentences():
    check_sentences("Shots were fired at 9 p.m. Friday near Paju. |Nobody was hurt.")
    check_sentences("Lt. Gen. Park spoke in the U.S. on Nov. 13. |He left.")
    check_sentences("A headline without a stop\n|A first sentence.")
    check_sentences("판문점에서 총격이 있었다. |부상자는 없었다.")


def test_passages_glued_without_a_space_come_apart():
    check_sentences("~Your support makes all the difference.|A soldier crossed the line.")


def test_wrapped_lines_are_one_sentence():
    lines = [
        "Three soldiers walked over the line in the early hours of the day while",
        "a thick fog lay over the valley and the guards on the southern side saw",
        "them only when they stood before the fence. They had left their post in",
        "the night. The command said that it would question them for some weeks,",
        "and that nothing unusual had been seen on the northern side of the line",
        "since then. It gave no names, no ranks and no place, as is its custom.",
    ]
    document = make_document("\n".join(lines))
    assert len(document.sentences) == 4
    assert document.quote(document.sentences[0]).startswith("Three soldiers")
    assert "\n" in document.quote(document.sentences[0])


def test_boilerplate_is_flagged_and_not_deleted():
    check_sentences(
        "A soldier crossed the line.\n"
        "|~Subscribe now for unlimited access.\n"
        "|~Quality reporting costs money.\n"
        "|~Please enter your comment!\n"
        "|The army said so."
    )


def test_a_quoted_plea_for_support_is_no_boilerplate():
    check_sentences('"We need your support," the minister told the troops at the border.')


def test_front_matter_is_metadata():
    document = make_document(
        "---\ntitle: 'Shots'\ndate: '2022-09-29'\nsource_url: https://example.org/a\n---\nText."
    )
    assert (document.title, document.url) == ("Shots", "https://example.org/a")
    assert document.published == dt.date(2022, 9, 29)
    flagged = [document.quote(span) for span in document.boilerplate]
    assert "date: '2022-09-29'" in flagged
    assert "Text." not in flagged


def test_a_front_matter_date_that_is_none_stays_unknown():
    assert make_document("---\ndate: soon\n---\nText.").published is None


@pytest.mark.parametrize(("text", "language"), [("판문점 JSA", "ko"), ("The 38선 line", "en")])
def test_language(text, language):
    assert guess_language(text) == language


def test_identity_is_the_content():
    assert make_document("a", label="x").doc_id == make_document("a", label="x").doc_id
    assert make_document("a", label="x").doc_id != make_document("a", label="y").doc_id


def test_text_must_be_text():
    with pytest.raises(InputError, match="bytes"):
        make_document(b"abc")


@given(st.text(max_size=400))
def test_offsets_are_sacred(text):
    document = make_document(text)
    assert len(document.text) == len(text)
    document.text.encode("utf-8")  # no lone surrogate is left
    at = 0
    for span in document.sentences:
        assert span.start >= at
        assert document.quote(span).strip() == document.quote(span) != ""
        at = span.end
    assert set(document.boilerplate) <= set(document.sentences)
    covered = "".join(document.quote(span) for span in document.sentences)
    assert "".join(covered.split()) == "".join(clean(text).split())


def test_a_sentence_goes_on_after_a_break_even_in_a_short_text():
    check_sentences(
        "Shots at a guard post\n"
        "|SEOUL, April 3 - North Korean troops fired several\n"
        "rounds at a South Korean guard post near\n"
        "Cheorwon on Friday morning, the\n"
        "Joint Chiefs of Staff said. |Nobody was\n"
        "hurt.\n\n"
        "|A patrol later found bullet marks 12 km\n"
        "north of Yeoncheon."
    )
    check_sentences("Places:\n|Paju\n|Cheorwon\n|Panmunjom")
    check_sentences("A soldier crossed the line.\n|The army said so.")
