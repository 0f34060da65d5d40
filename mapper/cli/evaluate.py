"""``mapper evaluate``: how good the answers are, against gold data."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mapper.cli.geoparse import KIND_SETS, Kinds
from mapper.cli.running import place_options

if TYPE_CHECKING:
    from mapper.evaluation import AnnotatedCorpus, Answer, Report, ToponymCorpus
    from mapper.gazetteer import Gazetteer
    from mapper.model import Place, Resolution
    from mapper.settings import Settings

__all__ = ["Part", "command"]

# A country's middle is where each gazetteer puts it: this far apart, it is the same country.
_SAME_COUNTRY_KM = 300.0
_MEANINGS = 3  # the most prominent meanings of a name that are looked at


class Part(click.ParamType):  # type: ignore[type-arg,unused-ignore] # generic only in newer clicks
    """Which texts of a corpus: ``K/N`` is the K-th of every N."""

    name = "k/n"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click hands over whatever it has
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[int, int]:
        """Return both numbers, or fail with the form that is wanted."""
        if isinstance(value, tuple):
            return value
        first, slash, step = str(value).partition("/")
        if slash and first.isdecimal() and step.isdecimal() and 1 <= int(first) <= int(step):
            return int(first), int(step)
        return self.fail(f"{value!r} is not K/N with K from 1 to N, such as 4/4", param, ctx)


@click.command("evaluate")
@click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--kinds", type=Kinds(), default="places", show_default=True, help="What corpora of lines want."
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["table", "markdown", "json"]),
    default="table",
    show_default=True,
    help="How to print the scores.",
)
@click.option("--part", type=Part(), help="Only texts K, K+N, K+2N... : K/N, such as 4/4.")
@click.option("--mistakes", type=int, default=0, help="Also list this many mistakes a corpus.")
@click.option(
    "--gate",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of floors; fail under one, or for another corpus. It says the kinds.",
)
@click.option("--raise-floors", is_flag=True, help="Raise the floors to what was reached.")
@click.option("--lower-floors", metavar="REASON", help="Lower them; the reason is kept.")
@place_options
def command(
    gold: tuple[Path, ...],
    *,
    kinds: tuple[str, ...],
    file_format: str,
    part: tuple[int, int] | None,
    mistakes: int,
    gate: Path | None,
    raise_floors: bool,
    lower_floors: str | None,
    settings: Settings,
) -> None:
    r"""Score the answers against GOLD data.

    \b
        mapper evaluate corpus.jsonl --kinds all
        mapper evaluate annotated/ --mistakes 20
        mapper evaluate corpus.jsonl --gate floors.toml --format markdown

    A file holds {"id", "text", "toponyms": [{"start", "end", "lat", "lon"}]} lines; a folder
    holds manifest.jsonl, texts/ and annotations/. Exit code 1 when a floor is not reached.
    """
    from mapper.evaluation import read_floors, read_gold, render_reports, write_floors

    if gate is None and (raise_floors or lower_floors is not None):
        raise click.UsageError("--raise-floors and --lower-floors need --gate")
    if gate is not None and part is not None:
        raise click.UsageError("--gate is about whole corpora, not a --part")
    floors = read_floors(gate) if gate is not None else None
    reports = []
    for path in gold:
        corpus = read_gold(path)
        own = floors.corpora.get(corpus.name) if floors is not None else None
        asked = Kinds().convert(own.kinds, None, None) if own is not None and own.kinds else kinds
        report = _evaluate(corpus if part is None else corpus.part(*part), settings, asked)
        reports.append(replace(report, mistakes=report.mistakes[: max(mistakes, 0)]))
    click.echo(render_reports(reports, file_format=file_format), nl=False)
    if floors is None or gate is None:
        return
    if lower_floors is not None:
        floors = floors.lowered_to(reports, reason=lower_floors)
    if raise_floors:
        floors = floors.raised(reports)
    if raise_floors or lower_floors is not None:
        write_floors(gate, floors)
        click.echo(f"wrote {gate}", err=True)
        return
    failures = floors.failures(reports)
    for failure in failures:
        click.echo(f"below the floor: {failure}", err=True)
    if failures:
        sys.exit(1)


def _evaluate(
    corpus: ToponymCorpus | AnnotatedCorpus, settings: Settings, kinds: tuple[str, ...]
) -> Report:
    from mapper.evaluation import ToponymCorpus

    if isinstance(corpus, ToponymCorpus):
        return _evaluate_toponyms(corpus, settings, kinds)
    return _evaluate_documents(corpus, settings)


def _evaluate_toponyms(corpus: ToponymCorpus, settings: Settings, kinds: tuple[str, ...]) -> Report:
    from mapper.evaluation import report_toponyms
    from mapper.geoparsing import bare_document, geoparse, open_gazetteer, resolve_spans

    gazetteer, hints = open_gazetteer(settings), settings.hints()
    geoparse("Fog in Paju.", gazetteer, recognizer=settings.recognizer)  # opens every table
    found, given = {}, {}
    start = time.process_time()
    for text in corpus.texts:
        document = bare_document(text.text, label=text.text_id)
        answers = geoparse(document, gazetteer, hints=hints, recognizer=settings.recognizer)
        names = [r for r in answers if r.mention.relation is None]
        found[text.text_id] = [_answer(r) for r in names if r.mention.kind.value in kinds]
    seconds = time.process_time() - start
    for text in corpus.texts:
        document = bare_document(text.text, label=text.text_id)
        spans = [toponym.span for toponym in text.toponyms if not toponym.ignored]
        resolutions = resolve_spans(document, spans, gazetteer, hints=hints)
        given[text.text_id] = [_answer(r) for r in resolutions]
    return report_toponyms(
        corpus,
        found,
        given,
        kinds=next((name for name, held in KIND_SETS.items() if held == kinds), ",".join(kinds)),
        is_country=_country_test(gazetteer),
        mb_per_cpu_s=corpus.size / 1e6 / seconds,
    )


def _answer(resolution: Resolution) -> Answer:
    from mapper.evaluation import Answer

    position = resolution.position
    return Answer(
        span=resolution.mention.span,
        lon=position.lon if position else None,
        lat=position.lat if position else None,
        probability=resolution.probability,
    )


def _country_test(gazetteer: Gazetteer) -> Callable[[str, float, float], bool]:
    """Return what says whether a name and its point mean a country, for corpora that do not."""
    from mapper.evaluation import distance_km

    @cache
    def countries(name: str) -> tuple[Place, ...]:
        places = gazetteer.places(name)[:_MEANINGS]
        return tuple(place for place in places if place.feature_code.startswith("PCL"))

    def is_country(name: str, lon: float, lat: float) -> bool:
        for place in countries(name):
            at = place.position
            reach_km = max(at.uncertainty_m / 1000, _SAME_COUNTRY_KM)
            if distance_km((at.lon, at.lat), (lon, lat)) <= reach_km:
                return True
        return False

    return is_country


def _evaluate_documents(corpus: AnnotatedCorpus, settings: Settings) -> Report:
    from mapper.evaluation import report_documents
    from mapper.pipeline import Tools, analyze
    from mapper.text import make_document

    documents = [
        make_document(gold.text, label=gold.text_id, published=gold.published)
        for gold in corpus.documents
    ]
    return report_documents(corpus, analyze(documents, tools=Tools(settings)))
