"""A day of the newsletter's editor by keys: the focus stays where the eyes are, the page keeps up with the issue."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from shiboken6 import delete

from msat.feeds.paste import from_text
from msat.gui.main_window import MainWindow
from msat.gui.palette import matching
from msat.gui.theme import Theme
from msat.gui.views.newsletter_body import StaleNote
from msat.gui.views.newsletter_page import NewsletterPage
from msat.services.add import add
from msat.services.desk import Desk, Person
from msat.services.refresh import SourceResult
from tests.gui.composing import CTRL, SHIFT, chosen, newsletter, passed, press, written

Key = Qt.Key
ALL = ("prescribers", "community-pharmacies", "care-homes")


class Strays(QObject):
    """Parts of the window that came up as windows of their own, which takes the focus and flickers."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window, self.found = window, []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_window = event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        if is_window and watched is not self._window:
            self.found.append(type(watched).__name__)
        return False


@pytest.fixture
def page(window: MainWindow) -> NewsletterPage:
    """An issue with the first alerts of the list, for prescribers."""
    made = newsletter(window)
    chosen(made)
    return made


def in_sight(page: NewsletterPage, widget: QWidget) -> bool:
    """Whether all of a widget can be seen in the middle pane."""
    top = widget.mapTo(page.items.scroll.viewport(), QPoint(0, 0)).y()
    return top >= 0 and top + widget.height() <= page.items.scroll.viewport().height()


def test_opening_an_item_for_several_readers_leaves_the_focus_in_the_window(window: MainWindow, page: NewsletterPage):
    page.composer.describe("August 2026", "", ALL)
    passed(page)
    page.items.choose(page.items.order()[0])
    strays = Strays(window)
    QApplication.instance().installEventFilter(strays)
    try:
        press(window, Key.Key_Return)
    finally:
        QApplication.instance().removeEventFilter(strays)
    assert strays.found == []
    body = page.items.cards[page.items.current].body
    assert window.isActiveWindow()
    assert QApplication.focusWidget() is body.fields["headline"].editor


def test_an_open_item_offers_the_readers_that_the_issue_has_now(window: MainWindow, page: NewsletterPage):
    page.items.choose(page.items.order()[0])
    press(window, Key.Key_Return)
    body = page.items.cards[page.items.current].body
    assert list(body.readers) == ["prescribers"]
    press(window, Key.Key_F2)
    for box in page.panel.boxes_of.values():
        box.setChecked(True)
    press(window, Key.Key_Return, CTRL)
    assert list(body.readers) == list(ALL)
    assert all(button.isVisible() for button in body.readers.values())


def test_an_item_that_is_closed_is_seen_whole(window: MainWindow, page: NewsletterPage):
    window.resize(1366, 700)
    for key in page.items.order():
        page.items.choose(key)
        press(window, Key.Key_Return)
        page.items.cards[key].body.fields["help"].editor.setFocus()
        page.items.scroll.ensureWidgetVisible(page.items.cards[key].body.fixed)
        press(window, Key.Key_Escape)
        press(window, Key.Key_Return)
        assert page.items.cards[key].body is None
        assert window.focusWidget() is page.items.cards[key]
        assert in_sight(page, page.items.cards[key])


def test_f6_reaches_the_readers_and_the_palette_offers_each(window: MainWindow, page: NewsletterPage):
    assert page.panes()[0] is page.picks.list
    page.composer.describe("August 2026", "", ALL)
    passed(page)
    assert page.panes()[0] is page.head.readers["prescribers"]
    offered = {one.name: one for one in matching(window, "read the issue as")}
    assert list(offered) == [f"Read the issue as {readers} get it" for readers in page.composer.names.values()]
    offered["Read the issue as care homes get it"].run()
    passed(page)
    assert page.composer.audience == "care-homes"
    assert page.head.readers["care-homes"].isChecked()
    window.show_page("records")
    assert matching(window, "read the issue as") == []


def test_the_line_that_is_typed_stays_in_sight(window: MainWindow, page: NewsletterPage, qtbot):
    window.resize(1093, 614)
    page.show_pane("write")
    key = page.items.order()[0]
    page.items.choose(key)
    press(window, Key.Key_Return)
    editor = page.items.cards[key].body.fields["help"].editor
    editor.setFocus()
    view = page.items.scroll.viewport()

    def seen() -> bool:
        caret = editor.cursorRect()
        top = editor.viewport().mapTo(view, caret.topLeft()).y()
        return top >= 0 and top + caret.height() <= view.height()

    for _ in range(30):
        QTest.keyClicks(editor, "Another line of what is done here.")
        QTest.keyClick(editor, Key.Key_Return)
        qtbot.waitUntil(seen)
    QTest.keyClick(editor, Key.Key_Home, CTRL)
    qtbot.waitUntil(seen)
    QTest.keyClick(editor, Key.Key_End, CTRL)
    qtbot.waitUntil(seen)
    passed(page)
    qtbot.waitUntil(seen)


def test_an_item_that_is_opened_begins_at_the_top(window: MainWindow, page: NewsletterPage):
    window.resize(1366, 700)
    key = page.items.order()[-1]
    page.items.choose(key)
    press(window, Key.Key_Return)
    card = page.items.cards[key]
    view = page.items.scroll.viewport()
    assert card.height() > view.height()
    assert 0 <= card.mapTo(view, QPoint(0, 0)).y() < view.height() // 10
    assert in_sight(page, card.body.fields["headline"])


NOTICE = """Class 2 Medicines Recall: Sample Company Limited, Samplepril 5 mg Tablets, EL(26)A/98

Date of issue: 20 August 2026

Sample Company Limited is recalling the batches below because tablets of another strength were found in one pack.

Batch Number  Expiry Date  Pack Size  First Distributed
SP98A01  11/2027  28  03/02/2026

Advice for healthcare professionals: stop supplying the above batches immediately. Quarantine all remaining stock.
"""


def test_what_a_check_of_the_sources_finds_is_offered_and_held_against_the_words(
    window: MainWindow, page: NewsletterPage
):
    def check(text: str):
        def work(desk: Desk, _person: object, **_named: object) -> list[SourceResult]:
            made = add(desk, from_text(text), Person("A. Patel", "Practice pharmacist"))
            return [SourceResult("govuk-alerts", "MHRA on GOV.UK", new=1, alerts=made.alerts)]

        return work

    window.checker._check = check(NOTICE)
    press(window, Key.Key_F5)
    (key,) = [line.key for line in page.picks.model.lines() if "Samplepril" in line.title]
    chosen(page, key)
    written(page, key, "why", "Tablets were mixed up.")
    assert page.composer.writing.stale(key) == ()
    window.checker._check = check(NOTICE.replace("SP98A01", "SP98A02"))
    press(window, Key.Key_F5)
    assert "The source has changed since you edited" in page.items.cards[key].note.text()
    assert page.items.cards[key].body.findChild(StaleNote) is not None
    body = page.items.cards[key].body
    assert in_sight(page, body.fields["headline"])
    body.findChild(StaleNote).take.setFocus()
    press(window, Key.Key_Space)
    assert window.focusWidget() is body.fields["why"].editor
    assert body.fields["why"].editor.toPlainText() != "Tablets were mixed up."


def test_undo_of_an_untouched_issue_says_nothing_of_the_record(window: MainWindow, page: NewsletterPage):
    page.composer.stack.clear()
    press(window, Key.Key_Z, CTRL)
    assert window.notices.notice.head.text() == "There is nothing here to undo."


def test_a_new_issue_begins_at_the_alerts_to_choose(window: MainWindow, page: NewsletterPage):
    page.show_left("issues")
    page.issues.list.setFocus()
    press(window, Key.Key_N, CTRL | SHIFT)
    page.panel.name.setText("Another")
    press(window, Key.Key_Return, CTRL)
    assert page.composer.issue.title == "Another"
    assert page.left.currentWidget() is page.picks
    assert window.focusWidget() is page.picks.list


def test_of_panes_that_larger_text_has_no_room_for_the_one_with_the_focus_stays(
    window: MainWindow, page: NewsletterPage, theme: Theme
):
    window.resize(1366, 768)
    page.show_pane("write")
    page.picks.list.setFocus()
    theme.set_zoom(200)
    QApplication.processEvents()
    assert (page.panes_shown, page.pane) == (1, "pick")
    assert window.focusWidget() is page.picks.list
    assert page.picks.list.isVisible()


def test_a_panel_whose_opener_is_gone_meanwhile_gives_the_focus_to_a_pane(window: MainWindow, page: NewsletterPage):
    """The button that it was opened with may be remade, or belong to a page that has since drawn itself anew."""
    button = QPushButton("Goes", page)
    button.show()
    button.setFocus()
    page.ask_details()
    assert page.panel is not None
    delete(button)
    page.close_panel()
    passed(page)
    assert page.panel is None
    assert page.isAncestorOf(QApplication.focusWidget())
