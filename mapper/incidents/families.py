"""Copies of one text: what several papers print of a wire is one source, not several."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence

from mapper.model import Document

__all__ = ["source_families"]

_WORDS = 4  # words a shingle: independent reports share phrases of three, seldom of four
_SHARE = 0.5  # of the shorter text's shingles; reports that quote alike share under a fifth
_SHORTEST = 25  # shingles; below, chance decides, and only equal texts are copies
_EVERY = 4  # one shingle in four is indexed: enough to find a copy, not to judge it
_PHRASE = 64  # a passage in more texts than that is a set phrase
_WORD = re.compile(r"\w+")


def source_families(documents: Sequence[Document]) -> Mapping[str, str]:
    """Say of each document which source it is: copies of one text are one.

    Parameters
    ----------
    documents
        In any order.

    Returns
    -------
    mapping
        ``doc_id`` to the ``doc_id`` of the family's fullest text. A text is a copy when at
        least half of its four-word passages stand in the fuller text: cut, retitled or
        with a line of the paper's own, but not told anew.

    Notes
    -----
    Every text is compared with the fullest ones of the families so far, and only with those
    that an index of passages brings up (Broder 1997, "On the resemblance and containment of
    documents"), so the work grows with the number of texts, not with its square.

    Examples
    --------
    >>> text = "Two soldiers crossed the line near Paju. " * 8
    >>> one, two = Document(doc_id="a", text=text), Document(doc_id="b", text=text.upper())
    >>> source_families([one, two])
    {'a': 'a', 'b': 'a'}
    """
    passages = {document.doc_id: _shingles(document) for document in documents}
    families: dict[str, str] = {}
    index: dict[int, list[str]] = {}
    whole: dict[frozenset[int], str] = {}
    for doc_id in sorted(passages, key=lambda doc_id: (-len(passages[doc_id]), doc_id)):
        own = passages[doc_id]
        family = whole.get(own) if own else None
        if family is None and len(own) >= _SHORTEST:
            family = _fullest(own, index, passages)
        if family is None:
            family = doc_id
            whole[own] = doc_id
            for shingle in own:
                if shingle % _EVERY == 0:
                    index.setdefault(shingle, []).append(doc_id)
        families[doc_id] = family
    return {document.doc_id: families[document.doc_id] for document in documents}


def _fullest(
    own: frozenset[int], index: Mapping[int, list[str]], passages: Mapping[str, frozenset[int]]
) -> str | None:
    met: Counter[str] = Counter()
    for shingle in own:
        if shingle % _EVERY == 0:
            holders = index.get(shingle, ())
            if len(holders) <= _PHRASE:
                met.update(holders)
    near = sorted(met.items(), key=lambda pair: (-pair[1], pair[0]))[:3]
    for doc_id, _ in near:
        if len(own & passages[doc_id]) >= _SHARE * len(own):
            return doc_id
    return None


def _shingles(document: Document) -> frozenset[int]:
    """Return checksums of all passages of four words; what a paper adds around is left out."""
    found: set[int] = set()
    for sentence in document.sentences or ():
        if document.is_boilerplate(sentence):
            continue
        found |= _passages(document.quote(sentence))
    return frozenset(found or _passages(document.text))


def _passages(text: str) -> set[int]:
    words = _WORD.findall(text.lower())
    if len(words) < _WORDS:
        return {zlib.crc32(" ".join(words).encode())} if words else set()
    runs = (words[i : i + _WORDS] for i in range(len(words) - _WORDS + 1))
    return {zlib.crc32(" ".join(run).encode()) for run in runs}
