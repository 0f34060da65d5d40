"""The kinds of incidents, their codes and looks, and a user's own beside them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mapper.errors import SettingsError
from mapper.incidents.frame_rules import frames, korean_frames
from mapper.incidents.taxonomy import load_taxonomy, use_taxonomy
from mapper.incidents.triggers import find_triggers
from mapper.maps import load_kinds

HACKED = """
[kinds.cyber_attack]
label = "Cyber attack"
words = ["hacked into", "해킹했"]

[kinds.drone]
label = "Unmanned aircraft"
"""

# Event types and their sub-event types: ACLED codebook, 2023.
ACLED = {
    "Battles": {
        "Armed clash",
        "Government regains territory",
        "Non-state actor overtakes territory",
    },
    "Explosions/Remote violence": {
        "Air/drone strike",
        "Chemical weapon",
        "Grenade",
        "Remote explosive/landmine/IED",
        "Shelling/artillery/missile attack",
        "Suicide bomb",
    },
    "Protests": {"Excessive force against protesters", "Peaceful protest"},
    "Riots": {"Mob violence", "Violent demonstration"},
    "Strategic developments": {
        "Agreement",
        "Arrests",
        "Change to group/activity",
        "Disrupted weapons use",
        "Headquarters or base established",
        "Looting/property destruction",
        "Non-violent transfer of territory",
        "Other",
    },
    "Violence against civilians": {
        "Abduction/forced disappearance",
        "Attack",
        "Sexual violence",
    },
}
# Types and the modes of each that our kinds may use: CAMEO2PLOVER-2021.txt of PLOVER 0.8.
PLOVER = {
    "": set(),
    "CONSULT": {"phone", "visit", "host", "third-party"},
    "COOPERATE": set(),
    "RETREAT": {"release", "return", "ease", "access", "disarm", "ceasefire", "withdraw"},
    "ACCUSE": {"investigate", "disapprove"},
    "MOBILIZE": {"police", "troops"},
    "COERCE": {"confiscate", "restrict", "ban", "arrest", "deport"},
    "ASSAULT": {"abduct", "assassinate", "beat", "destroy", "explosives", "firearms"}
    | {"heavy-weapons"},
}
# What an analyst of the border has to be able to code.
ASKED_FOR = """
defection civilian_crossing mdl_crossing infiltration warning_shots exchange_of_fire
guard_post_shooting shelling landmine naval_clash ship_sinking nll_crossing stray_boat
tunnel_discovery drone aircraft balloon leaflet loudspeaker gps_jamming missile_launch
nuclear_test exercise demolition guard_post_removal guard_post_rebuilding road_rail_link
road_rail_cut excavation demining summit talks repatriation abduction killing accident
wildfire flood evacuation other
"""


def test_every_kind_that_is_asked_for_exists() -> None:
    assert set(ASKED_FOR.split()) <= set(load_taxonomy())


def test_every_kind_is_told_in_english_and_in_korean() -> None:
    korean = {kind for kind, *_ in korean_frames()}
    english = {frame.kind for frame in frames()}
    for key, kind in load_taxonomy().items():
        hangul = [bool(re.search("[가-힣]", p)) for p in (*kind.strong, *kind.soft)]
        assert key in korean or any(hangul), key
        assert key in english or not all(hangul), key


def test_codes_are_those_of_the_code_books() -> None:
    for kind in load_taxonomy().values():
        assert kind.acled_sub_event in ACLED[kind.acled_event], kind.key
        assert kind.plover in PLOVER, kind.key
        assert kind.plover_mode in PLOVER[kind.plover] | {""}, kind.key


def test_every_kind_has_its_look_on_the_map() -> None:
    assert set(load_kinds()) == set(load_taxonomy())


@pytest.fixture(autouse=True)
def ours_again() -> Iterator[None]:
    yield
    use_taxonomy("")


def write(folder: Path, text: str) -> Path:
    file = folder / "kinds.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_kind_is_added_and_one_is_renamed(tmp_path: Path) -> None:
    sentence = "The North hacked into the army's network."
    assert find_triggers(sentence) == ()
    use_taxonomy(write(tmp_path, HACKED))
    assert [t.kind for t in find_triggers(sentence)] == ["cyber_attack"]
    assert [t.kind for t in find_triggers("북한이 군 전산망을 해킹했다.")] == ["cyber_attack"]
    assert load_taxonomy()["cyber_attack"].acled_event == "Strategic developments"
    assert load_taxonomy()["drone"].label == "Unmanned aircraft"
    assert [t.kind for t in find_triggers("A drone crossed the border.")] == ["drone"]
    use_taxonomy("")
    assert find_triggers(sentence) == ()
    assert load_taxonomy()["drone"].label == "Drone"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kinds = 1 =", "cannot read"),
        ("[other]", "cannot read"),
        ('[kinds.x]\nlabel = "X"', "not whole"),
        ('[kinds.x]\nwords = ["x"]', "not whole"),
        ('[kinds.x]\nlabel = "X"\ncolour = "red"\nwords = ["x"]', "unknown key 'colour'"),
        ('[kinds.x]\nlabel = "X"\ncues = ["x"]\nstrong = ["("]', "not a pattern"),
    ],
)
def test_a_bad_file_is_refused_and_ours_stays(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        use_taxonomy(write(tmp_path, text))
    assert "x" not in load_taxonomy()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"):
        use_taxonomy(tmp_path / "nowhere.toml")
