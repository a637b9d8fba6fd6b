"""The lists beside the worklist: Starred, Snoozed, Waiting, Completed, and the views Recalls, Shortages, My medicines;
what is hidden, counted and read. Asks the views."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from msat.gui import own_medicines
from msat.gui.dates import say_short_date
from msat.gui.own_medicines import NOTHING_READ, OwnMedicines
from msat.gui.pieces import KeyButton
from msat.gui.tongue import later, said, tr
from msat.gui.views.view_empty import say_empty_view
from msat.gui.words import count_words
from msat.projections.alert_state import Status
from msat.projections.ports import Query
from msat.projections.topics import VIEWS, view_query

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow
    from msat.gui.views.inbox import Inbox
    from msat.services.desk import Desk
    from msat.services.own_marks import Back, Marks

LISTS = {
    "starred": (
        later("Starred"),
        later("No alert has a star."),
        later("Star puts one on the alert shown. Only you see it."),
    ),
    "snoozed": (
        later("Snoozed"),
        later("No alert is snoozed."),
        later("Snooze puts an alert aside until a day. It comes back by itself; no time limit moves."),
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
    "recalls": (later("Recalls"), later("No recall is open."), later("No recall is open among the alerts here.")),
    "shortages": (
        later("Shortages"),
        later("No notice of a shortage is open."),
        later("No notice of a shortage is open among the alerts here."),
    ),
    "medicines": (
        later("My medicines"),
        later("No open alert names one of your medicines and devices."),
        later("No open alert here names one of your medicines and devices."),
    ),
}
"""The lists by name: what each is called, what it says when it is empty, and more; of a view what it says while a
source is silent."""
PAGE = "lists"


class OwnLists(QObject):
    """One page for all of them; it belongs to the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self.shown = window, "starred"
        self.medicines = NOTHING_READ
        self._arriving = False
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
        page.list_pane.nothing.way.clicked.connect(lambda: window.show_page("watched"))
        self._to_list = KeyButton("", lambda: window.show_page("watched"), kind="quiet", icon="medicines")
        page.list_pane.notes.addWidget(self._to_list, 0, Qt.AlignmentFlag.AlignLeft)
        return page

    def show(self, name: str) -> None:
        """Goes to a list by its name."""
        self.shown = name
        page = self._window.page(PAGE)
        pane = page.list_pane
        pane.title.setText(tr(LISTS[name][0]))
        pane.list.setAccessibleName(tr("{title}: list of alerts").format(title=tr(LISTS[name][0])))
        self._arriving = True
        self._follow(page)
        self._say_list()
        pane.clear_filters()

    def _say_list(self) -> None:
        """The way to the names, over the list that rests on them."""
        names = len(self.medicines.names)
        self._to_list.say(tr("Your list: {names}").format(names=count_words(names, "name")))
        self._to_list.setVisible(self.shown == "medicines" and names > 0)

    def say_empty(self) -> None:
        """The sources are doing otherwise than before, which an empty view says."""
        page = self._window.pages.get(PAGE)
        if page is not None and not page.list_pane.is_filtered:
            self._say_empty(page, page.list_pane.model.rows())

    def _say_empty(self, page: Inbox, rows: list) -> None:
        arriving, self._arriving = self._arriving, False
        if rows:
            return
        _title, head, text = LISTS[self.shown]
        nothing = page.list_pane.nothing
        if self.shown in VIEWS:
            say_empty_view(nothing, self._window, (tr(head), tr(text)), self.medicines, self.shown)
            if arriving:
                QTimer.singleShot(0, self, lambda: self._focus_way(page))
            return
        nothing.show_kind("record" if self.shown == "completed" else "list")
        nothing.say(tr(head), tr(text))

    def _focus_way(self, page: Inbox) -> None:
        """Somebody has just come here, and there is no list to have the focus: the button that leads on gets it."""
        way = page.list_pane.nothing.way
        if self._window.current() is page and way.isVisible():
            way.setFocus(Qt.FocusReason.OtherFocusReason)

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
        inbox.with_alert(lambda alert: alert.sheet.marks.show_marks(self._marks, self.medicines.whys))
        before = pane.base
        if marks is not None and inbox is self._window.worklist:
            pane.base = replace(before, hidden=marks.asleep(self._window.session.now()))
        elif inbox is self._window.pages.get(PAGE):
            pane.base = self.query(self.shown)
        return pane.base != before

    def query(self, name: str) -> Query:
        """What a list asks the views for."""
        marks, now = self._marks, self._window.session.now()
        if name in VIEWS:
            return view_query(name, self.medicines.keys)
        if name == "waiting":
            return Query(status=Status.SECOND_PERSON)
        if name == "completed":
            return Query(closed_only=True, newest_first=True)
        if marks is None:
            return Query(only=frozenset())
        return Query(only=marks.starred if name == "starred" else marks.asleep(now))

    def count(self) -> None:
        """Counts each list for the rail, and wakes what has slept long enough."""
        queries = {name: self.query(name) for name in LISTS if name != "medicines"}
        read = own_medicines.read(self.medicines)

        def ask(desk: Desk) -> tuple[dict[str, int], OwnMedicines]:
            now = desk.clock.now()
            return {name: desk.views.count(query, now) for name, query in queries.items()}, read(desk)

        self._window.session.read(ask, lambda found: self._counted(*found), self)

    def _counted(self, counts: dict[str, int], medicines: OwnMedicines) -> None:
        rail = self._window.rail
        for name, count in counts.items():
            rail.lists[name].set_count(count)
        if medicines is not self.medicines:
            self._take_medicines(medicines)
        rail.lists["medicines"].set_count(len(self.medicines.found))
        rail.say_folded()

    def _take_medicines(self, medicines: OwnMedicines) -> None:
        """Other names, or other alerts that name one."""
        self.medicines = medicines
        for inbox in self._window.inboxes():
            if self._follow(inbox):
                inbox.list_pane.reload()
        if PAGE in self._window.pages:
            self._say_list()
            self.say_empty()
        if "watched" in self._window.pages:
            self._window.pages["watched"].show_medicines()

    # What is shown gets read

    def _opened(self, inbox: Inbox, key: str) -> None:
        if inbox.list_pane.is_reloading and key == self._read_key:
            return  # it is shown as before: an alert that has changed meanwhile is not read by that
        self._reading.stop()
        after = self._window.session.settings.text("read_after")
        self._read_key = ""
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

    def say_changed(self, name: str) -> None:
        """Says that the alert shown has changed under somebody's hands."""
        told = tr("{name} has just changed. What changed stands above what to do; what you typed is kept.")
        self._window.notices.tell(told.format(name=name), "amber", tr("Show"), self._show_change)

    def _show_change(self) -> None:
        key = self._key()
        self._window.current_inbox().alert.show_change()
        if key and self._marks is not None:
            self._window.session.marks.read(key)

    def say_snoozed(self, name: str, until) -> None:
        """Says where it went, with Undo beside it."""
        words = tr("{name} is snoozed until {day}. Nothing is recorded and no time limit moves.")
        self._window.notices.tell(
            words.format(name=name, day=say_short_date(until)), "info", tr("Undo"), self._window.taking_back.undo
        )


def _row_role() -> int:
    from msat.gui.models.worklist import Role

    return Role.ROW
