"""Puts an alert aside for oneself until a day. Records nothing, moves no time limit, and says how that differs from
deferring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from PySide6.QtCore import QDate

from msat.clock import london
from msat.errors import MsatError
from msat.gui.dates import say_limit, say_short_date
from msat.gui.session import Session
from msat.gui.tongue import tr
from msat.gui.views.panels import FootPanel
from msat.gui.views.work_panels import day_editor, day_of
from msat.projections.alert_state import AlertState, Status
from msat.projections.worklist import EVERYBODYS
from msat.services.own_marks import LONGEST_DAYS


def choices(today: date) -> dict[str, date]:
    """Tomorrow, and the Monday of next week."""
    return {"tomorrow": today + timedelta(days=1), "week": today + timedelta(days=7 - today.weekday())}


class SnoozePanel(FootPanel):
    """Tomorrow, next week, or a day of one's own."""

    def __init__(self, session: Session, state: AlertState, then: Callable[[str, datetime], None]) -> None:
        super().__init__(tr("Snooze"), tr("Snooze"))
        self._session, self._state, self._then = session, state, then
        self._today = london(session.now()).date()
        self._days = choices(self._today)
        self.until = self.choice(
            tr("Until"),
            {
                "tomorrow": tr("Tomorrow, {day}").format(day=say_short_date(self._days["tomorrow"])),
                "week": tr("Next week, {day}").format(day=say_short_date(self._days["week"])),
                "day": tr("A day of your own"),
            },
        )
        self.day = day_editor(tr("Day"), self._days["tomorrow"])
        last = self._today + timedelta(days=LONGEST_DAYS)
        self.day.setDateRange(_qdate(self._days["tomorrow"]), _qdate(last))
        self.add(tr("Day"), self.day, share=0)
        self.until.currentIndexChanged.connect(lambda _at: self._show_day())
        self._show_day()
        self.intro.say(self._words())

    def _show_day(self) -> None:
        chosen = self.until.currentData()
        self.day.setEnabled(chosen == "day")
        if chosen in self._days:
            self.day.setDate(_qdate(self._days[chosen]))

    def _words(self) -> str:
        state, now = self._state, self._session.now()
        said = tr("It leaves your worklist on this computer until that day begins. Nothing is recorded.")
        early = tr("It comes back sooner if its notice changes in a way that matters, or its priority rises.")
        if state.rag in EVERYBODYS and state.status(now) is Status.OVERDUE:
            return tr("It is past its time limit, so your worklist goes on showing it.")
        if state.due is not None and state.due.at is not None and state.is_open:
            limit = tr("Its time limit, {limit}, stays.").format(limit=say_limit(state.due.at))
            back = tr("If it is Red it is shown again from then on.") if state.rag in EVERYBODYS else ""
            said = " ".join(part for part in (said, limit, back) if part)
        return f"{said} {early} {tr('To put it off with approval, on the record, use Defer.')}"

    def submit(self) -> None:
        try:
            until = self._session.marks.snooze(str(self._state.key), day_of(self.day), self._state)
        except MsatError as error:
            self.fail(error)
            return
        self.closed.emit()
        if until is not None:
            self._then(self._state.reference or self._state.title, until)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
