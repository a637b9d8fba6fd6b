"""Tells the person at the window: toasts where the system has a tray, banners above the page, a number on the title.

What is to be told is decided in `projections.reminders`; here it is only shown, and kept as told. Clicking opens the
alert. The e-mail to a deputy is written to a file that a person sends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from msat.gui.going import open_alert
from msat.gui.saving import ask_where, open_file
from msat.gui.start import HEADLESS
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.banners import Banners

if TYPE_CHECKING:
    from msat.gui.grace import Grace
    from msat.gui.main_window import MainWindow
    from msat.projections.ports import Row
    from msat.projections.reminders import Notice as Message
    from msat.projections.reminders import Told
    from msat.services.desk import Desk

LOOK_MS = 60_000
SOON_MS = 1_000
"""After a change, so that several in a row are looked at once."""
SEEN_MS = 1_000
"""An alert that has been in front of a person twice this long was opened."""
LOW = 720
"""Below this height, in pixels at 100 %, banners are one line each."""
MOST_LETTERS = 240
"""Windows shows no more of a toast."""
_NUMBER = re.compile(r"^\(\d+\) ")


class Voice(Protocol):
    """What says a message outside the window."""

    def can_speak(self) -> bool:
        """Whether the system shows messages at all."""

    def say(self, title: str, text: str, is_urgent: bool) -> None:
        """Shows one message."""


class Tray(QObject):
    """The tray icon, made when there is first something to say. `clicked`: a person clicked the message."""

    clicked = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._icon: QSystemTrayIcon | None = None

    def can_speak(self) -> bool:
        return QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()

    def say(self, title: str, text: str, is_urgent: bool) -> None:
        if self._icon is None:
            self._icon = QSystemTrayIcon(self._window.windowIcon(), self)
            self._icon.setToolTip(tr("MSAT: checks the sources while its window is open"))
            self._icon.messageClicked.connect(self.clicked)
            self._icon.activated.connect(lambda _reason: self.clicked.emit())
            self._icon.show()
        sort = QSystemTrayIcon.MessageIcon.Warning if is_urgent else QSystemTrayIcon.MessageIcon.Information
        self._icon.showMessage(title, shortened(text), sort, 20_000)


class Notifier(QObject):
    """Looks every minute, and soon after something changed."""

    def __init__(self, window: MainWindow, voice: Voice | None = None) -> None:
        super().__init__(window)
        self._window, self._session = window, window.session
        self.voice: Voice = voice or Tray(window)
        if isinstance(self.voice, Tray):
            self.voice.clicked.connect(self.open_last)
        self.told: Told | None = None
        self.unopened: list[Row] = []
        self._last: tuple[str, ...] = ()
        self._looking, self._again, self._is_trouble_told = False, False, False
        self._in_front = ""
        self.banners = Banners()
        window.centralWidget().layout().insertWidget(0, self.banners)
        self._minute = QTimer(self, interval=LOOK_MS)
        self._minute.timeout.connect(self.look)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.look)
        self._seeing = QTimer(self, interval=SEEN_MS)
        self._seeing.timeout.connect(self.notice_opened)
        self._listen()
        window.installEventFilter(self)
        look().changed.connect(self._fit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        self.banners.fit(self._window.height() * 100 / look().zoom < LOW)

    def _listen(self) -> None:
        session = self._session
        session.opened.connect(self._opened)
        session.changes.happened.connect(lambda _changes: self._look_soon())
        session.person_changed.connect(self._look_soon)
        session.settings.changed.connect(lambda _key: self._look_soon())
        self.banners.red.button.clicked.connect(lambda _on: self._open_first_red())
        self.banners.message.button.clicked.connect(lambda _on: self.open_last())
        self.banners.write.clicked.connect(lambda _on: self.write_to_deputy())

    def _opened(self) -> None:
        self.told = None
        if self._window.checks_by_itself:
            self._minute.start()
        self._look_soon()

    def _look_soon(self) -> None:
        """As the sources, it looks unasked only in a window that works by itself."""
        if self._window.checks_by_itself:
            self._soon.start()

    # Looking

    def look(self) -> None:
        """Asks what is to be told now, in the background; one look at a time."""
        if self._session.desk is None:
            return
        if self._looking:
            self._again = True
            return
        self._looking = True
        told, person, grace = self.told, self._session.person(), self._session.grace
        name = person.name if person else ""

        def read(desk: Desk) -> Callable[[], None]:
            try:
                found = _read(desk, told, name, grace)
            except Exception as error:
                trouble = error
                return lambda: self._failed(trouble)
            return lambda: self._found(*found)

        self._session.read(read, lambda do: do(), self)

    def _failed(self, error: Exception) -> None:
        """A look that failed is tried again in a minute; it is said once, not each minute."""
        self._looking = False
        if not self._is_trouble_told:
            self._is_trouble_told = True
            self._session.tell(error)

    def _found(
        self, rows: Sequence[Row], told: Told, messages: Sequence[Message], unopened: list[Row], ahead: Sequence[Row]
    ) -> None:
        """`rows` as recorded, `ahead` as they will be once what waits is recorded: what is shown goes by these."""
        from msat.projections.reminders import left_of, marked

        self._looking, self._is_trouble_told = False, False
        # What a person opened while this was being read stays opened.
        opened = told.opened | (self.told.opened if self.told is not None else frozenset())
        told = _with_opened(told, opened)
        for message in messages:
            self._tell(message)
        after = marked(told, messages, rows, self._session.now())
        if self.told is None or after != self.told:
            self._keep(after)
        self._show_unopened([row for row in unopened if row.key not in after.opened])
        if self._shown is not None and self.banners.has_message:
            self._show_left(self._shown, left_of(self._shown, ahead, self._session.now()))
        if self._again:
            self._again = False
            self._look_soon()

    def _keep(self, told: Told) -> None:
        self.told = told

        def save(desk: Desk) -> None:
            from msat.services.reminders import save_told

            save_told(desk.places, told)

        self._session.run(save, self)

    # Telling

    def _tell(self, message: Message) -> None:
        is_red = bool(message.reds)
        self._last = tuple(message.keys)
        # Of a sample nothing is said outside the window: it would be taken for real.
        speaks = not self._session.is_demo and self.voice.can_speak()
        if speaks:
            self.voice.say(message.title, message.text, is_red)
        if is_red:
            QApplication.alert(self._window)
        if message.offer_to or (not speaks and not (is_red and len(message.reds) == len(message.keys))):
            self._show_message(message)

    def _show_message(self, message: Message) -> None:
        self.banners.show_message(message.title, message.text, message.offer_to)
        self._offered = tuple(message.reminded) or tuple(message.keys)
        self._shown = message

    def _show_left(self, shown: Message, left: Message | None) -> None:
        """What the banner asks for is done, in part or wholly: it says no more than what is left."""
        if left is None:
            self.banners.close_message()
        elif left is not shown:
            self._last = tuple(left.keys) if self._last == tuple(shown.keys) else self._last
            self._show_message(left)

    _offered: tuple[str, ...] = ()
    _shown: Message | None = None
    """The message of the banner, for as long as it is there."""

    def _show_unopened(self, rows: list[Row]) -> None:
        """The banner until it is opened, the number on the title and on the icon of the task bar."""
        self.unopened = rows
        self.banners.show_reds(rows)
        title = _NUMBER.sub("", self._window.windowTitle())
        self._window.setWindowTitle(f"({len(rows)}) {title}" if rows else title)
        if hasattr(QGuiApplication.instance(), "setBadgeNumber"):
            QGuiApplication.instance().setBadgeNumber(len(rows))
        if rows and self._window.checks_by_itself and not self._seeing.isActive():
            self._seeing.start()
        elif not rows:
            self._seeing.stop()

    # Opening

    def open_last(self) -> None:
        """Goes to the alert that the last message was about."""
        window = self._window
        self.banners.close_message()
        if window.isMinimized():
            window.showNormal()
        if QGuiApplication.platformName() not in HEADLESS:
            window.raise_()
        window.activateWindow()
        if self._last:
            open_alert(window, self._last[0])

    def _open_first_red(self) -> None:
        if self.unopened:
            key = self.unopened[0].key
            open_alert(self._window, key)
            self.mark_opened(key)

    def notice_opened(self) -> None:
        """An alert that stays in front of a person in the active window was opened."""
        inbox = self._window.current()
        state = getattr(getattr(inbox, "alert", None), "state", None)
        key = str(state.key) if state is not None and self._window.isActiveWindow() else ""
        if key and key == self._in_front:
            self.mark_opened(key)
        self._in_front = key

    def mark_opened(self, key: str) -> None:
        """The banner no longer shows this alert."""
        from msat.projections.reminders import opened

        if self.told is not None and any(row.key == key for row in self.unopened):
            self._keep(opened(self.told, key))
            self._show_unopened([row for row in self.unopened if row.key != key])

    # The deputy

    def write_to_deputy(self) -> None:
        """Writes the e-mail that was offered to a file."""
        path = ask_where(self._window, tr("Save the e-mail"), "reminder.eml", tr("E-mail (*.eml)"), self._session)
        if path is None:
            return
        keys = self._offered

        def write(desk: Desk):
            from msat.services.digest import write_digest

            return write_digest(desk, path, "", keys)

        def written(made) -> None:
            self.banners.close_message()
            self._window.notices.tell(made.words, "green", tr("Open"), lambda: open_file(made.path))

        self._session.run(write, self, written, long=True)


def _with_opened(told: Told, opened: frozenset) -> Told:
    from dataclasses import replace

    return told if told.opened == opened else replace(told, opened=opened)


def _read(
    desk: Desk, told: Told | None, person: str, grace: Grace
) -> tuple[Sequence[Row], Told, Sequence[Message], list[Row], Sequence[Row]]:
    """On a reader's thread."""
    from msat.gui.grace import merged
    from msat.services.reminders import find_due, find_unopened, load_told, open_rows

    known = told if told is not None else load_told(desk.places)
    rows = open_rows(desk)
    ahead = merged(rows, desk, grace)
    return rows, known, find_due(desk, rows, known, person), find_unopened(desk, ahead, known), ahead


def shortened(text: str) -> str:
    """A toast's text: whole lines as far as they fit, a single long one up to a word; the rest is in the window."""
    if len(text) <= MOST_LETTERS:
        return text
    kept: list[str] = []
    for line in text.splitlines():
        if sum(map(len, kept)) + len(kept) + len(line) > MOST_LETTERS - 20:
            break
        kept.append(line)
    if not kept:
        kept = [text[: MOST_LETTERS - 20].rpartition(" ")[0] + " ..."]
    return "\n".join([*kept, tr("More in MSAT.")])
