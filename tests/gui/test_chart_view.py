"""A chart on the screen says the same as its words; the picture that is copied is light and sharp."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest

from msat.exports.chart_control import spc_chart
from msat.exports.chart_funnel import funnel_chart
from msat.exports.chart_months import on_time_chart
from msat.exports.charts import Chart, Label, colours, nothing_to_show
from msat.gui.views.chart_view import ChartCard, ChartPicture, paint_chart, picture
from msat.projections.funnel import Counted, funnel
from msat.projections.kpi_model import Share, Times
from msat.projections.kpi_series import Month
from msat.projections.spc import Better, spc

VALUES = [(f"{n} Jan 2026", float(10 + n % 3)) for n in range(1, 14)] + [("30 Jan 2026", 40.0)]
COUNTS = [Counted(f"Y0000{n}", f"Practice {n}", number, 100) for n, number in enumerate((90, 90, 90, 90, 52))]


def control() -> Chart:
    return spc_chart(spc(VALUES, Better.DOWN), "Days to close", "days")


def plot() -> Chart:
    return funnel_chart(funnel(COUNTS), "On time, by practice", "on time")


def months() -> Chart:
    every = [Month(date(2026, n, 1), Share(n % 3 + 8, 10), Times(0, None, None)) for n in range(1, 13)]
    return on_time_chart(every, "On time, by month")


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
    card.show_chart(control())
    card.resize(500, 900)
    card.show()
    drawn = card.picture
    assert drawn.height() == pytest.approx(drawn.width() * drawn._chart.height / drawn._chart.width, abs=2)


@pytest.mark.parametrize("zoom", [100, 150, 200])
@pytest.mark.parametrize("chart", [control(), plot(), months()], ids=["control", "funnel", "months"])
def test_its_texts_grow_with_the_window(qtbot, theme, chart: Chart, zoom: int) -> None:
    drawn = ChartPicture(chart)
    qtbot.addWidget(drawn)
    drawn.resize(780, 400)
    drawn.show()
    theme.set_zoom(zoom)
    smallest = min(shape.size for shape in drawn._chart.shapes if isinstance(shape, Label)) * drawn._scale()
    assert smallest >= theme.font("meta").pixelSize()
    assert drawn.height() == pytest.approx(drawn._chart.height * drawn._scale(), abs=2), "nothing is cut off"
    picked = []
    drawn.picked.connect(picked.append)
    for spot in drawn._spots():
        QTest.mouseClick(drawn, Qt.MouseButton.LeftButton, pos=drawn._place(spot).toPoint())
    places = [drawn._place(spot) for spot in drawn._spots()]
    assert len(picked) == len(places) == len(chart.spots)
    for row, place in zip(picked, places, strict=True):
        hit = next(drawn._place(spot) for spot in drawn._spots() if spot.row == row)
        assert (hit - place).manhattanLength() < 2, "a click takes the point it is on"


def test_the_point_that_is_walked_to_stays_while_the_zoom_changes(qtbot, theme) -> None:
    drawn = ChartPicture(plot())
    qtbot.addWidget(drawn)
    drawn.resize(780, 400)
    drawn.show()
    drawn._walk(2)
    theme.set_zoom(200)
    picked = []
    drawn.picked.connect(picked.append)
    QTest.keyClick(drawn, Qt.Key.Key_Return)
    assert picked == [plot().spots[2].row]
    assert picture(drawn._source).width() > 1400, "the picture that is copied is the printed form"
