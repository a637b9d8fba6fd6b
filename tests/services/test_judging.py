"""Decisions of the review list, decision support and meetings: recorded, refused, corrected, and made a local rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from msat.cli.local_words import local_json, local_lines
from msat.clock import FixedClock
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState
from msat.projections.review_list import MIXED_LEVEL, NEEDS_A_PERSON
from msat.services.correct import correct
from msat.services.decision_support import decision_support
from msat.services.desk import Desk
from msat.services.discuss import discuss
from msat.services.judge import judge
from msat.services.review import asked_of, to_review
from msat.services.tailor_drafts import read_draft
from msat.triage.model import Priority
from tests.notices import item, recall
from tests.services.conftest import DOCTOR, PHARMACIST

Receive = Callable[[FeedItem], AlertState]
REF = "EL(26)A/61"
STRANGE = item(
    "Testing chairs of an unheard-of kind", "<p>Chairs may tip over. Look at yours.</p>", alert_type="", path="/strange"
)
MIXED = recall(class_=3, patient_advice="Patients should return the packs they hold to a pharmacy.")


def now_of(desk: Desk, state: AlertState) -> AlertState:
    found = desk.views.alert(state.key)
    assert found is not None
    return found


def refused(desk: Desk, do: Callable[[], object], *words: str) -> None:
    before = desk.record.head()
    with pytest.raises(Refused) as caught:
        do()
    for word in words:
        assert word in f"{caught.value} {caught.value.next_step}"
    assert desk.record.head() == before


def test_what_no_rule_covers_is_judged_with_a_reason_and_leaves_the_list(desk: Desk, receive: Receive) -> None:
    state = receive(STRANGE)
    assert [(entry.key, entry.flag) for entry in to_review(desk)] == [(state.key, NEEDS_A_PERSON)]
    refused(desk, lambda: judge(desk, state.key, "green", " ", PHARMACIST), "reason")
    refused(desk, lambda: judge(desk, state.key, "blue", "Because.", PHARMACIST), "not a priority")
    made = judge(desk, state.key, "green", "We have no such chairs.", PHARMACIST)
    assert "from the review list" in made.words
    after = now_of(desk, state)
    assert (after.rag, after.rule_rag, after.override_reason) == (
        Priority.GREEN,
        Priority.AMBER,
        "We have no such chairs.",
    )
    assert to_review(desk) == []
    refused(desk, lambda: judge(desk, state.key, "red", "Again.", PHARMACIST), "not on the review list", "override")
    assert local_json(after)["judged"]["flags"] == [NEEDS_A_PERSON]
    assert any("Decided from the review list: Green" in line for line in local_lines(after))
    assert desk.views.difference_from_rebuild() == ()


def test_a_red_is_judged_lower_with_its_reason_only(desk: Desk, receive: Receive) -> None:
    state = receive(recall(patient_advice="Patients should return the packs they hold.", level="Pharmacy/Wholesaler"))
    assert state.rag is Priority.RED
    assert [entry.flag for entry in to_review(desk)] == [MIXED_LEVEL]
    refused(desk, lambda: judge(desk, REF, "amber", "", PHARMACIST), "reason")
    judge(desk, REF, "amber", "The publisher confirmed that it goes to pharmacies.", DOCTOR)
    after = now_of(desk, state)
    assert (after.rag, after.rule_rag) == (Priority.AMBER, Priority.RED)


def test_a_change_that_matters_puts_it_back(desk: Desk, receive: Receive) -> None:
    receive(MIXED)
    judge(desk, REF, "amber", "Pharmacies only, says the publisher.", PHARMACIST)
    assert to_review(desk) == []
    more = (("TX1001", "11/2027"), ("TX1002", "12/2027"), ("TX9009", "12/2027"))
    state = receive(recall(class_=3, patient_advice="Patients should return the packs they hold.", batches=more))
    assert state.judged is not None
    assert state.judged.stale
    assert state.override is not None
    assert [entry.flag for entry in to_review(desk)] == [MIXED_LEVEL]
    judge(desk, REF, "amber", "Still pharmacies only.", PHARMACIST)
    assert to_review(desk) == []


def test_corrected_decisions_fall_back_to_the_rules_own(desk: Desk, receive: Receive) -> None:
    state = receive(STRANGE)
    made = judge(desk, state.key, "green", "None here.", PHARMACIST)
    fixed = correct(desk, str(made.entries[0].seq), "There is one.", DOCTOR, {"rag": "red"})
    assert now_of(desk, state).rag is Priority.RED
    assert now_of(desk, state).override is not None
    correct(desk, str(fixed.entries[0].seq), "Meant for another.", DOCTOR)
    after = now_of(desk, state)
    assert (after.rag, after.override, after.judged) == (Priority.AMBER, None, None)
    assert asked_of(desk, after)


def test_a_decision_becomes_a_local_rule_in_the_same_step(desk: Desk, receive: Receive) -> None:
    state = receive(STRANGE)
    made = judge(desk, state.key, "red", "These chairs are in our waiting room.", PHARMACIST, make_rule=True)
    after = now_of(desk, state)
    assert after.judged is not None
    assert after.judged.local_rule.startswith("L")
    assert after.judged.local_rule in made.words
    assert after.judged.local_rule in {entry.id for entry in read_draft(desk).rules}
    assert any(after.judged.local_rule in line.text for line in after.history)


def test_where_no_rule_can_be_made_nothing_is_recorded(desk: Desk, receive: Receive) -> None:
    receive(recall(patient_advice="Patients should return the packs they hold."))
    refused(desk, lambda: judge(desk, REF, "green", "Not here.", PHARMACIST, make_rule=True), "cannot lower")


def test_decision_support_is_recorded_with_system_id_and_day(desk: Desk, receive: Receive) -> None:
    state = receive(recall())
    live = date(2026, 11, 22)
    made = decision_support(desk, REF, "optimiserx", "4711", live, PHARMACIST, national=True, note="Shown at choice.")
    decision_support(desk, REF, "other", "A-9", date(2026, 11, 21), PHARMACIST, note="Our own system.")
    after = now_of(desk, state)
    assert [(one.system, one.message, one.live, one.is_national) for one in after.decision_support] == [
        ("OptimiseRx", "4711", "2026-11-22", True),
        ("other", "A-9", "2026-11-21", False),
    ]
    assert "In OptimiseRx since 22 November 2026, national message 4711. Shown at choice." in [
        line.strip() for line in local_lines(after)
    ]
    correct(desk, str(made.entries[0].seq), "typing", DOCTOR, {"message": "4712", "live": "2026-11-21"})
    again = now_of(desk, state).decision_support
    assert [(one.message, bool(one.struck)) for one in again] == [("4711", True), ("4712", False), ("A-9", False)]
    assert desk.views.difference_from_rebuild() == ()


def test_decision_support_that_cannot_be_is_refused(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    receive(recall())
    today = date(2026, 11, 22)

    def do(system: str = "ScriptSwitch", id_: str = "1", live: date = today, note: str = "") -> object:
        return decision_support(desk, REF, system, id_, live, PHARMACIST, note=note)

    refused(desk, lambda: do(system="Clippy"), "not a system", "OptimiseRx, ScriptSwitch, other")
    refused(desk, lambda: do(id_=" "), "id")
    refused(desk, lambda: do(system="other"), "Which system")
    refused(desk, lambda: do(live=today + timedelta(days=1)), "still to come")
    refused(desk, lambda: do(live=date(1926, 11, 22)), "too long ago")
    refused(desk, lambda: do(note="943 476 5919"), "NHS number")
    made = decision_support(desk, REF, "other", "1", today, PHARMACIST, note="Ours.")
    seq = str(made.entries[0].seq)
    refused(desk, lambda: correct(desk, seq, "x", DOCTOR, {"note": ""}), "Which system")
    refused(desk, lambda: correct(desk, seq, "x", DOCTOR, {"live": "2027-01-01"}), "cannot be right")
    refused(desk, lambda: correct(desk, seq, "x", DOCTOR, {"live": "soon"}), "not a date")
    refused(desk, lambda: correct(desk, seq, "x", DOCTOR, {"national": "perhaps"}), "neither yes nor no")


def test_a_meeting_is_recorded_refused_and_corrected(desk: Desk, receive: Receive) -> None:
    state = receive(recall())
    refused(desk, lambda: discuss(desk, REF, "", date(2026, 11, 22), DOCTOR), "meeting")
    refused(desk, lambda: discuss(desk, REF, "Committee", date(2026, 11, 23), DOCTOR), "still to come")
    refused(desk, lambda: discuss(desk, REF, "Board", date(2026, 11, 22), DOCTOR, "7.2", "  "), "decided is not given")
    made = discuss(desk, REF, "Safety committee", date(2026, 11, 22), DOCTOR, "7.2", "Plan agreed.")
    told = local_json(now_of(desk, state))["discussed"]
    assert [(one["meeting"], one["on"], one["minute"], one["outcome"]) for one in told] == [
        ("Safety committee", "2026-11-22", "7.2", "Plan agreed.")
    ]
    assert any("Discussed at Safety committee" in line.text for line in now_of(desk, state).history)
    seq = str(made.entries[0].seq)
    refused(desk, lambda: correct(desk, seq, "No outcome.", DOCTOR, {"outcome": ""}), "decided is not given")
    correct(desk, seq, "Not discussed after all.", DOCTOR)
    assert all(one.struck for one in now_of(desk, state).discussed)
    assert desk.views.difference_from_rebuild() == ()
