"""Gazetteers of the user's own: what is taken, what is refused and why, and where they rank."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapper.errors import GazetteerError, InputError
from mapper.gazetteer import Gazetteer
from mapper.gazetteer.additions import (
    add,
    addition_rows,
    additions_version,
    list_additions,
    remove,
)
from mapper.gazetteer.importing import Options, extent_of, read_places
from mapper.settings import load_settings

TABLE = (
    "name,lon,lat,names,accuracy_m\n"
    "Test Hill,127.1,38.2,시험고지|Hill 999,50\n"
    "Test Post,127.2,38.3,,\n"
)
BOMB = b"name,lon,lat\n" + (b" " * 100_000 + b"\n") * 300


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def read(folder: Path, name: str, text: str | bytes, **options):
    return read_places(write(folder, name, text), Options(name="own", **options))


def check_refused(folder: Path, name: str, text: str | bytes, reason: str, **options) -> None:
    with pytest.raises(InputError, match=reason):
        read(folder, name, text, **options)


def geonames(number: int, name: str, *, lat="38.1", lon="127.1", code="PPL", country="KP") -> str:
    cells = [str(number), name, name, f"{name}-ri,{name}-dong", lat, lon, "P", code, country]
    return "\t".join([*cells, "", "05", "", "", "", "1200", "", "", "Asia/Pyongyang", "2020-01-01"])


def test_a_table_with_sensible_headings(tmp_path):
    found = read(tmp_path, "a.csv", TABLE, source="our survey")
    hill, post = found.rows
    assert (hill.name, hill.lon, hill.lat, hill.accuracy_m) == ("Test Hill", 127.1, 38.2, 50)
    assert list(hill.names) == ["시험고지", "Hill 999"]
    assert (hill.place_id, hill.source) == ("own:2", "our survey")
    assert (post.accuracy_m, found.passed_over, found.is_dump) == (1000, 0, False)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tsv", TABLE.replace(",", "\t")),
        ("a.csv", TABLE.replace(",", ";")),
        ("a.csv", "\ufeff" + TABLE),
        ("a.csv", TABLE.replace("\n", "\r\n")),
        ("a.csv", TABLE.replace("lon,lat", "Longitude,LATITUDE").replace("name,", "Place Name,")),
        ("a.csv", TABLE.replace("lon,lat", "x,y")),
        ("a.csv.gz", gzip.compress(TABLE.encode(), mtime=0)),
    ],
)
def test_other_forms_of_the_same_table(tmp_path, name, text):
    rows = read(tmp_path, name, text).rows
    assert [(row.name, row.lon, row.lat) for row in rows] == [
        ("Test Hill", 127.1, 38.2),
        ("Test Post", 127.2, 38.3),
    ]


def test_headings_of_ones_own(tmp_path):
    text = "Objekt;Rechts;Hoch\nTest Hill;127.1;38.2\n"
    check_refused(tmp_path, "a.csv", text, "no column for name, lon, lat among: Objekt, Rechts")
    columns = {"name": "Objekt", "lon": "Rechts", "lat": "Hoch"}
    (row,) = read(tmp_path, "a.csv", text, columns=columns).rows
    assert (row.name, row.lon, row.lat) == ("Test Hill", 127.1, 38.2)
    check_refused(tmp_path, "a.csv", text, "no column 'Ort'", columns={"name": "Ort"})
    check_refused(tmp_path, "a.csv", text, "there is no column 'nmae'", columns={"nmae": "Objekt"})


def test_a_geonames_dump(tmp_path):
    text = "\n".join([geonames(1, "Testgol"), geonames(2, "Samplegol", code="MT")])
    found = read(tmp_path, "KP.txt", text)
    village, mountain = found.rows
    assert (found.kind, found.is_dump) == ("geonames", True)
    assert (village.place_id, village.name, village.population) == ("geonames:1", "Testgol", 1200)
    assert list(village.names) == ["Testgol-ri", "Testgol-dong"]
    assert village.extent_m == 2_500  # of a town of 1,200, as for the world's towns
    assert (mountain.feature_code, mountain.extent_m) == ("MT", 2_500)
    assert village.accuracy_m == 2_000


def test_a_geonames_zip_has_a_readme(tmp_path):
    path = tmp_path / "KP.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "about\n")
        archive.writestr("KP.txt", geonames(1, "Testgol") + "\n")
    assert [row.name for row in read_places(path, Options(name="kp")).rows] == ["Testgol"]


def test_countries_are_chosen(tmp_path):
    text = "\n".join([geonames(1, "Testgol"), geonames(2, "Samplegol", country="BR")])
    found = read(tmp_path, "all.txt", text, countries=frozenset({"KP"}))
    assert ([row.country for row in found.rows], found.elsewhere) == (["KP"], 1)
    check_refused(
        tmp_path, "all.txt", text, "none of its 2 places lies in", countries=frozenset({"DE"})
    )


def test_whos_on_first(tmp_path):
    text = (
        "wof_id\tgn_id\tcc\tplacetype\tname\thangul\tvariants\tlat\tlon\tpopulation\tcurrent\n"
        '11\t77\tKP\tlocality\tTest"gol\t시험골\tTestkol|Shiomgol\t38.5\t127.5\t\t-1\n'
        "12\t\tKR\tcounty\tSample\t\t\t37.5\t127.5\t5000\t1\n"
        "13\t\tKR\tlocality\tGone\t\t\t37.5\t127.5\t5000\t0\n"
    )
    found = read(tmp_path, "wof.tsv", text)
    first, second = found.rows
    assert found.is_dump
    assert (first.place_id, first.name, first.feature_code) == ("geonames:77", 'Test"gol', "PPL")
    assert set(first.names) == {"Testkol", "Shiomgol", "시험골"}
    assert (second.place_id, second.feature_code, second.country) == ("wof:12", "ADM2", "KR")
    assert found.remarks == [(4, "Gone: marked as no longer current")]


def feature(name, geometry, **properties):
    return {"type": "Feature", "properties": {"name": name, **properties}, "geometry": geometry}


def collection(*features, **members) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features, **members})


SQUARE = [[127.0, 38.0], [127.2, 38.0], [127.2, 38.1], [127.0, 38.1], [127.0, 38.0]]


def test_geojson(tmp_path):
    point = feature("Post", {"type": "Point", "coordinates": [127.1, 38.2]}, names=["Camp", "기지"])
    area = feature("Range", {"type": "Polygon", "coordinates": [SQUARE]}, id="r1")
    first, second = read(tmp_path, "a.geojson", collection(point, area)).rows
    assert (first.lon, first.lat, list(first.names)) == (127.1, 38.2, ["Camp", "기지"])
    assert first.footprint == ""
    assert second.place_id == "own:r1"
    assert (second.lon, second.lat) == pytest.approx((127.1, 38.05))
    assert second.footprint.startswith("POLYGON ((127 38")
    assert second.extent_m == pytest.approx(10_400, rel=0.02)  # half the diagonal


def test_features_that_cannot_be_used_are_told(tmp_path):
    good = feature("Post", {"type": "Point", "coordinates": [127.1, 38.2]})
    bow = [[127, 38], [127.2, 38.1], [127.2, 38], [127, 38.1], [127, 38]]
    bad = [
        (feature("A", {"type": "Polygon", "coordinates": [bow]}), "crosses itself"),
        (feature("B", None), "no usable geometry"),
        (feature("C", {"type": "Point", "coordinates": []}), "empty"),
        (feature("D", {"type": "Point", "coordinates": [38.2, 127.1]}), "swapped"),
        (feature("E", {"type": "Point", "coordinates": [float("nan"), 38]}), "empty|finite"),
        (feature("F", {"type": "Point", "coordinates": ["x", "y"]}), "no usable geometry"),
        ({"type": "Feature", "geometry": None}, "not a feature with properties"),
        ("nonsense", "not a feature"),
        (feature("", {"type": "Point", "coordinates": [127.1, 38.2]}), "no usable name"),
    ]
    found = read(tmp_path, "a.json", collection(*[good] * 20, *(one for one, _ in bad)))
    assert len(found.rows) == 20
    assert [line for line, _ in found.remarks] == list(range(21, 21 + len(bad)))
    for (_, remark), (_, reason) in zip(found.remarks, bad, strict=True):
        assert any(part in remark for part in reason.split("|")), (remark, reason)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "not a GeoJSON FeatureCollection"),
        ('{"type": "Feature"}', "not a GeoJSON FeatureCollection"),
        (
            collection(crs={"type": "name", "properties": {"name": "EPSG:5179"}}),
            "not in WGS 84",
        ),
        (collection(), "holds no places"),
    ],
)
def test_geojson_that_is_refused(tmp_path, text, reason):
    check_refused(tmp_path, "a.geojson", text, reason)


def rows_with(*bad: str) -> str:
    """A table of twenty good rows and the bad ones after them."""
    good = [f"Place {number},127.1,38.2" for number in range(20)]
    return "\n".join(["name,lon,lat", *good, *bad, ""])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Swapped,38.2,127.1", "latitude 127.1 is impossible: are lon and lat swapped"),
        ("NotANumber,nan,38.2", "lon is nan, not a number of degrees"),
        ("Infinite,127,inf", "lat is inf, not a number of degrees"),
        ("Comma,127.1,'38,2'", "4 fields instead of 3"),
        ("Words,east,north", "lon 'east' is not a number"),
        ("Metres,953000,1953000", "are not degrees"),
        ("Nothing,,", "lon '' is not a number"),
        ("Null Island,0,0", "stands for a missing position"),
        (",127.1,38.2", "no usable name"),
        (f"{'x' * 300},127.1,38.2", "no usable name"),
        ("Co\x00ntrol,127.1,38.2", "no usable name"),
        ("Short,127.1", "2 fields instead of 3"),
    ],
)
def test_a_bad_row_is_told_by_line_and_passed_over(tmp_path, row, reason):
    found = read(tmp_path, "a.csv", rows_with(row))
    assert len(found.rows) == 20
    ((line, remark),) = found.remarks
    assert line == 22
    assert reason in remark


def test_bytes_that_are_not_utf_8(tmp_path):
    text = rows_with("Bad,127.1,38.2").encode().replace(b"Bad", b"B\xe9d")
    found = read(tmp_path, "a.csv", text)
    assert "no usable name" in found.remarks[0][1]


def test_a_file_that_is_mostly_wrong_is_refused(tmp_path):
    swapped = "\n".join(["name,lon,lat", *(f"Place {n},38.2,127.1" for n in range(9)), "P,127,38"])
    check_refused(tmp_path, "a.csv", swapped, r"9 of 10 rows are wrong. line 2: .* swapped\?")
    check_refused(tmp_path, "a.csv", "name,lon,lat\nA,38.2,127.1\n", "swapped")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.csv", "", "no column for name, lon, lat"),
        ("a.csv", "name,lon,lat\n", "holds no places"),
        ("a.xlsx", b"PK\x03\x04", "is none of .txt"),
        ("a.zip", b"PK\x03\x04 broken", "cannot read"),
        ("a.csv.gz", b"not gzip", "cannot read"),
        ("a.csv.gz", gzip.compress(TABLE.encode(), mtime=0)[:-12], "cannot read"),
        ("a.csv", 'name,lon,lat\n"' + "x" * 200_001 + '",1,1\n', "a line of more than"),
        ("a.csv", 'name,lon,lat\n"never closed,1,1\n' + "x\n" * 70_000, "cannot read|wrong"),
        ("a.gz.csv", "\x00" * 1000, "no column for"),
    ],
)
def test_files_that_are_refused(tmp_path, name, text, reason):
    check_refused(tmp_path, name, text, reason)


def test_a_missing_file_and_a_folder(tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        read_places(tmp_path / "none.csv", Options(name="own"))
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match="not a file"):
        read_places(tmp_path / "folder.csv", Options(name="own"))


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, blob in members.items():
            archive.writestr(name, blob)
    return path


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"../../evil.csv": b"x"}, "suspicious path"),
        ({"/etc/evil.csv": b"x"}, "suspicious path"),
        ({"..\\evil.csv": b"x"}, "suspicious path"),
        ({"a.csv": b"x", "b.csv": b"x"}, "must hold one table, and holds: a.csv, b.csv"),
        ({"picture.png": b"x"}, "must hold one table, and holds: none"),
        ({"a.csv": BOMB}, "zip bomb"),
    ],
)
def test_archives_that_are_refused(tmp_path, members, reason):
    path = zipped(tmp_path / "a.zip", members)
    with pytest.raises(InputError, match=reason):
        read_places(path, Options(name="own"))


def test_a_gzip_bomb(tmp_path):
    check_refused(tmp_path, "a.csv.gz", gzip.compress(BOMB, mtime=0), "zip bomb")


def test_extents_of_features():
    assert extent_of("ADM2", 0) == 20_000
    assert extent_of("ADM2H", 0) == 20_000  # the longest beginning counts
    assert extent_of("PPL", 50_000) == 6_000
    assert extent_of("", 0) == 1_000


@settings(max_examples=150, deadline=None)
@given(blob=st.binary(max_size=400), kind=st.sampled_from(["a.csv", "a.txt", "a.json", "a.zip"]))
def test_no_bytes_break_the_reader(tmp_path_factory, blob, kind):
    path = tmp_path_factory.getbasetemp() / kind
    path.write_bytes(blob)
    try:
        found = read_places(path, Options(name="own"))
    except InputError:
        return
    assert found.rows


def test_a_round_trip_through_the_data_folder(tmp_path):
    data = tmp_path / "data"
    path = write(tmp_path, "My Bases.csv", TABLE)
    added = add(path, data, source="our survey", accuracy_m=200)
    assert added.addition.name == "my-bases"
    assert (added.addition.places, added.passed_over, added.addition.rank) == (2, 0, "above")
    assert list_additions(data) == (added.addition,)
    hill, post = addition_rows(data)
    assert (hill.place_id, hill.tier, list(hill.names)) == (
        "my-bases:2",
        "core",
        ["시험고지", "Hill 999"],
    )
    assert (hill.accuracy_m, post.accuracy_m) == (50, 200)
    remove("my-bases", data)
    assert list_additions(data) == ()
    assert addition_rows(data) == []
    with pytest.raises(InputError, match="no addition 'my-bases'; there are: none"):
        remove("my-bases", data)


def test_the_version_follows_the_content(tmp_path):
    data = tmp_path / "data"
    assert additions_version(data) == ""
    path = write(tmp_path, "a.csv", TABLE)
    add(path, data)
    first = additions_version(data)
    add(path, data)
    assert additions_version(data) == first  # the same again
    add(path, data, rank="with")
    assert additions_version(data) != first
    write(tmp_path, "a.csv", TABLE.replace("127.1", "127.15"))
    add(path, data)
    second = additions_version(data)
    assert second != first
    add(write(tmp_path, "b.csv", TABLE), data)
    assert additions_version(data) != second
    assert [addition.name for addition in list_additions(data)] == ["a", "b"]
    remove("b", data)
    assert additions_version(data) == second


def test_rows_with_one_id(tmp_path):
    text = "id,name,lon,lat\n7,First,127,38\n7,Second,127,38\n8,Third,127,38\n"
    added = add(write(tmp_path, "a.csv", text), tmp_path / "data")
    assert [row.name for row in addition_rows(tmp_path / "data")] == ["First", "Third"]
    assert added.remarks == ((0, "1 rows have the id of an earlier one"),)
    assert added.passed_over == 1


@pytest.mark.parametrize("name", ["core", "../x", "A B", "", "a" * 41, "geonames"])
def test_names_that_are_refused(tmp_path, name):
    path = write(tmp_path, f"{name or '1'}.csv" if "/" not in name else "x.csv", TABLE)
    if name:
        with pytest.raises(InputError, match="cannot be the name"):
            add(path, tmp_path / "data", name=name)
    else:
        with pytest.raises(InputError, match="cannot be the name"):
            add(path, tmp_path / "data")  # "1" would be the name
    with pytest.raises(InputError, match="no addition"):
        remove(name, tmp_path / "data")


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"rank": "top"}, "rank is"), ({"accuracy_m": 0}, "accuracy_m must be above 0")],
)
def test_options_that_do_not_fit(tmp_path, options, reason):
    with pytest.raises(InputError, match=reason):
        add(write(tmp_path, "a.csv", TABLE), tmp_path / "data", **options)


def test_a_refused_file_leaves_the_old_addition(tmp_path):
    data = tmp_path / "data"
    add(write(tmp_path, "a.csv", TABLE), data)
    before = additions_version(data)
    with pytest.raises(InputError, match="swapped"):
        add(write(tmp_path, "a.csv", "name,lon,lat\nA,38,127\n"), data)
    assert additions_version(data) == before
    assert not list((data / "gazetteers").glob(".adding-*"))


def test_strict_takes_nothing_with_a_bad_row(tmp_path):
    data = tmp_path / "data"
    path = write(tmp_path, "a.csv", rows_with("Bad,nan,38"))
    with pytest.raises(InputError, match=r"1 row cannot be used.*line 22"):
        add(path, data, strict=True)
    assert list_additions(data) == ()


def test_a_damaged_addition_is_named(tmp_path):
    data = tmp_path / "data"
    add(write(tmp_path, "a.csv", TABLE), data)
    table = data / "gazetteers" / "a" / "places.csv"
    table.write_bytes(table.read_bytes() + b"x")
    with pytest.raises(GazetteerError, match="gazetteer remove a"):
        addition_rows(data)
    (table.parent / "addition.json").write_text("{")
    with pytest.raises(GazetteerError, match="gazetteer remove a"):
        additions_version(data)
    remove("a", data)
    assert additions_version(data) == ""


@pytest.fixture(scope="module")
def extended(tmp_path_factory):
    """A gazetteer with two additions: places of one's own, and a dump."""
    folder = tmp_path_factory.mktemp("extended")
    own = (
        "id,name,lon,lat,names,country\n"
        "1,Testonia Post,127.1,38.2,시험초소,KP\n"
        "2,Panmunjom,10,50,,DE\n"
        "3,Paris,11,51,,DE\n"
    )
    add(write(folder, "own.csv", own), folder / "data", source="our survey")
    dump = [
        geonames(990_000_001, "Testonigol"),
        geonames(2_988_507, "Paris", lat="48.9", lon="2.4", country="FR"),
        geonames(990_000_002, "North Korea", code="PCLI"),
        geonames(990_000_003, "Pyongyang"),
    ]
    add(write(folder, "KP.txt", "\n".join(dump)), folder / "data", source="GeoNames, CC BY 4.0")
    gazetteer = Gazetteer.open(cache_dir=folder / "cache", data_dir=folder / "data")
    yield gazetteer
    gazetteer.close()


def ids(gazetteer: Gazetteer, name: str) -> list[str]:
    return [place.place_id for place in gazetteer.places(name)]


def test_own_places_are_found(extended):
    (post,) = extended.places("시험초소")
    assert (post.place_id, post.source) == ("own:1", "our survey")
    assert post.position.uncertainty_m == 2_000  # its own 1,000 and that of the point
    assert ids(extended, "Testonigol-ri") == ["geonames:990000001"]


def test_own_places_rank_below_the_core_and_above_the_world(extended):
    assert ids(extended, "Panmunjom")[:2] == ["core:panmunjom", "own:2"]
    assert ids(extended, "Paris")[:2] == ["own:3", "geonames:2988507"]


def test_a_dump_ranks_with_the_towns_of_the_world(extended):
    assert ids(extended, "Pyongyang")[0].startswith("core:")
    assert ids(extended, "Pyongyang")[-1] == "geonames:990000003"
    # the dump's country is not taken
    assert "geonames:990000002" not in ids(extended, "North Korea")


def test_a_dump_takes_the_place_of_a_town_with_its_id(extended, gazetteer):
    (before,) = [p for p in gazetteer.places("Paris") if p.place_id == "geonames:2988507"]
    (after,) = [p for p in extended.places("Paris") if p.place_id == "geonames:2988507"]
    assert (after.position.lat, before.position.lat) == (48.9, pytest.approx(48.853, abs=0.01))
    assert after.source == "GeoNames, CC BY 4.0"
    assert set(before.names) <= set(after.names)
    assert after.admin == before.admin


def test_the_gazetteer_version_says_that_there_is_more(extended, gazetteer):
    assert extended.version != gazetteer.version


def test_the_pipeline_uses_them(tmp_path_factory, extended, monkeypatch):
    from mapper.geoparsing import geoparse
    from mapper.pipeline import Tools
    from mapper.text import make_document

    folder = Path(extended.__reduce__()[1][0]).parents[1]
    monkeypatch.setenv("MAPPER_DATA_DIR", str(folder / "data"))
    monkeypatch.setenv("MAPPER_CACHE_DIR", str(folder / "cache"))
    tools = Tools(load_settings())
    assert tools.provenance().gazetteer_version == extended.version
    document = make_document("North Korean troops fired three shots near Testonia Post on Monday.")
    (found,) = [
        r for r in geoparse(document, tools.gazetteer) if r.mention.surface == "Testonia Post"
    ]
    assert found.place is not None
    assert found.place.place_id == "own:1"
