"""Each deed: what it records, what it refuses, and that a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from msat.clock import FixedClock
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState, Status
from msat.services.acknowledge import acknowledge
from msat.services.answer import answer
from msat.services.applies import decide_applies
from msat.services.correct import correct
from msat.services.count import count
from msat.services.demo import do_the_work
from msat.services.desk import Desk, Person
from msat.services.override import override
from msat.services.place import check_place, check_places
from msat.services.reopen import reopen
from msat.services.sign_off import sign_off
from msat.triage.model import Priority
from tests.notices import recall
from tests.services.conftest import DOCTOR, PHARMACIST

Receive = Callable[[FeedItem], AlertState]
NHS_NUMBER = "943 476 5919"
"""The NHS's own example of a valid number."""


def state_of(desk: Desk, ref: str = "EL(26)A/61") -> AlertState:
    state = desk.views.find(ref)
    assert state is not None
    return state


def refused(desk: Desk, do: Callable[[], object], *words: str) -> None:
    """`do` is refused with these words, and the record is as long as before."""
    before = desk.record.head()
    with pytest.raises(Refused) as caught:
        do()
    for word in words:
        assert word in str(caught.value)
    assert caught.value.next_step
    assert desk.record.head() == before


def test_a_recall_is_received_with_priority_reason_and_actions(receive: Receive) -> None:
    state = receive(recall())
    assert (state.reference, state.rag, state.rule) == ("EL(26)A/61", Priority.RED, "F07")
    assert state.due is not None
    assert state.due.at is not None
    assert any(r.words for r in state.reasons)
    assert [a.code for a in state.actions][:2] == ["A01", "A02"]


def test_acknowledge_records_who_and_when(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    receive(recall())
    done = clock.now() - timedelta(hours=2)
    changes = acknowledge(desk, "el (26)a/61", PHARMACIST, "seen by the team", happened=done)
    state = state_of(desk)
    assert state.acknowledged is not None
    assert (state.acknowledged.by, state.acknowledged.happened) == ("A Pharmacist", done)
    assert state.acknowledged.recorded == clock.now()
    assert changes.alerts == {state.key}
    refused(desk, lambda: acknowledge(desk, "EL(26)A/61", DOCTOR), "already acknowledged")


def test_unknown_alert_person_and_date_are_refused(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    receive(recall())
    refused(desk, lambda: acknowledge(desk, "EL(26)A/99", PHARMACIST), "EL(26)A/99")
    refused(desk, lambda: acknowledge(desk, "EL(26)A/61", Person("", "x")), "Who")
    refused(desk, lambda: acknowledge(desk, "EL(26)A/61", Person("A", " ")), "role")
    future = clock.now() + timedelta(minutes=1)
    refused(desk, lambda: acknowledge(desk, "EL(26)A/61", PHARMACIST, happened=future), "future")
    before = clock.now() - timedelta(days=40)
    refused(desk, lambda: acknowledge(desk, "EL(26)A/61", PHARMACIST, happened=before), "issued on 21 November 2026")


def test_patient_identifiers_are_refused_in_every_free_text(desk: Desk, receive: Receive) -> None:
    receive(recall())
    text = f"told the patient {NHS_NUMBER} today"
    ref = "EL(26)A/61"
    for do in (
        lambda: acknowledge(desk, ref, PHARMACIST, text),
        lambda: decide_applies(desk, ref, True, PHARMACIST, "held", text),
        lambda: answer(desk, ref, "A12", "yes", PHARMACIST, text),
        lambda: check_place(desk, ref, text, "nil", PHARMACIST),
        lambda: override(desk, ref, "amber", text, PHARMACIST),
        lambda: acknowledge(desk, ref, Person(text, "x")),
    ):
        refused(desk, do, NHS_NUMBER)


def test_applies_needs_a_fitting_reason(desk: Desk, receive: Receive) -> None:
    receive(recall())
    ref = "EL(26)A/61"
    refused(desk, lambda: decide_applies(desk, ref, False, PHARMACIST, "held"), "held")
    refused(desk, lambda: decide_applies(desk, ref, True, PHARMACIST, "other"), "note")
    decide_applies(desk, ref, True, PHARMACIST, "held")
    state = state_of(desk)
    assert state.applicability is not None
    assert state.applicability.applies


def test_not_applicable_on_a_red_needs_a_second_person(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    receive(recall())
    ref = "EL(26)A/61"
    decide_applies(desk, ref, False, PHARMACIST, "not-held")
    assert state_of(desk).status(clock.now()) is Status.SECOND_PERSON
    refused(desk, lambda: decide_applies(desk, ref, False, Person("a  pharmacist", "x"), "not-held"), "second person")
    decide_applies(desk, ref, False, DOCTOR, "not-held")
    assert state_of(desk).status(clock.now()) is Status.NOT_APPLICABLE


def test_answers_have_three_states_and_no_needs_a_reason(desk: Desk, receive: Receive) -> None:
    receive(recall())
    ref = "EL(26)A/61"
    refused(desk, lambda: answer(desk, ref, "A12", "no", PHARMACIST), "reason")
    refused(desk, lambda: answer(desk, ref, "A12", "maybe", PHARMACIST), "maybe")
    refused(desk, lambda: answer(desk, ref, "A99", "yes", PHARMACIST), "A99")
    refused(desk, lambda: answer(desk, ref, "A01", "yes", PHARMACIST), "acknowledge")
    refused(desk, lambda: answer(desk, ref, "A12", "yes", PHARMACIST, count=-1), "-1")
    answer(desk, ref, "a12", "yes", PHARMACIST)
    action = next(a for a in state_of(desk).actions if a.code == "A12")
    assert action.status == "yes"
    answer(desk, ref, "A12", "not answered", PHARMACIST)
    action = next(a for a in state_of(desk).actions if a.code == "A12")
    assert not action.is_answered
    assert len(action.answers) == 2


def test_places_take_nil_or_a_quantity(desk: Desk, receive: Receive) -> None:
    state = receive(recall())
    ref = "EL(26)A/61"
    places = [p.place for p in next(a for a in state.actions if a.code == "A03").places]
    assert len(places) >= 2
    refused(desk, lambda: check_place(desk, ref, places[0], "quantity", PHARMACIST), "quantity")
    refused(desk, lambda: check_place(desk, ref, places[0], "nil", PHARMACIST, quantity=3), "nil")
    check_place(desk, ref, places[0].upper(), "quantity", PHARMACIST, quantity=3, batch="TX1001")
    action = next(a for a in state_of(desk).actions if a.code == "A03")
    assert action.status == "in part"
    first = next(p for p in action.places if p.place == places[0])
    assert (first.quantity, first.batch) == (3, "TX1001")
    check_places(desk, ref, {place: ("nil", None, "") for place in places[1:]}, PHARMACIST)
    assert next(a for a in state_of(desk).actions if a.code == "A03").is_answered


def test_search_counts_cannot_grow_on_the_way(desk: Desk, receive: Receive) -> None:
    receive(recall(level="Patient, Pharmacy and Wholesaler", patient_advice="Return affected packs."))
    ref = "EL(26)A/61"
    refused(desk, lambda: count(desk, ref, {"found": 3, "active": 4}, PHARMACIST), "active")
    refused(desk, lambda: count(desk, ref, {"lost": 1}, PHARMACIST), "lost")
    refused(desk, lambda: count(desk, ref, {}, PHARMACIST), "count")
    count(desk, ref, {"found": 4, "reviewed": 4, "changed": 3, "unchanged_with_reason": 1}, PHARMACIST, "Stays on it.")
    funnels = [dict(a.funnel) for a in state_of(desk).actions if a.funnel]
    assert funnels
    assert funnels[0]["changed"] == 3


def test_sign_off_names_what_is_missing_then_needs_two_people(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    state = receive(recall())
    refused(desk, lambda: sign_off(desk, "EL(26)A/61", PHARMACIST), "acknowledge it", "A03")
    after = do_the_work(desk, state)
    assert after.sign_off is not None
    assert after.sign_off.second is not None
    assert (after.sign_off.deed.by, after.sign_off.second.by) == ("Demo Pharmacist", "Demo GP")
    assert after.status(clock.now()) is Status.DONE
    refused(desk, lambda: sign_off(desk, "EL(26)A/61", PHARMACIST), "already signed off")


def test_the_same_person_cannot_sign_a_red_twice(desk: Desk, receive: Receive) -> None:
    state = receive(recall())
    acknowledge(desk, state.key, PHARMACIST)
    decide_applies(desk, state.key, False, PHARMACIST, "not-held")
    reopen(desk, state.key, "stock was found after all", PHARMACIST)
    do_the_work(desk, state_of(desk))
    reopen(desk, state.key, "a delivery came", DOCTOR)
    decide_applies(desk, state.key, True, DOCTOR, "held")
    sign_off(desk, state.key, PHARMACIST)
    refused(desk, lambda: sign_off(desk, state.key, Person("A PHARMACIST", "x")), "second person")


def test_override_keeps_the_rules_own_priority(desk: Desk, receive: Receive) -> None:
    receive(recall())
    refused(desk, lambda: override(desk, "EL(26)A/61", "purple", "because", PHARMACIST), "purple")
    refused(desk, lambda: override(desk, "EL(26)A/61", "amber", " ", PHARMACIST), "reason")
    override(desk, "EL(26)A/61", "AMBER", "We never stock it.", PHARMACIST)
    state = state_of(desk)
    assert (state.rag, state.rule_rag) == (Priority.AMBER, Priority.RED)


def test_a_correction_leaves_the_old_answer_struck_and_visible(desk: Desk, receive: Receive) -> None:
    receive(recall())
    made = answer(desk, "EL(26)A/61", "A12", "yes", PHARMACIST, count=3)
    seq = str(made.entries[0].seq)
    refused(desk, lambda: correct(desk, "9999", "x", PHARMACIST, {"answer": "nil"}), "9999")
    refused(desk, lambda: correct(desk, seq, "", PHARMACIST, {"answer": "nil"}), "reason")
    refused(desk, lambda: correct(desk, seq, "typo", PHARMACIST, {"colour": "red"}), "colour")
    refused(desk, lambda: correct(desk, "1", "typo", PHARMACIST, {"note": "x"}), "not a deed")
    refused(desk, lambda: correct(desk, seq, "typo", PHARMACIST, {"count": 3}), "changes nothing")
    correct(desk, seq, "counted twice", DOCTOR, {"count": "2"})
    action = next(a for a in state_of(desk).actions if a.code == "A12")
    assert action.standing is not None
    assert action.standing.count == 2
    struck = [a for a in action.answers if a.struck]
    assert [(a.count, "A Doctor" in a.struck, "counted twice" in a.struck) for a in struck] == [(3, True, True)]
    refused(desk, lambda: correct(desk, seq, "again", PHARMACIST, {"count": 1}), "already corrected")
    later = str(desk.record.head().size)
    correct(desk, later, "one pack was another product", DOCTOR, {"count": 1})
    action = next(a for a in state_of(desk).actions if a.code == "A12")
    assert action.standing is not None
    assert action.standing.count == 1
    assert [a.count for a in action.answers if a.struck] == [3, 2]


def test_entered_in_error_takes_the_effect_back(desk: Desk, receive: Receive) -> None:
    receive(recall())
    ref = "EL(26)A/61"
    made = answer(desk, ref, "A12", "yes", PHARMACIST)
    correct(desk, made.entries[0].id, "wrong alert", PHARMACIST)
    assert not next(a for a in state_of(desk).actions if a.code == "A12").is_answered
    seen = acknowledge(desk, ref, PHARMACIST)
    correct(desk, seen.entries[0].id[:12], "wrong alert", PHARMACIST)
    assert state_of(desk).acknowledged is None
    struck = [h.text for h in state_of(desk).history if h.struck]
    assert len(struck) == 2
    assert desk.views.difference_from_rebuild() == ()
