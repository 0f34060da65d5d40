"""Which names are places in an English text, and of which kind.

Every capitalised word starts a walk in the name trie. What is found is weighed: what it is
(country, state, town by population, a common word, a surname), what the rules make of the
words around it, and what the learned weights make of them. Names that no gazetteer knows
are places when the learned weights say so. One decision is made for a name across the
whole document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mapper.gazetteer import Entry, Flag, Gazetteer, NameMatch, is_hangul, word_key, world_key
from mapper.model import Document, MentionKind, Span
from mapper.recognition.blocks import blocks
from mapper.recognition.features import Scene
from mapper.recognition.kinds import is_ship, kind_of, takes_area_word, takes_structure
from mapper.recognition.known import ALWAYS, Known, has_postal, known_of
from mapper.recognition.learned import NOTHING, read_odds
from mapper.recognition.lexicon import Lexicon, load_lexicon
from mapper.recognition.points import Points
from mapper.recognition.weighing import Clues, gather, load_thresholds, logit, weigh

__all__ = ["KOREA", "Found", "Walker", "find_names", "shifted"]

KOREA = re.compile("Korea|DPRK|KCNA|Pyongyang|Seoul|DMZ|Panmunjom")
_NUMBERS = frozenset(
    {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
)
_KOREAN = "\x02"  # begins a Korean key
_BOTH, _KOREAN_WORD = "inter-", "korean"
_SHORT = 4  # letters
_LEAST = 3  # letters of a name that no gazetteer knows
_ORGANIZATION = 0.6  # probability above which a name is part of another one
_CLEAR = 0.97  # probability that settles it
_MORE = 0.5  # probability above which a word goes on with a name
_NEVER = -99.0  # log-odds
_CERTAIN = 3.0  # points of what needs no weighing: demonyms, institutions
_NEVER_NOT = ("core", "country", "region")  # "Union" is no town, but "EU" is a region


@dataclass(frozen=True, slots=True)
class Found:
    """A name in the text with the points for its being a place."""

    span: Span
    key: str
    kind: MentionKind
    points: float
    referent: str = ""


def shifted(name: Found, by: int) -> Found:
    """Return a name with its span moved on, from a block of a text to the text."""
    if not by:
        return name
    span = Span(name.span.start + by, name.span.end + by)
    return Found(span, name.key, name.kind, name.points, name.referent)


def find_names(document: Document, gazetteer: Gazetteer) -> list[Found]:
    """Find the names of places in an English text; posts may overlap with other names."""
    korean = bool(KOREA.search(document.text))
    thresholds, persons, found = load_thresholds(), set[str](), list[Found]()
    for block, starts in blocks(document):
        scene = Scene(document.quote(block), starts, gazetteer, korean=korean)
        walker = Walker(scene)
        found += [shifted(name, block.start) for name in walker.walk()]
        if korean:
            found += [shifted(name, block.start) for name in _posts(scene, walker.lexicon)]
        persons |= walker.points.persons
    best: dict[str, float] = {}
    for name in found:
        best[name.key] = max(name.points, best.get(name.key, name.points))
    kept = []
    for name in found:
        if name.key in persons and best[name.key] < thresholds.place:
            keeps = name.points + thresholds.person >= thresholds.accept
        else:
            carried = name.points >= thresholds.carried and best[name.key] >= thresholds.sure
            keeps = carried or name.points >= thresholds.accept
        if keeps:
            kept.append(name)
    return kept


def _posts(scene: Scene, lexicon: Lexicon) -> Iterator[Found]:
    """Find the posts and hills of the border by their names or numbers: "OP Mesa", "Hill 121".

    Few of them are known to any gazetteer; an unresolved mention is better than none.
    """
    for match in lexicon.posts.finditer(scene.text):
        key = world_key(match.group())
        yield Found(Span(*match.span()), key, MentionKind.LITERAL, _CERTAIN)


class Walker:
    """One pass over the words of one document."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.text, self.tokens = scene, scene.text, scene.tokens
        self.gazetteer = scene.gazetteer
        self.lexicon: Lexicon = load_lexicon()
        self.points = Points(scene)
        self.odds = read_odds(scene)
        self.thresholds = load_thresholds()
        self.table_starts = self.lexicon.starts | {_KOREAN_WORD}
        self.underscored = "_" in self.text

    # -- the walk ---------------------------------------------------------------------
    def walk(self) -> list[Found]:
        """List every name that may be a place, however unlikely, in reading order."""
        found: list[Found] = []
        free, words, capitals = 0, self.scene.words, self.scene.capitals
        for at in self.scene.large:
            if at < free:
                continue
            if not capitals[at]:
                letter = words[at][0]
                if letter.islower() or is_hangul(letter):
                    continue
            name = self.name_at(at)
            if name is None:
                continue
            found.append(name)
            if name.points >= self.thresholds.accept:
                self.points.previous_end = name.span.end
            if name.points < self.thresholds.carried:
                continue  # a shorter name may begin at the next word
            free = at + 1
            while free < self.scene.count and self.scene.begins[free] < name.span.end:
                free += 1
        return found

    def name_at(self, at: int) -> Found | None:
        """Return the best reading of the words from token ``at`` on, likely or not."""
        key = self.scene.keys[at]
        if key in self.lexicon.common and self.is_plain_start(at):
            return None
        if key in self.table_starts:
            name = self.from_tables(at)
            if name is not None:
                return name
        accept, best = self.thresholds.accept, None
        names = self.scene.names_at(at)
        if not names:
            return self.unknown_at(at)
        for number, match in enumerate(names):
            if number + 1 < len(names) and self.takes_too_much(match):
                continue
            name = self.judge(match)
            if name is not None and (best is None or name.points > best.points):
                best = name
                if best.points >= accept:
                    break
        if best is None or best.points < accept:
            unknown = self.unknown_at(at)
            if unknown is not None and (best is None or unknown.points > best.points):
                return unknown
        return best

    def takes_too_much(self, match: NameMatch) -> bool:
        """For "Jiangsu province" and "San Fernando City Council": the shorter name is meant."""
        if not self.scene.capitals[match.last]:
            return self.scene.keys[match.last] in self.lexicon.areas_after
        return (
            self.scene.keys[match.last] == "city"
            and self.scene.capitals[match.last + 1]
            and self.scene.gaps[match.last] == " "
        )

    def unknown_at(self, at: int) -> Found | None:
        """Read a name that the gazetteer does not know, from the learned weights alone."""
        if self.scene.korean and self.scene.gaps[at] == "-":
            hyphened = self.hyphened(at)
            if hyphened is not None:
                return hyphened
        odds = self.odds.get(at)
        if odds is None or odds[0] < self.thresholds.unknown_of:
            return None
        lexicon = self.lexicon
        last, least = at, odds.begins
        while self.goes_on(last):
            last += 1
            least = min(least, self.odds[last].inside)
        span = Span(self.scene.begins[at], self.scene.ends[last])
        ends, after = self.scene.keys[last], self.scene.keys[last + 1]
        if any(self.is_core(number) for number in range(at, last + 1)):
            return None  # "Joint Security Area Landing Zone": the known place is meant
        area = ends in lexicon.areas_after and last > at
        needed = self.thresholds.unknown_area if area else self.thresholds.unknown
        if self.scene.keys[at - 1] == "of" and self.scene.keys[at - 2] in lexicon.settlements:
            needed = self.thresholds.unknown_of
        building = ends in lexicon.organisations and ends not in lexicon.areas_after
        building &= not (last > at and takes_structure(self.scene, last - 1))
        numbered = after.isdigit() and self.scene.joined(last)
        if (
            building
            or numbered
            or after in lexicon.nothing_after
            or least < needed
            or len(span) < _LEAST
            or len(self.scene.words[at]) == 1  # "S Dunn"
            or "_" in self.text[max(span.start - 1, 0) : span.end + 1]
        ):
            return None
        points = logit(least) - logit(needed)
        return Found(span, world_key(self.text[span.slice]), MentionKind.LITERAL, points)

    def hyphened(self, at: int) -> Found | None:
        """Read "Hado-ri", a Korean village that no gazetteer knows, as one word.

        Of a text on Korea, for a token with a hyphen behind it.
        """
        after = self.scene.lower_key(at + 1)
        odds = self.odds.get(at, NOTHING)
        if odds.person > _MORE or self.scene.keys[at - 1] in self.lexicon.korean_surnames:
            return None  # "Kim Yu-ri"
        village = after in self.lexicon.village_after
        island = after in self.lexicon.place_after and odds.person < odds.begins
        if not (village or island) or self.scene.gaps[at + 1] == "-":
            return None
        span = Span(self.scene.begins[at], self.scene.ends[at + 1])
        return Found(span, world_key(self.text[span.slice]), MentionKind.LITERAL, _CERTAIN)

    def goes_on(self, last: int) -> bool:
        """Say whether the word after token ``last`` belongs to an unknown name."""
        inside = self.odds.get(last + 1, NOTHING).inside
        area = self.scene.keys[last + 1] in self.lexicon.areas_after
        needed = self.thresholds.unknown_area if area else _MORE
        return inside > needed and self.scene.joined(last)

    def is_core(self, at: int) -> bool:
        """Say whether a name of the border's own places begins at a token."""
        names = self.scene.names_at(at)
        entries = self.gazetteer.entries(names[0].key) if names else ()
        return bool(entries) and entries[0].tier == "core"

    def is_plain_start(self, at: int) -> bool:
        """Say whether the capital of a token, a common word, only begins a sentence."""
        scene = self.scene
        return (
            scene.lower_key(at + 1) != "" and scene.at_start(at) and not scene.words[at].isupper()
        )

    def from_tables(self, at: int) -> Found | None:
        """Look for an institution whose name stands for its city, or for "inter-Korean"."""
        lexicon, start, key = self.lexicon, self.scene.begins[at], self.scene.keys[at]
        if key == _KOREAN_WORD and self.text[start - len(_BOTH) : start] == _BOTH:
            span = Span(start - len(_BOTH), self.scene.ends[at])
            refers = "Korean Peninsula"
            return Found(span, world_key(refers), MentionKind.DEMONYM, _CERTAIN, refers)
        if key not in lexicon.starts:
            return None
        for count in (3, 2, 1):
            last = at + count - 1
            if last >= self.scene.count or not all(self.scene.joined(i) for i in range(at, last)):
                continue
            span = Span(start, self.scene.ends[last])
            surface = self.text[span.slice]
            refers = lexicon.institutions.get(" ".join(surface.lower().split()), "")
            if refers and self.scene.capitals[at] and not self.scene.in_organisation(last):
                return Found(span, world_key(refers), MentionKind.COREFERENT, _CERTAIN, refers)
        return None

    def judge(self, match: NameMatch) -> Found | None:
        """Give points to a match; ``None`` when its words are no name here."""
        known = self.known(match)
        if known is None or (
            self.underscored and "_" in self.text[max(match.start - 1, 0) : match.end + 1]
        ):
            return None  # not in this case; or part of a URL or of an identifier
        korean, best = match.key[0] == _KOREAN, known.best
        if korean and self.is_person(match):
            return None  # "Pak Chon" is a man, Pakchon a town
        if best.tier == "city" and not korean and not self.is_large(match):
            return None
        span = self.widen(match)
        if known.demonym:
            return self.demonym(match, span)
        odds = self.odds.get(match.first, NOTHING)
        if odds.person > _CLEAR and best.tier == "city":
            if self.scene.capitals[match.first - 1] and self.scene.joined(match.first - 1):
                self.points.persons.add(match.key)
            return None
        if not best.sovereign and is_ship(self.scene, match.first, match.last):
            self.points.persons.add(match.key)
            return None
        built = best.tier == "core" and not best.sovereign
        if takes_area_word(self.scene, match.last) or (
            built and takes_structure(self.scene, match.last)
        ):
            span = Span(span.start, self.scene.ends[match.last + 1])  # "Kaesong Island"
            kind = MentionKind.LITERAL
        else:
            kind = kind_of(self.scene, match.first, match.last, acts=known.acts)
        if kind is not MentionKind.EMBEDDED and (
            (odds.begins > _CLEAR and best.tier in _NEVER_NOT) or self.is_numbered(match, best)
        ):
            return Found(span, match.key, kind, _CERTAIN)  # no need to weigh
        clues = self.clues(match, known, embedded=kind is MentionKind.EMBEDDED)
        full_name = (
            clues["person"] > _MORE
            and self.scene.capitals[match.first - 1]
            and self.scene.joined(match.first - 1)
        )
        if full_name:
            self.points.persons.add(match.key)
        if clues["organization"] > _ORGANIZATION:
            kind = MentionKind.EMBEDDED
        points = weigh(clues)
        if full_name and points < self.thresholds.accept:
            points = _NEVER  # whatever the name means elsewhere in the document
        found = Found(span, match.key, kind, points)
        self.weighed(found, clues)
        return found

    def weighed(self, found: Found, clues: Clues) -> None:
        """Be told of a candidate and its clues; the fitting of the weights listens here."""

    def clues(self, match: NameMatch, known: Known, *, embedded: bool) -> Clues:
        """Gather what speaks for and against a name."""
        first, last = match.first, match.last
        weak = (
            known.best.tier not in ALWAYS
            and self.scene.weak_capital(first)
            and (first == last or self.scene.keys[first] in _NUMBERS)
        )
        odds = self.odds
        return gather(
            known,
            rules=known.points + self.points.context_points(match, known.best),
            odds=[odds.get(at, NOTHING) for at in range(first, last + 1)],
            following=odds.get(last + 1, NOTHING),
            weak=weak,
            embedded=embedded,
        )

    def is_person(self, match: NameMatch) -> bool:
        """Say whether separate words begin like a Korean person's name."""
        apart = match.last > match.first and self.scene.gaps[match.first] == " "
        return apart and self.scene.keys[match.first] in self.lexicon.korean_surnames

    def is_numbered(self, match: NameMatch, best: Entry) -> bool:
        """For "3rd Tunnel", a known place of the border: the learned weights read no figures."""
        longer = match.last > match.first
        return longer and best.tier == "core" and self.scene.words[match.first][0].isdigit()

    def known(self, match: NameMatch) -> Known | None:
        """Return what is known of a name that is written so; ``None`` when it is no name then."""
        surface = self.text[match.start : match.end]
        upper = surface.isupper()
        postal = has_postal(self.gazetteer, match.key) and self.points.postal_fits(match, surface)
        return known_of(
            self.gazetteer,
            match.key,
            match.last - match.first + 1,
            postal,
            upper and ("." in surface or len(surface) > 1),
            # four capitals are an abbreviation, not a small town
            not (upper and len(surface) <= _SHORT),
        )

    def is_large(self, match: NameMatch) -> bool:
        """Say whether all longer words of a name are written large."""
        keys, capitals = self.scene.keys, self.scene.capitals
        for at in range(match.first, match.last + 1):
            if not capitals[at] and len(keys[at]) >= _SHORT:
                return False
        return True

    def widen(self, match: NameMatch) -> Span:
        """Take the dot of an abbreviation into the span: "Ind." and "U.S."."""
        start, end = match.start, match.end
        if self.text[end : end + 1] == "." and 2 <= end - start <= 5:
            end += self.is_postal(self.text[start:end])
        return Span(start, end)

    def is_postal(self, surface: str) -> bool:
        """Say whether words abbreviate a state behind a town."""
        entries = self.gazetteer.entries(word_key(surface))
        return bool(entries) and bool(entries[0].flags & Flag.POSTAL) and not surface.isupper()

    # -- kinds ------------------------------------------------------------------------
    def demonym(self, match: NameMatch, span: Span) -> Found | None:
        """Read the name of a people, or of what is theirs."""
        if self.scene.keys[match.last + 1] in self.lexicon.nothing_after and self.scene.joined(
            match.last
        ):
            return None
        kind = (
            MentionKind.EMBEDDED if self.scene.in_organisation(match.last) else MentionKind.DEMONYM
        )
        refers = ""
        if match.key == "korean" and self.scene.keys[match.last + 1] in self.lexicon.northern_after:
            refers = "North Korea"  # the Korean People's Army, the Korean Central News Agency
        return Found(span, match.key, kind, _CERTAIN, refers)
