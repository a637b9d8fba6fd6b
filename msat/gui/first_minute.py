"""The first minute with a record: where it opens, alerts shown while the first check goes on, the newest Red chosen.

It chooses only until a person touches a key or the mouse: an alert never changes under somebody's hands.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from msat.ids import AlertKey
from msat.projections.ports import Row
from msat.triage.model import Priority

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow
    from msat.services.refresh import SourceResult

RELOAD_MS = 1_500
"""How often the list is read again while the first check goes on."""
_TOUCHES = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
)


class FirstMinute(QObject):
    """Belongs to the window. `start_page` overrides the setting, for the sample that is opened from the first run."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.start_page = ""
        self._has_opened = self._is_focused = False
        self.is_choosing = False
        self._is_last = False
        self._reloading = QTimer(self, singleShot=True, interval=RELOAD_MS)
        self._reloading.timeout.connect(window.worklist.list_pane.reload)
        window.session.opened.connect(self._opened)
        window.worklist.list_pane.loaded.connect(self._focus_list)

    # Where MSAT opens

    def _opened(self) -> None:
        """Goes to the page that was chosen, once a start and only where nobody has gone elsewhere."""
        window, self._has_opened, before = self._window, True, self._has_opened
        page = self.start_page or window.session.settings.text("start_page")
        if not before and page != "worklist" and window.current() is window.worklist:
            window.show_page(page)

    def _focus_list(self, rows: list[Row]) -> None:
        """The keys go to the list as soon as it has rows, unless somebody types or works elsewhere by then."""
        window = self._window
        if not rows or self._is_focused or not self._has_opened or window.current() is not window.worklist:
            return
        self._is_focused = True
        pane, focus = window.worklist.list_pane, window.focusWidget()
        if focus is None or focus is window or (pane.isAncestorOf(focus) and focus is not pane.search):
            pane.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def say_waiting(self, what: str, then: str) -> None:
        """Before anything is there: what is being done, in place of the list and of the alert."""
        window = self._window
        window.worklist.list_pane.nothing.say(what, then)
        window.worklist.list_pane.stack.setCurrentIndex(1)
        window.worklist.say_hint(what)

    # The first alerts

    def begin(self) -> None:
        """A record has just begun: what its first check brings is shown as it comes."""
        window = self._window
        self.is_choosing = True
        window.checker.progressed.connect(self._progressed)
        window.checker.finished.connect(self._checked)
        window.checker.stopped.connect(self._stopped)
        window.worklist.list_pane.loaded.connect(self._loaded)
        QApplication.instance().installEventFilter(self)

    def _progressed(self) -> None:
        if not self._reloading.isActive():
            self._reloading.start()

    def _checked(self, results: list[SourceResult]) -> None:
        """The check has ended; the list that is read now is the last one looked at here."""
        self._is_last = True
        self._reloading.stop()
        if results and all(result.status == "ok" for result in results):
            # The list shows what is new; a notice would lie over the actions of the first alert.
            self._window.notices.hide()

    def _stopped(self) -> None:
        self._is_last = True
        self._reloading.stop()

    def _loaded(self, rows: list[Row]) -> None:
        pane = self._window.worklist.list_pane
        newest = newest_red(rows)
        if self.is_choosing and newest is not None:
            pane.show_key(str(newest))
        if self._is_last:
            self._end()

    def _end(self) -> None:
        window = self._window
        self.leave()
        window.checker.progressed.disconnect(self._progressed)
        window.checker.finished.disconnect(self._checked)
        window.checker.stopped.disconnect(self._stopped)
        window.worklist.list_pane.loaded.disconnect(self._loaded)

    def leave(self) -> None:
        """A person has taken over, or there is nothing more to choose."""
        self.is_choosing = False
        QApplication.instance().removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.is_choosing and event.type() in _TOUCHES and event.spontaneous():
            self.leave()
        return super().eventFilter(watched, event)


def newest_red(rows: Iterable[Row]) -> AlertKey | None:
    """The Red that was issued last; None where there is none."""
    reds = [row for row in rows if row.rag is Priority.RED]
    return max(reds, key=_issued).key if reds else None


def _issued(row: Row) -> tuple[str, str]:
    """When a notice is from, as texts that sort by time."""
    published = row.published or row.received
    return row.issued or published.date().isoformat(), published.isoformat()
