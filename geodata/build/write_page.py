"""Write ``docs/reference/layers.md`` from the manifest.

Run from the project's root after the manifest has changed::

    python geodata/build/write_page.py
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

__all__ = ["feature_ids", "main", "page"]

_ROOT = Path(__file__).parents[2]
_HEAD = """# Layers

What `geodata/` holds, written from its `manifest.toml` by `geodata/build/write_page.py`: change
that, not this page. `mapper layers` prints the same and verifies every file. Terms in full:
[LICENSES.md](../../geodata/LICENSES.md). Another DMZ: [own layers](../how-to/own-layers.md);
another border: [another region](../how-to/other-region.md).

| status | meaning |
|---|---|
| treaty | drawn as an agreement words it |
| published | points or lines that an authority or a map project publishes |
| derived | computed from another layer |
| approximate | good for orientation, never for a decision |
| own | a user's file in place of ours |

A footprint `layer:NAME` is a whole layer, `layer:NAME#ID` one feature of it. Within `accuracy_m`
of a limit an answer is no better than the layer.
"""


def page(manifest: dict[str, Any], ids: dict[str, list[str]]) -> str:
    """Return the page.

    Parameters
    ----------
    manifest
        The parsed manifest.
    ids
        The feature ids of each layer that has any.
    """
    parts = [_HEAD, f"## {manifest['region']['title']}\n"]
    parts.append(_table(["layer", "title", "status", "accuracy"], [
        [f"[`{name}`](#{name})", entry["title"], entry["status"], f"{entry['accuracy_m']:,} m"]
        for name, entry in manifest["layers"].items()
    ]))  # fmt: skip
    views = manifest.get("views", {})
    parts.append("Shapes made of them:\n")
    parts.append(_table(["name", "made of"], [
        [f"`{name}`", " and ".join(f"`{m}`" for m in view["union"]) if "union" in view
         else f"the features of `{view['layer']}` with part = {view['part']}"]
        for name, view in views.items()
    ]))  # fmt: skip
    for name, entry in manifest["layers"].items():
        parts.append(_section(name, entry, ids.get(name, [])))
    parts.append("## Tables\n")
    parts.append(_table(["table", "title", "source", "licence"], [
        [f"`{name}`", entry["title"], entry["source"], entry["licence"]]
        for name, entry in manifest["tables"].items()
    ]))  # fmt: skip
    return "\n".join(parts)


def _section(name: str, entry: dict[str, Any], ids: list[str]) -> str:
    bound = "; an upper bound: being inside proves nothing" if entry.get("upper_bound") else ""
    source = entry["source"] + (f" (<{entry['url']}>)" if entry["url"] else "")
    lines = [
        f"## {name}\n",
        f"{entry['title']}. {entry['status'].capitalize()}, "
        f"within {entry['accuracy_m']:,} m{bound}.\n",
        f"Source: {source}, {entry['version']}. Licence: {entry['licence']}."
        + (f" Attribution: {entry['attribution']}." if entry["attribution"] else "")
        + "\n",
    ]
    if entry.get("note"):
        lines.append(entry["note"] + "\n")
    if ids:
        lines.append("Features: " + ", ".join(f"`{key}`" for key in ids) + ".\n")
    return "\n".join(lines)


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def main() -> None:
    """Write the page."""
    from mapper.layers import BorderLayers

    geodata = _ROOT / "geodata"
    manifest = tomllib.loads((geodata / "manifest.toml").read_text(encoding="utf-8"))
    target = _ROOT / "docs" / "reference" / "layers.md"
    target.write_text(page(manifest, feature_ids(BorderLayers.load(geodata))), encoding="utf-8")
    print(f"wrote {target.relative_to(_ROOT)}")


def feature_ids(layers: Any) -> dict[str, list[str]]:  # noqa: ANN401 - mapper is imported late
    """Return the ids of the features of each layer that has any."""
    found = {}
    for name in layers.infos:
        ids = [f.properties["id"] for f in layers.features(name) if "id" in f.properties]
        if ids:
            found[name] = ids
    return found


if __name__ == "__main__":
    main()
