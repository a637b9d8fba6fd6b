"""Under the title of an alert: what it replaces or is replaced by, with a link; and the items of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from msat.gui.pieces import KeyButton, Text, card, column, copyable, empty, row
from msat.gui.related import Related, Relations, relations
from msat.gui.session import Session
from msat.gui.views.notices import Notice
from msat.gui.words import count_words

if TYPE_CHECKING:
    from msat.alerts.model import Alert
    from msat.projections.alert_state import AlertState

MOST = 12


class RelatedAlerts(QWidget):
    """`opened` carries the key of another alert."""

    opened = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self.session = session
        self._asked, self._all = 0, False
        self.shown = Relations()
        self.lines = column(self, gap="small")
        self.hide()

    def show_state(self, state: AlertState, notice: Alert | None) -> None:
        """Asks what the alert tells of; a later question makes an earlier answer void."""
        self._asked += 1
        number = self._asked

        def show(found: Relations) -> None:
            if number == self._asked:
                self.show_relations(found)

        self.session.read(lambda desk: relations(desk, state, notice), show, self)

    def show_relations(self, found: Relations) -> None:
        """Shows them; redraws only what would look different."""
        if found != self.shown:
            self.shown, self._all = found, False
            self._draw()

    def _draw(self) -> None:
        empty(self.lines)
        for one in self.shown.callouts:
            self.lines.addWidget(self._callout(one))
        if self.shown.items:
            self.lines.addWidget(self._items())
        self.setVisible(bool(self.shown.callouts or self.shown.items))

    def _callout(self, one: Related) -> Notice:
        quoted = f"The notice says: “{one.quoted}”" if one.quoted else ""
        made = Notice(one.tone, one.words, quoted, "Open it" if one.key else "", lambda: self.opened.emit(one.key))
        made.button.setAccessibleName(f"Open {one.name}")
        return made

    def _items(self) -> QFrame:
        frame = card()
        lines = column(frame, margins="medium", gap="small")
        lines.addWidget(Text(f"This notice lists {count_words(len(self.shown.items), 'item')}", "section"))
        shown = self.shown.items if self._all else self.shown.items[:MOST]
        for one in shown:
            line = row(gap="medium")
            line.addWidget(copyable(Text(one.words, "dense")), 1)
            if one.key:
                button = KeyButton("Open", lambda key=one.key: self.opened.emit(key), kind="quiet")
                button.setAccessibleName(f"Open {one.name}")
                line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
            lines.addLayout(line)
        if len(shown) < len(self.shown.items):
            more = KeyButton(f"Show all {len(self.shown.items):,}", self._show_all, kind="quiet")
            lines.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        return frame

    def _show_all(self) -> None:
        self._all = True
        self._draw()
