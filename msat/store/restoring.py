"""Puts a backup in the place of a lost or damaged record. What was there is kept aside, never written over.

The backup is proven before anything is touched, and the result after. Entries that the backup lacks are looked for in
the damaged record itself, in its own older copies and in returns of this log, and put back where their chain is whole.
What then still is shorter than the high-water mark, or cannot be compared with one, is only to be read: another end on
the same log would make two histories of one key.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath

from msat.errors import MsatError, RecordProblem, Refused
from msat.exchange.return_file import BadReturn, read_return
from msat.ids import EntryId, LogId, fingerprint
from msat.places import Places
from msat.record.backup import BadBackup, Contents, Restored, Way, judged
from msat.record.chain import read_entry
from msat.record.durable import copy_durably, flush_folder, replace_file, write_durably
from msat.record.entries import Head
from msat.record.high_water import read_mark, write_mark
from msat.record.proof import FileLookup
from msat.record.verification import Verification
from msat.store.backup import is_left_out, opened, read_member, working
from msat.store.backup_copy import FILES, end_of, ends_of, prove_copy
from msat.store.engine import newer_schema, raw_reader
from msat.store.erasing import erase_again
from msat.store.files import FolderFiles
from msat.store.guards import newest
from msat.store.inspection import inspect_record
from msat.store.lineage_held import lineage_at
from msat.store.local_disk import NEXT, why_not_safe
from msat.store.refusals import STORE_ERRORS, why
from msat.store.restored_note import Standing, read_standing, write_standing
from msat.store.rows import INSERT

_DEVICE = re.compile("con|prn|aux|nul|(com|lpt)[0-9\u00b9\u00b2\u00b3]", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever their ending."""
_AHEAD = 6
"""The step of the proof that says how much longer the record once was: told in its own words here."""


@dataclass(frozen=True, slots=True)
class Later:
    """An entry that follows a backup's end, found elsewhere; the last of them carries a signed head.

    Without its body it is put back only where an order among what follows erased that.
    """

    id: str
    type: str
    header: bytes
    body: bytes | None
    note: str | None


def restore(places: Places, backup: Path, now: datetime, returns: Sequence[Path] = ()) -> Restored:
    """Restores the profile's record from `backup`.

    Raises Refused when that would lose something (the record here is whole and goes as far, or is another log's),
    BadBackup when the backup is not whole, RecordProblem or NotBackedUp when the disk failed; then all is as before.
    """
    if unsafe := why_not_safe(places.data):
        raise Refused(unsafe, NEXT)
    if schema := newer_schema(places.record):
        raise Refused(
            f"The record here was made by a newer MSAT (schema {schema}, this one knows {newest()}), which may "
            "read more of it than this one can put back.",
            f"Install the newest MSAT. If that cannot read it either, move {places.record.name} away, keep it, and "
            "restore again.",
        )
    places.make()
    mark = read_mark(places.high_water_mark)
    before = read_standing(places.restored)
    known = None if before is not None and before.way is Way.UNKNOWN else mark
    with working(places, now) as work, opened(backup, work) as (contents, copy, files, found, archive):
        wrong = [one for one in found.problems if one.step != FILES]
        if wrong:
            raise BadBackup(f"It is not whole. {wrong[0].where}: {wrong[0].what}", "Use another backup.")
        _judge(copy, contents, mark, before=_is_superseded(places, contents.head.log, mark))
        try:
            back = _put_files_back(FolderFiles(places.files), contents, files)
            if (whole := _whole_here(places, contents)) is not None:
                if before is not None and before.way is Way.SHORT:
                    return _found_again(places, contents, whole, back)
                return _nothing_to_do(contents, whole, back, mark)
            healed = _heal(copy, contents.head.log, _pieces(places, returns))
            head = end_of(copy, contents.head.log)
            way = _judge(copy, contents, known, head)
            _proven(copy, head, FolderFiles(places.files))
            _put_others_back(places, archive)
            if way is not Way.WHOLE:
                write_standing(places.restored, Standing(way, head, backup.name, now))
            aside = _swap(places, copy, now)
            if way is Way.WHOLE:
                places.restored.unlink(missing_ok=True)
            if mark is None or (way is Way.UNKNOWN and mark.size < head.size):
                write_mark(places.high_water_mark, head)
        except OSError as error:
            cause, next_step = why(error)
            raise RecordProblem(f"The record was not restored: {cause}.", next_step) from error
    erase_again(places, head.log)
    after = inspect_record(places)
    problems = tuple(one for one in after.problems if one.step != _AHEAD or way is Way.WHOLE)
    return Restored(way, head, healed, back, aside, mark.size if mark else 0, problems)


def _judge(
    copy: Path, contents: Contents, mark: Head | None, head: Head | None = None, before: bool = False
) -> Way:
    """How the backup stands to the mark. `before`: it is of a log that this profile's log superseded."""
    head = head or contents.head
    marked = ends_of(copy, head.log, mark.size)[1] if mark is not None and mark.log == head.log else None
    way = judged(head, mark, marked.id if marked else None)
    if way is Way.OTHER and before:
        raise Refused(
            f"This backup was made before the log {head.log[:8]} was superseded: of the log that this profile has "
            "written since it holds nothing.",
            "Restore a newer one. To look at it by itself: msatctl --profile NEWFOLDER restore FILE.",
        )
    if way is Way.OTHER:
        raise Refused(
            f"This backup is of another record ({contents.organisation.name}, log {contents.head.log[:8]}) than the "
            "one that this profile holds or held.",
            "Restore it into a profile of its own: msatctl --profile NEWFOLDER restore FILE.",
        )
    return way


def _is_superseded(places: Places, log: LogId, mark: Head | None) -> bool:
    """Whether the log that this profile writes now goes on for `log`, as far as the record here can still say so."""
    if mark is None or mark.log == log or not places.record.is_file():
        return False
    return any(head.log == log for head in lineage_at(places.record, mark.log))


def _whole_here(places: Places, contents: Contents) -> Verification | None:
    """The proof of the record that is here, if that is whole and goes at least as far as the backup."""
    if not places.record.exists():
        return None
    found = inspect_record(places)
    wrong = [one for one in found.problems if one.step not in (FILES, _AHEAD)]
    if wrong or end_of(places.record, contents.head.log).size < contents.head.size:
        return None
    is_short = any(one.step == _AHEAD for one in found.problems) and read_mark(places.high_water_mark) is not None
    return None if is_short else found


def _nothing_to_do(contents: Contents, found: Verification, back: int, mark: Head | None) -> Restored:
    """The record here is whole: only stored files could be missing. Raises Refused when none was put back."""
    if not back:
        raise Refused(
            f"The record here is whole and holds {found.entries:,} entries, the backup {contents.head.size:,}: nothing "
            "is put in its place, for what is recorded is never taken back.",
            "To look at the backup by itself: msatctl --profile NEWFOLDER restore FILE.",
        )
    return Restored(Way.WHOLE, contents.head, 0, back, "", mark.size if mark else 0, found.problems)


def _found_again(places: Places, contents: Contents, found: Verification, back: int) -> Restored:
    """The whole record was put back by hand after a restore that fell short: this profile goes on with it."""
    head = end_of(places.record, contents.head.log)
    places.restored.unlink(missing_ok=True)
    return Restored(Way.WHOLE, head, 0, back, "", head.size, found.problems)


# --- entries that the backup lacks ----------------------------------------------------------------------------------


def _pieces(places: Places, returns: Sequence[Path]) -> Iterable[tuple[str, Path]]:
    """Where later entries may be found: the record that is here, what restores put aside or were killed over, and the
    returns that were named."""
    record = places.record
    aside = [*record.parent.glob(f"{record.name}.before-*"), *record.parent.glob(f"{record.name}.*.new")]
    for path in (record, *sorted(aside, reverse=True)):
        if path.is_file() and not path.name.endswith("-journal"):
            yield "record", path
    for path in returns:
        yield "return", path


def _heal(copy: Path, log: LogId, sources: Iterable[tuple[str, Path]]) -> int:
    """Adds to the copy what follows its end elsewhere and is whole; returns how many entries."""
    added = 0
    for kind, path in sources:
        head = end_of(copy, log)
        later = _from_record(path, head) if kind == "record" else _from_return(path, head)
        for part in (later, _with_bodies(later)):
            if part and _add(copy, head, part):
                added += len(part)
                break
    return added


def _with_bodies(later: list[Later]) -> list[Later]:
    """What comes before the first entry without its body, up to a signed head; nothing where no body is missing."""
    whole = next((n for n, one in enumerate(later) if one.body is None), 0)
    return later[: max((n for n, one in enumerate(later[:whole], start=1) if one.note), default=0)]


def _from_record(path: Path, head: Head) -> list[Later]:
    """What can still be read after `head` in a damaged record: up to the last entry that carries a signed head."""
    found: list[Later] = []
    signed, last = 0, str(head.id)
    statement = "SELECT id, header, body, note, type FROM entry WHERE log = ? AND seq > ? ORDER BY seq"
    with suppress(*STORE_ERRORS, MsatError), raw_reader(path) as connection:
        for stored, header, body, note, kind in connection.execute(statement, (head.log, head.size)):
            entry = read_entry(str(stored), header, body)
            if (entry.seq, entry.prev, entry.type) != (head.size + len(found) + 1, last, kind):
                break
            last = entry.id
            found.append(Later(entry.id, entry.type, header, body, note))
            signed = len(found) if note else signed
    return found[:signed]


def _from_return(path: Path, head: Head) -> list[Later]:
    """What a return of this log holds after `head`. Raises Refused for a file that is no return of this log."""
    try:
        found = read_return(path.read_bytes())
    except OSError as error:
        raise Refused(f"The return {path} cannot be read: {why(error)[0]}.", "Check the name.") from error
    except BadReturn as error:
        raise Refused(f"The return {path.name} is not genuine. {error.explanation}", "Leave it out.") from error
    if found.log != head.log:
        raise Refused(f"The return {path.name} is of another log.", "Name one that this installation wrote.")
    if found.head.size > head.size and found.lines[head.size - 1].id != head.id:
        raise Refused(
            f"The return {path.name} goes on differently from the backup: two histories of one log.",
            "Keep both as evidence, and tell whoever looks after MSAT.",
        )
    later = []
    for line in found.lines[head.size :]:
        entry = read_entry(line.id, line.header, line.body)
        later.append(Later(line.id, entry.type, line.header, line.body, None))
    return [*later[:-1], replace(later[-1], note=found.note)] if later else []


def _add(copy: Path, head: Head, later: Sequence[Later]) -> bool:
    """Inserts under the table's own guards, aside first: what does not prove whole is left out."""
    trial = copy.with_name(f"{secrets.token_hex(4)}-trial.db")
    shutil.copyfile(copy, trial)
    values = [
        (head.log, head.size + n, one.id, one.type, one.header, one.body, one.note)
        for n, one in enumerate(later, start=1)
    ]
    try:
        with closing(sqlite3.connect(trial, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INSERT, values)
            connection.execute("COMMIT")
    except sqlite3.Error:
        return False
    marks = (head, Head(head.log, head.size + len(later), EntryId(later[-1].id)))
    if any(one.step != FILES for one in prove_copy(trial, head.log, marks, _NO_FILES).problems):
        return False
    replace_file(trial, copy)
    return True


class _None:
    """No stored files at all: for a proof that only asks about the chain."""

    def get(self, _digest: str) -> bytes | None:
        return None


_NO_FILES = _None()


def _proven(copy: Path, head: Head, files: FileLookup) -> None:
    wrong = [p for p in prove_copy(copy, head.log, (head,), files).problems if p.step != FILES]
    if wrong:
        raise RecordProblem(
            f"The record put together from the backup is not whole. {wrong[0].where}: {wrong[0].what}",
            "Use another backup; nothing was changed here.",
        )


# --- putting things in place ----------------------------------------------------------------------------------------


def _put_files_back(here: FolderFiles, contents: Contents, files: FileLookup) -> int:
    """Stores every file that is missing or damaged here and whole in the backup; returns how many."""
    back = 0
    for digest in contents.files:
        data = here.get(digest)
        if data is not None and fingerprint(data) == digest:
            continue
        right = files.get(digest)
        if right is not None and fingerprint(right) == digest:
            here.put(right)
            back += 1
    return back


def _put_others_back(places: Places, archive: zipfile.ZipFile) -> None:
    """The profile's own rules, drafts and settings, where there are none here: what is here is never written over."""
    for name in archive.namelist():
        top, *parts = PurePosixPath(name).parts
        folder = {"data": places.data, "config": places.config}.get(top)
        if folder is None or not parts or not all(_is_plain(part) for part in parts):
            continue
        path = folder.joinpath(*parts)
        if not is_left_out(top, parts) and not path.exists():
            write_durably(path, read_member(archive, name))


def _is_plain(part: str) -> bool:
    """Whether a part of a name stays inside its folder on every system."""
    if part != part.rstrip(". ") or _DEVICE.fullmatch(part.partition(".")[0].rstrip()):
        return False
    return bool(part) and not set(part) & set('\\/:*?"<>|') and part.isprintable()


def _swap(places: Places, copy: Path, now: datetime) -> str:
    """Puts the copy in the record's place; returns where the record of before is kept, empty when there was none."""
    record = places.record
    new = record.with_name(f"{record.name}.{secrets.token_hex(4)}.new")
    kept = record.with_name(f"{record.name}.before-{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}")
    try:
        copy_durably(copy, new)
        moved: list[tuple[Path, Path]] = []
        with _nobody_writing(record):
            try:
                for old, aside in ((_journal(record), _journal(kept)), (record, kept)):
                    if old.exists():
                        old.rename(aside)
                        moved.append((old, aside))
                replace_file(new, record)
            except OSError:
                for old, aside in reversed(moved):
                    aside.rename(old)
                raise
        flush_folder(record.parent)
    except PermissionError as error:
        raise RecordProblem(
            f"The record {record} cannot be put aside: another program has it open, or you may not change the folder.",
            "Close every window of MSAT and try again. Nothing was changed.",
        ) from error
    except OSError as error:
        cause, next_step = why(error)
        raise RecordProblem(f"The record was not restored: {cause}. Nothing was changed.", next_step) from error
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
    return str(kept) if any(aside == kept for _old, aside in moved) else ""


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")


@contextmanager
def _nobody_writing(record: Path) -> Iterator[None]:
    """Holds writers off while the file changes its name; a window that is open notices at its next entry.

    Windows itself refuses to rename a file that anybody has open, this program too. A damaged file cannot be locked,
    and one that the disk does not give cannot be opened.
    """
    if os.name == "nt" or not record.is_file():
        yield
        return
    with ExitStack() as held:
        try:
            connection = held.enter_context(closing(sqlite3.connect(record, isolation_level=None, timeout=5)))
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise RecordProblem(
                    "Another program is writing to the record.", "Close every window of MSAT and try again."
                ) from error
        yield
