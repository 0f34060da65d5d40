"""Static figures: the incidents drawn with geopandas and matplotlib, for print."""

from __future__ import annotations

import importlib.util
import io
import math
import warnings
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from mapper.errors import InputError, MissingExtraError
from mapper.files import write_atomically
from mapper.layers import Drawing
from mapper.maps.geometry import MapLayers, drawn_layers
from mapper.maps.kinds import KindStyle, kind_style, load_kinds
from mapper.maps.marks import Mark, group_marks, project
from mapper.maps.places import NamedPlace, load_places
from mapper.maps.signs import join_numbers, spread
from mapper.model import Analysis, Assertion, Incident, Precision

__all__ = ["save_figure"]

_FORMATS = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
_TOWN_ZOOM = 7
_AREA_FROM_M = 15_000.0
_KOREAN_FONTS = (
    *("NanumGothic", "Noto Sans CJK KR", "Noto Sans KR", "Malgun Gothic", "AppleGothic"),
    "Noto Sans CJK JP",  # a collection of fonts is known by its first; it holds Hangul too
)
_MARGIN = 0.06
# Incidents that are listed and numbered; the others are dots.
_MAX_ROWS = 60
_SMALL_FROM_ROWS = 41
# A wider outline, as a share of the figure, says nothing and hides much.
_WIDEST_SHARE = 0.5
_POINTS = 72  # an inch
_DIGIT_PT = 4.6
_MARKS = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle": "^",
    "down": "v",
    "star": "*",
    "hexagon": "H",
    "cross": "P",
}
_FILLS: dict[
    str, tuple[str, str, float, Any, int]
] = {  # look: (face, edge, line width, line style, order)
    "land": ("#f8f6f0", "#9fb0bd", 0.6, "-", 2),
    "lake": ("#dce7ee", "#9fb0bd", 0.4, "-", 3),
    "river": ("none", "#a9c6da", 0.6, "-", 3),
    "province": ("none", "#d9d4c6", 0.5, "-", 3),
    "belt_north": ("#b3403f44", "#b3403f", 0.5, "-", 5),
    "belt_south": ("#2f6db344", "#2f6db3", 0.5, "-", 5),
    "line": ("none", "#3a2a55", 0.7, "-", 6),
    "sea_line": ("none", "#00697f", 1.1, (0, (5, 3)), 6),
    "joint": ("none", "#3a2a55", 0.9, "-", 6),
}
_IN_LEGEND = ("belt_north", "belt_south", "line", "sea_line")


def save_figure(
    analysis: Analysis,
    path: str | Path,
    *,
    layers: MapLayers,
    title: str = "",
    kinds: Mapping[str, KindStyle] | None = None,
) -> None:
    """Draw the incidents as a static figure.

    Parameters
    ----------
    analysis
        What :func:`mapper.pipeline.analyze` found.
    path
        The file to write: ``.png``, ``.svg`` or ``.pdf``.
    layers
        The border layers and the base map.
    title
        Shown above the map; plain text.

    Raises
    ------
    InputError
        If the suffix is none of the three, or the file cannot be written.
    MissingExtraError
        If matplotlib is not installed (extra ``figures``).

    Notes
    -----
    Drawn in metres (UTM zone 52N). The same input gives the same bytes.
    """
    path = Path(path)
    kind = _FORMATS.get(path.suffix.lower())
    if kind is None:
        raise InputError(f"a figure must end in {', '.join(_FORMATS)}, got {path.name!r}")
    if importlib.util.find_spec("matplotlib") is None:
        raise MissingExtraError("a static figure", "figures")
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # A fixed salt and no dates: the same figure, the same bytes. Text stays text in SVG.
    settings: dict[Any, Any] = {
        **mpl.rcParamsDefault,
        "backend": "agg",
        "font.family": _fonts(),
        "font.size": 9,
        "pdf.fonttype": 42,
        "svg.fonttype": "none",
        "svg.hashsalt": "incident-mapper",
    }
    with mpl.rc_context(settings), warnings.catch_warnings():
        # A script no installed font can draw shows as boxes; the figure still comes out.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = Figure(figsize=(11, 7.3), facecolor="white")
        _draw(figure, analysis, layers, title, load_kinds() if kinds is None else kinds)
        buffer = io.BytesIO()
        metadata: dict[str, Any] = {"png": {"Software": None}, "svg": {"Date": None}}.get(
            kind, {"CreationDate": None, "Producer": None, "Creator": None}
        )
        figure.savefig(buffer, format=kind, dpi=160, metadata=metadata)
    write_atomically(path, buffer.getvalue())


def _fonts() -> list[str]:
    """Return matplotlib's own font, then the Korean fonts that are installed."""
    from matplotlib.font_manager import fontManager

    installed = set(fontManager.get_font_names())
    return ["DejaVu Sans", *(name for name in _KOREAN_FONTS if name in installed)]


def _draw(
    figure: Any,  # noqa: ANN401 - matplotlib is optional
    analysis: Analysis,
    layers: MapLayers,
    title: str,
    kinds: Mapping[str, KindStyle],
) -> None:
    grid = figure.add_gridspec(
        1, 2, width_ratios=(2.1, 1), left=0.02, right=0.98, bottom=0.06, top=0.94, wspace=0.03
    )
    axes, side = figure.add_subplot(grid[0]), figure.add_subplot(grid[1])
    drawn = {n: each for n, each in drawn_layers(layers).items() if each.look in _FILLS}
    projected = {name: project([layers.geometry(name)]) for name in drawn}
    marks = group_marks(analysis, layers, kinds)
    for name, series in projected.items():
        # A world in UTM is a tangle: only the neighbourhood is drawn.
        face, edge, width, style, order = _FILLS[drawn[name].look]
        series.plot(ax=axes, facecolor=face, edgecolor=edge, linewidth=width, linestyle=style,
                    zorder=order, aspect=None)  # fmt: skip
    looks = {name: each.look for name, each in drawn.items()}
    _set_window(axes, projected, looks, marks)
    whole = {*projected, *(name for name, view in layers.views.items() if view.union)}
    _draw_marks(axes, marks, {f"layer:{name}" for name in whole})
    _draw_towns(axes, load_places(layers))
    _draw_scale(axes)
    axes.set_xlabel("")  # geopandas names the axes anew with every layer
    axes.set_ylabel("")
    axes.set_title(_plain(title or "Incident map"), loc="left", fontsize=13, fontweight="bold")
    _draw_list(side, analysis, marks, kinds, beyond=_beyond(axes, marks))
    _draw_legend(axes, drawn)
    figure.text(0.02, 0.012, _sources(layers), fontsize=6.5, color="#51606f", wrap=True)


def _draw_marks(
    axes: Any,  # noqa: ANN401 - matplotlib is optional
    marks: Sequence[Mark],
    layers: Collection[str],
) -> None:
    """Draw outlines, signs and numbers; what the list leaves out is a dot."""
    width = axes.get_xlim()[1] - axes.get_xlim()[0]
    for mark in marks:
        if mark.numbers[0] > _MAX_ROWS:
            axes.plot([mark.x], [mark.y], marker=".", markersize=4, color=mark.style.color,
                      zorder=8)  # fmt: skip
        elif mark.footprint not in layers and 2 * mark.extent_m <= _WIDEST_SHARE * width:
            _draw_outline(axes, mark)
    # What is known well stands where it is; what is somewhere in an area makes room.
    numbered = sorted(
        (mark for mark in marks if mark.numbers[0] <= _MAX_ROWS),
        key=lambda mark: (mark.extent_m > _AREA_FROM_M, mark.numbers),
    )
    axes.apply_aspect()
    scale = axes.get_figure().dpi_scale_trans
    at_points = (axes.transData + scale.inverted()).transform
    corners = zip(axes.get_xlim(), axes.get_ylim(), strict=True)
    west, south, east, north = (
        float(_POINTS * side) for corner in corners for side in at_points(corner)
    )
    wanted = [tuple(_POINTS * at_points((mark.x, mark.y))) for mark in numbered]
    labels = [join_numbers(n for n in mark.numbers if n <= _MAX_ROWS) for mark in numbered]
    stand = spread(
        wanted, [_DIGIT_PT * len(label) for label in labels], frame=(west, south, east, north)
    )
    for mark, label, (x, y), (right, up) in zip(numbered, labels, wanted, stand, strict=True):
        _draw_sign(axes, mark, label, (right - x, up - y))


def _beyond(axes: Any, marks: Sequence[Mark]) -> int:  # noqa: ANN401 - matplotlib is optional
    """Count the incidents whose place lies outside the figure."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    return sum(
        len(mark.numbers)
        for mark in marks
        if not (west <= mark.x <= east and south <= mark.y <= north)
    )


def _draw_outline(axes: Any, mark: Mark) -> None:  # noqa: ANN401 - matplotlib is optional
    import geopandas

    is_line = mark.shape.geom_type.endswith("LineString")
    is_area = mark.extent_m > _AREA_FROM_M
    geopandas.GeoSeries([mark.shape]).plot(
        ax=axes,
        facecolor="none" if is_line else mark.style.color + ("10" if is_area else "22"),
        edgecolor=mark.style.color,
        linewidth=2.5 if is_line else 0.8,
        alpha=0.5 if is_line else None,
        linestyle="-" if is_line else (0, (3, 2)),
        zorder=7,
        aspect=None,
    )


def _draw_sign(
    axes: Any,  # noqa: ANN401 - matplotlib is optional
    mark: Mark,
    label: str,
    shift: tuple[float, float],
) -> None:
    """Draw a sign and its numbers, ``shift`` points beside its place, tied to it by a line."""
    from matplotlib.transforms import ScaledTranslation

    at = (mark.x, mark.y)
    if any(shift):
        axes.annotate("", xy=at, xytext=shift, textcoords="offset points", zorder=8,
                      arrowprops={"arrowstyle": "-", "color": "#51606f", "linewidth": 0.5,
                                  "shrinkA": 0, "shrinkB": 0}, annotation_clip=True)  # fmt: skip
    right, up = (step / _POINTS for step in shift)
    is_area = mark.extent_m > _AREA_FROM_M
    axes.plot(
        [at[0]],
        [at[1]],
        marker=_MARKS[mark.style.shape],
        markersize=10 if mark.style.shape == "star" else 7.5,
        markerfacecolor="white" if is_area else mark.style.color,
        markeredgecolor=mark.style.color if is_area else "white",
        markeredgewidth=1.4 if is_area else 0.8,
        alpha=0.6 if mark.is_historical else 1.0,
        linestyle="none",
        transform=axes.transData + ScaledTranslation(right, up, axes.get_figure().dpi_scale_trans),
        zorder=9,
    )
    axes.annotate(
        label,
        xy=at,
        xytext=(shift[0] + 5, shift[1]),
        textcoords="offset points",
        fontsize=7,
        fontweight="bold",
        color="#1b2430",
        ha="left",
        va="center_baseline",
        zorder=10,
        annotation_clip=True,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.65, "pad": 0.4},
    )


def _draw_towns(
    axes: Any,  # noqa: ANN401 - matplotlib is optional
    places: Sequence[NamedPlace],
) -> None:
    """Name the larger towns that lie inside the figure."""
    from shapely.geometry import Point

    towns = [place for place in places if place.min_zoom <= _TOWN_ZOOM]
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    for town, point in zip(towns, project([Point(t.lon, t.lat) for t in towns]), strict=True):
        if west < point.x < east and south < point.y < north:
            axes.plot([point.x], [point.y], marker="o", markersize=2.2, color="#3d4854", zorder=5)
            axes.annotate(
                town.name,
                (point.x, point.y),
                xytext=(0, -9),
                textcoords="offset points",
                ha="center",
                fontsize=7,
                color="#3d4854",
                zorder=8,
                clip_on=True,
            )


def _set_window(
    axes: Any,  # noqa: ANN401 - matplotlib is optional
    projected: Mapping[str, Any],
    looks: Mapping[str, str],
    marks: Sequence[Mark],
) -> None:
    """Show the border and every mark on the base map that is placed well."""
    border = [projected[name].total_bounds for name, look in looks.items()
              if look in {"belt_north", "belt_south", "line"}]  # fmt: skip
    lands = [projected[name].total_bounds for name, look in looks.items() if look == "land"]
    land = lands[0] if lands else None
    boxes = [tuple(box) for box in border]
    for mark in marks:
        is_near = land is None or (land[0] <= mark.x <= land[2] and land[1] <= mark.y <= land[3])
        if is_near and mark.extent_m <= _AREA_FROM_M:
            boxes.append((mark.x, mark.y, mark.x, mark.y))
    if not boxes:
        boxes = [tuple(land)] if land is not None else [(0.0, 0.0, 1.0, 1.0)]
    west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
    east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
    pad = max(east - west, north - south, 20_000.0) * _MARGIN
    width, height = east - west + 2 * pad, north - south + 2 * pad
    height = max(height, width * 0.85)
    width = max(width, height * 0.95)
    x, y = (west + east) / 2, (south + north) / 2
    axes.set_xlim(x - width / 2, x + width / 2)
    axes.set_ylim(y - height / 2, y + height / 2)
    axes.set_aspect("equal", adjustable="box")
    axes.set_facecolor("#dce7ee")
    axes.set_xticks([])
    axes.set_yticks([])


def _draw_scale(axes: Any) -> None:  # noqa: ANN401 - matplotlib is optional
    west, east = axes.get_xlim()
    south, north = axes.get_ylim()
    room = (east - west) / 4
    step = 10 ** math.floor(math.log10(room))
    length = max(n * step for n in (1, 2, 5) if n * step <= room)
    x, y = east - length - (east - west) * 0.04, south + (north - south) * 0.035
    axes.plot([x, x + length], [y, y], color="#1b2430", linewidth=2, zorder=11)
    label = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    axes.annotate(label, (x + length / 2, y), xytext=(0, 3), textcoords="offset points",
                  ha="center", fontsize=8, zorder=11)  # fmt: skip


def _draw_legend(
    axes: Any,  # noqa: ANN401 - matplotlib is optional
    drawn: Mapping[str, Drawing],
) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = []
    shown = {each.legend: each.look for each in drawn.values() if each.look in _IN_LEGEND}
    for label, look in sorted(shown.items(), key=lambda entry: _IN_LEGEND.index(entry[1])):
        face, edge, width, style, _ = _FILLS[look]
        handles.append(
            Line2D([], [], color=edge, linewidth=width + 0.5, linestyle=style, label=label)
            if face == "none"
            else Patch(facecolor=face, edgecolor=edge, label=label)
        )
    handles.append(Patch(facecolor="none", edgecolor="#51606f", linestyle="--",
                         label="Area that holds the true place (none if very wide)"))  # fmt: skip
    hollow: dict[str, Any] = {"linestyle": "none", "marker": "o", "markerfacecolor": "white"}
    handles.append(
        Line2D([], [], markeredgecolor="#51606f", label="Hollow: somewhere in an area", **hollow)
    )
    legend = axes.legend(handles=handles, loc="upper left", fontsize=7, framealpha=0.92)
    legend.set_zorder(12)


def _draw_list(
    side: Any,  # noqa: ANN401 - matplotlib is optional
    analysis: Analysis,
    marks: Sequence[Mark],
    kinds: Mapping[str, KindStyle],
    *,
    beyond: int,
) -> None:
    """List the incidents by number; signs as on the map."""
    side.set_xlim(0, 1)
    side.set_ylim(0, 1)
    side.axis("off")
    placed = {number for mark in marks for number in mark.numbers}
    solid = {n for mark in marks if mark.extent_m <= _AREA_FROM_M for n in mark.numbers}
    incidents = list(enumerate(analysis.incidents, start=1))[:_MAX_ROWS]
    step = min(0.05, 1.0 / max(1, len(incidents) + 2))
    size = 7 if len(incidents) < _SMALL_FROM_ROWS else 6
    y = 0.99
    heading = f"{len(analysis.incidents)} incidents, {len(placed) - beyond} on the map"
    side.text(0, y, heading + (f", {beyond} beyond it" if beyond else ""),
              fontsize=9, fontweight="bold", va="top")  # fmt: skip
    for number, incident in incidents:
        y -= step
        style = kind_style(incident.kind, kinds)
        hollow = number not in solid
        side.plot(0.015, y - 0.008, marker=_MARKS[style.shape], markersize=6,
                  markerfacecolor="white" if hollow else style.color,
                  markeredgecolor=style.color, clip_on=False)  # fmt: skip
        where = incident.where.label if incident.where else "not on the map"
        tone = "" if incident.assertion is Assertion.ASSERTED else f" [{incident.assertion.value}]"
        row = f"{number}  {style.label}{tone}: {_date(incident)}, {where}"
        side.text(0.05, y, _plain(_cut(row, 62)), fontsize=size, va="top")
    if len(analysis.incidents) > _MAX_ROWS:
        rest = len(analysis.incidents) - _MAX_ROWS
        side.text(
            0.05,
            y - step,
            f"… and {rest} more: dots on the map",
            fontsize=size,
            va="top",
            style="italic",
        )


def _date(incident: Incident) -> str:
    when = incident.when
    if when.start is None or when.end is None:
        return "date not given"
    if when.precision is Precision.YEAR:
        return str(when.start.year)
    if when.precision is Precision.MONTH:
        return f"{when.start:%Y-%m}"
    if when.start == when.end:
        return when.start.isoformat()
    return f"{when.start.isoformat()} to {when.end.isoformat()}"


def _sources(layers: MapLayers) -> str:
    credits_: dict[str, None] = {}
    for name, drawing in drawn_layers(layers).items():
        if drawing.look in _FILLS:
            info = layers.infos[name]
            licence = getattr(info, "licence", "")
            credit = getattr(info, "attribution", "") or getattr(info, "source", "")
            credits_.setdefault(f"{credit} ({licence})" if licence else credit)
    joined = "; ".join(filter(None, credits_))
    return _plain(f"The DMZ is the legal belt, not the fence. {joined}")


def _plain(text: str) -> str:
    """Keep matplotlib from reading ``$...$`` as mathematics, and drop what no font draws."""
    return "".join(c if c.isprintable() else " " for c in text).replace("$", r"\$")


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
