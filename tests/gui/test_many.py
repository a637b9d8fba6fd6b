"""Many alerts at once: ticked, dealt with where they may be, the others named; "Mine"; several files dropped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from msat.gui.main_window import MainWindow
from msat.gui.models.worklist import Role
from msat.triage.model import Priority
from tests.gui.conftest import settle


def press(window: MainWindow, key: Qt.Key, shift: bool = False) -> None:
    held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(window.worklist.list_pane.list, key, held)
    settle(window)


def tick(window: MainWindow, *rags: Priority) -> list[str]:
    model = window.worklist.list_pane.model
    keys = [row.key for row in model.rows() if row.rag in rags]
    for key in keys:
        model.tick(key, True)
    return [str(key) for key in keys]


def test_x_ticks_and_shift_j_and_k_tick_as_they_go(window: MainWindow):
    pane = window.worklist.list_pane
    rows = pane.model.rows()
    press(window, Qt.Key.Key_X)
    assert pane.model.ticked == {rows[0].key}
    press(window, Qt.Key.Key_J, shift=True)
    press(window, Qt.Key.Key_Down, shift=True)
    assert pane.model.ticked == {row.key for row in rows[:3]}
    assert pane.bulk.head.text() == "3 alerts ticked"
    assert pane.chosen_keys() == [row.key for row in rows[:3]]
    assert pane.model.index_of(rows[0].key).data(Qt.ItemDataRole.AccessibleTextRole).startswith("Ticked. ")
    press(window, Qt.Key.Key_X)
    assert rows[2].key not in pane.model.ticked
    press(window, Qt.Key.Key_J)
    assert len(pane.model.ticked) == 2, "moving alone ticks nothing"


def test_escape_lets_the_ticks_go(window: MainWindow):
    pane = window.worklist.list_pane
    press(window, Qt.Key.Key_X)
    assert pane.bulk.isVisible()
    press(window, Qt.Key.Key_Escape)
    assert not pane.model.ticked
    press(window, Qt.Key.Key_X)
    pane.bulk.clear.click()
    assert not pane.model.ticked
    assert not pane.bulk.isVisible()
    assert pane.list.hasFocus()


def test_shift_click_ticks_a_range_and_ctrl_click_one(window: MainWindow):
    pane = window.worklist.list_pane
    rows = pane.model.rows()
    third = pane.list.visualRect(pane.model.index_of(rows[2].key)).center()
    QTest.mouseClick(pane.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, third)
    assert pane.model.ticked == {row.key for row in rows[:3]}
    first = pane.list.visualRect(pane.model.index_of(rows[0].key)).center()
    QTest.mouseClick(pane.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, first)
    assert pane.model.ticked == {row.key for row in rows[1:3]}


def test_what_leaves_the_list_is_not_taken_along_unseen(window: MainWindow):
    pane = window.worklist.list_pane
    tick(window, Priority.RED, Priority.AMBER)
    pane.chips[Priority.AMBER].click()
    settle(window)
    assert {row.rag for row in pane.model.rows() if row.key in pane.model.ticked} == {Priority.AMBER}
    assert pane.model.ticked <= {row.key for row in pane.model.rows()}


def test_reds_are_never_taken_along_and_are_named_before_anything_is_recorded(window: MainWindow):
    desk, pane = window.session.desk, window.worklist.list_pane
    keys = tick(window, Priority.RED, Priority.AMBER)
    red = next(row for row in pane.model.rows() if row.rag is Priority.RED)
    amber = [key for key in keys if desk.views.alert(key).rag is Priority.AMBER]
    before = desk.views.position()
    pane.bulk.not_applicable.click()
    assert desk.views.position() == before, "the first press only says what would be done"
    assert f"{red.reference} is Red" in pane.bulk.said.text()
    assert "the other" in pane.bulk.go.text()
    assert pane.bulk.reason.count() > 2
    pane.bulk.go.click()
    after = {key: desk.views.alert(key).applicability for key in keys}
    assert all(after[key] is None or after[key].applies for key in keys if key not in amber)
    assert any(after[key] is not None and not after[key].applies for key in amber)
    assert not pane.model.ticked


def test_only_reds_leave_nothing_to_press(window: MainWindow):
    pane = window.worklist.list_pane
    tick(window, Priority.RED)
    pane.bulk.acknowledge.click()
    assert pane.bulk.said.text().startswith("0 of ")
    assert not pane.bulk.go.isVisible()


def test_ambers_are_acknowledged_in_one_transaction(window: MainWindow):
    desk, pane = window.session.desk, window.worklist.list_pane
    tick(window, Priority.AMBER)
    pane.bulk.acknowledge.click()
    fit = pane.bulk._fit
    assert fit
    pane.bulk.go.click()
    assert all(desk.views.alert(key).acknowledged for key in fit)


def test_other_ticks_make_an_answer_void(window: MainWindow):
    pane = window.worklist.list_pane
    keys = tick(window, Priority.AMBER)
    pane.bulk.acknowledge.click()
    assert pane.bulk.go.isVisible()
    pane.model.tick(pane.model.index_of(keys[0]).data(Role.KEY), False)
    assert not pane.bulk.go.isVisible()
    pane.bulk.submit()
    assert pane.bulk.go.isEnabled()


def test_mine_shows_what_i_look_after_and_everybodys_reds(window: MainWindow):
    from msat.services.assign import assign

    desk, pane = window.session.desk, window.worklist.list_pane
    person = window.session.person()
    rows = pane.model.rows()
    other = next(row for row in rows if row.rag is Priority.AMBER and not row.owner)
    assign(desk, str(other.key), "B. Jones", "", person)
    pane.mine.click()
    settle(window)
    shown = {row.key for row in pane.model.rows()}
    assert other.key not in shown
    loud = {row.key for row in rows if row.rag is Priority.RED and not row.acknowledged and not row.owner}
    assert loud <= shown
    assert pane.is_filtered
    pane.clear_filters()
    assert not pane.mine.isChecked()
    assert other.key in {row.key for row in pane.model.rows()}


def test_mine_asks_who_one_is_first(window: MainWindow):
    pane = window.worklist.list_pane
    window.session.remember_person("", "")
    pane.mine.click()
    assert not pane.mine.isChecked()
    panel = window.panel_place.itemAt(0).widget().widget()
    panel.who.name.setText("A. Patel")
    panel.who.role.setCurrentText("GP")
    panel.submit()
    assert pane.mine.isChecked()
    assert pane.query().mine == "A. Patel"


NOTICE = """Class 2 Medicines Recall: Sample Company, Samplepril {n} mg Tablets, EL(26)A/9{n}

Date of issue: 19 August 2026

Batch Number  Expiry Date
SP9{n}A01  11/2027
"""


def test_several_notices_dropped_at_once_come_one_after_the_other(window: MainWindow, tmp_path: Path):
    files = []
    for n in (1, 2, 3):
        files.append(tmp_path / f"notice-{n}.txt")
        files[-1].write_text(NOTICE.format(n=n), encoding="utf-8")
    window.drops.take(files)
    page = window.page("add")
    assert window.current() is page
    assert page.file_name.text() == "File: notice-1.txt. 2 more wait: notice-2.txt, notice-3.txt."
    page.save()
    assert page.file_name.text() == "File: notice-2.txt. 1 more waits: notice-3.txt."
    page.skip.click()
    assert page.file_name.text() == "File: notice-3.txt"
    assert not page.skip.isVisible()
    page.save()
    assert page.file_name.isHidden()
    found = {state.reference for state in window.session.desk.views.states()}
    assert {"EL(26)A/91", "EL(26)A/93"} <= found
    assert "EL(26)A/92" not in found
