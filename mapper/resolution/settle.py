"""Turn the weighed meanings of a name into the resolution of a mention."""

from __future__ import annotations

from mapper.gazetteer import Gazetteer
from mapper.model import Alternative, Mention, Resolution, Status
from mapper.resolution.candidates import Name, weights

__all__ = ["settle"]

_WORTH_TELLING = 0.03  # probability


def settle(mention: Mention, name: Name, gazetteer: Gazetteer) -> Resolution:
    """Choose the likeliest meaning and keep the serious others as alternatives."""
    if not name.meanings:
        return Resolution(mention=mention, status=Status.ABSTAINED, reason=name.why_none)
    status = weights()["status"]
    best = name.meanings[0]
    place = gazetteer.place_of(best.entry)
    others = []
    for meaning in name.meanings[1 : 1 + int(status["alternatives"])]:
        if meaning.probability < _WORTH_TELLING:
            continue
        other = gazetteer.place_of(meaning.entry)
        others.append(
            Alternative(
                place_id=other.place_id,
                name=", ".join([other.name, *reversed(other.admin)]),
                lon=other.position.lon,
                lat=other.position.lat,
                probability=round(meaning.probability, 4),
                reason="; ".join(meaning.reasons),
            )
        )
    located = best.probability >= status["located"]
    return Resolution(
        mention=mention,
        status=Status.LOCATED if located else Status.AMBIGUOUS,
        place=place,
        position=place.position,
        footprint=place.footprint,
        probability=round(min(best.probability, 1.0), 4),
        alternatives=tuple(others),
        reason="; ".join(best.reasons),
    )
