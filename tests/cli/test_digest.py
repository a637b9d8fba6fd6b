"""The commands digest and reminders."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from msat.cli.run import run

PERSON = ["--as", "A Pharmacist", "--role", "practice pharmacist"]
Said = tuple[int, str, str]


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs a command in a profile with one alert that was typed in; returns status, output and error output."""
    profile = ["--profile", str(tmp_path / "profile")]

    def do(*arguments: str) -> Said:
        status = run([*profile, *PERSON, *arguments])
        out = capsys.readouterr()
        return status, out.out, out.err

    do("init", "--organisation", "Test Surgery", "--ods", "Y00001", "--kind", "gp-practice")
    do("add", "--title", "Fridge alarm at the depot", "--reference", "EL(26)A/70")
    return do


def test_the_digest_is_printed_and_is_json(told: Callable[..., Said]) -> None:
    status, out, _err = told("digest")
    assert status == 0
    assert out.startswith("Medicines safety alerts: 1 open")
    assert "EL(26)A/70: Fridge alarm at the depot" in out
    value = json.loads(told("digest", "--json")[1])
    assert (value["open"], value["groups"][0]["alerts"][0]["reference"]) == (1, "EL(26)A/70")


def test_the_digest_is_written_for_one_address(told: Callable[..., Said], tmp_path: Path) -> None:
    target = tmp_path / "digest.eml"
    status, out, _err = told("digest", "--out", str(target), "--to", "partner@surgery.example", "--only", "el26a70")
    assert status == 0, out
    assert b"To: partner@surgery.example\r\n" in target.read_bytes()
    assert "Wrote the digest of 1 open alert" in out


def test_what_cannot_be_written_is_refused(told: Callable[..., Said], tmp_path: Path) -> None:
    target = tmp_path / "digest.eml"
    status, _out, err = told("digest", "--out", str(target), "--to", "a@b.example\nBcc: c@d.example")
    assert (status, "not one plain e-mail address" in err, target.exists()) == (2, True, False)
    status, _out, err = told("digest", "--to", "a@b.example")
    assert (status, "An address needs a file" in err) == (2, True)
    assert told("digest", "--only", "EL(26)A/99")[0] == 2


def test_reminders_say_so_when_there_is_nothing(told: Callable[..., Said]) -> None:
    status, out, _err = told("reminders")
    assert (status, out) == (0, "Nothing is to be told now.\n")  # the first import is no news, and has no limit
    assert json.loads(told("reminders", "--json")[1]) == []
