"""Read the raw data out of installed packages, refusing any other version or byte."""

from __future__ import annotations

import gzip
import hashlib
import importlib.metadata
import json
import struct
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

__all__ = [
    "SOURCES",
    "package_file",
    "read_divisions",
    "read_northern_provinces",
    "read_rivers",
    "read_shapes",
    "read_timezone",
]

_HERE = Path(__file__).parent
SOURCES: dict[str, Any] = tomllib.loads((_HERE / "sources.toml").read_text(encoding="utf-8"))


def package_file(source: str, name: str) -> Path:
    """Return the path of a raw file, after checking version and sha256."""
    entry = SOURCES[source]
    found = importlib.metadata.version(entry["package"])
    if found != entry["version"]:
        raise SystemExit(
            f"{entry['package']} is {found}, need {entry['version']}: pip install --group geodata"
        )
    inside = entry["files"][name]
    path = Path(str(importlib.metadata.distribution(entry["package"]).locate_file(inside)))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != SOURCES["sha256"][inside]:
        raise SystemExit(f"{path} has sha256 {digest}, expected {SOURCES['sha256'][inside]}")
    return path


def read_timezone(name: str) -> list[list[tuple[float, float]]]:
    """Return the outer rings of a time zone as (lon, lat) vertices, 1e-6 degrees."""
    from timezonefinder import TimezoneFinder

    package_file("timezones", "coordinates")
    polygons = TimezoneFinder().get_geometry(tz_name=name, coords_as_pairs=True)
    return [[(round(x, 6), round(y, 6)) for x, y in polygon[0]] for polygon in polygons]


def read_shapes(name: str, box: tuple[float, float, float, float] | None) -> list[BaseGeometry]:
    """Return the shapes of a Natural Earth file that meet ``box``, cut to it."""
    import pyogrio

    path = package_file("natural_earth", name)
    _, _, blobs, _ = pyogrio.raw.read(path, bbox=box, columns=[])
    shapes = shapely.make_valid(shapely.from_wkb(blobs))
    if box is not None:
        shapes = shapely.intersection(shapes, shapely.box(*box))
    return [shape for shape in shapes if not shape.is_empty]


def read_rivers(box: tuple[float, float, float, float]) -> list[BaseGeometry]:
    """Return the river lines inside ``box``.

    Each row of the index holds, as its 6th and 7th number, where a line's float32 lon/lat
    pairs start in the coordinate file and how many bytes they take.
    """
    raw = np.fromfile(package_file("rivers", "coordinates"), dtype="<f4")
    lines = []
    for row in package_file("rivers", "index").read_text(encoding="ascii").splitlines():
        start, size = (int(number) // 4 for number in row.split()[5:7])
        pairs = raw[start : start + size].reshape(-1, 2).astype(float)
        part = shapely.intersection(shapely.LineString(pairs), shapely.box(*box))
        if not part.is_empty:
            lines.append(part)
    return lines


def read_divisions(level: str) -> list[tuple[dict[str, str], BaseGeometry]]:
    """Return the names and areas of South Korea's provinces (``sido``) or counties (``sigungu``).

    The file is a chain of WKB shapes, each behind its length as a little-endian uint32.
    """
    raw = gzip.decompress(package_file("divisions", level).read_bytes())
    names = json.loads(gzip.decompress(package_file("divisions", f"{level}_names").read_bytes()))
    shapes, at = [], 0
    while at < len(raw):
        (size,) = struct.unpack_from("<I", raw, at)
        shapes.append(shapely.from_wkb(raw[at + 4 : at + 4 + size]))
        at += 4 + size
    return list(zip(names, shapes, strict=True))


def read_northern_provinces() -> list[tuple[str, BaseGeometry]]:
    """Return Natural Earth's name and area of each province of the DPRK."""
    path = _HERE / SOURCES["northern_provinces"]["file"]
    raw = path.read_bytes()
    if hashlib.sha256(raw).hexdigest() != SOURCES["northern_provinces"]["sha256"]:
        raise SystemExit(f"{path} is not the file that sources.toml names")
    topology = json.loads(raw)
    scale, shift = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    arcs = [np.cumsum(arc, axis=0) * scale + shift for arc in topology["arcs"]]

    def ring(numbers: list[int]) -> np.ndarray:
        parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    found = []
    for row in topology["objects"]["prk"]["geometries"]:
        polygons = row.get("arcs", [])
        polygons = [polygons] if row["type"] == "Polygon" else polygons
        shapes = [
            shapely.Polygon(ring(p[0]), [ring(hole) for hole in p[1:]])
            for p in polygons
            if len(ring(p[0])) > 3
        ]
        if row.get("properties", {}).get("name"):
            found.append((row["properties"]["name"], shapely.union_all(shapely.make_valid(shapes))))
    return found
