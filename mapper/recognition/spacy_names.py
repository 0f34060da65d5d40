"""Names found by a spaCy pipeline instead of our own recognizer, as the same nouns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from mapper.errors import MissingExtraError
from mapper.gazetteer import Entry, Flag, Gazetteer, world_key
from mapper.model import Document, MentionKind, Span
from mapper.recognition.blocks import blocks
from mapper.recognition.english import KOREA, Found, shifted
from mapper.recognition.features import Scene
from mapper.recognition.kinds import kind_of
from mapper.recognition.lexicon import load_lexicon

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Span as Entity

__all__ = ["find_spacy_names", "load_spacy_model"]

_PLACES = ("GPE", "LOC", "FAC")
_PEOPLES = ("NORP",)
_OTHERS = ("ORG", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW")
_POSSESSIVES = ("'s", "’s")
_SURE = 3.0
_KNOWN_TOWN = 20_000  # inhabitants
_LARGE = ("core", "country", "state", "region")


@cache
def load_spacy_model(model: str) -> Language:
    """Load a spaCy pipeline by the name of its package or the path of its folder.

    Raises
    ------
    MissingExtraError
        If spaCy or the model is not installed.
    """
    try:
        import spacy  # an extra, and slow to load
    except ImportError as error:
        raise MissingExtraError(f"the recognizer 'spacy:{model}'", "spacy") from error
    try:
        return spacy.load(model)
    except OSError as error:
        raise MissingExtraError(
            f"the recognizer 'spacy:{model}' (no such model: python -m spacy download {model})",
            "spacy",
        ) from error


def find_spacy_names(document: Document, gazetteer: Gazetteer, *, model: str) -> list[Found]:
    """Find names with a spaCy pipeline, in reading order.

    Its GPE, LOC and FAC are places (literal, or metonymic where a state acts), its NORP are
    demonyms where the gazetteer knows them as such, and the places that the gazetteer finds
    in its ORG and other names are embedded.
    """
    language = load_spacy_model(model)
    korean = bool(KOREA.search(document.text))
    found: list[Found] = []
    for block, starts in blocks(document, size=language.max_length // 4):
        text = document.quote(block)
        scene = Scene(text, starts, gazetteer, korean=korean)
        numbers = {token.start: number for number, token in enumerate(scene.tokens)}
        for entity in language(text).ents:
            names = _names(entity, scene, numbers)
            found += [shifted(name, block.start) for name in names]
    return found


def _names(entity: Entity, scene: Scene, numbers: dict[int, int]) -> Iterator[Found]:
    """Yield what one entity says of places."""
    span = _trimmed(scene.text, Span(entity.start_char, entity.end_char))
    if entity.label_ in _PLACES and len(span):
        yield _place(scene, span, numbers)
    elif entity.label_ in _PEOPLES:
        key = world_key(scene.text[span.slice])
        if any(entry.flags & Flag.DEMONYM for entry in scene.gazetteer.entries(key)):
            yield Found(span, key, MentionKind.DEMONYM, _SURE)
    elif entity.label_ in _OTHERS:
        yield from _embedded(scene, span, numbers)


def _trimmed(text: str, span: Span) -> Span:
    """Take the article before a name and the possessive after it away."""
    surface = text[span.slice]
    start = span.start + (len("the ") if surface[:4].lower() == "the " else 0)
    end = span.end - (len("'s") if surface.endswith(_POSSESSIVES) else 0)
    inside = text[start:end]
    start += len(inside) - len(inside.lstrip())
    return Span(start, max(start, end - (len(inside) - len(inside.rstrip()))))


def _place(scene: Scene, span: Span, numbers: dict[int, int]) -> Found:
    key, kind = world_key(scene.text[span.slice]), MentionKind.LITERAL
    first = numbers.get(span.start)
    if first is not None:
        last = first
        while last + 1 < len(scene.tokens) and scene.tokens[last + 1].end <= span.end:
            last += 1
        acts = any(entry.sovereign for entry in scene.gazetteer.entries(key)[:2])
        kind = kind_of(scene, first, last, acts=acts)
    return Found(span, key, kind, _SURE)


def _embedded(scene: Scene, span: Span, numbers: dict[int, int]) -> Iterator[Found]:
    """Yield the longest names of the gazetteer inside another name."""
    at = numbers.get(span.start)
    while at is not None and at < len(scene.tokens) and scene.tokens[at].start < span.end:
        step = 1
        for name in scene.names_at(at):
            if name.end <= span.end and _is_known(name.key, scene.gazetteer.entries(name.key)):
                yield Found(name.span, name.key, MentionKind.EMBEDDED, _SURE)
                step = name.last + 1 - at
                break
        at += step


def _is_known(key: str, entries: Sequence[Entry]) -> bool:
    """Say whether a name is that of an area or a people, or the usual one of a known town."""
    if not entries or key in load_lexicon().common or key in load_lexicon().organisations:
        return False
    return (
        entries[0].tier in _LARGE
        or bool(entries[0].flags & Flag.DEMONYM)
        or any(e.flags & Flag.PRIMARY and e.population >= _KNOWN_TOWN for e in entries)
    )
