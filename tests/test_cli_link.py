"""``mapper link``, ``--overrides``, ``--register`` and ``--no-register``."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mapper.cli import main

JSA = (
    "A North Korean soldier ran across the Military Demarcation Line in the Joint Security Area "
    "on Monday under a hail of bullets and defected to South Korea."
)
JSA_AGAIN = (
    "South Korean doctors operated on the North Korean soldier who defected through the Joint "
    "Security Area on Nov. 13. He had been shot at."
)
OTHER = "North Korea fired a ballistic missile from Wonsan on Wednesday."


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [
        {"id": "first", "text": JSA, "published": "2017-11-14"},
        {"id": "second", "text": JSA_AGAIN, "published": "2017-11-15"},
        {"id": "third", "text": OTHER, "published": "2017-11-16"},
    ]
    file = tmp_path_factory.mktemp("articles") / "table.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return file


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["link", *map(str, arguments)])


@pytest.fixture(scope="module")
def linked(articles: Path) -> str:
    result = run(articles)
    assert result.exit_code == 0, result.output
    return result.output


def reports(output: str) -> list[str]:
    return re.findall(r"^  ([0-9a-f]{16})  \w+:", output, re.MULTILINE)


def test_link_lists_sources_claims_and_what_is_known(linked: str) -> None:
    assert "1 told by several documents, 1 by one" in linked
    assert "first: " in linked
    assert "second: " in linked
    assert "known (" in linked
    assert "Oh Chong-song" in linked
    assert "http://abc7.com/" in linked
    assert len(reports(linked)) == 2


def test_without_the_register_nothing_is_known(articles: Path) -> None:
    result = run(articles, "--no-register")
    assert result.exit_code == 0, result.output
    assert "known" not in result.output


def test_an_own_register_is_asked(articles: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine.csv"
    own.write_text(
        "entry_id,kind,title,date_start,date_end,lon,lat,uncertainty_m,sources\n"
        "a1,defection,Our own line,2017-11-13,2017-11-13,126.677,37.956,400,Archive box 3\n"
        "a2,party,Nothing of ours,2017-11-13,2017-11-13,,,,Archive box 4\n",
        encoding="utf-8",
    )
    result = run(articles, "--no-register", "--register", own)
    assert result.exit_code == 0, result.output
    assert "Our own line" in result.output
    assert "Archive box 3" in result.output
    assert "bad_register_row" in result.output


def test_explain_prints_what_was_weighed(articles: Path) -> None:
    result = run("--explain", articles)
    assert result.exit_code == 0, result.output
    assert "one incident" in result.output
    assert "the same day" in result.output
    assert "needed" in result.output
    narrowed = run("--explain", "--of", "third", articles)
    assert "first" not in narrowed.output
    unknown = run("--explain", "--of", "fourth", articles)
    assert unknown.exit_code == 2
    assert "no document 'fourth'" in unknown.output
    assert run("--of", "first", articles).exit_code == 2


def test_overrides_part_what_was_joined(articles: Path, tmp_path: Path, linked: str) -> None:
    one, other = reports(linked)
    file = tmp_path / "links.txt"
    file.write_text(f"different: {one} {other}\nsame: {one} {'0' * 16}\n", encoding="utf-8")
    result = run(articles, "--overrides", file)
    assert result.exit_code == 0, result.output
    assert "0 told by several documents, 3 by one" in result.output
    assert "unknown_decision" in result.output
    file.write_text("perhaps: this\n", encoding="utf-8")
    assert run(articles, "--overrides", file).exit_code == 2


def test_extract_keeps_what_is_known_apart(articles: Path) -> None:
    result = CliRunner().invoke(main, ["extract", str(articles), "--format", "jsonl"])
    first = json.loads(result.output.splitlines()[0])
    (incident,) = first["incidents"]
    assert incident["known_id"] == "documented:2017-11-13-jsa-defection"
    assert incident["known_start"] == "2017-11-13"
    assert incident["source_count"] == 2
    assert [sorted(claim["sources"]) for claim in incident["claims"]] in (
        [["first"], ["second"]],
        [["second"], ["first"]],
    )
