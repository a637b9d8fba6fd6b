"""A backup put back in the window, receipts given, decisions made again, letters filled, files dropped anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from msat.bootstrap import backing, open_desk
from msat.gui.main_window import MainWindow
from msat.gui.pieces import Text
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.gui.views.letters_card import LettersCard
from msat.gui.views.records_page import RecordsPage
from msat.places import places
from msat.services import deeds
from msat.services.backup import into_file
from msat.services.demo import DemoClock
from msat.services.desk import Person
from msat.services.send_return import send_return
from tests.gui.conftest import settle
from tests.regions import copied, region

PERSON = Person("Demo Pharmacist", "Practice pharmacist")


@pytest.fixture
def page(window: MainWindow) -> RecordsPage:
    window.show_page("records")
    QApplication.processEvents()
    found = window.page("records")
    assert isinstance(found, RecordsPage)
    return found


def texts(widget) -> str:
    QApplication.processEvents()
    return "\n".join(text.text() for text in widget.findChildren(Text) if text.isVisible())


def again(window: MainWindow) -> None:
    """The window opens the profile of the sample anew, its clock going on."""
    desk = window.session.desk
    where, now = desk.places, desk.clock.now()

    def opener():
        clock = DemoClock(now)
        clock.run()
        return open_desk(where, clock)

    window.session._opener = opener


def damage(window: MainWindow) -> None:
    """Half of the record is gone, as after a bad disk."""
    file = window.session.desk.places.record
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def test_a_sound_record_is_never_taken_back(page: RecordsPage, window: MainWindow, tmp_path: Path) -> None:
    again(window)
    made = into_file(backing(window.session.desk.places, window.session.desk.clock), tmp_path / "whole.msatbackup")
    size = window.session.desk.record.head().size
    page.safe.restore.take(Path(made.path))
    page.safe.restore.agree()
    settle(window)
    assert "never taken back" in texts(page.safe.restore)
    assert window.session.desk.record.head().size == size
    assert not window.session.desk.record.read_only


def test_a_backup_is_put_back_after_a_person_agreed(page: RecordsPage, window: MainWindow, tmp_path: Path) -> None:
    again(window)
    made = into_file(backing(window.session.desk.places, window.session.desk.clock), tmp_path / "whole.msatbackup")
    size = window.session.desk.record.head().size
    assert not window.session.desk.record.read_only
    card = page.safe.restore
    card.take(Path(made.path))
    card.ask()
    assert "Put back the backup" in texts(card)
    card.leave()
    assert window.session.desk.record.head().size == size
    damage(window)
    card.ask()
    card.agree()
    settle(window)
    assert window.session.desk.record.head().size == size
    assert not window.session.desk.record.read_only
    assert "proven whole" in texts(card)


def test_a_backup_that_lacks_what_came_later_leaves_a_record_to_read(
    page: RecordsPage, window: MainWindow, tmp_path: Path
) -> None:
    again(window)
    made = into_file(backing(window.session.desk.places, window.session.desk.clock), tmp_path / "whole.msatbackup")
    size = window.session.desk.record.head().size
    desk = window.session.desk
    deeds.record_general(
        desk, PERSON, None, deeds.Deed("gap.explained", {"series": "EL", "year": 26, "number": 1}, "x")
    )
    return_file = send_return(desk, tmp_path).path
    damage(window)
    card = page.safe.restore
    card.take(Path(made.path))
    card.agree()
    settle(window)
    assert window.session.desk.record.head().size == size
    assert window.session.desk.record.read_only
    assert "is missing" in texts(card)
    card.take(Path(made.path))
    card.take_returns([return_file])
    assert return_file.name in texts(card)
    card.agree()
    settle(window)
    assert window.session.desk.record.head().size >= size + 1
    assert not window.session.desk.record.read_only


def test_a_file_that_is_no_backup_changes_nothing(page: RecordsPage, window: MainWindow, tmp_path: Path) -> None:
    again(window)
    size = window.session.desk.record.head().size
    file = tmp_path / "letter.msatbackup"
    file.write_bytes(b"not a backup")
    page.safe.restore.take(file)
    page.safe.restore.agree()
    settle(window)
    assert window.session.desk.record.head().size == size
    assert "is no whole backup" in texts(page.safe.restore)
    assert page.safe.restore.ask_button.isEnabled()


def test_every_decision_comes_out_the_same_again(page: RecordsPage) -> None:
    page.upkeep.decide_again()
    assert "same" in texts(page.upkeep)
    assert page.upkeep.again_button.isEnabled()


def test_a_changed_rules_file_is_told(page: RecordsPage, window: MainWindow) -> None:
    entry = next(iter(window.session.desk.record.typed(frozenset({"alert.triaged"}))))
    digest = entry.data["rules_file"]
    for file in window.session.desk.places.files.rglob(f"*{digest[4:]}*"):
        file.chmod(0o600)
        file.write_bytes(b"{}")
    page.upkeep.decide_again()
    assert "damaged" in texts(page.upkeep)


# --- letters -----------------------------------------------------------------------------------------------------


def test_a_letter_is_filled_from_the_notice_and_copied(window: MainWindow) -> None:
    card = window.worklist.alert.findChild(LettersCard)
    assert card is not None
    assert card.choice.count() > 2
    state = window.worklist.alert.state
    assert not card.text.isVisible()
    card.show_text()
    assert window.session.desk.record.organisation.name in card.text.toPlainText()
    card.copy()
    assert QApplication.clipboard().text() == card.text.toPlainText()
    before = window.session.desk.record.head().size
    window.worklist.list_pane.list.step(1)
    settle(window)
    assert window.worklist.alert.state.key != state.key
    assert not card.text.isVisible()
    assert window.session.desk.record.head().size == before


# --- dropped files -----------------------------------------------------------------------------------------------


def test_what_other_sites_send_is_taken_in_wherever_it_is_dropped(window: MainWindow, tmp_path: Path) -> None:
    sent = send_return(window.session.desk, tmp_path)
    assert window.current() is window.worklist
    window.drops.take([sent.path])
    page = window.page("records")
    assert window.current() is page
    assert sent.path.name in texts(page.exchange)


# --- receipts ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def committee(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("region")
    region(folder, practices=4, alerts=4).close()
    return folder


@pytest.fixture
def team(qtbot, theme, committee: Path, tmp_path: Path) -> Iterator[MainWindow]:
    where = places(tmp_path / "window")
    where.make()
    session = Session(where, InstantRunner())
    session.remember_person("Demo Pharmacist", "Medicines safety pharmacist")
    window = MainWindow(session)
    qtbot.addWidget(window)
    window.show()
    session.open(lambda: copied(committee, tmp_path))
    settle(window)
    window.show_page("records")
    QApplication.processEvents()
    yield window
    session.close()


def test_a_team_saves_receipts_and_the_register(team: MainWindow, tmp_path: Path) -> None:
    card = team.page("records").receipts
    assert card.isVisible()
    folder = tmp_path / "out"
    folder.mkdir()
    team.activateWindow()
    card.receipts_button.setFocus()
    card.write_receipts(folder)
    assert team.focusWidget() is card.receipts_button, "it was switched off meanwhile"
    receipts = list(folder.glob("*.msatreceipt"))
    assert len(receipts) == 2
    assert "Saved 2 new receipts" in texts(card)
    card.write_receipts(folder)
    assert "Saved 2 earlier receipts. Send each to its site." in texts(card)
    card.write_register(folder)
    (register,) = folder.glob("*.msatregister")
    assert register.read_bytes()
    card.write_register(tmp_path / "gone")
    assert "gone" in texts(card)


def test_a_practice_gives_no_receipts(page: RecordsPage) -> None:
    assert not page.receipts.isVisible()
