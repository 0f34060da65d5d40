"""Metrics against gold data: small cases worked out by hand, and the command."""

import datetime as dt
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from mapper.cli import main
from mapper.errors import InputError
from mapper.evaluation import (
    AnnotatedCorpus,
    Answer,
    GoldToponym,
    ToponymCorpus,
    ToponymText,
    matched,
    read_gold,
    reliability,
    score_documents,
    score_toponyms,
)
from mapper.model import (
    Analysis,
    Assertion,
    Certainty,
    Evidence,
    Incident,
    Mention,
    MentionKind,
    Position,
    Resolution,
    Side,
    Span,
    Status,
    When,
    Where,
    ZoneCheck,
    ZoneName,
)
from mapper.text import make_document

DATA = Path(__file__).parent / "data" / "evaluation"
LINES, ANNOTATED = DATA / "lines.jsonl", DATA / "annotated"
PAJU, SEOUL, BUSAN = (126.81, 37.86), (126.98, 37.57), (129.04, 35.10)


def run(*arguments, code=0):
    result = CliRunner().invoke(main, ["evaluate", *map(str, arguments)])
    assert result.exit_code == code, result.output + repr(result.exception)
    return result


# Toponyms


def gold(start, end, point=PAJU, **more):
    lon, lat = point or (None, None)
    return GoldToponym(span=Span(start, end), lon=lon, lat=lat, **more)


def answer(start, end, point=PAJU):
    lon, lat = point or (None, None)
    return Answer(span=Span(start, end), lon=lon, lat=lat)


def score(toponyms, answers):
    text = ToponymText(text_id="t", text="x" * 100, toponyms=tuple(toponyms))
    return score_toponyms([text], {"t": answers})


def test_exact_spans_count_for_recognition():
    scores = score([gold(0, 4), gold(10, 14), gold(20, 24)], [answer(0, 4), answer(10, 15)])
    assert (scores.precision, scores.recall) == (1 / 2, 1 / 3)
    assert scores.recognition_f1 == pytest.approx(0.4)


def test_a_point_within_161_km_is_right_and_a_missing_one_wrong():
    toponyms = [gold(0, 4, PAJU), gold(10, 14, SEOUL), gold(20, 24, SEOUL)]
    scores = score(toponyms, [answer(0, 4, SEOUL), answer(10, 14, BUSAN)])
    assert scores.accuracy == 1 / 3
    assert scores.end_to_end_precision == 1 / 2
    assert scores.median_km == pytest.approx((35.4 + 329.5) / 2, rel=0.01)


def test_end_to_end_needs_only_an_overlap():
    scores = score([gold(0, 12)], [answer(4, 12)])
    assert (scores.recognition_f1, scores.end_to_end_f1) == (0, 1)


def test_gold_without_a_point_counts_for_recognition_only():
    scores = score([gold(0, 4, None), gold(10, 14)], [answer(0, 4), answer(10, 14)])
    assert scores.recognition_f1 == 1
    assert (scores.located, scores.placed, scores.end_to_end_f1) == (1, 1, 1)


def test_an_ignored_span_is_neither_wanted_nor_punished():
    toponyms = [gold(0, 4, ignored=True), gold(10, 14)]
    assert score(toponyms, [answer(0, 4), answer(10, 14)]).recognition_f1 == 1
    assert score(toponyms, [answer(10, 14)]).recognition_f1 == 1
    assert score(toponyms, [answer(0, 3), answer(10, 14)]).end_to_end_f1 == 1


def test_an_answer_given_twice_counts_once():
    scores = score([gold(0, 4)], [answer(0, 4), answer(0, 4, BUSAN)])
    assert (scores.predicted, scores.end_to_end_f1) == (1, 1)


def test_no_answer_and_no_gold_give_zero_not_an_error():
    nothing = score([], [])
    assert (nothing.recognition_f1, nothing.end_to_end_f1, nothing.median_km) == (0, 0, None)
    assert score([gold(0, 4)], []).recognition_f1 == 0
    assert score([gold(0, 4)], [answer(0, 4, None)]).end_to_end_f1 == 0


spans = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 8)).map(lambda s: Span(s[0], s[0] + s[1])),
    max_size=8,
    unique=True,
)


@given(spans, spans)
def test_pairs_are_one_to_one_and_overlap(wanted, given_spans):
    pairs = matched(wanted, given_spans)
    assert len(set(pairs.values())) == len(pairs)
    assert all(wanted[i].overlaps(given_spans[j]) for i, j in pairs.items())
    free = [s for j, s in enumerate(given_spans) if j not in pairs.values()]
    left = [s for i, s in enumerate(wanted) if i not in pairs]
    assert not any(a.overlaps(b) for a in free for b in left)


@given(spans)
def test_the_gold_itself_is_perfect(wanted):
    scores = score([gold(s.start, s.end) for s in wanted], [answer(s.start, s.end) for s in wanted])
    assert scores.recognition_f1 == scores.end_to_end_f1 == (1 if wanted else 0)


# Calibration


def test_a_reliability_table_compares_what_was_said_with_what_was_right():
    table = reliability([(0.9, True), (1.0, True), (0.95, False), (0.15, False)])
    low, high = table.bins
    assert (low.low, low.count, low.share_right) == (0.1, 1, 0)
    assert (high.count, high.mean_probability) == (3, pytest.approx(0.95))
    assert high.share_right == pytest.approx(2 / 3)
    assert table.calibration_error == pytest.approx((0.15 + 3 * (0.95 - 2 / 3)) / 4)
    assert table.brier == pytest.approx((0.01 + 0 + 0.95**2 + 0.15**2) / 4)


def test_no_answers_have_no_table():
    assert reliability([]).bins == ()


# Annotated documents


def corpus():
    read = read_gold(ANNOTATED)
    assert isinstance(read, AnnotatedCorpus)
    return read


def perfect(documents):
    """Return an analysis that answers the gold data with itself."""
    texts, resolutions, incidents = [], [], []
    for document in documents:
        text = make_document(document.text, label=document.text_id)
        texts.append(text)
        for wanted in document.mentions:
            mention = Mention(
                doc_id=text.doc_id,
                span=wanted.span,
                surface=text.quote(wanted.span),
                kind=MentionKind.LITERAL,
            )
            at = Position(lon=wanted.lon, lat=wanted.lat, uncertainty_m=100)
            resolutions.append(
                Resolution(mention=mention, status=Status.LOCATED, position=at, probability=1)
            )
        for wanted in document.incidents:
            day = dt.date.fromisoformat(wanted.date)
            at = Position(lon=wanted.lon, lat=wanted.lat, uncertainty_m=100)
            quote = Evidence(doc_id=text.doc_id, span=wanted.anchor, exact="")
            incidents.append(
                Incident(
                    incident_id=wanted.date,
                    kind=wanted.kind,
                    when=When(start=day, end=day),
                    assertion=Assertion.ASSERTED,
                    evidence=(quote,),
                    where=Where(label="", position=at),
                    zone=ZoneCheck(
                        zone=ZoneName(wanted.zone),
                        side=Side.UNKNOWN,
                        certainty=Certainty.CERTAIN,
                    ),
                )
            )
    return Analysis(
        documents=tuple(texts), resolutions=tuple(resolutions), incidents=tuple(incidents)
    )


def metrics(analysis):
    return score_documents(corpus().documents, analysis).metrics


def test_the_gold_itself_scores_one_everywhere():
    scores = score_documents(corpus().documents, perfect(corpus().documents))
    others = {k: v for k, v in scores.metrics.items() if k != "false_per_1000_words"}
    assert set(others.values()) == {1}
    assert scores.metrics["false_per_1000_words"] == 0
    assert scores.mistakes == ()


def test_an_empty_analysis_finds_nothing():
    scores = score_documents(corpus().documents, Analysis())
    assert scores.metrics["mention_f1"] == scores.metrics["incident_f1"] == 0
    assert scores.metrics["zone"] is None
    assert len(scores.mistakes) == 6 + 2  # literal mentions and incidents of the corpus


def test_an_answer_on_a_mention_of_another_kind_is_neither_right_nor_wrong():
    whole = perfect(corpus().documents)
    others = tuple(r for r in whole.resolutions if r.mention.surface != "North Korean")
    assert metrics(replace(whole, resolutions=others))["mention_f1"] == 1
    assert metrics(replace(whole, resolutions=others))["mention_f1_any_kind"] < 1


def test_a_false_mention_costs_precision_and_is_told():
    whole = perfect(corpus().documents)
    wrong = replace(whole.resolutions[0].mention, span=Span(15, 22))
    false = replace(whole.resolutions[0], mention=wrong)
    scores = score_documents(
        corpus().documents, replace(whole, resolutions=(*whole.resolutions, false))
    )
    assert scores.metrics["mention_precision"] == 6 / 7
    (line,) = scores.mistakes
    assert "border: false mention" in line
    assert "[[soldier]]" in line


def moved(resolution, lon, lat):
    return replace(resolution, position=Position(lon=lon, lat=lat, uncertainty_m=100))


def test_a_place_is_right_within_20_km_or_its_own_extent():
    whole = perfect(corpus().documents)
    by_surface = {r.mention.surface: i for i, r in enumerate(whole.resolutions)}
    found = list(whole.resolutions)
    line, paju = by_surface["Military Demarcation Line"], by_surface["Paju"]
    found[line] = moved(found[line], 126.7, 37.95)  # 73 km off, and it extends 125 km
    assert metrics(replace(whole, resolutions=tuple(found)))["end_to_end_20km"] == 1
    found[paju] = moved(found[paju], *BUSAN)
    far = metrics(replace(whole, resolutions=tuple(found)))
    assert far["end_to_end_20km"] == pytest.approx(5 / 6)
    assert far["fine_end_to_end_20km"] == pytest.approx(4 / 5)
    assert far["fine_recall"] == 1


def test_repetitions_and_false_incidents_are_told_apart():
    whole = perfect(corpus().documents)
    shelling = whole.incidents[1]
    again = replace(shelling, incident_id="again")
    text = whole.documents[0].text
    start = text.index("Officials met")
    quote = replace(shelling.evidence[0], span=Span(start, start + 20))
    false = replace(shelling, incident_id="false", evidence=(quote,))
    scores = metrics(replace(whole, incidents=(*whole.incidents, again, false)))
    assert scores["incident_precision"] == 2 / 3
    assert scores["incident_precision_strict"] == 2 / 4
    assert scores["incident_recall"] == 1


def test_zone_date_class_and_place_are_scored_apart():
    whole = perfect(corpus().documents)
    defection, shelling = whole.incidents
    off = replace(
        defection,
        kind="mdl_crossing",
        when=When(start=dt.date(2024, 5, 1), end=dt.date(2024, 5, 31)),
        zone=replace(defection.zone, zone=ZoneName.SEA),
        where=Where(label="", position=Position(lon=126.9, lat=38.1, uncertainty_m=1)),
    )
    scores = metrics(replace(whole, incidents=(off, shelling)))
    assert [scores[k] for k in ("zone", "date", "class", "class_fair")] == [0.5] * 4
    assert (scores["incident_place_10km"], scores["incident_place_50km"]) == (0.5, 1)
    assert scores["incident_f1"] == 1


def test_a_false_incident_in_a_quiet_text_is_counted_by_its_words():
    whole = perfect(corpus().documents)
    quiet = whole.documents[1]
    quote = Evidence(doc_id=quiet.doc_id, span=Span(0, 20), exact="")
    false = replace(whole.incidents[0], incident_id="q", evidence=(quote,))
    words = len(quiet.text.split())
    scores = metrics(replace(whole, incidents=(*whole.incidents, false)))
    assert scores["false_per_1000_words"] == pytest.approx(1000 / words)


# Files


def test_lines_are_read_whatever_their_texts_hold():
    read = read_gold(LINES)
    assert isinstance(read, ToponymCorpus)
    assert [text.text_id for text in read.texts] == ["fog", "mayor"]
    assert "\u2028" in read.texts[1].text
    assert read.texts[1].toponyms[1].lat is None


def test_the_checksum_of_a_folder_follows_every_file(tmp_path):
    folder = tmp_path / "gold"
    shutil.copytree(ANNOTATED, folder)
    before = read_gold(folder).sha256
    text = folder / "texts" / "quiet.txt"
    text.write_text(text.read_text() + " ")
    assert read_gold(folder).sha256 != before


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not json\n",
        '{"id": 1}\n',
        '{"id": 1, "text": "Paju", "toponyms": [{"start": 0, "end": 9, "surface": "Seoul"}]}\n',
        '{"id": 1, "text": "Paju", "toponyms": [{"start": 3, "end": 1}]}\n',
    ],
)
def test_what_is_not_gold_data_is_refused(tmp_path, content):
    file = tmp_path / "gold.jsonl"
    file.write_text(content)
    with pytest.raises(InputError, match="not gold data"):
        read_gold(file)
    with pytest.raises(InputError, match="cannot read"):
        read_gold(tmp_path / "none.jsonl")


# The command


def test_the_command_scores_our_own_answers(tools):
    (report,) = json.loads(run(LINES, "--format", "json").stdout)
    assert (report["corpus"], report["documents"], report["gold"]) == ("lines", 2, 6)
    assert report["kinds"] == "places"
    scores = report["metrics"]
    assert scores["recognition_f1"] == 1
    assert scores["resolution_acc161"] == scores["end_to_end_f1"] == 1
    assert scores["resolution_acc161_no_countries"] == 1
    assert scores["mb_per_cpu_s"] > 0
    assert sum(b["count"] for b in report["reliability"]["bins"]) == 5  # those with a point


def test_an_annotated_folder_is_scored_by_the_whole_analysis():
    (report,) = json.loads(run(ANNOTATED, "--format", "json").stdout)
    assert (report["documents"], report["gold"]) == (2, 8)
    scores = report["metrics"]
    assert scores["mention_f1"] == scores["incident_f1"] == 1
    assert scores["zone"] == scores["date"] == 1


def test_a_part_of_a_corpus_can_be_scored():
    (report,) = json.loads(run(LINES, "--part", "2/2", "--format", "json").stdout)
    assert (report["corpus"], report["documents"], report["gold"]) == ("lines, 2/2", 1, 3)
    whole = read_gold(ANNOTATED)
    parts = [whole.part(k, 2).documents for k in (1, 2)]
    assert {d.text_id for part in parts for d in part} == {d.text_id for d in whole.documents}
    assert "is not K/N" in run(LINES, "--part", "3/2", code=2).stderr
    assert "not a --part" in run(LINES, "--part", "1/2", "--gate", "x.toml", code=2).stderr


def test_tables_are_printed_for_people_and_for_pages():
    plain = run(LINES, ANNOTATED).stdout
    assert "recognition: F1, exact spans" in plain
    assert "literal mentions: F1" in plain
    assert "Expected calibration error" in plain
    page = run(LINES, "--format", "markdown").stdout
    assert "| --- | ---: |" in page
    assert "| recognition: F1, exact spans | 1.000 |" in page


def test_mistakes_are_listed_for_the_asking():
    assert "missed mention" not in run(LINES, "--kinds", "relative").stdout
    listed = run(LINES, "--kinds", "relative", "--mistakes", "2").stdout
    assert listed.count("missed mention") == 2
    assert "[[Paju]]" in listed
