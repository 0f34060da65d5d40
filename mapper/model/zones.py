"""The nouns of the zone check: where a shape lies, on which side, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Certainty", "Shares", "Side", "ZoneCheck", "ZoneName"]


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
