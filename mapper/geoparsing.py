"""Text to places: recognize, then resolve; one text, or a column of a table.

The gazetteer of the settings is opened at the first call and kept as long as the process lives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mapper.gazetteer import Gazetteer
from mapper.model import Document, Hints, Mention, MentionKind, Resolution, Span
from mapper.recognition import recognize
from mapper.resolution import resolve
from mapper.schema import MENTION_COLUMNS, mention_record
from mapper.settings import Settings, load_settings
from mapper.text import clean, guess_language, make_document, split_sentences

if TYPE_CHECKING:
    import pandas as pd

    from mapper.layers import BorderLayers

__all__ = ["bare_document", "geoparse", "geoparse_column", "open_gazetteer", "resolve_spans"]


def open_gazetteer(settings: Settings | None = None) -> Gazetteer:
    """Open the gazetteer that the settings name."""
    settings = settings or load_settings()
    return _open(settings.cache_path, settings.geodata_dir, settings.data_path)


def _open(cache_dir: Path, geodata: str, data_dir: Path) -> Gazetteer:
    folder = None
    if geodata:
        from mapper.layers import geodata_dir  # loads geometry, which names alone do not need

        folder = geodata_dir(Settings(geodata_dir=geodata))
    return Gazetteer.open(cache_dir=cache_dir, geodata=folder, data_dir=data_dir)


_kept = lru_cache(maxsize=4)(_open)


def _own_gazetteer() -> Gazetteer:
    settings = load_settings()
    return _kept(settings.cache_path, settings.geodata_dir, settings.data_path)


def geoparse(
    text: str | Document,
    gazetteer: Gazetteer | None = None,
    *,
    hints: Hints | None = None,
    recognizer: str = "mapper",
    layers: BorderLayers | None = None,
) -> tuple[Resolution, ...]:
    """Find the places of one text: recognize, then resolve.

    Parameters
    ----------
    text
        A string, or a document from :func:`mapper.make_document` or :func:`mapper.read`.
    gazetteer
        Open names of places, such as ``Tools().gazetteer``; by default that of the settings.
    hints
        What is known of where the places lie.
    recognizer
        What finds the names: ``mapper``, or ``spacy:MODEL``.
    layers
        Lines, shores and areas for relative places; by default the package's own.

    Returns
    -------
    tuple of Resolution
        One per mention, in reading order. Offsets are code points of the text.

    Examples
    --------
    >>> [r.place.name for r in geoparse("Shots were heard in Panmunjom.")]
    ['Panmunjom']
    """
    document = text if isinstance(text, Document) else make_document(text)
    gazetteer = gazetteer or _own_gazetteer()
    mentions = recognize(document, gazetteer, backend=recognizer)
    return resolve(document, mentions, gazetteer, hints=hints, layers=layers)


def resolve_spans(
    document: Document,
    spans: Iterable[Span],
    gazetteer: Gazetteer,
    *,
    hints: Hints | None = None,
) -> tuple[Resolution, ...]:
    """Resolve given spans instead of recognizing; each is taken for the literal name of a place."""
    mentions = [
        Mention(
            doc_id=document.doc_id,
            span=span,
            surface=document.quote(span),
            kind=MentionKind.LITERAL,
        )
        for span in sorted(set(spans))
    ]
    return resolve(document, mentions, gazetteer, hints=hints)


def bare_document(text: str, *, label: str = "") -> Document:
    """Make a document for its places alone: its boilerplate and its hash are not asked for."""
    text = clean(text)
    language = guess_language(text)
    return Document(
        doc_id=label or "text",
        label=label,
        text=text,
        language=language,
        sentences=split_sentences(text, language=language),
    )


def geoparse_column(
    texts: pd.Series[str] | Iterable[str],
    gazetteer: Gazetteer | None = None,
    *,
    hints: Hints | None = None,
    recognizer: str = "mapper",
) -> pd.DataFrame:
    """Find the places of a column of texts; each text is read by itself.

    Parameters
    ----------
    texts
        A pandas Series, or anything that yields strings. A missing value has no places.
    gazetteer, hints, recognizer
        As for :func:`geoparse`.

    Returns
    -------
    pandas.DataFrame
        One row per mention, with the columns of ``docs/reference/mentions.md``; its index is
        that of the text in ``texts``, so that ``series.to_frame().join(...)`` works. The rows of
        a text are those of :func:`geoparse`, in the same order.

    Examples
    --------
    >>> import pandas as pd
    >>> column = pd.Series(["Fog in Paju.", "No place here."], index=["a", "b"])
    >>> geoparse_column(column)["place"].to_dict()
    {'a': 'Paju'}
    """
    import pandas as pd

    series = texts if isinstance(texts, pd.Series) else pd.Series(list(texts), dtype=object)
    gazetteer = gazetteer or _own_gazetteer()
    rows: list[dict[str, str | int | float | None]] = []
    at: list[int] = []
    for number, text in enumerate(_strings(series)):
        for resolution in geoparse(text, gazetteer, hints=hints, recognizer=recognizer):
            rows.append(mention_record(resolution))
            at.append(number)
    table = pd.DataFrame(rows, columns=[column.name for column in MENTION_COLUMNS])
    table.index = series.index.take(at)
    dtypes = {"str": "string", "int": "int64", "float": "float64"}
    return table.astype({column.name: dtypes[column.dtype] for column in MENTION_COLUMNS})


def _strings(series: pd.Series[str]) -> Iterator[str]:
    missing = series.isna()
    for text, is_missing in zip(series, missing, strict=True):
        yield "" if is_missing else text
