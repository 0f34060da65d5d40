"""Zone checks per second, against the way one would first write it, in the same run.

::

    python benchmarks/bench_zones.py [POSITIONS]

The baseline asks ``geopandas.sjoin`` for the zone among the layers' polygons and
``geopy.distance`` for the nearest of every 20th vertex of the MDL, on a sample. It gives no side,
no certainty and no share, and it is still slower. Trust the ratio, not the absolute times; on a
busy machine compare the seconds of processor time, which are told too. Targets: a million positions
in less than 15 s of one core, one position in less than 1 ms.
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


def _ours(positions: list[Position], layers: BorderLayers) -> tuple[float, float]:
    """Positions per second of the clock, and seconds of the processor for a million."""
    start, busy = time.perf_counter(), time.process_time()
    checks = check_zones(positions, layers)
    assert len(checks) == len(positions)
    busy = time.process_time() - busy
    return len(positions) / (time.perf_counter() - start), busy / len(positions) * 1e6


def _baseline(positions: list[Position], layers: BorderLayers) -> float:
    sample = positions[:_SAMPLE]
    mdl = layers.geometry("mdl")
    names = ["dmz_north", "dmz_south", "jsa"]
    shapes = [layers.geometry(name) for name in names]
    zones = gpd.GeoDataFrame({"zone": names}, geometry=shapes, crs=4326)
    start = time.perf_counter()
    points = gpd.GeoSeries.from_xy([p.lon for p in sample], [p.lat for p in sample], crs=4326)
    inside = gpd.sjoin(gpd.GeoDataFrame(geometry=points), zones, how="left")
    metres = [
        min(geodesic((p.lat, p.lon), (lat, lon)).m for lon, lat in mdl.coords[::20]) for p in sample
    ]
    assert len(inside) >= len(metres)
    return len(sample) / (time.perf_counter() - start)


def main(count: int) -> None:
    layers = BorderLayers.load()
    start = time.perf_counter()
    check_zones([Position(lon=127.0, lat=38.0, uncertainty_m=100)], layers)
    print(f"first check, with the index: {time.perf_counter() - start:.2f} s")
    one = [Position(lon=126.9, lat=38.1, uncertainty_m=100)]
    start, busy = time.perf_counter(), time.process_time()
    for _ in range(200):
        check_zones(one, layers)
    start, busy = time.perf_counter() - start, time.process_time() - busy
    print(
        f"one position at a time: {start * 5:.2f} ms each, "
        f"{busy * 5:.2f} ms of processor (target 1)"
    )
    vertices = shapely.get_num_coordinates(layers.geometry("mdl"))
    for name, box in (
        ("whole peninsula", (124.5, 34.0, 130.0, 42.5)),
        ("border region", (126.5, 37.6, 128.4, 38.7)),
    ):
        positions = _positions(count, box=box)
        (ours, busy), naive = _ours(positions, layers), _baseline(positions, layers)
        print(
            f"{name}: {ours:,.0f} positions/s over {count:,} ({busy:.1f} s of processor a "
            f"million, target 15); baseline (every 20th of "
            f"{vertices:,} vertices) {naive:,.0f}/s; ratio {ours / naive:,.0f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000)
