"""Whether a circle lies in an area that has a name: behind the CCL, in the estuary, a county."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from mapper.errors import InputError
from mapper.layers import BorderLayers
from mapper.model import Certainty, Position
from mapper.zones.circles import area_codes
from mapper.zones.found import CERTAINTIES
from mapper.zones.index import Area, index_of

__all__ = ["check_area"]


def check_area(
    positions: Sequence[Position], layers: BorderLayers, *, name: str
) -> list[Certainty]:
    """Say for each position whether its circle lies in an area of the layers.

    Parameters
    ----------
    positions
        ``n`` positions in degrees (EPSG:4326). May be empty.
    name
        A layer, a view, or one feature: ``ccl``, ``border_counties#paju``.

    Returns
    -------
    list of Certainty
        Length ``n``: ``certain`` when all of the circle is inside by more than the layer's
        accuracy, ``excluded`` when none of it comes that near, else ``possible``. An area that
        is an upper bound is never certain, and its edge is as exact as the line it follows.

    Raises
    ------
    InputError
        When the layer is no area.
    LayerError
        When there is no such layer, or it is damaged.

    Examples
    --------
    >>> layers = BorderLayers.load()
    >>> bonifas = Position(lon=126.7227, lat=37.93201, uncertainty_m=150)
    >>> seoul = Position(lon=126.978, lat=37.566, uncertainty_m=15_000)
    >>> [answer.value for answer in check_area([bonifas, seoul], layers, name="ccl")]
    ['possible', 'excluded']
    """
    area = layers.geometry(name)
    if shapely.get_dimensions(shapely.get_parts(area)).min() < 2:
        raise InputError(f"layer {name!r} is no area: a position cannot lie in it")
    if not positions:
        return []
    index = index_of(layers)
    lon = np.array([position.lon for position in positions])
    lat = np.array([position.lat for position in positions])
    reach_m = np.array([position.uncertainty_m for position in positions])
    codes = area_codes(
        Area.of(name, layers, index.to_metric),
        lon,
        lat,
        index.points(lon, lat),
        reach_m * layers.region.plane_error,
        np.zeros(len(lon)),
    )
    return [CERTAINTIES[code] for code in codes.tolist()]
