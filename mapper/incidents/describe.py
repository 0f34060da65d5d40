"""Who took part, who came to harm, how it is put forward, and a line that sums it up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from mapper.incidents.days import number_value
from mapper.incidents.taxonomy import Kind
from mapper.incidents.triggers import context_pattern
from mapper.model import Actor, Assertion, Casualties, Count, Precision, Span, When, Where

__all__ = [
    "actors_with_spans",
    "count_heads",
    "find_actors",
    "find_casualties",
    "side_of_actor",
    "summarize",
]

_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ONES = "one|two|three|four|five|six|seven|eight|nine"
_COUNT = (
    rf"(?:\d[\d,]*|(?:{_TENS})(?:-(?:{_ONES}))?|{_ONES}|ten|eleven|twelve|thirteen|"
    r"fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
)
_NUMBER = (
    rf"(?:{_COUNT}|an?(?=(?:\s[\w-]+){{0,3}}?\s(?:soldier|guard|officer|sergeant|sailor|marine|"
    r"pilot|man|woman|civilian|tourist|fisherman|farmer|villager|official|private)\b))"
)
_HARM = {
    "killed": r"(?:killed|dead|slain|died|drowned)",
    "injured": r"(?:wounded|injured|maimed|hurt)",
    "detained": r"(?:captured|detained|arrested|taken prisoner|taken into custody)",
}
_ACTIVE = {
    "killed": r"(?:kill(?:s|ed|ing)?|deaths? of|lives of)",
    "injured": r"(?:wound(?:s|ed|ing)?|injur(?:es|ed|ing)|maim(?:ed|ing))",
    "detained": r"(?:captur(?:es|ed|ing)|detain(?:s|ed|ing)|arrest(?:s|ed|ing))",
}
_KOREAN_COUNT = r"(\d+|[한두세네]|다섯|여섯|일곱|여덟|아홉|열)\s?명"
_KOREAN_WORDS = {
    "killed": r"(?:사망|숨지|숨졌|숨진|전사|희생|목숨을 잃)",
    "injured": r"(?:부상|중상|경상|다쳤|다치|다친)",
    "detained": r"(?:체포|생포|억류|나포|붙잡)",
}
# "해병대원 2명과 민간인 2명이 숨졌다": what stands before the verb is added up.
_KOREAN = {
    key: re.compile(
        rf"(?:{_KOREAN_COUNT}(?:과|와|,|·)\s?(?:\S+\s){{0,2}}?)?{_KOREAN_COUNT}"
        rf"(?:이|가|을|를|의|은|도)?\s?(?:\S+\s){{0,1}}?{words}"
    )
    for key, words in _KOREAN_WORDS.items()
}
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = re.compile(
    rf"\b(?:19|20)\d\d(?:-\d\d-\d\d)?\b:?|\b{_MONTH} \d{{1,2}}\b|\b\d{{1,2}} {_MONTH}"
)
_MAY_HARM = re.compile(
    r"kill|dead|death|slain|die|drown|wound|injur|maim|hurt|harm|captur|detain|arrest|taken|"
    r"casualt|fatal|los[st]|lives|사망|숨|전사|희생|목숨|부상|중상|경상|다[쳤치친]|체포|생포|억류|나포|붙잡|없",
    re.IGNORECASE,
)
_NO_HARM = (
    r"\b(?:no (?:casualties|{nouns})|nobody (?:was|were) (?:\w+ )?(?:hurt|harmed|{verb})|"
    r"without (?:any )?(?:casualties|{nouns}))\b|"
    r"(?:인명|사상자|{korean}).{{0,6}}없"
)
_NOBODY = {
    key: re.compile(_NO_HARM.format(nouns=nouns, verb=verb, korean=korean), re.IGNORECASE)
    for key, nouns, verb, korean in (
        ("killed", "deaths|fatalities|loss of life", "killed", "사망자"),
        ("injured", "injur(?:y|ies)", "injured|wounded", "부상자|다친 사람"),
    )
}
_NO_ONE = re.compile(r"\bno one\b", re.IGNORECASE)
_OTHER_VERB = re.compile(r"\b(?:were|was|are|is|had|has|have)\b(?=.*[,;])", re.IGNORECASE)
_HEADS = re.compile(
    rf"(?<!of )(?<!the )\b(?P<count>{_NUMBER}|a|an)(?! of\b) (?:[\w-]+ ){{0,3}}?"
    r"(?:soldiers?|troops|guards|men|man|woman|civilians?|people|defectors?|sergeant|private)\b|"
    r"(?:북한군|병사|군인|주민|남성|여성|민간인)\S{0,2} (?:약 )?(?P<korean>\d+)(?:∼\d+)?여? ?명",
    re.IGNORECASE,
)
_PERSON = (
    r"(?!\s*(?:percent|per cent|%|miles?|km|kilomet|met(?:er|re)s?|times|hours?|minutes?|days?|"
    r"weeks?|months?|years?|rounds?|shots?|shells?|bullets?|missiles?|rockets?|drones?|balloons?|"
    r"boats?|ships?|posts?|[ap]\.?m\b|:\d|\.\d))"
)
# "Between ten and twelve", "20-30", "two or three": the least is what is sure.
_RANGE = re.compile(
    rf"\bbetween (?P<low>{_COUNT}) and (?P<high>{_COUNT})\b|"
    r"\b(?P<least>\d+)\s?[-–]\s?(?P<greatest>\d+)\b(?=\s[a-z])|"
    rf"\b(?P<first>{_COUNT}) (?:to|or) (?P<second>{_COUNT})\b(?=\s[a-z])",
    re.IGNORECASE,
)
# "46 of the 104 people on board died", "Of 104 people, 46 died".
_OF_ALL = re.compile(
    rf"(?P<part>^|[.;] |\b{_COUNT} )of (?:the |its |their )?{_COUNT}\b[^,.;]*?"
    r"(?=[,.;]|\b(?:died|were|was|are|is|dead|killed)\b|$)",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"\b(?:{_NUMBER})\b(?![-–]\w){_PERSON}", re.IGNORECASE)
_ITEM = (
    rf"{_NUMBER}\b(?![-–]\w){_PERSON}(?!\sof\b)"
    r"(?:\s(?!(?:and|in|on|at|when|after|while)\b)[\w.'’-]+){0,4}"
)
# "killing two marines and two civilians": the whole list counts, up to the next verb.
_ACTIVE_HARM = {
    key: re.compile(
        rf"\b{verb} (?:all |at least |about |some |as many as |more than |nearly |up to )*"
        rf"(?P<who>{_ITEM}(?:(?:,| and|, and) (?:at least |about |another )?{_ITEM})*)",
        re.IGNORECASE,
    )
    for key, verb in _ACTIVE.items()
}


_OPEN_ABOVE = r"\b(?:at least|more than|over|no fewer than)\s+$"
_OPEN_BELOW = r"\b(?:up to|as many as|at most|fewer than|less than)\s+$"


def find_casualties(text: str) -> Casualties:
    """Read what a passage says of harm to people; what it does not say stays ``None``.

    Examples
    --------
    >>> harm = find_casualties("Five people were killed and 20 to 30 others were injured.")
    >>> harm.killed, harm.injured, harm.injured_low, harm.injured_high
    (5, 20, 20, 30)
    """
    if not _MAY_HARM.search(text):
        return Casualties()
    text = re.sub(r"\([^)]*\)", "", text)
    text = re.sub(r"\b([A-Z])\.(?=\s?[A-Z\sa-z])", r"\1", text)  # "U.S." ends no clause
    text = _DATE.sub(" ", text)
    text = _NO_ONE.sub("nobody", text)
    least = _OF_ALL.sub(lambda m: m["part"], _RANGE.sub(_least, text))
    most = _OF_ALL.sub(lambda m: m["part"], _RANGE.sub(_most, text))
    counts: dict[str, int | None] = {}
    for key in _HARM:
        counts[key] = _count(least, key)
        if counts[key] is None:
            continue
        if most != least and (high := _count(most, key)) != counts[key]:
            counts |= {f"{key}_low": counts[key], f"{key}_high": high}
        else:
            counts |= _bound(least, key, counts[key])
    for key, nobody in _NOBODY.items():
        if counts[key] is None and nobody.search(text):
            counts[key] = 0
    return Casualties(**counts)


def _least(match: re.Match[str]) -> str:
    return str(match["low"] or match["least"] or match["first"])


def _most(match: re.Match[str]) -> str:
    return str(match["high"] or match["greatest"] or match["second"])


def _bound(text: str, key: str, count: int | None) -> dict[str, int | None]:
    """Read "at least five were killed" and "killing up to five": open on one side."""
    for word in re.finditer(rf"\b(?:{_HARM[key]}|{_ACTIVE[key]})\b", text, re.IGNORECASE):
        near = text[max(0, word.start() - 60) : word.end() + 60]
        for number in re.finditer(rf"\b{_COUNT}\b", near, re.IGNORECASE):
            if number_value(number.group()) != count:
                continue
            before = near[: number.start()]
            if re.search(_OPEN_ABOVE, before, re.IGNORECASE):
                return {f"{key}_low": count}
            if re.search(_OPEN_BELOW, before, re.IGNORECASE):
                return {f"{key}_high": count}
    return {}


def _count(text: str, key: str) -> int | None:
    korean = _KOREAN[key].search(text)
    if korean:
        return sum(number_value(count) or 0 for count in korean.groups() if count)
    total: int | None = None
    # "Two soldiers and one guard were killed", "one U.S. soldier killed and three wounded"
    passive = rf"(?P<who>\b{_NUMBER}\b{_PERSON}[^.;:]{{0,70}}?)\b{_HARM[key]}\b"
    for match in re.finditer(passive, text, re.IGNORECASE):
        if _COUNTED.match(text, match.end() + 1):
            continue  # "killed a guard and wounded seven": whom, not who
        who = match["who"]
        for other, word in _HARM.items():  # "one killed and three wounded": only what follows
            if other != key:
                who = re.split(rf"\b{word}\b", who, flags=re.IGNORECASE)[-1]
        who = _OTHER_VERB.split(who)[-1]
        numbers = [
            number_value(n)
            for n in re.findall(rf"\b{_NUMBER}\b{_PERSON}", who, flags=re.IGNORECASE)
        ]
        values = [n for n in numbers if n is not None]
        if values:
            total = (total or 0) + sum(values)
    if total is not None:
        return total
    doing = _ACTIVE_HARM[key].search(text)
    if doing is None:
        return None
    counts = [number_value(n) for n in _COUNTED.findall(doing["who"])]
    return sum(n for n in counts if n is not None)


def find_actors(text: str, trigger_start: int) -> tuple[Actor, ...]:
    """Name who takes part: before the trigger who does it, after it whom it meets."""
    return tuple(actor for actor, _ in actors_with_spans(text, trigger_start))


@lru_cache(maxsize=256)  # asked for the actors of an incident and for the spans of its evidence
def actors_with_spans(text: str, trigger_start: int) -> tuple[tuple[Actor, Span], ...]:
    """Name who takes part, each with the words in ``text`` that name it.

    Parameters
    ----------
    trigger_start
        Where in ``text`` the incident is told. "by" turns the roles round.
    """
    found: dict[str, tuple[Actor, Span]] = {}
    dateline = context_pattern("place", "dateline").match(text[:90])
    begin = dateline.end() if dateline else 0
    passive = re.search(
        r"\b(?:was|were|is|are|been)\b[^.;]{0,40}\bby\b", text[max(0, trigger_start - 40) :]
    )
    for side, names in (("north", ("north", "bare_north")), ("south", ("south", "bare_south"))):
        for name in names:
            for match in context_pattern("actors", name).finditer(text, begin):
                words = " ".join(match.group().split())
                if _speaks(text, match.start(), match.end()) or any(
                    words.lower() in other.lower() for other in found
                ):
                    continue
                first = match.start() <= trigger_start
                role = "initiator" if first != bool(passive) else "target"
                actor = Actor(name=words, side=side, role=role)
                found[words] = (actor, Span(match.start(), match.end()))
            if any(actor.side == side for actor, _ in found.values()):
                break
    return tuple(found.values())


def count_heads(text: str, *, first: bool = False) -> int | None:
    """Return how many soldiers or people a passage names last: "about 20 soldiers crossed".

    Parameters
    ----------
    first
        Take the first ones named instead.

    Examples
    --------
    >>> count_heads("At noon two armed North Korean soldiers"), count_heads("They crossed")
    (2, None)
    """
    found = list(_HEADS.finditer(text))
    if not found:
        return None
    last = found[0 if first else -1]
    return number_value(last["count"] or last["korean"])


def _speaks(text: str, start: int, end: int) -> bool:
    """Say whether a side is only quoted: "according to the South Korean military"."""
    before, after = text[max(0, start - 40) : start], text[end : end + 40]
    return bool(
        context_pattern("actors", "speaker_before").search(before)
        or context_pattern("actors", "speaker_after").search(after.replace("’", "'"))
    )


def side_of_actor(text: str, trigger_start: int, *, context: str = "") -> str:
    """Return ``north`` or ``south`` for whoever does it, or an empty string.

    The last one named before the trigger counts; else one behind "by"; else the side that
    ``context`` (the document) speaks of more.
    """
    last: tuple[int, str] = (-1, "")
    counts = {}
    for side in ("north", "south"):
        pattern = context_pattern("korea", side)
        counts[side] = sum(1 for _ in pattern.finditer(context))
        for match in pattern.finditer(text):
            by = re.search(r"\bby (?:the )?$", text[: match.start()])
            if match.start() <= trigger_start or by:
                last = max(last, (match.start(), side))
    if last[1] or counts["north"] == counts["south"]:
        return last[1]
    return max(counts, key=lambda side: counts[side])


_MOST_COUNTS = 2  # in the summary


def summarize(
    kind: Kind,
    when: When,
    where: Where | None,
    casualties: Casualties,
    assertion: Assertion,
    counts: Sequence[Count] = (),
) -> str:
    """Make one line from the parts; it is no quotation.

    Examples
    --------
    >>> from mapper.incidents.taxonomy import load_taxonomy
    >>> summarize(load_taxonomy()["landmine"], When(), None, Casualties(injured=2),
    ...           Assertion.ASSERTED)
    'Landmine blast, place unknown, date unknown: 2 injured'
    """
    place = where.label if where is not None else "place unknown"
    if where is not None and not where.stated:
        place += " (not stated)"
    line = f"{kind.label}, {place}, {_date_words(when)}"
    harm = [
        f"{count} {word}"
        for word in ("killed", "injured", "detained")
        if (count := getattr(casualties, word))
    ]
    harm = [*(f"{count.number:,} {count.unit}" for count in counts[:_MOST_COUNTS]), *harm]
    if harm:
        line += ": " + ", ".join(harm)
    if assertion is not Assertion.ASSERTED:
        line += f" [{assertion.value}]"
    return line


def _date_words(when: When) -> str:
    if when.start is None or when.end is None:
        return f'"{when.text}"' if when.text else "date unknown"
    if when.precision is Precision.DAY:
        return when.start.isoformat()
    if when.precision is Precision.MONTH:
        return when.start.isoformat()[:7]
    if when.precision is Precision.YEAR:
        return str(when.start.year)
    return f"{when.start.isoformat()} to {when.end.isoformat()}"
