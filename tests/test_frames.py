"""Who did what in any order and form: frames, Korean stems, and how much they catch."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapper.incidents.frame_rules import verb_forms
from mapper.incidents.frames import find_frames
from mapper.incidents.korean import attributive, told
from mapper.incidents.taxonomy import load_taxonomy
from mapper.incidents.triggers import find_triggers

# Sentences of our own in many wordings; "-" is no incident. Most of them were written before
# the rules that now read them, so what they caught at first sight was far less.
WORDINGS = [
    row.split("\t")
    for row in (Path(__file__).parent / "data" / "wordings.tsv").read_text("utf-8").splitlines()
]
TRIALS = 88  # tellings among the last 122 lines


def check(sentence: str, *kinds: str) -> None:
    assert {found.kind for found in find_frames(sentence.lower())} == set(kinds), sentence


def test_any_order_and_form() -> None:
    for sentence in (
        "A trash balloon from the North burst on a roof.",
        "The North has been sending balloons over the border.",
        "Balloons were sent over the border.",
        "The North began to float balloons across the border.",
    ):
        check(sentence, "balloon")


def test_what_is_only_wished_or_named_is_not_told() -> None:
    for sentence in ("Balloons are sold at the border.", "The North wants to send balloons."):
        check(sentence)


def test_a_compound_describes_and_tells_nothing() -> None:
    check("A bullet-riddled bus stands at the border.")
    check("Bullets riddled the bus at the border.", "shooting")


def test_the_object_of_a_passive_is_no_agent() -> None:
    check("Guard posts near the border were blown up by the North.", "guard_post_removal")


def test_a_phrase_leaves_room() -> None:
    check("Seoul switched its border loudspeakers back on.", "loudspeaker")


def test_a_goal_stands_behind_the_act() -> None:
    check("Ten soldiers walked over the demarcation line.", "mdl_crossing")
    check("Ten soldiers walked to a village near the demarcation line.")


def test_a_plane_is_known_by_its_number() -> None:
    check("An F-5 of the air force crashed.", "accident")


@pytest.mark.parametrize(
    ("verb", "past", "ing"),
    [
        ("launch", "launched", "launching"),
        ("seize", "seized", "seizing"),
        ("bury", "buried", "burying"),
        ("slam", "slammed", "slamming"),
        ("agree", "agreed", "agreeing"),
        ("blow", "blew", "blowing"),
    ],
)
def test_verbs_are_inflected(verb: str, past: str, ing: str) -> None:
    forms = verb_forms(verb)
    assert forms["past"][0] == past
    assert forms["ing"] == (ing,)


@pytest.mark.parametrize(
    ("stem", "sentence"),
    [
        ("날리", "풍선을 날렸다"),
        ("쏘", "포를 쐈다"),
        ("띄우", "풍선을 띄워 보냈다"),
        ("넘", "선을 넘었다"),
        ("발사하", "미사일을 발사했다"),
        ("발사하", "미사일 발사를 했다"),
        ("침범하", "영해를 침범하다가 돌아갔다"),
    ],
)
def test_korean_verbs_told_as_done(stem: str, sentence: str) -> None:
    assert re.search(told(stem), sentence)


@pytest.mark.parametrize(
    ("stem", "sentence"),
    [("날리", "풍선을 날릴 예정이다"), ("쏘", "포를 쏠 것이다"), ("발사하", "미사일 발사 가능성")],
)
def test_korean_verbs_not_done(stem: str, sentence: str) -> None:
    assert not re.search(told(stem), sentence)


def test_korean_verbs_before_their_noun() -> None:
    assert re.search(attributive("쏘"), "북한이 쏜 미사일")
    assert re.search(attributive("발사하"), "발사한 미사일")


def test_every_frame_is_of_a_kind() -> None:
    from mapper.incidents.frame_rules import frames, korean_frames

    kinds = {frame.kind for frame in frames()} | {kind for kind, *_ in korean_frames()}
    assert kinds <= set(load_taxonomy())


def test_most_wordings_are_caught() -> None:
    """Found and called right, of some 440 tellings in English and Korean."""
    told_rows = [(kinds.split("|"), text) for kinds, text in WORDINGS if kinds != "-"]
    found = [{t.kind for t in find_triggers(text)} for _, text in told_rows]
    right = [bool(kinds & {*wanted}) for kinds, (wanted, _) in zip(found, told_rows, strict=True)]
    # The last ones were written as trials, unusual on purpose; `pytest -rP` shows the figures.
    for name, part in (("all", slice(None)), ("trials", slice(-TRIALS, None))):
        seen, named = sum(map(bool, found[part])), sum(right[part])
        print(f"{name}: {seen} of {len(found[part])} found, {named} called right")
    assert sum(map(bool, found)) / len(found) >= 0.92
    assert sum(right) / len(right) >= 0.86


def test_few_that_are_none_are_caught() -> None:
    none = [text for kinds, text in WORDINGS if kinds == "-"]
    wrong = [text for text in none if any(t.strength == "strong" for t in find_triggers(text))]
    print(f"{len(wrong)} taken for one, of {len(none)}")
    assert len(wrong) <= 0.08 * len(none), wrong


@given(st.text(max_size=200))
def test_any_text_is_read_and_spans_lie_inside(text: str) -> None:
    for found in find_frames(text.lower()):
        assert 0 <= found.span.start <= found.act.start < found.act.end <= found.span.end
        assert found.span.end <= len(text.lower())
