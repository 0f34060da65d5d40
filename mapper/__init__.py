"""Find incidents in news text, place them honestly and map them, offline.

The names below are the public interface; each is imported when it is first used, so that
``import mapper`` costs next to nothing.

Examples
--------
>>> import mapper
>>> document = mapper.make_document("Two soldiers crossed the MDL at Panmunjom on 3 May 2024.")
>>> document.language
'en'
"""

from __future__ import annotations

import importlib
import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mapper.exports import export, read_incidents, to_geodataframe
    from mapper.geoparsing import geoparse, geoparse_column
    from mapper.incident_tables import analyze_table
    from mapper.layers import BorderLayers
    from mapper.maps import IncidentMap, save_figure
    from mapper.model import Analysis, Document, Hints, Incident, Position, Resolution
    from mapper.pipeline import Tools, analyze
    from mapper.reports import embed_snippet
    from mapper.settings import Settings, load_settings
    from mapper.sources import list_files, read
    from mapper.text import make_document
    from mapper.zones import check, check_zones, zone_layers

__all__ = [
    "Analysis",
    "BorderLayers",
    "Document",
    "Hints",
    "Incident",
    "IncidentMap",
    "Position",
    "Resolution",
    "Settings",
    "Tools",
    "analyze",
    "analyze_table",
    "check",
    "check_zones",
    "embed_snippet",
    "export",
    "geoparse",
    "geoparse_column",
    "list_files",
    "load_settings",
    "make_document",
    "read",
    "read_incidents",
    "save_figure",
    "to_geodataframe",
    "zone_layers",
]

_HOME = {
    "Analysis": "mapper.model",
    "BorderLayers": "mapper.layers",
    "Document": "mapper.model",
    "Hints": "mapper.model",
    "Incident": "mapper.model",
    "IncidentMap": "mapper.maps",
    "Position": "mapper.model",
    "Resolution": "mapper.model",
    "Settings": "mapper.settings",
    "Tools": "mapper.pipeline",
    "analyze": "mapper.pipeline",
    "analyze_table": "mapper.incident_tables",
    "check": "mapper.zones",
    "check_zones": "mapper.zones",
    "embed_snippet": "mapper.reports",
    "export": "mapper.exports",
    "geoparse": "mapper.geoparsing",
    "geoparse_column": "mapper.geoparsing",
    "list_files": "mapper.sources",
    "load_settings": "mapper.settings",
    "make_document": "mapper.text",
    "read": "mapper.sources",
    "read_incidents": "mapper.exports",
    "save_figure": "mapper.maps",
    "to_geodataframe": "mapper.exports",
    "zone_layers": "mapper.zones",
}


# A library stays silent unless its user asks; see also ``mapper --verbose``.
logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public object
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'mapper' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
