"""A table that shows every word: cells wrap within a long number too, and rows are as high as their words."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from msat.gui.models.items import ItemTable
from msat.gui.models.tables import TextTable
from msat.gui.theme import Theme
from msat.gui.views.worklist_delegate import lay_out
from msat.gui.views.wrapped_table import EDGE, LONGEST, SIDE, WrappedTable, _words
from msat.projections.item_lines import ItemLine
from msat.projections.items import Held

LONG = "Look again: the number in the notice is 4L01372H of Fingolimod 0.5 mg hard capsules, a letter for a digit. "


@pytest.mark.parametrize("zoom", [100, 200])
@pytest.mark.parametrize("width", [260, 420, 900])
def test_every_word_has_room(qtbot, theme: Theme, zoom: int, width: int):
    theme.set_zoom(zoom)
    model = TextTable(("Number", "Words"))
    table = WrappedTable("Table", model, 12)
    qtbot.addWidget(table)
    table.resize(width, 300)
    table.show()
    model.set_rows([("2018/005/016/291/021", LONG), ("1", "short"), ("W" * 60, LONG * 3)])
    assert sum(table.columnWidth(at) for at in range(2)) <= table.width()
    line = QFontMetrics(table.font()).lineSpacing()
    for row in range(3):
        for column in range(2):
            room = table.columnWidth(column) - 2 * theme.px(SIDE)
            laid = lay_out(str(model.index(row, column).data()), table.font(), room)
            assert laid.boundingRect().height() + theme.px(EDGE) <= table.rowHeight(row)
            assert laid.boundingRect().width() <= room + 1
    assert table.rowHeight(1) < 3 * line
    assert table.height() >= sum(table.rowHeight(row) for row in range(3)), "a short table shows whole"


def test_a_long_table_scrolls_on_its_own(qtbot, theme: Theme):
    model = TextTable(("Number", "Words"))
    table = WrappedTable("Table", model, 12)
    qtbot.addWidget(table)
    table.show()
    model.set_rows([(str(at), LONG if at % 50 == 0 else "short") for at in range(2_000)])
    assert table.height() < 20 * table.rowHeight(1) + table.rowHeight(0)
    assert table.rowHeight(1_950) > table.rowHeight(1_951), "rows out of sight are measured too"


def test_the_items_of_a_list_keep_to_what_qt_asks_of_a_model(qtmodeltester, theme: Theme):
    model = ItemTable()
    model.set_lines([ItemLine("1", "T", "Not given", "Not here", Held.NOT_HERE)])
    qtmodeltester.check(model)
    assert model.index(0, 1).data(Qt.ItemDataRole.DisplayRole) == "T"
    assert model.line(1) is None


def test_a_monstrous_cell_costs_little_and_says_that_there_is_more(qtbot, theme: Theme):
    model = TextTable(("Number", "Words"))
    table = WrappedTable("Table", model, 12)
    qtbot.addWidget(table)
    table.resize(600, 300)
    table.show()
    model.set_rows([("1", "A" * 1_000_000), ("2", "word " * 200_000)])
    high = QFontMetrics(table.font()).lineSpacing() * LONGEST // 10
    assert table.rowHeight(0) < high
    assert table.rowHeight(1) < high
    assert _words(model.index(0, 1)).endswith("(997,000 more characters)")
    assert model.index(0, 1).data() == "A" * 1_000_000, "what is copied is whole"
