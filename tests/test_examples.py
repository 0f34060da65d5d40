"""The example dispatches: ours, short, sourced, and each of them shows something."""

from __future__ import annotations

import datetime as dt
import difflib
import itertools
import re
from pathlib import Path

import pytest

from mapper.files import examples_dir
from mapper.model import Document, MentionKind, Problem
from mapper.pipeline import Tools, analyze
from mapper.settings import Settings
from mapper.sources import list_files, read

FILES = sorted(path for path in examples_dir().iterdir() if not path.name.startswith("."))


def sources_of(path: Path) -> list[str]:
    """Return the sources a dispatch names: front matter, or ``dcterms.source`` in HTML."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return re.findall(r'<meta name="dcterms.source" content="([^"]+)">', text)
    block = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    assert block is not None
    assert "\nsources:\n" in block[1]
    return re.findall(r"^  - (.+)$", block[1].partition("\nsources:\n")[2], re.MULTILINE)


def body_of(document: Document) -> str:
    shown = [span for span in document.sentences if not document.is_boilerplate(span)]
    return " ".join(document.quote(span) for span in shown)


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    found = list(read(list_files([examples_dir()]), settings=Settings()))
    assert [item for item in found if isinstance(item, Problem)] == []
    return {item.label: item for item in found if isinstance(item, Document)}


@pytest.fixture(scope="module")
def analysis(documents):
    return analyze(documents.values(), tools=Tools(Settings()))


def incidents_of(analysis, document: Document) -> list:
    return [
        incident
        for incident in analysis.incidents
        if any(evidence.doc_id == document.doc_id for evidence in incident.evidence)
    ]


def test_every_file_is_read(documents):
    assert len(FILES) >= 8
    assert set(documents) == {path.stem for path in FILES}
    assert {path.suffix for path in FILES} == {".md", ".txt", ".html"}
    assert {document.language for document in documents.values()} == {"en", "ko"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_dispatch_names_its_sources(path):
    sources = sources_of(path)
    assert sources
    assert all(re.search(r"\(https?://[^\s)]+\)+$", source) for source in sources)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_dispatch_is_dated_signed_and_short(path, documents):
    document = documents[path.stem]
    assert document.title
    assert document.publisher.casefold().startswith("incident-mapper examples")
    assert document.published is not None
    # A dispatch is news: it appears on or after the day its file is named for.
    assert document.published >= dt.date.fromisoformat(path.stem[:10])
    body = body_of(document)
    if document.language == "ko":
        assert 120 <= len(body) <= 600
    else:
        assert 60 <= len(body.split()) <= 180


def test_no_two_dispatches_share_their_words(documents):
    bodies = {label: body_of(document).split() for label, document in documents.items()}
    for one, other in itertools.combinations(sorted(bodies), 2):
        alike = difflib.SequenceMatcher(None, bodies[one], bodies[other], autojunk=False).ratio()
        assert alike < 0.4, (one, other, alike)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_dispatch_yields_an_incident(path, analysis, documents):
    found = incidents_of(analysis, documents[path.stem])
    assert found
    for incident in found:
        for evidence in incident.evidence:
            document = analysis.document(evidence.doc_id)
            assert document.quote(evidence.span) == evidence.exact
            assert not document.is_boilerplate(evidence.span)


def test_two_reports_of_one_shelling_become_one_incident(analysis, documents):
    first = documents["2010-11-23-yeonpyeong-first-reports"].doc_id
    second = documents["2010-11-23-yeonpyeong-second-day"].doc_id
    assert any(
        {first, second} <= {evidence.doc_id for evidence in incident.evidence}
        for incident in analysis.incidents
    )


def test_crossings_of_one_day_at_two_places_stay_apart(analysis, documents):
    found = incidents_of(analysis, documents["2025-10-19-three-incidents"])
    day = [incident for incident in found if incident.when.start == dt.date(2025, 10, 19)]
    labels = " | ".join(incident.where.label for incident in day if incident.where)
    assert "Cheorwon" in labels
    assert "Paju" in labels


def test_a_denial_stands_beside_the_claim(analysis, documents):
    (sinking,) = incidents_of(analysis, documents["2010-03-26-cheonan"])
    assert any("North Korea denied" in evidence.exact for evidence in sinking.evidence)


def test_a_place_given_by_distance_is_found(analysis, documents):
    document = documents["1978-10-17-third-tunnel"]
    relative = {
        resolution.mention.surface
        for resolution in analysis.resolutions
        if resolution.mention.doc_id == document.doc_id
        and resolution.mention.kind is MentionKind.RELATIVE
        and resolution.position is not None
    }
    assert any("Panmunjom" in surface for surface in relative)
