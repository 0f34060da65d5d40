"""The gazetteer as a geopy geocoder: offline, with an error radius on every result.

It can stand wherever geopy's own geocoders do, ``geopandas.tools.geocode`` included::

    from geopandas.tools import geocode
    geocode(["Paju", "Panmunjom"], provider=GazetteerGeocoder)
"""

from __future__ import annotations

import math
import re
import threading
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderQueryError
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location
from geopy.point import Point

from mapper.errors import InputError
from mapper.gazetteer.names import korean_key, world_key
from mapper.gazetteer.store import Gazetteer
from mapper.model import Place

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["GazetteerGeocoder", "find", "location_of", "nearest"]

_WIDEST_M = 30_000.0  # what is larger is an area: its middle is not "the nearest place"
_SPARE = 8  # neighbours looked at besides those wanted, since some are areas
_DEGREE_M = 111_200.0
# Areas of these codes hold a place by its country or its list of areas, not by distance.
_LARGE = ("PCL", "ADM1", "CONT", "RGN", "SEA", "OCN")


class _NoNetwork(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """What geopy asks for the network is refused: this geocoder needs none."""

    def get_json(self, url: str, **_: object) -> NoReturn:
        raise GeocoderQueryError(f"the gazetteer is offline and asks no {url}")

    get_text = get_json


class GazetteerGeocoder(Geocoder):  # type: ignore[misc]  # geopy has no types
    """A geopy geocoder over a :class:`~mapper.gazetteer.Gazetteer`.

    Parameters
    ----------
    gazetteer
        By default the one of the settings is opened.

    Examples
    --------
    >>> GazetteerGeocoder().geocode("Panmunjom").raw["place_id"]
    'core:panmunjom'
    """

    def __init__(self, gazetteer: Gazetteer | None = None) -> None:
        super().__init__(timeout=None, adapter_factory=_NoNetwork)
        self.gazetteer = gazetteer or Gazetteer.open()

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        timeout: object = DEFAULT_SENTINEL,  # noqa: ARG002 - geopy's convention; nothing is waited for
        limit: int | None = None,
        country_codes: str | Sequence[str] | None = None,
    ) -> Location | list[Location] | None:
        """Return where a name is.

        Parameters
        ----------
        query
            A name, or a name and the areas it lies in: ``"Paju"``, ``"Paju, South Korea"``.
        exactly_one
            The most prominent place, or all of that name.
        timeout
            Taken for geopy's sake; the gazetteer waits for nothing.
        limit
            With ``exactly_one=False``, how many at most.
        country_codes
            Two-letter codes; only places of these countries.

        Returns
        -------
        Location, list of Location, or None
            ``None`` when there is no such place. ``raw`` holds ``place_id``,
            ``uncertainty_m`` (metres) and ``source``, among others.

        Raises
        ------
        GeocoderQueryError
            If the query is no text.
        """
        if not isinstance(query, str):
            raise GeocoderQueryError(f"a query is a text, got {type(query).__name__}")
        if limit is not None and limit < 1:
            raise GeocoderQueryError(f"limit must be at least 1, got {limit}")
        places = find(self.gazetteer, query)
        if country_codes:
            codes = [country_codes] if isinstance(country_codes, str) else country_codes
            wanted = {code.upper() for code in codes}
            places = [place for place in places if place.country in wanted]
        return _hand_over([location_of(place) for place in places[:limit]], exactly_one=exactly_one)

    def reverse(
        self,
        query: Point | str | Sequence[float],
        *,
        exactly_one: bool = True,
        timeout: object = DEFAULT_SENTINEL,  # noqa: ARG002 - geopy's convention; nothing is waited for
        limit: int = 10,
        within_m: float = 50_000.0,
    ) -> Location | list[Location] | None:
        """Return the places nearest to a point.

        Parameters
        ----------
        query
            A :class:`geopy.point.Point`, a ``(latitude, longitude)`` pair or such a text, as
            all of geopy has it.
        limit
            With ``exactly_one=False``, how many at most, the nearest first.
        within_m
            Places farther away, in metres, are not answers.

        Returns
        -------
        Location, list of Location, or None
            ``raw["distance_m"]`` is the geodesic distance to the place's point. Countries,
            provinces and other areas are no answers: their middle says nothing.
        """
        if query is None:  # geopy would take it for (0, 0)
            raise GeocoderQueryError("not a point: None")
        try:
            point = query if isinstance(query, Point) else Point(query)
        except (TypeError, ValueError) as error:
            raise GeocoderQueryError(f"not a point: {query!r} ({error})") from error
        found = nearest(
            self.gazetteer,
            lon=point.longitude,
            lat=point.latitude,
            count=1 if exactly_one else limit,
            within_m=within_m,
        )
        locations = [location_of(place, {"distance_m": metres}) for place, metres in found]
        return _hand_over(locations, exactly_one=exactly_one)


def _hand_over(locations: list[Location], *, exactly_one: bool) -> Location | list[Location] | None:
    if not locations:
        return None
    return locations[0] if exactly_one else locations


def location_of(place: Place, more: Mapping[str, object] | None = None) -> Location:
    """Return a place as geopy's ``Location``."""
    position = place.position
    raw: dict[str, Any] = {
        "place_id": place.place_id,
        "name": place.name,
        "names": list(place.names),
        "feature_code": place.feature_code,
        "country": place.country,
        "admin": list(place.admin),
        "uncertainty_m": position.uncertainty_m,
        "accuracy_m": place.accuracy_m,
        "footprint": place.footprint,
        "source": place.source,
        **(more or {}),
    }
    address = ", ".join(dict.fromkeys([place.name, *reversed(place.admin)]))
    return Location(address, (position.lat, position.lon), raw)


def find(gazetteer: Gazetteer, query: str) -> list[Place]:
    """Find the places of a name in any spelling, or of a name with its areas after commas.

    A name that is not known as it stands is tried without its words of kind ("village", "Mt."),
    and then with the endings of Korean places. "Paju, South Korea" leaves the places called
    Paju that lie in South Korea; an area that is not known, or holds none of them, leaves
    nothing.
    """
    whole = list(gazetteer.spellings(query))
    name, *areas = [part.strip() for part in query.split(",")]
    if whole:
        return whole
    found = list(gazetteer.spellings(name)) or _of_another_kind(gazetteer, name)
    for area in filter(None, areas):
        meanings = gazetteer.places(area)
        found = [place for place in found if any(_holds(area, m, place) for m in meanings)]
    return found


def _of_another_kind(gazetteer: Gazetteer, name: str) -> list[Place]:
    before, after, endings = _kinds()
    bare = before.sub("", name)
    stems = [after.sub("", bare), bare, after.sub("", name)]
    stems = [stem for stem in dict.fromkeys(stems) if len(stem) > 1]
    for stem in stems:
        if stem != name and (found := gazetteer.spellings(stem)):
            return list(found)
    # Only what can be Korean has Korean endings.
    korean = [stem for stem in stems if korean_key(stem + "-ri") and " " not in stem]
    for stem in korean[:1]:
        places = [place for ending in endings for place in gazetteer.spellings(stem + ending)]
        return list(dict.fromkeys(places))
    return []


@cache
def _kinds() -> tuple[re.Pattern[str], re.Pattern[str], list[str]]:
    text = resources.files(__package__).joinpath("kinds.toml").read_text(encoding="utf-8")
    kinds = tomllib.loads(text)
    before = "|".join(map(re.escape, kinds["before"]))
    after = "|".join(map(re.escape, kinds["after"]))
    return (
        re.compile(rf"^(?:(?:{before})\s+)+", re.IGNORECASE),
        re.compile(rf"[\s‐–-]+(?:{after})$", re.IGNORECASE),
        list(kinds["endings"]),
    )


def _holds(name: str, area: Place, place: Place) -> bool:
    if area.place_id == place.place_id:
        return False
    keys = {world_key(larger) for larger in place.admin}
    if world_key(name) in keys or world_key(area.name) in keys:
        return True
    if area.feature_code.startswith("PCL"):
        return bool(area.country) and area.country == place.country
    if area.feature_code.startswith(_LARGE):
        return False
    x = (area.position.lon - place.position.lon) * math.cos(math.radians(place.position.lat))
    distance_m = math.hypot(x, area.position.lat - place.position.lat) * _DEGREE_M
    return distance_m <= area.position.uncertainty_m + place.position.uncertainty_m


def nearest(
    gazetteer: Gazetteer, *, lon: float, lat: float, count: int = 1, within_m: float = 50_000.0
) -> list[tuple[Place, float]]:
    """Return the places nearest to a point, and their geodesic distances in metres.

    Notes
    -----
    All points are compared as unit vectors (a quarter of a million in about a millisecond);
    the few nearest are then measured on the ellipsoid. The table of vectors is made at the
    first call for a gazetteer, and kept.
    """
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InputError(f"not a WGS 84 position: lon={lon}, lat={lat} (are they swapped?)")
    if count < 1:
        raise InputError(f"count must be at least 1, got {count}")
    from pyproj import Geod

    rows, vectors = _vectors(gazetteer)
    # Not the scalar product: near 1 its single precision is kilometres.
    gaps = np.square(vectors - _unit(np.array([lon]), np.array([lat]))).sum(axis=1)
    wanted = count + _SPARE
    while True:
        looked_at = min(wanted, len(rows))
        best = np.argpartition(gaps, looked_at - 1)[:looked_at]
        places = [gazetteer.place_at(int(row)) for row in rows[best]]
        near = [place for place in places if place.position.uncertainty_m <= _WIDEST_M]
        if len(near) >= count or looked_at == len(rows):
            break
        wanted *= 4
    lons = [place.position.lon for place in near]
    lats = [place.position.lat for place in near]
    metres = Geod(ellps="WGS84").inv([lon] * len(near), [lat] * len(near), lons, lats)[2]
    order = sorted(zip(metres, near, strict=True), key=lambda pair: (pair[0], pair[1].place_id))
    return [(place, float(metre)) for metre, place in order[:count] if metre <= within_m]


_tables: dict[str, tuple[NDArray[np.int64], NDArray[np.float32]]] = {}
_lock = threading.Lock()


def _vectors(gazetteer: Gazetteer) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    with _lock:
        if gazetteer.version not in _tables:
            rows, lon, lat = gazetteer.points()
            _tables.clear()  # one gazetteer at a time is enough to remember
            _tables[gazetteer.version] = rows, _unit(lon, lat)
        return _tables[gazetteer.version]


def _unit(lon: NDArray[Any], lat: NDArray[Any]) -> NDArray[np.float32]:
    east, north = np.radians(lon), np.radians(lat)
    return np.stack(
        [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)], axis=1
    ).astype(np.float32)
