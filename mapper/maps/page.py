"""One HTML file: our shell, inlined libraries, the data, and what folium's layers wrote.

Nothing of the user's data passes through Jinja here: pieces are joined as strings, and
article text exists only inside the JSON element.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib import resources

from mapper.maps.vendor import load_vendors

__all__ = ["Parts", "assemble", "bundle", "remote_urls", "sandboxed_frame"]

_ASSETS = resources.files("mapper.maps") / "assets"
# Loading order: each module may use what stands before it.
_MODULES = (
    "dom.js",
    "i18n.js",
    "payload.js",
    "format.js",
    "filters.js",
    "symbols.js",
    "geodesy.js",
    "zonecheck.js",
    "basemap.js",
    "names.js",
    "clusters.js",
    "markers.js",
    "timeline.js",
    "card.js",
    "lists.js",
    "reader.js",
    "table.js",
    "download.js",
    "print.js",
    "about.js",
    "legend.js",
    "app.js",
)
_STYLES = ("page.css", "map.css", "layers.css", "panel.css", "tools.css", "print.css")
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class)\b)", re.MULTILINE)
# What only the type checker reads: blocks on lines of their own, and casts.
_TYPES = re.compile(
    r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n|/\*\* @type (?:(?!\*/).)*\*/ ?", re.MULTILINE | re.DOTALL
)
# What only people read: comments on lines of their own, and indentation.
_MARGIN = re.compile(r"^[ \t]+|^[ \t]*//.*\n|^\n", re.MULTILINE)
_CSS_COMMENT = re.compile(r"/\*(?:(?!\*/).)*\*/\s*", re.DOTALL)
_CSS_SPACE = re.compile(r";?\s*(})\s*|\s*([{;,])\s*|(?<=[a-z])(:) +")
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_LINKED = re.compile(r"<script\b[^>]*\bsrc=[^>]*>\s*</script\s*>", re.IGNORECASE)
# What would make a browser ask for a file: attributes, CSS, and URLs that folium hands to
# Leaflet as whole strings (an attribution's link is a part of a longer string).
_REMOTE = (
    re.compile(r"""<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=["']?([^"'\s>]+)""", re.I),
    re.compile(r"""<link\b[^>]*\bhref=["']?([^"'\s>]+)""", re.I),
    re.compile(r"""url\(\s*["']?((?:https?:)?//[^"')\s]+)""", re.I),
    re.compile(r"""@import\s+["']((?:https?:)?//[^"']+)""", re.I),
    re.compile(r"""(?<!href=)["'`]((?:https?:)?//[^"'`<>\s\\]+)["'`]"""),
)
_SHELL = (
    '<div id="app"><main id="map-area"><div id="map"></div></main>'
    '<aside id="panel" aria-label="Incidents and texts"></aside></div>'
)
_SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"


class Parts:
    """What folium's elements wrote: ``header``, ``body`` and ``script``, as strings."""

    __slots__ = ("body", "header", "script")

    def __init__(self, *, header: str, body: str, script: str) -> None:
        # A browser turns CRLF into LF before it hashes a script.
        self.header = header.replace("\r\n", "\n").replace("\r", "\n")
        self.body = body.replace("\r\n", "\n").replace("\r", "\n")
        self.script = script.replace("\r\n", "\n").replace("\r", "\n")


def remote_urls(parts: Parts) -> list[str]:
    """Return the addresses that folium's part of a page would load, each once, in order."""
    found: dict[str, None] = {}
    for text in (parts.header, parts.body, parts.script):
        for pattern in _REMOTE:
            for url in pattern.findall(text):
                if re.match(r"(?:https?:)?//", url, re.IGNORECASE):
                    found.setdefault(url)
    return list(found)


@cache
def bundle() -> str:
    """Join our own modules into one script.

    The modules are ordinary ES modules, so that they can be linted and tested one by one;
    joined, they share one function's scope, and imports, exports, comments and indentation
    fall away.
    Nothing else does: ``tests/js/bundle.test.js`` compares the syntax trees.
    """
    pieces = []
    for name in _MODULES:
        source = (_ASSETS / name).read_text(encoding="utf-8")
        plain = _MARGIN.sub("", _EXPORT.sub("", _IMPORT.sub("", _TYPES.sub("", source))))
        pieces.append(f"// {name}\n{plain}")
    return '(() => {\n"use strict";\n' + "\n".join(pieces) + "\n})();\n"


@cache
def _style() -> str:
    """Join the libraries' style sheets and ours, without comments and needless space."""
    own = [(_ASSETS / name).read_text(encoding="utf-8") for name in _STYLES]
    style = "\n".join([*(vendor.style for vendor in load_vendors()), *own])
    return _CSS_SPACE.sub(r"\1\2\3", _CSS_COMMENT.sub("", style))


def assemble(
    parts: Parts,
    *,
    title: str,
    language: str,
    data: Sequence[tuple[str, str, str]],
    extra: Sequence[str],
    hosts: Sequence[str] = (),
) -> str:
    """Join the page.

    Parameters
    ----------
    parts
        The output of folium's elements.
    data
        ``(id, type, text)`` of each data element, from :func:`mapper.maps.payload.pack`.
    extra
        Further scripts of ours, run before folium's.
    hosts
        Origins that the page may load files from; none for a page that works offline.

    Returns
    -------
    str
        A whole HTML document whose policy allows its own scripts, by hash, and no request.
    """
    vendors = load_vendors()
    body_scripts = [vendor.script for vendor in vendors]
    # Markup in a user's popup may hold the end tag; inside a string "<\\/" means the same.
    user_script = re.sub(r"</(?=script)", r"<\\/", parts.script, flags=re.IGNORECASE)
    body_scripts += [bundle(), *extra, user_script]
    inline = [match[2] for match in _SCRIPT.finditer(parts.header + parts.body)]
    hashes = " ".join(f"'sha256-{_sha256(text)}'" for text in dict.fromkeys(inline + body_scripts))
    reach = "".join(f" {host}" for host in hosts)
    more = f"font-src data:{reach}; connect-src{reach}; " if hosts else ""
    policy = (
        f"default-src 'none'; script-src {hashes}{reach}; style-src 'unsafe-inline'{reach}; "
        f"img-src data:{reach}; {more}base-uri 'none'; form-action 'none'"
    )
    # Plugins that a user's layers load extend Leaflet, so they follow it.
    linked = [match[0] for match in _LINKED.finditer(parts.header)]
    header = _LINKED.sub("", parts.header)
    tags = [f"<script>{text}</script>" for text in body_scripts]
    scripts = "\n".join([*tags[: len(vendors)], *linked, *tags[len(vendors) :]])
    elements = "\n".join(
        f'<script type="{kind}" id="{name}">{text}</script>' for name, kind, text in data
    )
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{_style()}</style>\n{header}\n</head>\n"
        f"<body>\n{_SHELL}\n{parts.body}\n"
        "<noscript>This map draws itself with JavaScript, which is switched off here. "
        "It loads nothing from the network.</noscript>\n"
        f"{elements}\n"
        f"{scripts}\n</body>\n</html>\n"
    )


def sandboxed_frame(page: str, *, title: str, height: str, width: str = "100%") -> str:
    """Wrap a whole page in an iframe that may run scripts but reach nothing around it."""
    return (
        f'<iframe title="{escape(title)}" sandbox="{_SANDBOX}" srcdoc="{escape(page)}" '
        f'style="width:{escape(width)};height:{escape(height)};border:0" loading="lazy"></iframe>'
    )


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
