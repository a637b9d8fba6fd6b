"""The shared folder: everybody reads all and writes only their own; conflict copies, half files, two at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from msat.errors import Refused
from msat.exchange import folder as folder_module
from msat.exchange.arrivals import Outcome
from msat.services.desk import Desk
from msat.services.enrol import accept
from msat.services.folder_sync import folder_sync
from tests.exchange.sites import CLERK, held, sent, twin, work

Make = Callable[..., Desk]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "shared folder"
    made.mkdir()
    return made


@pytest.fixture
def three(site: Make, folder: Path) -> list[Desk]:
    """Two practices and a committee that know each other through the folder."""
    made = [site("A81001"), site("B82002"), site("16C", "committee")]
    for desk in made:
        work(desk, "first")
    for desk in made:
        folder_sync(desk, folder)
    for desk in made:
        folder_sync(desk, folder)
        for other in made:
            if other is not desk:
                accept(desk, other.record.log, CLERK, is_compared=True)
    return made


def settle(desks: list[Desk], folder: Path, rounds: int = 6) -> int:
    """Synchronises until nothing changes any more; says after how many rounds."""
    for number in range(rounds):
        before = [desk.record.head().size for desk in desks], sorted(p.name for p in folder.iterdir())
        for desk in desks:
            folder_sync(desk, folder)
        if before == ([desk.record.head().size for desk in desks], sorted(p.name for p in folder.iterdir())):
            return number
    raise AssertionError("the folder never comes to rest")


def test_all_hold_the_same_logs_and_the_folder_comes_to_rest(three: list[Desk], folder: Path) -> None:
    work(three[0], "news")
    assert settle(three, folder) <= 4
    states = [held(desk) for desk in three]
    assert states[0] == states[1] == states[2]
    names = sorted(path.name for path in folder.iterdir())
    assert len([n for n in names if n.endswith(".msatreturn")]) == 3, "one file an installation"
    assert len([n for n in names if n.endswith(".msatreceipt")]) == 2, "one receipt a practice"
    assert len(three[0].record.typed(frozenset({"receipt.received"}))) >= 1
    done = folder_sync(three[0], folder)
    assert done.written == ()
    assert not done.is_alarm
    assert {one.outcome for one in done.arrivals} <= {Outcome.SAME, Outcome.ELSEWHERE}


def test_conflict_copies_and_strange_files_are_known_by_content(three: list[Desk], folder: Path) -> None:
    settle(three, folder)
    work(three[0], "on the train")
    mine = sent(three[0])
    (folder / "A81001-abc (1).msatreturn").write_bytes(mine)
    (folder / "A81001-abc-DESKTOP-7.txt").write_bytes(mine)
    (folder / "minutes.docx").write_bytes(b"PK\x03\x04")
    (folder / "half.msatreturn").write_bytes(mine[:900])
    (folder / "empty.msatreturn").write_bytes(b"")
    (folder / "copying.msatreturn.part").write_bytes(mine)
    (folder / "nonsense.msatreturn").write_bytes(b"\x00\x01\n")
    (folder / "sub.msatreturn").mkdir()
    done = folder_sync(three[1], folder)
    by_name = {one.name: one.outcome for one in done.arrivals}
    assert by_name["A81001-abc (1).msatreturn"] is Outcome.SAME or by_name["A81001-abc-DESKTOP-7.txt"] is Outcome.SAME
    assert Outcome.NEW in (by_name["A81001-abc (1).msatreturn"], by_name["A81001-abc-DESKTOP-7.txt"])
    assert by_name["half.msatreturn"] is by_name["empty.msatreturn"] is Outcome.UNFINISHED
    assert by_name["copying.msatreturn.part"] is Outcome.UNFINISHED
    assert by_name["nonsense.msatreturn"] is Outcome.REJECTED
    assert done.is_alarm
    assert done.left == 1
    assert held(three[1])[three[0].record.log] == held(three[0])[three[0].record.log]
    assert (folder / "minutes.docx").exists()


def test_own_older_files_go_and_nobody_elses(three: list[Desk], folder: Path) -> None:
    settle(three, folder)
    others = {p.name for p in folder.iterdir() if not p.name.startswith("A81001")}
    fake = folder / f"A81001-{three[0].record.log[:8]}-1.msatreturn"
    fake.write_bytes(b"somebody else's notes")
    left = folder / f"A81001-{three[0].record.log[:8]}-2.msatreturn.ab12cd34.part"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    work(three[0], "more")
    done = folder_sync(three[0], folder)
    assert done.removed == 2, "the older return and the half-written one"
    assert fake.exists(), "what is not what its name says is left alone"
    assert not left.exists()
    assert others <= {p.name for p in folder.iterdir()}


def test_a_clone_of_an_installation_is_noticed_and_overwrites_nothing(
    three: list[Desk], folder: Path, site: Make
) -> None:
    settle(three, folder)
    size = three[0].record.head().size
    clone = site("A81001")
    object.__setattr__(clone, "record", twin(three[0], size))
    work(three[0], "here")
    work(clone, "there")
    folder_sync(three[0], folder)
    there = {p.name: p.read_bytes() for p in folder.iterdir()}
    done = folder_sync(clone, folder)
    assert done.is_alarm
    (alarm,) = [one for one in done.arrivals if one.outcome is Outcome.FORK]
    assert alarm.at == size + 1
    assert "two installations use its key" in alarm.words
    assert done.written == ()
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == there


def test_a_record_that_lost_its_end_writes_nothing_over_what_others_have(
    three: list[Desk], folder: Path, site: Make
) -> None:
    settle(three, folder)
    restored = site("A81001")
    object.__setattr__(restored, "record", twin(three[0], 2))
    done = folder_sync(restored, folder)
    assert Outcome.AHEAD in {one.outcome for one in done.arrivals}
    assert done.written == ()
    assert list(restored.places.seen_heads.iterdir())


def test_a_folder_that_is_not_there_or_cannot_be_written_is_said(
    three: list[Desk], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="There is no folder"):
        folder_sync(three[0], folder / "gone")
    settle(three, folder)
    work(three[0], "more")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}

    def fails(*_args: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("msat.exchange.folder.write_durably", fails)
    with pytest.raises(Refused, match="No space left on device"):
        folder_sync(three[0], folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_a_file_that_vanishes_while_it_is_read_stops_nothing(
    three: list[Desk], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(three, folder)

    def gone(path: Path, _most: int) -> bytes:
        raise Refused(f"It cannot be read: {path.name} is gone.", "Try again.")

    monkeypatch.setattr("msat.services.folder_sync.read", gone)
    done = folder_sync(three[0], folder)
    assert {one.outcome for one in done.arrivals} == {Outcome.UNFINISHED}
    assert not done.is_alarm


def test_two_windows_of_one_profile_at_once(real: Make, folder: Path) -> None:
    """The same real profile synchronised by two threads with connections of their own, beside another site."""
    from msat import bootstrap

    one, other = real("A81001"), real("B82002")
    work(one, "a", "b")
    work(other, *(f"n{n}" for n in range(30)))
    folder_sync(other, folder)
    folder_sync(one, folder)
    accept(one, other.record.log, CLERK, is_compared=True)
    second = bootstrap.open_desk(one.places, one.clock)
    failures: list[BaseException] = []

    def run(desk: Desk) -> None:
        try:
            for n in range(5):
                work(desk, f"note {n}")
                folder_sync(desk, folder)
        except BaseException as error:
            failures.append(error)

    work(other, "late")
    folder_sync(other, folder)
    threads = [threading.Thread(target=run, args=(desk,)) for desk in (one, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    second.close()
    assert failures == []
    folder_sync(one, folder)
    assert held(one)[other.record.log] == held(other)[other.record.log]
    assert one.record.head().size == 3 + 1 + 10
    assert one.record.verify().problems == ()
    assert sorted(p.name for p in folder.iterdir() if p.name.startswith("A81001")) == [
        f"A81001-{one.record.log[:8]}-14.msatreturn"
    ]


def test_a_file_that_another_window_sweeps_away_at_once_was_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_write, swept = folder_module.write_durably, []

    def sweeps_it(path: Path, data: bytes, is_shared: bool) -> None:
        real_write(path, data, is_shared)
        path.unlink()

    def sweeps_the_part_once(path: Path, data: bytes, is_shared: bool) -> None:
        if not swept:
            swept.append(path)
            raise FileNotFoundError(2, "No such file or directory", str(path))
        real_write(path, data, is_shared)

    with monkeypatch.context() as patched:
        patched.setattr(folder_module, "write_durably", sweeps_it)
        assert folder_module.put(folder, "A81001-x-12.msatreturn", b"twelve")
    with monkeypatch.context() as patched:
        patched.setattr(folder_module, "write_durably", sweeps_the_part_once)
        assert folder_module.put(folder, "A81001-x-13.msatreturn", b"thirteen")
    assert (folder / "A81001-x-13.msatreturn").read_bytes() == b"thirteen"
    no_folder = folder / "a file"
    no_folder.write_bytes(b"no folder")
    with pytest.raises(Refused, match="cannot be written"):
        folder_module.put(no_folder, "y", b"z")


@pytest.mark.skipif(os.name == "nt", reason="on Windows a new file inherits the access list of its folder")
@pytest.mark.parametrize(("of_folder", "of_file"), [(0o2770, 0o640), (0o755, 0o644), (0o700, 0o600)])
def test_who_may_read_the_folder_may_read_every_file_of_one_s_own_in_it(
    site: Make, folder: Path, of_folder: int, of_file: int
) -> None:
    committee, practice = site("16C", "committee"), site("A81001")
    folder.chmod(of_folder)
    before = os.umask(0o077)  # what a strict administrator sets for everybody
    try:
        for _round in range(2):
            for desk in (practice, committee):
                folder_sync(desk, folder)
            if practice.record.log not in {one.log for one in committee.record.received.heads()}:
                accept(committee, practice.record.log, CLERK, is_compared=True)
        written = [path for path in folder.iterdir() if path.name.startswith(("A81001", "16C"))]
        kinds = {path.suffix for path in written}
        assert len(written) >= 3, kinds
        assert len(kinds) == 2, "a return of each, and the receipt"
        assert {path.name: oct(path.stat().st_mode & 0o777) for path in written} == {
            path.name: oct(of_file) for path in written
        }
        path = next(one for one in written if one.name.startswith("A81001"))
        path.chmod(0o600)  # as earlier versions wrote it
        folder_module.put(folder, path.name, path.read_bytes())
        assert path.stat().st_mode & 0o777 == of_file
    finally:
        os.umask(before)


def test_msats_own_folders_are_never_shared(site: Make, folder: Path) -> None:
    desk = site("A81001")
    inside = desk.places.quarantine
    inside.mkdir(parents=True)
    link = folder / "a link"
    link.symlink_to(desk.places.data, target_is_directory=True)
    for own in (desk.places.data, inside, desk.places.state, desk.places.config, link):
        with pytest.raises(Refused, match="one of MSAT's own"):
            folder_sync(desk, own)
        assert list(own.glob("*.msatreturn")) == []


def test_a_folder_that_has_the_name_of_ones_own_file_is_named(site: Make, folder: Path) -> None:
    desk = site("A81001")
    (name,) = folder_sync(desk, folder).written
    (folder / name).unlink()
    (folder / name).mkdir()
    with pytest.raises(Refused, match="a folder has that name") as refused:
        folder_sync(desk, folder)
    assert "rename" in refused.value.next_step


def test_what_came_is_told_though_nothing_can_be_written(
    three: list[Desk], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that one may only read: the fork that was found there is recorded, and must be heard of."""
    settle(three, folder)
    practice, other, team = three
    clone = twin(practice, practice.record.head().size)
    work(practice, "here")
    folder_sync(practice, folder)
    settle([team], folder)
    copied = replace(practice, record=clone)
    work(copied, "there")
    work(other, "news")
    (folder / "fork.msatreturn").write_bytes(sent(copied))
    (folder / "news.msatreturn").write_bytes(sent(other))

    def refuses(path: Path, _data: bytes, **_how: object) -> None:
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr(folder_module, "write_durably", refuses)
    with pytest.raises(Refused, match="Read-only file system") as refused:
        folder_sync(team, folder)
    assert "1 new file was taken in" in refused.value.explanation
    assert "fork.msatreturn" in refused.value.explanation
    assert "two different histories of one log" in refused.value.explanation


def test_one_log_that_cannot_be_receipted_keeps_nobody_else_from_theirs(
    three: list[Desk], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is held of one practice is shorter than the receipt it was given: said, and everybody else is served."""
    settle(three, folder)
    bad, good, team = three
    of_record, log = type(team.record.received), bad.record.log
    whole = of_record.raw
    work(good, "more")
    folder_sync(good, folder)
    next(folder.glob("A81001*.msatreturn")).unlink()  # else it would be taken in, and all be well
    monkeypatch.setattr(of_record, "raw", lambda at, name: whole(at, name)[: 2 if name == log else None])
    done = folder_sync(team, folder)
    (withheld,) = done.withheld
    assert withheld.log == log
    assert "A81001" in withheld.words
    assert "2 entries are held, but a receipt was issued up to entry" in withheld.words
    assert "Take in the newest return" in withheld.next_step
    assert done.is_alarm
    assert [name for name in done.written if "receipt" in name and name.startswith("B82002")]
    assert any(name.startswith("16C") for name in done.written), "the team's own return"
    assert [path.name for path in folder.iterdir() if path.name.startswith("A81001") and "receipt" in path.name]
