"""``mapper check FILE`` and ``mapper.check``: every format, and whatever single rows hold."""

import csv
import importlib.util
import io
import json
import zipfile
from pathlib import Path

import geopandas
import numpy as np
import openpyxl
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import mapper
from mapper.cli import main
from mapper.errors import InputError
from mapper.layers import BorderLayers
from mapper.model import Position
from mapper.schema import ZONE_COLUMNS
from mapper.tables import Columns, RowTable, RowWriter

ROOT = Path(__file__).resolve().parents[1]
LAYERS = BorderLayers.load()
NAMES = [column.name for column in ZONE_COLUMNS]

# name, lon, lat, zone
PLACES = [
    ("Panmunjom", 126.677, 37.956, "jsa"),
    ("Seoul", 126.978, 37.566, "south_of_dmz"),
    ("Pyongyang", 125.754, 39.034, "north_of_dmz"),
    ("Daeseong-dong", 126.67836, 37.94207, "inside_dmz"),
    ("West Sea", 125.7, 37.62, "sea"),
    ("Tokyo", 139.69, 35.69, "outside_korea"),
]


def run(*arguments: object, code: int = 0) -> tuple[str, str]:
    done = CliRunner().invoke(main, ["check", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.stdout, done.stderr


def rows_of(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def check(text: str, expected: list[str], *options: object, name: str = "a.csv", path=None) -> list:
    """The zones of a CSV's rows must be as expected; empty for one that cannot be checked."""
    file = path / name
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    out = path / f"out{file.suffix}"
    run(file, "-o", out, *options)
    written = out.read_bytes().decode("utf-8", "surrogateescape")
    rows = rows_of(written, "\t" if file.suffix == ".tsv" else max(",;|", key=written.count))
    assert [row["zone"] for row in rows] == expected
    return rows


def frame(crs="EPSG:4326") -> geopandas.GeoDataFrame:
    points = geopandas.GeoSeries.from_xy(*np.array([p[1:3] for p in PLACES]).T, crs="EPSG:4326")
    table = geopandas.GeoDataFrame({"name": [p[0] for p in PLACES]}, geometry=points)
    return table.to_crs(crs)


@pytest.mark.parametrize("header", ["lon,lat", "Longitude,LATITUDE", "x,y", "경도,위도", "LNG,Lat"])
def test_columns_are_found_by_name(tmp_path, header):
    text = f"{header}\n" + "".join(f"{lon},{lat}\n" for _, lon, lat, _ in PLACES)
    check(text, [place[3] for place in PLACES], path=tmp_path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_and_decimal_commas(tmp_path, delimiter):
    comma = delimiter != ","
    lines = [["name", "lon", "lat"], ["Panmunjom", "126,677" if comma else "126.677", "37.956"]]
    text = "\ufeff" + "".join(delimiter.join(line) + "\r\n" for line in lines)
    check(text, ["jsa"], path=tmp_path, name="a.tsv" if delimiter == "\t" else "a.csv")


def test_bad_rows_are_told_by_line_and_the_others_kept(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(
        'name,lat,lon,note\nJSA,37.956,126.677,"a\nb"\nswapped,126.677,37.956,\n'
        "empty,,,\nword,north,126.9,\nnan,nan,126.9,\n\nlong,37,127,a,b\ninf,inf,127,\n"
        "Seoul,37.566,126.978,end\n"
    )
    out, told = run(file)
    rows = rows_of(out)
    names = ["JSA", "swapped", "empty", "word", "nan", "inf", "Seoul"]
    assert [row["name"] for row in rows] == names
    assert [row["zone"] for row in rows] == ["jsa", "", "", "", "", "", "south_of_dmz"]
    assert [line.partition(":")[0] for line in told.splitlines()[:-1]] == [
        "line 4", "line 5", "line 6", "line 7", "line 9", "line 10",
    ]  # fmt: skip
    assert told.splitlines()[-1] == "8 rows, 6 of them could not be checked"
    assert "swapped" in rows[1]["check_problem"]
    assert rows[0]["check_problem"] == ""
    assert rows[0]["note"] == "a\nb"
    _, told = run(file, "--strict", code=2)
    assert "6 of 8 rows could not be checked" in told


def test_cells_that_would_run_are_harmless_and_numbers_stay(tmp_path):
    text = "lon,lat,note\n126.677,37.956,=1+1\n127,37,-12.5\n127,37,+cmd|x\n127,37,@a\n"
    zones = ["jsa", *["south_of_dmz"] * 3]
    rows = check(text, zones, path=tmp_path)
    assert [row["note"] for row in rows] == ["'=1+1", "-12.5", "'+cmd|x", "'@a"]


def test_bytes_that_are_no_text_go_out_as_they_came(tmp_path):
    text = "lon,lat,note\n127,37,a\udcff\udc80b\n127,37,nu\x00l\n"
    rows = check(text, ["south_of_dmz"] * 2, path=tmp_path)
    assert [row["note"] for row in rows] == ["a\udcff\udc80b", "nul"]


def test_wkt_and_radius_columns(tmp_path):
    text = (
        "id,shape,r\n1,POINT (126.677 37.956),5000\n2,POINT (126.677 37.956),\n"
        '3,"POLYGON ((127 37, 127.1 37, 127.1 37.1, 127 37))",1\n4,POLYGON ((0 0,\n'
        '5,"POLYGON ((127 37, 127.1 37.1, 127.1 37, 127 37.1, 127 37))",1\n'
        '6,"LINESTRING (127 38, 127.1 38.6)",1\n'
    )
    zones = ["jsa", "", "south_of_dmz", "", "", "north_of_dmz"]
    rows = check(text, zones, "--wkt-column", "shape", "--uncertainty-column", "r", path=tmp_path)
    assert rows[0]["side"] == "straddles"
    assert "metres above 0" in rows[1]["check_problem"]
    assert "crosses itself" in rows[4]["check_problem"]
    assert rows[5]["side"] == "straddles"


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("", (), "is empty"),
        ("a,b\n1,2\n", (), "name them with --lon-column"),
        ("a,b\n1,2\n", ("--lon-column", "c"), "no column 'c' for lon; its columns are a, b"),
        ("lon,lat,zone\n1,2,3\n", (), "a column 'zone' already: give --prefix"),
        ("lon,lat\n1,2\n", ("-o", "{}/a.csv"), "is the file that is read"),
        ("lon,lat\n1,2\n", ("-o", "{}/a.gpkg"), "is written as .csv"),
        ("lon,lat\n1,2\n", ("--lon", "1", "--lat", "2"), "give --lon and --lat, or a FILE"),
    ],
)
def test_what_is_refused_says_what_to_do(tmp_path, text, options, words):
    file = tmp_path / "a.csv"
    file.write_text(text)
    done = [str(option).format(tmp_path) for option in options]
    _, told = run(file, *done, code=2)
    assert words in told
    assert list(tmp_path.iterdir()) == [file]


def test_a_prefix_lets_a_table_be_checked_again(tmp_path):
    check("lon,lat\n126.677,37.956\n", ["jsa"], path=tmp_path)
    out, _ = run(tmp_path / "out.csv", "--prefix", "new_")
    (row,) = rows_of(out)
    assert row["zone"] == row["new_zone"] == "jsa"


def test_excel_in_and_out(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["name", "lat", "lon", "note"])
    for name, lon, lat, _ in PLACES:
        book.active.append([name, lat, lon, "'=1"])
    book.active.append(["bad", None, "x", "a"])
    book.save(tmp_path / "a.xlsx")
    _, told = run(tmp_path / "a.xlsx", "-o", tmp_path / "b.xlsx")
    assert told.startswith(f"line {len(PLACES) + 2}: no position in 'x', None\n")
    rows = list(openpyxl.load_workbook(tmp_path / "b.xlsx").active.iter_rows(values_only=True))
    zone = rows[0].index("zone")
    assert [row[zone] for row in rows[1:]] == [*[place[3] for place in PLACES], None]
    assert isinstance(rows[1][rows[0].index("mdl_distance_m")], float)
    _, told = run(tmp_path / "a.xlsx", code=2)
    assert "name the file to write with -o" in told


@pytest.mark.parametrize("damage", [b"", b"no zip", b"PK\x03\x04" + b"\x00" * 50])
def test_a_damaged_workbook_is_an_error_not_a_crash(tmp_path, damage):
    (tmp_path / "a.xlsx").write_bytes(damage)
    _, told = run(tmp_path / "a.xlsx", "-o", tmp_path / "b.xlsx", code=2)
    assert "cannot read" in told
    assert not (tmp_path / "b.xlsx").exists()


@pytest.mark.parametrize(
    ("part", "size", "words"),
    [
        ("xl/sharedStrings.xml", 20_000_000, "packed more than 300 times"),
        ("xl/worksheets/sheet1.xml", 20_000_000, "packed more than 300 times"),
        ("xl/sharedStrings.xml", 210_000_000, "over 200 MB"),
    ],
)
def test_a_workbook_made_to_burst_is_refused_before_it_is_unpacked(tmp_path, part, size, words):
    book = tmp_path / "burst.xlsx"
    level = 1 if size > 100_000_000 else 6  # quick, where it is not about the packing
    with (
        zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as packed,
        packed.open(part, "w") as out,
    ):
        for _ in range(size // 10_000_000):
            out.write(bytes(10_000_000))
    with pytest.raises(InputError, match=words):
        RowTable(book)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".parquet"])
def test_features_in_and_out(tmp_path, suffix):
    assert importlib.util.find_spec("pyarrow")
    table = frame("EPSG:4326" if suffix == ".geojson" else "EPSG:5179")
    table.loc[len(table)] = ["none", None]
    file, out = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    table.to_parquet(file) if suffix == ".parquet" else table.to_file(file)
    _, told = run(file, "-o", out)
    assert told.startswith("line 7: no coordinates")
    read = geopandas.read_parquet if suffix == ".parquet" else geopandas.read_file
    written = read(out)
    assert written.crs == table.crs
    assert written["zone"].tolist()[:-1] == [place[3] for place in PLACES]
    assert list(written.columns) == ["name", *NAMES, "geometry"] or suffix == ".parquet"
    assert written["mdl_distance_m"].dtype == float


def test_points_lines_and_areas_in_any_crs_are_as_check_zones_says():
    shapes = [
        shapely.Point(126.9, 38.1),
        shapely.box(126.9, 37.9, 127.0, 38.1),
        shapely.LineString([(126.5, 38.0), (128.0, 38.2)]),
        shapely.MultiPoint([(127, 37), (127, 38.5)]),
        shapely.Polygon([(127, 38, 5), (127.1, 38, 5), (127, 38.3, 5)]),
    ]
    table = geopandas.GeoDataFrame(geometry=shapes, crs="EPSG:4326")
    here, there = mapper.check(table), mapper.check(table.to_crs("EPSG:3857"))
    assert here.geometry.equals(table.geometry)
    for name in NAMES:
        if here[name].dtype == float:
            np.testing.assert_allclose(here[name], there[name], atol=1.0)
        else:
            assert here[name].tolist() == there[name].tolist()
    for shape, row in zip(shapes[1:3], here.iloc[1:3].itertuples(), strict=True):
        (found,) = mapper.check_zones(
            [Position(lon=shape.centroid.x, lat=shape.centroid.y, uncertainty_m=1)],
            LAYERS,
            footprints=[shape.wkt],
        )
        assert (row.zone, row.side, row.certainty) == (found.zone, found.side, found.certainty)
        assert row.mdl_distance_min_m == pytest.approx(found.mdl_distance_min_m, abs=0.1)
        assert row.share_south_of_dmz == pytest.approx(found.shares.south_of_dmz, abs=1e-4)
    assert here.share_south_of_dmz[3] == here.share_north_of_dmz[3] == 0.5


def test_a_table_without_a_crs_is_refused_with_the_fix():
    with pytest.raises(InputError, match=r"no CRS: say which with table.set_crs\('EPSG:4326'\)"):
        mapper.check(frame().set_crs(None, allow_override=True))
    with pytest.raises(InputError, match="a column 'side' already"):
        mapper.check(frame().assign(side=1))
    empty = mapper.check(frame().iloc[:0])
    assert len(empty) == 0
    assert list(empty.columns) == ["name", "geometry", *NAMES]


def test_uncertainty_of_each_row():
    table = frame().assign(radius=[1.0, 60_000, -1, float("nan"), 1, 1])
    found = mapper.check(table, uncertainty_m="radius")
    assert found.certainty.tolist()[:2] == ["certain", "possible"]
    assert found.certainty.isna().tolist() == [False, False, True, True, False, False]
    assert found.side[1] == "straddles"


def test_zone_layers_are_what_the_checks_go_by():
    table = mapper.zone_layers().set_index("layer")
    assert table.crs.to_epsg() == 4326
    assert {"mdl", "dmz_north", "dmz_south", "jsa", "nll_west", "ccl"} <= set(table.index)
    assert table.loc["mdl", "geometry"].equals(LAYERS.geometry("mdl"))
    assert table.loc["ccl", "status"] == "approximate"
    assert table.accuracy_m.min() > 0


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.text(max_size=12), min_size=2, max_size=5), st.text(max_size=30))
def test_any_text_in_a_cell_goes_through(tmp_path_factory, cells, note):
    folder = tmp_path_factory.mktemp("any")
    file = io.StringIO(newline="")
    csv.writer(file).writerows([["lon", "lat", "note"], [127, 37, note], cells])
    (folder / "a.csv").write_text(file.getvalue(), "utf-8", errors="surrogatepass", newline="")
    run(folder / "a.csv", "-o", folder / "b.csv")
    written = (folder / "b.csv").read_bytes().decode("utf-8", "surrogateescape")
    assert rows_of(written)[0]["zone"] == "south_of_dmz"


def test_a_long_table_is_read_in_parts_and_answers_do_not_depend_on_them(tmp_path, monkeypatch):
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(126.4, 128.5, 700), rng.uniform(37.6, 38.7, 700)
    text = "lon,lat\n" + "".join(f"{x:.5f},{y:.5f}\n" for x, y in zip(lon, lat, strict=True))
    (tmp_path / "a.csv").write_text(text)
    whole, _ = run(tmp_path / "a.csv")
    monkeypatch.setattr("mapper.tables.rows._AT_ONCE", 64)
    parts, _ = run(tmp_path / "a.csv")
    assert whole == parts
    sizes = [len(chunk.rows) for chunk in RowTable(tmp_path / "a.csv").chunks()]
    assert sizes == [64] * 10 + [60]


def test_a_broken_write_leaves_the_old_file(tmp_path):
    old = tmp_path / "out.csv"
    old.write_text("old")

    def rows():
        yield ["new"]
        raise KeyError

    with pytest.raises(KeyError), RowWriter.open(old) as writer:
        writer.write(rows())
    assert old.read_text() == "old"
    assert list(tmp_path.iterdir()) == [old]


def test_named_columns_win_over_known_names(tmp_path):
    (tmp_path / "a.csv").write_text("lon,lat,east,north\n1,2,126.677,37.956\n")
    table = RowTable(tmp_path / "a.csv", columns=Columns(lon="east", lat="north"))
    (chunk,) = table.chunks()
    assert chunk.shapes[0].equals(shapely.Point(126.677, 37.956))


def test_geojson_to_standard_output_is_json(tmp_path):
    frame().to_file(tmp_path / "a.geojson")
    out, _ = run(tmp_path / "a.geojson")
    zones = [feature["properties"]["zone"] for feature in json.loads(out)["features"]]
    assert zones == [place[3] for place in PLACES]


def test_the_schema_page_is_current():
    spec = importlib.util.spec_from_file_location("page", ROOT / "scripts" / "write_schema_page.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.PAGE.read_text("utf-8") == script.page(), "run scripts/write_schema_page.py"
