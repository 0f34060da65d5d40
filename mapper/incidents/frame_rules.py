"""What ``frames.toml`` says, made ready for looking words up."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from mapper.incidents.korean import attributive, headline, told

__all__ = [
    "Entry",
    "Frame",
    "Phrase",
    "begin_things",
    "by_act",
    "events",
    "frames",
    "korean_frames",
    "korean_pattern",
    "phrases",
    "verb_forms",
    "word_set",
]

_ROOM_KOREAN = 60  # characters from a thing to what it does


@dataclass(frozen=True, slots=True)
class Frame:
    """Things and acts that together tell of a kind; names of lists begin with ``@``.

    Attributes
    ----------
    order
        ``>`` the thing does it, ``<`` it is done to the thing, ``+`` either.
    goal
        What must stand in or right behind the act: the line, in "walked over the line".
    also, unless
        What else the sentence must name (one of each group), and must not.
    soft
        Whether it tells of an incident only with a date or a place of its own.
    """

    kind: str
    things: tuple[str, ...]
    acts: tuple[str, ...]
    order: str
    goal: tuple[str, ...]
    also: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    soft: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """The phrases that begin with a word, by what comes next: only those that may fit are tried.

    Attributes
    ----------
    alone, loose
        Phrases of the one word, and those that leave room right behind it.
    followed
        The others, by their second word.
    """

    alone: tuple[Phrase, ...]
    loose: tuple[Phrase, ...]
    followed: Mapping[str, tuple[Phrase, ...]]

    def phrases(self) -> Iterator[Phrase]:
        """Yield all of them."""
        yield from self.alone
        yield from self.loose
        for some in self.followed.values():
            yield from some


@dataclass(frozen=True, slots=True)
class Phrase:
    """What may follow a word for it to be a thing or an act; acts have a ``form``."""

    rest: tuple[str, ...]
    form: str
    names: tuple[str, ...]


@cache
def _data() -> dict[str, Any]:
    folder = resources.files("mapper.incidents")
    return tomllib.loads(folder.joinpath("frames.toml").read_text(encoding="utf-8"))


@cache
def word_set(name: str) -> frozenset[str]:
    """Return a list of words under ``words``."""
    return frozenset(_data()["words"][name].split())


@cache
def frames() -> tuple[Frame, ...]:
    """Return the frames in the order of the file."""
    return tuple(_read_frame(kind, row) for kind, rows in _data()["kinds"].items() for row in rows)


@cache
def events() -> Mapping[str, str]:
    """Return for each kind the nouns that tell of it by themselves."""
    rows: dict[str, str] = _data()["events"]
    return rows


@cache
def by_act() -> Mapping[str, tuple[int, ...]]:
    """Return the numbers of the frames that an act may fill."""
    numbers: dict[str, list[int]] = {}
    for number, frame in enumerate(frames()):
        for act in frame.acts:
            numbers.setdefault(act, []).append(number)
    return {act: tuple(found) for act, found in numbers.items()}


@cache
def korean_frames(*, present: bool = False) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    """Return for each Korean rule its kind, its things and its pattern.

    With ``present``, a bare noun of doing at the end tells as well: "미사일 2발 발사".
    Patterns are compiled when a sentence holds one of the things: most never are.
    """
    rows_of = []
    doing = tuple(_data()["words"]["doing"].split())
    for kind, rows in _data()["korean"].items():
        for row in rows:
            things, _, acts = row.lower().partition(" | ")
            names = tuple(item for item in things.split(", ") if item)
            stems = [stem.strip() for stem in re.split(r", (?![^(]*\))", acts)]
            plain = _without_doing([stem for stem in stems if not stem.startswith("=")])
            done = [told(stem, doing=doing) for stem in plain] + [
                s[1:] for s in stems if s.startswith("=")
            ]
            if present:
                done += [headline(stem) for stem in plain if stem.endswith("하")]
            thing = "|".join(map(re.escape, names))
            near = rf"(?!에 (?:대응|맞|대한|대해))[^.!?]{{0,{_ROOM_KOREAN}}}?"
            pattern = rf"(?:{thing}){near}(?:{'|'.join(done)})"
            if plain:
                before = "|".join(attributive(stem) for stem in plain)
                pattern += rf"|(?:{before})(?:\S+ ){{0,3}}?(?:{thing})"
            rows_of.append((kind, names, pattern))
    return tuple(rows_of)


def _without_doing(stems: list[str]) -> list[str]:
    """Put nouns of doing together, so that the verbs they take are tried once for all."""
    nouns = [stem[:-1] for stem in stems if stem.endswith("하") and len(stem) > 1]
    others = [stem for stem in stems if not (stem.endswith("하") and len(stem) > 1)]
    return [*others, f"(?:{'|'.join(nouns)})하"] if nouns else others


@cache
def korean_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of :func:`korean_frames`, once."""
    return re.compile(pattern)


def _read_frame(kind: str, row: str) -> Frame:
    soft = row.startswith("? ")
    row = row.removeprefix("? ")
    row, _, unless = row.partition(" ! ")
    row, *also = row.split(" & ")
    match = re.search(r" ([<>+]) ", row)
    assert match is not None, row
    acts, _, goal = row[match.end() :].partition(" + ")
    return Frame(
        kind,
        _items(row[: match.start()]),
        _items(acts),
        match[1],
        _items(goal),
        tuple(_items(group) for group in also),
        _items(unless),
        soft,
    )


def _items(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


@cache
def phrases() -> Mapping[str, Entry]:
    """Return what may begin at a word: phrases of things and forms of acts."""
    names: dict[tuple[str, tuple[str, ...], str], set[str]] = {}
    things: dict[str, str] = _data()["things"]
    acts: dict[str, str] = _data()["acts"]

    def put(phrase: str, form: str, name: str) -> None:
        first, *rest = phrase.split()
        names.setdefault((first, tuple(rest), form), set()).add(name)

    def put_thing(phrase: str, name: str) -> None:
        for form in {phrase, _plural(phrase)}:
            put(form, "", name)

    def put_act(phrase: str, name: str) -> None:
        if phrase.startswith("="):
            for verb in verb_forms("be")["past"] if phrase.startswith("=be ") else ():
                put(f"{verb} {phrase[4:]}", "as_is", name)
            if not phrase.startswith("=be "):
                verb, _, rest = phrase[1:].partition(" ")
                put(f"{verb_forms(verb)['past'][-1]} {rest}", "as_is", name)
            return
        for one in _spelled_out(phrase):
            verb, _, rest = one.partition(" ")
            for form, spellings in verb_forms(verb).items():
                for spelling in spellings:
                    put(f"{spelling} {rest}", form, name)

    for name, row in things.items():
        for phrase in _items(row):
            put_thing(phrase, f"@{name}")
    for kind, row in events().items():
        for phrase in _items(row):
            put_thing(phrase, f"#{kind}")
    for name, row in acts.items():
        for phrase in _items(row):
            put_act(phrase, f"@{name}")
    for frame in frames():
        for group in (frame.things, frame.unless, frame.goal, *frame.also):
            for item in group:
                if not item.startswith("@"):
                    put_thing(item, item)
                elif item[1:] not in things:
                    raise ValueError(f"frames.toml: no things {item}")
        for item in frame.acts:
            if not item.startswith("@"):
                put_act(item, item)
            elif item[1:] not in acts:
                raise ValueError(f"frames.toml: no acts {item}")
    lexicon: dict[str, list[Phrase]] = {}
    for (first, rest, form), owners in names.items():
        lexicon.setdefault(first, []).append(Phrase(rest, form, tuple(sorted(owners))))
    return {first: _entry(entries) for first, entries in lexicon.items()}


def _entry(found: Sequence[Phrase]) -> Entry:
    followed: dict[str, list[Phrase]] = {}
    for phrase in found:
        if phrase.rest and phrase.rest[0] != "~":
            followed.setdefault(phrase.rest[0], []).append(phrase)
    return Entry(
        alone=tuple(p for p in found if not p.rest),
        loose=tuple(p for p in found if p.rest and p.rest[0] == "~"),
        followed={word: tuple(some) for word, some in followed.items()},
    )


def _spelled_out(phrase: str) -> list[str]:
    """Return the phrases that one with "|" between words stands for."""
    choices = [part.split("|") for part in phrase.split()]
    return [" ".join(words) for words in itertools.product(*choices)]


def _plural(phrase: str) -> str:
    if phrase.endswith(("s", "x", "ch", "sh")):
        return phrase + "es"
    if phrase.endswith("y") and phrase[-2:-1] not in "aeiou":
        return phrase[:-1] + "ies"
    return phrase + "s"


@cache
def verb_forms(verb: str) -> Mapping[str, tuple[str, ...]]:
    """Return the forms of a verb: past and participle, -ing, third person, base."""
    irregular = _data()["verbs"].get(verb, "").split()
    y = verb.endswith("y") and verb[-2] not in "aeiou"
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb
    if _DOUBLES.fullmatch(verb):
        stem = verb + verb[-1]
    past = verb[:-1] + "ied" if y else verb + "d" if verb.endswith("e") else stem + "ed"
    sibilant = verb.endswith(("s", "sh", "ch", "x", "o"))
    third = verb[:-1] + "ies" if y else verb + ("es" if sibilant else "s")
    return {
        "past": tuple(irregular) or (past,),
        "ing": (stem + "ing",),
        "s": (third,),
        "base": (verb,),
    }


_DOUBLES = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")  # "stop", "slam": the last letter twice


@cache
def begin_things() -> frozenset[str]:
    """Return the words that a thing of some frame may begin with: a quick first look."""
    wanted = {name for frame in frames() for name in frame.things}
    wanted |= {f"#{kind}" for kind in events()}
    found = {
        first
        for first, entries in phrases().items()
        if any(not p.form and not wanted.isdisjoint(p.names) for p in entries.phrases())
    }
    return frozenset(found) | word_set("craft")
