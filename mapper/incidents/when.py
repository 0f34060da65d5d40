"""When it happened: time expressions to closed intervals of days.

A small set of rules, English and Korean. What the text does not give stays unknown: a
relative expression in a document without a publication date keeps its words and says why
it has no days. The publication date itself is never the date of an incident.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache

from mapper.incidents.days import (
    READERS,
    Context,
    Reader,
    add_months,
    month_days,
    precision_of,
    read_sequel,
    time_words,
)
from mapper.model import Span, When

__all__ = [
    "TimeExpression",
    "anchor_sequel",
    "find_heading",
    "find_times",
    "is_recent",
]

_NO_PUBLICATION = "relative to publication, which is unknown"
_FROM_INCIDENT = "relative_to_incident"
_NO_INCIDENT = "relative to an incident whose date is unknown"
_RECENT_DAYS = 14  # what a paper still calls news


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
    told
        Of a sequel: the date that the sentence right before it begins with ("In 2017 ...").
    """

    span: Span
    when: When
    role: str = "date"
    recent: bool = False
    future: bool = False
    unit: str = ""
    count: int = 0
    told: When | None = None


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
    kinds = {name for name, gate in _gates().items() if gate.search(text)}
    for pattern, handler, role, needs in _rules():
        if not needs <= kinds:
            continue
        for match in pattern.finditer(text):
            span = Span(match.start(), match.end())
            if any(span.overlaps(other) for other in taken):
                continue
            context = Context(published, context_year, _is_future(text, span), _is_local(text))
            expression = _expression(match, handler, role, context)
            if expression is not None:
                taken.append(span)
                found.append(expression)
    found.sort(key=lambda expression: expression.span)
    return tuple(_moved(expression, offset) for expression in found)


def find_heading(text: str, *, year: int | None = None) -> TimeExpression | None:
    """Read the date that heads an entry of a chronology: ``1990-03-03: A tunnel...``.

    Parameters
    ----------
    year
        Of the entry before it, for "Nov. 1 -" without one.

    Examples
    --------
    >>> find_heading("Nov. 1 - Boats crossed the line.", year=2004).when.start
    datetime.date(2004, 11, 1)
    """
    match = _heading().match(text)
    if match is None:
        return None
    times = find_times(match["date"], offset=match.start("date"), context_year=year)
    full = [time for time in times if time.when.start is not None and time.role == "date"]
    return full[0] if len(full) == 1 else None


def anchor_sequel(expression: TimeExpression, previous: When | None) -> When:
    """Date "one month later" from the incident that was told before it.

    The result is as vague as the wording: "one month later" after a day is a month, not a
    day; after a year it is a range.
    """
    text = expression.when.text
    if previous is None or previous.start is None or previous.end is None:
        return When(text=text, method=_NO_INCIDENT)
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
            end = month_days(end.year, end.month)[1]
            if expression.unit == "years":
                start, end = dt.date(start.year, 1, 1), dt.date(end.year, 12, 31)
    except (ValueError, OverflowError):
        return When(text=text, method=_NO_INCIDENT)
    return When(
        start=start, end=end, precision=precision_of(start, end), text=text, method=_FROM_INCIDENT
    )


def _expression(
    match: re.Match[str], handler: Reader | None, role: str, context: Context
) -> TimeExpression | None:
    words, span = match.group().strip(), Span(match.start(), match.end())
    if role == "era":
        return TimeExpression(span=span, when=When(text=words, method="background"), role=role)
    if role == "sequel":
        unit, count = read_sequel(match)
        return TimeExpression(
            span=span, when=When(text=words, method=_NO_INCIDENT), role=role, unit=unit, count=count
        )
    assert handler is not None
    try:
        interval = handler(match, context)
    except (ValueError, OverflowError):  # 30 February, or before the year 1
        return None
    if interval is None:
        method = _NO_PUBLICATION if context.published is None else "not understood"
        recent = bool(_NEWS_WORD.search(words))
        when = When(text=words, method=method)
        return TimeExpression(span=span, when=when, recent=recent, future=context.future)
    start, end, precision, method = interval
    if start > end:  # "from 1999 to 1907" is no span of years
        return None
    return TimeExpression(
        span=span,
        when=When(start=start, end=end, precision=precision, text=words, method=method),
        role="since" if match.groupdict().get("since") and not _with_when(match) else role,
        recent=is_recent(start, end, context.published) and not _LAST.match(words),
        future=context.future or (context.published is not None and start > context.published),
    )


def _with_when(match: re.Match[str]) -> bool:
    """Say whether it goes on with what happened then: "since 1997, when they were taken"."""
    return match.string[match.end() :].lstrip(",").startswith(" when ")


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


def is_recent(start: dt.date, end: dt.date, published: dt.date | None) -> bool:
    """Say whether days may be the news of a paper of that day."""
    if published is None:
        return False
    return end >= published - dt.timedelta(_RECENT_DAYS) and start <= published + dt.timedelta(1)


def _is_future(text: str, span: Span) -> bool:
    before, after = text[max(0, span.start - 45) : span.end], text[span.end : span.end + 25]
    future = _future()
    return bool(future.search(before) or (not after.startswith(".") and _AHEAD.match(after)))


def _is_local(text: str) -> bool:
    return bool(_LOCAL_TIME.search(text))


# --- patterns -----------------------------------------------------------------------------

_HANGUL = re.compile("[가-힣]")
_UNWANTED = re.compile(r"\(\?<?![^()]*\)")  # what a rule must not see is no sign of its language
_WITH_DIGITS = ("full_date", "month_year", "month_day", "year", "decade", "day_of_month")
_MAY_TELL_TIME = re.compile(
    r"\d|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b|day\b|\bago\b|later\b|"
    r"earlier\b|tonight|tomorrow|night\b|morning\b|\b(?:last|this|next|previous|same|following)\b|"
    r"\bwar\b|spring|summer|autumn|winter|weekend|christmas|new year|"
    r"[년월일날전뒤후]|이달|오늘|어제|지난|올|작년|이듬해|내년|성탄|크리스마스",
    re.IGNORECASE,
)
_NEWS_WORD = re.compile(
    r"day\b|today|tonight|morning|this (?:week|afternoon|evening)|last night|오늘|어제|\d일$",
    re.IGNORECASE,
)
_LAST = re.compile(r"last (?:year|month)|지난\s?(?:해|달)|작년", re.IGNORECASE)
_LOCAL_TIME = re.compile(r"local time|\bKST\b|(?:Korea|Japan|Seoul|Tokyo|Pyongyang)n? time")
_AHEAD = re.compile(r"\s*(?:will|is due|is scheduled|열릴|개최될)\b")


@cache
def _future() -> re.Pattern[str]:
    return re.compile("|".join(time_words()["future"]["cues"]), re.IGNORECASE)


@cache
def _heading() -> re.Pattern[str]:
    month = "|".join(sorted(time_words()["months"], key=len, reverse=True))
    date = (
        rf"\d{{4}}-\d\d-\d\d|(?:(?i:{month})\.? \d{{1,2}}(?:[-–]\d{{1,2}})?,? \d{{4}})|"
        rf"(?:\d{{4}},? (?i:{month})\.? \d{{1,2}})|"
        rf"(?:\d{{1,2}} (?i:{month})\.? \d{{4}})|(?:(?i:{month})\.? \d{{4}})|"
        r"(?:\d{4}년\s?\d{1,2}월(?:\s?\d{1,2}일)?)|(?:19|20)\d\d년?(?=\s?[:–—]|\s-\s|\.\s[A-Z])|"
        rf"(?:(?i:{month})\.? \d{{1,2}})(?=:|\s?[-–—])"
    )
    return re.compile(rf"[-*•#\s\[(]*(?P<date>{date})[\])*]*\s*(?:[:–—|]|--?\s|$|\.(?:\s|$)|\n)")


@cache
def _gates() -> dict[str, re.Pattern[str]]:
    """Return what a text must hold for a rule to be tried at all: most rules fall here."""
    words = time_words()
    gates = {"digit": r"\d", "hangul": "[가-힣]", "weekday": "day"}
    gates["month"] = r"\b(?:" + "|".join(sorted({m[:3] for m in words["months"]})) + ")"
    gates["season"] = "|".join(words["seasons"])
    return {name: re.compile(text, re.IGNORECASE) for name, text in gates.items()}


@cache
def _rules() -> tuple[tuple[re.Pattern[str], Reader | None, str, frozenset[str]], ...]:
    words = time_words()

    def either(names: list[str]) -> str:
        return "|".join(sorted(names, key=len, reverse=True))

    # "march" and "may" are verbs as well: alone they need a preposition (see the rules).
    full = [name for name in words["months"] if len(name) > 3 and name not in ("sept", "march")]
    macros = {
        "month": "(?P<month>" + either(list(words["months"])) + r")\.?",
        "full_month": either(full),
        "day": r"(?P<day>\d{1,2})(?:st|nd|rd|th)?",
        "to_day": r"(?:\s?(?:[-–]|to|and|through)\s?(?P<to>\d{1,2})(?:st|nd|rd|th)?"
        r"(?![\d:.,]*\d| \w+s\b))?",
        "year": r"(?P<year>(?:19|20)\d\d)",
        "years": r"(?:19|20)\d\d\s?(?:-|–|to|~)\s?(?:19|20)?\d\d",
        "count": r"(?P<count>\d+|" + either(list(words["numbers"])) + ")",
        "unit": r"(?P<unit>day|week|month|year|decade)s?",
        "weekday": "(?P<weekday>" + either(list(words["weekdays"])) + ")",
        "season": "(?P<season>" + either(list(words["seasons"])) + ")",
        "since": r"(?:(?P<since>since|until|till)\s+)?",
        "era": "|".join(words["eras"]["names"]),
        "korean_count": r"(?P<count>\d+|" + either(list(words["korean_numbers"])) + ")",
        "korean_days": either(list(words["korean_days"])),
        "korean_weekday": "(?P<weekday>" + "|".join(words["korean_weekdays"]) + ")",
        "korean_season": "(?P<season>" + either(list(words["korean_seasons"])) + ")",
        # "The March 16 Factory": a date that is part of a name.
        "no_name": r"(?! (?:(?-i:[A-Z])[\w’'-]+ ){0,2}(?-i:"
        + either(words["named"]["words"])
        + r")\b)",
        "holiday": either([name for name in words["holidays"] if name.isascii()]).replace(
            "'", "[’']"
        ),
        "korean_holiday": either([name for name in words["holidays"] if not name.isascii()]),
    }
    rules = []
    for rule in words["rules"]:
        pattern = re.sub(r"\{([a-z_]+)\}", lambda m: macros[m[1]], rule["pattern"])
        reader = READERS[rule["reads"]] if "reads" in rule else None
        needs = {
            name for name in ("month", "weekday", "season") if f"{{{name}}}" in rule["pattern"]
        }
        if "{full_month}" in rule["pattern"]:
            needs.add("month")
        if rule.get("reads") in _WITH_DIGITS:
            needs.add("digit")
        if "role" not in rule and _HANGUL.search(_UNWANTED.sub("", rule["pattern"])):
            needs.add("hangul")
        role = rule.get("role", "date")
        rules.append((re.compile(pattern, re.IGNORECASE), reader, role, frozenset(needs)))
    return tuple(rules)
