"""The page of practices: importing the lists, taking in areas, ticks by mouse and keyboard, saving."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from msat.gui.main_window import MainWindow
from msat.gui.models.practices import Column, PatchModel, PracticeModel
from msat.gui.practice_draft import Shown, state_line
from msat.gui.theme import look
from msat.projections.practices import Area, Patch
from msat.services.practices import find_area, list_practices
from tests.feeds.ods import epcn, epraccur, row

ROWS = (
    row("A81001", "THE FIRST SURGERY"),
    row("A81002", "THE SECOND SURGERY", closed="20221130", status="C", left="20221130"),
    row("A81003", "THE THIRD SURGERY", commissioner="36L"),
    row("Y01063", "OUT OF HOURS", setting="2"),
)


@pytest.fixture
def page(window: MainWindow, tmp_path: Path):
    """The page with both lists imported."""
    window.show_page("practices")
    made = window.page("practices")
    for name, data in (("epraccur.csv", epraccur(*ROWS)), ("ePCN.xlsx", epcn())):
        (tmp_path / name).write_bytes(data)
        made.import_file(tmp_path / name)
    return made


def codes(page, ours: bool | None = None) -> list[str]:
    rows = (page.practices.shown(at) for at in range(page.practices.rowCount()))
    return [one.practice.code for one in rows if ours is None or one.is_ours is ours]


def tick(page, sort: str, code: str) -> None:
    index = page.patches.index(page.patches.row_of(sort, code))
    on = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
    state = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
    assert page.patches.setData(index, state, Qt.ItemDataRole.CheckStateRole)


def type_into(page, box, words: str) -> None:
    box.setText(words)
    page._typing.stop()
    page._show()


def test_before_a_list_is_here_one_sentence_and_one_button(window: MainWindow) -> None:
    window.show_page("practices")
    page = window.page("practices")
    assert page.stack.currentIndex() == 0
    assert page.import_button.isVisible()
    assert not page.save_button.isVisible()
    assert not page.kinds_button.isVisible()


def test_lists_are_imported_and_told_of(page) -> None:
    assert page.stack.currentIndex() == 1
    assert "epraccur.csv, newest date 30 November 2022" in page.lists.text()
    assert "ePCN.xlsx, newest date 1 April 2021" in page.lists.text()
    assert "2 open networks" in page.said.head.text()
    assert page.right.tally.text() == "No practice is chosen yet. Take in a commissioner or a network."
    assert not page.save_button.isEnabled()


def test_an_area_is_taken_in_and_saved(page, window: MainWindow) -> None:
    tick(page, "commissioner", "16C")
    assert codes(page) == ["A81001", "A81002"]
    assert page.right.tally.text() == "Not saved yet: 1 open practice, 0 dispensing, 1 closed."
    assert page.save_button.isEnabled()
    assert find_area(window.session.desk) == Area()
    page.save_button.click()
    assert [one.code for one in list_practices(window.session.desk)] == ["A81001", "A81002"]
    assert not page.save_button.isEnabled()
    assert not page.right.tally.text().startswith("Not saved")


def test_undo_goes_back_to_what_was_saved(page) -> None:
    tick(page, "network", "U00002")
    assert codes(page) == ["A81003"]
    page.undo_button.click()
    assert codes(page) == []
    assert not page.undo_button.isEnabled()


def test_a_practice_left_out_stays_to_be_ticked_again(page, window: MainWindow) -> None:
    tick(page, "commissioner", "16C")
    page.practices.setData(page.practices.index(0, Column.OURS), Qt.CheckState.Unchecked)
    assert codes(page) == ["A81001", "A81002"]
    assert codes(page, ours=True) == ["A81002"]
    assert page.draft.left_out == ("A81001",)
    page.practices.setData(page.practices.index(0, Column.OURS), Qt.CheckState.Checked)
    assert page.draft.left_out == page.draft.added == ()


def test_a_search_finds_practices_outside_the_area_to_add(page, window: MainWindow) -> None:
    tick(page, "commissioner", "16C")
    type_into(page, page.right.search, "third")
    assert codes(page) == ["A81003"]
    page.practices.setData(page.practices.index(0, Column.OURS), Qt.CheckState.Checked)
    type_into(page, page.right.search, "")
    assert codes(page, ours=True) == ["A81001", "A81002", "A81003"]
    assert page.draft.added == ("A81003",)


def test_a_search_finds_commissioners_and_networks(page) -> None:
    type_into(page, page.left.search, "othershire")
    assert [page.patches.patch(at).code for at in range(page.patches.rowCount())] == ["36L"]


def test_space_ticks_and_the_place_stays(page, qtbot) -> None:
    tick(page, "commissioner", "16C")
    table = page.right.table
    table.setFocus()
    table.setCurrentIndex(page.practices.index(1, Column.DISPENSING))
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert page.draft.dispensing == ("A81002",)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (1, Column.DISPENSING)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert page.draft.dispensing == ()
    page.left.list.setCurrentIndex(page.patches.index(0))
    qtbot.keyClick(page.left.list, Qt.Key.Key_Space)
    assert page.draft.commissioners == ()


def test_a_click_anywhere_in_the_cell_ticks(page, qtbot) -> None:
    tick(page, "commissioner", "16C")
    table = page.right.table
    where = table.visualRect(page.practices.index(0, Column.DISPENSING))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where.topLeft() + QPoint(4, 4))
    assert page.draft.dispensing == ("A81001",)
    state = table.visualRect(page.practices.index(0, Column.STATE))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=state.center())
    assert page.draft.dispensing == ("A81001",)


def test_kinds_are_chosen_from_those_that_the_list_has(page) -> None:
    tick(page, "commissioner", "16C")
    page.fill_kinds()
    actions = {action.text(): action for action in page.kinds_menu.actions()}
    assert list(actions) == ["Out of hours", "GP practice"]
    actions["Out of hours"].trigger()
    assert "Y01063" in codes(page)


def test_dispensing_practices_from_a_file(page, tmp_path: Path) -> None:
    tick(page, "commissioner", "16C")
    (tmp_path / "codes.csv").write_text("A81001\nZ99999\n", encoding="utf-8")
    page.take_codes(tmp_path / "codes.csv")
    assert page.draft.dispensing == ("A81001",)
    assert "1 of the codes" in page.said.head.text()
    (tmp_path / "codes.csv").write_text("Z99999\n", encoding="utf-8")
    page.take_codes(tmp_path / "codes.csv")
    assert "None of the 1 codes" in page.notices.notice.text.text()
    assert page.draft.dispensing == ("A81001",)


def test_a_doubtful_list_waits_for_a_person(page, tmp_path: Path, window: MainWindow) -> None:
    (tmp_path / "part.csv").write_bytes(epraccur(ROWS[0]))
    page.import_file(tmp_path / "part.csv")
    assert "3 practices of the last list" in page.said.head.text()
    assert len(page.held.known.practices) == 4
    assert page.said.button.text() == "Import it all the same"
    page.said.button.click()
    assert len(page.held.known.practices) == 1


def test_what_is_no_list_is_refused_in_a_notice(page, tmp_path: Path) -> None:
    (tmp_path / "page.csv").write_text("<html></html>", encoding="utf-8")
    page.import_file(tmp_path / "page.csv")
    assert "a web page" in page.notices.notice.text.text()


def test_odd_rows_and_changes_are_shown_and_the_rest_counted(page, tmp_path: Path) -> None:
    more = [row("A81009", "ODD", opened="someday") for _ in range(9)]
    (tmp_path / "next.csv").write_bytes(epraccur(*ROWS, *more))
    page.import_file(tmp_path / "next.csv")
    lines = page.said.text.text().splitlines()
    assert lines[0] == "line 5: “someday” is not a date; it is left out."
    assert lines[-1] == "and 3 more."
    assert not page.said.button.isVisible()


def test_a_choice_not_yet_saved_outlives_another_import(page, tmp_path: Path) -> None:
    tick(page, "commissioner", "16C")
    (tmp_path / "next.csv").write_bytes(epraccur(*ROWS, row("A81009", "NEW ONE")))
    page.import_file(tmp_path / "next.csv")
    assert codes(page) == ["A81001", "A81009", "A81002"]
    assert page.save_button.isEnabled()


def test_every_control_has_a_name(page) -> None:
    for widget in page.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface.text(QAccessible.Text.Name), widget


def test_narrow_puts_one_half_above_the_other(page, window: MainWindow) -> None:
    page.resize(look().px(700), 600)
    page._fit()
    assert page.splitter.orientation() == Qt.Orientation.Vertical
    page.resize(look().px(1000), 600)
    page._fit()
    assert page.splitter.orientation() == Qt.Orientation.Horizontal


def test_the_models_keep_the_rules_of_models(page, qtmodeltester) -> None:
    patches, practices = PatchModel(), PracticeModel()
    patches.set_rows([(Patch("commissioner", "16C", "SAMPLESHIRE", 2, 1), True)])
    practices.set_rows([Shown(one.practice, True) for one in page_rows(page)])
    for model in (patches, practices):
        qtmodeltester.check(model)
    assert practices.rowCount(practices.index(0, 0)) == 0
    assert patches.setData(patches.index(0), 0, Qt.ItemDataRole.EditRole) is False


def page_rows(page) -> list[Shown]:
    tick(page, "commissioner", "16C")
    return [page.practices.shown(at) for at in range(page.practices.rowCount())]


def test_a_closed_practice_says_when_and_is_grey(page) -> None:
    rows = page_rows(page)
    assert [state_line(one.practice) for one in rows] == ["Open", "Closed 30 November 2022"]
    colour = page.practices.index(1, Column.STATE).data(Qt.ItemDataRole.ForegroundRole)
    assert colour == look().colour("text_2")
    assert page.practices.index(0, Column.STATE).data(Qt.ItemDataRole.ForegroundRole) is None
    spoken = page.practices.index(1, Column.PRACTICE).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "THE SECOND SURGERY, A81002 · TS1 1AA · 16C"
