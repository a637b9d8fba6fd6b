"""`msatctl verify` proves a backup's file by itself: on an empty machine, with no profile and no key."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from msat.cli import main

WHO = ("--as", "B. Jones", "--role", "Practice manager")
INIT = ("init", "--organisation", "Demo Surgery", "--ods", "Y00000", "--kind", "gp-practice")


@pytest.fixture
def backup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    profile, made = ("--profile", str(tmp_path / "profile")), tmp_path / "whole.msatbackup"
    assert main([*profile, *INIT]) == 0
    assert main([*profile, *WHO, "add", "--title", "Fridge alarm"]) == 0
    assert main([*profile, "backup", str(made)]) == 0
    capsys.readouterr()
    return made


def verify(folder: Path, *files: Path) -> int:
    return main(["--profile", str(folder / "nobody"), "verify", *map(str, files)])


def members(data: bytes, **changed: bytes) -> bytes:
    """The backup packed anew, with other contents of some members."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name.replace(".", "_"), old.read(name)))
    return out.getvalue()


def test_a_whole_backup_is_proven(backup: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(tmp_path, backup) == 0
    told = capsys.readouterr().out
    assert told.startswith("whole.msatbackup: verified (3 entries).\n  A backup by Demo Surgery (Y00000), made ")
    assert "What was recorded later is not in it" in told
    assert "5. Signatures checked" in told
    assert not (tmp_path / "nobody").exists()


def alterations(data: bytes) -> dict[str, bytes]:
    middle = len(data) // 2
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        page, record = json.loads(archive.read("backup.json")), archive.read("record.db")
    page["ods"], page["organisation"] = "A81001", "Another Surgery"
    return {
        "one bit": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        "cut": data[:middle],
        "nothing": b"",
        "no archive": b"a text",
        "the record": members(data, record_db=record.replace(b"Fridge alarm", b"Fridge alert")),
        "the page": members(data, backup_json=json.dumps(page).encode()),
    }


WAYS = ("one bit", "cut", "nothing", "no archive", "the record", "the page")


@pytest.mark.parametrize("way", WAYS)
def test_an_altered_backup_is_told(
    backup: Path, tmp_path: Path, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    altered = tmp_path / "altered.msatbackup"
    altered.write_bytes(alterations(backup.read_bytes())[way])
    assert verify(tmp_path, altered, backup) == 1
    told = capsys.readouterr().out
    assert told.startswith("altered.msatbackup: PROBLEMS FOUND")
    assert "whole.msatbackup: verified" in told


def test_files_that_are_checked_otherwise_say_how(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, how in (("ours.msatrules", "msatctl rules check FILE"), ("p.msatplan", "msatctl plan import FILE")):
        (tmp_path / name).write_bytes(b"anything")
        assert verify(tmp_path, tmp_path / name) == 1
        assert how in capsys.readouterr().out
