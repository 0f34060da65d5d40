"""The shipped geodata, and the refusal of anything else."""

import hashlib
import importlib.util
import json
import pickle
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pyproj
import pytest
import shapely
from click.testing import CliRunner

from mapper.cli.layers import command as layers_command
from mapper.errors import LayerInvalidError, LayerNotFoundError
from mapper.layers import BorderLayers, geodata_dir
from mapper.settings import Settings

GEODATA = geodata_dir()
GEOD = pyproj.Geod(ellps="WGS84")
SQUARE = [[127.0, 38.0], [127.1, 38.0], [127.1, 38.1], [127.0, 38.1], [127.0, 38.0]]


@pytest.fixture(scope="module")
def layers():
    return BorderLayers.load()


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the shipped layers that a test may spoil."""
    shutil.copytree(GEODATA / "layers", tmp_path / "layers")
    shutil.copy(GEODATA / "manifest.toml", tmp_path)
    return tmp_path


def put(folder: Path, name: str, text: str) -> None:
    """Replace a layer's file and its checksum, so that only the content is wrong."""
    path = folder / "layers" / f"{name}.geojson"
    old = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text(text)
    manifest = (folder / "manifest.toml").read_text()
    assert old in manifest
    new = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "manifest.toml").write_text(manifest.replace(old, new))


def collection(coordinates, *, kind="Polygon", **more) -> str:
    geometry = {"type": kind, "coordinates": coordinates}
    row = {"type": "Feature", "properties": {}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [row], **more})


def check_refused(folder: Path, words: str, *, error=LayerInvalidError, name="jsa") -> None:
    """Opening the folder's layer must fail, naming the layer and saying what is wrong."""
    with pytest.raises(error, match=words) as caught:
        BorderLayers.load(folder).features(name)
    assert caught.value.exit_code == 3


def test_everything_that_ships_is_whole_and_says_where_it_comes_from(layers):
    layers.verify()
    licences = (GEODATA / "LICENSES.md").read_text()
    for info in [*layers.infos.values(), *layers.tables.values()]:
        assert str(info.path.relative_to(GEODATA)) in licences
        assert info.title
        assert info.source
        assert info.licence
        assert info.version
    for info in layers.infos.values():
        assert info.accuracy_m > 0
    shipped = {path.name for path in (GEODATA / "layers").iterdir()}
    assert shipped == {info.path.name for info in layers.infos.values()}


def test_the_mdl_on_land_is_as_long_as_published(layers):
    # 148.5 statute miles = 239 km (International Boundary Study No. 22).
    assert 236 <= GEOD.geometry_length(layers.geometry("mdl")) / 1000 <= 250
    west, east = layers.geometry("mdl").coords[0], layers.geometry("mdl").coords[-1]
    assert west[0] < 126.7
    assert east[0] > 128.3
    assert layers.geometry("mdl_estuary").coords[-1] == west


def test_the_halves_of_the_dmz_meet_exactly_along_the_mdl(layers):
    north, south = layers.geometry("dmz_north"), layers.geometry("dmz_south")
    shared = shapely.line_merge(shapely.intersection(north.boundary, south.boundary))
    assert shared.normalize().equals_exact(layers.geometry("mdl").normalize())
    areas = [abs(GEOD.geometry_area_perimeter(half)[0]) / 1e6 for half in (north, south)]
    assert 870 <= sum(areas) <= 920
    assert areas[1] == pytest.approx(453, rel=0.03)  # published: 453 km2 in the south
    assert layers.geometry("dmz").geom_type == "Polygon"
    assert north.representative_point().y > south.representative_point().y


def test_the_limits_run_two_kilometres_from_the_line(layers):
    line = shapely.get_coordinates(shapely.segmentize(layers.geometry("mdl"), 0.0002))
    members = set(layers.geometry("mdl").coords)
    for name in ("dmz_north", "dmz_south"):
        limit = [v for v in layers.geometry(name).exterior.coords if v not in members]
        for lon, lat in limit[::40]:
            count = len(line)
            metres = GEOD.inv([lon] * count, [lat] * count, line[:, 0], line[:, 1])[2]
            assert 1900 <= min(metres) <= 2100


def test_the_nll_has_its_eleven_points_and_marks_the_unconfirmed(layers):
    line, *points = layers.features("nll_west")
    assert len(line.geometry.coords) == 11 == len(points)
    assert [p.properties["no"] for p in points if not p.properties["confirmed"]] == [2, 7, 8]
    assert "not recognised by the DPRK" in line.properties["label"]
    # 37 42'45"N 126 06'40"E
    assert points[0].geometry.coords[0] == pytest.approx((126.111111, 37.7125))
    assert layers.geometry("nll_west").geom_type == "LineString"


def test_the_jsa_is_a_disc_about_800_m_across(layers):
    jsa = layers.geometry("jsa")
    area, _ = GEOD.geometry_area_perimeter(jsa)
    assert abs(area) == pytest.approx(3.1416 * 400**2, rel=0.01)
    assert layers.geometry("dmz").contains(jsa)


def test_the_territories_meet_along_the_mdl_and_hardly_overlap(layers):
    north, south = layers.geometry("territory_north"), layers.geometry("territory_south")
    assert north.intersection(south).area < 1e-6
    for territory in (north, south):
        assert territory.boundary.contains(layers.geometry("mdl"))


def test_hambak_do_is_north_and_its_neighbours_are_south(layers):
    # ROK Ministry of National Defense, 20 September 2019: about 700 m north of the NLL.
    hambak = shapely.Point(126.02833, 37.67778)  # Wikipedia (ko): 함박도
    assert layers.geometry("territory_north").contains(hambak)
    for lon, lat in ((125.69639, 37.66667), (124.67583, 37.95194)):  # Yeonpyeong, Baengnyeong
        assert layers.geometry("territory_south").contains(shapely.Point(lon, lat))


def area_km2(shape) -> float:
    return abs(GEOD.geometry_area_perimeter(shape)[0]) / 1e6


def test_the_eastern_nll_runs_out_to_sea_from_the_end_of_the_mdl(layers):
    (line,) = layers.features("nll_east")
    assert "not recognised by the DPRK" in line.properties["label"]
    start, end = line.geometry.coords
    assert start[1] == end[1] == pytest.approx(38 + 37 / 60)  # about 38 37'N
    eastern_end = layers.geometry("mdl").coords[-1]
    assert GEOD.inv(*start, *eastern_end)[2] < layers.infos["nll_east"].accuracy_m
    assert not line.geometry.intersects(layers.geometry("base_land").buffer(-0.02))


def test_the_38th_parallel_crosses_the_peninsula(layers):
    (west, south), (east, north) = layers.geometry("parallel_38").coords
    assert south == north == 38
    assert west < 125.4  # Ongjin peninsula
    assert 128.6 < east < 128.8  # Yangyang


def test_the_zone_behind_the_ccl_is_an_upper_bound(layers):
    info, zone = layers.infos["ccl"], layers.geometry("ccl")
    assert info.is_upper_bound
    assert info.status == "approximate"
    assert area_km2(zone & layers.geometry("dmz")) < 0.5
    assert area_km2(zone - layers.geometry("territory_south")) < 5  # thinned along the coast
    line = shapely.segmentize(layers.geometry("mdl") | layers.geometry("mdl_estuary"), 0.001)
    xy = shapely.get_coordinates(line)
    for lon, lat in shapely.get_coordinates(zone)[::40]:
        count = len(xy)
        assert min(GEOD.inv([lon] * count, [lat] * count, xy[:, 0], xy[:, 1])[2]) < 10_300
    # Villages north of the line by their own account (Wikipedia: Civilian Control Zone) ...
    for lon, lat in ((126.72270, 37.93201), (127.30, 38.29)):  # Camp Bonifas; Cheorwon's plain
        assert zone.buffer(0.002).contains(shapely.Point(lon, lat))
    # ... and towns where everybody may go.
    for lon, lat in ((126.78, 37.76), (127.06, 37.90)):  # Paju's Geumchon, Dongducheon
        assert not zone.contains(shapely.Point(lon, lat))


def test_the_estuary_is_water_between_the_two_banks(layers):
    waters = layers.geometry("han_estuary")
    assert waters.geom_type == "Polygon"
    assert 100 < area_km2(waters) < 250
    shared = waters & layers.geometry("mdl_estuary")
    assert GEOD.geometry_length(shared) > 0.65 * GEOD.geometry_length(
        layers.geometry("mdl_estuary")
    )
    assert area_km2(waters & layers.geometry("base_land")) < 0.1 * area_km2(waters)
    assert area_km2(waters & layers.geometry("dmz")) < 0.01
    for territory in ("territory_north", "territory_south"):
        assert area_km2(waters & layers.geometry(territory)) > 20


SECTORS = ("western", "west_central", "central", "east_central", "eastern")


def test_the_sectors_of_the_dmz_cover_it_from_west_to_east(layers):
    parts = [layers.geometry(f"sectors#{name}_dmz") for name in SECTORS]
    dmz = layers.geometry("dmz")
    for part in parts:
        assert area_km2(part - dmz) < 0.01
    assert area_km2(dmz - shapely.union_all(parts)) < 1
    wests = [part.bounds[0] for part in parts]
    assert wests == sorted(wests)
    for name, part in zip(SECTORS, parts, strict=True):
        assert area_km2(part - layers.geometry(f"sectors#{name}_front")) < 0.02 * area_km2(part)


@pytest.mark.parametrize(
    ("sector", "counties"),
    [
        ("western_dmz", {"paju", "yeoncheon"}),
        ("west_central_dmz", {"yeoncheon", "cheorwon_kr"}),
        ("central_dmz", {"cheorwon_kr", "hwacheon"}),
        ("eastern_dmz", {"yanggu", "inje", "goseong_kr"}),
    ],
)
def test_sectors_lie_beside_the_counties_that_name_them(layers, sector, counties):
    # NGII's counties reach to the DMZ: Hwacheon only just, behind Cheorwon.
    part = layers.geometry(f"sectors#{sector}").buffer(0.02)
    beside = {
        feature.properties["id"]: area_km2(feature.geometry & part)
        for feature in layers.features("border_counties")
    }
    named = {name for name, km2 in beside.items() if km2 > 5}
    assert counties <= named
    assert sum(beside[name] for name in counties) > 0.8 * sum(beside.values())


def test_the_southern_border_region_is_that_of_the_law(layers):
    # Special Act on Support for the Border Area, enforcement decree Art. 2: 10 and 5.
    notes = [f.properties["note"] for f in layers.features("border_counties")]
    assert len(notes) == 15
    assert sum("para 1" in note for note in notes) == 10
    region = layers.geometry("sectors#border_region_south")
    # Areas published by the counties themselves (Wikipedia): Paju 673, Inje 1,646 km2.
    for name, published in (("paju", 673), ("inje", 1646), ("chuncheon", 1117), ("goyang", 268)):
        county = layers.geometry(f"border_counties#{name}")
        assert area_km2(county) == pytest.approx(published, rel=0.04)
        assert area_km2(county - region) < 0.02 * published


def test_the_northern_border_region_lies_along_the_line(layers):
    region = layers.geometry("sectors#border_region_north")
    inside = {
        "Kaesong": (126.554, 37.971),
        "Pyonggang": (127.229, 38.461),
        "Kosong": (128.19, 38.65),
    }
    outside = {
        "Wonsan": (127.444, 39.153),
        "Sariwon": (125.756, 38.507),
        "Seoul": (126.978, 37.566),
    }
    for lon, lat in inside.values():
        assert region.contains(shapely.Point(lon, lat))
    for lon, lat in outside.values():
        assert not region.contains(shapely.Point(lon, lat))


def test_five_northwest_islands_and_the_seas_beside_the_nll(layers):
    islands = layers.geometry("sectors#northwest_islands")
    for lon, lat in ((124.675, 37.954), (124.700, 37.825), (124.752, 37.772), (125.697, 37.668)):
        assert islands.contains(shapely.Point(lon, lat))
    assert 70 < area_km2(islands) < 80  # Ongjin County: 45.8 + 12.8 + 2.9 + 7.3 + 0.2 km2, and U-do
    for sea, line in (("west_sea_nll", "nll_west"), ("east_sea_nll", "nll_east")):
        water = layers.geometry(f"sectors#{sea}")
        assert not water.contains(shapely.Point(126.978, 37.566))
        shared = GEOD.geometry_length(water & layers.geometry(line))
        assert shared > 0.95 * GEOD.geometry_length(layers.geometry(line))


@pytest.mark.parametrize(
    ("name", "lon", "lat"),
    [
        ("gangwon_kr", 127.73, 37.88), ("gyeonggi", 127.03, 37.27), ("incheon", 126.63, 37.45),
        ("seoul", 126.978, 37.566), ("kangwon_kp", 127.443, 39.153), ("pyongyang", 125.754, 39.034),
        ("north_hwanghae", 126.554, 37.971), ("south_hwanghae", 125.715, 38.041),
        ("north_hamgyong", 129.78, 41.80), ("south_hamgyong", 127.54, 39.92),
        ("north_pyongan", 124.40, 40.10), ("south_pyongan", 125.88, 39.42),
        ("chagang", 126.59, 40.97), ("ryanggang", 128.18, 41.40),
    ],
)  # fmt: skip
def test_a_province_holds_its_capital(layers, name, lon, lat):
    # GeoNames' points of Chuncheon, Suwon, Incheon, Seoul, Wonsan, Pyongyang, Kaesong, Haeju...
    holders = [
        feature.properties["id"]
        for feature in layers.features("provinces")
        if feature.geometry.buffer(0.01).contains(shapely.Point(lon, lat))
    ]
    assert holders == [name]


def test_provinces_stop_at_the_line_and_hardly_overlap(layers):
    features = layers.features("provinces")
    assert len(features) == 28
    whole = shapely.union_all([feature.geometry for feature in features])
    assert sum(area_km2(f.geometry) for f in features) == pytest.approx(area_km2(whole), rel=0.003)
    kangwon = layers.geometry("provinces#kangwon_kp")
    assert area_km2(kangwon & layers.geometry("territory_south")) < 40  # thinned to 500 m
    assert area_km2(layers.geometry("dmz_north") - whole) < 60


def test_a_feature_without_such_an_id_is_refused_with_the_known_ones(layers):
    with pytest.raises(LayerNotFoundError, match="no feature 'middle'; has: western_dmz, "):
        layers.geometry("sectors#middle")
    with pytest.raises(LayerNotFoundError, match="no layer 'sector'"):
        layers.geometry("sector#middle")


def test_the_base_map_is_small(layers):
    base = [info.path for name, info in layers.infos.items() if name.startswith("base_")]
    assert len(base) == 6
    assert sum(path.stat().st_size for path in base) < 250_000


def test_nothing_of_the_base_map_runs_beside_our_line(layers):
    # Natural Earth's own MDL is up to 3.3 km off: two lines would be one too many.
    near = layers.geometry("mdl").buffer(0.05)
    assert not layers.geometry("base_borders").intersects(near)


def test_a_changed_file_is_refused(folder):
    path = folder / "layers" / "mdl.geojson"
    path.write_text(path.read_text().replace("126.68", "126.69", 1))
    with pytest.raises(LayerInvalidError, match=r"'mdl'.*sha256.*restore the file"):
        BorderLayers.load(folder)


def test_a_missing_file_is_refused(folder):
    (folder / "layers" / "jsa.geojson").unlink()
    check_refused(folder, r"'jsa'.*missing.*install", error=LayerNotFoundError)


def test_a_missing_manifest_is_refused(tmp_path):
    check_refused(tmp_path, "manifest.toml", error=LayerNotFoundError)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (collection([[[x * 1e4, y * 1e4] for x, y in SQUARE]]), "not EPSG:4326 degrees"),
        (collection([[[y, x] for x, y in SQUARE]]), "swapped"),
        (
            collection([SQUARE], crs={"type": "name", "properties": {"name": "EPSG:5179"}}),
            "in EPSG:5179: convert it",
        ),
        (collection([[*SQUARE[:2], [float("nan"), 38.1], *SQUARE[3:]]]), "NaN"),
        (collection([[SQUARE[i] for i in (0, 2, 1, 3, 0)]]), "Self-intersection"),
        (collection([SQUARE[i] for i in (0, 2, 1, 3, 0, 2)], kind="LineString"), "cross itself"),
        (collection([]), "empty"),
        ('{"type": "Polygon"}', "no FeatureCollection"),
        ("[1, 2", "not JSON"),
        ('{"type": "FeatureCollection", "features": [{"type": "Feature"}]}', "without a shape"),
    ],
)
def test_a_layer_that_is_no_clean_wgs_84_shape_is_refused(folder, text, words):
    put(folder, "jsa", text)
    check_refused(folder, words)


def test_a_good_layer_of_the_users_own_is_accepted(folder):
    put(folder, "jsa", collection([SQUARE]))
    assert BorderLayers.load(folder).geometry("jsa").bounds == (127.0, 38.0, 127.1, 38.1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('status = "derived"', 'status = "guessed"', "status 'guessed'"),
        ('crs = "EPSG:4326"', 'crs = "EPSG:3857"', "EPSG:3857"),
        ("layers/mdl.geojson", "../mdl.geojson", "outside"),
        ('title = "Joint Security Area"', "", "'jsa' lacks title"),
        ("[layers.jsa]", "[layers.jsa", "not TOML"),
        ("[layers.", "[elsewhere.", "names no layer"),
    ],
)
def test_a_wrong_manifest_is_refused(folder, old, new, words):
    manifest = folder / "manifest.toml"
    assert old in manifest.read_text()
    manifest.write_text(manifest.read_text().replace(old, new))
    with pytest.raises(LayerInvalidError, match=words):
        BorderLayers.load(folder)


def test_an_unknown_layer_is_refused_with_the_known_names(layers):
    with pytest.raises(LayerNotFoundError, match="no layer 'dmz_west'; there are: mdl, "):
        layers.geometry("dmz_west")


def test_settings_may_point_to_another_folder(folder, tmp_path):
    assert geodata_dir(Settings(geodata_dir=str(folder))) == folder
    with pytest.raises(LayerNotFoundError, match=r"no manifest\.toml"):
        geodata_dir(Settings(geodata_dir=str(tmp_path / "nowhere")))


def test_opening_the_layers_imports_neither_geopandas_nor_folium():
    code = (
        "import sys; from mapper.layers import BorderLayers; BorderLayers.load().verify();"
        "print([name for name in ('geopandas', 'pandas', 'folium') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_layers_can_be_handed_to_another_process(layers):
    copy = pickle.loads(pickle.dumps(layers))
    assert copy.geometry("dmz").equals(layers.geometry("dmz"))
    assert copy.infos == layers.infos


def test_refreshing_the_manifest_mends_a_checksum_and_nothing_else(folder, monkeypatch):
    module = build_script("refresh_manifest", monkeypatch)
    for name in ("gazetteer", "incidents"):
        shutil.copytree(GEODATA / name, folder / name)
    before = (folder / "manifest.toml").read_text()
    path = folder / "layers" / "jsa.geojson"
    path.write_text(collection([SQUARE]))
    assert [line.split(":")[0] for line in module.refresh(folder)][:1] == ["layers/jsa.geojson"]
    BorderLayers.load(folder).verify()
    digest = re.compile(r'sha256 = "[0-9a-f]{64}"')
    after = (folder / "manifest.toml").read_text()
    assert digest.sub("", after) == digest.sub("", before)
    assert module.refresh(folder) == []


def build_script(name: str, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    path = GEODATA / "build" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_page_is_written_from_the_manifest(layers, monkeypatch):
    script = build_script("write_page", monkeypatch)
    manifest = tomllib.loads((GEODATA / "manifest.toml").read_text("utf-8"))
    page = (GEODATA.parent / "docs" / "reference" / "layers.md").read_text("utf-8")
    assert page == script.page(manifest, script.feature_ids(layers)), "run write_page.py"


def test_the_command_lists_source_licence_and_accuracy():
    result = CliRunner().invoke(layers_command, [])
    assert result.exit_code == 0, result.output
    assert (
        "mdl: Military Demarcation Line\n    published, within 400 m; ODbL-1.0\n" in result.output
    )
    rows = json.loads(CliRunner().invoke(layers_command, ["--json"]).output)
    assert {row["name"] for row in rows} >= {"mdl", "dmz_north", "jsa", "nll_west", "core"}
    assert all(len(row["sha256"]) == 64 for row in rows)
