"""Backups of superseded logs go by the calendar; what only they hold stays, and so does every way back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from msat import bootstrap
from msat.bootstrap import backing
from msat.clock import FixedClock
from msat.ids import EntryId, LogId
from msat.places import Places
from msat.record.backup import Backup, file_name, outlived, read_name
from msat.record.entries import Actor, Head
from msat.record.organisation import Organisation
from msat.services.backup import folder_of, into_folder
from msat.services.desk import Desk
from tests.record.makers import draft

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OLD = Head(LogId("a" * 32), 10, EntryId("0" * 64))


def of(days: float, size: int = 10) -> Backup:
    made = read_name(file_name(Head(OLD.log, size, OLD.id), NOW - timedelta(days=days)))
    assert made is not None
    return made


def test_fourteen_days_and_twelve_months_by_the_calendar() -> None:
    day = [of(n) for n in range(30)]
    gone = outlived(day, 10, NOW)
    stay = [one for one in day if one.name not in gone]
    assert [one.made for one in stay] == [NOW - timedelta(days=n) for n in (*range(14), 20)], "20: 31 October"
    assert outlived([of(370)], 10, NOW) == {of(370).name}, "no newer one pushes it out: its time does"
    assert outlived([of(300)], 10, NOW) == frozenset()
    assert outlived([of(1), of(1.1)], 10, NOW) == {of(1.1).name}


def test_what_goes_further_than_the_log_counts_stays_for_good() -> None:
    assert outlived([of(3000, size=11)], 10, NOW) == frozenset()
    assert outlived([of(3000, size=11), of(3001, size=10)], 10, NOW) == {of(3001, size=10).name}


@pytest.fixture
def superseding(profile: Places, clock: FixedClock) -> Iterator[tuple[Desk, Head]]:
    """A desk whose log goes on for an earlier one that ends with its entry 3; no backup of it yet."""
    bootstrap.create_profile(profile, Organisation("Test Surgery", "Y00001", "gp-practice"), clock)
    desk = bootstrap.open_desk(profile, clock)
    desk.record.append([draft("one"), draft("two")])
    (profile.keys / f"{desk.record.log}.key").unlink()
    desk.close()
    desk = bootstrap.open_desk(profile, clock)
    end = desk.record.head()
    desk.record.supersede(Actor("E. Watson", "pharmacist"), "The key is lost.")
    yield desk, end
    desk.close()


def written(folder: Path, head: Head, made: datetime) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(head, made)
    path.write_bytes(b"a backup of before")
    return path


def test_they_go_when_a_whole_backup_of_the_log_that_goes_on_is_made(
    superseding: tuple[Desk, Head], clock: FixedClock
) -> None:
    desk, end = superseding
    folder, now = folder_of(desk.places), clock.now()
    old = written(folder, end, now - timedelta(days=400))
    lately = written(folder, end, now - timedelta(days=40))
    more = written(folder, Head(end.log, end.size + 5, end.id), now - timedelta(days=4000))
    other = written(folder, Head(LogId("e" * 32), 3, end.id), now - timedelta(days=4000))
    made = into_folder(desk.places, backing(desk.places, clock))
    assert made.removed == (old.name,)
    assert [path.exists() for path in (old, lately, more, other)] == [False, True, True, True]
    done = bootstrap.inspect(desk.places)
    assert done.valid


def test_none_goes_without_one(superseding: tuple[Desk, Head], clock: FixedClock) -> None:
    desk, end = superseding
    folder = folder_of(desk.places)
    old = written(folder, end, clock.now() - timedelta(days=400))
    assert backing(desk.places, clock).prune(folder, desk.record.log) == ()
    assert old.exists()


def test_the_new_backup_alone_brings_both_logs_back(
    superseding: tuple[Desk, Head], clock: FixedClock
) -> None:
    desk, end = superseding
    written(folder_of(desk.places), end, clock.now() - timedelta(days=400))
    made = into_folder(desk.places, backing(desk.places, clock))
    desk.places.record.unlink()
    done = bootstrap.restore(desk.places, Path(made.path), clock=clock)
    assert done.way.value == "whole"
    again = bootstrap.open_desk(desk.places, clock)
    assert again.record.lineage() == (end,)
    assert len(list(again.record.entries(end.log))) == end.size
    assert again.record.verify().valid
    again.close()
