"""The main job from end to end: the example dispatches to a map, opened offline."""

import pytest

from mapper.files import examples_dir
from mapper.maps import IncidentMap
from mapper.pipeline import analyze
from mapper.sources import list_files, read

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def analysis(tools):
    return analyze(read(list_files([examples_dir()]), settings=tools.settings), tools=tools)


@pytest.fixture(scope="module")
def opened(analysis, layers, browser, tmp_path_factory):
    """The page in a browser without a network, what it asked for, and what went wrong."""
    file = tmp_path_factory.mktemp("demo") / "demo.html"
    IncidentMap(analysis, layers=layers, title="Demo").save(file)
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce", offline=True
    )
    page = context.new_page()
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri() + "#hide-assertion=")
    page.get_by_role("tab", name="Incidents").wait_for()
    yield page, requests, errors
    context.close()
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert errors == []


def test_every_incident_of_the_list_opens_its_own_sentence(opened, analysis):
    page, _, _ = opened
    placed = [incident for incident in analysis.incidents if incident.where is not None]
    assert len(placed) >= 15
    page.get_by_role("tab", name="Incidents").click()
    # The list is in the analysis's own order of time.
    buttons = page.locator("[role=tabpanel]:visible li button")
    assert buttons.count() == len(analysis.incidents)
    for at, incident in enumerate(analysis.incidents):
        if incident.where is None:
            continue
        page.get_by_role("tab", name="Incidents").click()
        buttons.nth(at).click()
        wanted = " ".join(incident.evidence[0].exact.split())
        quote = page.locator(".incident-popup blockquote", has_text=wanted)
        quote.wait_for()  # the map goes there first
        assert " ".join(quote.inner_text().split()) == wanted


def test_every_source_text_is_in_the_reader_word_for_word(opened, analysis):
    page, _, _ = opened
    page.get_by_role("tab", name="Text").click()
    chooser = page.locator("#document")
    for at, document in enumerate(analysis.documents):
        chooser.select_option(index=at)
        shown = page.locator("[role=tabpanel]:visible").inner_text()
        kept = [s for s in document.sentences if not document.is_boilerplate(s)]
        assert kept
        for span in kept:
            assert " ".join(document.quote(span).split()) in " ".join(shown.split())
