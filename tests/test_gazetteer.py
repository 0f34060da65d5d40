"""The gazetteer: keys, look-up, and a cache that survives races and damage."""

import multiprocessing
import os
import pickle
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import words

from mapper.errors import GazetteerError
from mapper.gazetteer import Gazetteer, build, korean_key, tokenize, world_key

TABLES = Path(__file__).parent / "data" / "gazetteer"
CORE = (
    "place_id,name,names_en,names_dprk,names_mr,names_rr,hangul,hanja,former,feature_code,lon,lat,"
    "extent_m,accuracy_m,side,country,admin,footprint,source,source_note\n"
)


@pytest.mark.parametrize(
    "spellings",
    [
        ("Ch'ŏrwŏn", "Ch’orwon", "Cholwon", "Cheorwon", "CHORWON"),
        ("Kaesŏng", "Gaeseong", "Kaesong", "Kae-song"),
        ("P'anmunjŏm", "Phanmunjom", "Panmunjeom", "Pan Mun Jom"),
        ("Kosŏng", "Goseong", "Kosong"),
        ("P'yŏngyang", "Phyongyang", "Pyeongyang"),
    ],
)
def test_romanizations_meet_in_one_key(spellings):
    assert len({korean_key(name) for name in spellings} - {""}) == 1


def test_different_places_keep_different_keys():
    names = ["Paju", "Paengnyong", "Kaesong", "Koesan", "Kimpo", "Kanghwa", "Yonpyong", "Ongjin"]
    keys = [korean_key(name) for name in names if korean_key(name)]
    assert len(set(keys)) == len(keys) >= 7


@pytest.mark.parametrize("name", ["Springfield", "Man", "Bar", "Fort Worth", "", "판문점"])
def test_what_is_not_romanized_korean_has_no_korean_key(name):
    assert korean_key(name) == ""


@given(words)
def test_keys_are_stable(name):
    key = world_key(name)
    assert world_key(key) == key
    assert key == key.strip()


@given(st.text(alphabet="abcdEFGH'’- ŏŭöéÇ", max_size=20))
def test_keys_do_not_depend_on_case(name):
    assert world_key(name) == world_key(name.lower())
    assert korean_key(name) == korean_key(name.lower())


@given(words)
def test_tokens_stand_where_they_say(text):
    ends = [0]
    for token in tokenize(text):
        assert text[token.start : token.end] == token.text
        assert token.start >= ends[-1]
        ends.append(token.end)


def test_border_places_outrank_the_world(gazetteer):
    for name in ("Panmunjom", "판문점", "P'anmunjŏm", "Phanmunjom"):
        assert gazetteer.places(name)[0].place_id == "core:panmunjom"
    assert gazetteer.places("Paris")[0].country == "FR"
    assert len(gazetteer.places("Paris")) > 5


def test_the_two_goseongs_are_kept_apart(gazetteer):
    north = gazetteer.place("core:kosong_kp").position
    south = gazetteer.place("core:goseong_kr").position
    assert north.lat > 38.6 > south.lat > 38.2
    ids = {place.place_id for place in gazetteer.places("Kosong")}
    assert "core:kosong_kp" in ids


def test_places_have_honest_extents(gazetteer):
    seoul, village = gazetteer.places("Seoul")[0], gazetteer.places("Daeseong-dong")[0]
    assert seoul.position.uncertainty_m > 5_000 > village.position.uncertainty_m >= 50
    assert gazetteer.places("United States")[0].position.uncertainty_m > 1_000_000
    assert all(place.source for place in gazetteer.places("Springfield"))


def test_the_longest_name_is_matched(gazetteer):
    text = "They left New York City for St. Louis and Winston-Salem, not Yorkshire."
    found = [text[m.start : m.end] for m in gazetteer.match(text)]
    assert found == ["New York City", "St. Louis", "Winston-Salem", "Yorkshire"] or found[:3] == [
        "New York City",
        "St. Louis",
        "Winston-Salem",
    ]


def test_unknown_names_and_ids_are_not_found(gazetteer):
    assert gazetteer.places("Qwertzuiop") == ()
    assert gazetteer.places("") == ()
    assert gazetteer.place("geonames:0") is None


def test_it_opens_again_in_another_process(gazetteer):
    again = pickle.loads(pickle.dumps(gazetteer))
    assert again.version == gazetteer.version
    assert again.places("Paju") == gazetteer.places("Paju")


# -- the cache, with a world of a dozen places ---------------------------------------------


@pytest.fixture
def small_world(monkeypatch):
    """Leave the towns of the world out, so that a build takes milliseconds."""
    monkeypatch.setattr(build, "_read_towns", lambda countries, admin1: iter(()))
    return TABLES.parent


def _open(cache):
    return Gazetteer.open(cache_dir=cache, geodata=TABLES.parent).places("Panmunjom")[0].name


def _open_small(cache):
    build._read_towns = lambda countries, admin1: iter(())
    return _open(cache)


def test_two_processes_may_build_at_once(tmp_path):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(_open_small, [tmp_path] * 4) == ["Panmunjom"] * 4
    left = [path.name for path in tmp_path.iterdir()]
    assert len(left) == 1
    assert left[0].startswith("gazetteer-")


@pytest.mark.parametrize("name", ["names.trie", "places.sqlite", "columns.bin", "complete.json"])
@pytest.mark.parametrize("damage", ["cut", "changed", "gone"])
def test_a_damaged_cache_is_built_again(tmp_path, small_world, name, damage):
    Gazetteer.open(cache_dir=tmp_path, geodata=small_world).close()
    path = next(tmp_path.glob(f"gazetteer-*/{name}"))
    data = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    else:
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)
    again = Gazetteer.open(cache_dir=tmp_path, geodata=small_world)
    assert again.places("Panmunjom")[0].place_id == "core:panmunjom"
    again.close()


def test_a_changed_source_is_compiled_anew(tmp_path, small_world):
    geodata = tmp_path / "geodata"
    shutil.copytree(TABLES, geodata / "gazetteer")
    first = Gazetteer.open(cache_dir=tmp_path / "cache", geodata=geodata)
    with (geodata / "gazetteer" / "core.csv").open("a", encoding="utf-8") as file:
        file.write("core:x,Xanadu,,,,,,,,PPL,127.1,38.2,100,10,north,KP,,,a test,\n")
    second = Gazetteer.open(cache_dir=tmp_path / "cache", geodata=geodata)
    assert first.version != second.version
    assert (first.places("Xanadu"), second.places("Xanadu")[0].place_id) == ((), "core:x")
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("core:x,Xanadu,,,,,,,,PPL,,38.2,1,1,north,KP,,,s,\n", "no lon, lat"),
        ("core:x,Xanadu\n", "wrong columns"),
        (2 * "core:x,Xanadu,,,,,,,,PPL,127,38.2,1,1,north,KP,,,s,\n", "share an id"),
    ],
)
def test_a_wrong_table_is_refused_by_name(tmp_path, small_world, row, message):
    geodata = tmp_path / "geodata"
    shutil.copytree(TABLES, geodata / "gazetteer")
    (geodata / "gazetteer" / "core.csv").write_text(CORE + row, encoding="utf-8")
    with pytest.raises(GazetteerError, match=message):
        Gazetteer.open(cache_dir=tmp_path / "cache", geodata=geodata)
    assert not list((tmp_path / "cache").glob(".building-*"))


def test_missing_tables_and_unwritable_caches_are_explained(tmp_path, small_world):
    with pytest.raises(GazetteerError, match=r"core\.csv"):
        Gazetteer.open(cache_dir=tmp_path, geodata=tmp_path)
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    with pytest.raises(GazetteerError, match="MAPPER_CACHE_DIR"):
        Gazetteer.open(cache_dir=blocked, geodata=small_world)


def test_starting_up_imports_nothing_heavy(gazetteer, run_python):
    loaded = run_python(
        "import sys\n"
        "from mapper.gazetteer import Gazetteer\n"
        "from mapper.recognition import recognize\n"
        "from mapper.resolution import resolve\n"
        "from mapper.text import make_document\n"
        "g = Gazetteer.open(); d = make_document('Shots in Paju.')\n"
        "assert resolve(d, recognize(d, g), g)[0].place.name == 'Paju'\n"
        "print(*sys.modules)"
    ).split()
    heavy = {"numpy", "geopandas", "shapely", "pandas", "folium", "matplotlib", "pyproj", "geopy"}
    assert heavy & set(loaded) == set()


@pytest.fixture
def run_python():
    import subprocess

    def run(code):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.mark.parametrize(
    ("name", "country"),
    [("Cheorwon", "KR"), ("Cholwon", "KP"), ("Goseong", "KR"), ("Kosong", "KP")],
)
def test_the_usual_name_comes_before_another_spelling(gazetteer, name, country):
    assert gazetteer.places(name)[0].country == country
