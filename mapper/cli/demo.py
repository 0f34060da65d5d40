"""``mapper demo``: the examples that come with the package."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]


@click.command("demo")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("output/demo.html"),
    show_default=True,
    help="The map to write.",
)
@click.pass_context
def command(ctx: click.Context, output: Path) -> None:
    r"""Map the example dispatches that come with the package.

    \b
        mapper demo -o output/demo.html
    """
    from mapper.cli.map import command as map_command
    from mapper.files import examples_dir

    ctx.invoke(
        map_command,
        articles=(examples_dir(),),
        output=output,
        title="Incidents on the inter-Korean border: example dispatches",
        strict=True,
    )
