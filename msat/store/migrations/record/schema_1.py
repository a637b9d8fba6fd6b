"""Schema 1 of a record in a file: the table of entries, and the triggers that forbid change. Frozen: never edited.

Applied to an empty database by tests only, which hold it against what a new record is made with.
"""

from __future__ import annotations

from alembic.operations import Operations

revision = "1"
down_revision = None

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


def upgrade(op: Operations) -> None:
    """Makes schema 1 in an empty database."""
    for statement in (_TABLE, _NO_UPDATE, _NO_DELETE, _INSERT):
        op.get_bind().exec_driver_sql(statement)
