"""A window on a shared database hears what another workstation records, and goes on after the database was away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from msat import bootstrap
from msat.clock import SystemClock
from msat.gui import elsewhere
from msat.gui.elsewhere import Elsewhere, look
from msat.gui.session import Session
from msat.gui.tasks import InstantRunner
from msat.places import Places, places
from msat.services.desk import Changes
from msat.store.postgres_opening import open_database_record
from tests.postgres import Database, new_database
from tests.record.makers import ORGANISATION, draft


@pytest.fixture
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


@pytest.fixture
def login(database: Database) -> str:
    return database.login(ORGANISATION.ods)


def begin(folder: Path, login: str) -> Places:
    where = places(folder)
    bootstrap.create_profile(where, ORGANISATION, SystemClock(), login)
    return where


@pytest.fixture
def session(tmp_path: Path, login: str, qapp: QCoreApplication) -> Iterator[Session]:
    made = Session(begin(tmp_path / "here", login), InstantRunner())
    yield made
    made.close()


@pytest.fixture
def ear(session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    monkeypatch.setattr(elsewhere, "WAIT_S", 0.2)
    monkeypatch.setattr(elsewhere, "PAUSES_S", (0.05, 0.1))
    made = Elsewhere(session)
    yield made
    made.stop()


def open_(session: Session) -> None:
    session.open(lambda: bootstrap.open_desk(session.places, SystemClock()))


def test_the_window_hears_what_another_workstation_records(
    session: Session, ear: Elsewhere, login: str, tmp_path: Path, qtbot: QtBot
) -> None:
    there = begin(tmp_path / "there", login)
    with qtbot.waitSignal(ear.heard, timeout=10_000):
        open_(session)  # it looks once when it begins to listen
    with open_database_record(there, SystemClock()) as record, qtbot.waitSignal(ear.heard, timeout=10_000):
        record.append([draft("there")])


def test_many_notices_are_one_look(
    session: Session, ear: Elsewhere, login: str, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[float] = []
    monkeypatch.setattr(elsewhere, "look", lambda _desk: looked.append(time.monotonic()))
    there = begin(tmp_path / "there", login)
    with qtbot.waitSignal(ear.heard, timeout=10_000):
        open_(session)
    qtbot.waitUntil(lambda: len(looked) == 1, timeout=10_000)
    with open_database_record(there, SystemClock()) as record:
        for number in range(5):
            record.append([draft(str(number))])
    qtbot.waitUntil(lambda: len(looked) >= 2, timeout=10_000)
    qtbot.wait(2 * elsewhere.LOOK_MS)
    assert len(looked) <= 4, "five deeds in quick succession are not five looks"


def test_it_listens_again_after_the_database_was_away(
    session: Session, ear: Elsewhere, database: Database, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(ear.heard, timeout=10_000):
        open_(session)
    with qtbot.waitSignal(ear.heard, timeout=10_000):
        database.ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )


def test_it_asks_the_server_nothing_while_nothing_happens(
    session: Session, ear: Elsewhere, database: Database, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(ear.heard, timeout=10_000):
        open_(session)
    asked = (
        "SELECT query, state_change FROM pg_stat_activity WHERE query LIKE 'LISTEN%' "
        "AND datname = current_database()"
    )
    before = database.ask(asked)
    qtbot.wait(1_000)
    assert len(before) == 1
    assert database.ask(asked) == before


def test_the_own_deeds_are_no_news(session: Session, ear: Elsewhere, qtbot: QtBot) -> None:
    open_(session)
    assert session.desk is not None
    session.desk.record.append([draft("mine")])
    session.desk.views.catch_up()
    told: list[Changes] = []
    session.changes.happened.connect(told.append)
    assert look(session.desk) is None
    session.run(look, ear)
    assert told == []


def test_a_record_in_a_file_is_not_listened_for(profile: Places, qapp: QCoreApplication) -> None:
    bootstrap.create_profile(profile, ORGANISATION, SystemClock())
    session = Session(profile, InstantRunner())
    ear = Elsewhere(session)
    open_(session)
    assert ear._thread is None
    ear.stop()
    session.close()


def test_a_stopped_ear_holds_no_connection(
    session: Session, ear: Elsewhere, database: Database, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(ear.heard, timeout=10_000):
        open_(session)
    ear.stop()
    listening: Callable[[], bool] = lambda: database.ask(  # noqa: E731
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    ) == [(0,)]
    qtbot.waitUntil(listening, timeout=5_000)
