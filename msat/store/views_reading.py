"""Reads the record into the tables of the views: folds in memory, then writes each alert once.

A version document that is missing or cannot be read stops nothing: the state rests on the entries, and says that its
text is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from msat.alerts.model import Alert
from msat.ids import AlertKey, EntryId
from msat.projections.alert_state import AlertState
from msat.projections.fold import apply, key_of
from msat.projections.gaps import Explanation, explain
from msat.projections.general import General, gathered
from msat.projections.pages import TELLING, Page, page_of
from msat.projections.searching import noted_terms, told_terms
from msat.projections.stored import from_json
from msat.record.entries import Entry
from msat.record.ports import Files, Record
from msat.store import views_tables as tables
from msat.store.views_rows import (
    Values,
    affected_rows,
    batch_rows,
    explanation_from,
    explanation_rows,
    general_from,
    general_rows,
    mention_rows,
    name_rows,
    seconds,
    state_values,
)
from msat.store.views_search import Terms, clear_search, pack_search, write_search

Progress = Callable[[int, int], None]
Told = Callable[[bytes], tuple[Alert, str]]
"""Reads a version document: the alert and the fingerprint of the item's content. Raises ValueError when it cannot."""

EVERY = 200
"""Entries between two words of progress."""

NO_ENTRY = EntryId("0" * 64)


class OtherHistory(Exception):
    """The record does not go on from where these views stopped: it is another log, or an older copy of it."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the record has been read."""

    seq: int = 0
    id: EntryId = NO_ENTRY


@dataclass(slots=True)
class Reading:
    """What one pass over new entries has gathered, before anything is written."""

    states: dict[AlertKey, AlertState] = field(default_factory=dict)
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    told: set[AlertKey] = field(default_factory=set)
    """The alerts whose texts may have changed."""
    explanations: tuple[Explanation, ...] | None = None
    """The explanations of gaps, when one was given or corrected."""
    general: tuple[General, ...] | None = None
    """What is recorded about no alert, when something was added or corrected."""
    cursor: Cursor = field(default_factory=Cursor)


def cursor_of(connection: Connection, log: str) -> Cursor:
    """How far `log` has been read; raises OtherHistory when the views belong to another log."""
    rows = connection.execute(select(tables.cursor)).mappings().all()
    if not rows:
        return Cursor()
    if len(rows) != 1 or rows[0]["log"] != log:
        raise OtherHistory
    return Cursor(rows[0]["seq"], EntryId(rows[0]["id"]))


def read_on(
    connection: Connection,
    record: Record,
    files: Files,
    told: Told,
    progress: Progress | None = None,
) -> frozenset[AlertKey]:
    """Brings the tables up to the record's end; returns the alerts that changed."""
    start = cursor_of(connection, record.log)
    reading = _gather(connection, record, start, progress)
    if reading.cursor == start:
        return frozenset()
    _write_states(connection, reading)
    _write_pages(connection, reading, files, told)
    if not start.seq:
        pack_search(connection)
    if reading.explanations is not None:
        connection.execute(delete(tables.explanation))
        connection.execute(insert(tables.explanation), explanation_rows(reading.explanations))
    if reading.general is not None:
        connection.execute(delete(tables.general))
        connection.execute(insert(tables.general), general_rows(reading.general))
    connection.execute(delete(tables.cursor))
    connection.execute(
        insert(tables.cursor).values(log=record.log, seq=reading.cursor.seq, id=reading.cursor.id)
    )
    return frozenset(reading.states)


def empty(connection: Connection) -> None:
    """Drops everything computed."""
    clear_search(connection)
    for table in tables.COMPUTED:
        connection.execute(delete(table))


def _gather(connection: Connection, record: Record, start: Cursor, progress: Progress | None) -> Reading:
    reading, head = Reading(cursor=start), record.head()
    total = head.size
    if total < start.seq or (total == start.seq and head.id != start.id):
        raise OtherHistory
    for entry in record.entries(after=start.seq):
        if reading.cursor is start and start.seq and entry.prev != start.id:
            raise OtherHistory
        _take(connection, reading, entry, is_first=not start.seq)
        if progress and (entry.seq % EVERY == 0 or entry.seq >= total):
            progress(entry.seq, max(total, entry.seq))
    return reading


def _take(connection: Connection, reading: Reading, entry: Entry, is_first: bool) -> None:
    reading.cursor = Cursor(entry.seq, entry.id)
    key = key_of(entry)
    if key is None:
        _explained(connection, reading, entry, is_first)
        _gathered(connection, reading, entry, is_first)
        return
    before = reading.states.get(key) or (None if is_first else _stored(connection, key))
    after = apply(before, entry)
    if after is not None:
        reading.states[key] = after
    if entry.type in TELLING or before is None:
        reading.told.add(key)
    page = page_of(entry)
    if page is not None:
        reading.pages[page.source, page.path] = page


def _explained(connection: Connection, reading: Reading, entry: Entry, is_first: bool) -> None:
    """Folds an entry about no alert into the explanations of gaps."""
    before = reading.explanations
    if before is None:
        before = () if is_first else explanations(connection)
    after = explain(before, entry)
    if after is not before:
        reading.explanations = after


def _gathered(connection: Connection, reading: Reading, entry: Entry, is_first: bool) -> None:
    """Folds an entry about no alert into what is recorded of the organisation itself."""
    before = reading.general
    if before is None:
        before = () if is_first else general(connection)
    after = gathered(before, entry)
    if after is not before:
        reading.general = tuple(after)


def general(connection: Connection, *types: str) -> tuple[General, ...]:
    """What is recorded about no alert, oldest first."""
    chosen = select(tables.general).order_by(tables.general.c.position)
    if types:
        chosen = chosen.where(tables.general.c.type.in_(types))
    return tuple(general_from(row) for row in connection.execute(chosen).mappings())


def explanations(connection: Connection) -> tuple[Explanation, ...]:
    """The explanations of gaps, oldest first."""
    chosen = select(tables.explanation).order_by(tables.explanation.c.position)
    return tuple(explanation_from(row) for row in connection.execute(chosen).mappings())


def _stored(connection: Connection, key: AlertKey) -> AlertState | None:
    found = connection.execute(select(tables.state.c.json).where(tables.state.c.key == key)).scalar()
    return None if found is None else from_json(found)


def _write_states(connection: Connection, reading: Reading) -> None:
    """Writes every state that changed; the columns that rest on texts keep their values."""
    rows = [state_values(state) for state in reading.states.values()]
    if not rows:
        return
    new = sqlite_insert(tables.state).values(text_missing=0)
    kept = new.on_conflict_do_update(
        index_elements=["key"], set_={name: new.excluded[name] for name in rows[0] if name != "key"}
    )
    connection.execute(kept, rows)


def _write_pages(connection: Connection, reading: Reading, files: Files, told: Told) -> None:
    """Writes the pages that changed and, of every alert they tell of, what rests on its texts."""
    moved = _now_elsewhere(connection, reading)
    texts: dict[AlertKey, Values] = {}
    terms = {key: _terms(state, None) for key, state in reading.states.items()}
    _upsert_pages(connection, reading.pages.values())
    for key in sorted(reading.told | moved):
        state = reading.states.get(key) or _stored(connection, key)
        if state is not None:
            notices, missing = _write_texts(connection, state, files, told)
            texts[key] = {"text_missing": int(missing), "b_key": key}
            terms[key] = _terms(state, told_terms(state, notices))
    if texts:
        chosen = update(tables.state).where(tables.state.c.key == bindparam("b_key"))
        connection.execute(chosen, list(texts.values()))
    write_search(connection, terms)


def _terms(state: AlertState, told: str | None) -> Terms:
    return Terms(seconds(state.published or state.received) or 0, noted_terms(state), told)


def _now_elsewhere(connection: Connection, reading: Reading) -> frozenset[AlertKey]:
    """Alerts that lose a page, because the page now tells of another alert."""
    lost: set[AlertKey] = set()
    for (source, path), page in reading.pages.items():
        where = (tables.page.c.source == source) & (tables.page.c.path == path)
        before = connection.execute(select(tables.page.c.key).where(where)).scalar()
        if before is not None and before != page.key:
            lost.add(AlertKey(before))
    return frozenset(lost)


def _upsert_pages(connection: Connection, pages: Iterable[Page]) -> None:
    rows = [
        {
            "source": page.source,
            "path": page.path,
            "key": page.key,
            "version": page.version,
            "content": "",
            "withdrawn": int(page.withdrawn),
        }
        for page in pages
    ]
    if rows:
        connection.execute(insert(tables.page).prefix_with("OR REPLACE"), rows)


def _write_texts(
    connection: Connection, state: AlertState, files: Files, told: Told
) -> tuple[list[Alert], bool]:
    """Replaces what rests on an alert's texts; returns its notices and whether one is missing."""
    pages = connection.execute(
        select(tables.page)
        .where(tables.page.c.key == state.key)
        .order_by(tables.page.c.source, tables.page.c.path)
    ).mappings()
    notices: list[Alert] = []
    missing = False
    for page in pages.all():
        read = read_notice(files, told, page["version"])
        if read is None:
            missing = True
            continue
        notices.append(read[0])
        where = (tables.page.c.source == page["source"]) & (tables.page.c.path == page["path"])
        connection.execute(update(tables.page).where(where).values(content=read[1]))
    _replace(connection, tables.name, state.key, name_rows(state, notices))
    _replace(connection, tables.batch, state.key, batch_rows(state.key, notices))
    _replace(connection, tables.affected, state.key, affected_rows(state, notices))
    _replace(connection, tables.mention, state.key, mention_rows(state, notices))
    return notices, missing


def read_notice(files: Files, told: Told, version: str) -> tuple[Alert, str] | None:
    """The notice in a version document and its content's fingerprint; None when missing or unreadable."""
    data = files.get(version) if version else None
    if data is None:
        return None
    try:
        return told(data)
    except ValueError:  # msgspec and JSON errors are ValueErrors; `verify` says which file is damaged
        return None


def _replace(connection: Connection, table: Table, key: AlertKey, rows: list[Values]) -> None:
    connection.execute(delete(table).where(table.c.key == key))
    if rows:
        connection.execute(insert(table), rows)
