"""What a backup says of itself, what it is called, which ones are kept, and what a restore may do. Pure.

A backup is one file: a whole copy of the record, the profile's own rules and settings, and the list of the stored files
it rests on. It never holds a key. The daily ones lie in one folder and share the stored files beside them, so that each
of those is copied once; a backup made to be carried away has them inside.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from msat.clock import from_stamp, london, say_moment, stamp
from msat.errors import MsatError
from msat.ids import EntryId, LogId
from msat.record.codec import is_digest, is_log_id
from msat.record.entries import Head
from msat.record.organisation import Organisation
from msat.record.verification import Problem

FORMAT = "msat-backup-v1"
SUFFIX = ".msatbackup"
DAILY = 14
MONTHLY = 12
_NAME = re.compile(r"msat-([0-9a-f]{8})-([1-9][0-9]{0,9})-([0-9]{8}T[0-9]{6}Z)\.msatbackup")


class BadBackup(MsatError):
    """A file that is no whole backup. Nothing of it is put in place."""

    title = "The backup was refused"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup's first page says: whose record, how long, when (UTC), and what it must hash to."""

    head: Head
    organisation: Organisation
    made: datetime
    record_sha256: str
    files: tuple[str, ...]
    """The fingerprints of every stored file that the record names."""
    files_inside: bool
    """Whether those are in the backup itself, and not beside it."""
    app_version: str

    def encoded(self) -> bytes:
        """The page as it is written."""
        found = {
            "format": FORMAT,
            "log": self.head.log,
            "size": self.head.size,
            "head": self.head.id,
            "organisation": self.organisation.name,
            "ods": self.organisation.ods,
            "kind": self.organisation.kind,
            "made": stamp(self.made),
            "record_sha256": self.record_sha256,
            "files": list(self.files),
            "files_inside": self.files_inside,
            "app_version": self.app_version,
        }
        return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def read_contents(data: bytes) -> Contents:
    """The first page of a backup. Raises BadBackup when it is not one."""
    try:
        found = json.loads(data)
        log, size, head = found["log"], found["size"], found["head"]
        sums = [found["record_sha256"], head, *found["files"]]
        right = found["format"] == FORMAT and is_log_id(log) and type(size) is int and size > 0
        if not right or not all(is_digest(one) for one in sums):
            raise ValueError(log)
        return Contents(
            Head(LogId(log), size, EntryId(head)),
            Organisation(str(found["organisation"]), str(found["ods"]), str(found["kind"])),
            from_stamp(found["made"]),
            found["record_sha256"],
            tuple(found["files"]),
            bool(found["files_inside"]),
            str(found["app_version"]),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadBackup("Its first page cannot be read.", "Use another backup.") from error


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup as its name tells it: the beginning of its log's name, the entries in it, when it was made (UTC)."""

    name: str
    log8: str
    size: int
    made: datetime

    def say(self) -> str:
        """One line for people."""
        return f"{say_moment(self.made)}  {self.size:,} entries  {self.name}"


def file_name(head: Head, made: datetime) -> str:
    """What a backup is called; safe on every system."""
    return f"msat-{head.log[:8]}-{head.size}-{made.astimezone(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}"


def read_name(name: str) -> Backup | None:
    """The backup that a file of this name is; None for a name that this program does not give."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        made = datetime.strptime(found[3], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return Backup(name, found[1], int(found[2]), made)


def newest_first(names: Iterable[str], log: LogId | None = None) -> list[Backup]:
    """The backups among file names, of one log when it is given."""
    found = [one for name in names if (one := read_name(name)) is not None]
    return sorted(
        (one for one in found if log is None or one.log8 == log[:8]), key=lambda b: (b.made, b.size), reverse=True
    )


def kept(backups: Sequence[Backup]) -> frozenset[str]:
    """The names to keep: the newest of each of the last 14 days, and of each of the last 12 months, that have one.

    The newest one and the longest one are always among them: a clock set wrong must not push out what holds most.
    """
    ordered = sorted(backups, key=lambda b: (b.made, b.size), reverse=True)
    days: dict[str, str] = {}
    months: dict[str, str] = {}
    for one in ordered:
        days.setdefault(f"{london(one.made):%Y-%m-%d}", one.name)
        months.setdefault(f"{london(one.made):%Y-%m}", one.name)
    longest = [max(ordered, key=lambda b: (b.size, b.made)).name] if ordered else []
    return frozenset([*list(days.values())[:DAILY], *list(months.values())[:MONTHLY], *longest])


def outlived(backups: Sequence[Backup], counted: int, now: datetime) -> frozenset[str]:
    """The names of backups of one superseded log that may go, now that whole backups of the log that goes on for it
    hold it too up to entry `counted`, where it ends.

    The newest of each day stays for 14 days, that of each month for 12 months: no newer one pushes them out. One that
    goes further than the log counts stays for good, for what it has more is nowhere else.
    """
    today = london(now).date()
    stay: dict[str, str] = {}
    for one in sorted(backups, key=lambda b: (b.made, b.size), reverse=True):
        day = london(one.made).date()
        if (today - day).days < DAILY:
            stay.setdefault(f"{day:%Y-%m-%d}", one.name)
        if (today.year - day.year) * 12 + today.month - day.month < MONTHLY:
            stay.setdefault(f"{day:%Y-%m}", one.name)
    return frozenset(one.name for one in backups if one.size <= counted) - frozenset(stay.values())


def is_due(backups: Sequence[Backup], head: Head, now: datetime, closing: bool) -> bool:
    """Whether a backup is to be made now: none today yet, or, on closing, entries that the newest one lacks."""
    if not backups:
        return True
    newest = max(backups, key=lambda b: (b.made, b.size))
    if london(newest.made).date() != london(now).date():
        return True
    return closing and newest.size != head.size


class Way(StrEnum):
    """What a restore finds."""

    WHOLE = "whole"
    """Nothing recorded here is missing from it: this installation goes on with its log."""
    SHORT = "short"
    """This installation recorded more than it holds: read only, for another end would make two histories."""
    UNKNOWN = "unknown"
    """No high-water mark is here, so nothing says whether it is the newest state: read only."""
    OTHER = "other"
    """It is of another log than the one recorded here."""


def judged(head: Head, mark: Head | None, marked: str | None) -> Way:
    """How a backup ending at `head` stands to this profile's mark. `marked` is its entry with the mark's number."""
    if mark is None:
        return Way.UNKNOWN
    if mark.log != head.log or (marked is not None and marked != mark.id):
        return Way.OTHER
    return Way.WHOLE if head.size >= mark.size else Way.SHORT


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A backup that was written and read again. `lacking` are stored files that were missing already."""

    path: str
    contents: Contents
    bytes: int
    lacking: tuple[Problem, ...]
    removed: tuple[str, ...] = ()
    """Older backups that made room, by name."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    way: Way
    head: Head
    healed: int
    """Entries after the backup's end that were found whole elsewhere and put back."""
    files: int
    """Stored files that were missing or damaged and are back."""
    aside: str
    """Where the record of before was put; empty when there was none."""
    marked: int
    """How long the record was once known to be; 0 when not known."""
    problems: tuple[Problem, ...]
    """What the proof over the restored record found."""
