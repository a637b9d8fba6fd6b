"""The backups that the window makes by itself: one a day while it is open, and one on closing."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from msat.errors import MsatError
from msat.gui.session import Session

if TYPE_CHECKING:
    from msat.record.backup import BackupMade
    from msat.services.desk import Desk

FIRST_MS = 20_000
"""After the record is open: the window is used first."""
AGAIN_MS = 60 * 60 * 1000
_log = logging.getLogger("msat.gui")


def back_up(desk: Desk, closing: bool = False) -> BackupMade | None:
    """Makes the backup that is due, or none. A record in a shared database is its administrator's to back up, and a
    backup that is read is none."""
    if desk.record.shown is not None or not desk.places.record.exists():
        return None
    from msat import bootstrap
    from msat.services.backup import by_itself

    backing = bootstrap.backing(desk.places, desk.clock)
    return by_itself(desk.places, backing, desk.record.head(), desk.clock.now(), closing)


class BackingUp(QObject):
    """Looks each hour whether a backup is due, aside; tells of a failure once, in a notice."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._told = ""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        session.opened.connect(lambda: self._timer.start(FIRST_MS))

    def look(self) -> None:
        """Makes the backup of the day if there is none yet."""
        self._timer.start(AGAIN_MS)
        if not self._session.is_demo:
            self._session.run(back_up, self, failed=self._failed, long=True, beside=True)

    def _failed(self, error: MsatError) -> None:
        if str(error) != self._told:
            self._told = str(error)
            self._session.tell(error)


def back_up_at_close(session: Session) -> None:
    """Backs up what was recorded since the last backup. The window is gone by now: a failure goes to the log, and the
    backup of the next day says it on screen."""
    desk = session.desk
    if desk is None or session.is_demo:
        return
    try:
        back_up(desk, closing=True)
    except (MsatError, OSError) as error:
        _log.warning("no backup on closing: %s", error)
