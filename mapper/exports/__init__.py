"""Tables and GIS files of an analysis, and of the places in a text."""

from mapper.exports.mentions import MENTION_FORMATS, render_mentions
from mapper.exports.writing import FORMATS, export, render

__all__ = ["FORMATS", "MENTION_FORMATS", "export", "render", "render_mentions"]
