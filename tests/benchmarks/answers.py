"""One durable answer (entry, signed head, views), beside one chained row in bare sqlite3, journal TRUNCATE, FULL.

An answer is the whole of `services.answer` on a profile of 500 alerts on this disk; the floor hashes, chains and
commits a row of the same size to a file beside it. They take turns, so that a busy disk disturbs both. Prints a table,
tests nothing; the word `profile` prints where the time goes.
Run: python -m tests.benchmarks.answers [ANSWERS [profile]]
"""

from __future__ import annotations

import cProfile
import hashlib
import pstats
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from msat import bootstrap
from msat.actions.model import AnswerKind
from msat.clock import FixedClock
from msat.places import places
from msat.projections.ports import Query
from msat.record.organisation import Organisation
from msat.services import sources
from msat.services.answer import answer
from msat.services.desk import Person
from msat.services.refresh import refresh
from tests.benchmarks.ingest import ADDRESS, NOW, Once, feed

ALERTS = 500
ROW = b"x" * 1_000
"""About the bytes of an answer's body, header and note."""


def main(answers: int = 200, profile: str = "") -> None:
    person = Person("A Pharmacist", "practice pharmacist", "tester")
    with tempfile.TemporaryDirectory() as folder:
        where = places(Path(folder) / "profile")
        clock = FixedClock(NOW)
        bootstrap.create_profile(where, Organisation("Demo Surgery", "Y00001", "gp-practice"), clock)
        sources.add(where, sources.NewSource("large", "A large feed", ADDRESS))
        desk = bootstrap.open_desk(where, clock)
        refresh(desk, Person("MSAT", "program"), sources=["large"], web=Once(feed(ALERTS)))
        todo = answers_to_give(desk, answers)
        floor = Floor(Path(folder) / "floor.db")
        looking = cProfile.Profile()
        ours, theirs = [], []
        for number, (ref, code) in enumerate(todo):
            theirs.append(timed(floor.append))
            give = lambda ref=ref, code=code: answer(desk, ref, code, "yes", person)  # noqa: E731
            ours.append(timed((lambda give=give: looking.runcall(give)) if profile and number else give))
        if profile:
            for order in ("tottime", "cumulative"):
                pstats.Stats(looking).sort_stats(order).print_stats(60)
        desk.close()
        floor.close()
    print(f"{len(todo)} answers on {ALERTS} alerts\n")
    print(f"{'':<18}{'ms, middle':>12}{'CPU ms, middle':>16}{'ms, p95':>10}")
    for name, taken in (("bare chained row", theirs), ("an answer", ours)):
        clocked, cpu = sorted(one[0] for one in taken), sorted(one[1] for one in taken)
        p95 = clocked[int(len(clocked) * 0.95)]
        print(f"{name:<18}{middle(clocked) * 1e3:>12.2f}{middle(cpu) * 1e3:>16.2f}{p95 * 1e3:>10.2f}")
    ratio = middle(sorted(one[0] for one in ours)) / middle(sorted(one[0] for one in theirs))
    print(f"\n{ratio:.2f} x by the clock (goal: 2)")


def answers_to_give(desk, wanted: int) -> list[tuple[str, str]]:
    """As many (alert, action) as are wanted, that can be answered by a plain yes."""
    found: list[tuple[str, str]] = []
    for row in desk.views.worklist(Query(open_only=True, limit=ALERTS), NOW):
        state = desk.views.alert(row.key)
        found += [(str(row.key), action.code) for action in state.actions if action.answer is AnswerKind.DONE][:1]
    return found[:wanted]


class Floor:
    """Rows that each name the one before, committed one by one."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.execute("PRAGMA journal_mode=TRUNCATE")
        self._base.execute("PRAGMA synchronous=FULL")
        self._base.execute("CREATE TABLE row(seq INTEGER PRIMARY KEY, id TEXT, prev TEXT, data BLOB)")

    def append(self) -> None:
        self._base.execute("BEGIN IMMEDIATE")
        seq, prev = self._base.execute("SELECT seq, id FROM row ORDER BY seq DESC LIMIT 1").fetchone() or (0, "")
        digest = hashlib.sha256(prev.encode() + ROW).hexdigest()
        self._base.execute("INSERT INTO row VALUES(?, ?, ?, ?)", (seq + 1, digest, prev, ROW))
        self._base.execute("COMMIT")

    def close(self) -> None:
        self._base.close()


def timed(does: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of processor."""
    begun, used = time.perf_counter(), time.process_time()
    does()
    return time.perf_counter() - begun, time.process_time() - used


def middle(values: list[float]) -> float:
    return values[len(values) // 2]


if __name__ == "__main__":
    main(*([int(sys.argv[1])] if len(sys.argv) > 1 else []), *sys.argv[2:])
