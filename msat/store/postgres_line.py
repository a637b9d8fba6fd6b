"""What a shared database holds of the logs that this one goes on for, and what bears that out, for `verify`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection

from msat.errors import MsatError
from msat.exchange import enrolment
from msat.exchange.enrolment import writers
from msat.exchange.succession import SUPERSEDED, countersigned_in, links, trusted_committees
from msat.ids import LogId
from msat.places import Places
from msat.record.chain import read_entry, retold
from msat.record.entries import Entry, Head, Json
from msat.record.erasure import erasures_in
from msat.store.copies_held import own_typed
from msat.store.keys_in_force import identity_in
from msat.store.lineage_held import lineage_in
from msat.store.postgres_counted import HELD, HeldEnds
from msat.store.postgres_ends import identity_upto
from msat.store.postgres_received import ENTRY, holds_copies
from msat.store.refusals import STORE_ERRORS
from msat.store.rows import orders_of


def lineage_or_none(connection: Connection, log: LogId) -> tuple[Head, ...]:
    """The logs before `log`, for a proof that goes on whatever it finds; none where they cannot be told."""
    try:
        return lineage_in(connection, log)
    except MsatError:
        return ()  # the proof itself says what is wrong with a first entry


def _countersignatures(connection: Connection, table: str, logs: Sequence[LogId]) -> Iterator[Entry]:
    """The countersignatures in these logs; of one whose body was erased, what is told instead."""
    statement = f"SELECT id, header, body FROM {table} WHERE type = ? AND log = ANY(?) ORDER BY log, seq"  # noqa: S608
    told: dict[LogId, Mapping[str, Json]] = {}
    ends = HeldEnds()
    for stored, header, body in connection.exec_driver_sql(statement, (SUPERSEDED, list(logs))).all():
        entry = read_entry(stored, header, body)
        end = ends.end(connection, entry.log) if table == HELD else None
        if table == HELD and (end is None or entry.seq > end.size):
            continue  # somebody else wrote that behind what the committee signed
        if body is None and entry.log not in told:
            told[entry.log] = erasures_in(orders_of(connection, entry.log, table)).told
        again = told[entry.log].get(entry.id) if body is None else None
        yield entry if again is None else retold(entry, again)


def said_in(connection: Connection, places: Places, log: LogId, earlier: Sequence[Head]) -> tuple[str, ...]:
    """A sentence of `verify` for each supersession; empty where they cannot be read (the proof says why)."""
    try:
        trusted = trusted_committees(writers(own_typed(places.own_log_copy, log, enrolment.TYPES)).values())
        notes = []
        for table in (ENTRY, HELD) if holds_copies(connection) else (ENTRY,):
            notes += [countersigned_in(one) for one in _countersignatures(connection, table, sorted(trusted))]
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
