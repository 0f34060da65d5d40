"""What the commands that analyze documents share: options, settings, progress, the result.

An option whose parameter is named like a setting is that setting: to add one, add a field to
:class:`~mapper.settings.Settings` and a line to ``PLACE_OPTIONS`` or ``ANALYSIS_OPTIONS``.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import shutil
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mapper.errors import InputError

if TYPE_CHECKING:
    from mapper.layers import BorderLayers
    from mapper.model import Analysis, Document, Incident, Problem
    from mapper.settings import Settings

__all__ = [
    "ANALYSIS_OPTIONS",
    "PLACE_OPTIONS",
    "Day",
    "Request",
    "analysis_options",
    "echo_problems",
    "echo_result",
    "fail_if_nothing_read",
    "place_options",
    "run",
    "settings_of",
    "settings_option",
]

_FEW = 8  # documents; below that a progress bar is only noise
_READ = "read"
_MOST_ALIKE = 20  # problems of one code, and
_MOST_SHOWN = 200  # incidents that a screen is given

settings_option = click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file; by default mapper.toml in the working folder.",
)


class Day(click.ParamType):  # type: ignore[type-arg]  # generic only in newer clicks
    """A calendar day, YYYY-MM-DD."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        """Parse a day, or fail with the form that is wanted."""
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a day; write it like 2018-12-02", param, ctx)


#: What every command that looks for places takes.
PLACE_OPTIONS = (
    click.option(
        "--focus",
        type=click.Choice(("auto", "korea-border", "none")),
        help="Where the news is about; auto: the Korean border, with our layers.",
    ),
    click.option(
        "--country", multiple=True, help="Two-letter code the texts are about; may be repeated."
    ),
    click.option("--bbox", help="West,south,east,north in degrees of where the places lie."),
    click.option("--recognizer", help="What finds the names: mapper, or spacy:MODEL."),
    settings_option,
)

#: What every command that analyzes articles takes.
ANALYSIS_OPTIONS = (
    click.argument("articles", nargs=-1, required=True, type=click.Path(path_type=Path)),
    click.option(
        "--date",
        "published",
        type=Day(),
        help="Publication day of articles that do not tell theirs.",
    ),
    click.option(
        "--layers",
        "layers_file",
        type=click.Path(dir_okay=False),
        help="Own DMZ layer to check against (GeoJSON, GeoPackage, GeoParquet, Shapefile).",
    ),
    click.option(
        "--register",
        "register_file",
        type=click.Path(dir_okay=False),
        help="Own register of incidents to ask as well (CSV: our columns, ACLED, UCDP GED).",
    ),
    click.option(
        "--no-register",
        "register",
        flag_value="false",
        default=None,
        help="Leave out what our register of documented incidents knows.",
    ),
    click.option(
        "--overrides",
        "overrides_file",
        type=click.Path(dir_okay=False),
        help="File of 'same:' and 'different:' lines: which reports are one incident.",
    ),
    click.option(
        "--taxonomy",
        type=click.Path(dir_okay=False),
        help="Own kinds of incidents (TOML), beside ours.",
    ),
    click.option(
        "--column",
        "columns",
        multiple=True,
        metavar="FIELD=NAME",
        help="What a column of a table of incidents is, such as date_start=Datum.",
    ),
    click.option(
        "--uncertainty-m",
        type=float,
        help="Radius of positions in a table that says nothing of theirs; 5000 by default.",
    ),
    click.option(
        "--link-rows", is_flag=True, help="Merge rows of a table that report the same incident."
    ),
    *PLACE_OPTIONS,
    click.option("--strict", is_flag=True, help="Fail when any input could not be read."),
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asks of an analysis."""

    articles: tuple[Path, ...]
    published: dt.date | None
    strict: bool
    settings: Settings
    link_rows: bool = False


def place_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of ``PLACE_OPTIONS``, as its argument ``settings``."""

    @functools.wraps(command)
    def wrapped(**values: Any) -> None:  # noqa: ANN401 - whatever click parsed
        settings, others = settings_of(values)
        command(settings=settings, **others)

    return _with_options(wrapped, PLACE_OPTIONS)


def analysis_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of ``ANALYSIS_OPTIONS``, as one :class:`Request`."""

    @functools.wraps(command)
    def wrapped(**values: Any) -> None:  # noqa: ANN401 - whatever click parsed
        settings, others = settings_of(values)
        request = Request(
            articles=others.pop("articles"),
            published=others.pop("published"),
            strict=others.pop("strict"),
            settings=settings,
            link_rows=others.pop("link_rows"),
        )
        command(request, **others)

    return _with_options(wrapped, ANALYSIS_OPTIONS)


def settings_of(values: Mapping[str, Any]) -> tuple[Settings, dict[str, Any]]:
    """Take the settings out of a command's values; the others are returned beside them.

    Parameters
    ----------
    values
        By parameter; ``settings_file`` is the file, ``None`` and ``()`` mean not given.
    """
    from mapper.settings import Settings, load_settings

    keys = {field.name for field in dataclasses.fields(Settings)}
    options = {k: v for k, v in values.items() if k in keys and v not in (None, ())}
    others = {k: v for k, v in values.items() if k not in keys and k != "settings_file"}
    return load_settings(values.get("settings_file"), options=options), others


def _with_options(
    command: Callable[..., None], options: Sequence[Callable[[Callable[..., None]], Any]]
) -> Callable[..., None]:
    for option in reversed(options):
        command = option(command)
    return command


def run(request: Request) -> tuple[Analysis, BorderLayers]:
    """Analyze articles and tables of incidents, with a progress bar when there are many."""
    from mapper.incident_tables import analyze_table, is_table, join_analyses
    from mapper.pipeline import Tools, analyze
    from mapper.sources import list_files, read

    files = list_files(request.articles)
    tables = [file for file in files if is_table(file)]
    articles = [file for file in files if file not in tables]
    tools = Tools(request.settings)
    items = read(articles, settings=request.settings, published=request.published)
    found = []
    if len(articles) >= _FEW and sys.stderr.isatty():
        with click.progressbar(length=len(articles), label="Reading", file=sys.stderr) as bar:

            def step(_: Document) -> None:
                bar.update(1)

            found.append(analyze(items, tools=tools, progress=step))
    elif articles or not tables:
        found.append(analyze(items, tools=tools))
    found += [analyze_table(file, tools=tools, link=request.link_rows) for file in tables]
    return join_analyses(found), tools.layers


def fail_if_nothing_read(analysis: Analysis, *, strict: bool) -> None:
    """Raise ``InputError`` when no document could be read, or any failed under ``--strict``."""
    failed = [p for p in analysis.problems if _is_failure(p)]
    if not analysis.documents:
        reason = failed[0].message if failed else "no .txt, .md, .html or .jsonl file was found"
        raise InputError(f"nothing to read: {reason}")
    if strict and failed:
        raise InputError(f"{len(failed)} of the inputs could not be read or analyzed (see above)")


def _is_failure(problem: Problem) -> bool:
    broke = problem.code == "internal_error"
    return broke or (problem.stage == _READ and problem.code not in _MILD)


_MILD = ("encoding_guessed", "bad_date", "duplicate_document", "duplicate_row")


def echo_problems(problems: Sequence[Problem]) -> None:
    """Print what went wrong in reading to standard error; of many alike, the first ones."""
    told: Counter[str] = Counter()
    for problem in problems:
        if problem.stage in (_READ, "link", "check") or problem.code == "internal_error":
            told[problem.code] += 1
            if told[problem.code] <= _MOST_ALIKE:
                click.echo(f"{problem.code}: {problem.message}", err=True)
    for code, count in told.items():
        if count > _MOST_ALIKE:
            click.echo(f"{code}: ... and {count - _MOST_ALIKE} more", err=True)


def echo_result(analysis: Analysis) -> None:
    """Print the incidents as a table, then what could not be placed or dated, and why."""
    count, told = len(analysis.documents), len(analysis.incidents)
    click.echo(f"{_plural(told, 'incident')} in {_plural(count, 'document')}")
    if told:
        click.echo("")
        _echo_table([_row(incident) for incident in analysis.incidents[:_MOST_SHOWN]])
        _echo_more(told - _MOST_SHOWN)
    _echo_known(analysis)
    labels = {document.doc_id: document.label for document in analysis.documents}
    quotes = {document.doc_id: document for document in analysis.documents}
    remarks = [p for p in analysis.problems if p.code in ("unplaced", "undated")]
    for code, head in (("unplaced", "Not placed"), ("undated", "Not dated")):
        lines = [p for p in remarks if p.code == code]
        if lines:
            click.echo(f"\n{head}:")
        for problem in lines[:_MOST_SHOWN]:
            document = quotes.get(problem.doc_id)
            words = document.quote(problem.span) if document and problem.span else ""
            quote = f' - "{_cut(_flat(words), 70)}"' if words else ""
            click.echo(f"  {labels.get(problem.doc_id, '?')}: {problem.message}{quote}")
        _echo_more(len(lines) - _MOST_SHOWN)


def _echo_more(count: int) -> None:
    if count > 0:
        click.echo(f"  ... and {count:,} more")


def _echo_known(analysis: Analysis) -> None:
    """Print what registers add, apart from what the texts say."""
    known = [(i, known) for i in analysis.incidents for known in i.known]
    if known:
        click.echo("\nKnown from a register, not from the texts:")
    for incident, fact in known[:_MOST_SHOWN]:
        start, end = fact.when.start, fact.when.end
        days = f"{start}" if start == end else f"{start} to {end}"
        words = _cut(_flat(incident.evidence[0].exact), 50)
        place = f", {fact.place}" if fact.place else ""
        people = f" ({fact.people[0]})" if fact.people else ""
        click.echo(f'  "{words}"')
        click.echo(f"    {days}{place}{people}: {fact.title} - {fact.sources[0]}")


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _row(incident: Incident) -> tuple[str, ...]:
    from mapper.schema import count_sources

    when = incident.when
    if when.start is None:
        date = "not known"
    elif when.start == when.end:
        date = when.start.isoformat()
    elif when.precision.value == "year":
        date = when.start.isoformat()[:4]
    elif when.precision.value == "month":
        date = when.start.isoformat()[:7]
    else:
        date = f"{when.start.isoformat()}/{when.end.isoformat() if when.end else ''}"
    place, zone = "not placed", "-"
    if incident.where is not None:
        radius = incident.where.position.uncertainty_m / 1000
        place = f"{incident.where.label} ±{radius:.0f} km" if radius >= 1 else incident.where.label
    if incident.zone is not None:
        zone = incident.zone.zone.value
        if incident.zone.certainty.value != "certain":
            zone += "?"
    kind = incident.kind
    if incident.assertion.value != "asserted":
        kind += f" ({incident.assertion.value})"
    sources = count_sources(incident)
    return date, kind, place, zone, str(sources), _flat(incident.evidence[0].exact)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _cut(text: str, width: int) -> str:
    if _width(text) <= width:
        return text
    kept = ""
    for character in text:
        if _width(kept + character) > width - 1:
            break
        kept += character
    return kept + "…"


def _echo_table(rows: list[tuple[str, ...]]) -> None:
    heads = ("date", "kind", "place", "zone", "src", "quote")
    caps = (23, 34, 40, 14, 3, 10_000)
    cells = [heads, *([_cut(c, cap) for c, cap in zip(r, caps, strict=True)] for r in rows)]
    widths = [max(_width(row[i]) for row in cells) for i in range(len(heads) - 1)]
    room = shutil.get_terminal_size((160, 24)).columns - sum(widths) - 2 * len(widths)
    for row in cells:
        fixed = [c + " " * (w - _width(c)) for c, w in zip(row[:-1], widths, strict=True)]
        click.echo("  ".join([*fixed, _cut(row[-1], max(room, 30))]).rstrip())
