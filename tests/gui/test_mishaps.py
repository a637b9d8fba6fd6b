"""The program's own mistakes are told and end nothing; a window that was not closed is told of once."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from msat.gui import overrides
from msat.gui.mishaps import Mishaps, offer_log
from msat.places import Places, places

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

PROGRAM = """
import sys
from msat.gui.overrides import let_errors_through
let_errors_through()
from PySide6.QtCore import QTimer, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

class Part(QWidget):
    def keyPressEvent(self, event):
        {mistake}

application = QApplication([])
part = Part()
part.show()

def press():
    try:
        QTest.keyClick(part, Qt.Key.Key_A)
    except Exception as error:
        print(type(error).__name__)
    print("still here")
    application.quit()

QTimer.singleShot(0, press)
application.exec()
"""


@pytest.fixture
def where(tmp_path: Path) -> Places:
    made = places(tmp_path / "profile")
    made.make()
    return made


@pytest.fixture
def mishaps(qapp, where: Places):
    made = Mishaps(where)
    before = sys.excepthook, threading.excepthook
    yield made
    sys.excepthook, threading.excepthook = before
    made.end()


@pytest.mark.parametrize(
    ("mistake", "error"),
    [
        *(("len(5)", "TypeError"), ("(lambda one: one)()", "TypeError")),
        *(("int('x')", "ValueError"), ("{}['x']", "KeyError")),
    ],
)
def test_a_mistake_in_a_method_of_qts_does_not_end_the_program(mistake: str, error: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(mistake=mistake)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.split() == [error, "still", "here"], done.stderr
    assert done.returncode == 0


@pytest.mark.skipif(not overrides.IS_NEEDED, reason="from Python 3.12 on errors are whole wherever they arise")
def test_only_what_was_qts_is_wrapped(qapp) -> None:
    overrides.let_errors_through()

    class Part(QWidget):
        def keyPressEvent(self, event) -> None:
            event.ignore()

        def own(self) -> None:
            pass

    class Filter(QObject):
        def eventFilter(self, _watched, _event: QEvent) -> bool:
            return True

    assert hasattr(Part.keyPressEvent, "__wrapped__")
    assert hasattr(Filter.eventFilter, "__wrapped__")
    assert not hasattr(Part.own, "__wrapped__")
    part, stops = Part(), Filter()
    part.installEventFilter(stops)
    QTest.keyClick(part, Qt.Key.Key_A)


def test_an_error_that_nobody_caught_is_logged_and_told(qtbot, mishaps: Mishaps, caplog) -> None:
    told: list[tuple[str, str, str]] = []
    offer_log(mishaps, lambda words, tone, label, _on: told.append((words, tone, label)))
    mishaps.watch()
    with caplog.at_level(logging.ERROR, logger="msat.window"):
        worker = threading.Thread(target=lambda: 1 / 0)
        worker.start()
        worker.join()
        qtbot.waitUntil(lambda: bool(told))
    assert "ZeroDivisionError" in told[0][0]
    assert told[0][1:] == ("red", "Show the log")
    assert "division by zero" in caplog.text
    caplog.clear()


def test_a_window_that_was_not_closed_is_told_of_once(qapp, where: Places) -> None:
    first = Mishaps(where)
    assert first.begin(NOON) == ""
    # The program is killed here: nobody calls end.
    second = Mishaps(where)
    said = second.begin(NOON.replace(hour=15))
    assert said.startswith("MSAT was not closed last time")
    assert "20 November 2026" in said
    second.end()
    third = Mishaps(where)
    assert third.begin(NOON) == ""
    third.end()
    assert not where.window_open.exists()
    assert not (where.state / "msat-crash.log").exists()


def test_a_note_that_is_no_time_is_passed_over(qapp, where: Places) -> None:
    where.window_open.write_bytes(b"\xff\x00not a time")
    mishaps = Mishaps(where)
    assert mishaps.begin(NOON) == ""
    mishaps.end()
