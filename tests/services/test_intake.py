"""Notices taken in: joined, versioned, withdrawn, re-opened; and never twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from msat.actions.cases import load_cases
from msat.clock import FixedClock
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState, Status
from msat.services.demo import do_the_work
from msat.services.desk import Desk
from msat.triage.due import end_of_day
from tests.notices import item, recall

Receive = Callable[[FeedItem], AlertState]


def test_the_same_words_again_record_nothing(desk: Desk, receive: Receive) -> None:
    receive(recall())
    head = desk.record.head()
    receive(recall())
    assert desk.record.head() == head


def test_a_new_batch_is_version_2_and_reopens_finished_work(desk: Desk, receive: Receive, clock: FixedClock) -> None:
    path = "/drug-device-alerts/testafil"
    do_the_work(desk, receive(recall(path=path)))
    after = receive(recall(path=path, batches=(("TX1001", "11/2027"), ("TX1002", "12/2027"), ("TX1003", "01/2028"))))
    assert [v.number for v in after.versions] == [1, 2]
    assert after.versions[1].material
    assert any("TX1003" in change for change in after.versions[1].changes)
    assert after.sign_off is None
    assert after.status(clock.now()) is not Status.DONE
    assert all(a.is_answered for a in after.actions if a.code in ("A03", "A12"))


def test_a_withdrawn_notice_is_stamped_and_kept(receive: Receive, desk: Desk) -> None:
    path = "/drug-device-alerts/testafil"
    receive(recall(path=path))
    after = receive(recall(path=path, withdrawn="This notice was issued in error."))
    assert "issued in error" in after.withdrawn
    assert not after.is_open
    assert [v.number for v in after.versions] == [1, 2]


def test_two_pages_with_one_reference_are_one_alert_with_two_sources(receive: Receive, desk: Desk) -> None:
    first = receive(recall(title="Contaminated testing fluid; DSI/2026/002", path="/drug-device-alerts/one"))
    second = receive(
        item(
            "Contaminated testing fluid (update to DSI/2026/002), DSI/2026/005",
            "<p>More lots of the fluid are affected.</p>",
            path="/drug-device-alerts/two",
            alert_type="device-safety-information",
        )
    )
    assert first.key == second.key
    assert {s.path for s in second.sources} == {"/drug-device-alerts/one", "/drug-device-alerts/two"}
    assert len(desk.views.states()) == 1


def test_a_case_number_shared_by_two_recalls_joins_nothing(receive: Receive, desk: Desk) -> None:
    receive(recall(title="Class 2 Medicines Recall: Maker One, Irbesartan 150mg (MDR 94-06/18)"))
    receive(recall(title="Class 2 Medicines recall: Maker Two - Irbesartan 300mg (MDR 94-06/18)"))
    assert len(desk.views.states()) == 2


def test_a_deadline_past_at_receipt_is_historic_not_overdue(receive: Receive, clock: FixedClock) -> None:
    state = receive(recall(issued=date(2024, 3, 1)))
    assert "historic" in state.flags
    assert state.status(clock.now()) is Status.HISTORIC


def test_a_change_that_matters_counts_anew_and_a_later_slip_does_not(receive: Receive, clock: FixedClock) -> None:
    """A level raised today on a recall of long ago is work of today, not history."""
    path, old = "/drug-device-alerts/testafil", date(2026, 3, 2)
    assert receive(recall(path=path, issued=old)).status(clock.now()) is Status.HISTORIC
    raised = recall(
        path=path, issued=old, level="Patient, Pharmacy and Wholesaler", patient_advice="Return your packs."
    )
    after = receive(raised)
    assert after.status(clock.now()) is Status.NOT_ACKNOWLEDGED
    assert after.due is not None
    assert after.due.at == clock.now() + timedelta(hours=48)
    clock.moment += timedelta(hours=30)
    slip = receive(replace(raised, html=raised.html.replace("Hold the listed", "Hold all the listed")))
    assert [v.number for v in slip.versions] == [1, 2, 3]
    assert slip.due == after.due
    assert "historic" not in slip.flags


def test_a_shortage_protocol_ends_by_itself(receive: Receive, clock: FixedClock) -> None:
    """F24: after the end of its last day it is to be reviewed, and never overdue."""
    case = next(one for one in load_cases() if one.id == "protocol-in-force")
    clock.moment = case.received
    state = receive(case.item)
    assert state.ends is not None
    assert state.ends == end_of_day(date.fromisoformat(case.alert.ends.value))  # type: ignore[union-attr]
    assert state.status(state.ends) is not Status.HISTORIC
    later = state.ends + timedelta(seconds=1)
    assert state.status(later) is Status.HISTORIC
