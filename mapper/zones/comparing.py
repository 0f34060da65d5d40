"""How one belt and line differ from another: lengths, areas, distances, overlap."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from mapper.layers import BorderLayers
from mapper.zones.index import GEOD, index_of

__all__ = ["compare_belts"]

_STEP_DEG = 0.001  # about 100 m between the points whose distance is measured


def compare_belts(own: BorderLayers, ours: BorderLayers) -> list[str]:
    """Return, in words, how one region's belt and line differ from another's.

    Examples
    --------
    >>> layers = BorderLayers.load()
    >>> compare_belts(layers, layers)[-1]
    'dmz: 898.0 km2 (ours 898.0), overlap 1.000 of their union'
    """
    roles = ours.region.roles
    line, belt = roles["line"], roles["belt"]
    lengths = [GEOD.geometry_length(layers.geometry(line)) / 1000 for layers in (own, ours)]
    xy = shapely.get_coordinates(shapely.segmentize(own.geometry(line), _STEP_DEG))
    metres = index_of(ours).mdl_distance(xy[:, 0], xy[:, 1])
    said = [
        f"{line}: {lengths[0]:.1f} km (ours {lengths[1]:.1f}); from ours mean "
        f"{metres.mean():.0f} m, 95 % within {np.percentile(metres, 95):.0f} m, "
        f"at most {metres.max():.0f} m"
    ]
    for name in (*ours.members(belt), belt):
        one, other = own.geometry(name), ours.geometry(name)
        shared = _km2(shapely.intersection(one, other)) / _km2(shapely.union(one, other))
        said.append(
            f"{name}: {_km2(one):.1f} km2 (ours {_km2(other):.1f}), "
            f"overlap {shared:.3f} of their union"
        )
    return said


def _km2(shape: BaseGeometry) -> float:
    """Return the geodesic area of the polygons of a shape."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return sum(abs(GEOD.geometry_area_perimeter(part)[0]) for part in parts) / 1e6
