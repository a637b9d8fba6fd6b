"""The backups in a folder: made, listed, and thinned out by a fixed rule. What one holds is `store.backup`'s.

Nothing is removed that no other whole backup holds: the newest and the longest of the log in use stay, and of earlier
logs only what the log that goes on for them holds too ever goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from msat.clock import Clock
from msat.ids import LogId
from msat.places import Places
from msat.record.backup import SUFFIX, Backup, BackupMade, kept, newest_first, outlived
from msat.record.entries import Head
from msat.store.backup import A_DAY_S, make_backup
from msat.store.backup_copy import NotBackedUp, Progress
from msat.store.lineage_held import lineage_at
from msat.store.refusals import why


class FolderBacking:
    """Makes, lists and thins out the backups of one profile: what `services.backup` asks for."""

    def __init__(self, places: Places, clock: Clock, app_version: str) -> None:
        self._places, self._clock, self._app_version = places, clock, app_version

    def make(self, target: Path, files_inside: bool, progress: Progress | None = None) -> BackupMade:
        """See `make_backup`."""
        now = self._clock.now()
        return make_backup(self._places, target, now, self._app_version, files_inside, progress=progress)

    def listed(self, folder: Path) -> list[Backup]:
        """See `listed`."""
        return listed(folder)

    def prune(self, folder: Path, log: LogId) -> tuple[str, ...]:
        """See `prune`. What a backup that was killed left aside goes too."""
        now = self._clock.now()
        sweep(folder, now)
        return (*prune(folder, log[:8]), *prune_superseded(folder, log[:8], lineage_at(self._places.record, log), now))


def prune(folder: Path, log8: str) -> tuple[str, ...]:
    """Removes the backups of one log in `folder` that are neither of the last 14 days nor of the last 12 months."""
    mine = [one for one in listed(folder) if one.log8 == log8]
    gone = sorted({one.name for one in mine} - kept(mine))
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    return tuple(gone)


def prune_superseded(folder: Path, log8: str, lineage: Sequence[Head], now: datetime) -> tuple[str, ...]:
    """Removes backups of the logs before this one that are out of their time: every whole backup of this one holds them
    too. None goes where there is no such backup beside them."""
    every = listed(folder)
    if not any(one.log8 == log8 for one in every):
        return ()
    gone: set[str] = set()
    for end in lineage:
        if end.log[:8] != log8:
            gone |= outlived([one for one in every if one.log8 == end.log[:8]], end.size, now)
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    return tuple(sorted(gone))


def sweep(folder: Path, now: datetime) -> None:
    """Removes what backups that were killed left half written in `folder`, once it is a day old: nobody proved it."""
    for pattern in (f"*{SUFFIX}.*.part", "files/*/*.part"):
        for left in folder.glob(pattern):
            with suppress(OSError):
                if now.timestamp() - left.stat().st_mtime > A_DAY_S:
                    left.unlink()


def listed(folder: Path) -> list[Backup]:
    """The backups in `folder`, the newest first; none where the folder is not there yet."""
    try:
        return newest_first(path.name for path in folder.iterdir() if path.is_file())
    except FileNotFoundError:
        return []
    except OSError as error:
        cause, next_step = why(error)
        raise NotBackedUp(f"The folder {folder} cannot be read: {cause}.", next_step) from error
