"""What an alert replaces, what replaces it, the items of a list; and what a search found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from msat.gui.found_marks import marks, spans
from msat.gui.main_window import MainWindow
from msat.gui.pieces import KeyButton
from msat.gui.related import Relations, relations
from msat.gui.theme import Theme
from msat.gui.views.items_card import ItemsCard
from msat.gui.words import elsewhere_words
from msat.projections.alert_state import Named, Superseded
from msat.projections.item_lines import ItemLine
from msat.projections.items import Held
from msat.projections.ports import Query
from tests.gui.conftest import NOW, settle


def test_a_superseded_alert_leads_to_the_one_that_took_its_place(window: MainWindow):
    desk = window.session.desk
    older, newer = desk.views.states()[:2]
    gone = Superseded(str(newer.key), newer.reference or "", "This replaces it.", NOW, "e")
    found = relations(desk, replace(older, superseded=gone), None)
    assert found.callouts[0].words == f"Replaced by {newer.reference or newer.key}."
    assert found.callouts[0].tone == "amber"
    pane = window.worklist.alert
    pane.related.show_relations(found)
    button = pane.related.lines.itemAt(0).widget().button
    assert button.accessibleName() == f"Open {newer.reference or newer.key}"
    button.click()
    settle(window)
    assert window.current() is window.page("alerts")
    assert window.current_inbox().alert.state.key == newer.key


def test_what_is_replaced_is_said_here_or_not_here(window: MainWindow):
    desk = window.session.desk
    one, other = next(
        (a, b) for a in desk.views.states() for b in desk.views.states() if a.key != b.key and b.reference
    )
    state = replace(one, supersedes=(Named(other.reference, "It replaces it."), Named("EL(09)A/99", "Long ago.")))
    here, away = relations(desk, state, None).callouts[-2:]
    assert here.key == str(other.key)
    assert here.words == f"Replaces {other.reference}."
    assert away.key == ""
    assert away.words == "Replaces EL(09)A/99, which is not here."


def test_a_place_given_back_is_no_longer_said(window: MainWindow):
    desk = window.session.desk
    state = desk.views.states()[0]
    gone = Superseded("X", "X", "w", NOW, "e", stands=False)
    assert relations(desk, replace(state, superseded=gone, supersedes=(), names_successor=()), None) == Relations()


@pytest.fixture
def items(window: MainWindow) -> ItemsCard:
    """A list of four: one here, one not, one field safety notice with a page, one that tells of two alerts."""
    one, other = (state.key for state in window.session.desk.views.states()[:2])
    lines = (
        ItemLine("EL(26)A/61", "Testafil 5 mg", "21 November 2026", "EL(26)A/61", Held.HERE, ((one, "EL(26)A/61"),)),
        ItemLine("EL(26)A/62", "Otherol", "Not given", "Not here: EL(26)A/62", Held.NOT_HERE),
        ItemLine(
            "2018/005/016/291/021",
            "Acme: Port",
            "5 March 2026",
            "Screen it in this list",
            Held.SCREENED,
            url="https://www.gov.uk/acme.pdf",
            printed="Acme: Port\nModel: X",
        ),
        ItemLine("A, B", "Two", "Not given", "A, B", Held.HERE, ((one, "A"), (other, "B"))),
    )
    pane = window.worklist.alert
    pane.related.show_relations(Relations((), lines))
    settle(window)
    return pane.sheet.extra["items"]


def test_items_of_a_list_are_a_table_with_every_word(items: ItemsCard):
    assert items.isVisible()
    assert items.heading.text() == "This notice tells of 4 notices: 2 here, 1 not here, 1 screened in this list."
    heads = [items.model.headerData(at, Qt.Orientation.Horizontal) for at in range(4)]
    assert heads == ["Number", "Title", "Date", "Alert here"]
    assert items.model.index(1, 3).data() == "Not here: EL(26)A/62"
    assert items.table.accessibleName() == "Notices that this list tells of"
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert items.model.index(0, 3).data(spoken) == "Alert here: EL(26)A/61. Enter opens it."
    assert items.model.index(1, 3).data(spoken) == "Alert here: Not here: EL(26)A/62"
    assert items.model.index(0, 3).data(Qt.ItemDataRole.FontRole).underline()
    assert items.model.index(1, 3).data(Qt.ItemDataRole.FontRole) is None


@pytest.mark.parametrize("how", ["click", "enter"])
def test_an_item_leads_to_its_alert(window: MainWindow, items: ItemsCard, how: str):
    wanted = items.model.line(0).alerts[0][0]
    if how == "click":
        middle = items.table.visualRect(items.model.index(0, 3)).center()
        QTest.mouseClick(items.table.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    else:
        items.table.setFocus()
        items.table.setCurrentIndex(items.model.index(0, 0))
        QTest.keyClick(items.table, Qt.Key.Key_Return)
    settle(window)
    assert window.current() is window.page("alerts")
    assert window.current_inbox().alert.state.key == wanted


def test_a_chosen_item_shows_what_it_prints_and_what_can_be_opened(window: MainWindow, items: ItemsCard):
    items.table.setCurrentIndex(items.model.index(2, 0))
    assert items.chosen.isVisible()
    assert items.printed.text() == "Acme: Port\nModel: X"
    assert [button.text() for button in items.chosen.findChildren(KeyButton)] == ["Open the page it names"]
    items.table.setCurrentIndex(items.model.index(3, 0))
    items.table.setFocus()
    settle(window)
    QTest.keyClick(items.table, Qt.Key.Key_Return)
    named = [button.text() for button in items.chosen.findChildren(KeyButton) if button.isVisible()]
    assert named == ["Open A", "Open B"]
    assert window.focusWidget().text() == "Open A", "of several it asks which"


def test_another_alert_takes_the_items_away(window: MainWindow, items: ItemsCard):
    window.worklist.alert.related.show_relations(Relations())
    assert not items.isVisible()


@pytest.mark.parametrize(
    ("text", "search", "words"),
    [
        ("Paracetamol 500 mg tablets", "para tab", ["Paracetamol", "tablets"]),
        ("\U0001f48a Paracetamol", "paracetamol", ["Paracetamol"]),
        ("Nothing of it", "xyz", []),
        ("Anything", "", []),
    ],
)
def test_marks_count_as_qt_counts(theme: Theme, text: str, search: str, words: list[str]):
    whole = text.encode("utf-16-le")
    found = [whole[2 * start : 2 * (start + length)].decode("utf-16-le") for start, length in spans(text, search)]
    assert len(found) == len(words)
    assert all(word.casefold().startswith(one.casefold()) for one, word in zip(found, words, strict=True))
    assert len(marks(text, search)) == len(words)


def test_a_search_marks_titles_and_text_and_shows_where_it_hit(window: MainWindow):
    desk = window.session.desk
    number = next(b.number for one in desk.views.affected() for b in one.batches)
    window.show_page("alerts")
    page = window.current_inbox()
    page.list_pane.search.setText(number)
    settle(window)
    settle(window)
    assert page.list_pane.model.search == number
    rows = page.list_pane.model.rows()
    assert rows
    assert page.alert.found.isVisible()
    assert number in page.alert.found.accessibleName()
    marked = [one.cursor.selectedText() for one in page.alert.tabs.source.text.extraSelections()]
    assert number in marked
    page.list_pane.clear_filters()
    settle(window)
    assert not page.alert.found.isVisible()
    assert page.alert.tabs.source.text.extraSelections() == []


def test_what_was_found_is_never_read_as_markup(window: MainWindow):
    found = window.worklist.alert.found
    found.show_hit(None, "sample", ("before <b>bold</b> & <img src=x> sample after",))
    assert "&lt;b&gt;" in found.text()
    assert "<img" not in found.text()


def test_a_hit_in_a_note_only_is_shown_where_it_is(window: MainWindow):
    desk = window.session.desk
    notice = desk.views.notice(str(next(iter(desk.views.states())).key))
    found = window.worklist.alert.found
    found.show_hit(notice, "xylograph", ("Received.", "Acknowledged: the xylograph was asked."))
    assert found.isVisibleTo(window.worklist.alert)
    assert found.accessibleName() == "Found in what was recorded here: Acknowledged: the xylograph was asked."
    found.show_hit(notice, "zzzz", ("Received.",))
    assert found.isHidden()
    word = notice.title.split()[-1]
    found.show_hit(replace(notice, text=""), word, (f"Received: {notice.title}",))
    assert found.isHidden(), "the title shows it already"


def test_a_search_without_an_answer_says_so_and_offers_clear(window: MainWindow):
    window.show_page("alerts")
    pane = window.current_inbox().list_pane
    pane.search.setText("no medicine of this name")
    settle(window)
    assert pane.nothing.head.text() == "No alerts match “no medicine of this name”."
    QTest.mouseClick(pane.nothing.button, Qt.MouseButton.LeftButton)
    settle(window)
    assert pane.model.rows()
    assert len(pane.model.rows()) == len(window.session.desk.views.worklist(Query(), window.session.now()))


def test_a_search_of_the_worklist_offers_what_is_closed(window: MainWindow):
    desk = window.session.desk
    now = window.session.now()
    rows = desk.views.worklist(Query(), now)
    closed = next(row for row in rows if not row.is_open and row.reference)
    found = desk.views.count(Query(search=closed.reference), now)
    still = desk.views.count(Query(search=closed.reference, open_only=True), now)
    assert still == 0, "the sample's closed alert is told by its own number"
    window.show_page("worklist")
    pane = window.worklist.list_pane
    pane.search.setText(closed.reference)
    settle(window)
    assert pane.nothing.head.text() == f"No open alerts match “{closed.reference}”."
    alerts = "1 closed alert matches" if found == 1 else f"{found} closed alerts match"
    assert pane.nothing.text.text() == f"{alerts} “{closed.reference}” among all alerts."
    assert pane.nothing.other.isVisible()
    pane.search.setFocus()
    QTest.keyClick(pane.search, Qt.Key.Key_Return)
    settle(window)
    assert window.current() is window.page("alerts")
    assert window.current_inbox().list_pane.search.text() == closed.reference
    assert closed.key in [row.key for row in window.current_inbox().list_pane.model.rows()]


@pytest.mark.parametrize(
    ("found", "is_open", "words"),
    [
        (0, 0, ""),
        (1, 0, "1 closed alert matches “x” among all alerts."),
        (3, 1, "2 closed and 1 open alerts match “x” among all alerts."),
        (1, 1, "1 open alert matches “x” among all alerts."),
    ],
)
def test_what_a_search_finds_elsewhere_is_said_in_words(found: int, is_open: int, words: str):
    assert elsewhere_words("x", found, is_open) == words


def test_going_to_an_alert_chooses_it_in_the_list_however_far_down(window: MainWindow, monkeypatch: pytest.MonkeyPatch):
    from msat.gui.going import open_alert
    from msat.gui.views import list_pane

    monkeypatch.setattr(list_pane, "PAGE", 3)
    last = window.session.desk.views.worklist(Query(), window.session.now())[-1].key
    window.show_page("alerts")
    page = window.current_inbox()
    page.list_pane._limit = 3
    page.list_pane.reload()
    assert len(page.list_pane.model.rows()) == 3
    open_alert(window, str(last))
    settle(window)
    assert page.list_pane.chosen_keys() == [last]
    assert page.alert.state.key == last
    page.list_pane.reload()
    assert page.list_pane.chosen_keys() == [last]
