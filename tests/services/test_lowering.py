"""“Not held” lowers what the table lowers; on a Red after the second person. Corrected or reopened, it is lifted."""

from __future__ import annotations

from datetime import date

import pytest

from msat.services import correct, reopen
from msat.services.applies import decide_applies
from msat.services.override import override
from msat.triage.model import Priority
from tests.notices import item
from tests.services.conftest import DOCTOR, PHARMACIST

REF = "NatPSA/2026/004/MHRA"


def device(words: str = "Actions to be complete by 18 December 2026."):
    title = f"National Patient Safety Alert: Example insulin pump, risk of leaks ({REF})"
    return item(
        title.replace("insulin pump", "infusion pump"),
        f"<p>{words}</p><p>Medical device: the pump can leak.</p>",
        issued=date(2026, 11, 21),
        alert_type="national-patient-safety-alert",
    )


@pytest.fixture
def state(receive):
    found = receive(device())
    assert (found.rule, found.rag, found.if_not_held.rag) == ("F04", Priority.RED, Priority.GREEN)
    return found


def now(desk):
    return desk.views.find(REF)


def test_a_red_is_lowered_only_once_a_second_person_has_confirmed(desk, state):
    decide_applies(desk, REF, False, PHARMACIST, "not-held")
    assert (now(desk).rag, now(desk).needs_second) == (Priority.RED, True)
    decide_applies(desk, REF, False, DOCTOR, "not-held")
    after = now(desk)
    assert (after.rag, after.lowered_from, after.needs_second) == (Priority.GREEN, Priority.RED, False)
    assert after.reasons[-1].kind == "lowered"
    assert "not held" in after.reasons[-1].text
    assert "A Pharmacist" in after.reasons[-1].text
    assert desk.views.difference_from_rebuild() == ()


def test_deciding_that_it_applies_lifts_it_again(desk, state):
    decide_applies(desk, REF, False, PHARMACIST, "not-held")
    decide_applies(desk, REF, False, DOCTOR, "not-held")
    decide_applies(desk, REF, True, PHARMACIST, "held")
    after = now(desk)
    assert (after.rag, after.lowered_from) == (Priority.RED, None)
    assert all(reason.kind != "lowered" for reason in after.reasons)


def test_reopening_and_a_change_of_the_notice_lift_it(desk, state, receive):
    for person in (PHARMACIST, DOCTOR):
        decide_applies(desk, REF, False, person, "not-prescribed")
    reopen.reopen(desk, REF, "found one in the treatment room", PHARMACIST)
    assert now(desk).rag is Priority.RED
    for person in (PHARMACIST, DOCTOR):
        decide_applies(desk, REF, False, person, "not-prescribed")
    assert now(desk).rag is Priority.GREEN
    receive(device("Actions to be complete by 4 December 2026."))
    assert (now(desk).rag, now(desk).lowered_from) == (Priority.RED, None)


def test_another_reason_lowers_nothing(desk, state):
    for person in (PHARMACIST, DOCTOR):
        decide_applies(desk, REF, False, person, "not-our-setting")
    assert (now(desk).rag, now(desk).lowered_from) == (Priority.RED, None)


def test_a_priority_that_a_person_chose_is_left_alone(desk, state):
    override(desk, REF, "amber", "two of them in the loan store", PHARMACIST)
    decide_applies(desk, REF, False, PHARMACIST, "not-held")
    assert (now(desk).rag, now(desk).lowered_from) == (Priority.AMBER, None)


def test_an_entry_corrected_lifts_it(desk, state):
    for person in (PHARMACIST, DOCTOR):
        decide_applies(desk, REF, False, person, "not-held")
    first = next(line for line in now(desk).history if line.type == "applicability.decided")
    correct.correct(desk, first.entry, "one was found", PHARMACIST, {"reason": "not-our-setting"})
    assert (now(desk).rag, now(desk).lowered_from) == (Priority.RED, None)


def test_not_relevant_on_a_red_says_that_a_second_person_confirms(desk, state):
    said = decide_applies(desk, REF, False, PHARMACIST, "not-our-setting").words
    assert desk.knowledge.rules.exception("E18").reason in said
    assert "second person" not in decide_applies(desk, REF, False, DOCTOR, "not-our-setting").words
