"""Schema 4 of a shared database: no log ends unsigned, and nobody can hold up another organisation's writers. Frozen.

When a transaction ends, the last entry of each log that it wrote to must carry the head of the log, signed by the key
that the log's history allows: so a log-in of the same organisation that has not the installation's key appends nothing.
Writers of one log wait for each other at a row that only the functions below reach, one for each organisation and log;
before, it was a lock that every log-in of the server could take and keep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msat.store.migrations.database import schema_1, schema_3

if TYPE_CHECKING:
    from alembic.operations import Operations

revision = "4"
down_revision = "3"

_OWNER, _PRACTICE = "msat_owner", "msat_practice"

# `key` is the key in force since the entry `turn`, kept once the signatures of all changes were checked. The entry is
# named by its id, which is a hash of all of it and of all before it: what is kept here can be missing, never wrong.
_LOG = """CREATE TABLE msat.log (
  ods text NOT NULL,
  log text NOT NULL CHECK (log ~ '^[0-9a-f]{32}$'),
  turn text,
  key bytea,
  PRIMARY KEY (log, ods)
)"""

# The writers' lock. The row is one's own organisation's, whatever log is named: nobody waits for another's.
_WRITE_TO = """
DECLARE
  own text := msat.own_ods();
BEGIN
  IF own IS NULL THEN
    RAISE EXCEPTION 'this log-in may not record' USING ERRCODE = '42501';
  END IF;
  PERFORM 1 FROM msat.log l WHERE l.log = wanted AND l.ods = own FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO msat.log (ods, log) VALUES (own, wanted) ON CONFLICT DO NOTHING;
    PERFORM 1 FROM msat.log l WHERE l.log = wanted AND l.ods = own FOR UPDATE;
  END IF;
END
"""

# Who holds that lock now, of one's own organisation's logs: so that whoever waited too long can be told.
_WRITER_OF = """SELECT a.usename::text, a.application_name, k.pid
  FROM msat.log l
  JOIN pg_locks k ON k.locktype = 'transactionid' AND k.transactionid = l.xmax AND k.granted
  LEFT JOIN pg_stat_activity a ON a.pid = k.pid
  WHERE l.log = wanted AND l.ods = msat.own_ods() LIMIT 1"""

# The key in force at entry `upto` of an own log. Following all changes costs two signatures a change: done once.
_KEY_NOW = """
DECLARE
  own text := msat.own_ods(); latest text; known record; found bytea;
BEGIN
  SELECT e.id INTO latest FROM msat.entry e WHERE e.log = wanted AND e.ods = own AND e.seq <= upto
    AND e.type IN ('key.rotated', 'body.erased') AND e.type = 'key.rotated' ORDER BY e.seq DESC LIMIT 1;
  IF latest IS NULL THEN
    SELECT e.id INTO latest FROM msat.entry e WHERE e.log = wanted AND e.ods = own AND e.seq = 1;
  END IF;
  SELECT l.turn, l.key INTO known FROM msat.log l WHERE l.log = wanted AND l.ods = own;
  IF known.turn = latest THEN
    RETURN known.key;
  END IF;
  found := msat.key_at(wanted, upto, false);
  UPDATE msat.log l SET turn = latest, key = found WHERE l.log = wanted AND l.ods = own;
  RETURN found;
END
"""

# Stricter than readers are, so that nothing is taken which one of them refuses: the signature of the key and no other,
# in just the form in which it is written.
_IS_END = r"""
DECLARE
  said text := 'msat-chain-v1/' || wanted || chr(10) || size || chr(10) ||
    encode(decode(head, 'hex'), 'base64') || chr(10);
  before text := said || chr(10) || '— ' || wanted || ' ';
  raw bytea;
BEGIN
  IF given IS NULL OR key IS NULL OR substr(given, length(before) + 1) !~ '^[A-Za-z0-9+/]{91}=\n$' THEN
    RETURN false;
  END IF;
  raw := decode(substr(given, length(before) + 1, 92), 'base64');
  RETURN given = before || replace(encode(raw, 'base64'), chr(10), '') || chr(10)
    AND substring(raw FROM 1 FOR 4) =
      substring(sha256(convert_to(wanted || chr(10), 'UTF8') || '\x01'::bytea || key) FROM 1 FOR 4)
    AND msat.is_signed(key, convert_to(said, 'UTF8'), substring(raw FROM 5));
END
"""

# Asked for each row when the transaction ends: only the one that is its log's last has a signature to be checked.
_END_IS_SIGNED = """
BEGIN
  IF EXISTS (SELECT 1 FROM msat.entry e WHERE e.log = NEW.log AND e.ods = NEW.ods AND e.seq > NEW.seq) THEN
    RETURN NULL;
  END IF;
  IF NOT msat.is_end(NEW.note, NEW.log, NEW.seq, NEW.id, msat.key_now(NEW.log, NEW.seq)) THEN
    RAISE EXCEPTION 'the end of this log is not signed by its key: nothing is added to it' USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END
"""


def _locked(words: str, log: str) -> str:
    """A function of schema 3 that waits at the row of its log instead."""
    old = f"PERFORM pg_advisory_xact_lock(hashtextextended({log}, 5));"
    before, found, after = words.partition(old)
    assert found  # noqa: S101 - both are written down
    return f"{before}PERFORM msat.write_to({log});{after}"


_NEW: dict[str, tuple[str, str, str, str]] = {
    "write_to": ("wanted text", "void", "plpgsql", _WRITE_TO),
    "writer_of": ("wanted text", "TABLE(login text, program text, pid int)", "sql STABLE", _WRITER_OF),
    "key_now": ("wanted text, upto bigint", "bytea", "plpgsql", _KEY_NOW),
    "is_end": ("given text, wanted text, size bigint, head text, key bytea", "boolean", "plpgsql IMMUTABLE", _IS_END),
    "entry_end_is_signed": ("", "trigger", "plpgsql", _END_IS_SIGNED),
}
# Whose a log-in is was planned anew by every statement that asked; in this language the plan is kept. The words are
# the same.
_CHANGED: dict[str, tuple[str, str, str, str]] = {
    "own_ods": ("", "text", "plpgsql STABLE", f"BEGIN RETURN ({schema_1.FUNCTIONS['own_ods']}); END"),
    "reads_all": ("", "boolean", "plpgsql STABLE", f"BEGIN RETURN ({schema_1.FUNCTIONS['reads_all']}); END"),
    "entry_follows_the_last": (
        "", "trigger", "plpgsql", _locked(schema_3.FUNCTIONS["entry_follows_the_last"], "NEW.log"),
    ),
    "empty_ordered": ("wanted text", "bigint", "plpgsql", _locked(schema_3.FUNCTIONS["empty_ordered"], "wanted")),
}  # fmt: skip
FUNCTIONS = {name: body for name, (_given, _gives, _how, body) in (*_NEW.items(), *_CHANGED.items())}
"""The functions that are new or other than before, by name."""
DOORS = ("write_to(wanted text)", "writer_of(wanted text)")
"""The functions of these that a practice's log-in may call."""
TRIGGERS = {
    "entry_end_is_signed": "AFTER INSERT ON msat.entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
    "EXECUTE FUNCTION msat.entry_end_is_signed()"
}
"""Triggers on the table of entries that are new, by name."""


def upgrade(op: Operations) -> None:
    """Adds the writers' rows and the guard of the logs' ends to schema 3; no row that is there is touched."""
    connection = op.get_bind()
    for statement in _statements():
        connection.exec_driver_sql(statement)


def _statements() -> list[str]:
    return [
        _LOG,
        *(_function(name, *made) for name, made in _NEW.items()),
        *(_function(name, *made) for name, made in _CHANGED.items()),
        *(f"CREATE CONSTRAINT TRIGGER {name} {words}" for name, words in TRIGGERS.items()),
        *(f"ALTER TABLE msat.entry ENABLE ALWAYS TRIGGER {name}" for name in TRIGGERS),
        *(f"REVOKE ALL ON FUNCTION msat.{name}({given}) FROM PUBLIC" for name, (given, *_rest) in _NEW.items()),
        *(f"GRANT EXECUTE ON FUNCTION msat.{door} TO {_PRACTICE}" for door in DOORS),
        *(f"ALTER FUNCTION msat.{name}({given}) OWNER TO {_OWNER}" for name, (given, *_rest) in _NEW.items()),
        f"ALTER TABLE msat.log OWNER TO {_OWNER}",
    ]


def _function(name: str, given: str, gives: str, how: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION msat.{name}({given}) RETURNS {gives} LANGUAGE {how} SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp AS $msat${body}$msat$"
    )
