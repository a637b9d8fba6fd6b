"""A damaged row of one log that is held: its file is told of, the others' are taken in, and it can be mended."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from msat.bootstrap import backing, restore
from msat.clock import FixedClock
from msat.errors import RecordProblem
from msat.exchange.arrivals import Outcome
from msat.gui.exchange_deeds import _OUTCOMES
from msat.record.trouble import Trouble
from msat.services.backup import into_folder
from msat.services.desk import Desk
from msat.services.folder_sync import folder_sync
from msat.services.held_copies import damaged_at
from msat.services.release import release
from msat.services.send_return import send_return
from msat.services.take_return import enrolled, take_return, take_returns
from tests.exchange.conftest import Make
from tests.exchange.sites import enrol, sent, work

KINDS = ("header", "body", "id")


def damage(desk: Desk, log: str, seq: int, column: str) -> None:
    """What a disk can do: some bytes of one row change, behind the back of the table's guards."""
    with sqlite3.connect(desk.places.record) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        (value,) = connection.execute(f"SELECT {column} FROM entry WHERE log = ? AND seq = ?", (log, seq)).fetchone()
        changed = "0" * 64 if column == "id" else value.replace(b"2026", b"2025", 1) if b"2026" in value else b"{}"
        connection.execute(f"UPDATE entry SET {column} = ? WHERE log = ? AND seq = ?", (changed, log, seq))
        for _name, sql in triggers:
            connection.execute(sql)
    connection.close()


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    return folder


@pytest.fixture
def three(real: Make, site: Make) -> tuple[Desk, Desk, Desk]:
    """A committee with two practices enrolled, of which it holds three entries each; a backup of that."""
    committee, first, second = real("C81001", "committee"), site("A81001"), site("A81002")
    for practice in (first, second):
        work(practice, "one", "two")
        enrol(committee, practice)
    into_folder(committee.places, backing(committee.places, committee.clock))
    return committee, first, second


@pytest.mark.parametrize("column", KINDS)
def test_the_others_are_taken_in_and_it_is_named(
    three: tuple[Desk, Desk, Desk], shared: Path, real: Make, column: str
) -> None:
    committee, first, second = three
    at = 3 if column == "id" else 2
    damage(committee, first.record.log, at, column)
    committee = real("", again=committee)
    for practice in (first, second):
        work(practice, "three")
        send_return(practice, shared)
    done = folder_sync(committee, shared)
    told = {one.ods: one for one in done.arrivals}
    assert told["A81001"].outcome is Outcome.DAMAGED
    assert told["A81001"].outcome.is_alarm
    assert f"is damaged at entry {at}. Nothing was taken in." in told["A81001"].words
    assert "msatctl restore" in told["A81001"].next_step
    assert (told["A81002"].outcome, told["A81002"].new) == (Outcome.NEW, 1)
    assert enrolled(committee)[first.record.log].frozen is None, "no second history was found"
    assert committee.record.received.head(first.record.log).size == 3
    assert done.is_alarm
    again = take_returns(committee, sorted(shared.glob("A81001*.msatreturn")))
    assert [one.outcome for one in again] == [Outcome.DAMAGED]


def test_a_backup_mends_it_and_what_was_recorded_since_is_kept(
    three: tuple[Desk, Desk, Desk], shared: Path, real: Make, clock: FixedClock
) -> None:
    committee, first, _second = three
    work(committee, "recorded after the backup")
    size, log = committee.record.head().size, first.record.log
    damage(committee, log, 2, "body")
    (backup,) = committee.places.backups.glob("*.msatbackup")
    done = restore(committee.places, backup, clock=clock)
    assert (done.way.value, done.healed) == ("whole", 1)
    committee = real("", again=committee)
    assert (committee.record.trouble, committee.record.head().size) == (Trouble.NONE, size)
    work(first, "three")
    arrival = take_return(committee, sent(first), "again.msatreturn")
    assert (arrival.outcome, arrival.new) == (Outcome.NEW, 1)
    assert damaged_at(committee.record.received.raw(log)) == 0
    assert committee.record.verify().valid


def test_a_page_that_cannot_be_read_is_told_of_that_log_alone(
    three: tuple[Desk, Desk, Desk], shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committee, first, second = three
    kind = type(committee.record.received)
    whole = kind.raw

    def raw(self, log):
        if log == first.record.log:
            raise RecordProblem("The record cannot be used: a page of the database is damaged.", "Restore.")
        return whole(self, log)

    monkeypatch.setattr(kind, "raw", raw)
    work(second, "three")
    paths = []
    for practice in (first, second):
        paths.append(send_return(practice, shared).path)
    found = take_returns(committee, paths)
    assert [one.outcome for one in found] == [Outcome.DAMAGED, Outcome.NEW]
    assert "cannot be read. The record cannot be used: a page" in found[0].words
    monkeypatch.setattr(type(committee.record), "head", lambda self: (_ for _ in ()).throw(RecordProblem("All of it.")))
    with pytest.raises(RecordProblem, match="All of it"):
        take_return(committee, sent(first), "a.msatreturn")


def test_what_waits_is_not_thrown_away_because_the_copy_is_damaged(
    three: tuple[Desk, Desk, Desk], real: Make
) -> None:
    committee, first, _second = three
    log = first.record.log
    work(first, "three")
    data = sent(first)
    damage(committee, log, 2, "body")
    committee = real("", again=committee)
    folder = committee.places.quarantine
    folder.mkdir(parents=True, exist_ok=True)
    from msat.exchange.return_file import read_return
    from msat.services.quarantine import put_aside, waiting_of

    put_aside(committee, data, read_return(data))
    assert [one.outcome for one in release(committee, log)] == [Outcome.DAMAGED]
    assert len(waiting_of(committee, log)) == 1


def test_every_outcome_has_words_in_the_window() -> None:
    assert set(_OUTCOMES) == {one.value for one in Outcome}
