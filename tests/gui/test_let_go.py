"""What is opened again and again leaves nothing behind: no widget, no thread, no object of Python's."""

from __future__ import annotations

import gc
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from msat.gui.commands import open_palette
from msat.gui.main_window import MainWindow
from msat.gui.views.palette_view import PaletteView
from tests.gui.conftest import settle

WARM, TIMES = 4, 12
SLACK = 400
"""Objects of Python's that caches of the usual size may still take in twenty rounds; a page has many thousands."""


def _records(window: MainWindow) -> None:
    """The page with everything on it in use, and away again."""
    window.show_page("records")
    page = window.page("records")
    page.check_all()
    for go in page.sections.values():
        go()
    page.log.reload()
    window.show_page("worklist")


def _preview(window: MainWindow) -> None:
    window.show_page("worklist")
    window.printing.show()
    window.printing.choose(0)
    window.show_page("worklist")


def _palette(window: MainWindow) -> None:
    open_palette(window)
    window.findChild(PaletteView).leave()


def _alerts(window: MainWindow) -> None:
    """One alert after another, each with a panel over its foot."""
    pane = window.worklist
    for row in pane.list_pane.model.rows()[:2]:
        pane.list_pane.show_key(str(row.key))
        settle(window)
        pane.alert.open_assign()
        pane.alert.close_panel()


def _there() -> tuple[Counter[str], int, int]:
    """Widgets by their kind, threads, and objects of Python's, once what was let go of has gone."""
    for _ in range(3):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    widgets = Counter(type(one).__name__ for one in QApplication.allWidgets())
    return widgets, threading.active_count(), len(gc.get_objects())


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "does",
    [_records, _preview, _palette, pytest.param(_alerts, marks=pytest.mark.slow)],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_what_is_opened_again_and_again_is_let_go(window: MainWindow, does: Callable[[MainWindow], None]) -> None:
    for _ in range(WARM):
        does(window)
        settle(window)
    widgets, threads, objects = _there()
    for _ in range(TIMES):
        does(window)
        settle(window)
    now, now_threads, now_objects = _there()
    assert now - widgets == Counter()
    assert now_threads <= threads
    assert now_objects - objects < SLACK


def test_the_count_finds_what_is_kept(window: MainWindow) -> None:
    """A check that cannot fail proves nothing."""
    before, _threads, _objects = _there()
    kept = [PaletteView(window) for _ in range(3)]
    now, _threads, _objects = _there()
    assert (now - before)["PaletteView"] == len(kept)
