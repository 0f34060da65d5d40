"""``mapper geoparse``: the places named in a text."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from mapper.gazetteer import Gazetteer
    from mapper.model import Document, Resolution

__all__ = ["command"]

_KINDS = ("literal", "metonymic", "demonym", "embedded", "coreferent", "relative")
# What each corpus wants differs: "places" is places however used, "all" also demonyms and
# names inside other names. Short forms ("the South") are asked for by name.
_PLACES = ("literal", "metonymic", "relative")
_SETS = {"places": _PLACES, "all": (*_PLACES, "demonym", "embedded")}


class _Kinds(click.ParamType):  # type: ignore[type-arg,unused-ignore] # generic only in newer clicks
    """``places``, ``all``, or a list of kinds with commas."""

    name = "kinds"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click hands over whatever it has
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        kinds = _SETS.get(value) or tuple(kind.strip() for kind in str(value).split(","))
        for kind in kinds:
            if kind not in _KINDS:
                self.fail(
                    f"{kind!r} is not places, all, or one of: {', '.join(_KINDS)}", param, ctx
                )
        return kinds


@click.command("geoparse")
@click.argument("source", required=False, metavar="[TEXT|FILE]")
@click.option("--jsonl", type=click.File("r", encoding="utf-8"), help="JSON lines, '-' for stdin.")
@click.option("--gold-spans", is_flag=True, help="Resolve each line's own toponyms.")
@click.option("--kinds", type=_Kinds(), default="places", show_default=True, help="What to list.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--explain", is_flag=True, help="Also say why, and what else it could be.")
def command(
    source: str | None,
    jsonl: TextIO | None,
    *,
    gold_spans: bool,
    kinds: tuple[str, ...],
    as_json: bool,
    explain: bool,
) -> None:
    r"""Find the places named in a text, and where they are.

    \b
        mapper geoparse "Shots were heard near Paju, 12 km north of Seoul."
        mapper geoparse article.txt --kinds all --explain
        mapper geoparse --jsonl - < texts.jsonl > toponyms.jsonl

    With --jsonl every line is {"id", "text"} and gives one line {"id", "toponyms": [{"start",
    "end", "lat", "lon"}]}; offsets are code points, and only names are put out, no relative
    places ("12 km north of Paju"). A line that is no such object is reported
    on standard error and the exit code is 2.
    """
    from mapper.gazetteer import Gazetteer

    if (source is None) == (jsonl is None):
        raise click.UsageError("give a text, a file, or --jsonl FILE")
    if gold_spans and jsonl is None:
        raise click.UsageError("--gold-spans needs --jsonl")
    gazetteer = Gazetteer.open()
    if jsonl is not None:
        bad = 0
        for line in _answers(jsonl, gazetteer, kinds=kinds, gold_spans=gold_spans):
            if line is None:
                bad += 1
                continue
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        if bad:
            sys.exit(2)
        return
    _, resolutions = _parse(_text_of(str(source)), gazetteer)
    wanted = [r for r in resolutions if r.mention.kind.value in kinds]
    if as_json:
        click.echo(json.dumps([_record(r) for r in wanted], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_table(wanted, explain=explain)) or "no places found")


def _text_of(source: str) -> str:
    from mapper.errors import InputError

    try:
        is_file = len(source) < 4096 and "\n" not in source and Path(source).is_file()
    except OSError:  # a text too long or strange to be a path
        is_file = False
    if not is_file:
        return source
    try:
        return Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {source}: {error}") from error


def _parse(text: str, gazetteer: Gazetteer) -> tuple[Document, tuple[Resolution, ...]]:
    from mapper.recognition import recognize
    from mapper.resolution import resolve

    document = _document(text)
    return document, resolve(document, recognize(document, gazetteer), gazetteer)


def _document(text: str) -> Document:
    """Make a document for its places alone: its boilerplate and its hash are not asked for."""
    from mapper.model import Document
    from mapper.text import clean, guess_language, split_sentences

    text = clean(text)
    language = guess_language(text)
    return Document(
        doc_id="text",
        text=text,
        language=language,
        sentences=split_sentences(text, language=language),
    )


def _answers(
    lines: Iterable[str], gazetteer: Gazetteer, *, kinds: tuple[str, ...], gold_spans: bool
) -> Iterator[str | None]:
    """Answer line by line; ``None`` stands for a line that could not be read."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            key, text = record["id"], record["text"]
            if not isinstance(text, str):
                raise TypeError("text is not a string")
            spans = (
                [(int(t["start"]), int(t["end"])) for t in record["toponyms"]] if gold_spans else []
            )
            toponyms = (
                _resolve_spans(text, spans, gazetteer)
                if gold_spans
                else _toponyms(text, gazetteer, kinds)
            )
        except (ValueError, KeyError, TypeError) as error:
            click.echo(f"mapper: line {number} left out: {error!r}", err=True)
            yield None
            continue
        yield json.dumps({"id": key, "toponyms": toponyms}, ensure_ascii=False)


def _toponyms(text: str, gazetteer: Gazetteer, kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    _, resolutions = _parse(text, gazetteer)
    names = [r for r in resolutions if r.mention.relation is None]
    return [_toponym(r) for r in names if r.mention.kind.value in kinds]


def _resolve_spans(
    text: str, spans: list[tuple[int, int]], gazetteer: Gazetteer
) -> list[dict[str, Any]]:
    from mapper.errors import InputError
    from mapper.model import Mention, MentionKind, Span
    from mapper.resolution import resolve

    document = _document(text)
    mentions = []
    for start, end in sorted(set(spans)):
        if not 0 <= start < end <= len(text):
            raise InputError(f"span [{start}, {end}) is not in the text")
        span = Span(start, end)
        mentions.append(
            Mention(
                doc_id=document.doc_id,
                span=span,
                surface=document.quote(span),
                kind=MentionKind.LITERAL,
            )
        )
    return [_toponym(r) for r in resolve(document, mentions, gazetteer)]


def _toponym(resolution: Resolution) -> dict[str, Any]:
    span, position = resolution.mention.span, resolution.position
    return {
        "start": span.start,
        "end": span.end,
        "lat": position.lat if position else None,
        "lon": position.lon if position else None,
    }


def _record(resolution: Resolution) -> dict[str, Any]:
    from dataclasses import asdict

    mention, place, position = resolution.mention, resolution.place, resolution.position
    return {
        **_toponym(resolution),
        "surface": mention.surface,
        "kind": mention.kind.value,
        "status": resolution.status.value,
        "place_id": place.place_id if place else None,
        "name": place.name if place else None,
        "uncertainty_m": round(position.uncertainty_m, 1) if position else None,
        "footprint": resolution.footprint,
        "probability": resolution.probability,
        "reason": resolution.reason,
        "alternatives": [asdict(other) for other in resolution.alternatives],
    }


def _table(resolutions: list[Resolution], *, explain: bool) -> list[str]:
    if not resolutions:
        return []
    rows = [("mention", "kind", "place", "lon", "lat", "± km", "probability")]
    for resolution in resolutions:
        place, position = resolution.place, resolution.position
        name = ", ".join([place.name, *reversed(place.admin)]) if place else "-"
        numbers = (
            (f"{position.lon:.4f}", f"{position.lat:.4f}", f"{position.uncertainty_m / 1000:.3g}")
            if position
            else ("-", "-", "-")
        )
        surface = " ".join(resolution.mention.surface.split())
        rows.append(
            (
                surface,
                resolution.mention.kind.value,
                name,
                *numbers,
                f"{resolution.probability:.2f}",
            )
        )
    widths = [min(max(len(row[column]) for row in rows), 44) for column in range(len(rows[0]))]
    lines = []
    for number, row in enumerate(rows):
        cells = [f"{cell[:44]:<{width}}" for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip())
        if explain and number:
            resolution = resolutions[number - 1]
            lines.append(f"    {resolution.status.value}: {resolution.reason}")
            lines += [
                f"    or {other.name} ({other.probability:.2f}): {other.reason}"
                for other in resolution.alternatives
            ]
    return lines
