"""Results of an evaluation as tables for a terminal or a page, or as JSON."""

from __future__ import annotations

import dataclasses
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mapper.errors import InputError
from mapper.evaluation.calibration import Reliability

__all__ = ["REPORT_FORMATS", "Report", "render_reports"]

REPORT_FORMATS = ("table", "markdown", "json")

_LABELS = {
    "recognition_precision": "recognition: precision, exact spans",
    "recognition_recall": "recognition: recall, exact spans",
    "recognition_f1": "recognition: F1, exact spans",
    "resolution_acc161": "resolution of the gold spans: right within 161 km",
    "median_km": "resolution of the gold spans: median error, km",
    "end_to_end_precision": "end to end: precision within 161 km",
    "end_to_end_recall": "end to end: recall within 161 km",
    "end_to_end_f1": "end to end: F1 within 161 km",
    "resolution_acc161_no_countries": "without countries: resolution within 161 km",
    "end_to_end_f1_no_countries": "without countries: end to end F1",
    "mb_per_cpu_s": "MB of text per CPU second, end to end",
    "mention_precision": "literal mentions: precision",
    "mention_recall": "literal mentions: recall",
    "mention_f1": "literal mentions: F1",
    "mention_f1_any_kind": "mentions of any kind: F1",
    "end_to_end_20km": "literal mentions found and within 20 km or their extent",
    "fine_recall": "fine-grained literal mentions: recall",
    "fine_end_to_end_20km": "fine-grained ones found and within 20 km or their extent",
    "incident_precision": "incidents: precision",
    "incident_recall": "incidents: recall",
    "incident_f1": "incidents: F1",
    "incident_precision_strict": "incidents: precision, repetitions count against",
    "news_recall": "incidents that are the news, not background: recall",
    "incident_place_10km": "incidents: place within 10 km or its extent",
    "incident_place_50km": "incidents: place within 50 km or its extent",
    "stated_place_10km": "incidents whose place is stated: within 10 km or its extent",
    "zone": "incidents: zone right",
    "date": "incidents: date right, where the text gives it",
    "class": "incidents: class right",
    "class_fair": "incidents: class right or also possible",
    "false_per_1000_words": "false incidents per 1,000 words of texts without one",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The scores of one corpus.

    Attributes
    ----------
    corpus, sha256, documents, gold
        Which gold data: its name, checksum, number of texts and of gold mentions.
    kinds
        Kinds of mention that were asked for; empty where it does not matter.
    metrics
        By name; ``None`` where there was nothing to measure.
    reliability
        Probabilities of answers on gold mentions against what was right.
    mistakes
        Lines for a reader.
    """

    corpus: str
    sha256: str
    documents: int
    gold: int
    kinds: str
    metrics: Mapping[str, float | None]
    reliability: Reliability
    mistakes: tuple[str, ...] = ()


def render_reports(reports: Sequence[Report], *, file_format: str) -> str:
    """Write reports as ``table``, ``markdown`` or ``json``."""
    if file_format == "json":
        values = [dataclasses.asdict(report) for report in reports]
        return json.dumps(values, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    if file_format not in REPORT_FORMATS:
        raise InputError(f"unknown format {file_format!r}; known: {', '.join(REPORT_FORMATS)}")
    draw = _markdown if file_format == "markdown" else _plain
    parts = []
    for group in _groups(reports):
        parts.append(draw(_metric_rows(group)))
        parts += [
            f"{report.corpus}: what is said to be sure, and what was right\n\n"
            + draw(_reliability_rows(report.reliability))
            + f"\nExpected calibration error {report.reliability.calibration_error:.3f}, "
            f"Brier score {report.reliability.brier:.3f}.\n"
            for report in group
            if report.reliability.bins
        ]
    lines = [line for report in reports for line in report.mistakes]
    if lines:
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _groups(reports: Sequence[Report]) -> list[list[Report]]:
    """Put corpora with the same metrics beside each other."""
    groups: dict[tuple[str, ...], list[Report]] = {}
    for report in reports:
        groups.setdefault(tuple(report.metrics), []).append(report)
    return list(groups.values())


def _metric_rows(reports: Sequence[Report]) -> list[tuple[str, ...]]:
    return [
        ("", *(report.corpus for report in reports)),
        ("texts / gold mentions", *(f"{r.documents:,} / {r.gold:,}" for r in reports)),
        *([("kinds", *(report.kinds for report in reports))] if reports[0].kinds else []),
        *(
            (_LABELS.get(name, name), *(_number(name, r.metrics[name]) for r in reports))
            for name in reports[0].metrics
        ),
    ]


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    decimals = 1 if name.endswith("_km") else 2 if "_per_" in name else 3
    return f"{value:.{decimals}f}"


def _reliability_rows(table: Reliability) -> list[tuple[str, ...]]:
    return [
        ("probability", "answers", "mean probability", "share right"),
        *(
            (
                f"{b.low:.1f} to {b.high:.1f}",
                f"{b.count:,}",
                f"{b.mean_probability:.3f}",
                f"{b.share_right:.3f}",
            )
            for b in table.bins
        ),
    ]


def _markdown(rows: Sequence[tuple[str, ...]]) -> str:
    rule = ("---", *("---:" for _ in rows[0][1:]))
    return "".join(f"| {' | '.join(row)} |\n" for row in (rows[0], rule, *rows[1:]))


def _plain(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell + " " * (width - _width(cell)) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip() + "\n")
    return "".join(lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
