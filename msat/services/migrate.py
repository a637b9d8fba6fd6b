"""Migrate: bring a record that an older MSAT made to the form of this one, a proven backup of it made first.

Done by itself when a profile is opened. What cannot be migrated is opened all the same, to be read, and says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from msat.errors import MsatError
from msat.places import Places
from msat.record.backup import BackupMade
from msat.services.backup import Backing, into_folder, own_folder


class Migrating(Protocol):
    """The record of a profile, as far as its form goes."""

    def waiting(self) -> tuple[int, int] | None:
        """The number of its schema and of the newest; None when there is nothing to do."""

    def why_not(self) -> tuple[str, str] | None:
        """Why it is left as it is (a sentence, a next step); None when it may be changed."""

    def run(self) -> None:
        """Changes it, all or nothing, and proves it. Raises RecordProblem; the record is then as it was, or says so."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a record of an older form. `why` is empty when it was migrated; `backup` when none was made."""

    before: int
    after: int
    backup: str = ""
    why: str = ""
    next_step: str = ""

    @property
    def said(self) -> str:
        """What was done, for people; of a record that was left as it is, it says itself why it is only to be read."""
        return (
            f"The record was brought from schema {self.before} to {self.after} for this MSAT, and proven whole. "
            f"A backup of it as it was lies at {self.backup}."
        )


def migrate(places: Places, backing: Callable[[], Backing], record: Migrating) -> Outcome | None:
    """Brings the record to the newest schema after backing it up; None when it has it. Raises nothing for a failure."""
    found = record.waiting()
    if found is None:
        return None
    before, after = found
    if reason := record.why_not():
        return Outcome(before, after, "", *reason)
    backup = ""
    try:
        backup = _backed_up(places, backing()).path
        record.run()
    except MsatError as error:
        return Outcome(before, after, backup, error.explanation, error.next_step)
    return Outcome(before, after, backup)


def _backed_up(places: Places, backing: Backing) -> BackupMade:
    """A backup in the folder of the settings; where that cannot take it (a disk that is away), in the profile's own."""
    try:
        return into_folder(places, backing)
    except MsatError:
        return backing.make(own_folder(places), False)
