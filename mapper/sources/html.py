"""Articles out of web pages, in a child process.

Parsers of hostile HTML hang and eat memory, so the parsing runs in a worker that is killed
when it takes too long and that may not grow without bound. It never opens a socket.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
import struct
import subprocess
import sys
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any

__all__ = ["HtmlReader", "Page"]

_MEMORY_BYTES = 2 * 1024**3
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The article of a web page, without the page around it."""

    text: str
    title: str = ""
    url: str = ""
    publisher: str = ""
    published: dt.date | None = None


class HtmlReader:
    """A worker process that extracts articles; started at the first page, ended on exit.

    Parameters
    ----------
    seconds
        Wall-clock limit for one page.
    """

    def __init__(self, *, seconds: float) -> None:
        self._seconds = seconds
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> HtmlReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def extract(self, data: bytes) -> Page | str:
        """Return the article of a page, or the reason why there is none."""
        worker = self._start()
        assert worker.stdin is not None
        assert worker.stdout is not None
        timer = threading.Timer(self._seconds, worker.kill)
        timer.start()
        try:
            _send(worker.stdin, data)
            answer = _receive(worker.stdout)
        except OSError:
            answer = None
        finally:
            expired = not timer.is_alive()
            timer.cancel()
        if answer is None:
            self._stop()
            if expired:
                return f"took more than {self._seconds:g} s to parse"
            return "the parser gave up (too much memory, or broken beyond repair)"
        fields: dict[str, Any] = json.loads(answer)
        if "error" in fields:
            return str(fields["error"])
        day = fields.pop("published")
        return Page(**fields, published=dt.date.fromisoformat(day) if day else None)

    def _start(self) -> subprocess.Popen[bytes]:
        if self._worker is None:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "mapper.sources.html"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._worker

    def _stop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()
            for pipe in (worker.stdin, worker.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            worker.wait()


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes | None:
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = pipe.read(length)
    return data if len(data) == length else None


def _parse(data: bytes) -> dict[str, str]:
    import trafilatura

    found = trafilatura.bare_extraction(
        data,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None or isinstance(found, dict) or not found.text:
        return {"error": "no article was found in this page"}
    day = found.date or ""
    return {
        "text": found.text,
        "title": found.title or "",
        "url": found.url or "",
        "publisher": found.sitename or "",
        "published": day if _is_declared(day, data) else "",
    }


def _is_declared(day: str, data: bytes) -> bool:
    """Say whether the page holds this day year first, as machines write it.

    "Published 12/01/2018" may be January or December: no reading of it is better than a
    guess.
    """
    year, _, rest = day.partition("-")
    month, _, number = rest.partition("-")
    written = rf"{year}(?P<dash>[-/]?){month}(?P=dash){number}"
    return bool(day) and re.search(written.encode(), data) is not None


def _work() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    while (data := _receive(sys.stdin.buffer)) is not None:
        try:
            answer = _parse(data)
        except Exception as error:  # noqa: BLE001 - any page may break any parser
            answer = {"error": f"cannot be parsed ({type(error).__name__})"}
        _send(sys.stdout.buffer, json.dumps(answer).encode())


if __name__ == "__main__":
    _work()
