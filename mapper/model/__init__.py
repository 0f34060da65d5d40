"""The nouns that flow through the pipeline.

Every stage takes and returns these frozen values and nothing else. The package needs only
the standard library, so a value can be made, pickled and compared anywhere.
Coordinates are degrees in WGS 84 (EPSG:4326), always ``lon`` before ``lat`` and always by
keyword; lengths are metres; offsets are code points of ``document.text``, half-open.
"""

from __future__ import annotations

from mapper.model.analysis import Analysis, Problem, Provenance
from mapper.model.incidents import (
    Actor,
    Assertion,
    Casualties,
    Claim,
    Count,
    Incident,
    Known,
    Precision,
    When,
    Where,
)
from mapper.model.places import (
    Alternative,
    Candidate,
    Hints,
    Mention,
    MentionKind,
    Place,
    Position,
    Relation,
    Resolution,
    Status,
)
from mapper.model.texts import Document, Evidence, Span
from mapper.model.zones import Certainty, Shares, Side, ZoneCheck, ZoneName

__all__ = [
    "Actor",
    "Alternative",
    "Analysis",
    "Assertion",
    "Candidate",
    "Casualties",
    "Certainty",
    "Claim",
    "Count",
    "Document",
    "Evidence",
    "Hints",
    "Incident",
    "Known",
    "Mention",
    "MentionKind",
    "Place",
    "Position",
    "Precision",
    "Problem",
    "Provenance",
    "Relation",
    "Resolution",
    "Shares",
    "Side",
    "Span",
    "Status",
    "When",
    "Where",
    "ZoneCheck",
    "ZoneName",
]
