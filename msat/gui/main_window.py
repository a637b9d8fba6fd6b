"""The window: rail, pages, notices and status bar; keys; and who hears of what. Decides nothing clinical."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from msat.errors import MsatError
from msat.gui import commands, snapshot
from msat.gui.chords import Chords
from msat.gui.first_minute import FirstMinute
from msat.gui.focus_in_sight import FocusInSight
from msat.gui.following import Following
from msat.gui.going import Drops, open_alert, open_records, search_all
from msat.gui.hand_scanner import HandScanner
from msat.gui.letters import letters
from msat.gui.notifying import Notifier
from msat.gui.outputs import Outputs
from msat.gui.own_lists import LISTS, PAGE, OwnLists
from msat.gui.pages import make_page
from msat.gui.pieces import column, row
from msat.gui.placing import place
from msat.gui.printing import Printing
from msat.gui.session import Session
from msat.gui.source_watch import SourceWatch
from msat.gui.source_words import Health
from msat.gui.taking_back import TakingBack
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.foot_strip import FootStrip
from msat.gui.views.inbox import NARROW, Inbox
from msat.gui.views.notices import NoticeBar
from msat.gui.views.panel_scroll import PanelScroll
from msat.gui.views.panels import PersonPanel
from msat.gui.views.rail import Rail
from msat.gui.views.record_bar import RecordBar
from msat.gui.views.status_bar import StatusBar
from msat.projections.ports import Query

if TYPE_CHECKING:
    from msat.gui.views.alert_pane import AlertPane
    from msat.services.desk import Changes

NEED_A_RECORD = (
    *("oversight", "records", "newsletter", "batch", "add", "review", "people", "tailoring", "practices", "watched"),
    *LISTS,
)
RAIL_NARROW = 1180
"""Below this width, in pixels at 100 %, the rail shows icons only."""


class MainWindow(QMainWindow):
    """Built before the record is open, so that the first paint waits for nothing."""

    painted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        letters().follow(session.settings)
        self.watch = SourceWatch(self)
        self.outputs = Outputs(self)
        self.lists = OwnLists(self)
        self.chords = Chords(self)
        self.printing = Printing(self)
        self.setObjectName("window")
        self.setWindowTitle("MSAT")
        self._painted = False
        self.alone: QWidget | None = None
        self._build()
        self._connect()
        commands.bind(self)
        place(self)
        self.drops = Drops(self)
        self.following = Following(self)
        self.notifier = Notifier(self)
        self.taking_back = TakingBack(self)
        self.first_minute = FirstMinute(self)
        self.in_sight = FocusInSight(self)
        self.scanner = HandScanner(self)

    # Building

    def _build(self) -> None:
        middle = QWidget()
        middle.setObjectName("window")
        outer = column(middle, gap=0)
        self.record_bar = RecordBar(self.session)
        outer.addWidget(self.record_bar)
        across = row(gap=0)
        self.rail = Rail()
        across.addWidget(self.rail)
        self.stack = QStackedWidget()
        self.worklist = Inbox(self.session, tr("Worklist"), Query(open_only=True))
        self.pages: dict[str, QWidget] = {"worklist": self.worklist}
        self.stack.addWidget(self.worklist)
        across.addWidget(self.stack, 1)
        outer.addLayout(across, 1)
        self.panel_place = column(gap=0)
        outer.addLayout(self.panel_place)
        self.status = StatusBar()
        self.strip = FootStrip(middle, self.status)
        outer.addLayout(self.strip.lines)
        outer.addWidget(self.status)
        self.notices = NoticeBar(middle)
        self.setCentralWidget(middle)
        self.rail.show_page("worklist")
        self.setMinimumSize(QSize(480, 360))

    @property
    def health(self) -> list[Health]:
        """How the sources were doing when last asked."""
        return self.watch.health

    @property
    def checker(self):
        """The check of the sources."""
        return self.watch.checker

    @property
    def checks_by_itself(self) -> bool:
        """Whether sources that are due are checked unasked."""
        return self.watch.by_itself

    @checks_by_itself.setter
    def checks_by_itself(self, on: bool) -> None:
        self.watch.by_itself = on

    def ask_health(self) -> None:
        """Reads and shows anew how the sources are doing."""
        self.watch.ask()

    def page(self, name: str) -> QWidget:
        """A page, made when it is first wanted: the first paint waits for the worklist only."""
        if name not in self.pages:
            made = make_page(self, name)
            self.pages[name] = made
            self.stack.addWidget(made)
        return self.pages[name]

    def _connect(self) -> None:
        session = self.session
        session.opened.connect(self._opened)
        session.not_opened.connect(self._not_opened)
        session.trouble.connect(self.notices.warn)
        session.person_needed.connect(self.ask_person)
        session.person_changed.connect(self._show_person)
        session.changes.happened.connect(self._changed)
        self.rail.chosen.connect(self.show_page)
        self.record_bar.records_asked.connect(lambda section: open_records(self, section))
        self.rail.person_asked.connect(lambda: self.ask_person(None))
        self.rail.look_asked.connect(self.toggle_look)
        self.rail.keys_asked.connect(lambda: self.show_page("keys"))
        self.watch.connect()
        self.connect_inbox(self.worklist)
        self.worklist.list_pane.counted.connect(self.rail.buttons["worklist"].set_count)
        self.worklist.list_pane.loaded.connect(self._worklist_loaded)
        look().changed.connect(self._look_changed)

    def connect_inbox(self, inbox: Inbox) -> None:
        """Hears what a page with a list asks for."""
        inbox.check_asked.connect(self.checker.start)
        inbox.rules_asked.connect(lambda: self.show_page("tailoring"))
        inbox.records_asked.connect(lambda: self.show_page("records"))
        inbox.with_alert(self._connect_alert)
        if self._painted:
            inbox.make_alert()
        self.lists.join(inbox)
        inbox.list_pane.add_asked.connect(lambda: self.show_page("add"))
        inbox.list_pane.all_asked.connect(lambda text: search_all(self, text))
        if inbox is not self.worklist:
            inbox.list_pane.loaded.connect(lambda rows: self.watch.say_empty(inbox, rows))

    def _connect_alert(self, alert: AlertPane) -> None:
        alert.pointed.connect(self.status.point)
        alert.foot.sized.connect(self.notices.place)
        alert.open_page.connect(self.outputs.open_address)
        alert.save_asked.connect(self.outputs.save_certificate)
        alert.copy_asked.connect(self.outputs.copy_newsletter)
        alert.newsletter_asked.connect(self.outputs.add_to_newsletter)
        alert.go.connect(lambda key: open_alert(self, key))
        alert.snoozed.connect(self.lists.say_snoozed)
        alert.changed_here.connect(self.lists.say_changed)
        alert.tabs.history.print_asked.connect(self.printing.show)
        marks = alert.sheet.marks
        marks.star_asked.connect(self.lists.star)
        marks.unread_asked.connect(self.lists.unread)
        marks.wake_asked.connect(self.lists.wake)

    def inboxes(self) -> list[Inbox]:
        """The pages with a list and an alert that have been made."""
        return [page for page in self.pages.values() if isinstance(page, Inbox)]

    # Opening

    def show_snapshot(self) -> None:
        """The last worklist, while the record is being opened."""
        rows, organisation = snapshot.load(self.session.places.cache / "worklist.json")
        if rows:
            self.worklist.list_pane.show_rows(rows, len(rows))
        self.rail.show_organisation(organisation)
        self.worklist.say_hint(tr("Opening the record."))
        self._show_person()

    def show_alone(self, page: QWidget) -> None:
        """A page with nothing beside it: the first run."""
        self.leave_alone()
        self.alone = page
        self.rail.hide()
        self.status.hide()
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)

    def leave_alone(self) -> None:
        """Takes such a page away, and shows the window whole again; does nothing where there is none."""
        page, self.alone = self.alone, None
        if page is not None:
            self.rail.show()
            self.status.show()
            self.stack.setCurrentWidget(self.worklist)
            self.stack.removeWidget(page)
            page.deleteLater()

    def open_own(self) -> None:
        """Opens the record of this profile; the sources, never checked, are then due."""
        from msat.gui.app import opener

        self.leave_alone()
        self.first_minute.say_waiting(tr("Your record is being opened."), tr("Then MSAT asks its sources."))
        self.first_minute.begin()
        self.session.open(opener(self.session.places))

    def open_sample(self, start_page: str = "") -> None:
        """Opens a sample in a temporary profile, at a page of the window: a committee's for who oversees or writes."""
        from msat.gui.app import demo_opener, sample_places

        self.leave_alone()
        self.first_minute.say_waiting(tr("The sample is being made."), tr("It takes some seconds."))
        self.first_minute.start_page = start_page
        self.session.is_demo = True
        self.session.open(demo_opener(sample_places(), is_committee=start_page in ("oversight", "newsletter")))

    def _opened(self) -> None:
        desk = self.session.desk
        self.watch.minute.start()
        self.status.check.setEnabled(True)
        self.worklist.say_hint(tr("Choose an alert to see what it asks for."))
        self.rail.show_organisation(f"{desk.record.organisation.name}\n{desk.record.organisation.ods}")
        self.setWindowTitle(tr("MSAT: {name}").format(name=desk.record.organisation.name))
        for inbox in self.inboxes():
            inbox.list_pane.reload()
            inbox.alert.load_now()
        self.ask_health()
        if self.session.is_demo:
            self.notices.tell(tr("This is a sample. Nothing in it is real practice data."), "info")
        if self.current() is self.worklist:
            self.worklist.list_pane.list.setFocus()

    def _not_opened(self, error: MsatError) -> None:
        self.status.say_health(f"{error.title}. {error.explanation}", "red")
        self.worklist.say_hint(f"{error.title}.\n{error.explanation}\n{error.next_step}")
        self.worklist.list_pane.nothing.say(error.title + ".", tr("Nothing was changed."), pictured=False)
        self.worklist.list_pane.stack.setCurrentIndex(1)
        from msat.gui.views.rescue_page import offer

        if not offer(self, error):
            self.notices.warn(error)

    # What changed

    def _changed(self, changes: Changes) -> None:
        if changes.words:
            self.status.say_recorded(changes.words)
            self.notices.hide()
        self.ask_health()

    def _worklist_loaded(self, rows: list) -> None:
        desk = self.session.desk
        if desk is None:
            return
        self.watch.say_empty(self.worklist, rows)
        if not self.session.is_demo:
            snapshot.save(desk.places.cache / "worklist.json", rows, desk.record.organisation.name)

    # Going about

    def current(self) -> QWidget:
        return self.stack.currentWidget()

    def current_inbox(self) -> Inbox:
        page = self.current()
        return page if isinstance(page, Inbox) else self.worklist

    def show_page(self, name: str) -> None:
        """Goes to a page by its name."""
        if self.session.desk is None and (name in NEED_A_RECORD or self.alone is not None):
            return
        page = self.page(PAGE if name in LISTS else name)
        if name in LISTS:
            self.lists.show(name)
        self.stack.setCurrentWidget(page)
        self.rail.show_page(name)
        if isinstance(page, Inbox):
            self._fit()
            page.list_pane.list.setFocus(Qt.FocusReason.OtherFocusReason)
        elif hasattr(page, "shown"):
            page.shown()

    def search(self) -> None:
        if self.alone is not None:
            return
        if not isinstance(self.current(), Inbox):
            self.show_page("worklist")
        self.current_inbox().close_detail()
        self.current_inbox().list_pane.focus_search()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not commands.enter(self, event) and not commands.letter(self, event):
            super().keyPressEvent(event)

    # Person, look, size

    def ask_person(self, then) -> None:
        """Asks who is working; `then` goes on with what needed to know."""
        from msat.gui.pieces import empty, is_there

        empty(self.panel_place)
        panel, before = PersonPanel(self.session, then), self.focusWidget()

        def closed() -> None:
            empty(self.panel_place)
            if is_there(before):
                before.setFocus(Qt.FocusReason.OtherFocusReason)

        self.panel_place.addWidget(PanelScroll(panel))
        panel.closed.connect(closed)
        panel.show()
        panel.who.name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_person(self) -> None:
        person = self.session.person()
        self.rail.show_person(person.name if person else tr("Who is working?"))

    def toggle_look(self) -> None:
        """Light to dark and back; kept for next time."""
        look().set_mode("light" if look().is_dark else "dark")
        self.following.keep_look()

    def zoom(self, steps: int) -> None:
        look().zoom_by(steps)
        self.following.keep_look()
        self.status.say_briefly(tr("Text size {zoom}%.").format(zoom=look().zoom))

    def _look_changed(self) -> None:
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Arranges the window for its width; larger text counts as a narrower window."""
        width = self.width() * 100 / look().zoom
        self.rail.set_narrow(width < RAIL_NARROW)
        list_width = look().px(400 if width >= RAIL_NARROW else 350)
        for inbox in self.inboxes():
            inbox.set_narrow(width < NARROW, list_width)
        self.notices.foot = self.status.sizeHint().height() + look().px(56)
        self.notices.place()

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)
        self.scanner.watch()
        self._fit()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.Paint and not self._painted:
            self._painted = True
            QTimer.singleShot(0, self._make_the_rest)
        return handled

    def _make_the_rest(self) -> None:
        """What the first sight does without."""
        for inbox in self.inboxes():
            inbox.make_alert()
        self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        for inbox in self.inboxes():
            inbox.with_alert(lambda alert: alert.save_drafts())
        if "newsletter" in self.pages:
            self.pages["newsletter"].leave()
        self.session.grace.close()
        self.session.memory.keep("window/geometry", self.saveGeometry())
        self.checker.cancel()
        super().closeEvent(event)
