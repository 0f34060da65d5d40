"""Evidence: the exact words, their surroundings, and an address that opens them."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapper.evidence import make_evidence, text_fragment_url
from mapper.model import Span
from mapper.text import make_document

URL = "https://news.example/2021/swimmer"


def check(marked: str, *, prefix: str, suffix: str, fragment: str) -> None:
    """Quote what stands between ``[`` and ``]``."""
    start, end = marked.index("["), marked.index("]") - 1
    document = make_document(marked.replace("[", "").replace("]", ""), url=URL)
    evidence = make_evidence(document, Span(start, end))
    assert evidence.exact == document.quote(evidence.span)
    assert (evidence.prefix, evidence.suffix) == (prefix, suffix)
    assert evidence.url == f"{URL}#:~:text={fragment}"


def test_surroundings_are_whole_words() -> None:
    check(
        "Officials were asked about it. [A swimmer landed.] "
        "Nobody had noticed the man for six hours.",
        prefix="Officials were asked about it. ",
        suffix=" Nobody had noticed the man for",
        fragment="A%20swimmer%20landed.",
    )


def test_white_space_round_a_quote_is_left_out() -> None:
    check("One. [ Two, three-four ]", prefix="One.  ", suffix=" ", fragment="Two%2C%20three%2Dfour")


def test_korean_and_emoji_keep_their_offsets() -> None:
    check(
        "🇰🇷 [병사가 귀순했다.] 끝.",
        prefix="🇰🇷 ",
        suffix=" 끝.",
        fragment="%EB%B3%91%EC%82%AC%EA%B0%80%20%EA%B7%80%EC%88%9C%ED%96%88%EB%8B%A4.",
    )


def test_a_long_quote_is_given_by_its_two_ends() -> None:
    words = [f"w{n}" for n in range(90)]
    url = text_fragment_url(URL, " ".join(words))
    start, end = unquote(url.split(":~:text=")[1]).split(",")
    assert start.split() == words[:6]
    assert end.split() == words[-6:]


@pytest.mark.parametrize(
    "url", ["", "file:///etc/passwd", "javascript:alert(1)", "ftp://a/b", "http://", "https://[bad"]
)
def test_only_web_addresses_get_a_fragment(url: str) -> None:
    assert text_fragment_url(url, "Shots") == ""


def test_an_anchor_of_the_address_is_kept() -> None:
    assert text_fragment_url(URL + "#live", "Shots") == f"{URL}#live:~:text=Shots"
    assert text_fragment_url(URL + "#:~:text=old", "Shots") == f"{URL}#:~:text=Shots"


@given(st.text(min_size=1), st.text(max_size=20))
def test_a_fragment_never_leaves_its_place(exact: str, tail: str) -> None:
    document = make_document(exact + tail, url="https://a.example/x")
    evidence = make_evidence(document, Span(0, len(exact)))
    assert document.quote(evidence.span) == evidence.exact
    fragment = evidence.url.partition(":~:text=")[2]
    assert not set(fragment) & set("&\"'<> \n#-")
    assert fragment.count(",") <= 1


def test_words_that_stand_twice_are_told_apart_by_what_stands_before():
    text = "Shots were fired. Calm came back, they said. Then shots rang: Shots were fired."
    document = make_document(text, url=URL)
    first = make_evidence(document, Span(0, 17))
    again = make_evidence(document, Span(len(text) - 17, len(text)))
    assert first.url == f"{URL}#:~:text=Shots%20were%20fired."
    assert again.url == f"{URL}#:~:text=said.%20Then%20shots%20rang%3A-,Shots%20were%20fired."


def test_marks_of_markdown_are_not_looked_for_in_a_page():
    url = text_fragment_url(URL, "## **Two** men ran to [the post](https://news.example/b)")
    assert url == f"{URL}#:~:text=Two%20men%20ran%20to%20the%20post"
    assert text_fragment_url(URL, "**") == ""
