"""A user's own DMZ in place of ours, and what is refused."""

import json

import geopandas
import numpy as np
import pyproj
import pytest
import shapely
from click.testing import CliRunner

from mapper.cli import main
from mapper.errors import LayerInvalidError, LayerNotFoundError, SettingsError
from mapper.layers import BorderLayers, open_layers, read_own
from mapper.model import Position
from mapper.pipeline import Tools
from mapper.settings import Settings, load_settings
from mapper.zones import check_zones

OURS = BorderLayers.load()
WEST, EAST, MIDDLE = 126.6, 128.4, 38.25
# A belt of our own invention: straight along 38.25 N, 0.02 degrees (2.2 km) each side.
NORTH = shapely.box(WEST, MIDDLE, EAST, MIDDLE + 0.02)
SOUTH = shapely.box(WEST, MIDDLE - 0.02, EAST, MIDDLE)
LINE = shapely.LineString([(WEST, MIDDLE), (EAST, MIDDLE)])
WIDE = OURS.geometry("dmz").buffer(0.01).simplify(0.001)


def frame(crs="EPSG:4326", **shapes) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame({"zone": list(shapes)}, geometry=list(shapes.values()), crs=crs)


def saved(folder, table, *, suffix=".gpkg"):
    path = folder / f"own{suffix}"
    if suffix == ".parquet":
        table.to_parquet(path)
    else:
        table.to_file(path)
    return path


def check(path, expected: dict[str, str], **settings) -> BorderLayers:
    """Positions named "lon lat" must be in the zone and on the side that "zone side" says."""
    layers = open_layers(Settings(layers_file=str(path), **settings))
    for place, fact in expected.items():
        lon, lat = map(float, place.split())
        (found,) = check_zones([Position(lon=lon, lat=lat, uncertainty_m=10)], layers)
        assert f"{found.zone} {found.side}" == fact, place
    return layers


def check_refused(path, words: str, *, error=LayerInvalidError, **options) -> None:
    with pytest.raises(error, match=words):
        read_own(path, OURS, **options)


OWN_BELT = {
    "127.5 38.26": "inside_dmz north",
    "127.5 38.24": "inside_dmz south",
    "127.5 38.29": "north_of_dmz north",  # in our own belt's south, but north of this one
    "127.5 38.20": "south_of_dmz south",
}


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".parquet", ".shp"])
def test_halves_and_line_of_ones_own_in_every_format(tmp_path, suffix):
    table = frame(dmz_north=NORTH, dmz_south=SOUTH, mdl=LINE)
    if suffix == ".shp":  # one kind of shape a file: the line is where the halves meet
        table = table[table.geom_type == "Polygon"]
    path = saved(tmp_path, table, suffix=suffix)
    own = {key: value for key, value in OWN_BELT.items() if key != "127.5 38.29"}
    layers = check(path, own)
    (found,) = check_zones([Position(lon=127.5, lat=38.26, uncertainty_m=10)], layers)
    metres = pyproj.Geod(ellps="WGS84").inv(127.5, 38.26, 127.5, MIDDLE)[2]
    assert found.mdl_distance_m == pytest.approx(metres, abs=0.1)
    assert layers.infos["dmz_north"].status == "own"
    assert layers.infos["dmz_north"].sha256 != OURS.infos["dmz_north"].sha256
    assert layers.infos["jsa"] == OURS.infos["jsa"]


def test_attributes_are_mapped_by_the_settings(tmp_path):
    table = frame(a=NORTH, b=SOUTH, c=shapely.box(130, 36, 130.1, 36.1))
    path = saved(tmp_path, table.rename(columns={"zone": "half"}))
    zones = "dmz_north=a, dmz_south=b"
    own = read_own(path, OURS, attribute="half", zones=zones)
    assert own.remarks[:2] == ("dmz_north: 1 of 3 features", "dmz_south: 1 of 3 features")
    assert "left aside: half = c" in own.remarks
    assert "mdl is where the halves meet" in own.remarks
    assert own.shapes["mdl"].equals(LINE)
    assert read_own(path, OURS, zones=zones).shapes["dmz"].equals(own.shapes["dmz"])
    layers = check(
        path, {"127.5 38.24": "inside_dmz south"}, layers_attribute="half", layers_zones=zones
    )
    assert layers.geometry("dmz_north").equals(NORTH)


def test_one_area_without_attributes_is_the_belt_cut_by_our_line(tmp_path):
    table = geopandas.GeoDataFrame(geometry=[WIDE], crs="EPSG:4326")
    path = saved(tmp_path, table, suffix=".geojson")
    own = read_own(path, OURS)
    assert own.remarks == ("dmz: 1 of 1 features", "dmz is cut into halves by our mdl")
    layers = check(path, {"126.72096 37.93431": "inside_dmz south"})  # the South Gate, 2.6 km off
    north, south = layers.geometry("dmz_north"), layers.geometry("dmz_south")
    assert shapely.intersection(north, south).area < 1e-9
    assert shapely.union(north, south).area == pytest.approx(WIDE.area, rel=0.01)
    assert layers.geometry("mdl").equals(OURS.geometry("mdl"))


def test_every_stage_uses_the_users_layers(tmp_path):
    path = saved(tmp_path, frame(dmz_north=NORTH, dmz_south=SOUTH, mdl=LINE))
    tools = Tools(load_settings(options={"layers_file": str(path)}))
    own, ours = tools.provenance().layers["dmz_north"], OURS.infos["dmz_north"].sha256
    assert own != ours
    assert tools.layers.geometry("mdl").equals(LINE)


BOWTIE = shapely.Polygon([(127, 38.2), (128, 38.4), (128, 38.2), (127, 38.4)])


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (frame(dmz=WIDE).to_crs("EPSG:5179"), r"is in .*5179|is in .*Unified.*convert it"),
        (frame(dmz=WIDE).to_crs("EPSG:4737"), "convert it"),
        (frame(dmz=WIDE, crs=None), "does not say its CRS"),
        (frame(dmz=shapely.transform(WIDE, lambda xy: xy[:, ::-1])), "swapped"),
        (frame(dmz=shapely.transform(WIDE, lambda xy: xy * 1e4)), "not EPSG:4326 degrees"),
        (frame(dmz=BOWTIE), "Self-intersection"),
        (frame(dmz=shapely.Polygon()), "empty|no shape"),
        (frame(dmz=None), "no shape"),
        (frame(dmz=WIDE).iloc[:0], "is empty"),
        (frame(dmz=shapely.box(-10, 35, 140, 45)), "too large for, or outside of"),
        (frame(dmz=shapely.box(2, 48, 3, 49)), "too large for, or outside of"),
        (frame(dmz=LINE), "dmz must be an area, not LineString"),
        (frame(dmz_north=NORTH), "dmz_north alone: map both halves"),
        (frame(dmz_north=NORTH, dmz_south=SOUTH, dmz=WIDE), "gives both dmz and dmz_north"),
        (frame(dmz_north=NORTH, dmz_south=SOUTH.buffer(0.01)), "halves overlap by"),
        (
            frame(dmz_north=NORTH, dmz_south=shapely.transform(SOUTH, lambda xy: xy - [0, 0.05])),
            "do not share an edge: map the line",
        ),
        (
            frame(dmz_north=NORTH, dmz_south=SOUTH, mdl=shapely.LineString([(127, 38), (128, 38)])),
            "does not run between the halves",
        ),
        (frame(dmz=WIDE, mdl=LINE), "mdl without the halves"),
        (frame(dmz=shapely.box(126.6, 38.4, 128.3, 38.5)), "of our mdl lies in its dmz"),
        (frame(jsa=shapely.box(126.6, 37.9, 126.7, 38)), "gives no dmz"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.filterwarnings("ignore:.*(CRS|crs).*:UserWarning")  # the layer without one
def test_a_bad_layer_is_refused_with_the_reason(tmp_path, table, words):
    check_refused(saved(tmp_path, table), words)


def test_a_nan_is_refused(tmp_path):
    xy = shapely.get_coordinates(WIDE).tolist()
    xy[3] = [float("nan"), xy[3][1]]
    feature = {"type": "Polygon", "coordinates": [xy]}
    row = {"type": "Feature", "properties": {"zone": "dmz"}, "geometry": feature}
    path = tmp_path / "own.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [row]}))
    check_refused(path, "NaN|cannot be read|no shape|empty")
    bad = shapely.set_coordinates(shapely.from_wkb(WIDE.wkb), np.array(xy))
    check_refused(saved(tmp_path, frame(dmz=bad), suffix=".parquet"), "NaN")


def test_a_huge_layer_is_refused(tmp_path, monkeypatch):
    path = saved(tmp_path, frame(dmz=WIDE))
    monkeypatch.setattr("mapper.layers.own._MOST_VERTICES", 100)
    check_refused(path, "vertices, more than 100: cut it to the border")
    monkeypatch.setattr("mapper.layers.own._MOST_BYTES", 1000)
    check_refused(path, "bytes, more than 1,000")


def test_what_is_no_layer_file_is_refused(tmp_path):
    check_refused(tmp_path / "none.gpkg", "no layer file", error=LayerNotFoundError)
    (tmp_path / "a.txt").write_text("x")
    check_refused(tmp_path / "a.txt", "is none of .geojson")
    for suffix in (".gpkg", ".geojson", ".parquet", ".shp"):
        path = tmp_path / f"broken{suffix}"
        path.write_text("this is no layer")
        check_refused(path, "cannot be read|has the layers none")


def test_a_file_of_several_layers_is_refused(tmp_path):
    path = tmp_path / "two.gpkg"
    frame(dmz=WIDE).to_file(path, layer="a")
    frame(dmz=WIDE).to_file(path, layer="b")
    check_refused(path, "has the layers a, b: give a file with exactly one")


def test_a_wrong_mapping_is_refused(tmp_path):
    path = saved(tmp_path, frame(a=NORTH, b=SOUTH))
    check_refused(path, "no attribute 'half'; it has zone", attribute="half")
    check_refused(path, "has zone = 'c'; there are a, b", attribute="zone", zones="dmz=c")
    check_refused(path, "has the value c", zones="dmz=c")
    check_refused(path, "write it like mdl=VALUE", zones="belt=a", error=SettingsError)
    check_refused(path, "write it like mdl=VALUE", zones="dmz", error=SettingsError)
    twice = frame(a=NORTH, b=SOUTH).assign(other=["a", "b"])
    check_refused(
        saved(tmp_path, twice, suffix=".geojson"),
        "has such values in zone, other: say which",
        zones="dmz_north=a, dmz_south=b",
    )


def test_the_commands_take_a_layer_of_ones_own(tmp_path):
    path = saved(tmp_path, frame(dmz_north=NORTH, dmz_south=SOUTH, mdl=LINE))
    run = CliRunner().invoke
    done = run(main, ["layers", "verify", str(path)])
    assert done.exit_code == 0, done.output
    assert "mdl: 1 of 3 features" in done.output
    assert "dmz: 699.6 km2 (ours 898.0), overlap" in done.output
    assert "own.gpkg can be used" in done.output
    point = ["check", "--lon", "127.5", "--lat", "38.24"]
    assert json.loads(run(main, point).output)["zone"] == "south_of_dmz"
    assert json.loads(run(main, [*point, "--layers", str(path)]).output)["zone"] == "inside_dmz"


def test_the_command_refuses_a_bad_layer_with_exit_code_3(tmp_path):
    path = saved(tmp_path, frame(dmz=BOWTIE))
    done = CliRunner().invoke(main, ["layers", "verify", str(path)])
    assert done.exit_code == 3
    assert "Self-intersection" in done.output
