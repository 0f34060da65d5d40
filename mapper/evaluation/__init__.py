"""How good the answers are: metrics against gold data, and floors that hold them.

Two forms of gold data are read: lines of texts with their toponyms, and a folder of annotated
documents with mentions and incidents. The metrics agree with what the field publishes; each is
described where it is computed.
"""

from mapper.evaluation.annotated import AnnotatedScores, score_documents
from mapper.evaluation.calibration import Bin, Reliability, reliability
from mapper.evaluation.gate import Floors, read_floors, write_floors
from mapper.evaluation.gold import (
    AnnotatedCorpus,
    AnnotatedDocument,
    GoldIncident,
    GoldMention,
    GoldToponym,
    ToponymCorpus,
    ToponymText,
    read_gold,
)
from mapper.evaluation.report import REPORT_FORMATS, Report, render_reports
from mapper.evaluation.summary import report_documents, report_toponyms
from mapper.evaluation.toponyms import (
    Answer,
    ToponymScores,
    distance_km,
    matched,
    score_toponyms,
)

__all__ = [
    "REPORT_FORMATS",
    "AnnotatedCorpus",
    "AnnotatedDocument",
    "AnnotatedScores",
    "Answer",
    "Bin",
    "Floors",
    "GoldIncident",
    "GoldMention",
    "GoldToponym",
    "Reliability",
    "Report",
    "ToponymCorpus",
    "ToponymScores",
    "ToponymText",
    "distance_km",
    "matched",
    "read_floors",
    "read_gold",
    "reliability",
    "render_reports",
    "report_documents",
    "report_toponyms",
    "score_documents",
    "score_toponyms",
    "write_floors",
]
