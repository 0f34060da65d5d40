"""Recognition: marked text in, marked text out."""

import re
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from strategies import texts

from mapper.errors import InputError
from mapper.model import MentionKind
from mapper.recognition import recognize
from mapper.text import make_document

# [[name]] is literal; [[m:name]] metonymic, d: demonym, e: embedded, c: coreferent.
MARK = re.compile(r"\[\[(?:([mdec]):)?(.*?)\]\]")
KINDS = {
    MentionKind.LITERAL: "",
    MentionKind.METONYMIC: "m:",
    MentionKind.DEMONYM: "d:",
    MentionKind.EMBEDDED: "e:",
    MentionKind.COREFERENT: "c:",
}


@pytest.fixture
def check(gazetteer):
    def check(marked):
        document = make_document(MARK.sub(r"\2", marked))
        rebuilt, at = [], 0
        for mention in recognize(document, gazetteer):
            if mention.kind is MentionKind.RELATIVE:
                continue
            assert document.quote(mention.span) == mention.surface
            rebuilt += [document.text[at : mention.span.start]]
            rebuilt += [f"[[{KINDS[mention.kind]}{mention.surface}]]"]
            at = mention.span.end
        assert "".join([*rebuilt, document.text[at:]]) == marked

    return check


def test_longest_name_wins(check):
    check("He ran through the [[Joint Security Area]] near [[Paju]].")


def test_a_name_in_a_persons_name_is_no_place(check):
    check("Kim Jong-un met Moon Jae-in in [[Panmunjom]].")
    check("Denzel Houston spoke. Houston then left for [[Seoul]].")
    check("Mr. Lincoln lives in [[Chicago]].")


def test_a_name_in_an_organizations_name_is_embedded(check):
    check("The [[e:Washington]] Post was first to report it from [[Seoul]].")
    check("He studied at the University of [[e:Chicago]].")
    check("They remembered the Battle of [[e:Yeonpyeong]] on Friday.")


def test_wars_are_no_places(check):
    check("He fought in the Korean War and in the Vietnam War.")


def test_states_act(check):
    check("[[m:Pyongyang]] accuses [[m:Seoul]] of lying.")
    check("[[m:North Korea]] fired two missiles; talks with [[m:South Korea]] ended.")
    check("She flew from [[Seoul]] to [[Tokyo]].")


def test_demonyms(check):
    check("[[d:North Korean]] soldiers shot at two [[d:South Koreans]].")
    check("The [[e:Korean]] People's Army denied it.")


def test_units_and_men_of_a_state(check):
    check("The [[e:ROK]] 5th Division and [[m:U.S.]] imperialists met near [[Paju]].")
    check("Two [[m:ROK]] marines left the [[ROK]] for good.")


def test_ships_bear_the_names_of_towns(check):
    check("The Mokpo was sunk off [[Busan]]. Divers reached the wreck of the Mokpo in May.")
    check("Ferries sail from [[Mokpo]], the port's crew said.")


def test_unknown_villages_keep_their_hyphen(check):
    check("Fishermen of [[Tokpa-ri]] in [[South Korea]] saw it. Then it flew to [[Zomu-ri]].")
    check("Kim Yu-ri sang in [[Seoul]].")


def test_posts_and_hills_by_name_and_number(check):
    check("From [[Guard Post 9]] in the [[DMZ]] men ran to [[OP Mesa]] and on to [[Hill 121]].")
    check("It was uphill. Outpost Mesa opened a shop in [[Chicago]].")


def test_what_stands_in_a_place_and_bears_its_name(check):
    check("They dug near the [[Kaepung Station]] in [[Korea]] and cut the [[Paju Bridge]].")
    check("She left Union Station in [[Chicago]] by the [[e:Paju]] Bridge Company's bus.")


def test_names_that_begin_with_figures(check):
    check("Visitors see the [[3rd Infiltration Tunnel]] and the [[72-Hour Bridge]] in [[Korea]].")
    check("군인은 [[72시간 다리]]에서 멈췄다.")


def test_short_forms_need_korea(check):
    check(
        "A soldier left [[North Korea]] for the [[c:South]]. He crossed the [[c:border]] on foot."
    )
    check("Birds fly to the South in winter, and nobody guards the border.")


def test_common_words_for_the_borders_places(check):
    check(
        "He crossed the [[military demarcation line]] inside the [[demilitarised zone]], "
        "[[d:South Korean]] officers said."
    )


def test_border_as_a_modifier_is_no_mention(check):
    check("[[d:North Korean]] border guards near [[Kaesong]] shot at a border town.")


def test_spellings_of_one_name(check):
    check("From [[Ch'ŏrwŏn]] and [[Cheorwon]] to [[P’yŏngyang]], [[North Korea]].")


def test_capitals_at_the_start_of_a_sentence_say_little(check):
    check("Many left. Long queues formed in [[Paju]]. Most returned.")


def test_abbreviations(check):
    check("He left the [[U.S.]] for [[Columbus]], [[Ohio]], with us.")
    check("OR not in ME: the [[DMZ]] is 4 km wide")


def test_towns_before_their_states(check):
    check("Police in [[Springfield]], [[Ill.]], and [[Salina]], [[Kan.]], said so.")


def test_korean_words_with_particles(check):
    check("[[d:북한]]군이 [[판문점]]에서 총격을 가했다.")
    check("남북 관계가 나빠졌다.")


def test_korean_words_with_two_particles(check):
    check("[[연천]]에서도 폭음이 들렸고, 남은 곳은 [[대성동]]뿐이며 [[김포]]까지도 흔들렸다.")


def test_what_cannot_act_is_named_in_korean(check):
    check("[[판문점]]은 조용했고 [[도라전망대]]는 문을 닫았다. [[m:서울]]은 반발했다.")
    check("주민들은 [[연천군]]과 [[파주시]]에서 대피했다. [[m:파주시]]는 지원을 약속했다.")


def test_offsets_survive_korean_and_emoji(check):
    check("[[판문점]] 🇰🇷 — the [[DMZ]] is 4 km wide")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts)
def test_spans_are_true_and_apart(gazetteer, text):
    document = make_document(text)
    mentions = recognize(document, gazetteer)
    for mention in mentions:
        assert document.quote(mention.span) == mention.surface != ""
        assert mention.surface == mention.surface.strip()
    plain = [m for m in mentions if m.kind is not MentionKind.RELATIVE]
    for left, right in pairwise(plain):
        assert left.span.end <= right.span.start
    starts = [m.span.start for m in mentions]
    assert starts == sorted(starts)
    assert recognize(document, gazetteer) == mentions


def test_an_unknown_backend_is_a_wrong_call(gazetteer):
    with pytest.raises(InputError, match="no recognizer 'parrot'"):
        recognize(make_document("Paju"), gazetteer, backend="parrot")
