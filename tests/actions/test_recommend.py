"""Recommended actions: first acknowledge, last sign off, and the product and batches named whole in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msat.actions.cases import load_cases
from msat.actions.catalogue import load_shipped_catalogue
from msat.actions.model import RecommendedAction
from msat.actions.recommend import recommend
from msat.alerts.model import Alert, Batch, Fact, Product, Where
from msat.triage.decide import decide
from msat.triage.model import OrganisationKind
from msat.triage.rules import load_shipped_rules

CATALOGUE = load_shipped_catalogue()
RULES = load_shipped_rules()
CASES = {case.id: case for case in load_cases()}
DISPENSING, GP = OrganisationKind.DISPENSING_PRACTICE, OrganisationKind.GP_PRACTICE


def actions(
    alert: Alert, kind: OrganisationKind = DISPENSING, places: tuple[str, ...] = ()
) -> dict[str, RecommendedAction]:
    triage = decide(alert, RULES, kind, alert.published or datetime(2026, 1, 1, tzinfo=UTC))
    return {action.code: action for action in recommend(alert, triage, CATALOGUE, kind, places)}


FINGOLIMOD = CASES["class2-fingolimod"].alert


def test_the_action_names_product_and_batch():
    found = actions(FINGOLIMOD)
    assert found["A03"].text == "Check stock of Fingolimod Zentiva 0.5 mg Capsules, batch 4L01372H, in every place"
    assert found["A04"].due == datetime(2026, 8, 22, 13, 21, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (["A1"], "batch A1"),
        (["A1", "B 2", "C-3"], "batches A1, B 2 and C-3"),
        (["A1", "A1"], "batch A1"),
        ([f"LONGBATCHNUMBER{n}" for n in range(8)], "the 8 batches listed below"),
    ],
)
def test_batch_numbers_are_given_whole_or_counted(numbers, said):
    batches = tuple(Batch(number, number) for number in numbers)
    assert f"Capsules, {said}, in every place" in actions(replace(FINGOLIMOD, batches=batches))["A03"].text


def test_a_range_is_said_as_a_range_and_all_batches_in_the_notices_words():
    ranged = replace(FINGOLIMOD, batches=(Batch("5000879", "", through="5000964"),))
    assert "batch 5000879 to 5000964" in actions(ranged)["A03"].text
    words = "All lots with an expiry date up to and including 02/2028"
    stated = replace(FINGOLIMOD, batches=(), all_batches=(Fact(words, words, Where.TEXT),))
    assert f"the batches stated as “{words}”" in actions(stated)["A03"].text
    assert actions(stated)["A03"].words == words
    assert "the batches named in the notice" in actions(replace(FINGOLIMOD, batches=()))["A03"].text


def test_products_are_named_whole_or_counted():
    named = tuple(Product(name, name, Where.TEXT) for name in ("One 5 mg", "Two 10 mg", "Three 20 mg"))
    assert "One 5 mg and Two 10 mg" in actions(replace(FINGOLIMOD, products=named[:2]))["A03"].text
    assert "the 3 products listed below" in actions(replace(FINGOLIMOD, products=named))["A03"].text
    assert "the product in the notice" in actions(replace(FINGOLIMOD, products=()))["A03"].text


def test_braces_in_a_product_name_do_no_harm():
    odd = replace(FINGOLIMOD, products=(Product("Odd {reference} {0} 5 mg", "", Where.TEXT),))
    assert "Odd {reference} {0} 5 mg" in actions(odd)["A03"].text


def test_own_places_go_before_the_usual_ones():
    assert actions(FINGOLIMOD)["A03"].places[0] == "Dispensary"
    assert actions(FINGOLIMOD, GP)["A03"].places[0] == "Treatment room"
    assert actions(FINGOLIMOD, places=("Cupboard", "Car"))["A03"].places == ("Cupboard", "Car")
    assert actions(FINGOLIMOD, places=("Cupboard",))["A04"].places == ()


def test_a_red_is_signed_off_by_two():
    assert "second person, a clinician" in actions(FINGOLIMOD)["A25"].help
    assert "second person" not in actions(FINGOLIMOD, GP)["A25"].help


def test_the_search_is_run_again_three_months_later():
    found = actions(CASES["class2-ramipril"].alert)
    assert found["A21"].due == datetime(2026, 6, 8, 22, 59, 59, tzinfo=UTC)
    assert not found["A21"].required


def test_three_months_after_the_end_of_november_is_the_end_of_february():
    alert = replace(CASES["class2-ramipril"].alert, published=datetime(2026, 11, 28, 12, tzinfo=UTC), issued=None)
    assert actions(alert)["A21"].due == datetime(2027, 2, 28, 23, 59, 59, tzinfo=UTC)


def test_newsletter_and_committee_do_not_hold_up_a_practice():
    found = actions(CASES["natpsa-emerade"].alert)
    assert all(found[code].due is None and not found[code].required for code in ("A16", "A20"))
    assert actions(CASES["natpsa-emerade"].alert, OrganisationKind.COMMITTEE)["A16"].required


def test_each_numbered_national_action_is_answered_by_itself():
    case = CASES["natpsa-heart-valves"]
    found = actions(case.alert)
    assert [code for code in found if code.startswith("A26")] == ["A26.1", "A26.2", "A26.3"]
    assert found["A26.2"].text == "Answer national action 2: Review each of them urgently."
    assert found["A26.2"].words in case.alert.text
    assert "A26" in actions(replace(case.alert, html="<p>Actions</p>"))
    assert "A26" in actions(replace(case.alert, html="<ol><li>Anything</li></ol>"))
    assert "A26" in actions(replace(case.alert, html=""))


def test_words_to_patients_are_quoted_where_patients_are_contacted():
    case = CASES["class2-ramipril"]
    assert "Do not stop taking ramipril" in actions(case.alert)["A08"].words
    assert actions(case.alert)["A04"].words in case.alert.text


def test_what_a_long_advice_says_is_quoted_in_whole_sentences():
    advice = "Patients should return it. " * 30
    long = replace(FINGOLIMOD, patient_advice=Fact(advice, advice, Where.TEXT))
    words = actions(replace(long, level=Fact("patient", "Patient Level", Where.TEXT)))["A08"].words
    assert len(words) <= 300
    assert words.endswith("return it.")
    assert advice.startswith(words)


@pytest.mark.parametrize("kind", list(OrganisationKind))
@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.id)
def test_every_case_begins_with_acknowledging_and_ends_with_signing_off(case, kind):
    triage = decide(case.alert, RULES, kind, case.received)
    found = recommend(case.alert, triage, CATALOGUE, kind)
    codes = [action.code for action in found]
    assert codes[:2] == ["A01", "A02"]
    assert codes[-1] == "A25"
    assert len(codes) == len(set(codes))
    for action in found:
        assert "{" not in action.text
        assert not action.words or action.words in case.alert.text


@given(st.lists(st.sampled_from(sorted(CATALOGUE.actions)), unique=True))
def test_whatever_a_rule_asks_the_frame_stays(codes):
    triage = decide(FINGOLIMOD, RULES, GP, FINGOLIMOD.published + timedelta(hours=1))
    plain = replace(triage, actions=tuple(codes), flags=())
    found = recommend(FINGOLIMOD, plain, CATALOGUE, GP)
    own = [code for code in codes if code not in ("A01", "A02", "A25")]
    assert [action.code for action in found] == ["A01", "A02", *own, "A25"]
