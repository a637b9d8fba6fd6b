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
# here begins with an entry that hashes to its name and goes on link by link.
_FOLLOW = """
DECLARE
  wrong text;
BEGIN
  SELECT CASE
    WHEN r.seq IS DISTINCT FROM coalesce(r.seq_before, h.seq, 0) + 1 THEN 'a number does not follow the last entry'
    WHEN r.prev IS DISTINCT FROM coalesce(r.id_before, h.id, repeat('0', 64))
      THEN 'a header does not name the entry before it'
    WHEN r.id IS DISTINCT FROM encode(sha256(convert_to('msat-event-v1' || chr(10), 'UTF8') || r.header), 'hex')
      THEN 'a header does not hash to its id'
    WHEN r.body IS NOT NULL AND r.hash IS DISTINCT FROM
      encode(sha256(convert_to('msat-body-v1' || chr(10), 'UTF8') || r.body), 'hex')
      THEN 'a body does not hash to its header'
    WHEN r.said IS DISTINCT FROM '{"body":"' || r.hash || '","log":"' || r.log || '","prev":"' || r.prev ||
      '","seq":' || r.seq || ',"time":"' || substr(r.said, 206 + length(r.seq::text), 20) ||
      '","type":"' || r.type || '","v":1}'
      OR r.type !~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)+$'
      THEN 'a header is not in its form, or names another log, number or type'
    ELSE 'the first entry does not hash to the name of its log' END
  INTO wrong
  FROM (
    SELECT a.*, convert_from(a.header, 'UTF8') AS said,
      substr(convert_from(a.header, 'UTF8'), 10, 64) AS hash, substr(convert_from(a.header, 'UTF8'), 125, 64) AS prev,
      lag(a.seq) OVER w AS seq_before, lag(a.id) OVER w AS id_before
    FROM added a WINDOW w AS (PARTITION BY a.holder, a.log ORDER BY a.seq)
  ) r
  LEFT JOIN msat.copy h ON r.seq_before IS NULL AND h.holder = r.holder AND h.log = r.log AND h.seq = r.seq - 1
  WHERE r.seq IS DISTINCT FROM coalesce(r.seq_before, h.seq, 0) + 1
    OR r.prev IS DISTINCT FROM coalesce(r.id_before, h.id, repeat('0', 64))
    OR r.id IS DISTINCT FROM encode(sha256(convert_to('msat-event-v1' || chr(10), 'UTF8') || r.header), 'hex')
    OR r.body IS NOT NULL AND r.hash IS DISTINCT FROM
      encode(sha256(convert_to('msat-body-v1' || chr(10), 'UTF8') || r.body), 'hex')
    OR r.said IS DISTINCT FROM '{"body":"' || r.hash || '","log":"' || r.log || '","prev":"' || r.prev || '","seq":' ||
      r.seq || ',"time":"' || substr(r.said, 206 + length(r.seq::text), 20) || '","type":"' || r.type || '","v":1}'
    OR r.type !~ '^[a-z][a-z0-9_]*([.][a-z][a-z0-9_]*)+$'
    OR r.seq = 1 AND (r.type <> 'log.opened' OR r.body IS NULL OR r.log IS DISTINCT FROM
      substr(encode(sha256(convert_to('msat-log-v1' || chr(10), 'UTF8') || r.body), 'hex'), 1, 32))
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING MESSAGE = wrong, ERRCODE = '23514';
  END IF;
  RETURN NULL;
END
"""

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
        f"SET search_path = pg_catalog, pg_temp AS $msat${_FOLLOW}$msat$",
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
