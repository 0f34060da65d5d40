"""Write the sha256 of every file into geodata/manifest.toml.

Run from the project's root after a layer or the gazetteer's table has changed::

    python geodata/build/refresh_manifest.py

Only the ``sha256`` lines change; what a file is and where it comes from is written by hand.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

__all__ = ["refresh"]

GEODATA = Path(__file__).parents[1]
_FILE = re.compile(r'^file = "(?P<file>[^"]+)"$')
_DIGEST = re.compile(r'^sha256 = "(?P<digest>[0-9a-f]*)"$')


def refresh(geodata: Path = GEODATA) -> list[str]:
    """Put the present checksums into the manifest; return a line for each that changed."""
    path = geodata / "manifest.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    said, file = [], ""
    for at, line in enumerate(lines):
        if found := _FILE.match(line):
            file = found["file"]
        elif found := _DIGEST.match(line):
            source = geodata / file
            if not source.is_file():
                raise SystemExit(f"{source} is missing, and the manifest names it")
            digest = hashlib.sha256(source.read_bytes()).hexdigest()
            if digest != found["digest"]:
                lines[at] = f'sha256 = "{digest}"'
                said.append(f"{file}: sha256 is now {digest[:12]}...")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return said


if __name__ == "__main__":
    for line in refresh():
        print(line)
