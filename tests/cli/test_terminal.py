"""What a file holds is shown on the terminal and does not steer it."""

from __future__ import annotations

from pathlib import Path

import pytest

from msat.cli import main
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
