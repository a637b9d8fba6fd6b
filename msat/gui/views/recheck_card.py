"""Searches run again 3 and 12 months after the work was done: the counts of then and now side by side."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout

from msat.clock import london
from msat.errors import MsatError
from msat.gui import words, work_deeds
from msat.gui.dates import say_date
from msat.gui.into_sight import SeenText
from msat.gui.pieces import KeyButton, Text, card, column, empty
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.action_card import Asker
from msat.gui.views.funnel_fields import STEPS, FunnelFields
from msat.projections import rechecks
from msat.projections.alert_state import AlertState
from msat.projections.work_state import Recheck

EARLIEST = timedelta(days=31)


class RecheckCard(QFrame):
    """What is due and what was found; the next one is counted here."""

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.asker, self.alert = asker, ""
        self._months = 0
        lines = column(self, margins="medium", gap="small")
        lines.addWidget(Text(tr("Search again"), "section"))
        self.lines = column(gap="small")
        lines.addLayout(self.lines)
        self.form = QFrame()
        self.form.setProperty("kind", "clear")
        inside = column(self.form, gap="small")
        self.ask = Text("", "body", strong=True)
        self.funnel = FunnelFields(tr("search run again"), lambda name: self.asker.draft(f"recheck/{name}"))
        self.funnel.typed.connect(lambda name, text: self.asker.keep_draft(f"recheck/{name}", text))
        self.funnel.typed.connect(lambda _name, _text: self._compare())
        self.funnel.entered.connect(self.submit)
        self.now_and_then = Text("", "body")
        self.save = KeyButton(tr("Record the search"), self.submit, "Enter", "primary")
        for widget in (self.ask, self.funnel, self.now_and_then):
            inside.addWidget(widget)
        inside.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        lines.addWidget(self.form)
        self.wrong = SeenText("dense", "red_text")
        lines.addWidget(self.wrong)
        self._shown: object = None
        self._next: Recheck | None = None

    def show_state(self, state: AlertState, now: datetime) -> None:
        """Brings the card up to date."""
        if self.alert != str(state.key):
            self.alert = str(state.key)
            self.wrong.say("")
        waiting = [one for one in state.rechecks if one.deed is None and one.due - EARLIEST <= now]
        self._next = waiting[0] if waiting else None
        self.form.setVisible(self._next is not None)
        if self._next is not None:
            self.ask.setText(due_words(self._next, now))
            self.funnel.show_known({})
        shown = (self.alert, state.rechecks, now.date())
        if shown == self._shown:
            return
        self._shown = shown
        empty(self.lines)
        for one in state.rechecks:
            if one.deed is not None:
                self._done(one)
            elif one is not self._next:
                self.lines.addWidget(Text(due_words(one, now), "body"))
        self._compare()

    def _done(self, one: Recheck) -> None:
        said = tr("After {months} months: {difference}.").format(months=one.months, difference=rechecks.difference(one))
        tone = "amber_text" if one.rose else "text"
        self.lines.addWidget(Text(said, "body", tone, strong=one.rose))
        self.lines.addWidget(counts_table(one))
        if one.deed is not None:
            search = tr("Search “{search}”. ").format(search=one.search) if one.search else ""
            note = f" {one.note}" if one.note else ""
            self.lines.addWidget(Text(f"{search}{words.deed_words(one.deed)}.{note}", "meta", "text_2"))
        if one.struck:
            self.lines.addWidget(Text(tr("No longer stands: {struck}").format(struck=one.struck), "meta", "amber_text"))

    def _compare(self) -> None:
        """What the numbers typed so far say beside those of before."""
        numbers = self.funnel.numbers()
        if self._next is None or not numbers:
            before = rechecks.in_words(self._next.before) if self._next else ""
            self.now_and_then.say(tr("Last time: {before}.").format(before=before) if before else "")
            return
        typed = tuple((step, numbers[step]) for step, _label in STEPS if step in numbers)
        found = Recheck(self._next.months, self._next.due, self._next.before, None, typed)
        rose = tr(" More than before: recording it opens the alert again, Amber.") if found.rose else ""
        self.now_and_then.say(f"{rechecks.difference(found).capitalize()}.{rose}")

    def open(self) -> None:
        """Goes to the first number."""
        self.funnel.fields["found"].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def submit(self) -> None:
        numbers = self.funnel.numbers()
        if self._next is None or not self.save.isEnabled():
            return
        if "found" not in numbers:
            self.wrong.say(tr("The number found is missing. Nil is 0."))
            self.open()
            return
        self.save.setEnabled(False)
        self.wrong.say("")
        note, search = self.funnel.reason.text().strip(), self.funnel.search.text().strip()
        deed = work_deeds.recheck(self.alert, numbers, self._next.months, note, search)
        self.asker.ask(deed, self._recorded, self._failed)

    def _recorded(self) -> None:
        self.save.setEnabled(True)
        self.funnel.clear()

    def _failed(self, error: MsatError) -> None:
        self.save.setEnabled(True)
        self.wrong.say(str(error))


def due_words(one: Recheck, now: datetime) -> str:
    """`After 3 months: the search is to be run again by 20 February 2027.`"""
    day = say_date(london(one.due).date())
    if one.due <= now:
        return tr("After {months} months: the search is due to be run again, since {day}.").format(
            months=one.months, day=day
        )
    return tr("After {months} months: the search comes back on {day}.").format(months=one.months, day=day)


def counts_table(one: Recheck) -> QFrame:
    """Then and now, step by step."""
    frame = card("sunken")
    grid = QGridLayout(frame)
    grid.setHorizontalSpacing(look().px("large"))
    grid.setVerticalSpacing(look().px(2))
    grid.setColumnStretch(3, 1)
    was, now = dict(one.before), dict(one.after)
    for at, title in enumerate(("", tr("Then"), tr("Now"))):
        grid.addWidget(Text(title, "meta", "text_2", strong=True), 0, at)
    steps = [(step, label) for step, label in STEPS if step in was or step in now]
    for line, (step, label) in enumerate(steps, start=1):
        for at, said in enumerate((label, _number(was.get(step)), _number(now.get(step)))):
            text = Text(said, "dense")
            text.setWordWrap(False)
            grid.addWidget(text, line, at)
    return frame


def _number(count: int | None) -> str:
    return tr("not counted") if count is None else f"{count:,}"
