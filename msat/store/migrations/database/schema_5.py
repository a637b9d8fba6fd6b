"""Schema 5 of a shared database: no copy of another site's log ends unsigned, and what does so from before makes room.

At the end of each COPY the last entry of every log in it must carry the log's head, signed by the key that the log's
own history allows: so a log-in of the organisation that holds a copy adds nothing to it that the site did not sign.
Entries from before that nobody's key covers are set aside, where they count for nothing, once the genuine ones come.
That is the only way a row leaves the table of copies. Frozen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msat.store.migrations.database import schema_3

if TYPE_CHECKING:
    from alembic.operations import Operations

revision = "5"
down_revision = "4"

_OWNER, _PRACTICE = "msat_owner", "msat_practice"

# Without bodies: nobody could ever order that a name in them be erased.
_ASIDE = """CREATE TABLE msat.aside (
  holder text NOT NULL,
  log text NOT NULL,
  seq bigint NOT NULL,
  id text NOT NULL,
  type text NOT NULL,
  header bytea NOT NULL,
  note text,
  happened timestamptz NOT NULL DEFAULT now(),
  done_by name NOT NULL DEFAULT session_user,
  PRIMARY KEY (holder, log, seq, id)
)"""

# The first entry and the changes of key of a copy, as `turns` tells them, and nothing behind `upto`: there may be
# anything. Only the table of copies is read: it has no row-level security, which a session can make raise an error.
_COPY_TURNS = """SELECT c.seq, c.id, c.type, convert_from(substring(c.header FROM 125 FOR 64), 'UTF8'),
    convert_from(c.body, 'UTF8')::jsonb
  FROM msat.copy c WHERE c.log = wanted AND c.holder = msat.own_ods() AND c.seq = 1 AND upto >= 1
  UNION ALL SELECT c.seq, c.id, c.type, convert_from(substring(c.header FROM 125 FOR 64), 'UTF8'),
    convert_from(c.body, 'UTF8')::jsonb
  FROM msat.copy c WHERE c.log = wanted AND c.holder = msat.own_ods() AND c.seq > 1 AND c.seq <= upto
    AND c.type IN ('key.rotated', 'body.erased') AND c.type = 'key.rotated'
  ORDER BY 1"""

# Whether a note says that the copy ends with this entry, and the key in force there signed it. What it says is looked
# at first, for that costs nothing. As lenient as readers are with further signatures beside it: they may be there. Only
# what the rows themselves say may be answered with "no": whatever else goes wrong, a session near the end of its stack
# for one, must stop whoever asks, for entries are set aside by that answer.
_COPY_ENDS = """
DECLARE
  said text := 'msat-chain-v1/' || wanted || chr(10) || size || chr(10) ||
    encode(decode(head, 'hex'), 'base64') || chr(10);
BEGIN
  IF given IS NULL OR left(given, length(said)) <> said THEN
    RETURN false;
  END IF;
  RETURN msat.noted(given, wanted, msat.copy_key_at(wanted, size)) IS NOT DISTINCT FROM said;
EXCEPTION WHEN invalid_text_representation OR character_not_in_repertoire OR untranslatable_character
    OR invalid_parameter_value OR numeric_value_out_of_range THEN
  RETURN false;
END
"""

# Rows that were added follow the last one without a gap, so that the highest number of a log is its end.
_END_IS_SIGNED = """
DECLARE
  own text := msat.own_ods(); last record; held record;
BEGIN
  FOR last IN SELECT a.log, max(a.seq) AS seq FROM added a GROUP BY a.log LOOP
    IF EXISTS (SELECT 1 FROM msat.entry e WHERE e.log = last.log AND e.ods = own) THEN
      RAISE EXCEPTION 'this log is recorded here by your own organisation: it needs no copy' USING ERRCODE = '23514';
    END IF;
    SELECT c.id, c.note INTO held FROM msat.copy c WHERE c.holder = own AND c.log = last.log AND c.seq = last.seq;
    IF NOT msat.copy_ends(held.note, last.log, last.seq, held.id) THEN
      RAISE EXCEPTION 'the end of this copy is not signed by the key of its log: nothing is added to it'
        USING ERRCODE = '23514';
    END IF;
  END LOOP;
  RETURN NULL;
END
"""

# Only what lies behind the last entry that the log's key signed; all of it where nothing is signed.
_SET_ASIDE = """
DECLARE
  own text := msat.own_ods(); one record; upto bigint := 0; moved bigint;
BEGIN
  IF own IS NULL THEN
    RAISE EXCEPTION 'this log-in may not record' USING ERRCODE = '42501';
  END IF;
  PERFORM msat.write_to(wanted);
  FOR one IN SELECT c.seq, c.id, c.note FROM msat.copy c WHERE c.holder = own AND c.log = wanted
      AND c.note IS NOT NULL ORDER BY c.seq DESC LOOP
    IF msat.copy_ends(one.note, wanted, one.seq, one.id) THEN
      upto := one.seq;
      EXIT;
    END IF;
  END LOOP;
  INSERT INTO msat.aside (holder, log, seq, id, type, header, note)
    SELECT c.holder, c.log, c.seq, c.id, c.type, c.header, c.note FROM msat.copy c
    WHERE c.holder = own AND c.log = wanted AND c.seq > upto ON CONFLICT DO NOTHING;
  DELETE FROM msat.copy c WHERE c.holder = own AND c.log = wanted AND c.seq > upto;
  GET DIAGNOSTICS moved = ROW_COUNT;
  RETURN moved;
END
"""

# The guard against deletion stays up for everybody, the owner and the server's superuser too: a row goes only as its
# holder's, only after it was set aside, and never from before what stays.
_ONLY_SET_ASIDE = """
BEGIN
  IF EXISTS (SELECT 1 FROM gone g WHERE g.holder IS DISTINCT FROM msat.own_ods()
      OR NOT EXISTS (SELECT 1 FROM msat.aside a WHERE a.holder = g.holder AND a.log = g.log AND a.seq = g.seq
        AND a.id = g.id)
      OR EXISTS (SELECT 1 FROM msat.copy c WHERE c.holder = g.holder AND c.log = g.log AND c.seq > g.seq)
      OR msat.copy_ends(g.note, g.log, g.seq, g.id)) THEN
    RAISE EXCEPTION 'an entry is never changed or deleted: record a correction' USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END
"""

# As `key_at`, but that a history which allows no key is said as a fault of the data.
_FOLLOWED = "msat.turns(wanted, held) t WHERE t.seq <= upto AND t.type <> 'body.erased'"
_COPY_KEY_AT = (
    schema_3.FUNCTIONS["key_at"].replace(_FOLLOWED, "msat.copy_turns(wanted, upto) t").replace("'42501'", "'22023'")
)

_NEW: dict[str, tuple[str, str, str, str]] = {
    "copy_turns": (
        "wanted text, upto bigint",
        "TABLE(seq bigint, id text, type text, prev text, content jsonb)",
        "sql STABLE",
        _COPY_TURNS,
    ),
    "copy_key_at": ("wanted text, upto bigint", "bytea", "plpgsql STABLE", _COPY_KEY_AT),
    "copy_ends": ("given text, wanted text, size bigint, head text", "boolean", "plpgsql STABLE", _COPY_ENDS),
    "copy_end_is_signed": ("", "trigger", "plpgsql", _END_IS_SIGNED),
    "set_aside_unsigned": ("wanted text", "bigint", "plpgsql", _SET_ASIDE),
    "copy_is_only_set_aside": ("", "trigger", "plpgsql", _ONLY_SET_ASIDE),
}
FUNCTIONS = {name: body for name, (_given, _gives, _how, body) in _NEW.items()}
"""The functions that are new, by name."""
DOOR = "set_aside_unsigned(wanted text)"
"""The one function of these that a practice's log-in may call."""
COPY_TRIGGERS = {
    "copy_end_is_signed": "AFTER INSERT ON msat.copy REFERENCING NEW TABLE AS added FOR EACH STATEMENT "
    "EXECUTE FUNCTION msat.copy_end_is_signed()",
    "copy_is_never_deleted": "AFTER DELETE ON msat.copy REFERENCING OLD TABLE AS gone FOR EACH STATEMENT "
    "EXECUTE FUNCTION msat.copy_is_only_set_aside()",
}
"""Triggers on the table of copies that are new or other than before, by name."""
ASIDE_TRIGGERS = {
    f"aside_is_never_{done}": f"BEFORE {deed} ON msat.aside FOR EACH STATEMENT EXECUTE FUNCTION msat.entry_is_kept()"
    for done, deed in (("changed", "UPDATE"), ("deleted", "DELETE"), ("emptied", "TRUNCATE"))
}
VIEWS = {
    "kept_aside": "SELECT aside.log, aside.seq, aside.id, aside.type, aside.header, aside.note, aside.happened, "
    "aside.done_by FROM msat.aside WHERE aside.holder = ( SELECT msat.own_ods() AS own_ods)"
}
"""Each new view by name, with the words that the server must tell of it."""


def upgrade(op: Operations) -> None:
    """Adds the guard of the copies' ends and what was set aside to schema 4; no row that is there is touched."""
    connection = op.get_bind()
    for statement in _statements():
        connection.exec_driver_sql(statement)


def _statements() -> list[str]:
    return [
        _ASIDE,
        *(_function(name, *made) for name, made in _NEW.items()),
        "DROP TRIGGER copy_is_never_deleted ON msat.copy",
        *(f"CREATE TRIGGER {name} {words}" for name, words in (*COPY_TRIGGERS.items(), *ASIDE_TRIGGERS.items())),
        *(f"ALTER TABLE msat.copy ENABLE ALWAYS TRIGGER {name}" for name in COPY_TRIGGERS),
        *(f"ALTER TABLE msat.aside ENABLE ALWAYS TRIGGER {name}" for name in ASIDE_TRIGGERS),
        *(f"CREATE VIEW msat.{name} WITH (security_barrier = true) AS {words}" for name, words in VIEWS.items()),
        *(f"REVOKE ALL ON FUNCTION msat.{name}({given}) FROM PUBLIC" for name, (given, *_rest) in _NEW.items()),
        f"GRANT EXECUTE ON FUNCTION msat.{DOOR} TO {_PRACTICE}",
        f"GRANT SELECT ON msat.kept_aside TO {_PRACTICE}",
        *(f"ALTER FUNCTION msat.{name}({given}) OWNER TO {_OWNER}" for name, (given, *_rest) in _NEW.items()),
        f"ALTER TABLE msat.aside OWNER TO {_OWNER}",
        f"ALTER VIEW msat.kept_aside OWNER TO {_OWNER}",
    ]


def _function(name: str, given: str, gives: str, how: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION msat.{name}({given}) RETURNS {gives} LANGUAGE {how} SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp AS $msat${body}$msat$"
    )
