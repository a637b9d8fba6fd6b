"""The history of one alert in words, newest first; what no longer stands is struck through and says why."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from msat.clock import say_moment
from msat.gui.pieces import KeyButton, Text, column, copyable, empty, row
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.correct_panel import FIELDS
from msat.projections.alert_state import HistoryLine

FIRST = 60
"""Lines built at once; an alert with more has a button for the rest."""


class History(QWidget):
    """`correct` carries the line that a person wants to put right."""

    correct = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self._layout = column(self, gap=0)
        self._shown: tuple[HistoryLine, ...] | None = None
        self._most = FIRST

    def show_lines(self, lines: tuple[HistoryLine, ...]) -> None:
        """Brings the history up to date."""
        if lines == self._shown:
            return
        self._shown = lines
        empty(self._layout)
        newest = list(reversed(lines))
        for line in newest[: self._most]:
            self._layout.addWidget(self._line(line))
        left = len(newest) - self._most
        if left > 0:
            self._layout.addWidget(
                KeyButton(tr("Show the {left} older entries").format(left=left), self._show_all, kind="quiet")
            )
        if not lines:
            self._layout.addWidget(Text(tr("Nothing is recorded yet."), "body", "text_2"))

    def _show_all(self) -> None:
        lines, self._shown, self._most = self._shown or (), None, 1_000_000
        self.show_lines(lines)

    def _line(self, line: HistoryLine) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "clear")
        outer = column(frame, gap=0)
        inside = row(gap="medium")
        inside.setContentsMargins(0, look().px(8), 0, look().px(8))
        lines = column(gap=2)
        text = copyable(Text(line.text, "body"))
        if line.struck:
            look().dress(text, "body", struck=True)
            text.set_tone("text_2")
        lines.addWidget(text)
        lines.addWidget(Text(_who(line), "meta", "text_2"))
        if line.struck:
            lines.addWidget(Text(tr("No longer stands: {struck}").format(struck=line.struck), "meta", "amber_text"))
        inside.addLayout(lines, 1)
        if line.type in FIELDS and not line.struck:
            button = KeyButton(tr("Correct"), lambda: self.correct.emit(line), kind="quiet")
            button.setAccessibleName(tr("Correct entry {seq}").format(seq=line.seq))
            inside.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        outer.addLayout(inside)
        rule = QFrame()
        rule.setProperty("rule", "true")
        outer.addWidget(rule)
        return frame


def _who(line: HistoryLine) -> str:
    late = abs((line.recorded - line.happened).total_seconds()) > 90
    recorded = tr(", recorded {recorded}").format(recorded=say_moment(line.recorded)) if late else ""
    who = ", ".join(part for part in (line.by, line.role) if part)
    return tr("Entry {seq} · {who} · {happened}{recorded}").format(
        seq=line.seq, who=who, happened=say_moment(line.happened), recorded=recorded
    )
