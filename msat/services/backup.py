"""Back up: once a day, on closing the window, and when somebody asks. Older ones make room by a fixed rule.

A backup on the same disk covers a damaged record, not a lost disk: the settings can name a folder elsewhere, and
`msatctl backup FILE` makes one whole file to carry away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from msat import settings
from msat.clock import say_moment
from msat.errors import Refused
from msat.ids import LogId
from msat.places import Places
from msat.record.backup import SUFFIX, Backup, BackupMade, is_due
from msat.record.durable import make_folder
from msat.record.entries import Head
from msat.services.desk import Progress


class Backing(Protocol):
    """Who writes and lists backups."""

    def make(self, target: Path, files_inside: bool, progress: Progress | None = None) -> BackupMade:
        """Makes and proves one, in the folder `target` or as the file `target`; nothing of it stays when stopped."""

    def listed(self, folder: Path) -> list[Backup]:
        """The backups in a folder, the newest first."""

    def prune(self, folder: Path, log: LogId) -> tuple[str, ...]:
        """Removes the backups of a log that are out of their time; returns their names."""


def folder_of(places: Places) -> Path:
    """Where the backups of this profile go: the folder of the settings, else the profile's own."""
    named = str(settings.load(places.settings)["backup_folder"]).strip()
    return Path(named).expanduser() if named else places.backups


def by_itself(places: Places, backing: Backing, head: Head, now: datetime, closing: bool) -> BackupMade | None:
    """The backup of the day, or on closing the window; None when it is not due.

    Raises Refused, NotBackedUp or RecordProblem in words when it could not be made.
    """
    folder = folder_of(places)
    mine = [one for one in backing.listed(folder) if one.log8 == head.log[:8]]
    if not is_due(mine, head, now, closing):
        return None
    return into_folder(places, backing)


def into_folder(places: Places, backing: Backing, progress: Progress | None = None) -> BackupMade:
    """Makes a backup beside the others, and lets those go that are neither of the last days nor of the last months."""
    folder = _made(folder_of(places), places)
    made = backing.make(folder, False, progress)
    return replace(made, removed=backing.prune(folder, made.contents.head.log))


def into_file(backing: Backing, target: Path, progress: Progress | None = None) -> BackupMade:
    """Makes one whole backup as the file `target`, or in the folder `target` under a name of its own.

    Raises Refused for a file that is there and for a folder that is not.
    """
    target = target.expanduser().absolute()
    if not target.is_dir():
        if target.exists():
            raise Refused(f"There is a file “{target}” already.", "Choose another name: nothing is written over.")
        if not target.parent.is_dir():
            raise Refused(f"There is no folder “{target.parent}”.", "Make it, or choose another.")
        if not target.suffix:
            target = target.with_name(target.name + SUFFIX)
    return backing.make(target, True, progress)


def _made(folder: Path, places: Places) -> Path:
    """The backups' folder, made when it is the profile's own: one that was chosen and is not there may be unplugged."""
    if folder == places.backups:
        return own_folder(places)
    if not folder.is_dir():
        raise Refused(
            f"The folder for backups, “{folder}”, is not there.",
            "Connect the disk it is on, or choose another in the settings (backup_folder).",
        )
    return folder


def own_folder(places: Places) -> Path:
    """The profile's own folder for backups, made to last where it is missing. Raises Refused when the disk does not."""
    try:
        make_folder(places.backups)
    except OSError as error:
        raise Refused(
            f"The folder for backups, “{places.backups}”, cannot be made: {error.strerror or error}.",
            "Check the disk and that you may write there, or choose another in the settings (backup_folder).",
        ) from error
    return places.backups


def said(made: BackupMade) -> str:
    """What was done, for people."""
    size = f"{made.bytes / 1024 / 1024:,.1f} MB" if made.bytes >= 100_000 else f"{made.bytes:,} bytes"
    head = made.contents.head
    lines = [
        f"Backed up {head.size:,} entries and {len(made.contents.files):,} stored files to {made.path} ({size}).",
        "The copy was read again and proven whole. It holds no key.",
    ]
    if made.lacking:
        lines.append(f"{len(made.lacking):,} stored files are missing or damaged here, and so in the backup: verify.")
    if made.removed:
        many = "1 older backup" if len(made.removed) == 1 else f"{len(made.removed)} older backups"
        lines.append(f"{many} made room.")
    return "\n".join(lines)


def said_list(found: Sequence[Backup], folder: Path, now: datetime) -> str:
    """The list of backups, for people."""
    if not found:
        return f"There is no backup in {folder} yet. Make one: msatctl backup"
    many = "1 backup" if len(found) == 1 else f"{len(found)} backups"
    lines = [f"{many} in {folder}, as at {say_moment(now)}:"]
    return "\n".join([*lines, *(f"  {one.say()}" for one in found)])
