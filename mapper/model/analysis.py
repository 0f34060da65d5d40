"""What a run gives: everything that was found, what could not be, and what it was made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
