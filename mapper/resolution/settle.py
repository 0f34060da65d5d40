"""Turn the weighed meanings of a name into the resolution of a mention."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

from mapper.gazetteer import Entry, Gazetteer
from mapper.model import Alternative, Mention, Resolution, Status
from mapper.resolution.candidates import Meaning, Name
from mapper.resolution.weights import weights

__all__ = ["reliable", "settle"]

_WORTH_TELLING = 0.02  # probability
_DECIDES = 0.7  # points: twice as likely
_MOST_REASONS = 4
_OUTRIGHT = ("named_area", "told_area", "is_area", "hinted_country", "hinted_box")


def settle(mention: Mention, name: Name, gazetteer: Gazetteer) -> Resolution:
    """Choose the likeliest meaning and keep the serious others as alternatives."""
    if name.answer is None:
        name.answer = _answer(mention, name, gazetteer)
    answer = name.answer
    if answer.mention is mention:
        return answer
    return Resolution(  # in full, for that is three times as fast as replacing one field
        mention=mention,
        status=answer.status,
        place=answer.place,
        position=answer.position,
        footprint=answer.footprint,
        probability=answer.probability,
        alternatives=answer.alternatives,
        reason=answer.reason,
    )


def _answer(mention: Mention, name: Name, gazetteer: Gazetteer) -> Resolution:
    if not name.meanings:
        return Resolution(mention=mention, status=Status.ABSTAINED, reason=name.why_none)
    status = weights()
    best, *others = name.meanings
    probability = reliable(best.probability)
    place = gazetteer.place_of(best.entry)
    rest = sum(meaning.probability for meaning in others) or 1.0
    alternatives = []
    for meaning in others[: status.alternatives]:
        if meaning.probability < _WORTH_TELLING:
            continue
        other = gazetteer.place_of(meaning.entry)
        alternatives.append(
            Alternative(
                place_id=other.place_id,
                name=", ".join([other.name, *reversed(other.admin)]),
                lon=other.position.lon,
                lat=other.position.lat,
                # what the best one leaves, shared as the raw probabilities are; some of it
                # is for places that are in no gazetteer
                probability=round(
                    min(probability, (1 - probability) * meaning.probability / rest), 4
                ),
                reason=_reason(meaning, best),
            )
        )
    told = best.features.get("named_area") or best.features.get("told_area")
    twin = not told and any(
        _twins(best.entry, meaning.entry) and meaning.probability >= status.twin
        for meaning in others
    )
    located = probability >= status.located and not twin
    return Resolution(
        mention=mention,
        status=Status.LOCATED if located else Status.AMBIGUOUS,
        place=place,
        position=place.position,
        footprint=place.footprint,
        probability=round(probability, 4),
        alternatives=tuple(alternatives),
        reason=_reason(best, others[0] if others else None),
    )


def reliable(probability: float) -> float:
    """Return how often an answer of this raw probability was right.

    Examples
    --------
    >>> reliable(0.0) <= reliable(0.5) <= reliable(1.0) <= 1.0
    True
    """
    points = weights().reliability
    at = min(bisect_right(points, (probability, 2.0)), len(points) - 1)
    (x0, y0), (x1, y1) = points[at - 1], points[at]
    share = (probability - x0) / (x1 - x0) if x1 > x0 else 1.0
    return y0 + (y1 - y0) * min(max(share, 0.0), 1.0)


def _twins(a: Entry, b: Entry) -> bool:
    """Say whether two border places share a name across the border."""
    return a.tier == b.tier == "core" and a.country != b.country


def _reason(meaning: Meaning, rival: Meaning | None) -> str:
    """Say in plain words what speaks for a meaning, the strongest first.

    Measured against the rival: what both have alike decides nothing. But what the text or the
    user says outright is told even where the rival has it too.
    """
    told, features = _told_weights(), meaning.features
    against = rival.features if rival is not None else {}
    gains = [
        (-told[feature] * (value - against.get(feature, 0.0)), feature)
        if feature not in _OUTRIGHT
        else (-told[feature] * value, feature)
        for feature, value in features.items()
        if feature in told
    ]
    gains.sort()
    parts = [_told(feature, meaning) for loss, feature in gains if -loss >= _DECIDES]
    if not parts:
        parts = [_told(feature, meaning) for _, feature in gains[:1]]
    if rival is None:
        parts.insert(0, "the only place of that name in the gazetteer")
    return "; ".join(parts[:_MOST_REASONS]) or "the best of several"


@cache
def _told_weights() -> dict[str, float]:
    """Return the weights of the features that a reason may tell of."""
    learned = weights().learned
    return {feature: learned.get(feature, 0.0) for feature in weights().said}


def _told(feature: str, meaning: Meaning) -> str:
    if feature == "tenfold":
        return f"population {meaning.entry.population:,}"
    return weights().said[feature]
