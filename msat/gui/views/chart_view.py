"""A chart on the screen: drawn from its shapes, with its sentence in words, its numbers as a table, and a copy button.

Knows no indicator: whatever `exports.charts` describes is drawn. What the picture shows is in the words and the table.
"""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from msat.exports.charts import Chart, Label, Line, Marker, Point, Polygon, colours, corners
from msat.gui import tongue
from msat.gui.models.tables import TextTable
from msat.gui.pieces import KeyButton, Text, Wrapping, column
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.wrapped_table import WrappedTable

PICTURE_SCALE = 3
"""How many dots a point of the chart becomes in a copied picture: sharp in a document and on a slide."""
SAID_MS = 2_500
"""How long the button says that the picture was copied: nothing else on the screen would."""
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
    """The drawing. It takes the focus, so that a screen reader can say what it shows."""

    def __init__(self, chart: Chart | None = None) -> None:
        super().__init__()
        self._chart = chart
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look().changed.connect(self.update)
        if chart is not None:
            self.show_chart(chart)

    def show_chart(self, chart: Chart) -> None:
        self._chart = chart
        self.setAccessibleName(chart.title)
        self.setAccessibleDescription(tongue.said(chart.alternative))
        self._fit()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._chart is None:
            return 0
        widest = self._chart.width * _WIDEST * look().zoom / 100
        return round(min(width, widest) * self._chart.height / self._chart.width)

    def sizeHint(self) -> QSize:
        width = look().px(self._chart.width if self._chart else 300)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(200), self.heightForWidth(look().px(200)))

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(max(1, self.heightForWidth(self.width())))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._chart is None:
            return
        painter = QPainter(self)
        paint_chart(painter, self._chart, QRectF(self.rect()), look().name)
        if self.hasFocus():
            painter.setPen(QPen(look().colour("focus"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()


class ChartCard(QFrame):
    """A chart with the sentence that says what it shows, its numbers on demand, and a copy of the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        lines = column(self, margins="large", gap="medium")
        self.picture = ChartPicture()
        lines.addWidget(self.picture)
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
