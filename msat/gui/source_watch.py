"""How the sources are doing, and a check of them: asked, shown everywhere, run when it is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from msat.errors import MsatError
from msat.gui import source_words, words
from msat.gui.checking import Checker, outcome_words
from msat.gui.own_lists import PAGE
from msat.gui.source_words import Health
from msat.gui.standing import Standing, StandingReader
from msat.gui.tongue import plural, tr
from msat.projections.ports import Query

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow
    from msat.gui.views.inbox import Inbox
    from msat.ids import AlertKey
    from msat.projections.ports import Row
    from msat.services.desk import Changes, Desk

MINUTE_MS = 60_000
CLOSED_SHOWN = 3
"""How many of the alerts dealt with an empty worklist names."""


def _closed_last(desk: Desk) -> list[Row]:
    """The newest alerts with nothing left to do."""
    return desk.views.worklist(Query(closed_only=True, newest_first=True, limit=CLOSED_SHOWN), desk.clock.now())


def _changes(alerts: frozenset[AlertKey] = frozenset()) -> Changes:
    """What a check recorded, for every view."""
    from msat.services.desk import Changes

    return Changes(alerts, sources=True)


class SourceWatch(QObject):
    """`by_itself` lets it check sources that are due; the sample and tests never go out unasked."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.checker = Checker(window.session, window)
        self.standing = StandingReader()
        self.by_itself = False
        self.health: list[Health] = []
        self.minute = QTimer(self, interval=MINUTE_MS)
        self.minute.timeout.connect(self._every_minute)

    def connect(self) -> None:
        """Joins the check to the status bar, once the window is built."""
        status = self._window.status
        status.check_asked.connect(self.checker.start)
        status.cancel_asked.connect(self._cancel)
        self.checker.started.connect(lambda: status.work(tr("Checking sources")))
        self.checker.progressed.connect(status.work)
        self.checker.finished.connect(self._checked)
        self.checker.stopped.connect(self._stopped)
        self._window.session.settings.changed.connect(self._setting_changed)

    def _setting_changed(self, key: str) -> None:
        """Offline from now on, or no longer: a check that runs ends, and everything says so."""
        if key == "work_offline":
            if self.checker.is_running and self._window.session.settings.is_on(key):
                self._cancel()
            self.ask()

    # How they are doing

    def ask(self) -> None:
        """Reads the health of the sources and shows it."""
        session = self._window.session
        now = session.now()
        session.read(lambda desk: self.standing.read(desk, now), self.show, self)

    def show(self, found: Standing) -> None:
        """Shows it in the status bar, on the rail, over the lists and on the pages that ask for it."""
        window = self._window
        offline = window.session.settings.is_on("work_offline")
        self.health = [replace(one, is_offline=offline) for one in found.sources] if offline else found.sources
        now = window.session.now()
        if self._may_ask() and self._is_time(now):
            self.checker.start(quiet=True)
        said = source_words.with_missing(source_words.summary(self.health, now), found.missing)
        brief = source_words.in_brief(self.health, found.missing, now)
        if self.is_first_check:
            said, brief = (tr("The sources are being asked for the first time."), "info"), tr("First check.")
        window.status.say_health(*said, brief)
        which = plural(found.entries, "entry", "entries")
        window.status.say_records(tr("{count:,} {which} recorded").format(count=found.entries, which=which))
        window.rail.buttons["sources"].set_count(found.missing)
        for page in window.pages.values():
            if hasattr(page, "show_sources"):
                page.show_sources(self.health, now)
        # While the first check goes on, nobody needs to be told to begin one.
        above = None if self.is_first_check else source_words.banner(self.health, now)
        for inbox in window.inboxes():
            inbox.show_banner(above)
            inbox.show_local(found.problems)
            inbox.show_receipt(found.receipt)
            if not inbox.list_pane.model.rowCount() and not inbox.list_pane.is_filtered:
                self.say_empty(inbox, [])
        window.lists.say_empty()

    def _may_ask(self) -> bool:
        """Whether sources are asked without a person: not in the sample, and not while a backup is read."""
        session = self._window.session
        return self.by_itself and not session.is_demo and session.cannot_record() is None

    def _is_time(self, now: datetime) -> bool:
        """Whether a source is due and the fewest minutes of the settings have passed; nought minutes are never."""
        fewest = self._window.session.settings.number("refresh_minutes")
        tried = [one.known.last_tried for one in self.health if one.enabled and one.known.last_tried]
        waited = not tried or now - max(tried) >= timedelta(minutes=fewest)
        return fewest > 0 and waited and any(source.is_due(now) for source in self.health)

    def say_empty(self, inbox: Inbox, rows: list) -> None:
        """An empty list says when the sources were last reached."""
        if rows or inbox is self._window.pages.get(PAGE):
            return
        if self.is_first_check:
            inbox.list_pane.nothing.say(
                tr("MSAT asks its sources for the first time."), tr("Alerts appear here as they are read.")
            )
            return
        window = self._window
        head, said = self.empty_words()
        inbox.list_pane.nothing.say(head, said)
        instead = source_words.site_instead(self.health, window.session.now())
        inbox.list_pane.nothing.offer_site(instead.name if instead else "", instead.page if instead else "")
        if inbox is window.worklist and window.session.desk is not None:
            window.session.read(_closed_last, lambda rows: self._say_closed(head, said, rows), self)

    def empty_words(self) -> tuple[str, str]:
        """What an empty list says of the sources."""
        session = self._window.session
        fewest = session.settings.number("refresh_minutes")
        checks = self._may_ask()
        following = source_words.next_check(self.health, fewest) if checks else None
        return source_words.empty_words(self.health, session.now(), following)

    def _say_closed(self, head: str, said: str, rows: list[Row]) -> None:
        """Below it what was dealt with last, unless the list says something else by now."""
        nothing = self._window.worklist.list_pane.nothing
        if rows and nothing.head.text() == head and nothing.text.text() == said:
            names = "\n".join(f"{row.title} ({words.status_words(row.status).lower()})" for row in rows)
            nothing.say_more(f"{said}\n\n{tr('Dealt with, the newest first:')}\n{names}")

    @property
    def is_first_check(self) -> bool:
        """Whether sources are being asked that never were before."""
        on = [one for one in self.health if one.enabled]
        return self.checker.is_running and bool(on) and all(one.known.last_tried is None for one in on)

    def _every_minute(self) -> None:
        """Time limits pass without anybody recording anything."""
        self.ask()
        self._window.lists.follow()
        self._window.current_inbox().list_pane.reload()

    # Checking

    def _checked(self, results: list) -> None:
        window = self._window
        window.status.idle()
        said, all_well = outcome_words(results)
        alerts = frozenset(alert for result in results for alert in result.alerts)
        if alerts:
            # Not the lists alone: what is being written rests on the notices too, and so do the counts on the rail.
            window.session.changes.happened.emit(_changes(alerts))
        if not self.checker.is_quiet or any(result.new or result.updated for result in results):
            window.notices.tell(said, "green" if all_well else "amber")
        for inbox in window.inboxes():
            inbox.list_pane.reload()
            inbox.alert.load_now()
        self.ask()

    def _stopped(self, error: MsatError) -> None:
        window = self._window
        window.status.idle()
        window.session.changes.happened.emit(_changes())
        window.notices.warn(error)

    def _cancel(self) -> None:
        status = self._window.status
        status.cancel.setEnabled(False)
        status.doing.setText(tr("Stopping after this page"))
        self.checker.cancel()
