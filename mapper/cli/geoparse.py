"""``mapper geoparse``: the places named in a text."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

import click

from mapper.cli.running import place_options

if TYPE_CHECKING:
    from mapper.gazetteer import Gazetteer
    from mapper.model import Document, Resolution, Span
    from mapper.settings import Settings

__all__ = ["KIND_SETS", "Kinds", "command"]

_KINDS = ("literal", "metonymic", "demonym", "embedded", "coreferent", "relative")
#: What each corpus wants differs: "places" is places however used, "all" also demonyms and
#: names inside other names. Short forms ("the South") are asked for by name.
_PLACES = ("literal", "metonymic", "relative")
KIND_SETS = {"places": _PLACES, "all": (*_PLACES, "demonym", "embedded")}
_FORMATS = ("table", "json", "jsonl", "geojson", "csv", "marked", "html")


class Kinds(click.ParamType):  # type: ignore[type-arg,unused-ignore] # generic only in newer clicks
    """``places``, ``all``, kinds of mention, or several of these with commas."""

    name = "kinds"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click hands over whatever it has
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, ...]:
        """Return the kinds, each once; or fail with what there is."""
        if isinstance(value, tuple):
            return value
        words = [word.strip() for word in str(value).split(",")]
        kinds = [kind for word in words for kind in KIND_SETS.get(word, (word,))]
        for kind in kinds:
            if kind not in _KINDS:
                self.fail(
                    f"{kind!r} is not places, all, or one of: {', '.join(_KINDS)}", param, ctx
                )
        return tuple(dict.fromkeys(kinds))


class _Text(NamedTuple):
    """A text to read: what its answer is called, and the spans to resolve if they are given."""

    key: object
    document: Document
    spans: tuple[Span, ...] | None = None


@click.command("geoparse")
@click.argument("source", required=False, metavar="[TEXT|FILE]")
@click.option(
    "--jsonl", type=click.File("r", encoding="utf-8"), help="Lines of texts, '-' for stdin."
)
@click.option("--gold-spans", is_flag=True, help="Resolve each line's own toponyms.")
@click.option("--kinds", type=Kinds(), default="places", show_default=True, help="What to list.")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(_FORMATS),
    help="How to print it; a table, or with --jsonl JSON lines.",
)
@click.option("--explain", is_flag=True, help="Also say in the table why, and what else.")
@place_options
def command(
    source: str | None,
    jsonl: TextIO | None,
    *,
    gold_spans: bool,
    kinds: tuple[str, ...],
    file_format: str | None,
    explain: bool,
    settings: Settings,
) -> None:
    r"""Find the places named in a text, and where they are.

    \b
        mapper geoparse "Shots were heard near Paju, 12 km north of Seoul."
        mapper geoparse article.txt --kinds all --explain
        mapper geoparse article.html --format geojson > places.geojson
        mapper geoparse --jsonl - < texts.jsonl > toponyms.jsonl

    A file is read as mapper extract reads it; "-" is standard input. With --jsonl every line is
    {"id", "text"} and gives one line {"id", "toponyms": [{"start", "end", "lat", "lon"}]};
    offsets are code points, and only names are put out, no relative places ("12 km north of
    Paju"). A line that is no such object is reported on standard error and the exit code is 2.
    """
    if (source is None) == (jsonl is None):
        raise click.UsageError("give a text, a file, or --jsonl FILE")
    if gold_spans and jsonl is None:
        raise click.UsageError("--gold-spans needs --jsonl")
    file_format = file_format or ("table" if jsonl is None else "jsonl")
    if explain and file_format != "table":
        raise click.UsageError("--explain is for the table; json always says why")
    from mapper.geoparsing import open_gazetteer

    problems: list[str] = []
    texts = (
        _texts_of_lines(jsonl, problems, gold_spans=gold_spans)
        if jsonl is not None
        else _texts_of_source(str(source), settings, problems)
    )
    parsed = _parse(texts, open_gazetteer(settings), settings, kinds)
    for piece in _render(parsed, file_format, settings, explain=explain):
        sys.stdout.write(piece)
        sys.stdout.flush()
    if problems:
        sys.exit(2)


def _texts_of_source(source: str, settings: Settings, problems: list[str]) -> Iterator[_Text]:
    from mapper.geoparsing import bare_document
    from mapper.model import Problem
    from mapper.sources import read

    if source == "-":
        source = sys.stdin.read()
    elif _is_file(source):
        for item in read([Path(source)], settings=settings):
            if isinstance(item, Problem):
                _complain(f"{item.code}: {item.message}", problems)
            else:
                yield _Text(item.label, item)
        return
    yield _Text("text", bare_document(source))


def _is_file(source: str) -> bool:
    try:
        return len(source) < 4096 and "\n" not in source and Path(source).is_file()
    except (OSError, ValueError):  # a text too long or strange to be a path
        return False


def _complain(message: str, problems: list[str]) -> None:
    problems.append(message)
    click.echo(f"mapper: {message}", err=True)


def _texts_of_lines(
    lines: Iterable[str], problems: list[str], *, gold_spans: bool
) -> Iterator[_Text]:
    from mapper.geoparsing import bare_document
    from mapper.model import Span

    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            key, text = record["id"], record["text"]
            if not isinstance(text, str):
                raise TypeError("text is not a string")
            spans = None
            if gold_spans:
                spans = tuple(
                    Span(int(toponym["start"]), int(toponym["end"]))
                    for toponym in record["toponyms"]
                )
                for span in spans:
                    if not len(span) or span.end > len(text):
                        raise ValueError(f"{span} is not in the text")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            _complain(f"line {number} left out: {error!r}", problems)
            continue
        yield _Text(key, bare_document(text, label=str(key)), spans)


def _parse(
    texts: Iterable[_Text], gazetteer: Gazetteer, settings: Settings, kinds: tuple[str, ...]
) -> Iterator[tuple[_Text, list[Resolution]]]:
    from mapper.geoparsing import geoparse, resolve_spans

    hints = settings.hints()
    for text in texts:
        if text.spans is not None:
            yield text, list(resolve_spans(text.document, text.spans, gazetteer, hints=hints))
            continue
        found = geoparse(text.document, gazetteer, hints=hints, recognizer=settings.recognizer)
        yield text, [r for r in found if r.mention.kind.value in kinds]


def _render(
    parsed: Iterable[tuple[_Text, list[Resolution]]],
    file_format: str,
    settings: Settings,
    *,
    explain: bool,
) -> Iterator[str]:
    if file_format == "jsonl":
        for text, found in parsed:
            toponyms = [_toponym(r) for r in found if r.mention.relation is None]
            line = {"id": text.key, "toponyms": toponyms}
            yield json.dumps(line, ensure_ascii=False) + "\n"
    elif file_format == "table":
        for text, found in parsed:
            head = [f"{text.document.label}:"] if text.document.label else []
            lines = _table(found, explain=explain) or ["no places found"]
            yield "\n".join([*head, *lines]) + "\n"
    else:
        from mapper.exports import render_mentions
        from mapper.layers import open_layers

        pairs = ((text.document, found) for text, found in parsed)
        yield from render_mentions(
            pairs, file_format=file_format, layers=lambda: open_layers(settings)
        )


def _toponym(resolution: Resolution) -> dict[str, Any]:
    span, position = resolution.mention.span, resolution.position
    return {
        "start": span.start,
        "end": span.end,
        "lat": position.lat if position else None,
        "lon": position.lon if position else None,
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
