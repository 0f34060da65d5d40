"""What a map knows, as lean JSON: columns, shared strings, every article text once.

The page gets nothing but this. Offsets become UTF-16 units here, because that is what
JavaScript strings count in.
"""

from __future__ import annotations

import bisect
import datetime as dt
import json
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from mapper.maps.frame import build_frame, short
from mapper.maps.geometry import (
    MapLayers,
    drawn_layers,
    encode_shape,
    extent_m,
    parse_footprint,
)
from mapper.maps.kinds import KindStyle, kind_style, load_kinds
from mapper.maps.phrases import load_phrases
from mapper.maps.vendor import load_vendors
from mapper.model import (
    Alternative,
    Analysis,
    Casualties,
    Claim,
    Document,
    Evidence,
    Incident,
    Known,
    Position,
    Resolution,
    When,
    Where,
)

__all__ = ["build_payload", "pack", "split_payload", "to_script_json"]

_NO = -1
# JSON inside <script>: no character that could end the element or a line of JavaScript.
_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
    "\x7f": "\\u007f",
}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def build_payload(
    analysis: Analysis,
    *,
    layers: MapLayers,
    title: str,
    kinds: Mapping[str, KindStyle] | None = None,
) -> dict[str, Any]:
    """Turn an analysis and the border layers into what the page reads.

    Parameters
    ----------
    analysis
        Documents, resolutions, incidents and problems, in the order to be shown.
    layers
        Border layers; those whose catalogue says how are drawn.
    kinds
        Style by kind; our own by default.

    Returns
    -------
    dict
        Plain lists, tuples, dicts, strings and numbers; the same input gives the same value.
    """
    writer = _Writer(analysis, layers)
    styles = load_kinds() if kinds is None else kinds
    used = {incident.kind for incident in analysis.incidents}
    # Kinds that only a source claims come last: they need a name, but no place in the legend.
    claimed = {claim.kind for each in analysis.incidents for claim in each.claims} - used
    order = [
        key
        for keys in (used, claimed)
        for key in [*(key for key in styles if key in keys), *sorted(keys - set(styles))]
    ]
    incidents = writer.incidents({key: index for index, key in enumerate(order)})
    mentions = writer.mentions()
    documents = [writer.document(document) for document in analysis.documents]
    problems = writer.problems()
    return {
        "title": title,
        "kinds": [_kind(key, kind_style(key, styles)) for key in order],
        "documents": documents,
        "incidents": incidents,
        "mentions": mentions,
        "places": writer.place_columns(),
        "shapes": writer.shapes,
        "problems": problems,
        # A map without data has nothing to say of it.
        **build_frame(layers, phrases=load_phrases() if documents or order else {}),
        "about": _about(analysis),
        "strings": list(writer.strings),
    }


def to_script_json(payload: Mapping[str, Any]) -> str:
    r"""Write JSON that is safe inside ``<script type="application/json">``.

    Examples
    --------
    >>> to_script_json({"quote": "</script>"})
    '{"quote":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for char, escape in _ESCAPES.items():  # several times faster than str.translate
        text = text.replace(char, escape)
    try:
        text.encode("utf-8")  # several times faster than looking for a surrogate
    except UnicodeEncodeError:
        # A lone surrogate cannot be written as UTF-8; JSON may carry it as an escape.
        return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return text


# The same in every map of one version: packed, so that a map without data stays small.
# Exact lines stand right before the drawn ones: what repeats packs best when it is near.
_FRAME = ("check", "layers", "names", "labels", "interface")
# Deflate's levels: 5 takes two thirds of the time of 6, and 1.5 % more bytes for news.
_FRAME_LEVEL, _OWN_LEVEL = 9, 5
# Characters. Below, a text editor can search the data; above, a map must be light to send.
_PACK_FROM = 1_500_000


def split_payload(payload: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a map always carries, and what is this map's own."""
    frame = {key: payload[key] for key in _FRAME if key in payload}
    return frame, {key: value for key, value in payload.items() if key not in frame}


def pack(text: str, *, always: bool = False) -> tuple[str, str]:
    """Return a JSON text as its element shall hold it, with the element's type.

    Above a size (or ``always``) it is deflated and written in base 85 (with ``v`` for ``<``,
    which could end the element), which the page undoes with ``DecompressionStream``: a fifth
    of the bytes for articles, a twentieth for columns.
    """
    if not always and len(text) < _PACK_FROM:
        return text, "application/json"
    packed = zlib.compress(text.encode("utf-8"), level=_FRAME_LEVEL if always else _OWN_LEVEL)
    return _base85(packed), "application/zlib"


def _base85(data: bytes) -> str:
    """Write bytes in base 85; twenty times as fast as the standard library, which has no array.

    Examples
    --------
    >>> _base85(b"Man ")
    '9jqo^'
    """
    short_by = -len(data) % 4
    rest = np.frombuffer(data + bytes(short_by), dtype=">u4").astype(np.uint32)
    digits = np.empty((len(rest), 5), dtype=np.uint8)
    for place in range(4, -1, -1):
        rest, digits[:, place] = np.divmod(rest, 85)
    digits += ord("!")
    digits[digits == ord("<")] = ord("v")
    text = digits.tobytes().decode("ascii")
    return text[: len(text) - short_by]


class _Writer:
    """Collects shared strings, places and shapes while the columns are written.

    What is written for each incident are tuples: of tuples that hold but numbers and texts the
    garbage collector lets go, of lists it looks through all again and again.
    """

    def __init__(self, analysis: Analysis, layers: MapLayers) -> None:
        self.analysis = analysis
        self.layers = layers
        self.strings: dict[str, int] = {}
        self.shapes: list[dict[str, Any]] = []
        self._shape_index: dict[str, int] = {}
        self._extents: list[float] = []
        self._places: dict[tuple[str, float, float, float, int, str], int] = {}
        self._unreadable: list[str] = []
        self._documents = {d.doc_id: index for index, d in enumerate(analysis.documents)}
        self._units = [_utf16(document.text) for document in analysis.documents]

    def text(self, value: str) -> int:
        """Return the number of a shared string."""
        return self.strings.setdefault(value, len(self.strings))

    def offset(self, document: int, at: int) -> int:
        """Return a code point offset in UTF-16 units."""
        wide = self._units[document]
        return at + bisect.bisect_left(wide, at) if wide else at

    def document(self, document: Document) -> dict[str, Any]:
        """Return one document; neighbouring boilerplate passages are joined."""
        index = self._documents[document.doc_id]
        flagged: list[int] = []
        for span in sorted(document.boilerplate):
            if flagged and not document.text[flagged[-1] : span.start].strip():
                flagged[-1] = span.end
            else:
                flagged += [span.start, span.end]
        return {
            "label": document.label,
            "title": document.title,
            "url": document.url,
            "publisher": document.publisher,
            "published": _day(document.published),
            "language": document.language,
            "text": document.text,
            "boilerplate": [self.offset(index, at) for at in flagged],
        }

    def place(self, label: str, position: Position, footprint: str | None, place_id: str) -> int:
        """Return the number of a shared place."""
        key = (
            label,
            round(position.lon, 5),
            round(position.lat, 5),
            position.uncertainty_m,
            self.shape(footprint),
            place_id,
        )
        return self._places.setdefault(key, len(self._places))

    def shape(self, footprint: str | None) -> int:
        """Return the number of a shared footprint, ``-1`` for the plain circle."""
        if footprint is None:
            return _NO
        if footprint not in self._shape_index:
            shape = parse_footprint(footprint, self.layers)
            if shape is None:
                self._unreadable.append(footprint)
                self._shape_index[footprint] = _NO
            else:
                self._shape_index[footprint] = len(self.shapes)
                self.shapes.append(self._encoded(footprint, shape))
                self._extents.append(extent_m(shape))
        return self._shape_index[footprint]

    def _encoded(self, footprint: str, shape: Any) -> dict[str, Any]:  # noqa: ANN401 - shapely
        if not footprint.startswith("layer:"):
            return encode_shape(shape)
        name = footprint.removeprefix("layer:")
        drawn = drawn_layers(self.layers)
        view = self.layers.views.get(name)
        members = [name] if name in drawn else list(view.union) if view is not None else []
        shown = {member: drawn[member] for member in members if member in drawn}
        if shown and len(shown) == len(members) and "names" not in {d.look for d in shown.values()}:
            return {"layers": members}
        base = drawn.get(name.partition("#")[0])
        return encode_shape(shape, look="line" if base is None else base.look)

    def place_columns(self) -> dict[str, list[Any]]:
        """Return the shared places; ``extent`` is the half-width in metres of what is known."""
        rows = list(self._places)
        return {
            "label": [self.text(row[0]) for row in rows],
            "lon": [row[1] for row in rows],
            "lat": [row[2] for row in rows],
            "uncertainty": [short(row[3]) for row in rows],
            "shape": [row[4] for row in rows],
            "id": [self.text(row[5]) for row in rows],
            "extent": [short(row[3] if row[4] == _NO else self._extents[row[4]]) for row in rows],
        }

    def incidents(self, kinds: Mapping[str, int]) -> dict[str, list[Any]]:
        """Return the incidents as columns, in the order of the analysis."""
        rows = [self._incident(incident, kinds) for incident in self.analysis.incidents]
        return _columns(_INCIDENT_COLUMNS, rows)

    def _incident(self, incident: Incident, kinds: Mapping[str, int]) -> tuple[Any, ...]:
        where, zone, when = incident.where, incident.zone, incident.when
        return (
            self.text(incident.incident_id),
            kinds[incident.kind],
            _day(when.start),
            _day(when.end) if when.end != when.start else 0,
            self.text(when.precision.value),
            self.text(when.text),
            self.text(when.method),
            self.text(incident.assertion.value),
            self.text(incident.summary),
            short(incident.probability),
            self._where(where),
            0 if where is None else int(where.stated),
            0 if where is None else short(where.probability),
            self.text("" if where is None else where.reason),
            0 if where is None else self._alternatives(where.alternatives),
            0
            if zone is None
            else (
                self.text(zone.zone.value),
                self.text(zone.side.value),
                self.text(zone.certainty.value),
                _metres(zone.mdl_distance_m),
                _metres(zone.mdl_distance_min_m),
                _metres(zone.mdl_distance_max_m),
                short(zone.share_inside_dmz),
            ),
            tuple(
                (self.text(a.name), self.text(a.side), self.text(a.role)) for a in incident.actors
            )
            or 0,
            _harm(incident.casualties),
            tuple(self._evidence(piece) for piece in incident.evidence),
            tuple(self._claim(claim) for claim in incident.claims) or 0,
            tuple(self._known(known) for known in incident.known) or 0,
        )

    def _where(self, where: Where | None) -> int:
        if where is None:
            return _NO
        return self.place(where.label, where.position, where.footprint, where.place_id)

    def _when(self, when: When) -> tuple[Any, ...]:
        return (
            _day(when.start),
            _day(when.end) if when.end != when.start else 0,
            self.text(when.precision.value),
            self.text(when.text),
        )

    def _claim(self, claim: Claim) -> tuple[Any, ...]:
        return (
            tuple(self._documents[d] for d in claim.doc_ids if d in self._documents),
            self.text(claim.kind),
            self._when(claim.when),
            self.text(claim.assertion.value),
            _harm(claim.casualties),
            self._where(claim.where),
        )

    def _known(self, known: Known) -> tuple[Any, ...]:
        return (
            *(self.text(text) for text in (known.register, known.entry_id, known.title)),
            self._when(known.when),
            self.text(known.place),
            tuple(self.text(name) for name in known.people),
            _harm(known.casualties),
            *(self.text(text) for text in (known.note, "; ".join(known.sources), known.reason)),
            short(known.probability),
        )

    def _evidence(self, piece: Evidence) -> tuple[Any, ...]:
        """Return ``(document, start, end, url)``, and the words only if they differ."""
        index = self._documents.get(piece.doc_id, _NO)
        if index == _NO:
            return (_NO, 0, 0, piece.url, piece.exact)
        document = self.analysis.documents[index]
        url: Any = piece.url
        if piece.url and document.url and piece.url.startswith(document.url):
            url = (piece.url[len(document.url) :],)  # the rest of the document's own address
        row = (index, self.offset(index, piece.span.start), self.offset(index, piece.span.end), url)
        return row if document.quote(piece.span) == piece.exact else (*row, piece.exact)

    def _alternatives(self, alternatives: Iterable[Alternative]) -> Any:  # noqa: ANN401 - JSON
        rows = tuple(
            (
                self.text(a.name),
                round(a.lon, 5),
                round(a.lat, 5),
                short(a.probability),
                self.text(a.reason),
            )
            for a in alternatives
        )
        return rows or 0

    def mentions(self) -> dict[str, list[Any]]:
        """Return the resolutions as columns, in the order of the analysis."""
        rows = [
            self._mention(resolution)
            for resolution in self.analysis.resolutions
            if resolution.mention.doc_id in self._documents
        ]
        return _columns(_MENTION_COLUMNS, rows)

    def _mention(self, resolution: Resolution) -> tuple[Any, ...]:
        mention, place = resolution.mention, resolution.place
        index = self._documents[mention.doc_id]
        number = _NO
        if resolution.position is not None:
            label = mention.surface if place is None else place.name
            number = self.place(
                label,
                resolution.position,
                resolution.footprint,
                "" if place is None else place.place_id,
            )
        return (
            index,
            self.offset(index, mention.span.start),
            self.offset(index, mention.span.end),
            self.text(mention.kind.value),
            self.text(resolution.status.value),
            number,
            short(resolution.probability),
            self.text(resolution.reason),
            self._alternatives(resolution.alternatives),
            self.text("" if place is None else place.source),
        )

    def problems(self) -> list[list[Any]]:
        """Return problems as rows ``[code, stage, message, document, start, end]``."""
        rows: list[list[Any]] = []
        for problem in self.analysis.problems:
            index = self._documents.get(problem.doc_id, _NO)
            span = [_NO, _NO]
            if problem.span is not None and index != _NO:
                span = [
                    self.offset(index, problem.span.start),
                    self.offset(index, problem.span.end),
                ]
            rows.append([problem.code, problem.stage, problem.message, index, *span])
        for footprint in self._unreadable:
            message = f"cannot draw the footprint {footprint[:80]!r}; its circle is shown instead"
            rows.append(["unreadable_footprint", "render", message, _NO, _NO, _NO])
        return rows


_INCIDENT_COLUMNS = (
    *("id", "kind", "start", "end", "precision", "whenText", "whenMethod", "assertion"),
    *("summary", "probability", "place", "stated", "placeProbability", "placeReason"),
    *("alternatives", "zone", "actors", "casualties", "evidence", "claims", "known"),
)
_MENTION_COLUMNS = (
    *("document", "start", "end", "kind", "status", "place", "probability", "reason"),
    *("alternatives", "source"),
)


def _columns(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    if not rows:
        return {name: [] for name in names}
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def _kind(key: str, style: KindStyle) -> dict[str, str]:
    return {
        "key": key,
        "label": style.label,
        "labelKo": style.label_ko,
        "family": style.family,
        "shape": style.shape,
        "color": style.color,
        "colorDark": style.color_dark or style.color,
    }


def _about(analysis: Analysis) -> dict[str, Any]:
    made_with = analysis.provenance
    return {
        "version": made_with.tool_version,
        "settings": made_with.settings_hash,
        "gazetteer": made_with.gazetteer_version,
        "sha256": dict(sorted(made_with.layers.items())),
        "software": [
            {
                "title": vendor.title,
                "version": vendor.version,
                "licence": vendor.licence,
                "text": vendor.licence_text,
                "url": vendor.url,
            }
            for vendor in load_vendors()
        ],
    }


def _harm(harm: Casualties) -> tuple[int, ...] | int:
    """Return ``(killed, injured, detained)``, ``0`` if nothing is stated."""
    numbers = tuple(_NO if n is None else n for n in (harm.killed, harm.injured, harm.detained))
    return numbers if any(number != _NO for number in numbers) else 0


def _day(day: dt.date | None) -> Any:  # noqa: ANN401 - a string or 0
    return day.isoformat() if day is not None else 0


def _metres(number: float | None) -> int | None:
    return None if number is None else round(number)


def _utf16(text: str) -> list[int]:
    """Return where the characters stand that take two UTF-16 units."""
    if text.isascii() or max(text) <= "\uffff":
        return []
    return [at for at, char in enumerate(text) if char > "\uffff"]
