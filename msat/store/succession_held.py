"""What bears out that this log goes on for an earlier one, read from the rows as they lie.

`verify` must work on a record too damaged to open.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msat.errors import MsatError
from msat.exchange import enrolment
from msat.exchange.enrolment import writers
from msat.exchange.succession import SUPERSEDED, countersigned_in, links, trusted_committees
from msat.ids import LogId
from msat.record.entries import Entry, Head
from msat.record.key_history import ROTATED
from msat.store.copies_held import own_typed
from msat.store.engine import raw_reader
from msat.store.refusals import STORE_ERRORS
from msat.store.rows import as_told


def said_of(path: Path, log: LogId, earlier: Sequence[Head]) -> tuple[str, ...]:
    """A sentence of `verify` for each supersession; empty where they cannot be read (the proof says why)."""
    if not earlier:
        return ()

    def signers(name: LogId) -> list[Entry]:
        return _entries(path, "log = ? AND (seq = 1 OR type = ?)", (name, ROTATED))

    try:
        trusted = trusted_committees(writers(own_typed(path, log, enrolment.TYPES)).values())
        said = [entry for entry in _entries(path, "type = ?", (SUPERSEDED,)) if entry.log in trusted]
        notes = [one for entry in said if (one := countersigned_in(entry)) is not None]
        return tuple(f"6. {link.say()}" for link in links(log, earlier, signers, notes))
    except (MsatError, IndexError, *STORE_ERRORS):
        return ()


def _entries(path: Path, where: str, values: tuple[str, ...]) -> list[Entry]:
    statement = f"SELECT id, header, body FROM entry WHERE {where} ORDER BY log, seq"  # noqa: S608 - fixed words
    with raw_reader(path) as connection:
        return as_told(connection, connection.execute(statement, values))
