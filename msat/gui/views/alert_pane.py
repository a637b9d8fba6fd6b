"""One alert: what it is, why it matters, what to do, and what was done. Answers are given in place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QStackedWidget, QWidget

from msat.actions.model import AnswerKind
from msat.alerts.model import Alert
from msat.errors import MsatError
from msat.gui import words
from msat.gui.pieces import KeyButton, Sheet, Text, Wrapping, column, empty, restyle, row
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.views.action_card import ActionCard, make_card
from msat.gui.views.alert_head import AlertHead
from msat.gui.views.alert_tabs import AlertTabs
from msat.gui.views.applies_card import AppliesCard
from msat.gui.views.callout import Callout
from msat.gui.views.correct_panel import CorrectPanel
from msat.gui.views.found import Found
from msat.gui.views.panels import FootPanel, PriorityPanel, ReopenPanel, SecondNotApplicablePanel, SignOffPanel
from msat.gui.views.related import RelatedAlerts
from msat.projections.alert_state import AlertState, HistoryLine

if TYPE_CHECKING:
    from msat.gui.deeds import Deed

DRAFT_MS = 700
LOAD_MS = 40
"""Moving down the list with a held key loads the alert one stops at."""


class AlertPane(QFrame):
    """The detail pane. `left` says that a person wants back to the list."""

    left = Signal()
    save_asked = Signal(object)
    copy_asked = Signal()
    open_page = Signal(str)
    pointed = Signal(str)
    go = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "page")
        self.session = session
        self.state: AlertState | None = None
        self.notice: Alert | None = None
        self.cards: list[ActionCard] = []
        self._wanted, self._asked, self._search = "", 0, ""
        self._build()
        self._loading = QTimer(self, singleShot=True, interval=LOAD_MS)
        self._loading.timeout.connect(self._load)
        self._drafting = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._drafting.timeout.connect(self.save_drafts)
        session.changes.happened.connect(self._changed)

    # Building

    def _build(self) -> None:
        layout = column(self, gap=0)
        self.back = KeyButton("Back to the list", self.left.emit, "Esc", "quiet", "back")
        self.back.hide()
        layout.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self.stack = QStackedWidget()
        self.nothing = QFrame()
        self.nothing.setProperty("kind", "page")
        blank = column(self.nothing, margins="wide")
        self.hint = Text("Choose an alert to see what it asks for.", "body", "text_2")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        blank.addStretch(1)
        blank.addWidget(self.hint)
        blank.addStretch(2)
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.scroll.setAccessibleName("Alert")
        self.scroll.setWidget(self._content())
        self.stack.addWidget(self.nothing)
        self.stack.addWidget(self.scroll)
        layout.addWidget(self.stack, 1)
        self.panel_place = column(gap=0)
        layout.addLayout(self.panel_place)
        self.panel: FootPanel | None = None
        layout.addWidget(self._foot())
        self._show_foot()

    def _content(self) -> QWidget:
        content = Sheet()
        self.sheet = QWidget()
        self.sheet.setProperty("kind", "clear")
        side = row(content, gap=0)
        side.addWidget(self.sheet, 100)
        side.addStretch(1)
        self._limit_width()
        look().changed.connect(self._limit_width)
        lines = column(self.sheet, margins="large", gap="large")
        self.head = AlertHead()
        self.head.opened.connect(self.open_page)
        self.head.save_asked.connect(lambda: self.save_asked.emit(self.state))
        self.head.copy_asked.connect(self.copy_asked)
        self.related = RelatedAlerts(self.session)
        self.related.opened.connect(self.go)
        self.callout = Callout()
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
        self.tabs = AlertTabs()
        self.tabs.history.correct.connect(self._correct)
        self.tabs.wanted.connect(self._show_version)
        self.tabs.source.text.pointed.connect(self.pointed)
        self.tabs.source.text.refused.connect(lambda _url: self._say_refused())
        lines.addWidget(self.head)
        self.found = Found()
        lines.addWidget(self.found)
        lines.addWidget(self.related)
        lines.addWidget(self.callout)
        lines.addLayout(todo)
        lines.addWidget(self.tabs)
        lines.addStretch(1)
        return content

    def _limit_width(self) -> None:
        self.sheet.setMaximumWidth(look().px("detail") + 2 * look().px("large"))
        self.sheet.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def _foot(self) -> QFrame:
        self.foot = QFrame()
        self.foot.setProperty("kind", "bar")
        line = Wrapping(gap=8)
        holder = column(self.foot, margins="small", gap=0)
        holder.addLayout(line)
        self.sign = KeyButton("Sign off", self.open_sign_off, "C", "primary")
        self.not_applicable = KeyButton("Does not apply", self.open_not_applicable, "N")
        self.priority = KeyButton("Change priority", self.open_priority, "P")
        self.reopen = KeyButton("Re-open", self.open_reopen, "R")
        for button in (self.sign, self.not_applicable, self.priority, self.reopen):
            line.addWidget(button)
        return self.foot

    # Showing

    def show_key(self, key: str) -> None:
        """Shows another alert; an empty key shows none."""
        if key == self._wanted:
            return
        self.save_drafts()
        self.close_panel()
        self._wanted = key
        if not key:
            self.state = self.notice = None
            self.stack.setCurrentIndex(0)
            self._show_foot()
            return
        self._loading.start()

    def load_now(self) -> None:
        """Does not wait for the pause that a held key needs."""
        self._loading.stop()
        self._load()

    def _load(self) -> None:
        self._asked += 1
        number, key = self._asked, self._wanted
        known = self.notice if self.state and self.state.key == key else None
        version = self.state.versions[-1].version if known and self.state and self.state.versions else ""

        def ask(desk) -> tuple[AlertState | None, Alert | None]:
            state = desk.views.alert(key)
            same = bool(known and state and state.versions and state.versions[-1].version == version)
            return state, known if same else desk.views.notice(key)

        if key:
            self.session.read(ask, lambda found: self._loaded(number, found), self)

    def _loaded(self, number: int, found: tuple[AlertState | None, Alert | None]) -> None:
        if number != self._asked:
            return
        state, notice = found
        if state is None:
            self.show_key("")
        else:
            self.show_alert(state, notice)

    def show_alert(self, state: AlertState, notice: Alert | None) -> None:
        """Shows an alert, or brings the one shown up to date where it stands."""
        other = self.state is None or self.state.key != state.key
        self._wanted = str(state.key)
        fresh = other or notice is not self.notice
        self.state, self.notice = state, notice
        if other:
            self.scroll.verticalScrollBar().setValue(0)
            self.callout.reasons.hide()
        self.head.show_state(state)
        self.related.show_state(state, notice)
        self.callout.show_state(state, self.now())
        self._show_cards(state)
        self.tabs.show_state(state)
        if fresh:
            self.tabs.show_notice(notice)
        self.found.show_hit(notice, self._search)
        self._show_foot()
        self.stack.setCurrentIndex(1)
        if isinstance(self.panel, SignOffPanel):
            self.panel.show_missing(words.missing_words(state))

    def mark(self, search: str) -> None:
        """Marks what was searched for in the list."""
        self._search = search
        self.tabs.source.text.mark(search)
        self.found.show_hit(self.notice, search)

    def _show_cards(self, state: AlertState) -> None:
        codes = [(str(state.key), action.code, action.text) for action in state.actions]
        shown = [(card.alert, card.code, card.text.text()) for card in self.cards]
        if codes == shown:
            for card, action in zip(self.cards, state.actions, strict=True):
                card.show_state(state, action)
            self._mark_next(state)
        else:
            empty(self.todo_cards)
            self.cards = [make_card(at, state, action, self) for at, action in enumerate(state.actions, start=1)]
            for card in self.cards:
                self.todo_cards.addWidget(card)
            self._mark_next(state)
        done = sum(_is_done(state, action) for action in state.actions)
        total = len(state.actions)
        self.progress.setText(f"{done} of {total} done" if total else "No action is recommended.")

    def _mark_next(self, state: AlertState) -> None:
        """The first action still to do is the one that shows its help."""
        waiting = [not _is_done(state, action) for action in state.actions]
        first = waiting.index(True) if True in waiting else -1
        for at, card in enumerate(self.cards):
            card.show_as_next(at == first)

    def _show_foot(self) -> None:
        state = self.state
        self.foot.setVisible(state is not None and self.panel is None)
        if state is None:
            return
        closed = bool(state.sign_off or (state.applicability and not state.applicability.applies))
        waiting_no = bool(state.applicability and not state.applicability.applies)
        self.sign.say("Sign off as second person" if state.sign_off and state.needs_second else "Sign off")
        self.sign.setVisible(not waiting_no and (state.sign_off is None or state.needs_second))
        kind = "plain" if state.missing else "primary"
        if self.sign.property("kind") != kind:
            self.sign.setProperty("kind", kind)
            look().dress(self.sign, "body", strong=kind == "primary")
            restyle(self.sign)
        self.not_applicable.setVisible(not closed)
        self.priority.setVisible(not closed)
        self.reopen.setVisible(closed)

    # What cards ask of their pane

    @property
    def drafts(self):
        return self.session.drafts

    def now(self) -> datetime:
        return self.session.now()

    def draft(self, field: str) -> str:
        return self.session.drafts.text(self._wanted, field)

    def keep_draft(self, field: str, text: str) -> None:
        self.session.drafts.keep(self._wanted, field, text)
        self._drafting.start()

    def save_drafts(self) -> None:
        """Writes drafts to the disk."""
        try:
            self.session.drafts.save()
        except MsatError as error:
            self.session.tell(error)

    def ask(self, deed: Deed, done: Callable[[], None], failed: Callable[[MsatError], None]) -> None:
        """Records a deed of a card."""
        self.session.do(deed, self, lambda _changes: done(), failed)

    def _changed(self, changes) -> None:
        if self._wanted and (self._wanted in changes.alerts or not changes.alerts):
            self._load()
        self._drafting.start()

    # Panels

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
        self._show_foot()
        self.save_drafts()
        if held:
            self.scroll.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_sign_off(self) -> None:
        state = self.state
        if state is None or not self.sign.isEnabled() or self.sign.isHidden():
            return
        second = state.sign_off is not None and state.needs_second
        first = state.sign_off.deed.by if state.sign_off else ""
        self.open_panel(SignOffPanel(self.session, str(state.key), words.missing_words(state), second, first))

    def open_second_not_applicable(self) -> None:
        if self.state is not None and self.state.applicability is not None:
            reason = self.state.applicability.reason
            self.open_panel(SecondNotApplicablePanel(self.session, str(self.state.key), reason))

    def open_not_applicable(self) -> None:
        card = next((c for c in self.cards if isinstance(c, AppliesCard)), None)
        if card is not None and not self.not_applicable.isHidden():
            self.scroll.ensureWidgetVisible(card)
            card.open(False)

    def open_priority(self) -> None:
        if self.state is not None and not self.priority.isHidden():
            self.open_panel(PriorityPanel(self.session, str(self.state.key), str(self.state.rag or "")))

    def open_reopen(self) -> None:
        if self.state is not None and not self.reopen.isHidden():
            self.open_panel(ReopenPanel(self.session, str(self.state.key)))

    def _correct(self, line: HistoryLine) -> None:
        def opened(entry) -> None:
            if entry is not None and self.state is not None:
                self.open_panel(CorrectPanel(self.session, str(self.state.key), line, entry.data))

        self.session.read(lambda desk: desk.record.entry(line.entry), opened, self)

    def _show_version(self, version: str) -> None:
        key = self._wanted
        self.session.read(
            lambda desk: desk.views.notice(key, version), lambda notice: self.tabs.source.show_notice(notice), self
        )

    def _say_refused(self) -> None:
        from msat.errors import Refused

        self.session.trouble.emit(Refused("That link is not a https address.", "It was not opened."))

    # Keys

    def answer_number(self, number: int) -> None:
        """What a number key does."""
        if 1 <= number <= len(self.cards):
            card = self.cards[number - 1]
            self.scroll.ensureWidgetVisible(card, 0, look().px("large"))
            card.quick()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.panel is not None:
                self.close_panel()
            else:
                self.left.emit()
            return
        super().keyPressEvent(event)


def _is_done(state: AlertState, action) -> bool:
    if action.answer is AnswerKind.ACKNOWLEDGE:
        return state.acknowledged is not None
    if action.answer is AnswerKind.APPLIES:
        return state.applicability is not None
    if action.answer is AnswerKind.SIGN_OFF:
        return state.sign_off is not None and not state.needs_second
    return bool(action.is_answered)

