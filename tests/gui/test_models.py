"""The models are mirrors: they keep Qt's own rules and add nothing to their rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QModelIndex, Qt

from msat.gui.models.tables import TextTable
from msat.gui.models.worklist import Role, WorklistModel

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_worklist_keeps_the_rules_of_qt(qtmodeltester, make_row):
    model = WorklistModel()
    model.set_rows([make_row(1), make_row(2, due=None)], NOW)
    qtmodeltester.check(model, force_py=True)
    assert model.rowCount(model.index(0)) == 0


def test_an_empty_worklist_keeps_them_too(qtmodeltester):
    qtmodeltester.check(WorklistModel(), force_py=True)


def test_headings_cannot_be_chosen(make_row):
    model = WorklistModel()
    model.set_rows([make_row(1), make_row(2, due=None)], NOW)
    assert [model.index(at).data(Role.KEY) for at in range(4)] == [None, "EL(26)A/01", None, "EL(26)A/02"]
    assert model.index(0).data() == "Due today, 1 alert"
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsSelectable
    assert model.index_of(make_row(2).key).row() == 3
    assert not model.index_of(None).isValid()


def test_titles_are_never_markup(make_row):
    model = WorklistModel()
    model.set_rows([make_row(1, title="<img src=x> & more")], NOW)
    index = model.index(1)
    assert index.data() == "<img src=x> & more"
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "<p>&lt;img src=x&gt; &amp; more</p>"


def test_ticks(qtbot, make_row):
    model = WorklistModel(checkable=True)
    model.set_rows([make_row(1)], NOW)
    index = model.index(1)
    with qtbot.waitSignal(model.dataChanged):
        assert model.setData(index, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert model.ticked == {make_row(1).key}
    assert index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
    assert not model.setData(model.index(0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert not WorklistModel().setData(QModelIndex(), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)


def test_the_list_says_whole_sentences(make_row):
    model = WorklistModel()
    model.set_rows([make_row(1, due=NOW - timedelta(days=2))], NOW)
    said = model.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith("Red. Class 2 Medicines Recall")


def test_tables_keep_the_rules_of_qt(qtmodeltester):
    model = TextTable(["Batch", "Expiry"])
    qtmodeltester.check(model, force_py=True)
    model.set_rows([("2231A", "11/2027"), ("2231B", "")])
    qtmodeltester.check(model, force_py=True)
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.columnCount(model.index(0, 0)) == 0
    assert model.index(1, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "Expiry: not given"
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Batch"
