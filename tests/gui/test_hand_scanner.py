"""A hand scanner types into the window: its keys answer nothing; a person's keys are not held up, however fast."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from msat.gui.burst import GAP_MS, LEAST, PAUSE_MS, Burst
from msat.gui.main_window import MainWindow
from msat.gui.views.batch_box import GROUP, SHOWN_GROUP
from tests.gui.conftest import settle

Key, Held = Qt.Key, Qt.KeyboardModifier
GTIN = "05012345678900"
CODE = f"01{GTIN}17271130102231A"
"""Reads, as keys of an alert: answer 1, sign off, assign, ..."""
FAST, SLOW = 8, 120


class Keyboard:
    """Sends keys to the window as the system does: with the moment of each, before any widget has them."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.at = window, 10_000

    def key(
        self, key: int, text: str = "", gap: int = FAST, held: Held = Held.NoModifier, repeats: bool = False
    ) -> None:
        self.at += gap
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            event = QKeyEvent(kind, key, held, text, repeats)
            event.setTimestamp(self.at)
            if kind == QEvent.Type.ShortcutOverride:
                event.ignore()
            QApplication.sendEvent(self.window.windowHandle(), event)

    def types(self, text: str, gap: int = FAST) -> None:
        for character in text:
            if character.isupper():
                self.key(Key.Key_Shift, "", 1, Held.ShiftModifier)
            if character == GROUP:
                self.key(Key.Key_BracketRight, GROUP, gap, Held.ControlModifier)
            else:
                self.key(ord(character.upper()), character, gap)

    def scans(self, text: str, end: Key | None = Key.Key_Return) -> None:
        self.types(text)
        if end is not None:
            self.key(end, "\r")

    def waits(self, milliseconds: int = 2 * PAUSE_MS) -> None:
        QTest.qWait(milliseconds)
        self.at += milliseconds
        settle(self.window)


@pytest.fixture
def keyboard(window: MainWindow) -> Keyboard:
    """With the focus in the list."""
    window.worklist.list_pane.list.setFocus()
    return Keyboard(window)


def state_of(window: MainWindow) -> tuple[object, ...]:
    """What a key could have changed."""
    pane, marks = window.current_inbox().alert, window.session.marks.marks
    rows = window.current_inbox().list_pane.list
    return (
        *(window.current(), pane.panel, window.focusWidget(), rows.currentIndex().row(), sorted(rows.model().ticked)),
        *(sorted(marks.starred), sorted(marks.unread), len(window.session.grace.waiting)),
        *(str(pane.state.key), len(pane.state.history)),
    )


@pytest.mark.parametrize("end", [Key.Key_Return, Key.Key_Enter, Key.Key_Tab, None])
@pytest.mark.parametrize("code", [CODE, "CNPRAZDTMSU", "2231A", f"{CODE}{GROUP}21CXS", "JKJKJKJK", "C1"])
def test_what_a_scanner_reads_answers_nothing(window: MainWindow, keyboard: Keyboard, code: str, end) -> None:
    if code == "C1" and end is None:
        pytest.skip("two keys without an end are a person's")
    before = state_of(window)
    keyboard.scans(code, end)
    keyboard.waits()
    assert state_of(window) == before
    assert f"A scanner read {code.replace(GROUP, SHOWN_GROUP)}." in window.notices.notice.head.text()
    assert window.scanner.read == code


def test_in_the_alert_and_at_its_buttons_neither(window: MainWindow, keyboard: Keyboard) -> None:
    for widget in (window.worklist.alert.scroll, window.worklist.alert.foot.sign, window.rail.person):
        widget.setFocus()
        before = state_of(window)
        keyboard.scans(CODE)
        keyboard.waits()
        assert state_of(window) == before


def test_the_batch_check_takes_what_was_read(window: MainWindow, keyboard: Keyboard) -> None:
    keyboard.scans(CODE)
    keyboard.waits()
    assert window.notices.notice.button.text() == "Batch check"
    window.notices.notice.button.click()
    page = window.page("batch")
    assert window.current() is page
    assert page.box.toPlainText() == CODE
    assert page.answer.isVisible()
    assert window.scanner.read == "", "it is used once"
    page.copy_button.setFocus()
    keyboard.scans("0105012345678917")
    keyboard.waits()
    assert page.box.toPlainText() == "0105012345678917"
    assert page.box.hasFocus()


def test_a_person_is_not_held_up(window: MainWindow, keyboard: Keyboard) -> None:
    rows = window.worklist.list_pane.list
    at = rows.currentIndex().row()
    keyboard.types("j")
    QTest.qWait(GAP_MS + 30)
    assert rows.currentIndex().row() > at
    settle(window)
    for _ in range(3):
        keyboard.types("j", SLOW)
    keyboard.waits()
    assert "scanner" not in window.notices.notice.head.text()


def test_a_key_held_down_is_no_scanner(window: MainWindow, keyboard: Keyboard) -> None:
    rows = window.worklist.list_pane.list
    keyboard.types("j")
    at = rows.currentIndex().row()
    for _ in range(6):
        keyboard.key(Key.Key_J, "j", 30, repeats=True)
    assert rows.currentIndex().row() > at
    keyboard.waits()
    assert window.scanner.read == ""


def test_the_same_key_again_and_again_is_no_scanner(window: MainWindow, keyboard: Keyboard) -> None:
    """As where a slow line brings the keys of a person all at once."""
    rows = window.worklist.list_pane.list
    at = rows.currentIndex().row()
    keyboard.types("jjjjj", 3)
    keyboard.waits()
    assert rows.currentIndex().row() > at
    assert window.scanner.read == ""


def test_two_keys_rolled_together_do_both_in_their_order(window: MainWindow, keyboard: Keyboard) -> None:
    window.show_page("alerts")
    window.current_inbox().list_pane.list.setFocus()
    keyboard.types("gs", 20)
    keyboard.waits()
    assert window.lists.shown == "starred"
    assert window.current() is window.pages["lists"]


def test_other_keys_come_after_what_was_held(window: MainWindow, keyboard: Keyboard) -> None:
    key = str(window.worklist.alert.state.key)
    keyboard.types("s")
    keyboard.key(Key.Key_Down, "", 20)
    assert key in window.session.marks.marks.starred, "the star is for the alert before Down"


def test_a_letter_then_enter_by_hand_is_two_keys(window: MainWindow, keyboard: Keyboard) -> None:
    keyboard.types("x")
    keyboard.key(Key.Key_Return, "\r", SLOW)
    assert len(window.worklist.list_pane.list.model().ticked) == 1
    assert window.focusWidget() is window.worklist.alert.scroll


def test_in_a_field_a_scanner_types(window: MainWindow, keyboard: Keyboard) -> None:
    window.worklist.list_pane.focus_search()
    keyboard.scans(GTIN)
    assert window.worklist.list_pane.search.text() == GTIN
    assert window.scanner.read == ""


def test_its_enter_does_not_record_what_it_typed_into_an_alert(window: MainWindow, keyboard: Keyboard) -> None:
    pane = window.worklist.alert
    card = next(card for card in pane.cards if hasattr(card, "rest") and hasattr(card, "buttons"))
    if not card.extra.isVisible():
        card.more.click()
    card.rest.note.setFocus()
    before, sent = len(pane.state.history), []
    card.rest.entered.connect(lambda: sent.append(True))
    keyboard.scans(GTIN)
    keyboard.waits()
    assert card.rest.note.text() == GTIN
    assert sent == []
    assert len(pane.state.history) == before
    assert "Its Enter was not taken" in window.notices.notice.head.text()
    keyboard.key(Key.Key_Return, "\r", SLOW)
    assert sent == [True]


def test_before_a_record_is_open_it_is_quiet(qtbot, session) -> None:
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    keyboard = Keyboard(window)
    window.rail.person.setFocus()
    keyboard.scans(CODE)
    assert window.scanner.read == ""
    assert not window.notices.isVisible()


def test_keys_that_a_program_sends_are_never_held(window: MainWindow, keyboard: Keyboard) -> None:
    rows = window.worklist.list_pane.list
    at = rows.currentIndex().row()
    QApplication.sendEvent(window.windowHandle(), QKeyEvent(QEvent.Type.KeyPress, Key.Key_J, Held.NoModifier, "j"))
    assert rows.currentIndex().row() > at


@given(st.lists(st.integers(GAP_MS + 1, 2_000), min_size=1, max_size=40), st.text("JKXC19", min_size=41, max_size=41))
def test_nobody_who_presses_slower_is_ever_a_scanner(gaps: list[int], keys: str) -> None:
    at, burst = 5_000, Burst()
    for gap, key in zip(gaps, keys, strict=False):
        at += gap
        assert not burst.is_ended_by(at)
        if not burst.goes_on(at):
            burst = Burst()
        burst.add(key, at)
        assert not burst.is_known


@given(st.lists(st.integers(0, GAP_MS), min_size=LEAST, max_size=40))
def test_a_scanner_of_any_speed_below_is_known_by_its_fourth_key(gaps: list[int]) -> None:
    at, burst = 5_000, Burst()
    for number, gap in enumerate(gaps):
        at += gap
        assert number == 0 or burst.goes_on(at)
        burst.add("01"[number % 2], at)
    assert burst.is_known
