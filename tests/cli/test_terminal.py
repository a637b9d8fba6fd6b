"""What a file holds is shown on the terminal and does not steer it."""

from __future__ import annotations

from pathlib import Path

import pytest

from msat.cli import main, terminal
from msat.cli.opening import warn
from msat.cli.terminal import printable
from msat.clock import FixedClock
from msat.exports.document import Document, Heading
from msat.exports.markup import write_markup
from msat.exports.seal import gather
from msat.record.memory import MemoryFiles, MemoryRecord
from msat.record.organisation import Organisation
from tests.fakes import NOON


def test_only_what_steers_is_replaced() -> None:
    assert printable("\x1b[2J\u202eevil\u202c \x9b1m \ud83d a\rb\x07\x00") == "□[2J□evil□ □1m □ a□b□□"
    plain = "Tablets: 5 µg,\t“Ω” 💊 שלום\r\nnext\n"
    assert printable(plain) == plain


def test_a_foreign_file_cannot_write_its_own_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "Surgery\x1b[2J\x1b[H\u202everified\u202c\x07"
    record = MemoryRecord(Organisation(name, "A81001", "gp-practice"), FixedClock(NOON), MemoryFiles())
    seal = gather(record, (), "log", {}, NOON)
    path = tmp_path / "theirs.html"
    path.write_text(write_markup(Document("T", (Heading(1, "T"),)), "html", seal), encoding="utf-8", newline="\n")
    main(["--profile", str(tmp_path / "none"), "verify", str(path)])
    told = "".join(capsys.readouterr())
    assert "Surgery□[2J□[H□verified□□" in told
    assert not {"\x1b", "\x07", "\u202e"} & set(told)


def test_a_warning_cannot_steer_the_terminal_either(capsys: pytest.CaptureFixture[str]) -> None:
    warn("The record was put back by \x1b]0;evil\x07 \u202eetirw.")
    told = capsys.readouterr().err
    assert told == "Warning: The record was put back by □]0;evil□ □etirw.\n"


def test_no_command_writes_text_of_others_to_stderr_by_itself() -> None:
    """Only fixed words, progress, and what passed through `printable`."""
    folder = Path(terminal.__file__).parent
    found = {
        (path.name, line.strip())
        for path in sorted(folder.glob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "stderr.write(f" in line and "printable(" not in line
    }
    progress = 'sys.stderr.write(f"{what}: {done} of {total}\\n")'
    rewritten = 'sys.stderr.write(f"\\r{what}: {done} of {total}\\x1b[K" + ("\\n" if done >= total else ""))'
    assert found == {("opening.py", progress), ("opening.py", rewritten)}
