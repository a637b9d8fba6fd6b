"""The ways out of a record that can only be read, by the window: fetch back, it was moved, go on with a new log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from msat import bootstrap
from msat.bootstrap import create_profile, open_desk
from msat.clock import FixedClock
from msat.gui.main_window import MainWindow
from msat.gui.pieces import empty
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.places import Places, places
from msat.record import machine
from msat.record.organisation import Organisation
from msat.record.trouble import Trouble
from msat.services.backup import into_folder
from msat.services.desk import Desk
from msat.services.enrol import accept, listed
from msat.services.send_return import send_return
from msat.services.supersede import supersede
from msat.services.take_return import enrolled, take_return
from msat.store.postgres_opening import create_database_record
from tests.exchange.sites import CLERK, sent
from tests.gui.test_accessibility import too_small, unnamed
from tests.record.makers import ORGANISATION, draft
from tests.store.test_postgres_ends import of_schema, write_behind

SURGERY = Organisation("Test Surgery", "Y00001", "gp-practice")


@pytest.fixture(autouse=True)
def computer(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    number = ["first-computer"]
    monkeypatch.setattr(machine, "raw_id", lambda: number[0])
    return number


def window_on(qtbot, profile: Places) -> MainWindow:
    session = Session(profile, InstantRunner())
    session.remember_person("Demo Pharmacist", "Practice pharmacist")
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.resize(1093, 614)
    window.show()
    return window


@pytest.fixture
def shown(qtbot, theme, profile: Places) -> Iterator[MainWindow]:
    window = window_on(qtbot, profile)
    yield window
    window.session.close()


@pytest.fixture
def longer(profile: Places, clock: FixedClock, tmp_path: Path) -> Path:
    """A profile restored to less than it had; the answer is a return of its that goes to the end."""
    create_profile(profile, SURGERY, clock)
    desk = open_desk(profile, clock)
    made = into_folder(profile, bootstrap.backing(profile, clock))
    desk.record.append([draft("recorded after the backup")])
    path = send_return(desk, tmp_path).path
    desk.close()
    profile.record.unlink()
    bootstrap.restore(profile, Path(made.path), clock=clock)
    return path


def asked(window: MainWindow):
    """The card, after the bar's button was pressed."""
    QApplication.processEvents()
    bar = window.record_bar
    assert bar.only_to_read.isVisible()
    assert "Records, This log" in bar.only_to_read.text.text()
    bar.only_to_read.button.click()
    assert window.current() is window.page("records")
    return window.page("records").log


def panel_of(card):
    return card.panel.itemAt(0).widget()


def test_what_is_missing_is_fetched_back_from_a_file(
    shown: MainWindow, longer: Path, profile: Places, clock: FixedClock
):
    shown.session.open(lambda: open_desk(profile, clock))
    card = asked(shown)
    assert shown.focusWidget() is card.fetch
    assert card.moved.isHidden()
    card.fetch.click()
    panel = panel_of(card)
    assert panel.save.isHidden(), "no copy waits here"
    assert unnamed(card) == too_small(card) == []
    panel.drop.dropped.emit([longer])
    assert shown.session.desk.record.trouble is Trouble.NONE
    assert shown.session.desk.record.head().size == 2
    assert shown.record_bar.isHidden()
    assert card.fetch.isHidden()
    assert card.afresh.isHidden()


def test_a_file_that_does_not_fit_is_told_and_nothing_is_lost(
    shown: MainWindow, longer: Path, profile: Places, clock: FixedClock
):
    shown.session.open(lambda: open_desk(profile, clock))
    card = asked(shown)
    card.fetch.click()
    longer.write_bytes(longer.read_bytes()[:-20])
    panel_of(card).drop.dropped.emit([longer])
    assert "was refused" in panel_of(card).wrong.text()
    assert shown.session.desk.record.trouble is Trouble.RESTORED


def test_a_new_log_is_started_with_a_reason_and_its_recovery_key_is_shown_once(
    shown: MainWindow, longer: Path, profile: Places, clock: FixedClock
):
    shown.session.open(lambda: open_desk(profile, clock))
    old = shown.session.desk.record.log
    card = asked(shown)
    card.afresh.click()
    panel = panel_of(card)
    panel.submit()
    assert "Ask first" in panel.wrong.text()
    panel.lost.setChecked(True)
    panel.submit()
    assert "Give a reason" in panel.wrong.text()
    panel.reason.setText("The server was put back from an older backup.")
    panel.submit()
    record = shown.session.desk.record
    assert record.log != old
    assert [head.log for head in record.lineage()] == [old]
    assert shown.record_bar.isHidden()
    assert len(card.printed.text.text().split()) == 14
    assert f"goes on for the log {old[:8]} after entry 1" in card.said.text()
    assert unnamed(card) == too_small(card) == []
    record.append([draft("goes on")])
    assert record.verify().problems == ()
    assert profile.recovery_note.exists()
    assert "was kept" not in card.said.text(), "it is on the screen"
    empty(card.once)
    card.reload()
    assert "before anybody said that the recovery key of this log was kept" in card.said.text()
    card._kept(card.printed.text.text())
    assert not profile.recovery_note.exists()
    assert "was kept" not in card.said.text()


def test_a_copied_installation_says_that_it_was_moved(
    shown: MainWindow, profile: Places, clock: FixedClock, computer: list[str]
):
    create_profile(profile, SURGERY, clock)
    computer[0] = "second-pc"
    shown.session.open(lambda: open_desk(profile, clock))
    card = asked(shown)
    assert shown.focusWidget() is card.moved
    card.moved.click()
    panel = panel_of(card)
    panel.submit()
    assert "tick the box" in panel.wrong.text()
    panel.sure.setChecked(True)
    panel.reason.setText("A new computer.")
    panel.submit()
    assert shown.session.desk.record.trouble is Trouble.NONE
    assert shown.record_bar.isHidden()


def test_a_log_in_a_database_that_somebody_wrote_behind_goes_on_from_its_last_signed_entry(
    shown: MainWindow, profile: Places, clock: FixedClock, postgres_server: object
):
    database = of_schema(postgres_server, 3)
    made, _recovery = create_database_record(profile, database.login("G85001"), ORGANISATION, clock, "0.1")
    with made as record:
        old = record.head()
    write_behind(database, old, "without a note")
    shown.session.open(lambda: open_desk(profile, clock))
    card = asked(shown)
    assert shown.focusWidget() is card.afresh
    assert card.fetch.isHidden()
    assert "Entries 2 to 3 of this log" in card.trouble.text.text()
    card.afresh.click()
    panel = panel_of(card)
    assert "left behind and counts nowhere" in " ".join(one.text() for one in panel.findChildren(QLabel))
    panel.submit()
    assert "Tell them first" in panel.wrong.text()
    panel.lost.setChecked(True)
    panel.reason.setText("Somebody wrote behind its end.")
    assert unnamed(card) == too_small(card) == []
    panel.submit()
    record = shown.session.desk.record
    assert record.lineage() == (old,)
    assert record.verify().problems == ()
    assert "entries 2 to 3" in shown.record_bar.told.head.text(), "what was left behind is said"


def test_a_log_that_can_go_on_offers_nothing(shown: MainWindow, profile: Places, clock: FixedClock):
    create_profile(profile, SURGERY, clock)
    shown.session.open(lambda: open_desk(profile, clock))
    shown.show_page("records")
    card = shown.page("records").log
    card.reload()
    assert card.first_button() is card.show_all
    assert shown.session.desk.record.log[:8] in card.said.text()
    assert card.trouble.isHidden()


def test_two_officers_countersign_in_the_committees_window(
    qtbot, theme, tmp_path: Path, longer: Path, profile: Places, clock: FixedClock
):
    practice = open_desk(profile, clock)
    team = places(tmp_path / "team")
    create_profile(team, Organisation("The Committee", "16C", "committee"), clock)
    committee = open_desk(team, clock)
    _enrolled(committee, sent(practice))
    supersede(practice, CLERK, "An older backup.", is_lost=True)
    _waits(committee, sent(practice))
    log = practice.record.log
    practice.close()
    committee.close()
    window = window_on(qtbot, team)
    window.session.open(lambda: open_desk(team, clock))
    window.show_page("records")
    sites = window.page("records").sites
    sites.reload()
    (held,) = [one for one in _listed(window.session.desk) if one.is_waiting]
    sites._compare(held)
    panel = sites.panel.itemAt(0).widget()
    first, second = panel.officers
    panel.compared.setChecked(True)
    panel.submit()
    assert "does not name an officer" in panel.wrong.text()
    first.setText("A. Patel, chair")
    second.setText("B. Jones, pharmacy lead")
    panel.submit()
    assert enrolled(window.session.desk)[log].earlier is not None
    window.session.close()


def _enrolled(desk: Desk, data: bytes) -> None:
    _waits(desk, data)
    (held,) = [one for one in _listed(desk) if one.is_waiting]
    accept(desk, held.writer.log, CLERK, is_compared=True)


def _waits(desk: Desk, data: bytes) -> None:
    take_return(desk, data, "a.msatreturn")


def _listed(desk: Desk):
    return listed(desk)
