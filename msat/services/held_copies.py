"""What is held of another site's log, looked at before a file of that log is compared with it.

A damaged row of one log must neither stop the files of the others nor look like a second history of that log. Nothing
is changed: the copy is put right by restoring a backup.
"""

from __future__ import annotations

from collections.abc import Sequence

from msat.errors import NotRecorded, RecordProblem
from msat.exchange.enrolment import Writer
from msat.exchange.return_file import BadReturn, Line, Return, read_return
from msat.record.chain import read_entry
from msat.record.received import RawEntry
from msat.services.desk import Desk

PUT_RIGHT = (
    "Restore the newest backup, which was proven when it was made (msatctl restore FILE, or Records, Put a backup "
    "back): what was recorded here since is kept. Then take this file in again."
)


class HeldDamaged(RecordProblem):
    """The copy of one other site's log is damaged here; the record's own log and the other copies may be whole."""

    title = "A copy of another site's log is damaged"


def held_of(desk: Desk, writer: Writer) -> list[RawEntry]:
    """What is held of a log. Raises HeldDamaged where that cannot be read and the own log can, else RecordProblem."""
    try:
        return desk.record.received.raw(writer.log)
    except NotRecorded:
        raise
    except RecordProblem as error:
        desk.record.head()  # where the whole record cannot be read, that is what is said
        raise HeldDamaged(f"What is held of it here cannot be read. {error.explanation}", PUT_RIGHT) from error


def read_beside(data: bytes, held: Sequence[RawEntry]) -> Return:
    """The return `data`, verified, of a log of which `held` is held.

    Only where the two do not fit together is it looked into which is wrong. Raises BadReturn for the file, HeldDamaged
    for what is held.
    """
    try:
        found = read_return(data, held)
    except BadReturn:
        refuse_damaged(held)
        raise
    if any(not _is_same(row, line) for row, line in zip(held, found.lines, strict=False)):
        refuse_damaged(held)
    return found


def refuse_damaged(held: Sequence[RawEntry]) -> None:
    """Raises HeldDamaged where `held` is not what was once verified."""
    if at := damaged_at(held):
        raise HeldDamaged(f"What is held of it here is damaged at entry {at:,}.", PUT_RIGHT)


def _is_same(row: RawEntry, line: Line) -> bool:
    bodies_fit = row.body == line.body or row.body is None or line.body is None  # one of the two withheld or erased
    return row.id == line.id and row.header == line.header and bodies_fit


def damaged_at(held: Sequence[RawEntry]) -> int:
    """The number of the first entry that does not hash as it must or does not follow the one before; 0 for none."""
    before = "0" * 64
    for number, row in enumerate(held, start=1):
        try:
            entry = read_entry(row.id, row.header, row.body)
        except RecordProblem:
            return number
        if (entry.seq, entry.prev) != (number, before):
            return number
        before = entry.id
    return 0
