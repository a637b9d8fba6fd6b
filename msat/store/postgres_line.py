"""What a shared database holds of the logs that this one goes on for, and what bears that out, for `verify`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from msat.errors import MsatError
from msat.exchange import enrolment
from msat.exchange.enrolment import writers
from msat.exchange.succession import SUPERSEDED, countersigned_in, links, trusted_committees
from msat.ids import LogId
from msat.places import Places
from msat.record.chain import read_entry
from msat.record.entries import Head
from msat.store.copies_held import own_typed
from msat.store.keys_in_force import identity_in
from msat.store.lineage_held import lineage_in
from msat.store.postgres_ends import identity_upto
from msat.store.postgres_received import ENTRY, HELD, holds_copies
from msat.store.refusals import STORE_ERRORS


def lineage_or_none(connection: Connection, log: LogId) -> tuple[Head, ...]:
    """The logs before `log`, for a proof that goes on whatever it finds; none where they cannot be told."""
    try:
        return lineage_in(connection, log)
    except MsatError:
        return ()  # the proof itself says what is wrong with a first entry


def said_in(connection: Connection, places: Places, log: LogId, earlier: Sequence[Head]) -> tuple[str, ...]:
    """A sentence of `verify` for each supersession; empty where they cannot be read (the proof says why)."""
    try:
        trusted = trusted_committees(writers(own_typed(places.own_log_copy, log, enrolment.TYPES)).values())
        notes = []
        for table in (ENTRY, HELD) if holds_copies(connection) else (ENTRY,):
            statement = f"SELECT id, header, body FROM {table} WHERE type = ? AND log = ANY(?) ORDER BY log, seq"  # noqa: S608
            for stored, header, body in connection.exec_driver_sql(statement, (SUPERSEDED, sorted(trusted))):
                notes.append(countersigned_in(read_entry(stored, header, body)))
        held = [one for one in notes if one is not None]
        ends = {head.log: head for head in earlier}
        found = links(
            log,
            earlier,
            lambda name: identity_upto(connection, ends[name]) if name in ends else identity_in(connection, name),
            held,
        )
        return tuple(f"6. {link.say()}" for link in found)
    except (MsatError, IndexError, *STORE_ERRORS):
        return ()
