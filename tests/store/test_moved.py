"""A copy of an installation on another computer is only to be read, until a person says which of the two it is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from msat.clock import FixedClock
from msat.errors import RecordProblem, Refused
from msat.places import Places, places
from msat.record import machine
from msat.record.trouble import Trouble
from msat.store.record import create_record, inspect_record, open_record
from tests.record.makers import ORGANISATION, PERSON, draft
from tests.store.backups import back_up, eleven_entries


@pytest.fixture(autouse=True)
def computer(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The computer's own number: put another into the list, and it is another computer."""
    number = ["first-computer"]
    monkeypatch.setattr(machine, "raw_id", lambda: number[0])
    return number


def test_on_another_computer_nothing_is_recorded(profile: Places, clock: FixedClock, computer: list[str]) -> None:
    eleven_entries(profile, clock).close()
    computer[0] = "second-pc"
    with open_record(profile, clock) as record:
        assert record.trouble is Trouble.COPIED
        assert "on another computer" in record.read_only
        for way in ("log moved", "log supersede", "init"):
            assert way in record.to_be_done
        with pytest.raises(RecordProblem, match="on another computer"):
            record.append([draft("two histories")])
        assert record.head().size == 11
        assert record.verify().problems == (), "what is recorded is whole all the same"
    computer[0] = "first-computer"
    with open_record(profile, clock) as record:
        record.append([draft("back where it was")])


def test_a_move_is_recorded_and_the_log_goes_on(profile: Places, clock: FixedClock, computer: list[str]) -> None:
    eleven_entries(profile, clock).close()
    computer[0] = "second-pc"
    with open_record(profile, clock) as record:
        entry = record.move(PERSON, "A new computer; the old one is gone.")
        assert (entry.type, entry.seq) == ("log.moved", 12)
        assert entry.data["reason"] == "A new computer; the old one is gone."
        assert entry.data["from"] != entry.data["to"]
        assert "second-pc" not in entry.header.decode() + str(entry.content), "the computer's number is nowhere"
        record.append([draft("goes on")])
    with open_record(profile, clock) as record:
        assert record.read_only == ""
    computer[0] = "first-computer"
    with open_record(profile, clock) as record:
        assert record.trouble is Trouble.COPIED, "the old computer is the other one now"
    assert inspect_record(profile).problems == ()


def test_a_copy_that_goes_on_by_itself_supersedes(profile: Places, clock: FixedClock, computer: list[str]) -> None:
    eleven_entries(profile, clock).close()
    computer[0] = "second-pc"
    with open_record(profile, clock) as record:
        end = record.head()
        record.supersede(PERSON, "The old computer was stolen.")
        record.append([draft("goes on")])
        assert record.lineage() == (end,)
    with open_record(profile, clock) as record:
        assert record.read_only == ""
        assert record.verify().problems == ()


def test_without_a_number_there_is_no_alarm(profile: Places, clock: FixedClock, computer: list[str]) -> None:
    computer[0] = ""
    with eleven_entries(profile, clock) as record:
        log = record.log
    assert not machine.path_of(profile.keys, log).exists()
    computer[0] = "first-computer"
    with open_record(profile, clock) as record:
        assert record.read_only == "", "a profile without a note takes the present computer silently"
    assert machine.remembered(profile.keys, log)
    computer[0] = ""
    with open_record(profile, clock) as record:
        record.append([draft("in a container")])
    with pytest.raises(Refused, match="last used on"):
        open_record(profile, clock).move(PERSON, "Nothing moved.")


def test_a_record_that_is_only_read_takes_no_note(
    profile: Places, clock: FixedClock, computer: list[str], tmp_path: Path
) -> None:
    with eleven_entries(profile, clock) as record:
        path = machine.path_of(profile.keys, record.log)
        kept = machine.remembered(profile.keys, record.log)
    path.unlink()
    (profile.keys / f"{record.log}.key").rename(tmp_path / "key")
    with open_record(profile, clock) as record:
        assert record.trouble is Trouble.KEY
    assert not path.exists()
    (tmp_path / "key").rename(profile.keys / f"{record.log}.key")
    open_record(profile, clock).close()
    assert machine.remembered(profile.keys, record.log) == kept


def test_the_note_is_hashed_with_the_logs_name_and_in_no_backup(
    profile: Places, clock: FixedClock, computer: list[str], tmp_path: Path
) -> None:
    with eleven_entries(profile, clock) as record:
        log = record.log
    other = places(tmp_path / "other")
    second, _printed = create_record(other, ORGANISATION, clock, "0.1")
    second.close()
    note = json.loads(machine.path_of(profile.keys, log).read_text("utf-8"))
    assert note["machine"] != machine.remembered(other.keys, second.log), "two logs of one computer are not compared"
    assert computer[0] not in json.dumps(note)
    data = back_up(profile, tmp_path, clock).read_bytes()
    assert b".machine" not in data
    assert note["machine"].encode() not in profile.record.read_bytes()


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"v":1,"log":"x","machine":"y"}', b"\xff\xfe"])
def test_a_note_that_cannot_be_read_is_another_computers(profile: Places, clock: FixedClock, content: bytes) -> None:
    with eleven_entries(profile, clock) as record:
        machine.path_of(profile.keys, record.log).write_bytes(content)
    with open_record(profile, clock) as record:
        assert record.trouble is Trouble.COPIED
        record.move(PERSON, "The note was damaged; nothing was moved.")
        record.append([draft("goes on")])


def test_a_lost_key_comes_first(profile: Places, clock: FixedClock, computer: list[str]) -> None:
    """On another computer without the key, the recovery key is the first way; the move is recorded after it."""
    made, printed = create_record(profile, ORGANISATION, clock, "0.1")
    made.close()
    (profile.keys / f"{made.log}.key").unlink()
    computer[0] = "second-pc"
    with open_record(profile, clock) as record:
        assert record.trouble is Trouble.KEY
        record.recover_key(printed, PERSON)
    with open_record(profile, clock) as record:
        assert record.trouble is Trouble.COPIED
        record.move(PERSON, "Restored on a new computer.")
        record.append([draft("goes on")])


@pytest.mark.skipif(sys.platform != "linux", reason="looks at how a Linux names itself")
def test_a_linux_number_is_taken_only_in_its_form(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    found = {"/etc/machine-id": "uninitialized\n", "/var/lib/dbus/machine-id": "0123456789abcdef" * 2 + "\n"}

    def read(path: Path, **_how: str) -> str:
        return found[str(path)]

    monkeypatch.setattr(Path, "read_text", read)
    assert machine.raw_id() == "0123456789abcdef" * 2
    found["/var/lib/dbus/machine-id"] = "0" * 32
    assert machine.raw_id() == ""


def test_a_move_that_was_recorded_and_broken_off_before_the_computer_was_noted_is_not_recorded_twice(
    profile: Places, clock: FixedClock, computer: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    eleven_entries(profile, clock).close()
    computer[0] = "second-pc"
    with open_record(profile, clock) as record:
        monkeypatch.setattr(machine, "remember", lambda *_told: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(RecordProblem, match="could not be noted"):
            record.move(PERSON, "A new computer; the old one is gone.")
        monkeypatch.undo()
    monkeypatch.setattr(machine, "raw_id", lambda: computer[0])
    computer[0] = "third-pc"
    with open_record(profile, clock) as record:
        assert record.trouble is Trouble.COPIED, "it was moved to the second computer only"
    computer[0] = "second-pc"
    with open_record(profile, clock) as record:
        assert record.trouble is Trouble.NONE
        assert sum(entry.type == "log.moved" for entry in record.entries()) == 1
        record.append([draft("goes on")])
