"""``mapper extract``: articles to tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from mapper.cli.running import (
    Day,
    echo_problems,
    fail_if_nothing_read,
    layers_option,
    own_settings,
    run,
    settings_option,
)

__all__ = ["command"]


@click.command("extract")
@click.argument("articles", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["jsonl", "geojson", "csv"]),
    default="jsonl",
    show_default=True,
    help="jsonl: one line a document; geojson, csv: one feature or row an incident.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; by default standard output.",
)
@click.option(
    "--date", "published", type=Day(), help="Publication day of articles that do not tell theirs."
)
@layers_option
@click.option("--strict", is_flag=True, help="Fail when any input could not be read.")
@settings_option
def command(
    articles: tuple[Path, ...],
    file_format: str,
    output: Path | None,
    published: dt.date | None,
    strict: bool,  # noqa: FBT001 - click passes options by keyword
    settings_file: Path | None,
    layers_file: Path | None,
) -> None:
    r"""Extract mentions and incidents from ARTICLES (files or folders).

    \b
        mapper extract articles/ --format jsonl
        mapper extract table.jsonl --format csv -o output/incidents.csv

    A .jsonl file holds one {"id", "title", "text", "published"} object a line.
    """
    analysis, _ = run(
        articles, settings=own_settings(settings_file, layers_file=layers_file), published=published
    )
    echo_problems(analysis.problems)
    fail_if_nothing_read(analysis, strict=strict)

    from mapper.exports import export, render

    if output is None:
        click.echo(render(analysis, file_format=file_format), nl=False)
    else:
        export(analysis, output, file_format=file_format)
        click.echo(f"wrote {output}")
