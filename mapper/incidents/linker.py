"""Linking as the pipeline does it: overrides, links, what they solve, what a register knows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mapper.incidents.decisions import Decisions, read_decisions
from mapper.incidents.known import Register, consult
from mapper.incidents.link import check_decisions, link_incidents, settle_problems
from mapper.incidents.register import open_registers
from mapper.model import Document, Incident, Problem
from mapper.settings import Settings

__all__ = ["Linker"]


class Linker:
    """What linking needs beside the reports, opened once.

    Parameters
    ----------
    settings
        ``register`` and ``register_file`` say which registers to ask, ``overrides_file``
        where an analyst's decisions stand.
    """

    def __init__(self, settings: Settings) -> None:
        entries, self.problems = open_registers(settings)
        self.register = Register(entries)
        file = settings.overrides_file
        self.decisions = read_decisions(Path(file)) if file else Decisions()

    def link(
        self,
        incidents: Sequence[Incident],
        documents: Sequence[Document],
        problems: Sequence[Problem],
    ) -> tuple[tuple[Incident, ...], tuple[Problem, ...]]:
        """Merge the reports of the same incident and add what registers know.

        Parameters
        ----------
        incidents, problems
            Of extraction, from all documents.

        Returns
        -------
        incidents, problems
            Without the problems that another source has solved; with those of the register
            and the overrides.
        """
        linked = link_incidents(incidents, documents, decisions=self.decisions)
        left = (
            *self.problems,
            *settle_problems(problems, linked),
            *check_decisions(self.decisions, incidents, documents),
        )
        return consult(linked, self.register), left
