"""`verify` over a real record that holds other sites' logs: copies proven, forks told, heads held elsewhere found."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from msat.errors import RecordProblem
from msat.exchange.arrivals import Outcome
from msat.exchange.lone import check_exchanged
from msat.record.verification import Verification
from msat.services.desk import Desk
from msat.services.enrol import accept
from msat.services.issue_receipts import issue_receipt
from msat.services.receive_receipt import receive
from msat.services.take_return import take_return
from msat.services.verify import verify, verify_files
from tests.exchange.sites import CLERK, enrol, sent, work

Make = Callable[..., Desk]


@pytest.fixture
def practice(real: Make) -> Desk:
    made = real("A81001")
    work(made, "one", "two")
    return made


@pytest.fixture
def team(real: Make, practice: Desk) -> Desk:
    made = real("16C", "committee")
    enrol(made, practice)
    enrol(practice, made)
    return made


OWT = "CAST(replace(CAST(body AS TEXT), 'two', 'owt') AS BLOB)"


def steps(found: Verification) -> list[int]:
    return [problem.step for problem in found.problems]


def copy_of(desk: Desk, folder: Path) -> Path:
    """The record's file as it is now, put aside."""
    folder.mkdir()
    return Path(shutil.copy(desk.places.record, folder / "record.db"))


def cut_without_guards(path: Path, *statements: str) -> None:
    """What a person with a database tool can do: drop the guards, change rows, put the guards back."""
    with sqlite3.connect(path) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _name, sql in guards:
            connection.execute(sql)
    connection.close()


def test_copies_are_proven_beside_the_own_log(team: Desk) -> None:
    found = verify(team)
    assert found.valid
    assert found.entries == team.record.head().size
    (line,) = [line for line in found.checked if line.startswith("7.")]
    assert "1 log, 3 entries; forks that nobody has decided on: 0" in line


def test_a_record_without_copies_says_so(real: Make) -> None:
    assert any(line.startswith("7. No log of another") for line in verify(real("B82002")).checked)


@pytest.mark.parametrize(
    ("statement", "step"),
    [
        (f"UPDATE entry SET body = {OWT} WHERE log = '{{log}}' AND seq = 3", 3),
        ("DELETE FROM entry WHERE log = '{log}' AND seq = 2", 2),
        ("UPDATE entry SET note = NULL WHERE log = '{log}'", 5),
        ("DELETE FROM entry WHERE log = '{log}' AND seq = 3", 5),
    ],
)
def test_a_copy_changed_by_hand_is_found(team: Desk, practice: Desk, statement: str, step: int) -> None:
    log = practice.record.log
    cut_without_guards(team.places.record, statement.format(log=log))
    found = team.record.verify()
    assert step in steps(found)
    assert all(problem.where.startswith(f"log {log[:8]}, ") for problem in found.problems)
    assert all(problem.next_step for problem in found.problems)


def test_a_copy_shorter_than_its_receipt_is_found(team: Desk, practice: Desk) -> None:
    log = practice.record.log
    work(practice, "three")
    take_return(team, sent(practice), "x")
    issue_receipt(team, log)
    cut_without_guards(team.places.record, f"DELETE FROM entry WHERE log = '{log}' AND seq > 3")
    assert steps(team.record.verify()) == [6]
    cut_without_guards(team.places.record, f"DELETE FROM entry WHERE log = '{log}'")
    assert steps(team.record.verify()) == [6]


def test_a_log_that_nobody_enrolled_is_a_stranger(team: Desk, real: Make) -> None:
    other = real("C83003")
    team.record.received.take(
        other.record.log,
        0,
        [_raw(entry) for entry in other.record.entries()],
        other.record.signed_head(),
    )
    found = team.record.verify()
    assert steps(found) == [2]
    assert "another log" in found.problems[0].what


def _raw(entry):  # type: ignore[no-untyped-def]
    from msat.record.received import RawEntry

    return RawEntry(entry.id, entry.type, entry.header, entry.body)


def test_a_fork_is_a_finding_until_a_person_has_decided(
    team: Desk, practice: Desk, real: Make, tmp_path: Path
) -> None:
    log = practice.record.log
    before = copy_of(practice, tmp_path / "aside")
    mark = practice.places.high_water_mark.read_bytes()
    work(practice, "here")
    take_return(team, sent(practice), "a")
    # the machine is cloned: the older file comes back with its mark, and goes on
    practice.close()
    shutil.copy(before, practice.places.record)
    practice.places.high_water_mark.write_bytes(mark)
    clone = real("", again=practice)
    work(clone, "there")
    forked = sent(clone)
    assert take_return(team, forked, "b").outcome is Outcome.FORK
    found = verify(team)
    assert steps(found) == [7]
    assert "they part at entry" in found.problems[0].what
    assert "msatctl enrol accept" in found.problems[0].next_step
    (line,) = [line for line in found.checked if line.startswith("7.")]
    assert line.endswith("decided on: 1.")
    assert steps(check_exchanged(forked, "b.msatreturn", team.record)) == [7]
    accept(team, log, CLERK, is_compared=True, reason="The clone was switched off.")
    assert verify(team).valid


def test_a_record_shorter_than_what_others_hold_says_so_and_records_nothing(
    team: Desk, practice: Desk, real: Make, tmp_path: Path
) -> None:
    """Even when the high-water mark was put back with the file: the receipt lies outside both."""
    old, mark = copy_of(practice, tmp_path / "aside"), practice.places.high_water_mark.read_bytes()
    work(practice, "three", "four")
    take_return(team, sent(practice), "x")
    issued = issue_receipt(team, practice.record.log)
    assert receive(practice, issued.data, issued.name).outcome is Outcome.NEW
    assert practice.record.verify().valid
    assert any(line.startswith("6.") and "2 earlier heads" in line for line in practice.record.verify().checked)
    practice.close()
    shutil.copy(old, practice.places.record)
    practice.places.high_water_mark.write_bytes(mark)
    back = real("", again=practice)
    assert "others hold its entry" in back.record.read_only
    with pytest.raises(RecordProblem, match="the end is missing here"):
        work(back, "on as if nothing had happened")
    found = back.record.verify()
    assert steps(found) == [6]
    assert "copy or receipt held by others" in found.problems[0].where
    # without the head kept aside nothing is noticed at opening, and at once when the receipt comes again
    (kept,) = back.places.seen_heads.iterdir()
    note = kept.read_bytes()
    kept.unlink()
    back = real("", again=back)
    work(back, "nothing speaks against it yet")
    assert receive(back, issued.data, issued.name).outcome is Outcome.AHEAD
    with pytest.raises(RecordProblem, match="others"):
        work(back, "on as if nothing had happened")
    assert kept.read_bytes() == note
    # a forged head is no reason to stop: only the log's own key counts
    kept.write_bytes(kept.read_bytes().replace(b"\n6\n", b"\n9\n"))
    assert real("", again=back).record.read_only == ""


def test_a_lone_return_is_checked_with_and_without_a_record(team: Desk, practice: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.msatreturn"
    path.write_bytes(sent(practice))
    ((_path, alone),) = verify_files([path], None)
    assert alone.valid
    assert alone.entries == practice.record.head().size
    assert any("whether it is the newest is not known" in line for line in alone.checked)
    assert any("Fingerprint of its first entry" in line for line in alone.checked)
    ((_path, beside),) = verify_files([path], team.record)
    assert any("1 entries longer than what is held" in line for line in beside.checked)
    path.write_bytes(sent(practice).replace(b"two", b"owt"))
    ((_path, bad),) = verify_files([path], team.record)
    assert "content of entry 3 was changed" in bad.problems[0].what
    assert bad.problems[0].where == "a.msatreturn"
    assert bad.problems[0].next_step
