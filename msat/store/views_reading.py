"""Reads the record into the tables of the views: folds in memory, then writes each alert once.

A version document that is missing or cannot be read stops nothing: the state rests on the entries, and says that its
text is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from msat.exchange.own_logs import OwnLog, OwnLogs, held, may_change, own_logs
from msat.ids import AlertKey, EntryId, LogId
from msat.projections.alert_state import AlertState
from msat.projections.order import Held, Place, in_order, read_place
from msat.projections.pages import Page
from msat.projections.searching import noted_terms, told_terms
from msat.record.entries import Entry, Head
from msat.record.ports import Files, Record
from msat.store import views_tables as tables
from msat.store.views_folding import Folding, stored_place, stored_state
from msat.store.views_rows import (
    Values,
    explanation_rows,
    general_rows,
    seconds,
    state_values,
)
from msat.store.views_search import Terms, clear_search, pack_search, write_search
from msat.store.views_texts import Told, write_texts

T = TypeVar("T")
Progress = Callable[[int, int], None]
EVERY = 200
"""Entries between two words of progress."""

NO_ENTRY = EntryId("0" * 64)


_NEW_STATE = sqlite_insert(tables.state)
_KEEP_STATE = _NEW_STATE.on_conflict_do_update(
    index_elements=["key"],
    set_={
        column.name: _NEW_STATE.excluded[column.name]
        for column in tables.state.c
        if column.name not in ("key", "text_missing")
    },
)
"""Made once: making it takes as long as running it."""


class OtherHistory(Exception):
    """The record does not go on from where these views stopped: it is another log, or an older copy of it."""


class _LogsChanged(Exception):
    """An entry just read says that other logs count as the organisation's own than did so far."""


class _Anew(Exception):
    """What has been read stands in another order now, or no longer counts: everything is to be computed anew."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far one log has been read."""

    seq: int = 0
    id: EntryId = NO_ENTRY
    place: Place | None = None


NOTHING_READ = Cursor()


def read_on(
    connection: Connection, record: Record, files: Files, told: Told, progress: Progress | None = None
) -> frozenset[AlertKey]:
    """Brings the tables up to the end of every log that counts as the organisation's own; returns what changed.

    Costs what is new. Only the first other workstation to join has all computed anew, and an entry that others had
    named before it came.
    """
    logs, cursors = _stored(connection)
    if cursors and record.log not in cursors:
        raise OtherHistory
    while True:
        try:
            one = _Pass(connection, record, logs or own_logs(record), cursors)
            return _written(connection, one, files, told) if one.read(progress) else frozenset()
        except _LogsChanged:
            logs = own_logs(record)
        except _Anew:
            empty(connection)
            logs, cursors = {}, {}


def _stored(connection: Connection) -> tuple[OwnLogs, dict[LogId, Cursor]]:
    """The logs that counted so far, and how far each has been read."""
    logs, cursors = {}, {}
    for row in connection.execute(select(tables.cursor)).mappings():
        log, place = LogId(row["log"]), read_place(row["place"]) if row["place"] else None
        logs[log] = OwnLog(log, row["upto"], bool(row["written_here"]))
        cursors[log] = Cursor(row["seq"], EntryId(row["id"]), place)
    return logs, cursors


class _Pass:
    """One reading of everything new in the logs that count. `cursors` move on as it reads."""

    def __init__(self, connection: Connection, record: Record, logs: OwnLogs, cursors: Mapping[LogId, Cursor]) -> None:
        self.record, self.logs, self._connection = record, logs, connection
        self.cursors = {log: cursors.get(log, NOTHING_READ) for log in logs}
        self.before = dict(self.cursors)
        self.folding = Folding(connection, record, is_first=not any(one.seq for one in cursors.values()))
        self.awaited: set[str] = set()
        self._ends = held(record, logs)
        self._are_several = len(self._ends) > 1
        self._is_looked_up = False
        self._check()

    def _check(self) -> None:
        for log, cursor in self.cursors.items():
            end = self._ends.get(log, Head(log, 0, NO_ENTRY))
            if cursor.seq > end.size:
                limit = self.logs[log].upto
                raise _Anew if limit is not None and limit < cursor.seq else OtherHistory
            if cursor.seq == end.size and cursor.id != end.id:
                raise OtherHistory
            if self._are_several and cursor.seq and cursor.place is None:
                raise _Anew

    def read(self, progress: Progress | None) -> bool:
        """Folds in everything new; False when there is nothing."""
        new = {log: end.size for log, end in self._ends.items() if end.size > self.cursors[log].seq}
        if not new:
            return False
        done, total = sum(self.cursors[log].seq for log in new), sum(new.values())
        awaited = set(self._connection.execute(select(tables.awaited.c.id)).scalars()) if self._are_several else set()
        for place, entry in self._ordered(new):
            if entry.id in awaited:
                raise _Anew
            if may_change(entry, self.logs, self.record.organisation.ods):
                self._look_again()
            self.folding.take(entry, place)
            self.cursors[entry.log] = Cursor(entry.seq, entry.id, place)
            done += 1
            if progress and (done % EVERY == 0 or done >= total):
                progress(done, total)
        self.folding.finish()
        return True

    def _look_again(self) -> None:
        """The logs may be others since an entry just read: looked up once, after the ends of all were fixed."""
        if not self._is_looked_up and own_logs(self.record) != self.logs:
            raise _LogsChanged
        self._is_looked_up = True

    def _ordered(self, new: Mapping[LogId, int]) -> Iterator[tuple[Place | None, Entry]]:
        streams = {log: self._stream(log, size) for log, size in new.items()}
        if self._are_several:
            yield from in_order(streams, self._look, {log: c.place for log, c in self.before.items() if c.place})
            return
        for stream in streams.values():
            yield from ((None, entry) for entry in stream)

    def _stream(self, log: LogId, size: int) -> Iterator[Entry]:
        cursor = self.before[log]
        for entry in self.record.entries(log, after=cursor.seq, upto=size):
            if entry.seq == cursor.seq + 1 and cursor.seq and entry.prev != cursor.id:
                raise OtherHistory
            yield entry

    def _look(self, name: str) -> Place | Held | None:
        """Where an entry that another names stands."""
        entry = self.record.entry(name)
        if entry is None or entry.log not in self._ends or entry.seq > self._ends[entry.log].size:
            self.awaited.add(name)
            return None
        if entry.seq > self.before[entry.log].seq:
            return Held.COMING
        return stored_place(self._connection, entry)


def _written(connection: Connection, one: _Pass, files: Files, told: Told) -> frozenset[AlertKey]:
    """Writes what a pass has read; returns the alerts that changed."""
    folding = one.folding
    _write_states(connection, folding)
    _write_pages(connection, folding, files, told)
    if folding.is_first:
        pack_search(connection)
    _write_all(connection, tables.explanation, folding.explanations, explanation_rows)
    _write_all(connection, tables.general, folding.general, general_rows)
    places = [{"key": key, "place": place.written()} for key, place in folding.placed]
    if places:
        connection.execute(insert(tables.place), places)
    if one.awaited:
        rows = [{"id": name} for name in sorted(one.awaited)]
        connection.execute(insert(tables.awaited).prefix_with("OR IGNORE"), rows)
    connection.execute(delete(tables.cursor))
    connection.execute(insert(tables.cursor), [_cursor_row(one, log) for log in one.logs])
    return frozenset(folding.states)


def _cursor_row(one: _Pass, log: LogId) -> Values:
    cursor, counts = one.cursors[log], one.logs[log]
    place = cursor.place.written() if cursor.place else ""
    told = {"upto": counts.upto, "written_here": int(counts.is_written_here)}
    return {"log": log, "seq": cursor.seq, "id": cursor.id, "place": place, **told}


def _write_all(
    connection: Connection, table: Table, items: Sequence[T] | None, rows: Callable[[Sequence[T]], list[Values]]
) -> None:
    """Replaces a whole table, where there is anything new to say."""
    if items is None:
        return
    connection.execute(delete(table))
    if items:
        connection.execute(insert(table), rows(items))


def empty(connection: Connection) -> None:
    """Drops everything computed."""
    clear_search(connection)
    for table in tables.COMPUTED:
        connection.execute(delete(table))


def _write_states(connection: Connection, folding: Folding) -> None:
    """Writes every state that changed; the columns that rest on texts keep their values."""
    rows = [{**state_values(state), "text_missing": 0} for state in folding.states.values()]
    if rows:
        connection.execute(_KEEP_STATE, rows)


def _write_pages(connection: Connection, folding: Folding, files: Files, told: Told) -> None:
    """Writes the pages that changed and, of every alert they tell of, what rests on its texts."""
    pages, moved = _newest_pages(connection, folding)
    texts: list[Values] = []
    terms = {key: _terms(state, None) for key, state in folding.states.items()}
    if pages:
        connection.execute(insert(tables.page).prefix_with("OR REPLACE"), pages)
    keys = sorted(folding.told | moved)
    known = ((folding.states.get(key) or stored_state(connection, key)) for key in keys)
    for state, notices, missing in write_texts(connection, (state for state in known if state), files, told):
        texts.append({"text_missing": int(missing), "b_key": state.key})
        terms[state.key] = _terms(state, told_terms(state, notices))
    _keep_missing(connection, texts)
    write_search(connection, terms)


def read_texts(connection: Connection, keys: Iterable[AlertKey], files: Files, told: Told) -> None:
    """Reads the stored texts of these alerts again: files came that were missing."""
    known = (stored_state(connection, key) for key in sorted(keys))
    texts: list[Values] = []
    terms: dict[AlertKey, Terms] = {}
    for state, notices, missing in write_texts(connection, (state for state in known if state), files, told):
        texts.append({"text_missing": int(missing), "b_key": state.key})
        terms[state.key] = _terms(state, told_terms(state, notices))
    _keep_missing(connection, texts)
    write_search(connection, terms)


def _keep_missing(connection: Connection, texts: list[Values]) -> None:
    """Keeps of each alert whether a text of it is missing."""
    if texts:
        chosen = update(tables.state).where(tables.state.c.key == bindparam("b_key"))
        connection.execute(chosen, texts)


def _terms(state: AlertState, told: str | None) -> Terms:
    return Terms(seconds(state.published or state.received) or 0, noted_terms(state), told)


def _newest_pages(connection: Connection, folding: Folding) -> tuple[list[Values], set[AlertKey]]:
    """The rows of the pages read now, but for those of which the tables hold what another log told later; and the
    alerts that lose a page, because it now tells of another."""
    rows: list[Values] = []
    lost: set[AlertKey] = set()
    for page, place in folding.pages.values():
        before = None if folding.is_first else _page(connection, page)
        if before is not None and before["place"] > place:
            continue
        if before is not None and before["key"] != page.key:
            lost.add(AlertKey(before["key"]))
        told = {"content": "", "told": page.content, "withdrawn": int(page.withdrawn), "place": place}
        rows.append({"source": page.source, "path": page.path, "key": page.key, "version": page.version, **told})
    return rows, lost


def _page(connection: Connection, page: Page) -> Mapping[Any, Any] | None:
    where = (tables.page.c.source == page.source) & (tables.page.c.path == page.path)
    return connection.execute(select(tables.page.c.key, tables.page.c.place).where(where)).mappings().first()
