"""What single cells of a table or register say: days, numbers, places, codes of others."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from mapper.errors import InputError
from mapper.incidents.days import month_days, number_value, precision_of, time_words
from mapper.incidents.when import find_times
from mapper.model import Position, Precision

__all__ = [
    "GEO_PRECISION_M",
    "LETHAL_FAMILIES",
    "UNSTATED_M",
    "WHERE_PREC_M",
    "Interval",
    "day_order",
    "is_nothing",
    "read_count",
    "read_day",
    "read_interval",
    "read_number",
    "read_pair",
    "read_position",
    "read_range",
    "spread",
]

#: Radius by UCDP GED's where_prec: exact place, near it, district, province, a line or region,
#: country, international waters or airspace.
WHERE_PREC_M = {
    "1": 3_000,
    "2": 25_000,
    "3": 50_000,
    "4": 100_000,
    "5": 150_000,
    "6": 300_000,
    "7": 300_000,
}
#: Radius by ACLED's geo_precision: a town, part of a region, a region.
GEO_PRECISION_M = {"1": 5_000, "2": 30_000, "3": 150_000}
#: A register that says nothing of its accuracy is taken to be exact to a district.
UNSTATED_M = 25_000
#: Families of kinds that UCDP GED's rows, which are of deaths alone, may mean.
LETHAL_FAMILIES = ("crossing", "fire", "naval", "mine", "aircraft")

_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_MOST_PEOPLE = 10_000_000
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_SERIALS = (10_000, 75_000)  # 1927 to 2105: below, a number is a year; above, a day without signs
_PIVOT = 69  # of years in two digits: 69 is 1969, 68 is 2068, as in POSIX

_NOTHING = {
    *("", "-", "--", "?", "n/a", "na", "nan", "none given", "null", "nil", "unknown", "not known"),
    *("tbd", "tbc", "unclear", "not stated", "not reported", "미상", "불명"),
}
_TIME = r"(?:[T ,]+\d{1,2}:\d\d.*)?"
_Y_M_D = re.compile(rf"(\d{{4}})\s*[-/.]\s*(\d{{1,2}})\s*[-/.]\s*(\d{{1,2}})\.?{_TIME}")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_Y_M = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})\.?")
_M_Y = re.compile(r"(\d{1,2})[-/.](\d{4})")
_YEAR = re.compile(r"\d{4}")
_A_B_Y = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}|\d\d){_TIME}")
_D_MON_Y = re.compile(rf"(\d{{1,2}})[ -]([A-Za-z]{{3,9}})\.?[ ,-]+(\d{{4}}|\d\d){_TIME}")
_D_D_MON_Y = re.compile(r"(\d{1,2})\s*[-–]\s*(\d{1,2}) ([A-Za-z]{3,9})\.?,? (\d{4})")
_MON_D_D_Y = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})\s*[-–]\s*(\d{1,2}),? (\d{4})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_TWO = re.compile(r"\s*(?:/|–|—|~| - | to | until | and )\s*")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_COUNT = re.compile(r"\d{1,8}(?:\.0+)?")
_FROM_TO = re.compile(r"(\d[\d,]*)\s*(?:-|–|—|~|to|or|and)\s*(\d[\d,]*)")
_AT_LEAST = re.compile(
    r"(?:at least|more than|over|min(?:imum)?\.?|>=?|≥)\s*(\d[\d,]*)|(\d[\d,]*)\s*(?:\+|or more)"
)
_AT_MOST = re.compile(
    r"(?:up to|at most|as many as|fewer than|less than|under|max(?:imum)?\.?|<=?|≤)\s*(\d[\d,]*)"
)
_ABOUT = re.compile(r"^(?:about|around|approx(?:imately|\.)?|circa|ca?\.|~|some|an estimated)\s*")
_PEOPLE = re.compile(
    r"\s*(?:people|persons?|soldiers?|dead|killed|deaths?|fatalit(?:y|ies)|injured|wounded|명)\.?$"
)
_DMS = re.compile(
    r"(\d{1,3}(?:\.\d+)?)\s*°\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′’]\s*)?"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|″|”|'')\s*)?([NSEW])",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"(?:POINT\s*\(|[\[(])?\s*([+-]?\d+(?:\.\d+)?)\s*°?\s*[,; ]\s*"
    r"([+-]?\d+(?:\.\d+)?)\s*°?\s*[\])]?"
)


@dataclass(frozen=True, slots=True)
class Interval:
    """First and last possible day, and what a cell that says no more calls it."""

    start: dt.date
    end: dt.date
    precision: Precision


def is_nothing(cell: str) -> bool:
    """Say whether a cell only says that nothing is known.

    Examples
    --------
    >>> is_nothing("N/A"), is_nothing("0")
    (True, False)
    """
    return cell.strip().casefold() in _NOTHING


def read_day(text: str) -> dt.date:
    """Read a day: ``2024-06-09``, ``2024-06-09 00:00:00.000`` or ``09 June 2024``.

    Raises
    ------
    InputError
        When it is none, or none between 1900 and 2200.
    """
    found = read_interval(text)
    if found.start != found.end:
        raise InputError(f"{text[:30]!r} is not a day such as 2024-06-09")
    return found.start


def read_interval(text: str, *, day_first: bool | None = None) -> Interval:
    """Read when something was, as people write it in tables.

    Parameters
    ----------
    day_first
        Whether 11/12/2017 is in December; ``None`` where the table does not tell.

    Raises
    ------
    InputError
        When it is no date, could be two, or lies before 1900 or after 2200.

    Examples
    --------
    >>> read_interval("13 November 2017").start
    datetime.date(2017, 11, 13)
    >>> read_interval("3-5 May 2020").end, read_interval("Nov 2017").precision.value
    (datetime.date(2020, 5, 5), 'month')
    """
    text = " ".join(text.split())
    try:
        found = (
            _single(text, day_first=day_first) or _parts(text, day_first=day_first) or _worded(text)
        )
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{text[:40]!r} is not a day of the calendar") from error
    if found is None:
        raise InputError(f"{text[:40]!r} is not a day such as 2024-06-09")
    for day in (found.start, found.end):
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise InputError(f"{day} is not a day between {_FIRST_YEAR} and {_LAST_YEAR}")
    return found


def _single(text: str, *, day_first: bool | None) -> Interval | None:
    """Read a day, a month or a year in figures, or a day with the name of its month."""
    if match := _Y_M_D.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _A_B_Y.fullmatch(text):
        return _slashed(match, day_first=day_first)
    if match := _D_MON_Y.fullmatch(text):
        return _day(_year(match[3]), _month(match[2]), int(match[1]))
    if _SERIAL.fullmatch(text) and _SERIALS[0] <= float(text) <= _SERIALS[1]:
        day = _EXCEL_EPOCH + dt.timedelta(int(float(text)))
        return Interval(day, day, Precision.DAY)
    if _YEAR.fullmatch(text):
        return Interval(dt.date(int(text), 1, 1), dt.date(int(text), 12, 31), Precision.YEAR)
    if match := _Y_M.fullmatch(text):
        return _named(*month_days(int(match[1]), int(match[2])))
    if match := _M_Y.fullmatch(text):
        return _named(*month_days(int(match[2]), int(match[1])))
    return None


def _parts(text: str, *, day_first: bool | None) -> Interval | None:
    """Read "3-5 May 2020", and two dates with something between them."""
    if match := _D_D_MON_Y.fullmatch(text):
        first, last, month, year = int(match[1]), int(match[2]), _month(match[3]), int(match[4])
        return _between(dt.date(year, month, first), dt.date(year, month, last))
    if match := _MON_D_D_Y.fullmatch(text):
        month, first, last, year = _month(match[1]), int(match[2]), int(match[3]), int(match[4])
        return _between(dt.date(year, month, first), dt.date(year, month, last))
    parts = _TWO.split(text)
    if len(parts) != 2 or not all(parts):
        return None
    first_part, last_part = (_single(part, day_first=day_first) or _worded(part) for part in parts)
    if first_part is None or last_part is None:
        return None
    return _between(first_part.start, last_part.end)


def _between(start: dt.date, end: dt.date) -> Interval:
    if end < start:
        raise InputError(f"it ends ({end}) before it begins ({start})")
    return _named(start, end)


def _worded(text: str) -> Interval | None:
    """Read "spring 1976", "November 13, 2017", "2017년 11월 13일": one time and nothing else."""
    times = [t for t in find_times(text) if t.when.start is not None and t.role == "date"]
    if len(times) != 1:
        return None
    time = times[0]
    rest = text[: time.span.start] + text[time.span.end :]
    if re.search(r"\d", rest) or len(rest.split()) > 2:
        return None
    assert time.when.start is not None
    assert time.when.end is not None
    return Interval(time.when.start, time.when.end, time.when.precision)


def _slashed(match: re.Match[str], *, day_first: bool | None) -> Interval:
    first, second, year = int(match[1]), int(match[3]), _year(match[4])
    if match[2] == ".":  # 13.11.2017: nobody writes the month first with full stops
        day_first = True
    if first > 12 or second > 12 or first == second:
        day_first = first > 12
    if day_first is None:
        raise InputError(
            f"{match[0][:20]!r} may be day/month or month/day, and no other row tells which"
        )
    return _day(year, second, first) if day_first else _day(year, first, second)


def day_order(cells: Iterable[str]) -> bool | None:
    """Say whether a column writes the day before the month, as those cells tell that can.

    Examples
    --------
    >>> day_order(["1/2/2017", "13/2/2017"]), day_order(["1/2/2017"])
    (True, None)
    """
    told = set()
    for cell in cells:
        match = _A_B_Y.fullmatch(cell)
        if match is not None and match[2] != ".":
            first, second = int(match[1]), int(match[3])
            if (first > 12) != (second > 12):
                told.add(first > 12)
    return told.pop() if len(told) == 1 else None


def _day(year: int, month: int, day: int) -> Interval:
    found = dt.date(year, month, day)
    return Interval(found, found, Precision.DAY)


def _named(start: dt.date, end: dt.date) -> Interval:
    return Interval(start, end, precision_of(start, end))


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (1900 if year >= _PIVOT else 2000)


def _month(word: str) -> int:
    months: dict[str, int] = time_words()["months"]
    number = months.get(word.lower().rstrip("."))
    if number is None:
        raise InputError(f"{word!r} is no month")
    return number


def spread(day: dt.date, code: str) -> Interval:
    """Return the days that ACLED's ``time_precision`` leaves open around its date.

    Its codebook puts an event of a week into the middle of it, and one of a month (3) on a
    day within that month.
    """
    if code == "2":
        return Interval(day - dt.timedelta(3), day + dt.timedelta(3), Precision.WEEK)
    if code == "3":
        return Interval(*month_days(day.year, day.month), Precision.MONTH)
    return Interval(day, day, Precision.DAY)


def read_number(text: str) -> float:
    """Read a number with a decimal point or a decimal comma.

    Raises
    ------
    InputError
        When it is none.
    """
    bare = text.replace("\u2212", "-").replace("\xa0", "").strip()
    if not _NUMBER.fullmatch(bare) or not math.isfinite(number := float(bare.replace(",", "."))):
        raise InputError(f"{text[:30]!r} is not a number")
    return number


def read_position(lon: str, lat: str, radius_m: float) -> Position | None:
    """Read a position in degrees; ``None`` when both cells are empty.

    Raises
    ------
    InputError
        When it is none; a message of its own where the two may be swapped.
    """
    if is_nothing(lon) and is_nothing(lat):
        return None
    east, north = _degrees(lon), _degrees(lat)
    if east is None or north is None:
        raise InputError(f"not a position: lon {lon[:20]!r}, lat {lat[:20]!r}")
    if east == 0 and north == 0:
        raise InputError("not a position: lon 0, lat 0 stands for nothing in a table")
    if abs(north) > 90 or abs(east) > 180:
        swapped = abs(east) <= 90 and abs(north) <= 180
        why = "are they swapped?" if swapped else "not in degrees, WGS 84"
        raise InputError(f"not a position: lon {lon[:20]!r}, lat {lat[:20]!r} ({why})")
    return Position(lon=east, lat=north, uncertainty_m=radius_m)


def _degrees(text: str) -> float | None:
    match = _DMS.fullmatch(text.strip())
    if match is None:
        try:
            return read_number(text.strip().removesuffix("°"))
        except InputError:
            return None
    degrees = float(match[1]) + float(match[2] or 0) / 60 + float(match[3] or 0) / 3600
    return -degrees if match[4].upper() in "SW" else degrees


def read_pair(text: str) -> tuple[str, str] | None:
    """Return longitude and latitude, as they are written, from one cell that holds both.

    Latitude comes first, as map services copy it, unless letters or ``POINT`` say otherwise.

    Examples
    --------
    >>> read_pair("37.956, 126.677")
    ('126.677', '37.956')
    """
    found = list(_DMS.finditer(text))
    if len(found) == 2:
        first, second = (match[0] for match in found)
        return (second, first) if first[-1].upper() in "NS" else (first, second)
    match = _PAIR.fullmatch(text.strip())
    if match is None:
        return None
    if text.lstrip().upper().startswith("POINT"):
        return match[1], match[2]
    # A first number that can be no latitude is the longitude.
    first_is_lat = abs(float(match[1])) <= 90
    return (match[2], match[1]) if first_is_lat else (match[1], match[2])


def read_count(text: str) -> int | None:
    """Read a number of people; ``None`` when the cell is empty.

    Raises
    ------
    InputError
        When it is none.
    """
    if not text:
        return None
    if not _COUNT.fullmatch(text) or float(text) > _MOST_PEOPLE:
        raise InputError(f"{text[:20]!r} is not a number of people")
    return int(float(text))


def read_range(text: str) -> tuple[int | None, int | None, int | None]:
    """Read how many: the number (of a range its least), its least, its greatest.

    Raises
    ------
    InputError
        When it is no number of people.

    Examples
    --------
    >>> read_range("4"), read_range("20-30"), read_range("at least 5"), read_range("n/a")
    ((4, None, None), (20, 20, 30), (5, 5, None), (None, None, None))
    """
    if is_nothing(text):
        return None, None, None
    bare = _PEOPLE.sub("", _ABOUT.sub("", text.strip().casefold()))
    if bare in ("none", "no", "nobody"):
        return 0, None, None
    if match := _FROM_TO.fullmatch(bare):
        low, high = sorted((_whole(match[1]), _whole(match[2])))
        return low, low, high
    if match := _AT_LEAST.fullmatch(bare):
        least = _whole(match[1] or match[2])
        return least, least, None
    if match := _AT_MOST.fullmatch(bare):
        # Nobody may have been: the greatest is all that is said.
        return None, None, _whole(match[1])
    if _THOUSANDS.fullmatch(bare):
        return _whole(bare), None, None
    word = number_value(bare) if bare.isalpha() else None
    return (read_count(bare) if word is None else word), None, None


def _whole(text: str) -> int:
    count = read_count(text.replace(",", ""))
    assert count is not None
    return count
