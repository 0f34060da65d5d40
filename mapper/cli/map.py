"""``mapper map``: articles and tables of incidents to a standalone map."""

from __future__ import annotations

from pathlib import Path

import click

from mapper.cli.extract import EXPORT_FORMATS, echo_left_out
from mapper.cli.running import (
    Request,
    analysis_options,
    echo_problems,
    echo_result,
    fail_if_nothing_read,
    run,
)

__all__ = ["command"]


@click.command("map")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("output/map.html"),
    show_default=True,
    help="The map to write.",
)
@click.option("--title", default="", help="Title of the map.")
@click.option(
    "--language",
    type=click.Choice(["en", "ko"]),
    default="en",
    show_default=True,
    help="Language of the page at first; it can be switched there.",
)
@click.option(
    "--tiles",
    help="Lay a tile map of an xyzservices provider below; its server sees who looks at what.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(EXPORT_FORMATS),
    help="Also write this beside the map; may be repeated.",
)
@click.option(
    "--figure",
    "figures",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also draw a static .png, .svg or .pdf; may be repeated.",
)
@analysis_options
def command(
    request: Request,
    output: Path,
    title: str,
    language: str,
    tiles: str | None,
    formats: tuple[str, ...],
    figures: tuple[Path, ...],
) -> None:
    r"""Find the incidents in ARTICLES (files, folders, tables of incidents) and map them.

    \b
        mapper map article.txt --date 2018-12-02
        mapper map articles/ -o output/map.html --format geojson --figure output/map.png
        mapper map incidents.csv --column date_start=Datum

    Reads .txt, .md, .html and .jsonl. A table with a date and a position or place in each row
    (.csv, .tsv, .xlsx, .geojson, .gpkg, .parquet) is one of incidents. Prints the incidents,
    what could not be placed or dated, and where the map is. Opens no network connection.
    """
    from mapper.exports import FORMATS, check_format, export

    for file_format in formats:
        check_format(file_format)
    from mapper.maps import IncidentMap, load_kinds, save_figure

    taxonomy = request.settings.taxonomy
    kinds = load_kinds(taxonomy)  # before the articles are read: its colours may be wrong
    analysis, layers = run(request)
    echo_problems(analysis.problems)
    fail_if_nothing_read(analysis, strict=request.strict)

    IncidentMap(
        analysis, layers=layers, title=title, kinds=kinds, language=language, tiles=tiles
    ).save(output)
    written = [output]
    for file_format in formats:
        written.append(output.with_suffix(FORMATS[file_format].endings[0]))
        export(analysis, written[-1], file_format=file_format, taxonomy=taxonomy, layers=layers)
    for figure in figures:
        written.append(figure)
        save_figure(analysis, figure, layers=layers, title=title, kinds=kinds)
    echo_result(analysis)
    click.echo("")
    for path in written:
        click.echo(f"wrote {path}")
    for file_format in formats:
        echo_left_out(analysis, file_format)
