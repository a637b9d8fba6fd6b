"""Entries become states: every type, in any order, corrected or unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from msat.projections.alert_state import Status
from msat.projections.fold import apply, fold
from msat.projections.stored import from_json, to_json
from msat.projections.values import moment
from msat.triage.model import Priority
from tests.fakes import ACTIONS, NOON, Story, an_action, an_alert, checked_data, counted_data


@pytest.fixture
def story() -> Story:
    story = Story()
    story.received()
    story.triaged()
    return story


def action(story: Story, code: str):
    return next(one for one in story.state.actions if one.code == code)


def test_a_received_alert_has_the_facts_of_its_entry(story: Story) -> None:
    state = story.state
    assert (state.reference, state.alert_class, state.level) == ("EL(26)A/37", 2, "pharmacy")
    assert state.issued == "2026-11-20"
    assert state.company == "Zentiva Pharma UK Ltd"
    assert [source.source for source in state.sources] == ["govuk-alerts"]
    assert [version.number for version in state.versions] == [1]
    assert state.rag is Priority.RED
    assert state.due is not None
    assert state.due.at == NOON + timedelta(days=2)
    assert state.reasons[0].rule == "F07"
    assert state.status(NOON) is Status.NOT_ACKNOWLEDGED


def test_entries_about_no_alert_change_nothing(story: Story) -> None:
    before = story.state
    entry = story.happens("export.issued", {"kind": "log", "name": "log.pdf"}, about=None)
    assert apply(before, entry) is before
    assert apply(None, entry) is None


def test_an_unknown_type_is_kept_as_a_line_of_history(story: Story) -> None:
    entry = story.happens("export.issued", {"n": 3}, meaning="Read the alert out at a meeting")
    state = apply(story.state, replace(entry, type="alert.read_out"))
    assert state.history[-1].type == "alert.read_out"
    assert state.history[-1].text == "Read the alert out at a meeting."
    unsaid = replace(entry, type="alert.read_out", content={"about": story.key})
    assert "does not know: alert.read_out" in apply(story.state, unsaid).history[-1].text


@pytest.mark.parametrize(
    "kind",
    [
        "action.answered", "place.checked", "entry.corrected", "alert.triaged", "priority.overridden",
        "search.counted", "alert.signed_off", "alert.revised", "alert.withdrawn", "applicability.decided",
    ],
)  # fmt: skip
def test_data_of_another_shape_is_never_an_error(story: Story, kind: str) -> None:
    junk = {"action": 7, "rag": "purple", "actions": [3, {"code": None}], "due": [], "reasons": {}, "entry": None}
    story.happens(kind, junk)
    assert story.state.history[-1].type == kind
    assert from_json(to_json(story.state)) == story.state


def test_an_alert_first_heard_of_by_another_entry_is_not_out_of_sight() -> None:
    story = Story()
    story.acknowledged()
    assert story.state.title == "EL(26)A/37"
    story.received()
    assert story.state.title.startswith("Class 2 Medicines Recall")
    assert story.state.acknowledged is not None


def test_a_state_survives_json_to_the_byte(story: Story) -> None:
    story.is_done()
    state = story.state
    assert from_json(to_json(state)) == state
    assert to_json(from_json(to_json(state))) == to_json(state)
    assert state.status(NOON) is Status.DONE
    assert state.missing == ()


# Answers


def test_the_last_recorded_answer_stands_and_the_first_stays(story: Story) -> None:
    story.answered("A04", "no")
    story.answered("A04", "yes", happened=NOON - timedelta(days=1))
    answers = action(story, "A04").answers
    assert [answer.value for answer in answers] == ["no", "yes"]
    assert action(story, "A04").status == "yes"
    assert answers[1].deed.happened == NOON - timedelta(days=1)


def test_a_corrected_answer_is_struck_and_replaced_where_it_stood(story: Story) -> None:
    first = story.answered("A04", "yes", by="A. Patel")
    story.corrected(first, {"action": "A04", "text": "Do A04", "answer": "no", "note": ""}, "wrong box")
    wrong, right = action(story, "A04").answers
    assert wrong.struck == "corrected by B. Jones on 22 November 2026: wrong box"
    assert (right.value, right.struck, right.deed.by) == ("no", "", "A. Patel")
    assert right.deed.corrected == wrong.struck
    struck = [line for line in story.state.history if line.struck]
    assert [line.entry for line in struck] == [first.id]
    assert story.state.history[-1].text == (
        f"Corrected entry {first.seq}: wrong box. It now reads: Answered A04: no."
    )


def test_correcting_an_answer_that_was_replaced_leaves_the_newer_one_standing(story: Story) -> None:
    first = story.answered("A04", "yes")
    story.answered("A04", "nil")
    story.corrected(first, {"action": "A04", "answer": "no"})
    assert [(a.value, bool(a.struck)) for a in action(story, "A04").answers] == [
        ("yes", True), ("no", False), ("nil", False)
    ]  # fmt: skip
    assert action(story, "A04").status == "nil"


def test_a_correction_can_be_corrected_by_either_id(story: Story) -> None:
    first = story.answered("A04", "yes")
    second = story.corrected(first, {"action": "A04", "answer": "no"})
    story.corrected(second, {"action": "A04", "answer": "nil"})
    story.corrected(first, {"action": "A04", "answer": "yes", "note": "after all"})
    answers = action(story, "A04").answers
    assert [(a.value, bool(a.struck)) for a in answers] == [
        ("yes", True), ("no", True), ("nil", True), ("yes", False)
    ]  # fmt: skip


def test_a_correction_of_an_unknown_entry_is_only_a_line(story: Story) -> None:
    other = replace(story.entries[-1], id="f" * 64)
    before = story.state
    story.corrected(other, {"answer": "no"})
    assert replace(story.state, history=before.history) == before
    assert "not of this alert" in story.state.history[-1].text


def test_what_the_rules_decided_is_not_corrected_by_hand(story: Story) -> None:
    triage = story.entries[-1]
    before = story.state
    story.corrected(triage, {"rag": "green"}, "too red")
    assert story.state.rag is Priority.RED
    assert not any(line.struck for line in story.state.history)
    assert replace(story.state, history=before.history) == before


# Places and searches


def test_places_answer_their_action_once_all_are_checked(story: Story) -> None:
    story.checked("dispensary")
    assert action(story, "A03").status == "in part"
    story.checked("Treatment  room")
    assert action(story, "A03").status == "nil"
    assert [place.place for place in action(story, "A03").places] == ["dispensary", "treatment room"]
    story.checked("treatment room", "quantity", 2, "4L01372H")
    assert action(story, "A03").status == "checked"
    assert [answer.value for answer in action(story, "A03").answers] == ["nil", "checked"]
    assert story.state.history[-1].text == "Checked A03 in the treatment room: 2 found, batch 4L01372H."


def test_a_place_found_unchecked_after_all_takes_the_answer_back(story: Story) -> None:
    story.checked("dispensary")
    last = story.checked("treatment room")
    story.corrected(last, checked_data("treatment room", "not checked"), "it was locked")
    assert action(story, "A03").status == "in part"
    assert action(story, "A03").standing is None
    assert not action(story, "A03").is_answered


def test_a_check_noted_under_the_wrong_place_moves(story: Story) -> None:
    story.checked("dispensary")
    wrong = story.checked("doctors' bags")
    assert len(action(story, "A03").places) == 3
    story.corrected(wrong, checked_data("treatment room"), "wrong place")
    assert [(p.place, p.result) for p in action(story, "A03").places] == [
        ("dispensary", "nil"), ("treatment room", "nil")
    ]  # fmt: skip
    assert action(story, "A03").status == "nil"


def test_correcting_an_early_place_changes_the_whole_answer(story: Story) -> None:
    first = story.checked("dispensary")
    story.checked("treatment room")
    story.corrected(first, checked_data("dispensary", "quantity", 4), "miscounted")
    nil, checked = action(story, "A03").answers
    assert nil.struck.endswith("miscounted")
    assert checked.value == "checked"


def test_an_unrequested_place_is_added_even_before_the_triage() -> None:
    story = Story()
    story.received()
    story.checked("branch")
    assert [place.place for place in story.state.actions[0].places] == ["branch"]
    story.triaged()
    assert [(p.place, p.is_checked) for p in action(story, "A03").places] == [
        ("dispensary", False), ("treatment room", False), ("branch", True)
    ]  # fmt: skip
    assert not action(story, "A03").is_answered


def test_a_funnel_answers_its_action_and_nobody_found_is_nil(story: Story) -> None:
    entry = story.counted(found=12, active=8, reviewed=8)
    assert action(story, "A07").funnel == (("found", 12), ("active", 8), ("reviewed", 8))
    assert (action(story, "A07").status, action(story, "A07").standing.count) == ("checked", 12)
    story.corrected(entry, counted_data(found=0), "other search")
    assert (action(story, "A07").status, action(story, "A07").funnel) == ("nil", (("found", 0),))
    assert story.state.history[2].text == "Counted the search of A07: found 12, active 8, reviewed 8."


# Deciding and signing


def test_the_same_person_cannot_be_the_second(story: Story) -> None:
    story.signed_off(by="A. Patel")
    story.signed_off(by=" a.  PATEL ")
    assert story.state.status(NOON) is Status.SECOND_PERSON
    story.signed_off(by="C. Okafor")
    assert story.state.status(NOON) is Status.DONE
    assert story.state.sign_off.second.by == "C. Okafor"
    assert story.state.history[-1].text.startswith("As second person: Signed off")


def test_an_amber_needs_one_signature(story: Story) -> None:
    story.triaged("amber")
    story.signed_off()
    story.signed_off(by="C. Okafor")
    assert story.state.sign_off.second is None
    assert story.state.status(NOON) is Status.DONE


def test_a_red_that_does_not_apply_is_confirmed_by_another(story: Story) -> None:
    story.decided(False, "not held")
    assert story.state.needs_second
    story.decided(False, "not held")
    assert story.state.needs_second
    story.decided(False, "never bought", by="C. Okafor")
    assert story.state.applicability.confirmed.by == "C. Okafor"
    assert story.state.applicability.reason == "not held"
    assert story.state.status(NOON) is Status.NOT_APPLICABLE
    story.decided(True, "found some")
    assert story.state.applicability.applies


def test_correcting_somebodys_decision_does_not_make_one_a_second_person(story: Story) -> None:
    first = story.decided(False, "not hled", by="A. Patel")
    story.corrected(first, {"applies": False, "reason": "not held", "note": ""}, by="C. Okafor")
    assert story.state.needs_second
    assert story.state.applicability.reason == "not held"
    story.decided(False, "not held", by="A. Patel")
    assert story.state.needs_second
    second = story.decided(False, "not held", by="C. Okafor")
    assert not story.state.needs_second
    story.corrected(second, {"applies": True, "reason": "meant another", "note": ""}, by="C. Okafor")
    assert story.state.applicability.applies


def test_signatures_acknowledgement_and_priority_can_be_corrected(story: Story) -> None:
    acknowledged = story.acknowledged("seen")
    override = story.overridden("amber", "typo")
    signed = story.signed_off("Al done.")
    story.corrected(acknowledged, {"note": "seen at nine"}, "more exact")
    story.corrected(override, {"rag": "green", "reason": "none held"}, "wrong colour")
    story.corrected(signed, {"statement": "All done."}, "spelling")
    state = story.state
    assert state.acknowledged.corrected.endswith("more exact")
    assert (state.rag, state.rule_rag, state.override_reason) == (Priority.GREEN, Priority.RED, "none held")
    assert (state.sign_off.statement, state.sign_off.deed.by) == ("All done.", "A. Patel")


def test_what_was_entered_in_error_uncovers_what_was_before(story: Story) -> None:
    in_error = {"entered_in_error": True}
    seen, again = story.acknowledged(by="A. Patel"), story.acknowledged(by="C. Okafor")
    story.decided(True)
    decided = story.decided(False)
    story.overridden("amber", "first")
    green = story.overridden("green", "second")
    story.answered("A04", "no")
    answered = story.answered("A04", "yes")
    story.checked("dispensary")
    checked = story.checked("treatment room")
    counted = story.counted(found=3)
    signed = story.signed_off(by="C. Okafor")
    for entry in (seen, decided, green, answered, checked, counted, signed):
        story.corrected(entry, in_error, "another alert was meant")
    state = story.state
    assert state.acknowledged.by == "C. Okafor"
    assert state.applicability.applies
    assert (state.rag, state.override_reason, state.rule_rag) == (Priority.AMBER, "first", Priority.RED)
    assert action(story, "A04").status == "no"
    assert action(story, "A03").status == "in part"
    assert (action(story, "A07").status, action(story, "A07").funnel) == ("not answered", ())
    assert state.sign_off is None
    assert sum(bool(line.struck) for line in state.history) == 7
    assert state.history[-1].text == (
        f"Struck out entry {signed.seq}, which was entered in error: another alert was meant."
    )
    story.corrected(again, in_error)
    assert story.state.acknowledged is None
    assert action(story, "A01").status == "not answered"


def test_a_correction_gives_the_date_that_was_wrong(story: Story) -> None:
    entry = story.answered("A04", "yes")
    right = NOON - timedelta(days=2)
    story.corrected(entry, {"action": "A04", "answer": "yes"}, "done on Friday", happened=right)
    deed = action(story, "A04").standing.deed
    assert (deed.happened, deed.by) == (right, "A. Patel")


def test_the_first_acknowledgement_counts(story: Story) -> None:
    story.acknowledged(by="A. Patel")
    story.acknowledged(by="C. Okafor")
    assert story.state.acknowledged.by == "A. Patel"
    assert action(story, "A01").status == "yes"


def test_reopening_keeps_answers_and_asks_for_decision_and_signature_again(story: Story) -> None:
    story.is_done()
    story.reopened()
    state = story.state
    assert (state.sign_off, state.applicability) == (None, None)
    assert state.acknowledged is not None
    assert action(story, "A04").status == "yes"
    assert action(story, "A25").status == "not answered"
    assert state.missing == ("decide whether it applies",)
    assert any(line.text.startswith("As second person") for line in state.history)


# Publishers and rules again


def test_a_revision_adds_a_version_and_newest_facts_win(story: Story) -> None:
    story.revised(replace(an_alert(), title="Class 2: corrected"), 2, ["Batch 4L2 added."], material=True)
    state = story.state
    assert state.title == "Class 2: corrected"
    assert [(v.number, v.material) for v in state.versions] == [(1, False), (2, True)]
    assert state.history[-1].text == "Version 2 received, a material change. Batch 4L2 added."


def test_a_second_page_fills_gaps_and_overwrites_nothing(story: Story) -> None:
    other = replace(an_alert(), source="dsu", path="/dsu/x", title="Other words", level=None)
    story.source_added(other)
    assert story.state.title.startswith("Class 2 Medicines Recall: Zentiva")
    assert [(s.source, s.title) for s in story.state.sources][1] == ("dsu", "Other words")
    story.revised(replace(other, title="Other words again"), 3)
    assert story.state.title.startswith("Class 2 Medicines Recall: Zentiva")
    assert story.state.sources[1].title == "Other words again"


def test_an_alert_is_withdrawn_when_its_last_page_is(story: Story) -> None:
    other = replace(an_alert(), path="/drug-device-alerts/second")
    story.source_added(other)
    story.withdrawn(other, "Duplicate.", 3)
    assert story.state.withdrawn == ""
    assert story.state.sources[1].withdrawn == "Duplicate."
    story.withdrawn(an_alert(), "Issued in error.", 4)
    assert story.state.withdrawn == "Issued in error."
    assert not story.state.is_open
    assert story.state.status(NOON + timedelta(days=30)) is not Status.OVERDUE


def test_a_feed_that_only_names_a_withdrawn_page_does_not_bring_it_back(story: Story) -> None:
    named = replace(an_alert(), source="local-feed")
    story.withdrawn(an_alert(), "Issued in error.", 2)
    story.source_added(named, 3)
    assert story.state.withdrawn == "Issued in error."
    assert [link.withdrawn for link in story.state.sources] == ["Issued in error."] * 2
    story.source_added(replace(an_alert(), source="dsu", path="/dsu/x"), 4)
    assert story.state.withdrawn == "", "another page tells of it"


def test_a_page_that_its_publisher_brings_back_stands_again(story: Story) -> None:
    story.source_added(replace(an_alert(), source="local-feed"), 2)
    story.withdrawn(an_alert(), "Issued in error.", 3)
    assert story.state.withdrawn == "Issued in error."
    assert not story.state.is_open
    story.revised(replace(an_alert(), title="Class 2: issued again"), 4)
    assert story.state.withdrawn == ""
    assert story.state.is_open


def test_a_new_triage_keeps_every_answer(story: Story) -> None:
    story.answered("A04", "yes")
    story.checked("dispensary")
    story.triaged("amber", None, [an_action("A03", "places", places=["dispensary"]), an_action("A08")])
    codes = [(one.code, one.required, one.is_answered) for one in story.state.actions]
    assert codes == [("A03", True, True), ("A08", True, False), ("A04", False, True)]
    assert action(story, "A03").status == "nil"
    story.triaged(actions=ACTIONS)
    assert action(story, "A04").required
    assert action(story, "A04").status == "yes"
    assert action(story, "A03").status == "in part"


def test_a_persons_priority_outlives_a_triage_unless_the_rule_grows_more_urgent(story: Story) -> None:
    story.triaged("amber")
    story.overridden("green", "none held")
    story.triaged("amber")
    assert (story.state.rag, story.state.rule_rag) == (Priority.GREEN, Priority.AMBER)
    story.triaged("red")
    assert (story.state.rag, story.state.override) == (Priority.RED, None)


def test_two_alerts_are_folded_apart(story: Story) -> None:
    story.received(an_alert("EL(26)A/39", reference="EL(26)A/39", title="Meropenem"))
    states = fold(story.record.entries())
    assert sorted(states) == ["EL(26)A/37", "EL(26)A/39"]
    assert states["EL(26)A/39"].rag is None


@pytest.mark.parametrize("wrong", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1066-10-14T09:00:00Z"])
def test_a_time_that_cannot_be_meant_is_not_said(wrong: str) -> None:
    """Another site may write anything into its own log; days are counted from it here."""
    data = {"happened": wrong, "data": {"at": wrong}}
    assert moment(data, "happened") is None
    assert moment({"at": "2026-11-21T10:00:00Z"}, "at") is not None
