"""The foot of the detail pane: the deeds on an alert as a whole, each button with its key; in a low window one row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QMenu

from msat.gui.letters import by
from msat.gui.pieces import KeyButton, Wrapping, column, restyle
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.foot_tip import FootTip
from msat.projections.alert_state import AlertState

if TYPE_CHECKING:
    from msat.gui.views.alert_panels import AlertPanels

GAP = 8


class AlertFoot(QFrame):
    """Shows only what can be done now. In a low window what has no room in one row stands behind More, and so does what
    the head of the alert leaves out there (`aside`). `sized`: it takes another height of the window, or none."""

    sized = Signal()

    def __init__(self, pane: AlertPanels) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.is_low = False
        self.aside: Callable[[], list[KeyButton]] = list
        line = Wrapping(gap=GAP)
        holder = column(self, margins="small", gap=0)
        self.tip = FootTip(pane.session)
        holder.addWidget(self.tip)
        holder.addLayout(line)
        self.sign = KeyButton(tr("Sign off"), pane.open_sign_off, by("sign-off"), "primary")
        self.not_applicable = KeyButton(tr("Does not apply"), pane.open_not_applicable, by("not-applicable"))
        self.priority = KeyButton(tr("Priority"), pane.open_priority, by("priority"))
        self.priority.setAccessibleName(tr("Change priority"))
        self.assign = KeyButton(tr("Assign"), pane.open_assign, by("assign"))
        self.snooze = KeyButton(tr("Snooze"), pane.open_snooze, by("snooze"))
        self.defer = KeyButton(tr("Defer"), pane.open_defer, by("defer"))
        self.reopen = KeyButton(tr("Re-open"), pane.open_reopen, by("reopen"))
        self.more = KeyButton(tr("More"), self.open_more, by("more"), icon="chevron-up")
        self.more.setAccessibleName(tr("More to do with this alert"))
        self.buttons = (
            *(self.sign, self.not_applicable, self.priority, self.assign),
            *(self.snooze, self.defer, self.reopen),
        )
        self._offered = dict.fromkeys(self.buttons, False)
        for button in (*self.buttons, self.more):
            line.addWidget(button)
        self.more.hide()
        look().changed.connect(self._fit)

    def offers(self, button: KeyButton) -> bool:
        """Whether a deed can be done now, be its button in the row or behind More."""
        return self._offered[button]

    def show_state(self, state: AlertState) -> None:
        """Brings the buttons up to date."""
        self.tip.show_state(state)
        waiting_no = bool(state.applicability and not state.applicability.applies)
        closed = bool(state.sign_off or waiting_no)
        self.sign.say(tr("Sign off as second person") if state.sign_off and state.needs_second else tr("Sign off"))
        kind = "plain" if state.missing else "primary"
        if self.sign.property("kind") != kind:
            self.sign.setProperty("kind", kind)
            look().dress(self.sign, "body", strong=kind == "primary")
            restyle(self.sign)
        self._offered = {
            self.sign: not waiting_no and (state.sign_off is None or state.needs_second),
            self.not_applicable: not closed,
            self.priority: not closed,
            self.assign: state.is_open,
            self.snooze: state.is_open or state.recheck_due is not None,
            self.defer: not closed and state.is_open,
            self.reopen: closed,
        }
        self._fit()

    # Room

    def set_low(self, low: bool, has_room: bool) -> None:
        """One row where the window is low for its size of text; `has_room` for the tip."""
        self.tip.set_room(has_room)
        if low != self.is_low:
            self.is_low = low
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self.sized.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.sized.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.sized.emit()

    def _fit(self) -> None:
        in_row = self._in_row() if self.is_low else {button for button, offered in self._offered.items() if offered}
        for button in self.buttons:
            if button.isHidden() != (button not in in_row):
                button.setVisible(button in in_row)
        if self.more.isHidden() == self.is_low:
            self.more.setVisible(self.is_low)

    def _in_row(self) -> set[KeyButton]:
        """As many as one row has room for beside More, from the first."""
        gap, edges = look().px(GAP), 2 * look().px("small")
        left = self.width() - edges - self.more.sizeHint().width()
        found: set[KeyButton] = set()
        for button in self.buttons:
            if self._offered[button]:
                left -= button.sizeHint().width() + gap
                if left < 0:
                    break
                found.add(button)
        return found

    # More

    def open_more(self) -> None:
        """M: what has no room in the row. Nothing where everything stands in it."""
        if not self.more.isHidden():
            menu = self.menu()
            menu.popup(self.more.mapToGlobal(self.more.rect().topLeft() - QPoint(0, menu.sizeHint().height())))

    def menu(self) -> QMenu:
        """What has no room in the row, and what the head leaves out, each with its key."""
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.setAccessibleName(self.more.accessibleName())
        groups = ([b for b in self.buttons if self._offered[b] and b.isHidden()], self.aside())
        for group in groups:
            for button in group:
                words = button.accessibleName().replace("&", "&&")
                made.addAction(f"{words}\t{button.key}" if button.key else words, button.click).setEnabled(
                    button.isEnabled()
                )
            made.addSeparator()
        return made
