"""A slow database, a slow network and slow exports: the window goes on, for nothing of them runs on its thread.

Every call of the views, the board and the files is made to take a while, and told when it comes from the window's own
thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from msat.errors import Refused
from msat.gui import commands, palette
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.tasks import Background
from msat.places import places
from msat.services.desk import Desk

SLOW = 0.05
"""Seconds that each call of a slow desk takes more."""
PAGES = (
    *("alerts", "review", "batch", "oversight", "sources", "records", "newsletter", "settings", "practices"),
    *("tailoring", "people", "add", "keys", "help", "worklist"),
)


class Slow:
    """A part of the desk whose every method takes a while; calls from `window` are noted."""

    def __init__(self, part: Any, name: str, window: int, noted: list[str]) -> None:
        self.__dict__.update(_part=part, _name=name, _window=window, _noted=noted)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._part, name)
        if not callable(value) or name.startswith("__"):
            return value

        def called(*given: Any, **named: Any) -> Any:
            if threading.get_ident() == self._window:
                self._noted.append(f"{self._name}.{name}")
            else:
                time.sleep(SLOW)
            return value(*given, **named)

        return called

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._part, name, value)


@pytest.fixture
def noted() -> list[str]:
    """What the window's own thread asked of the desk."""
    return []


@pytest.fixture
def window(qtbot, theme, sample: Desk, noted: list[str], tmp_path: Path) -> Iterator[MainWindow]:
    """A real window with real threads on a slow desk."""
    where = places(tmp_path / "window")
    where.make()
    background = Background()
    session = Session(where, background)
    session.remember_person("Demo Pharmacist", "Practice pharmacist")
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1280, 860)
    window.show()
    here = threading.get_ident()
    slow = {name: Slow(getattr(sample, name), name, here, noted) for name in ("views", "files", "board")}
    session.open(lambda: replace(sample, **slow))
    qtbot.waitUntil(lambda: session.desk is not None and window.worklist.alert.state is not None, timeout=30_000)
    idle(qtbot, background)
    noted.clear()
    yield window
    session.close()


def idle(qtbot, background: Background) -> None:
    """Waits until nothing runs and nothing came after it."""
    for _ in range(3):
        for pool in (background._readers, background._writer, background._aside):
            qtbot.waitUntil(lambda pool=pool: pool.activeThreadCount() == 0, timeout=30_000)
        qtbot.wait(20)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_asks_the_desk_on_the_windows_thread(qtbot, window: MainWindow, noted: list[str], page: str) -> None:
    window.show_page(page)
    idle(qtbot, window.session.runner)
    assert noted == []


def test_going_through_the_list_asks_nothing_on_the_windows_thread(qtbot, window: MainWindow, noted: list[str]) -> None:
    first = window.worklist.alert.state.key
    for _ in range(3):
        window.worklist.list_pane.list.step(1)
        QApplication.processEvents()
    idle(qtbot, window.session.runner)
    qtbot.waitUntil(lambda: shown(window) not in ("", first), timeout=10_000)
    assert noted == []


def test_the_window_goes_on_while_an_export_takes_its_time_and_it_can_be_stopped(
    qtbot, window: MainWindow, tmp_path: Path, monkeypatch
) -> None:
    from msat.services import inspector

    begun, gate = threading.Event(), threading.Event()

    def slow(desk, target, person, first, last, progress, certify=None):
        begun.set()
        assert gate.wait(20)
        progress("Laying out alerts", 1, 2)

    monkeypatch.setattr(inspector, "export_inspector_file", slow)
    window.show_page("records")
    idle(qtbot, window.session.runner)
    papers = window.page("records").papers
    papers.write(tmp_path / "all.pdf")
    qtbot.waitUntil(begun.is_set, timeout=10_000)
    assert not papers.save_button.isEnabled()
    goes_on(qtbot, window)
    papers.working._stop()
    gate.set()
    qtbot.waitUntil(papers.save_button.isEnabled, timeout=10_000)
    assert not (tmp_path / "all.pdf").exists()


def test_the_window_goes_on_while_the_network_takes_its_time(qtbot, window: MainWindow, monkeypatch) -> None:
    from msat.services import refresh

    begun, gate = threading.Event(), threading.Event()

    def slow(*_given, **_named):
        begun.set()
        assert gate.wait(20)
        raise Refused("The network went away.", "Check it.")

    monkeypatch.setattr(refresh, "refresh", slow)
    window.checker.start()
    qtbot.waitUntil(begun.is_set, timeout=10_000)
    goes_on(qtbot, window)
    window.rail.buttons["worklist"].setFocus()
    commands.next_pane(window, -1)
    assert window.focusWidget() is window.status.cancel, "F6 reaches what ends it"
    gate.set()
    idle(qtbot, window.session.runner)
    assert window.status.check.isEnabled()


def shown(window: MainWindow) -> str:
    """The key of the alert shown; empty while the chosen one is still being read."""
    state = window.worklist.alert.state
    return str(state.key) if state is not None else ""


def goes_on(qtbot, window: MainWindow) -> None:
    """Another alert is shown while the work stands still."""
    window.show_page("worklist")
    before = window.worklist.alert.state.key
    window.worklist.list_pane.list.step(1)
    qtbot.waitUntil(lambda: shown(window) not in ("", before), timeout=10_000)


def test_no_key_answers_the_alert_before_while_the_chosen_one_is_read(qtbot, window: MainWindow) -> None:
    """The list is at one alert, the pane still shows another: a key pressed then is for neither."""
    inbox = window.worklist
    pane, rows, first = inbox.alert, inbox.list_pane.list, inbox.alert.state
    rows.setFocus()
    size = len(first.history)
    qtbot.keyClick(rows, "j")
    assert pane.is_between
    for key in ("1", "c", "n", "s"):
        qtbot.keyClick(rows, key)
        assert pane.panel is None
        assert window.notices.notice.head.text().endswith(f"Press {key.upper()} again when it is shown.")
    idle(qtbot, window.session.runner)
    qtbot.waitUntil(lambda: not pane.is_between, timeout=10_000)
    assert window.session.grace.waiting == ()
    assert len(window.session.desk.views.alert(first.key).history) == size


def test_an_alert_that_is_read_slowly_leaves_nothing_of_the_one_before(qtbot, window: MainWindow) -> None:
    pane = window.worklist.alert
    window.activateWindow()
    pane.focus_sheet()
    window.worklist.list_pane.list.step(1)
    pane._loading.stop()  # the database does not answer at all
    qtbot.waitUntil(lambda: pane.state is None, timeout=10_000)
    assert pane.waiting.isVisible()
    assert not pane.hint.isVisible()
    assert pane.isAncestorOf(window.focusWidget())
    pane.load_now()
    qtbot.waitUntil(lambda: pane.state is not None, timeout=10_000)
    assert pane.scroll.isVisible()
    assert window.focusWidget() is pane.scroll
    idle(qtbot, window.session.runner)


def test_what_is_read_too_late_does_not_come_in_place_of_the_chosen_alert(qtbot, window: MainWindow) -> None:
    """The answer about the second comes after the third was chosen and before it was asked for."""
    pane, rows = window.worklist.alert, window.worklist.list_pane.list
    rows.step(1)
    pane.load_now()
    second = pane._wanted
    rows.step(1)
    third = pane._wanted
    pane._loading.stop()
    idle(qtbot, window.session.runner)
    assert shown(window) != second
    pane.load_now()
    qtbot.waitUntil(lambda: shown(window) == third, timeout=10_000)
    assert third not in ("", second)
    idle(qtbot, window.session.runner)


def test_enter_presses_the_button_that_has_the_focus(qtbot, window: MainWindow) -> None:
    button = window.rail.buttons["sources"]
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert window.current() is window.pages["sources"]
    idle(qtbot, window.session.runner)


def test_nothing_prints_or_saves_the_alert_before_while_the_chosen_one_is_read(qtbot, window: MainWindow) -> None:
    """Ctrl+P, Ctrl+O, Ctrl+S and the palette wait as the single keys do."""
    inbox = window.worklist
    offered = {one.name: one for one in palette.commands(window)}
    inbox.list_pane.list.setFocus()
    qtbot.keyClick(inbox.list_pane.list, "j")
    assert inbox.alert.is_between
    does = {"Ctrl+P": window.printing.show, "Ctrl+O": window.outputs.show_record, "Ctrl+S": window.outputs.save_shown}
    for key, run in {**does, "C": offered["Sign off"].run}.items():
        window.notices.hide()
        run()
        assert window.notices.notice.head.text().endswith(f"Press {key} again when it is shown.")
        assert window.notices.isVisible()
        assert window.current() is inbox
        assert inbox.alert.panel is None
    assert "Sign off" not in {one.name for one in palette.commands(window)}
    idle(qtbot, window.session.runner)
    qtbot.waitUntil(lambda: not inbox.alert.is_between, timeout=10_000)
    offered["Sign off"].run()
    assert inbox.alert.panel is None, "it was offered for the alert before"
    assert "Sign off" in {one.name for one in palette.commands(window)}
