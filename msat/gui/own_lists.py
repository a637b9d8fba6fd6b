"""The lists of one's own: Starred, Snoozed, Waiting, Completed; what is hidden, counted and read. Asks the views."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from msat.gui.dates import say_short_date
from msat.gui.tongue import later, said, tr
from msat.projections.alert_state import Status
from msat.projections.ports import Query

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow
    from msat.gui.views.inbox import Inbox
    from msat.services.desk import Desk
    from msat.services.own_marks import Back, Marks

LISTS = {
    "starred": (
        later("Starred"),
        later("No alert has a star."),
        later("The key S puts one on the alert shown. Only you see it."),
    ),
    "snoozed": (
        later("Snoozed"),
        later("No alert is snoozed."),
        later("The key Z puts an alert aside until a day. It comes back by itself; no time limit moves."),
    ),
    "waiting": (
        later("Waiting"),
        later("No alert waits for a second person."),
        later("A Red that one person signed stands here until another one signs it too."),
    ),
    "completed": (
        later("Completed"),
        later("No alert is completed yet."),
        later("Alerts that are signed off, do not apply, were withdrawn or replaced stand here, the newest first."),
    ),
}
"""The lists by name: what each is called, and what it says when it is empty."""
PAGE = "lists"


class OwnLists(QObject):
    """One page for all four lists; it belongs to the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self.shown = window, "starred"
        self._reading = QTimer(self, singleShot=True)
        self._reading.timeout.connect(self._read)
        self._read_key = ""
        session = window.session
        session.opened.connect(session.marks.load)
        session.marks.changed.connect(self.follow)
        session.changes.happened.connect(lambda _changes: self._happened())

    # Pages

    def join(self, inbox: Inbox) -> None:
        """A page with a list has been made: it shows the marks, and what is opened in it gets read."""
        inbox.list_pane.chosen.connect(lambda key: self._opened(inbox, key))
        self._follow(inbox)

    def make_page(self) -> Inbox:
        """The page of the lists."""
        from msat.gui.views.inbox import Inbox

        window = self._window
        page = Inbox(window.session, tr(LISTS[self.shown][0]), Query())
        window.connect_inbox(page)
        page.list_pane.loaded.connect(lambda rows: self._say_empty(page, rows))
        return page

    def show(self, name: str) -> None:
        """Goes to a list by its name."""
        self.shown = name
        page = self._window.page(PAGE)
        pane = page.list_pane
        pane.title.setText(tr(LISTS[name][0]))
        pane.list.setAccessibleName(tr("{title}: list of alerts").format(title=tr(LISTS[name][0])))
        self._follow(page)
        pane.clear_filters()

    def _say_empty(self, page: Inbox, rows: list) -> None:
        if not rows:
            _title, head, text = LISTS[self.shown]
            page.list_pane.nothing.say(tr(head), tr(text))

    # Marks

    def _happened(self) -> None:
        self.count()
        self._look_again()

    @property
    def _marks(self) -> Marks | None:
        return self._window.session.marks.marks

    def follow(self) -> None:
        """The marks are other ones: every list shows and hides by them."""
        for inbox in self._window.inboxes():
            if self._follow(inbox):
                inbox.list_pane.reload()
        self.count()
        self._look_again()

    def _look_again(self) -> None:
        """Brings back what is no longer what was put aside: changed, more pressing, opened again."""
        from msat.services import waking

        marks = self._marks
        if marks is not None and marks.snoozed:
            self._window.session.read(lambda desk: waking.come_back(desk, marks), self._back, self)

    def _back(self, found: dict[str, Back]) -> None:
        if not found:
            return
        self._window.session.marks.come_back(found)
        key, back = next(iter(found.items()))
        if len(found) == 1:
            words = tr("A snoozed alert is back in your worklist. {why}").format(why=said(back.why))
        else:
            words = tr("{number} snoozed alerts are back in your worklist.").format(number=len(found))
        self._window.notices.tell(words, "info", tr("Show"), lambda: self._show_back(key))

    def _show_back(self, key: str) -> None:
        from msat.gui.going import open_alert

        open_alert(self._window, key)

    def _follow(self, inbox: Inbox) -> bool:
        """Whether the list is to be asked for again."""
        marks, pane = self._marks, inbox.list_pane
        pane.model.set_marks(marks)
        inbox.with_alert(lambda alert: alert.sheet.marks.show_marks(self._marks))
        before = pane.base
        if marks is not None and inbox is self._window.worklist:
            pane.base = replace(before, hidden=marks.asleep(self._window.session.now()))
        elif inbox is self._window.pages.get(PAGE):
            pane.base = self.query(self.shown)
        return pane.base != before

    def query(self, name: str) -> Query:
        """What a list asks the views for."""
        marks, now = self._marks, self._window.session.now()
        if name == "waiting":
            return Query(status=Status.SECOND_PERSON)
        if name == "completed":
            return Query(closed_only=True, newest_first=True)
        if marks is None:
            return Query(only=frozenset())
        return Query(only=marks.starred if name == "starred" else marks.asleep(now))

    def count(self) -> None:
        """Counts each list for the rail, and wakes what has slept long enough."""
        queries = {name: self.query(name) for name in LISTS}

        def ask(desk: Desk) -> dict[str, int]:
            now = desk.clock.now()
            return {name: desk.views.count(query, now) for name, query in queries.items()}

        self._window.session.read(ask, self._counted, self)

    def _counted(self, counts: dict[str, int]) -> None:
        for name, count in counts.items():
            self._window.rail.lists[name].set_count(count)

    # What is shown gets read

    def _opened(self, inbox: Inbox, key: str) -> None:
        self._reading.stop()
        after = self._window.session.settings.text("read_after")
        if key and after != "never" and self._window.current() is inbox:
            self._read_key = key
            self._reading.start(int(after) * 1000)

    def _read(self) -> None:
        inbox = self._window.current_inbox()
        state = inbox.alert.state
        row = inbox.list_pane.list.currentIndex().data(_row_role())
        shown = state is not None and str(state.key) == self._read_key
        if shown and row is not None and self._marks is not None and self._marks.is_unread(row):
            self._window.session.marks.read(self._read_key)

    # Keys

    def star(self) -> None:
        """S: puts a star on the alert shown, or takes it away."""
        key = self._key()
        if key and self._marks is not None:
            self._window.session.marks.star(key, key not in self._marks.starred)

    def unread(self) -> None:
        """U: marks the alert shown unread, or read; it stays so until it is opened anew."""
        inbox = self._window.current_inbox()
        row = inbox.list_pane.list.currentIndex().data(_row_role())
        if row is None or self._marks is None:
            return
        self._reading.stop()
        marks = self._window.session.marks
        (marks.read if self._marks.is_unread(row) else marks.unread)(str(row.key))

    def wake(self, key: str) -> None:
        """Brings a snoozed alert back at once."""
        self._window.session.marks.snooze(key, None)

    def _key(self) -> str:
        state = self._window.current_inbox().alert.state
        return str(state.key) if state else ""

    def say_snoozed(self, name: str, until) -> None:
        """Says where it went, with Undo beside it."""
        words = tr("{name} is snoozed until {day}. Nothing is recorded and no time limit moves.")
        self._window.notices.tell(
            words.format(name=name, day=say_short_date(until)), "info", tr("Undo"), self._window.taking_back.undo
        )


def _row_role() -> int:
    from msat.gui.models.worklist import Role

    return Role.ROW
