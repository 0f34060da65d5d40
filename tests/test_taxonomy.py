"""A user's own kinds beside ours, for one process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mapper.errors import SettingsError
from mapper.incidents.taxonomy import load_taxonomy, use_taxonomy
from mapper.incidents.triggers import find_triggers

HACKED = """
[kinds.cyber_attack]
label = "Cyber attack"
words = ["hacked into", "해킹했"]

[kinds.drone]
label = "Unmanned aircraft"
"""


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
