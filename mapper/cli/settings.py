"""``mapper settings``: the values in force."""

from __future__ import annotations

from pathlib import Path

import click

from mapper.cli.running import settings_option

__all__ = ["command"]


@click.command("settings")
@settings_option
def command(settings_file: Path | None) -> None:
    r"""Print the settings in force, as TOML.

    \b
        mapper settings
    """
    import dataclasses
    import json

    from mapper.settings import load_settings

    for key, value in dataclasses.asdict(load_settings(settings_file)).items():
        click.echo(f"{key} = {json.dumps(value)}")
