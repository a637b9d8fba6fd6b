"""The views in SQLite: fulfils `projections.ports.Views`. Disposable; nothing here is ever the only copy.

A missing, damaged or other version's file is made anew from the record, which `was_rebuilt` reports. Safe to use from
several threads, and from two processes at once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, func, insert, select
from sqlalchemy.exc import DatabaseError

from msat.alerts.model import Alert, Batch
from msat.errors import MsatError
from msat.feeds.model import Validators
from msat.ids import AlertKey, Sha256, SourceId
from msat.places import Places
from msat.projections.affected import Affected
from msat.projections.alert_state import AlertState
from msat.projections.gaps import Explanation, Mention
from msat.projections.general import General
from msat.projections.ports import KnownItem, Query, Row, SourceHealth
from msat.projections.searching import asked, batch_number
from msat.projections.work import ABSENCE, absences
from msat.record.ports import Files, Record
from msat.store import version_documents, views_query
from msat.store import views_database as database
from msat.store import views_tables as tables
from msat.store.views_check import differences
from msat.store.views_database import ViewsUnusable
from msat.store.views_folding import explanations, general
from msat.store.views_packs import write_packs
from msat.store.views_reading import OtherHistory, Progress, empty, read_on, read_texts
from msat.store.views_rows import affected_from, batch_from, mention_from, moment, row_from, seconds, state_from
from msat.store.views_texts import Told, read_notice

T = TypeVar("T")


class SqlViews:
    """The disposable side of one profile. `told` reads version documents; tests may put another in its place."""

    def __init__(
        self,
        where: Path | Places,
        record: Record,
        files: Files,
        progress: Progress | None = None,
        told: Told = version_documents.read,
    ) -> None:
        self._path = where.views if isinstance(where, Places) else where
        self._record, self._files, self._told = record, files, told
        self._lock = threading.RLock()
        self._why = ""
        self._read_once: int | None = None
        self._is_behind = False
        database.make_folder(self._path.parent)
        self._file = database.ViewsFile(self._path)
        self._engine = self._file.engine()
        self._open(progress)

    @property
    def was_rebuilt(self) -> bool:
        """Whether the file had to be made anew since this object was made, though the record was not new."""
        return bool(self._why)

    @property
    def rebuilt_because(self) -> str:
        """One sentence of why the views were made anew; empty when they were not."""
        return f"The lists were computed anew from the record, because the views file {self._why}." if self._why else ""

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._engine.dispose()

    # Reading the record

    def catch_up(self) -> frozenset[AlertKey]:
        try:
            changed = self._read_on()
        except MsatError as error:
            self._is_behind = True
            raise self._recorded_all_the_same(error) from error
        self._is_behind = False
        if self._read_once is None:
            self._read_once = self._record.head().size
        return changed

    def _read_on(self) -> frozenset[AlertKey]:
        try:
            return self._write(lambda at: read_on(at, self._record, self._files, self._told))
        except OtherHistory:
            self._why = "had been made from another record or a newer copy of it"
            self.rebuild()
            return frozenset(AlertKey(key) for key in self._read(_keys))

    def _recorded_all_the_same(self, error: MsatError) -> MsatError:
        """The lists are read on right after something was recorded: whoever did it is told that first."""
        if self._read_once is None:
            return error
        try:
            size = self._record.head().size
        except MsatError:
            return ViewsUnusable(
                f"It is not known whether this was recorded. {error.explanation}",
                "Open MSAT again and look at the history before doing it a second time.",
            )
        if size <= self._read_once:
            return error
        return ViewsUnusable(
            f"Recorded (the record goes to entry {size}), but the lists were not brought up to date. "
            f"{error.explanation}",
            f"It need not be done again. {error.next_step}",
        )

    def read_texts(self, keys: Iterable[AlertKey]) -> None:
        wanted = sorted(set(keys))
        if wanted:
            self._write(lambda at: read_texts(at, wanted, self._files, self._told))

    def rebuild(self, progress: Progress | None = None) -> None:
        def anew(connection: Connection) -> None:
            empty(connection)
            read_on(connection, self._record, self._files, self._told, progress)

        self._write(anew)

    def scrub(self) -> None:
        self.rebuild()
        with self._lock:
            database.write_anew(self._engine)

    def difference_from_rebuild(self) -> tuple[str, ...]:
        return self._read(lambda at: differences(at, self._record, self._files, self._told))

    # Lists

    def worklist(self, query: Query, now: datetime) -> list[Row]:
        def read(at: Connection) -> list[Row]:
            chosen = views_query.rows(query, now, _whose(at, query, now))
            return [row_from(row) for row in at.execute(chosen).mappings()]

        return self._read(read)

    def count(self, query: Query, now: datetime) -> int:
        def read(at: Connection) -> int:
            chosen = views_query.counted(query, now, _whose(at, query, now))
            return int(at.execute(chosen).scalar_one())

        return self._read(read)

    def states(
        self, received_from: datetime | None = None, received_before: datetime | None = None
    ) -> list[AlertState]:
        came, wanted = tables.state.c.received, list[ColumnElement[bool]]()
        wanted += [] if received_from is None else [came >= received_from.timestamp()]
        wanted += [] if received_before is None else [came < received_before.timestamp()]
        return self._read(lambda at: [state_from(row) for row in at.execute(views_query.stored(wanted)).mappings()])

    def discussed(self) -> list[AlertState]:
        chosen = views_query.stored([tables.state.c.discussed > 0])
        return self._read(lambda at: [state_from(row) for row in at.execute(chosen).mappings()])

    # One alert

    def alert(self, key: str) -> AlertState | None:
        return self._read(lambda at: _state(at, key))

    def find(self, reference: str) -> AlertState | None:
        if self._is_behind:  # a deed looks here first, and must not be done twice because the lists lack the first
            self.catch_up()
        return self._read(lambda at: _found(at, reference))

    def notice(self, key: str, version: str | None = None) -> Alert | None:
        state = self.alert(key)
        if state is None:
            return None
        if version is None:
            version = self._read(lambda at: _newest_version(at, state))
        elif version not in {one.version for one in state.versions}:
            return None
        read = read_notice(self._files, self._told, version or "")
        return read[0] if read else None

    def position(self) -> int:
        return self._read(lambda at: sum(map(int, at.execute(select(tables.cursor.c.seq)).scalars())))

    def texts_missing(self) -> int:
        return self._read(lambda at: int(at.execute(select(func.sum(tables.state.c.text_missing))).scalar() or 0))

    def affected(self) -> list[Affected]:
        chosen = select(tables.affected).order_by(tables.affected.c.key)
        return self._read(lambda at: [affected_from(row) for row in at.execute(chosen).mappings()])

    def mentions(self) -> list[Mention]:
        chosen = select(tables.mention)
        return self._read(lambda at: sorted(mention_from(row) for row in at.execute(chosen).mappings()))

    def explanations(self) -> tuple[Explanation, ...]:
        return self._read(explanations)

    def general(self, *types: str) -> tuple[General, ...]:
        return self._read(lambda at: general(at, *types))

    def batches(self, number: str) -> list[tuple[AlertKey, Batch]]:
        chosen = (
            select(tables.batch)
            .where(tables.batch.c.number == batch_number(number))
            .order_by(tables.batch.c.key, tables.batch.c.position)
        )
        return self._read(lambda at: [batch_from(row) for row in at.execute(chosen).mappings()])

    # Sources

    def known(self, source: SourceId) -> dict[str, KnownItem]:
        chosen = select(tables.page).where(tables.page.c.source == source)
        rows = self._read(lambda at: at.execute(chosen).mappings().all())
        return {
            row["path"]: KnownItem(
                SourceId(row["source"]),
                row["path"],
                AlertKey(row["key"]),
                row["version"],
                row["content"],
                bool(row["withdrawn"]),
                row["told"],
            )
            for row in rows
        }

    def validators(self, url: str) -> Validators | None:
        chosen = select(tables.validator).where(tables.validator.c.url == url)
        row = self._read(lambda at: at.execute(chosen).mappings().first())
        if row is None:
            return None
        return Validators(row["etag"], row["last_modified"], Sha256(row["body"]) if row["body"] else None)

    def keep_validators(self, kept: dict[str, Validators]) -> None:
        rows = [{"url": url, **asdict(one)} for url, one in kept.items()]
        if rows:
            self._write(lambda at: at.execute(insert(tables.validator).prefix_with("OR REPLACE"), rows))

    def keep_dmd(self, stamp: str, packs: Iterable[tuple[str, str, str]]) -> None:
        self._write(lambda at: write_packs(at, stamp, packs))

    def dmd_stamp(self) -> str:
        return self._read(lambda at: at.execute(select(tables.dmd_loaded.c.stamp)).scalar() or "")

    def dmd_names(self, gtin: str) -> tuple[str, ...]:
        chosen = select(tables.dmd.c.name).where(tables.dmd.c.gtin == gtin).order_by(tables.dmd.c.pack)
        return self._read(lambda at: tuple(name for name in at.execute(chosen).scalars() if name))

    def sources(self) -> dict[SourceId, SourceHealth]:
        rows = self._read(lambda at: at.execute(select(tables.health)).mappings().all())
        return {
            SourceId(row["source"]): SourceHealth(
                SourceId(row["source"]),
                moment(row["last_tried"]),
                moment(row["last_reached"]),
                moment(row["last_new"]),
                row["failures"],
                row["error"],
            )
            for row in rows
        }

    def keep_health(self, health: Sequence[SourceHealth]) -> None:
        rows = [
            {
                **asdict(one),
                "last_tried": seconds(one.last_tried),
                "last_reached": seconds(one.last_reached),
                "last_new": seconds(one.last_new),
            }
            for one in health
        ]
        if rows:
            self._write(lambda at: at.execute(insert(tables.health).prefix_with("OR REPLACE"), rows))

    # The file

    def _open(self, progress: Progress | None) -> None:
        for is_last in (False, False, True):
            try:
                wrong = database.wrong_with(self._engine)
                if wrong:
                    self._make_anew(wrong, progress)
                return
            except DatabaseError as error:
                if is_last or not database.is_passing(error):
                    raise database.unusable(error, self._path) from error
                self._engine.dispose()

    def _make_anew(self, wrong: str, progress: Progress | None = None) -> None:
        """Gives the file up and computes another; keeps source health and validators where they can be read.

        Where another process has just done that, its file is used.
        """
        with self._file.alone():
            if self._file.is_another():
                self._engine.dispose()
                self._engine = self._file.engine()
                wrong = database.wrong_with(self._engine)
            if wrong:
                self._engine = self._lay_out_anew(wrong)
        if wrong and self._record.head().size > 1:
            self._why = wrong
        with database.writing(self._engine) as connection:
            read_on(connection, self._record, self._files, self._told, progress)

    def _lay_out_anew(self, wrong: str) -> Engine:
        """An empty file in the place of the one that is `wrong`."""
        kept = {} if wrong == database.MISSING else database.kept_rows(self._engine)
        self._engine.dispose()
        if wrong != database.MISSING:
            database.remove(self._path)
        engine = self._file.engine()
        database.lay_out(engine)
        database.put_back(engine, kept)
        return engine

    def _read(self, work: Callable[[Connection], T]) -> T:
        def once() -> T:
            with database.reading(self._engine) as connection:
                return work(connection)

        return self._healed(once)

    def _write(self, work: Callable[[Connection], T]) -> T:
        def once() -> T:
            with self._lock, database.writing(self._engine) as connection:
                return work(connection)

        return self._healed(once)

    def _healed(self, work: Callable[[], T]) -> T:
        """Does `work`; should the file turn out damaged, makes it anew and does the work once more."""
        engine = self._engine
        try:
            try:
                return work()
            except (DatabaseError, msgspec.MsgspecError) as error:
                if not database.is_damage(error):
                    raise
                with self._lock:
                    if self._engine is engine:  # else another thread has just done it
                        self._make_anew(database.wrong_with(engine) or database.DAMAGED)
            return work()
        except DatabaseError as error:
            raise database.unusable(error, self._path) from error


def _whose(connection: Connection, query: Query, now: datetime) -> views_query.Owners:
    """Whose alerts a query asks for, as the table of states has their names."""
    if query.owner is None and query.mine is None:
        return views_query.NOBODYS
    known = [(row.owner, row.deputy) for row in connection.execute(views_query.pairs())]
    absent = absences(general(connection, ABSENCE)) if query.mine is not None else ()
    return views_query.owners(query, now, known, absent)


def _keys(connection: Connection) -> list[str]:
    return list(connection.execute(select(tables.state.c.key)).scalars())


def _state(connection: Connection, key: str) -> AlertState | None:
    chosen = select(tables.state.c.json, tables.state.c.text_missing).where(tables.state.c.key == key)
    row = connection.execute(chosen).mappings().first()
    return state_from(row) if row else None


def _found(connection: Connection, reference: str) -> AlertState | None:
    """The alert of the best-ranked name; None when that name is of two alerts, for a guess could be the wrong one."""
    exact = _state(connection, reference)
    if exact is not None:
        return exact
    names = tables.name.c
    chosen = select(names.rank, names.key).where(names.name.in_(asked(reference))).order_by(names.rank).distinct()
    rows = connection.execute(chosen).all()
    best = {key for rank, key in rows if rank == rows[0].rank}
    return _state(connection, best.pop()) if len(best) == 1 else None


def _newest_version(connection: Connection, state: AlertState) -> str | None:
    """The newest version of the page that the alert was first told by."""
    if not state.sources:
        return state.versions[-1].version if state.versions else None
    first, page = state.sources[0], tables.page.c
    chosen = select(page.version).where((page.source == first.source) & (page.path == first.path))
    found: str | None = connection.execute(chosen).scalar()
    return found
