"""Ask an online geocoding service, when the user wants that and says who asks.

The services are geopy's own classes; their requests go through :mod:`mapper.sources.fetching`.
An answer says which of three things happened: found, not found, or failed. Results carry the
service's name and the day, so that they are never mistaken for the gazetteer's own.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import math
import sqlite3
import time
import tomllib
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import GeocoderParseError, GeocoderServiceError, GeopyError
from geopy.location import Location

from mapper.errors import InputError
from mapper.model import Place, Position
from mapper.sources.fetching import (
    FetchFailedError,
    Limits,
    Pace,
    check_user_agent,
    fetch,
)
from mapper.text import clean

__all__ = ["Answer", "AnswerStatus", "FetchingAdapter", "OnlineGeocoder", "list_services"]

_FOUND_DAYS, _NOT_FOUND_DAYS = 30, 7  # names move seldom; a missing one may be added soon
_MOST = 20  # results of one answer that are kept
_METRES_PER_DEGREE = 111_200.0
_SMALLEST_M = 50.0


class AnswerStatus(StrEnum):
    """What came of asking."""

    FOUND = "found"
    NOT_FOUND = "not_found"  #: the service answered, and knows no such place
    FAILED = "failed"  #: no answer, or none that makes sense: it says nothing of the place


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a service says to one question.

    Attributes
    ----------
    places
        The best first; each with the service, its licence and the day in ``source``.
    reason
        Why it failed, or empty.
    cached
        Whether it was remembered from an earlier time, and nothing was asked.
    """

    status: AnswerStatus
    service: str
    places: tuple[Place, ...] = ()
    reason: str = ""
    cached: bool = False


class FetchingAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """geopy's way to the network, through :func:`mapper.sources.fetching.fetch`.

    Parameters
    ----------
    pace, limits
        For every request; a shorter ``timeout`` of geopy's shortens the deadline.
    items
        Key of the list of results in an answer; empty where the answer is the list.
    """

    def __init__(
        self, *, proxies: object, ssl_context: object, pace: Pace, limits: Limits, items: str
    ) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._pace = pace
        self._limits = limits
        self._items = items

    def get_text(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> str:
        """Return the body of a GET as text; see :class:`geopy.adapters.BaseAdapter`."""
        limits = self._limits
        if timeout is not None and timeout < limits.deadline_s:
            limits = Limits(
                deadline_s=timeout,
                max_bytes=limits.max_bytes,
                max_redirects=limits.max_redirects,
                attempts=limits.attempts,
            )
        others = {key: value for key, value in headers.items() if key.lower() != "user-agent"}
        try:
            response = fetch(
                url,
                user_agent=headers.get("User-Agent", ""),
                pace=self._pace,
                limits=limits,
                headers=others,
            )
        except FetchFailedError as error:
            if error.status:
                raise AdapterHTTPError(
                    str(error), status_code=error.status, headers={}, text=""
                ) from error
            raise GeocoderServiceError(str(error)) from error
        try:
            return response.body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise GeocoderParseError(f"the answer is not UTF-8: {error}") from error

    def get_json(self, url: str, *, timeout: float | None, headers: Mapping[str, str]) -> Any:  # noqa: ANN401 - what JSON holds
        """Return the body of a GET as JSON of the service's form.

        A key that stands twice, NaN and Infinity fail, and so does ``{}``, which geopy would
        take for "not found".
        """
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            message = f"the answer is not sound JSON ({error}): {text[:60]!r}"
            raise GeocoderParseError(message) from error
        if not self._is_of_form(data):
            raise GeocoderParseError(f"the answer has an unknown form: {text[:60]!r}")
        return data

    def _is_of_form(self, data: object) -> bool:
        if isinstance(data, list):
            return not self._items and all(isinstance(item, dict) for item in data)
        if not isinstance(data, dict):
            return False
        if self._items:
            return isinstance(data.get(self._items), list) or isinstance(data.get("status"), dict)
        return "lat" in data or "error" in data  # one place, of a reverse search


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


@cache
def _table() -> dict[str, dict[str, Any]]:
    text = resources.files(__package__).joinpath("services.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def list_services() -> dict[str, dict[str, Any]]:
    """Return what is known of each service: title, domain, licence, policy."""
    return {name: values for name, values in _table().items() if "class" in values}


class OnlineGeocoder:
    """One online service, asked at most once a second by all processes together.

    Parameters
    ----------
    service
        A name of :func:`list_services`.
    user_agent
        Names the user's own application and a contact; required.
    folder
        Where answers are remembered and turns are taken.
    server
        ``http(s)://host[:port][/path]`` of another installation of the service.
    username
        GeoNames' account name.

    Raises
    ------
    InputError
        For an unknown service, a user agent that says nothing, a server that is no URL.
    """

    def __init__(
        self,
        service: str,
        *,
        user_agent: str,
        folder: Path,
        server: str = "",
        username: str = "",
        limits: Limits | None = None,
        interval_s: float = 1.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        services = list_services()
        if service not in services:
            raise InputError(f"unknown service {service!r}; known: {', '.join(services)}")
        if service == "geonames" and not username:
            raise InputError("GeoNames asks for an account: give its user name")
        self.service = service
        self._known = services[service]
        self._memory = _Memory(folder / "answers.sqlite", clock)
        self._clock = clock
        limits = limits or Limits()
        scheme, domain = _server(server) if server else ("https", self._known["domain"])
        self._identity = (service, scheme, domain)
        pace = Pace(folder / "pace.sqlite", interval_s=interval_s)

        def adapter(*, proxies: object, ssl_context: object) -> FetchingAdapter:
            return FetchingAdapter(
                proxies=proxies,
                ssl_context=ssl_context,
                pace=pace,
                limits=limits,
                items=self._known["items"],
            )

        import geopy.geocoders  # loads some sixty modules

        options: dict[str, Any] = {
            "user_agent": check_user_agent(user_agent),
            "scheme": scheme,
            "domain": domain,
            "timeout": limits.deadline_s,
            "adapter_factory": adapter,
        }
        if username:
            options["username"] = username
        self._geocoder = getattr(geopy.geocoders, self._known["class"])(**options)

    def search(self, name: str) -> Answer:
        """Ask where a name is.

        Returns
        -------
        Answer
            Found, not found or failed; never an exception for what a server does.
        """
        if not name.strip() or len(name) > 200:
            raise InputError("a name has 1 to 200 characters")
        question = ("search", " ".join(name.split()))
        return self._ask(question, lambda: self._geocoder.geocode(question[1], exactly_one=False))

    def reverse(self, *, lon: float, lat: float) -> Answer:
        """Ask what is at a point (degrees, WGS 84)."""
        Position(lon=lon, lat=lat, uncertainty_m=1)  # refuses what is no point
        question = ("reverse", f"{lat:.6f},{lon:.6f}")
        return self._ask(question, lambda: self._geocoder.reverse((lat, lon), exactly_one=False))

    def _ask(self, question: tuple[str, str], call: Callable[[], Any]) -> Answer:
        key = hashlib.sha256(json.dumps([*self._identity, *question]).encode()).hexdigest()
        remembered = self._memory.recall(key)
        if remembered is not None:
            return self._answer(*remembered, cached=True)
        try:
            with warnings.catch_warnings():
                # geopy warns of a latitude above 90 and then refuses it
                warnings.simplefilter("ignore", UserWarning)
                results = [self._result(location) for location in (call() or ())[:_MOST]]
        except InputError:  # our own folder, not the server
            raise
        except GeopyError as error:
            reason = f"{type(error).__name__}: {error}"
            return Answer(status=AnswerStatus.FAILED, service=self.service, reason=reason)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            reason = f"an answer that makes no sense: {error}"
            return Answer(status=AnswerStatus.FAILED, service=self.service, reason=reason)
        asked = self._clock()
        self._memory.keep(key, asked, results)
        return self._answer(asked, results, cached=False)

    def _answer(self, asked: float, results: list[dict[str, Any]], *, cached: bool) -> Answer:
        day = dt.datetime.fromtimestamp(asked, dt.UTC).date().isoformat()
        source = f"{self._known['title']} (online, asked {day}), {self._known['licence']}"
        return Answer(
            status=AnswerStatus.FOUND if results else AnswerStatus.NOT_FOUND,
            service=self.service,
            places=tuple(_place(result, source) for result in results),
            cached=cached,
        )

    def _result(self, location: Location | None) -> dict[str, Any]:
        """Take from a result what we keep, in a form that JSON can hold.

        Raises
        ------
        ValueError
            If it has no coordinates, or they lie outside its own extent.
        """
        if location is None or (location.latitude, location.longitude) == (0, 0):
            # geopy makes (0, 0) of coordinates that are missing
            raise ValueError("a result without coordinates")
        raw = location.raw
        lon, lat = float(location.longitude), float(location.latitude)
        fields = raw.get("properties", raw)
        extent = raw
        for step in filter(None, self._known["extent"].split(".")):
            extent = extent.get(step) or {}
        radius_m = float(self._known["radius_m"])
        if self._known["extent"] and extent:
            radius_m = _radius_m(lon, lat, [float(extent[at]) for at in self._known["order"]])
        name, *areas = [part.strip() for part in str(location.address).split(",")]
        kind = fields.get("addresstype") or fields.get("osm_value") or fields.get("type")
        codes = _table()["feature_codes"]
        number = fields.get("osm_id") or fields.get("geonameId") or f"{lat:.5f},{lon:.5f}"
        return {
            "place_id": f"{self.service}:{fields.get('osm_type', '')}{number}",
            "name": _tidy(fields.get("name") or name),
            "lon": lon,
            "lat": lat,
            "radius_m": radius_m,
            "feature_code": _tidy(fields.get("fcode") or codes.get(str(kind), "")),
            "country": _tidy(fields.get("countrycode") or fields.get("countryCode")).upper(),
            "admin": [_tidy(area) for area in reversed(areas)],
        }


def _place(result: Mapping[str, Any], source: str) -> Place:
    radius_m = result["radius_m"]
    return Place(
        place_id=result["place_id"],
        name=result["name"],
        names=(result["name"],),
        position=Position(lon=result["lon"], lat=result["lat"], uncertainty_m=radius_m),
        feature_code=result["feature_code"],
        country=result["country"],
        admin=tuple(result["admin"]),
        source=source,
        accuracy_m=radius_m,
    )


def _tidy(text: object) -> str:
    return clean(" ".join(str(text or "").split()))[:200]


def _radius_m(lon: float, lat: float, box: list[float]) -> float:
    """Return the distance from a point to the farthest corner of its extent.

    Parameters
    ----------
    box
        South, north, west, east, in degrees.
    """
    south, north, west, east = box
    slack = 0.001  # degrees; extents are rounded
    inside = south - slack <= lat <= north + slack
    if west <= east:  # else it crosses the 180th meridian
        inside = inside and west - slack <= lon <= east + slack
    if not inside:
        raise ValueError(f"the point {lat}, {lon} lies outside its own extent {box}")
    x = max(abs((edge - lon + 180) % 360 - 180) for edge in (west, east))
    y = max(abs(edge - lat) for edge in (south, north))
    distance_m = math.hypot(x * math.cos(math.radians(lat)), y) * _METRES_PER_DEGREE
    return max(distance_m, _SMALLEST_M)


def _server(address: str) -> tuple[str, str]:
    """Split a server's address into scheme and what geopy calls its domain."""
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.username is None
    except ValueError:
        sound = False
    if not sound or parts.query or parts.fragment:
        raise InputError(f"a server is http(s)://host[:port][/path], got {address!r}")
    return parts.scheme, parts.netloc + parts.path.rstrip("/")


class _Memory:
    """Answers of earlier times, in SQLite. Questions are kept as hashes only."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self._path = path
        self._clock = clock

    def recall(self, key: str) -> tuple[float, list[dict[str, Any]]] | None:
        """Return when it was asked and the results, unless that is too long ago."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT asked, results FROM answer WHERE key = ?", (key,)
            ).fetchone()
        if row is None:
            return None
        asked, results = float(row[0]), json.loads(row[1])
        days = _FOUND_DAYS if results else _NOT_FOUND_DAYS
        return (asked, results) if 0 <= self._clock() - asked < days * 86_400 else None

    def keep(self, key: str, asked: float, results: list[dict[str, Any]]) -> None:
        """Remember an answer; what is older than the longest term goes."""
        with self._open() as connection:
            connection.execute(
                "REPLACE INTO answer VALUES (?, ?, ?)", (key, asked, json.dumps(results))
            )
            connection.execute(
                "DELETE FROM answer WHERE asked < ?", (asked - _FOUND_DAYS * 86_400,)
            )

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=5.0)
            try:
                with connection:  # a transaction
                    connection.execute(
                        "CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY,"
                        " asked REAL NOT NULL, results TEXT NOT NULL)"
                    )
                    yield connection
            finally:
                connection.close()
        except (OSError, sqlite3.Error) as error:
            raise InputError(
                f"cannot use {self._path}: {error}; delete it, or set MAPPER_CACHE_DIR"
            ) from error
