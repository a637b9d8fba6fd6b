"""Runs what takes long with local rules in the background, with progress and cancel: a dry run, adopting, applying.

One at a time. Draws nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from msat.errors import Cancelled, MsatError
from msat.gui.tongue import tr

if TYPE_CHECKING:
    from msat.gui.session import Session
    from msat.services.desk import Changes, Desk, Person, Progress
    from msat.services.tailor_dry_run import DryRun

Long = Callable[["Desk", "Progress"], Any]


class Trying(QObject):
    """`progressed` carries what is being done, how far, of how many."""

    progressed = Signal(str, int, int)
    began = Signal(str)
    ended = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._cancel = threading.Event()
        self._last = -1
        self.is_running = False

    def run(self, what: str, work: Long, done: Callable[[Any], None], failed: Callable[[MsatError], None]) -> None:
        """Begins; while another runs it does nothing."""
        if self.is_running or self._session.desk is None:
            return
        self.is_running, self._last = True, -1
        self._cancel.clear()
        self.began.emit(what)

        def finished(result: Any) -> None:
            self._stop()
            done(result)

        def went_wrong(error: MsatError) -> None:
            self._stop()
            failed(error)

        self._session.run(lambda desk: work(desk, self._tell), self, finished, went_wrong, long=True)

    def do(
        self,
        what: str,
        work: Callable[[Desk, Person, Progress], Changes],
        done: Callable[[Changes], None],
        failed: Callable[[MsatError], None],
    ) -> None:
        """As `run`, for what is recorded: asks who is working first when nobody is known."""
        person = self._session.person()
        if person is None:
            self._session.person_needed.emit(lambda: self.do(what, work, done, failed))
            return
        self.run(what, lambda desk, progress: work(desk, person, progress), done, failed)

    def cancel(self) -> None:
        """Asks the worker to stop."""
        self._cancel.set()

    def _stop(self) -> None:
        self.is_running = False
        self.ended.emit()

    def _tell(self, what: str, done: int, total: int) -> None:
        """On the worker's thread. Tells of whole per cents only."""
        if self._cancel.is_set():
            raise Cancelled(tr("It was stopped; nothing was recorded."), tr("Start it again when it suits."))
        share = done * 100 // max(total, 1)
        if share != self._last:
            self._last = share
            self.progressed.emit(what, done, total)


def dry_run(months: int) -> Long:
    """Tries the draft on the last months, and keeps that it was looked at."""

    def work(desk: Desk, progress: Progress) -> DryRun:
        from msat.services.tailor_drafts import read_draft
        from msat.services.tailor_dry_run import dry_run as try_rules
        from msat.services.tailor_seen import keep_seen

        made = try_rules(desk, read_draft(desk), months, progress)
        keep_seen(desk, made)
        return made

    return work


def adopt(reason: str, seen: str, months: int) -> Callable[[Desk, Person, Progress], Changes]:
    def work(desk: Desk, person: Person, progress: Progress) -> Changes:
        from msat.services.tailor_adopt import adopt as service

        return service(desk, person, reason, seen, None, months, progress)

    return work


def withdraw(reason: str) -> Callable[[Desk, Person, Progress], Changes]:
    def work(desk: Desk, person: Person, progress: Progress) -> Changes:
        from msat.services.tailor_adopt import withdraw as service

        return service(desk, person, reason, progress)

    return work


def apply(reason: str) -> Callable[[Desk, Person, Progress], Changes]:
    def work(desk: Desk, person: Person, progress: Progress) -> Changes:
        from msat.services.tailor_apply import apply_to_open

        return apply_to_open(desk, person, reason, progress)

    return work


def would_change(desk: Desk, progress: Progress) -> Any:
    """The open alerts that the rules in force would decide differently."""
    from msat.services.tailor_apply import would_change as service

    return service(desk, progress)
