"""How fast the geoparser starts and reads: run with ``pytest benchmarks/bench_geoparse.py``.

Figures are per CPU second of one process, so that a busy machine does not change them much.
The text is made of our own sentences, with about as many names as newspaper prose has.
"""

import subprocess
import sys
import time

import pytest

from mapper.gazetteer import Gazetteer
from mapper.recognition import recognize
from mapper.resolution import resolve
from mapper.text import make_document

PARAGRAPH = (
    "PAJU, South Korea -- A North Korean soldier walked across the military demarcation line near "
    "Panmunjom on Friday, officials in Seoul said. He had come from a village 12 km north of "
    "Kaesong and was taken to a hospital in Suwon. The spokesman, Kim Min-su, gave no further "
    "details, and nobody in Washington or Tokyo would comment on what had happened that morning. "
    "It was the second time this year that somebody had taken the road through the woods, and the "
    "guards on both sides had been told to hold their fire. Springfield, Ill., and Columbus, Ohio, "
    "sent their greetings, as did the University of Chicago and the mayors of Lyon and Porto.\n\n"
)


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer.open()


def geoparse(text, gazetteer):
    document = make_document(text)
    return resolve(document, recognize(document, gazetteer), gazetteer)


def test_throughput(benchmark, gazetteer):
    text = PARAGRAPH * 4
    resolutions = benchmark(geoparse, text, gazetteer)
    assert len(resolutions) >= 4 * 12
    started = time.process_time()
    for _ in range(50):
        geoparse(text, gazetteer)
    seconds = time.process_time() - started
    benchmark.extra_info["mb_per_cpu_second"] = 50 * len(text.encode()) / 1e6 / seconds


@pytest.mark.usefixtures("gazetteer")
def test_from_start_to_the_first_place(benchmark):
    code = (
        "from mapper.gazetteer import Gazetteer; g = Gazetteer.open(); "
        "assert g.places('Panmunjom')[0].place_id == 'core:panmunjom'"
    )

    def start():
        subprocess.run([sys.executable, "-c", code], check=True)

    benchmark.pedantic(start, rounds=5, warmup_rounds=1)


def test_first_use(benchmark, tmp_path):
    rounds = iter(range(10))

    def build():
        Gazetteer.open(cache_dir=tmp_path / str(next(rounds))).close()

    benchmark.pedantic(build, rounds=2)
