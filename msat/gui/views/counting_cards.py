"""The patients found by a search, step by step. Numbers only; nil is an answer, an empty field is not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from msat.errors import MsatError
from msat.gui import deeds
from msat.gui.into_sight import bring_in_sight
from msat.gui.pieces import KeyButton, Wrapping
from msat.gui.tongue import tr
from msat.gui.views.action_card import ActionCard
from msat.gui.views.funnel_fields import FunnelFields, funnel_words
from msat.projections.alert_state import ActionState, AlertState


class FunnelCard(ActionCard):
    """The numbers, checked as they are typed; the search's name and the day it was run."""

    def build_answer(self, body: QVBoxLayout, state: AlertState, action: ActionState) -> None:
        self.funnel = FunnelFields(self.code, lambda name: self.asker.draft(f"{self.code}/{name}"))
        self.fields = self.funnel.fields
        self.funnel.typed.connect(lambda name, text: self.asker.keep_draft(f"{self.code}/{name}", text))
        self.funnel.entered.connect(self._record)
        body.addWidget(self.funnel)
        foot = Wrapping()
        self.save = KeyButton(tr("Record the numbers"), self._record, "Enter", "primary")
        self.nil = KeyButton(tr("Nil: no patients found"), self._nil)
        self.more = KeyButton(tr("Note, date"), self._toggle_more, kind="quiet")
        self.more.setAccessibleName(tr("Note and date for {code}").format(code=self.code))
        for button in (self.save, self.nil, self.more):
            foot.addWidget(button)
        body.addLayout(foot)
        self.rest = self.particulars()
        self.rest.entered.connect(self._record)
        self.rest.setVisible(bool(self.rest.note.text()))
        body.addWidget(self.rest)

    def show_answer(self, state: AlertState, action: ActionState) -> None:
        known = dict(action.funnel)
        said = funnel_words(known)
        if said:
            self.stands.say(f"{said} {self.stands.text()}".strip())
        self.funnel.show_known(known)

    def quick(self) -> None:
        self.fields["found"].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _nil(self) -> None:
        for step, field in self.fields.items():
            field.setText("0" if step == "found" else "")
        self._record()

    def _record(self) -> None:
        numbers = self.funnel.numbers()
        if not numbers:
            self.wrong.say(tr("No number is filled in. Nil is 0 found."))
            self.quick()
            return
        if not self.rest.when.is_right():
            return
        happened = self.rest.happened()
        deed = deeds.count(
            self.alert,
            self.code,
            numbers,
            self.rest.note.text().strip(),
            happened,
            search=self.funnel.search.text().strip(),
            unchanged_reason=self.funnel.reason.text().strip() if numbers.get("unchanged_with_reason") else "",
        )
        self.record(deed, self._recorded)

    def fail(self, error: MsatError) -> None:
        """A reason that is missing is what the person types next."""
        super().fail(error)
        reason = self.funnel.reason
        if self.funnel.numbers().get("unchanged_with_reason") and not reason.text().strip():
            reason.setFocus(Qt.FocusReason.OtherFocusReason)
            bring_in_sight(reason, with_=self.wrong)

    def _recorded(self) -> None:
        self.forget(self.rest)
        self.funnel.clear()

    def _toggle_more(self) -> None:
        self.rest.setVisible(self.rest.isHidden())
        if not self.rest.isHidden():
            self.rest.note.setFocus(Qt.FocusReason.ShortcutFocusReason)
