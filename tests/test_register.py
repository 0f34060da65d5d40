"""Registers: ours is sound, others' are read as hostile input, and a link needs agreement."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapper.errors import InputError, LayerInvalidError
from mapper.incidents.known import Register, consult
from mapper.incidents.register import Entry, open_registers, read_register
from mapper.incidents.taxonomy import load_taxonomy
from mapper.layers import geodata_dir
from mapper.model import (
    Assertion,
    Evidence,
    Incident,
    Position,
    Precision,
    Span,
    When,
    Where,
)
from mapper.settings import Settings

ROOT = Path(__file__).parents[1]
FILE = geodata_dir() / "incidents" / "register.csv"
OURS, _ = read_register(FILE, name="documented")


def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def build_script():
    path = ROOT / "geodata" / "build" / "register.py"
    spec = importlib.util.spec_from_file_location("build_register", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def told(
    text: str,
    day: str = "",
    *,
    end: str = "",
    kind: str = "defection",
    place: tuple[float, float, float] | None = None,
    assertion: Assertion = Assertion.ASSERTED,
    doc_id: str = "d",
) -> Incident:
    """Make an incident as extraction would, without a gazetteer."""
    start = dt.date.fromisoformat(day) if day else None
    last = dt.date.fromisoformat(end) if end else start
    precision = Precision.DAY if start and start == last else Precision.RANGE
    when = When(start=start, end=last, precision=precision if start else Precision.UNKNOWN)
    where = None
    if place is not None:
        lon, lat, radius = place
        where = Where(label="there", position=Position(lon=lon, lat=lat, uncertainty_m=radius))
    evidence = (Evidence(doc_id=doc_id, span=Span(0, len(text)), exact=text),)
    return Incident(
        incident_id=f"{doc_id}:{text}:{day}",
        kind=kind,
        when=when,
        assertion=assertion,
        evidence=evidence,
        where=where,
    )


def check(incident: Incident, entry_id: str | None) -> None:
    (found,) = consult([incident], Register(OURS))
    assert [known.entry_id for known in found.known] == ([entry_id] if entry_id else [])
    assert found.when == incident.when  # nothing of the text is changed
    assert found.where == incident.where


JSA = (126.677, 37.956, 400.0)
DMZ = (127.4, 38.3, 125_000.0)


def test_our_register_has_no_faults() -> None:
    module = build_script()
    assert module.faults(rows()) == []
    assert len(OURS) >= 80
    assert all(source.startswith("http") for entry in OURS for source in entry.sources)


def test_the_check_sees_faults() -> None:
    good = rows()[0]
    changes = (
        {"kind": "party"},
        {"date_end": "1066-01-01"},
        {"sources": ""},
        {"sources": "somebody told me"},
        {"place_id": "core:nowhere"},
        {"entry_id": "2020-01-01-another-day"},
        {"details": "pink"},
        {"title": ""},
    )
    for change in changes:
        assert build_script().faults([good | change]), change


def test_the_docs_count_how_far_its_places_are_known() -> None:
    radii_m = [float(row["uncertainty_m"]) for row in rows()]
    near, wide = sum(r <= 2_000 for r in radii_m), sum(r >= 30_000 for r in radii_m)
    page = ROOT / "docs" / "explanation" / "uncertainty.md"
    told = " ".join(page.read_text(encoding="utf-8").split())
    assert f"Of the {len(radii_m)} documented incidents" in told
    assert f"{near} are placed within 2 km" in told
    assert f"and {wide} only within 30 km or more" in told


def test_positions_are_those_of_the_places() -> None:
    filled = rows()
    build_script().fill(filled)
    for row, old in zip(filled, rows(), strict=True):
        if old["lon"]:
            assert float(row["lon"]) == pytest.approx(float(old["lon"]), abs=0.05)
            assert float(row["lat"]) == pytest.approx(float(old["lat"]), abs=0.05)


def test_ids_of_entries_do_not_change() -> None:
    ids = {entry.entry_id for entry in OURS}
    assert {"2017-11-13-jsa-defection", "2010-03-26-cheonan", "2025-10-19-paju-crossing"} <= ids
    assert len(ids) == len(OURS)


@pytest.mark.parametrize(
    ("incident", "entry_id"),
    [
        (told("Last year Oh Chong-song was shot at."), "2017-11-13-jsa-defection"),
        (told("오청성이 판문점을 넘어 귀순했다."), "2017-11-13-jsa-defection"),
        (told("He ran through the JSA.", "2017-11-13", place=JSA), "2017-11-13-jsa-defection"),
        (told("He came in thick fog.", "2017-12-21", place=DMZ), "2017-12-21-fog-defection"),
        (
            told("He was hit by bullets.", "2017-11-01", end="2017-11-30", place=DMZ),
            "2017-11-13-jsa-defection",
        ),
        # A wrong link is worse than none:
        (told("He came in thick fog."), None),  # two of the register did
        (told("A soldier defected.", "2017-11-01", end="2017-11-30"), None),
        (told("Like Oh Chong-song before him, he was shot at."), None),
        (told("Oh Chong-song crossed.", "2018-12-01"), None),  # another day
        (told("He ran.", "2017-11-13", place=(129.0, 35.2, 5_000)), None),  # Busan
        (told("The missile flew.", "2017-11-13", kind="missile_launch", place=JSA), None),
        (told("They crossed.", "2025-10-19", kind="mdl_crossing", place=DMZ), None),  # which?
        (told("Oh Chong-song will defect.", assertion=Assertion.PLANNED), None),
        (told("He defected without a shot.", "2017-11-13", place=JSA), None),
    ],
)
def test_what_is_known(incident: Incident, entry_id: str | None) -> None:
    check(incident, entry_id)


def test_of_two_incidents_of_a_document_only_one_is_the_entry() -> None:
    first = told("Oh Chong-song defected under fire.", "2017-11-13", place=JSA)
    second = told("A soldier defected.", "2017-11-13", place=JSA)
    found = consult([first, second], Register(OURS))
    assert [len(incident.known) for incident in found] == [1, 0]


def test_what_is_known_names_its_source_and_why() -> None:
    (found,) = consult([told("Oh Chong-song defected.")], Register(OURS))
    (known,) = found.known
    assert known.people[0] == "Oh Chong-song"
    assert known.when.start == dt.date(2017, 11, 13)
    assert known.sources
    assert "Oh Chong-song" in known.reason
    assert 0.5 < known.probability < 1


def test_the_register_can_be_left_out() -> None:
    entries, problems = open_registers(Settings(register=False))
    assert (entries, problems) == ((), ())
    assert len(open_registers(Settings())[0]) == len(OURS)


def test_a_changed_register_is_refused(tmp_path: Path) -> None:
    (tmp_path / "incidents").mkdir()
    (tmp_path / "incidents" / "register.csv").write_text(FILE.read_text() + "\n")
    (tmp_path / "manifest.toml").write_text((geodata_dir() / "manifest.toml").read_text())
    with pytest.raises(LayerInvalidError, match="checksum"):
        open_registers(Settings(geodata_dir=str(tmp_path)))


ACLED = (
    "event_id_cnty,event_date,time_precision,event_type,sub_event_type,location,latitude,"
    "longitude,geo_precision,source,notes,fatalities\n"
)
GOOD = "KOR1,09 June 2024,1,Battles,Armed clash,Cheorwon,38.2,127.2,2,Yonhap,Shots in fog.,0\n"
UCDP = (
    "id,date_start,date_end,type_of_violence,side_a,side_b,where_coordinates,where_prec,"
    "latitude,longitude,best,source_article\n"
)


def read(tmp_path: Path, text: str) -> tuple[tuple[Entry, ...], list[str]]:
    file = tmp_path / "mine.csv"
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    entries, problems = read_register(file)
    return entries, [problem.message for problem in problems]


def test_acled_and_ucdp_are_known_by_their_columns(tmp_path: Path) -> None:
    (entry,), problems = read(tmp_path, ACLED + GOOD)
    assert problems == []
    assert entry.start == entry.end == dt.date(2024, 6, 9)
    assert entry.details == {"fog"}
    assert entry.position is not None
    assert entry.position.uncertainty_m == 30_000
    assert {load_taxonomy()[k].acled_sub_event for k in entry.kinds} == {"Armed clash"}
    row = "7,2010-11-23 00:00:00.000,2010-11-23,1,North,South,Yeonpyeong,1,37.66,125.7,4,AFP\n"
    (entry,), problems = read(tmp_path, UCDP + row)
    assert problems == []
    assert entry.casualties.killed == 4
    incident = told(
        "Shells fell, killing four.", "2010-11-23", kind="shelling", place=(125.7, 37.67, 2_000)
    )
    (found,) = consult([incident], Register([entry]))
    assert found.known[0].register == "mine"
    assert found.known[0].sources == ("AFP",)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (GOOD.replace("09 June 2024", "yesterday"), "not a day"),
        (GOOD.replace("09 June 2024", "0001-01-01"), "not a day between"),
        (GOOD.replace("38.2,127.2", "127.2,38.2"), "not a position"),
        (GOOD.replace("38.2", "nan"), "not a position"),
        (GOOD.replace("Armed clash", "Party"), "no kind"),
        (GOOD.replace("Yonhap", ""), "no source"),
        (GOOD.replace("fog.,0", "fog.,many"), "not a number"),
        (GOOD.replace("KOR1", ""), "no id"),
        (GOOD.replace("KOR1", "KOR0"), "stands twice"),
        ("x" * 200_000 + "\n", "field larger"),
        ("KOR2\n", "no kind"),
    ],
)
def test_a_bad_row_is_a_problem_and_the_others_go_on(tmp_path: Path, row: str, why: str) -> None:
    others = GOOD.replace("KOR1", "KOR0"), GOOD.replace("KOR1", "KOR9")
    entries, problems = read(tmp_path, ACLED + others[0] + row + others[1])
    assert [entry.entry_id for entry in entries] == ["KOR0", "KOR9"]
    assert len(problems) == 1
    assert why in problems[0]


@pytest.mark.parametrize("text", ["", "a,b,c\n1,2,3\n", "PK\x03\x04\x00\x00", "{}"])
def test_another_table_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError):
        read(tmp_path, text)


def test_control_characters_of_a_register_do_not_get_out(tmp_path: Path) -> None:
    (entry,), _ = read(tmp_path, ACLED + GOOD.replace("Cheorwon", "Cheor\x00won\x1b[2J"))
    assert "\x00" not in entry.place
    assert "\x1b" not in entry.place


@given(st.lists(st.text(max_size=40), max_size=12))
def test_any_row_is_an_entry_or_a_problem(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("register")
    line = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    text = (ACLED + line + "\n").encode("utf-8", "replace").decode()
    entries, problems = read(folder, text)
    assert len(entries) <= 1
    assert all("line" in problem for problem in problems)
