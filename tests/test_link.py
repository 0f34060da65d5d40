"""Linking: reports of one incident become one record, others stay apart."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from mapper.incidents import extract_incidents, link_incidents
from mapper.model import (
    Certainty,
    Document,
    Incident,
    Mention,
    MentionKind,
    Place,
    Position,
    Resolution,
    Side,
    Span,
    Status,
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
