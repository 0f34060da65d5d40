"""Floors under the metrics: they rise for the asking and fall only with a reason."""

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from mapper.cli import main
from mapper.errors import InputError
from mapper.evaluation import Report, read_floors, reliability, write_floors

ROOT = Path(__file__).resolve().parents[1]
LINES = ROOT / "tests" / "data" / "evaluation" / "lines.jsonl"


def report(f1=0.8, *, corpus="news", sha256="a" * 64, **metrics):
    return Report(
        corpus=corpus,
        sha256=sha256,
        documents=3,
        gold=9,
        kinds="places",
        metrics={"recognition_f1": f1, "median_km": 5.0, "mb_per_cpu_s": 0.1, **metrics},
        reliability=reliability([]),
    )


@pytest.fixture
def floors(tmp_path):
    """Floors raised to the report above, read back from their file."""
    file = tmp_path / "floors.toml"
    write_floors(file, read_floors(file).raised([report(0.8, zone=0.91239)]))
    return read_floors(file)


def test_floors_are_what_was_reached_rounded_down(floors):
    (own,) = floors.corpora.values()
    assert own.floors == {"recognition_f1": 0.8, "zone": 0.912}  # speed and distance have none
    assert (own.sha256, own.documents, own.gold) == ("a" * 64, 3, 9)


def test_a_result_under_its_floor_fails(floors):
    assert floors.failures([report(0.8, zone=0.95)]) == []
    (failure,) = floors.failures([report(0.79, zone=0.95)])
    assert "recognition_f1 is 0.7900, its floor 0.800" in failure
    assert "zone is nothing" in floors.failures([report(0.8, zone=None)])[0]
    assert "zone is nothing" in floors.failures([report(0.8)])[0]


def test_another_corpus_fails(floors):
    assert "not the corpus" in floors.failures([report(1.0, zone=1.0, sha256="b" * 64)])[0]
    assert floors.failures([]) == ["news: not evaluated"]
    unknown = floors.failures([report(zone=1.0), report(corpus="other")])
    assert unknown == ["other: has no floors"]


def test_raising_raises_and_never_lowers(floors):
    higher = floors.raised([report(0.9, zone=0.95)])
    assert higher.corpora["news"].floors == {"recognition_f1": 0.9, "zone": 0.95}
    assert higher.lowered == ()
    with pytest.raises(InputError, match=r"recognition_f1 is 0\.7000"):
        floors.raised([report(0.7, zone=0.95)])
    with pytest.raises(InputError, match="another corpus"):
        floors.raised([report(0.9, zone=0.95, sha256="b" * 64)])


def test_lowering_needs_a_reason_and_keeps_it(floors, tmp_path):
    with pytest.raises(InputError, match="for a reason"):
        floors.lowered_to([report(0.7, zone=0.95)], reason=" ")
    lower = floors.lowered_to([report(0.7, zone=0.95)], reason='the gold was "wrong"')
    assert lower.corpora["news"].floors == {"recognition_f1": 0.7, "zone": 0.912}
    write_floors(tmp_path / "lower.toml", lower)
    (note,) = read_floors(tmp_path / "lower.toml").lowered
    assert (note.what, note.before, note.after) == ("recognition_f1", "0.800", "0.700")
    assert note.reason == 'the gold was "wrong"'


def test_an_exchanged_corpus_is_noted(floors):
    other = report(0.9, zone=0.95, sha256="b" * 64)
    exchanged = floors.lowered_to([other], reason="a newer edition")
    assert exchanged.failures([other]) == []
    (note,) = exchanged.lowered
    assert (note.what, note.before, note.after) == ("corpus", "a" * 64, "b" * 64)


def test_a_change_by_hand_is_noticed(floors, tmp_path):
    file = tmp_path / "floors.toml"
    file.write_text(file.read_text().replace("recognition_f1 = 0.800", "recognition_f1 = 0.100"))
    with pytest.raises(InputError, match="changed by hand"):
        read_floors(file)
    file.write_text("corpora = 3\nseal = [")
    with pytest.raises(InputError, match="cannot read floors"):
        read_floors(file)


def run(*arguments, code=0):
    result = CliRunner().invoke(main, ["evaluate", *map(str, arguments)])
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


def test_the_command_holds_the_floors(tmp_path):
    gate = tmp_path / "gate.toml"
    assert "has no floors" in run(LINES, "--gate", gate, code=1).stderr
    assert not gate.exists()
    run(LINES, "--gate", gate, "--raise-floors", "--kinds", "all")
    run(LINES, "--gate", gate)  # the file says the kinds
    assert tomllib.loads(gate.read_text())["corpora"]["lines"]["kinds"] == "all"
    run(LINES, "--gate", gate, "--kinds", "relative")
    floors = read_floors(gate)
    (own,) = floors.corpora.values()
    assert own.floors["recognition_f1"] > 0.5


def test_the_command_lowers_only_with_a_reason(tmp_path):
    gate = tmp_path / "gate.toml"
    high = Report(
        corpus="lines",
        sha256="0" * 64,
        documents=2,
        gold=6,
        kinds="places",
        metrics={"recognition_f1": 1.0},
        reliability=reliability([]),
    )
    write_floors(gate, read_floors(gate).raised([high]))
    before = gate.read_bytes()
    assert "not the corpus" in run(LINES, "--gate", gate, code=1).stderr
    assert "another corpus" in run(LINES, "--gate", gate, "--raise-floors", code=2).stderr
    assert gate.read_bytes() == before
    run(LINES, "--gate", gate, "--lower-floors", "the texts were mended")
    run(LINES, "--gate", gate)
    assert [note.what for note in read_floors(gate).lowered] == ["corpus"]
    assert "need --gate" in run(LINES, "--raise-floors", code=2).stderr


def test_the_floors_of_the_project_are_sealed():
    floors = read_floors(ROOT / "benchmarks" / "quality_floors.toml")
    assert {"LGL", "GeoVirus"} <= set(floors.corpora)
    assert all(own.floors and len(own.sha256) == 64 for own in floors.corpora.values())
