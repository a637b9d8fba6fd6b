"""A chart on the screen: drawn from its shapes, with its sentence in words, its numbers as a table, and a copy button.

Knows no indicator: whatever `exports.charts` describes is drawn. What the picture shows is in the words and the table.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QMimeData, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from msat.exports.charts import TYPE, Chart, Label, Line, Marker, Point, Polygon, Spot, colours, corners
from msat.gui import tongue
from msat.gui.models.tables import TextTable
from msat.gui.pieces import KeyButton, Text, Wrapping, column, tip
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.wrapped_table import WrappedTable

PICTURE_SCALE = 3
"""How many dots a point of the chart becomes in a copied picture: sharp in a document and on a slide."""
SAID_MS = 2_500
"""How long the button says that the picture was copied: nothing else on the screen would."""
TARGET, RING = 14, 9
"""Pixels at 100 %: how near the pointer must be to a point, and the ring about one that is walked to or chosen."""
SAME = 2.0
"""Points of a chart's own: two that are nearer than this cannot be told apart with a pointer."""
_WIDEST = 1.7
"""No chart is drawn larger than this many times its own size: lines of it would then be hard to follow."""


def paint_chart(painter: QPainter, chart: Chart, where: QRectF, scheme: str) -> None:
    """Draws `chart` into `where`, as large as fits, in `light` or `dark` colours."""
    scale = min(where.width() / chart.width, where.height() / chart.height)
    palette = {name: QColor(value) for name, value in colours(scheme).items()}
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(where.left(), where.top())
    painter.scale(scale, scale)
    for shape in chart.shapes:
        match shape:
            case Line():
                _line(painter, shape, palette, chart.height)
            case Polygon():
                edge = QPen(palette[shape.edge], shape.width) if shape.edge else QPen(Qt.PenStyle.NoPen)
                _area(painter, shape.points, palette[shape.fill], edge, chart.height)
            case Marker():
                _marker(painter, shape, palette, chart.height)
            case Label():
                _label(painter, shape, palette, chart.height)
    painter.restore()


def _flipped(points: tuple[Point, ...], height: float) -> QPolygonF:
    """Qt counts from the top."""
    return QPolygonF([QPointF(x, height - y) for x, y in points])


def _line(painter: QPainter, line: Line, palette: dict[str, QColor], height: float) -> None:
    pen = QPen(palette[line.colour], line.width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if line.dash:
        pen.setDashPattern([length / line.width for length in line.dash])
    painter.setPen(pen)
    painter.drawPolyline(_flipped(line.points, height))


def _area(painter: QPainter, points: tuple[Point, ...], fill: QColor, edge: QPen, height: float) -> None:
    painter.setPen(edge)
    painter.setBrush(fill)
    painter.drawPolygon(_flipped(points, height))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _marker(painter: QPainter, marker: Marker, palette: dict[str, QColor], height: float) -> None:
    edge = QPen(palette["paper"], 0.6)
    outline = corners(marker)
    if outline:
        _area(painter, outline, palette[marker.colour], edge, height)
        return
    painter.setPen(edge)
    painter.setBrush(palette[marker.colour])
    painter.drawEllipse(QPointF(marker.x, height - marker.y), marker.size / 2, marker.size / 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _label(painter: QPainter, label: Label, palette: dict[str, QColor], height: float) -> None:
    """Set in whole pixels of a large size and drawn smaller: fractions of a pixel would be rounded away."""
    font = QFont(look().family)
    font.setPixelSize(round(label.size * 10))
    font.setWeight(QFont.Weight.DemiBold if label.bold else QFont.Weight.Normal)
    width = QFontMetricsF(font).horizontalAdvance(label.text) / 10
    left = label.x - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    painter.save()
    painter.translate(left, height - label.y)
    painter.scale(0.1, 0.1)
    painter.setFont(font)
    painter.setPen(palette[label.colour])
    painter.drawText(QPointF(0, 0), label.text)
    painter.restore()


def picture(chart: Chart, scale: float = PICTURE_SCALE) -> QImage:
    """The chart on white paper, for a document: always in light colours."""
    edge = 6.0
    size = QSize(round((chart.width + 2 * edge) * scale), round((chart.height + 2 * edge) * scale))
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(QColor(colours("light")["paper"]))
    painter = QPainter(image)
    paint_chart(painter, chart, QRectF(edge * scale, edge * scale, chart.width * scale, chart.height * scale), "light")
    painter.end()
    return image


class ChartPicture(QWidget):
    """The drawing. It takes the focus, so that a screen reader can say what it shows.

    Where its points stand for something, the arrow keys walk them (`walked` carries what each says) and Enter or a
    click chooses one (`picked` carries its row in the table). `left` says that Esc was pressed.
    """

    walked = Signal(str)
    picked = Signal(int)
    left = Signal()

    def __init__(self, chart: Chart | None = None) -> None:
        super().__init__()
        self._source = self._chart = chart
        self._rooms: dict[int, Chart] = {}
        self._at, self._chosen = -1, -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look().changed.connect(self._fit)
        if chart is not None:
            self.show_chart(chart)

    def show_chart(self, chart: Chart) -> None:
        if self._source is None or self._source.spots != chart.spots:
            self._at = self._chosen = -1
        self._source = self._chart = chart
        self._rooms.clear()
        self.setAccessibleName(chart.title)
        how = tr("The arrow keys walk its points, Enter shows one alone.") if chart.spots else ""
        self.setAccessibleDescription(f"{tongue.said(chart.alternative)} {how}".strip())
        self._fit()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._source is None:
            return 0
        chart = self._laid_out(width)
        widest = self._source.width * _WIDEST * look().zoom / 100
        return math.ceil(min(width, widest) * chart.height / chart.width)

    def _laid_out(self, width: int) -> Chart | None:
        """The chart as it is drawn in so many pixels: with texts at least as large as the page's small ones."""
        if self._source is None or self._source.at_room is None:
            return self._source
        room = int(width * TYPE / look().font("meta").pixelSize())
        if room not in self._rooms:
            self._rooms[room] = self._source.at_room(room)
        return self._rooms[room]

    def sizeHint(self) -> QSize:
        width = look().px(self._source.width if self._source else 300)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), self.heightForWidth(look().px(200)))

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self._chart = self._laid_out(self.width())
        self.setFixedHeight(max(1, self.heightForWidth(self.width())))
        self.update()

    def choose(self, row: int) -> None:
        """Marks the point of this row of the table as the one that is shown alone; -1: none is."""
        self._chosen = row
        self.update()

    def _spots(self) -> tuple[Spot, ...]:
        return self._chart.spots if self._chart is not None else ()

    def _scale(self) -> float:
        chart = self._chart
        return min(self.width() / chart.width, self.height() / chart.height) if chart is not None else 1.0

    def _place(self, spot: Spot) -> QPointF:
        height, scale = (self._chart.height if self._chart is not None else 0), self._scale()
        return QPointF(spot.x * scale, (height - spot.y) * scale)

    def _under(self, where: QPointF) -> int:
        """Which point lies under the pointer, the nearest within a target's size; -1 for none."""
        far = [((self._place(spot) - where).manhattanLength(), at) for at, spot in enumerate(self._spots())]
        near, at = min(far, default=(0, -1))
        return at if near <= look().px(TARGET) else -1

    def _walk(self, to: int) -> None:
        spots = self._spots()
        self._at = min(max(to, 0), len(spots) - 1)
        said = tongue.said(spots[self._at].words)
        self.walked.emit(said)
        place = tr("{at} of {of}").format(at=self._at + 1, of=len(spots))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{said} {place}"))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._spots()) - 1
        steps = {
            Qt.Key.Key_Right: self._at + 1,
            Qt.Key.Key_Down: self._at + 1,
            Qt.Key.Key_Left: self._at - 1 if self._at >= 0 else last,
            Qt.Key.Key_Up: self._at - 1 if self._at >= 0 else last,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if last >= 0 and event.key() in steps and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._walk(steps[Qt.Key(event.key())])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and 0 <= self._at <= last:
            self.picked.emit(self._spots()[self._at].row)
        elif event.key() == Qt.Key.Key_Escape and (self._at >= 0 or self._chosen >= 0):
            self._at = -1
            self.walked.emit("")
            self.update()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._under(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor)
        self.setToolTip(tip(self._hint(at)) if at >= 0 else "")
        super().mouseMoveEvent(event)

    def _hint(self, at: int) -> str:
        spots = self._spots()
        one = spots[at]
        words = tr("{words} Click to show it alone.").format(words=tongue.said(one.words))
        more = sum(abs(each.x - one.x) < SAME and abs(each.y - one.y) < SAME for each in spots) - 1
        beside = tr("{more} more at the same place: the arrow keys walk them.").format(more=more) if more else ""
        return f"{words} {beside}".rstrip()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self._under(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at >= 0:
            self._at = at
            self.walked.emit(tongue.said(self._spots()[at].words))
            self.picked.emit(self._spots()[at].row)
        else:
            super().mouseReleaseEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._chart is None:
            return
        painter = QPainter(self)
        paint_chart(painter, self._chart, QRectF(self.rect()), look().name)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, spot in enumerate(self._spots()):
            if spot.row == self._chosen or (at == self._at and self.hasFocus()):
                painter.setPen(QPen(look().colour("focus" if at == self._at else "text"), 2))
                painter.drawEllipse(self._place(spot), look().px(RING), look().px(RING))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if self.hasFocus():
            painter.setPen(QPen(look().colour("focus"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()


class ChartCard(QFrame):
    """A chart with the sentence that says what it shows, its numbers on demand, and a copy of the picture.

    `picked` carries a row of its table: a point of the picture, or a line of the table, is to be looked at alone.
    `left` says that Esc was pressed in it.
    """

    picked = Signal(int)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        lines = column(self, margins="large", gap="medium")
        self.picture = ChartPicture()
        self.picture.picked.connect(self.picked)
        self.picture.left.connect(self.left)
        lines.addWidget(self.picture)
        self.at = Text("", "dense", "text_2")
        self.at.hide()
        self.picture.walked.connect(self._say_point)
        lines.addWidget(self.at)
        self.sentence = Text("", "body")
        lines.addWidget(self.sentence)
        buttons = Wrapping(gap=8)
        self.numbers = KeyButton(tr("Show the numbers"), self._toggle)
        self.numbers.setCheckable(True)
        self.copy = KeyButton(tr("Copy picture"), self.copy_picture, icon="copy")
        buttons.addWidget(self.numbers)
        buttons.addWidget(self.copy)
        lines.addLayout(buttons)
        self._model = TextTable((), self)
        self.table = WrappedTable(tr("The numbers of the chart"), self._model, most_rows=14)
        self.table.opened.connect(self.picked)
        self.table.hide()
        lines.addWidget(self.table)
        self.chart: Chart | None = None

    def show_chart(self, chart: Chart) -> None:
        """Draws this one; the table stays open where it was."""
        self.chart = chart
        self.picture.show_chart(chart)
        self.sentence.say(tongue.said(chart.sentence))
        self._model.set_rows(chart.rows, tuple(map(tongue.said, chart.header)))
        self.table.setAccessibleName(tr("The numbers of: {title}").format(title=chart.title))
        self.numbers.setEnabled(bool(chart.rows))
        self.table.setVisible(bool(chart.rows) and self.numbers.isChecked())
        self.table.fit()

    def _say_point(self, said: str) -> None:
        """What the point says that the keys are at, and what Enter does; nothing while they are at none."""
        self.at.setVisible(bool(said))
        self.at.say(tr("{words} Enter shows it alone.").format(words=said) if said else "")

    def choose(self, row: int) -> None:
        """Marks what is shown alone; -1: nothing is."""
        self.picture.choose(row)
        if row < 0:
            self._say_point("")

    def _toggle(self) -> None:
        self.numbers.say(tr("Hide the numbers") if self.numbers.isChecked() else tr("Show the numbers"))
        self.table.setVisible(self.numbers.isChecked())
        self.table.fit()

    def copy_picture(self) -> None:
        """Puts picture, sentence and numbers on the clipboard: each program takes what it can."""
        if self.chart is None:
            return
        data = QMimeData()
        data.setImageData(picture(self.chart))
        rows = ["\t".join(row) for row in (self.chart.header, *self.chart.rows)]
        data.setText("\n".join((self.chart.title, self.chart.sentence, "", *rows)))
        QGuiApplication.clipboard().setMimeData(data)
        self.copy.say(tr("Copied"))
        QTimer.singleShot(SAID_MS, self.copy, lambda: self.copy.say(tr("Copy picture")))
