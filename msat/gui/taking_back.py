"""Undo in the window: the toast, Ctrl+Z and Ctrl+Y, and what is said once a deed is recorded. Draws nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from msat.gui.tongue import later, plural, tr
from msat.gui.views.inbox import Inbox
from msat.gui.views.undo_toast import UndoToast

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow
    from msat.services.desk import Changes

SIGNED = "alert.signed_off"
MARKS = {
    "star": later("The star is as it was before."),
    "snooze": later("The snooze is as it was before."),
    "unread": later("It is marked as it was before."),
}
AGAIN = {
    "star": later("The star is as you set it, again."),
    "snooze": later("The snooze is as you set it, again."),
    "unread": later("It is marked again as you marked it."),
}


class TakingBack(QObject):
    """Joins the moment of grace of the session to one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._grace = window, window.session.grace
        self._was_mark: list[bool] = []
        """Of what was taken back, the last at the end: whether it was a mark."""
        window.notices.measure = self.foot_height
        window.notices.aside = window.status.say_briefly
        window.notices.strip = window.strip
        window.strip.used = self._lists_in_use
        window.strip.may_hide = lambda: window.alone is None
        self.toast = UndoToast(window.centralWidget(), self._grace, window.notices)
        QApplication.instance().focusChanged.connect(self._focus_moved)
        for key, does in (("Ctrl+Z", self.undo), ("Ctrl+Y", self.redo), ("Ctrl+Shift+Z", self.redo)):
            QShortcut(QKeySequence(key), window, activated=does)
        self._grace.recovered.connect(self._recovered)
        window.session.changes.happened.connect(self._changed)

    def foot_height(self) -> int:
        """Pixels at the foot of the window that no toast may cover: the buttons of the alert shown."""
        window, page = self._window, self._window.current()
        status = window.status.height()
        if not isinstance(page, Inbox) or not page.alert.foot.isVisible():
            return max(status, window.notices.foot)
        return max(status + page.alert.foot.height(), status)

    def _lists_in_use(self) -> list[QWidget]:
        page = self._window.current()
        return [page.list_pane.list] if isinstance(page, Inbox) else []

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        """What lies over the window gives way to what has the focus now."""
        if now is not None and now.window() is self._window and not self.toast.isAncestorOf(now):
            self._window.notices.place()

    def undo(self) -> None:
        """Takes back what was done last: an answer that waits, or a mark; says so, also where there is nothing. On a
        page that keeps its own changes, the last of them."""
        page = self._window.current()
        if hasattr(page, "undo_change") and page.undo_change():
            return
        marks = self._window.session.marks
        last, marked = self._grace.last, marks.changed_at
        if marked is not None and (last is None or marked > last.since):
            what = marks.undo()
            self._was_mark.append(True)
            self._window.notices.tell(tr(MARKS[what]), "info", tr("Redo"), self.redo)
            return
        said = self._grace.undo()
        if said:
            self._was_mark.append(False)
            self._window.notices.tell(
                tr("Taken back, nothing is recorded: {what}").format(what=said), "info", tr("Redo"), self.redo
            )
        elif hasattr(page, "undo_change"):
            self._window.notices.tell(tr("There is nothing here to undo."), "info")
        else:
            self._window.notices.tell(
                tr("Nothing waits to be recorded. What is recorded stays: re-open the alert, or correct the entry."),
                "info",
            )

    def redo(self) -> None:
        """Does again what was taken back last: an answer, or a mark."""
        page = self._window.current()
        if hasattr(page, "redo_change") and page.redo_change():
            return
        ways = [self._redo_answer, self._redo_mark]
        if self._was_mark and self._was_mark.pop():
            ways.reverse()
        if not any(way() for way in ways):
            self._window.notices.tell(tr("Nothing was taken back."), "info")

    def _redo_answer(self) -> bool:
        is_done = bool(self._grace.redo())
        if is_done:
            self._window.notices.hide()
        return is_done

    def _redo_mark(self) -> bool:
        what = self._window.session.marks.redo()
        if what:
            self._window.notices.tell(tr(AGAIN[what]), "info")
        return bool(what)

    def _recovered(self, number: int) -> None:
        said = plural(
            number,
            "{number} answer waited when MSAT last stopped. It is recorded now, as done then.",
            "{number} answers waited when MSAT last stopped. They are recorded now, as done then.",
        )
        self._window.notices.tell(said.format(number=number), "info")

    def _changed(self, changes: Changes) -> None:
        """A signature closes an alert: its number, and the one page that proves it."""
        signed = next((entry for entry in changes.entries if entry.type == SIGNED), None)
        if signed is not None and signed.about:
            key = signed.about
            self._window.notices.tell(
                changes.words, "green", tr("Show the record"), lambda: self._window.outputs.show_record(key)
            )
