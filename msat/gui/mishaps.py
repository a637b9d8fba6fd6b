"""The program's own mistakes, and ends that nobody asked for: kept in the log, told in the window, never hidden.

A mistake ends nothing: what was typed stays. That the window was not closed last time, because the program or the
computer stopped, is told once at the next start. Knows nothing of what the mistake was about.
"""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import IO

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from msat.clock import from_stamp, stamp
from msat.gui.dates import say_moment
from msat.gui.tongue import tr
from msat.places import Places

_log = logging.getLogger("msat.window")
_LONGEST = 64
"""Characters of the note of an open window that are read: a time needs 20."""


class Mishaps(QObject):
    """`happened` carries a sentence for the window. Install it where a program runs, not in tests of parts."""

    happened = Signal(str)
    _caught = Signal(str)

    def __init__(self, where: Places, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._note, self._traces = where.window_open, where.state / "msat-crash.log"
        self.log = where.log
        self._file: IO[str] | None = None
        # Errors come from any thread; what is said of them is said on the window's own.
        self._caught.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    # Mistakes

    def watch(self) -> None:
        """From now on an error that nobody catches is logged and told."""
        sys.excepthook = self._uncaught
        threading.excepthook = lambda told: self._uncaught(
            told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback
        )

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.error("A mistake of the program", exc_info=(kind, error, trace))
        if sys.stderr is not None:
            sys.__excepthook__(kind, error, trace)
        self._caught.emit(kind.__name__)

    def _tell(self, kind: str) -> None:
        self.happened.emit(
            tr(
                "MSAT made a mistake ({kind}). Look whether what you did just now is there; what you typed is kept. "
                "The log holds the particulars."
            ).format(kind=kind)
        )

    def show_log(self) -> None:
        """Opens the log with whatever this computer reads texts with."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.log)))

    # Ends that nobody asked for

    def begin(self, now: datetime) -> str:
        """Notes that a window is open. The answer says that the one before was not closed; empty when it was."""
        before = self._read()
        with suppress(OSError):  # nothing but this sentence hangs on the note
            self._note.write_text(stamp(now), encoding="ascii")
        if before is None:
            return ""
        return tr(
            "MSAT was not closed last time: it, or the computer, stopped. It had been opened on {moment}. Everything "
            "recorded is there, and what you typed and had not recorded is kept."
        ).format(moment=say_moment(before))

    def trace(self) -> None:
        """From now on the lines of Python that were at work are written down should the program end in its C parts."""
        with suppress(OSError):
            self._file = self._traces.open("a", encoding="utf-8")
            faulthandler.enable(self._file)

    def _read(self) -> datetime | None:
        try:
            return from_stamp(self._note.read_text(encoding="ascii")[:_LONGEST].strip())
        except (OSError, ValueError):
            return None

    def end(self) -> None:
        """The window closes as it should: there is nothing to tell next time."""
        with suppress(OSError):
            self._note.unlink(missing_ok=True)
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None
            with suppress(OSError):
                if not self._traces.stat().st_size:
                    self._traces.unlink()


def offer_log(mishaps: Mishaps, tell: Callable[[str, str, str, Callable[[], None]], None]) -> None:
    """Has the window tell of each mistake, the log a click away."""
    mishaps.happened.connect(lambda words: tell(words, "red", tr("Show the log"), mishaps.show_log))
