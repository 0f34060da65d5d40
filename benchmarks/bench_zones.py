"""Zone checks per second, against the way one would first write it, in the same run.

::

    python benchmarks/bench_zones.py [POSITIONS]

The baseline asks ``GeoSeries.within`` for the DMZ (an unprepared polygon) and
``geopy.distance`` for the nearest vertex of the MDL, on a sample. It gives no side, no
certainty and no share, and it is still slower. Trust the ratio, not the absolute times.
"""

from __future__ import annotations

import random
import sys
import time

import geopandas as gpd
import shapely
from geopy.distance import geodesic

from mapper.layers import BorderLayers
from mapper.model import Position
from mapper.zones import check_zones

_SAMPLE = 200  # positions that the baseline is timed on


def _positions(count: int, *, box: tuple[float, float, float, float]) -> list[Position]:
    rng = random.Random(2026)
    west, south, east, north = box
    return [
        Position(
            lon=rng.uniform(west, east),
            lat=rng.uniform(south, north),
            uncertainty_m=rng.choice((100.0, 400.0, 1000.0, 3000.0)),
        )
        for _ in range(count)
    ]


def _ours(positions: list[Position], layers: BorderLayers) -> float:
    start = time.perf_counter()
    checks = check_zones(positions, layers)
    assert len(checks) == len(positions)
    return len(positions) / (time.perf_counter() - start)


def _baseline(positions: list[Position], layers: BorderLayers) -> float:
    sample = positions[:_SAMPLE]
    dmz, mdl = layers.geometry("dmz"), layers.geometry("mdl")
    start = time.perf_counter()
    points = gpd.GeoSeries.from_xy([p.lon for p in sample], [p.lat for p in sample], crs=4326)
    inside = points.within(dmz)
    metres = [
        min(geodesic((p.lat, p.lon), (lat, lon)).m for lon, lat in mdl.coords[::20]) for p in sample
    ]
    assert len(inside) == len(metres)
    return len(sample) / (time.perf_counter() - start)


def main(count: int) -> None:
    layers = BorderLayers.load()
    start = time.perf_counter()
    check_zones([Position(lon=127.0, lat=38.0, uncertainty_m=100)], layers)
    print(f"first check, with the index: {time.perf_counter() - start:.2f} s")
    one = [Position(lon=126.9, lat=38.1, uncertainty_m=100)]
    start = time.perf_counter()
    for _ in range(100):
        check_zones(one, layers)
    print(f"one position at a time: {(time.perf_counter() - start) * 10:.2f} ms each")
    vertices = shapely.get_num_coordinates(layers.geometry("mdl"))
    for name, box in (
        ("whole peninsula", (124.5, 34.0, 130.0, 42.5)),
        ("border region", (126.5, 37.6, 128.4, 38.7)),
    ):
        positions = _positions(count, box=box)
        ours, naive = _ours(positions, layers), _baseline(positions, layers)
        print(
            f"{name}: {ours:,.0f} positions/s over {count:,}; baseline (every 20th of "
            f"{vertices:,} vertices) {naive:,.0f}/s; ratio {ours / naive:,.0f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
