"""Who must act: a card for each kind of organisation, one's own first, and behind each its rule and reasons."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QWidget

from msat.gui import words
from msat.gui.beside import Act
from msat.gui.marks import MarkButton
from msat.gui.pieces import Text, Wrapping, card, column, empty, row
from msat.gui.tongue import tr
from msat.gui.views.callout import reason_line


class WhoCard(QFrame):
    """A row of buttons with mark, word and limit; choosing one shows why."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        lines = column(self, gap="small")
        head = row(gap="medium")
        title = Text(tr("Who must act"), "section")
        title.setWordWrap(False)
        self.limit = Text("", "dense", "text_2")
        self.limit.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(title)
        head.addWidget(self.limit, 1)
        lines.addLayout(head)
        self.line = Wrapping(gap=6)
        lines.addLayout(self.line)
        self.buttons: list[MarkButton] = []
        self.why = card()
        self._why = column(self.why, margins="medium", gap="small")
        lines.addWidget(self.why)
        self.why.hide()
        self._shown: tuple[object, ...] = ()
        self._now: datetime | None = None
        self.hide()

    def show_acts(self, alert: str, acts: tuple[Act, ...], now: datetime) -> None:
        """Brings the cards up to date; which one is open stays, until another alert is shown."""
        self._now = now
        shown = (alert, acts, now.date())
        if shown == self._shown:
            return
        same = bool(self._shown) and self._shown[0] == alert
        opened = next((at for at, button in enumerate(self.buttons) if button.isChecked()), None) if same else None
        self._shown = shown
        empty(self.line)
        limits = {act.due.at if act.due else None for act in acts}
        self.limit.setText(
            tr("For all: {by_when}").format(by_when=words.by_when(limits.pop(), now)) if len(limits) == 1 else ""
        )
        self.buttons = [self._button(at, act, now, bool(limits)) for at, act in enumerate(acts)]
        for button in self.buttons:
            self.line.addWidget(button)
        self.setVisible(bool(acts))
        if opened is not None and opened < len(acts):
            self.buttons[opened].setChecked(True)
            self._open(opened, acts[opened])
        else:
            self.why.hide()

    def _button(self, at: int, act: Act, now: datetime, with_limit: bool) -> MarkButton:
        button = MarkButton(act_words(act, now if with_limit else None), act.priority)
        button.setAccessibleName(act_words(act, now))
        button.setAccessibleDescription(tr("Shows the rule, the reasons and the time limit"))
        button.setToolTip(tr("Show why"))
        button.clicked.connect(lambda on: self._choose(at, on, act))
        return button

    def _choose(self, at: int, on: bool, act: Act) -> None:
        for other, button in enumerate(self.buttons):
            button.setChecked(on and other == at)
        if on:
            self._open(at, act)
        else:
            self.why.hide()

    def _open(self, _at: int, act: Act) -> None:
        empty(self._why)
        for widget in self._lines(act):
            self._why.addWidget(widget)
        self.why.setAccessibleName(tr("Why {name}").format(name=act.name))
        self.why.show()

    def _lines(self, act: Act) -> list[QWidget]:
        now = self._now
        limit = f" {words.finish_by(act.due.at if act.due else None, now)}" if now else ""
        own = tr(", your own kind, as decided and recorded") if act.is_own else tr(", by the same rules")
        rule = (
            tr("Rule {rule}{own}.").format(rule=act.rule, own=own)
            if act.rule
            else tr("No rule covers it{own}.").format(own=own)
        )
        head = Text(f"{act.name}: {words.rag_word(act.priority)}.{limit}", "body", strong=True)
        return [head, Text(rule, "dense", "text_2"), *(reason_line(reason) for reason in act.reasons)]


def act_words(act: Act, now: datetime | None) -> str:
    """`You, GP practice: Red, by Thu 26 Nov`; without `now` the limit is left out."""
    at = act.due.at if act.due else None
    who = tr("You ({name})").format(name=act.name) if act.is_own else act.name
    limit = f", {words.by_when(at, now)}" if now else ""
    return f"{who}: {words.rag_word(act.priority)}{limit}"
