"""Draw the figures of docs/explanation/uncertainty.md: one small map an expression.

    python scripts/draw_uncertainty.py [FOLDER]

The areas are what the program answers for the sentences below, nothing is drawn by hand. The
same layers and gazetteer give the same files, byte for byte. Needs the extra ``figures``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from shapely.geometry.base import BaseGeometry

from mapper.geoparsing import geoparse
from mapper.layers import BorderLayers
from mapper.model import MentionKind, Resolution

FIGURES = {
    "points": [
        ("Shots fell 12 km north of Munsan.", "distance and heading"),
        ("The blast was heard 30 km from Seoul.", "distance alone: a ring"),
        ("They dug north of Dorasan Station.", "heading alone: a cone"),
        ("It lay 3 km from Dorasan Station and 5 km from Panmunjom.", "two distances"),
    ],
    "lines": [
        ("He stood in Yeoncheon, 750 metres south of the MDL.", "a strip, cut at the county"),
        ("It lay three to four miles north of the DMZ.", "beside a belt"),
        ("Troops were seen in the DMZ, 12 km north of Paju.", "a sector, cut by the DMZ"),
        ("A guard was shot in the central section of the DMZ.", "a section"),
    ],
    "sea": [
        ("A ship sank off Yeonpyeong.", "off: cut by the shore"),
        (
            "The boat was found in the sea 57 km east of Sokcho, 26 km south of the NLL.",
            "distance, heading and a line",
        ),
        ("A ship sank off the west coast of South Korea.", "off a coast"),
        ("They were ambushed between Kaesong and Panmunjom.", "between"),
    ],
}
_AREA, _LAND, _WATER, _LINE = "#c0392b", "#eeeae0", "#dfe9f2", "#444444"
_MARGIN = 0.45  # of an area's size, around it


def main(folder: Path) -> None:
    """Write one PNG a figure."""
    mpl.use("agg")
    mpl.rcParams["font.family"] = "sans-serif"
    layers = BorderLayers.load()
    for name, panels in FIGURES.items():
        figure = Figure(figsize=(9, 8.4), layout="constrained")
        for axes, (text, title) in zip(figure.subplots(2, 2).flat, panels, strict=True):
            (found,) = [
                r for r in geoparse(text, layers=layers) if r.mention.kind is MentionKind.RELATIVE
            ]
            _panel(axes, found, layers, title)
        target = folder / f"uncertainty-{name}.png"
        figure.savefig(target, dpi=100, metadata={"Software": None})
        print(target)


def _panel(axes: Axes, found: Resolution, layers: BorderLayers, title: str) -> None:
    position = found.position
    assert position is not None
    assert found.footprint is not None
    name = found.footprint.removeprefix("layer:")
    is_layer = name != found.footprint
    area = layers.geometry(name) if is_layer else shapely.from_wkt(found.footprint)
    west, south, east, north = area.bounds
    pad = max((east - west) * 0.8, north - south) * _MARGIN
    box = shapely.box(west - pad / 0.8, south - pad, east + pad / 0.8, north + pad)
    axes.set_facecolor(_WATER)
    _fill(axes, shapely.intersection(layers.geometry("base_land"), box), _LAND, edge="#b8b0a0")
    _fill(axes, shapely.intersection(layers.geometry("dmz"), box), "#cfc8a8", edge="none")
    for line in ("mdl", "nll_west", "nll_east"):
        part = shapely.intersection(layers.geometry(line), box)
        for stretch in shapely.get_parts(part):
            axes.plot(*shapely.get_coordinates(stretch).T, color=_LINE, lw=0.8, ls="--")
    _fill(axes, area, _AREA, edge=_AREA, alpha=0.35)
    axes.plot(position.lon, position.lat, "o", color=_AREA, ms=4)
    axes.set_xlim(box.bounds[0], box.bounds[2])
    axes.set_ylim(box.bounds[1], box.bounds[3])
    axes.set_aspect(1 / 0.79)  # cosine of 38 degrees
    axes.tick_params(labelsize=7)
    axes.set_title(
        f"{title}\n\u201c{found.mention.surface}\u201d\n"
        f"\u00b1 {position.uncertainty_m / 1000:.1f} km, {found.area_km2:,.0f} km\u00b2",
        fontsize=8,
    )


def _fill(axes: Axes, shape: BaseGeometry, color: str, *, edge: str, alpha: float = 1.0) -> None:
    for part in shapely.get_parts(shape):
        if isinstance(part, shapely.Polygon):
            path = mpl.path.Path.make_compound_path(
                *(
                    mpl.path.Path(shapely.get_coordinates(r))
                    for r in (part.exterior, *part.interiors)
                )
            )
            patch = mpl.patches.PathPatch(path, fc=color, ec=edge, lw=0.6, alpha=alpha)
            axes.add_patch(patch)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
