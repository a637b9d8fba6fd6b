"""The first run: three short pages, Enter goes on, Esc goes back, then the recovery key, shown once. Or the sample.

The record begins at the end of the third page and not before; what was typed is kept as a draft until then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QPushButton, QStackedWidget

from msat import shipped
from msat.errors import MsatError
from msat.gui.first_steps import PRESETS, Reach, Reaching, Typed, begin, check_place, offered
from msat.gui.key_kept import key_kept
from msat.gui.pieces import KeyButton, Text, Wrapping, column
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.first_practice import PracticeStep
from msat.gui.views.first_purpose import PurposeStep
from msat.gui.views.first_sources import SourcesStep
from msat.gui.views.help_text import HelpText
from msat.gui.views.page import Page
from msat.gui.views.printed_key import PrintedKey

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow

HELP = "resources/help/first.md"
ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FirstRun(QFrame):
    """`made` carries the recovery key; `sample` asks for the sample organisation, opened at this page."""

    made = Signal(str)
    sample = Signal(str)

    def __init__(self, session: Session, tries: bool = True, reach: Reach | None = None) -> None:
        super().__init__()
        self.setProperty("kind", "page")
        self.session = session
        self.typed = Typed(session)
        self.reaching = Reaching(session, reach, self)
        settings = session.settings
        self.purpose = PurposeStep(self.typed.text("start_page") or settings.text("start_page"))
        self.practice = PracticeStep(
            self.typed, {key: settings.text(key) for key in ("nation", "person_name", "person_role")}
        )
        self.sources = SourcesStep()
        self.sources.tries_by_itself = tries and settings.number("refresh_minutes") > 0
        self.steps = (self.purpose, self.practice, self.sources)
        self.at = 0
        self._is_busy, self._is_stale = False, True
        self._help: Page | None = None
        self._build()
        self._connect()
        self._show(0)

    @classmethod
    def show_in(cls, window: MainWindow, session: Session, reach: Reach | None = None) -> FirstRun:
        """Shows the page in the window's place for pages, and looks meanwhile whether a record can begin here."""
        page = cls(session, window.checks_by_itself, reach)
        page.made.connect(lambda key: RecoveryKey.show_in(window, session, key))
        page.sample.connect(window.open_sample)
        window.show_alone(page)
        page.focus_first()
        # Said now and not at the end of three pages; the sample is still to be had.
        session.runner.read(check_place(session.places), lambda _none: None, page.fail_with, page)
        return page

    # Building

    def _build(self) -> None:
        outer = column(self, gap=0)
        self.pages = QStackedWidget()
        for number, step in enumerate(self.steps, start=1):
            said = tr("Step {number} of {all}").format(number=number, all=len(self.steps))
            step.lines.insertWidget(0, Text(said, "dense", "text_2"))
            step.scroll.setAccessibleName(f"{said}: {step.title.text()}")
            self.pages.addWidget(step)
        outer.addWidget(self.pages, 1)
        foot = QFrame()
        foot.setProperty("kind", "bar")
        lines = column(foot, gap="small")
        lines.setContentsMargins(*(look().px(one) for one in ("wide", "medium", "wide", "medium")))
        self.wrong = Text("", "body", "red_text")
        self.wrong.hide()
        lines.addWidget(self.wrong)
        self.doing = Text(tr("Your record is being started."), "body", "text_2")
        self.doing.hide()
        lines.addWidget(self.doing)
        line = Wrapping(gap=8)
        self.next_button = KeyButton(tr("Next"), self.go_on, tr("Enter"), "primary")
        self.back_button = KeyButton(tr("Back"), self.go_back, "Esc")
        self.skip_button = KeyButton(tr("Skip this step"), self.skip)
        self.sample_button = KeyButton("", self.ask_sample)
        self._buttons = (self.next_button, self.back_button, self.skip_button, self.sample_button)
        for button in self._buttons:
            line.addWidget(button)
        lines.addLayout(line)
        outer.addWidget(foot)

    def _connect(self) -> None:
        self.purpose.chosen.connect(self._purpose_chosen)
        self.practice.changed.connect(self._suit_changed)
        self.sources.try_asked.connect(self.reaching.ask)
        self.sources.left_out.connect(self.reaching.leave_out)
        self.reaching.reached.connect(self.sources.show_tried)

    def _purpose_chosen(self, page: str) -> None:
        self.typed.keep("start_page", page)

    def _suit_changed(self) -> None:
        """Other sources suit another nation or kind."""
        self._is_stale = True

    # Going on and back

    def _show(self, at: int) -> None:
        self.at = at
        self.wrong.say("")
        is_first, is_last = at == 0, at == len(self.steps) - 1
        self.next_button.say(tr("Start the record") if is_last else tr("Next"))
        for button in (self.next_button, self.sample_button):
            button.show()
        self.back_button.setVisible(not is_first)
        self.skip_button.setVisible(is_first)
        self.sample_button.say(tr("Use the sample: no network") if is_first else tr("Skip: look at the sample"))
        self.pages.setCurrentWidget(self.steps[at])
        if is_last and self._is_stale:
            self._offer()
        self.focus_first()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.steps[at].scroll.accessibleName()))

    def _offer(self) -> None:
        try:
            offers = offered(self.session.places, self.practice.nation.currentData(), self.practice.kind.currentData())
        except MsatError as error:
            self.fail(error)
            return
        self._is_stale = False
        self.sources.show_offers(offers)

    def focus_first(self) -> None:
        """To the first field of the page, else to the button that goes on."""
        field = self.steps[self.at].first_field()
        (field or self.next_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def go_on(self) -> None:
        """To the next page; from the last one, the record begins."""
        if self._is_busy or self.is_help_shown:
            return
        if self.at == 0:
            self.practice.preset(PRESETS[self.purpose.start_page])
        if self.at == 1 and not self._is_right():
            return
        self.typed.save()
        if self.at == len(self.steps) - 1:
            self.start(self.sources.wanted())
        else:
            self._show(self.at + 1)

    def go_back(self) -> None:
        """To the page before, or from the help to where it was asked for; everything typed stays."""
        if self.is_help_shown:
            self._show(self.at)
        elif self.at and not self._is_busy:
            self.typed.save()
            self._show(self.at - 1)

    @property
    def is_help_shown(self) -> bool:
        return self._help is not None and self.pages.currentWidget() is self._help

    def skip(self) -> None:
        """Page 1 without an answer: MSAT opens where it would by itself."""
        self.purpose.choices[self.session.settings.text("start_page")].setChecked(True)
        self.go_on()

    def ask_sample(self) -> None:
        """The sample instead; what was typed is there at the next start."""
        if not self._is_busy:
            self.reaching.stop()
            self.typed.save()
            self.sample.emit(self.purpose.start_page)

    def _is_right(self) -> bool:
        found = self.practice.wrong()
        if found is None:
            return True
        self.fail(found[0])
        found[1].setFocus(Qt.FocusReason.OtherFocusReason)
        # The line above the buttons has just taken room from the page.
        QTimer.singleShot(0, self.practice, lambda: self.practice.bring_into_view(found[1]))
        return False

    # Beginning

    def start(self, sources: dict[str, bool]) -> None:
        """Begins the record on the writer's thread; what was typed stays when it is refused."""
        answers = self.practice.answers(self.purpose.start_page)
        answers.sources = sources
        self._set_busy(True)
        self.wrong.say("")
        self.session.runner.write(begin(self.session.places, answers), self._made, self.fail_with, self)

    def _made(self, key: str) -> None:
        self.reaching.stop()
        self.session.settings.read()
        self.typed.forget()
        self.made.emit(key)

    def _set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        self.doing.setVisible(busy)
        for button in (self.next_button, self.back_button, self.sample_button):
            button.setEnabled(not busy)

    def fail_with(self, error: Exception) -> None:
        self.fail(self.session.as_trouble(error))

    def fail(self, error: MsatError) -> None:
        """Says in a line above the buttons what stands in the way."""
        self._set_busy(False)
        self.wrong.say(str(error))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, str(error)))

    # Keys and help

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.go_back()
        elif event.key() in ENTERS and not event.isAutoRepeat():
            focus = self.focusWidget()
            if isinstance(focus, QPushButton):
                focus.click()
            else:
                self.go_on()
        elif event.key() not in ENTERS:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def open_help(self) -> None:
        """F1: what the three pages are for, until Back."""
        if self._is_busy:
            return
        if self._help is None:
            self._help = FirstHelp()
            self.pages.addWidget(self._help)
        self.pages.setCurrentWidget(self._help)
        for button in self._buttons:
            button.setVisible(button is self.back_button)
        self.wrong.say("")
        self.back_button.setFocus(Qt.FocusReason.OtherFocusReason)


class FirstHelp(Page):
    """The page of help about the first start, as the whole help shows it later."""

    def __init__(self) -> None:
        super().__init__(tr("Help"))
        self.text = HelpText()
        self.text.setAccessibleName(tr("Help: the first start"))
        self.lines.addWidget(self.text)
        self.lines.addStretch(1)
        self._show()
        look().changed.connect(self._show)

    def _show(self) -> None:
        look().dress(self.text, "body")
        self.text.show_markdown(shipped.text(HELP))


class RecoveryKey(Page):
    """The recovery key, to be printed or saved, then kept apart from this computer."""

    done = Signal()

    def __init__(self, key: str) -> None:
        super().__init__(
            tr("Keep this key"),
            tr(
                "Your record has begun. This is its recovery key, shown this once. If this computer is ever lost, it "
                "proves that a new record continues yours. Print it or save it, and keep it where you keep other keys, "
                "not on this computer."
            ),
        )
        shown = PrintedKey(key)
        self.text, self.copy, self.save, self.said = shown.text, shown.copy, shown.save, shown.said
        self.lines.addWidget(shown)
        self.go_on = KeyButton(tr("I have kept it. Open MSAT"), self.done.emit, "", "primary")
        self.lines.addWidget(self.go_on, 0, Qt.AlignmentFlag.AlignLeft)
        self.lines.addStretch(1)

    @classmethod
    def show_in(cls, window: MainWindow, session: Session, key: str) -> RecoveryKey:
        page = cls(key)
        page.done.connect(lambda: key_kept(session, key, page))
        page.done.connect(window.open_own)
        window.show_alone(page)
        page.save.setFocus(Qt.FocusReason.OtherFocusReason)
        return page
