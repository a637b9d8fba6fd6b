"""The foot of the detail pane: the deeds on an alert as a whole, each button with its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame

from msat.gui.pieces import KeyButton, Wrapping, column, restyle
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.foot_tip import FootTip
from msat.projections.alert_state import AlertState

if TYPE_CHECKING:
    from msat.gui.views.alert_panels import AlertPanels


class AlertFoot(QFrame):
    """Shows only what can be done now."""

    def __init__(self, pane: AlertPanels) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        line = Wrapping(gap=8)
        holder = column(self, margins="small", gap=0)
        self.tip = FootTip(pane.session)
        holder.addWidget(self.tip)
        holder.addLayout(line)
        self.sign = KeyButton(tr("Sign off"), pane.open_sign_off, "C", "primary")
        self.not_applicable = KeyButton(tr("Does not apply"), pane.open_not_applicable, "N")
        self.priority = KeyButton(tr("Priority"), pane.open_priority, "P")
        self.priority.setAccessibleName(tr("Change priority"))
        self.assign = KeyButton(tr("Assign"), pane.open_assign, "A")
        self.snooze = KeyButton(tr("Snooze"), pane.open_snooze, "Z")
        self.defer = KeyButton(tr("Defer"), pane.open_defer, "D")
        self.reopen = KeyButton(tr("Re-open"), pane.open_reopen, "R")
        aside = (self.snooze, self.defer, self.reopen)
        for button in (self.sign, self.not_applicable, self.priority, self.assign, *aside):
            line.addWidget(button)

    def show_state(self, state: AlertState) -> None:
        """Brings the buttons up to date."""
        self.tip.show_state(state)
        waiting_no = bool(state.applicability and not state.applicability.applies)
        closed = bool(state.sign_off or waiting_no)
        self.sign.say(tr("Sign off as second person") if state.sign_off and state.needs_second else tr("Sign off"))
        self.sign.setVisible(not waiting_no and (state.sign_off is None or state.needs_second))
        kind = "plain" if state.missing else "primary"
        if self.sign.property("kind") != kind:
            self.sign.setProperty("kind", kind)
            look().dress(self.sign, "body", strong=kind == "primary")
            restyle(self.sign)
        self.not_applicable.setVisible(not closed)
        self.priority.setVisible(not closed)
        self.assign.setVisible(state.is_open)
        self.snooze.setVisible(state.is_open or state.recheck_due is not None)
        self.defer.setVisible(not closed and state.is_open)
        self.reopen.setVisible(closed)
