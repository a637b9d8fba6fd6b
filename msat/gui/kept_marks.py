"""The marks of this profile as the window holds them: read once, changed at once, each change to be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from msat.errors import MsatError

if TYPE_CHECKING:
    from msat.gui.session import Session
    from msat.projections.alert_state import AlertState
    from msat.services.own_marks import Back, Marks

MOST_STEPS = 100


class KeptMarks(QObject):
    """`changed`: an alert has another mark. Nothing is marked before a record is open."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._marks: Marks | None = None
        self._steps: list[tuple[float, str, Marks]] = []
        self._undone: list[tuple[float, str, Marks]] = []

    @property
    def marks(self) -> Marks | None:
        return self._marks

    def load(self) -> None:
        """Reads the marks of the profile whose record is open."""
        from msat.services import own_marks

        path = self._session.places.marks
        fresh = not path.exists()
        self._marks, self._steps, self._undone = own_marks.load(path, self._session.now()), [], []
        if fresh:
            self._save()  # from now on what comes in is new
        self.changed.emit()

    # Marking

    def star(self, key: str, on: bool) -> None:
        self._change("star", lambda marks: marks.with_star(key, on))

    def snooze(self, key: str, day: date | None, state: AlertState | None = None) -> datetime | None:
        """Puts an alert aside until a day begins, as it stands now, or brings it back. Raises Refused for a day that
        does not do."""
        from msat.services.own_marks import until_day
        from msat.services.waking import aside

        until = until_day(day, self._session.now()) if day else None
        known = aside(state) if state is not None else None
        self._change("snooze", lambda marks: marks.with_snooze(key, until, known))
        return until

    def come_back(self, found: Mapping[str, Back]) -> None:
        """Brings alerts back that are no longer what was put aside; not those that were put aside anew meanwhile."""
        held = self._marks

        def change(marks: Marks) -> Marks:
            for key, back in found.items():
                if held is not None and key in marks.snoozed and marks.aside.get(key) == held.aside.get(key):
                    marks = marks.with_back(key, back)
            return marks

        self._change("", change)

    def unread(self, key: str) -> None:
        self._change("unread", lambda marks: marks.as_unread(key))

    def read(self, key: str) -> None:
        """Read, because it was looked at: nothing to be taken back."""
        self._change("", lambda marks: marks.as_read(key, self._session.now()))

    def _change(self, what: str, change: Callable[[Marks], Marks]) -> None:
        if self._marks is None:
            return
        before = self._read_again(self._marks)
        if change(before) == before:
            return
        if what:
            self._steps = [*self._steps, (self._session.grace.ticks(), what, before)][-MOST_STEPS:]
            self._undone = []
        self._marks = change(before)
        self._save()
        self.changed.emit()

    def _read_again(self, held: Marks) -> Marks:
        """The marks on disk: the command line may have changed them beside this window."""
        from msat.services import own_marks

        path = self._session.places.marks
        return own_marks.load(path, held.since) if path.exists() else held

    def _save(self) -> None:
        from msat.services import own_marks

        try:
            if self._marks is not None:
                own_marks.save(self._session.places.marks, self._marks)
        except MsatError as error:
            self._session.tell(error)

    # Taking back

    @property
    def changed_at(self) -> float | None:
        """When the last mark that can be taken back was made, as the grace counts; None: there is none."""
        return self._steps[-1][0] if self._steps else None

    def undo(self) -> str:
        """Takes the last mark back. Which sort it was; empty when there is none."""
        if not self._steps:
            return ""
        at, what, before = self._steps.pop()
        if self._marks is not None:
            self._undone.append((at, what, self._marks))
        self._marks = before
        self._save()
        self.changed.emit()
        return what

    def redo(self) -> str:
        """Makes the mark that was taken back last again. Which sort it is; empty when there is none."""
        if not self._undone or self._marks is None:
            return ""
        at, what, after = self._undone.pop()
        self._steps.append((at, what, self._marks))
        self._marks = after
        self._save()
        self.changed.emit()
        return what
