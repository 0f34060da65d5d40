"""Another border than Korea's works from a settings file: the buffer zone in Cyprus."""

import ast
import json
import re
import shutil
from pathlib import Path

import geopandas
import pytest
import shapely
from click.testing import CliRunner

import mapper
from mapper.cli import main
from mapper.errors import LayerInvalidError
from mapper.layers import BorderLayers, open_layers, read_own
from mapper.model import Position
from mapper.settings import Settings, load_settings
from mapper.zones import check_zones

CYPRUS = Path(__file__).parent / "data" / "cyprus"
LAYERS = BorderLayers.load(CYPRUS)

# Points of GeoNames (CC BY 4.0); where they lie: UNFICYP, and which side holds them.
TOWNS = [
    ("Pyla", 33.68907, 35.00469, "inside_dmz", None),
    ("Athienou", 33.54166, 35.06183, "inside_dmz", None),
    ("Mammari", 33.20435, 35.17604, "inside_dmz", None),
    ("Lefka", 32.84997, 35.11199, "north_of_dmz", "north"),
    ("Morphou", 32.99338, 35.19869, "north_of_dmz", "north"),
    ("Kyrenia", 33.31729, 35.33634, "north_of_dmz", "north"),
    ("Famagusta", 33.94135, 35.12489, "north_of_dmz", "north"),
    ("Larnaca", 33.62794, 34.92210, "south_of_dmz", "south"),
    ("Peristerona", 33.07858, 35.12928, "south_of_dmz", "south"),
    ("Paralimni", 33.98181, 35.03945, "south_of_dmz", "south"),
    ("Beirut", 35.50157, 33.89332, "sea", "unknown"),  # no land is known beyond the island
    ("Paju", 126.78, 37.76, "outside_korea", "unknown"),  # outside the region
]


def check(lon, lat, zone, side, *, layers=LAYERS, **options):
    many = {key: [value] for key, value in options.items()}
    (found,) = check_zones([Position(lon=lon, lat=lat, uncertainty_m=100)], layers, **many)
    assert found.zone == zone
    assert side is None or found.side == side
    return found


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town[0])
def test_towns_of_cyprus(town):
    check(*town[1:])


def test_the_belt_as_a_shape():
    for name, side in (("buffer_zone", "straddles"), ("zone_north", "north")):
        found = check(33.35, 35.17, "inside_dmz", side, footprints=f"layer:{name}")
        assert found.certainty == "certain"
        assert found.share_inside_dmz == pytest.approx(1)
    # UNFICYP: approximately 180 km; straight pieces between a dozen facts are shorter.
    assert 130 < _length_km() < 180


def _length_km() -> float:
    import pyproj

    return pyproj.Geod(ellps="WGS84").geometry_length(LAYERS.geometry("green_line")) / 1000


def test_a_settings_file_is_all_it_takes(tmp_path):
    settings = tmp_path / "mapper.toml"
    settings.write_text(f"geodata_dir = {json.dumps(str(CYPRUS))}\n")
    assert open_layers(load_settings(settings)).region.name == "cyprus"
    run = CliRunner().invoke
    listed = run(main, ["layers", "--settings", str(settings)])
    assert listed.output.startswith("green_line: Middle of the buffer zone\n")
    point = ["check", "--lon", "33.689", "--lat", "35.005", "--settings", str(settings)]
    assert json.loads(run(main, point).output)["zone"] == "inside_dmz"


def test_its_map_has_its_own_lines_legend_and_names():
    from mapper.maps.frame import build_frame

    frame = build_frame(LAYERS, phrases={})
    drawn = {row["name"]: row["legend"][0] for row in frame["layers"] if "look" in row}
    assert drawn == {
        "green_line": "Middle of the buffer zone",
        "zone_north": "Buffer zone, northern half",
        "zone_south": "Buffer zone, southern half",
        "island": "",
    }
    said = {row["text"][0] for row in frame["names"]}
    assert said == {"Green Line", "Buffer zone, north", "Buffer zone, south", "UN Buffer Zone"}
    assert frame["labels"]["name"] == []  # the folder brings no places
    assert set(frame["check"]) == {"mdl", "dmz", "territory_north", "territory_south"}


def test_a_look_that_is_none_is_refused(tmp_path):
    shutil.copytree(CYPRUS, tmp_path / "cyprus")
    manifest = tmp_path / "cyprus" / "manifest.toml"
    text = manifest.read_text()
    for old, new, words in (
        ('look = "line"', 'look = "wavy"', "look 'wavy', need one of world, land"),
        ('look = "line"', 'look = "line"\ncolor = "red"', "does not know 'color'"),
    ):
        manifest.write_text(text.replace(old, new))
        with pytest.raises(LayerInvalidError, match=words):
            BorderLayers.load(tmp_path / "cyprus")


def saved(path, **shapes):
    table = geopandas.GeoDataFrame({"id": list(shapes)}, geometry=list(shapes.values()), crs=4326)
    table.to_file(path)
    return path


def test_a_users_own_belt_works_there_too(tmp_path):
    wide = LAYERS.geometry("buffer_zone").buffer(0.02)
    path = saved(tmp_path / "own.gpkg", buffer_zone=wide)
    layers = open_layers(Settings(geodata_dir=str(CYPRUS), layers_file=str(path)))
    assert layers.infos["zone_north"].status == "own"
    check(32.84997, 35.11199, "inside_dmz", "north", layers=layers)  # Lefka, 1.9 km off


def test_swapped_axes_are_noticed_where_both_are_possible_degrees(tmp_path):
    swapped = shapely.transform(LAYERS.geometry("buffer_zone"), lambda xy: xy[:, ::-1])
    # 35 E, 33 N is a place as well: what gives it away is that the line is not there.
    path = saved(tmp_path / "own.gpkg", buffer_zone=swapped)
    with pytest.raises(LayerInvalidError, match="swapped"):
        read_own(path, LAYERS)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('metric_crs = "EPSG:32636"', 'metric_crs = "EPSG:0"', "metric_crs is no CRS"),
        ('title = "The United', 'name_of = "The United', r"\[region\] (lacks|does not know)"),
        ('line = "green_line"', 'line = "green"', "roles name 'green'"),
        ('line = "green_line"', "", "roles need line"),
        ("seas = [31.0,", "seas = [37.0,", "seas must be west, south"),
        ('union = ["zone_north", "zone_south"]', 'union = ["zone"]', "made of 'zone'"),
    ],
)
def test_a_wrong_region_is_refused(tmp_path, old, new, words):
    shutil.copytree(CYPRUS, tmp_path / "cyprus")
    manifest = tmp_path / "cyprus" / "manifest.toml"
    text = manifest.read_text()
    assert old in text
    manifest.write_text(text.replace(old, new))
    with pytest.raises(LayerInvalidError, match=words):
        check(33.35, 35.17, "inside_dmz", None, layers=BorderLayers.load(tmp_path / "cyprus"))


def strings_of(path: Path) -> list[str]:
    """The string constants of a module that are not docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = [
        n for n in ast.walk(tree) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef)
    ]
    docs = {id(n.body[0].value) for n in nodes if n.body and isinstance(n.body[0], ast.Expr)}
    constants = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and id(n) not in docs]
    return [n.value for n in constants if isinstance(n.value, str)]


@pytest.mark.parametrize("room", ["layers", "zones"])
def test_nothing_in_the_code_knows_that_this_is_korea(room):
    names = set(BorderLayers.load().infos) | {"mdl_estuary", "dmz", "korea"}
    for path in sorted((Path(mapper.__file__).parent / room).glob("*.py")):
        for text in strings_of(path):
            assert text.removeprefix("layer:") not in names, f"{path.name}: {text!r}"
            assert not re.search(r"EPSG:(?!4326)\d+|Korea", text), f"{path.name}: {text!r}"
