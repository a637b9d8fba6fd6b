"""Compares the stored views with ones made anew in memory: step 8 of `verify`, in sentences."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, select

from msat.record.ports import Files, Record
from msat.store import views_tables as tables
from msat.store.views_database import lay_out, open_engine, reading, writing
from msat.store.views_reading import read_on
from msat.store.views_search import differences_in_index
from msat.store.views_texts import Told

_WHAT = {
    "state": "The view of {0} differs from what the record says.",
    "name": "A name that {2} is found by differs from what its notices say.",
    "batch": "A batch of {0} differs from what its notices say.",
    "page": "The page {1} of {0} is remembered otherwise than the record says.",
    "searched": "What {0} is searched by differs from what its notices and notes say.",
    "affected": "What {0} affects differs from what its notices say.",
    "mention": "A number that {0} names differs from what its notices say.",
    "explanation": "An explanation of a gap differs from what the record says.",
    "general": "What is recorded about the organisation itself differs from what the record says.",
    "place": "Where the entries about {0} stand differs from what the record says.",
    "awaited": "An entry that another names is remembered otherwise than the record says.",
    "cursor": "The views have not read the record to its end, or have read another record.",
}

Rows = dict[tuple[Any, ...], tuple[Any, ...]]


def differences(stored: Connection, record: Record, files: Files, told: Told) -> tuple[str, ...]:
    """A sentence for each thing that differs from a rebuild; empty when all is equal."""
    anew = open_engine(None)
    try:
        lay_out(anew)
        with writing(anew) as connection:
            read_on(connection, record, files, told)
        with reading(anew) as connection:
            found = [line for table in tables.COMPUTED for line in _differing(table, stored, connection)]
            found += differences_in_index(stored, connection)
    finally:
        anew.dispose()
    return tuple(dict.fromkeys(found))


def _differing(table: Table, stored: Connection, anew: Connection) -> list[str]:
    ours, theirs = _rows(table, stored), _rows(table, anew)
    wrong = sorted(key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key))
    return [_WHAT[table.name].format(*key) for key in wrong]


def _rows(table: Table, connection: Connection) -> Rows:
    keys = [column.name for column in table.primary_key.columns]
    chosen = list(table.columns)
    if table is tables.searched:  # its ids follow the order in which alerts came, which a rebuild need not repeat
        keys, chosen = ["key"], [column for column in chosen if column.name != "id"]
    rows = connection.execute(select(*chosen)).mappings()
    return {tuple(row[name] for name in keys): tuple(row.values()) for row in rows}

