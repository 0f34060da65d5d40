"""Linking: reports of one incident become one record, others stay apart."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapper.errors import InputError
from mapper.incidents import explain_links, extract_incidents, link_incidents
from mapper.incidents.decisions import Decisions, parse_decisions
from mapper.incidents.families import source_families
from mapper.incidents.link import check_decisions, settle_problems
from mapper.model import (
    Certainty,
    Document,
    Incident,
    Mention,
    MentionKind,
    Place,
    Position,
    Precision,
    Problem,
    Resolution,
    Side,
    Span,
    Status,
    When,
    ZoneCheck,
    ZoneName,
)
from mapper.text import make_document

PLACES = {
    "Cheorwon": (127.31, 38.15, 15, ZoneName.SOUTH_OF_DMZ, None),
    "Paju": (126.78, 37.76, 15, ZoneName.SOUTH_OF_DMZ, None),
    "Goseong": (128.47, 38.38, 15, ZoneName.SOUTH_OF_DMZ, None),
    "Wonsan": (127.44, 39.15, 10, ZoneName.NORTH_OF_DMZ, None),
    "MDL": (127.4, 38.3, 125, ZoneName.INSIDE_DMZ, "layer:mdl"),
}
Report = tuple[Document, tuple[Incident, ...]]


def report(text: str, published: str | None) -> Report:
    """Read a dispatch; every name of ``PLACES`` in it is a place."""
    day = dt.date.fromisoformat(published) if published else None
    document = make_document(text, published=day, label=text[:12] + str(published))
    found = []
    for name, (lon, lat, radius_km, zone, footprint) in PLACES.items():
        at = text.find(name)
        if at < 0:
            continue
        position = Position(lon=lon, lat=lat, uncertainty_m=radius_km * 1000)
        place = Place(place_id=name, name=name, position=position, feature_code="PPL")
        mention = Mention(
            doc_id=document.doc_id,
            span=Span(at, at + len(name)),
            surface=name,
            kind=MentionKind.LITERAL,
        )
        resolution = Resolution(
            mention=mention,
            status=Status.LOCATED,
            place=place,
            position=position,
            footprint=footprint,
            probability=0.9,
        )
        check_ = ZoneCheck(zone=zone, side=Side.UNKNOWN, certainty=Certainty.CERTAIN)
        found.append((resolution, check_))
    found.sort(key=lambda pair: pair[0].mention.span)
    incidents, _ = extract_incidents(document, [r for r, _ in found], [c for _, c in found])
    return document, incidents


def check(*texts: tuple[str, str | None], sources: list[int]) -> tuple[Incident, ...]:
    """Compare how many documents tell of each incident, most first, in any order of input."""
    reports = [report(*text) for text in texts]
    results = []
    for order in itertools.islice(itertools.permutations(reports), 6):
        documents = [document for document, _ in order]
        incidents = [incident for _, found in order for incident in found]
        results.append(link_incidents(incidents, documents))
    counts = [
        sorted((len({e.doc_id for e in i.evidence}) for i in r), reverse=True) for r in results
    ]
    assert counts == [sources] * len(results)
    ids = [{incident.incident_id for incident in result} for result in results]
    assert all(other == ids[0] for other in ids)
    return results[0]


CROSSING = "About 20 North Korean soldiers crossed the MDL near Cheorwon on Tuesday."


def test_two_papers_on_one_crossing() -> None:
    (incident,) = check(
        (CROSSING, "2024-06-19"),
        ("North Korean troops with pickaxes crossed the MDL on Tuesday in Cheorwon.", "2024-06-20"),
        sources=[2],
    )
    assert incident.when.start == dt.date(2024, 6, 18)
    assert incident.where is not None
    assert incident.where.label == "Cheorwon"
    assert incident.where.mention is not None


def test_an_exact_report_lends_its_date_to_a_vague_one() -> None:
    (incident,) = check(
        (
            "A North Korean soldier was shot at when he ran across the MDL to the South in May.",
            "2024-08-01",
        ),
        (
            "Guards opened fire when a North Korean soldier ran across the MDL on May 9, 2024.",
            "2024-05-10",
        ),
        sources=[2],
    )
    assert incident.when.start == incident.when.end == dt.date(2024, 5, 9)


@pytest.mark.parametrize(
    "other",
    [
        ("About 20 North Korean soldiers crossed the MDL near Cheorwon on Thursday.", "2024-06-21"),
        ("About 20 North Korean soldiers crossed the MDL near Paju on Tuesday.", "2024-06-19"),
        (
            "In an unrelated case North Korean soldiers crossed the MDL near Cheorwon on Tuesday.",
            "2024-06-19",
        ),
        ("North Korea fired a missile from Wonsan on Tuesday.", "2024-06-19"),
    ],
    ids=["another day", "another place", "called separate", "another kind"],
)
def test_others_stay_apart(other: tuple[str, str]) -> None:
    check((CROSSING, "2024-06-19"), other, sources=[1, 1])


def test_different_clock_times_stay_apart() -> None:
    check(
        (
            "North Korean soldiers crossed the MDL near Cheorwon at 8:30 a.m. on Tuesday.",
            "2024-06-19",
        ),
        (
            "North Korean soldiers crossed the MDL near Cheorwon at 2:00 p.m. on Tuesday.",
            "2024-06-19",
        ),
        sources=[1, 1],
    )


def test_what_one_document_tells_apart_stays_apart() -> None:
    both = (
        "A North Korean soldier defected across the MDL on Tuesday. "
        "Last year another man was shot at when he ran across the MDL."
    )
    check((both, "2024-06-19"), (both.replace("Tuesday", "June 18"), "2024-06-20"), sources=[2, 2])


def test_undated_reports_need_strong_agreement() -> None:
    check(
        ("A North Korean soldier defected.", None),
        ("A North Korean sergeant defected.", None),
        sources=[1, 1],
    )


def test_under_fire_and_without_a_shot_are_not_one() -> None:
    check(
        ("A North Korean soldier who defected near Cheorwon on Tuesday was shot at.", "2024-06-19"),
        (
            "A North Korean soldier defected near Cheorwon on Tuesday without any shots.",
            "2024-06-19",
        ),
        sources=[1, 1],
    )


def test_same_incident_twice_is_no_second_source() -> None:
    document, incidents = report(CROSSING, "2024-06-19")
    assert link_incidents([*incidents, *incidents], [document]) == incidents


FOG_A = "A North Korean soldier who defected in heavy fog was led away."
FOG_B = "A soldier defected from North Korea in thick fog."
FIRE_A = " Another man who escaped to South Korea across the MDL was hit five times by bullets."
FIRE_B = " Before him another man who defected from North Korea across the MDL was shot at."


def test_a_rare_detail_alone_makes_no_undated_pair_one() -> None:
    check((FOG_A, None), (FOG_B, None), sources=[1, 1])


def test_undated_pairs_of_the_same_two_documents_bear_each_other_out() -> None:
    check((FOG_A + FIRE_A, None), (FOG_B + FIRE_B, None), sources=[2, 2])


def test_nothing_to_link() -> None:
    assert link_incidents([], []) == ()


def test_another_number_of_people_is_another_crossing() -> None:
    check(
        ("A North Korean soldier crossed the line near Cheorwon on Oct. 19.", "2021-10-20"),
        ("Some 20 North Korean soldiers crossed the line near Cheorwon on Oct. 19.", "2021-10-21"),
        sources=[1, 1],
    )


def test_two_roads_blown_up_on_one_day_stay_two() -> None:
    check(
        ("North Korea blew up the Gyeongui road north of the MDL on Oct. 15.", "2021-10-16"),
        ("North Korea blew up the Donghae road north of the MDL on Oct. 15.", "2021-10-16"),
        sources=[1, 1],
    )


WIRE = (
    "About 20 North Korean soldiers carrying pickaxes crossed the MDL near Cheorwon on Tuesday and "
    "turned back when guards fired warning shots, the military said. The slope is thick with "
    "bushes, and the soldiers may have lost their way, a spokesman told reporters in the morning."
)


def test_copies_of_a_text_are_one_source() -> None:
    (incident,) = check(
        (WIRE, "2024-06-19"),
        ("SEOUL, June 19 - " + WIRE + " The paper adds a line of its own.", "2024-06-19"),
        ("North Korean soldiers crossed the MDL near Cheorwon on June 18.", "2024-06-20"),
        sources=[3],
    )
    assert sorted(len(claim.doc_ids) for claim in incident.claims) == [1, 2]


def test_a_text_told_anew_is_no_copy() -> None:
    texts = [WIRE, WIRE[:200], WIRE.replace("pickaxes", "axes"), CROSSING, "", "Two words"]
    texts.append("Some twenty troops from the North came over the line with tools, officials said.")
    documents = [make_document(text, label=str(n)) for n, text in enumerate(texts)]
    families = source_families(documents)
    heads = [families[document.doc_id] for document in documents]
    assert heads[0] == heads[1] == heads[2]
    assert len({*heads}) == 5
    assert source_families(documents[::-1]) == families


def test_claims_that_disagree_stand_side_by_side() -> None:
    (incident,) = check(
        ("Shells from North Korea hit Paju on Tuesday, killing two people.", "2024-06-19"),
        ("North Korea shelled Paju on June 18. Three people were killed.", "2024-06-20"),
        sources=[2],
    )
    assert sorted(claim.casualties.killed or 0 for claim in incident.claims) == [2, 3]
    assert {claim.when.start for claim in incident.claims} == {dt.date(2024, 6, 18)}


DAY = When(
    start=dt.date(2024, 6, 18), end=dt.date(2024, 6, 18), precision=Precision.DAY, text="June 18"
)


def two_reports() -> tuple[list[Incident], list[Document]]:
    reports = [report(CROSSING, "2024-06-19"), report(CROSSING + " It rained.", "2024-06-20")]
    return [i for _, found in reports for i in found], [document for document, _ in reports]


def test_an_analyst_goes_before_every_rule() -> None:
    incidents, documents = two_reports()
    one, other = (incident.incident_id for incident in incidents)
    (linked,) = link_incidents(incidents, documents)
    apart = parse_decisions(f"# by hand\n\ndifferent: {one} {other}  # two patrols\n")
    assert len(link_incidents(incidents, documents, decisions=apart)) == 2
    (comparison,) = explain_links(incidents, documents, decisions=apart)
    assert (comparison.decided, comparison.joined) == ("different", False)
    paju = report(CROSSING.replace("Cheorwon", "Paju"), "2024-06-19")
    both = parse_decisions(f"same: {linked.incident_id}, {paju[1][0].incident_id}")
    (record,) = link_incidents([*incidents, *paju[1]], [*documents, paju[0]], decisions=both)
    assert len(record.claims) == 3


@pytest.mark.parametrize(
    "text",
    [
        "same: 0123456789abcdef",
        "same: 0123456789abcdef 0123456789abcdef",
        "same 0123456789abcdef fedcba9876543210",
        "same: this that",
        "same: 0123456789abcdef fedcba9876543210\ndifferent: fedcba9876543210 0123456789abcdef",
    ],
)
def test_a_line_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_decisions(text)


def test_an_id_that_no_incident_has_is_a_problem() -> None:
    incidents, documents = two_reports()
    decisions = parse_decisions(f"same: {incidents[0].incident_id} {'0' * 16}")
    (problem,) = check_decisions(decisions, incidents, documents)
    assert problem.code == "unknown_decision"
    assert "0" * 16 in problem.message
    assert check_decisions(Decisions(), incidents, documents) == ()


def test_an_explanation_adds_up() -> None:
    incidents, documents = two_reports()
    (comparison,) = explain_links(incidents, documents)
    verdict = comparison.verdict
    assert comparison.joined
    assert verdict.score == pytest.approx(sum(weight for _, weight in verdict.reasons))
    assert verdict.score >= verdict.needed
    other = report(CROSSING.replace("Tuesday", "Thursday"), "2024-06-21")
    vetoes = explain_links([incidents[0], *other[1]], [documents[0], other[0]])
    assert [c.verdict.veto for c in vetoes] == ["the dates do not meet"]


def test_what_another_source_dates_is_no_longer_listed_as_undated() -> None:
    reports = [
        report("A North Korean soldier crossed the MDL near Cheorwon in fog.", "2024-06-19"),
        report("A North Korean soldier crossed the MDL near Cheorwon in fog on June 18.", None),
        report("North Korea fired a missile from Wonsan.", "2024-06-19"),
    ]
    incidents = [i for _, found in reports for i in found]
    problems = [
        Problem(code=code, stage="extract", message="", doc_id=i.evidence[0].doc_id, span=span)
        for i in incidents
        for code, span in (("undated", i.evidence[0].span), ("other", None))
        if i.when.start is None
    ]
    dated = [
        dataclasses.replace(incidents[1], when=DAY) if n == 1 else i
        for n, i in enumerate(incidents)
    ]
    linked = link_incidents(dated, [document for document, _ in reports])
    left = settle_problems(problems, linked)
    undated = [p.doc_id for p in left if p.code == "undated"]
    assert undated == [reports[2][0].doc_id]
    assert sum(p.code == "other" for p in left) == sum(p.code == "other" for p in problems)


TEXTS = [
    CROSSING,
    WIRE,
    WIRE + " A line of its own.",
    CROSSING.replace("Cheorwon", "Paju"),
    CROSSING.replace("Tuesday", "Thursday"),
    FOG_A + FIRE_A,
    FOG_B + FIRE_B,
    FOG_A,
    "North Korea fired a missile from Wonsan on Tuesday.",
    "A missile flew from Wonsan on Tuesday, North Korea said.",
    "In an unrelated case North Korean soldiers crossed the MDL near Cheorwon on Tuesday.",
]
READ = [report(text, day) for text in TEXTS for day in ("2024-06-19", None)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(range(len(READ))), unique=True), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(chosen: list[int], random: object) -> None:
    reports = [READ[n] for n in chosen]
    results = []
    for _ in range(2):
        documents = [document for document, _ in reports]
        linked = link_incidents([i for _, found in reports for i in found], documents)
        results.append(sorted(linked, key=lambda incident: incident.incident_id))
        random.shuffle(reports)  # type: ignore[attr-defined]  # Hypothesis's own Random
    assert results[0] == results[1]
    for incident in results[0]:  # what one document tells apart stays apart
        reported = [r for claim in incident.claims for r in claim.reports]
        assert len(reported) == len({e.doc_id for e in incident.evidence}) or not reported
