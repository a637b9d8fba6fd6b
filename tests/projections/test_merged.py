"""Several workstations of one organisation folded as one: the order of entries, what stands, what is heard twice."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from msat.clock import FixedClock
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState
from msat.projections.cut import LogCut
from msat.projections.fold import fold
from msat.projections.merged import merged, organisation
from msat.projections.stored import to_json
from msat.record.entries import Entry
from tests.fakes import ACTIONS, NOON, Story, an_action, an_alert

KEY = AlertKey("EL(26)A/37")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def stations(number: int = 2) -> list[Story]:
    """Workstations, each with a clock of its own, that have all received the alert."""
    made = [Story(FixedClock(NOON)) for _ in range(number)]
    for one in made:
        one.received()
        one.triaged()
    return made


def cut(story: Story) -> LogCut:
    head = story.record.head()
    return LogCut(head.log, "A81001", "Riverside Surgery", "gp-practice", head.size, head.id)


def together(*stories: Story) -> AlertState:
    """The state of the alert after the entries of all, the same whatever the order they came in."""
    found = [
        organisation("A81001", "Riverside", "gp-practice", tuple(map(cut, some)), merged(one.entries for one in some))
        for some in permutations(stories)
    ]
    told = {to_json(one.states[KEY]) for one in found}
    assert len(told) == 1
    return found[0].states[KEY]


def answer(state: AlertState, code: str) -> tuple[str, str]:
    standing = next(action for action in state.actions if action.code == code).standing
    return (standing.value, standing.deed.by) if standing else ("", "")


# --- the order -----------------------------------------------------------------------------------------------------


def test_one_log_is_folded_as_it_is() -> None:
    (one,) = stations(1)
    one.is_done()
    assert merged([one.entries]) == one.entries
    assert to_json(together(one)) == to_json(fold(one.entries)[KEY])


def test_by_time_of_recording_and_within_a_log_by_number() -> None:
    one, two = stations()
    one.clock.moment = NOON + timedelta(hours=2)
    late = one.acknowledged()
    one.clock.moment = NOON + timedelta(hours=1) - timedelta(minutes=3)  # the clock of this one was set back
    back = one.answered("A04")
    two.clock.moment = NOON + timedelta(minutes=90)
    between = two.answered("A04", "no")
    order = [entry.id for entry in merged([one.entries, two.entries])]
    assert order.index(between.id) < order.index(late.id) < order.index(back.id)


def test_a_correction_comes_after_what_it_corrects_whatever_the_clocks_say() -> None:
    one, two = stations()
    one.clock.moment = NOON + DAY
    given_ = one.answered("A04", "yes", count=3)
    two.clock.moment = NOON + timedelta(hours=1)  # a clock that is a day behind
    two.corrected(given_, {**given_.data, "count": 5}, "miscounted")
    state = together(one, two)
    action = next(action for action in state.actions if action.code == "A04")
    assert [(one.count, bool(one.struck)) for one in action.answers] == [(3, True), (5, False)]
    assert action.standing is not None
    assert action.standing.deed.by == "A. Patel"
    said = state.history[-1].text
    assert said.startswith(f"Corrected entry {given_.seq} of log {given_.log[:8]}: miscounted.")


def test_two_corrections_of_one_entry_follow_each_other() -> None:
    one, two = stations()
    given_ = one.answered("A04", "yes", count=3)
    two.clock.moment = NOON + timedelta(hours=1)
    two.corrected(given_, {**given_.data, "count": 5})
    one.clock.moment = NOON + timedelta(hours=2)
    one.corrected(given_, {**given_.data, "count": 7})
    state = together(one, two)
    action = next(action for action in state.actions if action.code == "A04")
    assert [(one.count, bool(one.struck)) for one in action.answers] == [(3, True), (5, True), (7, False)]


Moves = list[tuple[int, int, int]]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(-4, 30), st.integers(0, 7)), max_size=14))
def test_any_story_is_the_same_whatever_came_first(moves: Moves) -> None:
    """Three workstations do things in turn, their clocks stepping back at times."""
    stories = stations(3)
    made: list[Entry] = []
    for who, minutes, what in moves:
        story = stories[who]
        story.clock.moment += minutes * MINUTE
        made.append(_does(story, what, made))
    order = merged(one.entries for one in stories)
    assert order == merged(one.entries for one in reversed(stories))
    places = {entry.id: number for number, entry in enumerate(order)}
    assert len(places) == sum(len(one.entries) for one in stories)
    for story in stories:
        own = [places[entry.id] for entry in story.entries]
        assert own == sorted(own)
    for entry in order:
        if entry.type == "entry.corrected":
            assert places[entry.data["entry"]] < places[entry.id]
    state = together(*stories)
    assert [line.entry for line in state.history] == [entry.id for entry in order if entry.about == KEY]
    assert len(state.versions) == len(state.sources) == 1
    for action in state.actions:
        standing = [one for one in action.answers if not one.struck]
        assert action.standing is None or action.standing in standing


def _does(story: Story, what: int, made: list[Entry]) -> Entry:
    earlier = story.clock.moment - 20 * MINUTE
    answers = [entry for entry in made if entry.type == "action.answered"]
    match what:
        case 0:
            return story.acknowledged(by=story.record.log[:4])
        case 1:
            return story.answered("A04", "yes", happened=earlier)
        case 2:
            return story.answered("A04", "no")
        case 3:
            return story.checked("dispensary")
        case 4:
            return story.decided(by=story.record.log[:4])
        case 5:
            return story.signed_off(by=story.record.log[:4])
        case 6 if answers:
            return story.corrected(answers[-1], {**answers[-1].data, "answer": "nil"})
        case _:
            return story.reopened()


# --- what stands ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first_recorded", [0, 1])
def test_of_two_answers_the_one_done_last_stands_and_both_are_in_the_history(first_recorded: int) -> None:
    stories = stations()
    early, late = stories if first_recorded else stories[::-1]
    early.clock.moment, late.clock.moment = NOON + 3 * DAY, NOON + 2 * DAY
    early.answered("A04", "no", by="A. Patel", happened=NOON + DAY)
    late.answered("A04", "yes", by="C. Okafor", happened=NOON + DAY + MINUTE)
    state = together(*stories)
    assert answer(state, "A04") == ("yes", "C. Okafor")
    assert sum(line.type == "action.answered" for line in state.history) == 2


def test_within_a_log_the_last_recorded_stands_whenever_it_was_done() -> None:
    one, two = stations()
    one.answered("A04", "yes", by="A. Patel")
    one.clock.moment = NOON + DAY
    one.answered("A04", "no", by="A. Patel", happened=NOON)  # put right: it had been done earlier
    two.answered("A04", "nil", by="C. Okafor", happened=NOON - MINUTE)
    assert answer(together(one, two), "A04") == ("no", "A. Patel")


def test_places_decisions_and_the_first_acknowledgement() -> None:
    one, two = stations()
    one.clock.moment, two.clock.moment = NOON + DAY, NOON + 2 * DAY
    one.acknowledged(by="A. Patel", happened=NOON + 2 * MINUTE)
    two.acknowledged(by="C. Okafor", happened=NOON + MINUTE)
    one.checked("dispensary", "quantity", 4, by="A. Patel", happened=NOON + 5 * MINUTE)
    two.checked("Dispensary", "nil", by="C. Okafor", happened=NOON + 4 * MINUTE)
    one.checked("treatment room", by="A. Patel")
    one.decided(True, by="A. Patel", happened=NOON + 5 * MINUTE)
    two.decided(False, "not-held", by="C. Okafor", happened=NOON + 4 * MINUTE)
    state = together(one, two)
    assert state.acknowledged is not None
    assert state.acknowledged.by == "C. Okafor"
    places = next(action.places for action in state.actions if action.code == "A03")
    assert [(place.place, place.result, place.quantity) for place in places] == [
        ("dispensary", "quantity", 4),
        ("treatment room", "nil", None),
    ]
    assert answer(state, "A03")[0] == "checked"
    assert state.applicability is not None
    assert state.applicability.applies


def test_a_red_needs_two_people_wherever_they_sit() -> None:
    one, two = stations()
    one.decided()
    one.signed_off(by="A. Patel")
    two.clock.moment = NOON + DAY
    two.signed_off(by="a. patel")
    assert together(one, two).needs_second
    two.signed_off(by="C. Okafor")
    state = together(one, two)
    assert not state.needs_second
    assert state.sign_off is not None
    assert state.sign_off.second is not None
    assert (state.sign_off.deed.by, state.sign_off.second.by) == ("A. Patel", "C. Okafor")


def test_what_one_reopened_the_other_signs_again() -> None:
    one, two = stations()
    one.is_done()
    two.clock.moment = NOON + DAY
    two.reopened("Stock was found.")
    assert together(one, two).sign_off is None
    one.clock.moment = NOON + 2 * DAY
    one.signed_off(by="A. Patel")
    one.signed_off(by="C. Okafor")
    assert together(one, two).sign_off is not None


def test_searches_counted_since_the_work_was_begun_anew_count_by_time_not_by_number() -> None:
    """The other workstation's log is long: its numbers say nothing about what came before the re-opening."""
    actions = (*ACTIONS, an_action("A06", "count"))
    one, two = Story(FixedClock(NOON)), Story(FixedClock(NOON))
    for story in (one, two):
        story.received()
        story.triaged("amber", actions=actions)
    for _ in range(12):
        two.answered("A04")
    two.answered("A06", count=4)  # number 16 there, before the re-opening
    one.clock.moment = NOON + 30 * DAY
    one.reopened("Begun anew.")
    one.decided()
    one.signed_off()
    started = next(iter(together(one, two).rechecks)).due
    assert started.date() == date(2027, 3, 22)  # three months after the sign-off, not after the old search


# --- what is heard twice -------------------------------------------------------------------------------------------


def test_a_second_workstation_that_hears_later_changes_nothing() -> None:
    one = stations(1)[0]
    one.is_done()
    two = Story(FixedClock(NOON + 30 * DAY))
    version = two.received().content["version"]
    late = {**one.entries[2].data, "rag": "green", "flags": ["historic"]}
    two.happens("alert.triaged", late, by="MSAT", version=version)
    state = together(one, two)
    alone = fold(one.entries)[KEY]
    assert (state.flags, state.rag, state.due, state.received) == (alone.flags, alone.rag, alone.due, alone.received)
    assert (state.versions, state.sources, state.sign_off) == (alone.versions, alone.sources, alone.sign_off)
    assert len(state.history) == len(alone.history) + 2
    assert state.history[-1].type == "alert.triaged"
    # Decided again by other rules, because a person asked for it: that is news.
    two.happens("alert.triaged", {**late, "flags": [], "why": "new rules"}, by="MSAT", version=version)
    assert together(one, two).rag == "green"


def test_a_change_told_by_both_reopens_once() -> None:
    one, two = stations()
    new = an_alert(str(KEY), batches=("4L01372H", "4L01373X"))
    one.clock.moment = NOON + DAY
    _changes(one, new)
    one.decided()
    one.signed_off(by="A. Patel")
    one.signed_off(by="C. Okafor")
    two.clock.moment = NOON + 5 * DAY
    _changes(two, new)
    state = together(one, two)
    assert len(state.versions) == 2
    assert state.sign_off is not None
    two.reopened("A person wants to look again.")
    assert together(one, two).sign_off is None


def _changes(story: Story, new: object) -> None:
    told = story.revised(new, material=True, changes=("A batch was added.",))  # type: ignore[arg-type]
    version = told.content["version"]
    story.happens("alert.reopened", {"reason": "It changed.", "cause": "change"}, by="MSAT", version=version)
    triage = story.entries[2]
    story.happens("alert.triaged", triage.data, by="MSAT", role="program", version=version)


def test_a_change_opens_the_work_again_though_another_heard_the_new_words_first() -> None:
    """The other workstation was switched on after the change: for it nothing had changed."""
    one = stations(1)[0]
    one.is_done()
    new = an_alert(str(KEY), batches=("4L01372H", "4L01373X"))
    two = Story(FixedClock(NOON + DAY))
    version = two.received(new).content["version"]
    triage = {**one.entries[2].data, "flags": ["historic"]}
    two.happens("alert.triaged", triage, by="MSAT", version=version)
    assert together(one, two).sign_off is not None
    assert together(one, two).flags == ()
    one.clock.moment = NOON + 2 * DAY
    _changes(one, new)
    state = together(one, two)
    assert state.sign_off is None
    assert state.reopened is not None


def test_a_newer_version_that_only_one_heard_counts() -> None:
    one, two = stations()
    two.clock.moment = NOON + DAY
    two.revised(an_alert(str(KEY), title="Class 1 Medicines Recall: Zentiva, Fingolimod"))
    two.triaged("green")
    state = together(one, two)
    assert state.title.startswith("Class 1")
    assert state.rag == "green"


def test_another_page_of_a_known_alert_is_linked_and_moves_no_limit() -> None:
    one = stations(1)[0]
    two = Story(FixedClock(NOON + 10 * DAY))
    page = an_alert(str(KEY), path="/elsewhere", source="pasted")
    told = two.received(page)
    triage = {**one.entries[2].data, "flags": ["historic"]}
    two.happens("alert.triaged", triage, by="MSAT", version=told.content["version"])
    state = together(one, two)
    assert [(link.source, link.path) for link in state.sources][1] == ("pasted", "/elsewhere")
    assert state.flags == ()


def test_an_alert_that_a_person_opened_again_is_not_superseded_twice() -> None:
    one, two = stations()
    link = {"by": "EL(26)A/50", "reference": "EL(26)A/50", "words": "replaces"}
    one.happens("alert.superseded", link)
    one.reopened("It still matters here.")
    two.clock.moment = NOON + 3 * DAY
    two.happens("alert.superseded", link)
    assert not together(one, two).is_superseded
