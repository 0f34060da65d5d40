"""The wheel: built offline, installed elsewhere, run from another folder."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]


def files_below(folder: str) -> set[str]:
    """Files of a folder of the checkout that belong to the project."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


def locked(name: str) -> dict[str, set[str]]:
    """Packages of a lock file, and the versions it may install (one for each Python)."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for package, version, hashes in re.findall(
        r"^([\w.-]+)==([^\s;]+)[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n)+)",
        text,
        re.MULTILINE,
    ):
        assert hashes
        found.setdefault(canonicalize_name(package), set()).add(version)
    # Nothing may stand in a lock that was not matched above, such as a package without a hash.
    assert sum(map(len, found.values())) == len(re.findall(r"^[\w.-]+ ?[=@]", text, re.MULTILINE))
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder with the sdist, and the wheel that is built from that sdist."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built) -> Path:
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def run(wheel, tmp_path_factory):
    """Run the installed command in an empty folder, with a cache of its own."""
    target = tmp_path_factory.mktemp("site")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--target", str(target), str(wheel)], check=True)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(elsewhere),
        "PYTHONPATH": str(target),  # comes before the checkout that the venv knows
        "PYTHONUTF8": "1",
    }

    def run_command(*arguments: str, python: bool = False) -> str:
        start = [sys.executable] if python else [str(target / "bin" / "mapper")]
        done = subprocess.run(
            [*start, *arguments],
            cwd=elsewhere,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run_command.folder = elsewhere
    run_command.target = target
    return run_command


def test_wheel_holds_the_package_its_data_and_nothing_else(wheel):
    expected = files_below("mapper")
    expected |= {f"mapper/{name}" for name in files_below("geodata") | files_below("examples")}
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names - {f"mapper/{folder}/.gitkeep" for folder in ("examples", "geodata")} == expected


@pytest.mark.parametrize(
    "name",
    [
        "mapper/geodata/manifest.toml",
        "mapper/geodata/LICENSES.md",
        "mapper/geodata/gazetteer/core.csv",
        "mapper/maps/assets/vendor.toml",
        "mapper/boilerplate.toml",
        "mapper/py.typed",
    ],
)
def test_wheel_holds(wheel, name):
    with zipfile.ZipFile(wheel) as archive:
        assert archive.getinfo(name).file_size > 0 or name.endswith("py.typed")


def test_wheel_holds_no_file_of_another_project(wheel):
    import xstatic.pkg.leaflet

    vendored = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in Path(xstatic.pkg.leaflet.BASE_DIR).rglob("*")
        if path.is_file()
    }
    assert len(vendored) > 5
    with zipfile.ZipFile(wheel) as archive:
        ours = {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert not ours & vendored


def test_wheel_carries_the_licences_of_the_data(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/geodata/LICENSES.md") for name in names)


def test_sdist_can_set_itself_up(built):
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"Makefile", "pyproject.toml", "requirements/run.txt", "requirements/dev.txt"}
    assert wanted | files_below("scripts") | files_below("tests") <= names
    assert "tools/js/package-lock.json" in names
    assert not any("node_modules" in name for name in names)


def test_installed_command_is_the_wheel(run):
    where = run("-c", "import mapper; print(mapper.__file__)", python=True).strip()
    assert Path(where).is_relative_to(run.target)
    assert run("--version").startswith("mapper, version 0.")


def test_installed_check_finds_the_joint_security_area(run):
    assert json.loads(run("check", "--lon", "126.677", "--lat", "37.956"))["zone"] == "jsa"


@pytest.mark.slow
def test_installed_demo_maps_the_examples(run):
    printed = run("demo", "-o", "demo.html")
    page = (run.folder / "demo.html").read_text(encoding="utf-8")
    assert "wrote demo.html" in printed
    assert "<script" in page
    assert "Panmunjom" in page


@pytest.mark.parametrize("name", ["run.txt", "dev.txt", "geodata.txt"])
def test_lock_names_no_index_and_no_path(name):
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert not re.search(r"https?:|file:|--index|--find-links|[\s=]/\w", text)


def test_locks_agree_with_each_other():
    run, everything = locked("run.txt"), locked("dev.txt")
    assert {name: everything.get(name) for name in run} == run


def test_locks_hold_what_pyproject_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    wanted = {
        "run.txt": project["project"]["dependencies"] + groups["build"],
        "dev.txt": [
            *project["project"]["dependencies"],
            *project["project"]["optional-dependencies"]["figures"],
            *project["project"]["optional-dependencies"]["parquet"],
            *groups["build"] + groups["test"] + groups["lint"],
        ],
        "geodata.txt": groups["geodata"],
    }
    for name, requirements in wanted.items():
        versions = locked(name)
        for requirement in map(Requirement, requirements):
            found = versions.get(canonicalize_name(requirement.name), set())
            assert found, f"{requirement} is not in {name}: make lock"
            assert all(requirement.specifier.contains(version) for version in found), requirement
