"""A backup that is shown because the record itself cannot be opened: from when it is, and what may be missing from it.

Pure words. It is only read: nothing is recorded in it, and nothing is sent out of it to other sites.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from msat.clock import say_moment
from msat.record.entries import Head

NEXT = (
    "Put right what keeps the record from being opened and try again, or put a backup back: Records, Put a backup back "
    "(msatctl restore FILE)."
)


@dataclass(frozen=True, slots=True)
class ShownBackup:
    """The backup that is read in the place of the record."""

    name: str
    """Its file."""
    made: datetime
    """When it was made, UTC."""
    head: Head
    """The last entry in it."""
    cause: str
    """Why the record itself cannot be opened, as sentences."""
    known: int = 0
    """The longest that the log is known to have been; 0 where nothing says so."""
    passed_over: tuple[str, ...] = ()
    """The newer backups that are not whole, by name."""

    @property
    def head_line(self) -> str:
        """What stands over every page."""
        return f"This is a backup of {say_moment(self.made)}. The record itself cannot be opened."

    @property
    def missing(self) -> str:
        """What was recorded after it, as far as anything here says so."""
        size = self.head.size
        if not self.known:
            return f"The backup ends at entry {size:,}, and nothing here says whether more was recorded after it."
        if self.known <= size:
            return f"The backup ends at entry {size:,}, and this installation is not known to have recorded more."
        number = self.known - size
        lack = f"entry {self.known:,} is" if number == 1 else f"{number:,} entries are"
        return f"The backup ends at entry {size:,}, and entry {self.known:,} was recorded here: {lack} not in it."

    @property
    def text(self) -> str:
        """What stands under the head line: why, what is missing, what is not done."""
        newer = ""
        if self.passed_over:
            whole = "1 newer backup is" if len(self.passed_over) == 1 else f"{len(self.passed_over)} newer backups are"
            newer = f" {whole} not whole and was passed over." if len(self.passed_over) == 1 else ""
            newer = newer or f" {whole} not whole and were passed over."
        return (
            f"{self.cause} {self.missing}{newer} Returns of others that were taken in later are not in it either. "
            "Nothing is recorded, and no source is asked, until the record is open again or a backup is put back."
        )

    @property
    def read_only(self) -> str:
        """Why nothing can be recorded, as one sentence."""
        return (
            f"This is a backup of {say_moment(self.made)}, up to entry {self.head.size:,}, shown because the record "
            "itself cannot be opened: nothing is recorded in it."
        )

    @property
    def face(self) -> str:
        """What a document made from it says on its face."""
        return (
            f"From a backup of {say_moment(self.made)}: the record itself could not be opened when this was made. "
            f"{self.missing} That this file was made is not recorded."
        )

    @property
    def brief(self) -> str:
        """The same in a few words, for a line that stands on every page."""
        return f"From a backup of {say_moment(self.made)}, up to entry {self.head.size:,}"


def longest(mark: Head | None, seen: Iterable[Head], head: Head) -> int:
    """How long the log of `head` is known to have been: by the high-water mark and by heads that others hold."""
    known = [one.size for one in (*((mark,) if mark else ()), *seen) if one.log == head.log]
    return max(known, default=0)
