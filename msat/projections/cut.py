"""A cut through every log held: how far each is read for one pack. What lies behind it is a later pack's. Plain values.

The same cut over the same logs gives the same states, on any machine and at any later time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from msat.ids import EntryId, LogId

SUPERSEDED = "Superseded by log "
"""How `LogCut.frozen` begins where another log goes on for this one."""
LEFT_OUT = "are held and do not count."
"""How it ends where more of the log is held than what counts."""


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

    @property
    def is_superseded(self) -> bool:
        """Whether another log goes on for it: then it ends where it ends, and nothing is amiss."""
        return self.frozen.startswith(SUPERSEDED)

    @property
    def is_cut_short(self) -> bool:
        """Whether entries of it were left out that somebody has to decide about."""
        return bool(self.frozen) and (not self.is_superseded or self.frozen.endswith(LEFT_OUT))


@dataclass(frozen=True, slots=True)
class Cut:
    """Every log read, the own one first, then by ODS code and log."""

    moment: datetime
    """The cut-off (aware): what falls due later is not late."""
    logs: tuple[LogCut, ...]

    @property
    def own(self) -> LogCut:
        return self.logs[0]
