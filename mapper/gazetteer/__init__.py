"""The gazetteer: names of places, and where they are."""

from mapper.gazetteer.build import Flag
from mapper.gazetteer.names import (
    Memo,
    Token,
    Words,
    is_hangul,
    korean_key,
    tokenize,
    word_key,
    world_key,
)
from mapper.gazetteer.store import Entry, Gazetteer, NameMatch

__all__ = [
    "Entry",
    "Flag",
    "Gazetteer",
    "Memo",
    "NameMatch",
    "Token",
    "Words",
    "is_hangul",
    "korean_key",
    "tokenize",
    "word_key",
    "world_key",
]
