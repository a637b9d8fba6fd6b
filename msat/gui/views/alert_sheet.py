"""What the detail pane scrolls: head, why, what to do, and the tabs. Shows a state; asks and records nothing itself."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from msat.actions.model import AnswerKind
from msat.gui.pieces import Sheet, Text, column, empty, row
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.views.action_card import ActionCard, Asker, make_card
from msat.gui.views.alert_head import AlertHead
from msat.gui.views.alert_tabs import AlertTabs
from msat.gui.views.callout import Callout
from msat.gui.views.found import Found
from msat.gui.views.related import RelatedAlerts

if TYPE_CHECKING:
    from msat.alerts.model import Alert
    from msat.projections.alert_state import ActionState, AlertState


class AlertSheet(Sheet):
    """Everything about one alert, in reading order."""

    def __init__(self, session: Session, asker: Asker) -> None:
        super().__init__()
        self.asker = asker
        self.cards: list[ActionCard] = []
        self.page = QWidget()
        self.page.setProperty("kind", "clear")
        side = row(self, gap=0)
        side.addWidget(self.page, 100)
        side.addStretch(1)
        self._limit_width()
        look().changed.connect(self._limit_width)
        self.head = AlertHead()
        self.found = Found()
        self.related = RelatedAlerts(session)
        self.callout = Callout()
        self.tabs = AlertTabs()
        lines = column(self.page, margins="large", gap="large")
        for widget in (self.head, self.found, self.related, self.callout):
            lines.addWidget(widget)
        lines.addLayout(self._todo())
        lines.addWidget(self.tabs)
        lines.addStretch(1)

    def _todo(self):
        heading = row(gap="medium")
        self.todo = Text("What to do", "section")
        self.todo.setWordWrap(False)
        self.progress = Text("", "dense", "text_2")
        self.progress.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        heading.addWidget(self.todo)
        heading.addWidget(self.progress, 1)
        self.todo_cards = column(gap="small")
        todo = column(gap="small")
        todo.addLayout(heading)
        todo.addLayout(self.todo_cards)
        return todo

    def _limit_width(self) -> None:
        self.page.setMaximumWidth(look().px("detail") + 2 * look().px("large"))
        self.page.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_state(self, state: AlertState, notice: Alert | None, now: datetime) -> None:
        """Brings everything up to date."""
        self.head.show_state(state)
        self.related.show_state(state, notice)
        self.callout.show_state(state, now)
        self._show_cards(state)
        self.tabs.show_state(state)

    def _show_cards(self, state: AlertState) -> None:
        codes = [(str(state.key), action.code, action.text) for action in state.actions]
        shown = [(card.alert, card.code, card.text.text()) for card in self.cards]
        if codes == shown:
            for card, action in zip(self.cards, state.actions, strict=True):
                card.show_state(state, action)
        else:
            empty(self.todo_cards)
            self.cards = [make_card(at, state, action, self.asker) for at, action in enumerate(state.actions, start=1)]
            for card in self.cards:
                self.todo_cards.addWidget(card)
        self._mark_next(state)
        done = sum(is_done(state, action) for action in state.actions)
        total = len(state.actions)
        self.progress.setText(f"{done} of {total} done" if total else "No action is recommended.")

    def _mark_next(self, state: AlertState) -> None:
        """The first action still to do is the one that shows its help."""
        waiting = [not is_done(state, action) for action in state.actions]
        first = waiting.index(True) if True in waiting else -1
        for at, card in enumerate(self.cards):
            card.show_as_next(at == first)


def is_done(state: AlertState, action: ActionState) -> bool:
    """Whether nothing is left to do for an action."""
    if action.answer is AnswerKind.ACKNOWLEDGE:
        return state.acknowledged is not None
    if action.answer is AnswerKind.APPLIES:
        return state.applicability is not None
    if action.answer is AnswerKind.SIGN_OFF:
        return state.sign_off is not None and not state.needs_second
    return bool(action.is_answered)
