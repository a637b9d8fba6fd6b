"""Keep safe: backups now and elsewhere, the way back, the review list with holds, the key changed and recovered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton

from msat import settings
from msat.bootstrap import backing, create_profile, open_desk
from msat.gui import safe_deeds
from msat.gui.main_window import MainWindow
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.gui.views.notices import Notice
from msat.gui.views.records_page import RecordsPage
from msat.places import Places
from msat.record.organisation import Organisation
from msat.services import retention
from tests.gui.test_accessibility import too_small, unnamed


@pytest.fixture
def page(window: MainWindow) -> RecordsPage:
    window.resize(1100, 4200)
    window.show_page("records")
    found = window.page("records")
    assert isinstance(found, RecordsPage)
    QApplication.processEvents()
    return found


def said(card) -> str:
    QApplication.processEvents()
    return " ".join(f"{one.head.text()} {one.text.text()}" for one in card.findChildren(Notice) if one.isVisible())


def panel_of(card):
    QApplication.processEvents()
    return card.panel.itemAt(0).widget()


def test_a_backup_is_made_now_and_said(page: RecordsPage, window: MainWindow, tmp_path: Path, monkeypatch):
    desk = window.session.desk
    safe = page.safe
    assert safe.last.text() == "There is no backup yet. Make one now."
    assert "not against a lost disk" in safe.where.text()
    safe.now_button.click()
    (made,) = backing(desk.places, desk.clock).listed(desk.places.backups)
    assert made.size == desk.record.head().size
    assert "The copy was read again and proven whole." in said(safe)
    assert safe.last.text().endswith("Nothing was recorded since.")
    assert safe.restore.choice.currentData() == str(desk.places.backups / made.name)
    window.session.desk.record.rotate_key(window.session.person().actor(), "")
    safe.reload()
    assert safe.last.text().endswith("1 entry was recorded since.")
    target = tmp_path / "stick" / "whole.msatbackup"
    target.parent.mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    safe.away_button.click()
    assert target.stat().st_size > 0
    safe.away_button.click()
    assert "There is a file" in said(safe), "nothing is written over"
    assert safe.away_button.isEnabled()


def test_a_folder_that_is_gone_is_said_before_anything_is_tried(page: RecordsPage, window: MainWindow, tmp_path: Path):
    settings.save(window.session.desk.places.settings, {"backup_folder": str(tmp_path / "usb")})
    page.safe.reload()
    assert "is not there. Connect the disk it is on." in page.safe.last.text()
    assert not page.safe.now_button.isEnabled()
    assert not page.safe.open_button.isEnabled()
    assert page.safe.away_button.isEnabled()


def test_alerts_past_their_period_are_listed_held_and_released(page: RecordsPage, window: MainWindow):
    desk, card = window.session.desk, page.retention
    card.read_button.click()
    assert card.said.text().startswith("No closed alert is past its period on ")
    card.day.setDate(date(2060, 1, 1))
    card.read_button.click()
    due = [one for one in retention.review_list(desk, date(2060, 1, 1))]
    assert due
    assert card.said.text().startswith(f"{len(due)} closed alerts are past the period")
    key = str(due[0].state.key)
    card.buttons[key].click()
    panel = panel_of(card)
    panel.submit()
    assert panel.wrong.text() == "Give a reason."
    assert unnamed(window) == too_small(window) == []
    panel.reason.setText("A claim is open.")
    panel.submit()
    assert retention.holds(desk)[key].reason == "A claim is open."
    assert card.buttons[key].text() == "Release"
    assert card.said.text().endswith("; 1 on hold.")
    card.hold_button.click()
    panel_of(card).submit()
    assert panel_of(card).wrong.text() == "Name the alert by its reference."
    panel_of(card).ref.setText("EL(99)Z/99")
    panel_of(card).reason.setText("A claim is open.")
    panel_of(card).submit()
    assert "EL(99)Z/99" in panel_of(card).wrong.text()
    card.buttons[key].click()
    panel_of(card).reason.setText("The claim is settled.")
    panel_of(card).submit()
    assert retention.holds(desk) == {}
    assert card.buttons[key].text() == "Hold"


def test_the_key_is_changed_and_a_new_recovery_key_shown_once(page: RecordsPage, window: MainWindow, tmp_path: Path):
    desk, card = window.session.desk, page.key
    before = card.fingerprint.text()
    card.change.click()
    panel = panel_of(card)
    panel.with_recovery.setChecked(True)
    panel.submit()
    assert card.fingerprint.text() != before
    assert list(desk.record.entries())[-1].type.startswith("key.")
    assert card.panel.count() == 0
    shown = card.printed
    assert len(shown.text.text().split("-" if "-" in shown.text.text() else None)) == 14
    printer = QPrinter()
    printer.setOutputFileName(str(tmp_path / "key.pdf"))
    shown.print_on(printer)
    assert (tmp_path / "key.pdf").stat().st_size > 0
    page.shown()
    QApplication.processEvents()
    assert shown.isVisible(), "it stays until a person kept it"
    assert desk.places.recovery_note.exists()
    next(one for one in card.findChildren(QPushButton) if one.text().startswith("I have kept it")).click()
    assert card.once.count() == 0
    assert not desk.places.recovery_note.exists()


@pytest.fixture
def without_key(qtbot, theme, profile: Places, clock) -> tuple[MainWindow, str]:
    """The window on a record whose signing key is gone, and the recovery key that was printed."""
    printed = create_profile(profile, Organisation("Test Surgery", "Y00001", "gp-practice"), clock)
    for path in profile.keys.iterdir():
        path.unlink()
    session = Session(profile, InstantRunner())
    session.remember_person("Demo Pharmacist", "Practice pharmacist")
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1100, 4000)
    window.show()
    session.open(lambda: open_desk(profile, clock))
    yield window, printed
    session.close()


def test_a_lost_key_is_said_and_the_printed_one_goes_on(without_key: tuple[MainWindow, str]):
    window, printed = without_key
    window.show_page("records")
    card = window.page("records").key
    assert "The signing key of this record is not in" in said(card)
    assert not card.change.isEnabled()
    card.recover.click()
    panel = panel_of(card)
    panel.submit()
    assert panel.wrong.text().startswith("Type the recovery key")
    panel.printed.setText(("b" if printed[0] in "aA" else "a") + printed[1:])
    panel.submit()
    assert panel.wrong.text()
    assert panel.save.isEnabled()
    panel.printed.setText(printed)
    panel.submit()
    assert window.session.desk.record.read_only == ""
    assert said(card) == ""
    assert card.printed.text.text() != printed
    assert card.change.isEnabled()


def test_a_record_in_a_shared_database_is_its_administrators(window: MainWindow):
    desk = window.session.desk
    desk.places.record.rename(desk.places.data / "elsewhere")
    try:
        desk.places.database.write_text("{}", encoding="utf-8")
        found = safe_deeds.backups(desk)
    finally:
        desk.places.database.unlink()
        (desk.places.data / "elsewhere").rename(desk.places.record)
    assert found.is_elsewhere
    assert "shared database" in found.trouble
