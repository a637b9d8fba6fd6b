"""Whether the program told the truth: what it said beside what is on the disk, and whether it can go on afterwards."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from msat.store.record import inspect_record
from tests.faults import flows
from tests.faults.flows import FLOWS, Said

OPEN = (
    "It is not known", "was written but could not be read back", "Recorded", "It is recorded", "are recorded",
    "was begun", "is open in",
)  # fmt: skip
"""Words of a command that ended with an error and says that what it did, or may have done, is in the record."""


@dataclass(slots=True)
class Tally:
    """What a series of trials came to; `faults` are sentences for whoever mends the program."""

    trials: int = 0
    acknowledged: int = 0
    refused: int = 0
    losses: int = 0
    untrue: int = 0
    faults: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    def look(self, folder: Path, flow: str, said: Said | None, where: str) -> None:
        """Judges one trial and what it left in the world `folder`."""
        self.trials += 1
        if said is None:
            self._fault(where, "it said nothing")
            return
        self.answers[_answer(said)] += 1
        self.acknowledged += said.status == 0
        self.refused += said.status > 0
        if said.crash:
            self._fault(where, "an error without words:\n" + said.crash)
        with FLOWS[flow].within():
            self._held_to_its_word(folder, flow, said, where)
            self._goes_on(folder, flow, where)

    def _held_to_its_word(self, folder: Path, flow: str, said: Said, where: str) -> None:
        there = FLOWS[flow].is_done(folder)
        is_damaged_before = FLOWS[flow].prepare is not None and not there
        problems = () if is_damaged_before else inspect_record(flows.practice(folder)).problems
        if problems or there == 2 or (said.status == 0 and there != 1):
            self.losses += 1
            self._fault(where, f"said {said.status} {said.words!r}, found {there} {problems}")
        elif said.status > 0 and FLOWS[flow].recorded(folder) and not any(word in said.words for word in OPEN):
            self.untrue += 1
            self._fault(where, f"it is recorded, and that was not said: {said.words!r}")

    def _goes_on(self, folder: Path, flow: str, where: str) -> None:
        """The fault is gone: the same command again does it, or says that it is done."""
        begun = flow == "init" and flows.practice(folder).record.exists()
        # A record that was begun is not made twice: it is opened, and its next entry makes the mark that it may lack.
        again = flows.run(folder, *FLOWS["add"].words) if begun else flows.perform(folder, flow)
        if again.crash or FLOWS[flow].is_done(folder) != 1:
            self._fault(where, f"it does not go on: {again}")
        if flow != "restore" and (said := flows.run(folder, "verify")).status:
            self._fault(where, f"verify: {said}")

    def _fault(self, where: str, what: str) -> None:
        self.faults.append(f"{where}: {what}")

    def say(self) -> str:
        """The first faults, for the message of a test that fails."""
        return "\n".join([f"{len(self.faults)} faults", *self.faults[:12]])


def _answer(said: Said) -> str:
    if said.crash:
        return "crash"
    return "done" if said.status == 0 else "refused in words"


def clear(folder: Path) -> None:
    """Removes the world of a trial."""
    shutil.rmtree(folder, ignore_errors=True)
