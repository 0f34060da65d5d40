"""The command line as a user meets it: output, files, exit codes."""

import csv
import json

import pytest
from click.testing import CliRunner

from mapper.cli import main

ARTICLE = """Two soldiers defect across the border

Two North Korean soldiers defected to South Korea on 3 May 2024 by crossing the
military demarcation line at Panmunjom, the Joint Chiefs of Staff said.

Seoul said it would question the men. Pyongyang has accused Seoul of kidnapping them.
"""


@pytest.fixture
def article(tmp_path):
    file = tmp_path / "article.txt"
    file.write_text(ARTICLE)
    return file


def invoke(*arguments, code=0):
    """Run ``mapper`` with arguments and return its result, checking the exit code."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


def test_map_prints_what_it_found_and_writes_what_was_asked(article, tmp_path):
    page = tmp_path / "out" / "map.html"
    result = invoke(
        "map", article, "-o", page, "--format", "geojson", "--format", "csv",
        "--figure", tmp_path / "map.svg",
    )  # fmt: skip
    assert "1 incident in 1 document" in result.stdout
    assert "2024-05-03" in result.stdout
    assert "defection" in result.stdout
    assert "jsa" in result.stdout
    assert f"wrote {page}" in result.stdout
    assert page.read_text().startswith("<!DOCTYPE html>")
    (feature,) = json.loads(page.with_suffix(".geojson").read_text())["features"]
    assert feature["properties"]["kind"] == "defection"
    (row,) = csv.DictReader(page.with_suffix(".csv").read_text().splitlines())
    assert (row["date_start"], row["zone"]) == ("2024-05-03", "jsa")
    assert "<svg" in (tmp_path / "map.svg").read_text()


def test_extract_gives_a_line_for_each_document(article):
    (line,) = invoke("extract", article).stdout.splitlines()
    record = json.loads(line)
    assert record["id"] == "article"
    (incident,) = record["incidents"]
    quote = incident["evidence"][0]
    assert ARTICLE[quote["start"] : quote["end"]] == quote["exact"]
    assert "Two North Korean soldiers defected" in quote["exact"]


def test_the_date_option_dates_what_the_text_leaves_relative(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("A North Korean soldier defected across the DMZ on Saturday, the army said.")
    undated = json.loads(invoke("extract", file).stdout)["incidents"][0]
    dated = json.loads(invoke("extract", file, "--date", "2018-12-02").stdout)["incidents"][0]
    assert undated["date_start"] is None
    assert dated["date_start"] == "2018-12-01"


def test_an_own_layer_decides_the_zone(article, tmp_path):
    halves = {"dmz_north": (38.0, 38.1), "dmz_south": (37.9, 38.0)}  # degrees north
    features = [
        {
            "type": "Feature",
            "properties": {"id": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[126.9, a], [128.0, a], [128.0, b], [126.9, b], [126.9, a]]],
            },
        }
        for name, (a, b) in halves.items()
    ]
    file = tmp_path / "own.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (incident,) = json.loads(invoke("extract", article, "--layers", file).stdout)["incidents"]
    own = incident["mdl_distance_m"]
    (incident,) = json.loads(invoke("extract", article).stdout)["incidents"]
    assert abs(incident["mdl_distance_m"]) < 200  # metres, from Panmunjom to our line
    assert abs(own) > 15_000  # to the west end of the line at 126.9 E


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(article):
    (article.parent / "empty.txt").write_text("")
    result = invoke("extract", article.parent)
    assert len(result.stdout.splitlines()) == 1
    assert "empty_document" in result.stderr
    invoke("extract", article.parent, "--strict", code=2)


def test_nothing_to_read_is_an_error(tmp_path):
    assert "nothing to read" in invoke("extract", tmp_path, code=2).stderr
    assert "no such file" in invoke("map", tmp_path / "none.txt", code=2).stderr
    assert "not a day" in invoke("map", tmp_path, "--date", "soon", code=2).stderr


def test_a_wrong_settings_key_is_told(article):
    file = article.parent / "mapper.toml"
    file.write_text("cache_dri = 'x'")
    result = invoke("extract", article, "--settings", file, code=2)
    assert "did you mean 'cache_dir'" in result.stderr


def test_settings_are_printed_as_toml():
    import tomllib

    assert tomllib.loads(invoke("settings").stdout)["min_probability"] == 0.4


def test_a_damaged_installation_gives_exit_code_3(article, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    settings = tmp_path / "s.toml"
    settings.write_text(f"geodata_dir = {json.dumps(str(empty))}\n")
    assert "mapper:" in invoke("extract", article, "--settings", settings, code=3).stderr


def test_every_command_has_help_with_an_example():
    for name in main.list_commands(None):
        text = invoke(name, "--help").stdout
        assert f"mapper {name}" in text, name
