"""``mapper link``: which reports are one incident, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from mapper.cli.running import (
    Request,
    analysis_options,
    echo_problems,
    fail_if_nothing_read,
    run,
)
from mapper.errors import InputError

if TYPE_CHECKING:
    from mapper.incidents import Comparison
    from mapper.model import Analysis, Casualties, Claim, Incident, When

__all__ = ["command"]

_QUOTE = 70  # characters of a report that are shown


@click.command("link")
@click.option("--explain", is_flag=True, help="Say of each pair of reports what was weighed.")
@click.option(
    "--of", "labels", multiple=True, help="With --explain: only pairs with this document."
)
@analysis_options
def command(request: Request, *, explain: bool, labels: tuple[str, ...]) -> None:
    r"""Say which reports in ARTICLES are the same incident, and why.

    \b
        mapper link articles/
        mapper link --explain guardian.txt independent.txt
        mapper link articles/ --overrides links.txt

    Without --explain it lists the incidents that more than one document tells of, with what
    each source says and the ids that an overrides file names.
    """
    if labels and not explain:
        raise InputError("--of chooses what --explain shows: give both")
    if explain:
        _echo_comparisons(request, labels)
        return
    analysis, _ = run(request)
    echo_problems(analysis.problems)
    fail_if_nothing_read(analysis, strict=request.strict)
    _echo_linked(analysis)


def _echo_linked(analysis: Analysis) -> None:
    names = {d.doc_id: d.label or d.doc_id for d in analysis.documents}
    linked = [incident for incident in analysis.incidents if incident.claims]
    alone = len(analysis.incidents) - len(linked)
    click.echo(f"{len(linked)} told by several documents, {alone} by one")
    for incident in linked:
        click.echo(f"\n{incident.incident_id}  {incident.summary}")
        for claim in incident.claims:
            sources = " = ".join(names[doc_id] for doc_id in claim.doc_ids)
            click.echo(f"  {' '.join(claim.reports)}  {sources}: {_said(claim)}")
        for known in incident.known:
            click.echo(f"  known ({known.probability:.2f}; {known.reason}): {known.title}")
            click.echo(f"    {' '.join(known.sources)}")


def _said(claim: Claim) -> str:
    parts = [claim.kind, _days(claim.when), claim.where.label if claim.where else "no place"]
    parts += _harm(claim.casualties)
    if claim.assertion.value != "asserted":
        parts.append(claim.assertion.value)
    return ", ".join(parts)


def _days(when: When) -> str:
    if when.start is None or when.end is None:
        return f'"{when.text}"' if when.text else "no date"
    return f"{when.start}" if when.start == when.end else f"{when.start} to {when.end}"


def _harm(casualties: Casualties) -> list[str]:
    counts = [(casualties.killed, "killed"), (casualties.injured, "injured")]
    return [f"{count} {word}" for count, word in counts if count is not None]


def _echo_comparisons(request: Request, labels: tuple[str, ...]) -> None:
    from mapper.incidents import explain_links
    from mapper.model import Analysis, Document, Problem
    from mapper.pipeline import Tools, analyze
    from mapper.sources import list_files, read

    tools = Tools(request.settings)
    files = list_files(request.articles)
    items = list(read(files, settings=request.settings, published=request.published))
    documents = [item for item in items if isinstance(item, Document)]
    problems = [item for item in items if isinstance(item, Problem)]
    echo_problems(problems)
    whole = Analysis(documents=tuple(documents), problems=tuple(problems))
    fail_if_nothing_read(whole, strict=request.strict)
    names = {d.doc_id: d.label or d.doc_id for d in documents}
    unknown = sorted(set(labels) - set(names.values()))
    if unknown:
        raise InputError(f"no document {unknown[0]!r}; there are: {', '.join(names.values())}")
    # One by one, so that the reports are those before linking.
    reports = [i for d in documents for i in analyze([d], tools=tools).incidents]
    comparisons = explain_links(reports, documents, decisions=tools.linker.decisions)
    if not comparisons:
        click.echo("no two documents tell of incidents of near kinds")
    for comparison in comparisons:
        pair = {names[i.evidence[0].doc_id] for i in (comparison.first, comparison.second)}
        if not labels or pair & set(labels):
            _echo_comparison(comparison, names)


def _echo_comparison(comparison: Comparison, names: Mapping[str, str]) -> None:
    verdict = comparison.verdict
    said = "one incident" if comparison.joined else "kept apart"
    if comparison.decided:
        said += f", as the overrides say ({comparison.decided})"
    click.echo(f"\n{said}")
    for report in (comparison.first, comparison.second):
        click.echo(f"  {_report(report, names)}")
    if verdict.veto:
        click.echo(f"  ruled out: {verdict.veto}")
        return
    for reason, weight in verdict.reasons:
        click.echo(f"  {weight:+5.1f}  {reason}")
    click.echo(f"  {verdict.score:5.1f}  of {verdict.needed:.1f} needed")


def _report(report: Incident, names: Mapping[str, str]) -> str:
    best = report.evidence[0]
    words = " ".join(best.exact.split())
    words = words if len(words) <= _QUOTE else words[: _QUOTE - 1] + "…"
    told = f"{names[best.doc_id]}: {report.kind}, {_days(report.when)}"
    return f'{report.incident_id}  {told}: "{words}"'
