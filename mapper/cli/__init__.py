"""The command line: each command parses, calls one public function and prints.

What a command found goes to standard output, progress and problems to standard error.
Exit codes are those of :mod:`mapper.errors`.
"""

from __future__ import annotations

import importlib
import logging
from typing import cast

import click

from mapper.errors import MapperError

__all__ = ["main"]

# Command -> module; imported when it is run or when its help is shown.
_COMMANDS = {
    "check": "mapper.cli.check",
    "demo": "mapper.cli.demo",
    "embed": "mapper.cli.embed",
    "evaluate": "mapper.cli.evaluate",
    "extract": "mapper.cli.extract",
    "gazetteer": "mapper.cli.gazetteer",
    "geoparse": "mapper.cli.geoparse",
    "layers": "mapper.cli.layers",
    "link": "mapper.cli.link",
    "map": "mapper.cli.map",
    "settings": "mapper.cli.settings",
}


def _laid_out(command: click.Command) -> click.Command:
    r"""Turn the ``\b`` of a raw docstring into click's mark for lines kept as they are."""
    command.help = (command.help or "").replace(r"\b", "\b")
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        _laid_out(inner)
    return command


class _Commands(click.Group):
    """A group that imports a command only when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(_COMMANDS[cmd_name])
        return _laid_out(cast("click.Command", module.command))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except MapperError as error:
            click.echo(f"mapper: {error}", err=True)
            ctx.exit(error.exit_code)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="incident-mapper", prog_name="mapper")
@click.option("-v", "--verbose", is_flag=True, help="Log what goes on, with tracebacks.")
def main(*, verbose: bool) -> None:
    r"""Find incidents in news about the inter-Korean border and map them, offline.

    \b
        mapper demo
        mapper map article.txt --date 2018-12-02 -o output/map.html

    Exit codes: 0 done, 2 wrong input or settings, 3 layers or gazetteer, 4 network,
    5 a missing optional package.
    """
    if verbose:
        logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")


_laid_out(main)  # its commands are laid out when they are imported
