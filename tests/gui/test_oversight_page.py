"""The Oversight page: counts, agenda, board with filters, one cell in words, returns taken in, the presentation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from msat.gui import oversight
from msat.gui.main_window import MainWindow
from msat.gui.models.board import NO_REPLY
from msat.gui.pieces import KeyButton, Text
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.gui.views.notices import Notice
from msat.gui.views.oversight_page import OversightPage
from msat.places import places
from msat.projections.alert_state import Status
from msat.projections.kpis import kpis
from msat.record.organisation import Organisation
from msat.services.gathering import cut_now
from msat.services.indicators import basis
from msat.triage.model import Priority
from tests.exchange.sites import make_site, sent
from tests.gui.conftest import settle
from tests.regions import copied, region


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a committee that is made once."""
    folder = tmp_path_factory.mktemp("region")
    region(folder).close()
    return folder


@pytest.fixture
def window(qtbot, theme, made: Path, tmp_path: Path) -> Iterator[MainWindow]:
    """A committee's window: twelve practices, two of which sent nothing."""
    where = places(tmp_path / "window")
    where.make()
    session = Session(where, InstantRunner())
    session.remember_person("Demo Pharmacist", "Medicines safety pharmacist")
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1366, 900)
    window.show()
    session.open(lambda: copied(made, tmp_path))
    window.activateWindow()
    settle(window)
    window.show_page("oversight")
    QApplication.processEvents()
    yield window
    session.close()


@pytest.fixture
def page(window: MainWindow) -> OversightPage:
    found = window.page("oversight")
    assert isinstance(found, OversightPage)
    return found


def texts(page: OversightPage) -> str:
    from msat.gui.pieces import Text

    return "\n".join(text.text() for text in page.findChildren(Text) if text.isVisible())


def test_the_counts_are_those_of_the_board(page: OversightPage) -> None:
    shown = page.shown_now
    assert shown is not None
    said = texts(page)
    overdue = sum(counts.get(Status.OVERDUE, 0) for counts in shown.by_organisation.values())
    assert shown.head.overdue >= overdue > 0
    assert shown.head.overdue == sum(shown.late_by_organisation.values()) == sum(shown.late_by_alert.values())
    assert "of 12 organisations have sent nothing" in said
    k6 = shown.figures.kpis[5]
    counts, _share = k6.words.split(" (")
    assert f"done by their deadline, {counts}" in said
    assert "reported, not confirmed" in page.intro.text()


def test_the_agenda_begins_with_the_reds_and_ends_with_who_is_silent(page: OversightPage) -> None:
    items = page.agenda.items
    ranks = [item.rag for item in items if item.key]
    assert ranks == sorted(ranks, key=[Priority.RED, Priority.AMBER, Priority.GREEN].index)
    assert items[-1].head == "No reply from 2 organisations"
    assert "DEMO PRACTICE 11, DEMO PRACTICE 12." in items[-1].words


def test_the_indicators_are_those_that_are_computed_everywhere(page: OversightPage, window: MainWindow) -> None:
    model = page.indicators.table.model()
    said = [(model.index(at, 0).data(), model.index(at, 2).data()) for at in range(model.rowCount())]
    desk = window.session.desk
    first, last = page.period.currentData()
    assert said == [(one.code, one.words) for one in kpis(basis(desk, cut_now(desk), first, last))]


def test_names_are_sorted_as_people_do(page: OversightPage) -> None:
    names = [page.model.organisation(at).name for at in range(page.model.rowCount())]
    assert names[1:3] == ["DEMO PRACTICE 2", "DEMO PRACTICE 3"]
    assert names[9:] == ["DEMO PRACTICE 10", "DEMO PRACTICE 11", "DEMO PRACTICE 12"]


def test_filters_and_the_way_back(page: OversightPage) -> None:
    rows, columns = page.model.rowCount(), page.model.columnCount()
    page.rag.setCurrentIndex(page.rag.findData(Priority.RED))
    assert 0 < page.model.columnCount() < columns
    assert {page.model.alert(at).rag for at in range(page.model.columnCount())} == {Priority.RED}
    page.state.setCurrentIndex(page.state.findData("silent"))
    assert page.model.rowCount() == 2
    assert page.model.index(0, 0).data() == NO_REPLY
    page.search.setText("nobody is called this")
    page._filter()
    assert page.board_line.text().startswith("No organisation or no alert is like that.")
    assert not page.board.isVisible()
    QTest.mouseClick(page.clear, Qt.MouseButton.LeftButton)
    assert (page.model.rowCount(), page.model.columnCount()) == (rows, columns)


def test_a_cell_says_itself_in_words_and_leads_on(page: OversightPage, window: MainWindow) -> None:
    page._fill(0, 20)
    page._open_cell(0, 0)
    assert page.cell.isVisible()
    assert "DEMO PRACTICE 1 (Y90001): " in page.cell.state.text()
    assert page.cell.state.text().endswith("as reported.")
    QTest.mouseClick(page.cell.row_alone, Qt.MouseButton.LeftButton)
    assert page.model.rowCount() == 1
    QTest.mouseClick(page.cell.column_alone, Qt.MouseButton.LeftButton)
    assert (page.model.rowCount(), page.model.columnCount()) == (12, 1)
    key = str(page.model.alert(0).key)
    QTest.mouseClick(page.cell.open, Qt.MouseButton.LeftButton)
    assert window.current_inbox().alert.state.key == key


def test_a_decision_of_a_meeting_is_recorded(page: OversightPage, window: MainWindow) -> None:
    item = page.agenda.items[0]
    page.decide(str(item.key))
    panel = page.panel.itemAt(0).widget()
    panel.meeting.setText("Safety committee")
    panel.outcome.setText("Write to the two practices.")
    panel.submit()
    state = window.session.desk.views.alert(item.key)
    assert [one.outcome for one in state.discussed] == ["Write to the two practices."]
    assert page.panel.count() == 0


def test_returns_are_taken_in_with_a_sentence_each(page: OversightPage, window: MainWindow, tmp_path: Path) -> None:
    desk = window.session.desk
    stranger = make_site(tmp_path / "s", Organisation("Demo Practice 11", "Y90011", "gp-practice"), desk.clock)
    genuine, rubbish = tmp_path / "new.msatreturn", tmp_path / "notes.msatreturn"
    genuine.write_bytes(sent(stranger))
    rubbish.write_bytes(b"not a return")
    page.take_in([genuine, rubbish])
    notices = [page.came.itemAt(at).widget() for at in range(page.came.count())]
    said = {one.head.text(): one.text.text() for one in notices if isinstance(one, Notice)}
    assert set(said) == {"new.msatreturn", "notes.msatreturn"}
    assert "not enrolled" in said["new.msatreturn"]
    assert "msatctl" not in said["new.msatreturn"], "the window names its own places"
    assert said["notes.msatreturn"]
    button = next(one for one in notices if isinstance(one, Notice) and one.head.text() == "new.msatreturn").button
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.current() is window.page("records")
    assert window.page("records").sites.isVisible()
    assert button.parentWidget().isHidden(), "it is dealt with there"


def test_the_presentation_walks_and_changes_nothing(page: OversightPage, window: MainWindow) -> None:
    size = window.session.desk.record.head().size
    view = page.show_presentation()
    assert view is not None
    assert view.place.text() == f"1 of {len(view.slides)}"
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.stack.currentIndex() == 0
    for _ in view.slides:
        QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.place.text() == f"{len(view.slides)} of {len(view.slides)}"
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.stack.currentIndex() == 0
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert page.presentation is None
    assert oversight.periods(date(2026, 2, 3))[2][0] == "2025/26, so far"
    assert window.session.desk.record.head().size == size


def test_another_period_reads_other_figures(page: OversightPage) -> None:
    before = len(page.shown_now.alerts)
    page.period.setCurrentIndex(0)
    assert 0 < len(page.shown_now.alerts) < before
    page.period.setCurrentIndex(3)
    assert page.shown_now.figures.last == date(2026, 3, 31)


def test_nothing_yet_says_what_to_do(qtbot, theme, tmp_path: Path) -> None:
    where = places(tmp_path / "window")
    where.make()
    session = Session(where, InstantRunner())
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.show()
    session.open(lambda: region(tmp_path, practices=0, alerts=0, silent=0))
    made.show_page("oversight")
    page = made.page("oversight")
    assert page.board_line.text().startswith("No organisation is here yet.")
    QApplication.processEvents()
    assert "Nothing to discuss yet" in texts(page)
    session.close()


def test_a_pack_is_issued_from_the_window(page: OversightPage, window: MainWindow, tmp_path: Path) -> None:
    window.outputs.export_log()
    panel = page.panel.itemAt(0).widget()
    panel.submit()
    assert "needs an approver" in panel.wrong.text()
    folder = tmp_path / "packs"
    folder.mkdir()
    panel.names["approver"].setText("Demo Chair")
    panel.roles["approver"].setCurrentText("Chair of the committee")
    panel.make_in(folder, ("html", "json"), window.session.person(), is_draft=False)
    assert sorted(path.suffix for path in folder.iterdir()) == [".html", ".json"]
    assert page.panel.count() == 0, "the panel closes once the pack is there"
    types = [entry.type for entry in window.session.desk.record.entries()]
    assert types[-1] == "pack.issued"


def test_a_draft_is_stopped_and_leaves_nothing(page: OversightPage, window: MainWindow, tmp_path: Path) -> None:
    page.open_pack()
    panel = page.panel.itemAt(0).widget()
    size = window.session.desk.record.head().size
    panel._progressed.connect(lambda _words: panel._stop())
    folder = tmp_path / "packs"
    folder.mkdir()
    panel.make_in(folder, ("html",), window.session.person(), is_draft=True)
    assert list(folder.iterdir()) == []
    assert panel.wrong.text() == "Stopped. No file was left half made."
    assert panel.save.isEnabled()
    assert window.session.desk.record.head().size == size


def test_an_issued_pack_is_signed_with_a_certificate_where_one_is_given(page: OversightPage, tmp_path: Path) -> None:
    pytest.importorskip("pyhanko", reason="NOT TESTED: a pack signed in the window, as pyHanko is not installed")
    from msat.gui.views.pack_panel import PackPanel
    from tests.exports.certificates import PASSWORD, certificate

    (tmp_path / "own.p12").write_bytes(certificate().p12)
    page.open_pack()
    panel = page.findChild(PackPanel)
    panel.certificate.take(tmp_path / "own.p12")
    panel.certificate.password.setText(PASSWORD)
    panel.make_in(tmp_path, ("pdf",), page.session.person(), is_draft=False)
    assert not list(tmp_path.glob("*.pdf"))
    panel.names["approver"].setText("Demo Chair")
    panel.roles["approver"].setCurrentText("Chair")
    panel.certificate.password.setText(PASSWORD)
    panel.make_in(tmp_path, ("pdf",), page.session.person(), is_draft=False)
    (made,) = tmp_path.glob("*.pdf")
    assert b"/ByteRange [0 " in made.read_bytes()


@pytest.fixture
def keyed(page: OversightPage, window: MainWindow, qtbot) -> OversightPage:
    """The page in a window that takes keys, everything on it read."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    page.period.setFocus()
    return page


def focused() -> str:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget.accessibleName()


def test_tab_goes_as_the_page_reads(keyed: OversightPage) -> None:
    keyed.period.setFocus()
    found = []
    for _ in range(30):
        found.append(focused())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert found[:5] == ["Period", "Take in returns", "Present", "Assurance pack", found[4]]
    assert found[4].startswith("Open the alert: ")
    assert found[5].startswith("Record a decision: ")
    assert found.index("Show organisations by name, ODS code or network") > 5


def test_the_page_comes_along_when_keys_walk_down_the_board(keyed: OversightPage) -> None:
    keyed.window().resize(1366, 600)
    keyed.state.setFocus()
    keyed.board.setCurrentIndex(keyed.model.index(0, 0))
    keyed.board.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(11):
        QTest.keyClick(keyed.board, Qt.Key.Key_Down)
        QApplication.processEvents()
    cell = keyed.board.visualRect(keyed.board.currentIndex())
    assert keyed.board.currentIndex().row() == 11
    assert keyed.board.viewport().visibleRegion().contains(cell), "the row that the keys are at is seen"


def test_escape_closes_a_cell_and_goes_on_in_the_board(keyed: OversightPage) -> None:
    keyed.board.setFocus()
    keyed.board.setCurrentIndex(keyed.model.index(11, 0))
    QTest.keyClick(keyed.board, Qt.Key.Key_Return)
    assert keyed.cell.state.text() == "DEMO PRACTICE 12 (Y90012): no reply. Nothing was received from it."
    assert focused() == "This organisation alone"
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not keyed.cell.isVisible()
    assert QApplication.focusWidget() is keyed.board


def test_a_closed_panel_gives_the_focus_back(keyed: OversightPage) -> None:
    button = keyed.agenda.findChildren(KeyButton)[1]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    panel = keyed.panel.itemAt(0).widget()
    assert panel.intro.text() == keyed.agenda.items[0].head, "it says which alert it is about"
    assert panel.isAncestorOf(QApplication.focusWidget())
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert keyed.panel.count() == 0
    assert QApplication.focusWidget() is button
    keyed.reload()
    assert focused() == button.accessibleName(), "the agenda was read anew under it"


def test_whoever_comes_back_finds_the_place_again(keyed: OversightPage, window: MainWindow) -> None:
    keyed.outliers.read_button.setFocus()
    window.show_page("sources")
    window.show_page("oversight")
    QApplication.processEvents()
    assert QApplication.focusWidget() is keyed.outliers.read_button
    assert not keyed.outliers.read_button.visibleRegion().isEmpty()


def test_what_a_filter_leaves_is_in_sight_while_the_keys_are_at_the_filter(keyed: OversightPage, window: MainWindow):
    window.resize(1366, 768)
    QApplication.processEvents()
    bar = keyed.scroll.verticalScrollBar()
    bar.setValue(0)
    keyed.search.setFocus(Qt.FocusReason.TabFocusReason)
    keyed.scroll.ensureWidgetVisible(keyed.search)
    assert keyed.board.visibleRegion().boundingRect().height() < 100, "the board lies under the edge"
    QTest.keyClicks(keyed.search, "practice 1")
    keyed._filter()
    QTest.qWait(20)
    seen = keyed.board.visibleRegion().boundingRect().height()
    assert seen > 150
    assert not keyed.search.visibleRegion().isEmpty()
    before = bar.value()
    QTest.keyClicks(keyed.search, "1")
    keyed._filter()
    QTest.qWait(20)
    assert bar.value() == before, "it does not jump with each letter"


def test_a_decision_that_was_refused_leaves_the_focus_where_it_was_and_not_on_close(keyed: OversightPage):
    item = next(one for one in keyed.agenda.items if one.can_decide)
    keyed.decide(str(item.key))
    panel = keyed.panel.itemAt(0).widget()
    panel.save.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(panel.save, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "The meeting is empty." in panel.wrong.text()
    assert panel.save.isEnabled()
    assert panel.save.hasFocus()
    QTest.keyClick(panel.save, Qt.Key.Key_Space)
    assert keyed.panel.count() == 1, "a second press asks again, and closes nothing"
    assert panel.save.hasFocus()


def test_what_was_decided_stands_on_the_agenda_and_on_its_slide(keyed: OversightPage, window: MainWindow) -> None:
    item = next(one for one in keyed.agenda.items if one.can_decide)
    assert item.decided is None
    for meeting, outcome in (("The committee", "Take to practices."), ("The board", "Telephone two practices.")):
        keyed.decide(str(item.key))
        panel = keyed.panel.itemAt(0).widget()
        panel.meeting.setText(meeting)
        panel.outcome.setText(outcome)
        panel.submit()
    QApplication.processEvents()
    said = [text.text() for text in keyed.agenda.findChildren(Text) if text.text().startswith("Discussed at")]
    assert len(said) == 1, "the last one, once"
    assert said[0].startswith("Discussed at The board, ")
    assert said[0].endswith(": Telephone two practices.")
    slides = keyed.show_presentation().slides
    at = 1 + [one.key for one in keyed.agenda.items].index(item.key)
    assert said[0] in [text.text() for text in slides[at].body.findChildren(Text)]
    keyed.presentation.close()


def test_a_cell_says_how_many_of_everybody_sent_nothing(keyed: OversightPage) -> None:
    keyed.board.setCurrentIndex(keyed.model.index(0, 0))
    keyed.board.opened.emit(0, 0)
    assert keyed.cell.everybody.text().startswith("Everybody: ")
    assert keyed.cell.everybody.text().endswith(". No reply from 2 organisations.")
