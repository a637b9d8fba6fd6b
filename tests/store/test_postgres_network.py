"""The network cut at the worst moment: when the COMMIT has gone out and its answer never comes, and earlier."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from msat.clock import SystemClock
from msat.errors import NotRecorded, RecordProblem
from msat.places import Places, places
from msat.store import postgres_record
from msat.store.postgres_opening import create_database_record, open_database_record
from tests.postgres import Database, new_database
from tests.record.makers import ORGANISATION, draft


class Wire:
    """Stands between program and server. Armed with a word, it lets that message through and then goes dead."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.word = b""
        self.lets_it_through = True
        self.cuts = 0
        self.is_dead = False
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
                if self.is_dead:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self._port))
            except OSError:
                return
            self._open += [client, server]
            threading.Thread(target=self._forward, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._forward, args=(server, client, False), daemon=True).start()

    def _forward(self, source: socket.socket, target: socket.socket, is_from_client: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if is_from_client and self.word and self.word in data:
                    self.word = b""
                    self.cuts += 1
                    # First the way back: an answer must never reach the program.
                    source.shutdown(socket.SHUT_WR)
                    if self.lets_it_through:
                        target.sendall(data)
                        time.sleep(0.3)
                    break
                target.sendall(data)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()
        for one in self._open:
            one.close()


@pytest.fixture
def database(postgres_server: object) -> Database:
    return new_database(postgres_server)


@pytest.fixture
def wire(database: Database) -> Iterator[Wire]:
    made = Wire(database.server.port)
    yield made
    made.close()


@pytest.fixture
def where(database: Database, wire: Wire, tmp_path: Path) -> Places:
    made = places(tmp_path)
    address = database.login(ORGANISATION.ods).replace(f":{database.server.port}/", f":{wire.port}/")
    create_database_record(made, address, ORGANISATION, SystemClock(), "0.1")[0].close()
    return made


def ids(database: Database) -> list[str]:
    return [found for (found,) in database.ask("SELECT id FROM msat.entry WHERE seq > 1 ORDER BY seq")]


@pytest.mark.parametrize("through", [True, False], ids=["committed", "never arrived"])
@pytest.mark.parametrize("word", [b"COMMIT", b"INSERT INTO entry", b"msat.write_to"])
def test_a_cut_at_any_moment_records_once(
    database: Database, wire: Wire, where: Places, word: bytes, through: bool
) -> None:
    with open_database_record(where, SystemClock()) as record:
        told = [e.id for e in record.append([draft("before")])]
        wire.word, wire.lets_it_through = word, through
        told += [e.id for e in record.append([draft("one"), draft("two")])]
        assert wire.cuts == 1
        told += [e.id for e in record.append([draft("after")])]
        assert ids(database) == told
        assert record.verify().problems == ()


def test_a_network_that_stays_away_after_the_commit_leaves_it_open_and_says_so(
    database: Database, wire: Wire, where: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_record, "PAUSES_S", (0.01, 0.01))
    with open_database_record(where, SystemClock()) as record:
        record.append([draft("before")])
        wire.word = b"COMMIT"
        wire.is_dead = True
        with pytest.raises(RecordProblem) as problem:
            record.append([draft("one"), draft("two")])
        assert not isinstance(problem.value, NotRecorded)
        assert "not known whether entries 3 to 4 was recorded" in problem.value.explanation
        assert "up to entry 2 is recorded" in problem.value.explanation
        wire.is_dead = False
        record.append([draft("after")])
        assert [e.data["note"] for e in record.entries(after=1)] == ["before", "one", "two", "after"]
    with open_database_record(where, SystemClock()) as record:
        assert record.verify().problems == ()
        assert len(ids(database)) == 4


def test_a_transaction_with_an_old_snapshot_makes_no_fork(database: Database, where: Places) -> None:
    """Somebody's own program in repeatable read, which does not see the entry that was added meanwhile."""
    import psycopg

    from tests.store.test_postgres_attacks import INSERT, following, values

    login = database.login(ORGANISATION.ods)
    with open_database_record(where, SystemClock()) as record, database.as_(login) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        connection.execute("SELECT count(*) FROM msat.entry")
        old = following(record.head(), ORGANISATION)
        record.append([draft("meanwhile")])
        with pytest.raises(psycopg.Error, match="duplicate key"):
            connection.execute(INSERT, values(old, ORGANISATION.ods))
        connection.execute("ROLLBACK")
        assert record.verify().valid
    assert len(ids(database)) == 1
