"""The same articles give the same bytes: whatever their order, and whoever runs it where and when.

Each run is a process of its own, as users start them, in another folder, time zone and language,
with another hash seed, and one with a gazetteer that it compiled itself. Every warning is an error.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from linking_score import dispatches, document

from mapper.exports import export
from mapper.files import examples_dir
from mapper.incident_tables import join_analyses
from mapper.maps import IncidentMap
from mapper.model import Analysis, Document, Problem
from mapper.pipeline import analyze

# Writes the map and the files of one run.
RUN = """
import sys
from pathlib import Path
from mapper.exports import export
from mapper.maps import IncidentMap
from mapper.pipeline import Tools, analyze
from mapper.settings import load_settings
from mapper.sources import list_files, read

folder, *files = map(Path, sys.argv[1:])
tools = Tools(load_settings())
analysis = analyze(read(list_files(files), settings=tools.settings), tools=tools)
IncidentMap(analysis, layers=tools.layers, title="Map").save(folder / "found.html")
for file_format in ("jsonl", "geojson", "csv"):
    export(analysis, folder / f"found.{file_format}", file_format=file_format)
"""


def run(folder, files, *, cwd, **environment):
    """Return the hash of each file that a run writes."""
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", RUN, str(folder), *map(str, files)],
        cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    hashes = {
        file.suffix: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()
    }
    assert set(hashes) == {".html", ".jsonl", ".geojson", ".csv"}
    return hashes


@pytest.mark.slow
def test_same_articles_same_bytes(gazetteer, tmp_path):
    files = sorted(path for path in examples_dir().iterdir() if path.is_file())
    shuffled = random.Random(7).sample(files, len(files))
    first = run(
        tmp_path / "one", shuffled, cwd="/",
        PYTHONHASHSEED="0", TZ="Pacific/Kiritimati", LANG="ko_KR.UTF-8", LC_ALL="ko_KR.UTF-8",
    )  # fmt: skip
    # As a folder elsewhere, whose files were made in another order, with a gazetteer that this
    # run compiles for itself.
    moved = tmp_path / "articles"
    moved.mkdir()
    for file in reversed(files):
        shutil.copyfile(file, moved / file.name)
    second = run(
        tmp_path / "two", [Path("articles")], cwd=tmp_path, MAPPER_CACHE_DIR=str(tmp_path / "own"),
        PYTHONHASHSEED="random", TZ="America/Los_Angeles", LANG="C", LC_ALL="C",
    )  # fmt: skip
    assert second == first


def test_dispatches_in_any_order_in_one_process(tools, tmp_path):
    texts = [document(row) for row in dispatches()]
    found = []
    for order in (texts, random.Random(1).sample(texts, len(texts))):
        analysis = analyze(order, tools=tools)
        export(analysis, tmp_path / "found.jsonl", file_format="jsonl")
        html = IncidentMap(analysis, layers=tools.layers, title="Map").to_html()
        found.append((html, (tmp_path / "found.jsonl").read_bytes()))
    assert found[1] == found[0]


def test_tables_and_articles_in_any_order():
    """What two commands would find, joined either way."""
    parts = [
        Analysis(
            documents=(Document(doc_id=name, text="Shots.", label=name),),
            problems=(Problem(code="not_placed", stage="extract", message=name, doc_id=name),),
        )
        for name in ("row 10", "row 9", "article")
    ]
    joined = join_analyses(parts)
    assert joined == join_analyses(parts[::-1])
    assert [each.doc_id for each in joined.documents] == ["article", "row 9", "row 10"]
