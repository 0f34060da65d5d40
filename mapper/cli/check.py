"""``mapper check``: a point, or a table of places, against the DMZ and the MDL."""

from __future__ import annotations

from pathlib import Path

import click

from mapper.cli.running import settings_option
from mapper.errors import InputError

__all__ = ["command"]


@click.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--lon", type=float, help="Longitude of one point, degrees east (WGS 84).")
@click.option("--lat", type=float, help="Latitude of one point, degrees north (WGS 84).")
@click.option(
    "--uncertainty-m", type=float, default=1.0, show_default=True, help="Error radius, metres."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write.")
@click.option("--lon-column", default="", help="Column of FILE that holds the longitude.")
@click.option("--lat-column", default="", help="Column of FILE that holds the latitude.")
@click.option("--wkt-column", default="", help="Column of FILE that holds shapes as WKT.")
@click.option("--uncertainty-column", default="", help="Column of FILE with each row's radius.")
@click.option("--prefix", default="", help="Put before the names of the columns that are added.")
@click.option("--strict", is_flag=True, help="Fail when any row could not be checked.")
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
    help="Also say whether the point lies in an area, such as ccl or border_counties#paju.",
)
@settings_option
def command(
    file: Path | None,
    lon: float | None,
    lat: float | None,
    uncertainty_m: float,
    output: Path | None,
    lon_column: str,
    lat_column: str,
    wkt_column: str,
    uncertainty_column: str,
    prefix: str,
    strict: bool,  # noqa: FBT001 - click passes by name
    layers_file: Path | None,
    areas: tuple[str, ...],
    settings_file: Path | None,
) -> None:
    r"""Say where a point, or each row of a table, lies relative to the DMZ and the MDL.

    \b
        mapper check --lon 126.677 --lat 37.956
        mapper check --lon 126.677 --lat 37.956 --uncertainty-m 500
        mapper check --lon 126.677 --lat 37.956 --layers dmz.gpkg
        mapper check --lon 126.7227 --lat 37.932 --area ccl --area border_counties#paju
        mapper check places.csv -o checked.csv
        mapper check places.gpkg -o checked.gpkg

    A point prints one JSON object. A table (.csv, .tsv, .xlsx, .geojson, .gpkg, .parquet) is
    written in its own format with columns added; rows that cannot be checked are told by line.
    Distances are metres on the ground, positive north of the MDL. The DMZ is the legal belt,
    2 km each side of the MDL, not the fences.
    """
    from mapper.layers import open_layers
    from mapper.settings import load_settings
    from mapper.tables import Columns

    if (file is None) == (lon is None and lat is None) or (lon is None) != (lat is None):
        raise InputError("give --lon and --lat, or a FILE")
    options = {"layers_file": str(layers_file)} if layers_file else None
    layers = open_layers(load_settings(settings_file, options=options))
    if file is None:
        assert lon is not None
        assert lat is not None
        from mapper.cli.checking import check_point

        click.echo(check_point(lon, lat, uncertainty_m, layers=layers, areas=areas))
        return
    from mapper.cli.checking import check_file

    columns = Columns(
        lon=lon_column, lat=lat_column, wkt=wkt_column, uncertainty_m=uncertainty_column
    )
    done = check_file(
        file, output, columns=columns, uncertainty_m=uncertainty_m, prefix=prefix, layers=layers
    )
    if strict and done.bad:
        raise InputError(f"{done.bad} of {done.rows} rows could not be checked (see above)")
