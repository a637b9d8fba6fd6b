"""How the window is brought to show a copied installation: the bar, the card of the log, and its ways out."""

from __future__ import annotations

from collections.abc import Callable

from screenshot_poses import sized, wait

from msat.gui.main_window import MainWindow
from msat.record import machine
from msat.services.desk import Changes

WHY = "The old computer was stolen."


def _copied(window: MainWindow) -> None:
    """As if the profile lay on another computer."""
    record = window.session.desk.record
    machine.path_of(window.session.desk.places.keys, record.log).write_text("another", encoding="utf-8")
    record._opened = record.look_again()
    window.session.changes.happened.emit(Changes())


def _card(window: MainWindow):
    window.record_bar.only_to_read.button.click()
    wait(900)
    page = window.page("records")
    page.scroll.verticalScrollBar().setValue(page.log.y())
    return page.log


def bar(width: int, height: int, mode: str = "light", zoom: int = 100) -> Callable[[MainWindow], None]:
    """The bar over the worklist."""

    def pose(window: MainWindow) -> None:
        sized(width, height, mode, zoom)(window)
        _copied(window)
        window.show_page("worklist")
        window.notices.hide()

    return pose


def ways(width: int, height: int, mode: str = "light", zoom: int = 100) -> Callable[[MainWindow], None]:
    """The card with the panel for a new log open."""

    def pose(window: MainWindow) -> None:
        sized(width, height, mode, zoom)(window)
        _copied(window)
        card = _card(window)
        card.afresh.click()
        wait(300)
        card.panel.itemAt(0).widget().reason.setText(WHY)

    return pose


def gone_on(window: MainWindow) -> None:
    """The new log, its line and its recovery key."""
    ways(1366, 900)(window)
    card = window.page("records").log
    panel = card.panel.itemAt(0).widget()
    panel.lost.setChecked(True)
    panel.submit()
    wait(2500)
    window.page("records").scroll.verticalScrollBar().setValue(card.y())


POSES: tuple[tuple[str, Callable[[MainWindow], None]], ...] = (
    ("log-bar", bar(1093, 614)),
    ("log-bar-dark-150", bar(1093, 614, "dark", 150)),
    ("log-ways", ways(1366, 900)),
    ("log-ways-1093x614", ways(1093, 614)),
    ("log-ways-dark-150", ways(1093, 900, "dark", 150)),
    ("log-gone-on", gone_on),
)
