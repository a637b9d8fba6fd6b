"""An alert worked on by keys alone in the usual low window: what a key opens or refuses is seen, and goes on so."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from msat.gui.main_window import MainWindow
from msat.gui.views.action_card import ActionCard
from msat.gui.views.applies_card import AppliesCard
from msat.gui.views.counting_cards import FunnelCard
from msat.gui.views.work_panels import AssignPanel
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
    for row in window.worklist.list_pane.model.rows():
        window.worklist.list_pane.show_key(str(row.key))
        settle(window)
        for card in window.worklist.alert.cards:
            if type(card) is kind and card.state_tag.property("tag") == "plain" and card.number <= 9:
                window.worklist.alert.scroll.setFocus()
                return card
    pytest.fail(f"no alert asks for {kind.__name__}")


def is_seen(widget: QWidget, window: MainWindow) -> bool:
    """Whether all of it lies in what the alert shows."""
    port = window.worklist.alert.scroll.viewport()
    return port.rect().contains(QRect(widget.mapTo(port, QPoint(0, 0)), widget.size()))


@pytest.fixture
def low(window: MainWindow) -> MainWindow:
    window.resize(1093, 614)
    settle(window)
    return window


def test_the_form_that_a_number_opens_is_seen_with_its_button(low: MainWindow, qtbot):
    card = card_of(low, AppliesCard)
    press(str(card.number))
    assert QApplication.focusWidget() is card.reason
    qtbot.waitUntil(lambda: is_seen(card.reason, low) and is_seen(card.save, low))
    assert card.save.key == "Ctrl+Enter"


def test_enter_goes_from_the_reason_to_the_note_and_from_there_to_the_record(low: MainWindow):
    card = card_of(low, AppliesCard)
    before = low.session.desk.views.position()
    press(str(card.number), Qt.Key.Key_Return)
    assert QApplication.focusWidget() is card.rest.note
    assert low.session.desk.views.position() == before
    press("On two shelves", Qt.Key.Key_Return)
    assert low.session.desk.views.position() == before + 1
    assert "On two shelves." in card.stands.text()


def test_what_a_search_lacks_is_seen_and_typed_next(low: MainWindow, qtbot):
    card = card_of(low, FunnelCard)
    press(str(card.number))
    for number in ("12", "9", "3", "9", "6", "3"):
        press(number, Qt.Key.Key_Tab)
    card.fields["unchanged_with_reason"].setFocus()
    press(Qt.Key.Key_Return)
    assert "no reason is given" in card.wrong.text()
    assert QApplication.focusWidget() is card.funnel.reason
    qtbot.waitUntil(lambda: is_seen(card.wrong, low) and is_seen(card.funnel.reason, low))
    press("Stable for years", Qt.Key.Key_Return)
    settle(low)
    assert "Left unchanged because: Stable for years." in card.stands.text()
    assert "The number given is" not in card.stands.text(), "each number of a search is said by name"
    assert "Found by the search 12." in card.stands.text()


def test_a_name_typed_at_once_is_the_owners(low: MainWindow):
    card_of(low, AppliesCard)
    pane = low.worklist.alert
    press("a")
    assert isinstance(pane.panel, AssignPanel)
    press("Demo Nurse")
    assert (pane.panel.owner.currentText(), pane.panel.note.text()) == ("Demo Nurse", "")
    press(Qt.Key.Key_Return, ctrl=True)
    settle(low)
    assert pane.state.owner is not None
    assert pane.state.owner.name == "Demo Nurse"
