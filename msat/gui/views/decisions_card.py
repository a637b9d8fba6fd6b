"""What meetings decided and somebody still sees to: who, by when, how late; and the way to the minutes of a meeting.

Asks nobody; the page gives it a reading. A decision has no Red, Amber or Green: that is the urgency of an alert.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from msat.clock import london
from msat.gui import tongue
from msat.gui.board_choice import Only
from msat.gui.oversight import MINUTES_KEY, Shown
from msat.gui.pieces import KeyButton, Text, Wrapping, column, copyable, empty, row
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.committee_card import decided_words
from msat.projections.decisions import Decision, Standing, count_words, standing, standing_words

FIRST = 12
"""Decisions that are shown at once; one button shows all."""
WIDEST = 680
"""Pixels at 100 % beyond which a decision's words would be too long to read."""


class DecisionsCard(QFrame):
    """`opened` carries an alert's key; `done_asked` the key and the decision's id; `minutes_asked`: of a meeting."""

    opened = Signal(str)
    done_asked = Signal(str, str)
    minutes_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        lines = column(self, margins="large", gap="medium")
        lines.addWidget(Text(tr("Decisions"), "section"))
        self.count = Text("", "body", "text_2")
        lines.addWidget(self.count)
        self._rows = column(gap="medium")
        lines.addLayout(self._rows)
        foot = Wrapping(gap=8)
        self.all = KeyButton("", self._show_all)
        self.minutes = KeyButton(tr("Minutes of a meeting"), self.minutes_asked.emit, MINUTES_KEY)
        foot.addWidget(self.all)
        foot.addWidget(self.minutes)
        lines.addLayout(foot)
        self.decisions: tuple[Decision, ...] = ()
        self._shown: Shown | None = None
        self._whole = False
        look().changed.connect(self._fit)

    def show_decisions(self, shown: Shown, only: Only | None = None) -> None:
        """Lists them, the most overdue first; with `only` those about its alerts. Nothing is shown where none is."""
        held = self._held()
        keys = None if only is None else {one.key for one in shown.alerts if not only.code and only.is_of(one)}
        found = tuple(one for one in shown.decisions if keys is None or one.key in keys)
        self._shown, self.decisions = shown, found
        self.setVisible(bool(found) or (keys is None and shown.is_committee))
        self._list()
        buttons = self.findChildren(KeyButton)
        again = next((button for button in buttons if button.accessibleName() == held), self.minutes)
        if held:
            again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _held(self) -> str:
        """The name of the button that has the focus: read anew, the list gives it back, or the next thing does."""
        focus = self.window().focusWidget()
        return focus.accessibleName() if focus is not None and self.isAncestorOf(focus) else ""

    def _list(self) -> None:
        shown = self._shown
        if shown is None:
            return
        empty(self._rows)
        today = london(shown.now).date()
        self.count.say(tongue.said(count_words(self.decisions, today, shown.site)))
        for one in self._first():
            self._rows.addWidget(self._row(one, shown))
        more = len(self.decisions) > FIRST and not self._whole
        self.all.setVisible(more)
        self.all.say(tr("Show all {number:,}").format(number=len(self.decisions)))
        self._fit()

    def _first(self) -> Sequence[Decision]:
        return self.decisions if self._whole else self.decisions[:FIRST]

    def _show_all(self) -> None:
        self._whole = True
        self._list()
        first = self.findChildren(KeyButton)
        if len(first) > 2 * FIRST:
            first[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _fit(self) -> None:
        for text in self.findChildren(Text):
            text.setMaximumWidth(look().px(WIDEST))

    def _row(self, one: Decision, shown: Shown) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "clear")
        line = row(frame, gap="small")
        told = column(gap=2)
        today = london(shown.now).date()
        late = standing(one, today, shown.site) is Standing.OVERDUE
        state = tongue.said(standing_words(one, today, shown.site))
        told.addWidget(copyable(Text(one.met.outcome_words, "body", strong=True)))
        owner = tr("Owner: {owner}.").format(owner=one.met.owner)
        told.addWidget(Text(f"{owner} {state}", "dense", "red_text" if late else "text"))
        told.addWidget(Text(one.title if one.reference in one.title else f"{one.name} {one.title}", "dense", "text_2"))
        told.addWidget(Text(decided_words(one.met), "meta", "text_2"))
        line.addLayout(told, 100)
        done = KeyButton(tr("Mark as done"), lambda: self.done_asked.emit(str(one.key), one.id), kind="quiet")
        done.setAccessibleName(tr("Mark as done: {named}").format(named=f"{one.met.outcome_words[:60]} ({one.name})"))
        show = KeyButton(tr("Open"), lambda: self.opened.emit(str(one.key)), kind="quiet")
        show.setAccessibleName(tr("Open the alert of the decision: {named}").format(named=one.met.outcome_words[:60]))
        for button in (done, show):
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        line.addStretch(1)
        return frame
