"""Exports: every format from one table form, valid whatever the articles hold."""

import csv
import datetime as dt
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
import pyproj
import pytest
import shapely
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from mapper.cli import main
from mapper.cli.extract import EXPORT_FORMATS
from mapper.errors import InputError, MissingExtraError, SettingsError
from mapper.exports import (
    ACLED_COLUMNS,
    FORMATS,
    export,
    format_of,
    left_out,
    read_incidents,
    render,
    to_geodataframe,
)
from mapper.files import examples_dir, write_atomically
from mapper.incidents.register import read_register
from mapper.incidents.taxonomy import load_taxonomy
from mapper.model import (
    Actor,
    Analysis,
    Assertion,
    Casualties,
    Certainty,
    Claim,
    Evidence,
    Incident,
    Mention,
    MentionKind,
    Place,
    Position,
    Precision,
    Problem,
    Resolution,
    Shares,
    Side,
    Span,
    Status,
    When,
    Where,
    ZoneCheck,
    ZoneName,
)
from mapper.pipeline import analyze
from mapper.schema import INCIDENT_COLUMNS, from_record, incident_record, to_record
from mapper.sources import read
from mapper.text import make_document

DOCS = Path(__file__).resolve().parents[1] / "docs"


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
    "]]><script>alert(1)</script>&amp;",
    "-1+1",
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


@settings(deadline=None)  # the first example also reads the taxonomy
@given(st.text(max_size=60))
def test_every_format_is_made_of_any_text(text):
    analysis = analysis_of(text)
    for file_format in (key for key, known in FORMATS.items() if known.text):
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
    with pytest.raises(InputError, match=r"known endings: \.jsonl"):
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


def incident(**changes) -> Incident:
    """A dated, placed incident of the first document, changed as the test needs."""
    day = dt.date(2024, 6, 8)
    values = {
        "incident_id": "a",
        "kind": "shelling",
        "when": When(start=day, end=day, precision=Precision.DAY),
        "assertion": Assertion.ASSERTED,
        "evidence": (Evidence(doc_id=REPORT.doc_id, span=Span(0, 5), exact=REPORT.text[:5]),),
        "where": Where(label="Paju", position=Position(lon=126.78, lat=37.76, uncertainty_m=900)),
    }
    return Incident(**(values | changes))


REPORT = make_document(
    "Shots near Paju.", label="r1", title="Shots, fired", publisher="Desk",
    published=dt.date(2024, 6, 9),
)  # fmt: skip
OTHER = make_document("Guns near Paju.", label="r2")


def days(count: int) -> When:
    start = dt.date(2024, 2, 27)
    end = start + dt.timedelta(count - 1)
    return When(start=start, end=end, precision=Precision.RANGE)


def within(uncertainty_m: float, **changes) -> Where:
    position = Position(lon=126.78, lat=37.76, uncertainty_m=uncertainty_m)
    return Where(label="Paju", position=position, **changes)


def rows(*incidents: Incident, file_format: str, **changes) -> list[dict[str, str]]:
    analysis = Analysis(documents=(REPORT, OTHER), incidents=incidents, **changes)
    text = render(analysis, file_format=file_format)
    return list(csv.DictReader(io.StringIO(text, newline="")))


def row(told: Incident, file_format: str, **changes) -> dict[str, str]:
    (only,) = rows(told, file_format=file_format, **changes)
    return only


@pytest.mark.parametrize(
    ("name", "file_format"),
    [
        *((f"a{ending}", key) for key, known in FORMATS.items() for ending in known.endings),
        ("A.GPKG", "gpkg"),
        ("acled.csv", "csv"),  # its name, not its ending
    ],
)
def test_the_ending_names_the_format(name, file_format):
    assert format_of(Path(name)) == file_format


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("ending", [".gpkg", ".parquet"])
def test_gis_files_are_read_back_as_the_table(tmp_path, text, ending):
    file = tmp_path / f"a{ending}"
    analysis = analysis_of(text)
    assert export(analysis, file) == ()
    table = gpd.read_file(file, layer="incidents") if ending == ".gpkg" else gpd.read_parquet(file)
    expected = to_geodataframe(analysis)
    assert table.crs.to_epsg() == 4326
    assert list(table.columns) == list(expected.columns)
    for column in INCIDENT_COLUMNS:
        read = [None if pd.isna(value) else value for value in table[column.name]]
        wanted = [None if pd.isna(value) else value for value in expected[column.name]]
        assert read == wanted, column
    assert table.geometry[0].equals(expected.geometry[0])
    assert table.geometry[1] is None
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_the_areas_are_where_it_may_have_been(tmp_path, layers):
    square = "POLYGON ((126 38, 127 38, 127 38.5, 126 38))"
    incidents = (
        incident(incident_id="circle", where=within(2_000)),
        incident(incident_id="shape", where=within(2_000, footprint=square)),
        incident(incident_id="layer", where=within(2_000, footprint="layer:jsa")),
        incident(incident_id="nowhere", where=None),
    )
    file = tmp_path / "a.gpkg"
    export(Analysis(documents=(REPORT,), incidents=incidents), file)
    areas = gpd.read_file(file, layer="areas").set_index("incident_id").geometry
    assert list(areas.index) == ["circle", "shape", "layer"]
    earth = pyproj.Geod(ellps="WGS84")
    for lon, lat in areas["circle"].exterior.coords:
        assert earth.inv(126.78, 37.76, lon, lat)[2] == pytest.approx(2_000, abs=0.1)
    assert areas["circle"].exterior.is_ccw
    assert areas["shape"].equals(shapely.from_wkt(square))
    assert areas["layer"].equals(layers.geometry("jsa"))


@pytest.mark.parametrize("text", HOSTILE)
def test_kml_holds_the_words_and_runs_none(text):
    analysis = analysis_of(text)
    kml = ElementTree.fromstring(render(analysis, file_format="kml"))
    names = {"k": "http://www.opengis.net/kml/2.2"}
    unplaced, placed = kml.findall(".//k:Placemark", names)
    data = {
        item.get("name"): item.findtext("k:value", namespaces=names)
        for item in placed.iterfind(".//k:Data", names)
    }
    assert data["incident_id"] == "a"
    # XML reads every line end as \n; what it cannot hold is replaced.
    words = re.sub(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "\ufffd", analysis.documents[0].text
    )
    assert data["quote"] == words.replace("\r\n", "\n").replace("\r", "\n")
    assert "<" not in re.sub("</?p>", "", placed.findtext("k:description", namespaces=names))
    assert placed.findtext(".//k:coordinates", namespaces=names) == "126.677,37.956"
    assert placed.findtext(".//k:when", namespaces=names) == "2024-06-08"
    styles = {style.get("id") for style in kml.iterfind(".//k:Style", names)}
    assert placed.findtext("k:styleUrl", namespaces=names).lstrip("#") in styles
    assert unplaced.find("k:Point", names) is None
    assert "http" not in render(analysis, file_format="kml").replace(names["k"], "")


def test_kml_tells_a_range_of_days():
    analysis = Analysis(documents=(REPORT,), incidents=(incident(when=days(4)),))
    kml = render(analysis, file_format="kml")
    assert re.findall("<(?:begin|end)>(.*)<", kml) == ["2024-02-27", "2024-03-01"]


@pytest.mark.parametrize(
    ("count", "acled", "ucdp"),
    [
        (1, ("2024-02-27", "1"), "1"),
        (2, ("2024-02-27", "2"), "2"),
        (7, ("2024-03-01", "2"), "3"),
        (8, ("2024-03-01", "3"), "4"),
        (31, ("2024-03-13", "3"), "4"),
        (32, None, "5"),
        (366, None, "5"),
        (367, None, None),
    ],
)
def test_how_exact_the_date_is(count, acled, ucdp):
    told = incident(when=days(count))
    coded = [(r["event_date"], r["time_precision"]) for r in rows(told, file_format="acled")]
    assert coded == ([acled] if acled else [])
    assert [r["date_prec"] for r in rows(told, file_format="ucdp")] == ([ucdp] if ucdp else [])


@pytest.mark.parametrize(
    ("uncertainty_m", "acled", "ucdp"),
    [
        (3_000, "1", "1"),
        (3_001, "1", "2"),
        (5_001, "2", "2"),
        (25_001, "2", "5"),
        (30_001, "3", "5"),
        (150_000, "3", "5"),
        (150_001, None, "6"),
    ],
)
def test_how_exact_the_place_is(uncertainty_m, acled, ucdp):
    told = incident(where=within(uncertainty_m))
    coded = [r["geo_precision"] for r in rows(told, file_format="acled")]
    assert coded == ([acled] if acled else [])
    assert row(told, "ucdp")["where_prec"] == ucdp


def test_a_county_and_a_province_have_codes_of_their_own():
    def of(feature_code: str, admin: tuple[str, ...]) -> dict[str, str]:
        where = within(9_000, place_id="x")
        place = Place(
            place_id="x", name="Paju", position=where.position, feature_code=feature_code,
            admin=admin,
        )  # fmt: skip
        mention = Mention(
            doc_id=REPORT.doc_id, span=Span(11, 15), surface="Paju", kind=MentionKind.LITERAL
        )
        found = Resolution(mention=mention, status=Status.LOCATED, place=place)
        return row(incident(where=where), "ucdp", resolutions=(found,))

    county = of("ADM2", ("South Korea", "Gyeonggi Province"))
    assert (county["where_prec"], county["adm_1"], county["adm_2"]) == (
        "3", "Gyeonggi Province", "Paju",
    )  # fmt: skip
    assert of("ADM1", ("South Korea",))["adm_1"] == "Paju"
    assert of("PPL", ("South Korea",))["adm_1"] == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"where": None}, "no place"),
        ({"when": When(method="not stated")}, "no date"),
        ({"when": days(400)}, "400 days"),
        ({"assertion": Assertion.PLANNED}, "planned"),
        ({"assertion": Assertion.DENIED}, "denied"),
    ],
)
@pytest.mark.parametrize("file_format", ["acled", "ucdp"])
def test_what_has_no_row_is_told(tmp_path, changes, reason, file_format):
    analysis = Analysis(
        documents=(REPORT,),
        incidents=(incident(incident_id="out", **changes), incident(incident_id="in")),
    )
    (other,) = export(analysis, tmp_path / "a.csv", file_format=file_format)
    assert other.incident.incident_id == "out"
    assert reason in other.reason
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 2
    assert left_out(analysis, file_format="csv") == ()


@settings(deadline=None)
@given(
    count=st.integers(1, 31),
    uncertainty_m=st.floats(0.1, 150_000),
    kind=st.sampled_from(sorted(load_taxonomy())),
)
def test_a_register_made_of_the_tables_is_never_more_exact(
    tmp_path_factory, count, uncertainty_m, kind
):
    told = incident(kind=kind, when=days(count), where=within(uncertainty_m))
    analysis = Analysis(documents=(REPORT,), incidents=(told,))
    for file_format in ("acled", "ucdp"):
        file = tmp_path_factory.mktemp("register") / "a.csv"
        export(analysis, file, file_format=file_format)
        (entry,), problems = read_register(file)
        assert problems == ()
        assert kind in entry.kinds or file_format == "ucdp"
        assert entry.start <= told.when.start <= told.when.end <= entry.end
        assert (entry.position.lon, entry.position.lat) == (126.78, 37.76)
        assert entry.position.uncertainty_m >= uncertainty_m


def test_the_numbers_of_several_sources_are_a_range():
    claims = tuple(
        Claim(
            doc_ids=(document.doc_id,), reports=("r",), kind="shelling", when=days(1),
            assertion=Assertion.ASSERTED, casualties=harm,
        )
        for document, harm in (
            (REPORT, Casualties(killed=4)),
            (OTHER, Casualties(killed=2, killed_low=2, killed_high=6)),
        )
    )  # fmt: skip
    told = row(incident(claims=claims, casualties=Casualties(killed=4)), "ucdp")
    assert [told[key] for key in ("best", "low", "high", "deaths_unknown")] == ["4", "2", "6", "4"]
    assert told["number_of_sources"] == "2"
    assert told["source_article"] == '"Desk,2024-06-09,Shots, fired";"r2"'
    assert row(incident(claims=claims), "acled")["source"] == "Desk; r2"


@pytest.mark.parametrize(
    ("harm", "best"), [(Casualties(), ""), (Casualties(killed=0), "0"), (Casualties(killed=3), "3")]
)
def test_none_killed_is_not_not_stated(harm, best):
    told = incident(casualties=harm)
    assert row(told, "acled")["fatalities"] == best
    assert [row(told, "ucdp")[key] for key in ("best", "low", "high")] == [best] * 3


def actor(name: str, side: str = "", role: str = "") -> Actor:
    return Actor(name=name, side=side, role=role)


@pytest.mark.parametrize(
    ("actors", "first", "second"),
    [
        ((), ("", ""), ("", "")),
        ((actor("guards", "south", "target"), actor("a soldier", "north", "initiator")),
         ("a soldier", ""), ("guards", "")),
        ((actor("the North", "north", "initiator"), actor("the South", "south", "initiator")),
         ("the North", ""), ("the South", "")),
        ((actor("the North", "north", "initiator"), actor("gunners", "north", "target")),
         ("the North", "gunners"), ("", "")),
        ((actor("smugglers", role="initiator"), actor("a patrol", "south", "target")),
         ("smugglers", ""), ("a patrol", "")),
    ],
)  # fmt: skip
def test_who_stands_against_whom(actors, first, second):
    told = row(incident(actors=actors), "acled")
    assert (told["actor1"], told["assoc_actor_1"]) == first
    assert (told["actor2"], told["assoc_actor_2"]) == second


@pytest.mark.parametrize(
    ("zone", "side", "certainty", "changes", "country"),
    [
        ("north_of_dmz", "north", "certain", {}, "North Korea"),
        ("inside_dmz", "south", "certain", {}, "South Korea"),
        ("inside_dmz", "south", "certain", {"on_line": True}, ""),
        ("jsa", "straddles", "certain", {}, ""),
        ("south_of_dmz", "south", "possible", {}, ""),
        ("south_of_dmz", "south", "possible", {"shares": Shares(south_of_dmz=0.9, sea=0.1)}, ""),
        ("south_of_dmz", "south", "possible",
         {"shares": Shares(south_of_dmz=0.9, inside_dmz=0.1)}, "South Korea"),
        ("sea", "south", "certain", {}, ""),
        ("outside_korea", "unknown", "certain", {}, ""),
    ],
)  # fmt: skip
def test_a_country_is_named_only_when_it_is_certain(zone, side, certainty, changes, country):
    check = ZoneCheck(
        zone=ZoneName(zone), side=Side(side), certainty=Certainty(certainty), **changes
    )
    assert row(incident(zone=check), "acled")["country"] == country
    assert row(incident(zone=check), "ucdp")["country"] == country


@pytest.mark.parametrize(
    ("kind", "event", "violence"),
    [
        ("shelling", "Explosions/Remote violence", "1"),
        ("exchange_of_fire", "Battles", "1"),
        ("landmine", "Explosions/Remote violence", ""),  # who laid it is not told
        ("abduction", "Violence against civilians", "3"),
        ("summit", "Strategic developments", ""),
        ("of_the_users_own", "Strategic developments", ""),
    ],
)
def test_kinds_have_the_codes_of_the_taxonomy(kind, event, violence):
    told = incident(kind=kind)
    assert row(told, "acled")["event_type"] == event
    assert row(told, "ucdp")["type_of_violence"] == violence


def test_the_users_own_kinds_have_their_codes(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(
        '[kinds.ambush]\nlabel = "Ambush"\nwords = ["ambush"]\nacled_event = "Battles"\n'
        'acled_sub_event = "Armed clash"\n'
    )
    analysis = Analysis(documents=(REPORT,), incidents=(incident(kind="ambush"),))
    assert "Battles,Armed clash" in render(analysis, file_format="acled", taxonomy=str(file))
    assert "<name>Ambush</name>" in render(analysis, file_format="kml", taxonomy=str(file))


def test_the_users_own_colors_are_those_of_the_globe(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text('[kinds.ambush]\nwords = ["ambush"]\ncolor = "#123456"\n')
    analysis = Analysis(documents=(REPORT,), incidents=(incident(kind="ambush"),))
    told = render(analysis, file_format="kml", taxonomy=str(file))
    assert "<color>ff563412</color>" in told  # KML writes blue first
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('[kinds.ambush]\nwords = ["ambush"]\ncolor = "red"\n')
    with pytest.raises(SettingsError, match="'ambush': a color must look like #0072b2"):
        render(analysis, file_format="kml", taxonomy=str(wrong))


def test_codes_are_numbers_that_nothing_rounds():
    ids = [f"{number:016x}" for number in range(2_000)]
    numbers = {
        int(r["id"]) for r in rows(*(incident(incident_id=i) for i in ids), file_format="ucdp")
    }
    assert len(numbers) == len(ids)
    assert max(numbers) < 2**52


def test_json_lines_are_read_back_as_they_were(tmp_path, tools):
    """On what the pipeline makes of real texts: several sources, registers, shapes."""
    names = ("2010-11-23*", "2017-11*", "2020-05*")
    files = sorted(file for name in names for file in examples_dir().glob(name))
    documents = list(read(files, settings=tools.settings))
    analysis = analyze(documents, tools=tools)
    assert any(told.claims for told in analysis.incidents)
    export(analysis, tmp_path / "a.jsonl")
    assert read_incidents(tmp_path / "a.jsonl") == analysis.incidents
    backwards = analyze(documents[::-1], tools=tools)
    for file_format in ("csv", "geojson", "acled", "ucdp", "kml"):
        text = render(analysis, file_format=file_format)
        assert render(backwards, file_format=file_format) == text, file_format


def test_what_is_no_record_is_refused(tmp_path):
    record = to_record(incident())
    assert from_record(record) == incident()
    for broken in ({}, record | {"kind": 3}, record | {"color": "red"}, record | {"when": []}):
        with pytest.raises(InputError):
            from_record(broken)
    for text in ("[]", '{"a": 1}', "no JSON"):
        (tmp_path / "a.jsonl").write_text(text)
        with pytest.raises(InputError, match=r"a\.jsonl"):
            read_incidents(tmp_path / "a.jsonl")


def test_text_formats_load_no_table_library():
    code = (
        "import sys\nfrom mapper.exports import FORMATS, render\n"
        "from mapper.model import Analysis\n"
        "for key, known in FORMATS.items():\n"
        "    known.text and render(Analysis(), file_format=key)\n"
        "heavy = {'geopandas', 'pandas', 'numpy', 'shapely', 'pyproj', 'mapper.incidents'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_geoparquet_without_its_extra_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it were not installed
    told = run(tmp_path / "missing.txt", "-o", tmp_path / "a.parquet", code=5).stderr
    assert "incident-mapper[parquet]" in told  # before anything is read
    with pytest.raises(MissingExtraError, match=r"incident-mapper\[parquet\]"):
        export(analysis_of("x"), tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [known.endings[0] for known in FORMATS.values()])
def test_what_cannot_be_written_is_an_error_of_the_users(tmp_path, ending):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot write"):
        export(analysis_of("x"), tmp_path / "file" / f"a{ending}")


@pytest.mark.parametrize("page", ["how-to/export.md", "reference/python.md"])
def test_the_code_of_the_pages_runs(tmp_path, monkeypatch, page):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text("A soldier defected at Panmunjom on 3 May 2024.")
    monkeypatch.chdir(tmp_path)
    text = (DOCS / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    about = [block for block in blocks if "analysis" in block]
    assert about
    for block in about:
        exec(block, {})
    written = sorted(path.name for path in tmp_path.glob("incidents.*"))
    assert written == (["incidents.acled.csv", "incidents.jsonl"] if "export" in page else [])


def test_the_commands_know_every_format():
    assert tuple(FORMATS) == EXPORT_FORMATS


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["extract", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result


def test_extract_tells_what_a_table_cannot_hold(tmp_path):
    article = tmp_path / "a.txt"
    article.write_text("A North Korean soldier defected to South Korea across the border.")
    printed = run(article, "--format", "acled")
    assert printed.stdout.splitlines() == [",".join(c.name for c in ACLED_COLUMNS)]
    assert "acled cannot hold 1 of 1 incidents:" in printed.stderr
    assert "defection: it has no " in printed.stderr
    run(article, "-o", tmp_path / "a.gpkg")
    assert list(gpd.read_file(tmp_path / "a.gpkg", layer="incidents")["kind"]) == ["defection"]


@pytest.mark.parametrize(
    ("options", "told"), [(("--format", "gpkg"), "name a file"), (("-o", "a.xyz"), "known endings")]
)
def test_extract_refuses_before_it_reads(tmp_path, options, told):
    assert told in run(tmp_path / "missing.txt", *options, code=2).stderr
