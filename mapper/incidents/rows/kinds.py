"""Which of our kinds a row of a table means: keys, labels, other code books, plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mapper.incidents.cells import LETHAL_FAMILIES
from mapper.incidents.rows.columns import column_words
from mapper.incidents.taxonomy import load_taxonomy, taxonomy_version
from mapper.incidents.triggers import find_triggers

__all__ = ["RowKind", "kind_of_row"]

_OTHER = "other"
# How sure a kind is, by what said so.
_SAID, _ALIKE, _WORDED, _CODED = 1.0, 0.8, 0.7, 0.5
_STOP = frozenset(("a", "an", "and", "at", "in", "of", "on", "or", "the", "to"))
_SIGNS = re.compile(r"[\W_]+")
_MOST_TEXT = 2_000  # code points of a row's words that are searched


@dataclass(frozen=True, slots=True, kw_only=True)
class RowKind:
    """The kind of a row.

    Attributes
    ----------
    word
        What the table calls it, where that is not what we call it.
    """

    key: str
    probability: float
    word: str = ""


def kind_of_row(
    kind: str, *, sub_event: str = "", event: str = "", violence: str = "", text: str = ""
) -> RowKind:
    """Say of which kind a row is.

    Parameters
    ----------
    kind
        What its column of a kind says: our key or label, or a word for it.
    sub_event, event
        ACLED's or PLOVER's, or words as well.
    violence
        UCDP's ``type_of_violence``.
    text
        The row's own words; they are asked when the columns say nothing, or leave it open.

    Examples
    --------
    >>> kind_of_row("defection_mdl").key, kind_of_row("Landmine blast").key
    ('defection', 'landmine')
    >>> kind_of_row("", event="Battles", sub_event="Armed clash", text="Patrol boats clashed.").key
    'naval_clash'
    >>> kind_of_row("smuggling")
    RowKind(key='other', probability=1.0, word='smuggling')
    """
    said = kind or sub_event or event
    kind = "" if _plain(kind) in _vague() else kind
    found = _kind_of_words(kind, sub_event, event, violence, taxonomy_version())
    if found is not None and found.probability > _CODED:
        return found
    candidates = _coded(sub_event, event, violence)
    if found is None and kind and not candidates:
        return RowKind(key=_OTHER, probability=1.0, word=kind)
    told = _told(text)
    fitting = [key for key in told if key in candidates]
    if fitting:
        return RowKind(key=fitting[0], probability=_WORDED, word=said)
    if found is not None:
        return found
    if told and not kind:
        return RowKind(key=told[0], probability=_WORDED, word=said)
    return RowKind(key=_OTHER, probability=1.0, word=said)


@cache
def _kind_of_words(
    kind: str,
    sub_event: str,
    event: str,
    violence: str,
    version: tuple[Path, ...],
) -> RowKind | None:
    """Return what the columns alone say; only a code's usual meaning has ``_CODED``."""
    names, codes = _names(version), _codes()
    if kind:
        found = _by_name(kind, names) or _by_part(kind, version) or _by_trigger(kind)
        if found is not None:
            return found
    for cells in ((event, sub_event), (sub_event,), (event,)):
        key = codes.get(_plain(" ".join(filter(None, cells))))
        if key is not None:
            return RowKind(key=key, probability=_CODED, word=sub_event or event)
    open_events = column_words()["open"]["words"]
    for cell in (sub_event, event):
        if cell and _plain(cell) != _OTHER and _plain(cell) not in open_events:
            found = _by_name(cell, names) or _by_part(cell, version) or _by_trigger(cell)
            if found is not None and found.key != _OTHER:
                return found
    usual = column_words()["violence"].get(violence)
    return RowKind(key=usual, probability=_CODED, word="") if usual else None


def _by_name(word: str, names: dict[str, str]) -> RowKind | None:
    key = names.get(_plain(word))
    if key is None:
        return None
    return RowKind(key=key, probability=_SAID, word="" if _is_ours(word, key) else word)


def _by_part(word: str, version: tuple[Path, ...]) -> RowKind | None:
    """Find the longest name all of whose words stand in these: "defection_mdl"."""
    tokens = _tokens(word)
    best: tuple[int, str] | None = None
    for name, key in _parts(version):
        letters = sum(map(len, name))
        if name <= tokens and (best is None or letters > best[0]):
            best = letters, key
    return RowKind(key=best[1], probability=_ALIKE, word=word) if best else None


def _by_trigger(word: str) -> RowKind | None:
    told = [t.kind for t in find_triggers(word.replace("_", " "), present=True)]
    return RowKind(key=told[0], probability=_ALIKE, word=word) if told else None


def _coded(sub_event: str, event: str, violence: str) -> frozenset[str]:
    """Return the kinds that the codes of other code books may mean."""
    if not (sub_event or event or violence):
        return frozenset()
    pair = (_plain(event), _plain(sub_event))
    usual = {_codes().get(_plain(f"{event} {sub_event}")), _codes().get(pair[1])}
    known = column_words()["violence"]
    usual.add(known.get(violence))
    return frozenset(key for key in usual if key) | {
        key
        for key, kind in load_taxonomy().items()
        if pair
        in (
            (_plain(kind.acled_event), _plain(kind.acled_sub_event)),
            (_plain(kind.plover), _plain(kind.plover_mode)),
        )
        or (violence in known and kind.family in LETHAL_FAMILIES)
    }


def _told(text: str) -> list[str]:
    """Return the kinds that a text tells of, the surest first."""
    order = {"strong": 0, "soft": 1}
    found: Iterable[tuple[int, str]] = [
        (order[trigger.strength], trigger.kind)
        for sentence in re.split(r"(?<=[.!?])\s", text[:_MOST_TEXT])
        for trigger in find_triggers(sentence)
        if trigger.strength in order
    ]
    return [key for _, key in sorted(found, key=lambda pair: pair[0])]


def _plain(word: str) -> str:
    return " ".join(_SIGNS.sub(" ", word).split()).casefold()


def _tokens(word: str) -> frozenset[str]:
    plain = (token for token in _plain(word).split() if token not in _STOP)
    return frozenset(t[:-1] if len(t) > 3 and t.endswith("s") else t for t in plain)


def _is_ours(word: str, key: str) -> bool:
    return _plain(word) in (_plain(key), _plain(load_taxonomy()[key].label))


@cache
def _names(version: tuple[Path, ...]) -> dict[str, str]:  # noqa: ARG001 - kept apart by it
    """Return the kind that each whole name means: keys and labels first."""
    names: dict[str, str] = {}
    for key, kind in load_taxonomy().items():
        names.setdefault(_plain(key), key)
        names.setdefault(_plain(kind.label), key)
    for key, words in column_words()["whole"].items():
        for word in words:
            names.setdefault(_plain(word), key)
    return names


@cache
def _parts(version: tuple[Path, ...]) -> Sequence[tuple[frozenset[str], str]]:  # noqa: ARG001 - kept apart by it
    """Return the names that may be a part of a longer one: no lone word that means much else."""
    parts = []
    for key, kind in load_taxonomy().items():
        if key != _OTHER:
            own = [_tokens(key), _tokens(kind.label)]
            more = [_tokens(word) for word in column_words()["whole"].get(key, ())]
            # Of Korean, one word says as much as two of English.
            more = [name for name in more if len(name) > 1 or not "".join(name).isascii()]
            parts += [(name, key) for name in own + more if name]
    return parts


@cache
def _vague() -> frozenset[str]:
    return frozenset(map(_plain, column_words()["vague"]["words"]))


@cache
def _codes() -> dict[str, str]:
    return {_plain(word): key for key, words in column_words()["codes"].items() for word in words}
