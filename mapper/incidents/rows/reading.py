"""A row of a table as a report of one incident: all that can be said without a gazetteer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from mapper.errors import InputError
from mapper.incidents.cells import Interval, is_nothing, read_day, read_interval, spread
from mapper.incidents.days import precision_of
from mapper.incidents.rows.columns import Layout, fold
from mapper.incidents.rows.facts import RowFaults, actors_of, counts_of, harm_of
from mapper.incidents.rows.kinds import RowKind, kind_of_row
from mapper.incidents.rows.places import RowPlace, place_of
from mapper.model import (
    Actor,
    Assertion,
    Casualties,
    Certainty,
    Count,
    Document,
    Precision,
    Side,
    Span,
    When,
    ZoneName,
)
from mapper.text import clean, make_document

__all__ = ["Report", "RowReader"]

_MOST_WORDS = 20_000  # code points of a row's words that are kept
_MOST_QUOTED = 600  # of them that are quoted; the rest stands below
_MOST_EXTRA, _MOST_EXTRAS = 500, 40
_ADDRESS = re.compile(r"https?://[^\s<>\"|]+")
_OURS = {"incidentid", "dateprecision", "quote"}  # columns that only our own export has
_OUR_ID = re.compile(r"(?:IM)?([0-9a-f]{16})")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TAG = re.compile(r"([a-z_]+)=([^;]*)")
_OUR_PRECISIONS = {precision.value: precision for precision in Precision}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one row tells.

    Attributes
    ----------
    document
        Its words, and below them what its other columns say.
    words
        Where in the document it tells what happened.
    url
        Of the evidence; with our own exports it opens the very words.
    incident_id
        As our own export gives it; else empty.
    row_id
        What the table calls it.
    summary, exported
        The line, and the zone with its side and certainty, that our own export gives.
    faults
        What cells say that cannot be used, each with the name of its column.
    """

    number: int
    document: Document
    words: Span
    url: str
    incident_id: str
    row_id: str
    kind: RowKind
    when: When
    place: RowPlace
    assertion: Assertion = Assertion.ASSERTED
    actors: tuple[Actor, ...] = ()
    casualties: Casualties = field(default_factory=Casualties)
    counts: tuple[Count, ...] = ()
    probability: float = 1.0
    summary: str = ""
    exported: tuple[ZoneName, Side, Certainty] | None = None
    faults: tuple[str, ...] = ()


class RowReader:
    """Reads the rows of one table.

    Parameters
    ----------
    layout
        What its columns are.
    name
        What the table is called; its file's name.
    unit
        What the numbers of rows count: ``line``, ``row`` or ``feature``.
    uncertainty_m
        Radius of a position where the row says none.
    day_first
        Whether 11/12/2017 is in December; ``None`` where the table does not tell.
    geometry
        Whether the shape of a GIS file says where, and not columns beside it.
    """

    def __init__(
        self,
        layout: Layout,
        *,
        name: str,
        unit: str = "row",
        uncertainty_m: float = 5_000.0,
        day_first: bool | None = None,
        geometry: bool = False,
    ) -> None:
        self.layout = layout
        self.name = name
        self.unit = unit
        self.day_first = day_first
        self.uncertainty_m = uncertainty_m
        self.geometry = geometry
        self.is_ours = {fold(column) for column in layout.header} >= _OURS
        self._precision = fold(layout.name("precision"))
        self._is_acled = fold(layout.name("id")) == "eventidcnty"

    def read(self, number: int, cells: Sequence[str]) -> Report | None:
        """Return what a row tells; ``None`` when it tells nothing at all.

        Parameters
        ----------
        number
            Of the row, as a reader of the file counts.
        cells
            As many as the header has, or fewer.
        """
        layout, faults = self.layout, RowFaults()
        row_id = "" if is_nothing(cell := layout.cell(cells, "id")) else cell[:100]
        ours = _OUR_ID.fullmatch(row_id)
        tags = self._tags(cells) if ours else {}
        words = next((cells[n] for n in layout.words if n < len(cells) and cells[n]), "")
        kind = self._kind(cells, tags, words)
        when = self._when(cells, tags, faults)
        place = place_of(
            layout, cells, tags, faults, unstated_m=self.uncertainty_m, geometry=self.geometry
        )
        if not words and when.start is None and place.is_empty:
            return None
        document, span, place = self._document(number, cells, row_id, words, kind, place, faults)
        return Report(
            number=number,
            document=document,
            words=span,
            url=self._url_of_words(cells, document),
            incident_id=ours[1] if ours else row_id if self.is_ours else "",
            row_id=row_id,
            kind=kind,
            when=when,
            place=place,
            assertion=self._assertion(cells, tags, faults),
            actors=actors_of(layout, cells),
            casualties=harm_of(layout, cells, faults, none_reported=self._is_acled and not ours),
            counts=counts_of(layout.cell(cells, "counts")),
            probability=self._share(cells, tags, "probability", faults),
            summary=self._own(cells, "summary"),
            exported=self._exported(cells),
            faults=tuple(faults),
        )

    def _own(self, cells: Sequence[str], name: str) -> str:
        """Return a cell of our own export by the name that it has there."""
        names = [fold(column) for column in self.layout.header] if self.is_ours else []
        at = names.index(fold(name)) if fold(name) in names else len(cells)
        return cells[at] if at < len(cells) else ""

    def _exported(self, cells: Sequence[str]) -> tuple[ZoneName, Side, Certainty] | None:
        zone, side, certainty = (self._own(cells, name) for name in ("zone", "side", "certainty"))
        try:
            return ZoneName(zone), Side(side), Certainty(certainty)
        except ValueError:
            return None

    def _tags(self, cells: Sequence[str]) -> dict[str, str]:
        return {match[1]: match[2].strip() for match in _TAG.finditer(self._cell(cells, "tags"))}

    def _cell(self, cells: Sequence[str], name: str) -> str:
        return self.layout.cell(cells, name)

    def _kind(self, cells: Sequence[str], tags: dict[str, str], words: str) -> RowKind:
        # Of UCDP's rows the title is an article's, which tells of more than this one incident.
        titled = self._cell(cells, "title") and fold(self.layout.name("title")) != "sourceheadline"
        found = kind_of_row(
            tags.get("kind") or self._known(cells, "kind"),
            sub_event=self._known(cells, "sub_event"),
            event=self._known(cells, "event"),
            violence=self._cell(cells, "violence"),
            text=f"{self._cell(cells, 'title')}. {words}" if titled else words,
        )
        sure = self._cell(cells, "kind_probability")
        try:
            return replace(found, probability=float(sure)) if sure and self.is_ours else found
        except ValueError:
            return found

    def _known(self, cells: Sequence[str], name: str) -> str:
        cell = self._cell(cells, name)
        return "" if is_nothing(cell) else cell[:200]

    def _when(self, cells: Sequence[str], tags: dict[str, str], faults: RowFaults) -> When:
        start = tags.get("date_start") or self._known(cells, "start")
        end = tags.get("date_end") or self._known(cells, "end")
        if not start and not end:
            start = self._by_parts(cells)
        said = dict.fromkeys(filter(None, (start, end)))
        text = self._cell(cells, "date_text")
        if not text and not all(map(_ISO_DAY.fullmatch, said)):  # such a day says it itself
            text = " to ".join(said)
        if not start and not end:
            why = self._cell(cells, "date_method") if self.is_ours else ""
            return When(text=text, method=why or "the row gives no date")
        try:
            found = self._interval(
                start or end, end or start, "" if tags else self._cell(cells, "precision")
            )
        except InputError as error:
            faults.add(self.layout.name("start") or self.layout.name("year"), str(error))
            return When(text=text, method=f"not read: {error}")
        return When(
            start=found.start,
            end=found.end,
            precision=found.precision,
            text=text,
            method=self._cell(cells, "date_method") or "absolute",
        )

    def _by_parts(self, cells: Sequence[str]) -> str:
        parts = [self._known(cells, name).split(".")[0] for name in ("year", "month", "day")]
        known = parts[: parts.index("")] if "" in parts else parts
        return "-".join(part.zfill(2) for part in known)

    def _interval(self, start: str, end: str, code: str) -> Interval:
        first = read_interval(start, day_first=self.day_first)
        last = first if end == start else read_interval(end, day_first=self.day_first)
        if last.end < first.start:
            raise InputError(f"it ends ({last.end}) before it begins ({first.start})")
        if last is first:
            found = first
        else:
            found = Interval(first.start, last.end, precision_of(first.start, last.end))
        if code in _OUR_PRECISIONS and code != Precision.UNKNOWN:
            return replace(found, precision=_OUR_PRECISIONS[code])
        if self._precision == "timeprecision" and found.start == found.end:
            return spread(found.start, code)
        return found

    def _assertion(
        self, cells: Sequence[str], tags: dict[str, str], faults: RowFaults
    ) -> Assertion:
        said = (tags.get("assertion") or self._known(cells, "assertion")).casefold()
        try:
            return Assertion(said) if said else Assertion.ASSERTED
        except ValueError:
            known = ", ".join(assertion.value for assertion in Assertion)
            faults.add(self.layout.name("assertion"), f"{said[:30]!r} is none of {known}")
            return Assertion.ASSERTED

    def _share(
        self, cells: Sequence[str], tags: dict[str, str], name: str, faults: RowFaults
    ) -> float:
        said = tags.get(name) or self._known(cells, name)
        try:
            share = float(said) if said else 1.0
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            faults.add(self.layout.name(name), f"{said[:30]!r} is not between 0 and 1")
            return 1.0
        return share

    def _url_of_words(self, cells: Sequence[str], document: Document) -> str:
        if self.is_ours:
            return self._cell(cells, "url")
        # The words are the table's: what it cites need not hold them.
        return document.url

    def _document(
        self,
        number: int,
        cells: Sequence[str],
        row_id: str,
        words: str,
        kind: RowKind,
        place: RowPlace,
        faults: RowFaults,
    ) -> tuple[Document, Span, RowPlace]:
        """Write the row as a text: its words, then what its other columns say."""
        said = words or self._cell(cells, "title") or self._in_short(cells)
        if len(said) > _MOST_WORDS:
            faults.add("", f"its words are cut to {_MOST_WORDS:,} characters")
            said = said[:_MOST_WORDS]
        title = self._cell(cells, "title")
        head = f"{title[:_MOST_EXTRA]}\n\n" if title and title != said else ""
        text = head + said
        addresses = _ADDRESS.findall(f"{self._cell(cells, 'url')} {self._cell(cells, 'source')}")
        extras = self._extras(cells, words, kind, place, text, addresses)
        if extras:
            text += "\n\n" + "\n".join(extras)
        source = _ADDRESS.sub("", self._known(cells, "source")).strip(" ;,|")[:200]
        at = f"{self.name}, {self.unit} {number}"
        try:
            published = read_day(self._known(cells, "published").split(";")[0])
        except InputError:
            published = None
        document = make_document(
            text,
            label=source if self.is_ours and source else at + (f" ({row_id})" if row_id else ""),
            title=at if self.is_ours and source else "",
            url=self._address(addresses),
            publisher=source or self.name,
            published=published,
        )
        span = _quoted(document, Span(len(head), len(head) + len(said)))
        return document, span, replace(place, span=_find(document.text, clean(place.name)))

    def _address(self, addresses: Sequence[str]) -> str:
        for address in addresses:
            bare = address.partition("#:~:")[0].rstrip(".,;)")
            try:
                parts = urlsplit(bare)
            except ValueError:
                continue
            if parts.netloc:
                return bare
        return ""

    def _in_short(self, cells: Sequence[str]) -> str:
        fields = (
            "kind",
            "sub_event",
            "event",
            "place",
            "start",
            "year",
            "actors",
            "actor1",
            "actor2",
        )
        said = [self._known(cells, name) for name in fields]
        return "; ".join(dict.fromkeys(filter(None, said))) or "(no words)"

    def _extras(
        self,
        cells: Sequence[str],
        words: str,
        kind: RowKind,
        place: RowPlace,
        text: str,
        addresses: Sequence[str],
    ) -> list[str]:
        """Return lines "column: cell" of what the row says beside its words."""
        layout = self.layout
        shown = [n for n in (*layout.words, *layout.others) if n < len(cells) and cells[n]]
        lines = [
            f"{layout.header[n]}: {' '.join(cells[n].split())[:_MOST_EXTRA]}"
            for n in shown
            if cells[n] != words and not (self.is_ours and n in layout.words)
        ]
        lines += [
            f"{layout.name(name)}: {cell[:_MOST_EXTRA]}"
            for name in ("admin", "country", "zone", "side")
            if (cell := self._cell(cells, name)) and not self.is_ours
        ]
        if kind.word:
            name = next(
                (n for n in ("kind", "sub_event", "event") if self._cell(cells, n) == kind.word),
                "kind",
            )
            lines.append(f"{layout.name(name) or name}: {kind.word}")
        if place.name and _find(text, place.name) is None:
            lines.append(f"{layout.name('place')}: {place.name}")
        lines += [f"{layout.name('url') or 'source'}: {a}" for a in addresses[1:]]
        return lines[:_MOST_EXTRAS]


def _quoted(document: Document, span: Span) -> Span:
    """Return the span up to the sentence in which it becomes long."""
    if len(span) <= _MOST_QUOTED:
        return span
    for sentence in document.sentences:
        if sentence.end >= span.start + _MOST_QUOTED:
            return Span(span.start, min(span.end, sentence.end, span.start + 2 * _MOST_QUOTED))
    return Span(span.start, span.start + _MOST_QUOTED)


def _find(text: str, name: str) -> Span | None:
    if not name:
        return None
    match = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    return Span(match.start(), match.end()) if match else None
