"""The only way into the background. Writes go through one thread, in order; reads through a small pool; what may take
minutes (a check of the sources, a proof of the record, an export) through a thread of its own, so that no answer waits
behind it.

A task never touches a widget: its result or error comes back by a queued signal on the window's thread. An owner that
has gone by then is not told.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal
from shiboken6 import isValid

Work = Callable[[], Any]
Done = Callable[[Any], None]
Failed = Callable[[Exception], None]


class Runner(Protocol):
    """What the window needs: work that writes, work that reads, and an end."""

    def write(self, work: Work, done: Done, failed: Failed, owner: QObject | None = None) -> None:
        """Runs `work` after every earlier write."""

    def read(self, work: Work, done: Done, failed: Failed, owner: QObject | None = None) -> None:
        """Runs `work` when a reader is free."""

    def aside(self, work: Work, done: Done, failed: Failed, owner: QObject | None = None) -> None:
        """Runs long `work` after every earlier long work. The record and the views allow it beside a write."""

    def close(self, wait_ms: int = 10_000) -> bool:
        """Takes nothing more and waits for what runs; False when it did not end in time."""


class _Task:
    """One piece of work and who wants to hear of it."""

    def __init__(self, work: Work, done: Done, failed: Failed, owner: QObject | None) -> None:
        self.work, self.done, self.failed, self.owner = work, done, failed, owner
        self.result: Any = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            self.result = self.work()
        except Exception as error:
            # Not swallowed: `tell` hands it to the window, which shows an MsatError and logs anything else.
            self.error = error

    def tell(self) -> None:
        if self.owner is not None and not isValid(self.owner):
            return
        if self.error is not None:
            self.failed(self.error)
        else:
            self.done(self.result)


class Background(QObject):
    """The runner of the real window."""

    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._writer = QThreadPool(self)
        self._writer.setMaxThreadCount(1)
        self._writer.setExpiryTimeout(-1)
        self._aside = QThreadPool(self)
        self._aside.setMaxThreadCount(1)
        self._readers = QThreadPool(self)
        self._readers.setMaxThreadCount(2)
        self._closed = threading.Event()
        self._finished.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def write(self, work: Work, done: Done, failed: Failed, owner: QObject | None = None) -> None:
        self._start(self._writer, _Task(work, done, failed, owner))

    def read(self, work: Work, done: Done, failed: Failed, owner: QObject | None = None) -> None:
        self._start(self._readers, _Task(work, done, failed, owner))

    def aside(self, work: Work, done: Done, failed: Failed, owner: QObject | None = None) -> None:
        self._start(self._aside, _Task(work, done, failed, owner))

    def close(self, wait_ms: int = 10_000) -> bool:
        self._closed.set()
        self._readers.clear()
        return all(pool.waitForDone(wait_ms) for pool in (self._readers, self._writer, self._aside))

    def _start(self, pool: QThreadPool, task: _Task) -> None:
        if self._closed.is_set():
            return

        def run() -> None:
            task.run()
            self._finished.emit(task)

        pool.start(run)

    def _tell(self, task: _Task) -> None:
        task.tell()


class InstantRunner:
    """Runs everything at once, for tests; an error that is not for people is raised where it happened."""

    def write(self, work: Work, done: Done, failed: Failed, owner: QObject | None = None) -> None:
        from msat.errors import MsatError

        task = _Task(work, done, failed, owner)
        task.run()
        if task.error is not None and not isinstance(task.error, MsatError):
            raise task.error
        task.tell()

    read = aside = write

    def close(self, wait_ms: int = 10_000) -> bool:
        return True
