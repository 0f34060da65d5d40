"""Linking and the register on our own dispatches about sourced incidents."""

from __future__ import annotations

import dataclasses
import re

import pytest
from linking_score import Score, clusters, dispatches, happenings, knowledge, run, score

from mapper.model import Analysis
from mapper.pipeline import Tools

# What linking reached when it was last changed, a little below: (B-cubed precision, recall,
# pair F1). Mixing two incidents is worse than tearing one apart.
FLOORS = {"seen": (0.92, 0.82, 0.80), "unseen": (0.97, 0.84, 0.80)}


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return run(Tools())


def test_the_set_is_what_it_claims_to_be() -> None:
    told = dispatches()
    keys = {t["incident"] for row in told for t in row["tells"]}
    assert len(told) >= 60
    assert keys == set(happenings())
    assert sum(bool(row["register"]) for row in happenings().values()) >= 25
    often = [k for k in keys if sum(k == t["incident"] for r in told for t in r["tells"]) >= 3]
    assert len(often) >= 10
    assert sum(bool(re.search("[가-힣]", row["text"])) for row in told) >= 5
    assert all(t["words"] in row["text"] for row in told for t in row["tells"])
    assert all(row["sources"] for row in happenings().values())


@pytest.mark.parametrize("half", ["seen", "unseen"])
def test_linking_holds_its_floor(analysis: Analysis, half: str) -> None:
    result: Score = score(analysis, half)
    precision, recall, pair_f1 = FLOORS[half]
    assert result.found >= 0.7 * result.told
    assert result.precision >= precision
    assert result.recall >= recall
    assert result.pair_f1 >= pair_f1


def test_the_score_sees_what_is_torn_apart_and_mixed_up(analysis: Analysis) -> None:
    good = score(analysis, "unseen")
    mixed = dataclasses.replace(
        analysis,
        incidents=tuple(dataclasses.replace(i, incident_id="one") for i in analysis.incidents),
    )
    assert score(mixed, "unseen").precision < 0.5 < good.precision


def test_the_register_knows_most_and_is_seldom_wrong(analysis: Analysis) -> None:
    seen, unseen = knowledge(analysis, "seen"), knowledge(analysis, "unseen")
    assert unseen["wrong"] == 0
    assert seen["wrong"] <= 2  # records that mix two incidents
    assert unseen["right"] >= 30
    assert seen["right"] >= 32


def test_three_incidents_of_one_day_stay_three(analysis: Analysis) -> None:
    found = clusters(analysis)
    by_id = {incident.incident_id: incident for incident in analysis.incidents}
    wanted = {
        ("oct-def-1", "oct19-defection"),
        ("oct-search-2", "oct19-search"),
        ("oct-paju-2", "oct19-paju"),
    }
    assert wanted <= set(found)
    assert len({found[item] for item in wanted}) == 3
    assert {str(by_id[found[item]].when.start) for item in wanted} == {"2025-10-19"}


def test_copies_of_a_wire_story_are_one_source(analysis: Analysis) -> None:
    found = clusters(analysis)
    record = found["june-1-wire", "june9-2024"]
    assert found["june-1-copy", "june9-2024"] == record
    incident = next(i for i in analysis.incidents if i.incident_id == record)
    assert max(len(claim.doc_ids) for claim in incident.claims) == 2


def test_two_undated_flights_in_fog_are_not_made_one(analysis: Analysis) -> None:
    found = clusters(analysis)
    both = [found.get((f"undated-fog-{x}", f"undated-{x}")) for x in "ab"]
    assert both[0] is None or both[0] != both[1]
