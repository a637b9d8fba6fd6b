"""Oversight on a large screen: one thing at a time in large type. Arrows walk it, Esc ends it; nothing can change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from msat.exports.charts import Chart
from msat.gui import oversight
from msat.gui.marks import Mark
from msat.gui.oversight import AgendaItem, Shown
from msat.gui.pieces import KeyButton, Text, column, row
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.chart_view import paint_chart
from msat.gui.views.committee_card import discussed_words
from msat.gui.views.oversight_parts import Tiles

LARGER = 150
"""Per cent: the type of a presentation against that of the window at 100 %."""
FORWARD = (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Space)
BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_Backspace)


@dataclass(frozen=True, slots=True)
class Slide:
    """A page: its heading, and a widget that says the rest."""

    title: str
    body: QWidget


class LargeChart(QWidget):
    """A chart as large as the screen allows."""

    def __init__(self, chart: Chart) -> None:
        super().__init__()
        self._chart = chart.untitled()  # the slide's heading says it
        self.setAccessibleName(chart.title)
        self.setAccessibleDescription(chart.alternative)

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        paint_chart(painter, self._chart, QRectF(self.rect()), look().name)
        painter.end()


class PresentView(QFrame):
    """Fills the screen. `ended` is told when a person leaves."""

    ended = Signal()

    def __init__(self, shown: Shown, charts: Sequence[Chart]) -> None:
        super().__init__()
        self.setProperty("kind", "page")
        self.setWindowTitle(tr("MSAT: Oversight"))
        self.setAccessibleName(tr("Presentation of the Oversight page"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._before = look().zoom
        look().set_zoom(max(LARGER, self._before))
        self.slides = [_first(shown), *(_agenda(shown, item) for item in oversight.agenda(shown))]
        self.slides += [_chart(chart) for chart in charts]
        lines = column(self, margins="broad", gap="large")
        self.title = Text("", "title")
        lines.addWidget(self.title)
        self.stack = QStackedWidget()
        for slide in self.slides:
            self.stack.addWidget(slide.body)
        lines.addWidget(self.stack, 1)
        foot = row(gap="medium")
        self.place = Text("", "dense", "text_2")
        foot.addWidget(self.place, 1)
        for words, step, key in ((tr("Back"), -1, "←"), (tr("Next"), 1, "→")):
            button = KeyButton(words, lambda by=step: self.step(by), key)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            foot.addWidget(button)
        end = KeyButton(tr("End"), self.close, "Esc")
        end.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        foot.addWidget(end)
        lines.addLayout(foot)
        self.step(0)

    def step(self, by: int) -> None:
        """Goes on or back; it stays at the first and at the last one."""
        at = min(max(self.stack.currentIndex() + by, 0), len(self.slides) - 1)
        self.stack.setCurrentIndex(at)
        self.title.setText(self.slides[at].title)
        self.place.setText(tr("{at} of {slides}").format(at=at + 1, slides=len(self.slides)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in FORWARD or key in BACK:
            self.step(1 if key in FORWARD else -1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.step(len(self.slides) * (1 if key == Qt.Key.Key_End else -1))
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_F11):
            self.close()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.step(1)

    def closeEvent(self, event) -> None:
        look().set_zoom(self._before)
        super().closeEvent(event)
        self.ended.emit()


def _lines() -> tuple[QWidget, object]:
    body = QWidget()
    body.setProperty("kind", "clear")
    return body, column(body, gap="large")


def _first(shown: Shown) -> Slide:
    body, lines = _lines()
    lines.addWidget(Text(oversight.period_words(shown.figures.first, shown.figures.last), "pane", "text_2"))
    tiles = Tiles()
    tiles.show_tiles(oversight.head_tiles(shown))
    lines.addWidget(tiles)
    lines.addWidget(Text(tr("As reported by the organisations, not confirmed by anybody else."), "body", "text_2"))
    lines.addStretch(1)
    return Slide(tr("Medicines safety: oversight"), body)


def _agenda(shown: Shown, item: AgendaItem) -> Slide:
    body, lines = _lines()
    head = row(gap="medium")
    if item.key is not None and item.decision is None:  # a decision has no priority
        head.addWidget(Mark(item.rag, 34), 0, Qt.AlignmentFlag.AlignTop)
    head.addWidget(Text(item.words, "title"), 1)
    lines.addLayout(head)
    if item.key is not None:
        totals = shown.by_alert.get(item.key, {})
        lines.addWidget(Text(oversight.totals_words(totals, shown.late_by_alert.get(item.key, 0)), "pane", "text_2"))
    if item.late:
        lines.addWidget(Text(item.late, "pane"))
    if item.decided is not None:
        lines.addWidget(Text(discussed_words(item.decided), "pane"))
    lines.addStretch(1)
    return Slide(item.head, body)


def _chart(chart: Chart) -> Slide:
    body, lines = _lines()
    lines.addWidget(Text(chart.sentence, "pane"))
    lines.addWidget(LargeChart(chart), 1)
    return Slide(chart.title, body)
