"""Reading: every file gives its document or a problem that says why not."""

import datetime as dt
import json
import os

import pytest

from mapper.errors import InputError
from mapper.model import Document, Problem
from mapper.settings import Settings
from mapper.sources import list_files, read

ARTICLE = "".join(
    f"<p>A soldier walked over the line near {village} on Saturday, the army said.</p>"
    for village in ("Paju", "Munsan", "Yeoncheon", "Cheorwon", "Inje")
)
PAGE = f"""<!doctype html><html lang="en"><head><title>Over the line | The Paper</title>
<meta property="og:title" content="Over the line">
<meta property="og:site_name" content="The Paper">
<meta property="og:url" content="https://paper.example/over-the-line">
<meta property="article:published_time" content="2018-12-01T05:00:00Z"></head>
<body><nav><a href="/">Home</a> <a href="/x">Sport</a></nav><article><h1>Over the line</h1>
{ARTICLE}<script>alert("nothing of this")</script></article>
<footer>Copyright</footer></body></html>"""


def read_all(*paths, **options):
    items = list(read(list_files(paths), settings=Settings(**options)))
    documents = [item for item in items if isinstance(item, Document)]
    return documents, [item.code for item in items if isinstance(item, Problem)]


def check(tmp_path, name, data, *, codes=(), **options):
    """Write one file, read it, and return its document (``None`` if there is none)."""
    file = tmp_path / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    documents, found = read_all(file, **options)
    assert found == list(codes)
    assert len(documents) <= 1
    return documents[0] if documents else None


def test_text(tmp_path):
    document = check(tmp_path, "a.txt", "\ufeffShots near Paju.\r\nNobody hurt.\r\n")
    assert document.text == "Shots near Paju.\nNobody hurt.\n"
    assert (document.label, document.published) == ("a", None)


def test_korean_in_an_old_encoding(tmp_path):
    text = "판문점에서 총격이 있었다고 군 당국이 밝혔다. " * 5
    document = check(tmp_path, "a.txt", text.encode("cp949"), codes=["encoding_guessed"])
    assert document.text == text
    assert check(tmp_path, "b.txt", text.encode("utf-16")).text == text


def test_markdown_title_and_front_matter(tmp_path):
    assert check(tmp_path, "a.md", "# Over the line\n\nText.").title == "Over the line"
    document = check(tmp_path, "b.md", "---\ntitle: T\ndate: 2020-05-03\n---\n# Other\nText.")
    assert (document.title, document.published) == ("T", dt.date(2020, 5, 3))


def test_html(tmp_path):
    document = check(tmp_path, "a.html", PAGE)
    assert document.text.count("A soldier walked over the line") == 5
    assert "alert" not in document.text
    assert "Home" not in document.text
    assert document.title == "Over the line"
    assert document.publisher == "The Paper"
    assert document.url == "https://paper.example/over-the-line"
    assert document.published == dt.date(2018, 12, 1)


@pytest.mark.parametrize("written", ["1 December 2018", "12/01/2018", "Saturday"])
def test_html_without_a_declared_date_has_none(tmp_path, written):
    page = PAGE.replace('content="2018-12-01T05:00:00Z"', "")
    page = page.replace("<article>", f"<article><p>Published {written}</p>")
    assert check(tmp_path, "a.html", page).published is None


def test_html_that_takes_too_long_is_given_up_and_the_next_goes_on(tmp_path):
    (tmp_path / "a.html").write_text("<div>" * 2_000_000)
    (tmp_path / "b.html").write_text(PAGE)
    documents, codes = read_all(tmp_path, parse_seconds=0.01)
    assert codes == ["unreadable_html", "unreadable_html"]
    documents, codes = read_all(tmp_path / "b.html")
    assert [document.label for document in documents] == ["b"]


def test_html_without_an_article(tmp_path):
    assert check(tmp_path, "a.html", "<html></html>", codes=["unreadable_html"]) is None


def test_rows(tmp_path):
    rows = [
        {"id": 0, "text": "One.", "published": "2018-12-01", "url": "https://a.example/"},
        {"text": "Two.", "published": "2018"},
        {"id": "c", "text": ""},
        {"id": "d"},
        ["no object"],
    ]
    lines = [json.dumps(row) for row in rows] + ["{", '{"id": "e", "text": "\\ud800Three."}', ""]
    (tmp_path / "t.jsonl").write_text("\n".join(lines))
    documents, codes = read_all(tmp_path / "t.jsonl")
    assert [(d.label, d.text, d.published) for d in documents] == [
        ("0", "One.", dt.date(2018, 12, 1)),
        ("", "Two.", None),
        ("e", "\ufffdThree.", None),
    ]
    assert codes == ["bad_date", "empty_document", "bad_row", "bad_row", "bad_row"]


def test_a_row_that_is_too_long_does_not_end_the_file(tmp_path):
    (tmp_path / "t.jsonl").write_text('{"text": "%s"}\n{"text": "Two."}\n' % ("x" * 5000))
    documents, codes = read_all(tmp_path / "t.jsonl", max_document_bytes=100)
    assert [document.text for document in documents] == ["Two."]
    assert codes == ["too_large"]


def test_what_cannot_be_read(tmp_path):
    check(tmp_path, "a.txt", " \n", codes=["empty_document"])
    check(tmp_path, "b.txt", "x" * 200, codes=["too_large"], max_document_bytes=100)
    check(tmp_path, "c.exe", "MZ", codes=["unsupported_format"])
    (tmp_path / "d").mkdir()
    os.mkfifo(tmp_path / "d" / "pipe.txt")  # would block for ever if it were opened
    assert read_all(tmp_path / "d") == ([], [])


def test_a_wrong_path_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        list_files([tmp_path / "nothing"])


def test_folders_are_sorted_and_hidden_files_left_out(tmp_path):
    for name in ("b/z.txt", "a.md", ".git/x.txt", "b/.y.txt", "c.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text " + name)
    assert [f.name for f in list_files([tmp_path])] == ["a.md", "z.txt"]


def test_the_same_document_is_read_once(tmp_path):
    (tmp_path / "t.jsonl").write_text('{"id": "a", "text": "One."}\n' * 2)
    documents, codes = read_all(tmp_path / "t.jsonl")
    assert (len(documents), codes) == (1, ["duplicate_document"])


def test_a_given_date_fills_in_and_does_not_override(tmp_path):
    (tmp_path / "t.jsonl").write_text(
        '{"id": "a", "text": "One."}\n{"id": "b", "text": "Two.", "published": "2001-01-01"}\n'
    )
    given = dt.date(2018, 12, 2)
    items = read([tmp_path / "t.jsonl"], settings=Settings(), published=given)
    assert [item.published for item in items] == [given, dt.date(2001, 1, 1)]
