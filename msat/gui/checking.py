"""Checks the sources in the background: progress, cancel, and what came of it in a sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from msat.errors import Cancelled, MsatError
from msat.gui.session import Session
from msat.gui.tongue import tr
from msat.gui.words import count_words

if TYPE_CHECKING:
    from msat.services.desk import Desk, Person
    from msat.services.refresh import SourceResult


class Checker(QObject):
    """One check at a time. `progressed` comes from the worker by a queued signal."""

    started = Signal()
    progressed = Signal(str, int, int)
    finished = Signal(object)
    stopped = Signal(object)

    def __init__(
        self, session: Session, parent: QObject | None = None, check: Callable[..., Any] | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._check = check or _refresh
        self._cancel = threading.Event()
        self.is_running = False
        self.is_quiet = False

    def start(self, quiet: bool = False) -> None:
        """Begins a check; a second one while it runs does nothing. A `quiet` one nobody asked for tells only news."""
        if self.is_running or self._session.desk is None:
            return
        self.is_running, self.is_quiet = True, quiet
        self._cancel.clear()
        self.started.emit()
        person = self._session.person()

        def work(desk: Desk) -> list[SourceResult]:
            return self._check(desk, person, progress=self._tell, unasked=quiet)

        self._session.run(work, self, self._done, self._failed, long=True, beside=True)

    def cancel(self) -> None:
        """Asks the worker to stop; what it has recorded stays."""
        self._cancel.set()

    def _tell(self, what: str, done: int, total: int) -> None:
        """On the worker's thread."""
        if self._cancel.is_set():
            raise Cancelled(
                tr("The check was stopped."), tr("What was read before is recorded. Choose Check now to go on.")
            )
        self.progressed.emit(what, done, total)

    def _done(self, results: list[SourceResult]) -> None:
        self.is_running = False
        self.finished.emit(results)

    def _failed(self, error: MsatError) -> None:
        self.is_running = False
        self.stopped.emit(error)


def _refresh(
    desk: Desk, person: Person | None, progress: Callable[[str, int, int], None], unasked: bool
) -> list[SourceResult]:
    """The real check; imported on the worker's thread, for it brings the network and the database with it.

    `unasked`: nobody pressed a key for it, so a source that asked to be left alone for a while is left alone.
    """
    from msat.services.refresh import refresh

    return refresh(desk, person, progress=progress, unasked=unasked)


def outcome_words(results: list[SourceResult]) -> tuple[str, bool]:
    """What a check found, in a sentence, and whether every source answered."""
    failed = [result for result in results if result.status != "ok"]
    answered = len(results) - len(failed)
    new = sum(result.new for result in results)
    updated = sum(result.updated for result in results)
    parts = [count_words(new, "new notice")] if new else []
    parts += [count_words(updated, "updated notice")] if updated else []
    if parts:
        said = f"{', '.join(parts)}."
    elif answered:
        said = tr("Nothing new from {sources}.").format(sources=count_words(answered, "source"))
    else:
        # A silence that is a failure is never called "nothing new".
        said = tr("No source could be read.") if results else tr("No source is on, so nothing was checked.")
    said += "".join(f" {result.name}: {result.error}" for result in failed)
    return said, not failed and bool(results)
