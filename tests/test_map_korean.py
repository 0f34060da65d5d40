"""The page in Korean: what the program words itself is said in Korean, names and quotes are not."""

from __future__ import annotations

import ast
import hashlib
import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest

import mapper
from mapper.files import examples_dir
from mapper.incidents.taxonomy import load_taxonomy
from mapper.maps import IncidentMap
from mapper.model import Analysis, Precision
from mapper.pipeline import analyze
from mapper.sources import list_files, read
from mapper.text import make_document

pytestmark = pytest.mark.browser

# Each sentence makes the program word another reason or problem of its own.
_DISPATCHES = """
A patrol came under fire 3 km south of Panmunjom. Shells fell near Yeonpyeong Island.
Shots rang out between Paju and Kaesong. A boat sank 5 nautical miles off Baengnyeong Island.
A mine went off in the western sector of the DMZ. Guards fired on the eastern front.
A drone crossed some 20 km from Seoul. Soldiers fired warning shots along the fence.
A ship went down off the east coast of South Korea. Missiles flew 30 km north of the MDL.
Last year a soldier defected. Two days later another defected near Zzyzxville.
Loudspeakers were switched on in northern Cheorwon. Talks were held in Goseong and in Gwangju.
The navy exchanged fire within 4 km of the NLL. A soldier crossed the MDL in Cheorwon, Gangwon.
"""
# Where the resolver and the extractor word their reasons, under one of these names.
_WORDING = {"reason", "reasons", "remark", "remarks", "told", "why", "why_none", "message"}
_ROOMS = (
    *("resolution/candidates.py", "resolution/placing.py", "resolution/relative.py"),
    *("resolution/settle.py", "incidents/place.py", "incidents/compose.py", "incidents/known.py"),
    *("incidents/register.py", "incidents/cells.py", "incidents/link.py", "sources/reading.py"),
    *("incident_tables/__init__.py", "incident_tables/placing.py"),
    *("incidents/rows/reading.py", "incidents/rows/places.py"),
)
# Said in the terminal alone, before there is a map.
_NOT_ON_A_MAP = re.compile(
    r"register \S+( is (larger|missing)|: (no table|its columns)| differs)|cannot read register|"
    r"no such file or folder|^document|^must be"
)


@pytest.fixture(scope="module")
def analysis(tools):
    made = [
        make_document(line, label=f"line {n}", url="https://news.test/a")
        for n, line in enumerate(_DISPATCHES.strip().splitlines())
    ]
    examples = read(list_files([examples_dir()]), settings=tools.settings)
    return analyze([*examples, *made], tools=tools)


@pytest.fixture(scope="module")
def korean(analysis, layers, browser, tmp_path_factory):
    file = tmp_path_factory.mktemp("korean") / "map.html"
    IncidentMap(analysis, layers=layers, language="ko").save(file)
    context = browser.new_context(offline=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(file.as_uri() + "#hide-assertion=")
    page.wait_for_selector("html[data-ready=yes]")
    yield page
    context.close()


def unsaid(page, texts):
    """The pieces that no phrase fits; a piece may be part of a text that fits as a whole."""
    return page.evaluate(
        """(texts) => [...new Set(texts.filter(Boolean).flatMap((text) => {
          const said = incidentMap.say(text);
          return text.split("; ").filter((part) => said.split("; ").includes(part));
        }))]""",
        sorted(texts),
    )


def test_every_reason_and_problem_of_many_texts_is_said_in_korean(korean, analysis: Analysis):
    texts = {resolution.reason for resolution in analysis.resolutions}
    texts |= {other.reason for r in analysis.resolutions for other in r.alternatives}
    texts |= {i.where.reason for i in analysis.incidents if i.where is not None}
    texts |= {known.reason for i in analysis.incidents for known in i.known}
    texts |= {problem.message for problem in analysis.problems}
    texts |= {i.when.method for i in analysis.incidents if i.when.start is None}
    assert len(texts) > 60
    assert unsaid(korean, texts) == []


def worded(path: Path):
    """Sentences in the source that become a reason or a problem, with X for what is filled in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        values = []
        if isinstance(node, ast.keyword) and node.arg in _WORDING:
            values = [node.value]
        elif isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(each, ast.Name) and each.id in _WORDING for each in targets):
                values = [node.value]
        elif isinstance(node, ast.Return) and node.value is not None:
            values = [node.value]
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"InputError", "append", "_abstained", "_problem", "area_place"}:
                values = node.args[-1:]
        for value in values:
            yield from sentences(value)


def sentences(value: ast.expr):
    if isinstance(value, ast.IfExp):
        yield from sentences(value.body)
        yield from sentences(value.orelse)
    elif isinstance(value, ast.JoinedStr):
        parts = [p.value if isinstance(p, ast.Constant) else "X" for p in value.values]
        yield "".join(str(part) for part in parts)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value


def test_every_sentence_that_the_rooms_can_say_has_its_korean(korean):
    root = Path(mapper.__file__).parent
    said = {text.removeprefix("; ") for room in _ROOMS for text in worded(root / room)}
    # One word is a key or a unit; what ends openly is the head of a longer sentence.
    said = {text for text in said if re.search("[a-z]+ .*[a-z]{3}|[a-z]{3}.* [a-z]", text)}
    said = {text for text in said if not text.endswith(": ") and not _NOT_ON_A_MAP.search(text)}
    assert len(said) > 60
    alone = unsaid(korean, said)
    behind = unsaid(korean, [f"X: {text}" for text in alone])  # "Defection: ", "a.txt: "
    assert behind == [], "say them in mapper/maps/assets/phrases.toml"
    weights = resources.files("mapper.resolution").joinpath("weights.toml")
    words = tomllib.loads(weights.read_text(encoding="utf-8"))["words"]["said"]
    details = resources.files("mapper.incidents").joinpath("link.toml")
    signs = tomllib.loads(details.read_text(encoding="utf-8"))["details"]
    kinds = [kind.label for kind in load_taxonomy().values()]
    assert unsaid(korean, [*words.values(), *kinds, *(s.replace("_", " ") for s in signs)]) == []


def test_codes_and_words_of_the_model_are_named(korean):
    page = Path(__file__).parents[1] / "docs" / "reference" / "problems.md"
    codes = re.findall(r"^## `(\w+)`", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(codes) > 12
    keys = [f"problem_{code}" for code in codes]
    shown = (Precision.WEEK, Precision.SEASON, Precision.UNKNOWN)
    keys += [f"precision_{precision.value}" for precision in shown]
    keys += ["actor_north", "actor_south", "role_initiator", "role_target"]
    words = korean.evaluate("incidentMap.model.words")
    for language in ("en", "ko"):
        assert [key for key in keys if key not in words[language]] == []


def test_no_english_sentence_stands_on_cards_gaps_and_names(korean, analysis: Analysis):
    """Quotes, titles and entries of a register are the sources' words; names stay names."""
    seen = korean.evaluate(
        """async () => {
          const own = (root) => {
            const copy = root.cloneNode(true);
            const sources = "blockquote, .origin, .known, .claims thead, .row-quote, .row-where";
            for (const each of copy.querySelectorAll(sources)) each.remove();
            return copy.textContent;
          };
          const texts = [];
          for (const incident of incidentMap.model.incidents) {
            await incidentMap.open(incident, { from: "list" });
            texts.push(own(document.querySelector(".card")));
          }
          texts.push(own(document.querySelector(".gaps")));
          return texts;
        }"""
    )
    assert len(seen) == len(analysis.incidents) + 1
    names = {i.where.label for i in analysis.incidents if i.where is not None}
    names |= {c.where.label for i in analysis.incidents for c in i.claims if c.where is not None}
    names |= {actor.name for i in analysis.incidents for actor in i.actors}
    names |= {a.name for i in analysis.incidents if i.where for a in i.where.alternatives}
    names |= {r.mention.surface for r in analysis.resolutions}
    names |= {" ".join(r.mention.surface.split()) for r in analysis.resolutions}
    names |= {r.place.name for r in analysis.resolutions if r.place is not None}
    known = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    left = set()
    for text in seen:
        plain = known.sub("·", re.sub("“[^”]*”", "·", text))
        left |= set(re.findall(r"\b[A-Za-z]{3,} [a-z]{2,}\b", plain))
    assert left == set()


def test_every_layer_is_described_in_korean_as_the_manifest_words_it_now(korean, layers):
    file = resources.files("mapper.maps") / "assets" / "layers_ko.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    assert sorted(table) == sorted(layers.infos)
    stale = []
    for name, info in layers.infos.items():
        words = "\n".join((info.title, info.source, info.note))
        digest = hashlib.sha256(words.encode()).hexdigest()[:8]
        if (table[name]["en"], table[name]["of"]) != (info.title, digest):
            stale.append((name, digest))
    assert stale == [], "say them anew in mapper/maps/assets/layers_ko.toml"
    about = korean.locator(".layer-list").first.evaluate("e => e.textContent")
    for texts in table.values():
        assert texts["title"] in about
        assert texts["note"] in about


def test_the_tab_and_the_head_bear_a_korean_title(korean):
    assert korean.title() == "사건 지도"
    assert korean.locator("h1").inner_text() == "사건 지도"
    korean.locator(".language").click()
    assert korean.title() == "Incident map"
    korean.locator(".language").click()
