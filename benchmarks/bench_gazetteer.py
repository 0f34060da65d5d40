"""Look-ups per second, neighbours per second, and how long a cold start takes.

::

    python benchmarks/bench_gazetteer.py [--add FILE]

Look-ups are of names in the gazetteer, of names in another romanization and of words that are
no names, each asked once, so that no cache answers. The yardsticks of the same run are a
dictionary with the same keys, for look-ups, and a scan with ``pyproj`` for neighbours.
``--add`` also times the import of a file of places, and the compilation with it.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pyproj import Geod

from mapper.gazetteer import Gazetteer, world_key
from mapper.gazetteer.additions import add
from mapper.gazetteer.geocoder import nearest

NAMES = 5_000
COLD = "from mapper.gazetteer import Gazetteer; print(len(Gazetteer.open().places('Panmunjom')))"


def rate(call: Callable[[str], object], queries: Sequence[str]) -> float:
    """Return calls per second."""
    start = time.perf_counter()
    for query in queries:
        call(query)
    return len(queries) / (time.perf_counter() - start)


def lookups(gazetteer: Gazetteer) -> None:
    rows = gazetteer.points()[0]
    chosen = random.Random(5).sample(list(rows), NAMES)
    names = list(dict.fromkeys(gazetteer.place_at(int(row)).name for row in chosen))
    table = {world_key(name): name for name in names}
    yardstick = rate(lambda name: table.get(world_key(name)), names)
    print(f"{'key and dictionary (yardstick)':44} {yardstick:10,.0f} /s")
    fresh = Gazetteer.open()
    cases = {
        "names to rows": (lambda name: fresh.entries(world_key(name)), names),
        "names to whole places, all spellings": (fresh.spellings, names),
        "words that are no names": (fresh.places, [f"{name[::-1]}q" for name in names]),
    }
    for title, (call, queries) in cases.items():
        result = rate(call, queries)
        print(f"{title:44} {result:10,.0f} /s   {result / yardstick:6.3f} x yardstick")


def neighbours(gazetteer: Gazetteer) -> None:
    places = random.Random(6)
    points = [(places.uniform(124, 131), places.uniform(33, 43)) for _ in range(200)]
    nearest(gazetteer, lon=127, lat=38)  # makes the table
    start = time.perf_counter()
    for lon, lat in points:
        nearest(gazetteer, lon=lon, lat=lat)
    ours = len(points) / (time.perf_counter() - start)
    rows, lons, lats = gazetteer.points()
    geod, start = Geod(ellps="WGS84"), time.perf_counter()
    geod.inv([127.0] * len(rows), [38.0] * len(rows), lons, lats)
    scan = 1 / (time.perf_counter() - start)
    print(f"{'nearest place':44} {ours:10,.0f} /s   {ours / scan:6.0f} x a scan of {len(rows):,}")


def cold_start() -> None:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", COLD], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    bare = time.perf_counter() - start
    title = "cold start to the first place"
    print(f"{title:44} {sorted(times)[2]:10.2f} s   (Python alone {bare:.2f} s)")


def importing(path: Path, folder: Path) -> None:
    start, cpu = time.perf_counter(), time.process_time()
    added = add(path, folder / "data").addition
    middle = time.perf_counter()
    Gazetteer.open(data_dir=folder / "data").close()
    end = time.perf_counter()
    print(
        f"import of {added.places:,} places: {middle - start:.1f} s, compiling with them"
        f" {end - middle:.1f} s, processor {time.process_time() - cpu:.1f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--add", type=Path, help="a file of places to import")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MAPPER_CACHE_DIR"] = f"{folder}/cache"
        os.environ["MAPPER_DATA_DIR"] = f"{folder}/none"
        start = time.perf_counter()
        gazetteer = Gazetteer.open()
        print(f"{'compiling':44} {time.perf_counter() - start:10.2f} s")
        cold_start()
        lookups(gazetteer)
        neighbours(gazetteer)
        if options.add:
            importing(options.add, Path(folder))


if __name__ == "__main__":
    main()
