"""What the program writes of the data in English prose, said in Korean: tables for the page."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from mapper.maps.kinds import load_kinds

__all__ = ["load_phrases"]


@cache
def load_phrases() -> dict[str, dict[str, str]]:
    """Return the tables ``phrases`` and ``names`` for :func:`say` and :func:`sayName` (i18n.js).

    A phrase may be a pattern; the page takes the first that fits, so their order counts. The
    map's own kinds are phrases as well, in lower case.

    Examples
    --------
    >>> load_phrases()["phrases"]["a capital"]
    '수도'
    """
    file = resources.files("mapper.maps") / "assets" / "phrases.toml"
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    names = tables.pop("names")
    phrases = {kind.label.lower(): kind.label_ko for kind in load_kinds().values()}
    for table in tables.values():
        phrases |= table
    return {"phrases": phrases, "names": names}
