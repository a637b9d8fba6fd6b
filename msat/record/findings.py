"""The list of problems that a check collects: in the order found, not endless, each with a next step."""

from __future__ import annotations

from dataclasses import dataclass, field

from msat.record.verification import Problem

MOST_PROBLEMS = 100
"""How many findings are listed; the rest are counted."""
KEEP = "Keep the record as it is and compare it with a backup, an export or a copy held elsewhere."


@dataclass(slots=True)
class Findings:
    """Problems in the order found, the list capped, the rest counted."""

    problems: list[Problem] = field(default_factory=list)
    more: int = 0

    def add(self, step: int, what: str, where: str, entry: str | None = None, next_step: str = KEEP) -> None:
        """Notes one problem."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(what, where, next_step, entry, step))
        else:
            self.more += 1

    def listed(self) -> tuple[Problem, ...]:
        """All of it; the last one says how many are not listed."""
        if not self.more:
            return tuple(self.problems)
        last = Problem(f"{self.more:,} more problems were found and are not listed.", "the record", KEEP)
        return (*self.problems, last)
