"""Files from other sites, dropped or chosen: what became of them is in sight, in words, and the keys are beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from msat.gui.main_window import MainWindow
from msat.gui.pieces import Text
from msat.gui.views.notices import Notice
from msat.record.organisation import Organisation
from msat.services.desk import Desk
from tests.exchange.sites import enrol, make_site, sent, twin, work
from tests.gui.conftest import settle
from tests.record.makers import draft

OTHER = Organisation("Demo Network", "U90001", "pcn")


@pytest.fixture
def other(window: MainWindow, tmp_path: Path) -> Desk:
    return make_site(tmp_path / "other", OTHER, window.session.desk.clock)


@pytest.fixture
def low(window: MainWindow) -> MainWindow:
    window.resize(1100, 700)
    return window


def notices(page) -> list[Notice]:
    return [one for one in page.findChildren(Notice) if one.isVisible() and one is not page.window().notices.notice]


def in_sight(widget: QWidget) -> bool:
    """Once the page has been laid out and has scrolled."""
    for _ in range(100):
        if not widget.visibleRegion().isEmpty():
            return True
        QTest.qWait(50)
    return False


def dropped(window: MainWindow, *files: Path) -> None:
    window.drops.take(list(files))
    settle(window)


def test_a_return_dropped_on_any_page_is_told_in_sight_with_the_focus_under_it(low: MainWindow, other, tmp_path):
    file = tmp_path / "a.msatreturn"
    file.write_bytes(sent(other))
    low.show_page("batch")
    dropped(low, file)
    page = low.page("records")
    assert low.current() is page
    (told,) = notices(page.exchange)
    assert told.head.text() == "a.msatreturn"
    assert in_sight(told)
    focus = QApplication.focusWidget()
    assert focus.text() == "Close this report"
    assert in_sight(focus)
    said = low.notices.notice
    assert "is not enrolled here: kept aside" in said.head.text()
    assert said.button.text() == "Show the report"
    page.scroll.verticalScrollBar().setValue(page.scroll.verticalScrollBar().maximum())
    said.button.click()
    assert in_sight(told)


def test_a_return_dropped_on_oversight_is_taken_in_there(low: MainWindow, other: Desk, tmp_path: Path):
    file = tmp_path / "a.msatreturn"
    file.write_bytes(sent(other))
    low.show_page("oversight")
    page = low.page("oversight")
    settle(low)
    page.scroll.verticalScrollBar().setValue(page.scroll.verticalScrollBar().maximum())
    dropped(low, file)
    assert low.current() is page
    told = next(one for one in notices(page) if one.head.text() == "a.msatreturn")
    assert in_sight(told)


def test_several_files_are_counted_and_an_alarm_leads_to_the_report(low: MainWindow, other: Desk, tmp_path: Path):
    genuine, picture = tmp_path / "a.msatreturn", tmp_path / "shelf.msatreturn"
    genuine.write_bytes(sent(other))
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    dropped(low, genuine, picture)
    said = low.notices.notice.head.text()
    assert said == "1 file needs a person to look now: see the report under Send and receive."
    report = {one.head.text(): one.text.text() for one in notices(low.page("records").exchange)}
    assert report["shelf.msatreturn"] == "It is not a return of MSAT. Choose another file, or ask for it again."


def test_whoever_types_meanwhile_keeps_the_focus(low: MainWindow, other: Desk, tmp_path: Path):
    file = tmp_path / "a.msatreturn"
    file.write_bytes(sent(other))
    low.show_page("records")
    page = low.page("records")
    settle(low)
    page.person.name.setFocus()
    page.exchange.take_in([file])
    assert QApplication.focusWidget() is page.person.name


def test_what_waited_is_called_so_and_not_by_its_fingerprint(low: MainWindow, other: Desk, tmp_path: Path):
    file = tmp_path / "a.msatreturn"
    file.write_bytes(sent(other))
    page = low.page("records")
    low.show_page("records")
    page.exchange.take_in([file])
    page.sites.buttons[("Compare and enrol", other.record.log)].click()
    panel = page.sites.panel.itemAt(0).widget()
    panel.compared.setChecked(True)
    panel.submit()
    QApplication.processEvents()
    assert "What waited here" in [one.head.text() for one in notices(page.exchange)]
    assert "1 new entry; 1 held now." in low.notices.notice.head.text()


def test_a_fork_leads_to_where_it_is_decided_and_its_entry_is_counted_at_once(low: MainWindow, other: Desk, tmp_path):
    log = other.record.log
    first, second = tmp_path / "first.msatreturn", tmp_path / "second.msatreturn"
    copy = twin(other, 1)
    work(other, "here")
    copy.append([draft("there")])
    first.write_bytes(sent(other))
    second.write_bytes(sent(replace(other, record=copy)))
    enrol(low.session.desk, other)
    low.show_page("oversight")
    dropped(low, first)
    dropped(low, second)
    page = low.page("oversight")
    told = next(one for one in notices(page) if one.head.text() == "second.msatreturn")
    assert "two different histories of one log" in told.text.text()
    size = low.session.desk.record.head().size
    assert f"{size:,} entries recorded" in [one.text() for one in low.status.findChildren(Text)]
    assert told.button.text() == "Go to Other sites"
    told.button.click()
    assert low.current() is low.page("records")
    assert ("Enrol again", log) in low.page("records").sites.buttons


def test_a_closed_panel_of_a_site_gives_the_focus_back_to_its_button_in_sight(low: MainWindow, other: Desk, tmp_path):
    file = tmp_path / "a.msatreturn"
    file.write_bytes(sent(other))
    low.show_page("records")
    page = low.page("records")
    page.exchange.take_in([file])
    for label in ("Throw away", "Compare and enrol"):
        page.sites.buttons[(label, other.record.log)].setFocus()
        page.sites.buttons[(label, other.record.log)].click()
        panel = page.sites.panel.itemAt(0).widget()
        page.sites.reload()
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
        assert not isValid(panel) or not panel.isVisible()
        button = page.sites.buttons[(label, other.record.log)]
        assert button.hasFocus()
        assert in_sight(button)
