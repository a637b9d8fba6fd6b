"""A real PostgreSQL for tests: one private server a test process, databases and log-ins made as they are needed.

Where no server can be had the tests skip and say so. The server is `packaging/postgres.py`.
"""

from __future__ import annotations

import importlib.util
import secrets
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


def server_module() -> ModuleType:
    """packaging/postgres.py, which is not a package's module."""
    if "msat_private_postgres" not in sys.modules:
        spec = importlib.util.spec_from_file_location("msat_private_postgres", ROOT / "packaging" / "postgres.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["msat_private_postgres"] = module
        spec.loader.exec_module(module)
    return sys.modules["msat_private_postgres"]


_started: list[Any] = []


def running_server() -> Any:
    """The private server of this test process, started when first asked for. Skips where it cannot be had."""
    if not _started:
        postgres = server_module()
        try:
            if importlib.util.find_spec("psycopg") is None:
                raise postgres.NoServer("psycopg is not installed (pip install 'msat[postgres]')")
            server = postgres.Server()
            server.start()
            _started.append(server)
        except postgres.NoServer as why:
            _started.append(why)
    if isinstance(_started[0], Exception):
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {_started[0]}")
    return _started[0]


def obituary() -> str:
    """Why the private server is not there any more, in its own words; empty while it runs or was never started."""
    return _started[0].obituary() if _started and not isinstance(_started[0], Exception) else ""


def stop_server() -> None:
    """Ends the private server, if one was started."""
    if _started and not isinstance(_started[0], Exception):
        _started[0].remove()
    _started.clear()


@dataclass(frozen=True)
class Database:
    """One database with the record's schema, and the log-ins let in so far."""

    server: Any
    name: str

    @property
    def admin(self) -> str:
        """The address for the server's superuser."""
        address: str = self.server.address(database=self.name)
        return address

    def login(self, ods: str | None, role: str | None = None) -> str:
        """The address for a new log-in of an organisation, or of a committee that reads everything."""
        from msat.store.postgres_admin import grant_access

        made = grant_access(self.admin, role or f"r{secrets.token_hex(6)}", ods)
        address: str = self.server.address(made.role, made.password, self.name)
        return address

    @contextmanager
    def as_(self, address: str) -> Iterator[Any]:
        """A plain connection of the driver, as an attacker would have one; everything it does is committed."""
        import psycopg

        plain = address.replace("postgresql+psycopg", "postgresql")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            connection = psycopg.connect(plain, autocommit=True, connect_timeout=10)
        try:
            yield connection
        finally:
            connection.close()

    def ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What the superuser is told, past row-level security; nothing for a statement that tells nothing."""
        with self.as_(self.admin) as connection:
            cursor = connection.execute(statement, values or None)
            return list(cursor.fetchall()) if cursor.description else []


def new_database(server: Any) -> Database:
    """A fresh database with the record's schema."""
    from msat.store.postgres_admin import init_database

    made = Database(server, f"msat_{secrets.token_hex(4)}")
    with made.as_(server.address()) as connection:
        connection.execute(f"CREATE DATABASE {made.name} TEMPLATE template0 ENCODING 'UTF8'")
    init_database(made.admin)
    return made
