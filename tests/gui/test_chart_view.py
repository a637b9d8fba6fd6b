"""A chart on the screen says the same as its words; the picture that is copied is light and sharp."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest

from msat.exports.chart_control import spc_chart
from msat.exports.chart_funnel import funnel_chart
from msat.exports.charts import Chart, colours, nothing_to_show
from msat.gui.views.chart_view import ChartCard, paint_chart, picture
from msat.projections.funnel import Counted, funnel
from msat.projections.spc import Better, spc

VALUES = [(f"{n} Jan 2026", float(10 + n % 3)) for n in range(1, 14)] + [("30 Jan 2026", 40.0)]
COUNTS = [Counted(f"Y0000{n}", f"Practice {n}", number, 100) for n, number in enumerate((90, 90, 90, 90, 52))]


def control() -> Chart:
    return spc_chart(spc(VALUES, Better.DOWN), "Days to close", "days")


def plot() -> Chart:
    return funnel_chart(funnel(COUNTS), "On time, by practice", "on time")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_drawn_in_its_own_colours(qapp, theme, scheme: str) -> None:
    chart = control()
    image = QImage(QSize(1000, 480), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.black if scheme == "dark" else Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_chart(painter, chart, QRectF(image.rect()), scheme)
    painter.end()
    seen = {image.pixelColor(x, y).name().upper() for x in range(0, 1000, 1) for y in range(0, 480, 2)}
    assert colours(scheme)["concern"].upper() in seen, "the point outside a limit is in the colour of concern"
    assert colours(scheme)["common"].upper() in seen


def test_the_picture_is_light_whatever_the_window_is(qapp, theme) -> None:
    theme.set_mode("dark")
    image = picture(plot())
    assert image.pixelColor(1, 1).name().upper() == colours("light")["paper"].upper()
    assert image.width() > 1400


def test_the_card_says_what_it_shows(qtbot, theme) -> None:
    card = ChartCard()
    qtbot.addWidget(card)
    chart = plot()
    card.show_chart(chart)
    card.resize(700, 600)
    card.show()
    assert card.sentence.text() == chart.sentence
    assert card.picture.accessibleName() == "On time, by practice"
    assert chart.sentence in card.picture.accessibleDescription()
    assert not card.table.isVisible()
    QTest.mouseClick(card.numbers, Qt.MouseButton.LeftButton)
    assert card.table.isVisible()
    model = card.table.model()
    assert (model.rowCount(), model.columnCount()) == (len(chart.rows), len(chart.header))
    assert model.index(4, 2).data() == "52 of 100 (52%)"
    assert card.numbers.text() == "Hide the numbers"


def test_a_copy_has_the_picture_the_words_and_the_numbers(qtbot, theme) -> None:
    card = ChartCard()
    qtbot.addWidget(card)
    card.show_chart(plot())
    card.copy.click()
    assert card.copy.text() == "Copied"
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasImage()
    assert "On time, by practice" in data.text()
    assert "Practice 4\tY00004\t52 of 100 (52%)" in data.text()


def test_nothing_to_show_is_said(qtbot, theme) -> None:
    card = ChartCard()
    qtbot.addWidget(card)
    card.show_chart(nothing_to_show("On time", "Control chart", "No alert was due in this period.", ("Month",)))
    assert card.sentence.text() == "No alert was due in this period."
    assert not card.numbers.isEnabled()


def test_it_keeps_its_shape_at_any_width(qtbot, theme) -> None:
    card = ChartCard()
    qtbot.addWidget(card)
    chart = control()
    card.show_chart(chart)
    card.resize(500, 900)
    card.show()
    drawn = card.picture
    assert drawn.height() == pytest.approx(drawn.width() * chart.height / chart.width, abs=2)
