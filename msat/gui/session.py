"""One open profile as the window sees it: what to ask, what to do, who is at the keyboard. Draws nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from msat.clock import Clock, SystemClock
from msat.errors import MsatError, RecordProblem
from msat.gui.changes import ChangesSignal
from msat.gui.drafts import Drafts
from msat.gui.grace import Grace
from msat.gui.held import Holdable
from msat.gui.kept_marks import KeptMarks
from msat.gui.kept_settings import KeptSettings
from msat.gui.memory import Memory
from msat.gui.tasks import Runner
from msat.gui.tongue import later, tr
from msat.places import Places
from msat.settings import MAX_TEXT

if TYPE_CHECKING:
    from msat.gui.deeds import Deed
    from msat.services.desk import Changes, Desk, Person

Reading = Callable[["Desk"], Any]
_log = logging.getLogger("msat.gui")


class Unexpected(MsatError):
    """A fault of the program itself. The details are in its log; what was recorded is safe."""

    title = later("Something unexpected happened")


class Session(QObject):
    """Opens the desk, runs readings and deeds in the background, and says what changed."""

    opened = Signal()
    not_opened = Signal(object)
    trouble = Signal(object)
    person_needed = Signal(object)
    person_changed = Signal()

    def __init__(self, places: Places, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.places = places
        self.runner = runner
        self.memory = Memory(places.config)
        self.settings = KeptSettings(places.settings, self)
        self.drafts = Drafts(places.drafts)
        self.changes = ChangesSignal(self)
        self.desk: Desk | None = None
        self._opener: Callable[[], Desk] | None = None
        self.is_demo = False
        self.grace = Grace(self)
        self.marks = KeptMarks(self)
        self.settings.changed.connect(self._setting_changed)

    # Opening

    def open(self, opener: Callable[[], Desk]) -> None:
        """Opens the record on the writer's thread."""
        self._opener = opener
        self.runner.write(opener, self._opened, self._not_opened, self)

    def _opened(self, desk: Desk) -> None:
        self.desk = desk
        if desk.places != self.places and desk.record.shown is None:
            # The sample was opened from the first run: its drafts are not the organisation's.
            self.places, self.drafts = desk.places, Drafts(desk.places.drafts)
            self.grace.move()
            if self.is_demo:
                self.settings.move(desk.places.settings)
        if self.is_demo and self.person() is None:
            self.remember_person("Demo Pharmacist", "Practice pharmacist")
        self.opened.emit()
        self.grace.recover()

    def open_again(self) -> None:
        """Tries once more to open what could not be opened, or of which a backup is read."""
        if self._opener is None:
            return
        if self.desk is None:
            self.open(self._opener)
        elif self.desk.record.shown is not None:
            self.put_back(lambda _places: None, lambda _nothing: None, self.tell)

    def put_back(
        self, work: Callable[[Places], Any], done: Callable[[Any], None], failed: Callable[[MsatError], None]
    ) -> None:
        """Lets the record go, has `work` put another in its place, and opens what is there then, however it went."""
        desk, self.desk = self.desk, None

        def replaced() -> Any:
            if desk is not None:
                desk.close()
            return work(self.places)

        def ended(tell: Callable[[Any], None], told: Any) -> None:
            if self._opener is not None:
                self.open(self._opener)
            tell(told)

        self.runner.write(
            replaced, lambda result: ended(done, result), lambda error: ended(failed, self.as_trouble(error)), self
        )

    def _not_opened(self, error: Exception) -> None:
        self.not_opened.emit(self.as_trouble(error))

    @property
    def clock(self) -> Clock:
        return self.desk.clock if self.desk else SystemClock()

    def now(self) -> datetime:
        return self.clock.now()

    # Asking and doing

    def read(
        self,
        reading: Reading,
        done: Callable[[Any], None],
        owner: QObject,
        failed: Callable[[MsatError], None] | None = None,
    ) -> None:
        """Asks the desk something; nothing happens while no desk is open. Without `failed` an error is a notice."""
        desk = self.desk
        if desk is not None:
            wrong = self.tell if failed is None else lambda error: failed(self.as_trouble(error))

            def went_wrong(error: Exception) -> None:
                if self.desk is desk:  # what was still read while the record was let go says nothing of the one after
                    wrong(error)

            self.runner.read(lambda: reading(desk), done, went_wrong, owner)

    def do(
        self,
        deed: Deed,
        owner: QObject,
        done: Callable[[Changes], None] | None = None,
        failed: Callable[[MsatError], None] | None = None,
        person: Person | None = None,
    ) -> None:
        """Records a deed, at once or after the moment in which it can be taken back. Without a known person it asks for
        one first, then goes on. While a backup is read it says why nothing can be recorded, and asks nobody."""
        if refused := self.cannot_record():
            (failed or self.tell)(refused)
            return
        who = person or self.person()
        if who is None:
            self.person_needed.emit(lambda: self.do(deed, owner, done, failed))
            return
        if isinstance(deed, Holdable) and self.grace.seconds:
            self.grace.hold(deed, who, owner, done, failed)
        else:
            self.grace.record_all(lambda: self.run(lambda desk: deed(desk, who), owner, done, failed))

    def run(
        self,
        work: Callable[[Desk], Any],
        owner: QObject,
        done: Callable[[Any], None] | None = None,
        failed: Callable[[MsatError], None] | None = None,
        long: bool = False,
        beside: bool = False,
    ) -> None:
        """Runs work on the writer's thread, or aside when it is `long`, and tells every view what it changed.

        What waits is recorded before long work begins, for it may write what it finds for others to see; not before
        work `beside` everything else, which begins by itself.
        """
        desk = self.desk
        if desk is None:
            return
        if long and not beside and self.grace.waiting:
            self.grace.record_all(lambda: self.run(work, owner, done, failed, long, beside=True))
            return

        def finished(result: Any) -> None:
            if done is not None:
                done(result)
            if hasattr(result, "alerts") and hasattr(result, "entries"):
                self.changes.happened.emit(result)

        def went_wrong(error: Exception) -> None:
            said = self.as_trouble(error)
            if failed is not None:
                failed(said)
            else:
                self.trouble.emit(said)

        lane = self.runner.aside if long else self.runner.write
        lane(lambda: work(desk), finished, went_wrong, owner)

    def cannot_record(self) -> MsatError | None:
        """Why nothing at all can be recorded, while a backup is read in the place of the record; else None."""
        record = self.desk.record if self.desk else None
        if record is None or record.shown is None:
            return None
        return RecordProblem(record.read_only, record.to_be_done)

    def tell(self, error: Exception) -> None:
        """Shows an error as a notice."""
        self.trouble.emit(self.as_trouble(error))

    def as_trouble(self, error: Exception) -> MsatError:
        """An error in words for people; one that is not meant for them goes to the log whole."""
        if isinstance(error, MsatError):
            return error
        _log.error("unexpected", exc_info=error)
        return Unexpected(
            tr("The program met a fault ({name__}). What was recorded is safe.").format(name__=type(error).__name__),
            tr("The details are in {state}.").format(state=self.places.log),
        )

    # Who is at the keyboard

    def person(self) -> Person | None:
        """Who works here, as last chosen; None until a name and a role are known."""
        name, role = self.settings.text("person_name").strip(), self.settings.text("person_role").strip()
        return made_person(name, role) if name and role else None

    def _setting_changed(self, key: str) -> None:
        if key in ("person_name", "person_role"):
            self.person_changed.emit()
        if key in ("nation", "open_on") and self.desk is not None:
            self._count_by_the_new_site(self.desk)

    def _count_by_the_new_site(self, desk: Desk) -> None:
        from msat.services import site

        try:
            site.reload(desk)
        except MsatError as error:
            self.tell(error)

    def remember_person(self, name: str, role: str) -> None:
        """Keeps who is at the keyboard, for next time too; tells of a disk that will not take it."""
        who = {"person_name": name.strip()[:MAX_TEXT], "person_role": role.strip()[:MAX_TEXT]}
        try:
            self.settings.keep(**who)
        except MsatError as error:
            self.settings.hold(**who)
            self.tell(error)

    def close(self) -> None:
        """Records what waits, lets work that is running end, then lets the record go."""
        self.grace.close()
        self.memory.save()
        ended = self.runner.close()
        if self.desk is not None and ended:
            self.desk.close()
            self.desk = None


def made_person(name: str, role: str) -> Person:
    """A person of this name and role, with the operating system's account beside them."""
    import getpass

    from msat.services.desk import Person

    try:
        account = getpass.getuser()
    except (OSError, KeyError, ImportError):
        account = ""
    return Person(name.strip(), role.strip(), account)
