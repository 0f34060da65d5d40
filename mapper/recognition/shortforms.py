"""Short forms: "the South", "the border", "the capital", and the border's common words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mapper.gazetteer import Gazetteer, world_key
from mapper.model import Document, MentionKind, Span
from mapper.recognition.english import Found
from mapper.recognition.lexicon import load_short_forms

__all__ = ["find_short_forms", "is_korean_context"]

# "the South", "North and South Korea", "to South", "the North's"; not "the North Atlantic".
_HALVES = re.compile(
    r"\b(?:(?:[Tt]he|nuclear-armed|communist|reclusive|isolated|impoverished|[Dd]emocratic)\s+"
    r"(?P<a>(?:North|South)(?: side)?)(?!(?:\s+|-)[A-Z])"
    r"(?!\s+(?:of|side of|end|east|west|bank|shore))\b"
    r"|(?P<b>North)(?=(?:,?\s+and\s+|/)South\s+Korea)"
    r"|(?P<c>South)(?=(?:,?\s+and\s+|/)North\s+Korea)"
    r"|(?:between|both|with|to|into|from|for|by|against|than|and|in)\s+(?P<d>North|South)"
    r"(?=\s*(?:[.,;:)]|$|and\b|during|in\b|by\b|after\b|since\b|to\b|across\b|as\b))"
    r"|\b(?:[Ii]n|[Tt]o|[Ff]rom) the (?P<e>south|north)"
    r"(?=,? (?:we|he|she|they|people|and|after|since|\d))"
    r"|^(?P<f>North|South)"
    r"(?=\s+(?:says|said|fires|fired|warns|accuses|vows|calls|launches|tests|threatens)\b))",
    re.MULTILINE,
)
_KOREAN_WORDS = (
    "Korea", "DPRK", "Panmunjom", "Pyongyang", "Seoul", "DMZ", "북한", "남북", "한국",
)  # fmt: skip
_KOREA = re.compile("|".join(_KOREAN_WORDS))
_ISLAND = re.compile(r"\bIslands?$|-?do$|^Guam$|^Hokkaido$|^Jeju")
_OFTEN = 2  # mentions of Korea that make "the border" the inter-Korean one
_SHORT_TEXT = 1_500  # code points; in so short a text one mention is enough


def is_korean_context(document: Document) -> bool:
    """Say whether the document is about Korea, so that "the South" can only mean one."""
    if not any(word in document.text for word in _KOREAN_WORDS):
        return False  # most texts of the world, and quickly
    often = len(_KOREA.findall(document.text))
    return often >= _OFTEN or (often > 0 and len(document.text) <= _SHORT_TEXT)


def find_short_forms(
    document: Document, names: Sequence[Found], gazetteer: Gazetteer
) -> list[Found]:
    """Find phrases that denote a place without its name.

    Parameters
    ----------
    names
        The names already found, for "the capital" and "the island".
    """
    korea = is_korean_context(document)
    found = list(_halves(document)) if korea else []
    said: set[str] = set()
    for form in load_short_forms():
        if form.needs and not (korea and _is_met(form.needs, said, names, document)):
            continue
        for match in form.pattern.finditer(document.text):
            span = Span(*match.span("name"))
            kind = MentionKind(form.kind)
            refers: str | None = form.refers
            if form.refers == "capital":
                refers = _capital(span, names, document, gazetteer)
            elif form.refers == "island":
                refers = _last_island(span, names, document)
            if refers:
                said.add(form.refers)
                found.append(Found(span, world_key(refers), kind, 3.0, refers))
    return found


def _halves(document: Document) -> list[Found]:
    found = []
    for match in _HALVES.finditer(document.text):
        group = match.lastgroup or "a"
        span = Span(*match.span(group))
        refers = "North Korea" if match.group(group).lower().startswith("north") else "South Korea"
        found.append(Found(span, world_key(refers), MentionKind.COREFERENT, 3.0, refers))
    return found


def _is_met(needs: str, said: set[str], names: Sequence[Found], document: Document) -> bool:
    if needs == "line":
        return "Military Demarcation Line" in said or _mentions(
            names, "mdl", "military demarcation line"
        )
    if needs == "zone":
        return "Demilitarized Zone" in said or _mentions(names, "dmz", "demilitarized zone")
    if needs == "island":
        return any(_ISLAND.search(document.quote(name.span)) for name in names)
    return True


def _mentions(names: Sequence[Found], *keys: str) -> bool:
    return any(name.key in keys for name in names)


def _capital(
    span: Span, names: Sequence[Found], document: Document, gazetteer: Gazetteer
) -> str | None:
    """Return the capital of the country named last before ``span``."""
    for name in sorted(names, key=lambda n: -n.span.start):
        if name.span.start >= span.start or span.start - name.span.end > 300:
            continue
        place = gazetteer.places(name.referent or document.quote(name.span))
        capital = gazetteer.capital(place[0].country) if place else ""
        if capital:
            return capital
    return None


def _last_island(span: Span, names: Sequence[Found], document: Document) -> str | None:
    for name in sorted(names, key=lambda n: -n.span.start):
        surface = document.quote(name.span)
        if name.span.end < span.start and _ISLAND.search(surface):
            return name.referent or surface
    return None
