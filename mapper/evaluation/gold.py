"""Gold data: what careful readers marked in texts."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mapper.errors import InputError
from mapper.model import Span

__all__ = [
    "AnnotatedCorpus",
    "AnnotatedDocument",
    "GoldIncident",
    "GoldMention",
    "GoldToponym",
    "ToponymCorpus",
    "ToponymText",
    "read_gold",
]

_MANIFEST = "manifest.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldToponym:
    """A toponym that was marked; without coordinates it counts for recognition only.

    Attributes
    ----------
    feature_code
        GeoNames feature code, or empty where the corpus does not say.
    ignored
        Neither wanted nor held against an answer.
    """

    span: Span
    lon: float | None = None
    lat: float | None = None
    feature_code: str = ""
    ignored: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToponymText:
    """A text and its toponyms."""

    text_id: str
    text: str
    toponyms: tuple[GoldToponym, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToponymCorpus:
    """Texts with toponyms: lines of ``{"id", "text", "toponyms"}``."""

    name: str
    sha256: str
    texts: tuple[ToponymText, ...]

    @property
    def size(self) -> int:
        """Bytes of text in UTF-8."""
        return sum(len(text.text.encode()) for text in self.texts)

    def part(self, first: int, step: int) -> ToponymCorpus:
        """Return texts number ``first``, ``first + step``... of the corpus, counted from 1."""
        return replace(
            self, name=f"{self.name}, {first}/{step}", texts=self.texts[first - 1 :: step]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldMention:
    """A mention of a place in an annotated document; ``radius_km`` is the place's own extent."""

    span: Span
    kind: str
    lon: float
    lat: float
    radius_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldIncident:
    """An incident that was marked.

    Attributes
    ----------
    spans
        The sentence that tells it best, then those that tell it again.
    anchor
        The words within the best sentence that tell it.
    other_kinds
        Kinds that would also do.
    optional
        Counts neither for nor against an answer.
    date
        ISO day, month or year; empty when the text does not give it.
    """

    spans: tuple[Span, ...]
    anchor: Span
    kind: str
    other_kinds: tuple[str, ...]
    zone: str
    date: str
    lon: float | None
    lat: float | None
    radius_km: float
    place_stated: bool
    background: bool
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedDocument:
    """A document with its mentions and incidents.

    Attributes
    ----------
    follow_ups
        Sentences that only go on about an incident that is marked.
    published
        Day of publication, if it is known to the day.
    """

    text_id: str
    text: str
    published: dt.date | None
    mentions: tuple[GoldMention, ...]
    incidents: tuple[GoldIncident, ...]
    follow_ups: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedCorpus:
    """Annotated documents: a folder with ``manifest.jsonl``, ``texts/`` and ``annotations/``."""

    name: str
    sha256: str
    documents: tuple[AnnotatedDocument, ...]

    @property
    def size(self) -> int:
        """Bytes of text in UTF-8."""
        return sum(len(document.text.encode()) for document in self.documents)

    def part(self, first: int, step: int) -> AnnotatedCorpus:
        """Return texts number ``first``, ``first + step``... of the corpus, counted from 1."""
        return replace(
            self, name=f"{self.name}, {first}/{step}", documents=self.documents[first - 1 :: step]
        )


def read_gold(path: Path) -> ToponymCorpus | AnnotatedCorpus:
    """Read gold data: a file of lines, or a folder of annotated documents.

    Raises
    ------
    InputError
        If it is neither, or a line or document of it does not have the form.
    """
    try:
        if path.is_dir():
            return _read_folder(path)
        return _read_lines(path)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is not gold data: {error!r}") from error


def _read_lines(path: Path) -> ToponymCorpus:
    data = path.read_bytes()
    # Only a line feed ends a line: a text may hold the line separators of Unicode.
    rows = [json.loads(line) for line in data.split(b"\n") if line.strip()]
    if not rows:
        raise ValueError("no line holds a text")
    return ToponymCorpus(
        name=path.stem,
        sha256=hashlib.sha256(data).hexdigest(),
        texts=tuple(
            ToponymText(
                text_id=str(row["id"]),
                text=row["text"],
                toponyms=tuple(_toponym(values, row["text"]) for values in row["toponyms"]),
            )
            for row in rows
        ),
    )


def _toponym(values: Mapping[str, Any], text: str) -> GoldToponym:
    span = Span(int(values["start"]), int(values["end"]))
    if "surface" in values and text[span.slice] != values["surface"]:
        raise ValueError(f"{span} is not {values['surface']!r}")
    lat, lon = _degrees(values.get("lat")), _degrees(values.get("lon"))
    return GoldToponym(
        span=span,
        lat=lat,
        lon=lon if lat is not None else None,
        feature_code=str(values.get("type") or ""),
        ignored=bool(values.get("ignore", False)),
    )


def _degrees(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


def _read_folder(folder: Path) -> AnnotatedCorpus:
    manifest = (folder / _MANIFEST).read_bytes()
    rows = [json.loads(line) for line in manifest.split(b"\n") if line.strip()]
    files = [folder / _MANIFEST]
    documents = []
    for row in rows:
        text_file = folder / "texts" / f"{row['id']}.txt"
        gold_file = folder / "annotations" / f"{row['id']}.json"
        files += [text_file, gold_file]
        gold = json.loads(gold_file.read_text(encoding="utf-8"))
        day = row.get("doc_date") or gold.get("doc_date")
        documents.append(_document(row["id"], text_file.read_bytes().decode(), gold, day))
    whole = folder.resolve()  # "." has a name too
    name = f"{whole.parent.name}/{whole.name}".removeprefix("/")
    return AnnotatedCorpus(name=name, sha256=_digest(files), documents=tuple(documents))


def _digest(files: Iterable[Path]) -> str:
    """Hash the files, each with its name, so that no part can trade places with another."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def _document(
    text_id: str, text: str, gold: Mapping[str, Any], day: str | None
) -> AnnotatedDocument:
    return AnnotatedDocument(
        text_id=text_id,
        text=text,
        published=dt.date.fromisoformat(day) if day and len(day) == len("2018-12-01") else None,
        mentions=tuple(
            GoldMention(
                span=Span(m["start"], m["end"]),
                kind=m["kind"],
                lon=m["lon"],
                lat=m["lat"],
                radius_km=m["radius_km"],
            )
            for m in gold["mentions"]
        ),
        incidents=tuple(_incident(values) for values in gold["incidents"]),
        follow_ups=tuple(Span(a, b) for a, b in gold.get("neutral", [])),
    )


def _incident(values: Mapping[str, Any]) -> GoldIncident:
    again = [Span(a, b) for a, b in values["also"]]
    return GoldIncident(
        spans=(Span(values["trigger_start"], values["trigger_end"]), *again),
        anchor=Span(values["anchor_start"], values["anchor_end"]),
        kind=values["class"],
        other_kinds=tuple(values["alt_classes"]),
        zone=values["zone"],
        date=values["date"] if values["date_inferable"] else "",
        lon=values["lon"],
        lat=values["lat"],
        radius_km=values["radius_km"],
        place_stated=values["location_stated"],
        background=values["is_historical_background"],
        optional=values["optional"],
    )
