"""The history of one alert in words, newest first; what no longer stands is struck through and says why."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from msat.gui.dates import say_moment
from msat.gui.pieces import KeyButton, Text, column, copyable, empty, row
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.correct_panel import FIELDS
from msat.projections.alert_state import HistoryLine
from msat.projections.stations import DIGITS, is_elsewhere, number_of

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
        self._own = ""

    def show_lines(self, lines: tuple[HistoryLine, ...], own: str = "") -> None:
        """Brings the history up to date; `own` is the log that is written here: other lines say where they were."""
        if lines == self._shown and own == self._own:
            return
        self._shown, self._own = lines, own
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
        self.show_lines(lines, self._own)

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
        lines.addWidget(Text(_who(line, self._own), "meta", "text_2"))
        if line.struck:
            lines.addWidget(Text(tr("No longer stands: {struck}").format(struck=line.struck), "meta", "amber_text"))
        inside.addLayout(lines, 1)
        if line.type in FIELDS and not line.struck:
            button = KeyButton(tr("Correct"), lambda: self.correct.emit(line), kind="quiet")
            button.setAccessibleName(tr("Correct entry {seq}").format(seq=number_of(line, self._own)))
            inside.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        outer.addLayout(inside)
        rule = QFrame()
        rule.setProperty("rule", "true")
        outer.addWidget(rule)
        return frame


def _who(line: HistoryLine, own: str) -> str:
    late = abs((line.recorded - line.happened).total_seconds()) > 90
    recorded = tr(", recorded {recorded}").format(recorded=say_moment(line.recorded)) if late else ""
    place = tr("on workstation {log}").format(log=line.log[:DIGITS]) if is_elsewhere(line, own) else ""
    who = ", ".join(part for part in (line.by, line.role, place) if part)
    return tr("Entry {seq} · {who} · {happened}{recorded}").format(
        seq=number_of(line, own), who=who, happened=say_moment(line.happened), recorded=recorded
    )
