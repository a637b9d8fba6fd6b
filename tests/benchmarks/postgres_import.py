"""Entries of other sites' logs into PostgreSQL: COPY binary with the checking trigger, beside bare COPY binary.

Run as: python -m tests.benchmarks.postgres_import [LOGS] [ENTRIES]. The bare table has the same columns and key and no
trigger; a second one also the index by which an entry is found. The check is measured without and with that of each
log's signature, which costs the same however long the log is. Prints a table; starts a private server of its own.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msat.clock import FixedClock
from msat.ids import LogId
from msat.record.memory import MemoryRecord
from msat.record.organisation import Organisation
from msat.record.received import RawEntry
from msat.store.postgres_bulk import COPY, TYPES, copy_in
from msat.store.postgres_engine import database_engine, read_address
from tests.conftest import NOON
from tests.postgres import new_database, running_server, stop_server
from tests.record.makers import draft

Log = tuple[LogId, list[RawEntry], str]
_BARE = """CREATE TABLE public.bare (holder text NOT NULL DEFAULT '16C', log text NOT NULL, seq bigint NOT NULL,
id text NOT NULL, type text NOT NULL, header bytea NOT NULL, body bytea, note text, PRIMARY KEY (holder, log, seq))"""
ROUNDS = 4


def make_logs(logs: int, entries: int) -> list[Log]:
    """Logs of real entries, each body of some 400 bytes."""
    made = []
    for number in range(logs):
        record = MemoryRecord(Organisation(f"Practice {number}", f"A{number:05}", "gp-practice"), FixedClock(NOON))
        record.append([draft(f"{number}-{n} {'x' * 130}") for n in range(entries - 1)])
        rows = [RawEntry(e.id, e.type, e.header, e.body) for e in record.entries()]
        made.append((record.log, rows, record.signed_head()))
    return made


def into(table: str) -> Callable[..., None]:
    """The floor: the same rows through the same driver into a table that checks nothing."""

    def put(connection: Any, log: LogId, rows: list[RawEntry], note: str) -> None:
        driver = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(COPY.replace("msat.copy", table)) as copying:
            copying.set_types(TYPES)
            for seq, row in enumerate(rows, start=1):
                copying.write_row((log, seq, row.id, row.type, row.header, row.body, None))

    return put


WAYS = (
    ("bare", into("public.bare"), "public.bare"),
    ("indexed", into("public.indexed"), "public.indexed"),
)


def checked(connection: Any, log: LogId, rows: list[RawEntry], note: str) -> None:
    """What MSAT does for one file."""
    copy_in(connection, log, 0, rows, note)


def worked_s(pid: int) -> float:
    """Seconds that a process of the server has computed so far; 0 where the system does not say."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def timed(engine: Any, put: Callable[..., None], logs: list[Log], as_one: bool) -> tuple[float, float]:
    """Seconds for all logs, and those that the server computed: each log in a transaction of its own, or all in one."""
    with engine.connect() as connection:
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    worked, began = worked_s(pid), time.perf_counter()
    _put_all(engine, put, logs, as_one)
    return time.perf_counter() - began, worked_s(pid) - worked


def _put_all(engine: Any, put: Callable[..., None], logs: list[Log], as_one: bool) -> None:
    if as_one:
        with engine.begin() as connection:
            for log in logs:
                put(connection, *log)
    else:
        for log in logs:
            with engine.begin() as connection:
                put(connection, *log)


def main() -> None:
    logs, entries = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 2 else (200, 100)
    made = make_logs(logs, entries)
    database = new_database(running_server())
    database.ask(_BARE)
    database.ask(_BARE.replace("public.bare", "public.indexed"))
    database.ask("CREATE INDEX ON public.indexed USING hash (id)")
    login = database.login("16C")
    database.ask("GRANT INSERT ON public.bare, public.indexed TO msat_practice")
    engine = database_engine(read_address(login), pool=1)
    try:
        for as_one in (False, True):
            best: dict[str, float] = {}
            worked: dict[str, float] = {}
            for _round in range(ROUNDS):
                for name, put, table in (*WAYS, ("rows", checked, "msat.copy"), ("checked", checked, "msat.copy")):
                    database.ask("SET session_replication_role = replica")
                    with database.as_(database.admin) as admin:
                        admin.execute("ALTER TABLE msat.copy DISABLE TRIGGER ALL")
                        admin.execute(f"TRUNCATE {table}")
                        guards = ("copies_arrive", "copies_follow", "copy_is_never_emptied")
                        for guard in (*guards, *(("copy_end_is_signed",) if name == "checked" else ())):
                            admin.execute(f"ALTER TABLE msat.copy ENABLE ALWAYS TRIGGER {guard}")
                    took_s, cpu_s = timed(engine, put, made, as_one)
                    best[name] = min(took_s, best.get(name, took_s))
                    worked[name] = min(cpu_s, worked.get(name, cpu_s))
            how = "one transaction" if as_one else "one transaction a log"
            rows = logs * entries
            took = {name: seconds * 1e6 / rows for name, seconds in best.items()}
            first, second = took["rows"] / took["bare"], took["rows"] / took["indexed"]
            signature_ms = (took["checked"] - took["rows"]) * entries / 1e3
            print(
                f"{logs} logs of {entries}, {how}, µs an entry: bare COPY {took['bare']:.1f}, with the index by id "
                f"{took['indexed']:.1f}, rows checked {took['rows']:.1f}: {first:.2f} x and {second:.2f} x; with each "
                f"log's signature {took['checked']:.1f}: {took['checked'] / took['bare']:.2f} x, {signature_ms:.1f} ms "
                "a log"
            )
            cpu = {name: seconds * 1e6 / rows for name, seconds in worked.items()}
            if all(cpu.values()):
                first, second = cpu["rows"] / cpu["bare"], cpu["rows"] / cpu["indexed"]
                print(
                    f"    of it computed by the server: {cpu['bare']:.1f}, {cpu['indexed']:.1f}, {cpu['rows']:.1f}: "
                    f"{first:.2f} x and {second:.2f} x; with the signatures {cpu['checked']:.1f}"
                )
    finally:
        engine.dispose()
        stop_server()


if __name__ == "__main__":
    main()
