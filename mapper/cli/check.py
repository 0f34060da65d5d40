"""``mapper check``: one point against the DMZ and the MDL."""

from __future__ import annotations

from pathlib import Path

import click

from mapper.cli.running import settings_option

__all__ = ["command"]


@click.command("check")
@click.option("--lon", type=float, required=True, help="Longitude, degrees east (WGS 84).")
@click.option("--lat", type=float, required=True, help="Latitude, degrees north (WGS 84).")
@click.option(
    "--uncertainty-m", type=float, default=1.0, show_default=True, help="Error radius, metres."
)
@click.option(
    "--layers",
    "layers_file",
    type=click.Path(path_type=Path),
    help="A DMZ of your own: GeoJSON, GeoPackage, GeoParquet, Shapefile.",
)
@click.option(
    "--area",
    "areas",
    multiple=True,
    help="Also say whether it lies in an area, such as ccl or border_counties#paju.",
)
@settings_option
def command(
    lon: float,
    lat: float,
    uncertainty_m: float,
    layers_file: Path | None,
    areas: tuple[str, ...],
    settings_file: Path | None,
) -> None:
    r"""Say where a point lies relative to the DMZ and the MDL.

    \b
        mapper check --lon 126.677 --lat 37.956
        mapper check --lon 126.677 --lat 37.956 --uncertainty-m 500
        mapper check --lon 126.677 --lat 37.956 --layers dmz.gpkg
        mapper check --lon 126.7227 --lat 37.932 --area ccl --area border_counties#paju

    Prints one JSON object. Distances are metres on the ground, positive north of the MDL.
    The DMZ is the legal belt, 2 km each side of the MDL, not the fences.
    """
    import dataclasses
    import json

    from mapper.layers import open_layers
    from mapper.model import Position
    from mapper.settings import load_settings
    from mapper.zones import check_area, check_zones

    position = Position(lon=lon, lat=lat, uncertainty_m=uncertainty_m)
    options = {"layers_file": str(layers_file) if layers_file else None}
    layers = open_layers(load_settings(settings_file, options=options))
    (check,) = check_zones([position], layers)
    values = dataclasses.asdict(check).items()
    # Four decimals: a tenth of a millimetre is more than any layer can say.
    row = {key: round(value, 4) if isinstance(value, float) else value for key, value in values}
    if areas:
        row["areas"] = {name: check_area([position], layers, name=name)[0] for name in areas}
    click.echo(json.dumps(row, indent=2))
