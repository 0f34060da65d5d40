"""The interactive map: a real folium map with one element of ours on it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink, MacroElement
from folium.template import Template

from mapper.errors import InputError
from mapper.files import write_atomically
from mapper.maps.geometry import MapLayers
from mapper.maps.kinds import KindStyle
from mapper.maps.page import Parts, assemble, remote_urls, sandboxed_frame
from mapper.maps.payload import build_payload, pack, split_payload, to_script_json
from mapper.maps.vendor import load_vendors
from mapper.model import Analysis

__all__ = ["IncidentLayer", "IncidentMap"]

# Seoul's latitude and the middle of the MDL; the page fits itself to the incidents.
_CENTRE_LAT_LON = (38.0, 127.2)
_MIN_ZOOM, _MAX_ZOOM = 4, 14
_LANGUAGES = ("en", "ko")
_ASSETS = ("inline", "cdn")
_NOTEBOOK_HEIGHT = "640px"
# folium's popups call jQuery for one thing only: to turn markup into an element.
_POPUP_SHIM = """\
window.$ = window.$ || ((markup) => {
  const template = document.createElement("template");
  template.innerHTML = markup.trim();
  return [template.content.firstElementChild];
});
"""


class IncidentLayer(MacroElement):
    """The incidents, their texts, the border lines and the panel, as one folium element.

    Its data never pass through Jinja: the page reads them from a JSON element.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            window.mountIncidentMap({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, payload: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # branca leaves it untyped
        self._name = "IncidentLayer"
        self.payload = payload

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - branca's signature
        """Write the element into its figure, which must be an incident map's own."""
        if not isinstance(self.get_root(), _Page):
            raise InputError("an IncidentLayer can only be drawn on its own IncidentMap")
        super().render(**kwargs)  # type: ignore[no-untyped-call] # branca leaves it untyped
        return ""


class IncidentMap(folium.Map):
    """A folium map of an analysis: one HTML file that asks nothing from the network.

    Parameters
    ----------
    analysis
        What :func:`mapper.pipeline.analyze` found.
    layers
        The border layers and the base map.
    title
        Shown on the page and in the browser's tab; plain text.
    kinds
        Style by kind of incident; our own by default.
    language
        Of the page at first, ``en`` or ``ko``; it can be switched there.
    assets
        ``inline``: the file asks nothing from the network. ``cdn``: what your own folium
        layers need may be loaded from where folium wants it.
    tiles
        A tile map below the incidents: the name of an xyzservices provider or one itself.
        Who opens the page then tells the provider their address and what they look at.

    Notes
    -----
    Your own folium layers can be added with ``add_child`` or ``add_to`` as on any folium
    map. Layers that need files from the network (tiles, icon fonts, plugins) make
    :meth:`save` fail with the address they want, unless ``assets="cdn"``.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map(
                "map",
                {center: {{ this.location|tojson }}, crs: L.CRS.{{ this.crs }},
                 ...{{ this.options|tojavascript }}}
            );
        {% endmacro %}
        """
    )

    def __init__(
        self,
        analysis: Analysis,
        *,
        layers: MapLayers,
        title: str = "",
        kinds: Mapping[str, KindStyle] | None = None,
        language: str = "en",
        assets: str = "inline",
        tiles: str | Mapping[str, Any] | None = None,
    ) -> None:
        if language not in _LANGUAGES:
            raise InputError(f"unknown language {language!r}; known: {', '.join(_LANGUAGES)}")
        if assets not in _ASSETS:
            raise InputError(f"assets is one of {', '.join(_ASSETS)}, got {assets!r}")
        super().__init__(
            location=_CENTRE_LAT_LON,
            zoom_start=8,
            tiles=None,
            minZoom=_MIN_ZOOM,
            maxZoom=_MAX_ZOOM,
            zoomControl=False,
            zoomSnap=0.5,
            zoomDelta=1,
            attributionControl=False,
        )
        # Instance lists: folium's class-level ones would bring eleven files from five CDNs.
        self.default_js: list[tuple[str, str]] = []
        self.default_css: list[tuple[str, str]] = []
        self.title = title or "Incident map"
        self.language = language
        self.assets = assets
        self.tiles = None if tiles is None else _tile_source(tiles)
        _Page().add_child(self)
        self.add_child(
            IncidentLayer(
                {
                    **build_payload(analysis, layers=layers, title=self.title, kinds=kinds),
                    "tiles": self.tiles,
                }
            )
        )

    def to_html(self) -> str:
        """Return the whole page as a string; the same map gives the same string.

        Raises
        ------
        InputError
            If a layer on the map needs a file from the network.
        """
        root = self.get_root()
        if not isinstance(root, _Page):
            raise InputError("this IncidentMap was moved to another figure; make a new one")
        html: str = root.render()
        return html

    def save(
        self,
        outfile: str | bytes | Path | BinaryIO,
        close_file: bool = True,  # noqa: FBT001, FBT002 - folium's signature
        **kwargs: Any,  # noqa: ANN401, ARG002 - folium's signature
    ) -> None:
        """Write the page; a file is written whole or not at all.

        Parameters
        ----------
        outfile
            A path, or an open binary file.
        close_file
            Close an open file afterwards.

        Raises
        ------
        InputError
            If a layer on the map needs a file from the network, or the path cannot be
            written.
        """
        html = self.to_html()
        if isinstance(outfile, str | bytes | Path):
            write_atomically(Path(os.fsdecode(outfile)), html)
            return
        outfile.write(html.encode("utf-8"))
        if close_file:
            outfile.close()

    def _repr_html_(self, **kwargs: Any) -> str:  # noqa: ANN401, ARG002 - folium's signature
        """Show the map in a notebook, sandboxed."""
        return sandboxed_frame(self.to_html(), title=self.title, height=_NOTEBOOK_HEIGHT)


class _Page(Figure):
    """The root of an incident map's tree: writes our page instead of branca's."""

    def render(self, **kwargs: Any) -> str:  # noqa: ANN401 - branca's signature
        (incident_map,) = (c for c in self._children.values() if isinstance(c, IncidentMap))
        layers = [c for c in incident_map._children.values() if isinstance(c, IncidentLayer)]
        if len(layers) != 1:
            raise InputError(f"an IncidentMap has exactly one IncidentLayer, found {len(layers)}")
        for part in (self.header, self.html, self.script):
            part._children.clear()
        for child in self._children.values():
            child.render(**kwargs)
        icons = [e for e in _walk(incident_map) if isinstance(e, folium.Icon)]
        if any(not isinstance(icon, folium.CustomIcon) for icon in icons):
            _link_icons(self.header)
        parts = Parts(
            header=self.header.render(**kwargs),
            body=self.html.render(**kwargs),
            script=self.script.render(**kwargs),
        )
        urls = remote_urls(parts)
        if urls and incident_map.assets != "cdn":
            raise InputError(
                f"a layer on this map needs {urls[0]} from the network"
                + (f" (and {len(urls) - 1} more files)" if len(urls) > 1 else "")
                + ", but an incident map is one file that loads nothing; remove that layer,"
                ' or allow it with IncidentMap(..., assets="cdn")'
            )
        return assemble(
            _with_stable_ids(parts, self),
            title=incident_map.title,
            language=incident_map.language,
            data=_data_elements(layers[0].payload),
            extra=_extra_scripts(incident_map),
            hosts=_hosts(urls, incident_map.tiles),
        )

    def _repr_html_(self, **kwargs: Any) -> str:  # noqa: ANN401 - branca's signature
        (incident_map,) = (c for c in self._children.values() if isinstance(c, IncidentMap))
        shown: str = incident_map._repr_html_(**kwargs)
        return shown


def _link_icons(header: Element) -> None:
    """Add the files that ``folium.Icon`` takes for granted on a folium map."""
    for name, url in folium.Map.default_js:
        if name.startswith("awesome"):
            header.add_child(JavascriptLink(url), name=name)
    for name, url in folium.Map.default_css:
        if name.startswith(("awesome", "glyphicons")):
            header.add_child(CssLink(url), name=name)


def _data_elements(payload: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    frame, own = split_payload(payload)
    elements = []
    for name, part, always in (("incident-frame", frame, True), ("incident-data", own, False)):
        text, kind = pack(to_script_json(part), always=always)
        elements.append((name, kind, text))
    return elements


def _tile_source(tiles: str | Mapping[str, Any]) -> dict[str, Any]:
    """Return address, credits and zoom of an xyzservices provider, or of its name."""
    provider: Any = tiles
    if isinstance(tiles, str):
        import xyzservices.providers  # type: ignore[import-untyped]  # it ships no types

        try:
            provider = xyzservices.providers.query_name(tiles)
        except ValueError as error:
            raise InputError(f"xyzservices knows no tiles {tiles!r}: see its gallery") from error
    if callable(getattr(provider, "requires_token", None)) and provider.requires_token():
        raise InputError(f"the tiles {provider.name} need a key of yours: fill it in first")
    url = provider.build_url(scale_factor="") if hasattr(provider, "build_url") else provider["url"]
    if not re.match("https?://", url):
        raise InputError(f"tiles need an http address, got {url!r}")
    return {
        "name": str(provider.get("name", "tiles")),
        "url": url,
        "attribution": str(provider.get("attribution", "")),
        "subdomains": str(provider.get("subdomains", "abc")),
        "maxZoom": int(provider.get("max_zoom", _MAX_ZOOM)),
    }


def _hosts(urls: list[str], tiles: Mapping[str, Any] | None) -> list[str]:
    """Return the origins that the page may load from, each once."""
    wanted = list(urls)
    if tiles is not None:
        wanted += [tiles["url"].replace("{s}", sub) for sub in tiles["subdomains"]]
    origins: dict[str, None] = {}
    for url in wanted:
        if found := re.match(r"(?:(https?):)?//([\w.:-]+)", url):
            origins.setdefault(f"{found[1] or 'https'}://{found[2]}")
    return list(origins)


def _extra_scripts(incident_map: IncidentMap) -> list[str]:
    """Return what the user's own folium layers need besides Leaflet."""
    elements = list(_walk(incident_map))
    scripts = []
    if any(isinstance(element, folium.Marker) for element in elements):
        images = load_vendors()[0].images
        scripts.append(
            'L.Icon.Default.imagePath = "";\nL.Icon.Default.mergeOptions({\n'
            f'  iconUrl: "{images["marker-icon.png"]}",\n'
            f'  iconRetinaUrl: "{images["marker-icon-2x.png"]}",\n'
            f'  shadowUrl: "{images["marker-shadow.png"]}",\n}});\n'
        )
    if any(isinstance(element, folium.Popup) for element in elements):
        scripts.append(_POPUP_SHIM)
    return scripts


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():
        yield from _walk(child)
    for part in ("header", "html", "script"):
        if isinstance(inner := getattr(element, part, None), Element):
            yield from _walk(inner)


def _with_stable_ids(parts: Parts, root: Element) -> Parts:
    """Give folium's random ids numbers in order of appearance: the same map, the same bytes."""
    known = {element._id for element in _walk(root)}
    numbers: dict[str, str] = {}

    def stable(match: re.Match[str]) -> str:
        found = match[0]
        if found not in known:
            return found
        return numbers.setdefault(found, f"{len(numbers):032x}")

    pattern = re.compile("[0-9a-f]{32}")
    return Parts(
        header=pattern.sub(stable, parts.header),
        body=pattern.sub(stable, parts.body),
        script=pattern.sub(stable, parts.script),
    )
