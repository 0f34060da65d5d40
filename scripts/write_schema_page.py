"""Write docs/reference/schema.md from mapper/schema.py.

::

    python scripts/write_schema_page.py
"""

from __future__ import annotations

from pathlib import Path

from mapper.schema import SCHEMA_VERSION, ZONE_COLUMNS, Column

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "schema.md"

_HEAD = f"""# Schema

Written from `mapper/schema.py` by `scripts/write_schema_page.py`: change that, not this page.
Schema version {SCHEMA_VERSION}: it is raised when a column is renamed, removed or changes its
meaning; a new column does not raise it. The incident table is described in [columns](columns.md).
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
    return _HEAD + _ZONES + table(ZONE_COLUMNS)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
