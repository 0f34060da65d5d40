"""Incidents as marks in the plane of a figure: all of one kind at one place are one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shapely.geometry.base import BaseGeometry

from mapper.maps.geometry import MapLayers, extent_m, parse_footprint
from mapper.maps.kinds import KindStyle, kind_style
from mapper.model import Analysis, Assertion, Incident

__all__ = ["Mark", "group_marks", "project"]

# Metres in the plane of the figure: UTM 52N covers both Koreas with under 0.1 % of scale error.
_CRS = "EPSG:32652"


@dataclass(frozen=True, slots=True)
class Mark:
    """One numbered sign: all incidents of one kind at one place."""

    numbers: tuple[int, ...]
    style: KindStyle
    x: float
    y: float
    shape: Any
    footprint: str
    extent_m: float
    is_historical: bool


def project(shapes: Iterable[BaseGeometry]) -> Any:  # noqa: ANN401 - geopandas.GeoSeries
    """Return shapes of longitude and latitude in the plane of the figure, in metres."""
    import geopandas

    return geopandas.GeoSeries(list(shapes), crs="EPSG:4326").to_crs(_CRS)


def group_marks(
    analysis: Analysis, layers: MapLayers, kinds: Mapping[str, KindStyle]
) -> list[Mark]:
    """Return the placed incidents as marks, numbered from 1 in the order of the analysis."""
    from shapely.geometry import Point

    grouped: dict[tuple[Any, ...], list[tuple[int, Incident]]] = {}
    for number, incident in enumerate(analysis.incidents, start=1):
        where = incident.where
        if where is not None:
            key = (incident.kind, where.position, where.footprint)
            grouped.setdefault(key, []).append((number, incident))
    if not grouped:
        return []
    points = project([Point(at.lon, at.lat) for _, at, _ in grouped])
    marks = []
    for (kind, at, footprint), point in zip(grouped, points, strict=True):
        shape = parse_footprint(footprint, layers) if footprint else None
        drawn = point.buffer(at.uncertainty_m) if shape is None else project([shape]).iloc[0]
        members = grouped[kind, at, footprint]
        marks.append(
            Mark(
                numbers=tuple(number for number, _ in members),
                style=kind_style(kind, kinds),
                x=point.x,
                y=point.y,
                shape=drawn,
                footprint=footprint or "",
                extent_m=at.uncertainty_m if shape is None else extent_m(shape),
                is_historical=all(i.assertion is Assertion.HISTORICAL for _, i in members),
            )
        )
    return marks
