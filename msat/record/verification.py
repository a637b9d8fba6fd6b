"""What a check of the record found, in words: what, where, and what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `where` names log and number, file or page; `entry` is the entry's id where there is one."""

    what: str
    where: str
    next_step: str
    entry: str | None = None
    step: int = 0
    """The step of the numbered proof (design section 3) that found it; 0 outside it."""


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome. `checked` says in sentences what was looked at, so that "valid" never claims more than was done."""

    problems: tuple[Problem, ...]
    checked: tuple[str, ...]
    entries: int

    @property
    def valid(self) -> bool:
        return not self.problems
