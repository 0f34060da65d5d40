"""Paths to documents. What cannot be read becomes a problem, and the others go on."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from mapper.errors import InputError
from mapper.model import Document, Problem
from mapper.settings import Settings
from mapper.sources.html import HtmlReader
from mapper.text import make_document

__all__ = ["SUFFIXES", "list_files", "read"]

#: What a folder is searched for.
SUFFIXES = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".jsonl", ".ndjson")

_HEADING = re.compile(r"^#\s+(.+?)\s*#*$", re.MULTILINE)


def list_files(paths: Iterable[Path]) -> list[Path]:
    """Expand folders to the readable files below them, sorted; hidden ones are passed over.

    Raises
    ------
    InputError
        If a path does not exist: a typing error should not pass for an empty result.
    """
    files: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
                if file.is_file() and not hidden and file.suffix.lower() in SUFFIXES:
                    files[file] = None
        elif path.exists():
            files[path] = None
        else:
            raise InputError(f"no such file or folder: {path}")
    return list(files)


def read(
    files: Iterable[Path], *, settings: Settings, published: dt.date | None = None
) -> Iterator[Document | Problem]:
    """Read files one after the other.

    Parameters
    ----------
    files
        From :func:`list_files`.
    published
        Day of publication for the documents that do not tell their own.

    Yields
    ------
    Document or Problem
        A JSON Lines file gives one for each line. A document whose content, label and date
        were already read is passed over with a problem.
    """
    seen: set[str] = set()
    with HtmlReader(seconds=settings.parse_seconds) as html:
        for file in files:
            for item in _read_file(file, html, settings):
                if isinstance(item, Problem):
                    yield item
                    continue
                document = item
                if document.published is None and published is not None:
                    document = dataclasses.replace(document, published=published)
                if document.doc_id in seen:
                    yield _problem("duplicate_document", f"{file}: read before, passed over")
                    continue
                seen.add(document.doc_id)
                yield document


def _problem(code: str, message: str) -> Problem:
    return Problem(code=code, stage="read", message=message)


def _read_file(file: Path, html: HtmlReader, settings: Settings) -> Iterator[Document | Problem]:
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        yield _problem("unsupported_format", f"{file}: cannot read {suffix!r} files, only {known}")
        return
    try:
        size = file.stat().st_size
        rows = suffix in (".jsonl", ".ndjson")
        if size > settings.max_document_bytes and not rows:
            limit = settings.max_document_bytes
            yield _problem("too_large", f"{file}: {size} bytes, above max_document_bytes {limit}")
            return
        if rows:
            yield from _read_rows(file, settings)
            return
        data = file.read_bytes()
    except OSError as error:
        yield _problem("unreadable", f"{file}: {error.strerror or error}")
        return
    yield from _read_blob(file, data, html)


def _read_blob(file: Path, data: bytes, html: HtmlReader) -> Iterator[Document | Problem]:
    label = file.stem
    if file.suffix.lower() in (".html", ".htm", ".xhtml"):
        page = html.extract(data)
        if isinstance(page, str):
            yield _problem("unreadable_html", f"{file}: {page}")
            return
        document = make_document(
            page.text,
            label=label,
            title=page.title,
            url=page.url,
            publisher=page.publisher,
            published=page.published,
        )
    else:
        text, remark = _decode(data)
        if remark:
            yield _problem("encoding_guessed", f"{file}: {remark}")
        heading = _HEADING.search(text) if file.suffix.lower() in (".md", ".markdown") else None
        document = make_document(text, label=label)
        if not document.title and heading is not None:
            document = dataclasses.replace(document, title=heading.group(1))
    if not document.text.strip():
        yield _problem("empty_document", f"{file}: holds no text")
        return
    yield document


def _decode(data: bytes) -> tuple[str, str]:
    """Decode bytes; the second value says so when the encoding had to be guessed."""
    remark = ""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            import charset_normalizer

            best = charset_normalizer.from_bytes(data).best()
            encoding = best.encoding if best is not None else "latin-1"
            text = data.decode(encoding, errors="replace")
            remark = f"not UTF-8, read as {encoding}"
    return text.replace("\r\n", "\n").replace("\r", "\n"), remark


def _read_rows(file: Path, settings: Settings) -> Iterator[Document | Problem]:
    with file.open("rb") as lines:
        number = 0
        while line := lines.readline(settings.max_document_bytes + 1):
            number += 1
            if len(line) > settings.max_document_bytes:
                yield _problem("too_large", f"{file}:{number}: line above max_document_bytes")
                while line and not line.endswith(b"\n"):
                    line = lines.readline(settings.max_document_bytes)
                continue
            if line.strip():
                yield from _read_row(line, f"{file}:{number}")


def _read_row(line: bytes, at: str) -> Iterator[Document | Problem]:
    try:
        row: Any = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        yield _problem("bad_row", f"{at}: not JSON: {error}")
        return
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        yield _problem("bad_row", f'{at}: needs an object with a "text" string')
        return
    if not row["text"].strip():
        yield _problem("empty_document", f"{at}: holds no text")
        return
    published, remark = _parse_day(row.get("published") or row.get("date"))
    if remark:
        yield _problem("bad_date", f"{at}: {remark}")
    values = {k: str(row.get(k) or "") for k in ("title", "url", "publisher")}
    label = "" if row.get("id") is None else str(row["id"])
    # The offsets of a table row are the user's own: its text is taken as it is.
    yield make_document(row["text"], label=label, published=published, **values)


def _parse_day(value: object) -> tuple[dt.date | None, str]:
    """Read a day from ``2018-12-01`` or a timestamp; a bare year or month is not a day."""
    if value in (None, ""):
        return None, ""
    try:
        return dt.date.fromisoformat(str(value)[:10]), ""
    except ValueError:
        return None, f"published {value!r} is not a day (YYYY-MM-DD), so it is left unknown"
