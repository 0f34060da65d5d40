"""``mapper embed``: print an iframe for a saved map."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]


@click.command("embed")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--width", default="100%", show_default=True, help="CSS length, or pixels.")
@click.option("--height", default="640px", show_default=True, help="CSS length, or pixels.")
@click.option("--title", default="Incident map", show_default=True, help="For screen readers.")
@click.option("--srcdoc", is_flag=True, help="Put the whole map into the snippet.")
@click.option(
    "--relative-to",
    type=click.Path(path_type=Path),
    help="Folder of the page that will hold the snippet.",
)
def command(
    path: Path,
    width: str,
    height: str,
    title: str,
    srcdoc: bool,  # noqa: FBT001 - click passes flags by name
    relative_to: Path | None,
) -> None:
    r"""Print an iframe that shows the map PATH inside a report or a web page.

    \b
        mapper embed output/map.html
        mapper embed output/map.html --height 480 --relative-to docs
    """
    from mapper.reports import embed_snippet

    snippet = embed_snippet(
        path, width=width, height=height, title=title, srcdoc=srcdoc, relative_to=relative_to
    )
    click.echo(snippet)
