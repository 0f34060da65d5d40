"""How alike two reports are: what speaks for one incident, what against, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from mapper.incidents.reports import Report, link_rules, link_weights, stem
from mapper.model import Assertion, Casualties, Incident, Position, Where, ZoneName

__all__ = ["Verdict", "are_near", "compare", "exclude_each_other", "meters_between"]

_OTHER_PEOPLE = 2.5  # sources differ by a few heads, not by so many times
_COPY_WORDS = 0.8  # of the words of both sentences: the same sentence in two copies
_SLACK_M = 5_000  # two circles that miss each other by less still meet
_WIDE_M = 60_000  # a place wider than that agrees with nearly everything
_CLOCK_MINUTES = 45  # sources give the start, the alarm or the end of one thing


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two reports come to.

    Attributes
    ----------
    veto
        Why they cannot be one, or empty.
    score, needed
        The sum of ``reasons``, and what such a pair needs to be one.
    reasons
        What was weighed, each with its weight.
    """

    veto: str = ""
    score: float = 0.0
    needed: float = 0.0
    reasons: tuple[tuple[str, float], ...] = ()

    @property
    def linked(self) -> bool:
        """Whether the pair by itself is held to be one incident."""
        return not self.veto and self.score >= self.needed


def compare(first: Report, second: Report) -> Verdict:
    """Weigh whether two reports tell of one incident.

    Returns
    -------
    Verdict
        With the reasons, for people to check.
    """
    veto = _veto(first, second)
    if veto:
        return Verdict(veto=veto)
    w = link_weights()
    reasons = [*_kinds(first, second), *_places(first.incident, second.incident)]
    reasons += _harm(first.incident.casualties, second.incident.casualties)
    reasons += _dates(first, second)
    if first.several is not None and second.several is (not first.several):
        reasons.append(("one person against several", w["one_or_several"]))
    if first.clocks and second.clocks:
        reasons.append(("the same time of day", w["clock_agrees"]))
    shared = _shared(first, second)
    if not (first.told and second.told) and not shared:
        shared = [("a date is bounded by publication only", w["guessed_date"])]
    reasons += shared
    widest = max(first.days, second.days)
    needed = w["enough"] if widest <= 31 else w["enough_vague"]
    if math.isinf(widest):
        needed = w["enough_undated"]
    score = round(sum(weight for _, weight in reasons), 3)
    return Verdict(score=score, needed=needed, reasons=tuple(reasons))


def _veto(first: Report, second: Report) -> str:
    one, other = first.incident, second.incident
    if first.doc_ids & second.doc_ids:
        return "one document tells them apart"
    if not are_near(first.family, second.family):
        return f"{one.kind} and {other.kind} are not told for each other"
    planned = Assertion.PLANNED
    if (one.assertion is planned) != (other.assertion is planned):
        return "one is only planned"
    if not _dates_meet(first, second):
        undated = first.start is None or second.start is None
        return "no date, and no rare detail in common" if undated else "the dates do not meet"
    apart = _places_apart(one, other)
    if apart:
        return apart
    if first.clocks and second.clocks and not _clocks_meet(first.clocks, second.clocks):
        return "different times of day"
    if first.separate != second.separate:
        return "one calls itself a separate incident"
    against = exclude_each_other(first.signs | first.traits, second.signs | second.traits)
    if against:
        return f"{against[0]} against {against[1]}".replace("_", " ")
    if first.heads and second.heads:
        few, many = sorted((first.heads, second.heads))
        if many >= _OTHER_PEOPLE * few:
            return f"{few} people against {many}"
    return ""


def are_near(one: str, other: str) -> bool:
    """Say whether two families of kinds may tell one happening in other words."""
    return one == other or sorted((one, other)) in _near_families()


@cache
def _near_families() -> list[list[str]]:
    return [sorted(pair) for pair in link_rules()["near"]["families"]]


def _kinds(first: Report, second: Report) -> Iterable[tuple[str, float]]:
    w, kinds = link_weights(), {first.incident.kind, second.incident.kind}
    if len(kinds) == 1:
        yield "the same kind", w["same_kind"]
    elif first.family != second.family:
        yield f"{first.incident.kind} and {second.incident.kind}", w["near_family"]
    elif sorted(kinds) in [sorted(pair) for pair in link_rules()["near"]["less_alike"]]:
        yield f"{first.incident.kind} and {second.incident.kind}", w["less_alike"]
    else:
        yield f"{first.incident.kind} and {second.incident.kind}", w["same_family"]


def _dates(first: Report, second: Report) -> Iterable[tuple[str, float]]:
    w, widest = link_weights(), max(first.days, second.days)
    if widest == 0:
        next_day = first.start != second.start
        yield ("the next day" if next_day else "the same day"), w["next_day" if next_day else "day"]
    elif widest <= 10:
        yield "days that meet", w["ten_days"]
    elif widest <= 31:
        yield "a month that meets", w["month"]


def _shared(first: Report, second: Report) -> list[tuple[str, float]]:
    w, reasons = link_weights(), []
    if first.source == second.source and _alike(first.said, second.said):
        reasons.append(("copies of one text, with the same words", w["same_copy"]))
    names = first.names & second.names
    if names:
        weight = min(w["names_at_most"], w["name"] * len(names))
        reasons.append(("names: " + ", ".join(sorted(names)), weight))
    words = first.words & second.words - {stem(name) for name in names}
    # Without dates a word is no sign: in a few reports every word is rare.
    if words and not math.isinf(max(first.days, second.days)):
        weight = min(w["words_at_most"], w["word"] * len(words))
        reasons.append(("words: " + ", ".join(sorted(words)), weight))
    signs = first.signs & second.signs
    if signs:
        weight = min(w["details_at_most"], w["detail"] * len(signs))
        reasons.append(("details: " + ", ".join(sorted(signs)).replace("_", " "), weight))
    return reasons


def _alike(first: frozenset[str], second: frozenset[str]) -> bool:
    return len(first & second) >= _COPY_WORDS * len(first | second)


def _dates_meet(first: Report, second: Report) -> bool:
    if first.start is None or second.start is None or first.end is None or second.end is None:
        # Only what few others tell can make an undated report one with another.
        copy = first.source == second.source and _alike(first.said, second.said)
        undated = first.start is None and second.start is None
        return (
            copy
            or bool(first.names & second.names)
            or (undated and bool(first.signs & second.signs))
        )
    if first.start <= second.end and second.start <= first.end:
        return True
    next_day = abs((first.start - second.start).days) == 1
    sure = first.told and second.told and first.days == 0 and second.days == 0
    many = len(first.signs & second.signs) + len(first.names & second.names) >= 2
    return next_day and sure and many


def _places_apart(first: Incident, second: Incident) -> str:
    """Say why two places cannot be one, or return an empty string."""
    a, b = first.where, second.where
    if a is None or b is None:
        return ""
    stated = a.stated and b.stated
    if stated and first.zone and second.zone and _zones_apart(first.zone.zone, second.zone.zone):
        return f"{a.label} and {b.label} lie in different zones"
    if a.place_id and a.place_id == b.place_id:
        return ""
    if _reach(a, b) < 0:
        return f"{a.label} and {b.label} are apart"
    return ""


def _places(first: Incident, second: Incident) -> Iterable[tuple[str, float]]:
    """Weigh two places that do not exclude each other; inherited ones say nothing."""
    a, b, w = first.where, second.where, link_weights()
    if a is None or b is None or not (a.stated and b.stated):
        return
    wide = max(a.position.uncertainty_m, b.position.uncertainty_m) >= _WIDE_M
    if a.place_id and a.place_id == b.place_id:
        yield f"the same place, {a.label}", w["same_wide_place" if wide else "same_place"]
    else:
        yield f"{a.label} meets {b.label}", w["wide_places_meet" if wide else "places_meet"]


def meters_between(a: Position, b: Position) -> float:
    """Return the great-circle distance between two positions, in metres (within 0.5 %)."""
    lat1, lat2 = math.radians(a.lat), math.radians(b.lat)
    dlon = math.radians(b.lon - a.lon)
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(dlon / 2) ** 2
    return 2 * 6_371_009 * math.asin(min(1.0, math.sqrt(h)))


def _reach(a: Where, b: Where) -> float:
    """Return by how many metres two circles overlap; negative when they are apart."""
    radii = a.position.uncertainty_m + b.position.uncertainty_m
    return radii + _SLACK_M - meters_between(a.position, b.position)


def _zones_apart(a: ZoneName, b: ZoneName) -> bool:
    return {a, b} in (
        {ZoneName.OUTSIDE, ZoneName.INSIDE_DMZ},
        {ZoneName.OUTSIDE, ZoneName.JSA},
        {ZoneName.SEA, ZoneName.JSA},
        {ZoneName.SEA, ZoneName.INSIDE_DMZ},
    )


def _harm(a: Casualties, b: Casualties) -> Iterable[tuple[str, float]]:
    w = link_weights()
    for key in ("killed", "injured", "detained"):
        one, other = getattr(a, key), getattr(b, key)
        if one is not None and other is not None:
            agree = one == other
            yield f"{one} and {other} {key}", w["harm_agrees" if agree else "harm_differs"]


def exclude_each_other(first: frozenset[str], second: frozenset[str]) -> tuple[str, str] | None:
    """Return what each tells alone and the other's rules out, or ``None``."""
    only_first, only_second = first - second, second - first
    for a, b in link_rules()["exclude"]["pairs"]:
        if a in only_first and b in only_second and not {a, b} & (first & second):
            return a, b
        if b in only_first and a in only_second and not {a, b} & (first & second):
            return b, a
    return None


def _clocks_meet(first: frozenset[int], second: frozenset[int]) -> bool:
    return any(abs(a - b) <= _CLOCK_MINUTES for a in first for b in second)
