"""Report: put results where people read them."""

from __future__ import annotations

from mapper.reports.embedding import embed_snippet

__all__ = ["embed_snippet"]
