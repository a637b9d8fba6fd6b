"""The board in a SQLite file of its own beside the views: cells and ready-made counters. Disposable.

A state that turns with time is kept as at a moment, `settled`; asking later moves the few cells whose moment has come
and their counters with them. So totals are read, never counted, at national size too.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from sys import intern
from typing import Any, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from msat.ids import AlertKey
from msat.projections.alert_state import Status
from msat.projections.board import ORDER, BoardAlert, BoardCell, BoardOrganisation, Cells, Seen, Totals
from msat.projections.natural_order import natural
from msat.store import views_database as database
from msat.triage.model import Priority

SCHEMA = 2
_LAY_OUT = (
    "CREATE TABLE organisation (ods TEXT PRIMARY KEY, name TEXT, kind TEXT, parent TEXT, stamp TEXT) WITHOUT ROWID",
    "CREATE TABLE alert (key TEXT PRIMARY KEY, reference TEXT, title TEXT, family TEXT, rag INTEGER, received INTEGER,"
    " source TEXT) WITHOUT ROWID",
    "CREATE TABLE cell (ods TEXT, key TEXT, rag INTEGER, base INTEGER, due INTEGER, until INTEGER, ends INTEGER,"
    " recheck INTEGER, state INTEGER, turns INTEGER, PRIMARY KEY (ods, key)) WITHOUT ROWID",
    "CREATE INDEX cell_turns ON cell (turns) WHERE turns IS NOT NULL",
    "CREATE TABLE total (sort TEXT, id TEXT, state INTEGER, count INTEGER, PRIMARY KEY (sort, id, state))"
    " WITHOUT ROWID",
    "CREATE TABLE settled (moment INTEGER)",
    f"PRAGMA user_version = {SCHEMA}",
)
_RAGS = (None, Priority.RED, Priority.AMBER, Priority.GREEN)
_NUMBER = {status: number for number, status in enumerate(ORDER)}
_SECOND, _SECOND_LATE = _NUMBER[Status.SECOND_PERSON], len(ORDER)
"""What waits for a second person past its limit is kept under a number of its own, and counted as both."""
_LATE = frozenset({_NUMBER[Status.OVERDUE], _SECOND_LATE})
_ADD = (
    "INSERT INTO total (sort, id, state, count) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (sort, id, state) DO UPDATE SET count = count + excluded.count"
)
_CELL = "INSERT INTO cell VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SEEN = tuple(
    tuple(Seen(status, rag, number in _LATE) for rag in _RAGS)
    for number, status in enumerate((*ORDER, Status.SECOND_PERSON))
)
"""What a cell shows, by the numbers of its state and priority: the same pairs for all the cells there are."""
_FIRST, _BETWEEN = 48, "\x1f"
_ROW_OF_CELLS = (
    "SELECT group_concat(key, ?), group_concat(char(? + ? * state + rag), '')"
    " FROM (SELECT key, state, rag FROM cell WHERE ods = ? ORDER BY key)"
)
"""The alerts of an organisation and what is seen of each, two texts in one order."""
_SOME = 400
T = TypeVar("T")


class SqlBoard:
    """Fulfils `projections.board.Board`. Safe to use from several threads. Opened when it is first asked; a damaged
    file is made anew, empty."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._lock, self._is_open = path, threading.RLock(), False
        self._file = database.ViewsFile(path)
        self._engine = self._file.engine()

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()

    def _open(self) -> None:
        if self._path is not None:
            database.make_folder(self._path.parent)
        if self._is_wrong():
            with self._file.alone():
                if self._is_wrong():  # else another process has just made it
                    self._make_anew()
        self._is_open = True

    def _is_wrong(self) -> bool:
        try:
            with database.reading(self._engine) as at:
                return bool(at.exec_driver_sql("PRAGMA user_version").scalar_one() != SCHEMA)
        except DatabaseError as error:
            if not database.is_damage(error):
                raise database.unusable(error, self._path) from error
            return True

    def _make_anew(self) -> None:
        with self._file.alone():
            is_another = self._file.is_another()
            self._engine.dispose()
            if is_another and not self._is_wrong():
                return  # another process has just made it
            if self._path is not None:
                database.remove(self._path)
            with database.writing(self._engine) as at:
                for statement in _LAY_OUT:
                    at.exec_driver_sql(statement)

    def _write(self, work: Callable[[Connection], T]) -> T:
        def once() -> T:
            with database.writing(self._engine) as at:
                return work(at)

        with self._lock:
            if not self._is_open:
                self._open()
            try:
                return once()
            except DatabaseError as error:
                if not database.is_damage(error):
                    raise database.unusable(error, self._path) from error
                self._make_anew()
                return once()

    # Writing

    def keep(
        self, organisation: BoardOrganisation, alerts: Iterable[BoardAlert], cells: Iterable[BoardCell], now: datetime
    ) -> None:
        one, moment = organisation, _seconds_of(now)

        def work(at: Connection) -> None:
            settled = _settle(at, moment)
            _forget_cells(at, (one.ods,))
            at.exec_driver_sql(
                "INSERT OR REPLACE INTO organisation VALUES (?, ?, ?, ?, ?)",
                (one.ods, one.name, one.kind, one.parent, one.stamp),
            )
            for alert in alerts:
                _keep_alert(at, alert)
            rows = [_row(one.ods, cell, datetime.fromtimestamp(settled, UTC)) for cell in cells]
            _many(at, _CELL, rows)
            _count(at, rows, 1)

        self._write(work)

    def drop(self, codes: Iterable[str]) -> None:
        gone = tuple(codes)

        def work(at: Connection) -> None:
            _forget_cells(at, gone)
            _many(at, "DELETE FROM organisation WHERE ods = ?", [(code,) for code in gone])

        self._write(work)

    # Reading

    def stamps(self) -> dict[str, str]:
        return self._write(
            lambda at: {ods: stamp for ods, stamp in at.exec_driver_sql("SELECT ods, stamp FROM organisation")}
        )

    def organisations(self) -> list[BoardOrganisation]:
        chosen = "SELECT ods, name, kind, parent, stamp FROM organisation"
        found = self._write(lambda at: [BoardOrganisation(*row) for row in at.exec_driver_sql(chosen)])
        return sorted(found, key=lambda one: (natural(one.name), one.ods))

    def alerts(self) -> list[BoardAlert]:
        chosen = "SELECT key, reference, title, family, rag, received, source FROM alert ORDER BY received DESC, key"
        return self._write(lambda at: [_alert(row) for row in at.exec_driver_sql(chosen)])

    def by_alert(self, now: datetime) -> dict[AlertKey, Totals]:
        return cast("dict[AlertKey, Totals]", self._totals("alert", now))

    def by_organisation(self, now: datetime) -> dict[str, Totals]:
        return self._totals("organisation", now)

    def _totals(self, sort: str, now: datetime) -> dict[str, Totals]:
        def work(at: Connection) -> dict[str, Totals]:
            _settle(at, _seconds_of(now))
            found: defaultdict[str, dict[Status, int]] = defaultdict(dict)
            # The driver's own rows: there are thousands of them, and each time the page is read.
            chosen = "SELECT id, state, count FROM total WHERE sort = ? AND count > 0"
            for named, state, count in at.connection.cursor().execute(chosen, (sort,)):
                found[named][ORDER[state]] = count
            return dict(found)

        return self._write(work)

    def late_by_alert(self, now: datetime) -> dict[AlertKey, int]:
        return cast("dict[AlertKey, int]", self._late("late alert", now))

    def late_by_organisation(self, now: datetime) -> dict[str, int]:
        return self._late("late organisation", now)

    def _late(self, sort: str, now: datetime) -> dict[str, int]:
        def work(at: Connection) -> dict[str, int]:
            _settle(at, _seconds_of(now))
            chosen = "SELECT id, count FROM total WHERE sort = ? AND count > 0"
            return dict(at.connection.cursor().execute(chosen, (sort,)).fetchall())

        return self._write(work)

    def cells(self, codes: Iterable[str], now: datetime) -> dict[str, Cells]:
        def work(at: Connection) -> dict[str, Cells]:
            _settle(at, _seconds_of(now))
            found: dict[str, Cells] = {}
            places: dict[str, Mapping[AlertKey, int]] = {}
            cursor = at.connection.cursor()
            for code in codes:
                keys, seen = cursor.execute(_ROW_OF_CELLS, (_BETWEEN, _FIRST, len(_RAGS), code)).fetchone()
                if keys is None:
                    found[code] = {}
                    continue
                if keys not in places:
                    places[keys] = {AlertKey(intern(key)): place for place, key in enumerate(keys.split(_BETWEEN))}
                found[code] = _RowOfCells(places[keys], seen)
            return found

        return self._write(work)


class _RowOfCells(Mapping[AlertKey, Seen]):
    """The cells of one organisation, a character each: a thousand of them are read and kept as one text, so that
    whoever reads them leaves the window's thread its time. `places` is shared by all that hold the same alerts."""

    __slots__ = ("_places", "_seen")

    def __init__(self, places: Mapping[AlertKey, int], seen: str) -> None:
        self._places, self._seen = places, seen

    def __getitem__(self, key: AlertKey) -> Seen:
        state, rag = divmod(ord(self._seen[self._places[key]]) - _FIRST, len(_RAGS))
        return _SEEN[state][rag]

    def __iter__(self) -> Iterator[AlertKey]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


# --- rows --------------------------------------------------------------------------------------------------------


def _row(ods: str, cell: BoardCell, settled: datetime) -> tuple[Any, ...]:
    moments = (cell.due, cell.until, cell.ends, cell.recheck)
    status, turns = cell.state_at(settled), cell.turns_after(settled)
    is_waiting = status is Status.SECOND_PERSON and cell.is_late_at(settled)
    state = _SECOND_LATE if is_waiting else _NUMBER[status]
    times = tuple(_seconds(one) for one in moments)
    return (ods, cell.key, _RAGS.index(cell.rag), _NUMBER[cell.base], *times, state, _seconds(turns))


def _cell(row: Sequence[Any]) -> BoardCell:
    _ods, key, rag, base, *times = row[:8]
    moments = [None if one is None else datetime.fromtimestamp(one, UTC) for one in times]
    return BoardCell(AlertKey(key), _RAGS[rag], ORDER[base], *moments)


def _alert(row: Sequence[Any]) -> BoardAlert:
    key, reference, title, family, rag, received, source = row
    return BoardAlert(
        AlertKey(key), reference, title, family, _RAGS[rag], datetime.fromtimestamp(received, UTC), source
    )


def _keep_alert(at: Connection, alert: BoardAlert) -> None:
    """Whoever received it first says when it came; the most urgent rating is the one that stands above the column."""
    rag, received = _RAGS.index(alert.rag), _seconds_of(alert.received)
    at.exec_driver_sql(
        "INSERT INTO alert VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET"
        " received = min(received, excluded.received),"
        " rag = CASE WHEN rag = 0 OR (excluded.rag > 0 AND excluded.rag < rag) THEN excluded.rag ELSE rag END",
        (alert.key, alert.reference, alert.title, alert.family, rag, received, alert.source),
    )


def _forget_cells(at: Connection, codes: Sequence[str]) -> None:
    for code in codes:
        rows = at.exec_driver_sql("SELECT * FROM cell WHERE ods = ?", (code,)).all()
        _count(at, rows, -1)
        at.exec_driver_sql("DELETE FROM cell WHERE ods = ?", (code,))


def _count(at: Connection, rows: Iterable[Sequence[Any]], step: int) -> None:
    """Adds cells to the totals of their alert and of their organisation, and to those that are late; or takes them
    away."""
    totals: Counter[tuple[str, str, int]] = Counter()
    for row in rows:
        state = _SECOND if row[8] == _SECOND_LATE else row[8]
        totals["alert", row[1], state] += step
        totals["organisation", row[0], state] += step
        if row[8] in _LATE:
            totals["late alert", row[1], 0] += step
            totals["late organisation", row[0], 0] += step
    _many(at, _ADD, [(*named, count) for named, count in totals.items()])


def _settle(at: Connection, moment: int) -> int:
    """Moves every cell whose moment has come, and its counters. A clock set back moves all of them anew."""
    before = at.exec_driver_sql("SELECT moment FROM settled").scalar()
    if before == moment:
        return moment
    at.exec_driver_sql("DELETE FROM settled")
    at.exec_driver_sql("INSERT INTO settled VALUES (?)", (moment,))
    if before is None:
        return moment
    chosen = "SELECT * FROM cell" if moment < before else "SELECT * FROM cell WHERE turns <= ?"
    rows = at.exec_driver_sql(chosen, () if moment < before else (moment,)).all()
    now = datetime.fromtimestamp(moment, UTC)
    for start in range(0, len(rows), _SOME):
        old = rows[start : start + _SOME]
        new = [_row(row[0], _cell(row), now) for row in old]
        _count(at, old, -1)
        _count(at, new, 1)
        _many(at, "UPDATE cell SET state = ?, turns = ? WHERE ods = ? AND key = ?", [(*n[8:], n[0], n[1]) for n in new])
    return moment


def _many(at: Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        at.exec_driver_sql(statement, rows)


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else _seconds_of(moment)


def _seconds_of(moment: datetime) -> int:
    return int(moment.timestamp())
