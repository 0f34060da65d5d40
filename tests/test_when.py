"""Time expressions: English and Korean, with and without a publication date."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapper.incidents.days import add_months, number_value
from mapper.incidents.when import anchor_sequel, find_heading, find_times
from mapper.model import Precision, When

PUBLISHED = dt.date(2021, 3, 11)  # a Thursday


def check(text: str, *expected: str, published: dt.date | None = PUBLISHED) -> None:
    """Compare the dates of a text, each written ``day`` or ``first/last`` or ``?``."""
    found = []
    for time in find_times(text, published=published):
        assert text[time.span.slice].strip() == time.when.text
        if time.role != "date":
            continue
        start, end = time.when.start, time.when.end
        if start is None or end is None:
            found.append("?")
        else:
            found.append(f"{start}" if start == end else f"{start}/{end}")
    assert found == list(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On Nov. 13, 2017, he ran.", "2017-11-13"),
        ("It was found on 3 March 1990.", "1990-03-03"),
        ("1968-01-21: commandos crossed", "1968-01-21"),
        ("In July 2008 a visitor was shot.", "2008-07-01/2008-07-31"),
        ("shells fell in late 2010", "2010-09-01/2010-12-31"),
        ("during the 1960s", "1960-01-01/1969-12-31"),
        ("between 1966 and 1969", "1966-01-01/1969-12-31"),
        ("the 2010 attack", "2010-01-01/2010-12-31"),
        ("in the summer of 1996", "1996-06-01/1996-08-31"),
        ("in the winter of 1999", "1999-12-01/2000-02-29"),
        ("1968 Jan. 23 - a ship", "1968-01-23"),
        ("on May 3 and 4, 2012", "2012-05-03/2012-05-04"),
        ("2015년 8월 4일 오전", "2015-08-04"),
        ("2015년 8월 폭발", "2015-08-01/2015-08-31"),
    ],
)
def test_absolute_dates_need_no_publication(text: str, expected: str) -> None:
    check(text, expected, published=None)
    check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Shots were fired on Tuesday.", "2021-03-09"),
        ("Shots were fired early Thursday.", "2021-03-11"),
        ("He crossed last Thursday.", "2021-03-04"),
        ("It happened yesterday", "2021-03-10"),
        ("Earlier today he", "2021-03-11"),
        ("late last night", "2021-03-10"),
        ("two days ago", "2021-03-09"),
        ("a month ago", "2021-02-01/2021-02-28"),
        ("three years ago", "2018-01-01/2018-12-31"),
        ("last year", "2020-01-01/2020-12-31"),
        ("last month", "2021-02-01/2021-02-28"),
        ("last week", "2021-03-01/2021-03-07"),
        ("earlier this month", "2021-03-01/2021-03-11"),
        ("from June 3 to 7", "2020-06-03/2020-06-07"),
        ("On Feb. 16 a swimmer", "2021-02-16"),
        ("On November 3 a man", "2020-11-03"),
        ("In September a deal was made", "2020-09-01/2020-09-30"),
        ("last summer", "2020-06-01/2020-08-31"),
        ("지난 9일 오전 7시", "2021-03-09"),
        ("지난 13일에", "2021-02-13"),
        ("어제 오후", "2021-03-10"),
        ("지난해 탈북한", "2020-01-01/2020-12-31"),
        ("지난달 초", "2021-02-01/2021-02-28"),
        ("2월 16일 새벽", "2021-02-16"),
        ("사흘이 아니라 3일 전", "2021-03-08"),
        ("9일 전방에서", "2021-03-09"),
        ("이달 초", "2021-03-01/2021-03-11"),
    ],
)
def test_relative_dates_hang_on_publication(text: str, expected: str) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    "text", ["on Tuesday", "yesterday", "last year", "지난 9일에", "On May 3 he"]
)
def test_without_publication_the_words_stay_and_say_why(text: str) -> None:
    (time,) = find_times(text)
    assert time.when.start is None
    assert time.when.text
    assert "unknown" in time.when.method


def test_what_lies_ahead_is_after_publication() -> None:
    check("Talks will be held on March 20.", "2021-03-20")
    check("The drill is scheduled for Monday.", "2021-03-15")
    check("Talks are planned for January 9.", "2022-01-09")


@pytest.mark.parametrize(
    "text",
    [
        "soldiers killed in the 1950 to 1953 Korean War",
        "the Korean War (1950-53)",
        "no defection since 2015",
        "for the first time in a decade",
        "The tunnel is 1,635 meters long and 2 m wide.",
        "They may march on; the march may go on.",
        "10년 만에 처음",
        "Room 1903-17B",
        "the March 16 Factory and the July 27 Cable Works were shown",
    ],
)
def test_no_date_of_an_incident(text: str) -> None:
    check(text)


def test_korea_is_a_day_ahead_of_a_western_paper() -> None:
    check("The missile flew early Friday morning local time.", "2021-03-12")
    check("The missile flew early Friday.", "2021-03-05")


def test_the_year_of_the_text_before_wins_over_publication() -> None:
    (time,) = find_times("On May 20 the inquiry ended.", published=PUBLISHED, context_year=2010)
    assert time.when.start == dt.date(2010, 5, 20)


def test_impossible_dates_are_not_invented() -> None:
    check("On 2021-02-30 nothing", published=None)
    (time,) = find_times("on February 29", published=dt.date(2023, 6, 1))
    assert time.when.start == dt.date(2020, 2, 29)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1990-03-03: A tunnel was found.", dt.date(1990, 3, 3)),
        ("March 3, 1990 - A tunnel was found.", dt.date(1990, 3, 3)),
        ("1990 March 3 - A tunnel was found.", dt.date(1990, 3, 3)),
        ("- 1996년 9월 18일: 잠수함이", dt.date(1996, 9, 18)),
        ("On March 3, 1990, a tunnel was found.", None),
    ],
)
def test_headings_of_chronologies(text: str, expected: dt.date | None) -> None:
    heading = find_heading(text)
    assert (heading.when.start if heading else None) == expected


def test_a_sequel_is_dated_from_the_incident_before_it() -> None:
    (later,) = find_times("One month later another man crossed.")
    day = When(start=dt.date(2020, 1, 31), end=dt.date(2020, 1, 31), precision=Precision.DAY)
    year = When(start=dt.date(2020, 1, 1), end=dt.date(2020, 12, 31), precision=Precision.YEAR)
    after_day, after_year = anchor_sequel(later, day), anchor_sequel(later, year)
    assert (after_day.start, after_day.end) == (dt.date(2020, 2, 1), dt.date(2020, 2, 29))
    assert (after_year.start, after_year.end) == (dt.date(2020, 2, 1), dt.date(2021, 1, 31))
    assert anchor_sequel(later, None).start is None
    (next_day,) = find_times("The next day he was found.")
    assert anchor_sequel(next_day, day).start == dt.date(2020, 2, 1)


def test_numbers_in_words() -> None:
    assert number_value("twenty-two") == 22
    assert number_value("1,400") == 1400
    assert number_value("fog") is None


@given(st.dates(dt.date(1950, 1, 1), dt.date(2090, 1, 1)))
def test_every_day_is_read_back(day: dt.date) -> None:
    for text in (
        f"{day.isoformat()}: x",
        f"on {day:%B} {day.day}, {day.year}",
        f"{day.year}년 {day.month}월 {day.day}일",
    ):
        (time,) = find_times(text)
        assert time.when.start == time.when.end == day
        assert time.when.precision is Precision.DAY


@given(st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)), st.integers(0, 6))
def test_a_weekday_of_the_past_is_within_a_week(published: dt.date, weekday: int) -> None:
    name = calendar.day_name[weekday]
    (time,) = find_times(f"A soldier crossed on {name}.", published=published)
    assert time.when.start is not None
    assert time.when.start.weekday() == weekday
    assert 0 <= (published - time.when.start).days <= 6
    assert time.recent


@given(st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)), st.integers(1, 12), st.integers(1, 28))
def test_a_day_without_a_year_is_the_latest_not_after_publication(
    published: dt.date, month: int, day: int
) -> None:
    name = dt.date(2000, month, 1).strftime("%B")
    (time,) = find_times(f"A soldier crossed on {name} {day}.", published=published)
    assert time.when.start is not None
    assert time.when.start <= published
    assert (published - time.when.start).days < 366


@given(st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)), st.integers(-40, 40))
def test_adding_months_keeps_the_month_count(day: dt.date, months: int) -> None:
    other = add_months(day, months)
    assert (other.year - day.year) * 12 + other.month - day.month == months
    assert other.day <= day.day


@given(st.text(max_size=80), st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)))
def test_any_text_is_read_without_an_error(text: str, published: dt.date | None) -> None:
    spans = [time.span for time in find_times(text, published=published)]
    assert spans == sorted(spans)
    assert all(not a.overlaps(b) for a, b in itertools.pairwise(spans))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the day before yesterday", "2021-03-09"),
        ("on New Year's Day 2022", "2022-01-01"),
        ("On New Year’s Eve a man", "2020-12-31"),
        ("Tuesday last week", "2021-03-02"),
        ("over the weekend", "2021-03-06/2021-03-07"),
        ("November last year", "2020-11-01/2020-11-30"),
        ("지난해 11월 13일", "2020-11-13"),
        ("작년 3월", "2020-03-01/2020-03-31"),
        ("재작년 12월", "2019-12-01/2019-12-31"),
        ("올해 1월 2일", "2021-01-02"),
        ("지난달 1일", "2021-02-01"),
        ("이달 3~5일", "2021-03-03/2021-03-05"),
        ("오늘 오전 7시", "2021-03-11"),
        ("사흘 전", "2021-03-08"),
        ("지난 화요일", "2021-03-09"),
        ("지난주 화요일", "2021-03-02"),
        ("지난해 여름", "2020-06-01/2020-08-31"),
        ("2010년 봄", "2010-03-01/2010-05-31"),
        ("1960년대에", "1960-01-01/1969-12-31"),
        ("early Tuesday", "2021-03-09"),
        ("on Nov. 13", "2020-11-13"),
    ],
)
def test_more_ways_to_say_when(text: str, expected: str) -> None:
    check(text, expected)


def test_what_ends_before_it_begins_is_no_span() -> None:
    check("from 1999 to 1907 it stood", "1999-01-01/1999-12-31", "1907-01-01/1907-12-31")
    check("On May 30-2 it")


DAYS = st.dates(dt.date(1990, 1, 2), dt.date(2060, 1, 1))


@given(DAYS)
def test_every_leap_day_and_no_other_29_february_is_read(day: dt.date) -> None:
    times = find_times(f"Shots were fired on February 29, {day.year}.")
    starts = [time.when.start for time in times if time.when.precision is Precision.DAY]
    assert starts == ([dt.date(day.year, 2, 29)] if calendar.isleap(day.year) else [])


@given(DAYS)
def test_words_for_days_count_across_month_and_year_ends(published: dt.date) -> None:
    for text, back in (
        ("yesterday", 1),
        ("the day before yesterday", 2),
        ("어제", 1),
        ("그저께", 2),
        ("이틀 전", 2),
        ("today", 0),
    ):
        (time,) = find_times(f"A man crossed, {text} 7", published=published)
        assert time.when.start == time.when.end == published - dt.timedelta(back)


@given(DAYS, st.integers(1, 12), st.integers(1, 28))
def test_a_day_of_last_year_is_in_last_year(published: dt.date, month: int, day: int) -> None:
    wanted = dt.date(published.year - 1, month, day)
    for text in (
        f"지난해 {month}월 {day}일",
        f"작년 {month}월 {day}일",
        f"on {wanted:%B} {day} last year",
    ):
        (time,) = find_times(text, published=published)
        assert time.when.start == time.when.end == wanted


@given(DAYS, st.integers(1, 31))
def test_a_bare_day_in_korean_is_the_latest_such_day(published: dt.date, day: int) -> None:
    (time,) = find_times(f"지난 {day}일 오전", published=published)
    assert time.when.start is not None
    assert time.when.start.day == day
    assert 0 <= (published - time.when.start).days <= 61


@given(DAYS, st.integers(0, 27), st.integers(1, 3))
def test_ranges_are_closed_and_in_order(first: dt.date, shift: int, length: int) -> None:
    start = first.replace(day=1) + dt.timedelta(shift)
    end = start.day + length
    for text in (
        f"from {start:%B} {start.day} to {end}, {start.year}",
        f"{start.year}년 {start.month}월 {start.day}~{end}일",
    ):
        times = find_times(text)
        assert all(t.when.start <= t.when.end for t in times if t.when.start and t.when.end)
        if end <= calendar.monthrange(start.year, start.month)[1]:
            assert [(t.when.start, t.when.end) for t in times] == [(start, start.replace(day=end))]


@given(DAYS, st.integers(0, 6))
def test_local_time_is_at_most_a_day_ahead(published: dt.date, weekday: int) -> None:
    name = calendar.day_name[weekday]
    (time,) = find_times(f"It flew early {name} local time.", published=published)
    assert time.when.start is not None
    assert -1 <= (published - time.when.start).days <= 5 + (weekday == published.weekday())


@given(DAYS, st.sampled_from("월화수목금토일"))
def test_korean_weekdays_agree_with_english_ones(published: dt.date, name: str) -> None:
    english = calendar.day_name["월화수목금토일".index(name)]
    (here,) = find_times(f"북한군이 {name}요일 넘어왔다", published=published)
    (there,) = find_times(f"A soldier crossed on {english}.", published=published)
    assert here.when.start == there.when.start


@given(st.integers(1950, 2050), st.sampled_from(["spring", "summer", "autumn", "winter"]))
def test_a_season_is_three_months(year: int, season: str) -> None:
    (time,) = find_times(f"in the {season} of {year}")
    assert time.when.start is not None
    assert time.when.end is not None
    assert time.when.start.year == year
    assert 89 <= (time.when.end - time.when.start).days <= 91
