"""The documentation names everything that can be used, and its commands run."""

from __future__ import annotations

import ast
import dataclasses
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import mapper
from mapper import errors
from mapper.cli import main
from mapper.exports import ACLED_COLUMNS, UCDP_COLUMNS
from mapper.schema import INCIDENT_COLUMNS
from mapper.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
CONTEXT = click.Context(main)
COMMANDS = {name: main.get_command(CONTEXT, name) for name in main.list_commands(CONTEXT)}

# What stands in the folder `articles` that the pages speak of.
ARTICLES = (
    "2017-11-13-jsa-defection.md",
    "2017-12-21-fog.md",
    "2022-11-02-missile-off-sokcho.html",
)

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# A block after this comment is what a reader is asked to save under that name.
FILE = re.compile(r"^<!-- file: (\S+) -->\n```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def sections(page: Path) -> dict[str, str]:
    """Second-level headings of a page, and the text below each."""
    parts = re.split(r"^## (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {head.strip("` "): text for head, text in zip(parts[1::2], parts[2::2], strict=True)}


def problem_codes() -> set[str]:
    """Every code the package gives a problem, read from the source.

    A code stands in the call of ``Problem``. Where a variable does, the enclosing function is
    called with the code first, or makes ``(code, message)`` pairs.
    """
    codes = set()
    for module in (ROOT / "mapper").rglob("*.py"):
        tree = ast.parse(module.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for call in calls_of(tree, "Problem"):
            (given,) = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
            if isinstance(given, ast.Constant):
                codes.add(given.value)
                continue
            (around,) = [f for f in functions if f.lineno < call.lineno <= (f.end_lineno or 0)]
            pairs = [n.elts[0] for n in ast.walk(around) if isinstance(n, ast.Tuple)]
            firsts = [c.args[0] for c in calls_of(tree, around.name) if c.args]
            found = {n.value for n in pairs + firsts if isinstance(n, ast.Constant)}
            assert found, f"{module}:{call.lineno}: which code?"
            codes |= found
    return codes


def calls_of(tree: ast.AST, name: str) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if ast.unparse(call.func).rpartition(".")[2] == name]


@pytest.mark.parametrize("name", COMMANDS)
def test_command_and_its_options_are_documented(name):
    text = sections(DOCS / "reference" / "cli.md")[f"mapper {name}"]
    for parameter in COMMANDS[name].params:
        shown = max(parameter.opts, key=len)
        if not shown.startswith("-"):  # an argument: ARTICLES, or [TEXT|FILE]
            shown = (parameter.metavar or shown).upper().strip("[]")
        assert f"`{shown}`" in text, shown


def test_no_command_is_documented_that_does_not_exist():
    heads = sections(DOCS / "reference" / "cli.md")
    documented = {head.removeprefix("mapper ") for head in heads if head.startswith("mapper ")}
    assert documented == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_shows_an_example(name):
    printed = CliRunner().invoke(main, [name, "--help"]).output
    assert re.search(rf"^ +mapper {name}\b", printed, re.MULTILINE)
    assert "\\b" not in printed  # click's mark for "do not wrap", left standing


def test_exit_codes_are_documented():
    text = sections(DOCS / "reference" / "cli.md")["Exit codes"]
    used = {getattr(errors, name).exit_code for name in errors.__all__}
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)} == used | {0}


def test_settings_are_documented_with_their_defaults():
    page = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", page, re.MULTILINE))
    defaults = dataclasses.asdict(Settings())
    assert set(rows) == set(defaults)
    for key, value in defaults.items():
        assert rows[key] == ("(empty)" if value in ("", ()) else f"`{value}`")


def test_problem_codes_are_documented():
    assert set(sections(DOCS / "reference" / "problems.md")) == problem_codes()


def test_columns_are_documented_in_their_order():
    tables = {"Incidents": INCIDENT_COLUMNS, "ACLED": ACLED_COLUMNS, "UCDP GED": UCDP_COLUMNS}
    page = sections(DOCS / "reference" / "schema.md")
    for head, columns in tables.items():
        rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+?) \|$", page[head], re.MULTILINE)
        assert rows == [(column.name, column.dtype, column.description) for column in columns]


def test_kinds_are_documented_in_their_order():
    page = (DOCS / "reference" / "kinds.md").read_text(encoding="utf-8")
    taxonomy = (ROOT / "mapper" / "incidents" / "taxonomy.toml").read_text(encoding="utf-8")
    kinds = tomllib.loads(taxonomy)["kinds"]
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", page, re.MULTILINE)
    assert rows == [(key, kind["label"]) for key, kind in kinds.items()]


def test_public_names_are_documented():
    page = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(\w+)", page, re.MULTILINE))
    assert documented == set(mapper.__all__)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_to_files(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_page_can_be_reached_from_the_readme():
    seen, queue = set(), [ROOT / "README.md"]
    while queue:
        page = queue.pop().resolve()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        queue += [page.parent / link for link in LINK.findall(page.read_text(encoding="utf-8"))]
    assert {page for page in DOCS.rglob("*.md") if page.resolve() not in seen} == set()


def commands_of(page: Path) -> list[tuple[str, list[str]]]:
    """The ``$ mapper`` lines of a page's console blocks, each with the output shown below it."""
    found: list[tuple[str, list[str]]] = []
    for language, block in FENCE.findall(page.read_text(encoding="utf-8")):
        if language != "console":
            continue
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line.strip() not in ("", "..."):
                found[-1][1].append(line)
    return [(command, shown) for command, shown in found if command.startswith("mapper ")]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home whose cache folder all pages share: the gazetteer is built once."""
    return tmp_path_factory.mktemp("home")


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if commands_of(page)],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_commands_of_a_page_run(page, tmp_path, home):
    for name, text in FILE.findall(page.read_text(encoding="utf-8")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "articles").mkdir()
    for example in ARTICLES:
        shutil.copy(ROOT / "examples" / example, tmp_path / "articles")
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "COLUMNS": "160",
    }
    for command, shown in commands_of(page):
        pipe = command.split(" > ")
        done = subprocess.run(
            shlex.split(pipe[0]),
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
        if len(pipe) == 2:
            (tmp_path / pipe[1]).write_text(done.stdout, encoding="utf-8")
        printed = " ".join((done.stdout + done.stderr).split())
        for line in shown:
            for piece in line.split("..."):
                assert " ".join(piece.split()) in printed, f"$ {command}\n{done.stdout}"


def test_commands_are_found():
    assert [command for command, _ in commands_of(ROOT / "README.md")]
    assert [command for command, _ in commands_of(DOCS / "tutorial.md")]


def test_every_word_of_the_glossary_stands_once():
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\*\*(.+?)\*\*", page, re.MULTILINE)
    assert words == sorted(set(words), key=str.casefold)
    nouns = {"document", "mention", "place", "position", "candidate", "resolution", "incident"}
    nouns |= {"evidence", "problem", "analysis", "layer", "zone", "side", "footprint", "gazetteer"}
    assert nouns <= {word.casefold() for word in words}
