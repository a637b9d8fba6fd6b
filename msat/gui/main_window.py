"""The window: rail, pages, notices and status bar; keys; and who hears of what. Decides nothing clinical."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from msat.errors import MsatError
from msat.gui import snapshot, source_words
from msat.gui.checking import Checker, outcome_words
from msat.gui.pieces import column, row
from msat.gui.session import Session
from msat.gui.source_words import Health
from msat.gui.theme import look
from msat.gui.views.inbox import NARROW, Inbox
from msat.gui.views.keys_page import KeysPage
from msat.gui.views.notices import NoticeBar
from msat.gui.views.panels import PersonPanel
from msat.gui.views.rail import PAGES, Rail
from msat.gui.views.source_text import open_address
from msat.gui.views.sources_page import SourcesPage
from msat.gui.views.status_bar import StatusBar
from msat.projections.ports import Query, SourceHealth

if TYPE_CHECKING:
    from msat.services.desk import Changes, Desk

RAIL_NARROW = 1180
"""Below this width, in pixels at 100 %, the rail shows icons only."""
MINUTE_MS = 60_000


class MainWindow(QMainWindow):
    """Built before the record is open, so that the first paint waits for nothing."""

    painted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.checker = Checker(session, self)
        self.setObjectName("window")
        self.setWindowTitle("MSAT")
        self.resize(1280, 800)
        self._painted = False
        self._sources: list[Health] = []
        self._build()
        self._connect()
        self._keys()
        self._restore()
        self._minute = QTimer(self, interval=MINUTE_MS)
        self._minute.timeout.connect(self._every_minute)

    # Building

    def _build(self) -> None:
        middle = QWidget()
        middle.setObjectName("window")
        outer = column(middle, gap=0)
        across = row(gap=0)
        self.rail = Rail()
        across.addWidget(self.rail)
        self.stack = QStackedWidget()
        self.worklist = Inbox(self.session, "Worklist", Query(open_only=True))
        self.alerts = Inbox(self.session, "Alerts", Query())
        self.sources = SourcesPage()
        self.keys = KeysPage()
        self.pages: dict[str, QWidget] = {
            "worklist": self.worklist,
            "alerts": self.alerts,
            "sources": self.sources,
            "keys": self.keys,
        }
        for page in self.pages.values():
            self.stack.addWidget(page)
        across.addWidget(self.stack, 1)
        outer.addLayout(across, 1)
        self.panel_place = column(gap=0)
        outer.addLayout(self.panel_place)
        self.status = StatusBar()
        outer.addWidget(self.status)
        self.notices = NoticeBar(middle)
        self.setCentralWidget(middle)
        self.rail.show_page("worklist")
        self.setMinimumSize(QSize(480, 360))

    def page(self, name: str) -> QWidget:
        """A page, made when it is first wanted."""
        if name not in self.pages:
            made = self._make_page(name)
            self.pages[name] = made
            self.stack.addWidget(made)
        return self.pages[name]

    def _make_page(self, name: str) -> QWidget:
        if name == "records":
            from msat.gui.views.records_page import RecordsPage

            return RecordsPage(self.session, self.notices)
        from msat.gui.views.newsletter_page import NewsletterPage

        return NewsletterPage(self.session, self.notices)

    def _connect(self) -> None:
        session = self.session
        session.opened.connect(self._opened)
        session.not_opened.connect(self._not_opened)
        session.trouble.connect(self.notices.warn)
        session.person_needed.connect(self.ask_person)
        session.person_changed.connect(self._show_person)
        session.changes.happened.connect(self._changed)
        self.rail.chosen.connect(self.show_page)
        self.rail.person_asked.connect(lambda: self.ask_person(None))
        self.rail.look_asked.connect(self.toggle_look)
        self.rail.keys_asked.connect(lambda: self.show_page("keys"))
        self.status.check_asked.connect(self.checker.start)
        self.status.cancel_asked.connect(self._cancel)
        self.sources.check_asked.connect(self.checker.start)
        self.checker.started.connect(lambda: self.status.work("Checking sources"))
        self.checker.progressed.connect(self.status.work)
        self.checker.finished.connect(self._checked)
        self.checker.stopped.connect(self._stopped)
        for inbox in self.inboxes():
            inbox.check_asked.connect(self.checker.start)
            inbox.alert.pointed.connect(self.status.point)
            inbox.alert.open_page.connect(self._open_address)
            inbox.alert.save_asked.connect(self.save_certificate)
            inbox.alert.copy_asked.connect(self.copy_newsletter)
        self.worklist.list_pane.counted.connect(self.rail.buttons["worklist"].set_count)
        self.worklist.list_pane.loaded.connect(self._worklist_loaded)
        self.alerts.list_pane.loaded.connect(lambda rows: self._say_empty(self.alerts, rows))
        look().changed.connect(self._look_changed)

    def inboxes(self) -> tuple[Inbox, Inbox]:
        return self.worklist, self.alerts

    def _keys(self) -> None:
        pairs = {
            "F5": self.checker.start,
            "F6": lambda: self.next_pane(1),
            "Shift+F6": lambda: self.next_pane(-1),
            "Ctrl+F": self.search,
            "Ctrl+E": self.export_log,
            "Ctrl+S": self.save_shown,
            "Ctrl+Shift+C": self.copy_newsletter,
            "Ctrl++": lambda: self.zoom(1),
            "Ctrl+=": lambda: self.zoom(1),
            "Ctrl+-": lambda: self.zoom(-1),
            "Ctrl+0": lambda: self.zoom(0),
            "F1": lambda: self.show_page("keys"),
        }
        pairs |= {key: lambda which=name: self.show_page(which) for name, _words, key in PAGES}
        for key, does in pairs.items():
            QShortcut(QKeySequence(key), self, activated=does)

    # Opening

    def show_snapshot(self) -> None:
        """The last worklist, while the record is being opened."""
        rows, organisation = snapshot.load(self.session.places.cache / "worklist.json")
        if rows:
            self.worklist.list_pane.show_rows(rows, len(rows))
        self.rail.show_organisation(organisation)
        self.worklist.alert.hint.setText("Opening the record.")
        self._show_person()

    def show_alone(self, page: QWidget) -> None:
        """A page with nothing beside it: the first run."""
        self.rail.hide()
        self.status.hide()
        self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)

    def _leave_alone(self) -> None:
        if self.rail.isHidden():
            page = self.stack.currentWidget()
            self.rail.show()
            self.status.show()
            self.stack.setCurrentWidget(self.worklist)
            self.stack.removeWidget(page)
            page.deleteLater()

    def open_own(self) -> None:
        """Opens the record of this profile, and reads the sources for the first time."""
        from msat.gui.app import opener

        self._leave_alone()
        self.session.opened.connect(self.checker.start, Qt.ConnectionType.SingleShotConnection)
        self.session.open(opener(self.session.places))

    def open_sample(self) -> None:
        """Opens the sample organisation in a temporary profile."""
        from msat.gui.app import demo_opener, sample_places

        self._leave_alone()
        self.session.is_demo = True
        self.session.open(demo_opener(sample_places()))

    def _opened(self) -> None:
        desk = self.session.desk
        self._minute.start()
        self.status.check.setEnabled(True)
        self.worklist.alert.hint.setText("Choose an alert to see what it asks for.")
        self.rail.show_organisation(f"{desk.record.organisation.name}\n{desk.record.organisation.ods}")
        self.setWindowTitle(f"MSAT: {desk.record.organisation.name}")
        for inbox in self.inboxes():
            inbox.list_pane.reload()
            inbox.alert.load_now()
        self._ask_health()
        if self.session.is_demo:
            self.notices.tell("This is a sample organisation. Nothing in it is real practice data.", "info")
        if self.current() is self.worklist:
            self.worklist.list_pane.list.setFocus()

    def _not_opened(self, error: MsatError) -> None:
        self.status.say_health(f"{error.title}. {error.explanation}", "red")
        self.worklist.alert.hint.setText(f"{error.title}.\n{error.explanation}\n{error.next_step}")
        self.worklist.list_pane.nothing.say(error.title + ".", "Nothing was changed.")
        self.worklist.list_pane.stack.setCurrentIndex(1)
        self.notices.warn(error)

    # What changed

    def _changed(self, changes: Changes) -> None:
        if changes.words:
            self.status.say_recorded(changes.words)
            self.notices.hide()
        self._ask_health()

    def _worklist_loaded(self, rows: list) -> None:
        desk = self.session.desk
        if desk is None:
            return
        self._say_empty(self.worklist, rows)
        if not self.session.is_demo:
            snapshot.save(desk.places.cache / "worklist.json", rows, desk.record.organisation.name)

    def _say_empty(self, inbox: Inbox, rows: list) -> None:
        if not rows:
            inbox.list_pane.nothing.say(*source_words.empty_words(self._sources, self.session.now()))

    def _ask_health(self) -> None:
        def ask(desk: Desk) -> tuple[list[Health], int]:
            known = desk.views.sources()
            sources = [
                Health(s.id, s.name, s.enabled, s.red_capable, known.get(s.id, SourceHealth(s.id)))
                for s in desk.knowledge.sources
            ]
            return sources, desk.record.head().size

        self.session.read(ask, self._show_health, self)

    def _show_health(self, found: tuple[list[Health], int]) -> None:
        self._sources, entries = found
        now = self.session.now()
        self.status.say_health(*source_words.summary(self._sources, now))
        self.status.say_records(f"{entries:,} entries recorded")
        self.sources.show_sources(self._sources, now)
        said = source_words.banner(self._sources, now)
        for inbox in self.inboxes():
            inbox.show_banner(said)
            if not inbox.list_pane.model.rowCount() and not inbox.list_pane.is_filtered:
                self._say_empty(inbox, [])

    def _every_minute(self) -> None:
        """Time limits pass without anybody recording anything."""
        self._ask_health()
        self.current_inbox().list_pane.reload()

    # Checking sources

    def _checked(self, results: list) -> None:
        self.status.idle()
        said, all_well = outcome_words(results)
        self.notices.tell(said, "green" if all_well else "amber")
        for inbox in self.inboxes():
            inbox.list_pane.reload()
            inbox.alert.load_now()
        self._ask_health()

    def _stopped(self, error: MsatError) -> None:
        self.status.idle()
        self.notices.warn(error)
        for inbox in self.inboxes():
            inbox.list_pane.reload()
        self._ask_health()

    def _cancel(self) -> None:
        self.status.cancel.setEnabled(False)
        self.status.doing.setText("Stopping after this page")
        self.checker.cancel()

    # Going about

    def current(self) -> QWidget:
        return self.stack.currentWidget()

    def current_inbox(self) -> Inbox:
        return self.alerts if self.current() is self.alerts else self.worklist

    def show_page(self, name: str) -> None:
        """Goes to a page by its name."""
        if self.session.desk is None and name in ("records", "newsletter"):
            return
        page = self.page(name)
        self.stack.setCurrentWidget(page)
        if name in self.rail.buttons:
            self.rail.show_page(name)
        if isinstance(page, Inbox):
            self._fit()
            page.list_pane.list.setFocus(Qt.FocusReason.OtherFocusReason)
        elif hasattr(page, "shown"):
            page.shown()

    def search(self) -> None:
        if not isinstance(self.current(), Inbox):
            self.show_page("worklist")
        self.current_inbox().close_detail()
        self.current_inbox().list_pane.focus_search()

    def next_pane(self, step: int) -> None:
        """Moves the focus to the next or the previous pane."""
        page = self.current()
        rail = next((button for button in self.rail.buttons.values() if button.isChecked()), self.rail.person)
        panes = [rail, *(page.panes() if isinstance(page, Inbox) else [_first_focus(page)]), self.status.check]
        panes = [pane for pane in panes if pane is not None and pane.isVisible() and pane.isEnabled()]
        focus = self.focusWidget()
        at = next((i for i, pane in enumerate(panes) if pane is focus or pane.isAncestorOf(focus)), -1)
        if at < 0 and focus is not None:
            at = next((i for i, pane in enumerate(panes) if pane.parentWidget().isAncestorOf(focus)), 0)
        panes[(at + step) % len(panes)].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        page = self.current()
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if held or not isinstance(page, Inbox) or not page.has_letters() or not self._letter(page, event.text()):
            super().keyPressEvent(event)

    def _letter(self, page: Inbox, text: str) -> bool:
        """A command of one letter; False when it is none."""
        pane = page.alert
        commands = {
            "c": pane.open_sign_off,
            "n": pane.open_not_applicable,
            "p": pane.open_priority,
            "r": pane.open_reopen,
            "w": pane.callout.toggle.click,
            "j": lambda: page.list_pane.list.step(1),
            "k": lambda: page.list_pane.list.step(-1),
            "o": page.open_detail,
            "/": self.search,
            "?": lambda: self.show_page("keys"),
        }
        if text.isdecimal() and text.isascii() and text != "0":
            pane.answer_number(int(text))
            return True
        if text.lower() not in commands:
            return False
        commands[text.lower()]()
        return True

    # Person, look, size

    def ask_person(self, then) -> None:
        """Asks who is working; `then` goes on with what needed to know."""
        from msat.gui.pieces import empty

        empty(self.panel_place)
        panel = PersonPanel(self.session, then)
        self.panel_place.addWidget(panel)
        panel.closed.connect(lambda: empty(self.panel_place))
        panel.show()
        panel.who.name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_person(self) -> None:
        person = self.session.person()
        self.rail.show_person(person.name if person else "Who is working?")

    def toggle_look(self) -> None:
        """Light to dark and back; kept for next time."""
        look().set_mode("light" if look().is_dark else "dark")
        self.session.memory.keep("look/mode", look().mode)

    def zoom(self, steps: int) -> None:
        look().zoom_by(steps)
        self.session.memory.keep("look/zoom", look().zoom)
        self.notices.tell(f"Text size {look().zoom} %.", "info")

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

    def _restore(self) -> None:
        kept = self.session.memory.get("window/geometry", None)
        if kept is not None and self.restoreGeometry(kept):
            screen = QGuiApplication.screenAt(self.frameGeometry().center())
            if screen is None:
                self.move(0, 0)

    def showEvent(self, event: QEvent) -> None:
        super().showEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.Paint and not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.painted.emit)
        return handled

    def closeEvent(self, event: QCloseEvent) -> None:
        for inbox in self.inboxes():
            inbox.alert.save_drafts()
        self.session.memory.keep("window/geometry", self.saveGeometry())
        self.checker.cancel()
        super().closeEvent(event)

    # Exports

    def _open_address(self, address: str) -> None:
        if not open_address(address):
            self.notices.tell(f"The page could not be opened here: {address}", "amber")

    def save_shown(self) -> None:
        if isinstance(self.current(), Inbox) and self.current_inbox().alert.state is not None:
            self.save_certificate(self.current_inbox().alert.state)

    def save_certificate(self, state) -> None:
        from msat.gui.saving import save_certificate

        save_certificate(self, self.session, self.notices, state)

    def copy_newsletter(self) -> None:
        from msat.gui.saving import copy_newsletter

        page = self.current()
        if isinstance(page, Inbox):
            copy_newsletter(self.session, self.notices, [str(key) for key in page.list_pane.chosen_keys()], self)
        elif hasattr(page, "copy"):
            page.copy()

    def export_log(self) -> None:
        self.show_page("records")
        page = self.current()
        if hasattr(page, "focus_export"):
            page.focus_export()


def _first_focus(page: QWidget) -> QWidget | None:
    """The first widget of a page that takes the focus."""
    widgets = page.findChildren(QWidget)
    return next((w for w in widgets if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisible()), None)
