"""An HTML snippet that shows a saved map inside another page."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from urllib.parse import quote

from mapper.errors import InputError

__all__ = ["SANDBOX", "embed_snippet"]

# The map runs its scripts, opens originals in new tabs and offers downloads; it never gets
# the origin of the page around it.
SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"


def embed_snippet(
    path: str | Path,
    *,
    width: str = "100%",
    height: str = "640px",
    title: str = "Incident map",
    srcdoc: bool = False,
    relative_to: str | Path | None = None,
) -> str:
    """Return an iframe that shows a saved map.

    Parameters
    ----------
    path
        The map's HTML file.
    width, height
        CSS lengths; a bare number means pixels.
    title
        What a screen reader announces; plain text.
    srcdoc
        Put the whole map into the snippet instead of pointing at the file. Such a copy
        stands under the content policy of the page around it; prefer the link.
    relative_to
        Folder of the page that will hold the snippet; the link is written relative to it.
        Without one, the path is written as given.

    Returns
    -------
    str
        One ``<iframe>`` element, every value escaped.

    Raises
    ------
    InputError
        If the file is not there.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "a map.html"
    ...     _ = file.write_text("<!DOCTYPE html>", encoding="utf-8")
    ...     print(embed_snippet(file, relative_to=folder, height="480"))
    <iframe src="a%20map.html" title="Incident map" width="100%" height="480" sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads" loading="lazy" style="border:0;width:100%;height:480px"></iframe>
    """  # noqa: E501 - the example is one element, as printed
    file = Path(path)
    try:
        page = file.read_text(encoding="utf-8") if srcdoc else ""
        is_there = file.is_file()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read the map {file}: {error}") from error
    if not is_there:
        raise InputError(f"no map at {file}; make one with: mapper map ARTICLE -o {file}")
    if srcdoc:
        source = f'srcdoc="{escape(page)}"'
    else:
        source = f'src="{escape(quote(_link(file, relative_to)))}"'
    style = f"border:0;width:{_length(width)};height:{_length(height)}"
    return (
        f'<iframe {source} title="{escape(title)}" width="{escape(width)}" '
        f'height="{escape(height)}" sandbox="{SANDBOX}" loading="lazy" '
        f'style="{escape(style)}"></iframe>'
    )


def _link(file: Path, relative_to: str | Path | None) -> str:
    if relative_to is None:
        return file.as_posix()
    return Path(os.path.relpath(file.resolve(), Path(relative_to).resolve())).as_posix()


def _length(value: str) -> str:
    return f"{value}px" if value.isdecimal() else value
