"""G, then a letter: to a page. The letters are shown where the second one is waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from msat.gui.tongue import later, spoken, tr

if TYPE_CHECKING:
    from msat.gui.main_window import MainWindow

CHORDS = spoken(
    (
        ("i", "worklist", later("Worklist")),
        ("s", "starred", later("Starred")),
        ("z", "snoozed", later("Snoozed")),
        ("w", "waiting", later("Waiting")),
        ("d", "completed", later("Completed")),
        ("r", "records", later("Records")),
        ("n", "newsletter", later("Newsletter")),
        ("b", "oversight", later("Oversight")),
    )
)
"""The second letter, the page, and its name."""
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
        page = next((page for key, page, _name in CHORDS if key == letter), "")
        if page:
            self._window.show_page(page)
        return bool(page)

    def _say(self) -> None:
        """Who knows the second letter is quicker than this."""
        letters = " · ".join(f"{key.upper()} {name}" for key, _page, name in CHORDS)
        self._window.notices.tell(tr("G, then: {letters}").format(letters=letters), "info")
