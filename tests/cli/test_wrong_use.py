"""Wrong use is told in one sentence with a next step: never a traceback, and the status says that it was refused."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from msat.cli import main

INIT = ("init", "--organisation", "Demo Surgery", "--ods", "Y00000", "--kind", "gp-practice")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(list(arguments))
    return status, capsys.readouterr().err.strip()


@pytest.fixture
def profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    where = str(tmp_path / "profile")
    assert main(["--profile", where, *INIT]) == 0
    capsys.readouterr()
    return where


def test_a_choice_that_is_none_is_no_unknown_command(capsys: pytest.CaptureFixture[str]) -> None:
    status, told = said(capsys, "demo", "--kind", "hospital")
    assert status == 2
    assert told.startswith("“hospital” is nothing that --kind takes. It takes: practice, committee. Write “")
    status, told = said(capsys, "lst")
    assert (status, told.partition(".")[0]) == (2, "There is no command “lst”")


@pytest.mark.parametrize(
    "command",
    [["sources", "import"], ["rules", "check"], ["rules", "import"], ["return", "show"], ["add"], ["add", "--dry-run"]],
    ids=" ".join,
)
def test_a_missing_file_is_said_to_be_missing(
    profile: str, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    status, told = said(capsys, "--profile", profile, "--as", "A. Patel", "--role", "GP", *command, "nosuch.file")
    assert status == 2
    assert told.startswith("There is no file “nosuch.file”. Check its name")


def test_a_file_that_is_not_there_names_no_log(profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = said(capsys, "--profile", profile, "enrol", "show", "A81001-4f1c9a2e-120.msatreturn")
    assert (status, told.partition(". ")[2]) == (2, "Give a file, or 8 digits of a log's name.")


def test_a_name_that_is_no_file_s_is_told_shortened(profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = said(capsys, "--profile", profile, "dmd", "import", "x" * 5000)
    assert status == 2
    assert "Traceback" not in told
    assert len(told) < 300


def test_nothing_piped_in(profile: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b" \n"), encoding="utf-8"))
    status, told = said(capsys, "--profile", profile, "--as", "A. Patel", "--role", "GP", "add", "-")
    assert (status, told) == (2, "Nothing was piped in. Pipe in the notice's text, or give its file.")


def test_a_recovery_key_that_is_no_text(
    profile: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xc3(\x9d"), encoding="utf-8"))
    status, told = said(capsys, "--profile", profile, "--as", "A. Patel", "--role", "GP", "key", "recover")
    assert (status, told) == (2, "What was piped in is no text. Pipe in the printed recovery key.")


def test_who_is_remembered_needs_no_role_again(profile: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = said(capsys, "--profile", profile, "add", "--title", "A notice")
    assert status == 2
    assert "msatctl settings set person_name NAME" in told
    for key, value in (("person_name", "A. Patel"), ("person_role", "practice pharmacist")):
        assert main(["--profile", profile, "settings", "set", key, value]) == 0
    assert main(["--profile", profile, "add", "--title", "First notice"]) == 0
    assert main(["--profile", profile, "--as", "A. Patel", "add", "--title", "Second notice"]) == 0
    capsys.readouterr()
    status, told = said(capsys, "--profile", profile, "--as", "B. Jones", "add", "--title", "Third notice")
    assert (status, told) == (2, "The role of B. Jones is not given. Add --role ROLE before the command.")
