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
_CALLERS = """SELECT g.grantee, g.proname FROM (
  SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(a.grantee)::text END AS grantee, p.proname
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace,
    pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a WHERE n.nspname = 'msat'
) g WHERE g.grantee <> 'msat_owner' ORDER BY 1, 2"""
_INDEXES = """SELECT c.relname, pg_catalog.pg_get_indexdef(c.oid) FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'msat' AND c.relkind = 'i'"""
_TRIGGERS = """SELECT t.tgname, t.tgenabled::text, pg_catalog.pg_get_triggerdef(t.oid) FROM pg_catalog.pg_trigger t
WHERE t.tgrelid = CAST(? AS text)::regclass AND NOT t.tgisinternal"""
_POLICIES = """SELECT policyname, permissive, roles::text, cmd, coalesce(qual, ''), coalesce(with_check, '')
FROM pg_catalog.pg_policies WHERE schemaname = 'msat' AND tablename = ?"""
_TABLE = """SELECT c.relrowsecurity, c.relforcerowsecurity, c.relpersistence::text, o.rolname, o.rolcanlogin,
o.rolsuper, o.rolbypassrls FROM pg_catalog.pg_class c JOIN pg_catalog.pg_roles o ON o.oid = c.relowner
WHERE c.oid = CAST(? AS text)::regclass"""
_RULES = "SELECT rulename FROM pg_catalog.pg_rules WHERE schemaname = 'msat' AND tablename = ?"
_TABLES = """SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'msat' AND c.relkind = ANY(?)"""
_VIEWS = """SELECT c.relname, pg_catalog.pg_get_viewdef(c.oid), array_to_string(c.reloptions, ';'), o.rolname
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_roles o ON o.oid = c.relowner WHERE n.nspname = 'msat' AND c.relkind = 'v'"""
_HOLDER = """SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d
JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
WHERE d.adrelid = 'msat.copy'::regclass AND a.attname = 'holder' AND a.attnotnull"""
_VERSION = """SELECT pg_catalog.obj_description(n.oid, 'pg_namespace') FROM pg_catalog.pg_namespace n
WHERE n.nspname = 'msat'"""
_RIGHTS = """SELECT g.grantee, g.privilege_type FROM (
  SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(a.grantee)::text END AS grantee,
    a.privilege_type FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a
    WHERE c.oid = CAST(? AS text)::regclass
) g WHERE g.grantee <> 'msat_owner'"""
_COLUMN_RIGHTS = """SELECT g.grantee, g.attname, g.privilege_type FROM (
  SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(a.grantee)::text END AS grantee,
    c.attname, a.privilege_type FROM pg_catalog.pg_attribute c, pg_catalog.aclexplode(c.attacl) a
    WHERE c.attrelid = CAST(? AS text)::regclass
) g WHERE g.grantee <> 'msat_owner'"""
_CREATORS = """SELECT pg_catalog.has_database_privilege(current_database(), 'TEMP'),
pg_catalog.has_database_privilege(current_database(), 'CREATE'),
pg_catalog.has_schema_privilege('msat', 'CREATE')"""
_PINNED = "search_path=pg_catalog, pg_temp"


def check_schema(connection: Connection) -> int:
    """The number of the database's schema. Raises RecordProblem unless it holds a record that this program knows."""
    server = int(str(connection.exec_driver_sql("SHOW server_version_num").scalar()))
    if server < schema.OLDEST_SERVER:
        raise RecordProblem(
            f"The server is PostgreSQL {server // 10_000}, too old for the record.", "It needs PostgreSQL 13 or later."
        )
    comment = str(connection.exec_driver_sql(_VERSION).scalar())
    for number, known in schema.SCHEMAS.items():
        if comment == known.comment:
            return number
    if re.fullmatch(r"MSAT record, schema \d+", comment):
        raise RecordProblem(
            f"The database was made by a newer MSAT ({comment}; this one knows schema {schema.VERSION}).",
            "Install the newest MSAT; nothing was changed.",
        )
    raise RecordProblem(
        "The database holds no record of MSAT.",
        "Check the address, or have whoever looks after it run: msatctl database init.",
    )


def missing_guards(connection: Connection) -> Iterator[str]:
    """A sentence for each guard of the database's schema that is missing, changed or does not belong."""
    wanted = schema.SCHEMAS[check_schema(connection)]
    yield from _functions(connection, wanted)
    yield from _views(connection, wanted)
    found = {name for (name,) in connection.exec_driver_sql(_TABLES, (["r", "p", "f", "m"],))}
    for name in sorted(found - wanted.tables.keys() - {"member"}):
        yield f"The database holds a table “{name}” that does not belong there."
    for name, table in wanted.tables.items():
        if name not in found:
            yield f"The database's table “{name}” is missing."
            continue
        yield from _triggers(connection, name, table)
        yield from _policies(connection, name, table)
        yield from _table(connection, name, table)
        yield from _rights(connection, name, table)
    if "copy" in wanted.tables and _bare(str(connection.exec_driver_sql(_HOLDER).scalar())) != _bare(wanted.holder):
        yield "Whose copies are whose is no longer filled in by the database."


def _functions(connection: Connection, wanted: schema.Schema) -> Iterator[str]:
    there = connection.exec_driver_sql(_FUNCTIONS).all()
    found = {row[0]: tuple(row[1:]) for row in there}
    for name in sorted({row[0] for row in there if sum(row[0] == other[0] for other in there) > 1}):
        yield f"The database holds a second function “{name}” that does not belong there."
    for caller, name in connection.exec_driver_sql(_CALLERS):
        if (caller, name) not in wanted.callable_by:
            yield f"“{caller}” may call the database's function “{name}”, which it should not."
    for name, body in wanted.functions.items():
        if name not in found:
            yield f"The database's function “{name}” is missing."
        elif found[name] != (body, True, wanted.settings.get(name, _PINNED), schema.OWNER):
            yield f"The database's function “{name}” was changed."
    for name in sorted(found.keys() - wanted.functions.keys()):
        yield f"The database holds a function “{name}” that does not belong there."


def missing_indexes(connection: Connection) -> Iterator[str]:
    """A sentence for each index that is missing or another: no guard, but without it the database is slow."""
    wanted = schema.SCHEMAS[check_schema(connection)].indexes
    found = {str(name): str(words) for name, words in connection.exec_driver_sql(_INDEXES)}
    for name, words in wanted.items():
        if _bare(found.get(name, "")) != _bare(f"CREATE INDEX {name} {words}"):
            yield f"The database's index “{name}” is missing or another than it was made, so that it is slow."


def _views(connection: Connection, wanted: schema.Schema) -> Iterator[str]:
    found = {row[0]: tuple(row[1:]) for row in connection.exec_driver_sql(_VIEWS)}
    for name, words in wanted.views.items():
        if name not in found:
            yield f"The database's view “{name}” is missing."
            continue
        told, options, owner = found[name]
        if (_bare(told), options, owner) != (_bare(words) + ";", "security_barrier=true", schema.OWNER):
            yield f"The database's view “{name}” was changed."
    for name in sorted(found.keys() - wanted.views.keys()):
        yield f"The database holds a view “{name}” that does not belong there."


def _triggers(connection: Connection, table: str, wanted: schema.Table) -> Iterator[str]:
    found = {row[0]: (row[1], row[2]) for row in connection.exec_driver_sql(_TRIGGERS, (f"msat.{table}",))}
    for name, words in wanted.triggers.items():
        if name not in found:
            yield f"The database's guard “{name}” is missing."
        elif found[name][0] != "A":
            yield f"The database's guard “{name}” does not always fire."
        elif _bare(found[name][1].replace(" CONSTRAINT ", " ", 1)) != _bare(f"CREATE TRIGGER {name} {words}"):
            yield f"The database's guard “{name}” was changed."
    for name in sorted(found.keys() - wanted.triggers.keys()):
        yield f"{_said(table)} has a trigger “{name}” that does not belong there."


def _policies(connection: Connection, table: str, wanted: schema.Table) -> Iterator[str]:
    found = {row[0]: tuple(row[1:]) for row in connection.exec_driver_sql(_POLICIES, (table,))}
    for name, (action, using, check) in wanted.policies.items():
        if name not in found:
            yield f"The database's policy “{name}” is missing."
            continue
        permissive, roles, command, qual, with_check = found[name]
        same = (_bare(qual), _bare(with_check)) == (_bare(using or ""), _bare(check or ""))
        if (permissive, roles, command) != ("PERMISSIVE", "{public}", action) or not same:
            yield f"The database's policy “{name}” was changed."
    for name in sorted(found.keys() - wanted.policies.keys()):
        yield f"{_said(table)} has a policy “{name}” that does not belong there."


def _rights(connection: Connection, table: str, wanted: schema.Table) -> Iterator[str]:
    for (name,) in connection.exec_driver_sql(_RULES, (table,)):
        yield f"{_said(table)} has a rule “{name}” that does not belong there."
    for role, right in connection.exec_driver_sql(_RIGHTS, (f"msat.{table}",)):
        if (role, right) not in wanted.rights:
            yield f"“{role}” may {right} {_said(table)[0].lower()}{_said(table)[1:]}, which nobody should be able to."
    for role, column, right in connection.exec_driver_sql(_COLUMN_RIGHTS, (f"msat.{table}",)):
        if right != "INSERT" or (role, column) not in wanted.columns:
            yield f"“{role}” may {right} the column “{column}” of the table “{table}”, which it should not."


def _said(table: str) -> str:
    of = {"entry": "entries", "copy": "copies", "aside": "what was set aside"}.get(table, "logs")
    return f"The table of {of}"


def _bare(words: str) -> str:
    """Words of SQL without what the server adds or leaves out when it tells them: blanks, brackets, schema."""
    return re.sub(r"[\s()]|AS (?:own_ods|reads_all)|msat[.]", "", words)


def _table(connection: Connection, table: str, wanted: schema.Table) -> Iterator[str]:
    found = connection.exec_driver_sql(_TABLE, (f"msat.{table}",)).one()
    secured, forced, kind, owner, can_login, is_super, bypasses = found
    if wanted.is_row_secured and not (secured and forced):
        yield f"Row-level security is not in force on {_said(table)[0].lower()}{_said(table)[1:]}."
    if kind != "p":
        yield f"{_said(table)} is not logged, so that a crash would empty it."
    if owner != schema.OWNER or can_login or is_super or bypasses:
        yield f"{_said(table)} belongs to “{owner}”, as whom somebody might change it."


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
