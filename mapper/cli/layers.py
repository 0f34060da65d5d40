"""``mapper layers``: what is loaded, from where, under which licence, how exact."""

from __future__ import annotations

from pathlib import Path

import click

from mapper.cli.running import settings_option

__all__ = ["command"]

_NOTE_INDENT = "    "


@click.command("layers")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@settings_option
def command(*, as_json: bool, settings_file: Path | None) -> None:
    r"""List the geodata: source, version, licence, accuracy.

    \b
        mapper layers
        mapper layers --json

    Every file is opened and verified against its checksum first.
    """
    import dataclasses
    import json

    from mapper.layers import BorderLayers, geodata_dir
    from mapper.settings import load_settings

    layers = BorderLayers.load(geodata_dir(load_settings(settings_file)))
    layers.verify()
    infos = [*layers.infos.values(), *layers.tables.values()]
    if as_json:
        rows = [{**dataclasses.asdict(info), "path": str(info.path)} for info in infos]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for info in infos:
        exact = f"within {info.accuracy_m:g} m" if info.accuracy_m else "accuracy row by row"
        click.echo(f"{info.name}: {info.title}")
        click.echo(f"{_NOTE_INDENT}{info.status}, {exact}; {info.licence}")
        click.echo(f"{_NOTE_INDENT}{info.source} ({info.version})")
        if info.note:
            click.echo(f"{_NOTE_INDENT}{info.note}")
