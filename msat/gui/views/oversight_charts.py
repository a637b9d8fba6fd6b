"""The charts of the Oversight page: two side by side where there is room, the third under them or beside.

A point of one, or a line of its table, narrows the page to what it is about.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame

from msat.exports.chart_control import spc_chart
from msat.exports.chart_funnel import funnel_chart
from msat.exports.chart_months import on_time_chart
from msat.exports.charts import Chart
from msat.gui import oversight
from msat.gui.board_choice import Only
from msat.gui.oversight import Shown
from msat.gui.pieces import column, row
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.chart_view import ChartCard, ChartPicture
from msat.projections.board import BoardOrganisation

BESIDE = 1500
"""Pixels at 100 % from which two charts stand side by side: with less, their small texts could not be read."""


class Charts(QFrame):
    """Days to finish, the funnel (of a committee), on time by month. `narrowed` carries what alone is to be shown.

    `left` says that Esc was pressed in one of them.
    """

    narrowed = Signal(object)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self._lines = column(self, gap="large")
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(look().px("large"))
        self.days, self.spread, self.trend = ChartCard(), ChartCard(), ChartCard()
        self._shown: Shown | None = None
        for at, card in enumerate((self.days, self.spread, self.trend)):
            card.picked.connect(lambda row, at=at: self._picked(at, row))
            card.left.connect(self.left)
        for chart in (self.days, self.spread):
            self._row.addWidget(chart, 1, Qt.AlignmentFlag.AlignTop)
        self._lines.addLayout(self._row)
        # A share of the line and not a largest width, which a layout forgets when it asks how high its words will be.
        self._below = row(gap=0)
        self._below.addWidget(self.trend, 7)
        self._below.addStretch(3)
        self._lines.addLayout(self._below)

    def show_charts(self, shown: Shown) -> None:
        """Draws them for these figures. A practice that is no committee has no funnel: the months take its place."""
        self._shown = shown
        figures, several = shown.figures, shown.is_committee
        title = tr("Working days to finish each Red alert") + (tr(", median of the organisations") if several else "")
        self.days.show_chart(spc_chart(figures.to_close, title, tr("working days")))
        what = tr("done by their deadline")
        self.spread.show_chart(
            funnel_chart(figures.by_practice, tr("Alerts {what}, by organisation").format(what=what), what)
        )
        self.trend.show_chart(on_time_chart(figures.months, tr("Alerts {what}, by month").format(what=what)))
        self.spread.setVisible(several)
        self._row.removeWidget(self.trend)
        self._below.removeWidget(self.trend)
        if several:
            self._below.insertWidget(0, self.trend, 7)
        else:
            self._row.addWidget(self.trend, 1, Qt.AlignmentFlag.AlignTop)

    def _picked(self, at: int, row: int) -> None:
        only = only_of(self._shown, at, row) if self._shown is not None else None
        if only is not None:
            self.narrowed.emit(only)
        else:
            card = (self.days, self.spread, self.trend)[at]
            card.at.show()
            card.at.say(tr("It is not on the board of this period."))

    def choose(self, only: Only | None) -> None:
        """Marks in its chart what is shown alone."""
        for at, card in enumerate((self.days, self.spread, self.trend)):
            card.choose(only.row if only is not None and only.chart == at else -1)

    def row_of(self, only: Only) -> int:
        """In which line of the table of its chart it stands now; -1: in none."""
        shown, at = self._shown, only.chart
        if shown is None or at < 0:
            return -1
        rows = len((self.days, self.spread, self.trend)[at].chart.rows) if self.charts() else 0
        same = (row for row in range(rows) if (one := only_of(shown, at, row)) and replace(one, row=only.row) == only)
        return next(same, -1)

    def picture(self, at: int) -> ChartPicture:
        """The drawing of a chart, by its number."""
        return (self.days, self.spread, self.trend)[at].picture

    def charts(self) -> list[Chart]:
        """Those that are shown."""
        return [card.chart for card in (self.days, self.spread, self.trend) if card.chart and not card.isHidden()]

    def fit(self, width: int) -> None:
        """Arranges them for a page of this width, in pixels at 100 %."""
        wide = width >= BESIDE
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self._below.setStretch(self._below.count() - 1, 3 if wide else 0)


def only_of(shown: Shown, chart: int, row: int) -> Only | None:
    """What a line of a chart's table is about: an alert, an organisation or a month. None where it is not on the board:
    a list of other notices, an alert received before the period."""
    figures = shown.figures
    if chart == 0:
        key = figures.closed[row] if row < len(figures.closed) else ""
        alert = next((one for one in shown.alerts if one.key == key), None)
        return Only(oversight.called(alert), key=alert.key, chart=chart, row=row) if alert is not None else None
    if chart == 1:
        every = [point.counted for point in figures.by_practice.points] + list(figures.by_practice.left_out)
        code = every[row].id if row < len(every) else ""
        one = next((each for each in shown.organisations if each.ods == code), None)
        return Only(name_of_practice(one), code=one.ods, chart=chart, row=row) if one is not None else None
    month = figures.months[row] if row < len(figures.months) else None
    if month is None:
        return None
    last = (month.first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    words = tr("alerts received in {month}").format(month=month.label)
    return Only(words, first=month.first, last=last, chart=chart, row=row)


def name_of_practice(one: BoardOrganisation) -> str:
    """Its name and code: two practices may be called the same."""
    return f"{one.name} ({one.ods})"
