"""``mapper extract``: articles to tables."""

from __future__ import annotations

from pathlib import Path

import click

from mapper.cli.running import (
    Request,
    analysis_options,
    echo_problems,
    fail_if_nothing_read,
    run,
)

__all__ = ["command"]


@click.command("extract")
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
@analysis_options
def command(
    request: Request,
    file_format: str,
    output: Path | None,
) -> None:
    r"""Extract mentions and incidents from ARTICLES (files or folders).

    \b
        mapper extract articles/ --format jsonl
        mapper extract table.jsonl --format csv -o output/incidents.csv

    A .jsonl file holds one {"id", "title", "text", "published"} object a line.
    """
    analysis, _ = run(request)
    echo_problems(analysis.problems)
    fail_if_nothing_read(analysis, strict=request.strict)

    from mapper.exports import export, render

    if output is None:
        click.echo(render(analysis, file_format=file_format), nl=False)
    else:
        export(analysis, output, file_format=file_format)
        click.echo(f"wrote {output}")
