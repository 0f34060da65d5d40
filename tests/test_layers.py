"""The shipped geodata, and the refusal of anything else."""

import hashlib
import importlib.util
import json
import pickle
import re
import shutil
import subprocess
import sys
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
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec = importlib.util.spec_from_file_location(
        "refresh_manifest", GEODATA / "build" / "refresh_manifest.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    shutil.copytree(GEODATA / "gazetteer", folder / "gazetteer")
    before = (folder / "manifest.toml").read_text()
    path = folder / "layers" / "jsa.geojson"
    path.write_text(collection([SQUARE]))
    assert [line.split(":")[0] for line in module.refresh(folder)][:1] == ["layers/jsa.geojson"]
    BorderLayers.load(folder).verify()
    digest = re.compile(r'sha256 = "[0-9a-f]{64}"')
    after = (folder / "manifest.toml").read_text()
    assert digest.sub("", after) == digest.sub("", before)
    assert module.refresh(folder) == []


def test_the_command_lists_source_licence_and_accuracy():
    result = CliRunner().invoke(layers_command, [])
    assert result.exit_code == 0, result.output
    assert (
        "mdl: Military Demarcation Line\n    published, within 400 m; ODbL-1.0\n" in result.output
    )
    rows = json.loads(CliRunner().invoke(layers_command, ["--json"]).output)
    assert {row["name"] for row in rows} >= {"mdl", "dmz_north", "jsa", "nll_west", "core"}
    assert all(len(row["sha256"]) == 64 for row in rows)
