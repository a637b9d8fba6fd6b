"""What a publisher's change does to finished work: what matters opens it again and says why; a slip leaves a note."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from msat.cli.local_words import local_json, local_lines
from msat.clock import FixedClock
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState, Status
from msat.projections.ports import Query
from msat.services.acknowledge import acknowledge
from msat.services.applies import decide_applies
from msat.services.demo import do_the_work
from msat.services.desk import Desk
from msat.services.reopen import reopen
from tests.notices import item, recall
from tests.services.conftest import DOCTOR, PHARMACIST

Receive = Callable[[FeedItem], AlertState]
PATH = "/drug-device-alerts/testafil"
REF = "EL(26)A/61"
LIMIT = "<p>Actions to be completed by {day} December 2026.</p>"
ADVICE = "Return the packs you hold to your pharmacy."


def first(**more: object) -> FeedItem:
    values = {"path": PATH, "title": "Testafil 10 mg tablets, EL(26)A/61", "patient_advice": ADVICE, **more}
    return recall(**values)  # type: ignore[arg-type]


def with_limit(day: int, notice: FeedItem | None = None) -> FeedItem:
    notice = notice or first()
    return replace(notice, html=LIMIT.format(day=day) + notice.html)


MATERIAL = {
    "class": (first(), first(class_=3), "Class"),
    "level": (first(), first(level="Patient, Pharmacy and Wholesaler"), "Level"),
    "batch added": (first(), first(batches=(("TX1001", "11/2027"), ("TX1002", "12/2027"), ("TX9", "1/2028"))), "TX9"),
    "batch removed": (first(), first(batches=(("TX1001", "11/2027"),)), "TX1002"),
    "product": (first(), first(product="Testafil 20 mg tablets"), "20 mg"),
    "deadline brought forward": (with_limit(20), with_limit(10), "brought forward from 20 December 2026"),
    "patient advice": (first(), first(patient_advice="Keep taking the tablets until you have others."), "Advice"),
    "withdrawal": (first(), first(withdrawn="This notice was issued in error."), "Withdrawn"),
}


@pytest.mark.parametrize("kind_of_change", MATERIAL)
def test_what_matters_opens_signed_work_again(desk: Desk, receive: Receive, kind_of_change: str) -> None:
    before, after, words = MATERIAL[kind_of_change]
    signed = do_the_work(desk, receive(before))
    answers = {a.code: a.answers for a in signed.actions if a.answers and a.code not in ("A01", "A02", "A25")}
    assert signed.sign_off is not None
    state = receive(after)
    assert state.sign_off is None
    assert state.reopened is not None
    assert state.reopened.cause == "change"
    assert words in state.reopened.reason
    assert state.versions[-1].material
    kept = {a.code: a.answers for a in state.actions}
    assert {code: kept.get(code) for code in answers} == answers
    assert desk.views.difference_from_rebuild() == ()


@pytest.mark.parametrize("kind_of_change", [name for name in MATERIAL if name != "withdrawal"])
def test_what_matters_opens_what_did_not_apply_again(desk: Desk, receive: Receive, kind_of_change: str) -> None:
    before, after, words = MATERIAL[kind_of_change]
    state = receive(before)
    acknowledge(desk, state.key, PHARMACIST)
    if "mixed-level" in state.flags:
        from msat.services.override import override

        override(desk, state.key, str(state.rag), "Handled as patient level.", DOCTOR)
    for person in (PHARMACIST, DOCTOR):
        decide_applies(desk, state.key, False, person, "not-held")
    opened = receive(after)
    assert opened.applicability is None
    assert opened.is_open
    assert opened.reopened is not None
    assert words in opened.reopened.reason


@pytest.mark.parametrize(
    ("was", "now"),
    [("return them.", "return them."), ("Hold the listed", "Hold teh listed"), ("listed batches", "batches listed")],
)
def test_a_slip_put_right_leaves_a_note_and_nothing_else(desk: Desk, receive: Receive, was: str, now: str) -> None:
    notice = first()
    telephone = "<p>Telephone 0800 {number} for questions.</p>"
    old = replace(notice, html=notice.html + telephone.format(number="111 2222"))
    new = replace(notice, html=notice.html.replace(was, now) + telephone.format(number="111 3333"))
    signed = do_the_work(desk, receive(old))
    state = receive(new)
    assert state.sign_off == signed.sign_off
    assert state.reopened is None
    assert [v.number for v in state.versions] == [1, 2]
    assert not state.versions[-1].material
    assert state.versions[-1].changes
    assert any("a small change" in line.text for line in state.history)


def test_a_deadline_put_back_keeps_the_old_one_shown_and_the_work_done(desk: Desk, receive: Receive) -> None:
    signed = do_the_work(desk, receive(with_limit(10)))
    assert signed.due is not None
    state = receive(with_limit(20))
    assert state.sign_off is not None
    assert state.due is not None
    assert state.due.at is not None
    assert signed.due.at is not None
    assert state.due.at - signed.due.at == timedelta(days=10)
    told = " ".join([*state.versions[-1].changes, *(line.text for line in state.history)])
    assert "put back from 10 December 2026" in told
    assert "20 December 2026" in told


def test_a_withdrawn_notice_reminds_of_nothing_and_keeps_everything(
    desk: Desk, receive: Receive, clock: FixedClock
) -> None:
    signed = do_the_work(desk, receive(first(level="Patient, Pharmacy and Wholesaler", class_=3)))
    assert signed.recheck_due is not None
    state = receive(first(level="Patient, Pharmacy and Wholesaler", class_=3, withdrawn="Issued in error."))
    clock.moment += timedelta(days=1000)
    assert state.recheck_due is None
    assert not state.is_open_at(clock.now())
    assert desk.views.worklist(Query(open_only=True), clock.now()) == []
    assert state.status(clock.now()) is not Status.OVERDUE
    assert any("Signed off" in line.text for line in state.history)


def test_a_person_opens_it_again_with_a_reason_that_is_shown(desk: Desk, receive: Receive) -> None:
    signed = do_the_work(desk, receive(first()))
    reopen(desk, signed.key, "More stock was found.", PHARMACIST)
    state = desk.views.alert(signed.key)
    assert state is not None
    assert state.reopened is not None
    assert (state.reopened.cause, state.reopened.reason) == ("", "More stock was found.")
    assert any("Opened again" in line and "More stock" in line for line in local_lines(state))


# --- supersession ------------------------------------------------------------------------------------------------

OLD, NEW = "NatPSA/2026/008/DHSC", "NatPSA/2026/012/DHSC"


def shortage(reference: str, issued: date, said: str = "", withdrawn: str = "") -> FeedItem:
    html = (
        f"<p>National Patient Safety Alert Reference Number: {reference}</p><p>{said}</p>"
        "<h2>Explanation of identified safety issue</h2><p>Supply of testaglutide pens will not meet demand.</p>"
        "<h2>Actions required</h2><p>Actions to be completed by 30 November 2026:</p>"
    )
    title = f"Shortage of testaglutide pens ({reference})"
    return item(title, html, issued=issued, alert_type="national-patient-safety", withdrawn=withdrawn)


NEWER = shortage(NEW, date(2026, 11, 20), f"This NatPSA supersedes {OLD}.")


@pytest.mark.parametrize("how", ["the newer says so", "the older says so"])
def test_what_was_answered_is_shown_with_the_newer_and_counts_once(desk: Desk, receive: Receive, how: str) -> None:
    done = do_the_work(desk, receive(shortage(OLD, date(2026, 11, 1))))
    if how == "the newer says so":
        newer = receive(NEWER)
    else:
        receive(shortage(NEW, date(2026, 11, 20)))
        receive(shortage(OLD, date(2026, 11, 1), withdrawn=f"This alert has been superseded by {NEW}."))
        found = desk.views.find(NEW)
        assert found is not None
        newer = found
    (carried,) = newer.carried
    assert (carried.key, carried.reference, carried.status) == (done.key, OLD, "done")
    answered = {a.code for a in done.actions if a.is_answered} - {"A01", "A02", "A25"}
    assert {one.action for one in carried.answers} == answered
    assert all(one.by and one.entry for one in carried.answers)
    assert not any(action.is_answered for action in newer.actions)
    assert newer.acknowledged is None
    told = local_json(newer)["carried"][0]
    assert told["reference"] == OLD
    assert any("It answers nothing here" in line for line in local_lines(newer))
    assert desk.views.difference_from_rebuild() == ()


def test_nothing_is_carried_where_nothing_was_answered(desk: Desk, receive: Receive) -> None:
    receive(shortage(OLD, date(2026, 11, 1)))
    assert receive(NEWER).carried == ()
