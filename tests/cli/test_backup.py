"""`msatctl backup` and `restore`, as whoever looks after the computer would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from msat.cli import main

WHO = ("--as", "B. Jones", "--role", "Practice manager")


@pytest.fixture
def profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "profile"
    args = ["--profile", str(folder), "init", "--organisation", "Demo Surgery", "--ods", "Y00000"]
    assert main([*args, "--kind", "gp-practice"]) == 0
    assert main(["--profile", str(folder), *WHO, "add", "--title", "Fridge alarm", "--reference", "EL(26)A/70"]) == 0
    capsys.readouterr()
    return folder


def run(profile: Path, *words: str) -> int:
    return main(["--profile", str(profile), *WHO, *words])


def test_made_listed_lost_and_restored(
    profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(profile, "backup", "list") == 0
    assert "There is no backup" in capsys.readouterr().out
    assert run(profile, "backup") == 0
    assert "proven whole. It holds no key." in capsys.readouterr().out
    assert run(profile, "backup", "list", "--json") == 0
    (only,) = json.loads(capsys.readouterr().out)
    assert Path(only["file"]).is_file()
    record = profile / "data" / "record.db"
    whole = record.read_bytes()
    record.write_bytes(whole[:5000])
    assert run(profile, "list") == 1
    assert run(profile, "restore", Path(only["file"]).name) == 0
    out = capsys.readouterr().out
    assert "this profile goes on with its log" in out
    assert "take the newest in again" in out
    assert "The record of before is kept as" in out
    assert run(profile, "acknowledge", "EL(26)A/70") == 0
    assert run(profile, "verify") == 0
    kept = [path for path in (profile / "data").glob("record.db.before-*") if not path.name.endswith("-journal")]
    assert [path.read_bytes() for path in kept] == [whole[:5000]]


def test_carried_to_another_computer_it_can_be_read_and_not_added_to(
    profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    carried, other = tmp_path / "carried.msatbackup", tmp_path / "other"
    assert run(profile, "backup", str(carried)) == 0
    assert run(profile, "backup", str(carried)) == 2
    assert "There is a file" in capsys.readouterr().err
    assert run(other, "restore", str(carried)) == 1
    assert "msatctl log supersede" in capsys.readouterr().out
    assert run(other, "show", "EL(26)A/70") == 0
    assert run(other, "verify") == 0
    assert "Fridge alarm" in capsys.readouterr().out
    for words in (("acknowledge", "EL(26)A/70"), ("key", "rotate")):
        assert run(other, *words) == 1
        assert "two histories of one log" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("restore", "nowhere.msatbackup"), "There is no backup"),
        (("restore", "."), "is a folder"),
        (("restore", __file__), "no whole backup"),
        (("backup", "no/such/folder/b.msatbackup"), "There is no folder"),
    ],
)
def test_what_cannot_be_is_said_in_words(
    profile: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert run(profile, *words) in (1, 2)
    assert said in capsys.readouterr().err


def test_a_whole_record_is_not_taken_back(profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    carried = tmp_path / "carried.msatbackup"
    assert run(profile, "backup", str(carried), "--json") == 0
    size = json.loads(capsys.readouterr().out)["size"]
    assert run(profile, "acknowledge", "EL(26)A/70") == 0
    assert run(profile, "restore", str(carried)) == 2
    assert f"the backup {size}" in capsys.readouterr().err
    assert run(profile, "verify") == 0


def test_a_profile_without_a_record_has_nothing_to_back_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "none", "backup") == 2
    assert "There is no record in the profile" in capsys.readouterr().err


def test_a_backup_is_read_in_the_place_of_a_damaged_record_only_when_asked(
    profile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = profile / "data" / "record.db"
    whole = record.read_bytes()
    record.write_bytes(whole[:5000])
    assert run(profile, "list") == 1
    assert "--from-backup" not in capsys.readouterr().err, "there is none"
    assert run(profile, "--from-backup", "list") == 1
    assert "No whole backup of it was found" in capsys.readouterr().err
    record.write_bytes(whole)
    assert run(profile, "backup") == 0
    assert run(profile, "--from-backup", "list") == 2
    assert "can be opened, so no backup is read" in capsys.readouterr().err
    assert run(profile, "acknowledge", "EL(26)A/70") == 0
    longer = record.read_bytes()
    record.write_bytes(longer[:5000])
    capsys.readouterr()
    assert run(profile, "list", "--json") == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "msatctl --from-backup COMMAND" in told.err
    assert run(profile, "--from-backup", "list", "--json") == 0
    told = capsys.readouterr()
    (row,) = json.loads(told.out)
    assert (row["reference"], row["status"]) == ("EL(26)A/70", "not acknowledged")
    assert "Warning: This is a backup of" in told.err
    assert "is not in it" in told.err
    assert run(profile, "--from-backup", "show", "EL(26)A/70") == 0
    assert "Fridge alarm" in capsys.readouterr().out
    assert run(profile, "--from-backup", "acknowledge", "EL(26)A/70") == 1
    assert "nothing is recorded in it" in capsys.readouterr().err
    assert run(profile, "--from-backup", "export", "certificate", "EL(26)A/70", "--out", str(tmp_path / "a.pdf")) == 0
    told = capsys.readouterr()
    assert "It says that it is from a backup" in told.out
    assert run(profile, "--from-backup", "verify", str(tmp_path / "a.pdf")) == 0
    assert run(profile, "--from-backup", "verify") == 1, "what is proven is the record"
    assert run(profile, "--from-backup", "person", "export", "B. Jones", "--out", str(tmp_path / "b.txt")) == 0
    assert "From a backup of" in (tmp_path / "b.txt").read_text(encoding="utf-8")
    assert record.read_bytes() == longer[:5000]
