"""No part of a page is a window of its own, not even for a moment: it would take the keyboard from the real one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from msat.gui.main_window import NEED_A_RECORD, MainWindow
from msat.gui.oversight import AgendaItem
from msat.gui.pieces import Text, column, show
from msat.gui.views.notices import Notice
from msat.gui.views.oversight_parts import Agenda
from msat.gui.views.panels import FootPanel
from msat.ids import AlertKey
from msat.triage.model import Priority
from tests.gui.conftest import settle


class Windows(QObject):
    """Notes everything that is shown as a window."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


@pytest.fixture
def windows(qapp: QApplication) -> Iterator[Windows]:
    watcher = Windows()
    qapp.installEventFilter(watcher)
    yield watcher
    qapp.removeEventFilter(watcher)


def test_a_text_that_stands_nowhere_shows_with_what_it_is_put_on(qtbot, theme, windows: Windows) -> None:
    text = Text("", "body")
    text.say("")
    text.say("Something went wrong.")
    assert windows.shown == []
    page = QWidget()
    qtbot.addWidget(page)
    column(page).addWidget(text)
    page.show()
    assert windows.shown == ["QWidget"]
    assert text.isVisible()
    text.say("")
    assert not text.isVisible()
    show(text, True)
    assert text.isVisible()


def test_a_panel_a_notice_and_an_agenda_are_built_without_a_window(qtbot, theme, windows: Windows) -> None:
    panel = FootPanel("Discussed at a meeting", "Record", "About one alert.")
    agenda = Agenda()
    notice = Notice("amber", "The source cannot be reached.", "Check the network.", "Check now", lambda: None)
    for part in (panel, agenda, notice):
        qtbot.addWidget(part)
    agenda.show_items([AgendaItem(AlertKey("EL(26)A/1"), "Recall", "Overdue here.", Priority.RED, True)], "")
    assert windows.shown == []


def test_no_alert_of_the_list_opens_a_window(window: MainWindow, windows: Windows) -> None:
    """Moving on by key: an action with words of the notice is no window before it stands on its card."""
    rows = window.worklist.list_pane.list
    quoted = False
    for _ in range(rows.model().rowCount()):
        rows.step(1)
        settle(window)
        state = window.worklist.alert.state
        assert state is not None
        quoted = quoted or any(action.words for action in state.actions)
    assert quoted
    assert windows.shown == []


def test_no_page_opens_a_window_nor_do_its_pages_on_paper(window: MainWindow, windows: Windows) -> None:
    """Every page by its name, and the print preview of each that has one: the real window keeps the keyboard."""
    for name in dict.fromkeys(("worklist", "alerts", "sources", "settings", "help", "keys", *NEED_A_RECORD)):
        window.show_page(name)
        settle(window)
        assert windows.shown == [], name
        window.printing.show()
        settle(window)
        assert windows.shown == [], f"the preview of {name}"
        assert window.isActiveWindow()
