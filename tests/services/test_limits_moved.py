"""A limit that the issuer puts back, or brings forward, in a later version of its notice; and each is decided again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from msat.projections.alert_state import Status
from msat.services.acknowledge import acknowledge
from msat.services.applies import decide_applies
from msat.services.rerun import SAME, rerun
from tests.notices import item, recall
from tests.services.conftest import DOCTOR, PHARMACIST

REF = "NatPSA/2026/008/DHSC"


def shortage(day: str, hour: int = 9, more: str = ""):
    html = f"<p>Testaglutide pens will not meet demand.</p><p>Actions to be complete by {day}.</p>{more}"
    return item(f"Shortage of testaglutide pens ({REF})", html, hour=hour, alert_type="national-patient-safety")


def end_of(day: int, month: int = 12) -> datetime:
    return datetime(2026, month, day, 23, 59, 59, tzinfo=UTC)


def all_the_same(desk) -> bool:
    return {one.outcome for one in rerun(desk).done} == {SAME}


def test_a_date_put_back_keeps_the_old_one_and_reopens_nothing(desk, receive, clock):
    receive(shortage("4 December 2026"))
    acknowledge(desk, REF, PHARMACIST)
    for person in (PHARMACIST, DOCTOR):
        decide_applies(desk, REF, False, person, "not-our-setting")
    clock.moment += timedelta(hours=3)
    after = receive(shortage("11 December 2026", hour=12))
    assert (after.due.at, after.due.extended_from) == (end_of(11), end_of(4))
    assert "extended" in after.flags
    (reason,) = [r for r in after.reasons if r.rule == "E13"]
    assert "from 4 December 2026 to 11 December 2026" in reason.text
    assert "11 December 2026" in reason.words
    assert after.status(clock.now()) is Status.NOT_APPLICABLE
    assert all_the_same(desk)


def test_the_first_date_stays_beside_it_through_later_versions(desk, receive, clock):
    receive(shortage("4 December 2026"))
    for hour, more in ((12, ""), (13, "<p>Telephone 020 7946 0000.</p>")):
        clock.moment += timedelta(hours=3)
        after = receive(shortage("11 December 2026", hour=hour, more=more))
    assert after.due.extended_from == end_of(4)
    clock.moment += timedelta(hours=3)
    assert receive(shortage("18 December 2026", hour=15)).due.extended_from == end_of(4)
    assert all_the_same(desk)


def test_a_date_brought_forward_matters_and_is_no_extension(desk, receive, clock):
    receive(shortage("11 December 2026"))
    acknowledge(desk, REF, PHARMACIST)
    for person in (PHARMACIST, DOCTOR):
        decide_applies(desk, REF, False, person, "not-our-setting")
    clock.moment += timedelta(hours=3)
    after = receive(shortage("4 December 2026", hour=12))
    assert (after.due.at, after.due.extended_from) == (end_of(4), None)
    assert "extended" not in after.flags
    assert after.is_open
    assert after.versions[-1].material
    assert all_the_same(desk)


def test_hours_that_are_counted_anew_after_a_change_are_not_put_back_by_the_issuer(desk, receive, clock):
    receive(recall(issued=date(2026, 11, 20)))
    clock.moment += timedelta(hours=3)
    changed = recall(issued=date(2026, 11, 22), batches=(("TX1001", "11/2027"), ("TX1009", "12/2027")))
    after = receive(changed)
    assert after.counted_from is not None
    assert "extended" not in after.flags
    assert all_the_same(desk)


def test_a_notice_older_than_its_own_limit_is_history_and_never_overdue(desk, receive, clock):
    after = receive(shortage("6 November 2026"))
    assert "historic" in after.flags
    assert after.status(clock.now() + timedelta(days=400)) is Status.HISTORIC
    assert all_the_same(desk)
