"""On top of an alert that was opened again or has changed: why, what changed; and what was carried over from the one it
replaced."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from msat.gui import words
from msat.gui.dates import say_date, say_moment
from msat.gui.pieces import KeyButton, Text, column, copyable, empty
from msat.gui.tongue import later, tr
from msat.projections.alert_state import AlertState
from msat.projections.changed_since import changed_at, changes_of, changes_since_answered
from msat.projections.work_state import Carried

KEPT = later("What was answered and attached before stays below and in the history.")
FIRST = 6
"""Answers carried over, and changes of the notice, that are shown at once."""


class ChangedCard(QFrame):
    """`opened` carries the key of the older alert."""

    opened = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("callout", "amber")
        self.lines = column(self, margins="medium", gap="small")
        self._shown: object = None
        self._all = False

    def show_state(self, state: AlertState) -> None:
        """Brings the card up to date."""
        shown = (state.key, state.reopened, state.versions, state.carried, changes_of(state))
        if shown != self._shown:
            self._shown, self._all = shown, False
            self._draw(state)

    def _draw(self, state: AlertState) -> None:
        empty(self.lines)
        if state.reopened is not None:
            self.lines.addWidget(Text(tr("Opened again"), "section"))
            self.lines.addWidget(copyable(Text(state.reopened.reason, "body")))
            for change in what_changed(state):
                self.lines.addWidget(copyable(Text(f"•  {change}", "dense")))
            self.lines.addWidget(Text(words.deed_words(state.reopened.deed) + ". " + tr(KEPT), "meta", "text_2"))
        self._since_answered(state)
        for one in state.carried:
            self._carried(state, one)

    def _since_answered(self, state: AlertState) -> None:
        answered = changes_since_answered(state)
        changes, last = changes_of(state), changed_at(state)
        if not changes or last is None:
            return
        title = tr("The notice has changed since it was answered here") if answered else tr("The notice has changed")
        self.lines.addWidget(Text(title, "section"))
        for change in changes[:FIRST]:
            self.lines.addWidget(copyable(Text(f"•  {change}", "dense")))
        if len(changes) > FIRST:
            more = tr("And {number} more: see the history.").format(number=len(changes) - FIRST)
            self.lines.addWidget(Text(more, "dense"))
        said = tr("The change was recorded on {moment}.").format(moment=say_moment(last))
        if answered:
            said += " " + tr("The answers given before the change stand below. Look whether they still hold.")
        self.lines.addWidget(Text(said, "meta", "text_2"))

    def _carried(self, state: AlertState, one: Carried) -> None:
        self.lines.addWidget(
            Text(tr("Carried over from {reference}").format(reference=one.reference or one.key), "section")
        )
        said = tr(
            "It was {status} when this alert took its place on {recorded}. Its answers answer "
            "nothing here: look at them, then answer anew."
        ).format(status=one.status, recorded=say_date(one.recorded))
        self.lines.addWidget(Text(said, "body"))
        for line in carried_lines(one)[: None if self._all else FIRST]:
            self.lines.addWidget(copyable(Text(line, "dense")))
        if len(one.answers) > FIRST and not self._all:
            more = KeyButton(
                tr("Show all {answers} answers").format(answers=len(one.answers)),
                lambda: self._more(state),
                kind="quiet",
            )
            self.lines.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        button = KeyButton(
            tr("Open {reference}").format(reference=one.reference or tr("the older alert")),
            lambda: self.opened.emit(one.key),
        )
        self.lines.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _more(self, state: AlertState) -> None:
        self._all = True
        self._draw(state)


def what_changed(state: AlertState) -> tuple[str, ...]:
    """The differences of the change that opened it again, in words; none where a person or a re-check did."""
    if state.reopened is None or state.reopened.cause != "change":
        return ()
    changed = [version for version in state.versions if version.material and version.changes]
    last = changed[-1].changes if changed else ()
    return tuple(change for change in last if change not in state.reopened.reason)


def carried_lines(one: Carried) -> list[str]:
    """Each answer with who gave it and when."""
    return [
        f"{answer.action} {answer.text}: {answer.answer}. {answer.by}, {say_moment(answer.happened)}"
        for answer in one.answers
    ]
