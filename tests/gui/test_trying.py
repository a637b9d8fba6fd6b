"""Long work with local rules in the real background: progress comes back, cancel stops it, one runs at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from msat.errors import Cancelled, MsatError
from msat.gui.session import Session
from msat.gui.tasks import Background
from msat.gui.trying import Trying
from msat.places import places
from msat.services.desk import Desk


@pytest.fixture
def session(theme, sample: Desk, tmp_path) -> Iterator[Session]:
    where = places(tmp_path / "window")
    where.make()
    made = Session(where, Background(QApplication.instance()))
    made.desk = sample
    yield made
    made.close()


def endless(_desk, progress):
    """Goes on until somebody stops it."""
    for number in range(10_000_000):
        progress("Counting", number % 100, 100)
    raise AssertionError("nobody stopped it")


def test_progress_comes_back_and_cancel_stops_it(qtbot, session: Session):
    trying = Trying(session)
    said: list[tuple[str, int, int]] = []
    failed: list[MsatError] = []
    trying.progressed.connect(lambda *what: said.append(what))
    trying.run("Counting", endless, lambda _result: None, failed.append)
    assert trying.is_running
    qtbot.waitUntil(lambda: len(said) > 3)
    with qtbot.waitSignal(trying.ended):
        trying.cancel()
    assert isinstance(failed[0], Cancelled)
    assert not trying.is_running


def test_a_second_one_waits_to_be_asked_again(qtbot, session: Session):
    trying = Trying(session)
    done: list[int] = []
    with qtbot.waitSignal(trying.ended):
        trying.run("One", lambda _desk, _progress: 1, done.append, done.append)
        trying.run("Two", lambda _desk, _progress: 2, done.append, done.append)
    assert done == [1]
    with qtbot.waitSignal(trying.ended):
        trying.run("Two", lambda _desk, _progress: 2, done.append, done.append)
    assert done == [1, 2]


def test_what_is_recorded_asks_who_is_working_first(qtbot, session: Session):
    trying = Trying(session)
    asked: list[object] = []
    session.person_needed.connect(asked.append)
    done: list[object] = []
    trying.do("Adopting", lambda _desk, person, _progress: person.name, done.append, done.append)
    assert len(asked) == 1
    assert not trying.is_running
    session.remember_person("A. Patel", "GP")
    with qtbot.waitSignal(trying.ended):
        asked[0]()
    assert done == ["A. Patel"]
