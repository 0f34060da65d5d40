"""Tables and GIS files of an analysis."""

from mapper.exports.writing import FORMATS, export, render

__all__ = ["FORMATS", "export", "render"]
