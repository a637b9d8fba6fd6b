"""Whether the database still holds the guards against change that were made: asked at opening and by `database check`.

Reads the server's catalogue, which every log-in may read. In words, what is missing, changed or weakened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Connection

from msat.errors import RecordProblem
from msat.store import postgres_schema as schema

_FUNCTIONS = """SELECT p.proname, p.prosrc, p.prosecdef, array_to_string(p.proconfig, ';'), o.rolname
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_roles o ON o.oid = p.proowner WHERE n.nspname = 'msat'"""
_TRIGGERS = """SELECT t.tgname, t.tgenabled::text, pg_catalog.pg_get_triggerdef(t.oid) FROM pg_catalog.pg_trigger t
WHERE t.tgrelid = 'msat.entry'::regclass AND NOT t.tgisinternal"""
_POLICIES = """SELECT policyname, permissive, roles::text, cmd, coalesce(qual, ''), coalesce(with_check, '')
FROM pg_catalog.pg_policies WHERE schemaname = 'msat' AND tablename = 'entry'"""
_TABLE = """SELECT c.relrowsecurity, c.relforcerowsecurity, c.relpersistence::text, o.rolname, o.rolcanlogin,
o.rolsuper, o.rolbypassrls FROM pg_catalog.pg_class c JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
WHERE c.oid = 'msat.entry'::regclass"""
_RULES = "SELECT rulename FROM pg_catalog.pg_rules WHERE schemaname = 'msat' AND tablename = 'entry'"
_VERSION = """SELECT pg_catalog.obj_description(n.oid, 'pg_namespace') FROM pg_catalog.pg_namespace n
WHERE n.nspname = 'msat'"""
_RIGHTS = """SELECT g.grantee, g.privilege_type FROM (
  SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(a.grantee)::text END AS grantee,
    a.privilege_type FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a WHERE c.oid = 'msat.entry'::regclass
) g WHERE g.grantee <> 'msat_owner'"""
_CREATORS = """SELECT pg_catalog.has_database_privilege(current_database(), 'TEMP'),
pg_catalog.has_database_privilege(current_database(), 'CREATE'),
pg_catalog.has_schema_privilege('msat', 'CREATE')"""
_ALLOWED = {(schema.PRACTICE, "SELECT"), (schema.PRACTICE, "INSERT"), (schema.COMMITTEE, "SELECT")}
_PINNED = "search_path=pg_catalog, pg_temp"


def check_schema(connection: Connection) -> None:
    """Raises RecordProblem unless the database holds a record of a schema that this program knows."""
    server = int(str(connection.exec_driver_sql("SHOW server_version_num").scalar()))
    if server < schema.OLDEST_SERVER:
        raise RecordProblem(
            f"The server is PostgreSQL {server // 10_000}, too old for the record.", "It needs PostgreSQL 13 or later."
        )
    comment = connection.exec_driver_sql(_VERSION).scalar()
    if comment == schema.COMMENT:
        return
    if re.fullmatch(r"MSAT record, schema \d+", str(comment)):
        raise RecordProblem(
            f"The database was made by another MSAT ({comment}; this one knows schema {schema.VERSION}).",
            "Install the newest MSAT; nothing was changed.",
        )
    raise RecordProblem(
        "The database holds no record of MSAT.",
        "Check the address, or have whoever looks after it run: msatctl database init.",
    )


def missing_guards(connection: Connection) -> Iterator[str]:
    """A sentence for each guard that is missing, changed or does not belong."""
    yield from _functions(connection)
    yield from _triggers(connection)
    yield from _policies(connection)
    yield from _table(connection)
    for (name,) in connection.exec_driver_sql(_RULES):
        yield f"The table of entries has a rule “{name}” that does not belong there."
    for role, right in connection.exec_driver_sql(_RIGHTS):
        if (role, right) not in _ALLOWED:
            yield f"“{role}” may {right} the table of entries, which nobody should be able to."


def _functions(connection: Connection) -> Iterator[str]:
    found = {row[0]: tuple(row[1:]) for row in connection.exec_driver_sql(_FUNCTIONS)}
    for name, body in schema.FUNCTIONS.items():
        if name not in found:
            yield f"The database's function “{name}” is missing."
        elif found[name] != (body, True, _PINNED, schema.OWNER):
            yield f"The database's function “{name}” was changed."
    for name in sorted(found.keys() - schema.FUNCTIONS.keys()):
        yield f"The database holds a function “{name}” that does not belong there."


def _triggers(connection: Connection) -> Iterator[str]:
    found = {row[0]: (row[1], row[2]) for row in connection.exec_driver_sql(_TRIGGERS)}
    for name, words in schema.TRIGGERS.items():
        if name not in found:
            yield f"The database's guard “{name}” is missing."
        elif found[name][0] != "A":
            yield f"The database's guard “{name}” does not always fire."
        elif _bare(found[name][1]) != _bare(f"CREATE TRIGGER {name} {words}"):
            yield f"The database's guard “{name}” was changed."
    for name in sorted(found.keys() - schema.TRIGGERS.keys()):
        yield f"The table of entries has a trigger “{name}” that does not belong there."


def _policies(connection: Connection) -> Iterator[str]:
    found = {row[0]: tuple(row[1:]) for row in connection.exec_driver_sql(_POLICIES)}
    for name, (action, using, check) in schema.POLICIES.items():
        if name not in found:
            yield f"The database's policy “{name}” is missing."
            continue
        permissive, roles, command, qual, with_check = found[name]
        same = (_bare(qual), _bare(with_check)) == (_bare(using or ""), _bare(check or ""))
        if (permissive, roles, command) != ("PERMISSIVE", "{public}", action) or not same:
            yield f"The database's policy “{name}” was changed."
    for name in sorted(found.keys() - schema.POLICIES.keys()):
        yield f"The table of entries has a policy “{name}” that does not belong there."


def _bare(words: str) -> str:
    """Words of SQL without what the server adds or leaves out when it tells them: blanks, brackets, schema."""
    return re.sub(r"[\s()]|AS (?:own_ods|reads_all)|msat[.]", "", words)


def _table(connection: Connection) -> Iterator[str]:
    secured, forced, kind, owner, can_login, is_super, bypasses = connection.exec_driver_sql(_TABLE).one()
    if not (secured and forced):
        yield "Row-level security is not in force on the table of entries."
    if kind != "p":
        yield "The table of entries is not logged, so that a crash would empty it."
    if owner != schema.OWNER or can_login or is_super or bypasses:
        yield f"The table of entries belongs to “{owner}”, as whom somebody might change it."


def weak_session(connection: Connection) -> Iterator[str]:
    """Why this log-in must not record here: it could step around the guards, or the server keeps nothing for sure."""
    session = connection.exec_driver_sql(
        "SELECT rolsuper, rolbypassrls, rolname FROM pg_catalog.pg_roles WHERE rolname = session_user"
    ).one()
    if session[0] or session[1]:
        yield f"The log-in “{session[2]}” could step around the database's guards."
    if any(connection.exec_driver_sql(_CREATORS).one()):
        yield "This log-in may make tables of its own in the database."
    yield from unsafe_settings(connection)


def unsafe_settings(connection: Connection) -> Iterator[str]:
    """Settings of the server with which an acknowledged entry can be lost."""
    for name in ("fsync", "full_page_writes"):
        if connection.exec_driver_sql(f"SHOW {name}").scalar() != "on":
            yield f"The database's server runs with {name} off: a power cut can destroy the record."
