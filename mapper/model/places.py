"""The nouns of place: what is mentioned, what gazetteers hold, and what was made of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from mapper.errors import InputError
from mapper.model.texts import Span

__all__ = [
    "Alternative",
    "Candidate",
    "Hints",
    "Mention",
    "MentionKind",
    "Place",
    "Position",
    "Relation",
    "Resolution",
    "Status",
]


class MentionKind(StrEnum):
    """How a mention uses the name of a place."""

    LITERAL = "literal"  #: the name stands for the place: "in Paju"
    METONYMIC = "metonymic"  #: the name acts: "Seoul said"
    DEMONYM = "demonym"  #: people or things of a place: "North Korean"
    EMBEDDED = "embedded"  #: part of another name: "Wall Street Journal"
    COREFERENT = "coreferent"  #: a short form: "the South", "the border"
    RELATIVE = "relative"  #: built on an anchor: "12 km north of Paju"


class Status(StrEnum):
    """What became of a mention in resolution."""

    LOCATED = "located"
    AMBIGUOUS = "ambiguous"  #: a best guess with serious alternatives
    ABSTAINED = "abstained"  #: no place; ``reason`` says why


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Where a place lies by another one, as the text words it.

    Attributes
    ----------
    kind
        ``offset`` (a distance, mostly with a direction), ``line_offset`` (a distance from a
        line or belt), ``direction`` (no distance), ``near``, ``off`` (in the water beside),
        ``between``, ``along``, ``section`` (a part of an area, line or front), ``edge``
        (the limit of a line or belt on one side) or ``inside`` (only among ``constraints``).
    anchor
        Span of the anchor's name, or of the landmark's words.
    distance_m, distance_error_m
        Metres, and half the width of what the wording allows ("12 km" is +-500 m); 0 where
        no distance is given.
    bearing_deg
        Degrees clockwise from north; ``None`` when no direction is given.
    bearing_error_deg
        Half the angle that the wording allows: "north" is anything from northwest to
        northeast, +-45 (GBIF Georeferencing Best Practices 2020, table of headings).
    other
        The second anchor of ``between``.
    part
        Of a section or edge: ``west``, ``west_central``, ``north``...
    landmark
        What the anchor is when it is no name: ``front``, ``belt``, ``fence``, ``coast``.
    realm
        ``sea`` or ``land`` when the text says so.
    constraints
        Other relations that hold for the same place: "in the DMZ, 12 km north of Paju".
    """

    kind: str
    anchor: Span
    distance_m: float = 0.0
    distance_error_m: float = 0.0
    bearing_deg: float | None = None
    bearing_error_deg: float = 45.0
    other: Span | None = None
    part: str = ""
    landmark: str = ""
    realm: str = ""
    constraints: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A span of text that denotes a place.

    Attributes
    ----------
    referent
        What to look up when it is not the surface: "South Korea" for "the South" and for
        "South Korean".
    relation
        Only for kind ``relative``; ``span`` then covers the whole expression.
    """

    doc_id: str
    span: Span
    surface: str
    kind: MentionKind
    referent: str = ""
    relation: Relation | None = None

    @property
    def name(self) -> str:
        """The name to look up in a gazetteer."""
        return self.referent or self.surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A point on the ground with an honest error bar.

    Attributes
    ----------
    lon, lat
        Degrees, WGS 84 (EPSG:4326). Keyword-only, because swapping them is the commonest
        bug in mapping code and Leaflet does not complain about it.
    uncertainty_m
        Radius in metres of the circle that should hold the true place; above 0.

    Examples
    --------
    >>> Position(lon=126.677, lat=37.956, uncertainty_m=400).lat
    37.956
    """

    lon: float
    lat: float
    uncertainty_m: float

    def __post_init__(self) -> None:
        if not (-180 <= self.lon <= 180 and -90 <= self.lat <= 90):
            raise InputError(
                f"not a WGS 84 position: lon={self.lon}, lat={self.lat} (are they swapped?)"
            )
        if not (self.uncertainty_m > 0 and math.isfinite(self.uncertainty_m)):
            raise InputError(f"uncertainty_m must be above 0, got {self.uncertainty_m}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An entry of a gazetteer.

    Attributes
    ----------
    place_id
        Stable id: ``core:panmunjom``, ``geonames:1838524``, ``country:KR``.
    names
        Every spelling that is known, the usual English one first.
    feature_code
        GeoNames feature code: ``PPL``, ``ADM2``, ``ISL``, ``PCLI``...
    footprint
        ``layer:NAME`` for a shape of the layer catalogue, or WKT in EPSG:4326; ``None``
        where the circle of ``position`` is all that is known.
    country
        ISO 3166 two-letter code, empty where no country owns it. Never decides a side.
    admin
        Names of the areas it lies in, largest first.
    accuracy_m
        How exact the source's point is, apart from the place's own extent.
    """

    place_id: str
    name: str
    position: Position
    feature_code: str
    names: tuple[str, ...] = ()
    footprint: str | None = None
    country: str = ""
    admin: tuple[str, ...] = ()
    population: int = 0
    source: str = ""
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the user knows about where a text's places lie; it weighs, it never forces.

    Attributes
    ----------
    focus
        ``korea-border`` (the default) or empty for news of anywhere.
    countries
        ISO 3166 two-letter codes of the countries that the text is about.
    bbox
        West, south, east, north in degrees (EPSG:4326); west may be above east across the
        antimeridian.
    """

    focus: str = "korea-border"
    countries: tuple[str, ...] = ()
    bbox: tuple[float, float, float, float] | None = None

    def __post_init__(self) -> None:
        if self.bbox is not None:
            west, south, east, north = self.bbox
            if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south < north <= 90):
                raise InputError(f"not a bounding box (west, south, east, north): {self.bbox}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that a mention may mean, with what speaks for it."""

    place: Place
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A place that lost, kept short for output."""

    place_id: str
    name: str
    lon: float
    lat: float
    probability: float
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What one mention means on the ground.

    Attributes
    ----------
    place
        ``None`` when abstained, and for relative mentions, which have only a shape.
    position
        ``None`` when abstained: an unresolved name is never (0, 0).
    footprint
        As in :class:`Place`; ``None`` means the circle of ``position``.
    probability
        That this is the place meant, 0 to 1.
    reason
        Why this place; Darwin Core's georeferenceRemarks of a relative mention.
    method
        How a relative mention was placed (georeferenceProtocol); empty for names.
    area_km2
        Of a relative mention's footprint, on the ellipsoid; ``None`` for names.
    """

    mention: Mention
    status: Status
    place: Place | None = None
    position: Position | None = None
    footprint: str | None = None
    probability: float = 0.0
    alternatives: tuple[Alternative, ...] = ()
    reason: str = ""
    method: str = ""
    area_km2: float | None = None
