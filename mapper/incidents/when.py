"""When it happened: time expressions to closed intervals of days.

A small set of rules, English and Korean. What the text does not give stays unknown: a
relative expression in a document without a publication date keeps its words and says why
it has no days. The publication date itself is never the date of an incident.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from mapper.model import Precision, Span, When

__all__ = [
    "TimeExpression",
    "add_months",
    "anchor_sequel",
    "find_heading",
    "find_times",
    "number_value",
]

ABSOLUTE = "absolute"
FROM_CONTEXT = "absolute, year from the text before"
FROM_PUBLICATION = "relative_to_publication"
NO_PUBLICATION = "relative to publication, which is unknown"
FROM_INCIDENT = "relative_to_incident"
NO_INCIDENT = "relative to an incident whose date is unknown"
_RECENT_DAYS = 8  # a week and the day of the report: what a paper still calls news
_YEARS = range(1900, 2100)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeExpression:
    """Words of a sentence that say when.

    Attributes
    ----------
    span
        In the text that was searched (or the document, where an offset was given).
    role
        ``date``; ``sequel`` ("one month later": see :func:`anchor_sequel`); ``since`` (when
        something began, not when it happened); ``era`` ("the 1950-53 Korean War").
    recent
        True when it may be the news of the day: "on Friday", "today", or a date close
        before publication.
    unit, count
        Of a sequel: ``days``, ``weeks``, ``months`` or ``years``, and how many.
    """

    span: Span
    when: When
    role: str = "date"
    recent: bool = False
    future: bool = False
    unit: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class _Context:
    published: dt.date | None
    year: int | None
    future: bool
    local_time: bool


_Interval = tuple[dt.date, dt.date, Precision, str]
_Handler = Callable[[re.Match[str], _Context], "_Interval | None"]


@cache
def _words() -> dict[str, Any]:
    text = resources.files("mapper.incidents").joinpath("when.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def number_value(word: str) -> int | None:
    """Return the value of a number in digits or words, or ``None``.

    Examples
    --------
    >>> number_value("1,400"), number_value("twenty-two"), number_value("fog")
    (1400, 22, None)
    """
    word = word.lower().replace(",", "").strip()
    if word.isdecimal():
        return int(word)
    numbers: dict[str, int] = _words()["numbers"] | _words()["korean_numbers"]
    if word in numbers:
        return numbers[word]
    tens, dash, ones = word.partition("-")
    if dash and tens in numbers and ones in numbers and numbers[tens] >= 20 > numbers[ones]:
        return numbers[tens] + numbers[ones]
    return None


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day of another month, or that month's last day.

    Examples
    --------
    >>> add_months(dt.date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def find_times(
    text: str,
    *,
    offset: int = 0,
    published: dt.date | None = None,
    context_year: int | None = None,
) -> tuple[TimeExpression, ...]:
    """Find the time expressions of a passage, in reading order.

    Parameters
    ----------
    text
        A sentence or a clause.
    offset
        Where it starts in the document; added to the spans.
    published
        Day of publication; without it relative expressions stay without days.
    context_year
        A year that the text before it speaks of, for "March 26" without a year.

    Examples
    --------
    >>> (time,) = find_times("Shots were fired on Aug. 29.", published=dt.date(2017, 9, 14))
    >>> time.when.start, time.when.method
    (datetime.date(2017, 8, 29), 'relative_to_publication')
    """
    if not _MAY_TELL_TIME.search(text):
        return ()
    taken: list[Span] = []
    found: list[TimeExpression] = []
    digits, korean = _DIGIT.search(text) is not None, _HANGUL.search(text) is not None
    for pattern, handler, role, needs_digit, is_korean in _rules():
        if (needs_digit and not digits) or (is_korean and not korean):
            continue
        for match in pattern.finditer(text):
            span = Span(match.start(), match.end())
            if any(span.overlaps(other) for other in taken):
                continue
            context = _Context(published, context_year, _is_future(text, span), _is_local(text))
            expression = _expression(match, handler, role, context)
            if expression is not None:
                taken.append(span)
                found.append(expression)
    found.sort(key=lambda expression: expression.span)
    return tuple(_moved(expression, offset) for expression in found)


def find_heading(text: str) -> TimeExpression | None:
    """Read the date that heads an entry of a chronology: ``1990-03-03: A tunnel...``."""
    match = _heading().match(text)
    if match is None:
        return None
    times = find_times(match["date"], offset=match.start("date"))
    full = [time for time in times if time.when.start is not None and time.role == "date"]
    return full[0] if len(full) == 1 else None


def anchor_sequel(expression: TimeExpression, previous: When | None) -> When:
    """Date "one month later" from the incident that was told before it.

    The result is as vague as the wording: "one month later" after a day is a month, not a
    day; after a year it is a range.
    """
    text = expression.when.text
    if previous is None or previous.start is None or previous.end is None:
        return When(text=text, method=NO_INCIDENT)
    start, end, count = previous.start, previous.end, expression.count
    try:
        if expression.unit == "days":
            start, end = start + dt.timedelta(count), end + dt.timedelta(count)
        elif expression.unit == "weeks":
            start, end = start + dt.timedelta(7 * count - 3), end + dt.timedelta(7 * count + 3)
        else:
            months = count if expression.unit == "months" else 12 * count
            start, end = add_months(start, months), add_months(end, months)
            start = start.replace(day=1) if expression.unit == "months" else start
            end = _month(end.year, end.month)[1]
            if expression.unit == "years":
                start, end = dt.date(start.year, 1, 1), dt.date(end.year, 12, 31)
    except (ValueError, OverflowError):
        return When(text=text, method=NO_INCIDENT)
    return When(
        start=start, end=end, precision=_precision(start, end), text=text, method=FROM_INCIDENT
    )


def _expression(
    match: re.Match[str], handler: _Handler | None, role: str, context: _Context
) -> TimeExpression | None:
    words, span = match.group().strip(), Span(match.start(), match.end())
    if role == "era":
        return TimeExpression(span=span, when=When(text=words, method="background"), role=role)
    if role == "sequel":
        unit, count = _sequel(match)
        return TimeExpression(
            span=span, when=When(text=words, method=NO_INCIDENT), role=role, unit=unit, count=count
        )
    assert handler is not None
    try:
        interval = handler(match, context)
    except (ValueError, OverflowError):  # 30 February, or before the year 1
        return None
    if interval is None:
        method = NO_PUBLICATION if context.published is None else "not understood"
        recent = bool(_NEWS_WORD.search(words))
        when = When(text=words, method=method)
        return TimeExpression(span=span, when=when, recent=recent, future=context.future)
    start, end, precision, method = interval
    return TimeExpression(
        span=span,
        when=When(start=start, end=end, precision=precision, text=words, method=method),
        role="since" if match.groupdict().get("since") else role,
        recent=_is_recent(start, end, context.published),
        future=context.future or (context.published is not None and start > context.published),
    )


def _moved(expression: TimeExpression, offset: int) -> TimeExpression:
    if not offset:
        return expression
    span = Span(expression.span.start + offset, expression.span.end + offset)
    return TimeExpression(
        span=span,
        when=expression.when,
        role=expression.role,
        recent=expression.recent,
        future=expression.future,
        unit=expression.unit,
        count=expression.count,
    )


def _is_recent(start: dt.date, end: dt.date, published: dt.date | None) -> bool:
    if published is None:
        return False
    return end >= published - dt.timedelta(_RECENT_DAYS) and start <= published + dt.timedelta(1)


def _is_future(text: str, span: Span) -> bool:
    before, after = text[max(0, span.start - 45) : span.end], text[span.end : span.end + 25]
    future = _future()
    return bool(future.search(before) or (not after.startswith(".") and _AHEAD.match(after)))


def _is_local(text: str) -> bool:
    return bool(_LOCAL_TIME.search(text))


def _month(year: int, month: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def _precision(start: dt.date, end: dt.date) -> Precision:
    if start == end:
        return Precision.DAY
    if (start, end) == _month(start.year, start.month):
        return Precision.MONTH
    if (start.year, start.month, start.day, end.month, end.day) == (end.year, 1, 1, 12, 31):
        return Precision.YEAR
    return Precision.WEEK if (end - start).days == 6 else Precision.RANGE


def _month_number(match: re.Match[str], group: str = "month") -> int:
    months: dict[str, int] = _words()["months"]
    return months[match[group].lower().rstrip(".")]


def _year_of(month: int, day: int, context: _Context) -> tuple[int, str] | None:
    """Infer the year of a month and day: the nearest one on the right side of publication."""
    if context.published is None:
        return None if context.year is None else (context.year, FROM_CONTEXT)
    if context.year is not None and context.year != context.published.year:
        return context.year, FROM_CONTEXT
    year = context.published.year
    for candidate in (year, year - 1, year - 2, year - 3, year - 4):
        last = calendar.monthrange(candidate, month)[1]
        if day <= last and (context.future or dt.date(candidate, month, day) <= _latest(context)):
            if context.future and dt.date(candidate, month, day) < context.published:
                candidate += 1
            return candidate, FROM_PUBLICATION
    return None


def _latest(context: _Context) -> dt.date:
    """Return the last day that is past for the reader; Korea is up to a day ahead."""
    assert context.published is not None
    return context.published + dt.timedelta(1 if context.local_time else 0)


# --- handlers: each returns an interval, or None when it cannot be dated ----------------


def _full_date(match: re.Match[str], _context: _Context) -> _Interval:
    year = int(match["year"])
    month = int(match["m"]) if match.groupdict().get("m") else _month_number(match)
    start = dt.date(year, month, int(match["day"]))
    end = start.replace(day=int(match["to"])) if match.groupdict().get("to") else start
    return start, end, _precision(start, end), ABSOLUTE


def _month_year(match: re.Match[str], _context: _Context) -> _Interval:
    month = int(match["m"]) if match.groupdict().get("m") else _month_number(match)
    return *_month(int(match["year"]), month), Precision.MONTH, ABSOLUTE


def _month_day(match: re.Match[str], context: _Context) -> _Interval | None:
    month = int(match["m"]) if match.groupdict().get("m") else _month_number(match)
    day = int(match["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise ValueError(match.group())
    inferred = _year_of(month, day, context)
    if inferred is None:
        return None
    start = dt.date(inferred[0], month, day)
    end = start.replace(day=int(match["to"])) if match.groupdict().get("to") else start
    return start, end, _precision(start, end), inferred[1]


def _month_alone(match: re.Match[str], context: _Context) -> _Interval | None:
    month = int(match["m"]) if match.groupdict().get("m") else _month_number(match)
    if not 1 <= month <= 12:
        raise ValueError(match.group())
    inferred = _year_of(month, 1, context)
    if inferred is None:
        return None
    return *_month(inferred[0], month), Precision.MONTH, inferred[1]


def _year(match: re.Match[str], _context: _Context) -> _Interval | None:
    year = int(match["year"])
    if year not in _YEARS:
        raise ValueError(match.group())
    last = match.groupdict().get("to")
    end = int(str(year)[: 4 - len(last)] + last) if last else year
    start_day, end_day = dt.date(year, 1, 1), dt.date(end, 12, 31)
    part = (match.groupdict().get("part") or "").lower().rstrip("- ")
    if part and year == end:  # thirds of a year, as writers use the words
        first = {"early": 1, "mid": 5, "late": 9}[part]
        return dt.date(year, first, 1), _month(year, first + 3)[1], Precision.RANGE, ABSOLUTE
    return start_day, end_day, _precision(start_day, end_day), ABSOLUTE


def _decade(match: re.Match[str], _context: _Context) -> _Interval:
    year = int(match["year"])
    return dt.date(year, 1, 1), dt.date(year + 9, 12, 31), Precision.RANGE, ABSOLUTE


def _season(match: re.Match[str], context: _Context) -> _Interval | None:
    first: int = _words()["seasons"][match["season"].lower()]
    if match.groupdict().get("year"):
        year, method = int(match["year"]), ABSOLUTE
    elif context.published is not None:
        year, method = context.published.year, FROM_PUBLICATION
        if match["which"].lower() == "last" and dt.date(year, first, 1) > (
            context.published - dt.timedelta(80)
        ):
            year -= 1
    else:
        return None
    start = dt.date(year, first, 1)
    end = _month(add_months(start, 2).year, add_months(start, 2).month)[1]
    return start, end, Precision.SEASON, method


def _weekday(match: re.Match[str], context: _Context) -> _Interval | None:
    if context.published is None:
        return None
    wanted: int = _words()["weekdays"][match["weekday"].lower()]
    which = (match["which"] or "").lower().strip()
    ahead = (wanted - context.published.weekday()) % 7
    if which == "next" or (context.future and which != "last"):
        day = context.published + dt.timedelta(ahead or (7 if which == "next" else 0))
    elif ahead == 1 and context.local_time and which != "last":
        day = context.published + dt.timedelta(1)  # already tomorrow in Korea
    else:
        back = (-ahead) % 7
        day = context.published - dt.timedelta(7 if which == "last" and not back else back)
    return day, day, Precision.DAY, FROM_PUBLICATION


def _day_word(match: re.Match[str], context: _Context) -> _Interval | None:
    if context.published is None:
        return None
    word = match.group().lower()
    if re.search("yesterday|last night|어제", word):
        shift = -1
    elif re.search("그제|그저께", word):
        shift = -2
    else:
        shift = 1 if re.search("tomorrow|내일", word) else 0
    day = context.published + dt.timedelta(shift)
    return day, day, Precision.DAY, FROM_PUBLICATION


def _period_word(match: re.Match[str], context: _Context) -> _Interval | None:
    """Read "last year", "this month", "지난달"."""
    if context.published is None:
        return None
    day, words = context.published, match.group().lower()
    step = 0
    if re.search("last|previous|past|지난|작년|저번", words):
        step = -1
    elif re.search("next|내년|다음", words):
        step = 1
    if re.search("year|해|년", words):
        year = day.year + step
        return dt.date(year, 1, 1), dt.date(year, 12, 31), Precision.YEAR, FROM_PUBLICATION
    if re.search("month|달", words):
        other = add_months(day, step)
        return *_month(other.year, other.month), Precision.MONTH, FROM_PUBLICATION
    monday = day - dt.timedelta(day.weekday() - 7 * step)
    return monday, monday + dt.timedelta(6), Precision.WEEK, FROM_PUBLICATION


def _ago(match: re.Match[str], context: _Context) -> _Interval | None:
    if context.published is None:
        return None
    count = number_value(match["count"])
    if count is None:
        return None
    unit, day = match["unit"].lower(), context.published
    if unit.startswith(("day", "일")):
        day -= dt.timedelta(count)
        return day, day, Precision.DAY, FROM_PUBLICATION
    if unit.startswith(("week", "주")):
        day -= dt.timedelta(7 * count)
        return day - dt.timedelta(3), day + dt.timedelta(3), Precision.WEEK, FROM_PUBLICATION
    if unit.startswith(("month", "달", "개월")):
        day = add_months(day, -count)
        return *_month(day.year, day.month), Precision.MONTH, FROM_PUBLICATION
    year = day.year - count * (10 if unit.startswith("decade") else 1)
    return dt.date(year, 1, 1), dt.date(year, 12, 31), Precision.YEAR, FROM_PUBLICATION


def _day_of_month(match: re.Match[str], context: _Context) -> _Interval | None:
    """Read ``지난 13일``: the latest 13th not after publication."""
    if context.published is None:
        return None
    day = int(match["day"])
    month = context.published.replace(day=1)
    for back in (0, 1, 2):
        first = add_months(month, -back)
        if not 1 <= day <= calendar.monthrange(first.year, first.month)[1]:
            continue
        found = first.replace(day=day)
        if found <= context.published or (context.future and back == 0):
            return found, found, Precision.DAY, FROM_PUBLICATION
    return None


def _sequel(match: re.Match[str]) -> tuple[str, int]:
    groups = match.groupdict()
    if groups.get("count") is None:
        words = match.group().lower()
        if re.search("year|해", words):
            return "years", 0 if re.search("same|같은", words) else 1
        return "days", 0 if re.search("same|이날|당일", words) else -1 if "전날" in words else 1
    count, unit = number_value(match["count"]) or 1, match["unit"].lower()
    back = -1 if re.search(r"earlier|before|전", match.group().lower()) else 1
    for name, starts in _UNITS.items():
        if unit.startswith(starts):
            return name, back * count
    return "years", back * count


# --- patterns -----------------------------------------------------------------------------

_UNITS = {"days": ("day", "일"), "weeks": ("week", "주"), "months": ("month", "개월", "달")}
_DIGIT, _HANGUL = re.compile(r"\d"), re.compile("[가-힣]")
_UNWANTED = re.compile(r"\(\?<?![^()]*\)")  # what a rule must not see is no sign of its language
_WITH_DIGITS = ("full_date", "month_year", "month_day", "year", "decade", "day_of_month")
_MAY_TELL_TIME = re.compile(
    r"\d|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b|day\b|\bago\b|later\b|"
    r"earlier\b|tonight|tomorrow|night\b|morning\b|\b(?:last|this|next|previous|same|following)\b|"
    r"\bwar\b|spring|summer|autumn|winter|년|월|일|오늘|어제|지난|올해|작년|이듬해|전쟁|내년",
    re.IGNORECASE,
)
_NEWS_WORD = re.compile(
    r"day\b|today|tonight|morning|this (?:week|afternoon|evening)|last night|오늘|어제|\d일$",
    re.IGNORECASE,
)
_LOCAL_TIME = re.compile(r"local time|\bKST\b|(?:Korea|Japan|Seoul|Tokyo|Pyongyang)n? time")
_AHEAD = re.compile(r"\s*(?:will|is due|is scheduled|열릴|개최될)\b")


@cache
def _future() -> re.Pattern[str]:
    return re.compile("|".join(_words()["future"]["cues"]), re.IGNORECASE)


@cache
def _heading() -> re.Pattern[str]:
    month = "|".join(sorted(_words()["months"], key=len, reverse=True))
    date = (
        rf"\d{{4}}-\d\d-\d\d|(?:(?i:{month})\.? \d{{1,2}}(?:[-–]\d{{1,2}})?,? \d{{4}})|"
        rf"(?:\d{{1,2}} (?i:{month})\.? \d{{4}})|(?:(?i:{month})\.? \d{{4}})|"
        r"(?:\d{4}년\s?\d{1,2}월(?:\s?\d{1,2}일)?)"
    )
    return re.compile(rf"[-*•#\s\[(]*(?P<date>{date})[\])*]*\s*(?:[:–—|]|-\s|$|\.\s|\n)")


_READERS: dict[str, _Handler] = {
    "full_date": _full_date,
    "month_year": _month_year,
    "month_day": _month_day,
    "month_alone": _month_alone,
    "year": _year,
    "decade": _decade,
    "season": _season,
    "weekday": _weekday,
    "day_word": _day_word,
    "period_word": _period_word,
    "ago": _ago,
    "day_of_month": _day_of_month,
}


@cache
def _rules() -> tuple[tuple[re.Pattern[str], _Handler | None, str, bool, bool], ...]:
    words = _words()

    def either(names: list[str]) -> str:
        return "|".join(sorted(names, key=len, reverse=True))

    # "march" and "may" are verbs as well: alone they need a preposition (see the rules).
    full = [name for name in words["months"] if len(name) > 3 and name not in ("sept", "march")]
    macros = {
        "month": "(?P<month>" + either(list(words["months"])) + r")\.?",
        "full_month": either(full),
        "day": r"(?P<day>\d{1,2})(?:st|nd|rd|th)?",
        "to_day": r"(?:\s?[-–]\s?(?P<to>\d{1,2})(?:st|nd|rd|th)?)?",
        "year": r"(?P<year>(?:19|20)\d\d)",
        "years": r"(?:19|20)\d\d\s?(?:-|–|to|~)\s?(?:19|20)?\d\d",
        "count": r"(?P<count>\d+|" + either(list(words["numbers"])) + ")",
        "unit": r"(?P<unit>day|week|month|year|decade)s?",
        "weekday": "(?P<weekday>" + either(list(words["weekdays"])) + ")",
        "season": "(?P<season>" + either(list(words["seasons"])) + ")",
        "since": r"(?:(?P<since>since|until|till)\s+)?",
        "era": "|".join(words["eras"]["names"]),
        "korean_count": r"(?P<count>\d+|" + either(list(words["korean_numbers"])) + ")",
    }
    rules = []
    for rule in words["rules"]:
        pattern = re.sub(r"\{([a-z_]+)\}", lambda m: macros[m[1]], rule["pattern"])
        reader = _READERS[rule["reads"]] if "reads" in rule else None
        rules.append(
            (
                re.compile(pattern, re.IGNORECASE),
                reader,
                rule.get("role", "date"),
                rule.get("reads") in _WITH_DIGITS,
                "role" not in rule
                and _HANGUL.search(_UNWANTED.sub("", rule["pattern"])) is not None,
            )
        )
    return tuple(rules)
