"""What opens over the foot of the detail pane, one panel at a time; its drafts stay when it closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame

from msat.errors import MsatError
from msat.gui import words, work_deeds
from msat.gui.beside import Beside
from msat.gui.pieces import column, empty
from msat.gui.session import Session
from msat.gui.tongue import tr
from msat.gui.views.alert_foot import AlertFoot
from msat.gui.views.alert_sheet import AlertSheet
from msat.gui.views.applies_card import AppliesCard
from msat.gui.views.correct_panel import CorrectPanel
from msat.gui.views.panel_scroll import PanelScroll
from msat.gui.views.panels import FootPanel, PriorityPanel, ReopenPanel, SecondNotApplicablePanel, SignOffPanel
from msat.projections.alert_state import AlertState, HistoryLine
from msat.projections.closing import is_level_undecided
from msat.projections.decisions import Decision


class AlertPanels(QFrame):
    """The part of the detail pane that opens and closes panels. A pane gives it its sheet and what it scrolls in."""

    sheet: AlertSheet

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.state: AlertState | None = None
        self.beside = Beside()
        self.panel: FootPanel | None = None
        self.panel_place = column(gap=0)
        self.foot = AlertFoot(self)
        self.foot.hide()

    def bring_into_view(self, widget) -> None:
        """Scrolls to a widget and back to the focus of the pane. The pane says how."""
        raise NotImplementedError

    def focus_sheet(self) -> None:
        """Gives the focus back to what the pane shows. The pane says how."""
        raise NotImplementedError

    def panel_changed(self) -> None:
        """A panel opened or closed. The pane gives it room, and takes it back."""
        raise NotImplementedError

    def show_foot(self) -> None:
        state = self.state
        self.foot.setVisible(state is not None and self.panel is None)
        if state is not None:
            self.foot.show_state(state)

    def open_panel(self, panel: FootPanel) -> None:
        """Shows a panel over the foot; the one before it closes, its drafts kept."""
        self.close_panel()
        self.panel = panel
        panel.closed.connect(self.close_panel)
        holder = PanelScroll(panel)
        self.panel_place.addWidget(holder)
        self.foot.hide()
        self.panel_changed()
        holder.show()
        field = panel.first_field()
        if field is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            holder.ensureWidgetVisible(field)

    def close_panel(self) -> None:
        panel, self.panel = self.panel, None
        if panel is None:
            return
        held = panel.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        empty(self.panel_place)
        self.show_foot()
        self.panel_changed()
        self.save_drafts()
        if held:
            self.focus_sheet()

    def save_drafts(self) -> None:
        """Writes drafts to the disk."""
        try:
            self.session.drafts.save()
        except MsatError as error:
            self.session.tell(error)

    def open_sign_off(self) -> None:
        state = self.state
        can = self.foot.sign.isEnabled() and self.foot.offers(self.foot.sign)
        if state is None or not can or self._must_judge():
            return
        second = state.sign_off is not None and state.needs_second
        first = state.sign_off.deed.by if state.sign_off else ""
        self.open_panel(SignOffPanel(self.session, str(state.key), words.missing_words(state), second, first))

    def _must_judge(self) -> bool:
        """A level and a text that disagree: the choice comes before the signature and before "does not apply"."""
        card = self.sheet.extra.get("judge")
        if self.state is None or card is None or not is_level_undecided(self.state) or card.isHidden():
            return False
        self.bring_into_view(card)
        card.wrong.say(tr("Choose the priority first: the notice's level and its text disagree."))
        card.open()
        return True

    def open_second_not_applicable(self) -> None:
        if self.state is not None and self.state.applicability is not None:
            reason = self.state.applicability.reason
            self.open_panel(SecondNotApplicablePanel(self.session, str(self.state.key), reason))

    def open_not_applicable(self) -> None:
        card = next((c for c in self.sheet.cards if isinstance(c, AppliesCard)), None)
        if card is not None and self.foot.offers(self.foot.not_applicable) and not self._must_judge():
            self.bring_into_view(card)
            card.open(False)

    def open_priority(self) -> None:
        if self.state is not None and self.foot.offers(self.foot.priority):
            self.open_panel(PriorityPanel(self.session, str(self.state.key), str(self.state.rag or "")))

    def open_reopen(self) -> None:
        if self.state is not None and self.foot.offers(self.foot.reopen):
            self.open_panel(ReopenPanel(self.session, str(self.state.key)))

    def _open(self, wanted: bool, make: Callable[[AlertState], FootPanel]) -> None:
        if self.state is not None and wanted:
            self.open_panel(make(self.state))

    def open_assign(self) -> None:
        from msat.gui.views.work_panels import AssignPanel

        names, acting = self.beside.names, self.beside.acting
        wanted = self.state is not None and self.state.is_open
        self._open(wanted, lambda state: AssignPanel(self.session, state, names, acting))

    def open_defer(self) -> None:
        from msat.gui.views.work_panels import DeferPanel

        wanted = self.foot.offers(self.foot.defer)
        self._open(wanted, lambda state: DeferPanel(self.session, state, self.beside.names))

    def open_snooze(self) -> None:
        from msat.gui.views.snooze_panel import SnoozePanel

        wanted = self.foot.offers(self.foot.snooze)
        self._open(wanted, lambda state: SnoozePanel(self.session, state, self.say_snoozed))

    def say_snoozed(self, name: str, until: datetime) -> None:
        """Says where an alert went that was put aside. The pane says how."""
        raise NotImplementedError

    def open_resume(self) -> None:
        from msat.gui.views.work_panels import ResumePanel

        self._open(True, lambda state: ResumePanel(self.session, str(state.key)))

    def open_approve(self) -> None:
        from msat.gui.views.work_panels import ApprovePanel

        wanted = self.state is not None and self.state.deferral_asked is not None
        self._open(wanted, lambda state: ApprovePanel(self.session, state))

    def open_plan(self) -> None:
        from msat.gui.views.committee_panels import PlanPanel

        self._open(self.beside.is_committee, lambda state: PlanPanel(self.session, state))

    def open_support(self) -> None:
        from msat.gui.views.committee_panels import SupportPanel

        self._open(self.beside.is_committee, lambda state: SupportPanel(self.session, state))

    def open_meeting(self) -> None:
        from msat.gui.views.committee_panels import MeetingPanel

        self._open(self.beside.is_committee, lambda state: MeetingPanel(self.session, state))

    def open_done(self, decision: Decision) -> None:
        """Marks a decision of a meeting as done."""
        from msat.gui.views.meeting_panels import DonePanel

        self._open(True, lambda _state: DonePanel(self.session, decision))

    def save_plan(self) -> None:
        """Writes the plan as a signed file, which a practice drops on its window."""
        chosen, _kind = QFileDialog.getSaveFileName(self.window(), tr("Save the plan"), "agreed plan.msatplan")
        if chosen and self.state is not None:
            self.session.do(work_deeds.save_plan(str(self.state.key), Path(chosen)), self)

    def open_evidence(self) -> None:
        """Asks for files to keep as evidence."""
        card = self.sheet.extra.get("evidence")
        if self.state is not None and card is not None:
            self.bring_into_view(card)
            card.choose()

    def open_correction(self, line: HistoryLine) -> None:
        def opened(entry) -> None:
            if entry is not None and self.state is not None:
                self.open_panel(CorrectPanel(self.session, str(self.state.key), line, entry.data))

        self.session.read(lambda desk: desk.record.entry(line.entry), opened, self)
