"""Third-party browser code: found in pinned packages, checked byte for byte, inlined."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from mapper.errors import MapperError

__all__ = ["Vendor", "load_vendors"]

_ASSETS = resources.files("mapper.maps") / "assets"
_IMAGE_IN_CSS = re.compile(r"url\((images/[\w.-]+\.png)\)")
# The map files are not shipped, so a browser's developer tools would ask for them in vain.
_SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=\S*\s*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """One third-party library, ready to be inlined.

    Attributes
    ----------
    script, style
        JavaScript and CSS; images in the CSS have become ``data:`` URIs.
    images
        File name to ``data:`` URI.
    """

    title: str
    version: str
    licence: str
    licence_text: str
    url: str
    script: str
    style: str
    images: dict[str, str]


@cache
def load_vendors() -> tuple[Vendor, ...]:
    """Read and check every library of ``assets/vendor.toml``, in loading order.

    Raises
    ------
    MapperError
        If a package or one of its files is not installed, or is not, byte for byte, the
        one that was reviewed.
    """
    table = tomllib.loads((_ASSETS / "vendor.toml").read_text(encoding="utf-8"))
    return tuple(_load(name, entry) for name, entry in table.items())


def _load(name: str, entry: dict[str, object]) -> Vendor:
    package = str(entry["package"])
    folder = _data_folder(str(entry["module"]), package)
    checksums = entry["sha256"]
    assert isinstance(checksums, dict), name
    files = {
        file: _read_checked(folder / file, str(wanted), package)
        for file, wanted in checksums.items()
    }
    images = {
        Path(file).name: "data:image/png;base64," + base64.b64encode(blob).decode("ascii")
        for file, blob in files.items()
        if file.endswith(".png")
    }
    styles = entry["styles"]
    assert isinstance(styles, list), name
    style = "\n".join(files[file].decode("utf-8") for file in styles)
    return Vendor(
        title=str(entry["title"]),
        version=str(entry["version"]),
        licence=str(entry["licence"]),
        licence_text=(_ASSETS / str(entry["licence_file"])).read_text(encoding="utf-8"),
        url=str(entry["url"]),
        script=_SOURCE_MAP.sub("\n", files[str(entry["script"])].decode("utf-8")),
        style=_IMAGE_IN_CSS.sub(lambda m: f"url({images[Path(m[1]).name]})", style),
        images=images,
    )


def _data_folder(module: str, package: str) -> Path:
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        spec = None
    if spec is None or spec.origin is None:
        raise MapperError(
            f"the map needs the package {package}, which is not installed; "
            "reinstall incident-mapper"
        )
    return Path(spec.origin).parent / "data"


def _read_checked(path: Path, wanted: str, package: str) -> bytes:
    try:
        blob = path.read_bytes()
    except OSError as error:
        raise MapperError(f"{package} has no file {path.name}: {error}") from error
    found = hashlib.sha256(blob).hexdigest()
    if found != wanted:
        raise MapperError(
            f"{path} is not the reviewed file of {package}: sha256 {found}, expected {wanted}; "
            f"reinstall the pinned version of {package}"
        )
    return blob
