"""A log that cannot go on is superseded: the old one stays as it is, the new one goes on, and no crash leaves half."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from msat.clock import FixedClock
from msat.errors import NotRecorded, RecordProblem, Refused
from msat.exchange.return_file import read_return, write_return
from msat.places import Places, places
from msat.record import machine
from msat.record.backup import Way
from msat.record.chain import birth_of
from msat.record.entries import Head
from msat.record.high_water import read_mark, write_mark
from msat.record.identity import identity_of
from msat.record.received import RawEntry
from msat.record.succession import is_borne_out
from msat.record.trouble import Trouble
from msat.services.own_return import raw
from msat.store import fetching, superseding
from msat.store.record import inspect_record, open_record
from msat.store.restoring import restore
from tests.record.makers import ORGANISATION, PERSON, draft
from tests.store.backups import back_up, eleven_entries

WHY = "The disk was put back from an older backup."


@pytest.fixture
def older(profile: Places, clock: FixedClock, tmp_path: Path) -> Places:
    """A profile whose record of 14 entries was restored from a backup that ends at entry 11."""
    with eleven_entries(profile, clock) as record:
        path = back_up(profile, tmp_path, clock)
        record.append([draft("lost")] * 3)
        (tmp_path / "newest.msatreturn").write_bytes(b"".join(write_return(record.entries(), record.signed_head())))
    profile.record.unlink()
    assert restore(profile, path, clock.now()).way is Way.SHORT
    return profile


def test_after_an_older_backup_a_new_log_goes_on_and_the_old_one_stays(older: Places, clock: FixedClock) -> None:
    with open_record(older, clock) as record:
        old, end = list(record.entries()), record.head()
        assert record.trouble is Trouble.RESTORED
        printed = record.supersede(PERSON, WHY)
        assert len(printed.split()) == 14
        assert record.log != end.log
        assert record.trouble is Trouble.NONE
        assert record.lineage() == (end,)
        (made,) = record.append([draft("goes on")])
        assert (made.log, made.seq) == (record.log, 2)
        assert list(record.entries(end.log)) == old, "the old log is readable and was not added to"
        first = next(iter(record.entries()))
        assert first.data["supersedes"] == {"log": end.log, "size": 11, "head": end.id}
        assert first.data["known_size"] == 14
        assert first.content["actor"]["name"] == PERSON.name
        assert WHY in first.content["meaning"]
        assert record.organisation == ORGANISATION
        assert [e.log for e in record.typed(frozenset({"alert.acknowledged"}))][-1] == record.log
        assert len(record.typed(frozenset({"log.opened"}))) == 2
    assert not older.restored.exists()
    assert read_mark(older.high_water_mark) == Head(made.log, 2, made.id)
    with open_record(older, clock) as again:
        assert (again.log, again.lineage(), again.read_only) == (made.log, (end,), "")
        found = again.verify()
    assert found.problems == ()
    assert found.entries == 13
    said = " ".join(found.checked)
    assert "its own key signed that" in said
    assert "3 were lost here" in said
    assert "not countersigned" in said


def test_the_claim_is_signed_by_the_old_key_and_by_no_other(older: Places, clock: FixedClock) -> None:
    with open_record(older, clock) as record:
        public, end = record.public_key, record.head()
        record.supersede(PERSON, WHY)
        birth = birth_of(next(iter(record.entries())))
        keys = identity_of(record.identity(end.log)).keys
    assert birth.claim is not None
    assert is_borne_out(birth.claim, birth.public_key, keys.from_entry(end.size))
    assert keys.public == public != birth.public_key
    assert not is_borne_out(birth.claim, public, keys.from_entry(end.size)), "another first key"
    assert not is_borne_out(birth.claim, birth.public_key, [birth.public_key]), "another signer"


def test_a_record_that_can_go_on_is_not_superseded(profile: Places, clock: FixedClock) -> None:
    with eleven_entries(profile, clock) as record:
        with pytest.raises(Refused, match="can be added to"):
            record.supersede(PERSON, WHY)
        with pytest.raises(Refused, match="as long as it was ever known"):
            record.fetch_back([], "")
        with pytest.raises(Refused, match="the computer that it was last used on"):
            record.move(PERSON, WHY)
        assert record.head().size == 11


def test_with_key_and_recovery_key_lost_the_claim_is_unsigned_and_says_so(profile: Places, clock: FixedClock) -> None:
    with eleven_entries(profile, clock) as record:
        (profile.keys / f"{record.log}.key").unlink()
    with open_record(profile, clock) as record:
        assert record.trouble is Trouble.KEY
        record.supersede(PERSON, "Key and recovery key are lost.")
        record.append([draft("goes on")])
        birth = birth_of(next(iter(record.entries())))
        said = " ".join(record.verify().checked)
    assert birth.claim is not None
    assert birth.claim.note == ""
    assert birth.claim.known == 0
    assert "its key was lost" in said


def test_a_damaged_old_log_is_mended_first(older: Places, clock: FixedClock) -> None:
    record = open_record(older, clock)
    with record:
        data = bytearray(older.record.read_bytes())
        data[data.find(b"note 3")] ^= 1
        older.record.write_bytes(data)
        with pytest.raises(Refused, match="is not whole"):
            record.supersede(PERSON, WHY)


def test_superseded_twice_the_line_is_followed_to_its_beginning(
    older: Places, clock: FixedClock, tmp_path: Path
) -> None:
    with open_record(older, clock) as record:
        first = record.head()
        record.supersede(PERSON, WHY)
        record.append([draft("second log")])
        second = record.head()
    path = back_up(older, tmp_path, clock)
    with open_record(older, clock) as record:
        record.append([draft("lost again")])
    older.record.unlink()
    assert restore(older, path, clock.now()).way is Way.SHORT
    with open_record(older, clock) as record:
        assert record.log == second.log
        record.supersede(PERSON, WHY)
        record.append([draft("third log")])
        assert record.lineage() == (first, second)
        found = record.verify()
    assert found.problems == ()
    assert any("2 logs superseded one by one" in line for line in found.checked)


class Stops(BaseException):
    """The computer stops here."""


def crash(*_given: object) -> None:
    raise Stops


@pytest.mark.parametrize("at", ["write_mark", "go_over", "head_text"])
def test_a_computer_that_stops_in_between_leaves_the_old_log_or_the_new_one(
    older: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    with open_record(older, clock) as record:
        old = record.head()
        with monkeypatch.context() as patched:
            patched.setattr(superseding, at, crash)
            with pytest.raises(Stops):
                record.supersede(PERSON, WHY)
    committed = at in ("write_mark", "go_over")
    found = inspect_record(older)
    assert any("was begun" in one.what for one in found.problems) is committed
    with open_record(older, clock) as record:
        if not committed:
            assert (record.head(), record.trouble) == (old, Trouble.RESTORED)
            record.supersede(PERSON, WHY)
        assert record.lineage() == (old,)
        record.append([draft("goes on")])
        assert record.verify().problems == ()


def test_a_disk_that_is_full_leaves_the_old_log_as_it_was(
    older: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    with open_record(older, clock) as record:
        old = record.head()
        with monkeypatch.context() as patched:
            patched.setattr(superseding, "key_store", full)
            with pytest.raises(NotRecorded, match="No new log was begun"):
                record.supersede(PERSON, WHY)
        assert record.head() == old
        record.supersede(PERSON, WHY)
        assert record.lineage() == (old,)


def test_a_mark_that_is_gone_does_not_bring_the_old_log_back(older: Places, clock: FixedClock) -> None:
    with open_record(older, clock) as record:
        record.supersede(PERSON, WHY)
        log = record.log
    older.high_water_mark.unlink()
    with open_record(older, clock) as record:
        assert record.log == log


def _insert_again(profile: Places, log: str) -> None:
    """What a tool could add to an old log: its last entry once more, numbered on (the guards dropped first)."""
    with closing(sqlite3.connect(profile.record, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "INSERT INTO entry SELECT log, seq + 1, replace(id, substr(id, 1, 8), '00000000'), type, header, body, "
            "note FROM entry WHERE log = ? ORDER BY seq DESC LIMIT 1",
            (log,),
        )
        for _name, sql in triggers:
            connection.execute(sql)


def _delete_end(profile: Places, log: str) -> None:
    with closing(sqlite3.connect(profile.record, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM entry WHERE log = ? AND seq = 11", (log,))
        for _name, sql in triggers:
            connection.execute(sql)


@pytest.mark.parametrize(
    ("hurt", "words"), [(_insert_again, "was superseded after entry 11 and holds 12"), (_delete_end, "the end is")]
)
def test_an_old_log_that_was_added_to_or_cut_is_found(
    older: Places, clock: FixedClock, hurt: Callable[[Places, str], None], words: str
) -> None:
    with open_record(older, clock) as record:
        old = record.log
        record.supersede(PERSON, WHY)
    hurt(older, old)
    assert any(words in one.what for one in inspect_record(older).problems)


def test_an_old_log_that_is_cut_keeps_the_record_from_opening_quietly(older: Places, clock: FixedClock) -> None:
    with open_record(older, clock) as record:
        old = record.log
        record.supersede(PERSON, WHY)
    _delete_end(older, old)
    with pytest.raises(RecordProblem, match="is not here up to entry 11"):
        open_record(older, clock)


def test_no_received_log_may_take_the_old_ones_name(older: Places, clock: FixedClock) -> None:
    with open_record(older, clock) as record:
        old, rows = record.log, record.received.raw(record.log)
        record.supersede(PERSON, WHY)
        with pytest.raises(ValueError, match="own"):
            record.received.take(old, 11, rows[-1:], "")


def test_a_lower_mark_of_the_old_log_is_no_way_back(older: Places, clock: FixedClock) -> None:
    """The mark of before put back by hand: the old log may still not be written to."""
    mark = older.high_water_mark.read_bytes()
    with open_record(older, clock) as record:
        old = record.head()
        record.supersede(PERSON, WHY)
        new = record.log
        record.append([draft("goes on")])
    older.high_water_mark.write_bytes(mark)
    write_mark(older.high_water_mark, old)
    with open_record(older, clock) as record:
        assert record.log == new


def test_a_window_that_was_open_meanwhile_adds_nothing_to_either_log(profile: Places, clock: FixedClock) -> None:
    with eleven_entries(profile, clock) as record, open_record(profile, clock) as open_meanwhile:
        key = profile.keys / f"{record.log}.key"
        kept = key.read_bytes()
        key.unlink()
        with open_record(profile, clock) as another:
            another.supersede(PERSON, "Key and recovery key are lost.")
            new = another.head()
        key.write_bytes(kept)
        with pytest.raises(RecordProblem, match="Another window started a log"):
            open_meanwhile.append([draft("to the old log")])
        assert open_meanwhile.head().size == 11
    with open_record(profile, clock) as again:
        assert again.head() == new
        assert again.verify().problems == ()


def test_two_windows_start_one_new_log(older: Places, clock: FixedClock) -> None:
    with open_record(older, clock) as one, open_record(older, clock) as other:
        old = one.log
        one.supersede(PERSON, WHY)
        with pytest.raises(Refused, match="Another window started the new log"):
            other.supersede(PERSON, WHY)
    with open_record(older, clock) as again:
        assert (again.log, len(again.lineage())) == (one.log, 1)
        assert again.lineage()[0].log == old
        assert again.verify().problems == ()


def _newest(tmp_path: Path) -> tuple[list[RawEntry], str]:
    """What the backup lacks, and the signed head of the return that has it."""
    found = read_return((tmp_path / "newest.msatreturn").read_bytes())
    return [raw(line) for line in found.lines[11:]], found.note


def test_the_lost_end_is_not_fetched_back_behind_a_new_log(older: Places, clock: FixedClock, tmp_path: Path) -> None:
    """One window has the end sent back while another gives it up: the old log stays where the new one says it ends."""
    later, note = _newest(tmp_path)
    with open_record(older, clock) as one, open_record(older, clock) as other:
        one.supersede(PERSON, WHY)
        with pytest.raises(RecordProblem, match="Another window started a log"):
            other.fetch_back(later, note)
        assert other.head().size == 11
    with open_record(older, clock) as again:
        assert again.lineage()[0].size == 11
        assert again.verify().problems == ()


def test_a_new_log_begun_after_the_end_came_back_counts_to_that_end(
    older: Places, clock: FixedClock, tmp_path: Path
) -> None:
    later, note = _newest(tmp_path)
    with open_record(older, clock) as one, open_record(older, clock) as other:
        other.fetch_back(later, note)
        one.supersede(PERSON, WHY)
    with open_record(older, clock) as again:
        assert again.lineage()[0].size == 14
        assert again.verify().problems == ()


def test_the_end_that_came_back_does_not_take_the_mark_from_a_new_log(
    older: Places, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other window's new log is begun between the commit of what came back and its mark."""
    later, note = _newest(tmp_path)
    with open_record(older, clock) as one, open_record(older, clock) as other:
        settle = fetching._settle

        def late(*given: Any) -> None:
            one.supersede(PERSON, WHY)
            settle(*given)

        monkeypatch.setattr(fetching, "_settle", late)
        other.fetch_back(later, note)
        mark = read_mark(older.high_water_mark)
        assert mark is not None
        assert mark.log == one.log
    assert inspect_record(older).problems == ()


def test_a_move_is_not_recorded_behind_a_new_log(
    profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new log was begun by another window a moment ago; the mark does not name it yet."""
    monkeypatch.setattr(machine, "raw_id", lambda: "1" * 32)
    with eleven_entries(profile, clock):
        monkeypatch.setattr(machine, "raw_id", lambda: "2" * 32)
    with open_record(profile, clock) as one, open_record(profile, clock) as other:
        with monkeypatch.context() as during:
            during.setattr(superseding, "go_over", lambda *_given: None)
            one.supersede(PERSON, WHY)
        with pytest.raises(RecordProblem, match="Another window started a log"):
            other.move(PERSON, WHY)
        assert other.head().size == 11
    with open_record(profile, clock) as again:
        assert again.lineage()[0].size == 11
        assert again.verify().problems == ()


def test_on_another_computer_without_mark_and_key(older: Places, clock: FixedClock, tmp_path: Path) -> None:
    """A backup carried to a new computer: nothing says whether it is the newest, and the key stayed behind."""
    (path,) = tmp_path.glob("*.msatbackup")
    other = places(tmp_path / "new-computer")
    assert restore(other, path, clock.now()).way is Way.UNKNOWN
    with open_record(other, clock) as record:
        assert record.trouble is Trouble.RESTORED
        end = record.head()
        record.supersede(PERSON, "The old computer burnt.")
        record.append([draft("goes on")])
        assert record.lineage() == (end,)
        found = record.verify()
    assert found.problems == ()
    assert any("its key was lost" in line for line in found.checked)
    assert not other.restored.exists()
