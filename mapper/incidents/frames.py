"""Who did what, in any order and form: triggers from words that belong together.

``taxonomy.toml`` holds exact patterns. This module reads ``frames.toml``: things (a balloon),
acts (to fall, to be found) and, for each kind, which thing and act together tell of it. A
sentence is looked at once, word by word, so the cost grows with its length alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mapper.incidents.frame_rules import (
    Frame,
    Phrase,
    begin_things,
    by_act,
    frames,
    korean_frames,
    korean_pattern,
    phrases,
    word_set,
)
from mapper.model import Span

__all__ = ["Found", "find_frames"]

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_BREAK = re.compile(r"[;:!?()—–]|\.(?=\s)")
_COMPOUND = re.compile(r"[a-z0-9]+-[a-z0-9]+")  # "a bullet-riddled car" tells of no shooting
_FAR = 13  # words from a thing to what it does
_NEAR = 9  # words from what is done to the thing it is done to
_ROOM = 5  # words that a "~" leaves room for
# Without one of these the words may be of anywhere: a date or place of their own is needed.
_SETTINGS = frozenset({"@border", "@koreas"})
_HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A thing and an act that together tell of a kind of incident, or a noun that does alone."""

    kind: str
    span: Span
    act: Span
    soft: bool
    nominal: bool = False


@dataclass(frozen=True, slots=True)
class _Hit:
    first: int
    last: int
    form: str  # "" for a thing; "past", "ing", "s", "base" or "as_is" for an act


_Hits = dict[str, list[_Hit]]


def find_frames(sentence: str, *, present: bool = False) -> list[Found]:
    """Find the frames that a sentence fills.

    Parameters
    ----------
    sentence
        In lower case.
    present
        Whether the bare form of a verb tells what happened, as in headlines.

    Examples
    --------
    >>> [found.kind for found in find_frames("a trash balloon from the north burst on a roof")]
    ['balloon']
    >>> find_frames("balloons are sold at the border")
    []
    """
    found = _korean(sentence, present=present) if _HANGUL.search(sentence) else []
    words = _WORD.findall(sentence)
    if begin_things().isdisjoint(words):
        return found
    things, acts = _scan(words)
    if not things or (not acts and not any(name.startswith("#") for name in things)):
        return found
    tokens = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(sentence)]
    found += _events(things, tokens)
    breaks = [m.start() for m in _BREAK.finditer(sentence)]
    done: set[str] = set()
    fitting = sorted({number for act in acts for number in by_act().get(act, ())})
    for frame in map(frames().__getitem__, fitting):
        if frame.kind in done or things.keys().isdisjoint(frame.things):
            continue
        missing = [group for group in frame.also if things.keys().isdisjoint(group)]
        if any(_SETTINGS.isdisjoint(group) for group in missing):
            continue
        if not things.keys().isdisjoint(frame.unless):
            continue
        pair = _fill(frame, things, acts, tokens, breaks, present=present)
        if pair is None:
            continue
        done.add(frame.kind)
        soft = frame.soft or bool(missing) or _is_reduced(*pair, tokens)
        one = _found(frame, *pair, tokens, soft=soft)
        if not _COMPOUND.fullmatch(sentence[one.span.slice]):
            found.append(one)
    return found


def _events(things: _Hits, tokens: Sequence[tuple[str, int, int]]) -> list[Found]:
    found = []
    for name, hits in things.items():
        if name.startswith("#"):
            spans = [Span(tokens[hit.first][1], tokens[hit.last][2]) for hit in hits]
            found += [
                Found(kind=name[1:], span=span, act=span, soft=True, nominal=True) for span in spans
            ]
    return found


def _scan(words: Sequence[str]) -> tuple[_Hits, _Hits]:
    """Return the things and the acts that words name, by the names of their lists."""
    lexicon, craft = phrases(), word_set("craft")
    things: _Hits = {}
    acts: _Hits = {}
    end = len(words)
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < end else ""
        if word in craft and following[:1].isdigit():
            things.setdefault("@aircraft", []).append(_Hit(at, at + 1, ""))
        entry = lexicon.get(word)
        if entry is None:
            continue
        for phrase in entry.alone:
            _put(phrase, _Hit(at, at, phrase.form), things, acts)
        for some in (entry.loose, entry.followed.get(following, ())):
            for phrase in some:
                last = _match(words, at, phrase.rest)
                if last is not None:
                    _put(phrase, _Hit(at, last, phrase.form), things, acts)
    return things, acts


def _put(phrase: Phrase, hit: _Hit, things: _Hits, acts: _Hits) -> None:
    into = acts if phrase.form else things
    for name in phrase.names:
        into.setdefault(name, []).append(hit)


def _found(
    frame: Frame, thing: _Hit, act: _Hit, tokens: Sequence[tuple[str, int, int]], *, soft: bool
) -> Found:
    start = min(tokens[thing.first][1], tokens[act.first][1])
    end = max(tokens[thing.last][2], tokens[act.last][2])
    told_by = Span(tokens[act.first][1], tokens[act.last][2])
    return Found(kind=frame.kind, span=Span(start, end), act=told_by, soft=soft)


def _korean(sentence: str, *, present: bool) -> list[Found]:
    found = []
    for kind, things, pattern in korean_frames(present=present):
        if any(thing in sentence for thing in things):
            match = korean_pattern(pattern).search(sentence)
            if match is not None:
                span = Span(match.start(), match.end())
                found.append(Found(kind=kind, span=span, act=span, soft=False))
    return found


def _match(words: Sequence[str], at: int, rest: tuple[str, ...]) -> int | None:
    """Return the last word of a phrase that begins at ``at``; "~" leaves room."""
    here = at
    room = 0
    for word in rest:
        if word == "~":
            room = _ROOM
            continue
        stop = min(len(words), here + 2 + room)
        for there in range(here + 1, stop):
            if words[there] == word:
                here = there
                break
        else:
            return None
        room = 0
    return here


def _fill(
    frame: Frame,
    things: _Hits,
    acts: _Hits,
    tokens: Sequence[tuple[str, int, int]],
    breaks: Sequence[int],
    *,
    present: bool,
) -> tuple[_Hit, _Hit] | None:
    best: tuple[int, _Hit, _Hit] | None = None
    for name in frame.acts:
        for act in acts.get(name, ()):
            told = _told(act, tokens, present=present)
            if not told and (act.form != "ing" or frame.order == "<"):
                continue
            if frame.goal and not _reaches(act, [things.get(name, ()) for name in frame.goal]):
                continue
            for other in frame.things:
                for thing in things.get(other, ()):
                    if not told and thing.last + 1 != act.first:
                        continue  # only "soldiers laying mines"
                    gap = _gap(frame.order, thing, act, tokens, breaks)
                    if gap is not None and (best is None or gap < best[0]):
                        best = (gap, thing, act)
    return None if best is None else (best[1], best[2])


def _reaches(act: _Hit, goals: Iterable[Sequence[_Hit]]) -> bool:
    """Say whether a goal stands in or right behind the act: "walked over the line"."""
    return any(
        act.first < hit.last and hit.first - act.last <= _NEAR for hits in goals for hit in hits
    )


def _gap(
    order: str,
    thing: _Hit,
    act: _Hit,
    tokens: Sequence[tuple[str, int, int]],
    breaks: Sequence[int],
) -> int | None:
    """Return how many words stand between, or ``None`` where the order does not fit."""
    if thing.last < act.first:
        gap = act.first - thing.last - 1
        if gap > _FAR:
            return None
        passive = act.form == "past" and _is_passive(act, tokens)
        if order == "<" and not (passive or (gap <= 1 and act.form == "past")):
            return None
        if order == ">" and passive and _agent(act, tokens):
            return None
        if any(
            token[0] in word_set("met") for token in tokens[max(0, thing.first - 3) : thing.first]
        ):
            return None
        left, right = tokens[thing.last][2], tokens[act.first][1]
    elif act.last < thing.first:
        gap = thing.first - act.last - 1
        if gap > _NEAR:
            return None
        between = [token[0] for token in tokens[act.last + 1 : thing.first]]
        by = "by" in between
        if order == ">" and not by:
            return None
        if order == "<" and by:
            return None
        left, right = tokens[act.last][2], tokens[thing.first][1]
    else:  # "tore up the road": the thing stands inside the act's words
        return 0 if order != ">" and act.first < thing.first else None
    return None if any(left <= at < right for at in breaks) else gap


def _is_passive(act: _Hit, tokens: Sequence[tuple[str, int, int]]) -> bool:
    return any(token[0] in word_set("be") for token in tokens[max(0, act.first - 3) : act.first])


def _agent(act: _Hit, tokens: Sequence[tuple[str, int, int]]) -> bool:
    return any(token[0] == "by" for token in tokens[act.last + 1 : act.last + 3])


def _is_reduced(thing: _Hit, act: _Hit, tokens: Sequence[tuple[str, int, int]]) -> bool:
    """Say whether an -ing form only describes what stands right before it."""
    return (
        act.form == "ing" and thing.last + 1 == act.first and not _told(act, tokens, present=False)
    )


def _told(act: _Hit, tokens: Sequence[tuple[str, int, int]], *, present: bool) -> bool:
    """Say whether the form of a verb tells that it happened."""
    if act.form in ("past", "as_is"):
        return True
    before = [token[0] for token in tokens[max(0, act.first - 3) : act.first]]
    if act.form == "ing":
        farther = {token[0] for token in tokens[max(0, act.first - 9) : act.first]}
        return (
            not before
            or any(word in word_set("before_ing") for word in before)
            or not farther.isdisjoint(word_set("seen_doing"))
            or (before[-1] == "and" and not farther.isdisjoint(word_set("before_ing")))
            or (before[-1] == "of" and not farther.isdisjoint(word_set("blamed")))
            or (before[-1] == "be" and not farther.isdisjoint(word_set("seems")))
        )
    if act.form == "base" and before and before[-1] == "to":
        return any(word in word_set("before_base") for word in before)
    return present and not (before and before[-1] in word_set("unreal"))
