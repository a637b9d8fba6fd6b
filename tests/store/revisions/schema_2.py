"""A schema 2 that was never shipped: the table made anew with one column more, as a real revision would do it."""

from __future__ import annotations

from typing import Any

from alembic.operations import Operations

from msat.store.guards import SCHEMAS

revision = "2"
down_revision = "1"

# Renaming a table makes SQLite tell its name in quotes: a shipped schema has to be written as it then reads.
_TABLE = SCHEMAS[1]["entry"].replace("CREATE TABLE entry (", 'CREATE TABLE "entry" (').replace(
    "  note TEXT,", "  note TEXT,\n  remark TEXT,"
)
SCHEMA = {**SCHEMAS[1], "entry": _TABLE}
_COLUMNS = "log, seq, id, type, header, body, note"


def upgrade(op: Operations) -> None:
    """Copies every row into the new table, which then takes the old one's name and triggers."""
    connection: Any = op.get_bind()
    connection.exec_driver_sql(_TABLE.replace('"entry"', '"entry_2"'))
    connection.exec_driver_sql(f"INSERT INTO entry_2 ({_COLUMNS}) SELECT {_COLUMNS} FROM entry ORDER BY log, seq")
    connection.exec_driver_sql("DROP TABLE entry")
    connection.exec_driver_sql("ALTER TABLE entry_2 RENAME TO entry")
    for name, statement in SCHEMA.items():
        if name != "entry":
            connection.exec_driver_sql(statement)
