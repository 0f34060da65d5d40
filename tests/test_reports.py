"""Snippets that put a map into another page."""

from __future__ import annotations

import html
import re

import pytest
from click.testing import CliRunner

from mapper.cli import main
from mapper.errors import InputError
from mapper.reports import embed_snippet

SANDBOX = 'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"'


@pytest.fixture
def page(tmp_path):
    path = tmp_path / 'a "map" & <more>.html'
    path.write_text('<!DOCTYPE html><p title="x">판문점 & more</p>', encoding="utf-8")
    return path


def test_a_link_is_the_default_and_everything_is_escaped(page):
    snippet = embed_snippet(
        page, title='a"b<c>', height="480", width='1"2', relative_to=page.parent
    )
    assert 'src="a%20%22map%22%20%26%20%3Cmore%3E.html"' in snippet
    assert 'title="a&quot;b&lt;c&gt;"' in snippet
    assert 'width="1&quot;2" height="480"' in snippet
    assert "height:480px" in snippet
    assert SANDBOX in snippet
    assert "allow-same-origin" not in snippet


def test_srcdoc_holds_the_page_exactly(page):
    snippet = embed_snippet(page, srcdoc=True)
    inner = re.search('srcdoc="([^"]*)"', snippet)[1]
    assert html.unescape(inner) == page.read_text(encoding="utf-8")


def test_links_are_relative_to_the_report(page, tmp_path):
    (tmp_path / "docs").mkdir()
    assert 'src="../' in embed_snippet(page, relative_to=tmp_path / "docs")


def test_a_missing_map_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="mapper map"):
        embed_snippet(tmp_path / "none.html")
    with pytest.raises(InputError, match="cannot read"):
        embed_snippet(tmp_path / "none.html", srcdoc=True)


def test_the_command_prints_the_snippet(page):
    done = CliRunner().invoke(main, ["embed", str(page), "--height", "300px"])
    assert done.exit_code == 0
    assert done.stdout.startswith("<iframe src=")
    assert "height:300px" in done.stdout
    assert CliRunner().invoke(main, ["embed", "nowhere.html"]).exit_code == 2
