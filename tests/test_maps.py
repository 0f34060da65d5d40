"""The map's Python side: payload, page, vendored files, folium neighbours, figures."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import json
import re
import subprocess
import sys

import folium
import folium.plugins
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from small_border import SmallBorder

from mapper.errors import InputError, MapperError, MissingExtraError, SettingsError
from mapper.maps import IncidentMap, KindStyle, load_kinds, save_figure
from mapper.maps import page as page_module
from mapper.maps import vendor as vendor_module
from mapper.maps.geometry import encode_shape, extent_m, parse_footprint
from mapper.maps.kinds import SHAPES
from mapper.maps.payload import build_payload, to_script_json
from mapper.model import (
    Analysis,
    Assertion,
    Certainty,
    Claim,
    Evidence,
    Incident,
    Position,
    Precision,
    Problem,
    Side,
    Span,
    When,
    Where,
    ZoneCheck,
    ZoneName,
)
from mapper.text import make_document

TEXT = (
    "A soldier crossed the line near Cheorwon on 3 May 2024 🇰🇷. "
    "판문점에서 총성이 들렸다. Mines went off in the DMZ."
)


def incident(document, words, *, number=1, kind="mdl_crossing", where=None, day=None, **more):
    start = document.text.index(words)
    span = Span(start, start + len(words))
    when = When(method="no_date")
    if day is not None:
        when = When(start=day, end=day, precision=Precision.DAY, text="then", method="absolute")
    return Incident(
        incident_id=f"i{number}",
        kind=kind,
        when=when,
        assertion=Assertion.ASSERTED,
        evidence=(Evidence(doc_id=document.doc_id, span=span, exact=words),),
        where=where,
        **more,
    )


def place(lon=127.2, lat=38.2, uncertainty_m=900.0, label="Cheorwon", footprint=None):
    position = Position(lon=lon, lat=lat, uncertainty_m=uncertainty_m)
    return Where(label=label, position=position, footprint=footprint)


def small_analysis():
    document = make_document(TEXT, label="one", title="One", url="https://example.org/a")
    inside = ZoneCheck(zone=ZoneName.INSIDE_DMZ, side=Side.STRADDLES, certainty=Certainty.POSSIBLE)
    return Analysis(
        documents=(document,),
        incidents=(
            incident(
                document, "A soldier crossed the line", where=place(), day=dt.date(2024, 5, 3)
            ),
            incident(document, "판문점에서 총성이 들렸다.", number=2, kind="shooting"),
            incident(
                document,
                "Mines went off in the DMZ.",
                number=3,
                kind="landmine",
                where=place(label="DMZ", footprint="layer:dmz", uncertainty_m=100_000),
                zone=inside,
            ),
        ),
        problems=(Problem(code="not_placed", stage="extract", message="no place"),),
    )


def payload_of(analysis, **options):
    return build_payload(analysis, layers=SmallBorder(), title="T", **options)


# -- payload -------------------------------------------------------------------------------


def test_offsets_count_utf16_units_and_give_the_quote_back():
    payload = payload_of(small_analysis())
    units = payload["documents"][0]["text"].encode("utf-16-le")
    for row, quote in zip(
        payload["incidents"]["evidence"],
        ("A soldier crossed the line", "판문점에서 총성이 들렸다.", "Mines went off in the DMZ."),
        strict=True,
    ):
        _, start, end, _ = row[0]
        assert units[2 * start : 2 * end].decode("utf-16-le") == quote


@settings(deadline=None)  # each example makes a whole map
@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=40), st.data())
def test_any_span_survives_the_change_of_units(text, data):
    document = make_document(text, label="x")
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start, len(text)))
    span = Span(start, end)
    quoted = Evidence(doc_id=document.doc_id, span=span, exact=document.quote(span))
    told = Incident(
        incident_id="i",
        kind="other",
        when=When(),
        assertion=Assertion.ASSERTED,
        evidence=(quoted,),
    )
    payload = payload_of(Analysis(documents=(document,), incidents=(told,)))
    _, a, b, _ = payload["incidents"]["evidence"][0][0]
    units = document.text.encode("utf-16-le")
    assert units[2 * a : 2 * b].decode("utf-16-le") == document.quote(span)


def test_each_article_text_is_stored_once():
    text = to_script_json(payload_of(small_analysis()))
    assert text.count("Mines went off") == 1


def test_what_is_not_known_stays_unknown():
    columns = payload_of(small_analysis())["incidents"]
    assert columns["start"] == ["2024-05-03", 0, 0]
    assert columns["place"][1] == -1


def test_an_area_is_as_wide_as_its_shape():
    payload = payload_of(small_analysis())
    area = payload["incidents"]["place"][2]
    assert payload["places"]["extent"][area] == pytest.approx(70_000, rel=0.05)
    assert payload["shapes"][payload["places"]["shape"][area]] == {
        "layers": ["dmz_north", "dmz_south"]
    }


def test_a_footprint_that_cannot_be_read_is_a_problem_not_a_crash():
    analysis = small_analysis()
    document = analysis.documents[0]
    broken = incident(document, "Mines went off", where=place(footprint="POLYGON((oops"))
    payload = payload_of(dataclasses.replace(analysis, incidents=(broken,)))
    assert payload["places"]["shape"] == [-1]
    assert payload["problems"][-1][0] == "unreadable_footprint"


def test_a_kind_nobody_styled_still_has_a_name():
    analysis = small_analysis()
    odd = dataclasses.replace(analysis.incidents[0], kind="rock_slide")
    payload = payload_of(dataclasses.replace(analysis, incidents=(odd,)))
    assert payload["kinds"][0]["label"] == "Rock slide"


def test_own_styles_replace_ours_and_wrong_ones_are_refused():
    style = KindStyle(label="Mine!", color="#112233", shape="star")
    payload = payload_of(small_analysis(), kinds={"landmine": style})
    assert payload["kinds"][0]["label"] == "Mine!"
    with pytest.raises(InputError, match="unknown shape"):
        KindStyle(label="x", color="#112233", shape="blob")
    with pytest.raises(InputError, match="#0072b2"):
        KindStyle(label="x", color="red;}", shape="star")


def test_a_user_s_kinds_reach_the_map_with_label_and_look(tmp_path):
    file = tmp_path / "kinds.toml"
    file.write_text(
        '[kinds.rock_slide]\nlabel = "Rocks fell"\nwords = ["rockslide"]\n'
        'color = "#123456"\nshape = "down"\n[kinds.landmine]\nlabel = "Mine!"\n',
        encoding="utf-8",
    )
    styles = load_kinds(file)
    assert set(styles) == {*load_kinds(), "rock_slide"}
    odd = dataclasses.replace(small_analysis().incidents[0], kind="rock_slide")
    analysis = dataclasses.replace(
        small_analysis(), incidents=(odd, *small_analysis().incidents[1:])
    )
    rocks, shots, mine = payload_of(analysis, kinds=styles)["kinds"]
    assert (rocks["label"], rocks["shape"], rocks["color"]) == ("Rocks fell", "down", "#123456")
    assert shots == _plain_kind("shooting")
    # Ours in Korean would no longer say the same; what the file does not give stays.
    assert mine == _plain_kind("landmine") | {"label": "Mine!", "labelKo": ""}
    file.write_text('[kinds.rock_slide]\nshape = "blob"\n', encoding="utf-8")
    with pytest.raises(InputError, match="kind 'rock_slide': unknown shape 'blob'"):
        load_kinds(file)
    with pytest.raises(SettingsError, match="cannot read the taxonomy"):
        load_kinds(tmp_path / "none.toml")


def _plain_kind(key):
    document = make_document("Nothing.", label="x")
    made = incident(document, "Nothing.", kind=key)
    (kind,) = payload_of(Analysis(documents=(document,), incidents=(made,)))["kinds"]
    return kind


def test_kinds_that_are_only_claimed_are_named_after_the_others():
    first, *rest = small_analysis().incidents
    claim = Claim(
        doc_ids=(), reports=("r1",), kind="shelling", when=When(), assertion=Assertion.ASSERTED
    )
    told = dataclasses.replace(first, claims=(claim, dataclasses.replace(claim, kind="shooting")))
    payload = payload_of(dataclasses.replace(small_analysis(), incidents=(told, *rest)))
    assert [kind["key"] for kind in payload["kinds"]][-1] == "shelling"
    assert [kind["key"] for kind in payload["kinds"]].count("shooting") == 1
    assert max(payload["incidents"]["kind"]) < len(payload["kinds"]) - 1


def test_no_two_kinds_look_the_same():
    looks = [(kind.color, kind.shape) for kind in load_kinds().values()]
    assert len(set(looks)) == len(looks)
    assert {kind.shape for kind in load_kinds().values()} <= set(SHAPES)


def test_every_kind_of_the_taxonomy_has_a_style():
    """Kinds are matched by name across two rooms, so a test ties them together."""
    import tomllib
    from pathlib import Path

    import mapper

    file = Path(mapper.__file__).parent / "incidents" / "taxonomy.toml"
    taxonomy = tomllib.loads(file.read_text(encoding="utf-8"))
    kinds = taxonomy.get("kinds", taxonomy)
    assert set(kinds) <= set(load_kinds())


@pytest.mark.parametrize(
    "text",
    [
        "</script><script>alert(1)</script>",
        "<!--",
        "a\u2028b\u2029c",
        "&amp;",
        "\x00\x1f\x7f",
        "\ud800x",
    ],
)
def test_json_in_a_script_element_cannot_break_out(text):
    written = to_script_json({"text": text})
    assert not re.search("[<>&\u2028\u2029\x00]", written)
    assert json.loads(written) == {"text": text}
    written.encode("utf-8")


# -- geometry ------------------------------------------------------------------------------


def whole_numbers(letters):
    """Undo an encoded polyline, letter by letter."""
    number, bits = 0, 0
    for letter in letters:
        value = ord(letter) - 63
        number += (value & 31) << bits
        bits += 5
        if value < 32:
            yield ~(number >> 1) if number & 1 else number >> 1
            number, bits = 0, 0


def decode(letters):
    lon = lat = 0
    points = []
    steps = list(whole_numbers(letters))
    for dlon, dlat in zip(steps[::2], steps[1::2], strict=True):
        lon, lat = lon + dlon, lat + dlat
        points.append((lon / 1e5, lat / 1e5))
    return points


def test_shapes_come_back_to_a_metre():
    ring = shapely.Point(126.6767, 37.9558).buffer(0.01)
    decoded = decode(encode_shape(ring)["polygons"][0][0])
    assert shapely.Polygon(decoded).hausdorff_distance(ring) < 1e-5


def test_holes_lines_and_points_are_kept():
    holed = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2)
    mixed = shapely.GeometryCollection(
        [holed, shapely.LineString([(0, 0), (1, 1)]), shapely.Point(5, 5)]
    )
    encoded = encode_shape(mixed)
    assert len(encoded["polygons"][0]) == 2
    assert decode(encoded["lines"][0]) == [(0, 0), (1, 1)]
    assert decode(encoded["points"][0]) == [(5, 5)]


def test_footprints_by_layer_and_by_wkt():
    layers = SmallBorder()
    assert parse_footprint("layer:dmz", layers).area == pytest.approx(1.6 * 0.04)
    assert parse_footprint("POINT (127 38)", layers).x == 127
    assert parse_footprint("layer:nothing", layers) is None
    assert extent_m(shapely.box(127, 38, 127, 39)) == pytest.approx(55_660)


# -- the page ------------------------------------------------------------------------------


def make_map(analysis=None, **options):
    return IncidentMap(analysis or small_analysis(), layers=SmallBorder(), **options)


def test_it_is_a_folium_map_with_one_layer_of_ours():
    made = make_map()
    assert isinstance(made, folium.Map)
    assert [type(child).__name__ for child in made._children.values()] == ["IncidentLayer"]


def test_same_input_same_bytes():
    first = make_map()
    assert first.to_html() == make_map().to_html() == first.to_html() == first.get_root().render()


def test_same_bytes_under_another_hash_seed(tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_maps as t, hashlib;"
        "print(hashlib.sha256(t.make_map().to_html().encode()).hexdigest())"
    )
    folder = __file__.rpartition("/")[0]
    found = {
        subprocess.run(
            [sys.executable, "-c", code, folder],
            env={"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("0", "UTC"), ("7", "Asia/Seoul"))
    }
    assert len(found) == 1


def test_nothing_of_folium_s_cdn_is_left():
    # Packed data may hold any three letters.
    html = re.sub(r'(<script type="[^"]+"[^>]*>)[^<]*', r"\1", make_map().to_html())
    for word in (
        "cdn",
        "jquery",
        "bootstrap",
        "fontawesome",
        "awesome-markers",
        "sourceMappingURL",
    ):
        assert word not in html
    assert page_module.remote_urls(page_module.Parts(header="", body="", script="")) == []
    assert not re.search(r"<(script|img|iframe)[^>]*\ssrc=", html)
    assert "<link" not in html


def test_the_policy_names_every_script_and_allows_no_request():
    html = make_map().to_html()
    policy = re.search('Content-Security-Policy" content="([^"]+)"', html)[1]
    assert policy.startswith("default-src 'none'; script-src ")
    assert "unsafe-eval" not in policy
    assert "script-src 'unsafe-inline'" not in policy
    for script in re.findall(r"<script>(.*?)</script>", html, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_making_a_map_leaves_other_folium_maps_alone():
    before = folium.Map(tiles=None).get_root().render()
    make_map().add_js_link("mine", "https://example.org/mine.js")
    after = folium.Map(tiles=None).get_root().render()
    assert "mine.js" not in after
    assert before.count("<script") == after.count("<script")


def test_own_folium_layers_are_welcome():
    made = make_map()
    folium.Circle([38, 127], radius=500, popup="mine").add_to(made)
    folium.GeoJson({"type": "Point", "coordinates": [127, 38]}).add_to(made)
    folium.Marker([38, 127], tooltip="here").add_to(made)
    html = made.to_html()
    assert "L.circle(" in html
    assert "data:image/png;base64," in html


@pytest.mark.parametrize(
    ("layer", "url"),
    [
        (
            lambda: folium.TileLayer("OpenStreetMap"),
            "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        ),
        (lambda: folium.plugins.HeatMap([[38, 127]]), "leaflet_heat.min.js"),
        (
            lambda: folium.Marker([38, 127], icon=folium.CustomIcon("https://e.org/i.png")),
            "e.org/i.png",
        ),
    ],
)
def test_a_layer_that_needs_the_network_is_refused_by_its_address(layer, url, tmp_path):

    made = make_map()
    layer().add_to(made)
    with pytest.raises(InputError, match=re.escape(url)):
        made.save(tmp_path / "map.html")
    assert not (tmp_path / "map.html").exists()


def test_save_writes_utf8_to_a_path_and_to_an_open_file(tmp_path):
    made = make_map(title="판문점")
    made.save(tmp_path / "new" / "map.html")
    with (tmp_path / "open.html").open("wb") as file:
        made.save(file, close_file=False)
    text = (tmp_path / "open.html").read_text(encoding="utf-8")
    assert text == (tmp_path / "new" / "map.html").read_text(encoding="utf-8")
    assert "<title>판문점</title>" in text


def test_a_notebook_gets_a_sandbox_without_the_notebook_s_origin():
    shown = make_map(title='a "b" <c>')._repr_html_()
    assert (
        'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"'
        in shown
    )
    assert "allow-same-origin" not in shown
    assert 'title="a &quot;b&quot; &lt;c&gt;"' in shown
    assert shown.count("<iframe") == 1
    assert "<script" not in shown


def test_a_map_moved_to_a_foreign_figure_says_so():
    made = make_map()
    folium.Figure().add_child(made)
    with pytest.raises(InputError, match="another figure"):
        made.to_html()


def test_modules_share_one_scope_without_a_clash():
    sources = [
        (page_module._ASSETS / name).read_text(encoding="utf-8") for name in page_module._MODULES
    ]
    head = r"^(?:export )?(?:async )?(?:function|const|class|let) (\w+)"
    names = re.findall(head, "".join(sources), re.MULTILINE)
    assert len(names) > 100
    assert sorted(names) == sorted(set(names))
    assert "import " not in re.sub("//.*|/\\*.*?\\*/", "", page_module.bundle(), flags=re.DOTALL)


# -- vendored files ------------------------------------------------------------------------


def test_a_changed_library_is_refused(monkeypatch):
    vendor_module.load_vendors.cache_clear()
    monkeypatch.setattr(vendor_module.hashlib, "sha256", lambda blob: hashlib.sha1(blob))
    with pytest.raises(MapperError, match="not the reviewed file of XStatic-Leaflet"):
        vendor_module.load_vendors()
    monkeypatch.undo()
    vendor_module.load_vendors.cache_clear()


def test_a_missing_library_is_named(monkeypatch):
    vendor_module.load_vendors.cache_clear()
    monkeypatch.setattr(vendor_module.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MapperError, match="XStatic-Leaflet, which is not installed"):
        vendor_module.load_vendors()
    monkeypatch.undo()
    vendor_module.load_vendors.cache_clear()


def test_licences_travel_with_the_code():
    html = make_map().to_html()
    assert "Redistributions in binary form must reproduce" in html


# -- figures -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "magic"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]
)
def test_a_figure_is_drawn_twice_alike(tmp_path, suffix, magic):
    first, second = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    for path in (first, second):
        save_figure(small_analysis(), path, layers=SmallBorder(), title="$x^2$ 판문점")
    assert first.read_bytes().startswith(magic)
    assert first.read_bytes() == second.read_bytes()


def test_a_figure_says_what_it_shows(tmp_path):
    path = tmp_path / "a.svg"
    save_figure(small_analysis(), path, layers=SmallBorder(), title="Costs $5 and $6")
    svg = path.read_text(encoding="utf-8")
    for words in (
        "Costs $5 and $6",
        "3 incidents, 2 on the map",
        "Shooting: date not given, not on the map",
        "MDL crossing: 2024-05-03, Cheorwon",
        "The DMZ is the legal belt, not the fence.",
        "Military Demarcation Line",
    ):
        assert words in svg


def test_a_figure_of_nothing_still_shows_the_border(tmp_path):
    save_figure(Analysis(), tmp_path / "empty.png", layers=SmallBorder())
    assert (tmp_path / "empty.png").stat().st_size > 5_000


def test_a_figure_refuses_other_formats_and_names_the_extra(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"\.png, \.svg, \.pdf"):
        save_figure(Analysis(), tmp_path / "a.gif", layers=SmallBorder())
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"incident-mapper\[figures\]"):
        save_figure(Analysis(), tmp_path / "a.png", layers=SmallBorder())


@pytest.mark.parametrize("name", ["nll_east", "sectors#central_dmz", "border_counties#paju"])
def test_a_layer_or_one_feature_of_it_is_a_footprint(layers, name):
    shape = parse_footprint(f"layer:{name}", layers)
    assert shape.equals(layers.geometry(name))
    assert encode_shape(shape, look="area")


# -- size, tiles, files from the network ---------------------------------------------------


def test_a_map_without_data_is_small(layers):
    html = IncidentMap(Analysis(), layers=layers).to_html()
    assert len(html.encode()) < 450 * 1024


def test_tiles_open_the_policy_for_their_server_only():
    provider = {"name": "Mine", "url": "https://{s}.tiles.example/{z}/{x}/{y}.png"}
    provider["subdomains"] = "ab"
    html = make_map(tiles=provider).to_html()
    assert "img-src data: https://a.tiles.example https://b.tiles.example;" in html
    with pytest.raises(InputError, match="knows no tiles 'nonsense'"):
        make_map(tiles="nonsense")


def test_assets_from_a_cdn_are_allowed_on_request():
    made = make_map(assets="cdn")
    folium.TileLayer("https://tiles.example/{z}/{x}/{y}.png", attr="me").add_to(made)
    policy = re.search("Content-Security-Policy[^>]*", made.to_html())
    assert "https://tiles.example" in policy[0]
