"""Everything that is told of one corpus, from the answers to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from mapper.evaluation.annotated import score_documents
from mapper.evaluation.calibration import reliability
from mapper.evaluation.gold import AnnotatedCorpus, ToponymCorpus, ToponymText
from mapper.evaluation.report import Report
from mapper.evaluation.toponyms import NEAR_KM, Answer, distance_km, matched, score_toponyms
from mapper.model import Analysis, Span

__all__ = ["report_documents", "report_toponyms"]

_CONTEXT = 30  # characters shown on each side of a mistake

_Answers = Mapping[str, Sequence[Answer]]


def report_toponyms(
    corpus: ToponymCorpus,
    found: _Answers,
    given: _Answers,
    *,
    kinds: str,
    is_country: Callable[[str, float, float], bool],
    mb_per_cpu_s: float,
) -> Report:
    """Score the answers to a corpus of lines.

    Parameters
    ----------
    found
        By text: what was recognized and resolved.
    given
        By text: the gold spans, resolved.
    kinds
        What ``found`` holds: ``places``, ``all`` or kinds of mention.
    is_country
        Says of a name, longitude and latitude whether they mean a country; asked where the
        corpus gives no feature code.
    """
    whole, oracle = score_toponyms(corpus.texts, found), score_toponyms(corpus.texts, given)
    without = [_without_countries(text, is_country) for text in corpus.texts]
    return Report(
        corpus=corpus.name,
        sha256=corpus.sha256,
        documents=len(corpus.texts),
        gold=whole.wanted,
        kinds=kinds,
        metrics={
            "recognition_precision": whole.precision,
            "recognition_recall": whole.recall,
            "recognition_f1": whole.recognition_f1,
            "resolution_acc161": oracle.accuracy,
            "median_km": oracle.median_km,
            "end_to_end_precision": whole.end_to_end_precision,
            "end_to_end_recall": whole.accuracy,
            "end_to_end_f1": whole.end_to_end_f1,
            "resolution_acc161_no_countries": score_toponyms(without, given).accuracy,
            "end_to_end_f1_no_countries": score_toponyms(without, found).end_to_end_f1,
            "mb_per_cpu_s": mb_per_cpu_s,
        },
        reliability=reliability(_outcomes(corpus, given)),
        mistakes=tuple(
            line for text in corpus.texts for line in _mistakes(text, found.get(text.text_id, ()))
        ),
    )


def report_documents(corpus: AnnotatedCorpus, analysis: Analysis) -> Report:
    """Score an analysis of annotated documents."""
    scores = score_documents(corpus.documents, analysis)
    return Report(
        corpus=corpus.name,
        sha256=corpus.sha256,
        documents=len(corpus.documents),
        gold=sum(len(document.mentions) for document in corpus.documents),
        kinds="",
        metrics=scores.metrics,
        reliability=reliability(scores.outcomes),
        mistakes=scores.mistakes,
    )


def _without_countries(
    text: ToponymText, is_country: Callable[[str, float, float], bool]
) -> ToponymText:
    toponyms = []
    for toponym in text.toponyms:
        country = toponym.feature_code.startswith("PCL")
        if not toponym.feature_code and toponym.lon is not None and toponym.lat is not None:
            country = is_country(text.text[toponym.span.slice], toponym.lon, toponym.lat)
        toponyms.append(replace(toponym, ignored=toponym.ignored or country))
    return replace(text, toponyms=tuple(toponyms))


def _outcomes(corpus: ToponymCorpus, given: _Answers) -> list[tuple[float, bool]]:
    """Return how sure each answer to a gold span was, and whether it was right."""
    outcomes = []
    for text in corpus.texts:
        gold = [toponym for toponym in text.toponyms if not toponym.ignored]
        answers = given.get(text.text_id, ())
        pairs = matched([toponym.span for toponym in gold], [answer.span for answer in answers])
        for i, j in pairs.items():
            wanted, answer = gold[i], answers[j]
            if wanted.lon is None or wanted.lat is None or answer.lon is None or answer.lat is None:
                continue
            away = distance_km((wanted.lon, wanted.lat), (answer.lon, answer.lat))
            outcomes.append((answer.probability, away <= NEAR_KM))
    return outcomes


def _mistakes(text: ToponymText, answers: Sequence[Answer]) -> list[str]:
    """Return the spans that were wrong or missed, and the right ones put in a wrong place."""
    gold = {toponym.span: toponym for toponym in text.toponyms if not toponym.ignored}
    ignored = [toponym.span for toponym in text.toponyms if toponym.ignored]
    lines = []
    for answer in answers:
        wanted = gold.get(answer.span)
        if wanted is None:
            if not any(answer.span.overlaps(span) for span in ignored):
                lines.append(_line(text, "false mention", answer.span))
        elif wanted.lon is not None and wanted.lat is not None:
            if answer.lon is None or answer.lat is None:
                lines.append(_line(text, "no place", answer.span))
                continue
            away = distance_km((wanted.lon, wanted.lat), (answer.lon, answer.lat))
            if away > NEAR_KM:
                lines.append(_line(text, f"wrong place ({away:,.0f} km)", answer.span))
    spans = {answer.span for answer in answers}
    lines += [_line(text, "missed mention", span) for span in gold if span not in spans]
    return lines


def _line(text: ToponymText, what: str, span: Span) -> str:
    before = text.text[max(0, span.start - _CONTEXT) : span.start]
    after = text.text[span.end : span.end + _CONTEXT]
    words = " ".join(f"{before}[[{text.text[span.slice]}]]{after}".split())
    return f"{text.text_id}: {what}: {words}"
