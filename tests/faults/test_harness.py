"""The harness itself: a disk that forgets must forget, a judge of the truth must catch a liar, the command must say no.

No fault found by a harness that cannot find any is worth nothing; these need neither strace nor a second process.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from tests.faults import flows
from tests.faults.__main__ import Result, main, table
from tests.faults.disk import SECTOR, Disk
from tests.faults.figures import FIGURES, Figures, read_figures, tell
from tests.faults.flows import Said
from tests.faults.rows import ROWS
from tests.faults.traces import Event, Reader
from tests.faults.truth import Tally

DICE = random.Random(1)


def disk(tmp_path: Path, *events: Event) -> Disk:
    folder = tmp_path / "disk"
    (folder / "in").mkdir(parents=True, exist_ok=True)
    (folder / "old").write_bytes(b"before")
    made = Disk(folder)
    for event in events:
        made.apply(event)
    return made


def test_what_was_not_flushed_is_lost_and_what_was_stays(tmp_path: Path) -> None:
    written = Event("write", "old", offset=0, data=b"after!")
    assert disk(tmp_path, written).after("dropped", DICE).files["old"] == b"before"
    assert disk(tmp_path, written).after("kept", DICE).files["old"] == b"after!"
    assert disk(tmp_path, written, Event("sync", "old")).after("dropped", DICE).files["old"] == b"after!"


def test_a_name_lasts_once_its_folder_was_flushed_and_no_sooner(tmp_path: Path) -> None:
    made = [Event("create", "in/new"), Event("write", "in/new", data=b"x"), Event("sync", "in/new")]
    assert "in/new" not in disk(tmp_path, *made).after("dropped", DICE).files
    assert disk(tmp_path, *made, Event("sync", "in")).after("dropped", DICE).files["in/new"] == b"x"
    renamed = [*made, Event("sync", "in"), Event("rename", "in/new", "in/final")]
    assert "in/new" in disk(tmp_path, *renamed).after("dropped", DICE).files
    assert "in/final" in disk(tmp_path, *renamed, Event("sync", "in")).after("dropped", DICE).files


def test_a_file_in_a_folder_that_is_lost_is_lost_with_it(tmp_path: Path) -> None:
    made = [Event("mkdir", "in/deep"), Event("create", "in/deep/new"), Event("sync", "in/deep/new"),
            Event("sync", "in/deep")]  # fmt: skip
    assert "in/deep/new" not in disk(tmp_path, *made).after("dropped", DICE).files
    assert "in/deep/new" in disk(tmp_path, *made, Event("sync", "in")).after("dropped", DICE).files


def test_each_kind_of_damage_does_its_own(tmp_path: Path) -> None:
    before = Event("write", "old", offset=0, data=bytes(4 * SECTOR))
    writes = [Event("write", "old", offset=n * SECTOR, data=bytes([n + 1]) * SECTOR) for n in range(4)]
    wide = Event("write", "old", offset=0, data=b"w" * 4 * SECTOR)
    seen: dict[str, set[bytes]] = {}
    for damage, events in (("prefix", writes), ("reordered", writes), ("torn", [wide]), ("garbage", [wide])):
        made = disk(tmp_path, before, Event("sync", "old"), *events)
        seen[damage] = {made.after(damage, random.Random(n)).files["old"] for n in range(200)}
    assert len(seen["prefix"]) == 5
    assert len(seen["reordered"]) == 16
    assert any(0 < one.count(b"w") < 4 * SECTOR for one in seen["torn"])
    assert any(set(one) - {0, ord("w")} for one in seen["garbage"])


def test_a_trace_is_read_as_it_was_written_and_an_unknown_call_is_an_error(tmp_path: Path) -> None:
    def coded(text: str) -> str:
        return "".join(f"\\x{byte:02x}" for byte in text.encode())

    name = coded(f"{tmp_path}/a b")
    lines = [
        f'openat(AT_FDCWD<{coded("/")}>, "{name}", O_RDWR|O_CREAT, 0600) = 3<{name}>',
        f'write(3<{name}>, "{coded("one")}", 3) = 3',
        f'write(3<{name}>, "{coded("two")}" <unfinished ...>',
        "<... write resumed>, 3) = 3",
        f'pwrite64(3<{name}>, "{coded("x")}", 1, 9) = -1 EIO (Input/output error) (INJECTED)',
        f"fsync(3<{name}>) = 0",
        f'write(4<{coded("/elsewhere")}>, "{coded("three")}", 5) = 5',
        f'writev(5<{coded("/told")}>, [{{iov_base="{coded("[1]")}", iov_len=3}}], 1) = 3',
    ]
    events = list(Reader(tmp_path, Path("/told")).events(lines))
    assert [one.kind for one in events] == ["create", "write", "write", "sync", "told"]
    assert [(one.offset, one.data) for one in events[1:3]] == [(0, b"one"), (3, b"two")]
    assert events[-1].told == [1]
    with pytest.raises(ValueError, match="not known"):
        list(Reader(tmp_path, Path("/told")).events([f"fallocate(3<{name}>, 0, 0, 4096) = 0"]))


def test_the_judge_catches_a_program_that_lies(world: Path, tmp_path: Path) -> None:
    folder = flows.copy_world(world, tmp_path / "world")
    tally = Tally()
    tally.look(folder, "answer", Said(0, "Acknowledged."), "said to be done, and is not")
    assert (tally.losses, tally.untrue) == (1, 0)  # the command was given again by the judge, so from here it is done
    tally.look(folder, "answer", Said(2, "Nothing was recorded: the disk is full."), "said not to be done, and is")
    assert (tally.losses, tally.untrue) == (1, 1)
    tally.look(folder, "answer", Said(1, "It is not known whether this was recorded."), "the truth")
    tally.look(folder, "answer", Said(-1, "", "Traceback: no words"), "no words")
    tally.look(folder, "answer", None, "nothing said")
    assert len(tally.faults) == 4
    shutil.copy(world / "new.msatreturn", folder / "profile" / "data" / "record.db")
    tally.look(folder, "backup", Said(0, "Backed up."), "a damaged record")
    assert tally.losses == 2


def test_figures_are_told_and_added_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "figures"
    monkeypatch.setenv(FIGURES, str(told))
    assert read_figures(told) == []
    tell(1, "one", 20, acknowledged=7)
    tell(1, "two", 30, losses=1, controls="a bare one lost 5")
    found = read_figures(told)
    assert found == [Figures(1, "one", 20, 7), Figures(1, "two", 30, 0, 1, 0, "a bare one lost 5")]
    result = Result(ROWS[0], tuple(found), 2, 0, ("NOT TESTED: no",), 3.2, "")
    notes = "TOO LITTLE WAS TRIED; one; two; a bare one lost 5; NOT TESTED: no"
    assert result.cells()[2:] == ("200", "50", "7", "1", "0", "2 passed", "3", notes)
    assert table([("a", "b"), ("1|2", "3")]) == "| a | b |\n| --- | --- |\n| 1/2 | 3 |"


def test_a_row_that_tried_too_little_or_lost_something_does_not_hold() -> None:
    row = next(row for row in ROWS if row.number == 4)

    def result(trials: int, passed: int = 1, failed: int = 0, release: bool = False, **more: int) -> Result:
        figures = (Figures(4, "it", trials, **more),) if trials else ()
        return Result(row, figures, passed, failed, (), 1.0, "", release)

    enough, plenty = row.least
    assert result(enough).holds
    assert result(plenty, release=True).holds
    assert not result(enough - 1).holds
    assert not result(enough, release=True).holds
    assert not result(0).holds
    assert not result(0, passed=0).holds, "every test was skipped"
    assert not result(plenty, failed=1).holds
    assert not result(plenty, losses=1).holds
    assert not result(plenty, undetected=1).holds
    by_tests = next(row for row in ROWS if row.counts_tests)
    assert Result(by_tests, (), by_tests.least[0], 0, (), 1.0, "").holds
    assert not Result(by_tests, (), by_tests.least[0] - 1, 0, (), 1.0, "").holds


@pytest.mark.parametrize("words", [["--rows", "99"], ["--rows", "one"], ["--nonsense"]])
def test_wrong_use_of_the_command_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert capsys.readouterr().err


def test_every_row_that_the_table_asks_for_is_there_and_its_tests_are(request: pytest.FixtureRequest) -> None:
    assert [row.number for row in ROWS] == [*range(1, 12), 14, 21, 22, 23]
    root = Path(__file__).resolve().parents[2]
    for row in ROWS:
        for one in row.tests:
            name, _, test = one.partition("::")
            text = (root / name).read_text(encoding="utf-8")
            assert not test or f"def {test}(" in text, one
