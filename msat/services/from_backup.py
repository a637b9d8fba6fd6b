"""What is not done while a backup is read in the place of a record that cannot be opened: nothing comes in or goes out.

What is recorded is refused by the record itself. Here it is what would otherwise be kept or sent without an entry.
"""

from __future__ import annotations

from msat.errors import RecordProblem
from msat.record.shown import NEXT
from msat.services.desk import Desk


def refuse_in_backup(desk: Desk, what: str) -> None:
    """Raises RecordProblem while a backup is read. `what` says what is not done: "No source is asked"."""
    shown = desk.record.shown
    if shown is not None:
        raise RecordProblem(f"{what} while a backup is read. {shown.read_only}", NEXT)
