"""How the window is brought to show what a committee sees: the board of its practices, the agenda, the outliers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

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


def decided(window: MainWindow) -> None:
    """Three decisions: one overdue, one to come, one that only names who sees to it."""
    from msat.clock import london
    from msat.services.desk import Person
    from msat.services.discuss import discuss

    page, desk = window.page("oversight"), window.session.desk
    if page.decisions.decisions:
        return
    today = london(desk.clock.now()).date()
    lead, met = Person("Demo Pharmacist", "Medicines safety pharmacist"), "Medicines safety committee"
    keys = [str(key) for key in page.shown_now.own]
    for at, (outcome, owner, days) in enumerate(
        (
            ("Write to every practice that has not answered.", "Medicines safety pharmacist", -9),
            ("Ask the provider of decision support for a message.", "Head of medicines optimisation", 10),
            ("Take to the network meeting.", "Chair", None),
        )
    ):
        due = today + timedelta(days=days) if days is not None else None
        held = today - timedelta(days=30)
        made = discuss(desk, keys[at % len(keys)], met, held, lead, f"4.{at + 1}", outcome, owner=owner, due=due)
    window.session.changes.happened.emit(made)
    wait(300)
    until(lambda: len(page.decisions.decisions) == 3, "the page has read the decisions")


def decisions(window: MainWindow) -> None:
    decided(window)
    at(lambda window: window.page("oversight").decisions)(window)


def deciding(window: MainWindow) -> None:
    """The panel in which a meeting's decision gets an owner and a day."""
    page = window.page("oversight")
    page.decide(str(next(item.key for item in page.agenda.items if item.key is not None)))
    until(lambda: page.panel.count() == 1, "the panel is open")
    wait(300)


def minutes(window: MainWindow) -> None:
    """Who was at a meeting, its agenda, and the way to its minutes."""
    decided(window)
    page = window.page("oversight")
    page.open_minutes()
    until(lambda: page.panel.count() == 1, "the panel is open")
    wait(300)


def walked(window: MainWindow) -> None:
    """The keys are at a point of the funnel."""
    card = window.page("oversight").charts.spread
    card.picture.setFocus()
    card.picture._walk(2)
    at(lambda window: window.page("oversight").charts.spread)(window)


def narrowed(window: MainWindow) -> None:
    """A point of the funnel shows its practice alone."""
    page = window.page("oversight")
    page.charts.spread.picked.emit(page.charts.spread.picture._spots()[0].row)
    wait(400)


def whole_again(window: MainWindow) -> None:
    page = window.page("oversight")
    page.narrowing.widen()
    page._shut(None)
    top(window)


POSES: tuple[tuple[str, Pose], ...] = (
    ("committee", turned(top, (1366, 900))),
    ("committee-dark", turned(top, (1366, 900), "dark")),
    ("committee-2560", turned(top, (2560, 1440))),
    ("committee-board-150", turned(board, (1093, 614), zoom=150)),
    ("committee-board-200", turned(board, (1093, 614), "dark", 200)),
    ("committee-charts", turned(at(lambda window: window.page("oversight").charts), (1366, 900))),
    ("committee-charts-200", turned(at(lambda window: window.page("oversight").charts.trend), (1093, 614), zoom=200)),
    ("committee-outliers", turned(outliers, (1366, 900))),
    ("committee-outliers-dark-150", turned(outliers, (1093, 614), "dark", 150)),
    ("committee-walked", turned(walked, (1366, 768))),
    ("committee-narrowed", turned(narrowed, (1366, 768))),
    ("committee-narrowed-dark-150", turned(narrowed, (1093, 614), "dark", 150)),
    ("committee-whole", turned(whole_again, (1093, 614))),
    ("committee-deciding", turned(deciding, (1366, 768))),
    ("committee-deciding-dark-150", turned(deciding, (1093, 614), "dark", 150)),
    ("committee-decisions", turned(decisions, (1366, 768))),
    ("committee-decisions-dark-150", turned(decisions, (1093, 614), "dark", 150)),
    ("committee-minutes", turned(minutes, (1366, 768))),
    ("committee-minutes-200", turned(minutes, (1093, 614), zoom=200)),
    ("committee-closed", turned(whole_again, (1366, 768))),
)
