"""G, then a letter: to a page. The letters are shown where the second one is waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from msat.gui.letters import letters
from msat.gui.tongue import later, spoken, tr
from msat.letter_keys import shown

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow

CHORDS = spoken(
    (
        ("go-worklist", "worklist", later("Worklist")),
        ("go-starred", "starred", later("Starred")),
        ("go-snoozed", "snoozed", later("Snoozed")),
        ("go-waiting", "waiting", later("Waiting")),
        ("go-completed", "completed", later("Completed")),
        ("go-recalls", "recalls", later("Recalls")),
        ("go-shortages", "shortages", later("Shortages")),
        ("go-medicines", "medicines", later("My medicines")),
        ("go-records", "records", later("Records")),
        ("go-newsletter", "newsletter", later("Newsletter")),
        ("go-oversight", "oversight", later("Oversight")),
    )
)
"""The command of the second letter, the page, and its name."""
HINT_MS = 700
WAIT_MS = 4_000


class Chords(QObject):
    """Waits for the second letter for a few seconds."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._hint = QTimer(self, singleShot=True, interval=HINT_MS)
        self._hint.timeout.connect(self._say)
        self._waits = QTimer(self, singleShot=True, interval=WAIT_MS)

    def start(self) -> None:
        """G was pressed."""
        self._waits.start()
        self._hint.start()

    def take(self, letter: str) -> bool:
        """Goes where the letter says, if G came before it; any other letter ends the waiting and is its own."""
        if not self._waits.isActive():
            return False
        self._waits.stop()
        self._hint.stop()
        command = letters().command(letter, "go")
        page = next((page for name, page, _words in CHORDS if name == command), "")
        if page:
            self._window.show_page(page)
        return bool(page)

    def _say(self) -> None:
        """Who knows the second letter is quicker than this."""
        keys = letters().keys
        known = [(shown(keys[command]), words) for command, _page, words in CHORDS]
        said = tr("{key}, then: {letters}").format(
            key=letters().shown("go"), letters=" · ".join(f"{key} {words}" for key, words in known if key)
        )
        self._window.notices.tell(said, "info")
