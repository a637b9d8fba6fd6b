"""The catalogue of actions: complete, in plain words, and refused by action and field when it is wrong."""

from __future__ import annotations

import re

import pytest

from msat import shipped
from msat.actions.catalogue import load_catalogue, load_shipped_catalogue
from msat.actions.model import AnswerKind
from msat.errors import Refused
from msat.triage.model import OrganisationKind
from msat.triage.rules import load_shipped_rules

CATALOGUE = load_shipped_catalogue()
TEXT = shipped.text("alerts/actions.toml")


def test_all_thirty_are_there():
    assert list(CATALOGUE.actions) == [f"A{n:02d}" for n in range(1, 31)]
    with pytest.raises(Refused, match="no action A31"):
        CATALOGUE["A31"]


def test_every_action_that_a_rule_asks_for_is_in_the_catalogue():
    asked = {code for rule in load_shipped_rules().rules for codes in rule.actions.values() for code in codes}
    assert asked <= set(CATALOGUE.actions)


@pytest.mark.parametrize("action", CATALOGUE.actions.values(), ids=lambda action: action.code)
def test_a_text_begins_with_a_verb_and_never_says_be_aware(action):
    for text in (action.text, *action.text_for.values(), *action.text_for_rule.values()):
        assert re.match(r"[A-Z][a-z]+ ", text)
        assert not text.endswith(".")
        assert "be aware" not in text.lower()
        assert "please" not in text.lower()
    assert action.help.endswith(".")


def test_stock_is_checked_in_the_places_of_each_kind():
    places = CATALOGUE["A03"].places
    assert "Dispensary" in places[OrganisationKind.DISPENSING_PRACTICE]
    assert "Dispensary" not in places[OrganisationKind.GP_PRACTICE]
    for kind in (OrganisationKind.GP_PRACTICE, OrganisationKind.DISPENSING_PRACTICE):
        assert {"Treatment room", "Emergency drugs", "Doctors' bags", "Vaccine fridge"} <= set(places[kind])


def test_ways_of_answering_are_those_the_screens_know():
    kinds = {code: action.answer for code, action in CATALOGUE.actions.items()}
    assert kinds["A01"] is AnswerKind.ACKNOWLEDGE
    assert kinds["A02"] is AnswerKind.APPLIES
    assert kinds["A03"] is AnswerKind.PLACES
    assert kinds["A06"] is AnswerKind.COUNT
    assert kinds["A07"] is AnswerKind.FUNNEL
    assert kinds["A25"] is AnswerKind.SIGN_OFF


@pytest.mark.parametrize(
    ("old", "new", "entry", "what"),
    [
        ('name = "Escalate"', 'nmae = "Escalate"', "action A23", "nmae"),
        ('answer = "funnel"', 'answer = "sieve"', "action A07", "answer"),
        ('code = "A30"', 'code = "A31"', "action A31", "not one of A01 to A30"),
        ('code = "A30"', 'code = "A29"', "action A29", "given twice"),
        ("months_after = 3", "months_after = -3", "action A21", "below nought"),
        ('text = "Find the devices', 'text = "Find the {device}', "action A15", "“{device}” is not one of"),
        ('text = "Find the devices', 'text = "Find {the devices', "action A15", "braces"),
        ('text = "Book the monitoring that the notice asks for"', 'text = " "', "action A11", "empty"),
        ("words_like = '\\b(", "words_like = '((", "action A04", "cannot be read"),
        ('committee = ["Medicines team\'s own stock"]', "committee = []", "action A03", "no place for committee"),
        ("[[action]]\ncode = \"A25\"", "[[action]]\ncode = \"A26\"", "action A26", "given twice"),
    ],
)
def test_a_wrong_catalogue_is_refused_by_action_and_field(old, new, entry, what):
    assert old in TEXT
    with pytest.raises(Refused) as refused:
        load_catalogue(TEXT.replace(old, new))
    said = str(refused.value)
    assert "actions.toml" in said
    assert entry in said
    assert what in said


def test_a_catalogue_without_sign_off_is_refused():
    start = TEXT.index('[[action]]\ncode = "A25"')
    end = TEXT.index('[[action]]\ncode = "A26"')
    with pytest.raises(Refused, match=r"A25.*missing"):
        load_catalogue(TEXT[:start] + TEXT[end:])
