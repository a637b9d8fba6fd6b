"""A record that cannot be opened: the window opens its newest backup to be read, and says so on every page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from msat.bootstrap import backing, open_desk, open_desk_or_backup
from msat.clock import SystemClock
from msat.gui import deeds
from msat.gui.app import opener
from msat.gui.main_window import NEED_A_RECORD, MainWindow
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.places import Places, places
from msat.services.backup import into_folder
from tests.gui.test_accessibility import too_small, unnamed


@pytest.fixture
def broken(sample_made, tmp_path: Path) -> Places:
    """The sample with a backup beside it, and its record cut off."""
    shutil.copytree(sample_made[0], tmp_path / "broken")
    where = places(tmp_path / "broken")
    into_folder(where, backing(where, SystemClock()))
    shutil.copy(where.record, tmp_path / "whole.db")
    where.record.write_bytes(where.record.read_bytes()[:9000])
    return where


@pytest.fixture
def window(qtbot, theme, broken: Places) -> Iterator[MainWindow]:
    session = Session(broken, InstantRunner())
    session.remember_person("Demo Pharmacist", "Practice pharmacist")
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.resize(1280, 860)
    made.show()
    session.open(opener(broken))
    QApplication.processEvents()
    yield made
    session.close()


def test_the_bar_stays_on_every_page_and_everything_can_be_read(window: MainWindow, broken: Places) -> None:
    bar = window.record_bar
    assert window.alone is None
    assert window.session.places == broken
    assert bar.from_backup.isVisible()
    assert bar.only_to_read.isHidden()
    assert bar.from_backup.head.text().startswith("This is a backup of ")
    assert "a page of the database is damaged" in bar.from_backup.text.text(), "why the record cannot be opened"
    assert "is not known to have recorded more" in bar.from_backup.text.text()
    assert window.worklist.list_pane.model.rows()
    for page in (*NEED_A_RECORD, "sources", "settings", "help", "keys", "worklist"):
        window.show_page(page)
        QApplication.processEvents()
        assert bar.from_backup.isVisible(), page
    assert unnamed(bar) == too_small(bar) == []
    assert window.session.desk.views.sources()


def test_nothing_can_be_recorded_and_each_attempt_says_why(window: MainWindow) -> None:
    said = []
    window.session.trouble.connect(said.append)
    key = window.worklist.list_pane.model.rows()[0].key
    window.session.do(deeds.override(key, "green", "Talked over."), window)
    assert [type(one).__name__ for one in said] == ["RecordProblem"]
    assert "nothing is recorded in it" in said[0].explanation
    window.watch.by_itself = True
    window.ask_health()
    QApplication.processEvents()
    assert len(said) == 1, "no source is asked unasked"
    window.checker.start()
    QApplication.processEvents()
    assert window.notices.isVisible()
    assert "No source is asked" in window.notices.notice.text.text()


def test_put_back_leads_to_the_card_and_goes_on(window: MainWindow, broken: Places) -> None:
    window.record_bar.from_backup.button.click()
    QApplication.processEvents()
    page = window.page("records")
    assert window.current() is page
    card = page.safe.restore
    assert card.choice.count() == 1
    assert page.safe.last.text().startswith("This is a backup of")
    assert not page.safe.now_button.isEnabled()
    card.ask_button.click()
    card.agree_button.click()
    QApplication.processEvents()
    assert window.record_bar.isHidden()
    assert window.session.desk.record.shown is None
    assert window.session.desk.record.verify().valid
    assert card.outcome.count() == 1
    size = window.session.desk.record.head().size
    key = window.worklist.list_pane.model.rows()[0].key
    window.session.do(deeds.override(key, "green", "Talked over."), window)
    assert window.session.desk.record.head().size == size + 1
    assert not list(broken.cache.glob("from-backup-*"))


def test_trying_again_stays_or_opens_the_record(window: MainWindow, broken: Places, tmp_path: Path) -> None:
    bar = window.record_bar
    bar.from_backup.second.click()
    QApplication.processEvents()
    assert bar.from_backup.isVisible()
    assert bar.from_backup.second.isEnabled()
    shutil.copy(tmp_path / "whole.db", broken.record)
    bar.from_backup.second.click()
    QApplication.processEvents()
    assert bar.isHidden()
    assert window.session.desk.record.shown is None
    assert window.worklist.list_pane.model.rows()
    assert not list(broken.cache.glob("from-backup-*"))


def test_two_windows_read_it_and_one_puts_it_back(window: MainWindow, broken: Places) -> None:
    other = open_desk_or_backup(broken)
    assert other.record.shown is not None
    card = window.page("records").safe.restore
    card.take(next(broken.backups.glob("*.msatbackup")))
    card.agree()
    QApplication.processEvents()
    assert window.session.desk.record.shown is None
    assert other.record.head() == window.session.desk.record.head()
    other.close()
    open_desk(broken).close()


def test_drafts_and_marks_stay_in_the_profile(window: MainWindow, broken: Places) -> None:
    assert window.session.drafts is not None
    key = window.worklist.list_pane.model.rows()[0].key
    window.session.marks.star(key, True)
    QApplication.processEvents()
    assert broken.marks.is_file()
    assert window.session.desk.places.marks == broken.marks
