"""A recall is dealt with from the first look to the signature, by keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from msat.actions.model import AnswerKind
from msat.gui.main_window import MainWindow
from msat.gui.views.counting_cards import FunnelCard
from msat.gui.views.places_card import PlacesCard
from msat.projections.alert_state import AlertState, Status, needs_answer
from msat.triage.model import Priority
from tests.gui.conftest import settle


class Keyboard:
    """Presses keys where the focus is, as a person does."""

    def __init__(self, qtbot, window: MainWindow) -> None:
        self._qtbot, self._window = qtbot, window

    @property
    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self._window

    def press(self, *keys: Qt.Key | str, ctrl: bool = False) -> None:
        modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
        for key in keys:
            if isinstance(key, str):
                self._qtbot.keyClicks(self.focus, key)
            else:
                self._qtbot.keyClick(self.focus, key, modifier)
            settle(self._window)


@pytest.fixture
def keyboard(qtbot, window: MainWindow) -> Keyboard:
    return Keyboard(qtbot, window)


def state_of(window: MainWindow, key: str) -> AlertState:
    state = window.session.desk.views.alert(key)
    assert state is not None
    return state


def test_from_the_first_look_to_two_signatures(window: MainWindow, keyboard: Keyboard):
    pane = window.worklist.alert
    assert window.worklist.list_pane.list.hasFocus()
    assert pane.state is not None
    assert pane.state.rag is Priority.RED
    key = str(pane.state.key)

    keyboard.press("1")
    assert state_of(window, key).acknowledged is not None

    keyboard.press("2", Qt.Key.Key_Tab, "in the dispensary", Qt.Key.Key_Return)
    decided = state_of(window, key).applicability
    assert decided is not None
    assert decided.applies
    assert decided.note == "in the dispensary"

    for number, action in enumerate(state_of(window, key).actions, start=1):
        if not needs_answer(action):
            continue
        window.worklist.list_pane.list.setFocus()
        keyboard.press(str(number))
        card = pane.cards[number - 1]
        if isinstance(card, PlacesCard):
            keyboard.press("l")
            keyboard.press(Qt.Key.Key_Return, ctrl=True)
        elif isinstance(card, FunnelCard):
            keyboard.press("12", Qt.Key.Key_Tab, "9", Qt.Key.Key_Return)
        elif action.answer is AnswerKind.COUNT:
            keyboard.press("0", Qt.Key.Key_Return)
    assert state_of(window, key).missing == ()

    window.worklist.list_pane.list.setFocus()
    keyboard.press("c")
    keyboard.press(Qt.Key.Key_Return, ctrl=True)
    once = state_of(window, key)
    assert once.sign_off is not None
    assert once.needs_second
    assert once.sign_off.deed.by == "Demo Pharmacist"

    window.worklist.list_pane.list.setFocus()
    keyboard.press("c")
    panel = pane.panel
    assert panel is not None
    assert panel.who.name.text() == ""
    assert QApplication.focusWidget() is panel.who.name
    keyboard.press("Dr B. Other", Qt.Key.Key_Tab, "GP")
    keyboard.press(Qt.Key.Key_Return, ctrl=True)
    twice = state_of(window, key)
    assert twice.sign_off is not None
    assert twice.sign_off.second is not None
    assert twice.sign_off.second.by == "Dr B. Other"
    assert twice.status(window.session.now()) is Status.DONE
    assert window.session.person().name == "Demo Pharmacist"


def test_the_same_person_cannot_sign_twice_and_nothing_typed_is_lost(window: MainWindow, keyboard: Keyboard):
    pane = window.worklist.alert
    keyboard.press("p")
    panel = pane.panel
    assert QApplication.focusWidget() is panel.rag
    keyboard.press("a")
    assert QApplication.focusWidget() is panel.reason
    keyboard.press(Qt.Key.Key_Return, ctrl=True)
    assert "reason is empty" in panel.wrong.text()
    keyboard.press("NHS number 943 476 5919 asked")
    keyboard.press(Qt.Key.Key_Return, ctrl=True)
    assert pane.panel is panel
    assert panel.wrong.isVisible()
    assert panel.reason.text() == "NHS number 943 476 5919 asked"
    assert state_of(window, str(pane.state.key)).override is None
    keyboard.press(Qt.Key.Key_Escape)
    assert pane.panel is None


def test_no_wants_its_reason_first(window: MainWindow, keyboard: Keyboard):
    pane = window.worklist.alert
    number, action = next(
        (at, a) for at, a in enumerate(pane.state.actions, start=1) if a.answer is AnswerKind.DONE and needs_answer(a)
    )
    card = pane.cards[number - 1]
    card.buttons["no"].setFocus()
    keyboard.press(Qt.Key.Key_Space)
    assert QApplication.focusWidget() is card.rest.note
    assert state_of(window, str(pane.state.key)).actions[number - 1].standing is None
    keyboard.press("the team had already been told", Qt.Key.Key_Return)
    standing = state_of(window, str(pane.state.key)).actions[number - 1].standing
    assert standing is not None
    assert (standing.value, standing.note) == ("no", "the team had already been told")
    assert card.rest.note.text() == ""
    assert action.code == card.code


def test_letters_are_commands_only_in_the_list_and_the_alert(window: MainWindow, keyboard: Keyboard):
    keyboard.press("/")
    assert QApplication.focusWidget() is window.worklist.list_pane.search
    keyboard.press("c1")
    assert window.worklist.alert.panel is None
    assert window.worklist.list_pane.search.text() == "c1"
    keyboard.press(Qt.Key.Key_Escape)
    assert window.worklist.list_pane.search.text() == ""
    assert window.worklist.list_pane.list.hasFocus()


def test_up_and_down_skip_headings(window: MainWindow, keyboard: Keyboard):
    seen = []
    for _ in range(4):
        seen.append(window.worklist.alert.state.key)
        keyboard.press("j")
    assert len(set(seen)) == 4
    keyboard.press("k", "k", "k", "k", "k")
    assert window.worklist.alert.state.key == seen[0]


def test_f6_goes_round_the_panes(window: MainWindow, keyboard: Keyboard):
    seen = []
    for _ in range(5):
        keyboard.press(Qt.Key.Key_F6)
        seen.append(QApplication.focusWidget().accessibleName())
    assert len(set(seen)) == 5


def test_enter_opens_and_escape_goes_back(window: MainWindow, keyboard: Keyboard):
    window.resize(700, 600)
    settle(window)
    assert window.worklist.is_narrow
    assert not window.worklist.alert.isVisible()
    keyboard.press(Qt.Key.Key_Return)
    assert window.worklist.alert.isVisible()
    assert not window.worklist.list_pane.isVisible()
    keyboard.press(Qt.Key.Key_Escape)
    assert window.worklist.list_pane.isVisible()
    assert window.worklist.list_pane.list.hasFocus()


def test_in_a_narrow_window_a_key_shows_the_alert_before_it_answers(window: MainWindow, keyboard: Keyboard):
    window.resize(640, 600)
    settle(window)
    pane = window.worklist.alert
    assert pane.isHidden()
    key = str(pane.state.key)
    keyboard.press("1")
    assert pane.isVisible()
    assert state_of(window, key).acknowledged is None
    keyboard.press("1")
    assert state_of(window, key).acknowledged is not None
    window.worklist.close_detail()
    keyboard.press("c")
    assert pane.isVisible()
    assert pane.panel is not None
