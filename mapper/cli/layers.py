"""``mapper layers``: what is loaded, from where, under which licence, how exact."""

from __future__ import annotations

from pathlib import Path

import click

from mapper.cli.running import settings_option

__all__ = ["command", "verify"]

_NOTE_INDENT = "    "


@click.group("layers", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a list.")
@settings_option
@click.pass_context
def command(context: click.Context, *, as_json: bool, settings_file: Path | None) -> None:
    r"""List the geodata: source, version, licence, accuracy.

    \b
        mapper layers
        mapper layers --json
        mapper layers verify dmz.gpkg

    Every file is opened and verified against its checksum first. `verify` says whether a
    file of your own can take the place of our DMZ.
    """
    if context.invoked_subcommand is None:
        _list(as_json=as_json, settings_file=settings_file)


@command.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@settings_option
def verify(file: Path, settings_file: Path | None) -> None:
    r"""Say whether a layer of your own can be used, and how it differs from ours.

    \b
        mapper layers verify dmz.gpkg

    Refused, with the reason: a wrong CRS, swapped axes, NaN, a shape that crosses itself,
    an empty or a huge layer. Nothing is repaired. The settings layers_attribute and
    layers_zones say which of its features are which of our zones.
    """
    from mapper.layers import BorderLayers, geodata_dir, read_own
    from mapper.settings import load_settings
    from mapper.zones import compare_belts

    settings = load_settings(settings_file)
    layers = BorderLayers.load(geodata_dir(settings))
    own = read_own(file, layers, attribute=settings.layers_attribute, zones=settings.layers_zones)
    for remark in own.remarks:
        click.echo(remark)
    for line in compare_belts(layers.with_own(own.shapes, {}), layers):
        click.echo(line)
    click.echo(f"{file.name} can be used: mapper check --layers, or layers_file in mapper.toml")


def _list(*, as_json: bool, settings_file: Path | None) -> None:
    import dataclasses
    import json

    from mapper.layers import open_layers
    from mapper.settings import load_settings

    layers = open_layers(load_settings(settings_file))
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
