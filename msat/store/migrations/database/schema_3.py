"""Schema 3 of a shared database: the one door through which a body is emptied, and a quicker check of copies. Frozen.

A body goes only where an entry of its own log orders it, and only once the database has checked for itself that the
log's key signed that entry: the functions below follow the log's changes of key and verify Ed25519 (RFC 8032). So a
log-in without the installation's key empties nothing, whatever SQL it writes. The guard against changes stays up for
everybody, the owner and the server's superuser too: it lets a row pass only where nothing but an ordered body goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msat.store.migrations.database.schema_3_signatures import KEY_AT, NOTED, POWER, TURNS, VERIFIES

if TYPE_CHECKING:
    from alembic.operations import Operations

revision = "3"
down_revision = "2"

_OWNER, _PRACTICE = "msat_owner", "msat_practice"

# What one order names, as `record.erasure` reads it: entries of its own log that stand before it, but for the first.
_ITEMS = """SELECT i.seq::bigint, i.item FROM (
    SELECT e.item, CASE jsonb_typeof(e.item -> 'seq') WHEN 'number' THEN (e.item ->> 'seq')::numeric END AS seq
    FROM jsonb_array_elements(CASE jsonb_typeof(content #> '{data,entries}') WHEN 'array'
      THEN content #> '{data,entries}' ELSE '[]'::jsonb END) e(item)
  ) i WHERE content #>> '{data,log}' = wanted AND i.seq > 1 AND i.seq < before AND trunc(i.seq) = i.seq
    AND i.item ->> 'id' ~ '^[0-9a-f]{64}$'"""

# What all orders name; an order that was itself erased is told again inside a later one.
_NAMED = """WITH RECURSIVE told(seq, content) AS (
    SELECT t.seq, t.content FROM msat.turns(wanted, held) t WHERE t.type = 'body.erased' AND t.content IS NOT NULL
    UNION ALL SELECT i.seq, i.item -> 'content' FROM told, msat.items(told.content, wanted, told.seq) i
      WHERE i.item ->> 'type' = 'body.erased' AND jsonb_typeof(i.item -> 'content') = 'object'
  )
  SELECT DISTINCT i.seq, i.item ->> 'id' FROM told, msat.items(told.content, wanted, told.seq) i"""

# Empties what the orders of a log name: of an own log among the entries, else of the copy that one's organisation
# holds. The log's end must be signed by its key, and so everything before it, the orders too, by the chain.
_EMPTY = """
DECLARE
  own text := msat.own_ods(); held boolean; head record; key bytea; emptied bigint;
BEGIN
  IF own IS NULL THEN
    RAISE EXCEPTION 'this log-in may not record' USING ERRCODE = '42501';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(wanted, 5));
  held := NOT EXISTS (SELECT 1 FROM msat.entry e WHERE e.log = wanted AND e.ods = own);
  SELECT r.seq, r.id, r.note INTO head FROM (
    SELECT e.seq, e.id, e.note FROM msat.entry e WHERE NOT held AND e.log = wanted AND e.ods = own
    UNION ALL SELECT c.seq, c.id, c.note FROM msat.copy c WHERE held AND c.log = wanted AND c.holder = own
  ) r ORDER BY r.seq DESC LIMIT 1;
  key := msat.key_at(wanted, head.seq, held);
  IF head.id IS NULL OR msat.noted(head.note, wanted, key) IS DISTINCT FROM 'msat-chain-v1/' || wanted || chr(10) ||
      head.seq || chr(10) || encode(decode(head.id, 'hex'), 'base64') || chr(10) THEN
    RAISE EXCEPTION 'the end of this log is not signed by its key: nothing that it orders is done'
      USING ERRCODE = '42501';
  END IF;
  IF held THEN
    UPDATE msat.copy c SET body = NULL FROM msat.named(wanted, true) n WHERE c.holder = own AND c.log = wanted
      AND c.seq = n.seq AND c.id = n.id AND c.body IS NOT NULL;
    GET DIAGNOSTICS emptied = ROW_COUNT;
  ELSE
    UPDATE msat.entry e SET body = NULL FROM msat.named(wanted, false) n WHERE e.ods = own AND e.log = wanted
      AND e.seq = n.seq AND e.id = n.id AND e.body IS NOT NULL;
    GET DIAGNOSTICS emptied = ROW_COUNT;
  END IF;
  IF EXISTS (SELECT 1 FROM msat.named(wanted, held) n WHERE NOT EXISTS (SELECT 1 FROM msat.entry e
        WHERE NOT held AND e.ods = own AND e.log = wanted AND e.seq = n.seq AND e.id = n.id)
      AND NOT EXISTS (SELECT 1 FROM msat.copy c
        WHERE held AND c.holder = own AND c.log = wanted AND c.seq = n.seq AND c.id = n.id)) THEN
    RAISE EXCEPTION 'an order names an entry by another id than it has' USING ERRCODE = '42501';
  END IF;
  RETURN emptied;
END
"""

# The guard against changes: a statement passes where all it did is to empty bodies that orders of their log name.
_ONLY_EMPTIED = """
BEGIN
  IF EXISTS (SELECT 1 FROM before b WHERE b.body IS NULL OR b.type IN ('log.opened', 'key.rotated') OR NOT EXISTS (
      SELECT 1 FROM after a, msat.named(b.log, {held}) n WHERE n.seq = b.seq AND n.id = b.id AND a.body IS NULL
      AND (a.{ods}, a.log, a.seq, a.id, a.type, a.header) = (b.{ods}, b.log, b.seq, b.id, b.type, b.header)
      AND a.note IS NOT DISTINCT FROM b.note)) THEN
    RAISE EXCEPTION 'an entry is never changed or deleted: record a correction' USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END
"""

# Asked when the transaction ends, for the order comes behind what it erased: where a server that lost the end of a log
# is given it back.
_ORDERED = """
BEGIN
  IF NOT EXISTS (SELECT 1 FROM msat.entry o WHERE o.log = NEW.log AND o.ods = NEW.ods AND o.seq > NEW.seq
      AND o.type = 'body.erased' AND position(convert_to(NEW.id, 'UTF8') IN o.body) > 0) THEN
    RAISE EXCEPTION 'an entry without its body is taken only with the order that erased it' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END
"""

# As in schema 1, but that a body may be missing where an order comes with it, and that a first entry which says that
# its log goes on for another must name an end that this organisation's log has.
_FOLLOWS = """
DECLARE
  said text := convert_from(NEW.header, 'UTF8');
  content jsonb := convert_from(NEW.body, 'UTF8')::jsonb;
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
  IF NEW.body IS NULL AND (NEW.seq = 1 OR NEW.type = 'key.rotated') OR substr(said, 10, 64) IS DISTINCT FROM coalesce(
      encode(sha256(convert_to('msat-body-v1' || chr(10), 'UTF8') || NEW.body), 'hex'), substr(said, 10, 64)) THEN
    RAISE EXCEPTION 'the body does not hash to the header' USING ERRCODE = '23514';
  END IF;
  IF said IS DISTINCT FROM '{"body":"' || substr(said, 10, 64) || '","log":"' || NEW.log ||
      '","prev":"' || substr(said, 125, 64) || '","seq":' || NEW.seq ||
      ',"time":"' || substr(said, 206 + length(NEW.seq::text), 20) ||
      '","type":"' || NEW.type || '","v":1}'
      OR substr(said, 10, 64) !~ '^[0-9a-f]{64}$'
      OR substr(said, 206 + length(NEW.seq::text), 20) !~
      '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$' THEN
    RAISE EXCEPTION 'the header is not in its form, or names another log, number or type' USING ERRCODE = '23514';
  END IF;
  IF NEW.body IS NOT NULL AND content #>> '{organisation,ods}' IS DISTINCT FROM NEW.ods THEN
    RAISE EXCEPTION 'the body names another organisation' USING ERRCODE = '42501';
  END IF;
  IF NEW.seq = 1 AND (NEW.type <> 'log.opened' OR NEW.log IS DISTINCT FROM
      substr(encode(sha256(convert_to('msat-log-v1' || chr(10), 'UTF8') || NEW.body), 'hex'), 1, 32)) THEN
    RAISE EXCEPTION 'the first entry does not hash to the name of its log' USING ERRCODE = '23514';
  END IF;
  IF NEW.seq = 1 AND jsonb_typeof(content #> '{data,supersedes}') <> 'null' AND NOT EXISTS (
      SELECT 1 FROM msat.entry e WHERE e.ods = NEW.ods AND e.id = content #>> '{data,supersedes,head}'
      AND e.log = content #>> '{data,supersedes,log}' AND e.seq::text = content #>> '{data,supersedes,size}') THEN
    RAISE EXCEPTION 'the log that this one says it goes on for is not this organisation''s' USING ERRCODE = '42501';
  END IF;
  RETURN NEW;
END
"""

# Whose a copy is was asked anew for every row, which cost as much as all the hashes: now once, before the first. A
# client can set the setting too, and change it inside a statement that computes its rows; so nothing but the plain
# COPY is let in, which computes none, and all rows are looked at afterwards. (That alone would not do: a number that is
# there already is refused before, and from that refusal one could learn what others hold.)
COPY = "COPY msat.copy (log, seq, id, type, header, body, note) FROM STDIN (FORMAT BINARY)"
_COPIES_ARRIVE = f"""
BEGIN
  IF current_query() IS DISTINCT FROM '{COPY}' THEN
    RAISE EXCEPTION 'copies of logs come in by the COPY of MSAT alone' USING ERRCODE = '42501';
  END IF;
  PERFORM set_config('msat.holder', msat.own_ods(), true);
  RETURN NULL;
END
"""
HOLDER = "current_setting('msat.holder'::text)"
"""What fills in whose a copy is, as the server tells it."""

# As in schema 2, but that the entry before is mostly the row before in the batch, which costs no look into the table:
# the same log and the number one lower make it the same row, all of them being held by one.
_COPIES_FOLLOW = r"""
DECLARE
  own text := msat.own_ods();
  wrong text;
BEGIN
  SELECT CASE
    WHEN r.holder IS DISTINCT FROM own THEN 'a copy is held by the organisation that takes it in'
    WHEN r.before IS NULL THEN 'a number does not follow the last entry'
    WHEN encode(substring(r.header FROM 125 FOR 64), 'escape') <> r.before
      THEN 'a header does not name the entry before it'
    WHEN encode(substring(r.header FROM 10 FOR 64), 'escape') <> r.hash THEN 'a body does not hash to its header'
    ELSE 'a header does not hash to its id, is not in its form, or names another log, number or type; or the first '
      'entry does not hash to the name of its log' END
  INTO wrong
  FROM (
    SELECT a.holder, a.log, a.seq, a.id, a.type, a.header, a.body,
      encode(substring(a.header FROM 206 + length(a.seq::text) FOR 20), 'escape') AS time,
      coalesce(encode(sha256('\x6d7361742d626f64792d76310a'::bytea || a.body), 'hex'),
        encode(substring(a.header FROM 10 FOR 64), 'escape')) AS hash,
      CASE WHEN a.seq = 1 THEN repeat('0', 64)
        WHEN a.seq = lag(a.seq) OVER () + 1 AND a.log = lag(a.log) OVER () THEN lag(a.id) OVER ()
        ELSE (SELECT h.id FROM msat.copy h WHERE h.holder = a.holder AND h.log = a.log AND h.seq = a.seq - 1)
        END AS before
    FROM added a
    OFFSET 0
  ) r
  WHERE r.holder IS DISTINCT FROM own OR r.before IS NULL
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

_NEW: dict[str, tuple[str, str, str, str]] = {
    "to_the_power": ("base numeric, exponent numeric, p numeric", "numeric", "plpgsql IMMUTABLE", POWER),
    "is_signed": ("public bytea, said bytea, signature bytea", "boolean", "plpgsql IMMUTABLE", VERIFIES),
    "noted": ("given text, who text, key bytea", "text", "plpgsql IMMUTABLE", NOTED),
    "turns": (
        "wanted text, held boolean",
        "TABLE(seq bigint, id text, type text, prev text, content jsonb)",
        "sql STABLE",
       TURNS,
    ),
    "key_at": ("wanted text, upto bigint, held boolean", "bytea", "plpgsql STABLE", KEY_AT),
    "items": ("content jsonb, wanted text, before bigint", "TABLE(seq bigint, item jsonb)", "sql IMMUTABLE", _ITEMS),
    "named": ("wanted text, held boolean", "TABLE(seq bigint, id text)", "sql STABLE", _NAMED),
    "empty_ordered": ("wanted text", "bigint", "plpgsql", _EMPTY),
    "entry_is_only_emptied": ("", "trigger", "plpgsql", _ONLY_EMPTIED.format(held="false", ods="ods")),
    "copy_is_only_emptied": ("", "trigger", "plpgsql", _ONLY_EMPTIED.format(held="true", ods="holder")),
    "entry_is_ordered": ("", "trigger", "plpgsql", _ORDERED),
    "copies_arrive": ("", "trigger", "plpgsql", _COPIES_ARRIVE),
}
_CHANGED = {"entry_follows_the_last": _FOLLOWS, "copies_follow": _COPIES_FOLLOW}
FUNCTIONS = {**{name: body for name, (_given, _gives, _how, body) in _NEW.items()}, **_CHANGED}
"""The functions that are new or other than before, by name."""
SETTINGS = {"copies_follow": "search_path=pg_catalog, pg_temp;enable_seqscan=off"}
DOOR = "empty_ordered(wanted text)"
"""The one function of these that a practice's log-in may call."""

_EMPTIED = (
    "AFTER UPDATE ON msat.{table} REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT "
    "EXECUTE FUNCTION msat.{table}_is_only_emptied()"
)
ENTRY_TRIGGERS = {
    "entry_is_never_changed": _EMPTIED.replace("{table}", "entry"),
    "entry_without_body_is_ordered": "AFTER INSERT ON msat.entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
    "WHEN ((new.body IS NULL)) EXECUTE FUNCTION msat.entry_is_ordered()",
}
COPY_TRIGGERS = {
    "copies_arrive": "BEFORE INSERT ON msat.copy FOR EACH STATEMENT EXECUTE FUNCTION msat.copies_arrive()",
    "copy_is_never_changed": _EMPTIED.replace("{table}", "copy"),
}
"""Triggers that are new or other than before, by name."""
POLICIES = {
    "entry_is_emptied": (
        "UPDATE",
        "ods = (SELECT msat.own_ods())",
        "ods = (SELECT msat.own_ods()) AND body IS NULL",
    )
}
"""For the owner alone, as whom the door runs: nobody else has the right to change a row at all."""
_TURNING = "type = ANY (ARRAY['key.rotated'::text, 'body.erased'::text])"
INDEXES = {
    "copy_by_id": "ON msat.copy USING hash (id)",
    "entry_turns": f"ON msat.entry USING btree (log, seq) WHERE ({_TURNING})",
    "copy_turns": f"ON msat.copy USING btree (holder, log, seq) WHERE ({_TURNING})",
}
"""Each index by name, with the words that make it."""


def upgrade(op: Operations) -> None:
    """Adds the door, its guards and the indexes to schema 2; no row that is there is touched."""
    connection = op.get_bind()
    for statement in _statements():
        connection.exec_driver_sql(statement)


def _statements() -> list[str]:
    triggers = [("entry", *one) for one in ENTRY_TRIGGERS.items()] + [("copy", *one) for one in COPY_TRIGGERS.items()]
    return [
        *(f"CREATE INDEX {name} {words}" for name, words in INDEXES.items()),
        *(_function(name, *made) for name, made in _NEW.items()),
        _function("entry_follows_the_last", "", "trigger", "plpgsql", _FOLLOWS),
        _function("copies_follow", "", "trigger", "plpgsql", _COPIES_FOLLOW, " SET enable_seqscan = off"),
        f"ALTER TABLE msat.copy ALTER COLUMN holder SET DEFAULT {HOLDER}",
        "DROP TRIGGER entry_is_never_changed ON msat.entry",
        "DROP TRIGGER copy_is_never_changed ON msat.copy",
        *(_trigger(name, words) for _table, name, words in triggers),
        *(f"ALTER TABLE msat.{table} ENABLE ALWAYS TRIGGER {name}" for table, name, _words in triggers),
        *(
            f"CREATE POLICY {name} ON msat.entry FOR {action} USING ({using}) WITH CHECK ({check})"
            for name, (action, using, check) in POLICIES.items()
        ),
        *(f"REVOKE ALL ON FUNCTION msat.{name}({given}) FROM PUBLIC" for name, (given, *_rest) in _NEW.items()),
        f"GRANT EXECUTE ON FUNCTION msat.{DOOR} TO {_PRACTICE}",
        *(f"ALTER FUNCTION msat.{name}({given}) OWNER TO {_OWNER}" for name, (given, *_rest) in _NEW.items()),
    ]


def _trigger(name: str, words: str) -> str:
    return f"CREATE {'CONSTRAINT ' if 'DEFERRABLE' in words else ''}TRIGGER {name} {words}"


def _function(name: str, given: str, gives: str, how: str, body: str, more: str = "") -> str:
    return (
        f"CREATE OR REPLACE FUNCTION msat.{name}({given}) RETURNS {gives} LANGUAGE {how} SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp{more} AS $msat${body}$msat$"
    )
