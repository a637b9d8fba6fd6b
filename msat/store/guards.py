"""What forbids change inside the record's database: its tables and triggers, and the program's own authorizer.

The insert trigger is essential: delete triggers do not fire for INSERT OR REPLACE. Nothing here can stop a local
administrator with another tool; the chain finds what they do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

APPLICATION_ID = 0x4D534154
"""The letters MSAT, so that tools and this program know the file for what it is."""

_TABLE = """CREATE TABLE entry (
  log TEXT NOT NULL CHECK (length(log) = 32),
  seq INTEGER NOT NULL CHECK (seq >= 1),
  id TEXT NOT NULL UNIQUE CHECK (length(id) = 64),
  type TEXT NOT NULL,
  header BLOB NOT NULL CHECK (length(header) <= 2048),
  body BLOB,
  note TEXT,
  PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID"""

_NO_UPDATE = """CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry BEGIN
  SELECT RAISE(ABORT, 'an entry is never changed: record a correction');
END"""

_NO_DELETE = """CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry BEGIN
  SELECT RAISE(ABORT, 'an entry is never deleted: record a correction');
END"""

# The canonical header is put together again and compared whole: stricter than json_extract, and usable with
# trusted_schema off, where SQLite 3.40 calls the JSON functions unsafe.
_INSERT = """CREATE TRIGGER entry_follows_the_last BEFORE INSERT ON entry BEGIN
  SELECT RAISE(ABORT, 'an entry with this number is there already')
    WHERE EXISTS (SELECT 1 FROM entry WHERE log = NEW.log AND seq = NEW.seq);
  SELECT RAISE(ABORT, 'an entry with this id is there already')
    WHERE EXISTS (SELECT 1 FROM entry WHERE id = NEW.id);
  SELECT RAISE(ABORT, 'the number does not follow the last entry')
    WHERE NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry WHERE log = NEW.log);
  SELECT RAISE(ABORT, 'the header does not name the entry before it')
    WHERE substr(CAST(NEW.header AS TEXT), 125, 64) IS NOT coalesce(
      (SELECT id FROM entry WHERE log = NEW.log AND seq = NEW.seq - 1),
      '0000000000000000000000000000000000000000000000000000000000000000');
  SELECT RAISE(ABORT, 'the header is not in its form, or names another log, number or type')
    WHERE CAST(NEW.header AS TEXT) IS NOT
      '{"body":"' || substr(CAST(NEW.header AS TEXT), 10, 64) || '","log":"' || NEW.log ||
      '","prev":"' || substr(CAST(NEW.header AS TEXT), 125, 64) || '","seq":' || NEW.seq ||
      ',"time":"' || substr(CAST(NEW.header AS TEXT), 206 + length(NEW.seq), 20) ||
      '","type":"' || NEW.type || '","v":1}';
END"""

SCHEMAS = {
    1: {
        "entry": _TABLE,
        "entry_is_never_changed": _NO_UPDATE,
        "entry_is_never_deleted": _NO_DELETE,
        "entry_follows_the_last": _INSERT,
    },
}
"""Every schema ever shipped, by its number: everything that such a database holds, by name, with the words that made
it. A new one comes with a revision in `store.migrations` that leads to it."""

_ALLOWED = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_TRANSACTION}
)
_READABLE_PRAGMAS = frozenset(
    {
        "journal_mode",
        "synchronous",
        "foreign_keys",
        "busy_timeout",
        "trusted_schema",
        "read_uncommitted",
        "user_version",
        "application_id",
        "recursive_triggers",
    }
)
_FORBIDDEN_FUNCTIONS = frozenset({"load_extension", "writefile", "edit", "fts3_tokenizer"})


def newest() -> int:
    """The number of the schema that this program makes and records in."""
    return max(SCHEMAS)


def make_schema(connection: sqlite3.Connection) -> None:
    """Makes the newest schema in an empty database."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {newest()}")
    for statement in SCHEMAS[newest()].values():
        connection.execute(statement)


def authorizer(action: int, first: str | None, second: str | None, _db: str | None, _by: str | None) -> int:
    """Allows reading, transactions and inserting entries; refuses everything else, whatever asks for it."""
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FORBIDDEN_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    if action in _ALLOWED:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_INSERT and first == "entry":
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and second is None and (first or "").lower() in _READABLE_PRAGMAS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def missing_guards(connection: sqlite3.Connection) -> Iterator[str]:
    """In words, what of the schema that the database names is missing, changed, or there without belonging."""
    schema = SCHEMAS.get(connection.execute("PRAGMA user_version").fetchone()[0], SCHEMAS[newest()])
    rows = connection.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    found = {name: sql for name, _type, sql in rows}
    for name, statement in schema.items():
        if name not in found:
            yield f"The database's guard or table “{name}” is missing."
        elif found[name] != statement:
            yield f"The database's guard or table “{name}” was changed."
    for name, kind, _sql in rows:
        if name not in schema:
            article = "an" if kind == "index" else "a"
            yield f"The database holds {article} {kind} “{name}” that does not belong there."
