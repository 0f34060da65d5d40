"""Korean verbs told as done: from a stem to the forms in which news tells it.

A past form ends in a syllable with the final ㅆ, a form before a noun in one with ㄴ; the last
vowel of an open stem melts into what follows (``날리`` -> ``날렸``, ``쏘`` -> ``쐈``).
"""

from __future__ import annotations

from functools import cache

__all__ = ["attributive", "headline", "told"]

_BASE = 0xAC00
_FINALS = 28
_VOWELS = 21
_N, _SS = 4, 20  # final consonants
_A, _AE, _EO, _E, _YEO, _O, _WA, _OE, _WAE, _U, _WO, _EU, _I = (
    0, 1, 4, 5, 6, 8, 9, 11, 10, 13, 14, 18, 20,
)  # fmt: skip
_MELTS = {_O: (_WA,), _U: (_WO,), _I: (_YEO,), _EU: (_EO, _A), _OE: (_WAE,)}
_GOES_ON = r"(?:고\b|고\s|며|자\s|다가|면서|던|기 시작)"


def told(stem: str, *, doing: tuple[str, ...] = ("하", "되")) -> str:
    """Return a pattern for a verb told as done.

    Parameters
    ----------
    stem
        As in a dictionary, without ``다``; a noun of doing with ``하``: ``발사하``.
    doing
        The verbs that a noun of doing takes.

    Examples
    --------
    >>> import re
    >>> [bool(re.search(told("날리"), text)) for text in ("풍선을 날렸다", "풍선을 날릴 예정")]
    [True, False]
    """
    if stem.endswith("하") and len(stem) > 1:
        forms = "|".join(_forms(verb) for verb in doing)
        return rf"{stem[:-1]}(?:을|를|이|가|도|은|는)? ?(?:{forms})"
    return rf"(?:{_forms(stem)})"


def attributive(stem: str) -> str:
    """Return a pattern for a verb before the noun that it was done to.

    Examples
    --------
    >>> import re
    >>> bool(re.search(attributive("쏘"), "북한이 쏜 미사일"))
    True
    """
    if stem.endswith("하") and len(stem) > 1:
        return rf"{stem[:-1]}(?:한|된|시킨)\s"
    head, last = stem[:-1], stem[-1]
    return rf"{stem}은\s" if _final(last) else rf"{head}{_with(last, final=_N)}\s"


def headline(stem: str) -> str:
    """Return a pattern for a noun of doing that ends a headline or a part of it.

    Examples
    --------
    >>> import re
    >>> [bool(re.search(headline("발사하"), text)) for text in ("미사일 2발 발사", "발사 예정")]
    [True, False]
    """
    return rf"{stem[:-1]}(?=$|\s*(?:…|\.\.|[,·;:'\"’”)\]]))"


@cache
def _forms(stem: str) -> str:
    head, last = stem[:-1], stem[-1]
    if _final(last):
        return rf"{stem}(?:[았었]|[아어](?:\s|,|서)|은\s|고\s|으며|다가|던)"
    vowels = _MELTS.get(_vowel(last), (_vowel(last),))
    if last == "하":
        vowels = (_AE,)
    past = "".join(_with(last, vowel=vowel, final=_SS) for vowel in vowels)
    joined = "".join(_with(last, vowel=vowel) for vowel in vowels)
    before_noun = _with(last, final=_N)
    full = rf"|{stem}(?:였|여(?:\s|,|서))" if last == "하" else rf"|{stem}(?:었|았|어\s|아\s|어서)"
    return (
        rf"{head}[{past}]|{head}[{joined}](?:\s|,|서)|{head}{before_noun}\s|{stem}{_GOES_ON}{full}"
    )


def _final(syllable: str) -> int:
    return (ord(syllable) - _BASE) % _FINALS


def _vowel(syllable: str) -> int:
    return (ord(syllable) - _BASE) // _FINALS % _VOWELS


def _with(syllable: str, *, vowel: int | None = None, final: int = 0) -> str:
    first = (ord(syllable) - _BASE) // (_FINALS * _VOWELS)
    vowel = _vowel(syllable) if vowel is None else vowel
    return chr(_BASE + (first * _VOWELS + vowel) * _FINALS + final)
