"""The newsletter: alerts to choose on the left, in the middle their order and words, on the right what readers get."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QPushButton, QSplitter, QStackedWidget, QWidget

from msat.gui import newsletter_deeds as deeds
from msat.gui.dates import say_date
from msat.gui.deeds import answer_by_newsletter
from msat.gui.kept_widths import KeptSplit
from msat.gui.newsletter_composer import Composer
from msat.gui.newsletter_saving import Saving
from msat.gui.pieces import column, empty, is_there, row
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import plural, said, tr
from msat.gui.views.newsletter_foot import ComposerFoot
from msat.gui.views.newsletter_head import ComposerHead
from msat.gui.views.newsletter_issues import IssuesPane
from msat.gui.views.newsletter_items import ItemsPane
from msat.gui.views.newsletter_panels import EmailPanel, IssuePanel, SentPanel, TakeBackPanel
from msat.gui.views.newsletter_picks import PicksPane
from msat.gui.views.newsletter_preview import PreviewPane
from msat.gui.views.notices import NoticeBar
from msat.gui.views.panel_scroll import PanelScroll
from msat.gui.views.panels import FootPanel

THREE, TWO = 940, 840
"""Widths of the page in pixels at 100 %, below which two panes and one pane are shown."""
SIZES = (300, 420, 400)
ROOM = 150
"""Pixels at 100 % that the panes need above a panel."""


class NewsletterPage(QFrame):
    """`opened` carries the key of an alert to read on its own page."""

    opened = Signal(str)

    def __init__(self, session: Session, notices: NoticeBar) -> None:
        super().__init__()
        self.setProperty("kind", "page")
        self.session, self.notices = session, notices
        self.composer = Composer(session, self)
        self.panes_shown, self.pane = 3, "pick"
        self.panel: FootPanel | None = None
        self._focus_before: QWidget | None = None
        self.foot = ComposerFoot(self.composer, self.copy, self.save_as, self.save_all)
        self.saving = Saving(self.composer, notices, self, self.foot.say)
        self._build()
        self._connect()
        self._keys()
        self.composer.open()

    # Building

    def _build(self) -> None:
        lines = column(self, gap=0)
        self.head = ComposerHead(self.composer)
        lines.addWidget(self.head)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.split = KeptSplit(self.splitter, self.session.memory, "newsletter")
        self.picks, self.issues = PicksPane(self.composer), IssuesPane(self.composer)
        self.items, self.preview = ItemsPane(self.composer), PreviewPane(self.composer)
        for widget in (self._left(), self.items, self.preview):
            self.splitter.addWidget(widget)
        for at, share in enumerate((3, 4, 4)):
            self.splitter.setStretchFactor(at, share)
        lines.addWidget(self.splitter, 1)
        self.panel_place = column(gap=0)
        lines.addLayout(self.panel_place)
        # Takes what the panes leave where they make room for a panel.
        lines.addStretch()
        lines.addWidget(self.foot)
        self._fit_look()

    def _left(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "pane")
        lines = column(frame, gap=0)
        tabs = row(margins="small", gap="tight")
        self.tabs: dict[str, QPushButton] = {}
        for name, words in (("picks", tr("Alerts")), ("issues", tr("Issues"))):
            button = QPushButton(words)
            button.setCheckable(True)
            button.setProperty("kind", "chip")
            button.setMinimumHeight(look().px("target"))
            button.setAccessibleName(tr("Show: {pane}").format(pane=words))
            button.clicked.connect(lambda _on, name=name: self.show_left(name))
            look().dress(button, "dense")
            self.tabs[name] = button
            tabs.addWidget(button)
        tabs.addStretch(1)
        lines.addLayout(tabs)
        self.left = QStackedWidget()
        self.left.addWidget(self.picks)
        self.left.addWidget(self.issues)
        lines.addWidget(self.left, 1)
        self.left_frame = frame
        self.show_left("picks")
        return frame

    def _connect(self) -> None:
        composer, head = self.composer, self.head
        composer.told.connect(lambda words: self.notices.tell(words, "info"))
        head.new_asked.connect(self.ask_new)
        head.details_asked.connect(self.ask_details)
        head.sent_asked.connect(self.ask_sent)
        head.undo_asked.connect(self.undo_change)
        head.redo_asked.connect(self.redo_change)
        head.pane_asked.connect(self.show_pane)
        self.issues.new_asked.connect(self.ask_new)
        self.issues.opened_one.connect(self._issue_opened)
        self.issues.dropped.connect(self._dropped)
        self.issues.recorded_asked.connect(self._tell_recorded)
        self.items.new_asked.connect(self.ask_new)
        self.items.waiting_asked.connect(self._show_waiting)
        self.picks.read.connect(self.opened)
        self.picks.list.left.connect(lambda: self.picks.search.setFocus(Qt.FocusReason.OtherFocusReason))
        self.preview.back_asked.connect(self.ask_back)
        self.preview.text.refused.connect(lambda address: self.notices.tell(tr("Not opened: {address}").format(
            address=address), "amber"))  # fmt: skip
        look().changed.connect(self._fit_look)

    def _keys(self) -> None:
        pairs = {
            "Alt+Up": lambda: self.items.move(-1),
            "Alt+Down": lambda: self.items.move(1),
            "Ctrl+Shift+N": self.ask_new,
            "Ctrl+Shift+S": self.ask_sent,
            "F2": self.ask_details,
        }
        for key, does in pairs.items():
            short = QShortcut(QKeySequence(key), self, activated=does)
            short.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # The window's own wishes

    def shown(self) -> None:
        """Comes to the front: what the record holds may have changed."""
        if self.composer.issue is None and not self.composer.is_opening:
            self.composer.open()
        self.composer.look_again()
        self.picks.reload()
        self.focus_pane()

    def panes(self) -> list[QWidget]:
        """Where F6 goes, in reading order."""
        left = self.picks.list if self.left.currentWidget() is self.picks else self.issues.list
        middle = self.items.cards.get(self.items.current) or self.items.nothing.button
        readers = self.head.readers.get(self.composer.audience)
        stops = [readers, left, middle, self.preview.text, self.foot.copy]
        return [one for one in stops if one is not None and one.isVisible()]

    def leave(self) -> None:
        """The window closes: what was typed is kept."""
        self.items.flush()
        self.composer.flush()

    def focus_pane(self) -> None:
        """The focus goes to the pane that is shown, or to the list to choose from."""
        if self.pane == "write" and self.panes_shown < 3:
            self.items.focus_here()
        elif self.pane == "preview" and self.panes_shown < 3:
            self.preview.focus_here()
        elif self.left.currentWidget() is self.issues:
            self.issues.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.picks.focus_here()

    # Doing

    def copy(self) -> None:
        """Ctrl+Shift+C."""
        self.items.flush()
        self.saving.copy()

    def save_as(self, form: str) -> None:
        """Saves the issue as a file; of an e-mail it is asked first to whom it goes."""
        self.items.flush()
        issue = self.composer.shown
        if form == "email" and issue is not None and issue.items:
            self._open_panel(EmailPanel(self.session, issue.title, lambda outside: self.saving.save_as(form, outside)))
        else:
            self.saving.save_as(form)

    def save_all(self) -> None:
        self.items.flush()
        self.saving.save_all()

    def save(self) -> None:
        """Ctrl+S: the forms to save as, the draft kept first."""
        self.leave()
        if self.composer.shown is not None and self.composer.shown.items:
            button = self.foot.more if self.foot.more.isVisible() else self.foot.copy
            self.foot.menu().popup(button.mapToGlobal(button.rect().topLeft()))

    def undo_change(self) -> bool:
        """Ctrl+Z: takes the last change of the issue back; False where there is none."""
        self.items.flush()
        words = self.composer.undo()
        if words:
            self.notices.tell(tr("Undone: {what}.").format(what=words), "info", tr("Redo"), self.redo_change)
        return bool(words)

    def redo_change(self) -> bool:
        """Ctrl+Y."""
        words = self.composer.redo()
        if words:
            self.notices.tell(tr("Done again: {what}.").format(what=words), "info")
        return bool(words)

    def _dropped(self, id_: str, title: str) -> None:
        def back() -> None:
            self.session.run(deeds.bring_back(id_), self, lambda issue: self.composer.open(issue.id))

        self.notices.tell(tr("Deleted the draft “{title}”.").format(title=title), "info", tr("Undo"), back)

    def _tell_recorded(self, issue) -> None:
        words = tr("“{title}” was sent to {readers} on {date}; the record keeps this text. Its draft is not here.")
        note = words.format(title=issue.issue, readers=", ".join(issue.audiences), date=say_date(issue.sent))
        self.show_pane("preview")
        self.preview.show_recorded(issue, note)

    def _issue_opened(self) -> None:
        self.show_left("picks")
        self.show_pane("write")
        self.items.focus_here()

    def _show_waiting(self) -> None:
        self.show_left("picks")
        self.show_pane("pick")
        self.picks.waiting.setChecked(True)
        self.picks.reload()
        self.focus_pane()

    # Panels

    def ask_new(self) -> None:
        """A panel for a new issue."""

        def ask(found) -> None:
            title, audiences, names = found
            panel = IssuePanel(self.composer, True, title, audiences, names, "")
            panel.begun.connect(self._begun)
            self._open_panel(panel)

        self.items.flush()
        self.composer.flush()
        self.session.read(deeds.usual, ask, self)

    def _begun(self) -> None:
        """A new issue has nothing to be written yet: on to what can be chosen for it."""
        self.pane, self._focus_before = "pick", None
        self.show_left("picks")

    def ask_details(self) -> None:
        """A panel for the title, the readers and the introduction."""
        issue = self.composer.issue
        if issue is not None:
            self.items.flush()
            panel = IssuePanel(self.composer, False, issue.title, issue.audiences, self.composer.names, issue.intro)
            self._open_panel(panel)

    def ask_sent(self) -> None:
        """A panel that records that the issue was sent."""
        if self.head.sent.isEnabled():
            self.items.flush()
            panel = SentPanel(self.composer, self.saving.saved)
            panel.recorded.connect(self._offer_answers)
            self._open_panel(panel)

    def _offer_answers(self, changes) -> None:
        """Says what was recorded, and offers to answer the actions that asked for a newsletter item: one press."""
        keys = list(dict.fromkeys(key for entry in changes.entries for key in entry.data.get("alerts", ())))

        def offer(found: tuple[str, ...]) -> None:
            if not found:
                self.notices.tell(said(changes.words), "green")
                return
            ask = plural(len(found), "One of its alerts asks for a newsletter item.",
                         "{number} of its alerts ask for a newsletter item.").format(number=len(found))  # fmt: skip
            words = f"{said(changes.words)} {ask}"
            self.notices.tell(words, "green", tr("Answer yes with this issue"), lambda: self._answer(found))

        self.session.read(deeds.offered(keys), offer, self)

    def _answer(self, keys: tuple[str, ...]) -> None:
        self.session.do(answer_by_newsletter(list(keys)), self)

    def ask_back(self, entry: str, title: str, readers: str) -> None:
        """A panel that takes back that some readers were sent the issue."""
        self._open_panel(TakeBackPanel(self.composer, entry, title, readers))

    def _open_panel(self, panel: FootPanel) -> None:
        if self.panel is None:
            self._focus_before = self.window().focusWidget()
        empty(self.panel_place)
        self.panel = panel
        panel.closed.connect(self.close_panel)
        self.panel_place.addWidget(PanelScroll(panel))
        self._fit()
        panel.show()
        first = panel.first_field()
        if first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _has_room(self) -> bool:
        """Whether the panes are worth showing above the panel: in a low window it has the page to itself."""
        high = self.panel.sizeHint().height() + self.head.sizeHint().height() if self.panel else 0
        return self.height() - high >= look().px(ROOM)

    def close_panel(self) -> None:
        """Closes the panel; the focus goes back where it was."""
        empty(self.panel_place)
        self.panel = None
        self._fit()
        before, self._focus_before = self._focus_before, None
        if is_there(before):
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.focus_pane()

    # Size

    def show_left(self, name: str) -> None:
        """Alerts to choose from, or the issues."""
        self.left.setCurrentWidget(self.picks if name == "picks" else self.issues)
        for known, button in self.tabs.items():
            button.setChecked(known == name)
        if name == "issues":
            self.issues.reload()

    def show_pane(self, pane: str) -> None:
        """Of a narrow window: another pane."""
        self.pane = pane
        self._fit()
        if self.panes_shown < 3:
            self.focus_pane()

    def _fit_look(self) -> None:
        self.left_frame.setMinimumWidth(look().px(230))
        self.items.setMinimumWidth(look().px(280))
        self.preview.setMinimumWidth(look().px(230))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _pane_of(self, held: QWidget | None) -> str:
        """The pane in which somebody works, to be the one that stays where there is room for fewer."""
        named = (("pick", self.left_frame), ("write", self.items), ("preview", self.preview))
        return next((name for name, pane in named if held is not None and pane.isAncestorOf(held)), "")

    def _fit(self) -> None:
        """Three panes, two, or one; larger text counts as a narrower window."""
        width = self.width() * 100 / look().zoom
        before, held = self.panes_shown, self.window().focusWidget()
        self.panes_shown = 3 if width >= THREE else 2 if width >= TWO else 1
        if self.panes_shown < before:
            self.pane = self._pane_of(held) or self.pane
        wide, one = self.panes_shown == 3, self.panes_shown == 1
        beside = "pick" if self.pane == "write" and not one else self.pane
        self.left_frame.setVisible(wide or beside == "pick")
        self.items.setVisible(not one or self.pane == "write")
        self.preview.setVisible(wide or beside == "preview")
        self.head.show_panes(not wide, self.pane)
        self.foot.set_narrow(not wide)
        self.splitter.setVisible(self.panel is None or self._has_room())
        self.foot.setVisible(self.panel is None and not (one and self.pane == "pick"))
        if wide and (before != 3 or not self.splitter.property("placed")):
            self.splitter.setProperty("placed", True)
            share = max(1, self.width()) / sum(SIZES)
            if not self.split.place():
                self.splitter.setSizes([round(size * share) for size in SIZES])
        went = held is not None and self.isAncestorOf(held) and not held.isVisible()
        if went and self.panel is None and self.isVisible():
            # Larger text or a narrower window hid the pane with the focus: on in the one that stays.
            self.focus_pane()
