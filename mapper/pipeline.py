"""The order of the stages, and nothing else.

read -> recognize -> resolve -> check -> extract -> link; maps, exports and reports take
the resulting :class:`~mapper.model.Analysis`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from importlib.metadata import version

from mapper.geoparsing import geoparse, open_gazetteer
from mapper.incidents import Linker, extract_incidents
from mapper.incidents.taxonomy import use_taxonomy
from mapper.layers import BorderLayers, open_layers
from mapper.model import (
    Analysis,
    Document,
    Incident,
    Problem,
    Provenance,
    Resolution,
    ZoneCheck,
)
from mapper.settings import Settings
from mapper.zones import check_zones, land_hint

__all__ = ["Tools", "analyze"]

_log = logging.getLogger(__name__)


class Tools:
    """The data that a run needs, opened once: layers, gazetteer, registers.

    Parameters
    ----------
    settings
        Where the data lies; the defaults use what is inside the package.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.layers = open_layers(self.settings)
        self.gazetteer = open_gazetteer(self.settings)
        use_taxonomy(self.settings.taxonomy)
        self.linker = Linker(self.settings)

    def provenance(self) -> Provenance:
        """Say what a result was made with."""
        return Provenance(
            tool_version=version("incident-mapper"),
            settings_hash=self.settings.digest(),
            gazetteer_version=self.gazetteer.version,
            layers={name: info.sha256 for name, info in sorted(self.layers.infos.items())},
        )


def analyze(
    items: Iterable[Document | Problem],
    *,
    tools: Tools,
    progress: Callable[[Document], None] | None = None,
) -> Analysis:
    """Find places and incidents in documents.

    Parameters
    ----------
    items
        What :func:`mapper.sources.read` yields; problems are passed through.
    progress
        Called after each document.

    Returns
    -------
    Analysis
        In the order of :meth:`~mapper.model.Analysis.in_order`, whatever that of the items. A
        document that breaks a stage is kept, with a problem that says so.
    """
    documents: list[Document] = []
    resolutions: list[Resolution] = []
    incidents: list[Incident] = []
    problems: list[Problem] = []
    for item in items:
        if isinstance(item, Problem):
            problems.append(item)
            continue
        documents.append(item)
        try:
            found, told, remarks = _analyze_document(item, tools)
        except Exception as error:  # noqa: BLE001 - one document must not lose the others
            _log.exception("document %s broke a stage", item.label or item.doc_id)
            message = f"{item.label}: {type(error).__name__}: {error} (please report this)"
            problems.append(
                Problem(code="internal_error", stage="extract", message=message, doc_id=item.doc_id)
            )
        else:
            resolutions += found
            incidents += told
            problems += remarks
        if progress is not None:
            progress(item)
    linked, remaining = tools.linker.link(incidents, documents, problems)
    wanted = [i for i in linked if i.probability >= tools.settings.min_probability]
    return Analysis(
        documents=tuple(documents),
        resolutions=tuple(resolutions),
        incidents=tuple(wanted),
        problems=remaining,
        provenance=tools.provenance(),
    ).in_order()


def _analyze_document(
    document: Document, tools: Tools
) -> tuple[tuple[Resolution, ...], tuple[Incident, ...], tuple[Problem, ...]]:
    resolutions = geoparse(
        document,
        tools.gazetteer,
        hints=tools.settings.hints(),
        recognizer=tools.settings.recognizer,
        layers=tools.layers,
    )
    checks = _check(resolutions, tools.layers)
    incidents, problems = extract_incidents(document, resolutions, checks)
    return resolutions, incidents, problems


def _check(resolutions: tuple[Resolution, ...], layers: BorderLayers) -> list[ZoneCheck | None]:
    placed = [(r.position, r.footprint, r.place) for r in resolutions if r.position is not None]
    checks = iter(
        check_zones(
            [position for position, _, _ in placed],
            layers,
            footprints=[footprint for _, footprint, _ in placed],
            on_land=[land_hint(place.feature_code) if place else None for _, _, place in placed],
            remember=True,
        )
    )
    return [next(checks) if r.position is not None else None for r in resolutions]
