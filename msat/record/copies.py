"""The proof over a record that also holds other installations' logs: each by itself, and step 7, whether one forked.

Which logs belong here is the own log's word (who was enrolled); a log that nobody enrolled is a stranger in the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    rows: Iterable[Row],
    files: FileLookup | None,
    expected: Expected,
    copies: Mapping[LogId, Copy],
    earlier: Sequence[Head] = (),
) -> Verification:
    """Steps 1 to 7 over all rows of a record, ordered by log: the own log's, those of `copies`, and the `earlier` ones
    that the own log superseded, which are held whole and may hold nothing behind their end."""
    proven: dict[LogId, Verification] = {}
    before: dict[LogId, Verification] = {}
    ends = {head.log: head for head in earlier}

    def own_rows() -> Iterator[Row]:
        for name, group in groupby(rows, key=lambda row: row.log):
            log = LogId(name)
            if log in ends:
                before[log] = prove(group, files, Expected(log, (ends[log],)))
            elif log in copies and log != expected.log:
                proven[log] = prove(group, None, _copied(log, copies[log]))
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
    problems += _of_earlier(earlier, before)
    told = [line for line in own.checked if line != NO_COPIES]
    if earlier:
        told.append(_said_earlier(before))
    entries = own.entries + sum(found.entries for found in before.values())
    checked = (*told, _said(proven, len(forks)))
    return replace(own, problems=(*own.problems, *problems), checked=checked, entries=entries)


def _copied(log: LogId, copy: Copy) -> Expected:
    return Expected(log, may_withhold=True, seen=copy.receipted, must_be_erased=True)


def _of_earlier(earlier: Sequence[Head], proven: Mapping[LogId, Verification]) -> list[Problem]:
    """What is wrong with the logs that this one superseded: missing, changed, short, or added to since."""
    problems: list[Problem] = []
    for head in earlier:
        where, found = f"log {head.log[:8]}", proven.get(head.log)
        if found is None:
            what = f"The log {head.log[:8]}, which this one goes on for after its entry {head.size}, is not here."
            problems.append(Problem(what, where, "Restore the newest backup, which holds both.", step=6))
            continue
        problems += [_of(head.log, problem) for problem in found.problems]
        if found.entries > head.size:
            what = f"The log {head.log[:8]} was superseded after entry {head.size} and holds {found.entries} here."
            problems.append(Problem(what, where, "Something was added to it that does not count: ask who did.", step=2))
    return problems


def _said_earlier(proven: Mapping[LogId, Verification]) -> str:
    entries = sum(found.entries for found in proven.values())
    many = "entry" if entries == 1 else "entries"
    logs = "The log that this one superseded" if len(proven) == 1 else f"{len(proven)} logs superseded one by one"
    return f"6. {logs}, proven in the same way up to the last entry that counts: {entries:,} {many}."


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
