"""Geoparsing: text per CPU second, start-up, memory, and how time grows with the text.

CPU seconds, so that a busy machine does not change them much; the ratio to a yardstick of the
same run changes least. The text is made of our own sentences, with about as many names as
newspaper prose has, and is varied so that no cache can answer for a whole paragraph.

Growth is measured twice: over many articles through ``mapper geoparse --jsonl``, in sizes that
double up to ``--largest-mb`` (the size shown in the docs is 50), and over one document of
rougher kinds than news. The exit code is 1 when twice the text takes more than 2.5 times as long.

    python benchmarks/bench_geoparse.py [--largest-mb 50]
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from mapper.gazetteer import Gazetteer
from mapper.geoparsing import geoparse
from mapper.incidents import extract_incidents
from mapper.pipeline import Tools, analyze
from mapper.recognition import recognize
from mapper.resolution import resolve
from mapper.text import make_document

MAX_RATIO = 2.5  # of the time for twice the text; 2 is linear
TARGETS = {"start": 0.7, "memory": 500, "speed": 0.5}  # seconds, MB, MB per CPU second
PARAGRAPH = (
    "{town}, South Korea -- A North Korean soldier walked across the military demarcation line "
    "near {town} on Friday, officials in Seoul said. He had come from a village {km} km north of "
    "Kaesong and was taken to a hospital in {other}. The spokesman, Kim Min-su, gave no further "
    "details, and nobody in Washington or Tokyo would comment on what had happened that morning. "
    "It was the second time this year that somebody had taken a road through the woods, and the "
    "guards on both sides had been told to hold their fire. Springfield, Ill., and Columbus, Ohio, "
    "sent their greetings, as did the University of Chicago and mayors of {other} and Porto.\n\n"
)
TOWNS = ["Paju", "Cheorwon", "Goseong", "Inje", "Panmunjom", "Yeoncheon", "Munsan", "Yanggu"]
OTHERS = ["Suwon", "Lyon", "Bergen", "Perth", "Lagos", "Lima", "Austin", "Osaka", "Krakow"]
MIXED = [
    "Paju",
    "파주",
    "坡州",
    "Пхаджу",
    "باجو",
    "🇰🇷",
    "Ch'ŏrwŏn",
    "철원군에서",
    "Łódź",
    "e\u0301",
]
#: What one document may be filled with; each is repeated until the document is long enough.
ROUGH: dict[str, Callable[[int], str]] = {
    "news": lambda i: PARAGRAPH.format(town=TOWNS[i % 8], other=OTHERS[i % 9], km=i % 90),
    "one long line": lambda i: f"soldiers near {TOWNS[i % 8]} and {OTHERS[i % 9]} said they had ",
    "one long sentence of no names": lambda i: f"and then {i} of them walked on, ",
    "all capitals": lambda i: PARAGRAPH.format(town="PAJU", other="LYON", km=i).upper(),
    "all place names": lambda i: f"{TOWNS[i % 8]} {OTHERS[i % 9]} ",
    "one place name": lambda _: "Paju ",
    "all capitalized words": lambda i: f"Blorp{i} Grumf Zint ",
    "no spaces": lambda i: f"{TOWNS[i % 8]}{OTHERS[i % 9]}x",
    "no spaces, Hangul": lambda i: ("파주에서", "철원군", "판문점의", "대한민국")[i % 4],
    "deep brackets": lambda i: "([{«" + TOWNS[i % 8],
    "mixed scripts": lambda i: MIXED[i % len(MIXED)] + " ",
    "hyphens and apostrophes": lambda i: f"{TOWNS[i % 8]}-{OTHERS[i % 9]}'s-",
    "distances": lambda i: f"{i % 90} km north of {i % 7} miles east of ",
    "short forms": lambda _: (
        "the South said the border near the capital of the North was the line "
    ),
    "commas": lambda i: f"{TOWNS[i % 8]}, {OTHERS[i % 9]}, ",
    "empty lines": lambda _: "\n \n\t\n",
}


def articles(size: int) -> Iterator[str]:
    """Articles of five paragraphs, each with other names, of about ``size`` bytes in all."""
    made = 0
    for i in itertools.count():
        text = "".join(
            PARAGRAPH.format(
                town=TOWNS[(i + j) % len(TOWNS)], other=OTHERS[(i * j + i) % len(OTHERS)], km=i + j
            )
            for j in range(1, 6)
        )
        made += len(text.encode())
        yield text
        if made >= size:
            return


def rough(kind: str, length: int) -> str:
    """Return a document of one kind, of ``length`` code points."""
    pieces, made = [], 0
    for i in itertools.count():
        pieces.append(ROUGH[kind](i))
        made += len(pieces[-1])
        if made >= length:
            return "".join(pieces)[:length]
    raise AssertionError


def megabytes_per_second(work: Callable[[], object], size: int, rounds: int) -> float:
    """Median speed of some work on ``size`` bytes."""
    speeds = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        speeds.append(size / 1e6 / (time.process_time() - start))
    return statistics.median(speeds)


def stages(tools: Tools, rounds: int) -> None:
    """Print the speed of each stage beside that of counting words."""
    own = list(articles(200_000))
    size = sum(len(article.encode()) for article in own)
    gazetteer: Gazetteer = tools.gazetteer
    documents = [make_document(article) for article in own]
    mentions = [recognize(document, gazetteer) for document in documents]
    found = [
        resolve(document, names, gazetteer)
        for document, names in zip(documents, mentions, strict=True)
    ]
    unchecked = [[None] * len(resolutions) for resolutions in found]
    work: dict[str, Callable[[], object]] = {
        "count words (yardstick)": lambda: [len(re.findall(r"\w+", a)) for a in own],
        "text: sentences, boilerplate": lambda: [make_document(a) for a in own],
        "recognize": lambda: [recognize(d, gazetteer) for d in documents],
        "resolve": lambda: [
            resolve(d, m, gazetteer) for d, m in zip(documents, mentions, strict=True)
        ],
        "geoparse, end to end": lambda: [geoparse(article, gazetteer) for article in own],
        "extract incidents": lambda: [
            extract_incidents(d, r, c) for d, r, c in zip(documents, found, unchecked, strict=True)
        ],
        "analyze: all stages, zone checks too": lambda: analyze(documents, tools=tools),
    }
    print(f"{size / 1e6:.2f} MB in {len(own)} articles, {sum(map(len, mentions))} mentions")
    yardstick = None
    for name, call in work.items():
        speed = megabytes_per_second(call, size, rounds)
        yardstick = yardstick or speed
        print(f"{name:37} {speed:8.2f} MB per CPU s   1/{yardstick / speed:.0f} of the yardstick")


def command(lines: Path) -> tuple[float, float, float]:
    """Run ``mapper geoparse --jsonl`` and return wall seconds, CPU seconds and peak MB."""
    start = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "mapper.cli", "geoparse", "--jsonl", str(lines)],
        stdout=subprocess.DEVNULL,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(process.returncode)
    seconds = usage.ru_utime + usage.ru_stime
    return time.perf_counter() - start, seconds, usage.ru_maxrss / 1024


def write_lines(path: Path, size: int) -> float:
    """Write articles as JSON lines and return how many megabytes of text they hold."""
    made = 0
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(articles(size)):
            made += len(text.encode())
            file.write(json.dumps({"id": number, "text": text}) + "\n")
    return made / 1e6


def many_articles(largest_mb: float) -> list[str]:
    """Print speed and memory over sizes that double, through the command line."""
    slow = []
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "articles.jsonl"
        lines.write_text('{"id": 1, "text": "Paju."}\n')
        starts = [command(lines)[:2] for _ in range(6)][1:]
        wall, idle = (statistics.median(column) for column in zip(*starts, strict=True))
        print(f"\nstart-up {wall:.2f} s, {idle:.2f} CPU s (target below {TARGETS['start']} s)")
        print(
            f"{'many articles':>14} {'CPU s':>8} {'MB/CPU s':>9} {'peak MB':>8} {'t(2n)/t(n)':>11}"
        )
        sizes = [largest_mb]
        while sizes[0] > 1:
            sizes.insert(0, sizes[0] / 2)
        before = 0.0
        for size in sizes:
            megabytes = write_lines(lines, int(size * 1e6))
            _, seconds, peak = command(lines)
            seconds = max(seconds - idle, 0.01)
            ratio = f"{seconds / before:.2f}" if before else "-"
            speed = megabytes / seconds
            print(f"{megabytes:11.2f} MB {seconds:8.2f} {speed:9.2f} {peak:8.0f} {ratio:>11}")
            if before and seconds / before > MAX_RATIO:
                slow.append(f"{megabytes:.0f} MB of articles: {ratio}")
            before = seconds
        print(
            f"targets: {TARGETS['speed']} MB per CPU s, below {TARGETS['memory']} MB, {MAX_RATIO}"
        )
    return slow


def rough_texts(gazetteer: Gazetteer, length: int) -> list[str]:
    """Print how the time of one document grows when it is twice as long."""
    slow = []
    print(f"\n{'one document of':32} {'MB/CPU s':>9} {'t(2n)/t(n)':>11}   n = {length:,}")
    for kind in ROUGH:
        texts = [rough(kind, length), rough(kind, 2 * length)]
        # Turn about, and the least of three: what else the machine does only adds.
        times = [[seconds(text, gazetteer) for text in texts] for _ in range(3)]
        once, twice = (min(column) for column in zip(*times, strict=True))
        ratio = twice / once
        mark = "" if ratio <= MAX_RATIO else "  <-- more than linear"
        speed = len(texts[1].encode()) / 1e6 / twice
        print(f"{kind:32} {speed:9.2f} {ratio:11.2f}{mark}", flush=True)
        if ratio > MAX_RATIO:
            slow.append(f"{kind}: {ratio:.2f}")
    return slow


def seconds(text: str, gazetteer: Gazetteer) -> float:
    start = time.process_time()
    geoparse(text, gazetteer)
    return max(time.process_time() - start, 1e-4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--largest-mb", type=float, default=4.0)
    parser.add_argument("--length", type=int, default=40_000, help="of one document, code points")
    options = parser.parse_args()
    tools = Tools()
    stages(tools, options.rounds)
    slow = many_articles(options.largest_mb)
    slow += rough_texts(tools.gazetteer, options.length)
    if slow:
        print(f"\nmore than {MAX_RATIO} times as long for twice the text: {'; '.join(slow)}")
        sys.exit(1)


if __name__ == "__main__":
    main()
