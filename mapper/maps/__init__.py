"""Render: the interactive map in one HTML file, and static figures."""

from __future__ import annotations

from mapper.maps.figures import save_figure
from mapper.maps.incident_map import IncidentLayer, IncidentMap
from mapper.maps.kinds import KindStyle, load_kinds

__all__ = ["IncidentLayer", "IncidentMap", "KindStyle", "load_kinds", "save_figure"]
