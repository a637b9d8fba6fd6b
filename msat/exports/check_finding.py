"""What a check of a file comes to: its outcome in a word, what was looked at in numbered sentences, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from msat.record.verification import Problem, Verification

COMPARE = "Run verify on the record, and compare it with a backup."
ASK = "Use another copy, or make the export again from the record."


def many(count: int, what: str = "entry", several: str = "entries") -> str:
    """A number with its noun: `1 entry`, `1,204 entries`."""
    return f"1 {what}" if count == 1 else f"{count:,} {several}"


class Outcome(StrEnum):
    """What a check of a file comes to, for a screen's mark."""

    VERIFIED = "verified"
    CHANGED = "changed"
    NOT_FROM_HERE = "not from here"
    """Genuine, but from another installation's record, which is not at hand."""
    NO_EVIDENCE = "no evidence"


@dataclass(frozen=True, slots=True)
class FileCheck(Verification):
    """A Verification of one file, with its outcome as one word."""

    outcome: Outcome = Outcome.CHANGED
    name: str = ""


@dataclass(slots=True)
class Finding:
    """What is found while checking, in order."""

    name: str
    problems: list[Problem] = field(default_factory=list)
    checked: list[str] = field(default_factory=list)
    entries: int = 0

    def say(self, sentence: str) -> None:
        """Something that was looked at, or could not be."""
        self.checked.append(sentence)

    def add(self, what: str, where: str = "", next_step: str = ASK, entry: str | None = None) -> None:
        """Something that is wrong, where (the file when empty), and what to do."""
        self.problems.append(Problem(what, where or self.name, next_step, entry))

    def outcome(self, outcome: Outcome) -> FileCheck:
        """The check as it is told: its sentences numbered in their order."""
        told = tuple(f"{number}. {sentence}" for number, sentence in enumerate(self.checked, start=1))
        return FileCheck(tuple(self.problems), told, self.entries, outcome, self.name)
