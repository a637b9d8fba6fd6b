"""Backups as files: written aside, proven, read again, and only then given their name. They never hold a key.

A backup is a plain zip archive: `backup.json`, `record.db`, the profile's own rules and settings under `data/` and
`config/`, and, where it is to be carried away, the stored files under `files/`.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from msat.errors import RecordProblem, Refused
from msat.ids import fingerprint
from msat.places import Places
from msat.record.backup import (
    BackupMade,
    BadBackup,
    Contents,
    file_name,
    read_contents,
)
from msat.record.chain import birth_of
from msat.record.codec import is_digest
from msat.record.durable import flush_folder, replace_file
from msat.record.entries import Head
from msat.record.findings import KEEP
from msat.record.high_water import read_mark
from msat.record.proof import FileLookup
from msat.record.verification import Problem, Verification
from msat.store.backup_copy import (
    DEADLINE_S,
    FILES,
    NotBackedUp,
    Progress,
    copy_record,
    end_of,
    ends_of,
    named_files,
    prove_copy,
)
from msat.store.engine import check_file
from msat.store.files import FolderFiles
from msat.store.inspection import absent, own_log
from msat.store.refusals import why

PAGE, RECORD = "backup.json", "record.db"
A_DAY_S = 86_400
MOST_FILE = 2 * 1024 * 1024 * 1024
"""Bytes in one member of a backup; nothing larger is unpacked."""
_LEFT_OUT = ("keys", "files", "record.db", "own-log.db")
"""What of the data folder is not copied as it lies: keys never are, the others in their own way."""
_OF_THIS_COMPUTER = ("key-place.json", "database.txt")
"""What of the config folder is true of this computer only: where its key is, and in which database its record."""


class MembersOf:
    """The stored files of a backup: those inside the archive, else those beside it."""

    def __init__(self, archive: zipfile.ZipFile, beside: Path) -> None:
        self._archive, self._beside = archive, FolderFiles(beside)

    def get(self, digest: str) -> bytes | None:
        if not is_digest(digest):
            return None
        try:
            return read_member(self._archive, _member(digest))
        except KeyError:
            return self._beside.get(digest)


def make_backup(
    places: Places,
    target: Path,
    now: datetime,
    app_version: str,
    files_inside: bool,
    deadline_s: float = DEADLINE_S,
    progress: Progress | None = None,
) -> BackupMade:
    """Makes one backup at `target`, a folder (it is then named in it) or a file, and proves it whole.

    Raises NotBackedUp when the disk would not take it, RecordProblem when the record itself is not whole: then there is
    no new backup, and the older ones stay. `progress` may raise Cancelled: then nothing is left of it.
    """
    mark = read_mark(places.high_water_mark)
    if fault := absent(places.record, mark):
        raise fault
    check_file(places.record)
    log = own_log(places, mark)
    with working(places, now) as work:
        copy = work / RECORD
        copy_record(places.record, copy, deadline_s, progress)
        first, _none = ends_of(copy, log, 1)
        contents = Contents(
            end_of(copy, log),
            birth_of(first).organisation,
            now,
            _sum(copy),
            tuple(named_files(copy, log)),
            files_inside,
            app_version,
        )
        path = target / file_name(contents.head, now) if target.is_dir() else target
        aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            lacking = [] if files_inside else _share(places, path.parent / "files", contents, progress)
            _write(aside, places, copy, contents, progress)
            lacking += _checked(aside, path.parent / "files", copy, contents, (mark,) if mark else (), progress)
            replace_file(aside, path)
            flush_folder(path.parent)
        except OSError as error:
            raise _not_written(path, error) from error
        finally:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
    return BackupMade(str(path), contents, path.stat().st_size, tuple(dict.fromkeys(lacking)))


def _not_written(path: Path, error: OSError) -> NotBackedUp:
    cause, next_step = why(error)
    return NotBackedUp(f"The backup {path} was not written: {cause}. The record is not affected.", next_step)


@contextmanager
def working(places: Places, now: datetime) -> Iterator[Path]:
    """A folder of one's own in the cache; the disk's refusals are said in words."""
    work = places.cache / f"backup-{secrets.token_hex(4)}"
    try:
        for left in places.cache.glob("backup-*"):  # of a program that was killed
            if now.timestamp() - left.stat().st_mtime > A_DAY_S:
                shutil.rmtree(left, ignore_errors=True)
        work.mkdir(mode=0o700, parents=True)
        yield work
    except OSError as error:
        raise _not_written(work, error) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _share(places: Places, beside: Path, contents: Contents, progress: Progress | None) -> list[Problem]:
    """Copies the stored files that are not beside the backups yet; says which are not here to be copied."""
    source, shared, lacking = FolderFiles(places.files), FolderFiles(beside), []
    for number, digest in enumerate(contents.files):
        _say_files(progress, number, contents)
        try:
            path = shared.path(digest)
            if path.is_file() and path.stat().st_size == source.path(digest).stat().st_size:
                continue
            data = source.get(digest)
        except FileNotFoundError:
            data = None
        if data is not None and fingerprint(data) == digest:
            shared.put(data)
        else:
            lacking += _lacking([digest])
    return lacking


def _lacking(digests: list[str]) -> list[Problem]:
    return [
        Problem(f"The stored file {d[:16]}… is missing or changed, so the backup lacks it.", f"file {d}", KEEP, step=4)
        for d in digests
    ]


def _say_files(progress: Progress | None, number: int, contents: Contents) -> None:
    if progress is not None:
        progress("Copying stored files", number, len(contents.files))


def _write(aside: Path, places: Places, copy: Path, contents: Contents, progress: Progress | None) -> None:
    handle = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            _put(archive, PAGE, contents.encoded())
            with copy.open("rb") as source, archive.open(_info(RECORD), "w", force_zip64=True) as member:
                shutil.copyfileobj(source, member, 1024 * 1024)
            for path, name in _others(places):
                _put(archive, name, path.read_bytes())
            if contents.files_inside:
                _write_files(archive, FolderFiles(places.files), contents, progress)
        file.flush()
        os.fsync(file.fileno())


def _write_files(
    archive: zipfile.ZipFile, source: FolderFiles, contents: Contents, progress: Progress | None
) -> None:
    for number, digest in enumerate(contents.files):
        _say_files(progress, number, contents)
        data = source.get(digest)
        if data is not None:
            _put(archive, _member(digest), data)


def _info(name: str) -> zipfile.ZipInfo:
    """A member of no date: what counts stands on the first page, and the computer's clock may be wrong."""
    info = zipfile.ZipInfo(name)
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return info


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(_info(name), data)


def _others(places: Places) -> Iterator[tuple[Path, str]]:
    """The profile's own rules, drafts and settings, with their names in the backup. Never a key."""
    for top, folder in (("data", places.data), ("config", places.config)):
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(folder).parts
            if path.is_file() and not is_left_out(top, parts) and not path.name.endswith(".part"):
                yield path, "/".join((top, *parts))


def is_left_out(top: str, parts: Sequence[str]) -> bool:
    """Whether a file of the data or config folder (`top`) is neither put into a backup nor taken out of one.

    Upper and lower case are one here, for on Windows they are one file.
    """
    first, last = parts[0].casefold(), parts[-1].casefold()
    if top == "data" and first.startswith(_LEFT_OUT):
        return True
    return (top == "config" and first in _OF_THIS_COMPUTER) or ".key" in last


def _checked(
    aside: Path, beside: Path, copy: Path, contents: Contents, marks: tuple[Head, ...], progress: Progress | None
) -> list[Problem]:
    """Reads the written backup again and proves it; returns the stored files it lacks. Raises RecordProblem."""
    with zipfile.ZipFile(aside) as archive:
        with archive.open(RECORD) as member:
            if _sum_of(member) != contents.record_sha256 or archive.testzip() is not None:
                raise NotBackedUp("The backup did not read back as it was written.", "Check the disk, then try again.")
        found = _proof(copy, contents, MembersOf(archive, beside), marks, progress)
    wrong = [one for one in found.problems if one.step != FILES]
    if wrong:
        raise RecordProblem(
            f"The record is not whole, so no backup was made; older ones stay. {wrong[0].where}: {wrong[0].what}",
            "Run verify, then restore the newest backup.",
        )
    return [one for one in found.problems if one.step == FILES]


def _proof(
    copy: Path, contents: Contents, files: FileLookup, marks: tuple[Head, ...] = (), progress: Progress | None = None
) -> Verification:
    return prove_copy(copy, contents.head.log, (contents.head, *marks), files, progress)


@contextmanager
def opened(path: Path, work: Path) -> Iterator[tuple[Contents, Path, MembersOf, Verification, zipfile.ZipFile]]:
    """A backup taken apart into `work` and proven: what it says, its record, its files, what the proof found.

    Raises Refused when there is no such file, BadBackup when it is not a whole backup.
    """
    with _archive(path) as archive:
        copy = work / f"{secrets.token_hex(4)}-{RECORD}"
        try:
            contents = read_contents(read_member(archive, PAGE, 64 * 1024 * 1024))
            unpack(archive, RECORD, copy)
        except (zipfile.BadZipFile, KeyError, NotImplementedError) as error:
            raise _no_backup(path) from error
        if _sum(copy) != contents.record_sha256:
            raise BadBackup("Its copy of the record was changed.", "Use another backup.")
        files = MembersOf(archive, path.parent / "files")
        yield contents, copy, files, _proof(copy, contents, files), archive


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise Refused(f"There is no backup {path}.", "List them: msatctl backup list.") from error
    except OSError as error:
        cause, next_step = why(error)
        raise Refused(f"The backup {path} cannot be read: {cause}.", next_step) from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, ValueError) as error:
        raise _no_backup(path) from error


def _no_backup(path: Path) -> BadBackup:
    return BadBackup(f"The file {path} is no whole backup of MSAT.", "Use another backup.")


def read_member(archive: zipfile.ZipFile, name: str, most: int = MOST_FILE) -> bytes:
    """The bytes of one member, within limits. Raises KeyError when there is none, BadBackup when it is damaged."""
    info = archive.getinfo(name)
    with archive.open(info) as member:
        try:
            data = member.read(most + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
            raise BadBackup(f"“{name}” in it is damaged.", "Use another backup.") from error
    if len(data) > most:
        raise BadBackup(f"“{name}” in it is larger than anything MSAT writes.", "Use another backup.")
    return data


def unpack(archive: zipfile.ZipFile, name: str, target: Path) -> None:
    """Writes one member to a new file, owner only, flushed to disk. The size it claims is not exceeded."""
    info = archive.getinfo(name)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file, archive.open(info) as member:
        try:
            shutil.copyfileobj(member, file, 1024 * 1024)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
            raise BadBackup(f"“{name}” in it is damaged.", "Use another backup.") from error
        file.flush()
        os.fsync(file.fileno())


def _member(digest: str) -> str:
    return f"files/{digest[:2]}/{digest}"


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return _sum_of(file)


def _sum_of(file: IO[bytes]) -> str:
    found = hashlib.sha256()
    while piece := file.read(1024 * 1024):
        found.update(piece)
    return found.hexdigest()
