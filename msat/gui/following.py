"""What follows a setting or the record at once: the look of the window, and the count of what waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from msat.errors import MsatError
from msat.gui.people_deeds import learn_site
from msat.gui.review_deeds import WaitingReader
from msat.gui.theme import look

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow

SITE = ("nation", "open_on")
"""Settings that deadlines are counted with."""
COUNT_MS = 800
"""Deeds come in quick succession; the review list is counted once they pause."""


class Following(QObject):
    """Belongs to the window, and changes it when a setting or the record is another."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._waiting = WaitingReader()
        self._counting = QTimer(self, singleShot=True, interval=COUNT_MS)
        self._counting.timeout.connect(self.count)
        session = window.session
        session.settings.changed.connect(self._setting_changed)
        session.opened.connect(self._opened)
        session.changes.happened.connect(lambda _changes: self._counting.start())

    def _opened(self) -> None:
        self._counting.start()
        if self._window.session.settings.trouble is not None:
            self._window.notices.warn(self._window.session.settings.trouble)

    # The look

    def _setting_changed(self, key: str) -> None:
        settings = self._window.session.settings
        if key == "appearance" and look().mode != settings.text(key):
            look().set_mode(settings.text(key))
        elif key == "zoom_percent" and look().zoom != settings.number(key):
            look().set_zoom(settings.number(key))
        elif key in SITE:
            self._window.session.run(learn_site, self)

    def keep_look(self) -> None:
        """Keeps the colours and the size as they are now."""
        try:
            self._window.session.settings.keep(appearance=look().mode, zoom_percent=look().zoom)
        except MsatError as error:
            self._window.notices.warn(error)

    # The review list

    def count(self) -> None:
        """Shows on the rail how many alerts wait for a person's judgement."""
        self._counting.stop()
        self._window.session.read(self._waiting.read, self._show_count, self)

    def _show_count(self, count: int) -> None:
        button = self._window.rail.buttons.get("review")
        if button is not None:
            button.set_count(count)
