"""How large the chains of a pack are, and how long they take: every practice with every alert, worked through.

Run: python -m tests.benchmarks.chains [PRACTICES ALERTS]. Prints a table, tests nothing.
"""

from __future__ import annotations

import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msat import bootstrap
from msat.clock import FixedClock
from msat.errors import Refused
from msat.exports.chains import MOST_BYTES, chains, followed, read_chains
from msat.places import places
from msat.projections.cut import Cut, LogCut
from msat.record.entries import Draft
from msat.record.memory import MemoryRecord
from msat.record.organisation import Organisation
from msat.record.ports import Files
from msat.record.received import RawEntry
from msat.services.acknowledge import acknowledge
from msat.services.answer import answer
from msat.services.applies import decide_applies
from msat.services.desk import Desk, Person
from msat.services.place import nil_return
from msat.services.sign_off import sign_off
from tests.benchmarks.dry_run import fill

FIRST, SECOND = Person("A Pharmacist", "practice pharmacist"), Person("A Doctor", "GP partner")


def main(practices: int, alerts: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        where, clock = places(Path(folder)), FixedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))
        bootstrap.create_profile(where, Organisation("Test Surgery", "Y00001", "dispensing-practice"), clock)
        desk = bootstrap.open_desk(where, clock)
        fill(desk, alerts)
        work_through(desk)
        drafts = list(drafts_of(desk))
        team, logs = region(drafts, practices, clock, desk.files)
        desk.close()
    keys = {draft.about for draft in drafts if draft.about}
    for name, most in (("whole", 1 << 40), ("as attached", MOST_BYTES)):
        start = time.perf_counter()
        data = chains(team, Cut(clock.now(), logs), keys, most).data
        made = time.perf_counter()
        packed = len(zlib.compress(data, 9))
        squeezed = time.perf_counter()
        entries = sum(log.size for log in logs)
        print(f"{name}: {practices} practices x {alerts} alerts, {entries:,} entries, {len(data) / 1e6:.1f} MB")
        print(f"  packed {packed / 1e6:.1f} MB ({packed / entries:.0f} bytes an entry)")
        print(f"  made {made - start:.1f} s, packed {squeezed - made:.1f} s", end="")
        if len(data) <= MOST_BYTES:
            start = time.perf_counter()
            read = read_chains(data)
            count = sum(followed(chain) is not None for chain in read)
            print(f", read and {count} followed {time.perf_counter() - start:.1f} s", end="")
        print()


def work_through(desk: Desk) -> None:
    """What a careful practice records of an alert, as far as its class asks for it."""
    for state in desk.views.states():
        ref = str(state.reference)
        acknowledge(desk, ref, FIRST)
        decide_applies(desk, ref, True, FIRST, "held")
        asked = [action for action in state.actions if action.required]
        if any(action.asked for action in asked):
            nil_return(desk, ref, (), FIRST, "AP")
        for action in asked:
            if str(action.answer) == "done":
                answer(desk, ref, action.code, "yes", FIRST, "Done as agreed with the team.")
            elif str(action.answer) == "count":
                answer(desk, ref, action.code, "nil", FIRST, "None supplied.", 0)
        with suppress(Refused):  # a class that asks for more stays open
            sign_off(desk, ref, FIRST, "All that was found is dealt with.")
            sign_off(desk, ref, SECOND)


def drafts_of(desk: Desk) -> Iterator[Draft]:
    for entry in desk.record.entries(after=1):
        body = entry.content
        actor = FIRST.actor()
        yield Draft(entry.type, actor, entry.data, entry.about, body["version"], None, (), body["meaning"])


def region(
    drafts: list[Draft], practices: int, clock: FixedClock, files: Files
) -> tuple[MemoryRecord, tuple[LogCut, ...]]:
    """A committee that holds as many logs, each with the same deeds in entries of its own."""
    team = MemoryRecord(Organisation("Team", "QOX", "committee"), clock)
    head = team.head()
    logs = [LogCut(head.log, "QOX", "Team", "committee", head.size, head.id, is_own=True)]
    for number in range(practices):
        whose = Organisation(f"Surgery {number}", f"A{number:05}", "dispensing-practice")
        record = MemoryRecord(whose, clock, files)
        clock.moment += timedelta(seconds=7)
        record.append(drafts)
        rows = [RawEntry(e.id, e.type, e.header, e.body) for e in record.entries()]
        team.received.take(record.log, 0, rows, record.signed_head())
        logs.append(LogCut(record.log, whose.ods, whose.name, whose.kind, len(rows), rows[-1].id))
    return team, tuple(logs)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3])) if len(sys.argv) > 2 else main(50, 100)
