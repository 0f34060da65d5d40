"""Tables of the user's: read in chunks or whole, written back in the same format."""

from mapper.tables.geo import GEO_SUFFIXES, read_geo, write_geo
from mapper.tables.rows import ROW_SUFFIXES, Chunk, Columns, RowTable, RowWriter
from mapper.tables.sheets import SHEET_SUFFIXES, Row, Sheet, open_sheet

__all__ = [
    "GEO_SUFFIXES",
    "ROW_SUFFIXES",
    "SHEET_SUFFIXES",
    "Chunk",
    "Columns",
    "Row",
    "RowTable",
    "RowWriter",
    "Sheet",
    "open_sheet",
    "read_geo",
    "write_geo",
]
