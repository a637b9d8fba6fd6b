"""One alert from published to re-checked, day by day: who did what, how far from the time limit, what was corrected.

Shows the points that `projections.timeline` makes of the state; decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QShowEvent
from PySide6.QtWidgets import QFrame, QWidget

from msat.clock import london
from msat.gui import tongue
from msat.gui.dates import say_date, say_moment, say_time
from msat.gui.pieces import KeyButton, Text, Wrapping, column, copyable, empty, row
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.correct_panel import FIELDS
from msat.gui.views.page import chain
from msat.projections.alert_state import AlertState
from msat.projections.timeline import Moment, timeline

FIRST = 60
"""Points built at once; an alert with more has a button for the rest."""


class Timeline(QWidget):
    """`correct` carries the line that a person wants to put right, `opened` a file kept as evidence."""

    correct = Signal(object)
    opened = Signal(object)
    print_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        lines = column(self, gap=0)
        bar = Wrapping(gap=8)
        self.turn = KeyButton(tr("Show the newest first"), self._turn, kind="quiet")
        self.print = KeyButton(tr("Print the timeline"), self.print_asked.emit, "Ctrl+P", "quiet")
        for button in (self.turn, self.print):
            bar.addWidget(button)
        lines.addLayout(bar)
        self._points = column(gap=0)
        lines.addLayout(self._points)
        look().changed.connect(self._renew)
        self._shown: tuple[Moment, ...] | None = None
        self._most, self._is_turned, self._is_built = FIRST, False, True

    def show_state(self, state: AlertState, own: str, now: datetime) -> None:
        """Brings the timeline up to date; `own` is the log that is written here."""
        moments = timeline(state, own, now)
        if moments == self._shown:
            return
        self._shown = moments
        self.setAccessibleName(tr("Timeline, {number} points").format(number=len(moments)))
        self._renew()

    def _renew(self) -> None:
        """Other points, or another size of text."""
        self._is_built = False
        if self.isVisible():
            self._build()

    def showEvent(self, event: QShowEvent) -> None:
        """Built when it is looked at: moving through a list must not wait for timelines nobody sees."""
        if not self._is_built:
            self._build()
        super().showEvent(event)

    def _build(self) -> None:
        empty(self._points)
        self._is_built = True
        moments = self._shown or ()
        ordered = moments[::-1] if self._is_turned else moments
        shown = ordered[: self._most]
        for day, points in groupby(shown, key=lambda one: london(one.at).date()):
            heading = Text(say_date(day), "dense", strong=True)
            heading.setContentsMargins(0, look().px(12), 0, look().px(2))
            self._points.addWidget(heading)
            self._add_day(list(points))
        left = len(ordered) - len(shown)
        if left > 0:
            words = tr("Show the other {left}").format(left=left)
            self._points.addWidget(KeyButton(words, self._show_all, kind="quiet"))
        if not moments:
            self._points.addWidget(Text(tr("Nothing is recorded yet."), "body", "text_2"))
        chain(self.layout())

    def _add_day(self, points: Sequence[Moment]) -> None:
        before = ""
        for one in points:
            time = say_time(one.at)
            made = MomentRow(one, time if time != before else "")
            before = time
            made.correct.connect(self.correct)
            made.opened.connect(self.opened)
            self._points.addWidget(made)

    def _show_all(self) -> None:
        self._most = 1_000_000
        self._build()

    def _turn(self) -> None:
        """The other way round."""
        self._is_turned = not self._is_turned
        self.turn.say(tr("Show the oldest first") if self._is_turned else tr("Show the newest first"))
        self._build()


class MomentRow(QFrame):
    """One point: its time, its mark on the line, its kind in a word, what happened, by whom."""

    correct = Signal(object)
    opened = Signal(object)

    def __init__(self, moment: Moment, time: str) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self.moment = moment
        self.setAccessibleName(tongue.said(moment.sentence))
        across = row(self, gap=0)
        self.time = Text(time, "meta", "text_2")
        self.time.setWordWrap(False)
        self.time.setFixedWidth(look().px(44))
        self.time.setContentsMargins(0, look().px(8), 0, 0)
        across.addWidget(self.time, 0, Qt.AlignmentFlag.AlignTop)
        self.gutter = Gutter(moment)
        across.addWidget(self.gutter)
        across.addLayout(self._words(), 1)
        for button in self._buttons():
            across.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def _words(self):
        one = self.moment
        lines = column(gap=1)
        lines.setContentsMargins(0, look().px(6), look().px(8), look().px(6))
        kind = tr("{kind}, to come").format(kind=tongue.said(one.kind)) if one.is_ahead else tongue.said(one.kind)
        self.kind = Text(kind, "meta", "text_2", strong=True)
        lines.addWidget(self.kind)
        self.words = copyable(Text(tongue.said(one.words), "body"))
        if one.struck:
            look().dress(self.words, "body", struck=True)
            self.words.set_tone("text_2")
        lines.addWidget(self.words)
        entry = tr("Entry {number}").format(number=one.number) if one.number else ""
        said = " · ".join(part for part in (entry, one.by, tongue.said(one.late), tongue.said(one.to_limit)) if part)
        if said:
            lines.addWidget(copyable(Text(said, "meta", "text_2")))
        if one.struck:
            lines.addWidget(
                Text(tr("No longer stands: {struck}").format(struck=tongue.said(one.struck)), "meta", "amber_text")
            )
        files = Wrapping(gap=6)
        for file in one.evidence:
            button = KeyButton(file.name, lambda file=file: self.opened.emit(file), kind="quiet")
            button.setAccessibleName(tr("Open the evidence {name}").format(name=file.name))
            files.addWidget(button)
        if one.evidence:
            lines.addLayout(files)
        return lines

    def _buttons(self) -> list[KeyButton]:
        line = self.moment.line
        if line is None or line.type not in FIELDS or line.struck:
            return []
        button = KeyButton(tr("Correct"), lambda: self.correct.emit(line), kind="quiet")
        button.setAccessibleName(tr("Correct entry {seq}").format(seq=self.moment.number))
        button.setToolTip(say_moment(self.moment.at))
        return [button]


class Gutter(QWidget):
    """The line and the mark on it: filled for what a person did, a ring for the program, a diamond for a date."""

    def __init__(self, moment: Moment) -> None:
        super().__init__()
        self._moment = moment
        self.setFixedWidth(look().px(26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, one = look(), self._moment
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, top, side = self.width() / 2 - theme.px(4), theme.px(16), theme.px(5)
        pen = QPen(theme.colour("border"), theme.px(2))
        if one.is_ahead:
            pen.setStyle(Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.drawLine(QPointF(middle, 0), QPointF(middle, self.height()))
        is_persons = one.line is not None and one.by.split(", ")[0] != "MSAT"
        ink = theme.colour("text_2" if one.struck or not is_persons else "accent")
        painter.setPen(QPen(ink, theme.px(2)))
        painter.setBrush(ink if is_persons and not one.struck else theme.colour("app"))
        if one.line is None:
            corners = [(0, -side), (side, 0), (0, side), (-side, 0)]
            painter.drawPolygon(QPolygonF([QPointF(middle + x, top + y) for x, y in corners]))
        else:
            painter.drawEllipse(QRectF(middle - side, top - side, 2 * side, 2 * side))
        painter.end()
