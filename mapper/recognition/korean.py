"""Place names in Korean text: words with particles, and people and things of a place."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from itertools import pairwise

from mapper.gazetteer import Entry, Flag, Gazetteer, Token, is_hangul, tokenize, word_key
from mapper.model import Document, MentionKind, Span
from mapper.recognition.english import Found

__all__ = ["find_korean_names"]

_HANGUL = re.compile("[\u1100-\u11ff\uac00-\ud7a3]")  # letters of decomposed text, syllables
_WORDS = 3
_AHEAD = 24  # code points that hold the next word, decomposed or not
_ARMY = "군"  # of a state; of a county otherwise
_MIXED = re.compile("(?P<name>[A-Z][A-Za-z]+)(?P<rest>[\u1100-\u11ff\uac00-\ud7a3]+)$")
_HULL = re.compile(r"[A-Z]{2,3}-?\d{2,4} ?\Z")  # "PCC-772 천안" is a ship
_KNOWN_TOWN = 200_000  # inhabitants
_KNOWN_ABROAD = 1_000_000
_KOREA = ("KP", "KR")
_ACTING = ("PCL", "ADM1", "ADM2", "PPLC", "PPLA")  # feature codes of what has a government


@cache
def _endings() -> dict[str, frozenset[str]]:
    text = resources.files(__package__).joinpath("korean.toml").read_text(encoding="utf-8")
    return {key: frozenset(values) for key, values in tomllib.loads(text).items()}


def find_korean_names(document: Document, gazetteer: Gazetteer) -> list[Found]:
    """Find the names of places at the beginning of Hangul words, in reading order."""
    if not _HANGUL.search(document.text):
        return []
    tokens, endings, found = tokenize(document.text), _endings(), []
    at = 0
    while at < len(tokens):
        step = 1
        word = tokens[at].text
        if is_hangul(word) or (word[0].isdigit() and is_hangul(word[-1])):  # "72시간 다리"
            for count in range(min(_WORDS, len(tokens) - at), 0, -1):
                name = _at(document, gazetteer, tokens[at : at + count], endings)
                if name is not None:
                    found.append(name)
                    step = count
                    break
        elif (mixed := _MIXED.match(tokens[at].text)) is not None:
            name = _latin(tokens[at].start, mixed, gazetteer, endings)
            if name is not None:
                found.append(name)
        at += step
    return _joined(document.text, found, gazetteer, endings)


def _joined(
    text: str, found: list[Found], gazetteer: Gazetteer, endings: dict[str, frozenset[str]]
) -> list[Found]:
    """Give the first of "연안군과 개풍군에서" the kind of the last: both are named alike."""
    for number in range(len(found) - 2, -1, -1):
        name, after = found[number], found[number + 1]
        if name.kind is not MentionKind.METONYMIC or after.kind is not MentionKind.LITERAL:
            continue
        between = unicodedata.normalize("NFC", text[name.span.end : after.span.start])
        # "중국과 서울에서": with China, in Seoul
        sovereign = gazetteer.entries(name.key)[0].sovereign
        alike = not sovereign or gazetteer.entries(after.key)[0].sovereign
        if alike and between.endswith(" ") and between[:-1] in endings["and"]:
            found[number] = replace(name, kind=MentionKind.LITERAL)
    return found


def _named_or_acting(
    rest: str, entry: Entry, gazetteer: Gazetteer, endings: dict[str, frozenset[str]]
) -> MentionKind:
    """Tell "서울시는 밝혔다", where a town acts, from "제3땅굴은", which cannot act."""
    if rest not in endings["topics"] or entry.sovereign:
        return MentionKind.METONYMIC
    governed = gazetteer.place_of(entry).feature_code.startswith(_ACTING)
    return MentionKind.METONYMIC if governed else MentionKind.LITERAL


def _at(
    document: Document,
    gazetteer: Gazetteer,
    words: Sequence[Token],
    endings: dict[str, frozenset[str]],
) -> Found | None:
    """Read ``words`` as one name with an ending; the spaces between them belong to it."""
    text = document.text
    if _HULL.search(text, max(words[0].start - 10, 0), words[0].start):
        return None
    for left, right in pairwise(words):
        if text[left.end : right.start] != " " or not is_hangul(right.text):
            return None
    joined = " ".join(word.key for word in words)
    last_from = len(joined) - len(words[-1].key)
    for name in gazetteer.prefixes(joined):
        if len(name) <= last_from or len(name) < 2:
            continue
        rest = joined[len(name) :]
        kind = _kind(rest, endings)
        if kind is None or name in endings["never"]:
            continue
        entries = gazetteer.entries(name)
        if len(name) == 2 and entries[0].tier == "city" and entries[0].population < _KNOWN_TOWN:
            continue  # two syllables are also half of all words
        if _is_doubtful(entries[0], rest, gazetteer, endings):
            continue
        if entries[0].flags & Flag.DEMONYM or (entries[0].sovereign and rest.startswith(_ARMY)):
            kind = MentionKind.DEMONYM
        if kind is MentionKind.METONYMIC:
            kind = _named_or_acting(rest, entries[0], gazetteer, endings)
        span = Span(words[0].start, _end_of(name, text, words[0].start, words[-1].end))
        if not rest and _is_office(text[span.end : span.end + _AHEAD], endings):
            kind = MentionKind.EMBEDDED
        return Found(span, name, kind, 3.0)
    return None


def _latin(
    start: int, mixed: re.Match[str], gazetteer: Gazetteer, endings: dict[str, frozenset[str]]
) -> Found | None:
    """Read Latin letters with a particle: "DMZ에서", "NLL을"."""
    key = word_key(mixed["name"])
    kind = _kind(unicodedata.normalize("NFC", mixed["rest"]), endings)
    entries = gazetteer.entries(key)
    if kind is None or not entries or entries[0].tier == "city":
        return None
    if kind is MentionKind.METONYMIC:
        rest = unicodedata.normalize("NFC", mixed["rest"])
        kind = _named_or_acting(rest, entries[0], gazetteer, endings)
    return Found(Span(start, start + len(mixed["name"])), key, kind, 3.0)


def _is_doubtful(
    entry: Entry, rest: str, gazetteer: Gazetteer, endings: dict[str, frozenset[str]]
) -> bool:
    """Say whether a small town abroad is rather a person or a word: 해밀턴, 클린턴, 위해."""
    abroad = not gazetteer.label(entry.country).startswith(_KOREA)
    small = entry.tier == "city" and entry.population < _KNOWN_ABROAD
    return abroad and small and rest not in endings["in"]


def _is_office(after: str, endings: dict[str, frozenset[str]]) -> bool:
    """Say whether the next word is an office of a state: "한국 정부와"."""
    words = unicodedata.normalize("NFC", after).split(maxsplit=1)
    return (
        after.startswith(" ")
        and bool(words)
        and any(
            words[0] == office
            or (words[0].startswith(office) and _is_ending(words[0][len(office) :], endings))
            for office in endings["offices"]
        )
    )


def _end_of(name: str, text: str, start: int, limit: int) -> int:
    """Return where a name ends in the text, which may be decomposed (NFD) and so longer."""
    length = len(unicodedata.normalize("NFC", name))  # keys that begin with figures are NFD
    end = start + length
    while end < limit and len(unicodedata.normalize("NFC", text[start : end + 1])) <= length:
        end += 1
    return end


def _kind(rest: str, endings: dict[str, frozenset[str]]) -> MentionKind | None:
    """Say what an ending makes of a name; ``None`` when it is no ending."""
    if not rest or rest in endings["places"]:
        return MentionKind.LITERAL
    if rest in endings["actors"]:
        return MentionKind.METONYMIC
    for people in endings["people"]:
        if rest.startswith(people) and (rest == people or _is_ending(rest[len(people) :], endings)):
            return MentionKind.DEMONYM
    for office in endings["offices"]:
        if rest.startswith(office) and (rest == office or _is_ending(rest[len(office) :], endings)):
            return MentionKind.EMBEDDED
    return None


def _is_ending(rest: str, endings: dict[str, frozenset[str]]) -> bool:
    return rest in endings["places"] or rest in endings["actors"]
