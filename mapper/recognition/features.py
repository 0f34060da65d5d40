"""What the learned recognizer sees: the capitalised words of a sentence and their neighbors.

A sentence's words in small letters are no names; so only its capitalised words make up the
chain that is labelled, and the small ones are features of their neighbors. That is a fifth
of the words, and a fifth of the work.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache, partial
from itertools import pairwise

from mapper.gazetteer import Entry, Flag, Gazetteer, Memo, NameMatch, Words, is_hangul, word_key
from mapper.recognition.lexicon import load_lexicon

__all__ = ["Scene", "chain_features"]

_TIERS = {"core": "A", "country": "A", "state": "S", "region": "R", "county": "Y"}
_SIZES = ((1_000_000, "4"), (200_000, "3"), (20_000, "2"))  # inhabitants
_RUN = 6  # words of a run of capitalised words that are looked at
_SHOUTED = 0.7  # share of capitalised words above which a capital says nothing
_FEW_WORDS = 3
_NARROW = 3  # characters
_AHEAD = 3  # tokens after the last capitalised one that its features look at
_BEYOND = 8  # tokens beyond the ends that may be asked about: a run, and the word behind it
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
        self.count = len(words)
        # Beyond both ends, where words are asked for too, there are none: -1 is the last entry.
        self.keys = words.keys + [""] * _BEYOND
        self.gaps = words.gaps + ["\n"] * _BEYOND
        self.words, self.begins, self.ends = words.texts, words.starts, words.ends
        self._common = load_lexicon().common
        self._organisations = load_lexicon().organisations
        self.korean = korean
        self._names: dict[int, list[NameMatch]] = {}
        large = [at for at, word in enumerate(words.texts) if not "a" <= word < "{"]
        #: By token: whether it is written large.
        self.capitals = [False] * (self.count + _BEYOND)
        for at in large:
            if words.texts[at][0].isupper():
                self.capitals[at] = True
        keys, openings = self.keys, load_lexicon().openings
        #: Numbers of the words that are neither written small nor begin a sentence as "The".
        self.large = [at for at in large if not (keys[at] in openings and self._is_opening(at))]

    def _is_opening(self, at: int) -> bool:
        """Say whether a word such as "In" or "He" is only the start of a sentence."""
        if not self.at_start(at):
            return False
        return self.keys[at] != "the" or not self.capitals[at + 1]  # "The Hague"

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

    def lower_key(self, at: int) -> str:
        """Return the key of a token that is written small, else ``""``."""
        return "" if self.capitals[at] else self.keys[at]

    def joined(self, at: int) -> bool:
        """Say whether nothing but a space or hyphen is between ``at`` and the next token."""
        return _JOINED[self.gaps[at]]

    def at_start(self, at: int) -> bool:
        """Say whether a sentence, a line or a quotation begins with a token."""
        start = self.begins[at]
        return start in self.starts or start == 0 or self.text[start - 1] in "\n\"“'‘"

    def weak_capital(self, at: int) -> bool:
        """Say whether the capital of a token only marks the start of a sentence."""
        return self.keys[at] in self._common and self.at_start(at)

    def in_organisation(self, last: int) -> bool:
        """Say whether the capitalised words after token ``last`` end in an organisation's word."""
        at, found = last, False
        while self.capitals[at + 1] and _JOINED[self.gaps[at]] and at < last + _RUN - 1:
            at += 1
            found = found or self.keys[at] in self._organisations
            if self.gaps[at] in ("’", "'"):  # People's
                at += 1
        return found

    def is_capital(self, at: int) -> bool:
        """Say whether a token may be part of a name.

        The capital of an ordinary word at the start of a sentence says nothing, unless a
        longer name begins there: "New York", not "The".
        """
        word = self.words[at]
        if not self.capitals[at]:
            letter = word[0]
            if letter.islower() or letter.isdigit() or is_hangul(letter):
                return False
        if self.keys[at] not in self._common or word[1:].isupper() or not self.at_start(at):
            return True
        names = self.names_at(at)
        return bool(names) and names[0].last > at

    def classes(self) -> tuple[list[int], list[str]]:
        """List the capitalised words; say of each token what the longest name over it is."""
        capitals, classes, free = [], [""] * (self.count + _BEYOND), 0
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
    known = [False] * (scene.count + _BEYOND)
    for number in capitals:
        known[number] = True
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
        yield chain, _Sentence(scene, first, stop, classes, known).features(chain)


class _Sentence:
    """One sentence while its features are written down."""

    __slots__ = ("capitals", "classes", "first", "scene", "stop")

    def __init__(
        self, scene: Scene, first: int, stop: int, classes: list[str], capitals: list[bool]
    ) -> None:
        self.scene, self.first, self.stop = scene, first, stop
        self.classes, self.capitals = classes, capitals

    def key(self, at: int) -> str:
        if at < self.first:
            return "<"
        return self.scene.keys[at] if at < self.stop else ">"

    def gap(self, at: int) -> str:
        """Return a short code for what stands between token ``at`` and the next one."""
        if at < self.first:
            return "^"
        if at + 1 < self.stop:
            return _GAP_CODES[self.scene.gaps[at]]
        end = self.scene.ends[at]
        return _GAP_CODES[self.scene.text[end : end + 2]] + "$"

    def runs(self, chain: list[int]) -> tuple[list[str], list[int], list[int]]:
        """Return for each word the gap behind it, and the ends of the unbroken words around it."""
        gaps, heads, lasts = [self.gap(at) for at in chain], chain.copy(), chain.copy()
        for place in range(1, len(chain)):
            if chain[place] == chain[place - 1] + 1 and gaps[place - 1] in _INSIDE:
                heads[place] = heads[place - 1]
        for place in range(len(chain) - 2, -1, -1):
            if chain[place] == chain[place + 1] - 1 and gaps[place] in _INSIDE_OR:
                lasts[place] = lasts[place + 1]
        return gaps, heads, lasts

    def features(self, chain: list[int]) -> list[list[str]]:
        """Write down what the model sees of each word of a chain."""
        scene, capitals, classes, key_of = self.scene, self.capitals, self.classes, self.key
        keys, words, first, stop = scene.keys, scene.words, self.first, self.stop
        few = stop - first <= _FEW_WORDS
        shouted = not few and len(chain) > _SHOUTED * (stop - first)
        word_features = _SHOUTED_WORDS if shouted else _WORDS
        gaps, heads, lasts = self.runs(chain)
        before, found = -1, []
        for place, at in enumerate(chain):
            key, known, right_gap = keys[at], classes[at], gaps[place]
            left = keys[at - 1] if at > first else "<"
            right = keys[at + 1] if at + 1 < stop else ">"
            left_gap = gaps[place - 1] if before == at - 1 and place else self.gap(at - 1)
            last, head = min(lasts[place], at + _RUN), max(heads[place], at - _RUN)
            left_large, right_large = capitals[at - 1], capitals[at + 1]
            left_word, right_word = "C" if left_large else left, "C" if right_large else right
            features = [
                *word_features[words[at]],
                "g=" + known,
                "p1=" + left_gap + left,
                "n1=" + right_gap + right,
                f"gn={known}|{right_gap}{'C' if right_large else ''}"
                f"{classes[at + 1]}{_FLAGS[right]}",
                f"gp={known}|{left_gap}{'C' if left_large else ''}{classes[at - 1]}{_FLAGS[left]}",
                f"pn={left_word}{left_gap}|{right_gap}{right_word}",
                f"p2={keys[at - 2] if at - 2 >= first else '<'} {left_word}",
                f"n2={right_word} {keys[at + 2] if at + 2 < stop else '>'}",
                _LENGTHS[at - head, last - at],
            ]
            if last == at:
                features.append("lf==" + _FLAGS[key])
            else:
                ends = key_of(last)
                features += ("last=" + ends, "lf=" + _FLAGS[ends])
                features.append("an=" + self.gap(last) + key_of(last + 1))
                features.append(f"nw={key}{right_gap}{right}")
            if head != at:
                features.append("bp=" + key_of(head - 1) + self.gap(head - 1))
                features.append(f"pw={left}{left_gap}{key}")
            if place and before != at - 1:
                features += self.apart(at, before, left, left_gap)
            before = at
            found.append(features)
        return found

    def apart(self, at: int, before: int, left: str, left_gap: str) -> list[str]:
        """Write down how far the last capitalised word is, and what stands between."""
        features = [f"far={min(at - before, 4)}"]
        if at - before == _OF:
            one = self.key(before)
            features.append(f"of={left}|{one}")
            features.append(
                f"og={self.gap(before)}{left}{left_gap}|{_FLAGS[one]}|{self.classes[at]}"
            )
        elif at - before == _OF + 1:
            features.append(f"ot={self.key(at - 2)} {left}|{self.key(before)}")
        return features


_INSIDE = ("_", "-")
_INSIDE_OR = ("_", "-", "'", "’")


_LENGTHS = {(left, right): f"len={left}/{right}" for left in range(7) for right in range(7)}


def _gap_code(gap: str) -> str:
    if gap == " ":
        return "_"
    if gap in ("-", "‐"):
        return "-"
    gap = gap.strip(" \u00a0")
    return gap if 0 < len(gap) < 3 else gap[0] + "~" if gap else "_"


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


def _word_features(word: str, *, shouted: bool = False) -> tuple[str, ...]:
    key = word_key(word)
    return (
        "b",
        "w=" + key,
        "s=" + ("shouted" if shouted else _shape(word)),
        "s3=" + key[-3:],
        "s2=" + key[-2:],
        "fl=" + _FLAGS[key],
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


def _joins(gap: str) -> bool:
    return gap in (" ", "", "-", "\n") or (
        len(gap) < _NARROW and gap.strip(" \u00a0") in ("", "-", "‐")
    )


_JOINED = Memo(_joins)
_GAP_CODES = Memo(_gap_code)
_FLAGS = Memo(_flags)
_WORDS = Memo(_word_features)
_SHOUTED_WORDS = Memo(partial(_word_features, shouted=True))
