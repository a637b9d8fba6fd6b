"""`msatctl database` and a profile whose record lies in a shared database, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from msat.cli.run import run
from msat.errors import Refused
from msat.store.postgres_admin import check_database, grant_access, init_database
from msat.store.postgres_schema import VERSION
from tests.postgres import Database, new_database
from tests.store.test_postgres_copies import older_database

NOBODY = "postgresql://p@127.0.0.1:1/msat"


@pytest.fixture
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


@pytest.fixture
def empty(postgres_server: Any) -> Database:
    """A database that MSAT has not been set up in."""
    made = Database(postgres_server, "msat_empty")
    with made.as_(postgres_server.address()) as connection:
        connection.execute("DROP DATABASE IF EXISTS msat_empty")
        connection.execute("CREATE DATABASE msat_empty TEMPLATE template0 ENCODING 'UTF8'")
    return made


def say(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    status = run([*arguments, "--json"])
    told = capsys.readouterr()
    return status, json.loads(told.out) if told.out else told.err


def test_an_administrator_sets_it_up_and_a_practice_works_in_it(
    empty: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    admin = ("--database", empty.admin)
    assert say(capsys, *admin, "database", "check")[0] == 1
    assert say(capsys, *admin, "database", "init")[0] == 0
    status, words = say(capsys, *admin, "database", "init")
    assert status == 2
    assert "set up already" in words
    role = f"p{tmp_path.name[-20:].replace('-', '_').lower()}"
    status, made = say(capsys, *admin, "database", "grant", role, "--ods", "g85001")
    assert (status, made["ods"]) == (0, "G85001")
    login = empty.server.address(role, made["password"], empty.name)
    profile = ("--profile", str(tmp_path / "profile"))
    status, begun = say(
        capsys, *profile, "--database", login, "init", "--organisation", "Albion Street", "--ods", "G85001",
        "--kind", "gp-practice",
    )  # fmt: skip
    assert status == 0
    assert len(begun["recovery_key"].split()) == 14
    notice = tmp_path / "notice.txt"
    notice.write_text("Class 2 Medicines Recall: Example 5 mg tablets, EL(26)A/37\nBatch AB123\n", encoding="utf-8")
    who = ("--as", "A. Patel", "--role", "pharmacist")
    assert run([*profile, *who, "add", str(notice)]) == 0
    capsys.readouterr()
    assert run([*profile, *who, "acknowledge", "EL(26)A/37"]) == 0
    capsys.readouterr()
    status, found = say(capsys, *profile, "verify")
    assert (status, found["valid"]) == (0, True)
    status, found = say(capsys, *admin, "database", "check")
    assert (status, found["valid"]) == (0, True)
    assert [(log["ods"], log["entries"] > 2) for log in found["logs"]] == [("G85001", True)]
    assert made["password"] not in "".join(
        path.read_text(encoding="utf-8", errors="replace")
        for path in (tmp_path / "profile").rglob("*")
        if path.is_file() and path.name != "database.password"
    )
    status, _gone = say(capsys, *admin, "database", "revoke", role)
    assert status == 0
    status, words = say(capsys, *profile, *who, "acknowledge", "EL(26)A/37")
    assert status != 0
    status, found = say(capsys, *admin, "database", "check")
    assert found["logins"] == [{"login": role, "ods": "G85001", "revoked": True}]
    assert found["entries"] > 2


def test_another_organisation_and_a_reader_cannot_begin_a_record(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for ods, words in (("B82001", "records for the organisation B82001"), (None, "may read the database")):
        status, told = say(
            capsys, "--profile", str(tmp_path / str(ods)), "--database", database.login(ods), "init",
            "--organisation", "Albion Street", "--ods", "G85001", "--kind", "gp-practice",
        )  # fmt: skip
        assert status == 2
        assert words in told
    assert database.ask("SELECT count(*) FROM msat.entry") == [(0,)]


def test_a_superuser_begins_no_record(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database.ask("INSERT INTO msat.member (role, ods) VALUES ('postgres', 'G85001')")
    status, told = say(
        capsys, "--profile", str(tmp_path), "--database", database.admin, "init",
        "--organisation", "Albion Street", "--ods", "G85001", "--kind", "gp-practice",
    )  # fmt: skip
    assert status == 1
    assert "could step around the database's guards" in told
    status, found = say(capsys, "--database", database.admin, "database", "check")
    assert status == 1
    assert any("may do more on this server" in problem["what"] for problem in found["problems"])


def test_a_profile_with_a_file_is_not_opened_in_a_database(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begin = ("init", "--organisation", "Albion Street", "--ods", "G85001", "--kind", "gp-practice")
    assert say(capsys, "--profile", str(tmp_path), *begin)[0] == 0
    login = database.login("G85001")
    for command in (("list",), ("verify",), begin):
        status, told = say(capsys, "--profile", str(tmp_path), "--database", login, *command)
        assert status == 2
        assert "record" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("database", "check"), "No database is named"),
        (("--database", "nonsense", "database", "check"), "not the address"),
        (("--database", NOBODY, "database", "check"), "does not answer"),
        (("--database", NOBODY, "database", "grant", "P;DROP", "--ods", "G85001"), "not a fit"),
        (("--database", NOBODY, "database", "grant", "msat_owner", "--ods", "X1"), "not a fit"),
        (("--database", NOBODY, "database", "grant", "p", "--ods", "x'1"), "not an ODS code"),
    ],
)
def test_wrong_use_is_said_in_words(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    status, told = say(capsys, *arguments)
    assert status in (1, 2)
    assert words in told


def test_a_wrong_password_and_a_missing_database_are_said(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = database.server.address(password="wrong", database=database.name)
    assert "password" in say(capsys, "--database", wrong, "database", "check")[1]
    missing = database.server.address(database="nowhere")
    assert "no database of this name" in say(capsys, "--database", missing, "database", "check")[1]


def test_log_ins_that_may_do_too_much_are_refused(database: Database) -> None:
    with pytest.raises(Refused, match="may do more"):
        grant_access(database.admin, "postgres", "G85001")
    database.login("G85001", f"one_{database.name}")
    with pytest.raises(Refused, match="was granted access for G85001"):
        grant_access(database.admin, f"one_{database.name}", "B82001")


def test_an_administrator_who_is_no_superuser_can_set_it_up(empty: Database) -> None:
    role = f"chief_{empty.name}"
    empty.ask(f"DROP ROLE IF EXISTS {role}")
    empty.ask(f"CREATE ROLE {role} LOGIN CREATEROLE PASSWORD 'x'")
    empty.ask(f"ALTER DATABASE {empty.name} OWNER TO {role}")
    address = empty.server.address(role, "x", empty.name)
    assert "msat_empty" in init_database(address)
    try:
        assert grant_access(address, f"site_{empty.name}", "G85001").password
        found = check_database(address).outcome.problems
    finally:
        empty.ask(f"REVOKE msat_owner FROM {role}")  # roles belong to the whole server
    assert [p.what for p in found] == [f"“{role}” can act as the owner of the record."]
    assert empty.ask("SELECT count(*) FROM msat.entry") == [(0,)]


def test_an_older_database_is_migrated_and_proven(postgres_server: object, capsys: pytest.CaptureFixture[str]) -> None:
    database = older_database(postgres_server)
    admin = ("--database", database.admin)
    status, told = say(capsys, *admin, "database", "migrate")
    assert (status, told["before"], told["after"], told["valid"]) == (0, 1, VERSION, True)
    assert say(capsys, *admin, "database", "migrate") == (0, {"before": VERSION, "after": VERSION})
    assert run([*admin, "database", "migrate"]) == 0
    assert f"has schema {VERSION} already" in capsys.readouterr().out
    database.ask("DROP TRIGGER copies_follow ON msat.copy")
    status, words = say(capsys, *admin, "database", "migrate")
    assert status == 1
    assert "“copies_follow” is missing" in words


def test_migrating_needs_the_administrators_log_in(postgres_server: object, capsys: pytest.CaptureFixture[str]) -> None:
    database = older_database(postgres_server)
    login = database.login("G85001")
    status, words = say(capsys, "--database", login, "database", "migrate")
    assert status == 1
    assert "Nothing was changed" in words
    assert database.ask("SELECT to_regclass('msat.copy')") == [(None,)]
