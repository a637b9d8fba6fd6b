"""What a restore puts back when bodies are missing, and that it puts nothing over a newer program's record."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import Refused
from msat.exchange.return_file import write_return
from msat.places import Places
from msat.record.backup import Way
from msat.store import restoring
from msat.store.erasing import GUARD
from msat.store.record import SqliteRecord, inspect_record, open_record
from msat.store.restoring import restore
from tests.record.makers import draft
from tests.store.backups import back_up, eleven_entries, ids
from tests.store.test_erasing import order


@pytest.fixture
def record(profile: Places, clock: FixedClock) -> Iterator[SqliteRecord]:
    with eleven_entries(profile, clock) as made:
        yield made


def damage(profile: Places) -> None:
    """One letter of an entry that the backup holds."""
    data = bytearray(profile.record.read_bytes())
    data[data.find(b"note 5")] ^= 1
    profile.record.write_bytes(data)


@pytest.mark.parametrize("source", ["the damaged record", "a return"])
def test_an_erasure_since_the_backup_hinders_nothing(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path, source: str
) -> None:
    path, sent = back_up(profile, tmp_path, clock), tmp_path / "own.msatreturn"
    record.append([draft("named later")])
    record.append([draft("after")])
    record.erase([order(record, 3, 12)])  # of the third the backup still has the body
    record.erasure_done()
    record.append([draft("goes on")])
    before = [entry.id for entry in record.entries()]
    sent.write_bytes(b"".join(write_return(record.entries(), record.signed_head())))
    record.close()
    if source == "a return":
        profile.record.unlink()
    else:
        damage(profile)
    done = restore(profile, path, clock.now(), [sent] if source == "a return" else [])
    assert (done.way, done.healed, done.problems) == (Way.WHOLE, 4, ())
    assert ids(profile, clock) == before
    with open_record(profile, clock) as again:
        gone = [entry.seq for entry in again.entries() if entry.body is None]
        again.append([draft("and on")])
    assert gone == [3, 12], "what was erased did not come back with the backup"


def test_a_body_that_went_without_an_order_ends_what_is_put_back(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    path = back_up(profile, tmp_path, clock)
    for words in ("kept", "its body goes", "behind it"):
        record.append([draft(words)])
    record.close()
    with closing(sqlite3.connect(profile.record, isolation_level=None)) as connection:
        (guard,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (GUARD,)).fetchone()
        connection.execute(f"DROP TRIGGER {GUARD}")
        connection.execute("UPDATE entry SET body = NULL WHERE seq = 13")
        connection.execute(guard)
    assert any("The body is missing" in one.what for one in inspect_record(profile).problems)
    done = restore(profile, path, clock.now())
    assert (done.way, done.healed, done.head.size) == (Way.SHORT, 1, 12)


def test_a_newer_programs_record_is_not_put_aside_by_an_older_one(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path
) -> None:
    path = back_up(profile, tmp_path, clock)
    record.append([draft("by the newer program")])
    record.close()
    with closing(sqlite3.connect(profile.record)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = profile.record.read_bytes()
    with pytest.raises(Refused, match="made by a newer MSAT") as refused:
        restore(profile, path, clock.now())
    assert "newest MSAT" in refused.value.next_step
    assert profile.record.read_bytes() == before
    profile.record.rename(tmp_path / "kept.db")
    assert restore(profile, path, clock.now()).way is Way.SHORT


def test_a_restore_killed_between_its_two_steps_loses_nothing(
    profile: Places, clock: FixedClock, record: SqliteRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record of before is put aside and the new one not in its place yet: the next restore finds both."""
    path = back_up(profile, tmp_path, clock)
    record.append([draft("after the backup")] * 3)
    before = [entry.id for entry in record.entries()]
    record.close()
    damage(profile)
    real = restoring.replace_file

    def dies(source: Path, target: Path) -> None:
        if target == profile.record:
            raise KeyboardInterrupt
        real(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(restoring, "replace_file", dies)
        patched.setattr(Path, "unlink", lambda *_given, **_more: None)  # a killed program tidies nothing up
        with pytest.raises(KeyboardInterrupt):
            restore(profile, path, clock.now())
    assert not profile.record.exists()
    for left in profile.data.glob("record.db.*.new"):
        left.unlink()  # the worse case: only the damaged one is left
    done = restore(profile, path, clock.now())
    assert (done.way, done.healed, done.problems) == (Way.WHOLE, 3, ())
    assert ids(profile, clock) == before
