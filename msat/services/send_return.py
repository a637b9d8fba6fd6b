"""Send a return: the own log as one file, written whole and verified from the disk before it gets its name."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from msat.errors import MsatError, RecordProblem, Refused
from msat.exchange.return_file import MOST_BYTES, MOST_ENTRIES, file_name, read_return, write_return
from msat.record.durable import flush_folder, replace_file, write_new
from msat.record.entries import Head
from msat.record.signing import read_head, read_note
from msat.services.awaited_receipts import note_sending
from msat.services.desk import Desk
from msat.services.from_backup import refuse_in_backup


@dataclass(frozen=True, slots=True)
class Sent:
    """A return that was written: where, and the head it ends with. `words` says it to people.

    `earlier` are the returns of the logs that it superseded: they belong to it.
    """

    path: Path
    head: Head
    words: str
    earlier: tuple[Path, ...] = ()


def own_return(desk: Desk) -> tuple[bytes, Head]:
    """The bytes of the own log's return and the head they end with: the head that was signed with the last entry."""
    note = desk.record.signed_head()
    head = read_head(read_note(note).text)
    return _written(desk, head, note), head


def earlier_returns(desk: Desk) -> list[tuple[bytes, Head]]:
    """The returns of the logs that the own one superseded, the oldest first, each up to its last entry that counts."""
    found = []
    for head in desk.record.lineage():
        note = desk.record.received.note_at(head.log, head.size)
        if note is None:
            raise RecordProblem(f"The log {head.log[:8]} is held without its signed head.", "Run verify.")
        found.append((_written(desk, head, note), head))
    return found


def _written(desk: Desk, head: Head, note: str) -> bytes:
    data = b"".join(write_return(desk.record.entries(head.log, upto=head.size), note))
    if len(data) > MOST_BYTES or head.size > MOST_ENTRIES:
        raise Refused(
            f"This log has grown to {head.size:,} entries and {len(data):,} bytes, more than a return may hold.",
            "Tell whoever looks after MSAT: a new log has to be started that supersedes this one.",
        )
    return data


def send_return(desk: Desk, folder: Path) -> Sent:
    """Writes the own log, and those it superseded, into `folder`: read back, verified, and only then given their names.

    Raises Refused when the folder cannot be written to; a file that was there stays as it was.
    """
    refuse_in_backup(desk, "No return is sent")
    earlier = [send_file(desk.record.organisation.ods, folder, *one) for one in earlier_returns(desk)]
    data, head = own_return(desk)
    path = send_file(desk.record.organisation.ods, folder, data, head)
    note_sending(desk, head.size)
    words = f"Wrote this organisation's log, {head.size} entries, to {path.name}."
    if earlier:
        names = ", ".join(one.name for one in earlier)
        words += f" It goes on for an earlier one: send both. The earlier: {names}."
    return Sent(path, head, words, tuple(earlier))


def send_file(ods: str, folder: Path, data: bytes, head: Head) -> Path:
    """Writes one return: aside, flushed, read back and verified, and only then given its name. Raises Refused."""
    path = folder / file_name(ods, head)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    if not folder.is_dir():
        raise Refused(f"There is no folder “{folder}”.", "Make it, or choose another.")
    try:
        write_new(aside, data, is_shared=True)
        if read_return(aside.read_bytes()).head != head:
            raise RecordProblem("The return that was written ends with another entry.", "Run verify.")
        replace_file(aside, path)
        flush_folder(folder)
    except OSError as error:
        raise Refused(
            f"“{path}” cannot be written: {error.strerror or os.strerror(error.errno or 0)}.",
            "Free space, or choose another folder, then export again.",
        ) from error
    except MsatError as error:
        raise RecordProblem(f"The return was not written. {error.explanation}", "Run verify on this record.") from error
    finally:
        aside.unlink(missing_ok=True)
    return path
