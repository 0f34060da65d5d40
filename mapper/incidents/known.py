"""What registers of documented incidents know of an incident, shown apart from the text.

Reports are linked to entries the way names are linked to a gazetteer: many fit a little, one
must fit well and clearly better than the others, or none is given. A wrong link is worse
than none. Nothing that a text says is changed.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mapper.incidents.compare import are_near, exclude_each_other, meters_between
from mapper.incidents.register import Entry
from mapper.incidents.reports import signs_of
from mapper.incidents.taxonomy import load_taxonomy
from mapper.model import Assertion, Incident, Known

__all__ = ["Register", "consult"]

# Points, set by hand on the half "seen" of tests/data/dispatches. The chance that a link is
# right is the logistic of the sum over _EVEN; what is below _ENOUGH is not linked.
_NAME = 4.0
_DAY, _FEW_DAYS, _MONTH = 2.0, 1.5, 1.0
_SAME_KIND, _SAME_FAMILY, _NEAR_FAMILY = 1.0, 0.5, -0.5
_SAME_PLACE, _PLACES_MEET, _WIDE_PLACES_MEET = 1.5, 1.0, 0.3
_DETAIL, _DETAILS_AT_MOST = 1.0, 2.0
_HARM_AGREES, _HARM_DIFFERS = 0.5, -0.5
_EVEN, _ENOUGH = 2.2, 3.2
_CLEAR_BY = 1.0  # so much better than the next entry
_WIDE_M = 60_000
_SLACK_M = 5_000
_WIDE_DAYS = 62  # entries longer than that are looked at for every date
_LATIN = re.compile(r"[\s’'‘`-]+")
# "Like Oh Chong-song before him": the sentence tells of another incident.
_COMPARED = re.compile(r"\b(?:like|unlike|since|after|than|as|following)\s+(?:[\w-]+\s+){0,3}$")


@dataclass(frozen=True, slots=True)
class _Fit:
    entry: Entry
    score: float
    reasons: tuple[str, ...]

    @property
    def probability(self) -> float:
        return round(1 / (1 + math.exp(_EVEN - self.score)), 3)


class Register:
    """Entries of one or more registers, ready to be asked.

    Parameters
    ----------
    entries
        Of any number of registers.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = tuple(entries)
        self._months: dict[int, list[Entry]] = {}
        self._long: list[Entry] = []
        self._named: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if (entry.end - entry.start).days > _WIDE_DAYS:
                self._long.append(entry)
            else:
                for month in range(_month(entry.start), _month(entry.end) + 1):
                    self._months.setdefault(month, []).append(entry)
            for name in (*entry.people, *entry.names):
                self._named.setdefault(_fold(name), []).append(entry)
        self._pattern = _any_of(self._named)

    def __len__(self) -> int:
        return len(self.entries)

    def near(self, start: dt.date, end: dt.date) -> list[Entry]:
        """Return the entries whose days, give or take one, meet the interval."""
        first, last = start - dt.timedelta(1), end + dt.timedelta(1)
        months = range(_month(first), _month(last) + 1)
        if len(months) > len(self._months):
            found: Iterable[Entry] = self.entries
        else:
            found = [e for month in months for e in self._months.get(month, ())] + self._long
        unique = {(e.register, e.entry_id): e for e in found}
        return [e for e in unique.values() if e.start <= last and first <= e.end]

    def named(self, text: str) -> Mapping[tuple[str, str], tuple[Entry, str]]:
        """Return the entries that a passage names, with the words, by register and id."""
        if self._pattern is None:
            return {}
        folded = _fold(text)
        found: dict[tuple[str, str], tuple[Entry, str]] = {}
        for match in self._pattern.finditer(folded):
            if _COMPARED.search(folded[: match.start()]):
                continue
            for entry in self._named[match[0]]:
                spelled = (*entry.people, *entry.names)
                said = next(name for name in spelled if _fold(name) == match[0])
                found.setdefault((entry.register, entry.entry_id), (entry, said))
        return found


def consult(incidents: Sequence[Incident], register: Register) -> tuple[Incident, ...]:
    """Add to each incident what the register knows of it, if it surely means this one.

    Parameters
    ----------
    incidents
        After linking.
    register
        Entries to choose from.

    Returns
    -------
    tuple of Incident
        Same length and order; only ``known`` is filled in. Of two incidents of one document
        that fit the same entry, only the better one gets it.

    Notes
    -----
    Kind, days and place must be compatible. A dated incident needs day, kind and place or a
    detail that agree; one dated to a month or a year needs more of the rest; one without a
    date is linked by a name only that the entry alone has. Planned incidents are not linked.
    """
    best = [_best(incident, register) for incident in incidents]
    holders: dict[tuple[str, str, str], list[int]] = {}
    for number, (incident, fit) in enumerate(zip(incidents, best, strict=True)):
        if fit is not None:
            for doc_id in {e.doc_id for e in incident.evidence}:
                key = (doc_id, fit.entry.register, fit.entry.entry_id)
                holders.setdefault(key, []).append(number)
    lost: set[int] = set()
    for numbers in holders.values():
        if len(numbers) > 1:
            scores = {n: fit.score for n in numbers if (fit := best[n]) is not None}
            top = max(scores.values())
            winners = [n for n in numbers if scores[n] == top]
            lost |= set(numbers) - set(winners if len(winners) == 1 else ())
    return tuple(
        replace(incident, known=(_known(fit),)) if fit is not None and n not in lost else incident
        for n, (incident, fit) in enumerate(zip(incidents, best, strict=True))
    )


def _best(incident: Incident, register: Register) -> _Fit | None:
    if incident.assertion is Assertion.PLANNED:
        return None
    text = " ".join(evidence.exact for evidence in incident.evidence)
    named = register.named(text)
    when = incident.when
    entries = [entry for entry, _ in named.values()]
    if when.start is not None and when.end is not None:
        entries += register.near(when.start, when.end)
    unique = {(e.register, e.entry_id): e for e in entries}
    signs = signs_of(text)
    fits = []
    for key, entry in unique.items():
        fit = _fit(incident, signs, entry, said=named[key][1] if key in named else "")
        if fit is not None:
            fits.append(fit)
    fits.sort(key=lambda fit: (-fit.score, fit.entry.register, fit.entry.entry_id))
    if not fits or fits[0].score < _ENOUGH:
        return None
    if len(fits) > 1 and fits[0].score - fits[1].score < _CLEAR_BY:
        return None  # two entries fit: neither is given
    return fits[0]


def _fit(incident: Incident, signs: frozenset[str], entry: Entry, *, said: str) -> _Fit | None:
    """Weigh an entry, or return ``None`` when something rules it out."""
    parts = (
        _kind_fits(incident, entry),
        _days_fit(incident, entry, named=bool(said)),
        _place_fits(incident, entry),
    )
    if any(part is None for part in parts) or exclude_each_other(signs, entry.details):
        return None
    reasons = [part for part in parts if part is not None]
    if said:
        reasons.append((f"name {said}", _NAME))
    shared = signs & entry.details
    if shared:
        words = ", ".join(sorted(shared)).replace("_", " ")
        reasons.append((f"details: {words}", min(_DETAILS_AT_MOST, _DETAIL * len(shared))))
    for key in ("killed", "injured"):
        one, other = getattr(incident.casualties, key), getattr(entry.casualties, key)
        if one and other:
            weight = _HARM_AGREES if one == other else _HARM_DIFFERS
            reasons.append((f"{one} and {other} {key}", weight))
    score = sum(weight for _, weight in reasons)
    return _Fit(entry, round(score, 3), tuple(reason for reason, weight in reasons if weight > 0))


def _kind_fits(incident: Incident, entry: Entry) -> tuple[str, float] | None:
    taxonomy = load_taxonomy()
    if incident.kind in entry.kinds:
        # A table that leaves many kinds open says little by holding this one.
        return "kind", _SAME_KIND if len(entry.kinds) <= 4 else _SAME_FAMILY
    family = taxonomy[incident.kind].family
    families = [taxonomy[kind].family for kind in entry.kinds]
    if family in families:
        return "family of kinds", _SAME_FAMILY
    if any(are_near(family, other) for other in families):
        return "near kinds", _NEAR_FAMILY
    return None


def _days_fit(incident: Incident, entry: Entry, *, named: bool) -> tuple[str, float] | None:
    start, end = incident.when.start, incident.when.end
    if start is None or end is None:
        return ("no date", 0.0) if named else None
    if start > entry.end or entry.start > end:
        return None
    widest = max((end - start).days, (entry.end - entry.start).days)
    if widest == 0:
        return "day", _DAY
    if widest <= 3:
        return "days", _FEW_DAYS
    return ("month", _MONTH) if widest <= 31 else ("year", 0.0)


def _place_fits(incident: Incident, entry: Entry) -> tuple[str, float] | None:
    where = incident.where
    if where is None or entry.position is None:
        return "no place", 0.0
    if where.place_id and where.place_id == entry.place_id:
        wide = where.position.uncertainty_m >= _WIDE_M
        return f"place {entry.place}", _WIDE_PLACES_MEET if wide else _SAME_PLACE
    radii = where.position.uncertainty_m + entry.position.uncertainty_m
    if radii + _SLACK_M < meters_between(where.position, entry.position):
        return None
    if not where.stated:
        return "no place", 0.0
    wide = max(where.position.uncertainty_m, entry.position.uncertainty_m) >= _WIDE_M
    return f"place {entry.place}", _WIDE_PLACES_MEET if wide else _PLACES_MEET


def _known(fit: _Fit) -> Known:
    entry = fit.entry
    return Known(
        register=entry.register,
        entry_id=entry.entry_id,
        kind=entry.kinds[0],
        title=entry.title,
        when=entry.when,
        sources=entry.sources,
        probability=fit.probability,
        reason="; ".join(fit.reasons),
        place=entry.place,
        place_id=entry.place_id,
        position=entry.position,
        people=entry.people,
        casualties=entry.casualties,
        note=entry.note,
    )


def _month(day: dt.date) -> int:
    return day.year * 12 + day.month


def _fold(text: str) -> str:
    return _LATIN.sub(" ", text).casefold()


def _any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    """Make a pattern for whole names, the longest first; particles follow Hangul."""
    parts = [
        rf"(?<![가-힣\w]){re.escape(n)}" + ("" if re.search("[가-힣]$", n) else r"(?!\w)")
        for n in sorted(names, key=lambda n: (-len(n), n))
        if len(n) > 1
    ]
    return re.compile("|".join(parts)) if parts else None
