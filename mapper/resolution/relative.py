"""Place relative mentions: an area with a center and a radius, never a sharp point."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from mapper.model import Mention, Position, Relation, Resolution, Span, Status
from mapper.resolution.choices import near_reach

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from mapper.layers import BorderLayers
    from mapper.resolution.ground import Ground
    from mapper.resolution.placing import Drawn

__all__ = ["place_relative"]

_LEAST_M = 1.0
_SLIVER = 0.005  # share of an area below which two of them only touch


def place_relative(
    mention: Mention, anchors: Mapping[Span, Resolution], layers: BorderLayers | None = None
) -> Resolution:
    """Resolve a relative mention from the resolutions of the names that it is built on.

    Parameters
    ----------
    mention
        Of kind ``relative``.
    anchors
        Resolutions of the document's names, by span.
    layers
        The region's lines, shores and areas; ``None`` is the package's own, opened only when
        the words need them.

    Returns
    -------
    Resolution
        ``footprint`` is WKT (EPSG:4326) or the layer that draws the area, ``None`` where it
        is the circle of ``position``. ``method`` names the method, ``reason`` tells what went
        into it.

    Notes
    -----
    Methods and error rules are those of the GBIF Georeferencing Best Practices (2020): the
    errors of distance and heading and the anchor's own extent bound an area; its corrected
    center is the position, and the distance from there to its farthest point the uncertainty.
    """
    relation = mention.relation
    if relation is None:
        return _abstained(mention, "no relation given")
    main = anchors.get(relation.anchor)
    if not relation.landmark and (main is None or main.position is None):
        return _abstained(mention, f"its anchor {mention.name!r} has no place")
    if main is not None and _is_circle(relation, main):
        return _near(mention, main)
    asked, named = _apart_from_text(mention, anchors)
    return replace(_drawn(asked, named, layers), mention=mention)


def _apart_from_text(
    mention: Mention, anchors: Mapping[Span, Resolution]
) -> tuple[Mention, tuple[tuple[Span, Resolution], ...]]:
    """Return a mention and what it is built on as they are wherever the same words stand."""
    numbers: dict[Span, Span] = {}
    named: list[tuple[Span, Resolution]] = []

    def number(span: Span) -> Span:
        if span not in numbers:
            numbers[span] = at = Span(len(numbers), len(numbers) + 1)
            if span in anchors:
                answer = anchors[span]
                plain = replace(answer.mention, doc_id="", span=at, surface=answer.mention.name)
                named.append((at, replace(answer, mention=plain, alternatives=(), reason="")))
        return numbers[span]

    def numbered(relation: Relation) -> Relation:
        return replace(
            relation,
            anchor=number(relation.anchor),
            other=number(relation.other) if relation.other is not None else None,
            constraints=tuple(map(numbered, relation.constraints)),
        )

    assert mention.relation is not None
    relation = numbered(mention.relation)
    whole = Span(0, 1)
    asked = Mention(
        doc_id="", span=whole, surface=mention.name, kind=mention.kind, relation=relation
    )
    return asked, tuple(named)


@lru_cache(maxsize=512)  # a long shape is 50 kB
def _drawn(
    mention: Mention, named: tuple[tuple[Span, Resolution], ...], layers: BorderLayers | None
) -> Resolution:
    """Draw an area once for all texts that say the same of the same places."""
    from mapper.resolution import placing
    from mapper.resolution.ground import Ground

    relation, anchors, ground = mention.relation, dict(named), Ground(layers)
    assert relation is not None
    main = anchors.get(relation.anchor)
    drawn = placing.draw(relation, anchors, ground)
    if isinstance(drawn, str):
        return _abstained(mention, drawn)
    if drawn.layer and not relation.constraints:
        return _finished(mention, main, drawn, drawn.shape, [drawn.remark], narrowed=False)
    shape, remarks, narrowed = _narrowed(relation, drawn, anchors, ground)
    return _finished(mention, main, drawn, shape, remarks, narrowed=narrowed)


def _is_circle(relation: Relation, anchor: Resolution) -> bool:
    """Say whether nothing but a circle can come out: no geometry is needed for that."""
    plain = not (relation.constraints or relation.realm or relation.landmark)
    return plain and relation.kind in ("near", "along") and anchor.footprint is None


def _near(mention: Mention, anchor: Resolution) -> Resolution:
    assert anchor.position is not None
    extent_m = anchor.position.uncertainty_m
    near_m = near_reach(extent_m)
    radius_m = extent_m + near_m
    return Resolution(
        mention=mention,
        status=anchor.status,
        position=Position(lon=anchor.position.lon, lat=anchor.position.lat, uncertainty_m=radius_m),
        probability=anchor.probability,
        reason=f"within {near_m / 1000:.3g} km of {mention.name} and its extent",
        method="point-radius: near a feature",
        area_km2=round(math.pi * radius_m**2 / 1e6, 3),
    )


def _narrowed(
    relation: Relation, drawn: Drawn, anchors: Mapping[Span, Resolution], ground: Ground
) -> tuple[BaseGeometry, list[str], bool]:
    """Cut an area by the other relations of its sentence, and by the shore."""
    from mapper.resolution import placing
    from mapper.resolution.shapes import common

    shape, remarks, narrowed = drawn.shape, [drawn.remark], False
    for constraint in relation.constraints:
        other = placing.draw_constraint(constraint, anchors, ground, shape)
        if isinstance(other, str):
            remarks.append(f"not narrowed: {other}")
            continue
        shared = common(shape, other.shape)
        if shared.area < _SLIVER * min(shape.area, other.shape.area):
            remarks.append(f"not narrowed, for nothing is both there and {other.remark}")
            continue
        if shared.area > (1 - _SLIVER) * shape.area:
            continue  # it says nothing new
        shape, narrowed = shared, True
        remarks.append(other.remark)
    if relation.realm and relation.kind != "off":
        wet = relation.realm == "sea"
        cut = placing.at_sea(shape, ground, sea=wet)
        if cut is not None and not cut.is_empty:
            shape = cut
            remarks.append("at sea" if wet else "on land")
        else:
            remarks.append(f"no {relation.realm} is known there")
    return shape, remarks, narrowed


def _finished(
    mention: Mention,
    main: Resolution | None,
    drawn: Drawn,
    shape: BaseGeometry,
    remarks: list[str],
    *,
    narrowed: bool,
) -> Resolution:
    from mapper.resolution import shapes

    relation = mention.relation
    assert relation is not None
    as_layer = bool(drawn.layer) and shape is drawn.shape
    if not as_layer:
        shape = shapes.thinned(shape)
    if shape.is_empty:
        return _abstained(mention, "the area is too small to draw")
    nominal = drawn.nominal
    if drawn.keeps_center and not narrowed and relation.realm != "sea" and nominal is not None:
        center = nominal
    else:
        toward = not (drawn.stretch_known or narrowed)
        center = shapes.center_of(shape, nominal, toward=toward)
    sure = main is None or main.status is Status.LOCATED
    sure = sure and (drawn.stretch_known or narrowed)
    return Resolution(
        mention=mention,
        status=Status.LOCATED if sure else Status.AMBIGUOUS,
        position=Position(
            lon=min(max(center[0], -180.0), 180.0),
            lat=center[1],
            uncertainty_m=max(shapes.reach_of(shape, center), _LEAST_M),
        ),
        footprint=f"layer:{drawn.layer}" if as_layer else shapes.to_wkt(shape),
        probability=main.probability if main is not None else 1.0,
        reason="; ".join(remarks),
        method=drawn.method + (", narrowed by the text" if narrowed else ""),
        area_km2=round(shapes.area_km2(shape), 6),
    )


def _abstained(mention: Mention, reason: str) -> Resolution:
    return Resolution(mention=mention, status=Status.ABSTAINED, reason=reason)
