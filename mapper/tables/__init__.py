"""Tables of the user's: read in chunks or whole, written back in the same format."""

from mapper.tables.geo import GEO_SUFFIXES, read_geo, write_geo
from mapper.tables.rows import ROW_SUFFIXES, Chunk, Columns, RowTable, RowWriter

__all__ = [
    "GEO_SUFFIXES",
    "ROW_SUFFIXES",
    "Chunk",
    "Columns",
    "RowTable",
    "RowWriter",
    "read_geo",
    "write_geo",
]
