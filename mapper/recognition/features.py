"""What the learned recognizer sees: the capitalised words of a sentence and their neighbors.

A sentence's words in small letters are no names; so only its capitalised words make up the
chain that is labelled, and the small ones are features of their neighbors. That is a fifth
of the words, and a fifth of the work.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from mapper.gazetteer import Entry, Flag, Gazetteer, NameMatch, Words, is_hangul
from mapper.recognition.lexicon import load_lexicon

__all__ = ["Scene", "chain_features"]

_TIERS = {"core": "A", "country": "A", "state": "S", "region": "R", "county": "Y"}
_SIZES = ((1_000_000, "4"), (200_000, "3"), (20_000, "2"))  # inhabitants
_RUN = 6  # words of a run of capitalised words that are looked at
_SHOUTED = 0.7  # share of capitalised words above which a capital says nothing
_FEW_WORDS = 3
_NARROW = 3  # characters
_AHEAD = 3  # tokens after the last capitalised one that its features look at
_OF = 2  # tokens from "University" to "Chicago" in "University of Chicago"


class Scene:
    """The words of one text, and the names of the gazetteer that begin at them.

    Parameters
    ----------
    starts
        Where sentences begin.
    korean
        Also look under the Korean key, for texts about Korea.
    """

    def __init__(
        self, text: str, starts: Collection[int], gazetteer: Gazetteer, *, korean: bool
    ) -> None:
        self.text, self.starts, self.gazetteer = text, starts, gazetteer
        self.tokens = words = Words(text)
        self.keys, self.words, self.gaps = words.keys, words.texts, words.gaps
        self.begins, self.ends = words.starts, words.ends
        self.count = len(words)
        self._common = load_lexicon().common
        self._organisations = load_lexicon().organisations
        self._openings = load_lexicon().openings
        self.korean = korean
        self._names: dict[int, list[NameMatch]] = {}
        #: Numbers of the words that are neither written small nor begin a sentence as "The".
        self.large = [
            at
            for at, word in enumerate(words.texts)
            if not "a" <= word[0] <= "z"
            and not (words.keys[at] in self._openings and self._is_opening(at))
        ]

    def _is_opening(self, at: int) -> bool:
        """Say whether a word such as "In" or "He" is only the start of a sentence."""
        if not self.at_start(at):
            return False
        return self.keys[at] != "the" or not self.capital(at + 1)  # "The Hague"

    def names_at(self, at: int) -> list[NameMatch]:
        """List the names that begin at a token, longest first; looked up once."""
        names = self._names.get(at)
        if names is None:
            names = self.gazetteer.names_at(self.tokens, at, korean=self.korean)
            if self.keys[at] == "the":
                names = [name for name in names if not self._has_idle_article(name)]
            self._names[at] = names
        return names

    def _has_idle_article(self, name: NameMatch) -> bool:
        """For "The United States", which is found without its article; not "The Hague"."""
        whole = {entry.row for entry in self.gazetteer.entries(name.key)}
        return any(e.row in whole for e in self.gazetteer.entries(name.key.removeprefix("the ")))

    def key(self, at: int) -> str:
        """Return the key of a token, ``""`` beyond the ends."""
        return self.keys[at] if 0 <= at < self.count else ""

    def capital(self, at: int) -> bool:
        """Say whether a token is written large."""
        return 0 <= at < self.count and self.words[at][0].isupper()

    def lower_key(self, at: int) -> str:
        """Return the key of a token that is written small, else ``""``."""
        if not 0 <= at < self.count or self.words[at][0].isupper():
            return ""
        return self.keys[at]

    def gap(self, at: int) -> str:
        """Return the characters between token ``at`` and the one after it."""
        return self.gaps[at] if 0 <= at < self.count else "\n"

    def joined(self, at: int) -> bool:
        """Say whether nothing but a space or hyphen is between ``at`` and the next token."""
        gap = self.gaps[at] if 0 <= at < self.count else "\n"
        return gap in (" ", "", "-", "\n") or (
            len(gap) < _NARROW and gap.strip(" \u00a0") in ("", "-", "‐")
        )

    def at_start(self, at: int) -> bool:
        """Say whether a sentence, a line or a quotation begins with a token."""
        start = self.begins[at]
        return start in self.starts or start == 0 or self.text[start - 1] in "\n\"“'‘"

    def weak_capital(self, at: int) -> bool:
        """Say whether the capital of a token only marks the start of a sentence."""
        return self.key(at) in self._common and self.at_start(at)

    def in_organisation(self, last: int) -> bool:
        """Say whether the capitalised words after token ``last`` end in an organisation's word."""
        at, found = last, False
        while self.capital(at + 1) and self.joined(at) and at < last + _RUN - 1:
            at += 1
            found = found or self.key(at) in self._organisations
            if self.gap(at) in ("’", "'"):  # People's
                at += 1
        return found

    def is_capital(self, at: int) -> bool:
        """Say whether a token may be part of a name.

        The capital of an ordinary word at the start of a sentence says nothing, unless a
        longer name begins there: "New York", not "The".
        """
        word = self.words[at]
        letter = word[0]
        if letter.islower() or letter.isdigit() or is_hangul(letter):
            return False
        if self.keys[at] not in self._common or word[1:].isupper() or not self.at_start(at):
            return True
        names = self.names_at(at)
        return bool(names) and names[0].last > at

    def classes(self) -> tuple[list[int], dict[int, str]]:
        """List the capitalised words, and say what the longest name over each of them is."""
        capitals, classes, free = [], {}, 0
        for at in self.large:
            if not self.is_capital(at):
                continue
            capitals.append(at)
            if at < free:
                continue
            names = self.names_at(at)
            code = _name_class(self.gazetteer, names[0].key) if names else ""
            if not code:
                continue
            free = names[0].last + 1
            classes[at] = ("U" if free == at + 1 else "B") + code
            for inside in range(at + 1, free):
                classes[inside] = "I" + code
        return capitals, classes


def chain_features(scene: Scene) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Yield the capitalised words of each sentence, with what the model sees of them.

    Yields
    ------
    numbers, features
        Token numbers, and for each of them its features.
    """
    capitals, classes = scene.classes()
    known = set(capitals)
    begins, starts = scene.begins, sorted(scene.starts)
    at = first = 0
    for begin, end in pairwise([*starts, len(scene.text) + 1]):
        first = bisect_left(begins, begin, first)
        chain = []
        while at < len(capitals) and begins[capitals[at]] < end:
            chain.append(capitals[at])
            at += 1
        if not chain:
            continue
        first = min(first, chain[0])
        stop = chain[-1] + 1
        while stop < scene.count and stop <= chain[-1] + _AHEAD and begins[stop] < end:
            stop += 1
        few = stop - first <= _FEW_WORDS
        shouted = not few and len(chain) > _SHOUTED * (stop - first)
        sentence = _Sentence(scene, first, stop, classes, known)
        before, features = None, []
        for number in chain:
            features.append(sentence.features(number, before, shouted=shouted))
            before = number
        yield chain, features


class _Sentence:
    """One sentence while its features are written down."""

    __slots__ = ("capitals", "classes", "first", "gaps", "keys", "scene", "stop")

    def __init__(
        self, scene: Scene, first: int, stop: int, classes: dict[int, str], capitals: set[int]
    ) -> None:
        self.scene, self.keys = scene, scene.keys
        self.first, self.stop = first, stop
        self.classes, self.capitals = classes, capitals
        self.gaps: dict[int, str] = {}

    def key(self, at: int) -> str:
        if at < self.first:
            return "<"
        return self.keys[at] if at < self.stop else ">"

    def gap(self, at: int) -> str:
        """Return a short code for what stands between token ``at`` and the next one."""
        code = self.gaps.get(at)
        if code is None:
            if at < self.first:
                code = "^"
            elif at + 1 >= self.stop:
                end = self.scene.ends[at]
                code = _gap_code(self.scene.text[end : end + 2]) + "$"
            else:
                code = _gap_code(self.scene.gaps[at])
            self.gaps[at] = code
        return code

    def run_ends(self, at: int) -> tuple[int, int]:
        """Return the first and last token of the unbroken capitalised words around ``at``."""
        capitals, last, head = self.capitals, at, at
        while last + 1 in capitals and self.gap(last) in _INSIDE_OR and last < at + _RUN:
            last += 1
        while head - 1 in capitals and self.gap(head - 1) in _INSIDE and head > at - _RUN:
            head -= 1
        return head, last

    def features(self, at: int, before: int | None, *, shouted: bool) -> list[str]:
        capitals, classes, key = self.capitals, self.classes, self.keys[at]
        known = classes.get(at, "")
        left_small, right_small = at - 1 not in capitals, at + 1 not in capitals
        left, right = self.key(at - 1), self.key(at + 1)
        left_gap, right_gap = self.gap(at - 1), self.gap(at)
        head, last = self.run_ends(at)
        left_word = left if left_small else "C"
        right_word = right if right_small else "C"
        features = [
            *_word_features(self.scene.words[at], key, shouted),
            "g=" + known,
            "p1=" + left_gap + left,
            "n1=" + right_gap + right,
            f"gn={known}|{right_gap}{'' if right_small else 'C'}"
            f"{classes.get(at + 1, '')}{_flags(right)}",
            f"gp={known}|{left_gap}{'' if left_small else 'C'}"
            f"{classes.get(at - 1, '')}{_flags(left)}",
            f"pn={left_word}{left_gap}|{right_gap}{right_word}",
            f"p2={self.key(at - 2)} {left_word}",
            f"n2={right_word} {self.key(at + 2)}",
            f"len={at - head}/{last - at}",
        ]
        if last != at:
            ends = self.key(last)
            features += ("last=" + ends, "lf=" + _flags(ends))
            features.append("an=" + self.gap(last) + self.key(last + 1))
            features.append(f"nw={key}{right_gap}{right}")
        else:
            features.append("lf==" + _flags(key))
        if head != at:
            features.append("bp=" + self.key(head - 1) + self.gap(head - 1))
            features.append(f"pw={left}{left_gap}{key}")
        if before is not None and before != at - 1:
            features.append(f"far={min(at - before, 4)}")
            if at - before == _OF:
                one = self.key(before)
                features.append(f"of={left}|{one}")
                features.append(f"og={self.gap(before)}{left}{left_gap}|{_flags(one)}|{known}")
            elif at - before == _OF + 1:
                features.append(f"ot={self.key(at - 2)} {left}|{self.key(before)}")
        return features


_INSIDE = ("_", "-")
_INSIDE_OR = ("_", "-", "'", "’")


@lru_cache(maxsize=4096)
def _gap_code(gap: str) -> str:
    if gap == " ":
        return "_"
    if gap in ("-", "‐"):
        return "-"
    gap = gap.strip(" \u00a0")
    return gap if 0 < len(gap) < 3 else gap[0] + "~" if gap else "_"


@lru_cache(maxsize=65_536)
def _flags(key: str) -> str:
    """Return which word lists hold a word, one letter a list."""
    lexicon = load_lexicon()
    lists = (
        ("c", lexicon.common),
        ("f", lexicon.first_names),
        ("s", lexicon.surnames),
        ("k", lexicon.korean_surnames),
        ("o", lexicon.organisations),
        ("a", lexicon.areas_after),
        ("t", lexicon.titles_before),
        ("x", lexicon.features_before),
    )
    return "".join(letter for letter, words in lists if key in words)


@lru_cache(maxsize=65_536)
def _word_features(word: str, key: str, shouted: bool) -> tuple[str, ...]:  # noqa: FBT001 - a cache key
    return (
        "b",
        "w=" + key,
        "s=" + ("shouted" if shouted else _shape(word)),
        "s3=" + key[-3:],
        "s2=" + key[-2:],
        "fl=" + _flags(key),
    )


def _shape(word: str) -> str:
    """Return how a word is written."""
    if "." in word:
        return "X."
    if len(word) == 1:
        return "X"
    if word.isupper():
        return "XXXX" if len(word) > _FEW_WORDS else "XX"
    return "Xx" if word[1:].islower() else "XxX"


@lru_cache(maxsize=65_536)
def _name_class(gazetteer: Gazetteer, key: str) -> str:
    """Return a short code for what the gazetteer knows of a name, or ``""``."""
    entries = gazetteer.entries(key)
    return _class_of(entries) if entries else ""


def _class_of(entries: Sequence[Entry]) -> str:
    best = entries[0]
    if best.flags & Flag.DEMONYM:
        return "D"
    if best.flags & Flag.POSTAL:
        return "P"
    if best.tier != "city":
        return _TIERS[best.tier]
    people = max(entry.population for entry in entries)
    size = next((code for limit, code in _SIZES if people >= limit), "1")
    usual = any(entry.flags & Flag.PRIMARY for entry in entries)
    return size if usual else size + "a"
