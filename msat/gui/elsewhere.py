"""Refreshes the window when another workstation recorded in the shared database that this one keeps its record in.

A thread waits for the database's notice; it asks for nothing while nothing comes. When the database is away it tries
again after a pause that grows, and then looks once, for a notice may have been missed. A record in a file has none.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from msat.gui.session import Session

if TYPE_CHECKING:
    from msat.services.desk import Changes, Desk
    from msat.store.postgres_watch import Watch

LOOK_MS = 300
"""Deeds come in quick succession; the window looks once they pause."""
WAIT_S = 2.0
"""How long is waited for a notice before it is asked whether the window was closed."""
PAUSES_S = (1.0, 2.0, 5.0, 15.0, 60.0)
_log = logging.getLogger("msat.gui")


def look(desk: Desk) -> Changes | None:
    """Reads what was recorded elsewhere into the lists; nothing when there is nothing new."""
    from msat.services.desk import Changes

    changed = desk.views.catch_up()
    return Changes(alerts=changed) if changed else None


class Elsewhere(QObject):
    """Belongs to the application. Call `stop` before the record is closed."""

    heard = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._pause = QTimer(self, singleShot=True, interval=LOOK_MS)
        self._pause.timeout.connect(lambda: session.run(look, self))
        self.heard.connect(self._pause.start)
        session.opened.connect(self.start)

    def start(self) -> None:
        """Listens for the record that is open now, when it lies in a shared database."""
        self.stop()
        make = getattr(self._session.desk.record, "watch", None) if self._session.desk else None
        if make is None:
            return
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._listen, args=(make(), self._ended), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread and waits for it."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(2 * WAIT_S)
            self._thread = None

    def _listen(self, watch: Watch, ended: threading.Event) -> None:
        """Runs on the thread: touches no widget, and says what it hears by a signal."""
        failed = 0
        while not ended.is_set():
            try:
                if watch.heard(WAIT_S):
                    self.heard.emit()
                failed = 0
            except Exception as error:
                # Whatever it was: the window works without, and the next look says what is wrong with the database.
                _log.info("not listening to the database: %s", type(error).__name__)
                ended.wait(PAUSES_S[min(failed, len(PAUSES_S) - 1)])
                failed += 1
        watch.close()
