"""At opening the window says why a record can only be read, that it was restored, and what the database tells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from msat import bootstrap
from msat.bootstrap import create_profile, open_desk
from msat.clock import FixedClock
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.places import Places
from msat.record.organisation import Organisation
from msat.services.backup import into_folder
from msat.services.desk import Changes
from tests.gui.test_accessibility import too_small, unnamed
from tests.record.makers import draft


@pytest.fixture
def shown(qtbot, theme, profile: Places) -> Iterator[MainWindow]:
    """A window on a profile that a test makes, not opened yet."""
    session = Session(profile, InstantRunner())
    session.remember_person("Demo Pharmacist", "Practice pharmacist")
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1093, 614)
    window.show()
    yield window
    session.close()


@pytest.fixture
def printed(profile: Places, clock: FixedClock) -> str:
    return create_profile(profile, Organisation("Test Surgery", "Y00001", "gp-practice"), clock)


def test_a_record_that_can_be_added_to_says_nothing(
    shown: MainWindow, printed: str, profile: Places, clock: FixedClock
):
    assert shown.record_bar.isHidden()
    shown.session.open(lambda: open_desk(profile, clock))
    assert shown.record_bar.isHidden()


def test_without_its_key_it_is_said_until_the_recovery_key_goes_on(
    shown: MainWindow, printed: str, profile: Places, clock: FixedClock
):
    for path in profile.keys.iterdir():
        path.unlink()
    shown.session.open(lambda: open_desk(profile, clock))
    bar = shown.record_bar
    QApplication.processEvents()
    assert bar.only_to_read.isVisible()
    assert bar.only_to_read.head.text() == "This record can only be read."
    assert "The signing key of this record is not in" in bar.only_to_read.text.text()
    assert "Records, Signing key." in bar.only_to_read.text.text()
    assert unnamed(bar) == too_small(bar) == []
    bar.only_to_read.button.click()
    assert shown.current() is shown.page("records")
    card = shown.page("records").key
    assert shown.focusWidget() is card.recover
    card.recover.click()
    panel = card.panel.itemAt(0).widget()
    panel.printed.setText(printed)
    panel.submit()
    assert bar.isHidden()


def test_a_record_restored_to_less_says_so(shown: MainWindow, printed: str, profile: Places, clock: FixedClock):
    desk = open_desk(profile, clock)
    made = into_folder(profile, bootstrap.backing(profile, clock))
    desk.record.append([draft("recorded after the backup")])
    desk.close()
    profile.record.unlink()
    bootstrap.restore(profile, Path(made.path), clock=clock)
    shown.session.open(lambda: open_desk(profile, clock))
    QApplication.processEvents()
    said = shown.record_bar.only_to_read.text.text()
    assert shown.record_bar.isVisible()
    record = shown.session.desk.record
    assert said == f"{record.read_only} What can be done about it: Records, This log."
    assert "restored" in said.lower()


def test_what_the_database_tells_is_shown_until_closed(
    shown: MainWindow, printed: str, profile: Places, clock: FixedClock
):
    shown.session.open(lambda: open_desk(profile, clock))
    bar, record = shown.record_bar, shown.session.desk.record
    record.tell("The database had lost entry 7. It was put back.")
    shown.session.changes.happened.emit(Changes())
    QApplication.processEvents()
    assert bar.told.head.text() == "The database had lost entry 7. It was put back."
    assert bar.told.isVisible()
    bar.told.button.click()
    assert bar.isHidden()
    record.tell("Entry 9 was put back.")
    shown.session.changes.happened.emit(Changes())
    QApplication.processEvents()
    assert bar.told.head.text() == "Entry 9 was put back."
