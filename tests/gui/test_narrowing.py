"""A point of a chart, or a line of its table, narrows the Oversight page to what it is about; Esc takes it away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from msat.exports.charts import Chart
from msat.gui.views.chart_view import ChartPicture
from msat.gui.views.oversight_charts import only_of
from msat.gui.views.oversight_page import OversightPage
from tests.gui.test_chart_view import control, plot
from tests.gui.test_oversight_page import keyed, made, page, texts, window

__all__ = ["keyed", "made", "page", "window"]


@pytest.fixture
def picture(qtbot, theme) -> ChartPicture:
    found = ChartPicture(plot())
    qtbot.addWidget(found)
    found.resize(700, 400)
    found.show()
    qtbot.waitExposed(found)
    found.setFocus()
    return found


def spot(picture: ChartPicture, at: int) -> QPoint:
    return picture._place(picture._spots()[at]).toPoint()


@pytest.mark.parametrize("chart", [control(), plot()])
def test_every_point_knows_its_line_of_the_table(chart: Chart) -> None:
    assert sorted(one.row for one in chart.spots) == list(range(len(chart.rows)))
    for one in chart.spots:
        assert one.words.startswith(f"{chart.rows[one.row][0]}: ")
        assert 0 < one.x < chart.width
        assert 0 < one.y < chart.height


def test_arrows_walk_the_points_and_enter_picks_one(picture: ChartPicture) -> None:
    said, picked = [], []
    picture.walked.connect(said.append)
    picture.picked.connect(picked.append)
    QTest.keyClick(picture, Qt.Key.Key_Return)
    assert picked == [], "none is walked to yet"
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Down):
        QTest.keyClick(picture, key)
    spots = picture._spots()
    assert said == [spots[at].words for at in (0, 1, 0, 4, 4)]
    QTest.keyClick(picture, Qt.Key.Key_Return)
    assert picked == [spots[4].row]
    QTest.keyClick(picture, Qt.Key.Key_Home)
    QTest.keyClick(picture, Qt.Key.Key_Space)
    assert picked == [spots[4].row, spots[0].row]


def test_escape_lets_go_of_the_point_and_is_heard(picture: ChartPicture) -> None:
    left = []
    picture.left.connect(lambda: left.append(True))
    QTest.keyClick(picture, Qt.Key.Key_Escape)
    assert left == [], "there is nothing to let go of"
    QTest.keyClick(picture, Qt.Key.Key_Right)
    QTest.keyClick(picture, Qt.Key.Key_Escape)
    assert left == [True]
    assert picture._at == -1


def test_the_pointer_says_what_can_be_clicked(picture: ChartPicture) -> None:
    picked = []
    picture.picked.connect(picked.append)
    last = picture._spots()[0]

    def moved(to: QPoint) -> None:
        none = Qt.MouseButton.NoButton
        there = QPointF(to)
        event = QMouseEvent(QMouseEvent.Type.MouseMove, there, there, none, none, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(picture, event)

    moved(spot(picture, 0))
    assert picture.cursor().shape() is Qt.CursorShape.PointingHandCursor
    assert last.words in picture.toolTip()
    assert "more at the same place" not in picture.toolTip()
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=spot(picture, 0))
    assert picked == [last.row]
    moved(spot(picture, 1))
    assert "3 more at the same place: the arrow keys walk them." in picture.toolTip()
    moved(QPoint(3, 3))
    assert picture.cursor().shape() is Qt.CursorShape.ArrowCursor
    assert picture.toolTip() == ""
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    assert picked == [last.row]


def test_a_chart_of_nothing_takes_no_key(qtbot, theme) -> None:
    empty = ChartPicture()
    qtbot.addWidget(empty)
    event = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier)
    empty.keyPressEvent(event)
    assert not event.isAccepted()


def test_a_point_of_the_funnel_shows_that_practice_alone(keyed: OversightPage) -> None:
    chart = keyed.charts.spread
    row = chart.picture._spots()[0].row
    code, rows, items = chart.chart.rows[row][1], keyed.model.rowCount(), len(keyed.agenda.items)
    chart.picture.setFocus()
    QTest.keyClick(chart.picture, Qt.Key.Key_Right)
    assert "Enter shows it alone." in chart.at.text()
    QTest.keyClick(chart.picture, Qt.Key.Key_Return)
    assert keyed.model.rowCount() == 1
    assert keyed.model.organisation(0).ods == code
    assert code in keyed.chip.words.text()
    assert keyed.chip.isVisible()
    assert QApplication.focusWidget() is keyed.board
    assert len(keyed.agenda.items) <= items
    assert all(item.words.endswith(f"({code}).") for item in keyed.agenda.items)
    QTest.keyClick(keyed.board, Qt.Key.Key_Escape)
    assert keyed.model.rowCount() == rows
    assert not keyed.chip.isVisible()
    assert QApplication.focusWidget() is chart.picture
    assert len(keyed.agenda.items) == items


def test_the_agenda_of_one_practice_is_what_is_overdue_there(page: OversightPage) -> None:
    from msat.gui import oversight

    desk = page.session.desk
    for one in page.shown_now.organisations:
        page.narrowing.show_organisation(one.ods)
        cells = oversight.cells(desk, [one.ods]).get(one.ods, {})
        late = {key for key, cell in cells.items() if cell.is_late}
        assert {item.key for item in page.agenda.items} == late
        if not late:
            QApplication.processEvents()
            assert "Nothing of it is overdue." in texts(page)


def test_a_point_of_the_control_chart_shows_that_alert_alone(page: OversightPage) -> None:
    points = page.shown_now.figures.to_close.points
    assert len(points) == len(page.shown_now.figures.closed)
    for at in range(len(points)):
        page.charts.days.picked.emit(at)
        assert page.model.columnCount() == 1
        assert page.model.alert(0).key == page.shown_now.figures.closed[at]
        assert page.charts.days.picture._chosen == at
    page.narrowing.widen()
    assert page.charts.days.picture._chosen == -1


def test_a_bar_shows_the_alerts_of_that_month(page: OversightPage) -> None:
    spots = page.charts.trend.picture._spots()
    assert spots
    for one in spots:
        page.charts.trend.picked.emit(one.row)
        month = page.shown_now.figures.months[one.row].first
        shown = [page.model.alert(at) for at in range(page.model.columnCount())]
        assert shown
        assert {(alert.received.year, alert.received.month) for alert in shown} == {(month.year, month.month)}


def test_a_line_of_the_table_does_the_same(keyed: OversightPage) -> None:
    card = keyed.charts.spread
    card.numbers.click()
    card.table.setFocus()
    card.table.setCurrentIndex(card.table.model().index(2, 0))
    QTest.keyClick(card.table, Qt.Key.Key_Return)
    assert keyed.model.organisation(0).ods == card.chart.rows[2][1]
    QTest.keyClick(keyed.board, Qt.Key.Key_Escape)
    assert keyed.model.rowCount() == 12


def test_filters_are_cleared_with_what_was_shown_alone(page: OversightPage) -> None:
    page.charts.spread.picked.emit(0)
    page.search.setText("practice")
    page._filter()
    QTest.mouseClick(page.clear, Qt.MouseButton.LeftButton)
    assert (page.model.rowCount(), page.narrowing.only) == (12, None)
    assert not page.chip.isVisible()


def test_it_stays_over_another_reading_and_goes_where_its_alert_is_gone(page: OversightPage) -> None:
    page.charts.spread.picked.emit(0)
    code = page.narrowing.only.code
    page.reload()
    assert page.narrowing.only.code == code
    assert page.model.rowCount() == 1
    oldest = min(page.shown_now.alerts, key=lambda one: one.received)
    page.narrowing.show_alert(str(oldest.key))
    page.period.setCurrentIndex(0)
    assert oldest.key not in {one.key for one in page.shown_now.alerts}
    assert page.narrowing.only is None
    assert not page.chip.isVisible()
    assert page.model.columnCount() == len(page.shown_now.alerts)


def test_what_is_on_no_board_is_said(page: OversightPage) -> None:
    assert only_of(page.shown_now, 0, 9_999) is None
    assert only_of(page.shown_now, 1, 9_999) is None
    page.charts.spread.picked.emit(9_999)
    assert page.charts.spread.at.text() == "It is not on the board of this period."
    assert page.narrowing.only is None


def test_the_chip_itself_takes_it_away(page: OversightPage) -> None:
    page.narrowing.show_organisation("Y90001")
    assert page.model.rowCount() == 1
    QTest.mouseClick(page.chip.all, Qt.MouseButton.LeftButton)
    assert page.model.rowCount() == 12
    assert not page.chip.isVisible()
