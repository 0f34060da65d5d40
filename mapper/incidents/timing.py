"""Which of a passage's times is an incident's: not when it was said, found or denied."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mapper.incidents.days import number_value
from mapper.incidents.sentences import Sentence
from mapper.incidents.triggers import context_pattern
from mapper.incidents.when import TimeExpression, anchor_sequel, find_times, is_recent
from mapper.model import Document, Precision, Span, When

__all__ = ["Clock", "TimeLine", "find_clock", "time_of"]

_COUNTER = re.compile(
    r"\b(?:first|second|third|(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf|\w+teen)th|"
    r"\d+(?:st|nd|rd|th))\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"^(?:so far )?this (?:year|month|week)$", re.IGNORECASE)
_BREAK = re.compile(r"[;—]|, (?:but|and|while|which|who)\b|\b(?:but|while)\b")
_RELATIVE = re.compile(
    r"\b(?:that|which|who|whom|where)(?: \w+)? (?:it|he|she|they|was|were|had|fled|took|\w+ed)\b|"
    r"\bwho (?:fled|left)\b"
)
_AFTER = re.compile(
    r"\b(?:(?P<count>an?|one|two|three|four|five|six|seven|eight|nine|ten|\d+) )?"
    r"(?P<unit>hour|day|week|month|year)s? (?P<way>after|before)\b(?P<rest>[^.;]{0,60})$",
    re.IGNORECASE,
)
# Where the text names no day before it, these count from the day of the report.
_FROM_TODAY = re.compile(r"[가-힣]|\b(?:day before|previous day|days? earlier)\b", re.IGNORECASE)
_ANSWERS = 2  # sentences back to what is answered: "in response to the launch"
_DATELINES, _PRINTED_LATER = 4, 3  # sentences that may hold a date line; days
_SCAN_BACK = 12  # sentences; "the same day" does not point farther
_AT_HEAD = 4  # characters; "In 2017" begins a sentence
_PADDING = 30  # minutes: what "at 8:04" and "about 8:30" may share

Clock = tuple[int, int]  # first and last possible minute of the day


@dataclass(slots=True)
class TimeLine:
    """The times of one document in reading order, read as they are asked for."""

    document: Document
    sentences: Sequence[Sentence]
    _written: dt.date | None = None

    def times(self, sentence: Sentence) -> list[TimeExpression]:
        """Return the times of a sentence that can date an incident, in sentence offsets.

        "The same day" and the like are dated by the nearest earlier day of the text.
        """
        text = self.document.quote(sentence.span)
        dateline = context_pattern("place", "dateline").match(text[:90])
        first = dateline.end() if dateline else 0
        kept: list[TimeExpression] = []
        for time in self._found(sentence):
            if time.span.start < first and time.role != "era":
                continue
            if _PERIOD.match(time.when.text) and _COUNTER.search(text[: time.span.start]):
                continue  # "the third this month" counts, it does not date
            if time.role == "sequel" and time.unit == "days":
                time = self._anchored(time, sentence, kept)
            elif time.role == "sequel":
                time = replace(time, told=self._told_right_before(sentence))
            kept.append(time)
        return kept

    def day_before(self, sentence: Sentence) -> TimeExpression | None:
        """Return the day that the sentence before gives, for one that goes on with it."""
        text = self.document.quote(sentence.span)
        responds = context_pattern("telling", "responds").search(text) is not None
        goes_on = context_pattern("telling", "goes_on").search(text) is not None
        if sentence.entry >= 0 or not (goes_on or responds):
            return None
        for other in reversed(self.sentences):
            near = 0 < sentence.index - other.index <= (_ANSWERS if responds else 1)
            if near and (responds or other.paragraph == sentence.paragraph):
                days = [t for t in self.times(other) if t.when.precision is Precision.DAY]
                if len(days) == 1 and not days[0].future:
                    return days[0]
        return None

    def _told_right_before(self, sentence: Sentence) -> When | None:
        """Return the date that the sentence before begins with: "In 2017 he fled. A year later"."""
        for other in self.sentences:
            if (
                other.index == sentence.index - 1
                and other.paragraph == sentence.paragraph
                and other.entry == sentence.entry
            ):
                times = self._found(other)
                first = times[0] if times and times[0].span.start <= _AT_HEAD else None
                if first is not None and first.role == "date" and first.when.method == "absolute":
                    return None if first.future else first.when
        return None

    def _found(self, sentence: Sentence) -> tuple[TimeExpression, ...]:
        return find_times(
            self.document.quote(sentence.span),
            published=self._today(),
            context_year=self._context_year(sentence),
        )

    def _today(self) -> dt.date | None:
        """Return the day of the report: that of its date line, where it is printed later."""
        published = self.document.published
        if published is None or self._written is not None:
            return self._written or published
        self._written = published
        for sentence in self.sentences[:_DATELINES]:
            text = self.document.quote(sentence.span)
            dateline = context_pattern("place", "dateline").match(text[:90])
            times = find_times(dateline.group(), published=published) if dateline else ()
            for time in times:
                day = time.when.start
                if day == time.when.end and day is not None and time.role == "date":
                    late = (published - day).days
                    self._written = day if 0 <= late <= _PRINTED_LATER else published
                    return self._written
        return self._written

    def _context_year(self, sentence: Sentence) -> int | None:
        if sentence.heading is not None and sentence.heading.when.start is not None:
            return sentence.heading.when.start.year
        # A dated report means its own last twelve months; an undated text, the year it
        # speaks of.
        if self.document.published is not None and not _SAME_YEAR.search(
            self.document.quote(sentence.span)
        ):
            return None
        return sentence.context_year

    def _anchored(
        self, time: TimeExpression, sentence: Sentence, before: Sequence[TimeExpression]
    ) -> TimeExpression:
        """Date "the same day" by the day named last before it."""
        day = _last_day(before)
        if day is None and sentence.entry >= 0 and sentence.heading is not None:
            day = sentence.heading.when
        published = self.document.published
        if day is None:
            earlier = [s for s in self.sentences if s.index < sentence.index][-_SCAN_BACK:]
            for other in reversed(earlier):
                if other.entry == sentence.entry and (day := _last_day(self._found(other))):
                    break
        if day is None and published is not None and _FROM_TODAY.search(time.when.text):
            day = When(start=published, end=published, precision=Precision.DAY)
        if day is None:
            return time
        when = anchor_sequel(time, day)
        if when.start is None or when.end is None:
            return time
        return replace(
            time,
            when=when,
            role="date",
            recent=is_recent(when.start, when.end, published),
        )


def _last_day(times: Sequence[TimeExpression]) -> When | None:
    for time in reversed(times):
        if time.role == "date" and time.when.precision is Precision.DAY and not time.future:
            return time.when
    return None


def time_of(
    trigger: Span, region: Span, times: Sequence[TimeExpression], text: str, *, judged: bool
) -> TimeExpression | None:
    """Choose the time of a trigger: in its clause first, then the nearest.

    Parameters
    ----------
    judged
        Whether somebody denies, finds or judges it there: a time before the trigger is then
        that of the denial.
    """
    usable = [t for t in times if t.role in ("date", "sequel") and region.overlaps(t.span)]
    shifted = _AFTER.search(text, region.start, trigger.start)
    behind = [t for t in usable if t.span.start > trigger.start and t.role == "date"]
    if shifted is not None and not behind and not _BREAK.search(shifted["rest"]):
        return _shifted(shifted, [t for t in usable if t.span.start < trigger.start])
    if judged:
        usable = [t for t in usable if t.span.start > trigger.start]
    usable = [t for t in usable if not _SINCE.search(text[: t.span.start])]
    aim = context_pattern("place", "purpose")  # "on a mission to kill him on January 21"
    usable = [t for t in usable if not aim.search(text[trigger.end : t.span.start])]

    def cost(time: TimeExpression) -> tuple[int, int]:
        low, high = min(time.span.end, trigger.end), max(time.span.start, trigger.start)
        between = text[low:high]
        breaks = len(_BREAK.findall(between))
        if time.span.start > trigger.end and time.when.precision is Precision.YEAR:
            breaks += 3 * bool(_RELATIVE.search(between))  # "the post that it left in 2018"
        elif time.span.end < trigger.start and time.when.precision is Precision.YEAR:
            head = text[max(region.start, time.span.start - 60) : time.span.start]
            breaks += 3 * bool(_RELATIVE.search(head) and _MAIN_VERB.match(between))
        said = context_pattern("telling", "said_before").search(
            text[: time.span.start]
        ) or context_pattern("telling", "said_after").search(text[time.span.end :])
        return breaks + 2 * bool(said), high - low

    best = min(usable, key=cost, default=None)
    if best is not None and best.when.start is not None and len(usable) > 1:
        return _joined(best, usable, text)
    return best


_SAME_YEAR = re.compile(r"같은\s?해|그해|\b(?:that|the) same year\b|\b(?:of|in) that year\b")
_SINCE = re.compile(r"\b(?:since|until|till) (?:the )?$", re.IGNORECASE)
_MAIN_VERB = re.compile(r",? (?:is|was|are|were|has|have|had|went|came|\w+ed)\b")


def _shifted(match: re.Match[str], known: Sequence[TimeExpression]) -> TimeExpression | None:
    """Read "on Wednesday, a day after the island was shelled": Tuesday, for the shelling."""
    count = number_value(match["count"]) if match["count"] else None
    days = [t for t in known if t.when.precision is Precision.DAY and t.when.start is not None]
    if count is None or not days or match["unit"].lower() == "hour":
        return days[-1] if days and match["unit"].lower() == "hour" else None
    back = -count if match["way"].lower() == "after" else count
    time = replace(days[-1], unit=match["unit"].lower() + "s", count=back)
    when = anchor_sequel(time, days[-1].when)
    return None if when.start is None else replace(time, when=when, role="date")


def _joined(best: TimeExpression, usable: Sequence[TimeExpression], text: str) -> TimeExpression:
    """Read "in 1999, 2000 and 2002" as a range: the words tell of more than one day."""
    for other in usable:
        gap = " ".join(text[best.span.end : other.span.start].lower().split())
        listed = best.when.precision in _LISTED and other.when.precision is best.when.precision
        if (
            (gap in _AND or (listed and gap in (",", ", and", ", in", ", and in")))
            and other.when.end is not None
            and best.when.end is not None
            and best.when.start is not None
            and other.when.end > best.when.end
        ):
            when = replace(
                best.when,
                end=other.when.end,
                precision=Precision.RANGE,
                text=text[best.span.start : other.span.end],
            )
            precision = best.when.precision
            best = replace(best, when=when, span=Span(best.span.start, other.span.end))
            if listed:  # the list goes on: "2006, 2009 and 2013"
                rest = [t for t in usable if t.span.start >= other.span.end]
                best = replace(best, when=replace(when, precision=precision))
                longer = _joined(best, rest, text)
                return replace(longer, when=replace(longer.when, precision=Precision.RANGE))
            return best
    return best


_AND = ("and", "to", "and in")
_LISTED = (Precision.YEAR, Precision.MONTH)


# --- the time of day ----------------------------------------------------------------------

_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))? ?(?P<half>[ap])\.?m\b|"
    r"(?P<korean>오전|오후) ?(?P<si>\d{1,2})시(?: ?(?P<bun>\d{1,2})분)?",
    re.IGNORECASE,
)
_PARTS = {
    "dawn": (180, 420),
    "새벽": (0, 360),
    "morning": (240, 690),
    "noon": (700, 740),
    "정오": (700, 740),
    "midday": (690, 780),
    "afternoon": (720, 1080),
    "evening": (1020, 1320),
    "저녁": (1020, 1320),
}
_PART = re.compile(
    r"\b(?:after)?noon\b|\b(?:dawn|morning|midday|evening)\b|새벽|정오|저녁", re.IGNORECASE
)


def find_clock(text: str) -> Clock | None:
    """Return the time of day that a passage gives, as the minutes it may mean.

    Examples
    --------
    >>> find_clock("at about noon"), find_clock("at 2 p.m."), find_clock("on Friday")
    ((700, 740), (810, 870), None)
    """
    match = _CLOCK.search(text)
    if match is not None:
        late = (match["half"] or "").lower() == "p" or match["korean"] == "오후"
        hour = int(match["hour"] or match["si"]) % 12 + 12 * late
        minute = hour * 60 + int(match["minute"] or match["bun"] or 0)
        return minute - _PADDING, minute + _PADDING
    part = _PART.search(text)
    return _PARTS.get(part.group().lower()) if part is not None else None
