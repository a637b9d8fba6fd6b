"""The action for a newsletter item, answered by a person with the issues that told of the alert; and its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from msat.clock import FixedClock
from msat.errors import Refused
from msat.exports.timeline import timeline_document
from msat.feeds.model import FeedItem
from msat.projections.alert_state import ActionState, AlertState
from msat.projections.newsletter_told import MOST_NAMED, Offer, grouped
from msat.services import newsletter
from msat.services.answer import answer
from msat.services.correct import correct
from msat.services.desk import Desk
from msat.services.newsletter_answer import answer_by_issue, offered, with_newsletters
from msat.services.newsletter_send import mark_sent
from msat.services.newsletter_take_back import take_back
from msat.services.print_pages import of_timeline
from tests.notices import recall
from tests.services.conftest import PHARMACIST

Receive = Callable[[FeedItem], AlertState]
REF, GREEN = "EL(26)A/61", "EL(26)A/62"
ID = "november-2026"


@pytest.fixture
def kind() -> str:
    return "committee"


@pytest.fixture
def key(desk: Desk, receive: Receive) -> str:
    """An alert that asks for a newsletter item, in an issue for three kinds of readers."""
    key = str(receive(recall()).key)
    newsletter.new_issue(desk, "November 2026", refs=[REF])
    return key


def state_of(desk: Desk, key: str) -> AlertState:
    state = desk.views.find(key)
    assert state is not None
    return state


def item_action(desk: Desk, key: str) -> ActionState:
    return next(one for one in state_of(desk, key).actions if one.code == "A16")


def the_offer(desk: Desk, key: str) -> Offer:
    ((_state, made),) = offered(desk, [key])
    return made


def test_nothing_is_offered_before_it_is_sent_and_nothing_answered_by_itself(desk: Desk, key: str) -> None:
    assert offered(desk, [key]) == ()
    mark_sent(desk, ID, PHARMACIST, ["prescribers"])
    assert item_action(desk, key).status == "not answered"
    assert the_offer(desk, key).note == "Told in the newsletter “November 2026”, sent 22 November 2026 to prescribers."


def test_a_person_answers_with_issue_day_and_readers(desk: Desk, key: str, clock: FixedClock) -> None:
    mark_sent(desk, ID, PHARMACIST, ["prescribers"])
    clock.moment += timedelta(days=2)
    mark_sent(desk, ID, PHARMACIST)
    sent = [one.deed.entry for one in newsletter.sent_issues(desk)]
    clock.moment += timedelta(days=1)
    made = answer_by_issue(desk, [REF], PHARMACIST)
    (entry,) = made.entries
    assert (entry.type, entry.data["action"], entry.data["answer"]) == ("action.answered", "A16", "yes")
    assert entry.data["note"] == (
        "Told in the newsletter “November 2026”, sent 22 November 2026 to prescribers; "
        "“November 2026”, sent 24 November 2026 to community pharmacies, care homes."
    )
    assert sorted(entry.data["told_by"]) == sorted(sent)
    action = item_action(desk, key)
    assert action.is_answered
    assert action.standing is not None
    assert action.standing.deed.happened == clock.moment - timedelta(days=1)  # when it was sent, not when it was said
    assert offered(desk, [key]) == ()
    with pytest.raises(Refused, match="is answered already"):
        answer_by_issue(desk, [REF], PHARMACIST)


def test_what_is_wrong_is_refused(desk: Desk, key: str, receive: Receive) -> None:
    size = desk.record.head().size
    with pytest.raises(Refused, match="No issue recorded as sent tells of"):
        answer_by_issue(desk, [REF], PHARMACIST)
    with pytest.raises(Refused, match="There is no alert"):
        answer_by_issue(desk, ["EL(26)A/99"], PHARMACIST)
    with pytest.raises(Refused, match="No alert was chosen"):
        answer_by_issue(desk, [], PHARMACIST)
    assert desk.record.head().size == size
    other = str(receive(recall(GREEN, 4, product="Labelex 5 mg tablets")).key)
    mark_sent(desk, ID, PHARMACIST)
    if all(one.code != "A16" for one in state_of(desk, other).actions):
        with pytest.raises(Refused, match="asks for no newsletter item"):
            answer_by_issue(desk, [GREEN], PHARMACIST)
    else:
        with pytest.raises(Refused, match="No issue recorded as sent tells of"):
            answer_by_issue(desk, [REF, GREEN], PHARMACIST)
    assert not item_action(desk, key).is_answered


def test_several_alerts_are_answered_at_once(desk: Desk, key: str, receive: Receive) -> None:
    receive(recall(GREEN, 2, product="Labelex 5 mg tablets"))
    newsletter.add(desk, ID, [GREEN])
    mark_sent(desk, ID, PHARMACIST)
    made = answer_by_issue(desk, [REF, GREEN, REF], PHARMACIST)
    assert made.words == "Answered A16 of 2 alerts: yes."
    assert [one.data["answer"] for one in made.entries] == ["yes", "yes"]


def test_an_answer_of_another_way_is_left_alone(desk: Desk, key: str) -> None:
    mark_sent(desk, ID, PHARMACIST)
    answer(desk, REF, "A16", "no", PHARMACIST, note="Held back.")
    assert offered(desk, [key]) == ()


def test_an_alert_that_changed_since_is_not_offered(
    desk: Desk, key: str, receive: Receive, clock: FixedClock
) -> None:
    mark_sent(desk, ID, PHARMACIST)
    clock.moment += timedelta(hours=1)
    receive(recall(batches=(("TX1001", "11/2027"), ("TX1003", "12/2027"))))
    assert offered(desk, [key]) == ()
    newsletter.new_issue(desk, "December 2026", refs=[REF], audiences=["prescribers"])
    clock.moment += timedelta(hours=1)
    mark_sent(desk, "december-2026", PHARMACIST)
    assert [one.issue for one in the_offer(desk, key).tellings] == ["December 2026"]


def test_a_sending_taken_back_is_no_ground(desk: Desk, key: str) -> None:
    mark_sent(desk, ID, PHARMACIST, ["prescribers", "care-homes"])
    take_back(desk, ID, ["prescribers"], "Held back.", PHARMACIST)
    assert [one.audiences for one in the_offer(desk, key).tellings] == [("care homes",)]
    take_back(desk, ID, ["care-homes"], "Held back.", PHARMACIST)
    assert offered(desk, [key]) == ()


def test_the_history_tells_of_each_sending_where_it_was_recorded(desk: Desk, key: str, clock: FixedClock) -> None:
    plain = state_of(desk, key)
    assert with_newsletters(desk, plain) == plain
    clock.moment += timedelta(hours=1)
    mark_sent(desk, ID, PHARMACIST, ["prescribers", "care-homes"])
    clock.moment += timedelta(hours=1)
    take_back(desk, ID, ["care-homes"], "Held back.", PHARMACIST)
    answer_by_issue(desk, [REF], PHARMACIST)
    state = with_newsletters(desk, state_of(desk, key))
    said = [one.text for one in state.history]
    first = said.index("Told prescribers in the newsletter “November 2026”.")
    assert said[first + 1] == "Told care homes in the newsletter “November 2026”."
    assert "entered in error: Held back." in state.history[first + 1].struck
    assert said[-1].startswith("Answered A16: yes. Told in the newsletter “November 2026”, sent")
    assert len(said) == len(state_of(desk, key).history) + 2
    document = timeline_document(state, desk.record.organisation, desk.record.log, clock.now())
    assert of_timeline(desk, REF).document == document


def test_the_answer_can_be_corrected_like_any_other(desk: Desk, key: str) -> None:
    mark_sent(desk, ID, PHARMACIST)
    made = answer_by_issue(desk, [REF], PHARMACIST)
    correct(desk, made.entries[0].id, "It was another alert.", PHARMACIST)
    assert not item_action(desk, key).is_answered
    assert offered(desk, [key]) != ()


def test_many_sendings_are_named_by_the_newest(desk: Desk, key: str, clock: FixedClock) -> None:
    for number in range(MOST_NAMED + 2):
        made = newsletter.new_issue(desk, f"Issue {number}", refs=[REF], audiences=["prescribers"])
        mark_sent(desk, made.id, PHARMACIST)
        clock.moment += timedelta(days=1)
    found = the_offer(desk, key)
    assert "Issue 0" not in found.note
    assert found.note.endswith("; 2 earlier.")
    assert len(grouped(found.tellings)) == MOST_NAMED + 2
