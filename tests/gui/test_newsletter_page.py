"""The newsletter is written by keyboard alone: choose, order, word, undo; what is typed lies on the disk at once."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from msat.gui.main_window import MainWindow
from msat.gui.views.newsletter_card import DRAGGED
from msat.projections.newsletter_draft import Length
from tests.gui.composing import ALT, CTRL, chosen, newsletter, on_disk, opened, passed, press, shown, written

Key = Qt.Key


def test_an_empty_page_says_what_to_do_and_a_tick_begins_an_issue(window: MainWindow):
    page = newsletter(window)
    assert "No issue is being written." in shown(page)
    assert page.items.nothing.button.text() == "New issue"
    assert "Nothing to show yet." in shown(page)
    assert not page.foot.copy.isEnabled()
    assert window.focusWidget() is page.picks.list
    press(window, Key.Key_Space)
    assert page.composer.issue.title == "Medicines safety, August 2026"
    assert [item.key for item in on_disk(page).items] == [page.picks.list.key()]
    assert page.picks.model.lines()[0].ticked
    assert page.foot.copy.isEnabled()


def test_alerts_are_chosen_and_taken_out_by_key(window: MainWindow):
    page = newsletter(window)
    for _ in range(3):
        press(window, Key.Key_Space)
        press(window, Key.Key_J)
    keys = [line.key for line in page.picks.model.lines()]
    assert [item.key for item in on_disk(page).items] == keys[:3]
    press(window, Key.Key_K)
    press(window, Key.Key_Return)
    assert [item.key for item in on_disk(page).items] == keys[:2]
    press(window, Key.Key_Z, CTRL)
    assert [item.key for item in on_disk(page).items] == keys[:3]
    press(window, Key.Key_Y, CTRL)
    assert [item.key for item in on_disk(page).items] == keys[:2]


def test_items_stand_in_the_order_of_urgency_with_words_and_time(window: MainWindow):
    page = newsletter(window)
    chosen(page, *[line.key for line in page.picks.model.lines()])
    headings = [section.name for section in page.composer.sections()]
    assert headings[0] == "Red: act now"
    assert headings == sorted(headings, key=["Red: act now", "Amber: act", "Green: for information"].index)
    card = page.items.cards[page.items.order()[0]]
    assert card.count.text().endswith("of 80 words")
    assert "reads in" in page.head.state.text()
    assert "Draft kept" in page.head.state.text()


def test_f6_goes_round_the_panes_and_keys_word_an_item(window: MainWindow):
    page = newsletter(window)
    first, *_rest = chosen(page)
    press(window, Key.Key_F6)
    assert window.focusWidget() is page.items.cards[page.items.order()[0]]
    press(window, Key.Key_Return)
    body = page.items.cards[page.items.current].body
    assert window.focusWidget() is body.fields["headline"].editor
    press(window, Key.Key_Escape)
    assert window.focusWidget() is page.items.cards[page.items.current]
    press(window, Key.Key_F6)
    assert window.focusWidget() is page.preview.text
    press(window, Key.Key_F6)
    assert window.focusWidget() is page.foot.copy
    assert first in page.items.cards


def test_arrows_walk_the_items_and_numbers_choose_their_length(window: MainWindow):
    page = newsletter(window)
    chosen(page)
    keys = page.items.order()
    page.items.choose(keys[0])
    press(window, Key.Key_J)
    assert page.items.current == keys[1]
    before = page.composer.writing.composed(keys[1], "prescribers").item.length
    press(window, Key.Key_1)
    assert on_disk(page).item(keys[1]).length is Length.SHORT
    assert page.composer.writing.composed(keys[1], "prescribers").item.length < before
    press(window, Key.Key_3)
    assert on_disk(page).item(keys[1]).length is Length.FULL
    press(window, Key.Key_K)
    assert page.items.current == keys[0]
    press(window, Key.Key_Delete)
    assert page.composer.issue.item(keys[0]) is None
    assert window.focusWidget() is page.items.cards[page.items.current]


def test_an_item_moves_within_its_section_only_and_says_why(window: MainWindow):
    page = newsletter(window)
    chosen(page, *[line.key for line in page.picks.model.lines()])
    section = next(one for one in page.composer.sections() if len(one.keys) > 1)
    first, second = section.keys[:2]
    page.items.choose(first)
    press(window, Key.Key_Down, ALT)
    assert page.items.order().index(second) < page.items.order().index(first)
    assert page.items.current == first
    assert window.focusWidget() is page.items.cards[first]
    press(window, Key.Key_Up, ALT)
    press(window, Key.Key_Up, ALT)
    assert f"It stays under “{section.name}”" in window.notices.notice.head.text()
    order = [item.key for item in on_disk(page).items]
    assert order.index(first) < order.index(second)


def test_an_item_can_be_dragged_to_another_place_of_its_section(window: MainWindow):
    page = newsletter(window)
    chosen(page, *[line.key for line in page.picks.model.lines()])
    section = next(one for one in page.composer.sections() if len(one.keys) > 1)
    other = next(one for one in page.composer.sections() if one != section)
    first, last = section.keys[0], section.keys[-1]
    card = page.items.cards[last]
    at, after = page.items.place_at(card.geometry().center())
    assert (at.key, after) == (last, True)
    page.items.drop(first, last, after=True)
    passed(page)
    assert next(one for one in page.composer.sections() if first in one.keys).keys[-1] == first
    _drop(page, last, page.items.cards[section.keys[1]].geometry().bottomLeft())
    assert page.items.mark.isHidden()
    before = page.items.order()
    page.items.drop(first, other.keys[0], after=True)
    assert page.items.order() == before
    assert "It stays under" in window.notices.notice.head.text()


def _drop(page, key: str, at) -> None:
    """As Qt tells of it: dragged over a place, and let go there."""
    data = QMimeData()
    data.setData(DRAGGED, key.encode("utf-8"))
    how = (Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    over = QDragMoveEvent(at, *how)
    QApplication.sendEvent(page.items.sheet, QDragEnterEvent(at, *how))
    QApplication.sendEvent(page.items.sheet, over)
    assert over.isAccepted()
    assert page.items.mark.isVisible()
    QApplication.sendEvent(page.items.sheet, QDropEvent(at.toPointF(), *how))
    passed(page)


def test_what_is_worded_is_kept_checked_and_undone(window: MainWindow):
    page = newsletter(window)
    key, *_rest = chosen(page)
    editor = opened(page, key, "why")
    before = editor.editor.toPlainText()
    editor.editor.setFocus()
    editor.editor.selectAll()
    QTest.keyClicks(editor.editor, "Please be aware of this.")
    passed(page)
    assert on_disk(page).item(key).edits[0].text == "Please be aware of this."
    assert "To mend: “Please be aware” names no check." in shown(page)
    assert "1 to mend" in page.items.cards[key].note.text()
    assert "Your words, for all readers." in shown(page)
    page.undo_change()
    passed(page)
    assert on_disk(page).item(key).edits == ()
    assert editor.editor.toPlainText() == before
    assert "names no check" not in shown(page)
    page.redo_change()
    passed(page)
    assert editor.editor.toPlainText() == "Please be aware of this."


def test_typing_is_never_disturbed_by_what_is_found_in_it(window: MainWindow):
    """A full stop that the item drops, or blanks, must not make the field jump."""
    page = newsletter(window)
    key, *_rest = chosen(page)
    editor = opened(page, key, "action").editor
    editor.setPlainText("")
    QTest.keyClicks(editor, "Check the cupboard.  ")
    passed(page)
    assert editor.toPlainText() == "Check the cupboard.  "
    assert editor.textCursor().position() == len("Check the cupboard.  ")
    QTest.keyClicks(editor, "Now")
    passed(page)
    assert editor.toPlainText() == "Check the cupboard.  Now"
    assert on_disk(page).item(key).edits[0].text == "Check the cupboard.  Now"
    assert page.composer.stack.count() == 3  # two alerts more, and one change for all that was typed


def test_a_patients_details_never_reach_the_disk(window: MainWindow):
    page = newsletter(window)
    key, *_rest = chosen(page)
    editor = written(page, key, "why", "Ask about 943 476 5919.")
    assert editor.refusal.isVisible()
    assert "Not taken:" in editor.refusal.text.text()
    assert on_disk(page).item(key).edits == ()
    assert editor.editor.toPlainText() == "Ask about 943 476 5919."
    editor.editor.setPlainText("Ask the team.")
    passed(page)
    assert not editor.refusal.isVisible()
    assert on_disk(page).item(key).edits[0].text == "Ask the team."


def test_the_programs_words_come_back(window: MainWindow):
    page = newsletter(window)
    key, *_rest = chosen(page)
    editor = opened(page, key, "headline")
    own = editor.editor.toPlainText()
    written(page, key, "headline", "Recall of one batch")
    assert page.items.cards[key].headline.text() == "Recall of one batch"
    editor.own.click()
    passed(page)
    assert editor.editor.toPlainText() == own
    assert not editor.tools.isVisible()
    editor.editor.setPlainText("")
    passed(page)
    assert "would be empty" in editor.refusal.text.text()
    assert on_disk(page).item(key).edits == ()


def test_a_search_and_filters_narrow_the_list_and_say_when_nothing_fits(window: MainWindow):
    page = newsletter(window)
    pane = page.picks
    number = pane.model.rowCount()
    pane.search.setText("no such thing")
    passed(page)
    assert "No alerts fit." in shown(page)
    pane.nothing.button.click()
    passed(page)
    assert pane.model.rowCount() >= number
    assert pane.period.currentData() == "ever"
    pane.waiting.click()
    assert pane.model.rowCount() == sum(one.waits for one in pane._found.picks)
    pane.waiting.click()
    pane.period.setCurrentIndex(0)
    pane.reload()
    assert pane.model.rowCount() < number


def test_an_issue_without_alerts_offers_what_no_issue_has_told_of(window: MainWindow):
    page = newsletter(window)
    key, *_rest = chosen(page, page.picks.model.lines()[0].key)
    page.composer.remove(key)
    passed(page)
    assert "There is no alert in this issue yet." in shown(page)
    page.items.nothing.button.click()
    passed(page)
    assert page.picks.waiting.isChecked()
    assert window.focusWidget() is page.picks.list
