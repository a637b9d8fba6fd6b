"""Small verbs for tests of the exchange: make a site, do some work, carry a file, fork a log."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from msat.actions.catalogue import Catalogue
from msat.clock import Clock
from msat.places import places
from msat.record.chain import head_of
from msat.record.entries import Actor
from msat.record.memory import MemoryFiles, MemoryRecord
from msat.record.organisation import Organisation
from msat.record.signing import head_text
from msat.services.desk import Desk, Person
from msat.services.enrol import accept
from msat.services.knowledge import Knowledge
from msat.services.send_return import own_return
from msat.services.take_return import take_return
from msat.triage.rules import RuleBase
from tests.fakes import MemoryViews
from tests.record.makers import draft

_NO_KNOWLEDGE = Knowledge((), cast("RuleBase", None), cast("Catalogue", None))
"""The exchange of logs looks at no rule and no action."""
CLERK = Person("A. Patel", "practice manager", "tester")
ACTOR = Actor("A. Patel", "practice manager", "tester")


def make_site(folder: Path, organisation: Organisation, clock: Clock) -> Desk:
    """A desk whose record and files are in memory, its folders under `folder`."""
    where, files = places(folder), MemoryFiles()
    where.make()
    record = MemoryRecord(organisation, clock, files)
    return Desk(where, clock, record, files, MemoryViews(record, files), _NO_KNOWLEDGE, lambda: None)


def work(desk: Desk, *notes: str) -> None:
    """Records one acknowledgement for each note."""
    desk.record.append([draft(note) for note in notes])


def sent(desk: Desk) -> bytes:
    """The return of a site as it is now."""
    return own_return(desk)[0]


def enrol(desk: Desk, other: Desk) -> None:
    """`desk` enrols `other`, whose fingerprint was compared."""
    take_return(desk, sent(other), "first.msatreturn")
    accept(desk, other.record.log, CLERK, is_compared=True)


def held(desk: Desk) -> dict[str, list[tuple[bytes, bytes | None]]]:
    """Every log that a site holds, its own included, byte for byte."""
    received = desk.record.received
    logs = {head.log: [(row.header, row.body) for row in received.raw(head.log)] for head in received.heads()}
    return {**logs, desk.record.log: [(entry.header, entry.body) for entry in desk.record.entries()]}


def twin(desk: Desk, upto: int) -> MemoryRecord:
    """A clone of a site in memory as it was after entry `upto`: the same log, the same key."""
    record = desk.record
    assert isinstance(record, MemoryRecord)
    clone = MemoryRecord(record.organisation, record._clock)
    clone._entries, clone._signer = record._entries[:upto], record._signer
    clone._notes = {n: note for n, note in record._notes.items() if n <= upto}
    if upto not in clone._notes:
        clone._notes[upto] = clone._signer.sign(head_text(head_of(clone._entries[-1])))
    return clone


__all__ = ["ACTOR", "CLERK", "enrol", "held", "make_site", "sent", "twin", "work"]
