"""The open gazetteer: a memory-mapped name trie over one read-only SQLite file."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import marisa_trie

from mapper.errors import GazetteerError
from mapper.gazetteer import build as compiler
from mapper.gazetteer.build import COLUMN, RECORD
from mapper.gazetteer.names import Token, is_hangul, korean_key, tokenize, world_key
from mapper.model import Place, Position, Span
from mapper.settings import load_settings

__all__ = ["Entry", "Gazetteer", "NameMatch"]

_MAX_WORDS = 7  # the longest names worth finding: "Democratic People's Republic of Korea"
_KOREAN_WORDS = 3
_TIERS = ("core", "country", "state", "region", "county", "city")
# Radius of a town by its population, from the built-up areas of the world's cities: a
# village of 1,000 spreads over about 1 km, a city of 10 million over about 20 km.
_TOWN_RADIUS_M = ((1_000, 1_000), (10_000, 2_500), (100_000, 6_000), (1_000_000, 12_000))
_TOWN_ACCURACY_M = 1_000.0  # GeoNames points of towns; coordinates are of mixed origin


@dataclass(frozen=True, slots=True)
class Entry:
    """One meaning of a name, with what ranking needs to know about it."""

    row: int
    flags: int
    lon: float
    lat: float
    population: int
    country: int
    admin1: int
    tier: str


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name of the gazetteer that stands in a text."""

    span: Span
    first: int
    last: int
    key: str


class Gazetteer:
    """Place names of the world, the border's own first. Open it with :meth:`open`.

    Reading is safe from several threads; a gazetteer that goes to another process opens
    its files again there.
    """

    def __init__(self, directory: Path, version: str) -> None:
        self._directory = directory
        self.version = version
        self._verify()
        self._trie = marisa_trie.RecordTrie(RECORD).mmap(str(directory / "names.trie"))
        self._columns = (directory / "columns.bin").read_bytes()
        self._column = struct.Struct(COLUMN)
        self._lock = threading.Lock()
        self._database = self._connect()
        self._labels = dict(self._query("SELECT number, label FROM label", ()))
        self.entries = lru_cache(maxsize=200_000)(self._entries)
        self._place_at = lru_cache(maxsize=20_000)(self._read_place)

    def __reduce__(self) -> tuple[type[Gazetteer], tuple[Path, str]]:
        return (Gazetteer, (self._directory, self.version))

    @classmethod
    def open(cls, *, cache_dir: Path | None = None, geodata: Path | None = None) -> Gazetteer:
        """Open the compiled gazetteer, compiling it first where needed.

        Parameters
        ----------
        cache_dir
            Folder for the compiled form; by default that of the settings.
        geodata
            Folder with ``gazetteer/core.csv`` and its siblings; by default the package's.

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
        version = compiler.source_version(folder)
        parent = cache_dir if cache_dir is not None else load_settings().cache_path
        target = parent / f"gazetteer-{version}"
        for _ in range(2):
            if not (target / "complete.json").is_file():
                shutil.rmtree(target, ignore_errors=True)
                try:
                    compiler.build(folder, target)
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

        The world key is tried first, then the Korean one.
        """
        entries = self.entries(world_key(name)) or self.entries(_korean(name))
        return tuple(self.place_of(entry) for entry in entries)

    def place(self, place_id: str) -> Place | None:
        """Return the place with this id, or ``None``."""
        rows = self._query("SELECT row FROM place WHERE place_id = ?", (place_id,))
        return self._place_at(rows[0][0]) if rows else None

    def place_of(self, entry: Entry) -> Place:
        """Return the whole place of an entry."""
        return self._place_at(entry.row)

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
        tokens, found, at = tokenize(text), [], 0
        while at < len(tokens):
            names = self.names_at(tokens, at, text)
            if names:
                found.append(names[0])
                at = names[0].last + 1
            else:
                at += 1
        return found

    def names_at(self, tokens: Sequence[Token], at: int, text: str) -> list[NameMatch]:
        """List the names that begin at token ``at``, longest first."""
        first = tokens[at]
        if not (first.text[0].isupper() or first.text[0].isdigit() or is_hangul(first.text)):
            return []
        stop = at + 1
        while stop < len(tokens) and stop - at < _MAX_WORDS and _joins(text, tokens, stop):
            stop += 1
        keys = [token.key for token in tokens[at:stop]]
        joined = " ".join(keys)
        ends, length = {}, -1
        for number, key in enumerate(keys):
            length += len(key) + 1
            ends[length] = at + number
        names = [
            NameMatch(Span(first.start, tokens[ends[len(key)]].end), at, ends[len(key)], key)
            for key in self._trie.prefixes(joined)
            if len(key) in ends
        ]
        # prefixes() yields one item per record: keep one per key
        unique = {name.key: name for name in names}
        for last in range(min(stop, at + _KOREAN_WORDS) - 1, at - 1, -1):
            span = Span(first.start, tokens[last].end)
            if any(name.last == last for name in unique.values()):
                continue
            key = _korean(text[span.start : span.end])
            if key and key in self._trie:
                unique[key] = NameMatch(span, at, last, key)
        return sorted(unique.values(), key=lambda name: -name.last)

    def prefixes(self, word: str) -> list[str]:
        """List the names that a word begins with, longest first (for Hangul particles)."""
        return sorted(set(self._trie.prefixes(word)), key=len, reverse=True)

    def _entries(self, key: str) -> tuple[Entry, ...]:
        if not key or key not in self._trie:
            return ()
        unpack, size = self._column.unpack_from, self._column.size
        best: dict[int, int] = {}
        for row, flags in self._trie[key]:
            best.setdefault(row, flags)
        found = []
        for row, flags in sorted(best.items()):
            lon, lat, population, country, admin1, tier = unpack(self._columns, row * size)
            found.append(Entry(row, flags, lon, lat, population, country, admin1, _TIERS[tier]))
        return tuple(found)

    def _read_place(self, row: int) -> Place:
        columns = (
            "place_id, name, names, lon, lat, tier, feature_code, country, admin, population,"
            " extent_m, accuracy_m, footprint, source"
        )
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
        ) = self._query(f"SELECT {columns} FROM place WHERE row = ?", (row,))  # noqa: S608 - a constant
        if tier == "city":
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
            source=source,
            accuracy_m=accuracy,
        )

    def _query(self, statement: str, values: tuple[object, ...]) -> list[tuple]:  # type: ignore[type-arg] - rows of any shape
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


def _joins(text: str, tokens: Sequence[Token], at: int) -> bool:
    """Say whether the gap before token ``at`` may lie inside a name: no comma, no full stop."""
    gap = text[tokens[at - 1].end : tokens[at].start]
    if len(gap) > 3:
        return False
    plain = gap.strip(" \n\u00a0")
    if plain in ("", "-", "'", "’", "‐", "–"):
        return "\n\n" not in gap
    # "St. Louis", "Mt. Kumgang", "Ft. Worth": a short word and its dot
    return plain == "." and tokens[at - 1].end - tokens[at - 1].start <= 3


def _tables(geodata: Path | None) -> Path:
    if geodata is None:
        configured = load_settings().geodata_dir
        package = Path(__file__).parents[1]
        installed = package / "geodata"
        geodata = Path(configured) if configured else installed
        if not configured and not installed.is_dir():
            geodata = package.parent / "geodata"
    return geodata / "gazetteer"
