"""Panels over the foot for arranging the work: assign, defer, approve, take up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QComboBox, QWidget

from msat.clock import london
from msat.gui import work_deeds
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.date_field import day_editor, day_of
from msat.gui.views.panels import DeedPanel, FootPanel, WhoFields
from msat.projections.alert_state import AlertState
from msat.projections.work import needs_approval
from msat.projections.worklist import midnight

USUAL_DAYS = 7
LONGEST_DAYS = 366


def name_field(panel: FootPanel, label: str, names: Sequence[str], text: str = "") -> QComboBox:
    """A name: typed, or one of the people known here."""
    editor = QComboBox()
    editor.setEditable(True)
    editor.addItems([name for name in names if name])
    editor.setCurrentText(text)
    editor.lineEdit().setMaxLength(120)
    look().dress(editor.lineEdit(), "body")
    panel.add(label, editor)
    editor.lineEdit().setAccessibleName(label)
    return editor


class AssignPanel(DeedPanel):
    """Who looks after an alert, and who does while that person is away."""

    def __init__(self, session: Session, state: AlertState, names: Sequence[str], acting: str) -> None:
        intro = tr("While the owner is away, the deputy sees it in the list “Mine”. ") + acting
        super().__init__(session, str(state.key), tr("Assign"), tr("Assign"), intro.strip())
        me = session.person()
        known = list(dict.fromkeys([*([me.name] if me else []), *names]))
        owner = state.owner
        self.owner = name_field(self, tr("Owner"), known, owner.name if owner else (me.name if me else ""))
        self.deputy = name_field(self, tr("Deputy"), ["", *known], owner.deputy if owner else "")
        self.note = self.draft("assign/note", self.line(tr("Note"), below=True))

    def first_field(self) -> QWidget:
        """The owner: a name typed at once is nobody's note."""
        self.owner.lineEdit().selectAll()
        return self.owner

    def submit(self) -> None:
        owner, deputy = self.owner.currentText().strip(), self.deputy.currentText().strip()
        deed = work_deeds.assign(self.alert, owner, deputy, self.note.text().strip())
        self.record(deed, then=lambda: self.forget("assign/note"))


class DeferPanel(DeedPanel):
    """Puts an alert off until a day, with somebody else's approval."""

    def __init__(self, session: Session, state: AlertState, names: Sequence[str]) -> None:
        super().__init__(
            session, str(state.key), tr("Defer"), tr("Defer"), tr("Reminders stop until that day; the limit stays.")
        )
        self._state = state
        today = london(session.now()).date()
        self.until = day_editor(tr("Defer until"), today + timedelta(days=USUAL_DAYS))
        self.until.setDateRange(_qdate(today + timedelta(days=1)), _qdate(today + timedelta(days=LONGEST_DAYS)))
        self.add(tr("Defer until"), self.until, share=0)
        me = session.person()
        others = [name for name in names if me is None or name != me.name]
        self.approver = name_field(self, tr("Approved by"), ["", *others])
        self.reason = self.draft("defer/reason", self.line(tr("Reason"), below=True))
        self.until.dateChanged.connect(lambda _day: self._say_limit())
        self._say_limit()

    def _say_limit(self) -> None:
        """Says before saving what a day past the notice's own limit asks for."""
        if not self.until.date().isValid():
            return
        until = midnight(self.session.now(), (day_of(self.until) - london(self.session.now()).date()).days)
        limit = self._state.due.at if self._state.due else None
        rag = str(self._state.rag or "")
        if needs_approval(rag, until, limit):
            said = tr(
                "This day is past the limit of a Red. It holds only once the approver has recorded the same day too."
            )
        elif limit is not None and until > limit:
            said = tr("This day is past the notice's own limit, which stays in sight.")
        else:
            said = tr("Reminders stop until that day; the notice's own limit stays in sight.")
        self.intro.say(said)

    def submit(self) -> None:
        approver, reason = self.approver.currentText().strip(), self.reason.text().strip()
        deed = work_deeds.defer(self.alert, day_of(self.until), approver, reason)
        self.record(deed, then=lambda: self.forget("defer/reason"))


class ApprovePanel(DeedPanel):
    """The approver of a Red's deferral records the same day."""

    def __init__(self, session: Session, state: AlertState) -> None:
        asked = state.deferral_asked
        if asked is None:
            raise ValueError("no deferral waits for its approver")
        intro = tr("Asked for by {by}: {reason}").format(by=asked.deed.by, reason=asked.reason)
        super().__init__(session, str(state.key), tr("Approve the deferral"), tr("Approve"), intro)
        self._day, self._asker = london(asked.until).date(), asked.deed.by
        self.who = WhoFields(self, session, blank=True)
        self.reason = self.draft("approve/reason", self.line(tr("Reason"), asked.reason, below=True))

    def submit(self) -> None:
        deed = work_deeds.defer(self.alert, self._day, self._asker, self.reason.text().strip())
        self.record(deed, self.who.person(), lambda: self.forget("approve/reason"))


class ResumePanel(DeedPanel):
    """Takes a deferred alert up again before its day."""

    def __init__(self, session: Session, key: str) -> None:
        super().__init__(
            session, key, tr("Take it up again"), tr("Take up"), tr("The deferral ends now; it stays in the history.")
        )
        self.reason = self.draft("resume/reason", self.line(tr("Reason"), below=True))

    def submit(self) -> None:
        deed = work_deeds.resume(self.alert, self.reason.text().strip())
        self.record(deed, then=lambda: self.forget("resume/reason"))


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
