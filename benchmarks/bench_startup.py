"""How long the tool takes to start: help, first name resolved, first use.

Every figure is the median of separate processes; the import of geopandas, the heaviest
library that the map needs, is timed in the same run as the yardstick.

    python benchmarks/bench_startup.py
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

GEOPARSE = ["-m", "mapper.cli", "geoparse", "Shots were heard near Panmunjom."]
CASES = {
    "import geopandas (yardstick)": ["-c", "import geopandas"],
    "import mapper": ["-c", "import mapper"],
    "mapper --help": ["-m", "mapper.cli", "--help"],
    "mapper geoparse, gazetteer compiled": GEOPARSE,
}


def seconds(arguments: list[str], environment: dict[str, str]) -> float:
    """Run Python once with the arguments and return the wall-clock seconds."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="processes a case")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"MAPPER_CACHE_DIR": cache}
        first = seconds(GEOPARSE, environment)
        print(f"{'first use (compiles the gazetteer)':40} {first:7.2f} s")
        yardstick = None
        for name, arguments in CASES.items():
            seconds(arguments, environment)  # warms the file cache
            median = statistics.median(seconds(arguments, environment) for _ in range(runs))
            yardstick = yardstick or median
            print(f"{name:40} {median:7.2f} s   {median / yardstick:5.2f} x geopandas import")


if __name__ == "__main__":
    main()
