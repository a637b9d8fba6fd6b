"""The page of the batch check: typed, pasted, scanned; words, shapes, focus, copying; and what it never says."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest

from msat.clock import say_time
from msat.gui import check_words
from msat.gui.main_window import MainWindow
from msat.gui.theme import look
from msat.gui.views.batch_box import SHOWN_GROUP
from msat.gui.views.worklist_delegate import lay_out
from msat.gui.views.wrapped_table import SIDE
from msat.projections.batch_check import Verdict
from tests.gui.conftest import settle


def batch_page(window: MainWindow):
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert window.current() is window.page("batch")
    return window.page("batch")


def known_batch(window: MainWindow) -> str:
    """A batch that a notice of the sample prints."""
    rows = [batch.number for one in window.session.desk.views.affected() for batch in one.batches if not batch.through]
    assert rows
    return rows[0]


def typed(page, text: str) -> None:
    page.box.setPlainText(text)
    QTest.keyClick(page.box, Qt.Key.Key_Return)


def test_enter_checks_and_the_next_scan_takes_the_place_of_the_last(window: MainWindow):
    page = batch_page(window)
    assert window.focusWidget() is page.box
    number = known_batch(window)
    QTest.keyClicks(page.box, number)
    QTest.keyClick(page.box, Qt.Key.Key_Return)
    assert page.answer.word.text() == "Affected"
    assert page.answer.property("callout") == "red"
    assert page.answer.picture.name == "stop"
    assert window.focusWidget() is page.box
    QTest.keyClicks(page.box, "ZZ-NO-SUCH-1")
    assert page.box.toPlainText() == "ZZ-NO-SUCH-1"
    QTest.keyClick(page.box, Qt.Key.Key_Return)
    assert page.answer.word.text() == "Not in any notice known here"
    assert page.model.rowCount() == 2
    assert page.model.checked(0).answer.asked.text == "ZZ-NO-SUCH-1"


def test_ctrl_enter_checks_a_pasted_column_as_it_saves_elsewhere(window: MainWindow):
    page = batch_page(window)
    page.box.setPlainText("ZZ-NO-SUCH-1\nZZ-NO-SUCH-2")
    QTest.keyClick(page.box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert page.model.rowCount() == 2
    assert page.box.toPlainText() == "ZZ-NO-SUCH-1\nZZ-NO-SUCH-2"


def test_a_number_in_no_notice_is_said_with_when_and_from_where_and_never_safe(window: MainWindow):
    page = batch_page(window)
    typed(page, "ZZ-NO-SUCH-1")
    said = page.answer.words.text()
    assert said.startswith("Not in any notice known here: batch ZZ-NO-SUCH-1.")
    assert "As at 20" in said or "As at " in said
    for source in window.session.desk.knowledge.sources:
        assert (source.name in said) is source.enabled
    everything = " ".join([said, page.answer.word.text(), page.answer.notes.text()]).lower()
    assert " safe" not in everything
    assert "not affected" not in everything


def test_what_an_answer_rests_on_is_shown_and_opens(window: MainWindow):
    page = batch_page(window)
    number = known_batch(window)
    typed(page, number)
    hit = page.model.checked(0).answer.hits[0]
    shown = [label.text() for label in page.answer.findChildren(type(page.answer.word))]
    assert check_words.alert_words(hit) in shown
    assert any(text.startswith(f"Batch {hit.batch.number}") for text in shown)
    assert hit.why in shown
    page.answer.opened.emit(str(hit.notice.key))
    settle(window)
    assert window.current() is window.page("alerts")
    assert str(window.current_inbox().alert.state.key) == str(hit.notice.key)


def test_a_near_miss_is_look_again_with_its_reason(window: MainWindow):
    page = batch_page(window)
    number = next(
        b.number
        for one in window.session.desk.views.affected()
        for b in one.batches
        if "1" in b.number and len(b.number) >= 6
    )
    typed(page, number.replace("1", "I", 1))
    assert page.answer.word.text() == "Look again"
    assert page.answer.picture.name == "warning"
    assert page.answer.property("callout") == "amber"


def test_a_pasted_column_becomes_a_table_with_the_worst_first(window: MainWindow):
    page = batch_page(window)
    number = known_batch(window)
    pasted = QMimeData()
    pasted.setText(f"Batch number\nZZ-NO-SUCH-1\n{number}\n\nZZ-NO-SUCH-2\n")
    page.box.insertFromMimeData(pasted)
    QTest.keyClick(page.box, Qt.Key.Key_Return)
    assert [page.model.checked(row).answer.asked.text for row in range(3)] == [number, "ZZ-NO-SUCH-1", "ZZ-NO-SUCH-2"]
    assert page.model.rowCount() == 3
    assert page.tally.text().startswith("3 checked: 1 affected, 2 not in any notice known here.")
    assert page.table.isVisible()
    page.table.setFocus()
    page.table.selectRow(1)
    assert page.answer.entered.text() == "Batch ZZ-NO-SUCH-1"


def test_a_scanners_separator_is_kept_and_shown(window: MainWindow):
    page = batch_page(window)
    QTest.keyClicks(page.box, "0105012345678900172711301012AB")
    QTest.keyClick(page.box, Qt.Key.Key_BracketRight, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(page.box, "219")
    assert page.box.toPlainText() == f"0105012345678900172711301012AB{SHOWN_GROUP}219"
    QTest.keyClick(page.box, Qt.Key.Key_Return)
    assert page.answer.entered.text() == ("Batch 12AB, GTIN 05012345678900, expiry 30 November 2027, serial number 9")


def test_escape_clears_and_a_late_answer_does_not_come_back(window: MainWindow):
    page = batch_page(window)
    typed(page, known_batch(window))
    asked = page._asked
    QTest.keyClick(page.box, Qt.Key.Key_Escape)
    assert page.box.toPlainText() == ""
    assert page.answer.isHidden()
    assert page.model.rowCount() == 0
    page._answered(asked, 1, [])
    assert page.answer.isHidden()
    assert window.focusWidget() is page.box


def test_answers_that_come_in_the_wrong_order_stand_in_the_order_asked(window: MainWindow):
    page = batch_page(window)
    checker = page._checker_of(window.session.desk)
    first, second = checker.check_lines(["AA-FIRST-1", "BB-SECOND-2"])
    page._asked = 2
    page._answered(2, 1, [second])
    page._answered(1, 1, [first])
    assert page.answer.entered.text() == "Batch BB-SECOND-2"
    assert [page.model.checked(row).answer.asked.text for row in range(2)] == ["BB-SECOND-2", "AA-FIRST-1"]


def test_copying_gives_the_answer_in_words(window: MainWindow):
    page = batch_page(window)
    number = known_batch(window)
    typed(page, number)
    page.copy_one()
    text = QGuiApplication.clipboard().text()
    assert text.startswith(f"{number}: Affected: batch {number} is in ")
    typed(page, "ZZ-NO-SUCH-1")
    window.outputs.copy_newsletter()
    both = QGuiApplication.clipboard().text()
    assert both.startswith("ZZ-NO-SUCH-1: Not in any notice known here")
    assert text in both


def test_every_answer_has_its_own_word_shape_and_colour():
    looks = [check_words.LOOKS[verdict] for verdict in Verdict]
    for part in zip(*looks, strict=True):
        assert len(set(part)) == len(Verdict)


def test_an_answer_is_a_sentence_for_a_screen_reader(window: MainWindow):
    page = batch_page(window)
    number = known_batch(window)
    typed(page, number)
    index = page.model.index(0, 0)
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert said.startswith(f"{number}: Affected. ")
    assert page.answer.accessibleName() == f"Answer: {said}"


def test_the_model_is_sound(window: MainWindow, qtmodeltester):
    page = batch_page(window)
    typed(page, "A1234\nB1234\nC1234")
    qtmodeltester.check(page.model)


def test_old_answers_are_told_from_new_ones_and_can_be_cleared(window: MainWindow):
    page = batch_page(window)
    number = known_batch(window)
    typed(page, number)
    assert page.model.columnCount() == 3, "while there is one check there is nothing to tell apart"
    assert page.forget.isHidden()
    clock = say_time(page.model.checked(0).as_at)
    typed(page, "ZZ-1\nZZ-2")
    heads = [page.model.headerData(at, Qt.Orientation.Horizontal) for at in range(page.model.columnCount())]
    assert heads[-1] == "When"
    assert [page.model.index(row, 3).data() for row in range(3)] == ["This check", "This check", f"Earlier, {clock}"]
    spoken = page.model.index(2, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith(f"Earlier, {clock}: {number}")
    assert page.forget.isVisible()
    assert page.forget.key == "Ctrl+L"
    page.box.setFocus()
    QTest.keyClick(page.box, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert [page.model.index(row, 0).data() for row in range(page.model.rowCount())] == ["ZZ-1", "ZZ-2"]
    assert page.forget.isHidden()
    assert page.table.isVisible()


def test_a_long_reason_is_shown_whole_in_the_table(window: MainWindow):
    page = batch_page(window)
    typed(page, "0105012345678901172711301012AB\nZZ-1")
    table = page.table
    for row in range(page.model.rowCount()):
        words = page.model.index(row, 2).data()
        room = table.columnWidth(2) - 2 * look().px(SIDE)
        assert lay_out(words, table.font(), room).boundingRect().height() < table.rowHeight(row)
    assert any(QFontMetrics(table.font()).horizontalAdvance(page.model.index(row, 2).data()) > room for row in range(2))
