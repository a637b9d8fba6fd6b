"""The full-text index of the views: FTS5 over the terms that `projections.search_terms` makes.

Prefix indexes for one to four letters and `detail=none` are what makes a search as you type quick; the terms are made
in Python, so that every Views finds the same, and the tokenizer only parts them at the spaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from msat.ids import AlertKey
from msat.store.views_tables import search, searched

LAY_OUT = (
    f"CREATE VIRTUAL TABLE {search.name} USING fts5(told, noted, content='{searched.name}', content_rowid='id', "
    "prefix='1 2 3 4', detail=none, columnsize=0, tokenize='ascii')"
)

_TO_THE_MINUTE = 128
"""Ids that begin with one minute. Small ids keep the index small; more alerts of one minute go on into the next."""

_DELETE = f"INSERT INTO {search.name}({search.name}, rowid, told, noted) VALUES('delete', ?, ?, ?)"
_INSERT = f"INSERT INTO {search.name}(rowid, told, noted) VALUES(?, ?, ?)"
_FORGET = f"DELETE FROM {searched.name} WHERE id = ?"  # noqa: S608
_KEEP = f"INSERT INTO {searched.name}(id, told, noted, key) VALUES(?, ?, ?, ?)"
_VOCABULARY = f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, {search.name}, row)"

Row = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Terms:
    """What an alert is searched by. `newest` in seconds; `told` None: as before."""

    newest: int
    noted: str
    told: str | None


def clear_search(connection: Connection) -> None:
    """Empties the index; the table it is over is emptied with the others."""
    connection.exec_driver_sql(f"INSERT INTO {search.name}({search.name}) VALUES('delete-all')")


def pack_search(connection: Connection) -> None:
    """Makes the index one piece after a whole reading: a keystroke then costs half. About 1 s for 50,000 notices."""
    connection.exec_driver_sql(f"INSERT INTO {search.name}({search.name}) VALUES('optimize')")


def write_search(connection: Connection, wanted: Mapping[AlertKey, Terms]) -> None:
    """Brings the index up to date with these alerts; those that are as before cost nothing."""
    before = _before(connection, wanted)
    gone: list[Row] = []
    come: list[tuple[int, str, str, AlertKey]] = []
    taken: dict[int, int] = {}
    for key, terms in wanted.items():
        old = before.get(key)
        told = terms.told if terms.told is not None else (old[1] if old else "")
        if old is not None:
            if old[1:] == (told, terms.noted) and old[0] // _TO_THE_MINUTE == terms.newest // 60:
                continue
            gone.append(old)
        come.append((_free_id(connection, terms.newest // 60, taken), told, terms.noted, key))
    if gone:
        connection.exec_driver_sql(_DELETE, gone)
        connection.exec_driver_sql(_FORGET, [(old[0],) for old in gone])
    if come:
        connection.exec_driver_sql(_KEEP, come)
        connection.exec_driver_sql(_INSERT, [row[:3] for row in come])


def _before(connection: Connection, wanted: Mapping[AlertKey, Terms]) -> dict[AlertKey, Row]:
    columns = (searched.c.id, searched.c.told, searched.c.noted, searched.c.key)
    keys = list(wanted)
    found: dict[AlertKey, Row] = {}
    for at in range(0, len(keys), 500):
        rows = connection.execute(select(*columns).where(searched.c.key.in_(keys[at : at + 500])))
        found.update((AlertKey(row.key), (row.id, row.told, row.noted)) for row in rows)
    return found


def _free_id(connection: Connection, minute: int, taken: dict[int, int]) -> int:
    """The next free id of a minute, or of a later one when that is full."""
    while True:
        first = minute * _TO_THE_MINUTE
        if minute not in taken:
            highest = select(func.max(searched.c.id)).where(searched.c.id.between(first, first + _TO_THE_MINUTE - 1))
            found = connection.execute(highest).scalar()
            taken[minute] = first if found is None else found + 1
        if taken[minute] < first + _TO_THE_MINUTE:
            taken[minute] += 1
            return taken[minute] - 1
        minute += 1


def differences_in_index(stored: Connection, anew: Connection) -> list[str]:
    """A sentence when the index holds other terms, or holds them for other numbers of alerts, than one made anew."""
    same = _vocabulary(stored) == _vocabulary(anew)
    return [] if same else ["The search index differs from what the notices and notes say."]


def _vocabulary(connection: Connection) -> set[tuple[str, int]]:
    connection.exec_driver_sql(_VOCABULARY)
    return {(row[0], row[1]) for row in connection.exec_driver_sql("SELECT term, doc FROM temp.vocabulary")}
