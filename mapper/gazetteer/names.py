"""Names as keys: how two spellings of one name come to look the same.

Two keys are in use. The *world key* ignores case, marks and punctuation and is safe for any
language. The *Korean key* also undoes the differences between the romanizations in use for
Korean names (McCune-Reischauer with and without its marks, the Revised Romanization, North
Korea's own), so that Ch'ŏrwŏn, Cholwon and Cheorwon meet; it is only used for places in Korea.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple, TypeVar, overload

__all__ = ["Memo", "Token", "Words", "is_hangul", "korean_key", "tokenize", "word_key", "world_key"]

# Abbreviations with dots are one token ("U.S.", "W.Va."); an apostrophe inside a word belongs
# to it (Ch'orwon, O'Fallon) unless it is the possessive. In decomposed text (NFD) the marks
# that follow a letter belong to it.
_WORD_FORM = (
    r"[a-z]+(?![\w'’ʼ‘`{marks}])"  # most words, and quickly
    r"|(?=[^\W_])(?:"  # what stands between words is passed by without a look at the rest
    r"(?:[A-Z][a-z]{{0,2}}\.){{2,}}(?![a-z])"
    r"|(?:[A-Z]\.)+[A-Z](?![\w])"
    r"|{letters}(?:['’ʼ‘`](?!s\b|S\b){letters_only})*)"
)
_TOKEN = re.compile(_WORD_FORM.format(marks="", letters=r"[^\W_]+", letters_only=r"[^\W\d_]+"))
_TOKEN_NFD = re.compile(
    _WORD_FORM.format(
        marks="\u0300-\u036f",
        letters="(?:[^\\W_][\u0300-\u036f]*)+",
        letters_only="(?:[^\\W\\d_][\u0300-\u036f]*)+",
    )
)
# With a group, so that splitting keeps the words between the gaps.
_SPLIT, _SPLIT_NFD = (re.compile(f"({pattern.pattern})") for pattern in (_TOKEN, _TOKEN_NFD))
_DECOMPOSED = re.compile("[\u0300-\u036f\u1100-\u11ff]")
_MARKS = re.compile("[\u0300-\u036f]")  # what NFKD splits off Latin letters
_WORD = re.compile(r"[^\W_]+")
_SPECIAL = re.compile("['’ʼ‘`.\uac00-\ud7a3]")  # names that need the whole tokenizer
_APOSTROPHES = str.maketrans("", "", "'’ʼ‘`.")
# Letters that NFKD does not take apart.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
# In this order: vowels with two spellings, aspirates, voiced and unvoiced pairs, liquids.
_ROMANIZATION = (
    (re.compile(r"eo"), "o"),
    (re.compile(r"eu"), "u"),
    (re.compile(r"oo"), "u"),
    (re.compile(r"ee"), "i"),
    (re.compile(r"sh(?=i)"), "s"),
    (re.compile(r"tch|cch|ch|jj"), "j"),
    (re.compile(r"kh|kk|gg|g"), "k"),
    (re.compile(r"th|tt|dd|d"), "t"),
    (re.compile(r"ph|pp|bb|b"), "p"),
    (re.compile(r"rr|ll|lr|rl|nl|ln|r"), "l"),
    (re.compile(r"(.)\1"), r"\1"),
)
_VILLAGE = re.compile(r"(?<=[a-z][-‐–])[nl]i$", re.IGNORECASE)
_SYLLABLES = re.compile(
    r"(?:(?:kk|kh|k|g|nn|n|tt|th|t|d|r|l|m|pp|ph|p|b|ss|sh|s|jj|tch|ch|j|h)?"
    r"(?:yae|yeo|yo|ya|ye|yu|wae|wa|wo|we|wi|weo|ui|oe|ae|eo|eu|a|e|i|o|u)"
    r"(?:ng|n|m|l|r|k|g|p|b|t|d)?)+"
)


_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


class Token(NamedTuple):
    """A word of a text: where it stands, how it looks, and its key."""

    start: int
    end: int
    text: str
    key: str


def is_hangul(word: str) -> bool:
    """Say whether a word begins with a Hangul syllable, composed or not."""
    return word >= "\u1100" and ("\uac00" <= word < "\ud7a4" or word < "\u1200")


@lru_cache(maxsize=65_536)
def word_key(word: str) -> str:
    """Return the key of one token.

    Examples
    --------
    >>> word_key("P’yŏngyang"), word_key("U.S."), word_key("Łódź")
    ('pyongyang', 'us', 'lodz')
    """
    if word.isascii():
        return word.translate(_APOSTROPHES).lower()
    if is_hangul(word):
        return unicodedata.normalize("NFC", word).casefold()
    return "".join(_WORD.findall(_plain(word)))


class Memo(dict[_K, _V]):
    """Answers of a function, kept by their key: faster to ask than a cached function.

    Parameters
    ----------
    answer
        The function.
    most
        So many are kept; then all are forgotten, for a text of ever new words must not fill
        the memory.

    Examples
    --------
    >>> keys = Memo(word_key)
    >>> keys["U.S."], len(keys)
    ('us', 1)
    """

    __slots__ = ("answer", "most")

    def __init__(self, answer: Callable[[_K], _V], *, most: int = 65_536) -> None:
        super().__init__()
        self.answer, self.most = answer, most

    def __missing__(self, key: _K) -> _V:
        if len(self) >= self.most:
            self.clear()
        value = self[key] = self.answer(key)
        return value


_KEYS = Memo(word_key)


class Words(Sequence[Token]):
    r"""The words of a text, a column for each of their sides; as a sequence, its tokens.

    Attributes
    ----------
    texts, keys
        How each word looks, and its key.
    starts, ends
        Where it stands: code points of ``text``.
    gaps
        What stands between it and the next word; a line break behind the last.

    Examples
    --------
    >>> words = Words("Shots near Paju.")
    >>> words.keys, words.gaps, words[2].start
    (['shots', 'near', 'paju'], [' ', ' ', '\n'], 11)
    """

    __slots__ = ("ends", "gaps", "keys", "starts", "text", "texts")

    def __init__(self, text: str) -> None:
        self.text = text
        parts = (_SPLIT_NFD if _DECOMPOSED.search(text) else _SPLIT).split(text)
        bounds = list(accumulate(map(len, parts)))
        self.texts: list[str] = parts[1::2]
        self.starts, self.ends = bounds[:-1:2], bounds[1::2]
        self.gaps: list[str] = parts[2::2]
        if self.gaps:
            self.gaps[-1] = "\n"
        self.keys = list(map(_KEYS.__getitem__, self.texts))

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, at: int) -> Token: ...
    @overload
    def __getitem__(self, at: slice) -> list[Token]: ...
    def __getitem__(self, at: int | slice) -> Token | list[Token]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(len(self)))]
        return Token(self.starts[at], self.ends[at], self.texts[at], self.keys[at])

    def __iter__(self) -> Iterator[Token]:
        return map(Token, self.starts, self.ends, self.texts, self.keys)


def tokenize(text: str) -> Words:
    """Split text into words; offsets are code points of ``text``.

    Examples
    --------
    >>> [token.text for token in tokenize("North Korea's U.S. talks in Ch'orwon")]
    ['North', 'Korea', 's', 'U.S.', 'talks', 'in', "Ch'orwon"]
    """
    return Words(text)


def world_key(name: str) -> str:
    """Return the key under which a name of the world is filed: its words, one space between.

    Examples
    --------
    >>> world_key("Winston-Salem"), world_key("São Paulo")
    ('winston salem', 'sao paulo')
    """
    if name.isascii() and name.replace(" ", "").isalpha():  # the commonest case, ten times faster
        return " ".join(name.lower().split())
    name = unicodedata.normalize("NFC", name)
    if _SPECIAL.search(name):
        return " ".join([word_key(match.group()) for match in _TOKEN.finditer(name)])
    return " ".join(_WORD.findall(_plain(name)))


def _plain(name: str) -> str:
    """Return a name without case, marks and apostrophes."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_PLAIN))
    # Once more: taking a mark off can leave a letter of the table ("ǣ" is "æ" and a macron).
    return _MARKS.sub("", plain).casefold().translate(_PLAIN).translate(_APOSTROPHES)


@lru_cache(maxsize=65_536)
def korean_key(name: str) -> str:
    """Return the key that all romanizations of a Korean name share, or ``""``.

    Empty when the name cannot be read as romanized Korean syllables, or is so short that
    folding would confuse it with other words.

    Notes
    -----
    Pairs folded: k/g, t/d, p/b, ch/j, r/l, aspirates with and without h or apostrophe,
    ŏ/eo/o, ŭ/eu/u, hyphens and spaces; the ending of villages, -ri, also as it sounds: -ni.

    Examples
    --------
    >>> korean_key("Ch'ŏrwŏn") == korean_key("Cheorwon") == korean_key("Cholwon")
    True
    >>> korean_key("Springfield")
    ''
    """
    name = _VILLAGE.sub("ri", unicodedata.normalize("NFC", name))
    letters = "".join(word_key(match.group()) for match in _TOKEN.finditer(name))
    if len(letters) < 5 or not letters.isascii() or not _SYLLABLES.fullmatch(letters):
        return ""
    for pattern, plain in _ROMANIZATION:
        letters = pattern.sub(plain, letters)
    return letters
