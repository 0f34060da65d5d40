"""What each name of a document may mean, before the names are weighed together."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mapper.gazetteer import Entry, Flag, Gazetteer, world_key
from mapper.model import Document, Hints, Mention, MentionKind, Resolution, Span
from mapper.resolution.areas import NamedAreas, named_areas
from mapper.resolution.lookup import Found, look_up
from mapper.resolution.weights import weights

__all__ = ["Meaning", "Name", "gather"]

_KOREAN_WORDS = (
    "Korea", "DPRK", "Panmunjom", "Pyongyang", "Seoul", "DMZ", "북한", "남북", "한국",
)  # fmt: skip
_KOREA = re.compile("|".join(_KOREAN_WORDS))
_NAMED = 4.0  # points by which a place in a state that is named comes earlier
_NO_AREA = NamedAreas()
_HEAD = 200  # code points: the title or dateline, and the lead


@dataclass(slots=True)
class Meaning:
    """One place that a name may mean, with what speaks for it."""

    entry: Entry
    features: dict[str, float]
    points: float = 0.0
    probability: float = 0.0


@dataclass(slots=True)
class Name:
    """A name of the document with all its mentions and possible meanings.

    Attributes
    ----------
    head
        It stands in the title, the dateline or the lead, or in the name of the publisher.
    answer
        What its first mention resolved to: the others differ in their mention only.
    """

    key: str
    mentions: list[Mention]
    meanings: list[Meaning]
    why_none: str = ""
    head: bool = False
    answer: Resolution | None = None


def gather(
    document: Document, mentions: Sequence[Mention], gazetteer: Gazetteer, hints: Hints
) -> list[Name]:
    """Group mentions by name and list each name's meanings with what speaks for each.

    Returns
    -------
    list of Name
        In the order of their first mentions. Names of the publisher come first and have no
        mentions: they are only company for the others.
    """
    korea = hints.focus == "korea-border" and _is_on_korea(document.text)
    plain = [mention for mention in mentions if mention.kind is not MentionKind.RELATIVE]
    looked: dict[tuple[str, str, MentionKind], Found] = {}
    found: dict[Span, Found] = {}
    keys: dict[str, str] = {}
    for mention in plain:
        asked = (mention.name, mention.surface, mention.kind)
        if asked not in looked:
            looked[asked] = look_up(mention, gazetteer)
            keys[mention.name] = world_key(mention.name)
        found[mention.span] = looked[asked]
    areas = named_areas(document, plain, {span: f.entries for span, f in found.items()}, gazetteer)
    named = {e.admin1 for f in found.values() for e in f.entries[:1] if e.tier == "state"}
    unhinted = not hints.countries and hints.bbox is None
    names: dict[tuple[str, NamedAreas], Name] = {}
    for mention in plain:
        area = areas.get(mention.span.start, _NO_AREA)
        key = keys[mention.name]
        name = names.get((key, area))
        if name is None:
            known = Found(()) if area.elsewhere else found[mention.span]
            described = _described(known, korea=korea)
            if area == _NO_AREA and unhinted and described.stands(named):
                meanings = described.foremost()
            else:
                meanings = described.meanings()
                _apply_area(meanings, area)
                _apply_hints(meanings, hints, gazetteer)
                _apply_spelling(meanings, key, gazetteer)
                meanings = _foremost(meanings, named)
            reason = "" if meanings else f"no gazetteer entry for {mention.name!r}"
            if area.elsewhere:
                reason = f"no {mention.name!r} is known in the country that the text puts it in"
            name = names[key, area] = Name(key, [], meanings, reason)
        name.mentions.append(mention)
        name.head |= mention.span.start < _HEAD
    for name in names.values():
        acts = any(mention.kind is MentionKind.METONYMIC for mention in name.mentions)
        for meaning in name.meanings if acts else ():
            if meaning.entry.sovereign:
                meaning.features["acts"] = 1.0
    return [*_publishers(document, gazetteer), *_one_sense(names)]


def _is_on_korea(text: str) -> bool:
    """Say whether a text names Korea more than once."""
    found = any(word in text for word in _KOREAN_WORDS)  # rules most texts out, and quickly
    return found and len(_KOREA.findall(text)) > 1


def _one_sense(names: dict[tuple[str, NamedAreas], Name]) -> list[Name]:
    """Let "Paris, Texas" decide for the plain "Paris" of the same document."""
    decided: dict[str, list[Name]] = {}
    for (key, area), name in names.items():
        if area.inside and not area.whole:
            decided.setdefault(key, []).append(name)
    kept = []
    for (key, area), name in names.items():
        if area == _NO_AREA and len(decided.get(key, ())) == 1:
            decided[key][0].mentions += name.mentions
            decided[key][0].head |= name.head
        else:
            kept.append(name)
    return kept


def _publishers(document: Document, gazetteer: Gazetteer) -> list[Name]:
    """Take the places in the publisher's name for company: "The Paris News"."""
    names = []
    for match in gazetteer.match(document.publisher) if document.publisher else ():
        entries = gazetteer.entries(match.key)
        meanings = [
            Meaning(entry, _static(entry, Found((entry,)), korea=False))
            for entry in entries
            if not entry.flags & Flag.DEMONYM
        ]
        if meanings:
            names.append(Name(match.key, [], _foremost(meanings), head=True))
    return names


class _Described:
    """What a name may mean, described apart from any text, once for each name."""

    __slots__ = ("admin1", "core", "entries", "features", "order", "points")

    def __init__(self, found: Found, *, korea: bool) -> None:
        self.entries = found.entries
        self.features = [_static(entry, found, korea=korea) for entry in found.entries]
        _add_namesakes(self.entries, self.features)
        learned = weights().learned
        self.points = []
        for features in self.features:
            points = 0.0
            for name, value in features.items():
                points += learned.get(name, 0.0) * value
            self.points.append(points)
        self.order = sorted(
            range(len(self.entries)), key=lambda at: (-self.points[at], self.entries[at].row)
        )[: weights().most]
        self.admin1 = {entry.admin1 for entry in self.entries}
        self.core = sum(entry.tier == "core" for entry in self.entries)

    def stands(self, named: Collection[int]) -> bool:
        """Say whether nothing in the text changes which meanings are the foremost."""
        return len(self.entries) < 2 or (self.core < 2 and self.admin1.isdisjoint(named))

    def foremost(self) -> list[Meaning]:
        """Return what :func:`_foremost` makes of the meanings where the description stands."""
        if len(self.entries) < 2:
            return self.meanings()
        return [
            Meaning(self.entries[at], self.features[at].copy(), self.points[at])
            for at in self.order
        ]

    def meanings(self) -> list[Meaning]:
        """Return all meanings, to be described further."""
        return [
            Meaning(entry, features.copy())
            for entry, features in zip(self.entries, self.features, strict=True)
        ]


def _described(found: Found, *, korea: bool) -> _Described:
    described: _Described | None = found.described.get(korea)
    if described is None:
        described = found.described[korea] = _Described(found, korea=korea)
    return described


def _add_namesakes(entries: Sequence[Entry], described: Sequence[dict[str, float]]) -> None:
    """Mark the meanings that lie in a country or state of the same name."""
    countries = {entry.country for entry in entries if entry.tier == "country"}
    states = {entry.admin1 for entry in entries if entry.tier == "state"}
    for entry, features in zip(entries, described, strict=True):
        if entry.tier != "country" and entry.country in countries:
            features["in_namesake"] = 1.0  # the state of Mexico, Luxembourg City
        if entry.sovereign and entry.tier == "city" and states:
            features["seat"] = 1.0  # Washington, where a state is called so too
        if entry.tier == "city" and entry.admin1 in states:
            features["in_state_namesake"] = 1.0  # New York City


def _apply_area(meanings: list[Meaning], area: NamedAreas) -> None:
    """Mark the meanings that lie in the areas which the text gives."""
    for meaning in meanings:
        codes = {meaning.entry.admin1, meaning.entry.country}
        if area.whole:
            if meaning.entry.tier in ("country", "state", "region") and codes & set(area.inside):
                meaning.features["is_area"] = 1.0
        elif codes & set(area.inside):
            meaning.features["named_area"] = 1.0 if area.comma else 0.0
            meaning.features["told_area"] = 0.0 if area.comma else 1.0


def _foremost(meanings: list[Meaning], named: Collection[int] = ()) -> list[Meaning]:
    """Keep the likeliest by what they are in themselves, first those in states that are named."""
    if len(meanings) < 2:
        return meanings
    learned = weights().learned
    for meaning in meanings:
        for name, value in meaning.features.items():
            meaning.points += learned.get(name, 0.0) * value
    meanings.sort(
        key=lambda meaning: (
            -meaning.points - _NAMED * (meaning.entry.admin1 in named),
            meaning.entry.row,
        )
    )
    return meanings[: weights().most]


def _static(entry: Entry, found: Found, *, korea: bool) -> dict[str, float]:
    """Describe a meaning by what needs no other name of the document."""
    features: dict[str, float] = {entry.tier: 1.0}
    if entry.tier == "city":
        features["tenfold"] = math.log10(entry.population + 10)
        if entry.sovereign:
            features["capital"] = 1.0
        if not entry.population:
            features["village"] = 1.0
    elif entry.tier == "core" and korea:
        features["border"] = 1.0
    if entry.flags & Flag.KOREAN:
        features["spelling"] = 1.0
    elif not entry.flags & Flag.PRIMARY:
        features["alternate" if entry.tier == "city" else "further_name"] = 1.0
    if entry.row in found.quiet:
        features["quiet"] = 1.0
    if found.bare:
        features["bare"] = 1.0
        word = found.word
        if word in _KINDS:
            features["kind_fits" if entry.tier in _KINDS[word] else "kind_differs"] = 1.0
    return features


def _apply_spelling(meanings: list[Meaning], key: str, gazetteer: Gazetteer) -> None:
    """Mark which of several border places is usually spelled so: Goseong, not Kosong."""
    core = [meaning for meaning in meanings if meaning.entry.tier == "core"]
    for meaning in core if len(core) > 1 else ():
        if world_key(gazetteer.place_of(meaning.entry).name) == key:
            meaning.features["own_name"] = 1.0


# What the word left off a name says of its kind.
_KINDS = {
    "county": ("county",), "province": ("state", "county"), "state": ("state",),
    "city": ("city", "core"), "town": ("city", "core"), "village": ("city", "core"),
    "township": ("city",), "twp": ("city",), "region": ("state", "region", "county"),
    "republic": ("country", "state"), "district": ("county", "state"), "gun": ("core", "county"),
}  # fmt: skip


def _apply_hints(meanings: list[Meaning], hints: Hints, gazetteer: Gazetteer) -> None:
    """Mark what lies where the user says that the text is about."""
    for meaning in meanings:
        entry = meaning.entry
        if hints.countries and gazetteer.label(entry.country) in hints.countries:
            meaning.features["hinted_country"] = 1.0
        if hints.bbox is not None and _in_box(entry, hints.bbox):
            meaning.features["hinted_box"] = 1.0


def _in_box(entry: Entry, bbox: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bbox
    inside = west <= entry.lon <= east if west <= east else not east < entry.lon < west
    return inside and south <= entry.lat <= north
