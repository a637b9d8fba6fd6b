"""A record that is there and cannot be opened: the window says why, proves what it can, and puts a backup back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from msat.bootstrap import backing, open_desk
from msat.clock import SystemClock
from msat.errors import RecordProblem
from msat.gui.main_window import MainWindow
from msat.gui.safe_deeds import Backups
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.gui.views.rescue_page import RescuePage
from msat.places import Places, places
from msat.services.backup import into_folder


@pytest.fixture
def broken(sample_made, tmp_path: Path) -> Places:
    """The sample with a backup beside it, and its record empty."""
    shutil.copytree(sample_made[0], tmp_path / "broken")
    where = places(tmp_path / "broken")
    into_folder(where, backing(where, SystemClock()))
    where.record.write_bytes(b"")
    return where


@pytest.fixture
def window(qtbot, theme, broken: Places):
    session = Session(broken, InstantRunner())
    made = MainWindow(session)
    qtbot.addWidget(made)
    made.resize(1280, 860)
    made.show()
    session.open(lambda: open_desk(broken))
    QApplication.processEvents()
    yield made
    session.close()


def test_it_says_why_and_what_can_be_done(window: MainWindow) -> None:
    page = window.alone
    assert isinstance(page, RescuePage)
    assert window.current() is page
    assert page.title.text() == "The record cannot be used."
    assert "is empty (0 bytes), but it once went to entry" in page.intro.text()
    assert "restore the newest backup" in page.intro.text()
    assert page.restore.choice.count() == 1
    assert not page.none_found.isVisible()
    assert window.focusWidget() is page.again or not window.isActiveWindow()
    for name in ("records", "worklist", "add", "settings"):
        window.show_page(name)
        assert window.current() is page, "nothing else can be reached while the record is not open"


def test_trying_again_says_again_why_or_opens_it(window: MainWindow, broken: Places) -> None:
    page = window.alone
    page.again.click()
    assert window.alone is page
    assert page.again.isEnabled()
    kept = next(broken.backups.glob("*.msatbackup"))
    page.restore.take(kept)
    page.restore.agree()
    QApplication.processEvents()
    assert window.session.desk is not None
    assert window.alone is None
    assert window.current() is window.worklist
    assert window.worklist.list_pane.model.rows()
    assert "Restored the record to entry" in window.notices.notice.head.text()
    assert window.session.desk.record.verify().valid


def test_without_a_backup_it_says_where_was_looked(window: MainWindow, broken: Places) -> None:
    page = window.alone
    for kept in broken.backups.glob("*.msatbackup"):
        kept.unlink()
    page.show_backups(Backups(broken.backups, True, (), 0))
    assert page.none_found.isVisible()
    said = page.none_found.text().replace("\u200b", "")
    assert said == f"No backup was found in {broken.backups}. If yours lie elsewhere, choose the file."
    assert not page.restore.ask_button.isEnabled()
    assert page.restore.file_button.isEnabled()


def test_what_is_there_is_proven_and_told(window: MainWindow) -> None:
    page = window.alone
    assert not page.frame.isVisible()
    page.check.click()
    QApplication.processEvents()
    assert page.frame.isVisible()
    assert "an incident, not a first run" in page.found.text()


def test_a_backup_that_cannot_be_put_back_leaves_the_page_and_says_so(window: MainWindow, tmp_path: Path) -> None:
    page = window.alone
    (tmp_path / "no.msatbackup").write_bytes(b"nonsense")
    page.restore.take(tmp_path / "no.msatbackup")
    page.restore.agree()
    QApplication.processEvents()
    assert window.alone is page
    assert page.restore.outcome.count() == 1
    assert window.session.desk is None


def test_without_a_record_there_is_nothing_to_put_right(qtbot, session: Session) -> None:
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()

    def opener():
        raise RecordProblem("There is no record.", "Start one.")

    session.open(opener)
    assert window.alone is None
    assert window.notices.isVisible()
