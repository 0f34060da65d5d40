"""``mapper extract``: articles to tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapper.cli.running import (
    Request,
    analysis_options,
    echo_problems,
    fail_if_nothing_read,
    run,
)

if TYPE_CHECKING:
    from mapper.model import Analysis

__all__ = ["EXPORT_FORMATS", "command", "echo_left_out"]

#: The keys of ``mapper.exports.FORMATS``, here because help loads none of the rooms.
EXPORT_FORMATS = ("jsonl", "geojson", "gpkg", "geoparquet", "csv", "acled", "ucdp", "kml")


@click.command("extract")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(EXPORT_FORMATS),
    help="By default what the ending of the output says, or jsonl: one line a document.",
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
    file_format: str | None,
    output: Path | None,
) -> None:
    r"""Extract mentions and incidents from ARTICLES (files or folders).

    \b
        mapper extract articles/ --format jsonl
        mapper extract table.jsonl -o output/incidents.gpkg
        mapper extract articles/ --format acled -o output/acled.csv

    A .csv, .tsv, .xlsx, .geojson, .gpkg or .parquet is a table of incidents, a row each.
    A .jsonl file holds one {"id", "title", "text", "published"} object a line. What acled and
    ucdp cannot hold, undated or unplaced, is told on standard error.
    """
    from mapper.exports import check_format, export, format_of, render

    chosen = file_format or (format_of(output) if output else "jsonl")
    check_format(chosen, printed=output is None)
    analysis, layers = run(request)
    echo_problems(analysis.problems)
    fail_if_nothing_read(analysis, strict=request.strict)

    taxonomy = request.settings.taxonomy
    if output is None:
        click.echo(render(analysis, file_format=chosen, taxonomy=taxonomy), nl=False)
    else:
        export(analysis, output, file_format=chosen, taxonomy=taxonomy, layers=layers)
        click.echo(f"wrote {output}")
    echo_left_out(analysis, chosen)


def echo_left_out(analysis: Analysis, file_format: str) -> None:
    """Print on standard error which incidents a format cannot hold, and why."""
    from mapper.exports import left_out

    others = left_out(analysis, file_format=file_format)
    if others:
        told = len(analysis.incidents)
        click.echo(f"{file_format} cannot hold {len(others)} of {told} incidents:", err=True)
    for other in others:
        incident = other.incident
        words = " ".join(incident.evidence[0].exact.split())
        click.echo(
            f'  {incident.incident_id} {incident.kind}: {other.reason} - "{words:.70}"', err=True
        )
