"""The proof that the window makes by itself: every entry of the record, soon after it is opened and once a day after.

Opening looks at both ends only, or a long record would keep everybody waiting; what lies between is proven here, aside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from msat.gui.session import Session
from msat.gui.tongue import plural, tr

if TYPE_CHECKING:
    from msat.record.verification import Verification
    from msat.services.desk import Desk

FIRST_MS = 45_000
"""After the record is open, and after the backup of the day was begun: the window is used first."""
AGAIN_MS = 24 * 60 * 60 * 1000


def prove(desk: Desk) -> Verification:
    """Steps 1 to 7 over the whole record."""
    return desk.record.verify()


class Proving(QObject):
    """`found_wrong` carries a sentence; it is said once for each outcome."""

    found_wrong = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._told = ""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        session.opened.connect(lambda: self._timer.start(FIRST_MS))

    def look(self) -> None:
        """Proves the record aside."""
        self._timer.start(AGAIN_MS)
        if not self._session.is_demo and self._session.cannot_record() is None:
            self._session.run(prove, self, self._proven, long=True, beside=True)

    def _proven(self, found: Verification) -> None:
        said = words(found)
        if said and said != self._told:
            self.found_wrong.emit(said)
        self._told = said


def words(found: Verification) -> str:
    """What was found wrong, and what to do; empty for a whole record."""
    if found.valid:
        return ""
    number, first = len(found.problems), found.problems[0]
    return tr("{count} in the record: {what} ({where}) Open Records and choose Check all my records.").format(
        count=plural(number, "{number:,} problem was found", "{number:,} problems were found").format(number=number),
        what=first.what,
        where=first.where,
    )
