"""Floors under the metrics: a change that makes an answer worse is noticed.

The file says for each corpus which it is (sha256, counts) and how good the answers have to be. It
is written by ``mapper evaluate`` only: a seal over its content shows a change by hand. Floors
rise for the asking; to lower one needs a reason, and the reason stays in the file.
"""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from mapper.errors import InputError
from mapper.evaluation.report import Report
from mapper.files import write_atomically

__all__ = ["GATED", "CorpusFloors", "Floors", "Lowering", "read_floors", "write_floors"]

#: The metrics that have a floor. Speed has none: it depends on the machine.
GATED = (
    "recognition_f1",
    "resolution_acc161",
    "end_to_end_f1",
    "mention_f1",
    "fine_recall",
    "end_to_end_20km",
    "incident_precision",
    "incident_f1",
    "zone",
    "date",
    "class",
)
_STEPS = 1000  # a floor is a whole number of thousandths, rounded down


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusFloors:
    """Which corpus it is, and the least that its metrics may be."""

    corpus: str
    sha256: str
    documents: int
    gold: int
    kinds: str
    floors: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowering:
    """A floor that was lowered, or a corpus that was exchanged, and why."""

    corpus: str
    what: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """The floors of all corpora, and what was ever lowered.

    Examples
    --------
    >>> Floors(corpora={}, lowered=()).failures([])
    []
    """

    corpora: Mapping[str, CorpusFloors]
    lowered: tuple[Lowering, ...] = ()

    def failures(self, reports: Sequence[Report]) -> list[str]:
        """Say what is not as the floors want it; nothing when all is well."""
        found = [
            f"{name}: not evaluated"
            for name in self.corpora
            if name not in {report.corpus for report in reports}
        ]
        for report in reports:
            own = self.corpora.get(report.corpus)
            if own is None:
                found.append(f"{report.corpus}: has no floors")
            elif not _is_same(own, report):
                found.append(f"{report.corpus}: not the corpus that the floors are for")
            else:
                found += _below(own, report)
        return found

    def raised(self, reports: Sequence[Report]) -> Floors:
        """Return floors that are as high as these results; a corpus that is new is added.

        Raises
        ------
        InputError
            If a result lies below a floor, or the corpus is another one.
        """
        corpora = dict(self.corpora)
        for report in reports:
            own = corpora.get(report.corpus) or _of(report)
            wrong = [] if _is_same(own, report) else [f"{report.corpus}: is another corpus"]
            wrong += _below(own, report)
            if wrong:
                raise InputError(f"floors are not raised: {'; '.join(wrong)}")
            reached = _of(report).floors
            floors = {key: max(reached[key], own.floors.get(key, 0.0)) for key in reached}
            corpora[report.corpus] = replace(own, floors=floors)
        return replace(self, corpora=corpora)

    def lowered_to(self, reports: Sequence[Report], *, reason: str) -> Floors:
        """Return floors that these results pass, with what was lowered and why.

        Raises
        ------
        InputError
            If no reason is given.
        """
        if not reason.strip():
            raise InputError("a floor is lowered for a reason: say which")
        corpora, notes = dict(self.corpora), list(self.lowered)
        for report in reports:
            own = corpora.get(report.corpus) or _of(report)
            floors = dict(own.floors)
            if not _is_same(own, report):
                notes.append(
                    Lowering(
                        corpus=report.corpus,
                        what="corpus",
                        before=own.sha256,
                        after=report.sha256,
                        reason=reason,
                    )
                )
            for key, reached in _of(report).floors.items():
                if reached < floors.get(key, 0.0):
                    notes.append(
                        Lowering(
                            corpus=report.corpus,
                            what=key,
                            before=f"{floors[key]:.3f}",
                            after=f"{reached:.3f}",
                            reason=reason,
                        )
                    )
                    floors[key] = reached
            corpora[report.corpus] = replace(_of(report), floors=floors)
        return Floors(corpora=corpora, lowered=tuple(notes))


def _of(report: Report) -> CorpusFloors:
    return CorpusFloors(
        corpus=report.corpus,
        sha256=report.sha256,
        documents=report.documents,
        gold=report.gold,
        kinds=report.kinds,
        floors={
            key: math.floor(value * _STEPS) / _STEPS
            for key, value in report.metrics.items()
            if key in GATED and value is not None
        },
    )


def _is_same(own: CorpusFloors, report: Report) -> bool:
    return (own.sha256, own.documents, own.gold, own.kinds) == (
        report.sha256,
        report.documents,
        report.gold,
        report.kinds,
    )


def _below(own: CorpusFloors, report: Report) -> list[str]:
    wrong = []
    for key, floor in own.floors.items():
        value = report.metrics.get(key)
        if value is None or value < floor:
            shown = "nothing" if value is None else f"{value:.4f}"
            wrong.append(f"{own.corpus}: {key} is {shown}, its floor {floor:.3f}")
    return wrong


def read_floors(path: Path) -> Floors:
    """Read a file of floors; one that does not exist has none.

    Raises
    ------
    InputError
        If it is not such a file, or was changed by hand.
    """
    if not path.exists():
        return Floors(corpora={})
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        corpora = {
            name: CorpusFloors(corpus=name, **values)
            for name, values in table.get("corpora", {}).items()
        }
        floors = Floors(
            corpora=corpora, lowered=tuple(Lowering(**note) for note in table.get("lowered", []))
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as error:
        raise InputError(f"cannot read floors {path}: {error}") from error
    if table.get("seal") != _seal(floors):
        raise InputError(
            f"{path} was changed by hand: take the change back, and raise or lower floors with "
            "mapper evaluate --raise-floors or --lower-floors REASON"
        )
    return floors


def write_floors(path: Path, floors: Floors) -> None:
    """Write a file of floors with its seal."""
    lines = [
        "# Floors of the quality gate, written by `mapper evaluate`; do not change by hand.",
        f"seal = {json.dumps(_seal(floors))}",
    ]
    for name, own in sorted(floors.corpora.items()):
        values = asdict(own)
        del values["corpus"], values["floors"]
        key = json.dumps(name)
        lines += ["", f"[corpora.{key}]"]
        lines += [f"{field} = {json.dumps(value)}" for field, value in values.items()]
        lines += [f"[corpora.{key}.floors]"]
        lines += [f"{metric} = {floor:.3f}" for metric, floor in own.floors.items()]
    for note in floors.lowered:
        lines += ["", "[[lowered]]"]
        lines += [
            f"{field} = {json.dumps(value, ensure_ascii=False)}"
            for field, value in asdict(note).items()
        ]
    write_atomically(path, "\n".join(lines) + "\n")


def _seal(floors: Floors) -> str:
    values = {
        "corpora": {name: asdict(own) for name, own in sorted(floors.corpora.items())},
        "lowered": [asdict(note) for note in floors.lowered],
    }
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
