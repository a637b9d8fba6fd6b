"""What opens over the foot of the detail pane, one panel at a time; its drafts stay when it closes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from msat.errors import MsatError
from msat.gui import words
from msat.gui.pieces import column, empty
from msat.gui.session import Session
from msat.gui.views.alert_foot import AlertFoot
from msat.gui.views.alert_sheet import AlertSheet
from msat.gui.views.applies_card import AppliesCard
from msat.gui.views.correct_panel import CorrectPanel
from msat.gui.views.panels import FootPanel, PriorityPanel, ReopenPanel, SecondNotApplicablePanel, SignOffPanel
from msat.projections.alert_state import AlertState, HistoryLine


class AlertPanels(QFrame):
    """The part of the detail pane that opens and closes panels. A pane gives it its sheet and what it scrolls in."""

    sheet: AlertSheet

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.state: AlertState | None = None
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
        self.panel_place.addWidget(panel)
        self.foot.hide()
        panel.show()
        field = panel.first_field()
        if field is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_panel(self) -> None:
        panel, self.panel = self.panel, None
        if panel is None:
            return
        held = panel.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        empty(self.panel_place)
        self.show_foot()
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
        if state is None or not self.foot.sign.isEnabled() or self.foot.sign.isHidden():
            return
        second = state.sign_off is not None and state.needs_second
        first = state.sign_off.deed.by if state.sign_off else ""
        self.open_panel(SignOffPanel(self.session, str(state.key), words.missing_words(state), second, first))

    def open_second_not_applicable(self) -> None:
        if self.state is not None and self.state.applicability is not None:
            reason = self.state.applicability.reason
            self.open_panel(SecondNotApplicablePanel(self.session, str(self.state.key), reason))

    def open_not_applicable(self) -> None:
        card = next((c for c in self.sheet.cards if isinstance(c, AppliesCard)), None)
        if card is not None and not self.foot.not_applicable.isHidden():
            self.bring_into_view(card)
            card.open(False)

    def open_priority(self) -> None:
        if self.state is not None and not self.foot.priority.isHidden():
            self.open_panel(PriorityPanel(self.session, str(self.state.key), str(self.state.rag or "")))

    def open_reopen(self) -> None:
        if self.state is not None and not self.foot.reopen.isHidden():
            self.open_panel(ReopenPanel(self.session, str(self.state.key)))

    def open_correction(self, line: HistoryLine) -> None:
        def opened(entry) -> None:
            if entry is not None and self.state is not None:
                self.open_panel(CorrectPanel(self.session, str(self.state.key), line, entry.data))

        self.session.read(lambda desk: desk.record.entry(line.entry), opened, self)
