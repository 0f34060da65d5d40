"""``mapper gazetteer``: look names up, add gazetteers of one's own, see what there is."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mapper.cli.running import settings_option
from mapper.errors import FetchError, InputError

if TYPE_CHECKING:
    from mapper.gazetteer import Gazetteer
    from mapper.model import Place
    from mapper.settings import Settings

__all__ = ["add", "build", "command", "info", "list_", "remove", "search", "stats"]

_WIDEST = 48  # columns of a cell
_SERVICES = ("nominatim", "photon", "geonames")
_SHOWN_REMARKS = 20

_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("gazetteer")
def command() -> None:
    r"""Look up names of places, and add gazetteers of your own.

    \b
        mapper gazetteer search Panmunjom
        mapper gazetteer add places.csv
    """


@command.command("search")
@click.argument("name")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option(
    "--online",
    type=click.Choice(_SERVICES),
    help="Ask this service when the gazetteer knows no such place. See below.",
)
@click.option("--user-agent", default="", help="Who asks: your application and a contact.")
@click.option("--server", default="", help="Another server of the service, http(s)://host/path.")
@click.option("--username", default="", help="Your GeoNames account.")
@click.option(
    "--deadline-s", type=float, default=20.0, show_default=True, help="Seconds for asking."
)
@_json_option
@settings_option
def search(
    name: str,
    *,
    limit: int,
    online: str | None,
    as_json: bool,
    settings_file: Path | None,
    **service: Any,  # noqa: ANN401 - the options of asking, as click parsed them
) -> None:
    r"""List the places called NAME, in any spelling, the most prominent first.

    \b
        mapper gazetteer search Cheorwon
        mapper gazetteer search "Paju, South Korea" --json
        mapper gazetteer search Hyeonri --online nominatim --user-agent "my-desk/1.0 (me@my.org)"

    Nothing goes over the network without --online. With it, and only when the gazetteer knows
    no such place, NAME and your IP address go to the service, which may keep them: do not ask
    for names that must stay secret. Services want at most one request a second (kept for all
    your processes together) and to know who asks. Answers are remembered for 30 days. Results
    are marked with the service and the day. Exit code 4: the service failed, which says
    nothing of the place.
    """
    from mapper.gazetteer.geocoder import find
    from mapper.settings import load_settings

    settings = load_settings(settings_file)
    places = find(_open(settings), name)[:limit]
    if not places and online:
        places = _ask(name, online, settings, **service)[:limit]
    if as_json:
        _echo_json([_record(place, name) for place in places])
    elif places:
        heads = ("id", "name", "feature", "lon", "lat", "± km", "matched", "source")
        _echo_table([heads, *(_cells(place, name) for place in places)])
    else:
        click.echo(f"no place called {name!r}")


@command.command("info")
@click.argument("place_id", metavar="ID")
@_json_option
@settings_option
def info(place_id: str, *, as_json: bool, settings_file: Path | None) -> None:
    r"""Print all that is known of the place ID, its names by system and its source.

    \b
        mapper gazetteer info core:panmunjom
    """
    from mapper.gazetteer.details import details
    from mapper.settings import load_settings

    settings = load_settings(settings_file)
    found = details(_open(settings), place_id, _folder(settings))
    if as_json:
        _echo_json(found)
        return
    for key, value in found.items():
        if isinstance(value, dict):
            click.echo(f"{key}:")
            for inner, values in value.items():
                click.echo(f"  {inner}: {', '.join(values)}")
        elif value not in ("", None, []):
            text = ", ".join(map(str, value)) if isinstance(value, list) else value
            click.echo(f"{key}: {text}")


@command.command("stats")
@_json_option
@settings_option
def stats(*, as_json: bool, settings_file: Path | None) -> None:
    r"""Count the places by source, kind and country; versions and licences.

    \b
        mapper gazetteer stats
        mapper gazetteer stats --json
    """
    from mapper.gazetteer.details import statistics
    from mapper.settings import load_settings

    settings = load_settings(settings_file)
    found = statistics(_open(settings), settings.data_path, _folder(settings))
    if as_json:
        _echo_json(found)
        return
    click.echo(f"{found['places']:,} places, version {found['version']}")
    for title in ("parts", "features", "countries", "sources"):
        counts = found[title]
        shown = list(counts.items())[:15]
        click.echo(f"\n{title}:")
        _echo_table([(f"{count:,}", key or "(none)") for key, count in shown], right=(0,))
        if len(counts) > len(shown):
            rest = sum(counts.values()) - sum(count for _, count in shown)
            click.echo(f"and {len(counts) - len(shown)} more with {rest:,}")
    click.echo("\ntables:")
    _echo_table([(t["title"], t["source"], t["version"], t["licence"]) for t in found["tables"]])


@command.command("build")
@settings_option
def build(*, settings_file: Path | None) -> None:
    r"""Compile the gazetteer now, and delete earlier compiled forms.

    \b
        mapper gazetteer build

    Otherwise it is compiled when it is first needed (about ten seconds).
    """
    import shutil

    from mapper.settings import load_settings

    settings = load_settings(settings_file)
    gazetteer = _open(settings)
    old = [
        folder
        for folder in sorted(settings.cache_path.glob("gazetteer-*"))
        if folder.is_dir() and folder.name != f"gazetteer-{gazetteer.version}"
    ]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    click.echo(f"compiled: version {gazetteer.version}; {len(old)} earlier ones deleted")


@command.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default="", help="Name of the addition; by default from the file's.")
@click.option(
    "--columns",
    "columns_file",
    type=click.Path(path_type=Path),
    help="A TOML file whose [columns] say which heading is what.",
)
@click.option("--country", "countries", multiple=True, help="Only places of this country: KP.")
@click.option("--accuracy-m", type=float, help="How exact the points are, if FILE does not say.")
@click.option("--source", default="", help="Where the places come from, and the licence.")
@click.option(
    "--rank",
    type=click.Choice(["above", "with"]),
    help="Above the places of the world, or with its towns; by default `with` for dumps.",
)
@click.option("--strict", is_flag=True, help="Take nothing if any row is wrong.")
@click.option("--no-build", is_flag=True, help="Compile later, at the next use.")
@settings_option
def add(
    file: Path,
    *,
    columns_file: Path | None,
    countries: tuple[str, ...],
    no_build: bool,
    settings_file: Path | None,
    **options: Any,  # noqa: ANN401 - handed on as click parsed them
) -> None:
    r"""Add the places of FILE to the gazetteer.

    \b
        mapper gazetteer add KP.zip
        mapper gazetteer add allCountries.zip --country KP --country KR
        mapper gazetteer add bases.csv --source "our own survey" --accuracy-m 100

    FILE is a GeoNames dump, a Who's On First table, or a CSV, TSV or GeoJSON of your own, also
    in .zip or .gz. It is copied into your data folder. Rows that cannot be used are reported
    and passed over; a file that is mostly wrong is refused.
    """
    from mapper.gazetteer.additions import add as add_file
    from mapper.settings import load_settings

    settings = load_settings(settings_file)
    added = add_file(
        file, settings.data_path, columns=_columns(columns_file), countries=countries, **options
    )
    for line, remark in added.remarks[:_SHOWN_REMARKS]:
        click.echo(f"line {line}: {remark}" if line else remark, err=True)
    if added.passed_over > _SHOWN_REMARKS:
        click.echo(f"... {added.passed_over} rows passed over in all", err=True)
    addition = added.addition
    click.echo(
        f"added {addition.name}: {addition.places:,} places, {added.passed_over:,} passed over"
    )
    if not no_build:
        click.echo(f"compiled: version {_open(settings).version}")


@command.command("list")
@_json_option
@settings_option
def list_(*, as_json: bool, settings_file: Path | None) -> None:
    r"""List the gazetteers that you added.

    \b
        mapper gazetteer list
    """
    import dataclasses

    from mapper.gazetteer.additions import list_additions
    from mapper.settings import load_settings

    additions = list_additions(load_settings(settings_file).data_path)
    if as_json:
        _echo_json([dataclasses.asdict(addition) for addition in additions])
    elif additions:
        heads = ("name", "places", "kind", "rank", "added", "version", "source")
        rows = [
            (a.name, f"{a.places:,}", a.kind, a.rank, a.added, a.places_sha256[:12], a.source)
            for a in additions
        ]
        _echo_table([heads, *rows], right=(1,))
    else:
        click.echo("none added")


@command.command("remove")
@click.argument("name")
@settings_option
def remove(name: str, *, settings_file: Path | None) -> None:
    r"""Remove the addition NAME.

    \b
        mapper gazetteer remove bases
    """
    from mapper.gazetteer.additions import remove as remove_addition
    from mapper.settings import load_settings

    remove_addition(name, load_settings(settings_file).data_path)
    click.echo(f"removed {name}")


def _open(settings: Settings) -> Gazetteer:
    from mapper.gazetteer import Gazetteer

    return Gazetteer.open(
        cache_dir=settings.cache_path,
        geodata=Path(settings.geodata_dir) if settings.geodata_dir else None,
        data_dir=settings.data_path,
    )


def _folder(settings: Settings) -> Path:
    from mapper.layers import geodata_dir

    return geodata_dir(settings) / "gazetteer"


def _columns(path: Path | None) -> dict[str, str]:
    import tomllib

    if path is None:
        return {}
    try:
        columns = tomllib.loads(path.read_text(encoding="utf-8"))["columns"]
        return {str(ours): str(theirs) for ours, theirs in columns.items()}
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise InputError(f"cannot read [columns] of {path}: {error!r}") from error


def _ask(
    name: str,
    online: str,
    settings: Settings,
    *,
    user_agent: str,
    server: str,
    username: str,
    deadline_s: float,
) -> list[Place]:
    from mapper.sources.fetching import Limits
    from mapper.sources.geocoding import AnswerStatus, OnlineGeocoder

    geocoder = OnlineGeocoder(
        online,
        user_agent=user_agent,
        folder=settings.cache_path / "online",
        server=server,
        username=username,
        limits=Limits(deadline_s=deadline_s),
    )
    answer = geocoder.search(name)
    if answer.status is AnswerStatus.FAILED:
        raise FetchError(f"{online} failed, which says nothing of the place: {answer.reason}")
    asked = "remembered" if answer.cached else "asked"
    click.echo(f"not in the gazetteer; {asked} {online}: {answer.status.value}", err=True)
    return list(answer.places)


def _matched(place: Place, name: str) -> list[str]:
    """Return the spellings of a place that the query meets."""
    from mapper.gazetteer import korean_key, world_key

    query = name.partition(",")[0]

    def same(key: Callable[[str], str]) -> list[str]:
        return [n for n in place.names if key(query) and key(n) == key(query)]

    return same(world_key) or same(korean_key)


def _cells(place: Place, name: str) -> tuple[str, ...]:
    position = place.position
    return (
        place.place_id,
        ", ".join([place.name, *reversed(place.admin)]),
        place.feature_code,
        f"{position.lon:.4f}",
        f"{position.lat:.4f}",
        f"{position.uncertainty_m / 1000:.3g}",
        ", ".join(_matched(place, name)),
        place.source,
    )


def _record(place: Place, name: str) -> dict[str, Any]:
    position = place.position
    return {
        "place_id": place.place_id,
        "name": place.name,
        "names": list(place.names),
        "matched": _matched(place, name),
        "feature_code": place.feature_code,
        "lon": position.lon,
        "lat": position.lat,
        "uncertainty_m": position.uncertainty_m,
        "footprint": place.footprint,
        "country": place.country,
        "admin": list(place.admin),
        "population": place.population,
        "source": place.source,
    }


def _echo_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _width(text: str) -> int:
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text
    )


def _echo_table(rows: Sequence[Sequence[str]], *, right: Iterable[int] = ()) -> None:
    last = len(rows[0]) - 1
    cut = [
        [
            cell if at == last or _width(cell) <= _WIDEST else cell[: _WIDEST - 1] + "…"
            for at, cell in enumerate(row)
        ]
        for row in rows
    ]
    widths = [max(_width(row[at]) for row in cut) for at in range(last + 1)]
    for row in cut:
        cells = []
        for at, cell in enumerate(row):
            fill = " " * (widths[at] - _width(cell))
            cells.append(fill + cell if at in right else cell + fill)
        click.echo("  ".join(cells).rstrip())
