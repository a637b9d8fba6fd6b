"""The cards "who must act": one for each kind, by the rules that decided here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from msat.cli.cards import cards_json, cards_lines
from msat.services.who_must_act import who_must_act
from msat.triage.model import OrganisationKind, Priority
from msat.working_days import Site
from tests.notices import recall


@pytest.mark.parametrize("kind", [kind.value for kind in OrganisationKind])
def test_the_own_card_comes_first_and_says_what_was_decided(desk, receive, kind):
    state = receive(recall())
    cards = who_must_act(desk, state)
    assert [card.is_own for card in cards] == [True, False, False, False, False]
    assert cards[0].kind == kind
    assert (cards[0].triage.priority, cards[0].triage.flags) == (state.rag, state.flags)
    assert cards[0].triage.due.at == state.due.at
    assert {card.kind for card in cards} == set(OrganisationKind)


def test_kinds_differ_and_every_word_is_the_notices_own(desk, receive):
    state = receive(recall(product="Carbamazepine 200 mg tablets"))
    notice = desk.views.notice(state.key)
    by_kind = {card.kind: card.triage for card in who_must_act(desk, state)}
    assert by_kind[OrganisationKind.GP_PRACTICE].priority is Priority.AMBER
    assert by_kind[OrganisationKind.COMMUNITY_PHARMACY].priority is Priority.RED
    for triage in by_kind.values():
        assert triage.reasons
        for reason in triage.reasons:
            assert reason.words in notice.title or reason.words in notice.text or reason.where == "publisher"


def test_the_days_of_the_decision_hold_and_not_those_of_today(desk, receive):
    state = receive(recall(class_=3))
    shut = Site(shut=((date(2026, 11, 26), "Training"),))
    desk.learn(replace(desk.knowledge, site=shut))
    assert "site-closed" not in who_must_act(desk, state)[0].triage.flags


def test_without_the_stored_rules_those_in_force_now_speak(desk, receive):
    state = receive(recall())
    for path in (desk.places.files).rglob("*"):
        if path.is_file() and path.read_bytes()[:200].find(b"msat-rules") >= 0:
            path.unlink()
    assert len(who_must_act(desk, state)) == 5


def test_without_the_notice_there_are_no_cards_and_no_heading(desk, receive):
    state = receive(recall())
    cards = who_must_act(desk, replace(state, history=()))
    assert cards == ()
    assert cards_lines(cards) == []


def test_the_cards_as_json_and_as_lines(desk, receive):
    cards = who_must_act(desk, receive(recall(product="Emerade 300 micrograms solution for injection")))
    made = cards_json(cards)
    assert {name: card["rag"] for name, card in made.items()} == dict.fromkeys(map(str, OrganisationKind), "red")
    assert made["dispensing-practice"]["own"]
    assert "emergency-medicine" in made["gp-practice"]["flags"]
    lines = cards_lines(cards)
    assert "<- here" in lines[2]
    assert sum("raised by E03" in line for line in lines) == 2
