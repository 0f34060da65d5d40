"""Files at the two ends: written whole or not at all, and where the package keeps its own."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mapper.errors import InputError

__all__ = ["atomic_path", "examples_dir", "harmless_cell", "write_atomically"]

# What a spreadsheet takes for a formula when a cell starts with it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_atomically(path: Path, data: bytes | str) -> None:
    r"""Write a file so that a reader sees the old one or the new one, never a part.

    Parameters
    ----------
    path
        Its folder is made if need be.
    data
        Bytes, or text that is written as UTF-8 with ``\\n`` line ends.

    Raises
    ------
    InputError
        If the file cannot be written; nothing is left behind.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomically(Path(folder) / "a.txt", "whole")
    ...     (Path(folder) / "a.txt").read_text()
    'whole'
    """
    blob = data.encode("utf-8") if isinstance(data, str) else data
    with atomic_path(path) as temporary:
        temporary.write_bytes(blob)


@contextlib.contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a new empty file beside ``path`` to write to; at the end it becomes ``path``.

    When anything goes wrong, ``path`` is left as it was, and nothing is left beside it.

    Raises
    ------
    InputError
        If a file cannot be written there.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The ending stays: some writers go by it.
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem}.", suffix=path.suffix, dir=path.parent
        )
        os.close(handle)
        temporary = Path(name)
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        # mkstemp makes private files; a result should be readable as any other.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def harmless_cell(cell: str) -> str:
    """Return a cell's text so that no spreadsheet runs it; numbers stay as they are.

    Examples
    --------
    >>> harmless_cell("=1+1"), harmless_cell("-12.5"), harmless_cell("Paju")
    ("'=1+1", '-12.5', 'Paju')
    """
    if not cell.startswith(_FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return "'" + cell
    return cell


def examples_dir() -> Path:
    """Return the folder of example dispatches: in the wheel, or in the checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package / "examples", package.parent / "examples"):
        if folder.is_dir():
            return folder
    raise InputError("the examples are missing from this installation; reinstall incident-mapper")
