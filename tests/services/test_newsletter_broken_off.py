"""A sending that was recorded, and that its draft does not tell of because the program stopped in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from msat.errors import Refused
from msat.services import newsletter_send
from msat.services.correct import correct
from msat.services.desk import Desk
from msat.services.newsletter import as_recorded, current_issue, new_issue
from msat.services.newsletter_drafts import drop_issue, load_issue
from msat.services.newsletter_send import mark_sent
from tests.notices import recall
from tests.services.conftest import PHARMACIST


@pytest.fixture
def broken_off(desk: Desk, receive, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of an issue whose sending was recorded, and nothing after that was done."""
    state = receive(recall())
    issue = new_issue(desk, "Safety news", ("prescribers", "community-pharmacies"), refs=[state.key])

    def stop(*_told: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(newsletter_send, "save_issue", stop)
    with pytest.raises(KeyboardInterrupt):
        mark_sent(desk, issue.id, PHARMACIST, ("prescribers",), anyway=True)
    monkeypatch.undo()
    return issue.id


def test_it_is_not_recorded_a_second_time(desk: Desk, broken_off: str) -> None:
    size = desk.record.head().size
    assert load_issue(desk.places, broken_off).told == ()
    assert current_issue(desk, broken_off).told == ("prescribers",)
    with pytest.raises(Refused, match="recorded as sent to prescribers already"):
        mark_sent(desk, broken_off, PHARMACIST, ("prescribers",), anyway=True)
    assert desk.record.head().size == size
    mark_sent(desk, broken_off, PHARMACIST, anyway=True)
    assert load_issue(desk.places, broken_off).told == ("prescribers", "community-pharmacies"), "both are noted now"
    assert as_recorded(desk, load_issue(desk.places, broken_off)).unsent == ()


def test_one_that_was_taken_back_can_be_sent_again(desk: Desk, broken_off: str) -> None:
    (sent,) = current_issue(desk, broken_off).sent
    correct(desk, sent.entry, "It was not sent after all.", PHARMACIST, None)
    assert current_issue(desk, broken_off).told == ()


def test_an_issue_of_the_same_name_that_is_begun_later_was_not_sent(desk: Desk, broken_off: str, clock) -> None:
    (item,) = load_issue(desk.places, broken_off).items
    drop_issue(desk.places, broken_off)
    clock.moment += timedelta(days=30)
    new_issue(desk, "Safety news", ("prescribers",), refs=[item.key])
    assert current_issue(desk, broken_off).told == ()
