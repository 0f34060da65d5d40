"""Text per CPU second, stage by stage, against counting words in the same run.

CPU seconds of one process, so that a busy machine does not change them much; the ratio to
the yardstick changes least. The text is made of our own sentences, with about as many names
as newspaper prose has, and is varied so that no cache can answer for a whole paragraph.

    python benchmarks/bench_geoparse.py
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections.abc import Callable

from mapper.gazetteer import Gazetteer
from mapper.incidents import extract_incidents
from mapper.pipeline import Tools
from mapper.recognition import recognize
from mapper.resolution import resolve
from mapper.text import make_document

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


def texts(count: int) -> list[str]:
    """Articles of five paragraphs, each with other names."""
    return [
        "".join(
            PARAGRAPH.format(
                town=TOWNS[(i + j) % len(TOWNS)], other=OTHERS[(i * j + i) % len(OTHERS)], km=i + j
            )
            for j in range(1, 6)
        )
        for i in range(count)
    ]


def megabytes_per_second(work: Callable[[], object], size: int, rounds: int) -> float:
    """Median speed of some work on ``size`` bytes."""
    speeds = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        speeds.append(size / 1e6 / (time.process_time() - start))
    return statistics.median(speeds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    articles = texts(options.articles)
    size = sum(len(article.encode()) for article in articles)
    tools = Tools()
    gazetteer: Gazetteer = tools.gazetteer
    documents = [make_document(article) for article in articles]
    mentions = [recognize(document, gazetteer) for document in documents]
    found = [
        resolve(document, names, gazetteer)
        for document, names in zip(documents, mentions, strict=True)
    ]
    unchecked = [[None] * len(resolutions) for resolutions in found]
    stages: dict[str, Callable[[], object]] = {
        "count words (yardstick)": lambda: [len(re.findall(r"\w+", a)) for a in articles],
        "text: sentences, boilerplate": lambda: [make_document(a) for a in articles],
        "recognize": lambda: [recognize(d, gazetteer) for d in documents],
        "resolve": lambda: [
            resolve(d, m, gazetteer) for d, m in zip(documents, mentions, strict=True)
        ],
        "geoparse, end to end": lambda: [
            resolve(d, recognize(d, gazetteer), gazetteer) for d in map(make_document, articles)
        ],
        "extract incidents": lambda: [
            extract_incidents(d, r, c) for d, r, c in zip(documents, found, unchecked, strict=True)
        ],
    }
    print(f"{size / 1e6:.2f} MB in {len(articles)} articles, {sum(map(len, mentions))} mentions")
    yardstick = None
    for name, work in stages.items():
        speed = megabytes_per_second(work, size, options.rounds)
        yardstick = yardstick or speed
        print(f"{name:32} {speed:8.2f} MB per CPU s   1/{yardstick / speed:.0f} of the yardstick")


if __name__ == "__main__":
    main()
