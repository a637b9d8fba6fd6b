"""How the window is brought to show what a committee sees: the board of its practices, the agenda, the outliers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from screenshot_poses import overseen, sized, until, wait

from msat.gui.main_window import MainWindow

Pose = Callable[[MainWindow], None]


def turned(pose: Pose, size: tuple[int, int], mode: str = "light", zoom: int = 100) -> Pose:
    """A page of the committee's, at a size, in a colour scheme, at a zoom."""

    def posed(window: MainWindow) -> None:
        sized(*size, mode, zoom)(window)
        overseen(window)
        window.notices.hide()
        pose(window)

    return posed


def top(window: MainWindow) -> None:
    window.page("oversight").scroll.verticalScrollBar().setValue(0)


def at(part: Callable[[MainWindow], QWidget]) -> Pose:
    """The page scrolled to one of its parts."""

    def pose(window: MainWindow) -> None:
        wait(300)
        page, shown = window.page("oversight"), part(window)
        page.scroll.verticalScrollBar().setValue(shown.mapTo(page.scroll.widget(), QPoint(0, 0)).y() - 8)

    return pose


def board(window: MainWindow) -> None:
    view = window.page("oversight").board
    view.setFocus()
    view.setCurrentIndex(view.model().index(3, 0))
    at(lambda window: window.page("oversight").board)(window)


def outliers(window: MainWindow) -> None:
    """Whoever lies outside the limits, with what differs there."""
    card = window.page("oversight").outliers
    card.read_button.click()
    until(lambda: card.save_button.isEnabled(), "every organisation's log is read")
    at(lambda window: window.page("oversight").outliers)(window)


POSES: tuple[tuple[str, Pose], ...] = (
    ("committee", turned(top, (1366, 900))),
    ("committee-dark", turned(top, (1366, 900), "dark")),
    ("committee-2560", turned(top, (2560, 1440))),
    ("committee-board-150", turned(board, (1093, 614), zoom=150)),
    ("committee-board-200", turned(board, (1093, 614), "dark", 200)),
    ("committee-charts", turned(at(lambda window: window.page("oversight").charts), (1366, 900))),
    ("committee-outliers", turned(outliers, (1366, 900))),
    ("committee-outliers-dark-150", turned(outliers, (1093, 614), "dark", 150)),
)
