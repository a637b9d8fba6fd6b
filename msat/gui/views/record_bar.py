"""A bar above everything that stays: why nothing can be recorded here, and what the record tells since it was opened.

A record that is only to be read looks like any other until somebody records; this says it before that. So it does where
a backup is read, since the record cannot be opened. Reads no file.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame

from msat.gui.pieces import KeyButton, column
from msat.gui.session import Session
from msat.gui.theme import look
from msat.gui.tongue import later, tr
from msat.gui.views.notices import Notice
from msat.record.shown import ShownBackup
from msat.record.trouble import GOES_ON_AFRESH, Trouble

HEAD = later("This record can only be read.")
IN_LOG = later("What can be done about it: Records, This log.")
WITH_KEY = later("Put the key back, or go on with the printed recovery key: Records, Signing key.")
RESTORE = later("Put a backup back")
"""The section of Records that it asks for while a backup is read."""
LOW = 560
"""Pixels at 100 %: in a lower window each notice says only what happened; the rest is in its tip."""


class TwoWays(Notice):
    """A notice with a second button, which stays beside the first wherever that stands."""

    def __init__(self, tone: str, label: str, on: Callable[[], None], second: str, on_second: Callable[[], None]):
        super().__init__(tone, "", label=label, on=on)
        self.second = KeyButton(second, on_second)
        self._beside.addWidget(self.second, 0, Qt.AlignmentFlag.AlignVCenter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_below = self._below.indexOf(self.button) >= 0
        now, then = (self._below, self._beside) if is_below else (self._beside, self._below)
        if now.indexOf(self.second) < 0:
            then.removeWidget(self.second)
            side = Qt.AlignmentFlag.AlignLeft if is_below else Qt.AlignmentFlag.AlignVCenter
            now.addWidget(self.second, 0, side)


class RecordBar(QFrame):
    """`records_asked` asks for a section of the Records page. Takes no room while there is nothing to say."""

    records_asked = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self._session = session
        self._closed, self._needs_key, self._in_log = 0, False, False
        lines = column(self, gap=0)
        self.only_to_read = Notice("amber", "", label=tr("Records"), on=self._ask)
        self.only_to_read.button.setAccessibleName(tr("Open Records: check, backups, key"))
        self.told = Notice("info", "", label=tr("Close"), on=self._close)
        self.told.button.setAccessibleName(tr("Close what the record tells"))
        self.from_backup = TwoWays(
            "amber", tr("Put back"), lambda: self.records_asked.emit(tr(RESTORE)), tr("Try again"), self._try_again
        )
        self.from_backup.button.setAccessibleName(tr("Put a backup back: open Records"))
        self.from_backup.second.setAccessibleName(tr("Try again to open the record"))
        for notice in (self.from_backup, self.only_to_read, self.told):
            notice.hide()
            lines.addWidget(notice)
        self.hide()
        look().changed.connect(self._fit)
        session.opened.connect(self._opened)
        session.not_opened.connect(lambda _error: self.from_backup.second.setEnabled(True))
        session.changes.happened.connect(lambda _changes: self.look())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.window().installEventFilter(self)
        self._fit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Hears how high the window is."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def _fit(self) -> None:
        low = self.window().height() < look().px(LOW)
        for notice in (self.from_backup, self.only_to_read, self.told):
            notice.in_brief(low)

    def _opened(self) -> None:
        self._closed = 0
        self.from_backup.second.setEnabled(True)
        self.look()

    def look(self) -> None:
        """Says how the record stands now; what is said for the first time is read out too."""
        record = self._session.desk.record if self._session.desk else None
        shown = record.shown if record else None
        self.say_backup(shown)
        why = record.read_only if record and shown is None else ""
        self._needs_key = record.needs_key if record else False
        trouble = record.trouble if record else Trouble.NONE
        self._in_log = trouble in GOES_ON_AFRESH and not self._needs_key
        to_do = tr(WITH_KEY) if self._needs_key else (record.to_be_done if record else "")
        to_do = tr(IN_LOG) if self._in_log else to_do
        self._say(self.only_to_read, "amber", tr(HEAD) if why else "", f"{why} {to_do}".strip())
        notices = record.notices[self._closed :] if record else ()
        self._say(self.told, "info", notices[0] if notices else "", " ".join(notices[1:]))
        self.setVisible(bool(why or notices or shown))

    def say_backup(self, shown: ShownBackup | None) -> None:
        """Says which backup is read, from when it is, and what may be missing from it; nothing for None."""
        self._say(self.from_backup, "amber", shown.head_line if shown else "", shown.text if shown else "")
        self.setVisible(self.isVisible() or shown is not None)

    def _say(self, notice: Notice, tone: str, head: str, text: str) -> None:
        before = (notice.head.text(), notice.text.text())
        notice.setVisible(bool(head))
        if before != (head, text):
            notice.say(tone, head, text)
            if head:
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{head} {text}".strip()))

    def _try_again(self) -> None:
        self.from_backup.second.setEnabled(False)
        self._session.open_again()

    def _ask(self) -> None:
        section = tr("This log") if self._in_log else tr("Check")
        self.records_asked.emit(tr("Signing key") if self._needs_key else section)

    def _close(self) -> None:
        """The sentences so far were read; others that come are shown again."""
        desk = self._session.desk
        self._closed = len(desk.record.notices) if desk else 0
        self.look()
