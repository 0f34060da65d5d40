"""One place, many spellings: every name of the border's own places is found as people write it."""

from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path

import pytest

from mapper.gazetteer.geocoder import find
from mapper.gazetteer.names import korean_key, tokenize, word_key, world_key
from mapper.geoparsing import geoparse
from mapper.text import make_document

CORE = Path(__file__).resolve().parents[1] / "geodata" / "gazetteer" / "core.csv"
LATIN = ("name", "names_en", "names_dprk", "names_mr", "names_rr", "former")


def bare(name: str) -> str:
    """Without breves."""
    decomposed = unicodedata.normalize("NFD", name)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


# How people change a name without meaning another one.
CHANGES = {
    "as it stands": lambda name: name,
    "capitals": str.upper,
    "decomposed": lambda name: unicodedata.normalize("NFD", name),
    "no breves": bare,
    "curly apostrophes": lambda name: name.replace("'", "’"),
    "letter apostrophes": lambda name: re.sub("'(?!s)", "ʼ", name),
    "no apostrophes": lambda name: re.sub("['’ʼ](?!s)", "", name),
    "no breves, no apostrophes": lambda name: bare(re.sub("['’ʼ](?!s)", "", name)),
    "spaces for hyphens": lambda name: name.replace("-", " "),
    "other hyphens": lambda name: name.replace("-", "‐"),
    "dashes": lambda name: name.replace("-", "–"),
    "more spaces": lambda name: f" {name.replace(' ', '  ')} ",
}


@pytest.fixture(scope="module")
def names():
    """Each Latin, Hangul and Chinese name of the table, with its place."""
    with CORE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def of(*columns):
        return [
            (name, row["place_id"])
            for row in rows
            for column in columns
            for name in filter(None, row[column].split("|"))
        ]

    return {"latin": of(*LATIN), "hangul": of("hangul"), "hanja": of("hanja")}


def missed(gazetteer, names, change) -> list[tuple[str, str]]:
    """The names that no longer lead to their place after a change."""
    return [
        (change(name), place_id)
        for name, place_id in names
        if place_id not in {place.place_id for place in gazetteer.spellings(change(name))}
    ]


@pytest.mark.parametrize("change", CHANGES)
def test_every_latin_name(gazetteer, names, change):
    assert len(names["latin"]) > 2_000
    assert missed(gazetteer, names["latin"], CHANGES[change]) == []


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("script", ["hangul", "hanja"])
def test_every_name_in_other_scripts(gazetteer, names, script, form):
    assert len(names[script]) > 400
    assert missed(gazetteer, names[script], lambda name: unicodedata.normalize(form, name)) == []


def check(gazetteer, query: str, place_id: str) -> None:
    found = [place.place_id for place in find(gazetteer, query)]
    assert place_id in found, found[:5]


@pytest.mark.parametrize(
    ("query", "place_id"),
    [
        # as it sounds, and as it is written
        ("Onjong-ri", "core:onjong_ri"),
        ("Onjong-ni", "core:onjong_ri"),
        ("Onjongni", "core:onjong_ri"),
        ("Onjŏng-ni", "core:onjong_ri"),
        ("Onjeong-ri", "core:onjong_ri"),
        ("Onjong ri", "core:onjong_ri"),
        ("Onjong-ri village", "core:onjong_ri"),
        ("the village of Onjong-ri", "core:onjong_ri"),
        # kinds of place said in English, in Korean, or not at all
        ("Baengnyeong Island", "core:baengnyeong"),
        ("Baengnyeong-do", "core:baengnyeong"),
        ("Baengnyeongdo", "core:baengnyeong"),
        ("Paengnyong-do", "core:baengnyeong"),
        ("P'aengnyŏngdo", "core:baengnyeong"),
        ("Baengnyeong", "core:baengnyeong"),
        ("Island of Baengnyeong", "core:baengnyeong"),
        ("백령도", "core:baengnyeong"),
        ("Mount Kumgang", "core:mount_kumgang"),
        ("Mt. Kumgang", "core:mount_kumgang"),
        ("Mt Kumgang", "core:mount_kumgang"),
        ("Kumgangsan", "core:mount_kumgang"),
        ("Geumgang-san", "core:mount_kumgang"),
        ("Yeoncheon County", "core:yeoncheon"),
        ("Yeoncheon-gun", "core:yeoncheon"),
        ("Yonchon", "core:yeoncheon"),
        ("Yŏnch'ŏn", "core:yeoncheon"),
        ("County of Yeoncheon", "core:yeoncheon"),
        ("Imjin River", "core:imjin_river"),
        ("Imjin-gang", "core:imjin_river"),
        ("Imjingang", "core:imjin_river"),
        # a romanization each
        ("Gaeseong", "core:kaesong"),
        ("Kaesŏng", "core:kaesong"),
        ("Kaesong", "core:kaesong"),
        ("Ch'orwon", "core:cheorwon_kr"),
        ("Cholwon", "core:cholwon_kp"),
        ("Cheorwon", "core:cheorwon_kr"),
    ],
)
def test_a_spelling_leads_to_its_place(gazetteer, query, place_id):
    check(gazetteer, query, place_id)


def test_two_counties_of_one_name_are_both_found(gazetteer):
    for spelling in ("Cheorwon", "Cholwon", "Ch'ŏrwŏn", "철원"):
        check(gazetteer, spelling, "core:cheorwon_kr")
        check(gazetteer, spelling, "core:cholwon_kp")


@pytest.mark.parametrize(
    ("text", "surface", "place_id"),
    [
        ("판문점에서 회담이 열렸다.", "판문점", "core:panmunjom"),
        ("판문점의 자유의 집", "판문점", "core:panmunjom"),
        ("병력이 판문점으로 이동했다.", "판문점", "core:panmunjom"),
        ("백령도에서는 주민이 대피했다.", "백령도", "core:baengnyeong"),
        ("연평도와 백령도", "연평도", "core:yeonpyeong"),
        ("파주시의 한 마을", "파주시", "core:paju"),
        ("개성까지 이어진 도로", "개성", "core:kaesong"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_particles_stay_outside_the_name(gazetteer, text, surface, place_id, form):
    document = make_document(unicodedata.normalize(form, text))
    found = {
        unicodedata.normalize("NFC", document.quote(r.mention.span)): r.place.place_id
        for r in geoparse(document, gazetteer)
        if r.place is not None
    }
    assert found.get(surface) == place_id


def test_decomposed_text_keeps_its_offsets(gazetteer):
    text = unicodedata.normalize("NFD", "Shots were heard in Kaesŏng and P’anmunjŏm on Monday.")
    document = make_document(text)
    found = [document.quote(r.mention.span) for r in geoparse(document, gazetteer)]
    assert found == [unicodedata.normalize("NFD", name) for name in ("Kaesŏng", "P’anmunjŏm")]


@pytest.mark.parametrize("text", ["Kaesŏng’s gate", "Ch'ŏrwŏn-gun, U.S.", "철원군의 São Tomé"])
def test_tokens_are_the_same_composed_or_not(text):
    composed, decomposed = (
        [token.key for token in tokenize(unicodedata.normalize(form, text))]
        for form in ("NFC", "NFD")
    )
    assert composed == decomposed


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ŭnp'a", "U\u0306np'a"), ("São Paulo", "Sao Paulo"), ("판문점", "판문점")],
)
def test_world_keys_meet(one, other):
    assert world_key(one) == world_key(other)
    assert word_key(one.split()[0]) == word_key(other.split()[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Munsan-ni", "Munsan-ri"),
        ("P'anmun-jŏm", "Panmunjeom"),
        ("Kŭmgang", "Geumgang"),
        ("Taesŏng-dong", "Daeseong-dong"),
        ("Sinŭiju", "Sinuiju"),
        ("Chunggangjin", "Junggangjin"),
    ],
)
def test_korean_keys_meet(one, other):
    assert korean_key(one) == korean_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("Kaesong", "Kosong"), ("Cheonan", "Cheorwon"), ("Kimpo", "Mokpo"), ("Gimhae", "Gimhwa")],
)
def test_korean_keys_do_not_meet(one, other):
    assert korean_key(one) != korean_key(other)


@pytest.mark.parametrize("name", ["Martini", "Bellini", "Napoli", "Tripoli"])
def test_only_a_hyphen_makes_a_village(name):
    assert not world_key(name).endswith("ri")
    assert korean_key(name) == korean_key(name.upper())
