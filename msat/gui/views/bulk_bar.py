"""What can be done with many alerts at once. Whatever needs one look each is never taken along, and is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit

from msat.errors import MsatError
from msat.gui import tongue, words, work_deeds
from msat.gui.pieces import KeyButton, Text, Wrapping, column, row
from msat.gui.session import Session
from msat.gui.tongue import later, tr
from msat.gui.views.page import chain

if TYPE_CHECKING:
    from msat.services.bulk import Bulk, Check

NEVER = later("A Red, an alert without a rating and one that waits for a person's choice are never taken along.")


class BulkBar(QFrame):
    """Over the foot of the list: acknowledge, or judge not applicable, all that are ticked and can be."""

    closed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "panel")
        self.setAccessibleName(tr("The alerts that are ticked"))
        self.session = session
        self._keys: list[str] = []
        self._what: Bulk | None = None
        self._fit: tuple[str, ...] = ()
        self._asked = 0
        lines = column(self, margins="medium", gap="small")
        self.head = Text("", "body", strong=True)
        top = row(gap="small")
        top.addWidget(self.head, 1)
        lines.addLayout(top)
        buttons = Wrapping(gap=6)
        self.acknowledge = KeyButton(tr("Acknowledge"), lambda: self._check("acknowledge"))
        self.not_applicable = KeyButton(tr("Does not apply"), lambda: self._check("not applicable"))
        self.clear = KeyButton(tr("Clear"), self.closed.emit, kind="quiet")
        self.clear.setAccessibleName(tr("Take the ticks away"))
        self.clear.setToolTip(tr("Take the ticks away (Esc)"))
        self.back = KeyButton(tr("Back"), self._start, kind="quiet")
        self.back.setAccessibleName(tr("Back to what can be done with them"))
        for button in (self.acknowledge, self.not_applicable):
            buttons.addWidget(button)
        for button in (self.back, self.clear):
            top.addWidget(button)
        lines.addLayout(buttons)
        self.said = Text(tr(NEVER), "dense", "text_2")
        lines.addWidget(self.said)
        self.form = QFrame()
        self.form.setProperty("kind", "clear")
        inside = column(self.form, gap=6)
        self.reason = QComboBox()
        self.reason.setAccessibleName(tr("Why they do not apply here"))
        self.note = QLineEdit()
        self.note.setAccessibleName(tr("Note for all of them"))
        self.note.setPlaceholderText(tr("Note. No patient details."))
        self.note.setMaxLength(4000)
        self.note.returnPressed.connect(self.submit)
        inside.addWidget(self.reason)
        inside.addWidget(self.note)
        lines.addWidget(self.form)
        self.form.hide()
        self.go = KeyButton("", self.submit, "Enter", "primary")
        self.go.hide()
        lines.addWidget(self.go, 0, Qt.AlignmentFlag.AlignLeft)
        self.wrong = Text("", "dense", "red_text")
        self.wrong.hide()
        lines.addWidget(self.wrong)

    def showEvent(self, event: QShowEvent) -> None:
        """It was made after the list: Tab goes through both as they read all the same."""
        chain(self.parentWidget().layout())
        super().showEvent(event)

    def show_chosen(self, keys: list[str]) -> None:
        """Other alerts are ticked: what was asked about the ones before is void."""
        if keys == self._keys:
            return
        self._keys = keys
        self.setVisible(bool(keys))
        self.head.setText(tr("{alerts} ticked").format(alerts=words.count_words(len(keys), "alert")))
        self._start()

    def _start(self) -> None:
        """Nothing is asked yet."""
        self._asked += 1
        self._what, self._fit = None, ()
        self.said.say(tr(NEVER))
        self.wrong.say("")
        self._show_step(choosing=True)
        self.form.hide()
        self.go.hide()

    def _show_step(self, choosing: bool) -> None:
        for button in (self.acknowledge, self.not_applicable):
            button.setVisible(choosing)
        self.back.setVisible(not choosing)

    def _check(self, what: str) -> None:
        """Says first what can be taken along and what is left out; nothing is recorded by this press."""
        from msat.services.bulk import Bulk, check

        asked, keys = Bulk(what), list(self._keys)
        self._asked += 1
        number = self._asked
        self.wrong.say("")

        def show(found: Check) -> None:
            if number == self._asked:
                self._show_check(asked, found)

        self.session.run(lambda desk: check(desk, keys, asked), self, show, self._failed, long=True)

    def _show_check(self, what: Bulk, found: Check) -> None:
        from msat.services.applies import reasons_for
        from msat.services.bulk import Bulk

        self._what, self._fit = what, found.keys
        self._show_step(choosing=False)
        fit = len(found.fit)
        of = (
            tr("{fit} of {keys} can be taken along.").format(fit=fit, keys=len(self._keys))
            if found.left_out
            else tr("All {fit} can be taken along.").format(fit=fit)
        )
        self.said.say(
            tr("{of} Left out: {words}").format(of=of, words=tongue.said(found.words)) if found.left_out else of
        )
        judges = what is Bulk.NOT_APPLICABLE and bool(fit)
        self.form.setVisible(judges)
        if judges:
            knowledge = self.session.desk.knowledge if self.session.desk else None
            self.reason.clear()
            for code, label in reasons_for(False, knowledge).items():
                self.reason.addItem(label, code)
        verb = tr("Record") if what is Bulk.NOT_APPLICABLE else tr("Acknowledge")
        which = words.count_words(fit, "alert") if not found.left_out else tr("the other {fit}").format(fit=fit)
        self.go.say(f"{verb}: {which}")
        self.go.setVisible(bool(fit))
        first = self.reason if judges else self.go if fit else self.back
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def submit(self) -> None:
        """Records those that can be taken along, in one transaction."""
        from msat.services.bulk import Bulk

        if not self._fit or not self.go.isEnabled():
            return
        self.go.setEnabled(False)
        if self._what is Bulk.NOT_APPLICABLE:
            deed = work_deeds.not_applicable_all(self._fit, self.reason.currentData(), self.note.text().strip())
        else:
            deed = work_deeds.acknowledge_all(self._fit)
        self.session.do(deed, self, self._recorded, self._failed)

    def _recorded(self, _changes: object) -> None:
        self.go.setEnabled(True)
        self.note.clear()
        self.closed.emit()

    def _failed(self, error: MsatError) -> None:
        self.go.setEnabled(True)
        self.wrong.say(str(error))

    def keyPressEvent(self, event) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
