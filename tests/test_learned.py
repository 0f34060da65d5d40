"""The learned half of recognition: what the weights say, and how they are made."""

import json
import runpy
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapper.model import MentionKind, Span
from mapper.recognition import recognize
from mapper.recognition.blocks import blocks
from mapper.recognition.features import Scene, chain_features
from mapper.recognition.learned import read_odds
from mapper.recognition.weighing import load_thresholds, logit
from mapper.text import make_document

SCRIPT = Path(__file__).parent.parent / "scripts" / "train_recognizer.py"
MEGABYTE = 1_000_000
scripts_of_the_world = st.text(
    alphabet=st.characters(categories=("L", "M", "N", "P", "Z", "S", "C")), max_size=120
)


def surfaces(text, gazetteer, *kinds):
    mentions = recognize(make_document(text), gazetteer)
    names = [m for m in mentions if m.kind is not MentionKind.RELATIVE]
    return [m.surface for m in names if not kinds or m.kind.value in kinds]


def odds_of(text, word, gazetteer):
    scene = Scene(text, {0}, gazetteer, korean=False)
    odds = read_odds(scene)
    (at,) = [number for number, token in enumerate(scene.tokens) if token.text == word]
    return odds[at]


def test_the_chain_holds_the_capitalised_words_only(gazetteer):
    text = "The mayor of Springfield met Anna Smith. In New York nobody came."
    document = make_document(text)
    starts = {sentence.start for sentence in document.sentences}
    scene = Scene(text, starts, gazetteer, korean=False)
    chains = [[scene.tokens[at].text for at in chain] for chain, _ in chain_features(scene)]
    assert chains == [["Springfield", "Anna", "Smith"], ["New", "York"]]


def test_odds_tell_persons_from_places(gazetteer):
    text = "Governor Anna Qelvorin was born in Dulmarovka, Russia."
    assert odds_of(text, "Qelvorin", gazetteer).person > 0.8
    assert odds_of(text, "Dulmarovka", gazetteer).begins > 0.8


def test_odds_are_shares_of_one(gazetteer):
    scene = Scene(
        "Reuters said Anna Smith of the Bank of Ohio left Paju.", {0}, gazetteer, korean=True
    )
    for odds in read_odds(scene).values():
        assert all(-1e-9 <= share <= 1 + 1e-9 for share in odds)
        assert sum(odds) + odds.outside == pytest.approx(1, abs=1e-6)


def test_a_place_that_no_gazetteer_knows(gazetteer):
    text = "Two people were killed in the village of Taskorva, in the north of Syria."
    assert surfaces(text, gazetteer, "literal") == ["Taskorva", "Syria"]
    text = "Governor Anna Qelvorin was born in Dulmarovka, Russia."
    assert surfaces(text, gazetteer, "literal") == ["Dulmarovka", "Russia"]


def test_what_is_no_place(gazetteer):
    assert surfaces("Nine cases of West Nile virus were found in Denver.", gazetteer) == ["Denver"]
    assert surfaces("They paid US$6 thousand in Denver.", gazetteer) == ["Denver"]
    assert surfaces("Pak Chon and Kang Nam met in Paju.", gazetteer) == ["Paju"]


def test_names_without_what_only_stands_beside_them(gazetteer):
    assert surfaces("The United States sent troops.", gazetteer) == ["United States"]
    assert surfaces("Floods hit Jiangsu province.", gazetteer) == ["Jiangsu"]


def test_weights_are_small_and_complete():
    weights = resources.files("mapper.recognition").joinpath("weights.crfsuite").read_bytes()
    assert weights.startswith(b"lCRF")
    assert len(weights) < 10 * MEGABYTE
    assert load_thresholds().carried < load_thresholds().accept < load_thresholds().sure


def test_log_odds_are_cut():
    assert (logit(0.0), logit(0.5), logit(1.0)) == (-5.0, 0.0, 5.0)


def test_several_threads_get_the_same(gazetteer):
    texts = [f"Police in Springfield, Ohio, and Paju met {name}." for name in ("Anna", "Bo", "Cy")]
    documents = [make_document(text) for text in texts * 4]
    alone = [recognize(document, gazetteer) for document in documents]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda document: recognize(document, gazetteer), documents)) == alone


def test_blocks_cover_the_text_and_begin_with_sentences():
    document = make_document("Shots fell near Paju. Nobody was hurt. It was quiet.\n" * 40)
    parts = list(blocks(document, size=300))
    assert len(parts) > 3
    assert "".join(document.quote(block) for block, _ in parts) == document.text
    starts = {sentence.start for sentence in document.sentences}
    assert {block.start + start for block, inner in parts for start in inner} == starts


def test_offsets_hold_far_into_a_long_text(gazetteer):
    filler = "Nothing was heard of it, and all was well for a while.\n" * 5_000
    document = make_document(filler + "Shots fell near Paju.")
    mentions = recognize(document, gazetteer)
    (mention,) = [m for m in mentions if m.kind is not MentionKind.RELATIVE]
    assert mention.span == Span(len(filler) + 16, len(filler) + 20)
    assert document.quote(mention.span) == mention.surface == "Paju"


@pytest.mark.parametrize(
    "text",
    [
        "북한군이 판문점에서 총격을 가했다. 남측은 군사분계선을 넘었다고 밝혔다.",
        "비무장지대 남측 지역과 북방한계선(NLL) 인근 해상에서 배가 돌아갔다.",
        "백령도와 연평도 주민이 대피했고 개성공단에서 남측 인원이 철수했다.",
        "From Ch'ŏrwŏn to P’yŏngyang and São Paulo, Zürich and Kaesŏng in North Korea.",
    ],
)
def test_decomposed_text_has_the_same_mentions(gazetteer, text):
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert len(apart) > len(composed)
    found = []
    for form in (composed, apart):
        document = make_document(form)
        mentions = recognize(document, gazetteer)
        assert all(document.quote(m.span) == m.surface for m in mentions)
        names = [m for m in mentions if m.kind is not MentionKind.RELATIVE]
        found.append([(unicodedata.normalize("NFC", m.surface), m.kind) for m in names])
    assert found[0] == found[1] != []


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(scripts_of_the_world, st.text(alphabet="ABC abc.,-'’\n판문점é́0$_&", max_size=80)))
def test_any_script_is_read_and_quoted(gazetteer, text):
    document = make_document(text)
    mentions = recognize(document, gazetteer)
    assert all(document.quote(m.span) == m.surface != "" for m in mentions)
    names = [m for m in mentions if m.kind is not MentionKind.RELATIVE]
    assert all(left.span.end <= right.span.start for left, right in pairwise(names))


def write_corpus(folder):
    """Write a tiny corpus of our own sentences in the form that training reads."""
    towns, people = ("Arva", "Belo", "Cirtan", "Dovre"), ("Ann Lee", "Bob Roe", "Cy Fox")
    lines = []
    for town in towns:
        for person in people:
            first, last = person.split()
            words = [first, last, "lives", "in", town, "now"]
            text, offsets, at = " ".join(words), [], 0
            for word in words:
                offsets.append([at, at + len(word)])
                at += len(word) + 1
            tags = ["B-PER", "I-PER", "O", "O", "B-LOC", "O"]
            lines.append(json.dumps({"text": text, "offsets": offsets, "tags": tags}))
    (folder / "own.jsonl").write_text("\n".join(lines), encoding="utf-8")


def test_training_is_reproducible(tmp_path, monkeypatch, capsys):
    write_corpus(tmp_path)
    made = []
    for name in ("one", "two"):
        target = tmp_path / f"{name}.crfsuite"
        arguments = [str(SCRIPT), "--train", str(tmp_path), "--out", str(target)]
        monkeypatch.setattr(sys, "argv", arguments)
        runpy.run_path(str(SCRIPT), run_name="__main__")
        made.append(target.read_bytes())
    assert made[0] == made[1] != b""
    assert capsys.readouterr().out.startswith("14 sentences")


def test_latin_letters_with_korean_particles(gazetteer):
    text = "북한군이 DMZ에서 총을 쏘고 MDL을 넘었다. JSA는 조용했고 CEO는 없었다."
    assert surfaces(text, gazetteer) == ["북한", "DMZ", "MDL", "JSA"]
    assert surfaces(unicodedata.normalize("NFD", text), gazetteer)[1:] == ["DMZ", "MDL", "JSA"]


def test_an_army_is_no_county(gazetteer):
    text = "북한군 1명이 철원군에서 한국 정부와 만났다."
    mentions = recognize(make_document(text), gazetteer)
    kinds = {m.surface: m.kind for m in mentions if m.kind is not MentionKind.RELATIVE}
    assert kinds["북한"] is MentionKind.DEMONYM
    assert kinds["철원군"] is MentionKind.LITERAL
    assert kinds["한국"] is MentionKind.EMBEDDED
