"""A profile whose record lies in a shared database, and whose note of the database's address is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from msat import bootstrap
from msat.clock import SystemClock
from msat.places import places
from msat.record.organisation import Organisation
from tests.cli.test_log import Terminal
from tests.postgres import Database


@pytest.mark.parametrize("is_marked", [True, False])
@pytest.mark.parametrize("words", [["log", "show"], ["list"], ["verify"], ["backup"]])
def test_an_address_that_is_gone_is_said_with_the_way_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], is_marked: bool
) -> None:
    """Where only this computer's copy is left, nothing looks like a first run or a lost record."""
    where = places(tmp_path / "team")
    where.make()
    where.own_log_copy.write_bytes(b"")
    if is_marked:
        where.high_water_mark.write_text(
            f'{{"v": 1, "log": "{"a" * 32}", "size": 3, "head": "{"b" * 64}"}}', encoding="ascii"
        )
    run = Terminal(tmp_path, capsys)
    said = run("team", *words)
    assert run.status != 0
    assert "lies in a shared database" in said
    assert "Nothing recorded is lost" in said
    assert "msatctl --database" in said
    assert "incident" not in said


def test_the_database_named_once_is_remembered_again(
    postgres: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where, login = places(tmp_path / "team"), postgres.login("A81099")
    bootstrap.create_profile(where, Organisation("Team", "A81099", "gp-practice"), SystemClock(), login)
    before = where.database.read_text(encoding="utf-8")
    where.database.unlink()
    run = Terminal(tmp_path, capsys)
    assert "is missing" in run("team", "log", "show")
    run("team", "--database", login, "log", "show")
    assert run.status == 0
    assert where.database.read_text(encoding="utf-8") == before
    run("team", "log", "show")
    assert run.status == 0
