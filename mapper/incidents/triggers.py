"""Where a sentence says that something happened, and what keeps it from saying so."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from mapper.incidents.days import number_value
from mapper.incidents.frames import find_frames
from mapper.incidents.prefixes import prefixes
from mapper.incidents.taxonomy import (
    Kind,
    Promotion,
    compile_lower,
    find_cues,
    load_taxonomy,
    lower_pattern,
    present_forms,
    promotions,
    taxonomy_version,
)
from mapper.model import Span

__all__ = [
    "RUN_ON",
    "Trigger",
    "context_pattern",
    "context_value",
    "find_triggers",
    "speaks_of_border",
    "speaks_of_korea",
]

_CLAUSE = re.compile(
    r"[;—–:]\s|, (?:and|but|while|when|after|as|who|which|where)\b|\b(?:but|while|although|when)\b"
)
# A full stop that ends no clause: the patterns may look past it.
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Lt|Col|Gen|Sgt|Capt|Maj|Cpl|Pfc|Mr|Ms|Mrs|Dr|St|No|Jan|Feb|Mar|Apr|Jun|Jul|Aug|"
    r"Sept?|Oct|Nov|Dec|[ap]\.m)\.|(?<=\d)\.(?=\d)"
)
# Endings of verbs as the taxonomy writes them.
_ENDINGS = re.compile(r"\(\?:((?:ed|es|s|ing)(?:\|(?:ed|es|s|ing))*)\)\??")
_HANGUL = re.compile("[가-힣]")
_STRENGTHS = ("strong", "soft", "weak")
_GENERAL = ("shooting", "other")
_SAYS_MORE = (
    "warning_shots", "landmine", "exchange_of_fire", "naval_clash", "shelling", "missile_launch",
)  # fmt: skip
_LOOK_BACK, _LOOK_FAR_BACK = 130, 220  # characters; no veto reaches farther
RUN_ON = 350  # longer than this, a sentence is a list: each part may tell of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Words of a sentence that tell of an incident of some kind.

    Attributes
    ----------
    span
        Within the sentence.
    strength
        ``strong``, ``soft`` (needs a date or place of its own) or ``weak`` (only speaks
        again of something that is already told).
    """

    kind: str
    span: Span
    strength: str
    nominal: bool = False


def find_triggers(sentence: str, *, present: bool = False) -> tuple[Trigger, ...]:
    """Find what a sentence tells as having happened, in reading order.

    Parameters
    ----------
    sentence
        Text of one sentence; line breaks count as spaces.
    present
        True for headlines and chronologies, which tell what happened in the present tense
        ("Commandos cross the border"): there the bare form of a verb counts as well.

    Examples
    --------
    >>> [t.kind for t in find_triggers("Guards fired warning shots after a drone crossed.")]
    ['warning_shots', 'drone']
    >>> find_triggers("No shots were fired.")
    ()
    """
    sentence = sentence.replace("\n", " ").replace("’", "'")
    kinds = find_cues(_lower(sentence))
    sentence = _lower(_ABBREVIATION.sub(lambda m: m.group()[:-1] + "·", sentence))
    found: list[Trigger] = []
    for key, kind in load_taxonomy().items():
        if key in kinds and (kind.needs is None or kind.needs.search(sentence)):
            found += _of_kind(sentence, kind, present=present)
    more = _of_frames(sentence, found, present=present)
    if any(trigger.kind in _SAYS_MORE and not trigger.nominal for trigger in more):
        found = [trigger for trigger in found if trigger.kind not in _GENERAL]
    found += more
    if not found or _veto("sentence").search(sentence) or _veto("elsewhere").search(sentence):
        return ()
    if _HANGUL.search(sentence) and _veto("korean_sentence").search(sentence):
        return ()
    found = [_promoted(trigger, sentence) for trigger in _without_overlaps(found)]
    found = [_told_again(trigger, sentence) for trigger in found]
    counter = context_pattern("telling", "counter").search(sentence)
    if counter is not None:
        found = [replace(t, strength="weak") if t.span.start < counter.end() else t for t in found]
    return tuple(sorted(found, key=lambda trigger: trigger.span))


def speaks_of_korea(text: str) -> bool:
    """Say whether a text speaks of either Korea at all."""
    return bool(context_pattern("korea", "words").search(text))


def speaks_of_border(text: str) -> bool:
    """Say whether a text speaks of the North, the line or a place at it."""
    return bool(context_pattern("korea", "border").search(text))


@cache
def context_pattern(section: str, name: str) -> re.Pattern[str]:
    """Return a pattern of ``context.toml``; lists are joined as alternatives."""
    value = context_value(section, name)
    text = "|".join(f"(?:{part})" for part in value) if isinstance(value, list) else str(value)
    text = text.replace("{word}", _context()[section].get("word", ""))
    flags = re.NOFLAG if name == "dateline" else re.IGNORECASE
    return re.compile(text, flags)


def context_value(section: str, name: str) -> Any:  # noqa: ANN401 - str, int or list
    """Return a value of ``context.toml``."""
    return _context()[section][name]


@cache
def _context() -> dict[str, Any]:
    folder = resources.files("mapper.incidents")
    return tomllib.loads(folder.joinpath("context.toml").read_text(encoding="utf-8"))


@cache
def _veto(name: str) -> re.Pattern[str]:
    """Return the vetoes of a name as one pattern: a look for all of them costs one call."""
    return compile_lower("|".join(f"(?:{text})" for text in context_value("veto", name)))


def _of_kind(sentence: str, kind: Kind, *, present: bool) -> list[Trigger]:
    found: list[Trigger] = []
    hangul = bool(_HANGUL.search(sentence))
    version = taxonomy_version()
    for strength, pattern, starts in _rules_of(kind.key, version, hangul=hangul, present=present):
        for start in starts:  # a plain loop: this is asked more often than anything else
            if start in sentence:
                break
        else:
            if starts:
                continue
        for match in pattern.finditer(sentence):
            span = Span(match.start(), match.end())
            if any(span.overlaps(other.span) for other in found):
                continue
            noun = bool(context_pattern("telling", "nominal").search(match.group()))
            if not _is_vetoed(sentence, span, kind, strength, nominal=noun):
                found.append(Trigger(kind=kind.key, span=span, strength=strength))
    return found


_Rule = tuple[str, re.Pattern[str], tuple[str, ...]]


@cache
def _rules_of(
    key: str,
    version: tuple[Path, ...],  # noqa: ARG001 - the rules are kept apart by it
    *,
    hangul: bool,
    present: bool,
) -> tuple[_Rule, ...]:
    """Return strength, pattern and what it must begin with, for the sentences it may fit."""
    kind = load_taxonomy()[key]
    rules: list[_Rule] = []
    for strength in _STRENGTHS:
        patterns: tuple[str, ...] = getattr(kind, strength)
        for pattern in patterns:
            if hangul or not _HANGUL.search(pattern):
                text = lower_pattern(pattern)
                text = _with_bare_forms(text) if present else text
                whole = rf"(?<!\bto )(?:{text})" if present else text
                rules.append((strength, re.compile(whole), prefixes(text)))
    return tuple(rules)


def _lower(text: str) -> str:
    """Return the text in lower case, code point for code point."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _with_bare_forms(text: str) -> str:
    """Let endings such as ``(?:ed|es)`` be left out: "cross" beside "crossed"."""
    irregular, forms = present_forms()
    text = _ENDINGS.sub(lambda m: f"(?:{m[1]}|e)?", text)
    return irregular.sub(lambda m: f"(?:{m[0]}|{forms[m[0]]})", text)


def _told_again(trigger: Trigger, sentence: str) -> Trigger:
    """Weaken what sums up, or what "the" ties to something told before."""
    words = sentence[trigger.span.slice]
    before = sentence[: trigger.span.start]
    took_place = context_pattern("telling", "took_place").match(sentence, trigger.span.end)
    if (
        not took_place
        and context_pattern("telling", "definite").search(before)
        and context_pattern("telling", "nominal").search(words)
    ):
        return replace(trigger, strength="weak")
    if trigger.strength != "weak" and context_pattern("telling", "counted").search(sentence):
        return replace(trigger, strength="weak")
    if trigger.strength == "strong":
        for match in context_pattern("telling", "sums_up").finditer(sentence):
            if Span(match.start(), match.end()).overlaps(trigger.span):
                return replace(trigger, strength="soft")
    return trigger


def _of_frames(sentence: str, known: Sequence[Trigger], *, present: bool) -> list[Trigger]:
    """Find what no exact pattern of the same group has found."""
    kinds = load_taxonomy()
    groups = {kinds[trigger.kind].group for trigger in known if trigger.strength == "strong"}
    specific = any(kinds[t.kind].group == "contact" and t.kind not in _GENERAL for t in known)
    found: list[Trigger] = []
    for frame in find_frames(sentence, present=present):
        kind = kinds[frame.kind]
        strength = "soft" if frame.soft else "strong"
        if frame.soft and kind.needs is not None and not kind.needs.search(sentence):
            continue
        told = kind.group in groups and (specific or kind.key not in _SAYS_MORE)
        if told and not frame.nominal:
            continue
        noun = frame.nominal
        if noun and context_pattern("telling", "noun_told").search(sentence[: frame.span.start]):
            noun, strength = False, "strong"
        spans = {frame.act} if noun else {frame.span, frame.act}
        if not any(_is_vetoed(sentence, s, kind, strength, nominal=noun) for s in spans):
            one = Trigger(kind=frame.kind, span=frame.span, strength=strength, nominal=noun)
            found.append(one)
    return found


def _is_vetoed(
    sentence: str, span: Span, kind: Kind, strength: str, *, nominal: bool = False
) -> bool:
    clause = _clause_before(sentence, span.start)
    before = clause[-_LOOK_BACK:]
    after = sentence[span.end : span.end + 60]
    if _veto("before").search(before):
        return True
    if _veto("before_far").search(sentence[max(0, span.start - _LOOK_FAR_BACK) : span.start]):
        return True
    if kind.family == "crossing" and _veto("own_way").search(before):
        return True
    if strength == "soft" and _veto("civil").search(sentence):
        return True
    if nominal and (_veto("noun_before").search(before) or _veto("noun_after").search(after)):
        return True
    drill = kind.key == "exercise"
    if (_veto("civil_drill").search(sentence)) if drill else _veto("after").search(after):
        return True
    if _HANGUL.search(sentence, span.start, span.end) and _veto("korean_after").search(after):
        return True
    return kind.key in context_value("statistics", "rated") and _is_statistic(sentence, clause)


def _is_statistic(sentence: str, before: str) -> bool:
    if context_pattern("statistics", "scale").search(before):
        return True
    if context_pattern("statistics", "rate").search(sentence):
        return True
    for match in context_pattern("statistics", "people").finditer(before):
        count = number_value(match["count"])
        if count is not None and count > context_value("statistics", "most_people"):
            return True
    return False


def _clause_before(sentence: str, at: int) -> str:
    start = 0
    for match in _CLAUSE.finditer(sentence, 0, at):
        start = match.end()
    return sentence[start:at]


def _promoted(trigger: Trigger, sentence: str) -> Trigger:
    if len(sentence) > RUN_ON:  # the words of another item of a list do not count
        start = max(sentence.rfind(mark, 0, trigger.span.start) for mark in ",;") + 1
        ends = [at for mark in ",;" if (at := sentence.find(mark, trigger.span.end)) >= 0]
        sentence = sentence[start : min(ends, default=len(sentence))]
    for rule in _promotions_of(trigger.kind, taxonomy_version()):
        if rule.words.search(sentence) and not (rule.unless and rule.unless.search(sentence)):
            return replace(trigger, kind=rule.becomes)
    return trigger


@cache
def _promotions_of(
    kind: str,
    version: tuple[Path, ...],  # noqa: ARG001 - the rules are kept apart by it
) -> tuple[Promotion, ...]:
    return tuple(rule for rule in promotions() if kind in rule.kinds)


def _without_overlaps(found: list[Trigger]) -> list[Trigger]:
    """Of triggers on the same words keep the stronger, then the kind of lower rank."""
    ranks = load_taxonomy()
    kept: list[Trigger] = []
    ordered = sorted(found, key=lambda t: (_STRENGTHS.index(t.strength), ranks[t.kind].rank))
    for trigger in ordered:
        same = [other for other in kept if other.span.overlaps(trigger.span)]
        if not any(
            _STRENGTHS.index(other.strength) < 1 or other.kind == trigger.kind for other in same
        ):
            kept.append(trigger)
    return kept
