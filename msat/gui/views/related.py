"""Under the title of an alert: what it replaces or is replaced by, with a link. Asks for the items of a list, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from msat.gui.pieces import column, empty
from msat.gui.related import Related, Relations, relations
from msat.gui.session import Session
from msat.gui.tongue import tr
from msat.gui.views.notices import Notice

if TYPE_CHECKING:
    from msat.alerts.model import Alert
    from msat.projections.alert_state import AlertState


class RelatedAlerts(QWidget):
    """`opened` carries the key of another alert; `listed` the lines of a list, none for a notice that is no list."""

    opened = Signal(str)
    listed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self.session = session
        self._asked = 0
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
            self.shown = found
            self._draw()
        self.listed.emit(found.items)

    def _draw(self) -> None:
        empty(self.lines)
        for one in self.shown.callouts:
            self.lines.addWidget(self._callout(one))
        self.setVisible(bool(self.shown.callouts))

    def _callout(self, one: Related) -> Notice:
        quoted = tr("The notice says: “{quoted}”").format(quoted=one.quoted) if one.quoted else ""
        made = Notice(one.tone, one.words, quoted, tr("Open it") if one.key else "", lambda: self.opened.emit(one.key))
        made.button.setAccessibleName(tr("Open {name}").format(name=one.name))
        return made
