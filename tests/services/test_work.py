"""Assign, away, defer, many at once, a round of places, a search: what each records, refuses, and leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from msat.clock import FixedClock
from msat.errors import Refused
from msat.feeds.model import FeedItem
from msat.projections.alert_state import AlertState, Status
from msat.projections.ports import Query
from msat.services import bulk
from msat.services.absence import away_today, end_absence, record_absence, standing
from msat.services.acknowledge import acknowledge
from msat.services.applies import decide_applies
from msat.services.assign import acting, assign
from msat.services.correct import correct
from msat.services.count import count
from msat.services.defer import defer, is_to_be_approved, resume
from msat.services.desk import Changes, Desk
from msat.services.override import override
from msat.services.place import check_places, nil_return
from tests.notices import recall
from tests.services.conftest import DOCTOR, PHARMACIST

Receive = Callable[[FeedItem], AlertState]
RED = "EL(26)A/61"
AMBER = "EL(26)A/62"
NHS_NUMBER = "943 476 5919"


@pytest.fixture
def red(receive: Receive) -> AlertState:
    return receive(recall())


@pytest.fixture
def amber(receive: Receive) -> AlertState:
    return receive(recall(AMBER, class_=3))


def state_of(desk: Desk, ref: str) -> AlertState:
    state = desk.views.find(ref)
    assert state is not None
    return state


def refused(desk: Desk, do: Callable[[], object], *words: str) -> None:
    """`do` is refused with these words and a next step, and the record is as long as before."""
    before = desk.record.head()
    with pytest.raises(Refused) as caught:
        do()
    for word in words:
        assert word in str(caught.value)
    assert caught.value.next_step
    assert desk.record.head() == before


def seq(changes: Changes) -> str:
    return str(changes.entries[-1].seq)


# Owner and leave


def test_an_alert_is_assigned_and_follows_the_deputy(desk: Desk, red: AlertState) -> None:
    changes = assign(desk, RED, "A  Pharmacist", "A Doctor", PHARMACIST)
    assert changes.words.startswith("A Pharmacist looks after EL(26)A/61, A Doctor stands in.")
    state = state_of(desk, RED)
    assert state.owner is not None
    assert (state.owner.name, state.owner.deputy) == ("A Pharmacist", "A Doctor")
    record_absence(desk, "A Pharmacist", date(2026, 11, 22), date(2026, 11, 25), "", DOCTOR)
    assert acting(desk, state_of(desk, RED)).name == "A Doctor"
    record_absence(desk, "A Doctor", date(2026, 11, 22), date(2026, 11, 22), "", DOCTOR)
    today = acting(desk, state_of(desk, RED))
    assert today.everybody
    assert "everybody sees it" in assign(desk, RED, "A Pharmacist", "", DOCTOR).words


def test_assigning_refuses_what_does_not_fit(desk: Desk, amber: AlertState) -> None:
    refused(desk, lambda: assign(desk, AMBER, "Ann", "ann ", PHARMACIST), "own deputy")
    refused(desk, lambda: assign(desk, AMBER, "", "Ann", PHARMACIST), "owner")
    refused(desk, lambda: assign(desk, AMBER, "", "", PHARMACIST), "changes nothing")
    refused(desk, lambda: assign(desk, AMBER, f"Ann {NHS_NUMBER}", "", PHARMACIST), NHS_NUMBER)
    refused(desk, lambda: assign(desk, AMBER, "x" * 121, "", PHARMACIST), "120")
    assign(desk, AMBER, "Ann", "", PHARMACIST)
    refused(desk, lambda: assign(desk, AMBER, "Ann", "", PHARMACIST), "already")
    decide_applies(desk, AMBER, False, PHARMACIST, "not-held")
    refused(desk, lambda: assign(desk, AMBER, "Ben", "", PHARMACIST), "closed")


def test_leave_is_recorded_ended_and_corrected(desk: Desk, clock: FixedClock) -> None:
    first, last = date(2026, 11, 20), date(2026, 11, 27)
    made = record_absence(desk, "Ann", first, last, "Ben", PHARMACIST)
    assert made.words.startswith("Ann is away from 20 November 2026 to 27 November 2026; Ben stands in.")
    assert [one.name for one in away_today(desk)] == ["Ann"]
    refused(desk, lambda: record_absence(desk, "Ann", first, last, "Ben", PHARMACIST), "recorded already")
    over = record_absence(desk, "Ann", date(2026, 11, 26), date(2026, 12, 2), "", PHARMACIST)
    assert "overlaps with leave from 20 November 2026 to 27 November 2026" in over.words
    clash = record_absence(desk, "Cy", first, last, "Ann", PHARMACIST)
    assert "Ann is away too" in clash.words
    back = end_absence(desk, "ann", DOCTOR)
    assert "back from 22 November 2026" in back.words
    assert [one.name for one in away_today(desk)] == ["Cy"]
    correct(desk, seq(back), "Not back yet.", DOCTOR)
    assert {one.name for one in away_today(desk)} == {"Ann", "Cy"}
    correct(desk, seq(made), "Dates were wrong.", DOCTOR, {"until": "2026-11-21"})
    assert [one.name for one in away_today(desk)] == ["Cy"]
    refused(desk, lambda: correct(desk, seq(made), "Again.", DOCTOR), "already")
    end_absence(desk, "Ann", DOCTOR)  # the leave that has not begun is taken back
    assert not any(one.covers(date(2026, 11, 28)) and one.name == "Ann" for one in standing(desk))
    refused(desk, lambda: end_absence(desk, "Zoe", DOCTOR), "not recorded as away")


def test_leave_with_odd_dates_is_refused(desk: Desk) -> None:
    day = date(2026, 11, 22)
    for first, last, word in (
        (day, day - timedelta(days=1), "before the first"),
        (day - timedelta(days=9), day - timedelta(days=1), "over already"),
        (day, day + timedelta(days=1000), "two years"),
    ):
        refused(desk, lambda f=first, t=last: record_absence(desk, "Ann", f, t, "", PHARMACIST), word)  # type: ignore[misc]
    refused(desk, lambda: record_absence(desk, "Ann", day, day, "ANN", PHARMACIST), "own deputy")
    refused(desk, lambda: record_absence(desk, " ", day, day, "", PHARMACIST), "empty")
    refused(desk, lambda: record_absence(desk, "Ann", day, day, "", PHARMACIST, f"NHS {NHS_NUMBER}"), NHS_NUMBER)
    made = record_absence(desk, "Ann", day, day, "", PHARMACIST)
    refused(desk, lambda: correct(desk, seq(made), "x", DOCTOR, {"until": "soon"}), "not a date")
    refused(desk, lambda: correct(desk, seq(made), "x", DOCTOR, {"colour": "red"}), "colour")
    refused(desk, lambda: correct(desk, seq(made), "x", DOCTOR, {"deputy": ""}), "changes nothing")


def test_a_red_that_nobody_has_acknowledged_is_on_everybody_s_list(
    desk: Desk, red: AlertState, amber: AlertState
) -> None:
    for ref in (RED, AMBER):
        assign(desk, ref, "Ann", "", PHARMACIST)
    now = desk.clock.now()

    def mine(name: str) -> set[str | None]:
        return {row.reference for row in desk.views.worklist(Query(mine=name), now)}

    assert mine("ANN") == {RED, AMBER}
    assert mine("Zoe") == {RED}
    acknowledge(desk, RED, DOCTOR)
    assert mine("Zoe") == set()
    record_absence(desk, "Ann", date(2026, 11, 22), date(2026, 11, 23), "Ben", PHARMACIST)
    assert mine("Ben") == {RED, AMBER}
    assert mine("Ann") == set()


# Defer


def test_an_amber_is_put_off_and_taken_up_again(desk: Desk, amber: AlertState, clock: FixedClock) -> None:
    made = defer(desk, AMBER, date(2026, 12, 1), "A Doctor", "Stock is late.", PHARMACIST)
    assert "past the notice’s own limit" in made.words
    state = state_of(desk, AMBER)
    assert state.deferral is not None
    assert state.deferral.until == datetime(2026, 12, 1, tzinfo=UTC)
    assert state.status(clock.now()) is Status.DEFERRED
    row = desk.views.worklist(Query(status=Status.DEFERRED), clock.now())[0]
    assert row.deferred_until == state.deferral.until
    refused(desk, lambda: defer(desk, AMBER, date(2026, 12, 1), "a doctor", "Late.", PHARMACIST), "already")
    resume(desk, AMBER, "It came.", DOCTOR)
    assert state_of(desk, AMBER).status(clock.now()) is Status.NOT_ACKNOWLEDGED
    refused(desk, lambda: resume(desk, AMBER, "It came.", DOCTOR), "not deferred")
    clock.moment = datetime(2026, 12, 1, tzinfo=UTC)
    assert state_of(desk, AMBER).status(clock.now()) is Status.OVERDUE


def test_deferring_refuses_what_does_not_fit(desk: Desk, red: AlertState, amber: AlertState) -> None:
    soon = date(2026, 12, 1)
    refused(desk, lambda: defer(desk, AMBER, soon, "a  pharmacist", "Late.", PHARMACIST), "own deferral")
    refused(desk, lambda: defer(desk, AMBER, soon, " ", "Late.", PHARMACIST), "approver")
    refused(desk, lambda: defer(desk, AMBER, soon, "A Doctor", " ", PHARMACIST), "reason")
    refused(desk, lambda: defer(desk, AMBER, soon, "A Doctor", f"NHS {NHS_NUMBER}", PHARMACIST), NHS_NUMBER)
    refused(desk, lambda: defer(desk, AMBER, date(2026, 11, 22), "A Doctor", "Late.", PHARMACIST), "future")
    refused(desk, lambda: defer(desk, AMBER, date(2027, 11, 25), "A Doctor", "Late.", PHARMACIST), "year")
    refused(desk, lambda: defer(desk, RED, soon, "A Doctor", "Late.", PHARMACIST), "Acknowledge it first")
    decide_applies(desk, AMBER, False, PHARMACIST, "not-held")
    refused(desk, lambda: defer(desk, AMBER, soon, "A Doctor", "Late.", PHARMACIST), "closed")
    with pytest.raises(ValueError, match="zone"):
        defer(desk, RED, datetime(2026, 12, 1), "A Doctor", "Late.", PHARMACIST)  # noqa: DTZ001


def test_a_red_goes_beyond_its_limit_only_by_two_people(desk: Desk, red: AlertState, clock: FixedClock) -> None:
    acknowledge(desk, RED, PHARMACIST)
    due = red.due.at if red.due else None
    assert due is not None
    within = due - timedelta(hours=1)
    assert not is_to_be_approved(state_of(desk, RED), within)
    defer(desk, RED, within, "A Doctor", "A courier is on the way.", PHARMACIST)
    assert state_of(desk, RED).status(clock.now()) is Status.DEFERRED
    resume(desk, RED, "It came.", PHARMACIST)
    beyond = date(2026, 12, 1)
    made = defer(desk, RED, beyond, "A Doctor", "The hub is shut.", PHARMACIST)
    assert "holds once A Doctor has recorded the same day too" in made.words
    assert state_of(desk, RED).status(clock.now()) is Status.IN_HAND
    refused(desk, lambda: defer(desk, RED, beyond, "A Doctor", "Again.", PHARMACIST), "already asked")
    defer(desk, RED, beyond, "A Pharmacist", "I agree.", DOCTOR)
    assert state_of(desk, RED).status(clock.now()) is Status.DEFERRED


def test_a_deferral_is_corrected_by_its_rules(desk: Desk, amber: AlertState) -> None:
    made = defer(desk, AMBER, date(2026, 11, 24), "A Doctor", "Late.", PHARMACIST)
    refused(desk, lambda: correct(desk, seq(made), "x", DOCTOR, {"approver": "A Pharmacist"}), "own deferral")
    refused(desk, lambda: correct(desk, seq(made), "x", DOCTOR, {"until": "2029-01-01"}), "year")
    fixed = correct(desk, seq(made), "A slip.", DOCTOR, {"until": "2026-12-24"})
    state = state_of(desk, AMBER)
    assert state.deferral is not None
    assert state.deferral.until == datetime(2026, 12, 24, tzinfo=UTC)
    assert "past the notice's own time limit" in state.history[-1].text
    again = correct(desk, seq(fixed), "A slip.", DOCTOR, {"approver": "C Okafor"})
    assert state_of(desk, AMBER).deferral is not None
    correct(desk, seq(again), "Never meant.", DOCTOR)
    assert state_of(desk, AMBER).deferral is None


# Many at once


def test_many_are_acknowledged_in_one_transaction(desk: Desk, receive: Receive) -> None:
    refs = [receive(recall(f"EL(26)A/{n}", class_=3)).key for n in range(71, 76)]
    size = desk.record.head().size
    changes = bulk.acknowledge(desk, [*refs, refs[0]], PHARMACIST)
    assert changes.words == f"Acknowledged 5 alerts. Entries {size + 1} to {size + 5}."
    assert len(changes.alerts) == 5
    refused(desk, lambda: bulk.acknowledge(desk, refs, PHARMACIST), "None of them", "acknowledged already")


def test_reds_and_unclear_ones_are_named_and_never_taken_along(
    desk: Desk, red: AlertState, amber: AlertState, receive: Receive
) -> None:
    mixed = receive(recall("EL(26)A/63", class_=3, patient_advice="Patients should return the packs they have."))
    assert "mixed-level" in mixed.flags
    lowered = receive(recall("EL(26)A/64"))
    override(desk, lowered.key, "green", "We hold none of it.", PHARMACIST)
    every = [red.key, amber.key, mixed.key, lowered.key]
    found = bulk.check(desk, every, bulk.Bulk.NOT_APPLICABLE)
    assert found.keys == (amber.key,)
    assert [one.why for one in found.left_out] == ["is Red", "is marked “mixed level”", "is Red by its rule"]
    for do in (
        lambda: bulk.acknowledge(desk, every, PHARMACIST),
        lambda: bulk.not_applicable(desk, every, "not-held", "", PHARMACIST),
    ):
        refused(desk, do, "Nothing was recorded", "EL(26)A/61 is Red", "EL(26)A/63", "the other one alone")
    changes = bulk.not_applicable(desk, found.keys, "not-held", "", PHARMACIST)
    assert changes.alerts == {amber.key}
    assert state_of(desk, AMBER).status(desk.clock.now()) is Status.NOT_APPLICABLE
    override(desk, mixed.key, "amber", "Patient level until told otherwise.", PHARMACIST)
    assert bulk.check(desk, [mixed.key], bulk.Bulk.ACKNOWLEDGE).keys == (mixed.key,)


def test_bulk_has_its_limits(desk: Desk, amber: AlertState) -> None:
    refused(desk, lambda: bulk.acknowledge(desk, [], PHARMACIST), "No alert")
    refused(desk, lambda: bulk.acknowledge(desk, [AMBER] * 201, PHARMACIST), "201")
    refused(desk, lambda: bulk.acknowledge(desk, [AMBER, "EL(26)A/99"], PHARMACIST), "EL(26)A/99")
    refused(desk, lambda: bulk.not_applicable(desk, [AMBER], "held", "", PHARMACIST), "held")
    refused(desk, lambda: bulk.not_applicable(desk, [AMBER], "other", " ", PHARMACIST), "note")
    early = desk.clock.now() - timedelta(days=40)
    refused(desk, lambda: bulk.acknowledge(desk, [AMBER], PHARMACIST, happened=early), "before")


def test_mixed_level_is_not_passed_by_saying_that_it_does_not_apply(desk: Desk, receive: Receive) -> None:
    mixed = receive(recall("EL(26)A/63", class_=3, patient_advice="Patients should return the packs they have."))
    refused(desk, lambda: decide_applies(desk, mixed.key, False, PHARMACIST, "not-held"), "mixed level")
    override(desk, mixed.key, "amber", "As it is.", PHARMACIST)
    decide_applies(desk, mixed.key, False, PHARMACIST, "not-held")
    assert state_of(desk, mixed.key).status(desk.clock.now()) is Status.NOT_APPLICABLE


# Places and searches


def test_nil_in_every_place_is_one_sentence_on_the_record(desk: Desk, red: AlertState) -> None:
    at = datetime(2026, 11, 22, 9, 40, tzinfo=UTC)
    places = [p.place for p in next(a for a in red.actions if a.code == "A03").places]
    made = nil_return(desk, RED, [], PHARMACIST, " AP ", at)
    assert made.words.startswith(f"Checked {len(places)} places, nil in all, 09:40, AP.")
    action = next(a for a in state_of(desk, RED).actions if a.code == "A03")
    assert action.status == "nil"
    assert {p.initials for p in action.places} == {"AP"}
    assert all(p.deed and p.deed.happened == at and p.deed.recorded == desk.clock.now() for p in action.places)
    line = state_of(desk, RED).history[-1]
    assert f"Checked {len(places)} places, nil in all, 09:40, AP." in line.text
    refused(desk, lambda: nil_return(desk, RED, [], PHARMACIST, "AP"), "checked already")
    correct(desk, str(line.seq), "Two were found.", DOCTOR, {"result": "quantity", "quantity": 2, "batch": "TX1001"})
    assert "nil in all" not in state_of(desk, RED).history[-1].text


def test_a_nil_return_names_places_of_the_check_and_initials(desk: Desk, red: AlertState) -> None:
    refused(desk, lambda: nil_return(desk, RED, [], PHARMACIST, " "), "initials")
    refused(desk, lambda: nil_return(desk, RED, ["the moon"], PHARMACIST, "AP"), "the moon", "Its places are")
    refused(desk, lambda: nil_return(desk, RED, ["Dispensary", "dispensary "], PHARMACIST, "AP"), "twice")
    refused(desk, lambda: nil_return(desk, RED, [], PHARMACIST, "A very long name"), "too long")
    twice = {"Dispensary": ("nil", None, ""), " dispensary": ("quantity", 3, "")}
    refused(desk, lambda: check_places(desk, RED, twice, PHARMACIST), "twice")
    nil_return(desk, RED, ["dispensary"], PHARMACIST, "AP")
    action = next(a for a in state_of(desk, RED).actions if a.code == "A03")
    assert [p.place for p in action.places if p.is_checked] == ["Dispensary"]


def test_a_search_keeps_its_name_its_day_and_why_people_stay(desk: Desk, receive: Receive) -> None:
    receive(recall(level="Patient", patient_advice="Patients should return it."))
    some = {"found": 5, "reviewed": 5, "changed": 3, "unchanged_with_reason": 2}
    refused(desk, lambda: count(desk, RED, some, PHARMACIST), "no reason is given")
    refused(desk, lambda: count(desk, RED, some | {"changed": 4}, PHARMACIST, "x"), "more than reviewed")
    less = {"reviewed": 5, "changed": 3, "unchanged_with_reason": 0}
    refused(desk, lambda: count(desk, RED, less, PHARMACIST), "2 are neither")
    refused(desk, lambda: count(desk, RED, some, PHARMACIST, "x", run_on=date(2026, 11, 23)), "future")
    refused(desk, lambda: count(desk, RED, some, PHARMACIST, "x", run_on=date(2026, 11, 1)), "before")
    refused(desk, lambda: count(desk, RED, some, PHARMACIST, "x", search="n" * 201), "200")
    made = count(
        desk, RED, some, PHARMACIST, search="MSAT 61", run_on=date(2026, 11, 21), unchanged_reason="Under a specialist."
    )
    data = made.entries[0].data
    assert (data["search"], data["run_on"]) == ("MSAT 61", "2026-11-21")
    standing = next(a.standing for a in state_of(desk, RED).actions if a.funnel)
    assert standing is not None
    assert (standing.search, standing.run_on) == ("MSAT 61", "2026-11-21")
    assert standing.unchanged_reason == "Under a specialist."
    line = state_of(desk, RED).history[-1].text
    assert "Search “MSAT 61”, run on 21 November 2026. Unchanged because: Under a specialist." in line
    correct(desk, seq(made), "A slip.", DOCTOR, {"run_on": "2026-11-22"})
    assert "run on 22 November 2026" in state_of(desk, RED).history[-1].text
    refused(desk, lambda: correct(desk, seq(made), "x", DOCTOR, {"reviewed": "1"}), "already")
