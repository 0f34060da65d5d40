"""Rows of a table of incidents as reports: what each column is, and what its cells say."""

from mapper.incidents.rows.columns import Layout, read_layout
from mapper.incidents.rows.places import RowPlace, contradiction, may_lie_in
from mapper.incidents.rows.reading import Report, RowReader

__all__ = [
    "Layout",
    "Report",
    "RowPlace",
    "RowReader",
    "contradiction",
    "may_lie_in",
    "read_layout",
]
