"""The stages in order: nothing is lost, and the order of the input does not matter."""

import datetime as dt

import pytest

import mapper.pipeline
from mapper.geoparsing import geoparse
from mapper.model import Problem, Status, ZoneName
from mapper.pipeline import Tools, analyze
from mapper.text import make_document

DEFECTION = (
    "A North Korean soldier defected to South Korea on 13 November 2017 by crossing the "
    "Joint Security Area at Panmunjom under fire, the Joint Chiefs of Staff said."
)
SHELLING = (
    "North Korea shelled Yeonpyeong Island on 23 November 2010, killing two South Korean "
    "marines and two civilians."
)


def documents():
    texts = {"defection": DEFECTION, "shelling": SHELLING}
    return [
        make_document(text, label=label, published=dt.date(2018, 1, 1))
        for label, text in texts.items()
    ]


def test_incidents_carry_place_zone_date_and_their_sentence(tools):
    analysis = analyze(documents(), tools=tools)
    shelling, defection = analysis.incidents  # in order of time
    assert (defection.kind, defection.zone.zone) == ("defection", ZoneName.JSA)
    assert defection.when.start == defection.when.end == dt.date(2017, 11, 13)
    assert (shelling.kind, shelling.zone.zone) == ("shelling", ZoneName.SOUTH_OF_DMZ)
    assert shelling.casualties.killed == 4
    for incident in analysis.incidents:
        for evidence in incident.evidence:
            assert analysis.document(evidence.doc_id).quote(evidence.span) == evidence.exact


def test_the_order_of_the_documents_does_not_matter(tools):
    forward = analyze(documents(), tools=tools)
    backward = analyze(reversed(documents()), tools=tools)
    assert forward.incidents == backward.incidents


def test_the_provenance_names_everything_that_shaped_the_result(tools):
    provenance = analyze([], tools=tools).provenance
    assert provenance.tool_version
    assert provenance.gazetteer_version
    assert len(provenance.layers["mdl"]) == 64
    assert provenance.settings_hash == tools.settings.digest()


def test_a_problem_is_passed_through_and_a_broken_document_kept(tools, monkeypatch):
    problem = Problem(code="unreadable", stage="read", message="x")
    first, second = documents()
    whole = mapper.pipeline.geoparse

    def break_on_first(document, *arguments, **options):
        if document is first:
            raise RuntimeError("boom")
        return whole(document, *arguments, **options)

    monkeypatch.setattr(mapper.pipeline, "geoparse", break_on_first)
    analysis = analyze([problem, first, second], tools=tools)
    assert analysis.documents == (first, second)
    assert [p.code for p in analysis.problems if p.stage == "read"] == ["unreadable"]
    (broken,) = [p for p in analysis.problems if p.code == "internal_error"]
    assert broken.doc_id == first.doc_id
    assert "boom" in broken.message
    assert [incident.kind for incident in analysis.incidents] == ["shelling"]


def test_every_mention_gets_an_answer(tools):
    for document in documents():
        for resolution in geoparse(document, tools.gazetteer):
            assert document.quote(resolution.mention.span) == resolution.mention.surface
            assert (resolution.position is None) == (resolution.status is Status.ABSTAINED)


@pytest.mark.parametrize(
    "text",
    [
        "Pyongyang frequently accuses Seoul of kidnapping or bribing soldiers to defect.",
        "More than 30,000 North Koreans have fled to the South since the war.",
        "A ministry official told the Wall Street Journal that North Korean soldiers were hungry.",
        "Please enter your comment! A soldier fled to South Korea.",
        "North Korea threatened to shell the loudspeakers along the border.",
    ],
)
def test_what_is_no_incident_gives_none(tools, text):
    assert analyze([make_document(text)], tools=tools).incidents == ()


def test_tools_open_what_the_package_ships():
    assert "mdl" in Tools().layers.infos
