"""What an open alert says of a notice that changed after it was answered here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from msat.actions.model import AnswerKind
from msat.ids import AlertKey
from msat.projections.alert_state import ActionState, AlertState, PlaceCheck, VersionState
from msat.projections.changed_since import changes_since_answered
from msat.projections.work_state import Deed, Reopened

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
READ = Deed("A. Patel", "Practice pharmacist", NOW, NOW, "e2", 2)


def version(number: int, hours: int, *changes: str, material: bool = True) -> VersionState:
    return VersionState(number, f"v{number}", "govuk", NOW + timedelta(hours=hours), changes, material)


def alert(*versions: VersionState, acknowledged: Deed | None = READ) -> AlertState:
    made = AlertState(AlertKey("EL(26)A/1"), "A recall", "medicines-recall", NOW)
    return replace(made, versions=versions, acknowledged=acknowledged)


def test_a_change_after_the_first_answer_is_told() -> None:
    first, second = version(1, -1), version(2, 1, "Class changed from 2 to 1.", "Batch B2 added.")
    assert changes_since_answered(alert(first, second)) == ("Class changed from 2 to 1.", "Batch B2 added.")


def test_several_are_told_in_their_order() -> None:
    found = changes_since_answered(alert(version(2, 1, "Batch B2 added."), version(3, 2, "Batch B3 added.")))
    assert found == ("Batch B2 added.", "Batch B3 added.")


def test_nothing_is_told_where_it_changed_before_does_not_matter_or_nobody_had_answered() -> None:
    assert changes_since_answered(alert(version(2, -1, "Batch B2 added."))) == ()
    assert changes_since_answered(alert(version(2, 1, "Wording changed.", material=False))) == ()
    assert changes_since_answered(alert(version(2, 1, "Batch B2 added."), acknowledged=None)) == ()


def test_one_that_was_opened_again_says_so_itself() -> None:
    state = alert(version(2, 1, "Batch B2 added."))
    assert changes_since_answered(replace(state, reopened=Reopened("It changed.", READ))) == ()


def test_a_place_checked_is_an_answer() -> None:
    checked = PlaceCheck("Dispensary", "nil", deed=READ)
    action = ActionState("A03", "Check stock", AnswerKind.PLACES, None, True, places=(checked,))
    state = replace(alert(version(2, 1, "Batch B2 added."), acknowledged=None), actions=(action,))
    assert changes_since_answered(state) == ("Batch B2 added.",)
