"""What a pattern must begin with: a look for it is far quicker than the pattern itself."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

__all__ = ["prefixes"]

_LITERAL = re.compile(r"[a-z가-힣 ·'-]+")
_SHORTEST = 2  # characters; shorter ones stand in every sentence


def prefixes(pattern: str) -> tuple[str, ...]:
    r"""Return pieces of text of which one must stand in whatever a pattern matches.

    Parameters
    ----------
    pattern
        Of a regular expression in lower case.

    Returns
    -------
    tuple of str
        Empty where nothing can be said, which means that the pattern must be tried.

    Examples
    --------
    >>> prefixes(r"\b(?:cross(?:ed|es)|(?:ran|runs?) over) the")
    ('cross', 'ran', 'run')
    >>> prefixes(r"(?:the )?line")
    ()
    """
    found = _of_any(pattern)
    return tuple(dict.fromkeys(found)) if found is not None else ()


def _prefixes(text: str) -> list[str] | None:
    while True:
        if text.startswith(r"\b"):
            text = text[2:]
        elif text.startswith(("(?<", "(?!", "(?=")):
            text = text[_end_of_group(text) :]
        else:
            break
    if text.startswith("(?:"):
        end = _end_of_group(text)
        if text[end : end + 1] in ("?", "*", "{"):
            return None
        return _of_any(text[3 : end - 1])
    match = _LITERAL.match(text)
    if match is None:
        return None
    literal = match.group()
    if text[match.end() : match.end() + 1] in ("?", "*", "{"):
        literal = literal[:-1]
    return [literal] if len(literal) >= _SHORTEST else None


def _of_any(alternatives: str) -> list[str] | None:
    found: list[str] = []
    for alternative in _split(alternatives):
        part = _prefixes(alternative)
        if part is None:
            return None
        found += part
    return found


def _outside_sets(text: str) -> Iterator[tuple[int, str, int]]:
    """Yield position, character and depth of groups after it, for what is syntax of its own.

    Escaped characters and the insides of sets are passed over.
    """
    depth, at, in_set = 0, 0, False
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif in_set:
            in_set = char != "]"
        elif char == "[":
            in_set = True
        else:
            depth += {"(": 1, ")": -1}.get(char, 0)
            yield at, char, depth
        at += 1


def _split(text: str) -> list[str]:
    """Split at the bars that stand in no group and no set of characters."""
    bars = [at for at, char, depth in _outside_sets(text) if char == "|" and depth == 0]
    cuts = [-1, *bars, len(text)]
    return [text[left + 1 : right] for left, right in itertools.pairwise(cuts)]


def _end_of_group(text: str) -> int:
    """Return where the group that a text begins with ends."""
    for at, char, depth in _outside_sets(text):
        if char == ")" and depth == 0:
            return at + 1
    return len(text)
