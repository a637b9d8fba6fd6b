"""Writes what rests on the stored texts of alerts: pages, names, batches, what is affected, numbers mentioned.

Many alerts at a time: a statement for each alone takes longer than all that is decided about it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from msat.alerts.model import Alert
from msat.ids import AlertKey
from msat.projections.alert_state import AlertState
from msat.record.ports import Files
from msat.store import views_tables as tables
from msat.store.views_rows import Values, affected_rows, batch_rows, mention_rows, name_rows

Told = Callable[[bytes], tuple[Alert, str]]
"""Reads a version document: the alert and the fingerprint of the item's content. Raises ValueError when it cannot."""

AT_ONCE = 100
"""Alerts to a statement; their notices are in memory together."""

_KEEP_CONTENT = (
    update(tables.page)
    .where((tables.page.c.source == bindparam("b_source")) & (tables.page.c.path == bindparam("b_path")))
    .values(content=bindparam("b_content"))
)


def write_texts(
    connection: Connection, states: Iterable[AlertState], files: Files, told: Told
) -> Iterator[tuple[AlertState, list[Alert], bool]]:
    """Replaces what rests on the texts of each alert; gives its state, its notices and whether one is missing.

    Nothing is written for an alert before it is asked for.
    """
    left = iter(states)
    while some := list(islice(left, AT_ONCE)):
        yield from _write_some(connection, some, files, told)


def read_notice(files: Files, told: Told, version: str) -> tuple[Alert, str] | None:
    """The notice in a version document and its content's fingerprint; None when missing or unreadable."""
    data = files.get(version) if version else None
    if data is None:
        return None
    try:
        return told(data)
    except ValueError:  # msgspec and JSON errors are ValueErrors; `verify` says which file is damaged
        return None


def _write_some(
    connection: Connection, states: Sequence[AlertState], files: Files, told: Told
) -> list[tuple[AlertState, list[Alert], bool]]:
    keys = [state.key for state in states]
    chosen = select(tables.page).where(tables.page.c.key.in_(keys))
    pages = connection.execute(chosen.order_by(tables.page.c.source, tables.page.c.path)).mappings().all()
    notices: dict[AlertKey, list[Alert]] = defaultdict(list)
    missing: set[AlertKey] = set()
    contents: list[Values] = []
    for page in pages:
        read = read_notice(files, told, page["version"])
        if read is None:
            missing.add(page["key"])
            continue
        notices[page["key"]].append(read[0])
        contents.append({"b_source": page["source"], "b_path": page["path"], "b_content": read[1]})
    if contents:
        connection.execute(_KEEP_CONTENT, contents)
    of = [(state, notices[state.key]) for state in states]
    _replace(connection, tables.name, keys, [row for state, told_ in of for row in name_rows(state, told_)])
    _replace(connection, tables.batch, keys, [row for state, told_ in of for row in batch_rows(state.key, told_)])
    _replace(connection, tables.affected, keys, [row for state, told_ in of for row in affected_rows(state, told_)])
    _replace(connection, tables.mention, keys, [row for state, told_ in of for row in mention_rows(state, told_)])
    return [(state, told_, state.key in missing) for state, told_ in of]


def _replace(connection: Connection, table: Table, keys: Sequence[AlertKey], rows: list[Values]) -> None:
    connection.execute(delete(table).where(table.c.key.in_(keys)))
    if rows:
        connection.execute(insert(table), rows)
