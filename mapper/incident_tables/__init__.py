"""Tables of incidents: an analyst's sheet, an ACLED or UCDP export, our own, to an analysis.

The stages beside :mod:`mapper.pipeline`: a row is a report already, so nothing is recognized
in running text; a position is checked by our layers, and a place without one is looked up.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from mapper.errors import InputError, MapperError
from mapper.evidence import make_evidence
from mapper.exports import restore_analysis
from mapper.incident_tables.placing import Placer
from mapper.incidents.cells import day_order
from mapper.incidents.compose import incident_id
from mapper.incidents.describe import summarize
from mapper.incidents.known import Register, consult
from mapper.incidents.rows import (
    Layout,
    Report,
    RowReader,
    contradiction,
    may_lie_in,
    read_layout,
)
from mapper.incidents.taxonomy import load_taxonomy
from mapper.model import (
    Analysis,
    Incident,
    Problem,
    Side,
    Span,
    Where,
    ZoneCheck,
)
from mapper.pipeline import Tools
from mapper.tables import SHEET_SUFFIXES, Row, Sheet, open_sheet

__all__ = ["analyze_table", "is_table", "join_analyses"]

_HEADS = 10  # rows in which the head may stand: some sheets begin with a title
_LINES = (".jsonl", ".ndjson")
_OTHER_TABLES = (".xls", ".xlsb", ".ods", ".shp", ".kml", ".dbf")  # refused as what they are
_MOST_PROBLEMS = 500  # of one code; the others are counted
_FIRST_BYTES = 100_000


def is_table(path: Path) -> bool:
    """Say whether a file is a table of incidents by its kind, and no article.

    CSV, TSV, Excel, GeoJSON, GeoPackage and GeoParquet files are; a file of JSON Lines is when
    it is one of ours (``mapper extract --format jsonl``).
    """
    if path.suffix.lower() in (*SHEET_SUFFIXES, *_OTHER_TABLES):
        return True
    if path.suffix.lower() not in _LINES:
        return False
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            start = file.readline(_FIRST_BYTES)
    except OSError:
        return False
    return start.startswith('{"schema_version": ') and '"doc_id": ' in start


def analyze_table(path: str | Path, *, tools: Tools | None = None, link: bool = False) -> Analysis:
    r"""Read a table of incidents: each row is one, with its place checked by our layers.

    Parameters
    ----------
    path
        CSV, TSV, Excel, GeoJSON, GeoPackage or GeoParquet with a column of a date and columns of
        a position or a place; known are the names of ours, of ACLED, of UCDP GED and many
        others, and those that ``settings.columns`` gives. Or JSON Lines of ours.
    tools
        Layers, gazetteer, settings; by default the package's own.
    link
        Whether to merge rows that report the same incident; by default each stays one.

    Returns
    -------
    Analysis
        A document for each row, with its words; incidents in the order of time. What cannot be
        used of a row, or not of the table at all, is a problem with the row's number.

    Examples
    --------
    >>> import tempfile
    >>> table = "date,lat,lon,kind,notes\n2017-11-13,37.956,126.677,defection,He ran across."
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "table.csv"
    ...     _ = file.write_text(table)
    ...     (incident,) = analyze_table(file).incidents
    >>> incident.kind, incident.when.start.isoformat(), incident.zone.zone.value
    ('defection', '2017-11-13', 'jsa')
    >>> incident.where.position.uncertainty_m, incident.evidence[0].exact
    (5000.0, 'He ran across.')
    """
    path = Path(path)
    tools = tools or Tools()
    try:
        if path.suffix.lower() in _LINES:
            found = restore_analysis(path)
        else:
            found = _TableAnalysis(tools).run(open_sheet(path))
    except MapperError as error:
        message = str(error) if str(path) in str(error) else f"{path}: {error}"
        found = Analysis(problems=(Problem(code="bad_table", stage="read", message=message),))
    incidents, problems = found.incidents, found.problems
    if link:
        incidents, problems = tools.linker.link(incidents, found.documents, problems)
    elif path.suffix.lower() not in _LINES:
        incidents = _with_known(incidents, tools.linker.register)
    return replace(
        found,
        incidents=Analysis(incidents=tuple(incidents)).in_order().incidents,
        problems=problems,
        provenance=tools.provenance(),
    )


def join_analyses(analyses: Sequence[Analysis]) -> Analysis:
    """Return several analyses as one: everything once, in one order whatever that of the files."""
    if len(analyses) == 1:
        return analyses[0]
    incidents = {i.incident_id: i for analysis in analyses for i in analysis.incidents}
    documents = {d.doc_id: d for analysis in analyses for d in analysis.documents}
    return Analysis(
        documents=tuple(documents.values()),
        resolutions=tuple(dict.fromkeys(r for a in analyses for r in a.resolutions)),
        incidents=tuple(incidents.values()),
        problems=tuple(dict.fromkeys(p for a in analyses for p in a.problems)),
        provenance=analyses[0].provenance,
    ).in_order()


def _with_known(incidents: Sequence[Incident], register: Register) -> tuple[Incident, ...]:
    """Add what registers know; of the rows alone whose days meet an entry, which is quick."""

    def may_be_known(incident: Incident) -> bool:
        start, end = incident.when.start, incident.when.end
        return start is None or end is None or bool(register.near(start, end))

    asked = [incident for incident in incidents if may_be_known(incident)]
    known = {incident.incident_id: incident for incident in consult(asked, register)}
    return tuple(known.get(incident.incident_id, incident) for incident in incidents)


class _TableAnalysis:
    """One run over one table: what was found so far."""

    def __init__(self, tools: Tools) -> None:
        self.tools = tools
        self.problems: list[Problem] = []
        self._told: Counter[str] = Counter()

    def run(self, sheet: Sheet) -> Analysis:
        """Read the rows, place them, check them."""
        name = sheet.path.name
        if sheet.remark:
            self._tell("encoding_guessed", f"{name}: {sheet.remark}")
        layout, rows = self._head(sheet)
        dates = [n for n in (layout.at.get("start"), layout.at.get("end")) if n is not None]
        reader = RowReader(
            layout,
            name=name,
            unit=sheet.unit,
            uncertainty_m=self.tools.settings.uncertainty_m,
            day_first=day_order(r.cells[n] for r in rows for n in dates if n < len(r.cells)),
            geometry=sheet.unit == "feature",
        )
        reports = list(self._reports(reader, rows))
        placer = Placer(self.tools)
        placed = [placer.place(report) for report in reports]
        checks = placer.check(placed)
        incidents = []
        taken: set[str] = set()
        for report, found, check in zip(reports, placed, checks, strict=True):
            if found.fault:
                self._fault(report, found.fault)
            incident = _incident(report, found.where, _as_exported(report, check), taken)
            taken.add(incident.incident_id)
            incidents.append(incident)
            self._remark(report, incident)
        self._sum_up(name)
        return Analysis(
            documents=tuple(report.document for report in reports),
            resolutions=tuple(each.resolution for each in placed if each.resolution is not None),
            incidents=tuple(incidents),
            problems=tuple(self.problems),
        )

    def _tell(
        self,
        code: str,
        message: str,
        *,
        stage: str = "read",
        doc_id: str = "",
        span: Span | None = None,
    ) -> None:
        self._told[code] += 1
        if self._told[code] <= _MOST_PROBLEMS:
            problem = Problem(code=code, stage=stage, message=message, doc_id=doc_id, span=span)
            self.problems.append(problem)

    def _sum_up(self, name: str) -> None:
        for code, count in sorted(self._told.items()):
            if count > _MOST_PROBLEMS:
                more = f"{name}: {count - _MOST_PROBLEMS:,} more rows like those above"
                alike = next(p for p in self.problems if p.code == code)
                self.problems.append(replace(alike, message=more, doc_id="", span=None))

    def _head(self, sheet: Sheet) -> tuple[Layout, list[Row]]:
        """Find the row that names the columns; some sheets have a title above it."""
        given = dict(self.tools.settings.columns)
        first = list(itertools.islice(sheet.rows, _HEADS))
        if not first:
            raise InputError(f"{sheet.path} is empty: the first row must name the columns")
        wrong: tuple[int, InputError] | None = None
        for at, row in enumerate(first):
            try:
                layout = read_layout(row.cells, given)
            except InputError as error:
                # Of rows that cannot be the head, the fullest is most likely meant as one.
                width = sum(map(bool, row.cells))
                wrong = (width, error) if wrong is None or width > wrong[0] else wrong
                continue
            rows = [*first[at + 1 :], *self._rest(sheet)]
            return layout, [row for row in rows if not _is_note(row)]
        assert wrong is not None
        raise wrong[1]

    def _rest(self, sheet: Sheet) -> Iterator[Row]:
        try:
            yield from sheet.rows
        except InputError as error:  # damaged somewhere: what came before it stands
            self._tell("bad_row", f"{error}; the rows after it are left out")

    def _reports(self, reader: RowReader, rows: Iterable[Row]) -> Iterator[Report]:
        seen: dict[tuple[str, ...], int] = {}
        ids: dict[str, int] = {}
        width = len(reader.layout.header)
        for row in rows:
            at = f"{reader.name}, {reader.unit} {row.number}"
            cells = tuple(row.cells)
            if any(cells[width:]):
                self._tell(
                    "bad_row", f"{at}: {len(cells)} cells, but the head has {width}; left out"
                )
                continue
            if cells in seen:
                first = f"{reader.unit} {seen[cells]}"
                self._tell("duplicate_row", f"{at}: the same as {first}, passed over")
                continue
            seen[cells] = row.number
            report = reader.read(row.number, cells)
            if report is None:
                self._tell("bad_row", f"{at}: neither a date nor a place nor words; left out")
                continue
            if report.row_id:
                first_row = ids.setdefault(report.row_id, row.number)
                if first_row != row.number:
                    self._tell(
                        "duplicate_row",
                        f"{at}: its id {report.row_id!r} stands in {reader.unit} {first_row} "
                        "as well; both are kept",
                        doc_id=report.document.doc_id,
                        span=report.words,
                    )
            yield report

    def _fault(self, report: Report, message: str) -> None:
        at = _at(report)
        self._tell("bad_cell", f"{at}: {message}", doc_id=report.document.doc_id, span=report.words)

    def _remark(self, report: Report, incident: Incident) -> None:
        """Tell what a row lacks, and where it does not agree with the layers."""
        for fault in report.faults:
            self._fault(report, fault)
        doc_id, span = report.document.doc_id, report.words
        label = load_taxonomy()[incident.kind].label
        if incident.where is None:
            named = report.place.name
            lacking = "its place could not be used" if named else "the row gives no place"
            self._tell("unplaced", f"{label}: {lacking}", stage="extract", doc_id=doc_id, span=span)
        if incident.when.start is None:
            why = f"{label}: {incident.when.method}"
            self._tell("undated", why, stage="extract", doc_id=doc_id, span=span)
        check, where = incident.zone, incident.where
        if check is None or where is None or report.place.position is None:
            return
        differs = contradiction(report.place, check, where.position.uncertainty_m)
        if differs:
            message = f"{_at(report)}: {differs}"
            self._tell("zone_differs", message, stage="check", doc_id=doc_id, span=span)


def _at(report: Report) -> str:
    return report.document.title or report.document.label


def _is_note(row: Row) -> bool:
    """Say whether a row holds only tags of its columns, as the Humanitarian Exchange Language."""
    return all(not cell or (cell.startswith("#") and len(cell) < 80) for cell in row.cells)


def _incident(
    report: Report, where: Where | None, check: ZoneCheck | None, taken: set[str]
) -> Incident:
    document, kind = report.document, report.kind
    evidence = replace(
        make_evidence(replace(document, url=""), report.words),  # its own follows
        url=report.url,
        place=_within(report.place.span, report.words),
    )
    own = report.incident_id
    if not own or own in taken:
        own = incident_id(kind.key, [(document.doc_id, evidence.span.start, evidence.span.end)])
    style = load_taxonomy()[kind.key]
    if kind.key == "other" and kind.word:
        style = replace(style, label=f"{style.label} ({kind.word})")
    return Incident(
        incident_id=own,
        kind=kind.key,
        when=report.when,
        assertion=report.assertion,
        evidence=(evidence,),
        where=where,
        zone=check,
        actors=report.actors,
        casualties=report.casualties,
        summary=report.summary
        or summarize(style, report.when, where, report.casualties, report.assertion, report.counts),
        probability=report.probability,
        kind_probability=kind.probability,
        counts=report.counts,
    )


def _as_exported(report: Report, check: ZoneCheck | None) -> ZoneCheck | None:
    """Return the zone of our own export, which a text may have narrowed, if the shape allows it."""
    if check is None or check.shares is None or report.exported is None:
        return check
    zone, side, certainty = report.exported
    allows_zone = may_lie_in(zone, check.shares) or zone is check.zone
    if not allows_zone or (side is not check.side and check.side is not Side.STRADDLES):
        return check
    return replace(check, zone=zone, side=side, certainty=certainty)


def _within(span: Span | None, words: Span) -> Span | None:
    return span if span is not None and words.contains(span) else None
