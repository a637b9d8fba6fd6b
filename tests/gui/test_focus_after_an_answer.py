"""After an answer the focus stays on its card: Enter pressed twice answers nothing else; a number is a key again."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from msat.actions.model import AnswerKind
from msat.gui.main_window import MainWindow
from msat.gui.views.action_card import ActionCard, DoneCard
from msat.gui.views.applies_card import AppliesCard
from msat.gui.views.places_card import PlacesCard
from tests.gui.conftest import settle


def press(*keys: Qt.Key | str, ctrl: bool = False) -> None:
    held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    for key in keys:
        where = QApplication.focusWidget()
        if isinstance(key, str):
            QTest.keyClicks(where, key)
        else:
            QTest.keyClick(where, key, held)


def card_of(window: MainWindow, kind: type[ActionCard]) -> ActionCard:
    """The first card of this kind that waits for its answer, in the alert shown or one that is shown for it."""
    rows = window.worklist.list_pane.list
    for _ in range(20):
        settle(window)
        for card in window.worklist.alert.cards:
            if type(card) is kind and card.state_tag.property("tag") == "plain":
                return card
        rows.step(1)
    pytest.fail(f"no alert asks for {kind.__name__}")


def position(window: MainWindow) -> int:
    return window.session.desk.views.position()


def test_enter_pressed_twice_on_the_places_answers_nothing_else(window: MainWindow):
    card = card_of(window, PlacesCard)
    before = position(window)
    card.quick()
    press("l", Qt.Key.Key_Return)
    assert position(window) == before + 7
    assert QApplication.focusWidget() is card, "not the next action's Yes"
    press(Qt.Key.Key_Return, Qt.Key.Key_Space)
    assert position(window) == before + 7
    press(str(card.number))
    assert QApplication.focusWidget() is card.lines[0].result, "a number is a key again, not a quantity"
    assert card.lines[0].result.text() == ""


def test_enter_in_the_reason_the_note_and_the_date_records_whether_it_applies(window: MainWindow):
    for field in ("reason", "note", "when"):
        card = card_of(window, AppliesCard)
        before = position(window)
        card.quick()
        (card.reason if field == "reason" else getattr(card.rest, field)).setFocus()
        press(Qt.Key.Key_Return, ctrl=field != "when")
        assert position(window) == before + 1, field
        assert QApplication.focusWidget() is card


def test_the_reason_chosen_stays_when_the_key_is_pressed_again(window: MainWindow):
    card = card_of(window, AppliesCard)
    card.quick()
    press(Qt.Key.Key_Down)
    chosen = card.reason.currentData()
    assert chosen == "prescribed"
    press(Qt.Key.Key_Escape, str(card.number))
    assert card.reason.currentData() == chosen
    card.open(False)
    assert card.reason.currentData() == "", "a reason why it does not apply is nobody's but a person's"
    card.close_form()
    card.quick()
    assert card.reason.currentData() == "held"


def test_closing_the_reason_leaves_the_focus_and_the_answer_that_stands(window: MainWindow):
    card = card_of(window, AppliesCard)
    card.quick()
    press(Qt.Key.Key_Return, ctrl=True)
    assert card.yes.isChecked()
    card.open(False)
    card.cancel.setFocus()
    press(Qt.Key.Key_Return)
    assert card.yes.isChecked()
    assert not card.no.isChecked()
    assert QApplication.focusWidget() is card


def test_a_note_recorded_by_enter_leaves_the_focus_on_its_card(window: MainWindow):
    card = card_of(window, DoneCard)
    card.more.click()
    press("Two packs set apart", Qt.Key.Key_Return)
    assert QApplication.focusWidget() is card
    assert "Two packs set apart." in card.stands.text()


def test_places_filled_in_outlive_another_alert_and_the_program(window: MainWindow):
    card = card_of(window, PlacesCard)
    key, code, rows = card.alert, card.code, window.worklist.list_pane.list
    card.quick()
    press("3", Qt.Key.Key_Return, "TX10", Qt.Key.Key_Return, "n")
    window.worklist.alert.save_drafts()
    on_disk = json.loads(window.session.places.drafts.read_text(encoding="utf-8"))
    assert json.loads(on_disk[key][f"{code}/places"]) == {"Dispensary": ["3", "TX10"], "Treatment room": ["nil", ""]}
    rows.setFocus()
    rows.step(1)
    settle(window)
    assert window.worklist.alert.cards[0].alert != key
    rows.step(-1)
    settle(window)
    card = next(card for card in window.worklist.alert.cards if isinstance(card, PlacesCard))
    assert [line.kept() for line in card.lines[:3]] == [("3", "TX10"), ("nil", ""), ("", "")]
    assert card.save.accessibleName() == "Record 2 places"
    card.submit()
    assert window.session.drafts.text(key, f"{code}/places") == ""


@pytest.mark.parametrize("left", ["no JSON", "[1]", '{"Dispensary": 7}', '{"Dispensary": ["a", "b", "c"]}'])
def test_a_draft_of_places_that_was_tampered_with_stops_nothing(window: MainWindow, left: str):
    card = card_of(window, PlacesCard)
    window.session.drafts.keep(card.alert, f"{card.code}/places", left)
    window.worklist.alert.sheet.renew_cards()
    window.worklist.alert.load_now()
    card = next(card for card in window.worklist.alert.cards if isinstance(card, PlacesCard))
    assert [line.result.text() for line in card.lines] == [""] * len(card.lines)


def test_a_number_key_after_a_count_is_no_count(window: MainWindow):
    state = window.session.desk.views.alert(card_of(window, PlacesCard).alert)
    code = next(action.code for action in state.actions if action.answer is AnswerKind.COUNT)
    card = next(card for card in window.worklist.alert.cards if card.code == code)
    card.quick()
    assert QApplication.focusWidget() is card.count
    press("0", Qt.Key.Key_Return)
    assert "Yes. The number given is 0." in card.stands.text()
    assert QApplication.focusWidget() is card
    press("1")
    assert card.count.text() == ""


def is_whole(field: QWidget) -> bool:
    return field.visibleRegion().boundingRect().height() == field.height()


def test_the_place_that_the_keys_go_to_is_in_sight(qtbot, window: MainWindow):
    window.resize(1093, 614)
    card = card_of(window, PlacesCard)
    window.worklist.list_pane.list.setFocus()
    press(str(card.number))
    for at in range(len(card.lines)):
        field = card.lines[at].result
        assert QApplication.focusWidget() is field
        qtbot.waitUntil(lambda field=field: is_whole(field))
        press("n")
    assert QApplication.focusWidget() is card.initials
    qtbot.waitUntil(lambda: is_whole(card.initials))
