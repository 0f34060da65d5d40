"""``mapper map``: articles to a standalone map."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import cast

import click

from mapper.cli.running import (
    Day,
    echo_problems,
    echo_result,
    fail_if_nothing_read,
    layers_option,
    own_settings,
    run,
    settings_option,
)

__all__ = ["command"]


@click.command("map")
@click.argument("articles", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("output/map.html"),
    show_default=True,
    help="The map to write.",
)
@click.option(
    "--date", "published", type=Day(), help="Publication day of articles that do not tell theirs."
)
@click.option("--title", default="", help="Title of the map.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(["geojson", "csv", "jsonl"]),
    help="Also write this beside the map; may be repeated.",
)
@click.option(
    "--figure",
    "figures",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also draw a static .png, .svg or .pdf; may be repeated.",
)
@layers_option
@click.option("--strict", is_flag=True, help="Fail when any input could not be read.")
@settings_option
def command(
    articles: tuple[Path, ...],
    output: Path,
    published: dt.date | None,
    title: str,
    formats: tuple[str, ...],
    figures: tuple[Path, ...],
    strict: bool,  # noqa: FBT001 - click passes options by keyword
    settings_file: Path | None,
    layers_file: Path | None,
) -> None:
    r"""Find the incidents in ARTICLES (files or folders) and map them.

    \b
        mapper map article.txt --date 2018-12-02
        mapper map articles/ -o output/map.html --format geojson --figure output/map.png

    Reads .txt, .md, .html and .jsonl. Prints a table of the incidents, what could not be
    placed or dated, and where the map is. Opens no network connection.
    """
    analysis, layers = run(
        articles, settings=own_settings(settings_file, layers_file=layers_file), published=published
    )
    echo_problems(analysis.problems)
    fail_if_nothing_read(analysis, strict=strict)

    from mapper.exports import export
    from mapper.layers import BorderLayers
    from mapper.maps import IncidentMap, save_figure

    layers = cast("BorderLayers", layers)
    IncidentMap(analysis, layers=layers, title=title).save(output)
    written = [output]
    for file_format in formats:
        written.append(output.with_suffix("." + file_format))
        export(analysis, written[-1], file_format=file_format)
    for figure in figures:
        written.append(figure)
        save_figure(analysis, figure, layers=layers, title=title)
    echo_result(analysis)
    click.echo("")
    for path in written:
        click.echo(f"wrote {path}")
