"""The charts of the Oversight page: two side by side where there is room, the third under them or beside."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame

from msat.exports.chart_control import spc_chart
from msat.exports.chart_funnel import funnel_chart
from msat.exports.chart_months import on_time_chart
from msat.exports.charts import Chart
from msat.gui.oversight import Shown
from msat.gui.pieces import column, row
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.chart_view import ChartCard

BESIDE = 1500
"""Pixels at 100 % from which two charts stand side by side: with less, their small texts could not be read."""


class Charts(QFrame):
    """Days to finish, the funnel (of a committee), on time by month."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self._lines = column(self, gap="large")
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(look().px("large"))
        self.days, self.spread, self.trend = ChartCard(), ChartCard(), ChartCard()
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

    def charts(self) -> list[Chart]:
        """Those that are shown."""
        return [card.chart for card in (self.days, self.spread, self.trend) if card.chart and not card.isHidden()]

    def fit(self, width: int) -> None:
        """Arranges them for a page of this width, in pixels at 100 %."""
        wide = width >= BESIDE
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self._below.setStretch(self._below.count() - 1, 3 if wide else 0)
