"""Points for and against a name's being a place, by rules: what it is, what stands around it."""

from __future__ import annotations

import re

from mapper.gazetteer import Entry, Flag, NameMatch
from mapper.recognition.features import Scene
from mapper.recognition.known import ALWAYS
from mapper.recognition.lexicon import load_lexicon, load_points

__all__ = ["REJECT", "Points"]

_LISTED = re.compile(r",? (?:and |or |&  )?|/")
_DATELINE = re.compile(r"(?:,[^.;:()\n]{2,30})?(?:\s*\([A-Za-z .]{2,25}\))?\s*(?:--|[-—–])\s")
_PARTIES = ("r", "d")
_LIST_GAP = 7  # characters: ", and "
REJECT = -9.0  # points that nothing of the rules makes up for: a person, a war


class Points:
    """The rules' view of the names in one text.

    Attributes
    ----------
    persons
        Keys of the names that were seen behind a first name or a title.
    previous_end
        Where the last name ends that is a place, for lists; -1 before the first.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.lexicon = load_lexicon()
        self.context, self.run = load_points()["context"], load_points()["run"]
        self.persons: set[str] = set()
        self.previous_end = -1

    def postal_fits(self, match: NameMatch, surface: str) -> bool:
        """For "Columbus, Ind." and "Columbus, OH", but neither "in" nor "Miss"."""
        before = self.scene.gaps[match.first - 1]
        if before.strip() != "," or not self.scene.capitals[match.first - 1]:
            return "." in surface and surface.isupper() and len(surface) > 3 and surface != "A.M."
        dotted = "." in surface or self.scene.text[match.span.end : match.span.end + 1] == "."
        return dotted or (surface.isupper() and len(surface) == 2)

    def context_points(self, match: NameMatch, best: Entry) -> float:
        """Points for the words around the name; far below zero when they rule it out."""
        lexicon, scene, first, last = self.lexicon, self.scene, match.first, match.last
        firm = best.tier in ("core", "country", "region") and match.key not in lexicon.doubtful
        weights, points = self.context, 0.0
        before = ""
        if scene.joined(first - 1):
            before = scene.lower_key(first - 1)
            if before == "the":
                before = scene.lower_key(first - 2)
                points += 0.0 if best.tier in ALWAYS else weights["the_left"]
            if scene.capitals[first - 1] and scene.weak_capital(first - 1):
                before = scene.keys[first - 1]
        if before in lexicon.left_strong:
            points += weights["strong_left"]
        elif before in lexicon.left_weak:
            points += weights["weak_left"]
        elif before in ("a", "an", "this", "that") and best.tier == "city":
            points += weights["article_left"]
        after = scene.lower_key(last + 1) if scene.joined(last) else ""
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
        if self.scene.gaps[last].strip(" ") != "," or not self.scene.capitals[last + 1]:
            return False
        names = self.scene.names_at(last + 1)
        for name in names[:1]:
            surface = self.scene.text[name.span.slice]
            return any(
                entry.tier in ("country", "state", "core")
                and not entry.flags & Flag.DEMONYM
                and (not entry.flags & Flag.POSTAL or self.postal_fits(name, surface))
                for entry in self.scene.gazetteer.entries(name.key)
            )
        return False

    def in_list(self, match: NameMatch) -> bool:
        """Say whether a name that is a place stands before, after a comma or "and"."""
        return 0 <= self.previous_end <= match.start <= self.previous_end + _LIST_GAP and bool(
            _LISTED.fullmatch(self.scene.text, self.previous_end, match.start)
        )

    def is_dateline(self, match: NameMatch) -> bool:
        """For "SEOUL (Reuters) -", "PAJU, South Korea --", "CHARLESTON — "."""
        if not self.scene.at_start(match.first):
            return False
        rest = self.scene.text[match.span.end : match.span.end + 60]
        return bool(_DATELINE.match(rest))

    def run_points(self, match: NameMatch, *, firm: bool) -> float:
        """Points for capitalised words directly before and after the name."""
        lexicon, scene, first, last = self.lexicon, self.scene, match.first, match.last
        keys, gaps, capitals = scene.keys, scene.gaps, scene.capitals
        points = 0.0
        if scene.text[match.end : match.end + 1] == "$":
            return REJECT  # "US$6"
        if scene.lower_key(last + 1) in lexicon.nothing_after:
            return REJECT  # "Marburg virus"
        if gaps[first - 1] == "-" and keys[first - 1] in _PARTIES:
            return self.context["strong_left"]  # "Sen. Ken Smith, R-Fairfax"
        if gaps[first - 1] in (". ", ".") and keys[first - 1] in lexicon.titles_before:
            return REJECT  # "Dr. Houston"
        if capitals[first - 1] and scene.joined(first - 1) and not scene.weak_capital(first - 1):
            points += self.before_points(match, firm=firm)
        elif not firm and self.is_initial(first - 1):
            return REJECT  # "John F. Kennedy"
        if capitals[last + 1] and scene.joined(last) and "\n" not in gaps[last]:
            points += self.after_points(match, firm=firm)
        elif (
            not firm
            and gaps[last] == "-"
            and not capitals[last + 1]
            and keys[last + 1] not in lexicon.hyphen_after
        ):
            return REJECT  # "Jong-un"
        return points

    def is_initial(self, at: int) -> bool:
        """Say whether a token is a single capital with a dot."""
        return (
            self.scene.gaps[at] == ". "
            and self.scene.capitals[at]
            and len(self.scene.words[at]) == 1
        )

    def before_points(self, match: NameMatch, *, firm: bool) -> float:
        """Points for the capitalised word before the name."""
        lexicon, before = self.lexicon, self.scene.keys[match.first - 1]
        run = self.run
        if before in lexicon.korean_surnames and not firm:
            return REJECT
        if before in lexicon.first_names or before in lexicon.titles_before:
            if firm and before not in lexicon.first_names:
                return 0.0
            if not firm or before in lexicon.first_names:
                self.persons.add(match.key)
                return REJECT
        if before in lexicon.features_before:
            return run["feature_before_firm" if firm else "feature_before"]
        if before in lexicon.common:
            return 0.0
        entries = self.scene.gazetteer.entries(before)
        if entries and (entries[0].flags & Flag.DEMONYM or entries[0].tier in ALWAYS):
            return 0.0
        if not firm:
            self.persons.add(match.key)  # "Arturo Flores": "Flores" alone is then he as well
        return run["unknown_before_firm" if firm else "unknown_before"]

    def after_points(self, match: NameMatch, *, firm: bool) -> float:
        """Points for the capitalised word after the name."""
        lexicon, last, run = self.lexicon, match.last, self.run
        after = self.scene.keys[last + 1]
        if after in lexicon.nothing_after:
            return REJECT
        if after in lexicon.areas_after or after in lexicon.titles_after:
            return run["head_after"]
        if self.scene.in_organisation(last):
            return 0.0
        entries = self.scene.gazetteer.entries(after)
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
            return REJECT
        if one_word and match.key in lexicon.doubtful:
            return run["doubtful_after"]
        return run["unknown_after_firm" if firm else "unknown_after"]
