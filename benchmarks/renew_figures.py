"""Renew the tables of docs/explanation/geoparsing.md from the gold data that lie in a folder.

::

    python benchmarks/renew_figures.py FOLDER [--raise-floors]

FOLDER holds ``bench/LGL.jsonl``, ``bench/GeoVirus.jsonl`` and ``gold/dev/``. With
``--raise-floors`` the floors of the quality gate rise to what was reached.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "explanation" / "geoparsing.md"
GATE = ROOT / "benchmarks" / "quality_floors.toml"
GOLD = ("bench/LGL.jsonl", "bench/GeoVirus.jsonl", "gold/dev")
START, END = "<!-- figures: python benchmarks/renew_figures.py -->\n", "<!-- end of figures -->\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--raise-floors", action="store_true")
    options = parser.parse_args()
    command = [sys.executable, "-m", "mapper.cli", "evaluate", "--format", "markdown"]
    command += ["--gate", str(GATE), *(str(options.folder / name) for name in GOLD)]
    command += ["--raise-floors"] * options.raise_floors
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    sys.stderr.write(done.stderr)
    if not done.stdout:
        sys.exit(done.returncode)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    _, end, after = rest.partition(END)
    if not end:
        sys.exit(f"{PAGE} has no place for figures: {START.strip()} ... {END.strip()}")
    PAGE.write_text(f"{before}{START}\n{done.stdout}\n{END}{after}", encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
