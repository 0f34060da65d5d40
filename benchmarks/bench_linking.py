"""How the time of linking grows with the number of reports.

::

    python benchmarks/bench_linking.py [--reports 10000]

Reports are made up: incidents spread over twenty years, each told by one to six documents in
varied words, a tenth dated by the year only, a tenth not at all, a fifth of them copies of a
wire story. A quarter of the reports is linked first: the ratio of the two times says whether
the work grows with the number (4) or with its square (16).
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import time

from mapper.incidents import link_incidents
from mapper.model import (
    Assertion,
    Document,
    Evidence,
    Incident,
    Position,
    Precision,
    Span,
    When,
    Where,
)

KINDS = ("defection", "mdl_crossing", "shooting", "landmine", "drone", "balloon", "nll_crossing")
FIRST = dt.date(2005, 1, 1)
YEARS = 20


def make_reports(count: int, *, seed: int = 1) -> tuple[list[Incident], list[Document]]:
    """Make up ``count`` reports, each in a document of its own."""
    rng = random.Random(seed)  # made-up news, not a secret
    words = ["".join(rng.choices("bdfgklmnprstvaeiou", k=7)) for _ in range(4_000)]
    incidents: list[Incident] = []
    documents: list[Document] = []
    number = 0
    while len(incidents) < count:
        number += 1
        day = FIRST + dt.timedelta(rng.randrange(365 * YEARS))
        kind = rng.choice(KINDS)
        lon, lat = rng.uniform(126.6, 128.4), rng.uniform(37.8, 38.6)
        about = rng.choices(words, k=3)
        wire = " ".join(rng.choices(words, k=60))
        for source in range(rng.randint(1, 6)):
            own = " ".join(rng.choices(words, k=60)) if rng.random() > 0.2 else wire
            detail = rng.choice(("in fog", "by boat", "on foot", "at the fence", "under fire"))
            best = f"North Korean soldiers {' '.join(about)} crossed the MDL {detail}."
            doc_id = f"{number}-{source}"
            text = f"{best} {own}."
            spans = (Span(0, len(best)), Span(len(best) + 1, len(text)))
            published = day + dt.timedelta(rng.randint(0, 2))
            document = Document(doc_id=doc_id, text=text, published=published, sentences=spans)
            where = Where(label="there", position=Position(lon=lon, lat=lat, uncertainty_m=8_000.0))
            incident = Incident(
                incident_id=f"id-{doc_id}",
                kind=kind,
                when=_when(rng, day),
                assertion=Assertion.ASSERTED,
                evidence=(Evidence(doc_id=doc_id, span=spans[0], exact=best),),
                where=where,
            )
            incidents.append(incident)
            documents.append(document)
    return incidents[:count], documents[:count]


def _when(rng: random.Random, day: dt.date) -> When:
    chance = rng.random()
    if chance < 0.1:
        return When(text="long ago")
    if chance < 0.2:
        start, end = dt.date(day.year, 1, 1), dt.date(day.year, 12, 31)
        return When(start=start, end=end, precision=Precision.YEAR, text="in the year")
    return When(start=day, end=day, precision=Precision.DAY, text="on the day")


def seconds(count: int) -> tuple[float, int]:
    """Return the CPU seconds that linking takes, and how many records come of it."""
    incidents, documents = make_reports(count)
    start = time.process_time()
    linked = link_incidents(incidents, documents)
    return time.process_time() - start, len(linked)


def main() -> None:
    parser = argparse.ArgumentParser(description="How the time of linking grows.")
    parser.add_argument("--reports", type=int, default=10_000)
    count = parser.parse_args().reports
    few, records_few = seconds(count // 4)
    many, records_many = seconds(count)
    print(f"{count // 4:7,} reports: {few:6.2f} s, {records_few:,} records")
    print(f"{count:7,} reports: {many:6.2f} s, {records_many:,} records")
    print(f"ratio {many / few:.1f} (4 is linear, 16 is quadratic)")


if __name__ == "__main__":
    main()
