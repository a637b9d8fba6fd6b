"""The window backs up by itself: once a day, on closing when there is something new, and it says when it cannot."""

from __future__ import annotations

from datetime import timedelta

import pytest

from msat.bootstrap import backing, create_profile, open_desk
from msat.clock import FixedClock
from msat.errors import MsatError
from msat.gui import backing_up
from msat.gui.backing_up import BackingUp, back_up, back_up_at_close
from msat.gui.session import Session
from msat.places import Places
from msat.record.organisation import Organisation
from msat.services.backup import folder_of
from msat.settings import save
from tests.record.makers import draft


@pytest.fixture
def open_session(session: Session, clock: FixedClock) -> Session:
    create_profile(session.places, Organisation("Test Surgery", "Y00001", "gp-practice"), clock)
    session.open(lambda: open_desk(session.places, clock))
    assert session.desk is not None
    return session


def sizes(where: Places, clock: FixedClock) -> list[int]:
    return [one.size for one in backing(where, clock).listed(folder_of(where))]


def test_one_a_day_and_another_on_closing_when_there_is_something_new(open_session: Session, clock: FixedClock):
    where, desk = open_session.places, open_session.desk
    backer = BackingUp(open_session)
    backer.look()
    assert sizes(where, clock) == [1]
    clock.moment += timedelta(minutes=5)
    backer.look()
    back_up_at_close(open_session)
    assert sizes(where, clock) == [1]
    desk.record.append([draft("new")])
    backer.look()
    assert sizes(where, clock) == [1]
    back_up_at_close(open_session)
    assert sizes(where, clock) == [2]  # of one day the newest is kept
    clock.moment += timedelta(days=1)
    backer.look()
    assert sizes(where, clock) == [2, 2]


def test_a_folder_that_is_not_there_is_told_once_and_never_made(open_session: Session, clock: FixedClock, tmp_path):
    gone = tmp_path / "usb"
    save(open_session.places.settings, {"backup_folder": str(gone)})
    told: list[MsatError] = []
    open_session.trouble.connect(told.append)
    backer = BackingUp(open_session)
    backer.look()
    backer.look()
    assert [one.next_step for one in told] == [
        "Connect the disk it is on, or choose another in the settings (backup_folder)."
    ]
    back_up_at_close(open_session)  # goes to the log; the window closes all the same
    assert not gone.exists()
    gone.mkdir()
    backer.look()
    assert sizes(open_session.places, clock) == [1]


def test_the_sample_is_never_backed_up(open_session: Session, monkeypatch: pytest.MonkeyPatch):
    def never(*_arguments: object) -> None:
        raise AssertionError("the sample is disposable")

    monkeypatch.setattr(backing_up, "back_up", never)
    open_session.is_demo = True
    BackingUp(open_session).look()
    back_up_at_close(open_session)


def test_a_record_elsewhere_is_somebody_elses_to_back_up(open_session: Session):
    assert back_up(open_session.desk) is not None
    open_session.places.record.rename(open_session.places.data / "elsewhere")
    assert back_up(open_session.desk) is None
    (open_session.places.data / "elsewhere").rename(open_session.places.record)
