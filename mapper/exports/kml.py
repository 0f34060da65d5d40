"""Incidents as KML 2.2, for virtual globes: a folder and a color a kind, and the time of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from mapper.exports.codes import KindCodes, code_of
from mapper.model import Analysis, Incident
from mapper.schema import incident_record

__all__ = ["render_kml"]

# What XML 1.0 cannot hold, however it is written.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_kml(analysis: Analysis, codes: Mapping[str, KindCodes]) -> str:
    """Return a KML document; an unplaced incident is a placemark without a point.

    Nothing in it asks the network: the icon is the viewer's own, in the color of the kind.
    """
    kml = Element("kml", xmlns="http://www.opengis.net/kml/2.2")
    document = SubElement(kml, "Document")
    _add(document, "name", "Incidents")
    told = {incident.kind for incident in analysis.incidents}
    looks = {kind: code_of(kind, codes) for kind in sorted(told)}
    for kind, look in looks.items():
        style = SubElement(document, "Style", id=f"kind-{kind}")
        _add(SubElement(style, "IconStyle"), "color", _reversed(look.color))
    for kind, look in looks.items():
        folder = SubElement(document, "Folder")
        _add(folder, "name", look.label)
        for incident in analysis.incidents:
            if incident.kind == kind:
                _placemark(folder, incident, analysis, label=look.label)
    indent(kml, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(kml, encoding="unicode") + "\n"


def _placemark(folder: Element, incident: Incident, analysis: Analysis, *, label: str) -> None:
    placemark = SubElement(folder, "Placemark", id=f"incident-{incident.incident_id}")
    where, when, best = incident.where, incident.when, incident.evidence[0]
    _add(placemark, "name", f"{label}, {where.label}" if where else label)
    # A description is read as HTML, so the words of an article are escaped for that as well.
    _add(placemark, "description", f"<p>{escape(incident.summary)}</p><p>{escape(best.exact)}</p>")
    if when.start is not None and when.end is not None:
        if when.start == when.end:
            _add(SubElement(placemark, "TimeStamp"), "when", when.start.isoformat())
        else:
            span = SubElement(placemark, "TimeSpan")
            _add(span, "begin", when.start.isoformat())
            _add(span, "end", when.end.isoformat())
    _add(placemark, "styleUrl", f"#kind-{incident.kind}")
    data = SubElement(placemark, "ExtendedData")
    documents = {document.doc_id: document for document in analysis.documents}
    for name, value in incident_record(incident, documents).items():
        if value not in (None, ""):
            text = str(value).lower() if isinstance(value, bool) else str(value)
            _add(SubElement(data, "Data", name=name), "value", text)
    if where is not None:
        lon, lat = round(where.position.lon, 6), round(where.position.lat, 6)
        _add(SubElement(placemark, "Point"), "coordinates", f"{lon},{lat}")


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _reversed(color: str) -> str:
    """Return ``#rrggbb`` as KML writes it: opaque, and blue first."""
    return f"ff{color[5:7]}{color[3:5]}{color[1:3]}"
