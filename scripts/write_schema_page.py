"""Write docs/reference/schema.md from the columns that the package declares.

::

    python scripts/write_schema_page.py
"""

from __future__ import annotations

from pathlib import Path

from mapper.exports import ACLED_COLUMNS, UCDP_COLUMNS
from mapper.schema import INCIDENT_COLUMNS, SCHEMA_VERSION, ZONE_COLUMNS, Column

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "schema.md"

_HEAD = f"""# Schema

Written from `mapper/schema.py` and `mapper/exports` by `scripts/write_schema_page.py`: change
those, not this page. Schema version {SCHEMA_VERSION}: it is raised when a column is renamed,
removed or changes its meaning; a new column does not raise it. GeoJSON and JSON Lines carry it as
`schema_version`.

Coordinates are degrees in WGS 84 (EPSG:4326), lengths metres, days ISO 8601. What is not known is
an empty cell, or `null`: 0 killed is stated, an empty cell is not. A text cell of a CSV file that a
spreadsheet would run as a formula starts with an apostrophe. The columns of
[mentions](mentions.md) have a page of their own. How to write each format:
[export](../how-to/export.md).
"""

_INCIDENTS = """
## Incidents

One row an incident, in CSV, GeoPackage, GeoParquet and `mapper.to_geodataframe`; the same keys are
the properties of a GeoJSON feature (`lon` and `lat` are its geometry), the data of a KML placemark,
and stand in the incidents of JSON Lines. The values of `kind` are listed in [kinds](kinds.md).
"""

_LINES = """
## JSON Lines

One object a document: `schema_version`, `id`, `doc_id`, `title`, `published`, `language`,
`mentions`, `relative_places`, `incidents` and `problems`. An incident told by several documents
stands in the object of each. It has the keys above, and three more:

- `evidence`: the statements of this document, the best first. `start` and `end` are half-open, in
  code points of the text; `exact` is the words, `url` opens them. `trigger`, `time`, `place` and
  `actors` are the spans of the words that tell of it, say when, where and who; `null` where these
  words do not.
- `claims`: one for each source, where several tell of it: what it says of kind, date, place,
  assertion and casualties. `reports` are the ids before linking.
- `whole`: the incident as `mapper.Incident` has it, nothing left out or rounded; only in the object
  of the document that tells it best. `mapper.read_incidents` reads it.
"""

_ACLED = """
## ACLED

The columns of ACLED's codebook of 2023 and later, so that a script made for its files reads these.
A row has a day, a week or a month, and a place known to 150 km; what has not, is planned or is
denied is left out and told. It is no coding by ACLED, whose rules for what counts are stricter:
tell the two apart by `event_id_cnty`.
"""

_UCDP = """
## UCDP GED

The columns of UCDP's Georeferenced Event Dataset 25.1. A row has a date known to a year and a
place; what has not, is planned or is denied is left out and told. UCDP itself holds organized
violence that killed: keep the rows with `best` of 1 or more and a `type_of_violence`.
"""

_ZONES = """
## Zone checks

What [`mapper check FILE`](cli.md#mapper-check) and `mapper.check` add to a table, in this order.
For a point the shape is the circle of its uncertainty. Where the true place may be anywhere in the
shape, a share is the probability that it is in the zone.
"""


def table(columns: tuple[Column, ...]) -> str:
    """Return columns as a Markdown table."""
    rows = [f"| `{c.name}` | {c.dtype} | {c.description} |" for c in columns]
    return "\n".join(["", "| column | type | meaning |", "|---|---|---|", *rows, ""])


def page() -> str:
    """Return the whole page."""
    return "".join(
        [
            *(_HEAD, _INCIDENTS, table(INCIDENT_COLUMNS), _LINES),
            *(_ACLED, table(ACLED_COLUMNS), _UCDP, table(UCDP_COLUMNS)),
            *(_ZONES, table(ZONE_COLUMNS)),
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
