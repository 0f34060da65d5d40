"""The kinds of incidents, read from ``taxonomy.toml``, and those that a user adds."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from mapper.errors import SettingsError

__all__ = [
    "Kind",
    "Promotion",
    "compile_lower",
    "find_cues",
    "load_taxonomy",
    "lower_pattern",
    "present_forms",
    "promotions",
    "taxonomy_version",
    "use_taxonomy",
]

_EXAMPLE = 'a kind is [kinds.NAME] with label = "..." and words = ["...", ...]'
_OWN_KEYS = frozenset(
    {"label", "words", "cues", "strong", "soft", "weak", "needs", "family", "group", "area"}
    | {"acled_event", "acled_sub_event", "plover", "plover_mode", "yields_to"}
    | {"label_ko", "color", "color_dark", "shape"}  # for the map alone
)
_added: list[Path] = []  # the user's file of this process; empty without one


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of incident: how it is told, called and coded.

    Attributes
    ----------
    key
        What :attr:`mapper.model.Incident.kind` holds.
    rank
        Of several kinds told as one happening, the lowest rank names it.
    family, group
        Kinds of a family may be one incident across reports; kinds of a group are one when
        they are told in one breath.
    yields_to
        Kinds that name the incident instead when another sentence of it tells of them.
    acled_event, acled_sub_event
        Event type and sub-event type of the ACLED code book.
    plover, plover_mode
        Event type and mode of PLOVER; empty where it has none.
    area
        Where it was, vaguely, when no place is named: ``dmz``, ``nll``, ``actor`` or empty.
    strong, soft, weak
        Patterns for text in lower case, not compiled: most kinds are never asked for.
    """

    key: str
    rank: int
    label: str
    family: str
    group: str
    acled_event: str
    acled_sub_event: str
    plover: str
    plover_mode: str
    area: str
    yields_to: tuple[str, ...]
    cues: tuple[str, ...]
    strong: tuple[str, ...]
    soft: tuple[str, ...]
    weak: tuple[str, ...]
    needs: re.Pattern[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """A kind that becomes another when a sentence also holds certain words."""

    kinds: frozenset[str]
    words: re.Pattern[str]
    unless: re.Pattern[str] | None
    becomes: str


_DOTTED = re.compile(r"(\[\\w)(?=[.,]*-\])")


def use_taxonomy(file: str | Path) -> None:
    """Let the kinds of a file stand beside ours in this process, or none when it is empty.

    Parameters
    ----------
    file
        TOML as in ``taxonomy.toml``: ``[kinds.NAME]`` with a ``label`` and ``words`` that tell
        of it (or ``cues`` and patterns). A name of ours changes only the keys that it gives.

    Raises
    ------
    SettingsError
        When the file cannot be read or does not say what a kind needs.
    """
    wanted = [Path(file)] if str(file) else []
    if wanted == _added:
        return
    before, _added[:] = list(_added), wanted
    _forget()
    try:
        for kind in load_taxonomy().values():
            for pattern in (*kind.strong, *kind.soft, *kind.weak) if wanted else ():
                compile_lower(pattern)
        _cues()
    except SettingsError:
        _added[:] = before
        _forget()
        raise


def taxonomy_version() -> tuple[Path, ...]:
    """Return what tells one taxonomy from another: what is made from it is kept by this."""
    return tuple(_added)


def _forget() -> None:
    for kept in (load_taxonomy, promotions, present_forms, _cues, _data):
        kept.cache_clear()


@cache
def load_taxonomy() -> Mapping[str, Kind]:
    """Return the kinds by key, in order of rank.

    Examples
    --------
    >>> load_taxonomy()["landmine"].label
    'Landmine blast'
    """
    data = _data()
    macros: dict[str, str] = data["macros"]
    return {
        key: _kind(key, rank, row, macros) for rank, (key, row) in enumerate(data["kinds"].items())
    }


@cache
def promotions() -> tuple[Promotion, ...]:
    """Return the rules by which context changes a kind."""
    return tuple(
        Promotion(
            kinds=frozenset(row["kinds"]),
            words=compile_lower(row["words"]),
            unless=compile_lower(row["unless"]) if "unless" in row else None,
            becomes=row["becomes"],
        )
        for row in _data()["promotions"]
    )


@cache
def present_forms() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return a pattern for the irregular pasts in a pattern, and the present of each."""
    forms: dict[str, str] = _data()["present"]
    return _past(tuple(forms)), forms


@cache
def compile_lower(pattern: str) -> re.Pattern[str]:
    """Compile a pattern for text in lower case: twice as fast as ignoring case."""
    try:
        return re.compile(lower_pattern(pattern))
    except re.error as error:
        raise SettingsError(f"not a pattern: {pattern!r}: {error}") from error


def lower_pattern(pattern: str) -> str:
    r"""Return a pattern with its letters in lower case; ``\S`` and the like stay.

    Examples
    --------
    >>> lower_pattern(r"NLL\S*")
    'nll\\S*'
    """
    return re.sub(r"(?<!\\)[A-Z]", lambda m: m[0].lower(), pattern)


def find_cues(lowered: str) -> frozenset[str]:
    """Return the kinds whose cues stand in a text that is already in lower case.

    This one pass is what makes extraction fast: most sentences hold no cue at all.
    """
    pattern, owners = _cues()
    found: set[str] = set()
    for match in pattern.finditer(lowered):
        found |= owners[match.group()]
    return frozenset(found)


@cache
def _cues() -> tuple[re.Pattern[str], Mapping[str, frozenset[str]]]:
    cues = {cue for kind in load_taxonomy().values() for cue in kind.cues}
    # A match hides a longer or overlapping cue, so each carries what lies inside or beside it.
    owners = {
        cue: frozenset(
            kind.key
            for kind in load_taxonomy().values()
            if any(other.startswith(cue) or cue in other or other in cue for other in kind.cues)
        )
        for cue in cues
    }
    latin = _any_of(sorted(cue for cue in cues if cue.isascii()))
    korean = _any_of(sorted(cue for cue in cues if not cue.isascii()))
    pattern = rf"\b{latin}|{korean}"
    return re.compile(pattern), owners


def _any_of(words: list[str]) -> str:
    """Return a pattern for any of some words, branching on one letter at a time.

    A plain alternation of 200 words is tried one by one at every letter; this is 3 times
    as fast. The longest word that fits is found.
    """
    branches: dict[str, list[str]] = {}
    for word in words:
        if word:
            branches.setdefault(word[0], []).append(word[1:])
    parts = [re.escape(first) + _any_of(rest) for first, rest in branches.items()]
    if not parts:
        return ""
    return f"(?:{'|'.join(parts)})" + ("?" if "" in words else "")


@cache
def _data() -> dict[str, Any]:
    folder = resources.files("mapper.incidents")
    data = tomllib.loads(folder.joinpath("taxonomy.toml").read_text(encoding="utf-8"))
    for file in _added:
        own = _own_kinds(file, data["kinds"])
        data["kinds"] = own | {key: row for key, row in data["kinds"].items() if key not in own}
    return data


def _own_kinds(file: Path, ours: Mapping[str, Any]) -> dict[str, Any]:
    """Read a user's kinds; each is made whole with our row of that name, or with defaults."""
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8"))["kinds"]
    except (OSError, ValueError, KeyError) as error:
        raise SettingsError(f"cannot read the taxonomy {file}: {error}; {_EXAMPLE}") from error
    own = {}
    for key, row in rows.items():
        unknown = sorted(set(row) - _OWN_KEYS)
        if unknown:
            raise SettingsError(f"{file}: kind {key!r} has an unknown key {unknown[0]!r}")
        words = [str(word).lower() for word in row.pop("words", [])]
        whole = ours.get(key) or {
            "family": key,
            "group": key,
            "acled_event": "Strategic developments",
            "acled_sub_event": "Other",
            "plover": "",
            "plover_mode": "",
            "cues": [],
            "strong": [],
        }
        merged = whole | row
        merged["cues"] = [*merged["cues"], *words]
        merged["strong"] = [*merged["strong"], *map(_as_pattern, words)]
        if "label" not in merged or not merged["cues"]:
            raise SettingsError(f"{file}: kind {key!r} is not whole: {_EXAMPLE}")
        own[key] = merged
    return own


def _as_pattern(word: str) -> str:
    return re.escape(word) if not word.isascii() else rf"\b{re.escape(word)}\b"


def _with_participles(text: str) -> str:
    """Let "came" in a pattern stand for "had come", "has come" and "have come" as well."""
    forms: dict[str, str] = _data()["participles"]

    def both(match: re.Match[str]) -> str:
        form = forms[match[0]]
        return f"(?:{match[0]}|(?:(?<=ha[ds] )|(?<=have )){form})"

    return _past(tuple(forms)).sub(both, text)


@cache
def _past(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for words as they stand in a pattern."""
    return re.compile(rf"(?:(?<=\\b)|(?<![a-z\\]))(?:{'|'.join(words)})(?![a-z])")


def _kind(key: str, rank: int, row: dict[str, Any], macros: dict[str, str]) -> Kind:
    def filled_in(patterns: list[str]) -> tuple[str, ...]:
        filled = (
            re.sub(r"\{([a-z]+)\}", lambda m: macros.get(m[1], m[0]), text) for text in patterns
        )
        # The full stop of "U.S." reaches the patterns as a raised dot: part of a word.
        dotted = (_DOTTED.sub(r"\1·", text) for text in filled)
        return tuple(_with_participles(text) for text in dotted)

    return Kind(
        key=key,
        rank=rank,
        label=row["label"],
        family=row["family"],
        group=row["group"],
        acled_event=row["acled_event"],
        acled_sub_event=row["acled_sub_event"],
        plover=row["plover"],
        plover_mode=row["plover_mode"],
        area=row.get("area", ""),
        yields_to=tuple(row.get("yields_to", [])),
        cues=tuple(row["cues"]),
        strong=filled_in(row["strong"]),
        soft=filled_in(row.get("soft", [])),
        weak=filled_in(row.get("weak", [])),
        needs=compile_lower(row["needs"]) if "needs" in row else None,
    )
