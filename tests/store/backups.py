"""What tests of backups share: a record with a stored file, a backup of it, and what a disk can do."""

from __future__ import annotations

from pathlib import Path

from msat.clock import FixedClock
from msat.places import Places
from msat.store.backup import make_backup
from msat.store.files import FolderFiles
from msat.store.record import SqliteRecord, create_record, open_record
from tests.record.makers import ORGANISATION, draft

NOTICE = b"A notice, whole." * 100


def eleven_entries(profile: Places, clock: FixedClock) -> SqliteRecord:
    """A record of eleven entries, the last of them resting on a stored file."""
    made = create_record(profile, ORGANISATION, clock, "0.1")[0]
    made.append([draft(f"note {number}") for number in range(9)])
    made.append([draft("with a file", files=(FolderFiles(profile.files).put(NOTICE),))])
    return made


def back_up(profile: Places, target: Path, clock: FixedClock, inside: bool = True) -> Path:
    return Path(make_backup(profile, target, clock.now(), "0.1", inside).path)


def lose(path: Path) -> None:
    """What a disk can do: the first page goes."""
    with path.open("r+b") as file:
        file.write(b"\0" * 4096)


def ids(profile: Places, clock: FixedClock) -> list[str]:
    with open_record(profile, clock) as opened:
        return [entry.id for entry in opened.entries()]
