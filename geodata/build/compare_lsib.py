"""Compare the built border with the US State Department's LSIB (a check; nothing is taken).

::

    python geodata/build/compare_lsib.py dmz_korea_lsib.geojson

The file needs features with ``id`` mdl, dmz_north and dmz_south. Prints the figures that
the manifest's ``accuracy_m`` of the MDL rests on.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import shapely
from border import GEOD, belt_halves, geodesic_distance_m, mdl_parts
from shapely import LineString
from shapely.geometry import shape

__all__ = ["main"]

_STEP_DEG = 0.001  # about 100 m


def _distances_m(start: LineString, to: LineString) -> np.ndarray:
    steps = np.arange(0, start.length, _STEP_DEG)
    points = shapely.get_coordinates(shapely.line_interpolate_point(start, steps))
    return geodesic_distance_m([(float(x), float(y)) for x, y in points], to)


def main(path: Path) -> None:
    """Print distances both ways, lengths and the belts' overlap."""
    rows = json.loads(path.read_text(encoding="utf-8"))["features"]
    theirs = {row["properties"]["id"]: shape(row["geometry"]) for row in rows}
    land, _ = mdl_parts()
    for name, metres in (
        ("ours to LSIB", _distances_m(land, theirs["mdl"])),
        ("LSIB to ours", _distances_m(theirs["mdl"], land)),
    ):
        print(
            f"{name}: mean {metres.mean():.0f} m, p95 {np.percentile(metres, 95):.0f} m, "
            f"max {metres.max():.0f} m"
        )
    print(
        f"length: {GEOD.geometry_length(land) / 1000:.1f} km, LSIB "
        f"{GEOD.geometry_length(theirs['mdl']) / 1000:.1f} km"
    )
    pairs = dict(zip(("dmz_north", "dmz_south"), belt_halves(land), strict=True))
    pairs["dmz"] = shapely.union_all(list(pairs.values()))
    theirs["dmz"] = shapely.union_all([theirs["dmz_north"], theirs["dmz_south"]])
    for name, ours in pairs.items():
        both, either = ours & theirs[name], ours | theirs[name]
        areas = [abs(GEOD.geometry_area_perimeter(g)[0]) / 1e6 for g in (ours, both, either)]
        print(f"{name}: {areas[0]:.1f} km2, IoU {areas[1] / areas[2]:.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
