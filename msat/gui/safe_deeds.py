"""What the window does to keep the record safe, each as a call for the background: backups, the review list, the key.

The services decide and refuse; what is gathered here is what the cards show, read at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msat.gui.tongue import tr

if TYPE_CHECKING:
    from msat.places import Places
    from msat.record.backup import Backup, BackupMade
    from msat.services.desk import Changes, Desk, Person, Progress
    from msat.services.key import KeyChanged
    from msat.services.retention import Hold, Review


@dataclass(frozen=True, slots=True)
class Backups:
    """How the record stands to its backups. `trouble` says why none can be made or listed here."""

    folder: Path
    is_own_folder: bool
    """Whether they go beside the profile, and so on the record's own disk."""
    found: tuple[Backup, ...]
    since: int
    """Entries recorded since the newest one."""
    trouble: str = ""
    is_there: bool = True
    """Whether the folder is there to be opened."""
    is_elsewhere: bool = False
    """Whether the record lies in a shared database, whose administrator backs it up."""


@dataclass(frozen=True, slots=True)
class KeyState:
    """The key in force, and whether this computer lacks it."""

    fingerprint: str
    is_lost: bool
    why: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The review list on a day, the holds on alerts that are not in it, and what the periods rest on."""

    on: date
    due: tuple[Review, ...]
    held: tuple[tuple[str, str, Hold], ...]
    """(alert's key, its name, the hold) of held alerts that are not on the list."""
    basis: str


# Backups


def backups(desk: Desk) -> Backups:
    """Where they go and which there are."""
    from msat import bootstrap
    from msat.errors import MsatError
    from msat.services.backup import folder_of

    where = desk.places
    if desk.record.shown is not None:
        return replace(backups_there(where.own), trouble=desk.record.shown.head_line)
    folder = folder_of(where)
    own = folder == where.backups
    head = desk.record.head()
    there, elsewhere, trouble = folder.is_dir(), not where.record.exists(), ""
    try:
        made = bootstrap.backing(where, desk.clock)
        every = made.listed(folder) if there else []
        if not there and not own:
            trouble = tr("The folder for backups, “{folder}”, is not there. Connect the disk it is on.").format(
                folder=folder
            )
    except MsatError as error:
        every, trouble = [], str(error)
    found = tuple(one for one in every if one.log8 == head.log[:8])
    since = head.size - found[0].size if found else head.size
    return Backups(folder, own, found, since, trouble, there, elsewhere)


def backups_there(where: Places) -> Backups:
    """The backups of a profile whose record cannot be opened: those of its own log, where that is known."""
    from msat import bootstrap
    from msat.errors import MsatError
    from msat.record.high_water import read_mark
    from msat.services.backup import folder_of

    folder, log8 = folder_of(where), ""
    try:
        mark = read_mark(where.high_water_mark)
        log8 = mark.log[:8] if mark is not None else ""
    except MsatError:
        pass  # then all are offered: each is proven before it is put back
    found = bootstrap.backing(where).listed(folder) if folder.is_dir() else []
    return Backups(folder, folder == where.backups, tuple(one for one in found if one.log8.startswith(log8)), 0)


def back_up_now(progress: Progress) -> Callable[[Desk], BackupMade]:
    """Makes a backup beside the others."""

    def do(desk: Desk) -> BackupMade:
        from msat import bootstrap
        from msat.services.backup import into_folder

        return into_folder(desk.places, bootstrap.backing(desk.places, desk.clock), progress)

    return do


def carry_away(target: Path, progress: Progress) -> Callable[[Desk], BackupMade]:
    """Makes one whole backup as a file of its own; nothing is written over."""

    def do(desk: Desk) -> BackupMade:
        from msat import bootstrap
        from msat.services.backup import into_file

        return into_file(bootstrap.backing(desk.places, desk.clock), target, progress)

    return do


def made_words(made: BackupMade) -> str:
    """What was done, for people."""
    from msat.services.backup import said

    return said(made).replace("\n", " ")


# The review list


def reviewed(on: date) -> Callable[[Desk], Reviewed]:
    def do(desk: Desk) -> Reviewed:
        from msat.ids import AlertKey
        from msat.services import deeds, retention

        due = tuple(retention.review_list(desk, on))
        listed = {one.state.key for one in due}
        held = []
        for key, hold in retention.holds(desk).items():
            state = desk.views.alert(AlertKey(key)) if key not in listed else None
            if state is not None:
                held.append((str(key), deeds.name_of(state), hold))
        known = retention.of_desk(desk)
        return Reviewed(on, due, tuple(held), f"{known.basis}. {known.source}".strip())

    return do


def hold(ref: str, reason: str) -> Callable[[Desk, Person], Changes]:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import retention

        return retention.hold(desk, ref, reason, person)

    return do


def release(ref: str, reason: str) -> Callable[[Desk, Person], Changes]:
    def do(desk: Desk, person: Person) -> Changes:
        from msat.services import retention

        return retention.release(desk, ref, reason, person)

    return do


# The key


def key_state(desk: Desk) -> KeyState:
    from msat.services.key import fingerprint_of

    why = desk.record.read_only
    return KeyState(fingerprint_of(desk), desk.record.needs_key, why)


def rotate(with_recovery: bool) -> Callable[[Desk, Person], KeyChanged]:
    def do(desk: Desk, person: Person) -> KeyChanged:
        from msat.services import key

        return key.rotate(desk, person, with_recovery)

    return do


def recover(printed: str) -> Callable[[Desk, Person], KeyChanged]:
    def do(desk: Desk, person: Person) -> KeyChanged:
        from msat.services import key

        return key.recover(desk, printed, person)

    return do
