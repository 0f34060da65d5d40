"""The network, when it is asked for: a real server on this machine, and what can go wrong."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket
import struct
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from click.testing import CliRunner

from mapper.cli import main
from mapper.errors import FetchError, InputError
from mapper.sources.fetching import Cause, FetchFailedError, Limits, Pace, check_user_agent, fetch
from mapper.sources.geocoding import AnswerStatus, OnlineGeocoder, list_services

AGENT = "border-desk/1.0 (desk@example.org)"
QUICK = Limits(deadline_s=0.6, max_bytes=100_000, max_redirects=3, attempts=1)
NAME = "Testville"
FOUND = [
    {
        "place_id": 1,
        "osm_type": "node",
        "osm_id": 42,
        "lat": "37.95",
        "lon": "126.67",
        "name": "Testville",
        "addresstype": "village",
        "display_name": "Testville, Paju, South Korea",
        "boundingbox": ["37.93", "37.97", "126.65", "126.69"],
    }
]


class Server:
    """An HTTP server of bare sockets: a handler gets the connection and may do anything."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.requests: list[str] = []
        self.times: list[float] = []
        self.agents: list[str] = []
        self.handler = answer(b"[]")
        self.threads: list[threading.Thread] = []
        self.stopping = threading.Event()
        self.main = threading.Thread(target=self.run)
        self.main.start()

    def run(self):
        while True:
            with contextlib.suppress(OSError):
                connection, _ = self.socket.accept()
                if self.stopping.is_set():
                    connection.close()
                    return
                thread = threading.Thread(target=self.serve, args=(connection,))
                self.threads.append(thread)
                thread.start()

    def serve(self, connection):
        with connection, contextlib.suppress(OSError):
            connection.settimeout(5)
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(4096)
                if not piece or piece.startswith(b"\x16"):  # the first byte of TLS
                    return
                head += piece
            self.times.append(time.monotonic())
            self.requests.append(head.split()[1].decode())
            self.agents += re.findall(r"(?im)^user-agent: (.+?)\r$", head.decode())
            self.handler(connection, len(self.requests))

    def close(self):
        self.stopping.set()
        with contextlib.suppress(OSError), socket.create_connection(self.socket.getsockname()):
            pass
        self.main.join()
        for thread in self.threads:
            thread.join()
        self.socket.close()


def answer(body, *, status="200 OK", length=None, kind="application/json", extra=()):
    """A handler that sends one whole answer, or one that lies about its length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *extra]
    if length != "none":
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode()

    def handler(connection, _):
        connection.sendall(head + body)

    return handler


def in_turn(*handlers):
    """The first handler for the first request, and so on; the last one for all others."""
    return lambda connection, number: handlers[min(number, len(handlers)) - 1](connection, number)


def until_closed(connection, send):
    """Call ``send`` until the client hangs up."""
    with contextlib.suppress(OSError):
        while True:
            send(connection)


def endless_slow_body(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    until_closed(connection, lambda c: (c.sendall(b"1\r\n \r\n"), time.sleep(0.05)))


def slow_headers(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    until_closed(connection, lambda c: (c.sendall(b"x"), time.sleep(0.05)))


def endless_fast_body(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    until_closed(connection, lambda c: c.sendall(b" " * 65_536))


def endless_headers(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    until_closed(connection, lambda c: c.sendall(b"X-A: " + b"a" * 8000 + b"\r\n"))


def endless_continue(connection, _):
    until_closed(connection, lambda c: c.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100))


def hang(connection, _):
    with contextlib.suppress(OSError):
        connection.recv(1)  # until the client hangs up


def reset(connection, _):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent_close(connection, _):
    pass


def not_http(connection, _):
    connection.sendall(b"220 mail.example.org ESMTP\r\n")


def broken_chunks(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[]")


def two_lengths(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n[] ")


def redirect(target, *, status="302 Found"):
    return answer(b"", status=status, extra=(f"Location: {target}",))


def changed(**fields):
    return answer(json.dumps([{**FOUND[0], **fields}]).encode())


def packed(body, *, cut=0):
    blob = gzip.compress(body)
    return answer(blob[: len(blob) - cut], extra=("Content-Encoding: gzip",))


@pytest.fixture
def server():
    running = Server()
    yield running
    running.close()


@pytest.fixture
def pace(tmp_path):
    return Pace(tmp_path / "pace.sqlite", interval_s=0.001)


def ask(server, folder, *, name=NAME, service="nominatim", limits=QUICK, **options):
    geocoder = OnlineGeocoder(
        service,
        user_agent=AGENT,
        folder=folder,
        server=server.url,
        limits=limits,
        interval_s=0.001,
        **options,
    )
    return geocoder.search(name)


# What the server does -> what the reason says. None of it may look like "not found".
FAULTS = {
    "500": (answer(b"oops", status="500 Internal Server Error"), "answers 500"),
    "403": (answer(b"[]", status="403 Forbidden"), "answers 403"),
    "429": (answer(b"", status="429 Too Many Requests"), "answers 429"),
    "204 with nothing": (answer(b"", status="204 No Content"), "not sound JSON"),
    "garbage": (answer(b"\x00\xff{{{"), "not UTF-8"),
    "half JSON": (answer(b'[{"lat": "37'), "not sound JSON"),
    "empty": (answer(b""), "not sound JSON"),
    "HTML": (answer(b"<html>Sign in to the wifi</html>", kind="text/html"), "Sign in"),
    "an empty object": (answer(b"{}"), "unknown form"),
    "null": (answer(b"null"), "unknown form"),
    "a list of numbers": (answer(b"[1, 2]"), "unknown form"),
    "deep JSON": (answer(b"[" * 50_000), "not sound JSON"),
    "a key twice": (answer(b'[{"lat": "1", "lat": "2", "lon": "3"}]'), "a key stands twice"),
    "NaN": (answer(b'[{"lat": NaN, "lon": 3}]'), "NaN is no number"),
    "NaN in quotes": (changed(lat="nan"), "makes no sense"),
    "swapped": (changed(lat="126.67", lon="37.95"), "makes no sense"),
    "outside its extent": (changed(lat="12.0"), "outside its own extent"),
    "no coordinates": (changed(lat=None, lon=None), "without coordinates"),
    "a coordinate that is a list": (changed(lat=[1]), "makes no sense"),
    "an extent of words": (changed(boundingbox=["a", "b", "c", "d"]), "makes no sense"),
    "an error in a dict": (answer(b'{"error": "database down"}'), "database down"),
    "huge, and says so": (answer(b"", length=10**12), "larger than 0.1 MB"),
    "huge, and does not say so": (endless_fast_body, "larger than 0.1 MB"),
    "endless and slow": (endless_slow_body, "in time"),
    "slow headers": (slow_headers, "in time"),
    "endless headers": (endless_headers, "broken answer"),
    "endless 100 Continue": (endless_continue, "does not end|in time"),
    "hangs": (hang, "in time"),
    "reset": (reset, "reset|broken"),
    "closes at once": (silent_close, "broken answer"),
    "not HTTP": (not_http, "broken answer"),
    "too short": (answer(b"[", length=50), "broken answer"),
    "too long": (answer(b"[] and more", length=1), "not sound JSON"),
    "broken chunks": (broken_chunks, "broken answer"),
    "two lengths": (two_lengths, "broken answer"),
    "gzip bomb": (packed(b" " * 50_000_000), "larger than 0.1 MB"),
    "cut gzip": (packed(b"[]" + b" " * 1000, cut=6), "broken answer"),
    "no gzip at all": (answer(b"[]", extra=("Content-Encoding: gzip",)), "broken answer"),
    "unknown packing": (answer(b"[]", extra=("Content-Encoding: br",)), "broken answer"),
    "to another host": (redirect("http://192.0.2.1/search"), "another host, 192.0.2.1"),
    "to another port": (redirect("http://127.0.0.1:1/search"), "another host, 127.0.0.1:1"),
    "to a file": (redirect("file:///etc/passwd"), "sends us to 'file:"),
    "to a password": (redirect("http://a:b@127.0.0.1/"), "sends us to"),
    "in a circle": (redirect("/search?q=again"), "in circles"),
    "redirect to nowhere": (answer(b"", status="302 Found"), "answers 302"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_from_not_found(server, tmp_path, fault):
    server.handler, reason = FAULTS[fault]
    start = time.monotonic()
    found = ask(server, tmp_path)
    assert time.monotonic() - start < QUICK.deadline_s + 1.0
    assert found.status is AnswerStatus.FAILED, found
    assert re.search(reason, found.reason), found.reason
    assert found.places == ()
    # A failure is not remembered: the next time is asked again.
    server.handler = answer(json.dumps(FOUND).encode())
    assert ask(server, tmp_path).status is AnswerStatus.FOUND


def test_found(server, tmp_path):
    server.handler = answer(json.dumps(FOUND).encode())
    found = ask(server, tmp_path, clock=lambda: 1_800_000_000.0)
    (place,) = found.places
    assert (found.status, found.cached, found.reason) == (AnswerStatus.FOUND, False, "")
    assert (place.place_id, place.name) == ("nominatim:node42", "Testville")
    assert (place.position.lat, place.position.lon) == (37.95, 126.67)
    # half the diagonal of 4.4 by 3.5 km
    assert place.position.uncertainty_m == pytest.approx(2_835, abs=10)
    assert place.feature_code == "PPL"
    assert place.admin == ("South Korea", "Paju")
    assert place.source == (
        "Nominatim (online, asked 2027-01-15), © OpenStreetMap contributors, ODbL 1.0"
    )
    assert server.agents == [AGENT]


def test_not_found_is_an_answer(server, tmp_path):
    server.handler = answer(b"[]")
    found = ask(server, tmp_path)
    assert (found.status, found.places, found.reason) == (AnswerStatus.NOT_FOUND, (), "")


@pytest.mark.parametrize(
    "handler",
    [
        packed(json.dumps(FOUND).encode()),
        answer(json.dumps(FOUND).encode(), length="none"),
        in_turn(redirect("/moved?q=1"), answer(json.dumps(FOUND).encode())),
    ],
    ids=["gzip", "no length", "redirect on the same host"],
)
def test_what_a_sound_server_may_do(server, tmp_path, handler):
    server.handler = handler
    assert ask(server, tmp_path).status is AnswerStatus.FOUND


def photon(**fields):
    properties = {"osm_type": "N", "osm_id": 7, "name": "Testville", "country": "South Korea"}
    properties |= {"countrycode": "KR", "osm_value": "town", **fields}
    feature = {"geometry": {"coordinates": [126.67, 37.95]}, "properties": properties}
    return answer(json.dumps({"features": [feature]}).encode())


def test_photon(server, tmp_path):
    server.handler = photon(extent=[126.65, 37.97, 126.69, 37.93])
    (place,) = ask(server, tmp_path, service="photon").places
    assert (place.place_id, place.country, place.feature_code) == ("photon:N7", "KR", "PPL")
    assert place.position.uncertainty_m == pytest.approx(2_835, abs=10)
    server.handler = photon(extent=[10.0, 51.0, 11.0, 50.0])
    assert ask(server, tmp_path, name="Other", service="photon").status is AnswerStatus.FAILED
    server.handler = answer(b'{"features": []}')
    assert ask(server, tmp_path, name="None", service="photon").status is AnswerStatus.NOT_FOUND


def test_geonames(server, tmp_path):
    row = {"geonameId": 5, "name": "Testville", "lat": "37.95", "lng": "126.67"}
    row |= {"countryCode": "KR", "countryName": "South Korea", "fcode": "PPLA2"}
    server.handler = answer(json.dumps({"geonames": [row]}).encode())
    (place,) = ask(server, tmp_path, service="geonames", username="desk").places
    assert (place.place_id, place.feature_code) == ("geonames:5", "PPLA2")
    assert place.position.uncertainty_m == 5_000
    assert "CC BY 4.0" in place.source
    server.handler = answer(b'{"geonames": []}')
    found = ask(server, tmp_path, name="None", service="geonames", username="desk")
    assert found.status is AnswerStatus.NOT_FOUND
    server.handler = answer(b'{"status": {"message": "the daily limit is used up", "value": 18}}')
    found = ask(server, tmp_path, name="More", service="geonames", username="desk")
    assert (found.status, found.reason) == (
        AnswerStatus.FAILED,
        "GeocoderQuotaExceeded: the daily limit is used up",
    )


def test_reverse(server, tmp_path):
    server.handler = answer(json.dumps(FOUND[0]).encode())
    geocoder = OnlineGeocoder(
        "nominatim", user_agent=AGENT, folder=tmp_path, server=server.url, limits=QUICK
    )
    assert geocoder.reverse(lon=126.67, lat=37.95).places[0].name == "Testville"
    with pytest.raises(InputError, match="swapped"):
        geocoder.reverse(lon=37.95, lat=126.67)
    assert "lat=37.95&lon=126.67" in server.requests[0]
    assert len(server.requests) == 1


def test_answers_are_remembered_for_a_while(server, tmp_path):
    now = [1_800_000_000.0]
    server.handler = answer(json.dumps(FOUND).encode())
    first = ask(server, tmp_path, clock=lambda: now[0])
    now[0] += 29 * 86_400
    again = ask(server, tmp_path, name=f" {NAME} ", clock=lambda: now[0])
    assert again.cached
    assert again.places == first.places  # the day is the day it was asked
    assert len(server.requests) == 1
    now[0] += 2 * 86_400
    assert not ask(server, tmp_path, clock=lambda: now[0]).cached
    server.handler = answer(b"[]")
    ask(server, tmp_path, name="Nowhere", clock=lambda: now[0])
    now[0] += 6 * 86_400
    assert ask(server, tmp_path, name="Nowhere", clock=lambda: now[0]).cached
    now[0] += 2 * 86_400
    assert not ask(server, tmp_path, name="Nowhere", clock=lambda: now[0]).cached


def test_the_memory_holds_no_question_in_clear(server, tmp_path):
    ask(server, tmp_path, name="Secretville")
    assert b"Secretville" not in (tmp_path / "answers.sqlite").read_bytes()


def test_a_damaged_memory_is_named(server, tmp_path):
    (tmp_path / "answers.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(InputError, match=r"answers\.sqlite.*delete it"):
        ask(server, tmp_path)
    (tmp_path / "answers.sqlite").unlink()
    (tmp_path / "pace.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(InputError, match=r"pace\.sqlite.*delete it"):
        ask(server, tmp_path)


def test_a_passing_fault_is_tried_again(server, tmp_path):
    fault = answer(b"", status="503 Service Unavailable")
    server.handler = in_turn(fault, answer(json.dumps(FOUND).encode()))
    limits = Limits(deadline_s=1, attempts=2)
    assert ask(server, tmp_path, limits=limits).status is AnswerStatus.FOUND
    assert len(server.requests) == 2


def test_a_lasting_fault_is_not_tried_for_ever(server, tmp_path):
    server.handler = reset
    assert ask(server, tmp_path, limits=Limits(deadline_s=1, attempts=3)).places == ()
    assert len(server.requests) == 3
    server.handler = answer(b"", status="404 Not Found")
    ask(server, tmp_path, limits=Limits(deadline_s=1, attempts=3))
    assert len(server.requests) == 4


def test_a_host_that_asks_for_quiet_is_left_alone(server, tmp_path):
    server.handler = answer(b"", status="429 Too Many Requests", extra=("Retry-After: 30",))
    limits = Limits(deadline_s=1, attempts=2)
    assert "answers 429" in ask(server, tmp_path, limits=limits).reason
    found = ask(server, tmp_path, name="Other", limits=limits)
    assert found.status is AnswerStatus.FAILED
    assert "may not be asked for another" in found.reason
    assert len(server.requests) == 1


def test_a_short_wish_for_quiet_is_waited_out(server, pace):
    busy = answer(b"", status="429 Too Many Requests", extra=("Retry-After: 1",))
    server.handler = in_turn(busy, answer(b"fine"))
    response = fetch(server.url, user_agent=AGENT, pace=pace, limits=Limits(deadline_s=5))
    assert response.body == b"fine"
    assert server.times[1] - server.times[0] >= 0.95


def test_retry_after_may_be_a_date(server, pace):
    date = "Wed, 01 Jan 2098 00:00:00 GMT"
    server.handler = answer(b"", status="503 Busy", extra=(f"Retry-After: {date}",))
    with pytest.raises(FetchFailedError) as caught:
        fetch(server.url, user_agent=AGENT, pace=pace, limits=QUICK)
    assert caught.value.retry_after_s > 1e9
    assert (caught.value.cause, caught.value.status) == (Cause.STATUS, 503)


def test_nobody_listens(pace):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(FetchError) as caught:
        fetch(url, user_agent=AGENT, pace=pace, limits=QUICK)
    assert caught.value.exit_code == 4
    assert caught.value.cause is Cause.UNREACHABLE


def test_a_server_without_tls_is_not_asked_in_clear(server, pace):
    url = server.url.replace("http:", "https:")
    with pytest.raises(FetchFailedError, match="SSL"):
        fetch(url, user_agent=AGENT, pace=pace, limits=QUICK)
    assert server.requests == []


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://a:b@127.0.0.1/", "x"]
)
def test_urls_that_are_refused(url, pace):
    with pytest.raises(InputError, match="only http and https"):
        fetch(url, user_agent=AGENT, pace=pace)


@pytest.mark.parametrize(
    "agent",
    ["", "  ", "geopy/2.4", "python-requests/2.32", "Mozilla/5.0", "my-application", "curl/8"],
)
def test_user_agents_that_say_nothing_are_refused(agent, tmp_path):
    with pytest.raises(InputError, match="name your own application"):
        OnlineGeocoder("nominatim", user_agent=agent, folder=tmp_path)


def test_a_user_agent_cannot_break_the_header():
    with pytest.raises(InputError, match="one line"):
        check_user_agent("desk/1.0\r\nCookie: a")
    assert check_user_agent(f" {AGENT} ") == AGENT


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"service": "gogle"}, "known: nominatim, photon, geonames"),
        ({"service": "geonames"}, "user name"),
        ({"service": "photon", "server": "file:///tmp"}, "a server is"),
        ({"service": "photon", "server": "http://a:b@host/"}, "a server is"),
        ({"service": "photon", "server": "http://host/?q=1"}, "a server is"),
    ],
)
def test_options_that_do_not_fit(options, message, tmp_path):
    with pytest.raises(InputError, match=message):
        OnlineGeocoder(**options, user_agent=AGENT, folder=tmp_path)


def test_every_service_states_its_terms():
    for service in list_services().values():
        assert service["licence"]
        assert service["policy"].startswith("https://")


def test_limits_must_be_above_zero():
    with pytest.raises(InputError, match="above 0"):
        Limits(deadline_s=0)


def test_threads_keep_the_pace(server, tmp_path):
    server.handler = answer(b"fine")
    pace = Pace(tmp_path / "pace.sqlite", interval_s=0.2)

    def once(_):
        return fetch(server.url, user_agent=AGENT, pace=pace, limits=Limits(deadline_s=10)).body

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(once, range(4))) == [b"fine"] * 4
    gaps = [b - a for a, b in pairwise(server.times)]
    assert min(gaps) > 0.17, gaps  # arrival is a little later than the start


TURNS = """
import sys, time
from pathlib import Path
from mapper.sources.fetching import Pace
pace = Pace(Path(sys.argv[1]), interval_s=0.2)
for _ in range(2):
    pace.wait("example.org", deadline=time.monotonic() + 20)
    print(time.time())
"""


def test_processes_keep_the_pace(tmp_path):
    command = [sys.executable, "-c", TURNS, str(tmp_path / "pace.sqlite")]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = [worker.communicate()[0] for worker in workers]
    moments = sorted(float(line) for text in printed for line in text.splitlines())
    assert len(moments) == 4
    assert min(b - a for a, b in pairwise(moments)) > 0.19


def test_a_turn_that_comes_too_late_is_told(tmp_path):
    pace = Pace(tmp_path / "pace.sqlite", interval_s=5)
    pace.wait("example.org", deadline=time.monotonic() + 1)
    with pytest.raises(FetchFailedError, match="may not be asked") as caught:
        pace.wait("example.org", deadline=time.monotonic() + 1)
    assert caught.value.cause is Cause.BUSY
    pace.wait("example.net", deadline=time.monotonic() + 1)  # another host


def test_a_clock_set_back_does_not_stop_us(tmp_path, monkeypatch):
    pace = Pace(tmp_path / "pace.sqlite", interval_s=0.05)
    with monkeypatch.context() as patch:
        now = time.time()
        patch.setattr(time, "time", lambda: now + 1e6)
        pace.wait("example.org", deadline=time.monotonic() + 1)
        pace.hold("example.org", seconds=60, deadline=time.monotonic() + 1)
    start = time.monotonic()
    pace.wait("example.org", deadline=start + 1)
    assert time.monotonic() < start + 1


def on_the_command_line(server, *arguments):
    command = ["gazetteer", "search", "Nowhereville", "--online", "nominatim"]
    command += ["--server", server.url, "--user-agent", AGENT, "--deadline-s", "5"]
    return CliRunner().invoke(main, [*command, *arguments])


def test_the_command_line_marks_where_a_place_comes_from(server, gazetteer, tmp_path, monkeypatch):
    monkeypatch.setenv("MAPPER_CACHE_DIR", str(tmp_path))
    compiled = gazetteer.__reduce__()[1][0]
    (tmp_path / compiled.name).symlink_to(compiled)
    server.handler = answer(b"", status="500 Internal Server Error")
    failed = on_the_command_line(server)
    assert failed.exit_code == 4
    assert "failed, which says nothing of the place" in failed.stderr
    server.handler = answer(json.dumps(FOUND).encode())
    found = on_the_command_line(server, "--json")
    assert found.exit_code == 0
    (place,) = json.loads(found.stdout)
    assert place["source"].startswith("Nominatim (online, asked ")
    assert "asked nominatim: found" in found.stderr
    again = on_the_command_line(server)
    assert "remembered nominatim: found" in again.stderr
    assert len(server.requests) == 2
