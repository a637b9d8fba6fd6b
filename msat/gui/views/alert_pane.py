"""One alert: loads it, shows it, keeps it up to date, and records what is answered in place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QStackedWidget, QWidget

from msat.alerts.model import Alert
from msat.errors import MsatError, Refused
from msat.gui import words
from msat.gui.beside import Beside, beside
from msat.gui.into_sight import bring_in_sight
from msat.gui.pieces import Blank, KeyButton, column, row
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.action_card import ActionCard
from msat.gui.views.alert_panels import AlertPanels
from msat.gui.views.alert_sheet import AlertSheet
from msat.gui.views.page import chain
from msat.gui.views.panels import SignOffPanel
from msat.projections.alert_state import AlertState
from msat.projections.changed_since import updated_at

if TYPE_CHECKING:
    from msat.gui.deeds import Deed
    from msat.services.knowledge import Knowledge

DRAFT_MS = 700
SHORT, LOW, LOWEST, LEAST = 1_500, 780, 640, 360
"""Pixels at 100 %: a lower pane shows actions as lines; one lower the priority first and less around it; one lower yet
has no room for a tip, and the lowest none for anything beside a panel."""
LOAD_MS = 40
"""Moving down the list with a held key loads the alert one stops at."""
LATE_MS = 200
"""An alert that takes longer to read leaves nothing of the one before on the screen."""


class AlertPane(AlertPanels):
    """The detail pane. `left` says that a person wants back to the list, `changed_here` that the notice of the alert
    shown has changed meanwhile."""

    left = Signal()
    save_asked = Signal(object)
    copy_asked = Signal()
    newsletter_asked = Signal()
    open_page = Signal(str)
    pointed = Signal(str)
    go = Signal(str)
    snoozed = Signal(str, object)
    changed_here = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.setProperty("kind", "page")
        self.notice: Alert | None = None
        self._wanted, self._asked, self._asked_beside, self._search = "", 0, 0, ""
        self._build()
        self._loading = QTimer(self, singleShot=True, interval=LOAD_MS)
        self._loading.timeout.connect(self._load)
        self._late = QTimer(self, singleShot=True, interval=LATE_MS)
        self._late.timeout.connect(self._show_waiting)
        self._drafting = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._drafting.timeout.connect(self.save_drafts)
        session.changes.happened.connect(self._changed)
        session.grace.taken_back.connect(self._taken_back)

    # Building

    def _build(self) -> None:
        layout = column(self, gap=0)
        self.back = KeyButton(tr("Back to the list"), self.left.emit, "Esc", "quiet", "back")
        self.back.hide()
        self.way_back = QWidget()
        self.way_back.setProperty("kind", "clear")
        row(self.way_back, gap=0).addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.way_back)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._blank())
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.scroll.setAccessibleName(tr("Alert"))
        self.sheet = AlertSheet(self.session, self)
        self.scroll.setWidget(self.sheet)
        self.stack.addWidget(self.scroll)
        # What is shown gives way to a panel, down to a few lines.
        self.stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        layout.addWidget(self.stack, 1)
        layout.addLayout(self.panel_place)
        layout.addWidget(self.foot)
        self._connect()
        self.foot.aside = self.sheet.left_out
        look().changed.connect(self._fit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Arranges the alert for the height of the pane; larger text counts as a lower pane."""
        height = self.height() * 100 / look().zoom
        self.sheet.set_low(height < LOW, height < SHORT)
        self.foot.set_low(height < LOW, has_room=height >= LOWEST)
        # Of the lowest pane a panel may take everything: Esc leads out of it.
        gives_way = self.panel is not None and height < LEAST
        self.way_back.setHidden(gives_way)
        self.stack.setMinimumHeight(0 if gives_way else look().px(48))

    def panel_changed(self) -> None:
        self._fit()

    def _blank(self) -> QFrame:
        nothing = self._nothing = Blank(tr("Choose an alert to see what it asks for."), tr("Opening the alert."))
        self.hint, self.waiting = nothing.hint, nothing.waiting
        return nothing

    def _connect(self) -> None:
        sheet = self.sheet
        self.head, self.related, self.found = sheet.head, sheet.related, sheet.found
        self.callout, self.tabs = sheet.callout, sheet.tabs
        self.head.opened.connect(self.open_page)
        self.head.save_asked.connect(lambda: self.save_asked.emit(self.state))
        self.head.copy_asked.connect(self.copy_asked)
        self.head.newsletter_asked.connect(self.newsletter_asked)
        self.related.opened.connect(self.go)
        self.tabs.history.correct.connect(self.open_correction)
        self.tabs.wanted.connect(self._show_version)
        self.tabs.source.text.pointed.connect(self.pointed)
        self.tabs.source.text.refused.connect(lambda _url: self._say_refused())

    @property
    def cards(self) -> list[ActionCard]:
        """The cards of the actions, in their order."""
        return self.sheet.cards

    # Showing

    def show_key(self, key: str) -> None:
        """Shows another alert; an empty key shows none."""
        if key == self._wanted:
            return
        self.save_drafts()
        self.close_panel()
        self._wanted = key
        self._asked += 1  # what is still being read is of the alert before, and would be wanted again
        if not key:
            self._show_none()
            return
        self._loading.start()
        self._late.start()

    @property
    def is_between(self) -> bool:
        """Whether another alert is chosen than the one shown: what is done now would be done to the wrong one."""
        return bool(self._wanted) and (self.state is None or str(self.state.key) != self._wanted)

    def _show_none(self) -> None:
        self.state = self.notice = None
        self.stack.setCurrentIndex(0)
        self.waiting.hide()
        self.hint.show()
        self.show_foot()

    def _show_waiting(self) -> None:
        """The alert before goes from the screen while the chosen one is still being read."""
        if not self.is_between:
            return
        focus = self.focusWidget()
        self._show_none()
        self.hint.hide()
        self.waiting.show()
        if focus is not None and self.stack.isAncestorOf(focus):
            self._nothing.setFocus(Qt.FocusReason.OtherFocusReason)

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
            state = self.session.grace.ahead(desk, desk.views.alert(key))
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
        has_changed = not other and self.state is not None and updated_at(state) not in (None, updated_at(self.state))
        self.state, self.notice = state, notice
        if other:
            self.scroll.verticalScrollBar().setValue(0)
            self.callout.reasons.hide()
        self.sheet.show_state(state, notice, self.now())
        self._ask_beside(state)
        if fresh:
            self.tabs.show_notice(notice)
        self._show_found()
        self.show_foot()
        self._late.stop()
        self.stack.setCurrentIndex(1)
        if self._nothing.hasFocus():
            self.focus_sheet()
        if isinstance(self.panel, SignOffPanel):
            self.panel.show_missing(words.missing_words(state))
        if has_changed:
            self.changed_here.emit(state.reference or state.title)

    def _ask_beside(self, state: AlertState) -> None:
        """What the desk tells beside the state; a later question makes an earlier answer void."""
        self._asked_beside += 1
        number = self._asked_beside

        def show(found: Beside) -> None:
            if number == self._asked_beside and self.state is not None:
                self.beside = found
                self.sheet.show_beside(self.state, found, self.now())
                chain(self.sheet.layout())

        self.session.read(lambda desk: beside(desk, state), show, self)

    def mark(self, search: str) -> None:
        """Marks what was searched for in the list."""
        self._search = search
        self.tabs.source.text.mark(search)
        self._show_found()

    def _show_found(self) -> None:
        recorded = tuple(line.text for line in self.state.history if not line.struck) if self.state else ()
        self.found.show_hit(self.notice, self._search, recorded)

    # What cards ask of their pane

    @property
    def drafts(self):
        return self.session.drafts

    def now(self) -> datetime:
        return self.session.now()

    def person_name(self) -> str:
        """Who is at the keyboard; empty while nobody has said."""
        person = self.session.person()
        return person.name if person else ""

    def knowledge(self) -> Knowledge | None:
        """The rules, reasons and sources in force; None while no record is open."""
        return self.session.desk.knowledge if self.session.desk else None

    def draft(self, field: str) -> str:
        return self.session.drafts.text(self._wanted, field)

    def keep_draft(self, field: str, text: str) -> None:
        self.session.drafts.keep(self._wanted, field, text)
        self._drafting.start()

    def ask(self, deed: Deed, done: Callable[[], None], failed: Callable[[MsatError], None]) -> None:
        """Records a deed of a card."""
        self.session.do(deed, self, lambda _changes: done(), failed)

    def _changed(self, changes) -> None:
        if self._wanted and (self._wanted in changes.alerts or not changes.alerts):
            self._load()
        self._drafting.start()

    def _taken_back(self, alerts) -> None:
        """What was typed for an answer is a draft again: the cards are made anew and show it."""
        if self._wanted in alerts:
            self.sheet.renew_cards()

    def bring_into_view(self, widget: QWidget) -> None:
        if isinstance(widget, ActionCard):
            widget.open_up()
        self.scroll.ensureWidgetVisible(widget, 0, look().px("large"))

    def show_change(self) -> None:
        """Brings what has changed into sight: it stands above what is to be done."""
        card = self.sheet.extra.get("changed")
        self.scroll.ensureWidgetVisible(card if card is not None else self.head, 0, look().px("large"))

    def say_snoozed(self, name: str, until: datetime) -> None:
        self.snoozed.emit(name, until)

    def focus_sheet(self) -> None:
        self.scroll.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_version(self, version: str) -> None:
        key = self._wanted
        self.session.read(
            lambda desk: desk.views.notice(key, version), lambda notice: self.tabs.source.show_notice(notice), self
        )

    def _say_refused(self) -> None:
        self.session.trouble.emit(Refused(tr("That link is not a https address."), tr("It was not opened.")))

    # Keys

    def answer_number(self, number: int) -> None:
        """What a number key does."""
        if 1 <= number <= len(self.cards):
            card = self.cards[number - 1]
            self.bring_into_view(card)
            card.quick()
            focus = self.window().focusWidget()
            if focus is not None and card.isAncestorOf(focus):
                bring_in_sight(focus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.panel is not None:
                self.close_panel()
            else:
                self.left.emit()
            return
        super().keyPressEvent(event)
