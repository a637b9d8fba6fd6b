"""Setting a database up, killed at every step: nothing is left half made, and the same command goes on or says so."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from msat.errors import MsatError, RecordProblem, Refused
from msat.store.postgres_admin import check_database, grant_access, init_database
from msat.store.postgres_migrating import migrate_database
from msat.store.postgres_schema import ROLES, VERSION
from tests.postgres import ROOT, Database
from tests.store.test_postgres_ends import of_schema
from tests.store.test_postgres_faults import own_server
from tests.store.test_postgres_network import Wire

__all__ = ["own_server"]
ROLES_THERE = "SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)"
SCHEMAS_THERE = "SELECT count(*) FROM pg_namespace WHERE nspname = 'msat'"


def empty(server: Any) -> Database:
    """A database that nothing was made in yet."""
    made = Database(server, f"empty_{secrets.token_hex(4)}")
    with made.as_(server.address()) as connection:
        connection.execute(f"CREATE DATABASE {made.name} TEMPLATE template0 ENCODING 'UTF8'")
    return made


class Kills:
    """Ends the server's side of the connection before the statement of this number; counts how many there were."""

    def __init__(self, database: Database) -> None:
        self.database, self.at, self.seen = database, 0, 0

    def __call__(self, connection: Any, _cursor: object, _statement: str, *_more: object) -> None:
        self.seen += 1
        if self.seen == self.at:
            pid = connection.connection.driver_connection.info.backend_pid
            self.database.ask("SELECT pg_terminate_backend(%s, 5000)", pid)


@pytest.fixture
def kills() -> Iterator[Callable[[Database], Kills]]:
    made: list[Kills] = []

    def on(database: Database) -> Kills:
        made.append(Kills(database))
        event.listen(Engine, "before_cursor_execute", made[-1])
        return made[-1]

    yield on
    for one in made:
        event.remove(Engine, "before_cursor_execute", one)


def killed(killing: Kills, work: Callable[[], object], at: int) -> str:
    """Does the work and kills it before its statement number `at`; what was said, nothing where it came to its end."""
    killing.seen, killing.at = 0, at
    try:
        work()
    except RecordProblem as said:
        return said.explanation
    finally:
        killing.at = 0
    return ""


def test_setting_up_that_is_killed_at_any_step_leaves_nothing_and_goes_on(
    own_server: object, kills: Callable[[Database], Kills]
) -> None:
    """On a server of its own, so that the roles too are made for the first time."""
    first, database = empty(own_server), empty(own_server)
    killing, tried = kills(database), 0
    while told := killed(killing, lambda: init_database(database.admin), 1 + tried if tried < 12 else 9 * tried - 96):
        assert "Nothing was changed" in told
        assert database.ask(SCHEMAS_THERE) == [(0,)]
        assert database.ask(ROLES_THERE, list(ROLES)) == [(0,)]
        tried += 1
    assert tried > 20
    assert check_database(database.admin).outcome.problems == ()
    with pytest.raises(Refused, match="set up already"):
        init_database(database.admin)
    init_database(first.admin)  # the roles are there now: a second database takes them as they are
    assert check_database(first.admin).outcome.problems == ()


@pytest.mark.parametrize("through", [True, False], ids=["kept", "never arrived"])
def test_a_network_cut_while_it_is_kept_says_that_it_is_not_known(postgres_server: Any, through: bool) -> None:
    database, wire = empty(postgres_server), Wire(postgres_server.port)
    try:
        address = database.admin.replace(f":{postgres_server.port}/", f":{wire.port}/")
        wire.lets_it_through = through

        def arm(_connection: object) -> None:  # not before: the connection's settings are committed too
            wire.word = b"COMMIT"

        event.listen(Engine, "commit", arm)
        try:
            with pytest.raises(RecordProblem, match="not known whether this was done") as said:
                init_database(address)
        finally:
            event.remove(Engine, "commit", arm)
        assert wire.cuts == 1
        assert "Run the same command once more" in said.value.next_step
        if through:
            with pytest.raises(Refused, match="set up already"):
                init_database(address)
        else:
            init_database(address)
        assert check_database(database.admin).outcome.problems == ()
    finally:
        wire.close()


def test_two_who_set_the_same_database_up_at_once(postgres_server: Any) -> None:
    database, gate = empty(postgres_server), threading.Barrier(3)

    def work(_number: int) -> str:
        gate.wait(30)
        try:
            return init_database(database.admin)
        except MsatError as said:
            return f"{said.explanation} {said.next_step}"

    with ThreadPoolExecutor(3) as pool:
        told = list(pool.map(work, range(3)))
    assert sum(database.name in one for one in told) == 1, told
    assert sum("set up already" in one for one in told) == 2, told
    assert check_database(database.admin).outcome.problems == ()


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_migration_that_is_killed_at_any_step_leaves_the_old_form_and_goes_on(
    postgres_server: object, kills: Callable[[Database], Kills], number: int
) -> None:
    database = of_schema(postgres_server, number)
    killing, tried = kills(database), 0
    while told := killed(killing, lambda: migrate_database(database.admin), 1 + 6 * tried):
        assert "Nothing was changed" in told
        tried += 1
    assert tried > 3
    assert check_database(database.admin).outcome.problems == ()
    assert migrate_database(database.admin) == (VERSION, VERSION)


@pytest.mark.skipif(os.name == "nt", reason="a process is not killed like this there")
def test_a_program_that_is_killed_in_the_middle_leaves_nothing(postgres_server: Any) -> None:
    """The process itself, with kill -9: the server notices and takes everything back."""
    database = empty(postgres_server)
    words = (
        "import os, signal, sys\nfrom sqlalchemy import event\nfrom sqlalchemy.engine import Engine\n"
        "from msat.store.postgres_admin import init_database\nleft = [int(sys.argv[2])]\n"
        "def count(*_given):\n    left[0] -= 1\n    if not left[0]:\n        os.kill(os.getpid(), signal.SIGKILL)\n"
        "event.listen(Engine, 'before_cursor_execute', count)\ninit_database(sys.argv[1])\n"
    )
    for at in (5, 30):
        done = subprocess.run([sys.executable, "-c", words, database.admin, str(at)], cwd=ROOT, check=False)
        assert done.returncode == -9
        assert database.ask(SCHEMAS_THERE) == [(0,)]
    init_database(database.admin)
    assert grant_access(database.admin, f"r{secrets.token_hex(4)}", "G85001").password
    assert check_database(database.admin).outcome.problems == ()
