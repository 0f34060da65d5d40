"""Our own JSON Lines back to an analysis: incidents as they were, texts as far as they stand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mapper.errors import InputError
from mapper.model import Analysis, Document, Evidence, Incident, Problem, Span, Where
from mapper.schema import from_record
from mapper.text import clean, guess_language, split_sentences

__all__ = ["restore_analysis"]

_GAP = "\n[…]\n"  # stands for what the file does not hold
_BAD_LINE = Problem(code="bad_row", stage="read", message="")
_MOST_LINE = 200_000_000  # bytes


def restore_analysis(path: Path) -> Analysis:
    """Read what ``mapper extract --format jsonl`` wrote.

    Returns
    -------
    Analysis
        The incidents that were written, with their ids. A document holds the evidence and the
        words around it that the file has, and ``[…]`` between; spans fit these texts.
        Resolutions are not restored. A line that is none of ours is a problem.

    Raises
    ------
    InputError
        When the file cannot be read, or no line is one of ours.
    """
    problems: list[Problem] = []
    records: list[Mapping[str, Any]] = []
    incidents: list[Incident] = []
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(iter(lambda: lines.readline(_MOST_LINE), b""), start=1):
                if not line.strip():
                    continue
                try:
                    record = json.loads(line.decode("utf-8"))
                    found = [from_record(i["whole"]) for i in record["incidents"] if "whole" in i]
                    record["doc_id"] + record["id"] + record["title"]  # each a text
                except (ValueError, KeyError, TypeError, RecursionError) as error:
                    message = f"{path.name}, line {number}: no line of 'mapper extract': {error!r}"
                    problems.append(replace(_BAD_LINE, message=message))
                    continue
                records.append(record)
                incidents += found
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    if not records:
        raise InputError(f"{path} holds no lines of 'mapper extract'")
    quoted: dict[str, list[Evidence]] = {}
    for incident in incidents:
        for evidence in incident.evidence:
            quoted.setdefault(evidence.doc_id, []).append(evidence)
    texts = {doc_id: _Pieces(evidence) for doc_id, evidence in quoted.items()}
    return Analysis(
        documents=tuple(_document(r, texts.get(r["doc_id"]), path.name) for r in records),
        incidents=tuple(_moved(incident, texts) for incident in incidents),
        problems=(*problems, *(p for r in records for p in _problems(r, texts))),
    )


class _Pieces:
    """The pieces of a text that its evidence holds, and where they stand when put together."""

    def __init__(self, evidence: Sequence[Evidence]) -> None:
        self.urls = [piece.url for piece in evidence if piece.url]
        self.text = ""
        self._moves: list[tuple[int, int, int]] = []  # old start, old end, new start
        letters: dict[int, str] = {}
        for piece in evidence:
            start = piece.span.start - len(piece.prefix)
            letters |= enumerate(piece.prefix + piece.exact + piece.suffix, start=max(start, 0))
        for run in _runs(sorted(letters)):
            self.text += _GAP if self.text or run[0] > 0 else ""
            self._moves.append((run[0], run[-1] + 1, len(self.text)))
            self.text += "".join(letters[at] for at in run)

    def span(self, span: Span | None) -> Span | None:
        """Return where a span of the whole text stands here; ``None`` where it does not."""
        if span is not None:
            for start, end, new in self._moves:
                if start <= span.start and span.end <= end:
                    return Span(span.start - start + new, span.end - start + new)
        return None


def _runs(places: Iterable[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for at in places:
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def _document(record: Mapping[str, Any], pieces: _Pieces | None, file: str) -> Document:
    text = clean(pieces.text) if pieces is not None else f"({file} holds no words of this document)"
    language = str(record.get("language") or guess_language(text))
    urls = pieces.urls if pieces is not None else []
    return Document(
        doc_id=record["doc_id"],
        label=record["id"],
        text=text,
        title=record["title"],
        url=urls[0].partition("#:~:")[0].removesuffix("#") if urls else "",
        published=_day(record.get("published")),
        language=language,
        sentences=split_sentences(text, language=language),
    )


def _day(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return None


def _moved(incident: Incident, texts: Mapping[str, _Pieces]) -> Incident:
    """Return the incident with the spans of the restored texts."""

    def moved(piece: Evidence) -> Evidence:
        span = texts[piece.doc_id].span
        return replace(
            piece,
            span=span(piece.span) or piece.span,
            trigger=span(piece.trigger),
            time=span(piece.time),
            place=span(piece.place),
            actors=tuple(filter(None, map(span, piece.actors))),
        )

    best = texts[incident.evidence[0].doc_id]
    return replace(
        incident,
        evidence=tuple(map(moved, incident.evidence)),
        where=_placed(incident.where, best),
        claims=tuple(replace(c, where=_placed(c.where, best)) for c in incident.claims),
    )


def _placed(where: Where | None, best: _Pieces) -> Where | None:
    return None if where is None else replace(where, mention=best.span(where.mention))


def _problems(record: Mapping[str, Any], texts: Mapping[str, _Pieces]) -> list[Problem]:
    pieces = texts.get(record["doc_id"])
    found = []
    for told in record.get("problems") or ():
        span = None
        if pieces is not None and told.get("start") is not None:
            span = pieces.span(Span(told["start"], told["end"]))
        values = {name: str(told.get(name, "")) for name in ("code", "stage", "message")}
        found.append(replace(_BAD_LINE, **values, doc_id=record["doc_id"], span=span))
    return found
