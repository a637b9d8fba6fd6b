"""Why nothing may be added to a record that can be read: the ways out differ, so it is a value and not only words."""

from __future__ import annotations

from enum import StrEnum


class Trouble(StrEnum):
    """What keeps a record read-only."""

    NONE = ""
    RESTORED = "restored"
    """It came from a backup that may not be its newest state."""
    SHORT = "short"
    """Others hold more of this log, signed by its key."""
    FORKED = "forked"
    """Others hold another entry under a number of this log, signed by its key: two installations wrote."""
    COPIED = "copied"
    """The installation lies on another computer than the one it was last used on."""
    KEY = "key"
    """Its signing key is not here."""
    FOREIGN = "foreign"
    """Somebody without its key wrote entries behind its end, in a shared database where nothing can be taken away."""
    PLACE = "place"
    """The folder is one in which nothing can be recorded safely."""
    BACKUP = "backup"
    """The record cannot be opened at all, and a backup is shown in its place (`record.shown`)."""
    DAMAGED = "damaged"
    """A guard of the database is missing, or something else that only a restore or verify can answer."""


GOES_ON_AFRESH = frozenset(
    {Trouble.RESTORED, Trouble.SHORT, Trouble.FORKED, Trouble.COPIED, Trouble.KEY, Trouble.FOREIGN}
)
"""Troubles that a new log, which supersedes this one, ends."""
CAN_BE_FETCHED = frozenset({Trouble.RESTORED, Trouble.SHORT})
"""Troubles that a longer copy of this log, held by others, can end."""
