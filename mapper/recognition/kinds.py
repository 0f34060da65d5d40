"""How a name is used: for the place itself, for who acts there, or inside another name."""

from __future__ import annotations

from mapper.model import MentionKind
from mapper.recognition.features import Scene
from mapper.recognition.lexicon import load_lexicon

__all__ = ["is_ship", "kind_of", "takes_area_word", "takes_structure"]

_NOT_ACTING = ("from", "to", "through")


def takes_area_word(scene: Scene, last: int) -> bool:
    """For "Kaesong" in "Kaesong Island": the next word belongs to the name."""
    if not scene.capitals[last + 1] or not scene.joined(last) or "\n" in scene.gaps[last]:
        return False
    return scene.keys[last + 1] in load_lexicon().areas_after


def takes_structure(scene: Scene, last: int) -> bool:
    """For "Panmun" in "Panmun Station" in a text on Korea: a place that is named after one."""
    at = last + 1
    return (
        scene.korean
        and scene.capitals[at]
        and scene.keys[at] in load_lexicon().structures
        and scene.gaps[last] == " "
        and not (scene.capitals[at + 1] and scene.joined(at))
    )


def is_ship(scene: Scene, first: int, last: int) -> bool:
    """For "the Pueblo was sunk", "the corvette Cheonan": a ship of the town's name.

    Towns have no article, so a ship's word near "the X" is enough.
    """
    lexicon, before = load_lexicon(), scene.keys[first - 1]
    if not scene.joined(first - 1):
        return False
    if before in lexicon.ship_before:
        return True
    if before != "the":
        return False
    at = last + 1
    if scene.joined(last) or scene.gaps[last] in ("'", "’"):
        while at <= last + 2 and scene.lower_key(at) in lexicon.ship_linking:
            at += 1
        if scene.lower_key(at) in lexicon.ship_after:
            return True
    word = scene.lower_key(first - 2)
    return (scene.lower_key(first - 3) if word == "of" else word) in lexicon.ship_of


def kind_of(scene: Scene, first: int, last: int, *, acts: bool) -> MentionKind:
    """Say how the words from token ``first`` to ``last``, a place's name, are used.

    Parameters
    ----------
    acts
        The name is one of a state or its capital, which speak and act.
    """
    before = scene.keys[first - 1] if scene.joined(first - 1) else ""
    head = first - 2
    if before == "the":
        before, head = scene.keys[first - 2], first - 3
    if (
        scene.capitals[last + 1]
        and scene.joined(last)
        and "\n" not in scene.gaps[last]
        and scene.in_organisation(last)
    ):
        return MentionKind.EMBEDDED
    if acts and _is_ordinal(scene, last + 1) and scene.in_organisation(last + 1):
        return MentionKind.EMBEDDED  # "the ROK 3rd Division"
    if scene.keys[first - 1] in ("of", "the") and _heads_organization(scene, first, head):
        return MentionKind.EMBEDDED
    after = scene.keys[last + 1] if scene.joined(last) and "\n" not in scene.gaps[last] else ""
    if acts and (_attributive(scene, last) or _is_actor(before, after)):
        return MentionKind.METONYMIC
    return MentionKind.LITERAL


def _is_ordinal(scene: Scene, at: int) -> bool:
    """Say whether a token is an ordinal in figures, right behind the one before it."""
    word = scene.words[at] if at < scene.count else ""
    return word[:1].isdigit() and not word.isdigit() and scene.gaps[at - 1] == " "


def _heads_organization(scene: Scene, first: int, head: int) -> bool:
    """For "University of X", "Bank of the X": the word before "of" heads another name."""
    of = head + 1
    return (
        scene.keys[of] == "of"
        and scene.capitals[head]
        and scene.keys[head] in load_lexicon().heads_of
        and scene.joined(first - 1)
    )


def _is_actor(before: str, after: str) -> bool:
    """Say whether the words around a name make it speak, act or be acted upon."""
    lexicon = load_lexicon()
    if before in lexicon.left_strong or before in _NOT_ACTING:
        return False
    return before in lexicon.left_actor or after in lexicon.verbs_after


def _attributive(scene: Scene, last: int) -> bool:
    """For "US president", "South Korea's military": the name says whose somebody is."""
    end = scene.ends[last]
    if scene.text[end : end + 2] in ("'s", "’s"):
        return True
    return scene.gaps[last] == " " and scene.lower_key(last + 1) in load_lexicon().staff_after
