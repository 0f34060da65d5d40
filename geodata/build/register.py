"""Check the register of documented incidents and give its places their positions.

    python geodata/build/register.py          # fill in lon, lat, uncertainty_m; then check
    python geodata/build/register.py --check  # check only

``geodata/incidents/register.csv`` is written by hand, each fact from the pages its column
``sources`` names, in our own words. ``place_id`` is a place of ``gazetteer/core.csv`` or
``sectors:ID`` of the layer of sectors; ``within_m`` widens it where the sources say less.
The positions are computed from these, never typed.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
import sys
import tomllib
from pathlib import Path

import geopandas

__all__ = ["COLUMNS", "faults", "fill"]

ROOT = Path(__file__).parents[2]
REGISTER = ROOT / "geodata" / "incidents" / "register.csv"
CORE = ROOT / "geodata" / "gazetteer" / "core.csv"
SECTORS = ROOT / "geodata" / "layers" / "sectors.geojson"
COLUMNS = (
    "entry_id", "kind", "also", "title", "people", "names", "details", "date_start", "date_end",
    "place", "place_id", "within_m", "lon", "lat", "uncertainty_m", "killed", "injured", "note",
    "sources",
)  # fmt: skip
_ID = re.compile(r"\d{4}(?:-\d\d)?(?:-\d\d)?-[a-z0-9-]+")
_LEAST_M = 300.0


def _core() -> dict[str, dict[str, str]]:
    with CORE.open(encoding="utf-8", newline="") as file:
        return {row["place_id"]: row for row in csv.DictReader(file)}


def _sectors() -> dict[str, tuple[str, float, float, float]]:
    """Return label, middle and radius of the sectors, in degrees and metres."""
    frame = geopandas.read_file(SECTORS)
    plane = frame.to_crs("EPSG:5179")
    middles = plane.geometry.representative_point()
    degrees = middles.to_crs("EPSG:4326")
    found = {}
    for row, shape, middle, point in zip(
        frame.itertuples(), plane.geometry, middles, degrees, strict=True
    ):
        radius = shape.hausdorff_distance(middle)
        found[f"sectors:{row.id}"] = (row.label, point.x, point.y, float(radius))
    return found


def fill(rows: list[dict[str, str]]) -> None:
    """Write place, lon, lat and uncertainty_m of every row from its place_id."""
    core, sectors = _core(), _sectors()
    for row in rows:
        place_id, within = row["place_id"], row["within_m"]
        if not place_id:
            row |= {"place": "", "lon": "", "lat": "", "uncertainty_m": ""}
            continue
        if place_id in sectors:
            label, lon, lat, radius = sectors[place_id]
        else:
            place = core[place_id]
            label, lon, lat = place["name"], float(place["lon"]), float(place["lat"])
            radius = math.hypot(float(place["extent_m"]), float(place["accuracy_m"]))
        radius = max(radius, float(within or 0), _LEAST_M)
        row |= {"place": label, "lon": f"{lon:.5f}", "lat": f"{lat:.5f}"}
        row["uncertainty_m"] = str(math.ceil(radius / 100) * 100)


def faults(rows: list[dict[str, str]]) -> list[str]:
    """Name what is wrong with the register, a line each."""
    tables = ROOT / "mapper" / "incidents"
    taxonomy = tomllib.loads((tables / "taxonomy.toml").read_text(encoding="utf-8"))
    details = tomllib.loads((tables / "link.toml").read_text(encoding="utf-8"))["details"]
    core, sectors = _core(), _sectors()
    said, ids = [], set()
    for row in rows:
        entry = row["entry_id"]
        if not _ID.fullmatch(entry) or entry in ids:
            said.append(f"{entry}: not an id of its own, such as 2017-11-13-jsa-defection")
        ids.add(entry)
        for kind in (row["kind"], *filter(None, row["also"].split("|"))):
            if kind not in taxonomy["kinds"]:
                said.append(f"{entry}: unknown kind {kind!r}")
        for detail in filter(None, row["details"].split("|")):
            if detail not in details:
                said.append(f"{entry}: unknown detail {detail!r}")
        said += _date_faults(row)
        if row["place_id"] and row["place_id"] not in core and row["place_id"] not in sectors:
            said.append(f"{entry}: {row['place_id']} is no place of core.csv and no sector")
        if not row["place_id"] and not row["note"]:
            said.append(f"{entry}: without a place the note must say why")
        sources = row["sources"].split("|")
        if not all(re.fullmatch(r"https?://\S+", source) for source in sources):
            said.append(f"{entry}: every source must be the address of a page")
        if not row["title"]:
            said.append(f"{entry}: no title")
    return said


def _date_faults(row: dict[str, str]) -> list[str]:
    entry = row["entry_id"]
    try:
        start = dt.date.fromisoformat(row["date_start"])
        end = dt.date.fromisoformat(row["date_end"])
    except ValueError:
        return [f"{entry}: the dates are not days"]
    if start > end:
        return [f"{entry}: ends before it begins"]
    said = entry[: len(re.match(r"[\d-]*\d(?=-)", entry)[0])]  # type: ignore[index]  # _ID holds
    if not start.isoformat().startswith(said) and not end.isoformat().startswith(said):
        return [f"{entry}: the id names another day than the dates"]
    return []


def main() -> None:
    """Fill in, check, and say what is wrong."""
    with REGISTER.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    said = faults(rows)
    if said:
        raise SystemExit("\n".join(said))
    before = [dict(row) for row in rows]
    fill(rows)
    if "--check" in sys.argv:
        changed = [r["entry_id"] for r, old in zip(rows, before, strict=True) if r != old]
        if changed:
            raise SystemExit(f"positions are not those of the places: {', '.join(changed)}")
    else:
        with REGISTER.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(sorted(rows, key=lambda row: (row["date_start"], row["entry_id"])))
    print(f"{len(rows)} entries, no faults")


if __name__ == "__main__":
    main()
