"""Exports: every format from one table form, valid whatever the articles hold."""

import csv
import datetime as dt
import io
import json

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapper.errors import InputError
from mapper.exports import FORMATS, export, render
from mapper.files import write_atomically
from mapper.model import (
    Analysis,
    Assertion,
    Casualties,
    Certainty,
    Evidence,
    Incident,
    Mention,
    MentionKind,
    Position,
    Precision,
    Problem,
    Resolution,
    Side,
    Span,
    Status,
    When,
    Where,
    ZoneCheck,
    ZoneName,
)
from mapper.schema import INCIDENT_COLUMNS, incident_record
from mapper.text import make_document


def analysis_of(text: str) -> Analysis:
    """An analysis whose every text field is (or quotes) ``text``."""
    document = make_document(text, label=text, title=text, published=dt.date(2024, 6, 9))
    text = document.text
    span = Span(0, len(text))
    mention = Mention(doc_id=document.doc_id, span=span, surface=text, kind=MentionKind.LITERAL)
    evidence = Evidence(doc_id=document.doc_id, span=span, exact=text)
    day = dt.date(2024, 6, 8)
    position = Position(lon=126.677, lat=37.956, uncertainty_m=400.0)
    placed = Incident(
        incident_id="a",
        kind="mdl_crossing",
        when=When(start=day, end=day, precision=Precision.DAY, text=text, method="absolute"),
        assertion=Assertion.ASSERTED,
        evidence=(evidence,),
        where=Where(label=text, position=position),
        zone=ZoneCheck(
            zone=ZoneName.JSA,
            side=Side.STRADDLES,
            certainty=Certainty.CERTAIN,
            mdl_distance_m=12.34,
        ),
        casualties=Casualties(killed=0, injured=2),
        summary=text,
    )
    unplaced = Incident(
        incident_id="b",
        kind="balloon",
        when=When(method="not stated"),
        assertion=Assertion.ALLEGED,
        evidence=(evidence,),
    )
    return Analysis(
        documents=(document,),
        resolutions=(Resolution(mention=mention, status=Status.ABSTAINED, reason=text),),
        incidents=(placed, unplaced),
        problems=(Problem(code="unplaced", stage="extract", message=text, doc_id=document.doc_id),),
    )


HOSTILE = [
    '=cmd|"/c calc"!A1',
    "a\nb\r\nc",
    '"quoted", and; more',
    "\x00\ud800",
    "판문점 🇰🇷",
    "{{ 7*7 }}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_geojson_is_valid_for_gis(tmp_path, text):
    file = tmp_path / "a.geojson"
    export(analysis_of(text), file)
    table = gpd.read_file(file)
    assert table.crs.to_epsg() == 4326
    assert list(table["kind"]) == ["mdl_crossing", "balloon"]
    assert (table.geometry[0].x, table.geometry[0].y) == (126.677, 37.956)
    assert table.geometry[1] is None
    assert table["killed"][0] == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_csv_rows_are_whole_and_run_nothing(text):
    rows = list(
        csv.DictReader(io.StringIO(render(analysis_of(text), file_format="csv"), newline=""))
    )
    assert [row["incident_id"] for row in rows] == ["a", "b"]
    assert list(rows[0]) == [column.name for column in INCIDENT_COLUMNS]
    assert all(not value.startswith(("=", "@", "\t")) for row in rows for value in row.values())
    assert rows[0]["lon"] == "126.677"
    assert (rows[0]["killed"], rows[1]["killed"]) == ("0", "")  # stated none, not stated


def test_jsonl_has_a_line_for_each_document():
    (line,) = render(analysis_of("Shots near Paju"), file_format="jsonl").splitlines()
    record = json.loads(line)
    assert record["id"] == "Shots near Paju"
    assert record["mentions"][0]["lat"] is None
    assert [i["zone"] for i in record["incidents"]] == ["jsa", "unknown"]
    assert record["incidents"][0]["evidence"][0]["start"] == 0
    assert record["problems"][0]["code"] == "unplaced"


@given(st.text(max_size=60))
def test_every_format_is_made_of_any_text(text):
    analysis = analysis_of(text)
    for file_format in FORMATS:
        rendered = render(analysis, file_format=file_format)
        assert rendered == render(analysis, file_format=file_format)
        rendered.encode("utf-8")
    json.loads(render(analysis, file_format="geojson"))
    assert len(list(csv.reader(io.StringIO(render(analysis, file_format="csv"), newline="")))) == 3


def test_the_record_has_every_column():
    analysis = analysis_of("x")
    documents = {document.doc_id: document for document in analysis.documents}
    types = {"str": str, "date": str, "int": int, "float": (int, float), "bool": bool}
    for incident in analysis.incidents:
        record = incident_record(incident, documents)
        assert list(record) == [column.name for column in INCIDENT_COLUMNS]
        for column in INCIDENT_COLUMNS:
            value = record[column.name]
            assert value is None or isinstance(value, types[column.dtype]), column


def test_an_unknown_format_is_refused(tmp_path):
    with pytest.raises(InputError, match="known: geojson"):
        export(analysis_of("x"), tmp_path / "a.xyz")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    file = tmp_path / "a.txt"
    write_atomically(file, "old")

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(InputError, match="No space left"):
        write_atomically(file, "new")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]
