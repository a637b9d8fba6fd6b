"""Erase here what another site erased in its own log: its order came with its return, signed by its key.

Only bodies of that very log, and only those that the order names. Until its return is taken in a copy keeps them.
"""

from __future__ import annotations

from collections.abc import Sequence

from msat.errors import Refused
from msat.ids import LogId
from msat.record.erasure import ERASED
from msat.record.received import RawEntry, ordered
from msat.services.desk import Desk
from msat.services.finish_erasure import finish


def erase_copies(desk: Desk, log: LogId, rows: Sequence[RawEntry]) -> str:
    """Empties the bodies that the orders among `rows`, all of what is held of `log`, name. Says so, or nothing."""
    if not any(row.type == ERASED for row in rows):
        return ""
    named = ordered(rows)
    if not any(row.id in named and row.body is not None for row in rows):
        return ""
    try:
        emptied = desk.record.received.erase(log)
    except Refused as error:
        return f" That site erased entries of its log, and this copy still has them: {error}"
    if not finish(desk):  # only a record in memory keeps no note of it
        desk.views.scrub()
    entries = "1 entry" if emptied == 1 else f"{emptied:,} entries"
    return f" The content of {entries}, which that site erased, was erased here too."
