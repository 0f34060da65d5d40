"""What the program writes of the data in English prose, said in Korean: tables for the page."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from mapper.maps.kinds import load_kinds

__all__ = ["load_phrases"]


@cache
def load_phrases() -> dict[str, dict[str, str]]:
    """Return ``phrases``, ``names`` and ``layers`` for ``say``, ``sayName`` and ``sayLayer``.

    A phrase may be a pattern; the page takes the first that fits, so their order counts. The
    map's own kinds are phrases as well, in lower case.

    Examples
    --------
    >>> load_phrases()["phrases"]["a capital"]
    '수도'
    """
    tables = _read("phrases.toml")
    names = tables.pop("names")
    phrases = {kind.label.lower(): kind.label_ko for kind in load_kinds().values()}
    for table in tables.values():
        phrases |= table
    layers = {
        f"{layer}_{key}": text
        for layer, texts in _read("layers_ko.toml").items()
        for key, text in texts.items()
        if key != "of"
    }
    return {"phrases": phrases, "names": names, "layers": layers}


def _read(name: str) -> dict[str, dict[str, str]]:
    file = resources.files("mapper.maps") / "assets" / name
    return tomllib.loads(file.read_text(encoding="utf-8"))
