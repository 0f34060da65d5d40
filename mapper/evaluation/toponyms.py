"""Recognition and resolution of toponyms, scored as the field scores them.

A recognized span is right when a gold span has the same ends. Resolution is scored by the
distance to the gold point: within 161 km (100 miles) is right, as in most of the literature;
a toponym without an answer is wrong ("strict"). End to end a prediction is right when it
overlaps a gold toponym, one to one, and lies within 161 km of it.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mapper.evaluation.gold import GoldToponym, ToponymText
from mapper.model import Span

__all__ = ["NEAR_KM", "Answer", "ToponymScores", "distance_km", "f1", "matched", "score_toponyms"]

NEAR_KM = 161.0
_EARTH_KM = 6371.0088  # mean radius (IUGG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A predicted span and its point; coordinates are ``None`` when there is no place."""

    span: Span
    lon: float | None = None
    lat: float | None = None
    probability: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ToponymScores:
    """Counts of one run over a corpus, and what follows from them.

    Attributes
    ----------
    wanted, predicted, exact
        Gold spans, predicted spans, predicted spans with the ends of a gold one.
    located
        Gold spans with coordinates; only they count below.
    near
        Of these, answered within 161 km.
    placed
        Predictions with coordinates, but for those on gold spans without.
    errors_km
        Distances of the answered ones.
    """

    wanted: int
    predicted: int
    exact: int
    located: int
    near: int
    placed: int
    errors_km: tuple[float, ...]

    @property
    def precision(self) -> float:
        """Share of the predicted spans that are exactly right."""
        return _share(self.exact, self.predicted)

    @property
    def recall(self) -> float:
        """Share of the gold spans that were found exactly."""
        return _share(self.exact, self.wanted)

    @property
    def recognition_f1(self) -> float:
        """Harmonic mean of precision and recall of exact spans."""
        return f1(self.precision, self.recall)

    @property
    def accuracy(self) -> float:
        """Share of the gold toponyms with coordinates answered within 161 km."""
        return _share(self.near, self.located)

    @property
    def end_to_end_precision(self) -> float:
        """Share of the predicted points that are right."""
        return _share(self.near, self.placed)

    @property
    def end_to_end_f1(self) -> float:
        """Harmonic mean of end-to-end precision and of :attr:`accuracy`, its recall."""
        return f1(self.end_to_end_precision, self.accuracy)

    @property
    def median_km(self) -> float | None:
        """Median error of the answered ones, in kilometres."""
        return statistics.median(self.errors_km) if self.errors_km else None


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean of two shares; 0 when both are."""
    return _share(2 * precision * recall, precision + recall)


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the great-circle distance of two (lon, lat) points in kilometres.

    Examples
    --------
    >>> round(distance_km((126.98, 37.57), (125.75, 39.03)))
    195
    """
    (lon_a, lat_a), (lon_b, lat_b) = ([math.radians(x) for x in point] for point in (a, b))
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def matched(gold: Sequence[Span], answers: Sequence[Span]) -> dict[int, int]:
    """Pair gold spans with answers one to one, those that share the greatest part first.

    Returns
    -------
    dict
        Index of the gold span to index of the answer.
    """
    pairs = []
    for i, wanted in enumerate(gold):
        for j, given in enumerate(answers):
            common = min(wanted.end, given.end) - max(wanted.start, given.start)
            if common > 0:
                union = max(wanted.end, given.end) - min(wanted.start, given.start)
                pairs.append((-common / union, -common, wanted.start, i, j))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for *_, i, j in sorted(pairs):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return found


def score_toponyms(
    texts: Iterable[ToponymText], answers: Mapping[str, Sequence[Answer]]
) -> ToponymScores:
    """Score answers to a corpus.

    Parameters
    ----------
    answers
        By ``text_id``; a text without answers has found nothing.
    """
    counts = [_score_text(text.toponyms, answers.get(text.text_id, ())) for text in texts]

    def total(key: str) -> int:
        return sum(getattr(count, key) for count in counts)

    return ToponymScores(
        wanted=total("wanted"),
        predicted=total("predicted"),
        exact=total("exact"),
        located=total("located"),
        near=total("near"),
        placed=total("placed"),
        errors_km=tuple(error for count in counts for error in count.errors_km),
    )


def _score_text(toponyms: Sequence[GoldToponym], given: Sequence[Answer]) -> ToponymScores:
    gold = [toponym for toponym in toponyms if not toponym.ignored]
    answers: list[Answer] = []
    for answer in given:  # a span that is given twice counts once
        if len(answer.span) and all(answer.span != other.span for other in answers):
            answers.append(answer)
    pairs = matched([toponym.span for toponym in gold], [answer.span for answer in answers])
    ends = {toponym.span for toponym in gold}
    # An answer on an ignored span that meets no gold one is nobody's business.
    spared = _on_ignored(toponyms, answers) - set(pairs.values())
    silent = set()  # answers on gold spans whose point nobody knows
    errors = []
    for i, toponym in enumerate(gold):
        j = pairs.get(i)
        if j is None:
            continue
        if toponym.lon is None or toponym.lat is None:
            silent.add(j)
            continue
        lon, lat = answers[j].lon, answers[j].lat
        if lon is not None and lat is not None:
            errors.append(distance_km((toponym.lon, toponym.lat), (lon, lat)))
    return ToponymScores(
        wanted=len(gold),
        predicted=sum(a.span in ends or j not in spared for j, a in enumerate(answers)),
        exact=sum(answer.span in ends for answer in answers),
        located=sum(toponym.lat is not None for toponym in gold),
        near=sum(error <= NEAR_KM for error in errors),
        placed=sum(
            answer.lat is not None and j not in spared | silent for j, answer in enumerate(answers)
        ),
        errors_km=tuple(errors),
    )


def _on_ignored(toponyms: Sequence[GoldToponym], answers: Sequence[Answer]) -> set[int]:
    ignored = [toponym.span for toponym in toponyms if toponym.ignored]
    return {j for j, a in enumerate(answers) if any(a.span.overlaps(span) for span in ignored)}
