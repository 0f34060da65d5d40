"""The nouns that flow through the pipeline.

Every stage takes and returns these frozen values and nothing else. The module needs only
the standard library, so a value can be made, pickled and compared anywhere.
Coordinates are degrees in WGS 84 (EPSG:4326), always ``lon`` before ``lat`` and always by
keyword; lengths are metres; offsets are code points of ``document.text``, half-open.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mapper.errors import InputError

__all__ = [
    "Actor",
    "Alternative",
    "Analysis",
    "Assertion",
    "Candidate",
    "Casualties",
    "Certainty",
    "Claim",
    "Count",
    "Document",
    "Evidence",
    "Hints",
    "Incident",
    "Known",
    "Mention",
    "MentionKind",
    "Place",
    "Position",
    "Precision",
    "Problem",
    "Provenance",
    "Relation",
    "Resolution",
    "Shares",
    "Side",
    "Span",
    "Status",
    "When",
    "Where",
    "ZoneCheck",
    "ZoneName",
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


class ZoneName(StrEnum):
    """Where a shape lies relative to the DMZ. The JSA wins over the DMZ."""

    JSA = "jsa"
    INSIDE_DMZ = "inside_dmz"
    NORTH_OF_DMZ = "north_of_dmz"
    SOUTH_OF_DMZ = "south_of_dmz"
    SEA = "sea"
    OUTSIDE = "outside_korea"
    UNKNOWN = "unknown"


class Side(StrEnum):
    """On which side of the Military Demarcation Line (MDL) a shape lies."""

    NORTH = "north"
    SOUTH = "south"
    STRADDLES = "straddles"  #: the shape reaches the line
    UNKNOWN = "unknown"  #: beyond the ends of the line, where a side means nothing


class Certainty(StrEnum):
    """How sure ``ZoneCheck.zone`` is, given the whole uncertainty shape."""

    CERTAIN = "certain"  #: all of the shape is in the zone
    POSSIBLE = "possible"  #: some of it is
    EXCLUDED = "excluded"  #: none of it is (of a zone that was asked about)


class Assertion(StrEnum):
    """How the text puts an incident forward."""

    ASSERTED = "asserted"
    DENIED = "denied"
    PLANNED = "planned"
    HISTORICAL = "historical"  #: background, not the news of the day
    ALLEGED = "alleged"


class Precision(StrEnum):
    """How exactly a :class:`When` is known."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    RANGE = "range"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points of a document's text.

    Examples
    --------
    >>> "Shots near Paju"[Span(11, 15).slice]
    'Paju'
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise InputError(f"not a span: [{self.start}, {self.end})")

    @property
    def slice(self) -> slice:
        """The span as a slice of ``document.text``."""
        return slice(self.start, self.end)

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Say whether the two spans share at least one code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Say whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text, frozen when it was read: nothing may change ``text`` afterwards.

    Make one with :func:`mapper.text.make_document`, which cleans the text once, hashes it,
    splits it into sentences and flags its boilerplate.

    Attributes
    ----------
    doc_id
        Hash of the content.
    label
        The id the user knows it by: the file's stem, or the ``id`` of a table row.
    published
        The day of publication; ``None`` when the source does not say.
    language
        Two-letter code: ``en`` or ``ko``.
    sentences
        Spans in reading order; they never overlap and never cross a line break that ends
        a paragraph.
    boilerplate
        The sentences that are comment forms, donation appeals, menus: kept, never deleted.
    """

    doc_id: str
    text: str
    label: str = ""
    title: str = ""
    url: str = ""
    publisher: str = ""
    published: dt.date | None = None
    language: str = "en"
    sentences: tuple[Span, ...] = ()
    boilerplate: tuple[Span, ...] = ()

    def quote(self, span: Span) -> str:
        """Return the characters of ``span``."""
        return self.text[span.start : span.end]

    def sentence_at(self, span: Span) -> Span:
        """Return the sentence that holds the start of ``span`` (or ``span`` itself)."""
        for sentence in self.sentences:
            if sentence.start <= span.start < sentence.end:
                return sentence
        return span

    def is_boilerplate(self, span: Span) -> bool:
        """Say whether ``span`` touches a passage flagged as boilerplate."""
        return any(span.overlaps(flagged) for flagged in self.boilerplate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Where a place lies by another one, as the text words it.

    Attributes
    ----------
    kind
        ``offset`` (a distance, mostly with a direction), ``line_offset`` (a distance from a
        line or belt), ``direction`` (no distance), ``near``, ``off`` (in the water beside),
        ``between``, ``along``, ``section`` (a part of an area, line or front) or ``inside``
        (only among ``constraints``).
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
        Of a section: ``west``, ``west_central``, ``north``...
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How much of a shape lies in each zone: shares of its area, 0 to 1.

    Of a line it is the share of the length, of points the share of their number. All but
    ``jsa``, which is a part of ``inside_dmz``, add up to 1. Where nothing is known of the
    true place but the shape, a share is the probability that it lies in the zone.
    """

    inside_dmz: float = 0.0
    jsa: float = 0.0
    north_of_dmz: float = 0.0
    south_of_dmz: float = 0.0
    sea: float = 0.0
    outside_korea: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneCheck:
    """Where a shape lies relative to the DMZ and the MDL.

    Attributes
    ----------
    certainty
        ``certain`` when all of the shape is in the zone, by more than the accuracy of the
        layers where they limit the zone; else ``possible``.
    mdl_distance_m
        Geodesic metres from the shape's centre to the MDL: positive north of it, negative
        south of it; unsigned (positive) where the side is unknown. ``None`` when there is
        no position.
    mdl_distance_min_m, mdl_distance_max_m
        Least and greatest distance over the shape, same sign rule.
    share_inside_dmz
        Share of the shape's area inside the DMZ, 0 to 1.
    shares
        The same for every zone; ``None`` when they were not asked for.
    on_line
        The centre is within the accuracy of the MDL's layer of the MDL: the side is the
        likelier one and no more.
    nll_side
        Of the Northern Limit Line, for a shape at sea: ``north`` is above it.
    nll_distance_m
        Geodesic metres from the centre to it, positive above; ``None`` on land.
    neutral_waters
        Whether the shape is in the Han River estuary, which is open to both sides.
    civilian_control
        Whether it is behind the Civilian Control Line: ``possible`` or ``excluded``, never
        ``certain``, because only an upper bound of that area is public.
    """

    zone: ZoneName
    side: Side
    certainty: Certainty
    mdl_distance_m: float | None = None
    mdl_distance_min_m: float | None = None
    mdl_distance_max_m: float | None = None
    share_inside_dmz: float = 0.0
    shares: Shares | None = None
    on_line: bool = False
    nll_side: Side = Side.UNKNOWN
    nll_distance_m: float | None = None
    neutral_waters: Certainty = Certainty.EXCLUDED
    civilian_control: Certainty = Certainty.EXCLUDED


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A closed interval of days, as exact as the text allows.

    Attributes
    ----------
    start, end
        First and last possible day; both ``None`` when the text does not say.
    text
        The words it was read from.
    method
        ``absolute``, ``relative_to_publication``, ``relative_to_incident``, or why it is
        unknown. The publication date is never passed off as the date of an incident.
    """

    start: dt.date | None = None
    end: dt.date | None = None
    precision: Precision = Precision.UNKNOWN
    text: str = ""
    method: str = ""

    def __post_init__(self) -> None:
        if (self.start is None) != (self.end is None):
            raise InputError("When needs both ends or none")
        if self.start is not None and self.end is not None and self.start > self.end:
            raise InputError(f"When ends before it starts: {self.start} > {self.end}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The place of an incident.

    Attributes
    ----------
    label
        The place's usual name, or the words of a relative expression.
    stated
        False when the place is not in the evidence but inherited from the document.
    mention
        The span, in the document of the first evidence, that names it.
    """

    label: str
    position: Position
    place_id: str = ""
    footprint: str | None = None
    stated: bool = True
    mention: Span | None = None
    probability: float = 1.0
    alternatives: tuple[Alternative, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who takes part in an incident."""

    name: str
    side: str = ""  #: "north", "south", or empty
    role: str = ""  #: "initiator", "target", or empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Casualties:
    """What a text says of harm to people; ``None`` is not stated, 0 is stated none.

    Attributes
    ----------
    killed, injured, detained
        The number stated; of a range, its least.
    killed_low, killed_high and so on
        The least and the most that the words allow, where they give a range: "at least
        five" has a least alone, "up to five" a most. Both are ``None`` of a plain number.
    """

    killed: int | None = None
    injured: int | None = None
    detained: int | None = None
    killed_low: int | None = None
    killed_high: int | None = None
    injured_low: int | None = None
    injured_high: int | None = None
    detained_low: int | None = None
    detained_high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many of something a text counts: 200 rounds, 310 balloons."""

    number: int
    unit: str  #: in English, as the number asks for: "rounds", "balloons", of one "round"
    text: str  #: the words


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The exact words a claim rests on (W3C TextQuoteSelector and TextPositionSelector).

    Attributes
    ----------
    url
        The document's URL with a text fragment that opens these words, or empty.
    trigger, time, place
        Inside ``span``: the words that tell of it, say when and say where; ``None`` where
        these words do not.
    actors
        Inside ``span``: the words that name who takes part.
    """

    doc_id: str
    span: Span
    exact: str
    prefix: str = ""
    suffix: str = ""
    url: str = ""
    trigger: Span | None = None
    time: Span | None = None
    place: Span | None = None
    actors: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one source says of an incident that several sources tell of.

    Attributes
    ----------
    doc_ids
        One document, or the copies of one text: together they are one source.
    reports
        Ids that these documents' own incidents had before linking; an analyst's file of
        links names them.
    when, casualties, assertion
        As this source has them: sources that disagree stand side by side.
    where
        The place that this source gives; ``None`` when it gives none.
    """

    doc_ids: tuple[str, ...]
    reports: tuple[str, ...]
    kind: str
    when: When
    assertion: Assertion
    casualties: Casualties = field(default_factory=Casualties)
    where: Where | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a register of documented incidents says of an incident: never the text's words.

    Attributes
    ----------
    register, entry_id
        Which register, and which of its entries.
    title
        One line that tells the entry.
    people
        Names of persons, the usual spelling first.
    position
        ``None`` when the register does not place it.
    sources
        Where the register has it from.
    note
        On what the register's sources disagree.
    probability, reason
        That this is the incident meant, 0 to 1, and what speaks for it.
    """

    register: str
    entry_id: str
    kind: str
    title: str
    when: When
    sources: tuple[str, ...]
    probability: float
    reason: str
    place: str = ""
    place_id: str = ""
    position: Position | None = None
    people: tuple[str, ...] = ()
    casualties: Casualties = field(default_factory=Casualties)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that happened, as one or more documents tell it.

    Attributes
    ----------
    incident_id
        Hash of kind and evidence: the same input gives the same id.
    kind
        Key of the taxonomy in ``mapper/incidents/taxonomy.toml``.
    where, zone
        ``None`` when no place could be given; a :class:`Problem` then says why.
    summary
        Generated from the parts, not a quotation.
    evidence
        The best statement first. Claims stay per source.
    probability
        That a careful reader would code this as an incident, 0 to 1.
    kind_probability
        That it is of this kind rather than of another, 0 to 1.
    counts
        What the text counts, in reading order.
    claims
        One for each source when several documents tell of it; empty otherwise.
    known
        What registers of documented incidents add; no text is changed by it.
    """

    incident_id: str
    kind: str
    when: When
    assertion: Assertion
    evidence: tuple[Evidence, ...]
    where: Where | None = None
    zone: ZoneCheck | None = None
    actors: tuple[Actor, ...] = ()
    casualties: Casualties = field(default_factory=Casualties)
    summary: str = ""
    probability: float = 1.0
    kind_probability: float = 1.0
    counts: tuple[Count, ...] = ()
    claims: tuple[Claim, ...] = ()
    known: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that could not be read, found, placed or dated: data, not an exception.

    Attributes
    ----------
    code
        Short key, described in ``docs/reference/problems.md``.
    stage
        ``read``, ``recognize``, ``resolve``, ``check``, ``extract`` or ``link``.
    """

    code: str
    stage: str
    message: str
    doc_id: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What an analysis was made with."""

    tool_version: str = ""
    settings_hash: str = ""
    gazetteer_version: str = ""
    layers: Mapping[str, str] = field(default_factory=dict)  #: layer name -> sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """Everything that was found in a set of documents."""

    documents: tuple[Document, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    incidents: tuple[Incident, ...] = ()
    problems: tuple[Problem, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions of all documents, in reading order."""
        return tuple(resolution.mention for resolution in self.resolutions)

    def document(self, doc_id: str) -> Document:
        """Return the document with this id, or raise ``InputError``."""
        for document in self.documents:
            if document.doc_id == doc_id:
                return document
        raise InputError(f"no document {doc_id!r} in this analysis")
