"""Places in texts: one by one, by the column, and in every format that leaves the house."""

import csv
import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import texts

import mapper
from mapper.cli import main
from mapper.errors import InputError
from mapper.exports import MENTION_FORMATS, render_mentions
from mapper.exports.marking import mark_html, mark_text
from mapper.model import Hints, Mention, MentionKind, Resolution, Span, Status
from mapper.schema import MENTION_COLUMNS, mention_record
from mapper.text import make_document

ROOT = Path(__file__).resolve().parents[1]
BORDER = "Shots were heard near Paju, 12 km north of Seoul, and in the DMZ."
HOSTILE = "=1+1 <script>alert(1)</script> fog in Paju [a|b] \\ \"q\" & 'x' in Seoul."


def run(*arguments, code=0, stdin=None):
    """Run ``mapper geoparse`` and return its result, checking the exit code."""
    result = CliRunner().invoke(main, ["geoparse", *map(str, arguments)], input=stdin)
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


def render(text, file_format, layers):
    document = make_document(text, label="a")
    parsed = [(document, mapper.geoparse(document))]
    return "".join(render_mentions(parsed, file_format=file_format, layers=lambda: layers))


# One text


def test_a_text_needs_no_gazetteer_of_the_caller(gazetteer):
    (found,) = mapper.geoparse("Fog in Paju.")
    assert (found.mention.surface, found.place.place_id) == ("Paju", "core:paju")
    assert mapper.geoparse(make_document("Fog in Paju."), gazetteer)[0].place == found.place


def test_hints_weigh():
    text = "A fire in Birmingham killed two people on Monday."
    britain = mapper.geoparse(text, hints=Hints(focus="", countries=("GB",)))
    america = mapper.geoparse(text, hints=Hints(focus="", countries=("US",)))
    assert (britain[0].place.country, america[0].place.country) == ("GB", "US")


def test_an_unknown_recognizer_is_refused():
    with pytest.raises(InputError, match="no recognizer"):
        mapper.geoparse("Fog in Paju.", recognizer="nonesuch")


# A column


def check_column(column):
    """A column gives the rows that its texts give one by one, under their index."""
    table = mapper.geoparse_column(column)
    assert list(table.columns) == [c.name for c in MENTION_COLUMNS]
    expected = [
        (label, mention_record(resolution))
        for label, text in column.items()
        if isinstance(text, str)
        for resolution in mapper.geoparse(text)
    ]
    assert list(table.index) == [label for label, _ in expected]
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    assert rows == [record for _, record in expected]
    return table


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(texts, st.none()), max_size=4))
def test_a_column_equals_its_texts_one_by_one(values):
    check_column(pd.Series(values, dtype=object))


def test_a_column_keeps_its_index():
    column = pd.Series(["Fog in Paju.", None, "In Seoul and Suwon."], index=["a", "b", "a"])
    table = check_column(column)
    assert list(table.index) == ["a", "a", "a"]
    assert table["surface"].tolist() == ["Paju", "Seoul", "Suwon"]
    assert table["lat"].dtype == float


def test_an_empty_column_gives_an_empty_table_of_the_same_types():
    empty = mapper.geoparse_column(pd.Series([], dtype=object))
    full = mapper.geoparse_column(["Fog in Paju."])
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


# Marks


UNMARK = re.compile(r"\\(.)|\[|\|\w+ (?:\?|[-\d.]+,[-\d.]+)\]", re.DOTALL)


@given(st.one_of(texts, st.text(alphabet="[]|\\ Paju", max_size=40)))
@settings(max_examples=60, deadline=None)
def test_the_text_can_be_had_back_from_its_marks(text):
    document = make_document(text)
    marked = mark_text(document, mapper.geoparse(document))
    assert UNMARK.sub(lambda m: m.group(1) or "", marked) == document.text


def test_a_mention_inside_another_is_marked_inside_it():
    document = make_document("A boat 12 km north of Seoul sank.")
    marked = mark_text(document, mapper.geoparse(document))
    assert re.search(r"\[12 km north of \[Seoul\|literal [\d.,]+\]\|relative [\d.,]+\]", marked)


def test_what_has_no_place_is_marked_with_a_question_mark():
    document = make_document("They met in Atlantis.")
    mention = Mention(
        doc_id=document.doc_id, span=Span(12, 20), surface="Atlantis", kind=MentionKind.LITERAL
    )
    lost = Resolution(mention=mention, status=Status.ABSTAINED, reason="no such name")
    assert mark_text(document, [lost]) == "They met in [Atlantis|literal ?]."
    assert 'class="literal abstained"' in mark_html(document, [lost])


def test_a_page_holds_the_text_as_text(layers):
    page = render(HOSTILE, "html", layers)
    assert "<script" not in page
    assert "default-src 'none'" in page
    words = re.sub(r"<[^>]*>", "", page.partition("<p>")[2].partition("</p>")[0])
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'")):
        words = words.replace(entity, character)
    assert words.replace("&amp;", "&") == HOSTILE


# Files


def test_geojson_has_a_shape_where_one_is_known(layers):
    collection = json.loads(render(BORDER, "geojson", layers))
    assert collection["type"] == "FeatureCollection"
    by_surface = {f["properties"]["surface"]: f for f in collection["features"]}
    zone = shapely.geometry.shape(by_surface["DMZ"]["geometry"])
    assert zone.contains(shapely.Point(127.0, 38.2)) or zone.area > 0.05  # square degrees
    polygons = getattr(zone, "geoms", [zone])
    assert all(part.exterior.is_ccw for part in polygons)
    seoul = by_surface["Seoul"]
    if seoul["geometry"]["type"] == "Point":
        properties = seoul["properties"]
        assert seoul["geometry"]["coordinates"] == [properties["lon"], properties["lat"]]
    for feature in collection["features"]:
        start, end = feature["properties"]["start"], feature["properties"]["end"]
        assert BORDER[start:end] == feature["properties"]["surface"]


def test_csv_and_json_tell_the_same(layers):
    rows = list(csv.DictReader(io.StringIO(render(BORDER, "csv", layers))))
    objects = json.loads(render(BORDER, "json", layers))
    assert list(rows[0]) == ["document", *(c.name for c in MENTION_COLUMNS)]
    assert [row["surface"] for row in rows] == [o["surface"] for o in objects]
    assert set(objects[0]) == {*rows[0], "alternatives"}
    for row, values in zip(rows, objects, strict=True):
        assert float(row["lat"]) == values["lat"]
        assert row["document"] == values["document"] == "a"


def test_no_cell_of_a_csv_file_is_a_formula(layers):
    document = make_document("x", label="=cmd()")
    mention = Mention(doc_id="x", span=Span(0, 1), surface="=1+1", kind=MentionKind.LITERAL)
    found = Resolution(mention=mention, status=Status.ABSTAINED, reason="+A1")
    text = "".join(render_mentions([(document, [found])], file_format="csv", layers=lambda: layers))
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["document"], row["surface"], row["reason"]) == ("'=cmd()", "'=1+1", "'+A1")


def test_every_format_is_valid_without_a_mention(layers):
    for file_format in MENTION_FORMATS:
        text = "".join(render_mentions([], file_format=file_format, layers=lambda: layers))
        if "json" in file_format:
            json.loads(text)
    with pytest.raises(InputError, match="unknown format"):
        render_mentions([], file_format="xlsx", layers=lambda: layers)


def test_columns_of_mentions_are_documented_in_their_order():
    page = (ROOT / "docs" / "reference" / "mentions.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+?) \|$", page, re.MULTILINE)
    assert rows == [(column.name, column.dtype, column.description) for column in MENTION_COLUMNS]


# The command


def test_the_command_prints_a_table_and_explains():
    plain, explained = run(BORDER).stdout, run(BORDER, "--explain").stdout
    assert "Paju" in plain
    assert "located:" not in plain
    assert "located:" in explained


def test_kinds_choose_what_is_put_out():
    text = "North Korean soldiers shelled Paju, Seoul said."

    def surfaces(*options):
        return [m["surface"] for m in json.loads(run(text, "--format", "json", *options).stdout)]

    assert surfaces() == ["Paju", "Seoul"]
    assert surfaces("--kinds", "all") == ["North Korean", "Paju", "Seoul"]
    assert surfaces("--kinds", "literal") == ["Paju"]
    assert surfaces("--kinds", "literal,demonym") == ["North Korean", "Paju"]
    assert "is not places, all" in run(text, "--kinds", "cities", code=2).stderr


def test_files_and_standard_input_are_read(tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        "<html><body><article><h1>Fog</h1><p>There was thick fog all day long in the town of "
        "Paju, and nobody could see the hills on the other side of the river.</p></article>"
        "</body></html>"
    )
    (found,) = json.loads(run(page, "--format", "json").stdout)
    assert (found["document"], found["surface"]) == ("page", "Paju")
    assert "Paju" in run("-", stdin="Fog in Paju.").stdout
    assert "no places found" in run("Nothing here.").stdout
    wrong = tmp_path / "a.xyz"
    wrong.write_text("Fog in Paju.")
    assert "unsupported_format" in run(wrong, code=2).stderr


def test_lines_give_lines(tmp_path):
    lines = [
        {"id": 7, "text": "판문점 🇰🇷 Paju"},
        {"id": "b", "text": "no place", "toponyms": []},
    ]
    answer = run("--jsonl", "-", stdin="".join(json.dumps(line) + "\n" for line in lines))
    first, second = map(json.loads, answer.stdout.splitlines())
    assert first["id"] == 7
    assert [lines[0]["text"][t["start"] : t["end"]] for t in first["toponyms"]] == [
        "판문점",
        "Paju",
    ]
    assert set(first["toponyms"][0]) == {"start", "end", "lat", "lon"}
    assert second == {"id": "b", "toponyms": []}


def test_given_spans_are_resolved_as_they_are():
    line = {"id": "a", "text": "In Paju.", "toponyms": [{"start": 3, "end": 7}]}
    answer = json.loads(run("--jsonl", "-", "--gold-spans", stdin=json.dumps(line)).stdout)
    (toponym,) = answer["toponyms"]
    assert (toponym["start"], toponym["end"]) == (3, 7)
    assert toponym["lat"] == pytest.approx(37.86, abs=0.1)
    line["toponyms"] = [{"start": 3, "end": 70}]
    wrong = run("--jsonl", "-", "--gold-spans", stdin=json.dumps(line), code=2)
    assert "not in the text" in wrong.stderr


def test_a_line_that_is_no_text_is_told_and_the_rest_goes_on():
    stdin = 'nonsense\n{"id": 1}\n{"id": 2, "text": 3}\n[1]\n\n{"id": 4, "text": "In Paju."}\n'
    answer = run("--jsonl", "-", stdin=stdin, code=2)
    (line,) = answer.stdout.splitlines()
    assert json.loads(line)["id"] == 4
    assert [f"line {n} left out" in answer.stderr for n in (1, 2, 3, 4, 5)] == [1, 1, 1, 1, 0]


@pytest.mark.parametrize(
    "arguments",
    [(), ("x", "--jsonl", "-"), ("x", "--gold-spans"), ("x", "--format", "csv", "--explain")],
)
def test_what_does_not_go_together_is_refused(arguments):
    assert "Usage" in run(*arguments, code=2, stdin="").stderr


def test_hints_come_from_options_and_from_the_settings_file(tmp_path):
    text = "A fire in Birmingham killed two people on Monday."

    def country(*options):
        (found,) = json.loads(run(text, "--format", "json", *options).stdout)
        return found["country"]

    file = tmp_path / "mapper.toml"
    file.write_text('focus = "none"\ncountry = ["GB"]\n')
    assert country("--settings", file) == "GB"
    assert country("--settings", file, "--country", "US") == "US"
    alabama = "-88,32,-85,35"
    assert country("--focus", "none", "--bbox", alabama) == "US"
    assert "bbox" in run(text, "--bbox", "1,2,3", code=2).stderr
    assert "no recognizer" in run(text, "--recognizer", "nonesuch", code=2).stderr


def test_an_analysis_takes_the_same_hints(tmp_path):
    article = tmp_path / "a.txt"
    article.write_text("A bridge in Birmingham was blown up on 3 May 2024, police said.")

    def place(*options):
        result = CliRunner().invoke(main, ["extract", str(article), *options])
        assert result.exit_code == 0, result.output
        (mention,) = json.loads(result.stdout)["mentions"]
        return mention["lon"]

    assert place("--focus", "none", "--country", "GB") > -10
    assert place("--focus", "none", "--country", "US") < -60


def test_the_record_of_a_mention_holds_json_values_only():
    record = mention_record(mapper.geoparse("Fog in Paju.")[0])
    assert json.loads(json.dumps(record, allow_nan=False)) == record
