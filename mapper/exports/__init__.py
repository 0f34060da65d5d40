"""Tables and GIS files of an analysis, and of the places in a text."""

from mapper.exports.acled import ACLED_COLUMNS
from mapper.exports.coding import LeftOut
from mapper.exports.frames import to_geodataframe
from mapper.exports.mentions import MENTION_FORMATS, render_mentions
from mapper.exports.restoring import restore_analysis
from mapper.exports.ucdp import UCDP_COLUMNS
from mapper.exports.writing import (
    FORMATS,
    Format,
    check_format,
    export,
    format_of,
    left_out,
    read_incidents,
    render,
)

__all__ = [
    "ACLED_COLUMNS",
    "FORMATS",
    "MENTION_FORMATS",
    "UCDP_COLUMNS",
    "Format",
    "LeftOut",
    "check_format",
    "export",
    "format_of",
    "left_out",
    "read_incidents",
    "render",
    "render_mentions",
    "restore_analysis",
    "to_geodataframe",
]
