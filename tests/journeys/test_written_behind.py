"""Somebody with a log-in of the practice writes behind the end of its log, before the database refused that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msat.cli.run import run
from msat.record.entries import Head
from msat.store.postgres_schema import VERSION
from tests.store.test_postgres_ends import of_schema, write_behind

BY = ("--as", "A. Patel", "--role", "GP")


def say(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = run(list(arguments))
    told = capsys.readouterr()
    return status, told.out + told.err


def as_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    status = run([*arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_from_the_first_word_of_it_to_a_log_that_goes_on(
    postgres_server: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = of_schema(postgres_server, 3)
    profile = ("--profile", str(tmp_path / "profile"))
    status, told = say(
        capsys, *profile, "--database", database.login("G85001"), "init", "--organisation", "Albion Street", "--ods",
        "G85001", "--kind", "gp-practice",
    )  # fmt: skip
    assert status == 0, told
    ((log, seq, last),) = database.ask("SELECT log, seq, id FROM msat.entry ORDER BY seq DESC LIMIT 1")
    write_behind(database, Head(log, seq, last), "without a note")
    left = f"ntries {seq + 1} to {seq + 2}"

    admin = ("--database", database.admin)
    status, told = say(capsys, *admin, "database", "migrate")
    assert status == 1, "something is wrong, and it went on"
    assert f"from schema 3 to {VERSION}" in told
    assert f"From before, log {log} of G85001: E{left}" in told
    status, told = say(capsys, *admin, "database", "check")
    assert status == 1
    assert left in told

    status, told = say(capsys, *profile, "list")
    assert status == 0, told
    status, told = say(capsys, *profile, "verify")
    assert status == 1
    assert left in told
    assert "log supersede --reason" in told
    status, told = say(capsys, *profile, *BY, "key", "rotate")
    assert status == 1
    assert left in told

    status, told = say(capsys, *profile, *BY, "log", "supersede", "--reason", "Somebody wrote behind its end.")
    assert status == 0, told
    assert f"after entry {seq}" in told
    assert left in told, "what is left behind is said"
    status, found = as_json(capsys, *profile, "verify")
    assert (status, found["valid"]) == (0, True)
    assert any(left in line for line in found["checked"])
    status, told = say(capsys, *admin, "database", "check")
    assert status == 0, told
    assert left in told
    kept = database.ask("SELECT count(*) FROM msat.entry WHERE log = %s", log)
    assert kept == [(seq + 2,)], "nothing was taken away"
