"""Letters of commands are changed by keys alone: what clashes is named, what holds holds everywhere it is printed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from msat import settings
from msat.gui.main_window import MainWindow
from msat.gui.palette import commands
from msat.gui.views.key_cap import KeyCap
from msat.gui.views.key_list import printed
from msat.gui.views.keys_page import KeysPage
from msat.gui.views.panels import SignOffPanel
from msat.gui.views.work_panels import AssignPanel
from tests.gui.conftest import settle
from tests.gui.test_sources_page import texts

Key, Held = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def page(window: MainWindow) -> KeysPage:
    """The page of keys, where a person goes with its own key."""
    window.worklist.list_pane.list.setFocus()
    press(window, "?", Held.ShiftModifier)
    found = window.current()
    assert isinstance(found, KeysPage)
    return found


def press(window: MainWindow, key: Key | str, held: Held = Held.NoModifier) -> None:
    QTest.keyClick(window.focusWidget() or window, key, held)
    settle(window)


def typed(window: MainWindow, text: str) -> None:
    """A key of any layout: QTest knows those of a British keyboard only."""
    QApplication.sendEvent(window.focusWidget(), QKeyEvent(QEvent.Type.KeyPress, 0, Held.NoModifier, text))
    settle(window)


def to(page: KeysPage, name: str) -> KeyCap:
    page.caps[name].setFocus()
    return page.caps[name]


def said(page: KeysPage, name: str) -> str:
    return "" if page._said[name].isHidden() else page._said[name].text()


def kept(window: MainWindow) -> str:
    return str(settings.load(window.session.settings.path)["letter_keys"])


def in_worklist(window: MainWindow, key: str) -> object:
    """What a key opens there."""
    window.show_page("worklist")
    pane = window.worklist.alert
    for _ in range(12):
        press(window, key)
        if pane.panel is not None:
            break
        press(window, Key.Key_Down)
    found = pane.panel
    press(window, Key.Key_Escape)
    return found


def test_enter_and_a_letter_change_a_key_everywhere(window: MainWindow, page: KeysPage) -> None:
    cap = to(page, "sign-off")
    assert cap.accessibleName() == "Sign off: key C"
    press(window, Key.Key_Return)
    assert cap.is_waiting
    assert cap.text() == "Press a key"
    press(window, "q")
    assert not cap.is_waiting
    assert kept(window) == "sign-off=q"
    assert cap.accessibleName() == "Sign off: key Q"
    assert "“Sign off” has the key Q now." in said(page, "sign-off")
    assert window.worklist.alert.foot.sign.key == "Q"
    assert window.worklist.alert.foot.sign.toolTip().endswith("(Q)")
    assert {one.name: one.key for one in commands_of(window)}["Sign off"] == "Q"
    assert ("Q", "Sign off") in dict(printed())["In the list and beside it (letters work only there)"]
    window.show_page("help")
    window.page("help").show_topic("alert")
    assert "Sign off (Q)" in window.page("help").text.toPlainText()
    assert isinstance(in_worklist(window, "q"), SignOffPanel)
    assert in_worklist(window, "c") is None


def commands_of(window: MainWindow) -> list:
    window.show_page("worklist")
    settle(window)
    return commands(window)


def test_a_clash_is_named_and_the_same_key_again_swaps(window: MainWindow, page: KeysPage) -> None:
    cap = to(page, "sign-off")
    press(window, Key.Key_Return)
    press(window, "a")
    assert "A is the key of “Assign”" in said(page, "sign-off")
    assert kept(window) == ""
    assert cap.is_waiting
    press(window, "a")
    assert kept(window) == "sign-off=a assign=c"
    assert "“Assign” has the key C now." in said(page, "sign-off")
    assert isinstance(in_worklist(window, "c"), AssignPanel)


def test_a_key_that_two_others_have_is_refused(window: MainWindow, page: KeysPage) -> None:
    to(page, "next")
    for key in (Key.Key_Return, "e", "e"):
        press(window, key)
    assert "“Evidence” and of “Word an item”" in said(page, "next")
    assert kept(window) == ""


@pytest.mark.parametrize(
    ("key", "held", "says"),
    [
        ("7", Held.NoModifier, "Digits answer"),
        (Key.Key_K, Held.ControlModifier, "without Ctrl"),
        (Key.Key_F5, Held.NoModifier, "one letter or sign"),
        (Key.Key_Space, Held.NoModifier, "cannot be a key"),
        (Key.Key_Down, Held.NoModifier, "one letter or sign"),
    ],
)
def test_what_cannot_be_a_key_is_said_and_it_waits_on(window: MainWindow, page: KeysPage, key, held, says) -> None:
    cap = to(page, "star")
    press(window, Key.Key_Return)
    press(window, key, held)
    assert says in said(page, "star")
    assert cap.is_waiting
    assert window.current() is page, "no shortcut of the window meanwhile"
    press(window, Key.Key_Escape)
    assert not cap.is_waiting
    assert said(page, "star") == ""
    assert kept(window) == ""


def test_delete_takes_a_key_away_and_as_delivered_gives_it_again(window: MainWindow, page: KeysPage) -> None:
    cap = to(page, "star")
    press(window, Key.Key_Delete)
    assert kept(window) == "star="
    assert cap.text() == "no key"
    assert window.worklist.alert.sheet.marks.star.key == ""
    assert page.usual["star"].isVisible()
    page.usual["star"].setFocus()
    press(window, Key.Key_Return)
    assert kept(window) == ""
    assert window.focusWidget() is cap
    assert not page.usual["star"].isVisible()


def test_as_delivered_where_another_has_it_now_asks_twice(window: MainWindow, page: KeysPage) -> None:
    window.session.settings.keep(letter_keys="sign-off=q assign=c")
    page.usual["sign-off"].setFocus()
    press(window, Key.Key_Return)
    assert "C is the key of “Assign” now" in said(page, "sign-off")
    assert kept(window) == "sign-off=q assign=c"
    press(window, Key.Key_Return)
    assert kept(window) == "assign=q"
    page.all.setFocus()
    press(window, Key.Key_Return)
    assert kept(window) == ""
    assert not page.all.isVisible()
    assert page.caps["next"].hasFocus()


def test_tab_leaves_and_arrows_walk(window: MainWindow, page: KeysPage) -> None:
    first, second = list(page.caps.values())[:2]
    first.setFocus()
    press(window, Key.Key_Down)
    assert second.hasFocus()
    press(window, Key.Key_Up)
    press(window, Key.Key_Return)
    press(window, Key.Key_Tab)
    assert not first.is_waiting
    assert not first.hasFocus()


def test_a_disk_that_takes_nothing_changes_nothing(window: MainWindow, page: KeysPage) -> None:
    window.session.settings.path.unlink(missing_ok=True)
    window.session.settings.path.mkdir()
    to(page, "star")
    press(window, Key.Key_Return)
    press(window, "q")
    assert page.caps["star"].text() == "S"
    assert "cannot be" in said(page, "star")


def test_a_spoilt_value_falls_back_with_a_sentence(window: MainWindow) -> None:
    window.session.settings.path.write_text('letter_keys = "sign-off=a assign=a"', encoding="utf-8")
    window.show_page("keys")
    page = window.page("keys")
    assert page.trouble.isVisible()
    assert "every key is as delivered" in page.trouble.head.text()
    assert "“Sign off” and of “Assign”" in page.trouble.text.text()
    assert page.caps["sign-off"].text() == "C"


def test_switched_off_no_letter_is_printed_or_acts_and_it_can_be_switched_on(window: MainWindow) -> None:
    window.session.settings.keep(single_keys=False)
    assert window.worklist.alert.foot.sign.key == ""
    window.worklist.list_pane.list.setFocus()
    before = window.worklist.list_pane.list.currentIndex()
    press(window, "j")
    assert window.worklist.list_pane.list.currentIndex() == before
    press(window, Key.Key_Down)
    assert window.worklist.list_pane.list.currentIndex() != before
    window.show_page("keys")
    page = window.page("keys")
    assert page.trouble.isVisible()
    page.trouble.button.click()
    assert window.worklist.alert.foot.sign.key == "C"
    assert not page.trouble.isVisible()


def test_g_and_lists_follow(window: MainWindow, page: KeysPage) -> None:
    window.session.settings.keep(letter_keys="go=ö go-starred=x next=; star=")
    assert window.rail.lists["starred"].toolTip() == "Starred (Ö X)"
    window.show_page("worklist")
    window.worklist.list_pane.list.setFocus()
    for key in ("ö", "x"):
        typed(window, key)
    assert window.lists.shown == "starred"
    window.show_page("worklist")
    before = window.worklist.list_pane.list.currentIndex().row()
    typed(window, ";")
    assert window.worklist.list_pane.list.currentIndex().row() > before


def test_the_settings_show_them_and_lead_there(window: MainWindow) -> None:
    window.show_page("settings")
    page = window.page("settings")
    field = page.fields["letter_keys"]
    assert "Every letter is as delivered." in texts(field)
    window.session.settings.keep(letter_keys="star=q due=")
    assert "Changed: Change when it is due no key; Star Q." in texts(field)
    field.editor.click()
    assert isinstance(window.current(), KeysPage)
    window.show_page("settings")
    field.usual.click()
    assert kept(window) == ""
