"""The moment in which an answer can be taken back: it is kept on the disk, shown as it will be, and then recorded.

Until it is recorded nothing says that it is. It is recorded when its time is up, before anything else is recorded or
exported, when the window is closed, and at the next start where the program died. Decides nothing: each deed is
rehearsed first, so that what would be refused is refused at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from msat.errors import MsatError, Refused
from msat.gui.drafts import DraftsNotKept
from msat.gui.held import Held, HeldFile, Holdable, check_found, own_logs
from msat.gui.tongue import later, tr

if TYPE_CHECKING:
    from msat.gui.session import Session
    from msat.projections.alert_state import AlertState
    from msat.record.entries import Draft
    from msat.services.desk import Changes, Desk, Person

TICK_MS = 250


class NotTaken(MsatError):
    """A deed that waited was refused when it came to the record; what was typed for it is back."""

    title = later("Not recorded")


@dataclass(slots=True)
class Waiting:
    """One deed on its way. `step` is asked (being rehearsed), waits, writing or stuck (the record did not take it)."""

    held: Held
    deed: Holdable
    step: str = "asked"
    since: float = 0.0
    until: float = 0.0
    drafts: tuple[Draft, ...] = ()
    is_recorded: bool = False
    is_old: bool = False
    hurries: bool = False


class Grace(QObject):
    """`changed`: something waits, or no longer. `recovered` carries how many deeds of a start before are recorded now,
    `taken_back` the alerts whose typed words are drafts again."""

    changed = Signal()
    recovered = Signal(int)
    taken_back = Signal(object)

    def __init__(self, session: Session, ticks: Callable[[], float] = monotonic) -> None:
        super().__init__(session)
        self._session, self.ticks = session, ticks
        self._file = HeldFile(session.places.held_deeds)
        self._waiting: list[Waiting] = []
        self._undone: list[Waiting] = []
        self._then: list[Callable[[], None]] = []
        self._found = 0
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.tick)

    def move(self) -> None:
        """Goes on with another profile's file: the sample was opened from the first run."""
        self._file = HeldFile(self._session.places.held_deeds)

    @property
    def seconds(self) -> int:
        """How long a deed waits; 0: not at all. A record that can only be read refuses at once."""
        desk = self._session.desk
        read_only = bool(desk.record.read_only) if desk else True
        return 0 if read_only else int(self._session.settings.text("grace_seconds"))

    # What waits

    @property
    def last(self) -> Waiting | None:
        """The deed that would be taken back."""
        return next((one for one in reversed(self._waiting) if one.step in ("waits", "stuck")), None)

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """Every deed that is checked and not recorded yet, the oldest first."""
        return tuple(one for one in self._waiting if one.drafts and not one.is_recorded)

    def seconds_left(self) -> int:
        """Whole seconds until the last deed is recorded."""
        last = self.last
        return max(0, round(last.until - self.ticks() + 0.499)) if last and last.step == "waits" else 0

    def keys(self) -> frozenset[str]:
        """The alerts that something waits for."""
        return frozenset(key for one in self.waiting for key in one.held.alerts)

    def ahead(self, desk: Desk, state: AlertState | None) -> AlertState | None:
        """`state` as it will be once everything that waits is recorded. Safe on any thread."""
        drafts = self._drafts()
        if state is None or not any(draft.about == state.key for draft in drafts):
            return state
        from msat.projections.ahead import ahead

        return ahead(state, drafts, desk.record.log, desk.clock.now())

    def _drafts(self) -> list[Draft]:
        return [draft for one in self.waiting for draft in one.drafts]

    # Holding

    def hold(
        self,
        deed: Holdable,
        person: Person,
        owner: QObject,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[MsatError], None] | None = None,
        at: datetime | None = None,
    ) -> None:
        """Keeps a deed on the disk, rehearses it, lets it wait. `done` follows once it waits, `failed` if refused."""
        if at is None:
            self._undone.clear()
        desk, now = self._session.desk, at or self._session.now()
        log = str(desk.record.log) if desk else ""
        held = Held(uuid4().hex, deed.verb, deed.arguments, person.name, person.role, person.account, now, log=log)
        one = Waiting(held, deed, since=self.ticks())

        def refused(error: Exception) -> None:
            self._forget(one)
            said = self._session.as_trouble(error)
            if failed is not None and isValid(owner):
                failed(said)
            else:
                self._session.trouble.emit(said)

        try:
            self._file.put(held)
        except DraftsNotKept as error:
            refused(error)
            return
        self._waiting.append(one)
        self._session.runner.write(
            lambda: self._rehearsed(one), lambda _nothing: self._waits(one, owner, done), refused, self
        )

    def _rehearsed(self, one: Waiting) -> None:
        """On the writer's thread, behind whatever is being recorded."""
        from msat.services.rehearse import rehearse

        desk = self._session.desk
        if desk is not None:
            one.drafts = rehearse(desk, one.deed, one.held.person(), one.held.at, self._drafts())

    def _waits(self, one: Waiting, owner: QObject, done: Callable[[Any], None] | None) -> None:
        from msat.services.desk import Changes

        if one not in self._waiting or one.step != "asked":
            return  # closing was quicker
        keys = tuple(dict.fromkeys(str(draft.about) for draft in one.drafts if draft.about))
        before = {key: self._session.drafts.fields(key) for key in keys}
        changes = Changes(frozenset(keys))
        if done is not None and isValid(owner):
            done(changes)
        typed = {key: _gone(fields, self._session.drafts.fields(key)) for key, fields in before.items()}
        meaning = one.drafts[-1].meaning if one.drafts else ""
        one.held = replace(one.held, meaning=meaning, alerts=keys, typed={k: f for k, f in typed.items() if f})
        one.step, one.until = "waits", self.ticks() + self.seconds
        self._keep(one.held)
        self._timer.start()
        self._session.changes.happened.emit(changes)
        self.changed.emit()
        if one.hurries or not one.drafts:
            self._write(one)

    def _keep(self, held: Held) -> None:
        """The words and drafts beside a deed that is on the disk already: a disk that is full now loses only them."""
        try:
            self._file.put(held)
        except DraftsNotKept as error:
            self._session.tell(error)

    # Taking back

    def undo(self) -> str:
        """Takes back the last deed that waits, with what was typed for it. Its words; empty when none waits."""
        one = self.last
        if one is None:
            return ""
        try:
            self._file.drop(one.held.id)
        except DraftsNotKept as error:
            self._session.tell(error)
            return ""
        self._waiting.remove(one)
        self._undone.append(one)
        self._restore(one.held)
        self._told(one)
        return one.held.meaning

    def redo(self) -> str:
        """Does again what was taken back last, as done when it was done first. Its words; empty when there is none."""
        if not self._undone or self._session.desk is None:
            return ""
        one = self._undone.pop()
        for alert, fields in one.held.typed.items():
            for field in fields:
                self._session.drafts.keep(alert, field, "")
        self.hold(one.deed, one.held.person(), self, at=one.held.at)
        return one.held.meaning

    def _restore(self, held: Held) -> None:
        for alert, fields in held.typed.items():
            for field, text in fields.items():
                self._session.drafts.keep(alert, field, text)
        try:
            self._session.drafts.save()
        except DraftsNotKept as error:
            self._session.tell(error)
        self.taken_back.emit(held.alerts)

    def _forget(self, one: Waiting) -> None:
        if one in self._waiting:
            self._waiting.remove(one)
        try:
            self._file.drop(one.held.id)
        except DraftsNotKept as error:
            self._session.tell(error)
        self._go_on()

    def _told(self, one: Waiting) -> None:
        from msat.services.desk import Changes

        self._session.changes.happened.emit(Changes(frozenset(one.held.alerts)))
        self.changed.emit()
        self._go_on()

    # Recording

    def tick(self) -> None:
        """Records what has waited long enough, in the order it was done."""
        now = self.ticks()
        for one in [one for one in self._waiting if one.step == "waits" and one.until <= now]:
            self._write(one)
        self.changed.emit()

    def record_all(self, then: Callable[[], None] | None = None) -> None:
        """Records everything that waits at once; `then` follows when it is recorded or refused."""
        if then is not None:
            self._then.append(then)
        for one in list(self._waiting):
            one.hurries = True
            if one.step in ("waits", "stuck"):
                self._write(one)
        self._go_on()

    def close(self) -> None:
        """Records everything that waits, also what is not rehearsed yet: the window is closing."""
        self._timer.stop()
        for one in list(self._waiting):
            if one.step != "writing":
                self._write(one)

    def recover(self) -> None:
        """Records what waited when the program was last ended before its time, unless the record has it already."""
        from msat.gui import deeds, work_deeds  # noqa: F401 - they name the verbs

        self._tell_damaged()
        known = {one.held.id for one in self._waiting}
        found = [held for held in self._file.all() if held.id not in known]
        if not found or self._session.desk is None or self._session.desk.record.read_only:
            return
        for held in found:
            self._waiting.append(Waiting(held, Holdable(held.verb, held.arguments, _again(held)), "waits", is_old=True))
        self._found = 0
        self.record_all(lambda: self.recovered.emit(self._found) if self._found else None)

    def _tell_damaged(self) -> None:
        """Once a start: nobody may believe recorded what could not be read."""
        if self._file.damaged is None:
            return
        what = tr("What waited to be recorded when MSAT last ended could not be read: {path}.")
        next_step = tr("Look at the alerts you worked on last, and answer again what their history does not show.")
        self._session.trouble.emit(NotTaken(what.format(path=self._file.damaged), next_step))
        self._file.damaged = None

    def _write(self, one: Waiting) -> None:
        """Once: whoever hears that it waits may have asked for it to be recorded at once already."""
        if one.step == "writing" or one not in self._waiting:
            return
        one.step = "writing"
        self._session.run(
            lambda desk: self._carry_out(desk, one),
            self,
            lambda _changes: self._written(one),
            lambda error: self._failed(one, error),
        )

    def _carry_out(self, desk: Desk, one: Waiting) -> Changes | None:
        """On the writer's thread: notes how its entries will be known, records, and lets the note go."""
        from msat.services.rehearse import carry_out, is_recorded, prints, rehearse

        held = one.held
        if one.is_old:
            check_found(desk, held)
        if is_recorded(desk, held.prints, held.log, held.size):
            self._file.drop(held.id)
            return None
        wanted = prints(rehearse(desk, one.deed, held.person(), held.at))
        if one.is_old and any(is_recorded(desk, wanted, log, 0) for log in own_logs(desk)):
            self._file.drop(held.id)  # a file of before was put back
            return None
        self._file.put(replace(held, log=str(desk.record.log), size=desk.record.head().size, prints=wanted))
        changes = carry_out(desk, one.deed, held.person(), held.at)
        one.is_recorded = True
        try:
            self._file.drop(held.id)
        except DraftsNotKept:
            return changes  # recorded all the same: the next start finds its entries and drops it
        return changes

    def _written(self, one: Waiting) -> None:
        self._found += one.is_old
        self._waiting.remove(one)
        self.changed.emit()
        self._go_on()

    def _failed(self, one: Waiting, error: MsatError) -> None:
        if isinstance(error, Refused):
            self._restore(one.held)
            self._forget(one)
            self._told(one)
        else:
            one.step = "stuck"
            self.changed.emit()
            self._go_on()
        what = one.held.meaning or tr("An answer that waited.")
        self._session.trouble.emit(NotTaken(f"{what} {error.explanation}", error.next_step))

    def _go_on(self) -> None:
        """Nothing is on its way any more: what waited for that follows."""
        if not any(one.step == "waits" for one in self._waiting):
            self._timer.stop()
        if any(one.step in ("asked", "writing") for one in self._waiting):
            return
        then, self._then = self._then, []
        for follow in then:
            follow()


def _gone(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """The drafts that were let go, because what they were for waits now."""
    return {field: text for field, text in before.items() if field not in after}


def _again(held: Held) -> Any:
    """A deed of a start before, made again when it is done; refused in words where this version does not know it."""

    def do(desk: Desk, person: Person) -> Changes:
        try:
            made = held.deed()
        except (KeyError, TypeError) as error:
            raise Refused(tr("This version of MSAT cannot do it."), tr("Do it again by hand.")) from error
        return made(desk, person)

    return do


def merged(rows: Sequence[Any], desk: Desk, grace: Grace) -> list[Any]:
    """The rows of a list with those that something waits for as they will be. Reads only these from the views."""
    keys = grace.keys()
    if not keys:
        return list(rows)
    from msat.projections.worklist import row

    now = desk.clock.now()
    found = {one.key: grace.ahead(desk, desk.views.alert(one.key)) for one in rows if str(one.key) in keys}
    states = {key: state for key, state in found.items() if state is not None}
    return [row(states[one.key], now) if one.key in states else one for one in rows]
