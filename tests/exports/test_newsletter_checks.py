"""Remarks on wording: each is made where it should be and not where it should not; edits on an old notice are told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from msat.actions.audiences import load_audiences
from msat.alerts.model import Alert, Fact, Where
from msat.exports.newsletter import DO_NOT_STOP, MOST_WORDS, most_words
from msat.exports.newsletter_checks import Remark, Weight, remarks
from msat.exports.newsletter_compose import Composed, Told, compose, field_text, own_words, stale_edits
from msat.projections.alert_state import AlertState
from msat.projections.newsletter_draft import DraftItem, Edit, Length, edited
from msat.triage.model import Priority
from tests.exports.samples import CUT_OFF, KEY, SURGERY, notice, state

AUDIENCES = load_audiences()
PRESCRIBERS = AUDIENCES["prescribers"]
VERSION = "a" * 64


def told(of: AlertState | None = None, text: str = "", **more: Any) -> Told:
    found = replace(notice(2), text=text or "Class 2 recall. Hold the capsules back.", **more)
    return Told(of or state(), found, VERSION)


def made(about: Told | None = None, length: Length = Length.STANDARD, **fields: str) -> Composed:
    """An item with these fields worded by an editor."""
    item = DraftItem(KEY, length)
    for field, text in fields.items():
        item = edited(item, Edit(field, text, "", VERSION))
    return compose(item, about or told(), PRESCRIBERS, SURGERY, CUT_OFF)


def found(about: Told | None = None, length: Length = Length.STANDARD, **fields: str) -> dict[str, Remark]:
    about = about or told()
    state_, notice_ = about.state, about.notice
    return {one.code: one for one in remarks(made(about, length, **fields), state_.family, state_.flags, notice_)}


def test_the_programs_own_words_need_no_mending() -> None:
    assert found() == {}
    assert found(length=Length.SHORT) == {}
    assert found(length=Length.FULL) == {}


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("headline", "National Patient Safety Alert: fingolimod", "not-an-alert"),
        ("why", "This NatPSA concerns capsules.", "not-an-alert"),
        ("why", "An alert about capsules.", "not-an-alert"),
        ("why", "Please be aware of this recall.", "be-aware"),
        ("action", "Remain vigilant", "be-aware"),
        ("why", "For awareness.", "be-aware"),
        ("help", "See https://evil.example/x.", "second-link"),
        ("help", "See www.evil.example.", "second-link"),
        ("why", "URGENT WARNING about capsules.", "shouting"),
        ("why", "Do this now!", "shouting"),
        ("why", "Check every IMPORTANT pack.", "shouting"),
        ("why", "Check the 5 mg capsules.", "dose-changed"),
        ("patients", f"Take 0.5 micrograms. {DO_NOT_STOP}", "dose-changed"),
        ("why", "Within 9 days.", "number-changed"),
        ("why", "Patients should stop taking it.", "says-stop"),
        ("patients", "Return the pack.", "do-not-stop"),
        ("why", "word " * 90, "too-long"),
        ("why", "", "no-why"),
        ("action", "One\nTwo\nThree\nFour", "too-many-actions"),
    ],
)
def test_each_fault_is_told_at_its_field(field: str, text: str, code: str) -> None:
    remark = found(**{field: text})[code]
    assert remark.field in (field, "")
    assert remark.what.endswith(".")
    assert remark.next_step.endswith(".") or ":" in remark.next_step


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("why", "Give the person an alert card."),
        ("why", "The notice says “please be aware”."),
        ("why", "Zentiva recalls 0.5 mg capsules, batch 4L01372H."),
        ("why", "Zentiva recalls 0.5mg capsules."),
        ("why", "Report it by Yellow Card to the MHRA."),
        ("why", "Stop supplying the batch."),
        ("patients", "Keep taking your capsules."),
        ("patients", DO_NOT_STOP),
        ("action", "Search for patients\nTell the team"),
        ("help", "Ring the medicines team."),
        ("help", "See the NICE CKS page and the MHRA DSU."),
        ("help", "NHSBSA prescribing data, PRIMIS search."),
        ("action", "Search for patients seen in the last 12 months"),
        ("action", "Stop new starts of fingolimod, as far as the notice asks for it"),
        ("action", "Stop any repeat templates that hold it"),
    ],
)
def test_what_is_right_is_left_alone(field: str, text: str) -> None:
    assert found(**{field: text}) == {}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Take 100 mcg at night.", "Take 100 micrograms at night."),
        ("Take 1000mg.", "Take 1,000 milligrams."),
        ("Give 5 ml.", "Give 5 millilitres."),
    ],
)
def test_an_amount_written_out_is_the_same_amount(source: str, text: str) -> None:
    assert found(told(text=source), why=text) == {}
    assert "dose-changed" in found(told(text=source.replace("1", "2").replace("5", "2")), why=text)


@pytest.mark.parametrize(
    "sentence",
    ["Be aware of the changes to Drug Alert titles.", "REMAINING STOCK IS RETURNED.", "Healthcare staff are on alert."],
)
def test_what_the_notice_itself_says_is_not_held_against_an_editor(sentence: str) -> None:
    about = told(text=f"Class 2 recall. {sentence} Hold the capsules back.")
    assert found(about, why=f"It concerns capsules. {sentence}") == {}
    assert found(told(), why=sentence) != {}


def test_an_item_without_room_for_a_reason_is_not_asked_for_one() -> None:
    """Most Green items have none: their 35 words go to what is asked and what patients are told."""
    plain = replace(state(), reasons=(), rag=Priority.GREEN)
    empty = told(plain, description="")
    words = made(empty).item.length
    for most, asked in ((words + 9, False), (words + 10, True)):
        limits = MOST_WORDS | {Priority.GREEN: most}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("msat.exports.newsletter.MOST_WORDS", limits)
            assert ("no-why" in found(empty)) is asked


def test_a_natpsa_may_be_called_an_alert_and_a_device_alert_by_its_name() -> None:
    natpsa = told(replace(state(), family="national-patient-safety-alert", alert_class=1))
    assert "not-an-alert" not in found(natpsa, headline="National Patient Safety Alert: fingolimod 0.5 mg")
    device = told(replace(state(), family="medical-device-alert"))
    assert "not-an-alert" not in found(device, why="The alert concerns pumps.")


def test_a_notice_that_says_stop_may_be_repeated() -> None:
    stops = told(text="Patients should stop using the capsules at once.")
    assert found(stops, patients="Patients should stop using the capsules at once.") == {}


def test_a_missing_link_is_told_whoever_wrote_the_item() -> None:
    remark = found(told(replace(state(), sources=())))["no-link"]
    assert remark.weight is Weight.WRONG


def test_too_long_by_the_notices_own_words_is_only_to_be_looked_at() -> None:
    advice = "Return the pack to your pharmacy as soon as you can please do so. " * 2
    fact = Fact(advice * 5, advice * 5, Where.TEXT)
    long = told(replace(state(), rag=Priority.GREEN), patient_advice=fact)
    assert found(long)["too-long"].weight is Weight.LOOK
    assert found(long, why="Because it must be.")["too-long"].weight is Weight.WRONG
    assert found(long, headline="Capsules recalled")["too-long"].weight is Weight.LOOK  # a headline is not counted


def test_locked_sentences_and_the_black_triangle_stay() -> None:
    keep = told(replace(state(), flags=("keep-using",)))
    assert "keep-using" in found(keep, patients="Do not stop; ring us.")
    assert "keep-using" not in found(keep, patients=f"{DO_NOT_STOP} Ring us.")
    triangle = replace(notice(), products=(), title="Fingolimod▼ 0.5 mg")
    about = Told(replace(state(), title="Fingolimod▼ 0.5 mg"), triangle, VERSION)
    assert "black-triangle" in found(about, headline="Class 2 recall: Fingolimod 0.5 mg")
    assert "black-triangle" not in found(about)


def test_the_limits_are_those_of_the_knowledge_file() -> None:
    limits = AUDIENCES.limits
    assert {
        Priority.RED: limits.red,
        Priority.AMBER: limits.amber,
        Priority.GREEN: limits.green,
        None: limits.not_rated,
    } == MOST_WORDS
    assert most_words(Priority.RED, Length.SHORT) == limits.short
    assert most_words(Priority.RED, Length.FULL) == limits.full


# --- lengths, audiences, edits ---------------------------------------------------------------------------------


def test_short_is_shorter_than_standard_and_full_longer() -> None:
    sentence = "This sentence of the summary says one more thing. "
    about = told(description=sentence * 8)
    lengths = [made(about, length).item.length for length in (Length.SHORT, Length.STANDARD, Length.FULL)]
    assert lengths == sorted(lengths)
    assert len(set(lengths)) == 3
    assert made(about, Length.SHORT).item.patients == (DO_NOT_STOP,)


def test_the_most_particular_edit_holds() -> None:
    item = DraftItem(KEY)
    for text, length, audience in (
        ("Everywhere.", "", ""),
        ("In short.", "short", ""),
        ("For homes.", "", "care-homes"),
        ("Short for homes.", "short", "care-homes"),
    ):
        item = edited(item, Edit("why", text, "", VERSION, length, audience))

    def why(length: Length, audience: str) -> tuple[str, ...]:
        return compose(replace(item, length=length), told(), AUDIENCES[audience], SURGERY, CUT_OFF).item.why

    assert why(Length.STANDARD, "prescribers") == ("Everywhere.",)
    assert why(Length.SHORT, "prescribers") == ("In short.",)
    assert why(Length.FULL, "care-homes") == ("For homes.",)
    assert why(Length.SHORT, "care-homes") == ("Short for homes.",)


def test_an_edit_never_touches_batches_dates_reference_or_link() -> None:
    item = made(headline="H", action="A", why="W", patients="P", help="L")
    for name in ("batches", "due", "reference", "url", "rag", "group", "who"):
        assert getattr(item.item, name) == getattr(item.own, name)
    assert item.edited == ("headline", "action", "why", "patients", "help")


def old_and_new() -> tuple[Alert, Told]:
    older = replace(notice(1), text="Older text.")
    return older, Told(state(), replace(notice(2), text="Newer text."), "b" * 64)


def test_an_edit_from_an_older_notice_is_told_with_the_difference() -> None:
    older, about = old_and_new()
    item = edited(DraftItem(KEY), Edit("why", "My words.", "Its words.", VERSION))
    own = own_words(Length.STANDARD, about, PRESCRIBERS, SURGERY, CUT_OFF)
    (stale,) = stale_edits(item, about, own, [older])
    assert (stale.field, stale.text, stale.was) == ("why", "My words.", "Its words.")
    assert stale.now == field_text(own, "why")
    assert stale.material
    assert stale.differences[0].startswith("Batch 4L01373H added")


def test_an_edit_of_the_newest_notice_is_not_stale_and_a_lost_one_says_so() -> None:
    _older, about = old_and_new()
    own = own_words(Length.STANDARD, about, PRESCRIBERS, SURGERY, CUT_OFF)
    fresh = edited(DraftItem(KEY), Edit("why", "My words.", "", about.version))
    assert stale_edits(fresh, about, own, [about.notice]) == ()
    lost = edited(DraftItem(KEY), Edit("why", "My words.", "", VERSION))
    (stale,) = stale_edits(lost, about, own, [None])
    assert "older text is not at hand" in stale.differences[0]
