"""A recovery key that came into force and was shown to nobody: the next start says so, and names the way out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from msat import bootstrap
from msat.clock import FixedClock
from msat.errors import NotRecorded, RecordProblem
from msat.ids import LogId
from msat.places import Places
from msat.record import recovery_note
from msat.record.high_water import read_mark
from msat.record.keys import RecoveryKey, new_recovery_key
from msat.services import key
from msat.services.desk import Person
from msat.services.own_line import own_line
from msat.store import record as record_module
from msat.store import superseding
from msat.store.record import open_record
from tests.record.makers import ORGANISATION, PERSON

DOCTOR = Person("B. Jones", "GP")
NOT_SHOWN = "before anybody said that the recovery key"
LOG = LogId("0" * 32)


class Stopped(BaseException):
    """The computer stops."""


def said(where: Places, clock: FixedClock) -> list[str]:
    """What the next start tells of a recovery key; the log card and `log show` tell the same."""
    desk = bootstrap.open_desk(where, clock)
    notices = [one for one in desk.record.notices if NOT_SHOWN in one]  # type: ignore[attr-defined]
    shown = own_line(desk).recovery
    desk.close()
    assert notices == ([shown] if shown else [])
    return notices


def test_a_key_that_was_shown_leaves_no_note(profile: Places, clock: FixedClock) -> None:
    printed = bootstrap.create_profile(profile, ORGANISATION, clock, until_told=True)
    assert len(said(profile, clock)) == 1, "made, and not shown yet"
    assert printed.split()[0] not in profile.recovery_note.read_text(encoding="ascii")
    bootstrap.recovery_key_told(profile, new_recovery_key().printed)
    assert len(said(profile, clock)) == 1, "another key was shown"
    bootstrap.recovery_key_told(profile, printed)
    assert said(profile, clock) == []
    assert not profile.recovery_note.exists()
    bootstrap.recovery_key_told(profile, printed)
    bootstrap.recovery_key_told(profile, "not a key")


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("flush_folder", OSError(5, "Input/output error")),
        ("write_mark", OSError(28, "No space left on device")),
        ("open_record", RecordProblem("The file cannot be opened.", "Check the folder.")),
    ],
)
def test_a_record_that_is_there_although_making_it_failed_is_said_to_be_begun(
    profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, step: str, error: Exception
) -> None:
    def fail(place: Path | Places, *_more: object) -> None:
        if step != "flush_folder" or place == profile.record.parent:
            raise error

    with monkeypatch.context() as patched:
        patched.setattr(record_module, step, fail)
        with pytest.raises(RecordProblem, match=r"was begun, but .*\. Its recovery key was not shown\.") as caught:
            bootstrap.create_profile(profile, ORGANISATION, clock)
    assert "key rotate --new-recovery-key" in caught.value.next_step
    assert len(said(profile, clock)) == 1


def test_a_first_run_that_stops_before_the_key_was_shown_says_so(
    profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _stop_after(monkeypatch, record_module, "_write_first")
    with pytest.raises(Stopped):
        bootstrap.create_profile(profile, ORGANISATION, clock)
    monkeypatch.undo()
    assert "key rotate --new-recovery-key" in said(profile, clock)[0]


def test_a_refused_mark_at_the_first_run_says_that_the_key_was_not_shown(
    profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(record_module, "write_mark", full)
    with pytest.raises(RecordProblem, match="recovery key was not shown") as caught:
        bootstrap.create_profile(profile, ORGANISATION, clock)
    assert "key rotate --new-recovery-key" in caught.value.next_step
    monkeypatch.undo()
    assert read_mark(profile.high_water_mark) is None
    assert len(said(profile, clock)) == 1
    desk = bootstrap.open_desk(profile, clock)
    made = key.rotate(desk, DOCTOR, with_recovery=True)
    bootstrap.recovery_key_told(profile, made.printed)
    assert desk.record.verify().problems == ()
    desk.close()
    assert said(profile, clock) == [], "the way out leads out"


def test_a_supersession_that_stops_before_the_key_was_shown_says_so(
    profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.create_profile(profile, ORGANISATION, clock)
    with open_record(profile, clock) as record:
        (profile.keys / f"{record.log}.key").unlink()
    _stop_after(monkeypatch, superseding, "go_over")
    with open_record(profile, clock) as record, pytest.raises(Stopped):
        record.supersede(PERSON, "Both keys are lost.")
    monkeypatch.undo()
    with open_record(profile, clock) as record:
        assert len(record.lineage()) == 1, "the new log is begun"
    assert len(said(profile, clock)) == 1


def test_a_change_that_never_came_into_force_says_nothing(
    profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.create_profile(profile, ORGANISATION, clock)
    desk = bootstrap.open_desk(profile, clock)

    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("msat.record.keys.FileKeyStore.save_next", full)
    with pytest.raises(NotRecorded):
        key.rotate(desk, DOCTOR, with_recovery=True)
    monkeypatch.undo()
    desk.close()
    assert profile.recovery_note.exists()
    assert said(profile, clock) == []


def test_a_change_of_key_whose_note_cannot_be_kept_is_not_begun(
    profile: Places, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.create_profile(profile, ORGANISATION, clock)
    desk = bootstrap.open_desk(profile, clock)

    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recovery_note, "write_durably", full)
    with pytest.raises(NotRecorded, match="No new recovery key was made"):
        key.rotate(desk, DOCTOR, with_recovery=True)
    assert desk.record.head().size == 1
    key.rotate(desk, DOCTOR)
    assert desk.record.head().size == 2, "a change of the signing key alone needs no note"
    desk.close()


@pytest.mark.parametrize("with_lost_key", [False, True])
def test_a_rotation_and_a_recovery_that_were_not_shown_say_so(
    profile: Places, clock: FixedClock, with_lost_key: bool
) -> None:
    printed = bootstrap.create_profile(profile, ORGANISATION, clock)
    with open_record(profile, clock) as record:
        if with_lost_key:
            (profile.keys / f"{record.log}.key").unlink()
    desk = bootstrap.open_desk(profile, clock)
    made = key.recover(desk, printed, DOCTOR) if with_lost_key else key.rotate(desk, DOCTOR, with_recovery=True)
    desk.close()
    assert len(said(profile, clock)) == 1
    bootstrap.recovery_key_told(profile, made.printed)
    assert said(profile, clock) == []


@pytest.mark.parametrize(
    "data",
    [b"", b"[" * 3_000, b"{}", b'{"v":2,"log":"0","recovery_key_sha256":"0"}', b"\xff\xfe"],
)
def test_a_note_that_cannot_be_read_says_that_nothing_is_known(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "note.json"
    path.write_bytes(data)
    assert "it is not known whether anybody was shown" in recovery_note.untold(path, LOG, "0" * 64)
    recovery_note.told(path, new_recovery_key().printed)
    assert path.exists()


def test_the_note_is_about_one_key_of_one_log(tmp_path: Path) -> None:
    path, other = tmp_path / "note.json", LogId("1" * 32)
    fresh: RecoveryKey = new_recovery_key()
    assert recovery_note.untold(path, LOG, fresh.sha256) == ""
    recovery_note.expect(path, LOG, fresh.sha256)
    assert json.loads(path.read_bytes())["recovery_key_sha256"] == fresh.sha256
    assert NOT_SHOWN in recovery_note.untold(path, LOG, fresh.sha256)
    assert recovery_note.untold(path, other, fresh.sha256) == ""
    assert recovery_note.untold(path, LOG, "0" * 64) == ""


def _stop_after(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    whole: Callable[..., Any] = getattr(module, name)

    def stopping(*given: Any) -> Any:
        whole(*given)
        raise Stopped

    monkeypatch.setattr(module, name, stopping)
