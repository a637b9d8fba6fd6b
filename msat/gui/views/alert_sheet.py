"""What the detail pane scrolls: head, why, what to do, and the tabs. Shows a state; records nothing itself.

Cards that most alerts do not need are made when one first needs them: the first paint waits for none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from msat.actions.model import AnswerKind
from msat.gui.pieces import KeyButton, Sheet, Text, column, empty, row
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.action_card import ActionCard, Asker, make_card
from msat.gui.views.alert_head import AlertHead
from msat.gui.views.alert_tabs import AlertTabs
from msat.gui.views.callout import Callout
from msat.gui.views.found import Found
from msat.gui.views.mark_row import MarkRow
from msat.gui.views.newsletter_offer import show_offers
from msat.gui.views.page import chain
from msat.gui.views.related import RelatedAlerts
from msat.gui.views.taken_over import take_over
from msat.gui.views.who_card import WhoCard
from msat.projections.changed_since import changes_of
from msat.projections.closing import closing_line
from msat.projections.newsletter_told import with_sendings

if TYPE_CHECKING:
    from msat.alerts.model import Alert
    from msat.gui.beside import Beside
    from msat.projections.alert_state import ActionState, AlertState
    from msat.projections.general import General
    from msat.projections.item_lines import ItemLine

MOVED = ("who", "work")
"""Cards that stand below the actions in a low window."""
CHANGED = 1
"""The slot between the alerts that belong together and the priority."""


class AlertSheet(Sheet):
    """Everything about one alert, in reading order."""

    def __init__(self, session: Session, asker: Asker) -> None:
        super().__init__()
        self.session, self.asker = session, asker
        self.cards: list[ActionCard] = []
        self.page = QWidget()
        self.page.setProperty("kind", "clear")
        side = row(self, gap=0)
        side.addWidget(self.page, 100)
        side.addStretch(1)
        self._limit_width()
        look().changed.connect(self._limit_width)
        self.head = AlertHead()
        self.marks = MarkRow()
        self.head.top.addWidget(self.marks, 0, Qt.AlignmentFlag.AlignTop)
        self.found = Found()
        self.related = RelatedAlerts(session)
        self.related.listed.connect(self._show_items)
        self.callout = Callout()
        self.tabs = AlertTabs()
        self.is_low = self.is_short = False
        self._told: tuple[str, Sequence[General]] = ("", ())
        lines = self._lines = column(self.page, margins="large", gap="large")
        self._slots: dict[str, QVBoxLayout] = {}
        self.extra: dict[str, QWidget] = {}
        for widget in (self.head, self.marks.below, self.found, self.related):
            lines.addWidget(widget)
        lines.addLayout(self._slot("changed"))
        lines.addWidget(self.callout)
        for name in ("who", "judge", "work", "recheck"):
            lines.addLayout(self._slot(name))
        lines.addLayout(self._todo())
        for name in ("who_below", "work_below", "items", "committee", "letters", "evidence"):
            lines.addLayout(self._slot(name))
        lines.addWidget(self.tabs)
        lines.addStretch(1)

    def _slot(self, name: str) -> QVBoxLayout:
        self._slots[name] = column(gap=0)
        return self._slots[name]

    def _extra(self, name: str, make: Callable[[], QWidget], wanted: bool) -> QWidget | None:
        """A card that is made once it is wanted, and hidden again when it is not."""
        made = self.extra.get(name)
        if made is None and wanted:
            made = self.extra[name] = make()
            self._slots[self._place(name)].addWidget(made)
        if made is not None:
            made.setVisible(wanted)
        return made if wanted else None

    def _place(self, name: str) -> str:
        """The slot of a card: in a short window what to do comes before who does it."""
        return f"{name}_below" if self.is_short and name in MOVED else name

    def set_low(self, low: bool, short: bool) -> None:
        """In a low window the priority stands before the title, and the actions follow it as soon as they can. In a
        `short` one, which is any but the highest, what is to do stands in lines, before who does it."""
        if (low, short) == (self.is_low, self.is_short):
            return
        self.is_low, self.is_short = low, short
        lines = self._lines
        lines.removeWidget(self.callout)
        lines.insertWidget(0 if low else 1 + lines.indexOf(self.related) + CHANGED, self.callout)
        lines.setSpacing(look().px("medium" if low else "large"))
        for name in MOVED:
            if (made := self.extra.get(name)) is not None:
                self._slots[name if short else f"{name}_below"].removeWidget(made)
                self._slots[self._place(name)].addWidget(made)
        self.marks.setVisible(not low)
        self.head.set_low(low)
        self.callout.set_low(low)
        for card in self.cards:
            card.set_low(short)
        chain(lines)

    def left_out(self) -> list[KeyButton]:
        """What a low window leaves out of the head."""
        return [self.marks.star, self.marks.unread, *self.head.left_out()] if self.is_low else []

    def _todo(self):
        heading = row(gap="medium")
        self.todo = Text(tr("What to do"), "section")
        self.todo.setWordWrap(False)
        self.progress = Text("", "dense", "text_2")
        self.progress.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        heading.addWidget(self.todo)
        heading.addWidget(self.progress, 1)
        self.todo_cards = column(gap="small")
        todo = column(gap="small")
        todo.addLayout(heading)
        todo.addLayout(self.todo_cards)
        self.closing = Text("", "body")
        self.closing.hide()
        todo.addWidget(self.closing)
        return todo

    def _limit_width(self) -> None:
        self.page.setMaximumWidth(look().px("detail") + 2 * look().px("large"))
        self.page.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_state(self, state: AlertState, notice: Alert | None, now: datetime) -> None:
        """Brings everything up to date."""
        self.head.show_state(state)
        self.marks.show_key(str(state.key), now)
        self.related.show_state(state, notice)
        self.callout.show_state(state, now)
        self._show_cards(state)
        signs = any(action.answer is AnswerKind.SIGN_OFF for action in state.actions)
        self.closing.say("" if signs or not state.actions else closing_line(state))
        self._show_history(state, self._told if self._told[0] == str(state.key) else ("", ()), now)
        changed = self._extra("changed", self._make_changed, bool(state.reopened or state.carried or changes_of(state)))
        if changed is not None:
            changed.show_state(state)
        recheck = self._extra("recheck", self._make_recheck, bool(state.rechecks))
        if recheck is not None:
            recheck.show_state(state, now)
        self._extra("evidence", self._make_evidence, wanted=True).show_state(state)

    def _show_history(self, state: AlertState, told: tuple[str, Sequence[General]], now: datetime) -> None:
        """The history with the newsletters that told of the alert, which come with what stands beside it."""
        self._told = told
        whole = with_sendings(state, told[1])
        self.tabs.show_state(whole, self.session.desk.record.log if self.session.desk else "", now)

    def show_beside(self, state: AlertState, found: Beside, now: datetime) -> None:
        """What the desk tells beside the alert's own state, which is read after it."""
        show_offers(self.cards, state, found.told)
        if (str(state.key), found.told) != self._told:
            self._show_history(state, (str(state.key), found.told), now)
        who = self._extra("who", WhoCard, bool(found.acts))
        if who is not None:
            who.show_acts(str(state.key), found.acts, now)
        judge = self._extra("judge", self._make_judge, bool(found.questions or state.judged))
        if judge is not None:
            judge.show_questions(state, found.questions, now)
        work = self._extra("work", self._make_work, bool(state.owner or state.deferral or state.deferral_asked))
        if work is not None:
            work.show_state(state, found.acting, now)
        said = bool(state.plan or state.decision_support or state.discussed)
        committee = self._extra("committee", self._make_committee, said or found.is_committee)
        if committee is not None:
            committee.show_state(state, found, now)

        letters = self._extra("letters", self._make_letters, bool(state.actions))
        if letters is not None:
            letters.show_state(state)

    def _show_items(self, lines: Sequence[ItemLine]) -> None:
        """The items of a list, below what to do with them."""
        items = self._extra("items", self._make_items, bool(lines))
        if items is not None:
            items.show_lines(lines)

    def _make_items(self) -> QWidget:
        from msat.gui.views.items_card import ItemsCard

        made = ItemsCard()
        made.opened.connect(self.related.opened)
        made.refused.connect(self.tabs.source.text.refused)
        return made

    def _make_letters(self) -> QWidget:
        from msat.gui.views.letters_card import LettersCard

        return LettersCard(self.session)

    def _make_changed(self) -> QWidget:
        from msat.gui.views.changed_card import ChangedCard

        made = ChangedCard()
        made.opened.connect(self.related.opened)
        return made

    def _make_recheck(self) -> QWidget:
        from msat.gui.views.recheck_card import RecheckCard

        return RecheckCard(self.asker)

    def _make_evidence(self) -> QWidget:
        from msat.gui.views.evidence_card import EvidenceCard

        made = EvidenceCard(self.session, self.asker)
        self.tabs.history.opened.connect(made.open_file)
        return made

    def _make_judge(self) -> QWidget:
        from msat.gui.views.judge_card import JudgeCard

        return JudgeCard(self.asker)

    def _make_work(self) -> QWidget:
        from msat.gui.views.work_card import WorkCard

        made = WorkCard()
        made.assign_asked.connect(self.asker.open_assign)
        made.resume_asked.connect(self.asker.open_resume)
        made.approve_asked.connect(self.asker.open_approve)
        return made

    def _make_committee(self) -> QWidget:
        from msat.gui.views.committee_card import CommitteeCard

        made = CommitteeCard()
        made.plan_asked.connect(self.asker.open_plan)
        made.support_asked.connect(self.asker.open_support)
        made.meeting_asked.connect(self.asker.open_meeting)
        made.done_asked.connect(self.asker.open_done)
        made.save_asked.connect(self.asker.save_plan)
        return made

    def _show_cards(self, state: AlertState) -> None:
        codes = [(str(state.key), action.code, action.text) for action in state.actions]
        shown = [(card.alert, card.code, card.text.text()) for card in self.cards]
        if self.cards and codes == shown:
            for card, action in zip(self.cards, state.actions, strict=True):
                card.show_state(state, action)
        else:
            self._make_cards(state)
        self._mark_next(state)
        done = sum(is_done(state, action) for action in state.actions)
        total = len(state.actions)
        self.progress.setText(
            tr("{done} of {total} done").format(done=done, total=total) if total else tr("No action is recommended.")
        )

    def _make_cards(self, state: AlertState) -> None:
        """Anew; of the same alert, whose notice has changed, with what is being typed and the focus."""
        before = [card for card in self.cards if card.alert == str(state.key)]
        self.cards = [make_card(at, state, action, self.asker) for at, action in enumerate(state.actions, start=1)]
        focus_again = take_over(before, self.cards)
        empty(self.todo_cards)
        for card in self.cards:
            card.set_low(self.is_short)
            self.todo_cards.addWidget(card)
            card.show()
        focus_again()

    def renew_cards(self) -> None:
        """The next state shown makes every card anew, with the drafts that are kept by then."""
        self.cards = []

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
