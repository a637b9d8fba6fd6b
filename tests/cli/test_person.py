"""`msatctl person erase`: first shown, then done by decision of two people, and refused in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from msat.cli import main
from tests.notices import recall

WHO = ("--as", "D. Green", "--role", "Partner")
NAME = "Dr A. Patel"
BY = ("--decided-by", "B. Jones, Practice manager", "--decided-by", "C. Smith, Caldicott Guardian")
REASON = ("--reason", "Asked for, and no duty to keep it.")


@pytest.fixture
def profile(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder, notice = tmp_path / "profile", tmp_path / "notice.txt"
    args = ["--profile", str(folder), "init", "--organisation", "Demo Surgery", "--ods", "Y00000"]
    assert main([*args, "--kind", "gp-practice"]) == 0
    notice.write_text(recall().title, encoding="utf-8")
    assert main(["--profile", str(folder), "--as", NAME, "--role", "GP partner", "add", str(notice)]) == 0
    capsys.readouterr()
    return folder


def run(profile: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["--profile", str(profile), *words])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_first_run_only_shows(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _err = run(profile, capsys, "person", "erase", NAME)
    assert status == 0
    assert "Nothing was changed." in out
    assert "Demo Surgery (name erased 1)" in out
    assert f"actor.name: {NAME} -> Demo Surgery (name erased 1)" in out
    assert "Backups keep the name until" in out
    told = json.loads(run(profile, capsys, "person", "erase", NAME, "--json")[1])
    assert told["erased"] is False
    assert told["entries"][0]["fields"][0] == "actor.name"


def test_with_yes_it_is_done_and_told(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(profile, capsys, *WHO, "person", "erase", NAME, *REASON, *BY, "--yes", "--json")
    assert status == 0, err
    told = json.loads(out)
    assert told["erased"] is True
    assert told["remaining"] == []
    status, out, _err = run(profile, capsys, "verify")
    assert status == 0
    assert "by decision of B. Jones, Practice manager and C. Smith, Caldicott Guardian" in out
    status, out, _err = run(profile, capsys, "person", "erase", NAME)
    assert "No entry that can be erased names" in out
    for path in sorted(profile.rglob("*")):
        assert not path.is_file() or NAME.encode() not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ((*REASON, *BY[:2]), "two different people"),
        (BY, "The reason is empty"),
        ((*REASON, "--decided-by", "B. Jones", *BY[2:]), "is not a name and a role"),
        ((*REASON, *BY, "--leave", "1"), "Entry 1 does not name"),
    ],
)
def test_what_is_missing_is_said_and_nothing_done(
    profile: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], said: str
) -> None:
    status, _out, err = run(profile, capsys, *WHO, "person", "erase", NAME, *more, "--yes")
    assert status == 2
    assert said in err
    assert json.loads(run(profile, capsys, "person", "erase", NAME, "--json")[1])["entries"]


def test_in_a_shared_database_the_name_leaves_database_and_copy_alike(
    postgres_server: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.postgres import new_database

    database, folder = new_database(postgres_server), tmp_path / "shared"
    address = ("--profile", str(folder), "--database", database.login("Y00000"))
    init = ("init", "--organisation", "Demo Surgery", "--ods", "Y00000", "--kind", "gp-practice")
    assert main([*address, *init]) == 0
    notice = tmp_path / "notice.txt"
    notice.write_text(recall().title, encoding="utf-8")
    assert main([*address, "--as", NAME, "--role", "GP partner", "add", str(notice)]) == 0
    named = "SELECT count(*) FROM msat.entry WHERE position(%s in body) > 0"
    assert database.ask(named, NAME.encode())[0][0] > 0
    capsys.readouterr()
    assert main([*address, *WHO, "person", "erase", NAME, *REASON, *BY, "--yes"]) == 0
    assert database.ask(named, NAME.encode()) == [(0,)]
    assert database.ask("SELECT count(*) > 0 FROM msat.entry WHERE body IS NULL") == [(True,)]
    for path in sorted(folder.rglob("own-log.db*")):
        assert NAME.encode() not in path.read_bytes(), path
    assert main([*address, "verify"]) == 0
