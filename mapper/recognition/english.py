"""Which names of the gazetteer are places in an English text, and of which kind.

Every capitalised word starts a walk in the name trie. What is found gets points for what
it is (country, state, town by population, a common word, a surname) and for the words
around it; then one decision is made for a name across the whole document.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from mapper.gazetteer import Entry, Flag, Gazetteer, NameMatch, Token, tokenize, word_key, world_key
from mapper.model import Document, MentionKind, Span
from mapper.recognition.lexicon import Lexicon, load_lexicon, load_points

__all__ = ["Found", "find_names"]

_KOREA = re.compile("Korea|DPRK|KCNA|Pyongyang|Seoul|DMZ|Panmunjom")
_LISTED = re.compile(r",? (?:and |or |&  )?|/")
_DATELINE = re.compile(r"(?:,[^.;:()\n]{2,30})?(?:\s*\([A-Za-z .]{2,25}\))?\s*(?:--|[-—–])\s")
_NUMBERS = frozenset(
    {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
)
_SHORT = 4  # letters
_REJECT = -9.0  # points that nothing makes up for: a person, a war
_CERTAIN = 3.0  # points of what needs no weighing: demonyms, institutions
_NEVER_NOT = ("core", "country", "region")  # "Union" is no town, but "EU" is a region
_ALWAYS = ("core", "country", "state", "region")


@dataclass(frozen=True, slots=True)
class Found:
    """A name in the text with the points for its being a place."""

    span: Span
    key: str
    kind: MentionKind
    points: float
    referent: str = ""


def find_names(document: Document, gazetteer: Gazetteer) -> list[Found]:
    """Find the names of places in an English text, in reading order, never overlapping."""
    decide = load_points()["decide"]
    walker = _Walker(document, gazetteer)
    found = walker.walk()
    sure = {name.key for name in found if name.points >= decide["sure"]}
    kept = []
    for name in found:
        points = name.points + (decide["person"] if name.key in walker.persons else 0.0)
        if points >= decide["accept"] or (points >= decide["carried"] and name.key in sure):
            kept.append(name)
    return kept


class _Walker:
    """One pass over the words of one document."""

    def __init__(self, document: Document, gazetteer: Gazetteer) -> None:
        self.text = document.text
        self.gazetteer = gazetteer
        self.lexicon: Lexicon = load_lexicon()
        self.tokens: Sequence[Token] = tokenize(self.text)
        self.starts = {sentence.start for sentence in document.sentences}
        self.korean = bool(_KOREA.search(document.text))
        self.persons: set[str] = set()
        self.previous: Found | None = None

    # -- what stands around a token ---------------------------------------------------
    def capital(self, at: int) -> bool:
        return 0 <= at < len(self.tokens) and self.tokens[at].text[0].isupper()

    def gap(self, at: int) -> str:
        """Return the characters between token ``at`` and the one after it."""
        if not 0 <= at < len(self.tokens) - 1:
            return "\n"
        return self.text[self.tokens[at].end : self.tokens[at + 1].start]

    def joined(self, at: int) -> bool:
        """Say whether nothing but a space or hyphen is between ``at`` and the next token."""
        gap = self.gap(at)
        return (gap.strip(" \u00a0") in ("", "-", "‐") and len(gap) < 3) or gap == "\n"

    def key(self, at: int) -> str:
        return self.tokens[at].key if 0 <= at < len(self.tokens) else ""

    def lower_key(self, at: int) -> str:
        """Return the key of a token that is written small, else ''."""
        return self.key(at) if 0 <= at < len(self.tokens) and not self.capital(at) else ""

    def at_start(self, at: int) -> bool:
        return self.tokens[at].start in self.starts or self.gap(at - 1)[-1:] in "\n\"“'‘"

    def weak_capital(self, at: int) -> bool:
        """Say whether the capital of a token only marks the start of a sentence."""
        return self.key(at) in self.lexicon.common and self.at_start(at)

    # -- the walk ---------------------------------------------------------------------
    def walk(self) -> list[Found]:
        found: list[Found] = []
        done = 0
        for at in [
            number
            for number, token in enumerate(self.tokens)
            if not token.text[0].islower() or token.key == "inter"
        ]:
            if at < done or self.is_plain_start(at):
                continue
            step = 1
            name = self.from_tables(at)
            for match in (
                self.gazetteer.names_at(self.tokens, at, self.text, korean=self.korean)
                if name is None
                else ()
            ):
                name = self.judge(match)
                if name is not None:
                    break
            if name is not None:
                found.append(name)
                self.previous = name
                while at + step < len(self.tokens) and self.tokens[at + step].start < name.span.end:
                    step += 1
            done = at + step
        return found

    def is_plain_start(self, at: int) -> bool:
        """Say whether a token is an ordinary word whose capital begins a sentence."""
        return (
            self.tokens[at].key in self.lexicon.common
            and self.lower_key(at + 1) != ""
            and self.at_start(at)
            and not self.tokens[at].text.isupper()
        )

    def from_tables(self, at: int) -> Found | None:
        """Look for an institution whose name stands for its city, or for "inter-Korean"."""
        lexicon = self.lexicon
        if self.key(at) == "inter" and self.text.startswith("inter-Korean", self.tokens[at].start):
            span = Span(self.tokens[at].start, self.tokens[at].start + len("inter-Korean"))
            return Found(
                span, "korean peninsula", MentionKind.DEMONYM, _CERTAIN, "Korean Peninsula"
            )
        if self.key(at) not in lexicon.starts:
            return None
        for count in (3, 2, 1):
            last = at + count - 1
            if last >= len(self.tokens) or not all(self.joined(i) for i in range(at, last)):
                continue
            span = Span(self.tokens[at].start, self.tokens[last].end)
            surface = self.text[span.slice]
            refers = lexicon.institutions.get(" ".join(surface.lower().split()))
            if refers and self.capital(at) and not self.in_organisation(last):
                return Found(span, world_key(refers), MentionKind.COREFERENT, _CERTAIN, refers)
        return None

    def judge(self, match: NameMatch) -> Found | None:
        """Give points to a match; ``None`` when its words are no name here."""
        lexicon, surface = self.lexicon, self.text[match.span.slice]
        entries = self.gazetteer.entries(match.key)
        entries = tuple(entry for entry in entries if self.case_fits(entry, surface, match))
        one_word = match.first == match.last
        if not entries or (match.key in lexicon.never and entries[0].tier not in _NEVER_NOT):
            return None
        if "_" in self.text[max(match.start - 1, 0) : match.end + 1]:
            return None  # part of a URL or of an identifier
        if (
            self.weak_capital(match.first)
            and entries[0].tier not in _ALWAYS
            and (one_word or self.key(match.first) in _NUMBERS)
        ):
            return None
        if (
            not all(
                self.capital(i) or len(self.key(i)) < 4 or match.key[0] == "\x02"
                for i in range(match.first, match.last + 1)
            )
            and entries[0].tier == "city"
        ):
            return None
        span = self.widen(match.span, surface)
        best = entries[0]
        if all(entry.flags & Flag.DEMONYM for entry in entries) or (
            best.flags & Flag.DEMONYM and best.tier in _ALWAYS
        ):
            return self.demonym(match, span)
        points = self.own_points(match, entries) + self.context_points(match, entries)
        if points <= _REJECT / 2:
            return None
        return self.classify(match, span, entries, points)

    def case_fits(self, entry: Entry, surface: str, match: NameMatch) -> bool:
        if entry.flags & Flag.POSTAL:
            return self.postal_fits(match, surface)
        if entry.flags & Flag.CAPITALS:
            return surface.isupper() and ("." in surface or len(surface) > 1)
        # four capitals are an abbreviation, not a small town
        return not (surface.isupper() and len(surface) <= _SHORT and entry.tier == "city")

    def postal_fits(self, match: NameMatch, surface: str) -> bool:
        """For "Columbus, Ind." and "Columbus, OH", but neither "in" nor "Miss"."""
        before = self.gap(match.first - 1)
        if before.strip() != "," or not self.capital(match.first - 1):
            return "." in surface and surface.isupper() and len(surface) > 3 and surface != "A.M."
        dotted = "." in surface or self.text[match.span.end : match.span.end + 1] == "."
        return dotted or (surface.isupper() and len(surface) == 2)

    def widen(self, span: Span, surface: str) -> Span:
        """Take the dot of an abbreviation into the span: "Ind." and "U.S."."""
        dot = self.text[span.end : span.end + 1] == "."
        if dot and 2 <= len(surface) <= 5 and self.is_postal(surface):
            return Span(span.start, span.end + 1)
        return span

    def is_postal(self, surface: str) -> bool:
        entries = self.gazetteer.entries(word_key(surface))
        return bool(entries) and bool(entries[0].flags & Flag.POSTAL) and not surface.isupper()

    # -- points -----------------------------------------------------------------------
    def own_points(self, match: NameMatch, entries: Sequence[Entry]) -> float:
        """Points for what the name is, whatever stands around it."""
        lexicon, best, own = self.lexicon, entries[0], load_points()["own"]
        words = match.last - match.first + 1
        if best.tier in _ALWAYS:
            points = own["area"]
            if best.tier == "state" and self.gazetteer.label(best.country) != "US":
                points = own["state_elsewhere"]
            if best.flags & Flag.KOREAN:
                points = own["other_spelling"]
        elif best.tier == "county":
            points = own["county"]
        else:
            people = max(entry.population for entry in entries)
            points = own["per_tenfold"] * (math.log10(people + 10) - own["known_from"])
            if not any(entry.flags & Flag.PRIMARY for entry in entries):
                points += own["alternate_name"]
            if best.flags & Flag.KOREAN:
                points += own["town_other_spelling"]
            points += own["each_further_word"] * (words - 1)
        if words == 1:
            if match.key in lexicon.common:
                firm = best.tier in ("core", "country")
                points += own["common_word_but_area" if firm else "common_word"]
            elif match.key in lexicon.first_names:
                points += own["first_name"]
            elif match.key in lexicon.surnames:
                points += own["surname"]
            if match.key in lexicon.doubtful:
                points += own["doubtful"]
        return points

    def context_points(self, match: NameMatch, entries: Sequence[Entry]) -> float:
        """Points for the words around the name; far below zero when they rule it out."""
        lexicon, first, last = self.lexicon, match.first, match.last
        firm = (
            entries[0].tier in ("core", "country", "region") and match.key not in lexicon.doubtful
        )
        weights, points = load_points()["context"], 0.0
        before = self.lower_key(first - 1) if self.joined(first - 1) else ""
        the = before == "the"
        if the:
            before = self.lower_key(first - 2)
            points += 0.0 if entries[0].tier in _ALWAYS else weights["the_left"]
        if self.capital(first - 1) and self.joined(first - 1) and self.weak_capital(first - 1):
            before = self.key(first - 1)
        if before in lexicon.left_strong:
            points += weights["strong_left"]
        elif before in lexicon.left_weak:
            points += weights["weak_left"]
        elif before in ("a", "an", "this", "that") and entries[0].tier == "city":
            points += weights["article_left"]
        after = self.lower_key(last + 1) if self.joined(last) else ""
        if after in lexicon.people_after:
            points += weights["people_after"]
        if self.followed_by_area(last):
            points += weights["area_after"]
        if self.in_list(match):
            points += weights["in_list"]
        if self.is_dateline(match):
            points += weights["dateline"]
        return points + self.run_points(match, firm=firm)

    def followed_by_area(self, last: int) -> bool:
        """For "Springfield, Ohio": a larger area after a comma."""
        if self.gap(last).strip(" ") != "," or not self.capital(last + 1):
            return False
        names = self.gazetteer.names_at(self.tokens, last + 1, self.text, korean=False)
        for name in names[:1]:
            surface = self.text[name.span.slice]
            return any(
                entry.tier in ("country", "state", "core")
                and not entry.flags & Flag.DEMONYM
                and (not entry.flags & Flag.POSTAL or self.postal_fits(name, surface))
                for entry in self.gazetteer.entries(name.key)
            )
        return False

    def in_list(self, match: NameMatch) -> bool:
        """Say whether a name that is a place stands before, after a comma or "and"."""
        if self.previous is None or self.previous.points < load_points()["decide"]["accept"]:
            return False
        return bool(_LISTED.fullmatch(self.text, self.previous.span.end, match.start))

    def is_dateline(self, match: NameMatch) -> bool:
        """For "SEOUL (Reuters) -", "PAJU, South Korea --", "CHARLESTON — "."""
        if not self.at_start(match.first):
            return False
        rest = self.text[match.span.end : match.span.end + 60]
        return bool(_DATELINE.match(rest))

    def run_points(self, match: NameMatch, *, firm: bool) -> float:
        """Points for capitalised words directly before and after the name."""
        lexicon, first, last = self.lexicon, match.first, match.last
        points = 0.0
        if self.gap(first - 1) in (". ", ".") and self.key(first - 1) in lexicon.titles_before:
            return _REJECT  # "Dr. Houston"
        if self.capital(first - 1) and self.joined(first - 1) and not self.weak_capital(first - 1):
            points += self.before_points(match, firm=firm)
        elif self.is_initial(first - 1) and not firm:
            return _REJECT  # "John F. Kennedy"
        if self.capital(last + 1) and self.joined(last) and "\n" not in self.gap(last):
            points += self.after_points(match, firm=firm)
        elif (
            not firm
            and self.gap(last) == "-"
            and not self.capital(last + 1)
            and self.key(last + 1) not in lexicon.hyphen_after
        ):
            return _REJECT  # "Jong-un"
        return points

    def is_initial(self, at: int) -> bool:
        """Say whether a token is a single capital with a dot."""
        return self.gap(at) == ". " and self.capital(at) and len(self.tokens[at].text) == 1

    def before_points(self, match: NameMatch, *, firm: bool) -> float:
        lexicon, before = self.lexicon, self.key(match.first - 1)
        run = load_points()["run"]
        if before in lexicon.korean_surnames and not firm:
            return _REJECT
        if before in lexicon.first_names or before in lexicon.titles_before:
            if firm and before not in lexicon.first_names:
                return 0.0
            if not firm or before in lexicon.first_names:
                self.persons.add(match.key)
                return _REJECT
        if before in lexicon.features_before:
            return run["feature_before_firm" if firm else "feature_before"]
        if before in lexicon.common:
            return 0.0
        entries = self.gazetteer.entries(before)
        if entries and (entries[0].flags & Flag.DEMONYM or entries[0].tier in _ALWAYS):
            return 0.0
        if not firm:
            self.persons.add(match.key)  # "Arturo Flores": "Flores" alone is then he as well
        return run["unknown_before_firm" if firm else "unknown_before"]

    def after_points(self, match: NameMatch, *, firm: bool) -> float:
        lexicon, last, run = self.lexicon, match.last, load_points()["run"]
        after = self.key(last + 1)
        if after in lexicon.nothing_after:
            return _REJECT
        if after in lexicon.areas_after or after in lexicon.titles_after:
            return run["head_after"]
        if self.in_organisation(last):
            return 0.0
        entries = self.gazetteer.entries(after)
        if (
            entries
            and entries[0].tier in ("state", "country")
            and match.key not in lexicon.first_names
        ):
            return run["area_name_after"]
        if entries and entries[0].flags & Flag.DEMONYM:
            return 0.0
        one_word = match.first == last
        if one_word and match.key in lexicon.first_names:
            return _REJECT
        if one_word and match.key in lexicon.doubtful:
            return run["doubtful_after"]
        return run["unknown_after_firm" if firm else "unknown_after"]

    def in_organisation(self, last: int) -> bool:
        """Say whether the capitalised words after token ``last`` end in an organisation's word."""
        at, found = last, False
        while self.capital(at + 1) and self.joined(at) and at < last + 5:
            at += 1
            found = found or self.key(at) in self.lexicon.organisations
            if self.gap(at) == "’" or self.gap(at) == "'":  # People's
                at += 1
        return found

    # -- kinds ------------------------------------------------------------------------
    def demonym(self, match: NameMatch, span: Span) -> Found | None:
        if self.key(match.last + 1) in self.lexicon.nothing_after and self.joined(match.last):
            return None
        kind = MentionKind.EMBEDDED if self.in_organisation(match.last) else MentionKind.DEMONYM
        refers = ""
        if match.key == "korean" and self.key(match.last + 1) in self.lexicon.northern_after:
            refers = "North Korea"  # the Korean People's Army, the Korean Central News Agency
        return Found(span, match.key, kind, _CERTAIN, refers)

    def classify(
        self, match: NameMatch, span: Span, entries: Sequence[Entry], points: float
    ) -> Found:
        lexicon, first, last = self.lexicon, match.first, match.last
        kind, referent = MentionKind.LITERAL, ""
        after = self.key(last + 1) if self.joined(last) and "\n" not in self.gap(last) else ""
        before = self.key(first - 1) if self.joined(first - 1) else ""
        if before == "the":
            before = self.key(first - 2)
        acts = any(entry.sovereign for entry in entries[:2])
        if self.capital(last + 1) and after in lexicon.areas_after:
            span, referent = Span(span.start, self.tokens[last + 1].end), ""
        elif (after and self.capital(last + 1) and self.in_organisation(last)) or (
            before == "of"
            and self.key(first - 2 - (self.key(first - 1) == "the")) in lexicon.heads_of
            and self.capital(first - 2 - (self.key(first - 1) == "the"))
        ):
            kind = MentionKind.EMBEDDED
        elif acts and (self.attributive(last) or self.is_actor(before, after)):
            kind = MentionKind.METONYMIC
        return Found(span, match.key, kind, points, referent)

    def is_actor(self, before: str, after: str) -> bool:
        """Say whether the words around a name make it speak, act or be acted upon."""
        lexicon = self.lexicon
        if before in lexicon.left_strong or before in ("from", "to", "through"):
            return False
        return before in lexicon.left_actor or after in lexicon.verbs_after

    def attributive(self, last: int) -> bool:
        """For "US president", "South Korea's military": the name says whose somebody is."""
        gap = self.text[self.tokens[last].end : self.tokens[last].end + 2]
        if gap in ("'s", "’s"):
            return True
        key = self.lower_key(last + 1)
        return self.gap(last) == " " and key in self.lexicon.staff_after
