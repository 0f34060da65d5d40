"""The one module that opens network connections, and only when a caller asks it to.

A fetch is a GET with hard limits: one deadline for everything (waiting for one's turn, DNS,
connecting, redirects, headers, body), a limit of bytes on the wire and after unpacking, no
redirect to another host, and a pace that all processes of the user keep together.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import queue
import re
import socket
import sqlite3
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

from mapper.errors import FetchError, InputError

__all__ = ["Cause", "FetchFailedError", "Limits", "Pace", "Response", "check_user_agent", "fetch"]

_REDIRECTS = (301, 302, 303, 307, 308)
_TRANSIENT = (429, 502, 503, 504)
_MEGABYTE = 1_000_000
_PORTS = {"http": 80, "https": 443}
_LONGEST_HOLD_S = 3_600.0  # a longer wish to be left alone is kept for an hour
# What libraries send when nobody chose: the services refuse it, rightly.
_STOCK_AGENT = re.compile(
    r"(?:geopy|python(?:-\w+)?|requests|urllib3?|curl|wget|httpx|aiohttp|mozilla|test|"
    r"my[-_]?app(?:lication)?|user-agent|incident-mapper)(?:/[\w.]+)?",
    re.IGNORECASE,
)


class Cause(StrEnum):
    """Why a fetch failed (values of :attr:`FetchFailedError.cause`)."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    BROKEN = "broken"  #: reset, truncated, or not HTTP
    TOO_LARGE = "too_large"
    REDIRECT = "redirect"
    STATUS = "status"
    BUSY = "busy"  #: our own pace, or the server asked to be left alone


class FetchFailedError(FetchError):
    """A fetch that gave no answer.

    Attributes
    ----------
    cause
        One of :class:`Cause`.
    status
        The HTTP status, or 0.
    retry_after_s
        How long the server asks to be left alone, in seconds; 0 when it does not say.
    """

    def __init__(
        self, message: str, *, cause: Cause, status: int = 0, retry_after_s: float = 0.0
    ) -> None:
        super().__init__(message)
        self.cause = cause
        self.status = status
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one fetch may cost.

    Attributes
    ----------
    deadline_s
        Seconds for all of it, waiting and repeating included.
    max_bytes
        Of the body, as sent and as unpacked.
    attempts
        Requests at most; only a broken connection and the statuses 429, 502, 503 and 504
        are tried again.
    """

    deadline_s: float = 20.0
    max_bytes: int = 10 * _MEGABYTE
    max_redirects: int = 3
    attempts: int = 2

    def __post_init__(self) -> None:
        if not (self.deadline_s > 0 and self.max_bytes > 0 and self.attempts > 0):
            raise InputError("deadline_s, max_bytes and attempts must be above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer with a status from 200 to 299. Header names are in lower case."""

    url: str
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Pace:
    """At most one request in so many seconds to a host, over all processes of a user.

    Parameters
    ----------
    path
        An SQLite file; its lock is the turn. A process that dies gives its turn back.
    interval_s
        Seconds from the start of a request to the start of the next.
    """

    def __init__(self, path: Path, *, interval_s: float = 1.0) -> None:
        self.path = path
        self.interval_s = interval_s

    def wait(self, host: str, *, deadline: float) -> None:
        """Wait for one's turn.

        Parameters
        ----------
        deadline
            As :func:`time.monotonic` counts.

        Raises
        ------
        FetchFailedError
            With cause ``busy``, when the turn comes after the deadline.
        """
        with self._turn(deadline) as connection:
            row = connection.execute(
                "SELECT last, hold FROM host WHERE name = ?", (host,)
            ).fetchone()
            now = time.time()
            last, hold = row or (0.0, 0.0)
            # A clock that was set back must not stop the program for a year.
            wait_s = min(max(last + self.interval_s - now, 0.0), self.interval_s)
            if 0 < hold - now <= _LONGEST_HOLD_S:
                wait_s = max(wait_s, hold - now)
            if time.monotonic() + wait_s >= deadline:
                raise FetchFailedError(
                    f"{host} may not be asked for another {wait_s:.1f} s",
                    cause=Cause.BUSY,
                    retry_after_s=wait_s,
                )
            time.sleep(wait_s)
            connection.execute("REPLACE INTO host VALUES (?, ?, ?)", (host, time.time(), hold))

    def hold(self, host: str, *, seconds: float, deadline: float) -> None:
        """Leave a host alone for a while, as it asked: every process does."""
        until = time.time() + min(seconds, _LONGEST_HOLD_S)
        with contextlib.suppress(FetchFailedError), self._turn(deadline) as connection:
            connection.execute("INSERT OR IGNORE INTO host VALUES (?, 0, 0)", (host,))
            connection.execute("UPDATE host SET hold = ? WHERE name = ?", (until, host))

    @contextlib.contextmanager
    def _turn(self, deadline: float) -> Iterator[sqlite3.Connection]:
        left_s = max(deadline - time.monotonic(), 0.0)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=left_s, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise InputError(f"cannot write {self.path}: {error}; set MAPPER_CACHE_DIR") from error
        try:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS host"
                " (name TEXT PRIMARY KEY, last REAL NOT NULL, hold REAL NOT NULL)"
            )
            yield connection
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            message = f"other processes are asking: {error}"
            raise FetchFailedError(message, cause=Cause.BUSY) from error
        except sqlite3.DatabaseError as error:
            raise InputError(f"{self.path} is damaged ({error}): delete it") from error
        finally:
            connection.close()


def check_user_agent(user_agent: str) -> str:
    """Return a user agent that names the user's own application.

    Raises
    ------
    InputError
        If it is empty, a library's stock name, or would break the header.
    """
    agent = user_agent.strip()
    if not agent or _STOCK_AGENT.fullmatch(agent):
        raise InputError(
            "name your own application and a contact in the user agent, such as"
            f" 'border-desk/1.0 (desk@example.org)'; got {user_agent!r}"
        )
    if not (agent.isascii() and agent.isprintable() and len(agent) <= 200):
        raise InputError(f"a user agent is one line of at most 200 ASCII characters: {agent!r}")
    return agent


def fetch(
    url: str,
    *,
    user_agent: str,
    pace: Pace,
    limits: Limits | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Get one URL, within the limits or not at all.

    Raises
    ------
    FetchFailedError
        Whatever went wrong; ``cause`` says what kind of thing.
    InputError
        For a URL that is not http(s), or a user agent that says nothing.
    """
    limits = limits or Limits()
    deadline = time.monotonic() + limits.deadline_s
    fields = {**(headers or {}), "User-Agent": check_user_agent(user_agent)}
    for attempt in range(1, limits.attempts + 1):
        try:
            return _follow(url, fields, pace, limits, deadline)
        except FetchFailedError as error:
            again = error.cause == Cause.BROKEN or error.status in _TRANSIENT
            if error.status in (429, 503) and error.retry_after_s:
                host = urlsplit(url).netloc
                pace.hold(host, seconds=error.retry_after_s, deadline=deadline)
            late = time.monotonic() + max(error.retry_after_s, pace.interval_s) >= deadline
            if not again or late or attempt == limits.attempts:
                raise
    raise AssertionError  # the last attempt returns or raises


def _follow(
    url: str, fields: Mapping[str, str], pace: Pace, limits: Limits, deadline: float
) -> Response:
    first, seen = _parse(url), {url}
    while True:
        pace.wait(urlsplit(url).netloc, deadline=deadline)
        status, answer, body = _request(_parse(url), fields, limits, deadline)
        if status in _REDIRECTS and "location" in answer:
            url = _redirect(url, answer["location"], first)
            if url in seen or len(seen) > limits.max_redirects:
                message = f"{first.netloc} sends us round in circles"
                raise FetchFailedError(message, cause=Cause.REDIRECT, status=status)
            seen.add(url)
            continue
        if not 200 <= status < 300:
            raise FetchFailedError(
                f"{first.netloc} answers {status}",
                cause=Cause.STATUS,
                status=status,
                retry_after_s=_seconds(answer.get("retry-after", "")),
            )
        return Response(url=url, status=status, body=body, headers=answer)


def _parse(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError(f"not a URL: {url!r} ({error})") from error
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None or port == 0:
        raise InputError(f"only http and https URLs without a password can be asked: {url!r}")
    return parts


def _redirect(url: str, location: str, first: SplitResult) -> str:
    target = urljoin(url, location)
    try:
        parts = _parse(target)
    except InputError as error:
        message = f"{first.netloc} sends us to {target!r}"
        raise FetchFailedError(message, cause=Cause.REDIRECT) from error
    place = (parts.scheme, parts.hostname, _port(parts))
    # The same host, or the same one made secure.
    if place not in (
        (first.scheme, first.hostname, _port(first)),
        ("https", first.hostname, 443),
    ):
        message = f"{first.netloc} sends us to another host, {parts.netloc}: not followed"
        raise FetchFailedError(message, cause=Cause.REDIRECT)
    return target


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS[parts.scheme]


def _seconds(retry_after: str) -> float:
    """Read a Retry-After header: seconds or a date; 0 when it says neither."""
    with contextlib.suppress(ValueError):
        return max(float(int(retry_after)), 0.0)
    with contextlib.suppress(ValueError, TypeError):
        return max(parsedate_to_datetime(retry_after).timestamp() - time.time(), 0.0)
    return 0.0


def _request(
    parts: SplitResult, fields: Mapping[str, str], limits: Limits, deadline: float
) -> tuple[int, dict[str, str], bytes]:
    """Make one request on a connection of its own: status, headers, unpacked body."""
    wire: _Wire | None = None
    try:
        wire = _Wire(_connect(parts, deadline), deadline, limits.max_bytes + _MEGABYTE)
        connection = http.client.HTTPConnection(str(parts.hostname), _port(parts))
        connection.sock = wire
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {
            "Host": parts.netloc,
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **fields,
        }
        connection.request("GET", path, headers=sent)
        with connection.getresponse() as response:
            lengths = set(response.headers.get_all("content-length", []))
            if len(lengths) > 1:
                raise http.client.HTTPException(f"two lengths: {sorted(lengths)}")
            answer = {key.lower(): value for key, value in response.getheaders()}
            return response.status, answer, _body(response, answer, limits.max_bytes)
    except FetchFailedError:
        raise
    except TimeoutError as error:
        message = f"{parts.netloc} gave no whole answer in time"
        raise FetchFailedError(message, cause=Cause.TIMEOUT) from error
    except (http.client.HTTPException, zlib.error, ssl.SSLError, UnicodeError) as error:
        message = f"{parts.netloc} gave a broken answer: {error!r}"
        raise FetchFailedError(message, cause=Cause.BROKEN) from error
    except OSError as error:
        cause = Cause.BROKEN if wire is not None else Cause.UNREACHABLE
        raise FetchFailedError(f"{parts.netloc}: {error}", cause=cause) from error
    finally:
        if wire is not None:
            wire.socket.close()


def _connect(parts: SplitResult, deadline: float) -> socket.socket:
    host, port = str(parts.hostname), _port(parts)
    failure: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in _addresses(host, port, deadline):
        connected = socket.socket(family, kind, protocol)
        try:
            connected.settimeout(_left(deadline))
            connected.connect(address)
            if parts.scheme == "https":
                context = ssl.create_default_context()
                connected.settimeout(_left(deadline))
                return context.wrap_socket(connected, server_hostname=host)
        except TimeoutError:
            connected.close()
            raise
        except OSError as error:
            connected.close()
            failure = error
        else:
            return connected
    raise failure


# What socket.getaddrinfo returns.
_Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int]]


def _addresses(host: str, port: int, deadline: float) -> list[_Address]:
    """Look a host up in a thread of its own: the system's resolver knows no time limit."""
    answers: queue.SimpleQueue[object] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=_left(deadline))
    except queue.Empty:
        raise TimeoutError(f"no address for {host}") from None
    if isinstance(found, BaseException):
        raise OSError(f"no address: {found}") from found
    return found  # type: ignore[return-value]  # what ask() put there


def _left(deadline: float) -> float:
    left_s = deadline - time.monotonic()
    if left_s <= 0:
        raise TimeoutError
    return left_s


def _body(response: http.client.HTTPResponse, answer: Mapping[str, str], max_bytes: int) -> bytes:
    coding = answer.get("content-encoding", "identity").strip().lower()
    unpack: Callable[[bytes, int], bytes] | None = None
    if coding in ("gzip", "x-gzip"):
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        unpack = unpacker.decompress
    elif coding not in ("identity", ""):
        raise http.client.HTTPException(f"unknown content encoding {coding!r}")
    if response.length is not None and response.length > max_bytes:
        raise _too_large(max_bytes)
    body = bytearray()
    while chunk := response.read(65_536):
        # One byte more than allowed is enough to know.
        body += unpack(chunk, max_bytes + 1 - len(body)) if unpack else chunk
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
    if response.length:  # http.client says nothing of a body that ends early
        raise http.client.IncompleteRead(bytes(body), response.length)
    if unpack and not unpacker.eof:
        raise zlib.error("the packed body ends early")
    return bytes(body)


def _too_large(max_bytes: int) -> FetchFailedError:
    message = f"the answer is larger than {max_bytes / _MEGABYTE:g} MB"
    return FetchFailedError(message, cause=Cause.TOO_LARGE)


class _Wire:
    """A connected socket as :mod:`http.client` wants one, with a deadline for every byte.

    A socket's own timeout starts anew with each byte received: a server that sends one byte
    a second could hold a reader for ever.
    """

    def __init__(self, connected: socket.socket, deadline: float, max_bytes: int) -> None:
        self.socket = connected
        self._deadline = deadline
        self._max_bytes = max_bytes

    def sendall(self, data: bytes) -> None:
        self.socket.settimeout(_left(self._deadline))
        self.socket.sendall(data)

    def makefile(self, *_: object, **__: object) -> io.BufferedReader:
        return io.BufferedReader(_Stream(self.socket, self._deadline, self._max_bytes))

    def close(self) -> None:
        """Do nothing: http.client closes early, while the body is still to be read."""


class _Stream(io.RawIOBase):
    def __init__(self, connected: socket.socket, deadline: float, max_bytes: int) -> None:
        self._socket = connected
        self._deadline = deadline
        self._left_bytes = max_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # of any buffer
        self._socket.settimeout(_left(self._deadline))
        count = self._socket.recv_into(buffer)
        self._left_bytes -= count
        if self._left_bytes < 0:  # endless headers count, too
            raise FetchFailedError("the answer does not end", cause=Cause.TOO_LARGE)
        return count
