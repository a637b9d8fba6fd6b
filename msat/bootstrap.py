"""Joins the real parts into a desk. The only place that does; tests pass fakes instead."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msat import __version__
from msat.clock import Clock, SystemClock
from msat.errors import MsatError, RecordProblem, Refused
from msat.feeds.catalogue import Source
from msat.places import Places, places
from msat.projections.ports import SourceHealth, Views
from msat.record.backup import Restored
from msat.record.durable import write_durably
from msat.record.organisation import Organisation
from msat.record.ports import Files
from msat.record.shown import NEXT
from msat.record.verification import Verification
from msat.services import sources
from msat.services.backup import Backing, folder_of
from msat.services.desk import Desk
from msat.services.knowledge import Knowledge
from msat.services.migrate import migrate

if TYPE_CHECKING:
    from msat.store.key_words import KeyWhereabouts
    from msat.store.sqlite_record import SqliteRecord


def has_record(where: Places) -> bool:
    """Whether this profile has a record, or had one: a high-water mark without a record is an incident."""
    return where.has_record


def check_new_profile(where: Places) -> None:
    """Whether a record can begin in this profile; makes nothing.

    Raises Refused when it has one already or its folder is not safe for one, RecordProblem when it once had one.
    """
    from msat.store.record import check_nothing_there

    check_nothing_there(where)


def create_profile(
    where: Places,
    organisation: Organisation,
    clock: Clock | None = None,
    database: str | None = None,
    until_told: bool = False,
) -> str:
    """Starts the record of `organisation` and returns the recovery key to print and lock away.

    It lies in a file of the profile, or in the shared database at the address `database`. Raises Refused when the
    profile has a record already, RecordProblem when the folder or the database cannot hold one. With `until_told` every
    start says that nobody is known to have that key until `recovery_key_told` is called.
    """
    from msat.store.record import create_record

    _make_folders(where)
    if database is None:
        record, recovery_key = create_record(where, organisation, clock or SystemClock(), __version__)
    else:
        from msat.store.postgres_opening import create_database_record

        record, recovery_key = create_database_record(
            where, database, organisation, clock or SystemClock(), __version__
        )
        _expect_recovery_key(where, record)
    record.close()
    if not until_told:
        recovery_key_told(where, recovery_key)
    return recovery_key


def _expect_recovery_key(where: Places, record: SqliteRecord) -> None:
    """Notes that the recovery key of a record that was just begun in a database is not shown yet."""
    from msat.record import recovery_note
    from msat.record.identity import identity_of

    with suppress(OSError):  # the record is begun, and its key is shown next
        recovery_note.expect(where.recovery_note, record.log, identity_of(record.identity()).keys.recovery_sha256)


def recovery_key_told(where: Places, printed: str) -> None:
    """A person was shown the new recovery key `printed` of this profile, or said that they kept it."""
    from msat.record import recovery_note

    recovery_note.told(where.recovery_note, printed)


def open_desk(where: Places, clock: Clock | None = None, database: str | None = None) -> Desk:
    """Opens a profile. Raises Refused when it has no record, RecordProblem when the record cannot be used.

    `database` is the address at which its shared database is found now, where it is not the remembered one.
    """
    if not has_record(where):
        raise Refused(
            f"There is no record in the profile {where.data.parent}.",
            "Make one: msatctl init --organisation NAME --ods CODE --kind KIND. Or try: msatctl demo.",
        )
    from msat.store.files import FolderFiles

    now = clock or SystemClock()
    _make_folders(where)
    record = _open_record(where, now, database)
    try:
        if untold := record.recovery_untold:
            record.tell(untold)
        desk = _joined(where, now, record, FolderFiles(where.files), record.close)
    except BaseException:
        record.close()  # or the file could not be put aside while this program runs
        raise
    if record.is_erasing:
        _finish_erasing(desk, record)
    return desk


def _joined(where: Places, clock: Clock, record: SqliteRecord, files: Files, let_go: Callable[[], None]) -> Desk:
    """The desk over an open record; `let_go` is called last when it is closed."""
    from msat.store.board import SqlBoard
    from msat.store.views import SqlViews

    views = SqlViews(where.views, record, files)
    views.catch_up()
    board = SqlBoard(where.board)

    def close() -> None:
        board.close()
        views.close()
        let_go()

    return Desk(where, clock, record, files, views, load_knowledge(where, views, files, record.log), close, board)


def open_desk_or_backup(where: Places, clock: Clock | None = None) -> Desk:
    """Opens a profile, or, where its record cannot be opened, its newest whole backup, which is only read.

    Raises as `open_desk` where no backup can be shown either.
    """
    try:
        return open_desk(where, clock)
    except RecordProblem as error:
        desk = open_last_backup(where, error, clock)
        if desk is None:
            raise
        return desk


def may_show_backup(where: Places, error: RecordProblem) -> bool:
    """Whether a backup is worth looking for where `error` keeps a record from being opened: there is one, the record
    is a file, and not that of a newer MSAT, and no other window is just at work, which passes."""
    from msat.store.alone import Busy
    from msat.store.backup_folder import listed
    from msat.store.engine import newer_schema

    is_elsewhere = not where.record.exists() and (where.database.exists() or where.own_log_copy.exists())
    if is_elsewhere or isinstance(error, Busy) or newer_schema(where.record):
        return False
    with suppress(MsatError):
        return any(listed(folder) for folder in (folder_of(where), where.backups))
    return False


def open_last_backup(where: Places, error: RecordProblem, clock: Clock | None = None) -> Desk | None:
    """The newest backup of a profile that proves whole, to be read: `error` is why its record cannot be opened.

    None where there is no such backup, where the record lies in a shared database, and where another window of MSAT is
    just at work, which passes.
    """
    from msat.store.last_backup import show_newest

    if not may_show_backup(where, error):
        return None
    now = clock or SystemClock()
    for folder in dict.fromkeys((folder_of(where), where.backups)):
        found = None
        try:
            found = show_newest(where, folder, now, error)
            if found is not None:
                return _joined(found.places, now, found.record, found.files, found.close)
        except MsatError:
            if found is not None:
                found.close()
    return None


def _finish_erasing(desk: Desk, record: SqliteRecord) -> None:
    """An erasure that was broken off goes on; what stands in its way is told, and stops nobody from reading."""
    from msat.services.finish_erasure import finish

    try:
        record.tell(finish(desk))
    except MsatError as error:
        record.tell(f"An erasure was broken off and could not be finished: {error}")


def _make_folders(where: Places) -> None:
    """The profile's folders. Raises Refused when the disk does not give them."""
    try:
        where.make()
    except OSError as error:
        raise Refused(
            f"The profile {where.data.parent} cannot be used: {error.strerror or error}.",
            "Nothing was recorded. Check the disk and that you may write there, or choose another folder (--profile).",
        ) from error


def _open_record(where: Places, clock: Clock, database: str | None) -> SqliteRecord:
    if _in_a_database(where, database):
        from msat.store.postgres_engine import read_address, without_password
        from msat.store.postgres_opening import open_database_record

        found = open_database_record(where, clock, database)
        if database is not None and not where.database.exists():
            with suppress(OSError):  # it is asked for again at the next start
                write_durably(where.database, (without_password(read_address(database)) + "\n").encode("utf-8"))
        return found
    from msat.store.migrating import RecordMigrating
    from msat.store.record import open_record

    outcome = migrate(where, lambda: backing(where, clock), RecordMigrating(where))
    if outcome is None:
        return open_record(where, clock)
    record = open_record(where, clock, left_as_it_is=(outcome.why, outcome.next_step) if outcome.why else None)
    if not outcome.why:
        record.tell(outcome.said)
    return record


def _in_a_database(where: Places, database: str | None) -> bool:
    """Whether the profile's record lies in a shared database. Raises Refused when both a file and one are named."""
    if not where.record.exists():
        if database is None and not where.database.exists() and where.own_log_copy.exists():
            raise RecordProblem(
                f"The record of this profile lies in a shared database, and the file {where.database}, which says in "
                "which, is missing. Nothing recorded is lost.",
                "Name the database once, and MSAT keeps its address again: msatctl --database "
                "postgresql+psycopg://LOG-IN@SERVER/DATABASE log show. Or put the file back from a backup.",
            )
        return database is not None or where.database.exists()
    if database is not None:
        raise Refused(
            f"The profile {where.data.parent} keeps its record in a file, not in a database.",
            "Leave --database away, or name another profile.",
        )
    return False


def inspect(where: Places, database: str | None = None) -> Verification:
    """Steps 1 to 6 of the proof over a profile's record, however damaged it is. Raises Refused when there is none."""
    if not has_record(where):
        raise Refused(f"There is no record in the profile {where.data.parent}.", "Check the --profile folder.")
    if _in_a_database(where, database):
        from msat.store.postgres_opening import inspect_database_record

        return inspect_database_record(where, database)
    from msat.store.record import inspect_record

    return inspect_record(where)


def load_knowledge(where: Places, views: Views, files: Files, own: str = "") -> Knowledge:
    """The shipped sources, rules and actions with the profile's own laid over them, and its site."""
    from msat.services import site
    from msat.services.tailor_load import knowledge

    return replace(knowledge(sources.load(where), views, files, own), site=site.load(where))


def health_of_sources(where: Places) -> list[tuple[Source, SourceHealth]]:
    """Every source with its health; never tried where there is no record yet."""
    known = sources.load(where)
    if not has_record(where):
        return [(source, SourceHealth(source.id)) for source in known]
    desk = open_desk(where)
    try:
        health = desk.views.sources()
    finally:
        desk.close()
    return [(source, health.get(source.id, SourceHealth(source.id))) for source in known]


def demo_desk(folder: Path, started: datetime | None = None) -> Desk:
    """A sample organisation in `folder`, with real alerts' facts and invented answers, ready to look at.

    Its clock starts on a day in August 2026 (`services.demo.TODAY`), so that the sample always looks the same. Raises
    Refused when the folder already holds a record.
    """
    from msat.services import demo

    clock = demo.DemoClock(started or demo.BEGIN)
    desk = _opened_sample(folder, demo.ORGANISATION, clock)
    demo.play(desk, clock)
    return desk


def demo_committee_desk(folder: Path, returns: Path | None = None) -> Desk:
    """A sample committee in `folder` that took in the returns of its sample practices, ready to look at.

    With `returns` the practices' return files are kept there: that of one practice was not taken in. Its clock is that
    of `demo_desk`. Raises Refused when the folder already holds a record.
    """
    from msat.services import demo_committee
    from msat.services.demo import BEGIN, DemoClock

    with tempfile.TemporaryDirectory(prefix="msat-demo-practice-", ignore_cleanup_errors=True) as aside:
        model = _opened_sample(Path(aside), demo_committee.MODEL, clock := DemoClock(BEGIN))
        try:
            demo_committee.play_practice(model, clock)
            told = tuple(model.record.entries())
        finally:
            model.close()
    desk = _opened_sample(folder, demo_committee.ORGANISATION, clock := DemoClock(BEGIN))
    made = demo_committee.play_committee(desk, clock, told)
    open_at_oversight(desk.places)
    if returns is not None:
        demo_committee.keep_returns(made, returns)
    return desk


def open_at_oversight(where: Places) -> None:
    """Has the window open at Oversight, for a profile that is a committee's. Raises as `settings.save` does."""
    from msat import settings

    settings.save(where.settings, {"start_page": "oversight"})


def _opened_sample(folder: Path, organisation: Organisation, clock: Clock) -> Desk:
    where = places(folder)
    keep_key_in_file(where)  # a sample leaves nothing behind in the computer's credential store
    create_profile(where, organisation, clock)
    return open_desk(where, clock)


def backing(where: Places, clock: Clock | None = None) -> Backing:
    """Who makes the backups of a profile. Raises Refused when it has no record, or one in a shared database."""
    if not has_record(where):
        raise Refused(f"There is no record in the profile {where.data.parent}.", "Check the --profile folder.")
    from msat.store.backup_record import PlacesBeside

    if isinstance(where, PlacesBeside):
        raise Refused("What is open is a backup already: the record itself cannot be opened.", NEXT)
    if _in_a_database(where, None):
        raise Refused(
            "The record of this profile lies in a shared database, which whoever looks after it backs up.",
            "Ask them; a return (msatctl return export) is a whole copy of your own log.",
        )
    from msat.store.backup_folder import FolderBacking

    return FolderBacking(where, clock or SystemClock(), __version__)


def restore(where: Places, backup: Path, returns: Sequence[Path] = (), clock: Clock | None = None) -> Restored:
    """Puts a backup in the place of a lost or damaged record. Raises as `store.restoring.restore`."""
    from msat.store.restoring import restore as put_back

    return put_back(where, backup, (clock or SystemClock()).now(), returns)


def where_key_is(where: Places, tries_store: bool = True) -> KeyWhereabouts:
    """Where the signing key of a profile is. Raises Refused when it has no record."""
    if not has_record(where):
        raise Refused(f"There is no record in the profile {where.data.parent}.", "Check the --profile folder.")
    from msat.store.key_words import whereabouts

    return whereabouts(where, tries_store=tries_store)


def move_key(where: Places, to: str) -> KeyWhereabouts:
    """Moves the signing key to `store` or `file`, whole. Raises as `store.key_places.move`."""
    from msat.store.key_places import Place, heal, move
    from msat.store.key_words import whereabouts

    if not has_record(where):
        raise Refused(f"There is no record in the profile {where.data.parent}.", "Check the --profile folder.")
    heal(where)
    move(where, Place(to))
    return whereabouts(where)


def keep_key_in_file(where: Places) -> None:
    """Keeps the key of a profile that is about to be made in a file."""
    from msat.store.key_places import choose_file

    _make_folders(where)
    choose_file(where)
