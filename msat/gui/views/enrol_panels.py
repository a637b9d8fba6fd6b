"""Panels about another site's log: compare its fingerprint and enrol it, remove it, throw away what waits of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit

from msat.gui import exchange_deeds
from msat.gui.pieces import Text, copyable
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, plural, tr
from msat.gui.views.panels import FootPanel
from msat.gui.views.settings_cards import KIND_WORDS

if TYPE_CHECKING:
    from msat.exchange.enrolment import Writer
    from msat.services.desk import Changes
    from msat.services.enrol import Candidate

CALL = later(
    "Telephone them on a number that you know already, not on one from the file or the "
    "e-mail it came with. Compare all 16 groups."
)


class ComparePanel(FootPanel):
    """The fingerprint to compare by telephone. `enrolled` carries what became of the files that waited."""

    enrolled = Signal(list)

    def __init__(
        self, session: Session, own: str, candidate: Candidate, frozen: str = "", is_committee: bool = False
    ) -> None:
        """`own` is what this organisation calls itself; `frozen` says why the log is frozen, if it is. At a committee
        two officers countersign a log that goes on for an earlier one.
        """
        super().__init__(
            tr("Enrol {name}, {ods}").format(name=candidate.name, ods=candidate.ods),
            tr("Enrol"),
            f"{frozen} {tr(CALL)}".strip(),
        )
        self._session, self._candidate, self._is_frozen = session, candidate, bool(frozen)
        entries = "entry" if candidate.size == 1 else "entries"
        kind = KIND_WORDS.get(candidate.kind, candidate.kind)
        self._say(tr("The log"), f"{candidate.log[:8]}, {candidate.size:,} {entries}. {kind}.")
        self._say(tr("Say on the telephone"), exchange_deeds.to_say(own, candidate))
        groups = exchange_deeds.lines_of_four(candidate.in_groups)
        if candidate.succession:
            self._say(tr("It goes on for an earlier log"), candidate.succession)
        if candidate.others:
            self._say(tr("Another name under the same code"), candidate.others)
        if candidate.looks:
            self._say(tr("Look closely"), candidate.looks)
        self.groups = self._say(tr("Its fingerprint here"), groups, "fingerprint")
        self.groups.setAccessibleName(tr("Fingerprint, 16 groups: {in_groups}").format(in_groups=candidate.in_groups))
        self.compared = QCheckBox(tr("I compared all 16 groups by telephone. Every one is the same."))
        self.compared.setMinimumHeight(look().px(28))
        self._layout.insertWidget(self._layout.indexOf(self.wrong), self.compared)
        self.reason = self.line(
            tr("Reason") if frozen else tr("Note, if there is one"), below=True, hint=tr("No patient details.")
        )
        signs = is_committee and bool(candidate.succession)
        self.officers = [self._officer(name) for name in (tr("First officer"), tr("Second officer"))] if signs else []
        unlike = tr("If one group differs, do not enrol it: the file is not theirs. Close this and throw it away.")
        self._layout.insertWidget(self._layout.indexOf(self.wrong), Text(unlike, "dense", "text_2"))

    def _say(self, label: str, words: str, kind: str = "body") -> Text:
        at = self._layout.indexOf(self.wrong)
        said = copyable(Text(words, kind))
        self._layout.insertWidget(at, Text(label, "meta", "text_2"))
        self._layout.insertWidget(at + 1, said)
        return said

    def _officer(self, label: str) -> QLineEdit:
        return self.line(label, below=True, hint=tr("Name, role. Two different officers of the committee countersign."))

    def first_field(self):
        return self.compared

    def submit(self) -> None:
        if not self.compared.isChecked():
            self.fail(tr("The fingerprint has not been compared. Telephone them, then tick the box."))
            self.compared.setFocus()
            return
        reason = self.reason.text().strip()
        if self._is_frozen and not reason:
            self.fail(tr("Give a reason: that a frozen log is enrolled again is a decision, and stays in the record."))
            self.reason.setFocus()
            return
        self.save.setEnabled(self._session.person() is None)
        self.wrong.say("")

        def done(made) -> None:
            changes, arrivals = made
            self._session.changes.happened.emit(changes)
            self.enrolled.emit(arrivals)
            self.closed.emit()

        officers = [one.text().strip() for one in self.officers]
        self._session.do(exchange_deeds.accept(self._candidate, reason, officers), self, done, self.fail)


class RemovePanel(FootPanel):
    """Takes in nothing more of a log, with a reason."""

    def __init__(self, session: Session, writer: Writer) -> None:
        super().__init__(
            tr("Remove {name}, {ods}").format(name=writer.name, ods=writer.ods),
            tr("Remove"),
            tr("Nothing more of this log is taken in. What is held of it stays: a record is never deleted."),
        )
        self._session, self._log = session, writer.log
        self.reason = self.line(tr("Reason"), below=True, hint=tr("for instance “The practice closed.”"))

    def first_field(self):
        return self.reason

    def submit(self) -> None:
        reason = self.reason.text().strip()
        if not reason:
            self.fail(tr("Give a reason: it stays in the record."))
            self.reason.setFocus()
            return
        self.save.setEnabled(self._session.person() is None)
        self.wrong.say("")

        def done(_changes: Changes) -> None:
            self.closed.emit()

        self._session.do(exchange_deeds.remove(self._log, reason), self, done, self.fail)


class ForgetPanel(FootPanel):
    """Throws away what waits of a log. `forgotten` carries the sentence."""

    forgotten = Signal(str)

    def __init__(self, session: Session, writer: Writer) -> None:
        super().__init__(
            tr("Throw away what waits of {name}, {ods}").format(name=writer.name, ods=writer.ods),
            tr("Throw away"),
            tr("Their files that wait here are deleted. They can send them again. Nothing is recorded."),
        )
        self._session, self._log = session, writer.log

    def first_field(self):
        return self.save

    def submit(self) -> None:
        self.save.setEnabled(False)

        def done(number: int) -> None:
            self.forgotten.emit(
                tr("Threw away {number:,} waiting {which}.").format(
                    number=number, which=plural(number, "file", "files")
                )
            )
            self.closed.emit()

        self._session.run(exchange_deeds.forget(self._log), self, done, self.fail)
