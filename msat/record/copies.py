"""The proof over a record that also holds other installations' logs: each by itself, and step 7, whether one forked.

Which logs belong here is the own log's word (who was enrolled); a log that nobody enrolled is a stranger in the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from msat.ids import LogId
from msat.record.entries import Head
from msat.record.proof import NO_COPIES, Expected, FileLookup, Row, prove
from msat.record.verification import Problem, Verification

DECIDE = (
    "Telephone them: a copy of their installation is in use, or somebody else has their key. "
    "Then: msatctl enrol accept LOG --compared --reason TEXT."
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A log that may be held here: heads of it that were receipted, and the fork nobody has decided on, in words."""

    receipted: tuple[Head, ...] = ()
    fork: str = ""


def prove_all(
    rows: Iterable[Row], files: FileLookup | None, expected: Expected, copies: Mapping[LogId, Copy]
) -> Verification:
    """Steps 1 to 7 over all rows of a record, ordered by log: the own log's, and those of `copies`."""
    proven: dict[LogId, Verification] = {}

    def own_rows() -> Iterator[Row]:
        for name, group in groupby(rows, key=lambda row: row.log):
            log = LogId(name)
            if log in copies and log != expected.log:
                proven[log] = prove(group, None, Expected(log, may_withhold=True, seen=copies[log].receipted))
            else:
                yield from group

    own = prove(own_rows(), files, expected)
    problems = [_of(log, problem) for log, found in proven.items() for problem in found.problems]
    forks = [(log, copy.fork) for log, copy in copies.items() if copy.fork]
    problems += [Problem(fork, f"log {log[:8]}", DECIDE, step=7) for log, fork in forks]
    for log, copy in copies.items():
        if log not in proven and copy.receipted:
            what = f"A receipt was issued for the log {log}, and nothing of it is held."
            problems.append(Problem(what, f"log {log[:8]}", "Take in its newest return again.", step=6))
    checked = (*(line for line in own.checked if line != NO_COPIES), _said(proven, len(forks)))
    return replace(own, problems=(*own.problems, *problems), checked=checked)


def _of(log: LogId, problem: Problem) -> Problem:
    return replace(problem, where=f"log {log[:8]}, {problem.where}")


def _said(proven: Mapping[LogId, Verification], forks: int) -> str:
    if not proven:
        return "7. No log of another installation is held here, so no fork of one can show."
    entries = sum(found.entries for found in proven.values())
    logs = f"{len(proven):,} {'log' if len(proven) == 1 else 'logs'}"
    return (
        f"7. Logs of other installations held here, proven in the same way: {logs}, {entries:,} entries; forks that "
        f"nobody has decided on: {forks:,}."
    )
