"""What was just done and is not recorded yet: its words, how long it can be taken back, Undo. Never says "recorded"."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QHideEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QWidget

from msat.gui.grace import Grace
from msat.gui.pieces import KeyButton, Text, Wrapping, column
from msat.gui.theme import look
from msat.gui.tongue import plural, said, tr
from msat.gui.views.notices import NoticeBar


class UndoToast(QFrame):
    """Over the lower right of the window, above a notice that stays, or in the strip at its foot where it would cover
    what is used; a notice that goes by itself gives way to it."""

    def __init__(self, parent: QWidget, grace: Grace, notices: NoticeBar) -> None:
        super().__init__(parent)
        self.setProperty("kind", "toast")
        self.setAccessibleName(tr("Not recorded yet"))
        self._grace, self._notices, self._said = grace, notices, ""
        self._lines = column(self, margins="medium", gap="small")
        words = column(gap="small")
        self.what = Text("", "body", strong=True)
        self.left = Text("", "dense", "text_2")
        words.addWidget(self.what)
        words.addWidget(self.left)
        self._lines.addLayout(words, 1)
        buttons = Wrapping(gap=8)
        self.undo = KeyButton(tr("Undo"), grace.undo, "Ctrl+Z", "primary")
        self.now = KeyButton(tr("Record now"), grace.record_all, kind="quiet")
        for button in (self.undo, self.now):
            buttons.addWidget(button)
        self._lines.addLayout(buttons)
        grace.changed.connect(self.show_waiting)
        look().changed.connect(self.place)
        # No event filter: at the end of the program what it watched would still tell it of being taken down.
        notices.follow = self.place
        self.hide()

    def show_waiting(self) -> None:
        """Brings the toast up to date; it goes when nothing waits."""
        last = self._grace.last
        if last is None:
            self._said = ""
            self._give_way()
            return
        self.what.setText(said(last.held.meaning))
        self.left.setText(self._how_long(last.step, len(self._grace.waiting) - 1))
        if self._said != last.held.id or self.isHidden():
            self._said = last.held.id
            self._notices.give_way()
            self.show()
            self.raise_()
            words = tr("{what} Not recorded yet: Ctrl+Z takes it back.").format(what=said(last.held.meaning))
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
        self.place()

    def _give_way(self) -> None:
        """Hides; the focus, if it was on a button here, goes back to the page."""
        if self.isVisible() and self.isAncestorOf(self.window().focusWidget() or self.window()):
            self.window().setFocus()
        self.hide()

    def _how_long(self, step: str, more: int) -> str:
        if step == "stuck":
            return tr("Not recorded: the record did not take it. It is kept. Choose Record now to try again.")
        seconds = self._grace.seconds_left()
        said = plural(
            seconds, "Not recorded yet. It is in {number} second.", "Not recorded yet. It is in {number} seconds."
        ).format(number=seconds)
        if not more:
            return said
        others = plural(more, "{number} more waits with it.", "{number} more wait with it.").format(number=more)
        return f"{said} {others}"

    def place(self) -> None:
        """Lower right, above the notice where one is shown."""
        parent = self.parentWidget()
        if parent is None or self.isHidden():
            return
        edge = look().px("medium")
        width = min(look().px(420), parent.width() - 2 * edge)
        height = max(self.heightForWidth(width), self.sizeHint().height())
        free = self._notices.measure() if self._notices.measure is not None else self._notices.foot
        foot = parent.height() - free - edge
        strip = self._notices.strip
        if self._notices.isVisible() and not (strip is not None and strip.holds(self._notices)):
            foot = self._notices.y() - look().px("small")
        over = QRect(parent.width() - width - edge, max(0, foot - height), width, min(height, parent.height()))
        if strip is None:
            self.setGeometry(over)
        else:
            self._lie_flat(strip.place(self, over))

    def _lie_flat(self, flat: bool) -> None:
        """In the strip the buttons stand beside the words, which leaves the page more height."""
        towards = QBoxLayout.Direction.LeftToRight if flat else QBoxLayout.Direction.TopToBottom
        if self._lines.direction() != towards:
            self._lines.setDirection(towards)
            edge, side = look().px("small" if flat else "medium"), look().px("medium")
            self._lines.setContentsMargins(side, edge, side, edge)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._notices.strip is not None and self.isHidden():
            self._notices.strip.release(self)
            self._lie_flat(False)
