"""What the first run does behind its three pages: keep what is typed, try sources, begin the record. Draws nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from msat.errors import MsatError
from msat.gui.session import Session

if TYPE_CHECKING:
    from msat.feeds.catalogue import Source
    from msat.places import Places
    from msat.services.choose_sources import Offer
    from msat.services.try_source import Tried

Reach = Callable[["Source", datetime], "Tried"]
DRAFT = "first-run"
"""Under which name the drafts keep what is typed before there is a record."""
PRESETS = {"worklist": "gp-practice", "oversight": "committee", "newsletter": "committee"}
"""{what somebody mostly does: kind of organisation}: where page 2 begins."""


@dataclass(slots=True)
class Answers:
    """What the three pages were told. Nothing of it is kept before the record begins, but as a draft."""

    start_page: str
    name: str
    ods: str
    kind: str
    nation: str
    person: str
    role: str
    sources: Mapping[str, bool] = field(default_factory=dict)
    """{source: on}"""


class Typed:
    """What is typed on the first run, kept as a draft until the record has begun."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def text(self, name: str) -> str:
        return self._session.drafts.text(DRAFT, name)

    def keep(self, name: str, text: str) -> None:
        """Remembers a text; `save` writes it."""
        self._session.drafts.keep(DRAFT, name, text)

    def save(self) -> None:
        """Writes the draft; a disk that refuses is told of, and what is typed stays on the screen."""
        try:
            self._session.drafts.save()
        except MsatError as error:
            self._session.tell(error)

    def forget(self) -> None:
        """The record has begun: what was typed is in it."""
        for name in self._session.drafts.fields(DRAFT):
            self.keep(name, "")
        self.save()


class Reaching(QObject):
    """Tries sources one after another in the background. `reached` carries a source and what its trial brought."""

    reached = Signal(str, object)

    def __init__(self, session: Session, reach: Reach | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._reach = reach or (lambda source, now: read_one(source, now, session.places))
        self._stopped = threading.Event()
        self._unwanted: set[str] = set()

    def ask(self, sources: Iterable[Source]) -> None:
        """Tries these sources; each answer comes by itself."""
        for source in sources:
            self._unwanted.discard(str(source.id))
            self._ask(source)

    def _ask(self, source: Source) -> None:
        name, now = str(source.id), self._session.now()

        def work() -> Tried | None:
            # A source that was unticked, or left behind, before its turn came is not asked at all.
            return None if self._stopped.is_set() or name in self._unwanted else self._reach(source, now)

        def done(tried: Tried | None) -> None:
            if not self._stopped.is_set() and tried is not None:
                self.reached.emit(name, tried)

        def failed(error: Exception) -> None:
            from msat.services.try_source import Tried

            done(Tried(source, error=str(self._session.as_trouble(error))))

        self._session.runner.aside(work, done, failed, self)

    def leave_out(self, source_id: str) -> None:
        """This source is not wanted any more: if its turn has not come, it is not asked."""
        self._unwanted.add(source_id)

    def stop(self) -> None:
        """Asks no further source, and tells of none that answers from now on."""
        self._stopped.set()


def read_one(source: Source, now: datetime, where: Places) -> Tried:
    """Reads the newest notice of a source: enough to know that it answers. Runs in the background."""
    from msat.services.open_web import open_web
    from msat.services.try_source import try_source

    return try_source(source, now, open_web(where), most=1)


def offered(where: Places, nation: str, kind: str) -> tuple[Offer, ...]:
    """The sources to choose from. Raises Refused when the profile's own file of sources cannot be read."""
    from msat.services.choose_sources import offered as service

    return service(where, nation, kind)


def check_place(where: Places) -> Callable[[], None]:
    """Whether a record can begin in this profile; runs in the background."""

    def check() -> None:
        from msat.bootstrap import check_new_profile

        check_new_profile(where)

    return check


def begin(where: Places, answers: Answers) -> Callable[[], str]:
    """Begins the record and returns its recovery key; runs on the writer's thread.

    The record comes last: whatever ends the program before leaves a profile without one, and a first run as before.
    """

    def work() -> str:
        from msat import settings
        from msat.bootstrap import check_new_profile, create_profile
        from msat.services.choose_sources import choose
        from msat.services.organisation import checked_organisation

        organisation = checked_organisation(answers.name, answers.ods, answers.kind)
        check_new_profile(where)
        changes = {"nation": answers.nation, "start_page": answers.start_page}
        if answers.person:
            changes |= {"person_name": answers.person, "person_role": answers.role}
        settings.save(where.settings, changes)
        choose(where, answers.sources)
        return create_profile(where, organisation, until_told=True)

    return work
