"""Whether an alert applies here: two buttons, then a reason. "Does not apply" on a Red wants a second person."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QVBoxLayout

from msat.gui import deeds
from msat.gui.into_sight import bring_in_sight
from msat.gui.letters import by
from msat.gui.pieces import KeyButton, Text, Wrapping, column
from msat.gui.tongue import tr
from msat.gui.views.action_card import ActionCard
from msat.projections.alert_state import ActionState, AlertState


class AppliesCard(ActionCard):
    """Yes or no, each with a reason code and a note."""

    def build_answer(self, body: QVBoxLayout, state: AlertState, action: ActionState) -> None:
        self.verdict, self._decided = True, state.applicability
        line = Wrapping(gap=6)
        number = str(self.number) if self.number <= 9 else ""
        self.yes = KeyButton(tr("Applies here"), lambda: self.open(True), number)
        self.no = KeyButton(tr("Does not apply"), lambda: self.open(False), by("not-applicable"))
        self.confirm = KeyButton(tr("Confirm as second person"), self._confirm, kind="primary")
        for button in (self.yes, self.no):
            button.setCheckable(True)
        for button in (self.yes, self.no, self.confirm):
            line.addWidget(button)
        body.addLayout(line)
        self.form = QFrame()
        self.form.setProperty("kind", "clear")
        lines = column(self.form, gap=6)
        self.caption = Text("", "meta", "text_2")
        self.reason = QComboBox()
        self.reason.setAccessibleName(tr("Reason"))
        self.rest = self.particulars()
        self.rest.entered.connect(self._record)
        self.save = KeyButton(tr("Record"), self._record, "Ctrl+Enter", "primary")
        self.save.setAccessibleName(tr("Record whether it applies"))
        self.cancel = KeyButton(tr("Close"), self.close_form, kind="quiet")
        self.cancel.setAccessibleName(tr("Close the reason"))
        foot = Wrapping()
        foot.addWidget(self.save)
        foot.addWidget(self.cancel)
        for widget in (self.caption, self.reason, self.rest):
            lines.addWidget(widget)
        lines.addLayout(foot)
        body.addWidget(self.form)
        self.form.hide()

    def show_answer(self, state: AlertState, action: ActionState) -> None:
        decided = self._decided = state.applicability
        waits = state.needs_second and decided is not None and not decided.applies
        self.confirm.setVisible(waits)
        if self.form.isHidden():
            self._press_what_stands()

    def _press_what_stands(self) -> None:
        self.yes.setChecked(self._decided is not None and self._decided.applies)
        self.no.setChecked(self._decided is not None and not self._decided.applies)

    def quick(self) -> None:
        self.open(True)

    def open(self, verdict: bool) -> None:
        """Asks for the reason of a yes or a no."""
        from msat.services.applies import reasons_for

        chosen = "" if self.form.isHidden() or verdict != self.verdict else self.reason.currentData()
        self.verdict = verdict
        self.yes.setChecked(verdict)
        self.no.setChecked(not verdict)
        self.caption.setText(tr("Why it applies here") if verdict else tr("Why it does not apply here"))
        self.reason.setAccessibleName(self.caption.text())
        self.reason.clear()
        if not verdict:
            # Nobody may have given a reason that stood there by itself.
            self.reason.addItem(tr("Choose a reason"), "")
        for code, label in reasons_for(verdict, self.asker.knowledge()).items():
            self.reason.addItem(label, code)
        if chosen:
            self.reason.setCurrentIndex(self.reason.findData(chosen))
        self.wrong.say("")
        self.form.show()
        self.reason.setFocus(Qt.FocusReason.ShortcutFocusReason)
        bring_in_sight(self.reason, with_=self.form)

    def close_form(self) -> None:
        """Nothing is answered by it: what is recorded stands."""
        with self.keeping_focus():
            self.form.hide()
        self._press_what_stands()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter saves from the reason too, Enter goes on to the note; from a field Enter saves, held with Ctrl or
        not."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.reason.hasFocus()
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._record()
        elif is_enter:
            self.rest.note.setFocus(Qt.FocusReason.TabFocusReason)
            bring_in_sight(self.rest.note, with_=self.form)
        else:
            super().keyPressEvent(event)

    def _record(self) -> None:
        if not self.reason.currentData():
            self.wrong.say(tr("Choose the reason why it does not apply here."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self.rest.when.is_right():
            return
        deed = deeds.applies(
            self.alert,
            self.verdict,
            self.reason.currentData(),
            self.rest.note.text().strip(),
            self.rest.happened(),
        )
        self.record(deed, self._recorded)

    def _recorded(self) -> None:
        self.form.hide()
        self.forget(self.rest)

    def _confirm(self) -> None:
        self.asker.open_second_not_applicable()
