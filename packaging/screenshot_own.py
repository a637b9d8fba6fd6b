"""How the window is brought to show what is one's own: taking back, stars and snoozes, the timeline, paper."""

from __future__ import annotations

from collections.abc import Callable

from screenshot_poses import sized, wait

from msat.gui import deeds
from msat.gui.main_window import MainWindow
from msat.projections.alert_state import Status

CLOSED = "EL(26)A/11"


def _first(window: MainWindow, status: Status) -> str:
    return next(str(row.key) for row in window.worklist.list_pane.model.rows() if row.status is status)


def _at(width: int, height: int, mode: str, zoom: int, window: MainWindow) -> None:
    sized(width, height, mode, zoom)(window)
    window.notices.hide()
    wait()


def taken_back(width: int, height: int, mode: str = "light", zoom: int = 100) -> Callable[[MainWindow], None]:
    """An answer that waits, with Undo; the one before is taken back."""

    def pose(window: MainWindow) -> None:
        while window.session.grace.undo():
            wait(100)
        _at(width, height, mode, zoom, window)
        window.session.settings.keep(grace_seconds="20")
        views, rows = window.session.desk.views, window.worklist.list_pane.model.rows()
        key = next(str(row.key) for row in rows if views.alert(row.key).acknowledged is None)
        window.worklist.list_pane.show_key(key)
        wait()
        window.session.do(deeds.acknowledge(key), window)

    return pose


def own_marks(width: int, height: int, mode: str = "light", zoom: int = 100) -> Callable[[MainWindow], None]:
    """The worklist with a star and an unread alert."""

    def pose(window: MainWindow) -> None:
        while window.session.grace.undo():
            wait(100)
        window.session.settings.keep(grace_seconds="0", read_after="never")
        _at(width, height, mode, zoom, window)
        rows = window.worklist.list_pane.model.rows()
        marks = window.session.marks
        marks.star(str(rows[0].key), True)
        marks.unread(str(rows[1].key))
        marks.star(str(rows[2].key), True)
        marks.unread(str(rows[2].key))

    return pose


def snoozing(window: MainWindow) -> None:
    """The panel that puts an alert aside."""
    _at(1366, 900, "light", 100, window)
    window.worklist.list_pane.show_key(_first(window, Status.IN_HAND))
    wait()
    window.worklist.alert.open_snooze()


def snoozed(window: MainWindow) -> None:
    """The list of what is put aside."""
    window.worklist.alert.panel.submit()
    wait()
    window.show_page("snoozed")
    wait(2500)


def own_list(name: str) -> Callable[[MainWindow], None]:
    def pose(window: MainWindow) -> None:
        window.notices.hide()
        window.show_page(name)

    return pose


def timeline(width: int, height: int, mode: str = "light", zoom: int = 100) -> Callable[[MainWindow], None]:
    """The history of a closed alert."""

    def pose(window: MainWindow) -> None:
        _at(width, height, mode, zoom, window)
        window.worklist.list_pane.show_key(CLOSED)
        wait()
        window.worklist.open_detail()
        pane = window.worklist.alert
        pane.tabs.bar.setCurrentIndex(2)
        wait()
        pane.scroll.ensureWidgetVisible(pane.tabs.history.turn, 0, 0)
        wait()
        bar = pane.scroll.verticalScrollBar()
        bar.setValue(pane.tabs.bar.mapTo(pane.sheet, pane.tabs.bar.rect().topLeft()).y())

    return pose


def printing(width: int, height: int, mode: str = "light", zoom: int = 100) -> Callable[[MainWindow], None]:
    """The preview of the record of an alert."""

    def pose(window: MainWindow) -> None:
        _at(width, height, mode, zoom, window)
        window.worklist.list_pane.show_key(CLOSED)
        wait()
        window.worklist.open_detail()
        window.printing.show()
        wait(2500)

    return pose


def printing_list(window: MainWindow) -> None:
    """The preview of the worklist."""
    window.printing.choose(len(window.printing._offers) - 1)
    wait(2500)


POSES: tuple[tuple[str, Callable[[MainWindow], None]], ...] = (
    ("undo", taken_back(1366, 900)),
    ("undo-dark", taken_back(1366, 900, "dark")),
    ("undo-1093x614", taken_back(1093, 614)),
    ("undo-150", taken_back(1093, 614, zoom=150)),
    ("undo-200", taken_back(1093, 614, zoom=200)),
    ("own-marks", own_marks(1366, 900)),
    ("own-marks-dark", own_marks(1366, 900, "dark")),
    ("own-marks-1093x614", own_marks(1093, 614)),
    ("own-snoozing", snoozing),
    ("own-snoozed", snoozed),
    ("own-starred", own_list("starred")),
    ("own-waiting", own_list("waiting")),
    ("own-completed", own_list("completed")),
    ("timeline", timeline(1366, 900)),
    ("timeline-dark", timeline(1366, 900, "dark")),
    ("timeline-150", timeline(1093, 614, zoom=150)),
    ("printing", printing(1366, 900)),
    ("printing-list", printing_list),
    ("printing-dark", printing(1366, 900, "dark")),
    ("printing-150", printing(1093, 614, zoom=150)),
)
