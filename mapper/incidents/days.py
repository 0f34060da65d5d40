"""The words of a time expression, read as days: what each rule of ``when.toml`` calls."""

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

from mapper.model import Precision

__all__ = [
    "FROM_PUBLICATION",
    "READERS",
    "Context",
    "Interval",
    "Reader",
    "add_months",
    "month_days",
    "number_value",
    "precision_of",
    "read_sequel",
    "time_words",
]

_ABSOLUTE = "absolute"
_FROM_CONTEXT = "absolute, year from the text before"
FROM_PUBLICATION = "relative_to_publication"
_YEARS = range(1900, 2100)
_UNITS = {"days": ("day", "일"), "weeks": ("week", "주"), "months": ("month", "개월", "달")}


@dataclass(frozen=True, slots=True)
class Context:
    """What the words hang on: publication, the year spoken of, whether it lies ahead."""

    published: dt.date | None
    year: int | None
    future: bool
    local_time: bool


Interval = tuple[dt.date, dt.date, Precision, str]
Reader = Callable[[re.Match[str], Context], "Interval | None"]


@cache
def time_words() -> dict[str, Any]:
    """Return ``when.toml``."""
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
    numbers: dict[str, int] = time_words()["numbers"] | time_words()["korean_numbers"]
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


def month_days(year: int, month: int) -> tuple[dt.date, dt.date]:
    """Return the first and the last day of a month."""
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def precision_of(start: dt.date, end: dt.date) -> Precision:
    """Name the interval from ``start`` to ``end``: a day, a month, a year, a week or a range."""
    if start == end:
        return Precision.DAY
    if (start, end) == month_days(start.year, start.month):
        return Precision.MONTH
    if (start.year, start.month, start.day, end.month, end.day) == (end.year, 1, 1, 12, 31):
        return Precision.YEAR
    return Precision.WEEK if (end - start).days == 6 else Precision.RANGE


def _month_number(match: re.Match[str], group: str = "month") -> int:
    months: dict[str, int] = time_words()["months"]
    return months[match[group].lower().rstrip(".")]


def _year_of(
    match: re.Match[str], month: int, day: int, context: Context
) -> tuple[int, str] | None:
    """Infer the year of a month and day: the nearest one on the right side of publication."""
    if context.published is None:
        return None if context.year is None else (context.year, _FROM_CONTEXT)
    if (
        context.year is not None
        and context.year != context.published.year
        and not match.group().lower().startswith(("지난", "last"))
    ):
        return context.year, _FROM_CONTEXT
    year = context.published.year
    for candidate in (year, year - 1, year - 2, year - 3, year - 4):
        last = calendar.monthrange(candidate, month)[1]
        if day <= last and (context.future or dt.date(candidate, month, day) <= _latest(context)):
            if context.future and dt.date(candidate, month, day) < context.published:
                candidate += 1
            return candidate, FROM_PUBLICATION
    return None


def _latest(context: Context) -> dt.date:
    """Return the last day that is past for the reader; Korea is up to a day ahead."""
    assert context.published is not None
    return context.published + dt.timedelta(1 if context.local_time else 0)


# --- handlers: each returns an interval, or None when it cannot be dated ----------------


def _full_date(match: re.Match[str], _context: Context) -> Interval:
    year = int(match["year"])
    month = int(match["m"]) if match.groupdict().get("m") else _month_number(match)
    start = dt.date(year, month, int(match["day"]))
    end = start.replace(day=int(match["to"])) if match.groupdict().get("to") else start
    return start, end, precision_of(start, end), _ABSOLUTE


def _month_year(match: re.Match[str], _context: Context) -> Interval:
    month = int(match["m"]) if match.groupdict().get("m") else _month_number(match)
    return *month_days(int(match["year"]), month), Precision.MONTH, _ABSOLUTE


def _month_day(match: re.Match[str], context: Context) -> Interval | None:
    month = int(match["m"]) if match.groupdict().get("m") else _month_number(match)
    day = int(match["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        raise ValueError(match.group())
    inferred = _year_of(match, month, day, context)
    if inferred is None:
        return None
    start = dt.date(inferred[0], month, day)
    end = start.replace(day=int(match["to"])) if match.groupdict().get("to") else start
    return start, end, precision_of(start, end), inferred[1]


def _month_alone(match: re.Match[str], context: Context) -> Interval | None:
    month = int(match["m"]) if match.groupdict().get("m") else _month_number(match)
    if not 1 <= month <= 12:
        raise ValueError(match.group())
    inferred = _year_of(match, month, 1, context)
    if inferred is None:
        return None
    return *month_days(inferred[0], month), Precision.MONTH, inferred[1]


def _year(match: re.Match[str], _context: Context) -> Interval | None:
    year = int(match["year"])
    if year not in _YEARS:
        raise ValueError(match.group())
    last = match.groupdict().get("to")
    end = int(str(year)[: 4 - len(last)] + last) if last else year
    start_day, end_day = dt.date(year, 1, 1), dt.date(end, 12, 31)
    part = (match.groupdict().get("part") or "").lower().rstrip("- ")
    if part and year == end:  # thirds of a year, as writers use the words
        first = {"early": 1, "mid": 5, "late": 9}[part]
        return dt.date(year, first, 1), month_days(year, first + 3)[1], Precision.RANGE, _ABSOLUTE
    return start_day, end_day, precision_of(start_day, end_day), _ABSOLUTE


def _decade(match: re.Match[str], _context: Context) -> Interval:
    year = int(match["year"])
    return dt.date(year, 1, 1), dt.date(year + 9, 12, 31), Precision.RANGE, _ABSOLUTE


def _season(match: re.Match[str], context: Context) -> Interval | None:
    seasons: dict[str, int] = time_words()["seasons"] | time_words()["korean_seasons"]
    first = seasons[match["season"].lower()]
    if match.groupdict().get("year"):
        year, method = int(match["year"]), _ABSOLUTE
    elif context.published is not None:
        year, method = context.published.year, FROM_PUBLICATION
        which = match["which"].lower().replace(" ", "")
        ended = dt.date(year, first, 1) <= context.published - dt.timedelta(80)
        year -= which in ("지난해", "작년") or (which in ("last", "지난") and not ended)
    else:
        return None
    start = dt.date(year, first, 1)
    end = month_days(add_months(start, 2).year, add_months(start, 2).month)[1]
    return start, end, Precision.SEASON, method


def _weekday(match: re.Match[str], context: Context) -> Interval | None:
    if context.published is None:
        return None
    wanted = _weekday_number(match["weekday"])
    which = (match["which"] or "").lower().strip()
    which = {"다음": "next", "오는": "next", "지난": ""}.get(which, which)  # "지난" is the latest
    ahead = (wanted - context.published.weekday()) % 7
    if which == "next" or (context.future and which != "last"):
        day = context.published + dt.timedelta(ahead or (7 if which == "next" else 0))
    elif ahead == 1 and context.local_time and which != "last":
        day = context.published + dt.timedelta(1)  # already tomorrow in Korea
    else:
        back = (-ahead) % 7
        day = context.published - dt.timedelta(7 if which == "last" and not back else back)
    return day, day, Precision.DAY, FROM_PUBLICATION


def _weekday_number(word: str) -> int:
    numbers: dict[str, int] = time_words()["weekdays"] | time_words()["korean_weekdays"]
    return numbers[word.lower()]


def _step(word: str) -> int:
    """Return how many periods a word counts from the one of publication."""
    if "재작년" in word:
        return -2
    if re.search("last|previous|past|지난|작년|저번", word.lower()):
        return -1
    return 1 if re.search("next|내년|다음", word.lower()) else 0


def _weekday_of_week(match: re.Match[str], context: Context) -> Interval | None:
    """Read "Tuesday last week", "지난주 화요일": weeks begin on Monday."""
    if context.published is None:
        return None
    monday = context.published - dt.timedelta(context.published.weekday())
    wanted = _weekday_number(match["weekday"])
    day = monday + dt.timedelta(7 * _step(match["which"]) + wanted)
    return day, day, Precision.DAY, FROM_PUBLICATION


def _weekend(match: re.Match[str], context: Context) -> Interval | None:
    """Read "over the weekend": the last Saturday and Sunday not after publication."""
    if context.published is None:
        return None
    saturday = context.published - dt.timedelta((context.published.weekday() - 5) % 7)
    if "last" in match.group().lower() and context.published - saturday <= dt.timedelta(1):
        saturday -= dt.timedelta(7)  # "last weekend" in a paper of the weekend
    sunday = min(saturday + dt.timedelta(1), max(saturday, context.published))
    return saturday, sunday, precision_of(saturday, sunday), FROM_PUBLICATION


def _month_of_year(match: re.Match[str], context: Context) -> Interval | None:
    """Read "November last year", "지난해 11월 13일"."""
    if context.published is None:
        return None
    year = context.published.year + _step(match["which"])
    groups = match.groupdict()
    month = int(groups["m"]) if groups.get("m") else _month_number(match)
    if not groups.get("day"):
        return *month_days(year, month), Precision.MONTH, FROM_PUBLICATION
    start = dt.date(year, month, int(groups["day"]))
    end = start.replace(day=int(groups["to"])) if groups.get("to") else start
    return start, end, precision_of(start, end), FROM_PUBLICATION


def _day_of_month_word(match: re.Match[str], context: Context) -> Interval | None:
    """Read "지난달 13일"."""
    if context.published is None:
        return None
    month = add_months(context.published.replace(day=1), _step(match["which"]))
    start = month.replace(day=int(match["day"]))
    end = start.replace(day=int(match["to"])) if match["to"] else start
    return start, end, precision_of(start, end), FROM_PUBLICATION


def _holiday(match: re.Match[str], context: Context) -> Interval | None:
    month, day = time_words()["holidays"][match["holiday"].lower().replace("’", "'")]
    if match["year"]:
        start = dt.date(int(match["year"]), month, day)
        return start, start, Precision.DAY, _ABSOLUTE
    inferred = _year_of(match, month, day, context)
    if inferred is None:
        return None
    start = dt.date(inferred[0], month, day)
    return start, start, Precision.DAY, inferred[1]


def _day_word(match: re.Match[str], context: Context) -> Interval | None:
    if context.published is None:
        return None
    word = match.group().lower()
    if "before yesterday" in word or "after tomorrow" in word:
        shift = -2 if "before" in word else 2
    elif re.search("yesterday|last night|어제", word):
        shift = -1
    elif re.search("그제|그저께", word):
        shift = -2
    else:
        shift = 1 if re.search("tomorrow|내일", word) else 0
    day = context.published + dt.timedelta(shift)
    return day, day, Precision.DAY, FROM_PUBLICATION


def _period_word(match: re.Match[str], context: Context) -> Interval | None:
    """Read "last year", "this month", "지난달"."""
    if context.published is None:
        return None
    day, words = context.published, match.group().lower()
    step = _step(words)
    if re.search("year|해|년", words):
        year = day.year + step
        end = dt.date(year, 12, 31)
        precision = Precision.YEAR
        if step == 0 and not context.future:  # "this year" is over on the day of the report
            end, precision = day, Precision.RANGE
        return dt.date(year, 1, 1), end, precision, FROM_PUBLICATION
    if re.search("month|달", words):
        other = add_months(day, step)
        start, end = month_days(other.year, other.month)
        if step == 0 and not context.future:
            return start, day, Precision.RANGE, FROM_PUBLICATION
        return start, end, Precision.MONTH, FROM_PUBLICATION
    monday = day - dt.timedelta(day.weekday() - 7 * step)
    return monday, monday + dt.timedelta(6), Precision.WEEK, FROM_PUBLICATION


def _ago(match: re.Match[str], context: Context) -> Interval | None:
    if context.published is None:
        return None
    if match.groupdict().get("days"):
        day = context.published - dt.timedelta(time_words()["korean_days"][match["days"]])
        return day, day, Precision.DAY, FROM_PUBLICATION
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
        return *month_days(day.year, day.month), Precision.MONTH, FROM_PUBLICATION
    year = day.year - count * (10 if unit.startswith("decade") else 1)
    return dt.date(year, 1, 1), dt.date(year, 12, 31), Precision.YEAR, FROM_PUBLICATION


def _day_of_month(match: re.Match[str], context: Context) -> Interval | None:
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


def read_sequel(match: re.Match[str]) -> tuple[str, int]:
    """Read "one month later" as a unit and a count, negative for "earlier"."""
    groups = match.groupdict()
    words = match.group().lower()
    if "hour" in words:
        return "days", 0
    if groups.get("days"):
        return "days", time_words()["korean_days"][groups["days"]]
    if groups.get("count") is None:
        if re.search("year|해", words):
            return "years", 0 if re.search("same|같은", words) else 1
        if re.search("same|that day|당일|이날|그날|같은", words):
            return "days", 0
        return "days", -1 if re.search("before|previous|전날", words) else 1
    count, unit = number_value(match["count"]) or 1, match["unit"].lower()
    back = -1 if re.search(r"earlier|before|전", match.group().lower()) else 1
    for name, starts in _UNITS.items():
        if unit.startswith(starts):
            return name, back * count
    return "years", back * count


READERS: dict[str, Reader] = {
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
    "day_of_month_word": _day_of_month_word,
    "month_of_year": _month_of_year,
    "holiday": _holiday,
    "weekday_of_week": _weekday_of_week,
    "weekend": _weekend,
}
