"""The indicators at national size: how long, and how much memory. Prints a table, tests nothing.

Two parts. What is counted: 6,300 organisations x 100 alerts as small values, and everything that is worked out of them.
What is read: real logs of 100 alerts each in a record on disk, folded up to a cut, told for each organisation.

Run: python -m tests.benchmarks.national [ORGANISATIONS] [LOGS]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from msat import bootstrap
from msat.clock import FixedClock
from msat.ids import AlertKey
from msat.places import places
from msat.projections.kpi_model import Basis, Returned
from msat.projections.kpi_pairs import identified, pairs
from msat.projections.kpi_series import by_month, by_organisation, working_days_to_close
from msat.projections.kpis import kpis
from msat.projections.pair_facts import PairFacts, facts_of
from msat.record.entries import Draft
from msat.record.organisation import Organisation
from msat.record.received import RawEntry
from msat.services.desk import Desk
from msat.services.gathering import cut_now, gather
from tests.exchange.sites import CLERK
from tests.fakes import Story, an_alert

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
CUT_OFF = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
ALERTS = 100
GOAL_MB = 1024
T = TypeVar("T")


def main(organisations: int, logs: int) -> None:
    print(f"{'what':<58}{'seconds':>9}{'of one core':>13}{'MB, peak':>10}")
    basis = timed(f"{organisations:,} organisations x {ALERTS} alerts as small values", lambda: a_region(organisations))
    timed("K1 to K10", lambda: kpis(basis))
    timed("by month", lambda: by_month(basis))
    timed("by organisation (the points of the funnel)", lambda: by_organisation(basis))
    timed("working days to close, by alert", lambda: working_days_to_close(basis, None))
    timed("every cell of the matrix, one after the other", lambda: sum(facts.is_late for facts in each(basis)))
    met = "met" if peak() < GOAL_MB else "NOT MET"
    print(f"goal: under {GOAL_MB} MB: {met}\n")
    with tempfile.TemporaryDirectory() as folder:
        desk = a_committee(Path(folder), logs)
        entries = sum(one.size for one in cut_now(desk).logs)
        name = f"read and fold {logs} logs of {ALERTS} alerts ({entries:,} entries)"
        seconds = timed(name, lambda: began(lambda: sum(len(one.states) for one in gather(desk, cut_now(desk)))))
        desk.close()
    print(
        f"a log takes {1000 * seconds / logs:.0f} ms, {organisations:,} of them {whole(seconds, logs, organisations)}"
    )


def whole(seconds: float, logs: int, organisations: int) -> str:
    return f"{seconds / logs * organisations / 60:.0f} minutes"


def began(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def timed(name: str, work: Callable[[], T]) -> T:
    start, worked = time.perf_counter(), time.process_time()
    found = work()
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    print(f"{name:<58}{seconds:>9.1f}{worked:>13.1f}{peak():>10.0f}", flush=True)
    return found


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def each(basis: Basis) -> Iterator[PairFacts]:
    alerts, _lists = identified(basis)
    return (pair.facts for pair in pairs(basis, alerts) if pair.facts is not None)


def a_region(number: int) -> Basis:
    """Organisations that hold the same alerts, received, acknowledged and closed at times of their own."""
    model = [facts_of(state, CUT_OFF) for state in done().values()]
    made = tuple(Returned(f"Y{n:05}", f"Demo Practice {n}", "gp-practice", of_one(model, n)) for n in range(number))
    return Basis(made, FIRST, LAST, CUT_OFF)


def of_one(model: list[PairFacts], n: int) -> tuple[PairFacts, ...]:
    def made(at: int, one: PairFacts) -> PairFacts:
        received = START + timedelta(days=3 * at, seconds=n)
        acknowledged = received + timedelta(hours=3 + (n + at) % 60)
        closed = None if (n + at) % 17 == 0 else received + timedelta(hours=9 + (n * at) % 90)
        return replace(
            one, received=received, acknowledged=acknowledged, closed=closed, due=received + timedelta(hours=48)
        )

    return tuple(made(at, one) for at, one in enumerate(model))


def done(clock: FixedClock | None = None) -> dict[AlertKey, object]:
    return a_log(clock).states  # type: ignore[return-value]


def a_log(clock: FixedClock | None = None, alerts: int = ALERTS) -> Story:
    """A log in which everything was answered: ten entries an alert."""
    story = Story(clock or FixedClock(START))
    for number in range(1, alerts + 1):
        key = f"EL(26)A/{number:03}"
        story.received(an_alert(key, reference=key))
        story.triaged()
        story.is_done()
    return story


def a_committee(folder: Path, logs: int) -> Desk:
    """A committee's profile on disk that holds so many enrolled logs."""
    where, clock = places(folder / "profile"), FixedClock(CUT_OFF)
    bootstrap.create_profile(where, Organisation("Demo Team", "QOX", "committee"), clock)
    desk = bootstrap.open_desk(where, clock)
    for number in range(logs):
        story = a_log(FixedClock(START + timedelta(seconds=number)))
        entries = story.entries
        rows = [RawEntry(one.id, one.type, one.header, one.body) for one in entries]
        who = {"ods": f"Y{number:05}", "name": f"Demo Practice {number}", "kind": "gp-practice"}
        told_ = {"log": story.record.log, "fingerprint": entries[0].id, **who}
        desk.record.append([Draft("writer.enrolled", CLERK.actor(), told_)])
        desk.record.received.take(story.record.log, 0, rows, story.record.signed_head())
    return desk


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:]]
    main(*(numbers + [6300, 20][len(numbers) :]))
