"""A position's circle as a shape."""

from __future__ import annotations

import pyproj
import shapely

from mapper.model import Position

__all__ = ["circle_around"]

_EARTH = pyproj.Geod(ellps="WGS84")
_CORNERS = 72  # at most 0.1 % narrower than the circle


def circle_around(position: Position) -> shapely.Polygon:
    """Return the circle that should hold the true place, in EPSG:4326.

    Examples
    --------
    >>> circle = circle_around(Position(lon=127.0, lat=38.0, uncertainty_m=1_000))
    >>> [round(degrees, 3) for degrees in circle.bounds]
    [126.989, 37.991, 127.011, 38.009]
    """
    count = _CORNERS
    bearings = [-360.0 * corner / count for corner in range(count)]  # against the clock
    lon, lat, _ = _EARTH.fwd(
        [position.lon] * count, [position.lat] * count, bearings, [position.uncertainty_m] * count
    )
    return shapely.Polygon(zip(lon, lat, strict=True))
