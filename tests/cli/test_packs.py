"""`msatctl export pack` and `msatctl packs`: issued, made again, drafts, and what is refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from msat import bootstrap
from msat.cli import main
from msat.clock import FixedClock
from msat.places import Places
from msat.record.organisation import Organisation
from tests.cli.test_commands import ask, refused, take
from tests.notices import recall

PERIOD = ("--from", "2026-01-01", "--to", "2026-12-31")
PEOPLE = ("--author", "A. Patel, pharmacist", "--approver", "A. Chair, GP partner")


@pytest.fixture
def folder(profile: Places, clock: FixedClock) -> str:
    """A profile with one recall."""
    bootstrap.create_profile(profile, Organisation("Test Surgery", "Y00001", "dispensing-practice"), clock)
    desk = bootstrap.open_desk(profile, clock)
    take(desk, recall("EL(26)A/61"))
    desk.close()
    return str(profile.data.parent)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


def test_a_pack_is_issued_listed_and_made_again(
    folder: str, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ask(capsys, "--profile", folder, "export", "pack", *PERIOD, *PEOPLE, "--out", str(out), "--json")
    assert told["number"] == "Y00001-P0001"
    assert told["draft"] is False
    assert len(told["files"]) == 4
    listed = ask(capsys, "--profile", folder, "packs", "--json")
    assert [one["number"] for one in listed] == ["Y00001-P0001"]
    assert listed[0]["approver"] == "A. Chair, GP partner"
    again = tmp_path / "again"
    again.mkdir()
    ask(capsys, "--profile", folder, "export", "pack", "--again", "Y00001-P0001", "--out", str(again), "--json")
    assert [p.read_bytes() for p in sorted(again.iterdir())] == [p.read_bytes() for p in sorted(out.iterdir())]
    assert main(["verify", *told["files"]]) == 0


def test_a_draft_needs_nobody_and_records_nothing(folder: str, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--draft", "--formats", "html", "--out", str(out))
    told = ask(capsys, "--profile", folder, "export", "pack", *PERIOD, *options, "--json")
    assert told["number"] is None
    assert told["draft"] is True
    assert ask(capsys, "--profile", folder, "packs", "--json") == []
    assert main(["--profile", folder, "packs"]) == 0
    assert "No pack has been made here yet" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((*PERIOD, "--author", "A. Patel, pharmacist"), "no approver"),
        (("--draft",), "period of the pack is not given"),
        ((*PERIOD, "--author", "A. Patel", "--approver", "B, C"), "has no role"),
        ((*PERIOD, *PEOPLE, "--again", "Y00001-P0001"), "made again as it was"),
        (("--again", "Y00001-P0007"), "There is no pack"),
        ((*PERIOD, *PEOPLE, "--formats", "docx"), "not a form"),
    ],
)
def test_what_is_refused_is_told_in_words(
    folder: str, out: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], words: str
) -> None:
    assert words in refused(capsys, "--profile", folder, "export", "pack", *options, "--out", str(out))
    assert list(out.iterdir()) == []
