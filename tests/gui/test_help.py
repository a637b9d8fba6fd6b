"""F1 explains what is shown; About names every package with its licence."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from msat import shipped
from msat.gui import commands, licences
from msat.gui.main_window import MainWindow
from msat.gui.pages import _MAKERS
from msat.gui.views.help_page import TOPICS, HelpPage, topic_of


def help_of(window: MainWindow) -> HelpPage:
    page = window.current()
    assert isinstance(page, HelpPage)
    return page


@pytest.mark.parametrize("page", [*_MAKERS, "worklist"])
def test_every_page_has_its_help(page: str) -> None:
    assert topic_of(page) in TOPICS
    if page not in ("help", "keys"):
        assert topic_of(page) != "start"


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_is_a_page_with_a_heading(topic: str) -> None:
    text = shipped.text(f"resources/help/{topic}.md")
    assert text.startswith("# ")
    assert len(text.split()) > 40
    assert "http" not in text, "help needs no network"


def test_f1_explains_the_page_shown(window: MainWindow) -> None:
    window.show_page("batch")
    commands.open_help(window)
    assert help_of(window).topic == "batch"
    assert "Look again" in help_of(window).text.toPlainText()


def test_f1_in_an_alert_explains_one_alert(window: MainWindow) -> None:
    window.worklist.alert.scroll.setFocus(Qt.FocusReason.OtherFocusReason)
    QApplication.processEvents()
    commands.open_help(window)
    assert help_of(window).topic == "alert"


def test_about_names_the_packages(window: MainWindow) -> None:
    commands.open_help(window)
    page = help_of(window)
    page.buttons["about"].click()
    assert page.topic == "about"
    assert page.table.isVisible()
    model = page.table.model()
    named = {model.index(at, 0).data(): model.index(at, 2).data() for at in range(model.rowCount())}
    assert "SQLAlchemy" in named
    assert all(named.values())
    assert "not an NHS product" in page.text.toPlainText()
    page.show_topic("no such page")
    assert page.topic == "start"
    assert not page.table.isVisible()


def test_packages_without_a_list() -> None:
    assert licences.packages("no-such-package-anywhere") == []


def test_the_whole_text_is_in_sight_at_any_size(window: MainWindow, theme) -> None:
    commands.open_help(window)
    page = help_of(window)
    for zoom in (100, 200):
        theme.set_zoom(zoom)
        QApplication.processEvents()
        assert page.text.verticalScrollBar().maximum() == 0
    theme.set_zoom(100)


def test_esc_goes_back_to_the_page_f1_was_pressed_on(window: MainWindow) -> None:
    window.show_page("batch")
    commands.open_help(window)
    commands.open_help(window)
    QTest.keyClick(help_of(window).text, Qt.Key.Key_Escape)
    assert window.current() is window.page("batch")


def test_esc_gives_the_focus_back_to_what_had_it(window: MainWindow) -> None:
    window.worklist.alert.scroll.setFocus(Qt.FocusReason.OtherFocusReason)
    commands.open_help(window)
    QTest.keyClick(help_of(window).text, Qt.Key.Key_Escape)
    assert window.current() is window.worklist
    assert window.focusWidget() is window.worklist.alert.scroll


def test_esc_goes_back_to_the_list_of_ones_own_that_was_shown(window: MainWindow) -> None:
    window.show_page("snoozed")
    shown = window.current()
    commands.open_help(window)
    QTest.keyClick(help_of(window).text, Qt.Key.Key_Escape)
    assert window.current() is shown
    assert window.lists.shown == "snoozed"
