"""Files at the two ends: written whole or not at all, and where the package keeps its own."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from mapper.errors import InputError

__all__ = ["examples_dir", "write_atomically"]


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
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(blob)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes private files; a result should be readable as any other.
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error


def examples_dir() -> Path:
    """Return the folder of example dispatches: in the wheel, or in the checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package / "examples", package.parent / "examples"):
        if folder.is_dir():
            return folder
    raise InputError("the examples are missing from this installation; reinstall incident-mapper")
