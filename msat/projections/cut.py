"""A cut through every log held: how far each is read for one pack. What lies behind it is a later pack's. Plain values.

The same cut over the same logs gives the same states, on any machine and at any later time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msat.ids import EntryId, LogId


@dataclass(frozen=True, slots=True)
class LogCut:
    """One log up to entry `size`, whose id is `head`."""

    log: LogId
    ods: str
    name: str
    """The organisation's, as it was enrolled (the own log: as it was opened)."""
    kind: str
    """A value of `triage.model.OrganisationKind`."""
    size: int
    head: EntryId
    is_own: bool = False
    frozen: str = ""
    """Why nothing behind the cut was taken in (a fork that nobody has decided on); empty otherwise."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Every log read, the own one first, then by ODS code and log."""

    moment: datetime
    """The cut-off (aware): what falls due later is not late."""
    logs: tuple[LogCut, ...]

    @property
    def own(self) -> LogCut:
        return self.logs[0]
