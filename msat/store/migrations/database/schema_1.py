"""Schema 1 of a shared database: roles, the table of entries, its policies and the checking trigger. Frozen.

The owner cannot log in; a practice's log-in may look and insert, a committee's may look. Row-level security goes by
`session_user`, which no client can set, and holds the owner too. The trigger recomputes what an entry claims of itself;
the signature it cannot check: readers do. A superuser of the server is only ever found out, by the chain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.operations import Operations

revision = "1"
down_revision = None

OWNER, PRACTICE, COMMITTEE = "msat_owner", "msat_practice", "msat_committee"
ROLES = (OWNER, PRACTICE, COMMITTEE)
"""Roles that nobody logs in as; a log-in is a member of the second or the third."""

# The organisation (`ods`) stands in every key, so that the table can be partitioned or distributed by it. It adds
# nothing to uniqueness: the trigger keeps a log with one organisation, and an id is the hash of its log and number.
_ENTRY = """CREATE TABLE msat.entry (
  ods text NOT NULL DEFAULT msat.own_ods(),
  log text NOT NULL CHECK (log ~ '^[0-9a-f]{32}$'),
  seq bigint NOT NULL CHECK (seq >= 1),
  id text NOT NULL CHECK (id ~ '^[0-9a-f]{64}$'),
  type text NOT NULL CHECK (type ~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)+$'),
  header bytea NOT NULL CHECK (octet_length(header) <= 2048),
  body bytea CHECK (octet_length(body) <= 65533),
  note text CHECK (octet_length(note) <= 8192),
  PRIMARY KEY (log, seq, ods),
  CONSTRAINT entry_has_its_own_id UNIQUE (id, ods)
)"""

_MEMBER = """CREATE TABLE msat.member (
  role name PRIMARY KEY,
  ods text CHECK (ods ~ '^[A-Z0-9]{3,12}$'),
  granted timestamptz NOT NULL DEFAULT now(),
  granted_by name NOT NULL DEFAULT session_user,
  revoked timestamptz,
  revoked_by name
)"""

_OWN_ODS = """SELECT m.ods FROM msat.member m WHERE m.role = session_user AND m.revoked IS NULL"""

_READS_ALL = """SELECT EXISTS (SELECT 1 FROM msat.member m
  WHERE m.role = session_user AND m.revoked IS NULL AND m.ods IS NULL)"""

_FOLLOWS = """
DECLARE
  said text := convert_from(NEW.header, 'UTF8');
  seen record;
BEGIN
  IF NEW.ods IS DISTINCT FROM msat.own_ods() THEN
    RAISE EXCEPTION 'this log-in may not record for that organisation' USING ERRCODE = '42501';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.log, 5));
  SELECT e.seq, e.id INTO seen FROM msat.entry e WHERE e.log = NEW.log AND e.ods = NEW.ods
    ORDER BY e.seq DESC LIMIT 1;
  IF NEW.seq IS DISTINCT FROM coalesce(seen.seq, 0) + 1 THEN
    RAISE EXCEPTION 'the number does not follow the last entry' USING ERRCODE = '23514';
  END IF;
  IF substr(said, 125, 64) IS DISTINCT FROM coalesce(seen.id, repeat('0', 64)) THEN
    RAISE EXCEPTION 'the header does not name the entry before it' USING ERRCODE = '23514';
  END IF;
  IF NEW.id IS DISTINCT FROM encode(sha256(convert_to('msat-event-v1' || chr(10), 'UTF8') || NEW.header), 'hex') THEN
    RAISE EXCEPTION 'the header does not hash to the id' USING ERRCODE = '23514';
  END IF;
  IF NEW.body IS NULL OR substr(said, 10, 64) IS DISTINCT FROM
      encode(sha256(convert_to('msat-body-v1' || chr(10), 'UTF8') || NEW.body), 'hex') THEN
    RAISE EXCEPTION 'the body does not hash to the header' USING ERRCODE = '23514';
  END IF;
  IF said IS DISTINCT FROM '{"body":"' || substr(said, 10, 64) || '","log":"' || NEW.log ||
      '","prev":"' || substr(said, 125, 64) || '","seq":' || NEW.seq ||
      ',"time":"' || substr(said, 206 + length(NEW.seq::text), 20) ||
      '","type":"' || NEW.type || '","v":1}'
      OR substr(said, 206 + length(NEW.seq::text), 20) !~
      '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$' THEN
    RAISE EXCEPTION 'the header is not in its form, or names another log, number or type' USING ERRCODE = '23514';
  END IF;
  IF convert_from(NEW.body, 'UTF8')::jsonb #>> '{organisation,ods}' IS DISTINCT FROM NEW.ods THEN
    RAISE EXCEPTION 'the body names another organisation' USING ERRCODE = '42501';
  END IF;
  IF NEW.seq = 1 AND (NEW.type <> 'log.opened' OR NEW.log IS DISTINCT FROM
      substr(encode(sha256(convert_to('msat-log-v1' || chr(10), 'UTF8') || NEW.body), 'hex'), 1, 32)) THEN
    RAISE EXCEPTION 'the first entry does not hash to the name of its log' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END
"""

_NEVER = """
BEGIN
  RAISE EXCEPTION 'an entry is never changed or deleted: record a correction' USING ERRCODE = '42501';
END
"""

FUNCTIONS = {"own_ods": _OWN_ODS, "reads_all": _READS_ALL, "entry_follows_the_last": _FOLLOWS, "entry_is_kept": _NEVER}
"""Each function by name, with its body as the server must hold it."""

TRIGGERS = {
    "entry_follows_the_last": "BEFORE INSERT ON msat.entry FOR EACH ROW EXECUTE FUNCTION msat.entry_follows_the_last()",
    "entry_is_never_changed": "BEFORE UPDATE ON msat.entry FOR EACH STATEMENT EXECUTE FUNCTION msat.entry_is_kept()",
    "entry_is_never_deleted": "BEFORE DELETE ON msat.entry FOR EACH STATEMENT EXECUTE FUNCTION msat.entry_is_kept()",
    "entry_is_never_emptied": "BEFORE TRUNCATE ON msat.entry FOR EACH STATEMENT EXECUTE FUNCTION msat.entry_is_kept()",
}
"""Each trigger by name, with the words that make it. All fire always, for replication too."""

POLICIES = {
    "entry_is_seen": ("SELECT", "ods = (SELECT msat.own_ods()) OR (SELECT msat.reads_all())", None),
    "entry_is_added": ("INSERT", None, "ods = (SELECT msat.own_ods())"),
}
"""Each policy by name: for what, who sees a row, who may add it."""


def role_statements(existing: frozenset[str]) -> list[str]:
    """Makes those of ROLES that the server does not have yet."""
    return [
        f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
        for role in ROLES
        if role not in existing
    ]


def upgrade(op: Operations) -> None:
    """Makes schema 1 in a database that has no schema `msat`. The roles are there."""
    connection = op.get_bind()
    name = str(connection.exec_driver_sql("SELECT pg_catalog.quote_ident(current_database())").scalar())
    for statement in _statements(name):
        connection.exec_driver_sql(statement)


def _statements(database: str) -> list[str]:
    return [
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {PRACTICE}, {COMMITTEE}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "CREATE SCHEMA msat",
        _MEMBER,
        *(_function(name, "text" if name == "own_ods" else "boolean") for name in ("own_ods", "reads_all")),
        _ENTRY,
        *(_function(name, "trigger") for name in ("entry_follows_the_last", "entry_is_kept")),
        *_guards(),
        *_rights(),
    ]


def _function(name: str, gives: str) -> str:
    language = "plpgsql" if gives == "trigger" else "sql STABLE"
    return (
        f"CREATE FUNCTION msat.{name}() RETURNS {gives} LANGUAGE {language} SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp AS $msat${FUNCTIONS[name]}$msat$"
    )


def _guards() -> list[str]:
    made = [f"CREATE TRIGGER {name} {words}" for name, words in TRIGGERS.items()]
    made += [f"ALTER TABLE msat.entry ENABLE ALWAYS TRIGGER {name}" for name in TRIGGERS]
    for name, (action, using, check) in POLICIES.items():
        clause = f"USING ({using})" if using else f"WITH CHECK ({check})"
        made.append(f"CREATE POLICY {name} ON msat.entry FOR {action} {clause}")
    return [
        *made,
        "ALTER TABLE msat.entry ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE msat.entry FORCE ROW LEVEL SECURITY",
    ]


def _rights() -> list[str]:
    both = f"{PRACTICE}, {COMMITTEE}"
    return [
        *(f"REVOKE ALL ON FUNCTION msat.{name}() FROM PUBLIC" for name in FUNCTIONS),
        f"GRANT USAGE ON SCHEMA msat TO {both}",
        f"GRANT EXECUTE ON FUNCTION msat.own_ods(), msat.reads_all() TO {both}",
        f"GRANT SELECT ON msat.entry TO {both}",
        f"GRANT INSERT ON msat.entry TO {PRACTICE}",
        # Last: from here on the roles' owner, as whom nobody logs in, owns all of it.
        f"ALTER SCHEMA msat OWNER TO {OWNER}",
        *(f"ALTER FUNCTION msat.{name}() OWNER TO {OWNER}" for name in FUNCTIONS),
        f"ALTER TABLE msat.entry OWNER TO {OWNER}",
        f"ALTER TABLE msat.member OWNER TO {OWNER}",
    ]
