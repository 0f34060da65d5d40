"""Tables of incidents: each row is one, honestly placed; what cannot be used of it is told."""

from __future__ import annotations

import copy
import csv
import datetime as dt
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mapper
from mapper.cli import main
from mapper.exports import export, restore_analysis
from mapper.incident_tables import is_table
from mapper.incidents.cells import day_order, read_interval, read_pair, read_range
from mapper.incidents.rows.kinds import kind_of_row
from mapper.incidents.taxonomy import use_taxonomy
from mapper.model import (
    Actor,
    Analysis,
    Assertion,
    Casualties,
    Certainty,
    Incident,
    Precision,
    Side,
    When,
    Where,
    ZoneName,
)
from mapper.pipeline import Tools
from mapper.settings import Settings, load_settings
from mapper.text import make_document

JSA = "37.956,126.677"


@pytest.fixture
def read(tmp_path, tools):
    """Write a table and analyze it: text as CSV, or bytes, or rows as Excel."""

    def read(
        table: str | bytes | list[list[Any]],
        *,
        name: str = "",
        tools: Tools = tools,
        **options: Any,
    ) -> Analysis:
        file = tmp_path / (name or ("table.xlsx" if isinstance(table, list) else "table.csv"))
        if isinstance(table, list):
            book = openpyxl.Workbook()
            for row in table:
                book.active.append(row)
            book.save(file)
        else:
            file.write_bytes(table if isinstance(table, bytes) else table.encode())
        analysis = mapper.analyze_table(file, tools=tools, **options)
        for incident in analysis.incidents:
            for evidence in incident.evidence:  # offsets are sacred in rows as well
                document = analysis.document(evidence.doc_id)
                assert document.quote(evidence.span) == evidence.exact
            where = incident.where
            assert (where is None) == (incident.zone is None)
            if where is not None and where.mention is not None:
                assert document.quote(where.mention)
        for resolution in analysis.resolutions:
            mention = resolution.mention
            assert analysis.document(mention.doc_id).quote(mention.span) == mention.surface
        return analysis

    return read


@pytest.fixture
def one(read):
    """Read a table that holds one incident and no fault."""

    def one(table: str | bytes | list[list[Any]], **options: Any) -> Incident:
        analysis = read(table, **options)
        assert analysis.problems == ()
        (incident,) = analysis.incidents
        return incident

    return one


def with_settings(tools: Tools, **options: Any) -> Tools:
    """The same data under other settings, without opening it again."""
    other = copy.copy(tools)
    other.settings = load_settings(options=options)
    return other


def told(analysis: Analysis) -> list[tuple[str, str]]:
    return [(problem.code, problem.message) for problem in analysis.problems]


# -- cells ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "start", "end", "precision"),
    [
        ("2017-11-13", "2017-11-13", "2017-11-13", "day"),
        ("2017-11-13T04:05:00+09:00", "2017-11-13", "2017-11-13", "day"),
        ("13 November 2017", "2017-11-13", "2017-11-13", "day"),
        ("Nov 13, 2017", "2017-11-13", "2017-11-13", "day"),
        ("13-Nov-17", "2017-11-13", "2017-11-13", "day"),
        ("17-Jan-68", "2068-01-17", "2068-01-17", "day"),  # as POSIX has it: write the year out
        ("13.11.2017", "2017-11-13", "2017-11-13", "day"),
        ("5.6.2017", "2017-06-05", "2017-06-05", "day"),
        ("11/13/2017", "2017-11-13", "2017-11-13", "day"),
        ("13/11/2017", "2017-11-13", "2017-11-13", "day"),
        ("2017. 11. 13.", "2017-11-13", "2017-11-13", "day"),
        ("2017년 11월 13일", "2017-11-13", "2017-11-13", "day"),
        ("20171113", "2017-11-13", "2017-11-13", "day"),
        ("43052", "2017-11-13", "2017-11-13", "day"),  # Excel's number of that day
        ("2017-11", "2017-11-01", "2017-11-30", "month"),
        ("November 2017", "2017-11-01", "2017-11-30", "month"),
        ("2017", "2017-01-01", "2017-12-31", "year"),
        ("spring 1976", "1976-03-01", "1976-05-31", "season"),
        ("3-5 May 2020", "2020-05-03", "2020-05-05", "range"),
        ("2020-05-03 to 2020-05-05", "2020-05-03", "2020-05-05", "range"),
        ("17 Jan 1968 - 21 Jan 1968", "1968-01-17", "1968-01-21", "range"),
    ],
)
def test_days_as_people_write_them(cell, start, end, precision):
    found = read_interval(cell)
    assert (str(found.start), str(found.end), found.precision.value) == (start, end, precision)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("11/12/2017", "day/month or month/day"),
        ("2017-02-30", "not a day of the calendar"),
        ("1017-02-03", "not a day between"),
        ("9999-01-01", "not a day between"),
        ("yesterday", "not a day such as"),
        ("2020-05-05 to 2020-05-03", "before it begins"),
        ("1.5", "not a day such as"),
        ("", "not a day such as"),
    ],
)
def test_what_is_no_day_is_refused(cell, why):
    with pytest.raises(mapper.errors.InputError, match=why):
        read_interval(cell)


def test_a_column_tells_whether_the_day_comes_first():
    assert day_order(["1/2/2017", "25/2/2017", "text"]) is True
    assert day_order(["1/2/2017", "2/25/2017"]) is False
    assert day_order(["1/2/2017"]) is None
    assert day_order(["25/2/2017", "2/25/2017"]) is None  # a column that nobody can trust


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("4", (4, None, None)),
        ("4.0", (4, None, None)),
        ("1,234", (1234, None, None)),
        ("20-30", (20, 20, 30)),
        ("20 to 30 killed", (20, 20, 30)),
        ("at least 5", (5, 5, None)),
        ("5+", (5, 5, None)),
        ("up to 6", (None, None, 6)),
        ("~10", (10, None, None)),
        ("46명", (46, None, None)),
        ("two", (2, None, None)),
        ("none", (0, None, None)),
        ("0", (0, None, None)),
        ("", (None, None, None)),
        ("N/A", (None, None, None)),
        ("?", (None, None, None)),
    ],
)
def test_how_many(cell, count):
    assert read_range(cell) == count


@pytest.mark.parametrize(
    ("cell", "pair"),
    [
        ("37.956, 126.677", ("126.677", "37.956")),
        ("126.677 37.956", ("126.677", "37.956")),
        ("POINT (126.677 37.956)", ("126.677", "37.956")),
        ("37°57'20\"N 126°40'37\"E", ("126°40'37\"E", "37°57'20\"N")),
        ("Paju", None),
    ],
)
def test_coordinates_in_one_cell(cell, pair):
    assert read_pair(cell) == pair


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        ({"kind": "landmine"}, "landmine"),
        ({"kind": "Landmine blast"}, "landmine"),
        ({"kind": "mine explosion"}, "landmine"),
        ({"kind": "defection_mdl"}, "defection"),
        ({"kind": "Warning shots fired"}, "warning_shots"),
        ({"kind": "귀순"}, "defection"),
        ({"kind": "포격 도발"}, "shelling"),
        ({"kind": "naval skirmish"}, "naval_clash"),
        ({"kind": "smuggling", "text": "Boats of both navies clashed."}, "other"),
        ({"kind": "attack", "text": "The North shelled the island."}, "shelling"),
        ({"event": "Battles", "sub_event": "Armed clash"}, "exchange_of_fire"),
        (
            {
                "event": "Battles",
                "sub_event": "Armed clash",
                "text": "Patrol boats of the two navies clashed off Yeonpyeong.",
            },
            "naval_clash",
        ),
        (
            {
                "event": "Explosions/Remote violence",
                "sub_event": "Remote explosive/landmine/IED",
            },
            "landmine",
        ),
        (
            {
                "event": "Strategic developments",
                "sub_event": "Other",
                "text": "A soldier defected across the MDL.",
            },
            "defection",
        ),
        ({"event": "Protests", "sub_event": "Peaceful protest"}, "other"),
        ({"event": "ASSAULT", "sub_event": "explosives"}, "landmine"),
        ({"violence": "3"}, "killing"),
        ({"violence": "1", "text": "A mine exploded, killing two soldiers."}, "landmine"),
        ({}, "other"),
    ],
)
def test_kinds_of_other_tables(cells, key):
    assert kind_of_row(cells.pop("kind", ""), **cells).key == key


# -- rows ----------------------------------------------------------------------------------


def test_a_row_is_an_incident_with_all_it_says(one):
    incident = one(
        "Event ID,Date,Kind,Latitude,Longitude,Uncertainty_km,Place,Actor1,Actor2,Killed,Injured,"
        "Notes,Source,Source_URL,Mood\n"
        f"7,13 November 2017,defection,{JSA},0.3,JSA,KPA,ROK Army,0,1,"
        "A soldier ran over the line.,Example News,https://news.example/a?b=1,grim\n"
    )
    assert incident.kind == "defection"
    assert incident.when == When(
        start=dt.date(2017, 11, 13),
        end=dt.date(2017, 11, 13),
        precision=Precision.DAY,
        text="13 November 2017",
        method="absolute",
    )
    assert incident.where.label == "JSA"
    assert incident.where.position.uncertainty_m == 300
    assert "Uncertainty_km of 0.3" in incident.where.reason
    assert incident.zone.zone is ZoneName.JSA
    assert [(a.name, a.side, a.role) for a in incident.actors] == [
        ("KPA", "north", ""),
        ("ROK Army", "south", ""),
    ]
    assert (incident.casualties.killed, incident.casualties.injured) == (0, 1)
    assert incident.assertion is Assertion.ASSERTED
    (evidence,) = incident.evidence
    assert evidence.exact == "A soldier ran over the line."
    # The words are the table's: a link into the page at these words would lead nowhere.
    assert evidence.url == "https://news.example/a?b=1"


def test_a_document_says_where_a_row_stands_and_all_its_other_cells(read):
    analysis = read(
        f"id,date,lat,lon,notes,source,mood\nA7,2017-11-13,{JSA},He ran.,Example News,grim\n"
    )
    (document,) = analysis.documents
    assert document.label == "table.csv, line 2 (A7)"
    assert document.publisher == "Example News"
    assert document.text.startswith("He ran.")
    assert "mood: grim" in document.text


@pytest.mark.parametrize(
    ("columns", "cells", "radius_m", "reason"),
    [
        ("uncertainty_m", "120", 120, "uncertainty_m of 120"),
        ("coordinateUncertaintyInMeters", "250", 250, "coordinateUncertaintyInMeters of 250"),
        ("radius_km", '"1,5"', 1500, "radius_km of 1,5"),
        ("where_prec", "4", 100_000, "where_prec 4"),
        ("geo_precision", "2", 30_000, "geo_precision 2"),
        ("mood", "grim", 5_000, "5 km are taken"),
    ],
)
def test_a_position_has_the_radius_that_the_row_says(one, columns, cells, radius_m, reason):
    incident = one(f"date,lat,lon,{columns}\n2017-11-13,{JSA},{cells}\n")
    assert incident.where.position.uncertainty_m == radius_m
    assert reason in incident.where.reason


def test_rounded_coordinates_are_known_no_better_than_they_are_written(one):
    incident = one("date,lat,lon\n2017-11-13,38,127\n")
    assert 78_000 < incident.where.position.uncertainty_m < 79_000
    assert "as it is written" in incident.where.reason
    assert incident.zone.certainty is Certainty.POSSIBLE


def test_the_radius_of_silence_is_a_setting(one, tools):
    other = with_settings(tools, uncertainty_m=100.0)
    incident = one(f"date,lat,lon\n2017-11-13,{JSA}\n", tools=other)
    assert incident.where.position.uncertainty_m == 100


@pytest.mark.parametrize(
    ("place", "label", "place_id"),
    [
        ("Panmunjom", "Panmunjom", "core:panmunjom"),
        ("panmunjom", "Panmunjom", "core:panmunjom"),
        ("13 km north of Cheorwon", "13 km north of Cheorwon", ""),
    ],
)
def test_a_place_without_coordinates_is_looked_up(one, place, label, place_id):
    incident = one(f"date,place,notes\n2017-11-13,{place},They came.\n")
    assert (incident.where.label, incident.where.place_id) == (label, place_id)
    assert "gives no coordinates" in incident.where.reason
    assert incident.where.position.uncertainty_m > 100


def test_a_place_that_is_looked_up_is_marked_in_the_text_of_the_row(read):
    analysis = read("date,place,notes\n2017-11-13,Panmunjom,They met at Panmunjom.\n")
    (resolution,) = analysis.resolutions
    (incident,) = analysis.incidents
    assert resolution.mention.surface == "Panmunjom"
    assert incident.evidence[0].place == incident.where.mention == resolution.mention.span


def test_the_areas_of_a_row_weigh_for_its_name(one):
    south = one("date,place,province,country\n2017-11-13,Goseong,Gangwon,South Korea\n")
    north = one("date,place,country\n2017-11-13,Kaesong,North Korea\n")
    assert south.zone.mdl_distance_m < 0 < north.zone.mdl_distance_m


def test_the_words_of_a_place_at_sea_put_it_there(one):
    row = "2017-11-13,37.75,125.5,40,{}\n"
    head = "date,lat,lon,uncertainty_km,place\n"
    assert one(head + row.format("Yellow Sea near the NLL")).zone.zone is ZoneName.SEA


@pytest.mark.parametrize("place", ["an observation post in the DMZ", "DMZ", "central DMZ"])
def test_a_circle_around_some_middle_of_the_dmz_is_cut_to_what_the_row_names(one, place):
    head = "date,lat,lon,uncertainty_km,place\n"
    incident = one(f"{head}2017-11-13,38.25,127.2,120,{place}\n")
    position = incident.where.position
    assert (position.lon, position.lat, position.uncertainty_m) == (127.2, 38.25, 120_000)
    assert (incident.zone.zone, incident.zone.share_inside_dmz) == (ZoneName.INSIDE_DMZ, 1)
    assert "the area that it names" in incident.where.reason


@pytest.mark.parametrize(
    "place",
    ["5 km north of the DMZ", "DMZ (route to Seoul)", "DMZ Forum, Seoul", "south of the JSA"],
)
def test_a_circle_is_not_cut_where_more_is_named_than_the_belt(one, place):
    head = "date,lat,lon,uncertainty_km,place\n"
    incident = one(f'{head}2017-11-13,38.25,127.2,120,"{place}"\n')
    assert incident.where.footprint is None


@pytest.mark.parametrize(
    "place",
    [
        "southern boundary of the DMZ",
        "the fence of the DMZ",
        "guard post near the southern DMZ",
        "a village by the DMZ",
        "DMZ border",
        "비무장지대 남쪽 경계",
        "비무장지대 철책",
    ],
)
@pytest.mark.parametrize("position", ["38.25,127.2,120", ",,"])
def test_what_stands_on_the_edge_of_a_belt_is_not_certainly_inside(one, place, position):
    incident = one(f"date,lat,lon,uncertainty_km,place\n2017-11-13,{position},{place}\n")
    assert incident.zone.certainty is Certainty.POSSIBLE
    assert incident.zone.shares.south_of_dmz > 0


def test_a_circle_that_does_not_reach_what_the_row_names_stays(one):
    incident = one("date,lat,lon,uncertainty_km,place\n2017-11-13,37.57,126.98,2,DMZ\n")
    assert incident.where.footprint is None
    assert incident.zone.zone is ZoneName.SOUTH_OF_DMZ


def test_the_zone_is_ours_and_a_table_that_says_otherwise_is_told(read):
    rows = (
        "2017-11-13,37.97,126.55,0.3,South Korea,Kaesong\n"  # Kaesong, north of the line
        "2017-11-13,37.57,126.98,3,South Korea,Seoul\n"
        "2017-11-13,38.25,127.2,60,North Korea,somewhere\n"  # may be, so no contradiction
    )
    analysis = read("date,lat,lon,uncertainty_km,country,place\n" + rows)
    ((code, message),) = told(analysis)
    assert code == "zone_differs"
    assert "line 2" in message
    assert "country South Korea" in message
    assert "north of the MDL" in message
    assert {i.where.label: i.zone.side for i in analysis.incidents}["Kaesong"] is Side.NORTH


def test_a_zone_of_the_table_is_compared_as_a_zone(read):
    rows = f"2017-11-13,{JSA},0.3,south_of_dmz\n2017-11-14,{JSA},0.3,DMZ\n"
    analysis = read("date,lat,lon,uncertainty_km,zone\n" + rows)
    assert all("line 2" in message for _, message in told(analysis))


def test_what_no_kind_fits_keeps_the_word_of_the_table(read):
    analysis = read(f"date,lat,lon,type\n2017-11-13,{JSA},smuggling\n")
    (incident,) = analysis.incidents
    assert incident.kind == "other"
    assert "smuggling" in incident.summary
    assert "type: smuggling" in analysis.documents[0].text


def test_kinds_of_the_users_own_are_known(one, tmp_path, tools):
    file = tmp_path / "kinds.toml"
    file.write_text('[kinds.smuggling]\nlabel = "Smuggling"\nwords = ["smuggled"]\n')
    use_taxonomy(file)
    try:
        row = f"date,lat,lon,type\n2017-11-13,{JSA},Smuggling\n"
        assert one(row, tools=tools).kind == "smuggling"
    finally:
        use_taxonomy("")


# -- tables --------------------------------------------------------------------------------


def test_tables_of_any_make(one):
    expected = (dt.date(2017, 11, 13), "Panmunjom – 판문점 é")
    plain = f"date;lat;lon;place\n13.11.2017;37,956;126,677;{expected[1]}\n"
    for data in (
        plain.encode(),
        b"\xef\xbb\xbf" + plain.encode(),
        plain.encode("utf-16"),
        plain.replace(";", "\t").encode(),
        plain.replace(";", "|").replace("\n", "\r\n").encode(),
    ):
        incident = one(data)
        assert (incident.when.start, incident.where.label) == expected
        assert incident.where.position.lon == 126.677


def test_a_guessed_encoding_is_told(read):
    rows = "".join(f"2017-11-{day:02},{JSA},판문점에서 병사가 넘어왔다\n" for day in range(1, 28))
    analysis = read(("date,lat,lon,notes\n" + rows).encode("cp949"))
    assert [code for code, _ in told(analysis)] == ["encoding_guessed"]
    assert analysis.incidents[0].evidence[0].exact == "판문점에서 병사가 넘어왔다"


def test_excel_with_a_title_above_and_cells_of_its_own_types(one):
    incident = one(
        [
            ["Incidents, as of May"],
            [],
            ["Date", "Lat", "Lon", "Killed", "What happened", "When it was added"],
            [dt.date(2017, 11, 13), 37.956, 126.677, 2.0, "He ran.", 43052],
        ]
    )
    assert incident.when.start == dt.date(2017, 11, 13)
    assert incident.casualties.killed == 2
    assert incident.evidence[0].exact == "He ran."


def test_a_row_of_tags_below_the_head_is_none(one):
    assert one(f"date,lat,lon\n#date,#geo+lat,#geo+lon\n2017-11-13,{JSA}\n").when.start


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "parquet"])
def test_gis_files_keep_their_shapes(tmp_path, tools, ending):
    area = shapely.box(126.6, 37.9, 126.8, 38.0)
    table = geopandas.GeoDataFrame(
        {
            "date": ["2017-11-13", "2017-11-14"],
            "notes": ["A point.", "An area."],
            "killed": [None, 2],
        },
        geometry=[shapely.Point(126.677, 37.956), area],
        crs="EPSG:4326",
    ).to_crs("EPSG:4326" if ending == "geojson" else "EPSG:5179")
    file = tmp_path / f"table.{ending}"
    table.to_parquet(file) if ending == "parquet" else table.to_file(file)
    analysis = mapper.analyze_table(file, tools=tools)
    assert analysis.problems == ()
    point, shape = analysis.incidents
    assert point.where.position.lon == pytest.approx(126.677, abs=1e-5)
    assert point.where.footprint is None
    assert shapely.from_wkt(shape.where.footprint).equals_exact(area, 1e-5)
    assert 9_000 < shape.where.position.uncertainty_m < 12_000  # to its farthest corner
    assert (point.casualties.killed, shape.casualties.killed) == (None, 2)


ACLED = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,"
    "actor2,country,location,latitude,longitude,geo_precision,source,notes,fatalities\n"
)
UCDP = (
    "id,year,type_of_violence,side_a,side_b,source_office,source_headline,where_prec,"
    "where_coordinates,latitude,longitude,geom_wkt,date_prec,date_start,date_end,best,high,low\n"
)


def test_acled(one):
    incident = one(
        ACLED + "KOR1,09 June 2024,2024,3,Strategic developments,Strategic developments,Other,"
        "Military Forces of North Korea,,South Korea,Cheorwon,38.2,127.2,2,Example News,"
        "Loudspeakers were switched on again.,0\n"
    )
    assert incident.kind == "loudspeaker"
    assert incident.when.precision is Precision.MONTH
    assert (str(incident.when.start), str(incident.when.end)) == ("2024-06-01", "2024-06-30")
    assert incident.where.position.uncertainty_m == 30_000
    assert incident.casualties.killed is None  # ACLED's 0 is "none reported"


def test_ucdp(one):
    incident = one(
        UCDP + "77,2010,1,Government of North Korea,Government of South Korea,Example News,"
        "Island shelled,1,Yeonpyeong,37.66,125.7,POINT (125.7 37.66),1,2010-11-23 00:00:00.000,"
        "2010-11-23 00:00:00.000,4,5,4\n"
    )
    assert incident.casualties == Casualties(killed=4, killed_low=4, killed_high=5)
    assert incident.where.position.uncertainty_m == 3_000
    assert [actor.side for actor in incident.actors] == ["north", "south"]
    assert incident.kind_probability < 1


def test_columns_by_any_other_name(read, tools):
    table = f"Datum,Breite,Länge,Was\n2017-11-13,{JSA},Er lief.\n"
    ((code, message),) = told(read(table))
    assert code == "bad_table"
    assert "no column of a date and a position" in message
    assert "Datum, Breite" in message
    columns = {"start": "Datum", "lat": "breite", "lon": "Länge", "words": "Was"}
    own = with_settings(tools, columns=columns)
    (incident,) = read(table, tools=own).incidents
    assert incident.evidence[0].exact == "Er lief."


def test_a_near_miss_is_asked_about(read):
    ((_, message),) = told(read(f"incidentt date,lattitude,longitud\n2017-11-13,{JSA}\n"))
    assert 'did you mean --column start="incidentt date"' in message
    assert '--column lat="lattitude"' in message


@pytest.mark.parametrize(
    ("columns", "why"),
    [({"strat": "date"}, "did you mean 'start'"), ({"start": "dat"}, "did you mean 'date'")],
)
def test_a_column_that_is_not_there_is_refused(read, tools, columns, why):
    own = with_settings(tools, columns=columns)
    analysis = read(f"date,lat,lon\n2017-11-13,{JSA}\n", tools=own)
    assert [why in message for _, message in told(analysis)] == [True]


def test_columns_are_a_setting_in_every_form(tmp_path):
    file = tmp_path / "mapper.toml"
    file.write_text('[columns]\nstart = "Datum, erster"\nplace = "Ort"\n')
    assert dict(load_settings(file).columns) == {"start": "Datum, erster", "place": "Ort"}
    of_environment = load_settings(None, environment={"MAPPER_COLUMNS": "start=Datum, place=Ort"})
    assert dict(of_environment.columns) == {"start": "Datum", "place": "Ort"}
    with pytest.raises(mapper.errors.SettingsError, match="FIELD=NAME"):
        load_settings(options={"columns": ("start",)})


# -- faults --------------------------------------------------------------------------------

HEAD = "id,date,end,lat,lon,killed,notes\n"


@pytest.mark.parametrize(
    ("row", "code", "why"),
    [
        ("B,2017-11-13,,126.677,37.956,,Swapped.", "bad_cell", "are they swapped?"),
        ("B,2017-11-13,,0,0,,Null island.", "bad_cell", "lon 0, lat 0"),
        ("B,2017-11-13,,1957000,950000,,Meters.", "bad_cell", "not in degrees"),
        ("B,2017-11-13,,37.9,,,Half.", "bad_cell", "not a position"),
        ("B,2017-11-13,,37.9,east,,Word.", "bad_cell", "not a position"),
        ("B,2017-11-13,,nan,inf,,Odd.", "bad_cell", "not a position"),
        (f"B,,,{JSA},,No date.", "undated", "gives no date"),
        (f"B,11/12/2017,,{JSA},,Which?", "bad_cell", "day/month or month/day"),
        (f"B,1017-11-13,,{JSA},,Absurd.", "bad_cell", "not a day between"),
        (f"B,2017-11-13,2017-11-01,{JSA},,Backwards.", "bad_cell", "before it begins"),
        (f"B,2017-11-13,,{JSA},many,Many.", "bad_cell", "not a number of people"),
        (f"B,2017-11-13,,{JSA},-3,Minus.", "bad_cell", "not a number of people"),
        (f"A,2017-11-14,,{JSA},,Same id.", "duplicate_row", "stands in line 2"),
        (f"A,2017-11-13,,{JSA},,First.", "duplicate_row", "the same as line 2"),
        (f"B,2017-11-13,,{JSA},,Comma, loose.", "bad_row", "8 cells"),
        (",,,,,0,", "bad_row", "neither a date nor a place"),
    ],
)
def test_a_fault_is_a_problem_with_its_line_and_the_others_go_on(read, row, code, why):
    first, last = f"A,2017-11-13,,{JSA},,First.", f"Z,2017-11-15,,{JSA},,Last."
    analysis = read(HEAD + "\n".join((first, row, last)) + "\n")
    found = told(analysis)
    assert code in [c for c, _ in found]
    assert any(why in message for c, message in found if c == code)
    assert all("line 3" in m or "Other incident" in m for _, m in found)
    words = [incident.evidence[0].exact for incident in analysis.incidents]
    assert {"First.", "Last."} <= set(words)
    assert len({incident.incident_id for incident in analysis.incidents}) == len(words)


def test_a_position_that_cannot_be_used_gives_way_to_the_name_of_the_place(read):
    analysis = read("date,lat,lon,place\n2017-11-13,126.677,37.956,Panmunjom\n")
    assert [code for code, _ in told(analysis)] == ["bad_cell"]
    assert analysis.incidents[0].where.place_id == "core:panmunjom"


def test_an_unplaced_row_is_listed_with_the_reason(read):
    analysis = read("date,place,notes\n2017-11-13,Xyzzyville Plugh,They came.\n")
    assert analysis.incidents[0].where is None
    assert {code for code, _ in told(analysis)} == {"bad_cell", "unplaced"}


def test_other_rows_tell_how_a_column_writes_its_days(read):
    analysis = read(f"date,lat,lon\n11/12/2017,{JSA}\n25/12/2017,{JSA}\n")
    assert [str(i.when.start) for i in analysis.incidents] == ["2017-12-11", "2017-12-25"]


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"\x00\x01\x02", b"PK\x03\x04", b"a,b\n1,2\n", b"date,lat\n2017,3\n"]
)
def test_what_is_no_table_of_incidents_is_a_problem(read, data):
    for name in ("table.csv", "table.xlsx", "table.geojson", "table.gpkg"):
        analysis = read(data, name=name)
        assert analysis.incidents == ()
        assert [code for code, _ in told(analysis)] in (
            ["bad_table"],
            ["encoding_guessed", "bad_table"],
        )


@pytest.mark.parametrize("name", ["table.xls", "table.ods", "table.shp"])
def test_a_table_of_another_make_is_told_what_to_become(read, tmp_path, name):
    ((code, message),) = told(read(b"\xd0\xcf\x11\xe0", name=name))
    assert (code, "save it as" in message) == ("bad_table", True)
    assert is_table(tmp_path / name)


def test_many_faults_are_counted_not_listed(read):
    rows = "".join(f"2017-11-13,{lat},37.9\n" for lat in range(1000, 1600))
    analysis = read("date,lat,lon\n" + rows)
    messages = [message for code, message in told(analysis) if code == "bad_cell"]
    assert len(messages) == 501
    assert "100 more rows" in messages[-1]
    assert len(analysis.incidents) == 600


PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    '=HYPERLINK("https://evil.example","x")',
    "{{ 7*7 }} ${7*7} <!-- ]]>",
    "\u202eevil\u0000\x1b[2J",
)


def test_hostile_cells_stay_text(read, tools, tmp_path):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "date", "lat", "lon", "place", "kind", "notes", "source", "url", "x"])
    for n, payload in enumerate(PAYLOADS):
        cells = [f"{n}{payload}", "2017-11-13", "37.956", "126.677", *[payload] * 4]
        writer.writerow([*cells, f"javascript:alert('{payload}')", payload])
    analysis = read(out.getvalue())
    assert [i.evidence[0].exact for i in analysis.incidents]
    addresses = {i.evidence[0].url for i in analysis.incidents}
    assert addresses == {"", "https://evil.example"}  # one names an address; none is a script
    file = tmp_path / "map.html"
    mapper.IncidentMap(analysis, layers=tools.layers).save(file)
    page = file.read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "\x00" not in page


def test_a_cell_of_a_megabyte_is_cut_and_told(read):
    analysis = read(f'date,lat,lon,notes\n2017-11-13,{JSA},"{"He ran. " * 130_000}"\n')
    ((code, message),) = told(analysis)
    assert (code, "cut to 20,000" in message) == ("bad_cell", True)
    (document,) = analysis.documents
    assert len(document.text) < 21_000
    assert len(analysis.incidents[0].evidence[0].exact) <= 1_200


CELLS = st.one_of(
    st.text(max_size=30),
    st.sampled_from([*PAYLOADS, "2017-11-13", "11/12/2017", "37.9", "126,7", "Paju", "n/a", "-1"]),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(CELLS, max_size=9), min_size=1, max_size=4))
def test_any_row_is_an_incident_or_a_problem(read, rows):
    out = io.StringIO()
    csv.writer(out).writerow([*HEAD.strip().split(","), "place"])
    csv.writer(out).writerows(rows)
    analysis = read(out.getvalue().encode("utf-8", "replace"))
    filled = sum(any(cell.strip() for cell in row) for row in rows)
    assert len(analysis.incidents) <= filled
    assert len(analysis.incidents) == len(analysis.documents)
    assert bool(analysis.incidents) or bool(analysis.problems) or not filled


# -- round trips ---------------------------------------------------------------------------

WORDS = st.text(st.characters(categories=("L", "N", "P"), codec="utf-8"), min_size=1, max_size=12)
NUMBERS = st.none() | st.integers(0, 500)


@st.composite
def incidents(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """What an incident is, but for its evidence."""
    start = draw(st.dates(dt.date(1953, 7, 27), dt.date(2030, 1, 1)))
    days = draw(st.sampled_from([0, 0, 0, 6, 40]))
    precision = {0: Precision.DAY, 6: Precision.WEEK, 40: Precision.RANGE}[days]
    when = When(start=start, end=start + dt.timedelta(days), precision=precision)
    position = mapper.Position(
        lon=draw(st.floats(125, 129)),
        lat=draw(st.floats(37, 39)),
        uncertainty_m=draw(st.floats(50, 90_000)),
    )
    where = Where(label=draw(WORDS), position=position, stated=draw(st.booleans()))
    killed = draw(NUMBERS)
    actors = draw(
        st.lists(st.from_regex(r"[A-Za-z]{1,9}", fullmatch=True), unique=True, max_size=3)
    )
    return draw(WORDS), {
        "kind": draw(st.sampled_from(["defection", "shelling", "balloon", "other"])),
        "when": when,
        "where": where,
        "assertion": draw(st.sampled_from(Assertion)),
        "casualties": Casualties(killed=killed, injured=draw(NUMBERS)),
        "actors": tuple(
            Actor(name=name, side=draw(st.sampled_from(["", "north", "south"])), role="target")
            for name in actors
        ),
        "probability": draw(st.sampled_from([0.5, 0.875, 1.0])),
        "kind_probability": draw(st.sampled_from([0.5, 0.875, 1.0])),
    }


def analysis_of(values: list[tuple[str, dict[str, Any]]], tools: Tools) -> Analysis:
    from mapper.evidence import make_evidence
    from mapper.incidents.compose import incident_id
    from mapper.model import Span
    from mapper.zones import check_zones

    documents, found = [], []
    for number, (words, value) in enumerate(values):
        document = make_document(
            f"{words} was here.", label=f"a{number}", url="https://news.example/a"
        )
        evidence = make_evidence(document, Span(0, len(document.text)))
        (zone,) = check_zones([value["where"].position], tools.layers)
        key = incident_id(value["kind"], [(document.doc_id, 0, number)])
        found.append(Incident(incident_id=key, evidence=(evidence,), zone=zone, **value))
        documents.append(document)
    found.sort(key=lambda i: (i.when.start, i.kind, i.incident_id))
    return Analysis(documents=tuple(documents), incidents=tuple(found))


def said(incident: Incident) -> dict[str, Any]:
    """What a round trip keeps, as exactly as tables write it."""
    where, zone = incident.where, incident.zone
    return {
        "id": incident.incident_id,
        "kind": incident.kind,
        "when": (incident.when.start, incident.when.end, incident.when.precision),
        "where": (
            where.label,
            pytest.approx(where.position.lon, abs=1e-6),
            pytest.approx(where.position.lat, abs=1e-6),
            pytest.approx(where.position.uncertainty_m, abs=0.06),
            where.stated,
        ),
        "zone": zone.zone,
        "harm": incident.casualties,
        "actors": incident.actors,
        "how": incident.assertion,
        "sure": (incident.probability, incident.kind_probability),
        "words": (incident.evidence[0].exact, incident.evidence[0].url),
    }


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=st.lists(incidents(), min_size=1, max_size=4), ending=st.sampled_from(["csv", "geojson"])
)
def test_our_own_tables_come_back_as_they_were(values, ending, tools, tmp_path):
    analysis = analysis_of(values, tools)
    file = tmp_path / f"own.{ending}"
    export(analysis, file)
    again = mapper.analyze_table(file, tools=tools)
    assert again.problems == ()
    assert [said(i) for i in again.incidents] == [said(i) for i in analysis.incidents]


@pytest.mark.parametrize(("zone", "kept"), [(ZoneName.INSIDE_DMZ, True), (ZoneName.OUTSIDE, False)])
def test_a_zone_that_a_text_narrowed_comes_back_if_the_shape_allows_it(zone, kept, tools, tmp_path):
    position = mapper.Position(lon=127.505, lat=38.2, uncertainty_m=38_000)
    day = dt.date(2020, 5, 3)
    value = {
        "kind": "shooting",
        "when": When(start=day, end=day, precision=Precision.DAY),
        "where": Where(label="central front", position=position),
        "assertion": Assertion.ASSERTED,
    }
    analysis = analysis_of([("They", value)], tools)
    (incident,) = analysis.incidents
    assert incident.zone.zone is not zone
    narrowed = replace(incident, zone=replace(incident.zone, zone=zone))
    file = tmp_path / "own.csv"
    export(replace(analysis, incidents=(narrowed,)), file)
    (again,) = mapper.analyze_table(file, tools=tools).incidents
    assert again.zone.zone is (zone if kept else incident.zone.zone)


TEXT = (
    "A North Korean soldier defected at Panmunjom on 13 November 2017. He was wounded.\n\n"
    + "The weather was fair. " * 40
    + "\n\nOn 23 November 2010 North Korea shelled Yeonpyeong Island, killing four people. "
    "South Korea returned fire with 80 rounds. On 4 August 2015 two South Korean soldiers were "
    "maimed by a landmine 440 m south of the MDL near Paju."
)


@pytest.fixture(scope="module")
def articles(tools):
    return mapper.analyze(
        [make_document(TEXT, label="a", title="News", url="https://news.example/a?x=1")],
        tools=tools,
    )


@pytest.mark.parametrize("ending", ["gpkg", "parquet", "jsonl"])
def test_incidents_of_articles_come_back(articles, tmp_path, tools, ending):
    assert len(articles.incidents) >= 3
    file = tmp_path / f"own.{ending}"
    export(articles, file)
    assert is_table(file)
    again = mapper.analyze_table(file, tools=tools)
    assert [said(i) for i in again.incidents] == [said(i) for i in articles.incidents]
    assert [i.where.footprint for i in again.incidents] == [
        i.where.footprint for i in articles.incidents
    ]
    assert [i.zone.side for i in again.incidents] == [i.zone.side for i in articles.incidents]


@pytest.mark.parametrize("ending", ["acled", "ucdp"])
def test_acled_and_ucdp_bring_back_what_they_hold(articles, tmp_path, tools, ending):
    file = tmp_path / f"own.{ending}.csv"
    left_out = {other.incident.incident_id for other in export(articles, file)}
    again = {i.incident_id: i for i in mapper.analyze_table(file, tools=tools).incidents}
    held = [i for i in articles.incidents if i.incident_id not in left_out]
    assert set(again) == {i.incident_id for i in held}
    for incident in held:
        other = again[incident.incident_id]
        assert (other.when.start, other.when.end) == (incident.when.start, incident.when.end)
        assert other.casualties.killed == incident.casualties.killed
        assert other.where.label == incident.where.label
        radius = incident.where.position.uncertainty_m
        assert other.where.position.uncertainty_m == pytest.approx(radius, abs=51)
        if ending == "acled":
            assert (other.kind, other.assertion) == (incident.kind, incident.assertion)


def test_texts_of_json_lines_hold_the_evidence_and_what_stands_around_it(articles, tmp_path):
    file = tmp_path / "own.jsonl"
    export(articles, file)
    again = restore_analysis(file)
    (document,) = again.documents
    assert (document.title, document.url) == ("News", "https://news.example/a?x=1")
    assert "[…]" in document.text
    assert "weather was fair. The weather was fair. The" not in document.text
    for incident in again.incidents:
        for evidence in incident.evidence:
            assert document.quote(evidence.span) == evidence.exact
            if evidence.trigger is not None:
                assert evidence.span.contains(evidence.trigger)


@pytest.mark.parametrize(
    "line", ['{"schema_version": 1}', "[]", "not json", '{"id": 1, "incidents": 3}']
)
def test_a_line_that_is_none_of_ours_is_a_problem(articles, tmp_path, line):
    file = tmp_path / "own.jsonl"
    export(articles, file)
    file.write_text(file.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    again = restore_analysis(file)
    assert [problem.code for problem in again.problems][:1] == ["bad_row"]
    assert len(again.incidents) == len(articles.incidents)


def test_rows_are_merged_only_when_asked(read):
    rows = (
        f"2017-11-13,{JSA},0.4,A North Korean soldier defected through the JSA under fire.,Alpha\n"
        f"2017-11-13,{JSA},0.4,A soldier of the North defected under fire in the JSA.,Beta\n"
    )
    table = "date,lat,lon,uncertainty_km,notes,source\n" + rows
    assert len(read(table).incidents) == 2
    (incident,) = read(table, link=True).incidents
    assert len(incident.claims) == 2


# -- the command line ----------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "table.csv").write_text(
        f"Datum,lat,lon,notes\n2017-11-13,{JSA},He ran.\n2017-11-14,126.677,37.956,Swapped.\n"
    )
    return tmp_path


def run(*arguments: str) -> Any:
    return CliRunner().invoke(main, list(arguments))


def test_a_table_is_mapped_and_its_faults_are_told(folder):
    done = run("map", "table.csv", "--column", "start=Datum", "-o", "map.html", "--format", "csv")
    assert done.exit_code == 0, done.output
    assert "bad_cell: table.csv, line 3: lon: not a position" in done.stderr
    assert "2 incidents" in done.stdout
    assert "He ran." in (folder / "map.html").read_text(encoding="utf-8")
    assert "He ran." in (folder / "map.csv").read_text(encoding="utf-8")
    assert "He ran." in run("extract", "map.csv", "--format", "csv").stdout


def test_a_table_that_is_none_fails_with_its_columns(folder):
    done = run("map", "table.csv")
    assert done.exit_code == 2
    assert "bad_table" in done.stderr
    assert "Datum, lat, lon" in done.stderr


def test_strict_takes_no_fault(folder):
    assert run("extract", "table.csv", "--column", "start=Datum", "--strict").exit_code == 2


def test_articles_and_tables_may_come_together(folder):
    (folder / "news").mkdir()
    (folder / "news" / "a.txt").write_text(TEXT)
    (folder / "news" / "left.csv").write_text("not,read\n1,2\n")  # a folder is one of articles
    done = run("extract", "news", "table.csv", "--column", "start=Datum", "--format", "csv")
    assert done.exit_code == 0, done.output
    assert "He ran." in done.stdout
    assert "Panmunjom" in done.stdout


def test_settings_of_tables_have_bounds():
    with pytest.raises(mapper.errors.SettingsError, match="uncertainty_m"):
        Settings(uncertainty_m=0)
