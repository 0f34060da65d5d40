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
from collections.abc import Sequence
from pathlib import Path

from mapper.evaluation import read_floors

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "explanation" / "geoparsing.md"
GATE = ROOT / "benchmarks" / "quality_floors.toml"
GOLD = ("bench/LGL.jsonl", "bench/GeoVirus.jsonl", "gold/dev")
UNSEEN = """Of every four texts, the third was kept from all that was trained on these corpora,
the resolver's weights and the calibration of its probabilities:
"""
START, END = "<!-- figures: python benchmarks/renew_figures.py -->\n", "<!-- end of figures -->\n"


def evaluate(paths: Sequence[Path], *options: str) -> str:
    """Return the tables of one run; a floor that is not reached ends the program."""
    command = [sys.executable, "-m", "mapper.cli", "evaluate", "--format", "markdown", *options]
    command += [str(path) for path in paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    sys.stderr.write(done.stderr)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--raise-floors", action="store_true")
    options = parser.parse_args()
    raising = ["--raise-floors"] if options.raise_floors else []
    whole = evaluate([options.folder / name for name in GOLD], "--gate", str(GATE), *raising)
    # Lines have no kinds of their own: those of the floors are asked for again.
    floors = read_floors(GATE).corpora
    unseen = "\n".join(
        evaluate([options.folder / name], "--part", "3/4", "--kinds", floors[Path(name).stem].kinds)
        for name in GOLD
        if name.endswith(".jsonl")
    )
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not end:
        sys.exit(f"{PAGE} has no place for figures: {START.strip()} ... {END.strip()}")
    tables = f"{whole}\n{UNSEEN}\n{unseen}"
    PAGE.write_text(f"{before}{START}\n{tables}\n{END}{after}", encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
