"""Schema 2 of a shared database: logs that came as files from sites outside it, each held by the one that took it in.

Beside the table of entries, for two reasons: an organisation's log-in must never write another's log there, and COPY,
the only quick way in, refuses a table with row-level security. Here nobody may look at the table, only at a view of
one's own; whose a row is nobody can say, the database fills it in. The trigger checks a whole COPY at once. Frozen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.operations import Operations

revision = "2"
down_revision = "1"

_OWNER, _PRACTICE = "msat_owner", "msat_practice"
GIVEN = ("log", "seq", "id", "type", "header", "body", "note")
"""The columns that a practice's log-in may fill in: all but `holder`."""

_COPY = """CREATE TABLE msat.copy (
  holder text NOT NULL DEFAULT msat.own_ods(),
  log text NOT NULL,
  seq bigint NOT NULL CHECK (seq >= 1),
  id text NOT NULL,
  type text NOT NULL,
  header bytea NOT NULL CHECK (octet_length(header) <= 2048),
  body bytea CHECK (octet_length(body) <= 65533),
  note text CHECK (octet_length(note) <= 8192),
  PRIMARY KEY (holder, log, seq)
)"""

# A body that is withheld is no fault; one that is there must be the header's. By induction over the numbers every log
# here begins with an entry that hashes to its name and goes on link by link. The two long constants are the words
# "msat-event-v1" and "msat-body-v1" with a line's end. Measured: one index look-up a row beats a window over the batch,
# whose rows would be sorted whole; a plan made while the table was empty must not look through all of it for ever.
_FOLLOW = r"""
DECLARE
  wrong text;
BEGIN
  SELECT CASE
    WHEN r.before IS NULL THEN 'a number does not follow the last entry'
    WHEN encode(substring(r.header FROM 125 FOR 64), 'escape') <> r.before
      THEN 'a header does not name the entry before it'
    WHEN encode(substring(r.header FROM 10 FOR 64), 'escape') <> r.hash THEN 'a body does not hash to its header'
    ELSE 'a header does not hash to its id, is not in its form, or names another log, number or type; or the first '
      'entry does not hash to the name of its log' END
  INTO wrong
  FROM (
    SELECT a.log, a.seq, a.id, a.type, a.header, a.body,
      encode(substring(a.header FROM 206 + length(a.seq::text) FOR 20), 'escape') AS time,
      coalesce(encode(sha256('\x6d7361742d626f64792d76310a'::bytea || a.body), 'hex'),
        encode(substring(a.header FROM 10 FOR 64), 'escape')) AS hash,
      CASE a.seq WHEN 1 THEN repeat('0', 64) ELSE (SELECT h.id FROM msat.copy h
        WHERE h.holder = a.holder AND h.log = a.log AND h.seq = a.seq - 1) END AS before
    FROM added a
    OFFSET 0
  ) r
  WHERE r.before IS NULL
    OR r.header <> convert_to('{"body":"' || r.hash || '","log":"' || r.log || '","prev":"' || r.before || '","seq":' ||
      r.seq || ',"time":"' || r.time || '","type":"' || r.type || '","v":1}', 'UTF8')
    OR r.time !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$'
    OR r.type !~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)+$'
    OR r.id <> encode(sha256('\x6d7361742d6576656e742d76310a'::bytea || r.header), 'hex')
    OR r.seq = 1 AND (r.type <> 'log.opened' OR r.body IS NULL OR r.log <>
      substr(encode(sha256('\x6d7361742d6c6f672d76310a'::bytea || r.body), 'hex'), 1, 32))
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING MESSAGE = wrong, ERRCODE = '23514';
  END IF;
  RETURN NULL;
END
"""
_PATH = "SET search_path = pg_catalog, pg_temp"
SETTINGS = {"copies_follow": "search_path=pg_catalog, pg_temp;enable_seqscan=off"}
"""What a function pins for itself, as the server must tell it, where it is more than the path."""

FUNCTIONS = {"copies_follow": _FOLLOW}
TRIGGERS = {
    "copies_follow": "AFTER INSERT ON msat.copy REFERENCING NEW TABLE AS added FOR EACH STATEMENT "
    "EXECUTE FUNCTION msat.copies_follow()",
    "copy_is_never_changed": "BEFORE UPDATE ON msat.copy FOR EACH STATEMENT EXECUTE FUNCTION msat.entry_is_kept()",
    "copy_is_never_deleted": "BEFORE DELETE ON msat.copy FOR EACH STATEMENT EXECUTE FUNCTION msat.entry_is_kept()",
    "copy_is_never_emptied": "BEFORE TRUNCATE ON msat.copy FOR EACH STATEMENT EXECUTE FUNCTION msat.entry_is_kept()",
}
VIEWS = {
    "held": "SELECT copy.log, copy.seq, copy.id, copy.type, copy.header, copy.body, copy.note FROM msat.copy "
    "WHERE copy.holder = ( SELECT msat.own_ods() AS own_ods)"
}
"""Each view by name, with the words that the server must tell of it."""


def upgrade(op: Operations) -> None:
    """Adds the table of copies, its guards and its view to schema 1; nothing that is there is touched."""
    connection = op.get_bind()
    for statement in _statements():
        connection.exec_driver_sql(statement)


def _statements() -> list[str]:
    return [
        _COPY,
        "CREATE FUNCTION msat.copies_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        f"{_PATH} SET enable_seqscan = off AS $msat${_FOLLOW}$msat$",
        *(f"CREATE TRIGGER {name} {words}" for name, words in TRIGGERS.items()),
        *(f"ALTER TABLE msat.copy ENABLE ALWAYS TRIGGER {name}" for name in TRIGGERS),
        *(f"CREATE VIEW msat.{name} WITH (security_barrier = true) AS {words}" for name, words in VIEWS.items()),
        "REVOKE ALL ON FUNCTION msat.copies_follow() FROM PUBLIC",
        f"GRANT INSERT ({', '.join(GIVEN)}) ON msat.copy TO {_PRACTICE}",
        f"GRANT SELECT ON msat.held TO {_PRACTICE}",
        f"ALTER FUNCTION msat.copies_follow() OWNER TO {_OWNER}",
        f"ALTER TABLE msat.copy OWNER TO {_OWNER}",
        f"ALTER VIEW msat.held OWNER TO {_OWNER}",
    ]
