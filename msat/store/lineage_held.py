"""The superseded logs that a record holds beside its own: found by what first entries claim, and held against it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from msat.errors import MsatError, RecordProblem
from msat.ids import LogId
from msat.record.chain import Birth, birth_of, read_entry
from msat.record.entries import Head
from msat.record.lineage import earlier_logs
from msat.store.engine import raw_reader
from msat.store.refusals import STORE_ERRORS
from msat.store.rows import entry_at

INCIDENT = (
    "Do not go on with this record: this is an incident. Keep the folder as it is, run verify, and restore the newest "
    "backup."
)


def lineage_in(connection: Connection, log: LogId) -> tuple[Head, ...]:
    """The logs before `log`, the oldest first. Raises RecordProblem when one is not here up to the end it counts to."""

    def birth(name: LogId) -> Birth | None:
        first = entry_at(connection, name, 1)
        return None if first is None else birth_of(first)

    found = earlier_logs(log, birth)
    for head in found:
        last = entry_at(connection, head.log, head.size)
        if last is None or last.id != head.id:
            raise RecordProblem(
                f"The log {head.log[:8]}, which this record goes on for, is not here up to entry {head.size}.", INCIDENT
            )
    return found


def lineage_at(path: Path, log: LogId) -> tuple[Head, ...]:
    """The logs before `log` as the rows lie, for a record too damaged to open; none where they cannot be read."""

    def birth(name: LogId) -> Birth | None:
        found = connection.execute("SELECT id, header, body FROM entry WHERE log = ? AND seq = 1", (name,)).fetchone()
        return None if found is None else birth_of(read_entry(str(found[0]), bytes(found[1]), found[2]))

    try:
        with raw_reader(path) as connection:
            return earlier_logs(log, birth)
    except (MsatError, *STORE_ERRORS):
        return ()  # the proof itself says what is wrong with a first entry
