"""Write the layers of this tiny region, and their checksums, from the facts below.

::

    python tests/data/cyprus/make.py

Facts: the United Nations Buffer Zone runs some 180 km from Kato Pyrgos in the west to the
coast between Famagusta and Dherynia in the east; Mammari, Athienou, Troulloi and Pyla lie in
it, Lympia at its edge, and it cuts through old Nicosia; it is between 20 m and 7 km wide
(UNFICYP, "About the Buffer Zone"; Wikipedia: United Nations Buffer Zone in Cyprus). The
points are GeoNames' of those towns (CC BY 4.0), or the middle of two towns on either side.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import shapely

HERE = Path(__file__).parent
LINE = [
    (32.700, 35.190),  # the coast beside Kato Pyrgos
    (32.869, 35.077),  # between Lefka and Korakou
    (33.016, 35.170),  # between Morphou and Astromeritis
    (33.204, 35.176),  # Mammari
    (33.354, 35.173),  # Nicosia
    (33.462, 34.999),  # Lympia
    (33.542, 35.062),  # Athienou
    (33.616, 35.033),  # Troulloi
    (33.689, 35.005),  # Pyla
    (33.951, 35.095),  # between Famagusta and Dherynia
    (33.975, 35.100),  # the coast
]
HALF_WIDTH_DEG = 0.01  # about 1 km
# Natural Earth 1:110m (public domain): the island, both parts.
ISLAND = [
    (32.73, 35.14), (32.80, 35.15), (32.95, 35.39), (33.67, 35.37), (34.58, 35.67), (33.90, 35.25),
    (33.97, 35.06), (34.00, 34.98), (32.98, 34.57), (32.49, 34.70), (32.26, 35.10),
]  # fmt: skip


def main() -> None:
    """Write all, then the checksums."""
    line = shapely.LineString(LINE)
    island = shapely.Polygon(ISLAND).buffer(0.05)
    belt = line.buffer(HALF_WIDTH_DEG, cap_style="flat")
    far_west, far_east = (31.5, LINE[0][1]), (35.0, LINE[-1][1])
    north = shapely.Polygon([*LINE, far_east, (35.0, 36.2), (31.5, 36.2), far_west])
    south = shapely.Polygon([*LINE, far_east, (35.0, 34.2), (31.5, 34.2), far_west])
    shapes = {
        "green_line": line,
        "zone_north": shapely.intersection(belt, north),
        "zone_south": shapely.intersection(belt, south),
        "north": north,
        "south": south,
        "island": island,
    }
    manifest = (HERE / "manifest.toml").read_text(encoding="utf-8")
    for name, shape in shapes.items():
        geometry = json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-5)))
        row = {"type": "Feature", "properties": {}, "geometry": geometry}
        text = json.dumps({"type": "FeatureCollection", "features": [row]}) + "\n"
        (HERE / "layers" / f"{name}.geojson").write_text(text, encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        found = rf'(file = "layers/{name}\.geojson"[^\[]*?sha256 = ")[0-9a-f]*'
        manifest = re.sub(found, rf"\g<1>{digest}", manifest)
    (HERE / "manifest.toml").write_text(manifest, encoding="utf-8")


if __name__ == "__main__":
    main()
