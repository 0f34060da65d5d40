"""What a run gives: everything that was found, what could not be, and what it was made with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mapper.errors import InputError
from mapper.model.incidents import Incident
from mapper.model.places import Mention, Resolution
from mapper.model.texts import Document, Span

__all__ = ["Analysis", "Problem", "Provenance"]


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

    def in_order(self) -> Analysis:
        """Return the same in one order, whatever the order in which it was read.

        Returns
        -------
        Analysis
            Documents by day of publication (unknown ones last), then by label; what was found
            in them in the same order; incidents by time, undated ones last.

        Examples
        --------
        >>> late = Document(doc_id="a", text="", label="article-10")
        >>> early = Document(doc_id="b", text="", label="article-9")
        >>> [each.label for each in Analysis(documents=(late, early)).in_order().documents]
        ['article-9', 'article-10']
        """
        documents = sorted(self.documents, key=_as_published)
        rank = {document.doc_id: number for number, document in enumerate(documents)}

        def in_document(resolution: Resolution) -> int:
            return rank.get(resolution.mention.doc_id, -1)

        def in_text(problem: Problem) -> tuple[int, int, str, str, str]:
            start = problem.span.start if problem.span else -1
            known = rank.get(problem.doc_id, -1)
            return known, start, problem.stage, problem.code, problem.message

        return replace(
            self,
            documents=tuple(documents),
            # Within one document they are in reading order already, and sorting keeps that.
            resolutions=tuple(sorted(self.resolutions, key=in_document)),
            incidents=tuple(sorted(self.incidents, key=_in_time)),
            problems=tuple(sorted(self.problems, key=in_text)),
        )

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


def _as_published(document: Document) -> tuple[bool, str, str, str]:
    day = document.published
    # Numbers in a label count as numbers: row 9 comes before row 10.
    label = re.sub(r"[0-9]+", lambda digits: digits[0].zfill(12), document.label)
    return day is None, day.isoformat() if day else "", label, document.doc_id


def _in_time(incident: Incident) -> tuple[bool, str, str, str]:
    start = incident.when.start
    return start is None, start.isoformat() if start else "", incident.kind, incident.incident_id
