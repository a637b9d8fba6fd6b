"""What the database's administrator does: make the record's schema, let log-ins in and out, and check all of it.

Every statement runs with the rights of the log-in given. Passwords are hashed here and never sent in clear.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from sqlalchemy import Connection, Engine

from msat.errors import RecordProblem, Refused
from msat.ids import LogId
from msat.record.entries import Head
from msat.record.proof import Expected, prove
from msat.record.verification import Problem, Verification
from msat.store import postgres_schema as schema
from msat.store.engine import reading
from msat.store.postgres_counted import (
    THEY_TAKE_AGAIN,
    counted_upto,
    held_copies,
    problem_of,
    rows_of_holder,
    said_aside,
    what_is_left,
)
from msat.store.postgres_ends import Signed, ends_left, gone_on_for
from msat.store.postgres_engine import database_engine, read_address, server_of
from msat.store.postgres_guards import check_schema, missing_guards, missing_indexes, unsafe_settings
from msat.store.postgres_holding import held_up
from msat.store.postgres_inspection import raw_rows
from msat.store.postgres_refusals import may_pass, why
from msat.store.refusals import STORE_ERRORS

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_ODS = re.compile(r"[A-Z0-9]{3,12}")
_ONE_AT_A_TIME = "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('msatctl database init', 5))"
_THE_SAME = "Run the same command once more: it does what was not done, or says that it is done already."
_NEXT = "Put it right, and find out who changed it and when; then run the check again."
_WROTE_THERE = (
    "Find out which log-in of that organisation wrote there, or who used the server's superuser. What is there stays; "
    "whoever writes that log goes on with a new one: msatctl log supersede --reason TEXT."
)
_DANGEROUS = ("rolsuper", "rolcreatedb", "rolcreaterole", "rolreplication", "rolbypassrls")


@dataclass(frozen=True, slots=True)
class Granted:
    """A log-in that was let in. `password` is set when the log-in was made now: shown once, kept nowhere."""

    role: str
    ods: str | None
    password: str


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    """One transaction as the log-in of `address`. Raises RecordProblem in words when the database refuses, or when it
    cannot be told whether what was done is there: then doing the same again finds out."""
    url = read_address(address)
    engine, is_done = database_engine(url, pool=1), False
    try:
        with engine.begin() as connection:
            yield connection
            is_done = True
    except STORE_ERRORS as error:
        cause, next_step = why(error)
        if is_done and may_pass(error):
            words = f"It is not known whether this was done: {cause}, as the database {server_of(url)} was to keep it."
            raise RecordProblem(words, _THE_SAME) from error
        words = f"The database {server_of(url)} refused: {cause}. Nothing was changed."
        raise RecordProblem(words, next_step) from error
    finally:
        engine.dispose()


def init_database(address: str) -> str:
    """Makes roles, table, policies and guards in the database, all or nothing. Returns the database in words.

    Raises Refused when it has them already, RecordProblem when the log-in may not.
    """
    with connected(address) as connection:
        connection.exec_driver_sql(_ONE_AT_A_TIME)
        if connection.exec_driver_sql("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'msat'").scalar():
            check_schema(connection)
            raise Refused("The database is set up already.", "To look at it: msatctl database check.")
        if connection.exec_driver_sql("SHOW server_encoding").scalar() != "UTF8":
            raise Refused("The database does not keep its text as UTF-8.", "Make one with: ENCODING 'UTF8'.")
        there = frozenset(str(name) for (name,) in connection.exec_driver_sql("SELECT rolname FROM pg_roles"))
        for statement in schema.role_statements(there):
            connection.exec_driver_sql(statement)
        _become_owners_equal(connection)
        bring_up(connection, 0)
    return server_of(read_address(address))


def bring_up(connection: Connection, before: int, after: int = schema.VERSION) -> None:
    """Runs what leads from schema `before` (0 for none) to schema `after`; the caller commits."""
    from msat.store.migrations.running import upgrade

    upgrade(connection, schema.REVISIONS, before, after)
    connection.exec_driver_sql(f"COMMENT ON SCHEMA msat IS '{schema.SCHEMAS[after].comment}'")


def _become_owners_equal(connection: Connection) -> None:
    """An administrator who is no superuser must be a member of the owner to hand things over to it."""
    is_super = connection.exec_driver_sql("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").scalar()
    if not is_super:
        connection.exec_driver_sql(f"GRANT {schema.OWNER} TO CURRENT_USER")


def grant_access(address: str, role: str, ods: str | None) -> Granted:
    """Lets `role` record for the organisation `ods`, or read everything when `ods` is None; makes a missing log-in.

    Raises Refused for a name, code or log-in that will not do.
    """
    if not _NAME.fullmatch(role) or role in schema.ROLES or role.startswith("pg_"):
        words = f"“{role}” is not a fit name for a log-in."
        raise Refused(words, "Use small letters, digits and _: for instance g85001.")
    if ods is not None and not _ODS.fullmatch(ods):
        raise Refused(f"“{ods}” is not an ODS code.", "Give capital letters and digits, for instance G85001.")
    with connected(address) as connection:
        check_schema(connection)
        password = _log_in(connection, role)
        group, other = (schema.PRACTICE, schema.COMMITTEE) if ods else (schema.COMMITTEE, schema.PRACTICE)
        _check_same(connection, role, ods)
        connection.exec_driver_sql(f'REVOKE {other} FROM "{role}"')
        connection.exec_driver_sql(f'GRANT {group} TO "{role}"')
        connection.exec_driver_sql(
            "INSERT INTO msat.member (role, ods) VALUES (?, ?) ON CONFLICT (role) DO UPDATE SET ods = excluded.ods, "
            "granted = now(), granted_by = session_user, revoked = NULL, revoked_by = NULL",
            (role, ods),
        )
    return Granted(role, ods, password)


def _log_in(connection: Connection, role: str) -> str:
    """Makes the log-in with a new password; empty when it is there and harmless."""
    found = connection.exec_driver_sql(
        f"SELECT {', '.join(_DANGEROUS)} FROM pg_roles WHERE rolname = ?", (role,)  # noqa: S608
    ).one_or_none()
    if found is not None:
        if any(found):
            raise Refused(
                f"The log-in “{role}” may do more on this server than a practice must.",
                "Make a log-in of its own for MSAT.",
            )
        connection.exec_driver_sql(f'ALTER ROLE "{role}" LOGIN')
        return ""
    password = secrets.token_urlsafe(24)
    driver: Any = connection.connection.driver_connection
    hashed = driver.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    connection.exec_driver_sql(
        f"CREATE ROLE \"{role}\" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS "
        f"CONNECTION LIMIT 50 PASSWORD '{hashed}'"
    )
    return password


def _check_same(connection: Connection, role: str, ods: str | None) -> None:
    before = connection.exec_driver_sql(
        "SELECT ods FROM msat.member WHERE role = ? AND revoked IS NULL", (role,)
    ).one_or_none()
    if before is not None and before[0] != ods:
        raise Refused(
            f"The log-in “{role}” was granted access for {before[0] or 'reading everything'}.",
            "Revoke that first, or use another log-in.",
        )


def revoke_access(address: str, role: str) -> int:
    """Takes access from `role`, at once, also where it is connected now. Its entries stay. Returns sessions ended.

    Raises Refused when the role has no access.
    """
    with connected(address) as connection:
        check_schema(connection)
        found = connection.exec_driver_sql(
            "UPDATE msat.member SET revoked = now(), revoked_by = session_user WHERE role = ? AND revoked IS NULL "
            "RETURNING role",
            (role,),
        ).one_or_none()
        if found is None:
            raise Refused(f"“{role}” has no access to this record.", "To see who has: msatctl database check.")
        connection.exec_driver_sql(f'REVOKE {schema.PRACTICE}, {schema.COMMITTEE} FROM "{role}"')
        ended = connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ? AND datname = current_database() "
            "AND pid <> pg_backend_pid()",
            (role,),
        ).all()
    return len(ended)


@dataclass(frozen=True, slots=True)
class Member:
    """Who may connect: the log-in, its organisation (None reads all), and whether it was taken away again."""

    role: str
    ods: str | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check: findings, log-ins, and the logs that this log-in sees with their number of entries."""

    outcome: Verification
    members: tuple[Member, ...]
    logs: tuple[tuple[str, str, int], ...]


def check_database(address: str, prove_logs: bool = True) -> Checked:
    """Looks at schema, guards, log-ins and settings, and proves every log that this log-in may see."""
    url = read_address(address)
    engine = database_engine(url, pool=1)
    server = server_of(url)
    try:
        with reading(engine) as connection:
            check_schema(connection)
            words = [*missing_guards(connection), *missing_indexes(connection)]
            words += [*unsafe_settings(connection), *_openings(connection)]
            members = _members(connection)
            words += [*_dangerous(connection, members), *held_up(connection)]
            logs, copies, aside = _logs(connection), held_copies(connection), tuple(said_aside(connection))
            ended = {head.log: head for head in gone_on_for(connection)} if prove_logs else {}
            behind = {one.head.log: one for _where, one in ends_left(connection) if one.left} if prove_logs else {}
        problems = [Problem(one, server, _NEXT) for one in words]
        problems += [*_proven(engine, server, logs, behind, ended)] if prove_logs else []
        problems += [*_copies_proven(engine, server, copies)] if prove_logs else []
    except STORE_ERRORS as error:
        cause, next_step = why(error)
        raise RecordProblem(f"The database {server} cannot be checked: {cause}.", next_step) from error
    finally:
        engine.dispose()
    entries = sum(size for _ods, _log, size in logs)
    checked = ["The schema, its functions, policies, guards and rights were compared with those that MSAT makes."]
    if prove_logs:
        checked.append(f"{len(logs):,} logs with {entries:,} entries were proven: hashes, links, bodies, signatures.")
        checked += [one.say_left() for log, one in behind.items() if ended.get(log) == one.head]
        if copies:
            checked.append(f"{len(copies):,} copies of logs that came as files were proven in the same way.")
    checked += aside
    return Checked(Verification(tuple(problems), tuple(checked), entries), members, logs)


def _openings(connection: Connection) -> Iterator[str]:
    """What everybody may do in this database, and should not."""
    statement = """SELECT a.privilege_type FROM pg_catalog.pg_database d, pg_catalog.aclexplode(
      coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
      WHERE d.datname = current_database() AND a.grantee = 0 AND a.privilege_type IN ('TEMPORARY', 'CREATE')"""
    for (right,) in connection.exec_driver_sql(statement):
        yield f"Everybody may use {right} in this database."
    opened = connection.exec_driver_sql("SELECT pg_catalog.has_schema_privilege('public', 'public', 'CREATE')").scalar()
    if opened:
        yield "Everybody may make tables in the schema “public”."


def _members(connection: Connection) -> tuple[Member, ...]:
    if not connection.exec_driver_sql("SELECT pg_catalog.has_table_privilege('msat.member', 'SELECT')").scalar():
        return ()
    found = connection.exec_driver_sql("SELECT role, ods, revoked IS NOT NULL FROM msat.member ORDER BY role")
    return tuple(Member(str(role), ods, bool(revoked)) for role, ods, revoked in found)


def _dangerous(connection: Connection, members: tuple[Member, ...]) -> Iterator[str]:
    """Log-ins that may do more than they should, and some that were deleted or have no entry in the list."""
    listed = {member.role for member in members if not member.revoked}
    statement = f"""SELECT r.rolname, {', '.join('r.' + name for name in _DANGEROUS)} FROM pg_catalog.pg_roles r
      WHERE r.rolname = ANY(?)"""  # noqa: S608
    found = {row[0]: row[1:] for row in connection.exec_driver_sql(statement, (sorted(listed),))}
    for role in sorted(listed):
        if role not in found:
            yield f"The log-in “{role}” has access and does not exist on this server."
        elif any(found[role]):
            yield f"The log-in “{role}” may do more on this server than a practice must."
    if not members:
        return
    inside = connection.exec_driver_sql(
        "SELECT m.rolname, g.rolname FROM pg_catalog.pg_auth_members a JOIN pg_catalog.pg_roles m ON m.oid = a.member "
        "JOIN pg_catalog.pg_roles g ON g.oid = a.roleid WHERE g.rolname = ANY(?) AND NOT m.rolsuper",
        (list(schema.ROLES),),
    ).all()
    for member, group in inside:
        if group == schema.OWNER:
            yield f"“{member}” can act as the owner of the record."


def _logs(connection: Connection) -> tuple[tuple[str, str, int], ...]:
    found = connection.exec_driver_sql("SELECT ods, log, count(*) FROM msat.entry GROUP BY ods, log ORDER BY ods, log")
    return tuple((str(ods), str(log), int(size)) for ods, log, size in found)


def _copies_proven(engine: Engine, server: str, copies: list[tuple[str, str]]) -> Iterator[Problem]:
    for holder, log in copies:
        where = f"copy of log {log} held by {holder}"
        with reading(engine) as connection:
            table = rows_of_holder(connection, holder)
            left = what_is_left(connection, LogId(log), table)
        if left is not None:
            yield problem_of(left, where, THEY_TAKE_AGAIN)
        upto = counted_upto(left)
        rows = (row for row in raw_rows(engine, server, LogId(log), table) if upto is None or row.seq <= upto)
        for one in prove(rows, None, Expected(LogId(log), may_withhold=True)).problems if upto != 0 else ():
            yield replace(one, where=f"{where}, {one.where}")


def _proven(
    engine: Engine,
    server: str,
    logs: tuple[tuple[str, str, int], ...],
    behind: Mapping[LogId, Signed],
    ended: Mapping[LogId, Head],
) -> list[Problem]:
    """What is wrong with each log; behind an end that its key signed, only that somebody wrote there.

    `ended`: those for which another log goes on by their own key's word, and from where: what is left behind is told.
    """
    found: list[Problem] = []
    for ods, name, size in logs:
        log = LogId(name)
        signed = behind.get(log)
        upto = signed.head.size if signed else size
        rows = takewhile(lambda row, upto=upto: row.seq <= upto, raw_rows(engine, server, log))  # type: ignore[misc]
        problems = list(prove(rows, None, Expected(log)).problems)
        if signed and ended.get(log) != signed.head:
            problems.insert(0, signed.problem(_WROTE_THERE))
        found += [replace(one, where=f"log {log} of {ods}, {one.where}") for one in problems]
    return found
