"""The nil return by keyboard, the search funnel checked as it is typed, and searches run again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from msat.clock import say_date
from msat.gui import words
from msat.gui.main_window import MainWindow
from msat.gui.views.counting_cards import FunnelCard
from msat.gui.views.funnel_fields import FunnelFields, wrong_words
from msat.gui.views.places_card import PlacesCard
from msat.projections.alert_state import Status
from msat.projections.work_state import Deed, Recheck
from tests.gui.conftest import NOW, settle

DEED = Deed("A. Patel", "Practice pharmacist", NOW, NOW, "e1", 1)


def press(*keys: Qt.Key | str, ctrl: bool = False) -> None:
    held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    for key in keys:
        where = QApplication.focusWidget()
        if isinstance(key, str):
            QTest.keyClicks(where, key)
        else:
            QTest.keyClick(where, key, held)


@pytest.fixture
def places(window: MainWindow) -> PlacesCard:
    card = next(card for card in window.worklist.alert.cards if isinstance(card, PlacesCard))
    assert len(card.lines) == 7
    return card


def checks(window: MainWindow, card: PlacesCard):
    state = window.session.desk.views.alert(card.alert)
    return next(action for action in state.actions if action.code == card.code).places


def test_nil_everywhere_takes_three_keys(window: MainWindow, places: PlacesCard):
    window.worklist.list_pane.list.setFocus()
    before = window.session.desk.views.position()
    press(str(places.number), "l")
    press(Qt.Key.Key_Return, ctrl=True)
    found = checks(window, places)
    assert [check.result for check in found] == ["nil"] * 7
    assert {check.initials for check in found} == {"DP"}
    assert window.session.desk.views.position() == before + 7
    assert places.holder.isHidden(), "whole, it folds into a sentence"
    assert "Nil in: Dispensary" in places.stands.text()


def test_a_quantity_its_batch_and_the_rest_nil(window: MainWindow, places: PlacesCard):
    places.quick()
    press("3", Qt.Key.Key_Return, "TX10", Qt.Key.Key_Return, "n", "n")
    assert QApplication.focusWidget() is places.lines[3].result
    assert checks(window, places)[0].deed is None, "nothing is recorded before it is saved"
    assert places.said.text() == "4 places still to fill in."
    press("l")
    press(Qt.Key.Key_Return, ctrl=True)
    found = checks(window, places)
    assert (found[0].result, found[0].quantity, found[0].batch) == ("quantity", 3, "TX10")
    assert [check.result for check in found[1:]] == ["nil"] * 6


def test_only_what_is_filled_in_is_recorded(window: MainWindow, places: PlacesCard):
    places.quick()
    press("n")
    press(Qt.Key.Key_Return, ctrl=True)
    found = checks(window, places)
    assert [check.deed is not None for check in found] == [True] + [False] * 6
    assert not places.holder.isHidden()
    assert places.lines[0].state.text().startswith("Nil · DP")


def test_an_empty_grid_is_no_answer(window: MainWindow, places: PlacesCard):
    before = window.session.desk.views.position()
    places.submit()
    assert "No place is filled in" in places.wrong.text()
    assert window.session.desk.views.position() == before


def test_nothing_but_nil_and_digits_can_stand_in_a_result(places: PlacesCard):
    field = places.lines[0].result
    field.setFocus()
    press("x", "-", "4", "b")
    assert field.text() == "4"
    assert places.lines[0].batch.isEnabled()
    field.selectAll()
    press("n")
    assert field.text() == "Nil"
    assert not places.lines[0].batch.isEnabled()
    field.setFocus()
    press("7")
    assert field.text() == "7"
    press(Qt.Key.Key_Backspace)
    press("n")
    places.lines[0].result.setFocus()
    press(Qt.Key.Key_Delete)
    assert field.text() == ""


def test_down_and_up_go_between_places(places: PlacesCard):
    places.lines[0].result.setFocus()
    press(Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up)
    assert QApplication.focusWidget() is places.lines[1].result
    places.lines[6].result.setFocus()
    press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is places.initials


@pytest.mark.parametrize(
    ("numbers", "reason", "said"),
    [
        ({}, "", ""),
        ({"found": 12, "active": 9}, "", ""),
        ({"found": 5, "active": 9}, "", "more than found"),
        ({"found": 9, "reviewed": 9, "changed": 10}, "", "more than reviewed"),
        ({"found": 9, "reviewed": 9, "changed": 6, "unchanged_with_reason": 5}, "x", "more than the 9 reviewed"),
        ({"found": 9, "reviewed": 9, "changed": 4, "unchanged_with_reason": 3}, "x", "2 of the 9 reviewed"),
        ({"found": 9, "reviewed": 9, "changed": 4, "unchanged_with_reason": 5}, "", "Say why"),
        ({"found": 9, "reviewed": 9, "changed": 4, "unchanged_with_reason": 5}, "no alternative", ""),
    ],
)
def test_the_sums_of_a_funnel_are_checked_as_they_are_typed(numbers: dict[str, int], reason: str, said: str):
    found = wrong_words(numbers, reason)
    assert said in found
    assert bool(found) == bool(said)


def test_the_funnel_asks_why_only_where_some_were_left_unchanged(theme):
    fields = FunnelFields("A06")
    assert fields.reason_part.isHidden()
    fields.fields["found"].setText("4")
    fields.fields["unchanged_with_reason"].setText("1")
    fields.check()
    assert not fields.reason_part.isHidden()
    assert fields.sums.text()


def test_name_and_reason_of_a_search_are_recorded(window: MainWindow):
    desk = window.session.desk
    key = next(
        str(s.key)
        for s in desk.views.states()
        if s.sign_off is None
        and s.applicability is None
        and any(a.answer == "funnel" for a in s.actions)
        and window.worklist.list_pane.model.index_of(s.key).isValid()
    )
    window.worklist.list_pane.show_key(key)
    settle(window)
    card = next(card for card in window.worklist.alert.cards if isinstance(card, FunnelCard))
    for step, number in zip(card.fields, ("6", "5", "2", "5", "4", "1"), strict=True):
        card.fields[step].setText(number)
    card.funnel.reason.setText("no alternative is suitable")
    card.funnel.search.setText("MSAT search 1")
    card._record()
    assert card.wrong.text() == ""
    line = next(h for h in reversed(desk.views.alert(key).history) if h.type == "search.counted")
    data = desk.record.entry(line.entry).data
    assert data["search"] == "MSAT search 1"
    assert data["unchanged_reason"] == "no alternative is suitable"
    assert data["run_on"]
    assert card.fields["found"].text() == ""


def test_a_search_that_is_due_shows_then_and_now_and_a_rise_opens_the_alert_again(window: MainWindow):
    desk = window.session.desk
    row = next(r for r in window.worklist.list_pane.model.rows() if r.status is Status.RECHECK)
    assert row.recheck_due is not None
    now = window.session.now()
    assert words.row_due(row, now) == f"Search again since {say_date(row.recheck_due)}"
    assert "Was due" not in words.row_sentence(row, now)
    window.worklist.list_pane.show_key(str(row.key))
    settle(window)
    pane = window.worklist.alert
    assert "Its search is due to be run again." in pane.callout.head.text()
    card = pane.sheet.extra["recheck"]
    assert not card.form.isHidden()
    before = dict(card._next.before)
    card.submit()
    assert "The number found is missing" in card.wrong.text()
    more = before["found"] + 3
    card.funnel.fields["found"].setText(str(more))
    card._compare()
    assert f"Found {more} (was {before['found']})" in card.now_and_then.text()
    assert "opens the alert again" in card.now_and_then.text()
    card.submit()
    assert card.wrong.text() == ""
    state = desk.views.alert(str(row.key))
    assert state.reopened.cause == "recheck"
    assert "Opened again" in " ".join(t.text() for t in pane.sheet.extra["changed"].findChildren(type(card.ask)))


def test_a_search_that_is_still_to_come_says_when(window: MainWindow):
    pane = window.worklist.alert
    far = Recheck(12, NOW + timedelta(days=200), (("found", 4),))
    done = Recheck(3, NOW, (("found", 4),), DEED, (("found", 4),))
    pane.sheet.show_state(replace(pane.state, rechecks=(done, far)), pane.notice, NOW)
    card = pane.sheet.extra["recheck"]
    said = " ".join(t.text() for t in card.findChildren(type(card.ask)))
    assert "After 12 months: the search comes back on 8 June 2027." in said
    assert "After 3 months: found 4 (was 4)." in said
    assert card.form.isHidden()
