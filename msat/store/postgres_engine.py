"""The engine on a record in PostgreSQL: the address read and judged, encryption required, each connection made safe.

Statements of `store` are written with `?`, as SQLite has it; here they are handed to psycopg with its own marks.
"""

from __future__ import annotations

import importlib.util
import ipaddress
from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from msat.errors import RecordProblem, Refused
from msat.store import postgres_schema as schema

DRIVER = "postgresql+psycopg"
_EXAMPLE = "Write it as postgresql+psycopg://LOG-IN@SERVER/DATABASE."
_OPTIONS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", "host", "connect_timeout"})
_ENCRYPTED = ("verify-full", "verify-ca", "require")
_ASKED_FIRST = """SELECT pg_catalog.current_setting('synchronous_commit'),
pg_catalog.to_regprocedure('msat.write_to(text)') IS NOT NULL"""
CONNECT_S, LOCK_MS, STATEMENT_MS = 10, 15_000, 60_000


def read_address(text: str) -> URL:
    """The address of a database. Raises Refused for one that MSAT does not open, or not without encryption."""
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError) as error:
        raise Refused("This is not the address of a database.", _EXAMPLE) from error
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername=DRIVER)
    if url.drivername != DRIVER:
        raise Refused(f"MSAT keeps no record in a database of the kind “{url.drivername}”.", _EXAMPLE)
    for name in url.query:
        if name not in _OPTIONS:
            raise Refused(f"The address holds the option “{name}”, which MSAT does not take.", _EXAMPLE)
    if not url.database or not url.username:
        raise Refused("The address names no log-in or no database.", _EXAMPLE)
    if not (url.host or url.query.get("host")):
        raise Refused("The address names no server.", _EXAMPLE)
    return _encrypted(url)


def _encrypted(url: URL) -> URL:
    """The address with encryption asked for. Only a connection that never leaves this computer may do without."""
    mode = url.query.get("sslmode")
    if is_local(url):
        return url
    if mode is None:
        return url.update_query_dict({"sslmode": "verify-full"})
    if mode not in _ENCRYPTED:
        raise Refused(
            f"The connection to {server_of(url)} would not be encrypted (sslmode={mode}).",
            "Leave sslmode away: verify-full is the default.",
        )
    return url


def is_local(url: URL) -> bool:
    """Whether the address stays on this computer: a loopback address or a socket in a folder."""
    named = [url.host] if url.host else []
    option = url.query.get("host", ())
    named += [option] if isinstance(option, str) else list(option)
    return all(_is_loopback(name) for name in named)


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def server_of(url: URL) -> str:
    """The database in words for people: no password, no options."""
    option = url.query.get("host", "")
    host = url.host or (option if isinstance(option, str) else ",".join(option))
    return f"{url.database} on {host}{f':{url.port}' if url.port else ''}"


def without_password(url: URL) -> str:
    """The address as it is kept in the profile."""
    # Not URL.set: it takes None for "as it was".
    bare = URL.create(url.drivername, url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string(hide_password=False)


def database_engine(url: URL, log: str = "", pool: int = 3) -> Engine:
    """An engine on the database at `url`; `log` is the one whose lock a writer takes. Connects when first used."""
    if importlib.util.find_spec("psycopg") is None:
        raise Refused("The driver for PostgreSQL is not installed.", "Install it: pip install 'msat[postgres]'.")
    engine = create_engine(
        url,
        connect_args=_connect_arguments(url),
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=True,
        hide_parameters=True,
    )
    engine.update_execution_options(msat_log=log)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        _check_encrypted(connection, url)
        _set_up(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if (options := connection.get_execution_options()).get("writes"):
            _make_durable(connection, options)

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _marks(
        _connection: Connection, _cursor: object, statement: str, values: Any, _context: object, _many: bool
    ) -> tuple[str, Any]:
        return statement.replace("?", "%s"), values

    return engine


def _connect_arguments(url: URL) -> dict[str, object]:
    # Given outright, so that no variable of the environment makes the connection weaker or leads it elsewhere.
    arguments: dict[str, object] = {"application_name": "MSAT", "tcp_user_timeout": 20_000}
    if "connect_timeout" not in url.query:
        arguments["connect_timeout"] = CONNECT_S
    if url.query.get("sslmode") == "verify-full" and "sslrootcert" not in url.query:
        arguments["sslrootcert"] = "system"
    return arguments


def _check_encrypted(connection: Any, url: URL) -> None:
    """What was asked for is read back: the driver's own settings might have led elsewhere."""
    if connection.pgconn.ssl_in_use or is_local(url):
        return
    connection.close()
    raise RecordProblem(f"The connection to {server_of(url)} is not encrypted.", "Tell whoever looks after it.")


def _set_up(connection: Any) -> None:
    """Says where names are looked for and how long is waited; each connection anew."""
    cursor = connection.cursor()
    cursor.execute("SET search_path = msat, pg_temp")
    cursor.execute(f"SET statement_timeout = {STATEMENT_MS}")
    cursor.execute(f"SET lock_timeout = {LOCK_MS}")
    cursor.execute("SET idle_in_transaction_session_timeout = 60000")
    cursor.execute("SET default_transaction_isolation = 'read committed'")
    cursor.execute("SET client_encoding = 'UTF8'")
    cursor.close()
    connection.commit()


def _make_durable(connection: Connection, options: Mapping[str, Any]) -> None:
    """Runs first in every writing transaction: a commit that is answered is on the server's disk; one writer a log."""
    set_to, has_rows = connection.exec_driver_sql(_ASKED_FIRST).one()
    if set_to in ("off", "local"):
        connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
    if options.get("msat_log"):
        connection.exec_driver_sql(schema.WRITE_TO if has_rows else schema.LOCK, (options["msat_log"],))
