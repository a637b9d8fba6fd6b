"""The foot of the window: how the sources are, what is being done with Cancel, and how much is recorded."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QProgressBar

from msat.gui.pieces import KeyButton, Text, row, tip
from msat.gui.theme import look
from msat.gui.tongue import tr
from msat.gui.views.notices import SHORT_MS, Picture

SMALL = 840
"""Pixels at 100 % below which the bar says less: the window at 150 % of 1093 pixels, and at 200 % of any laptop."""


class StatusBar(QFrame):
    """`check_asked` and `cancel_asked` come from its buttons."""

    check_asked = Signal()
    cancel_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        layout = row(self, gap="medium")
        edge = look().px(12)
        layout.setContentsMargins(edge, look().px(4), edge, look().px(4))
        self.picture = Picture("info", "text_2", 16)
        self.health = Text(tr("Opening the record."), "dense")
        self.address = Text("", "dense", "link")
        self.address.hide()
        self.recorded = Text("", "dense", "green_text", strong=True)
        self.recorded.hide()
        self._going = QTimer(self, singleShot=True, interval=SHORT_MS)
        self._going.timeout.connect(lambda: self._say_recorded(""))
        self.doing = Text("", "dense")
        self.doing.setWordWrap(False)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(look().px(120))
        self.progress.setAccessibleName(tr("Progress"))
        self.cancel = KeyButton(tr("Cancel"), self.cancel_asked.emit, kind="quiet")
        self.cancel.setAccessibleName(tr("Cancel the check of the sources"))
        self.check = KeyButton(tr("Check now"), self.check_asked.emit, "F5", "quiet")
        self.records = Text("", "dense", "text_2")
        self.records.setWordWrap(False)
        self.records.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.picture)
        layout.addWidget(self.health, 1)
        layout.addWidget(self.address, 1)
        layout.addWidget(self.recorded, 1)
        for widget in (self.doing, self.progress, self.cancel, self.check, self.records):
            layout.addWidget(widget)
        self.check.setEnabled(False)
        self._words = self._brief = self.health.text()
        look().changed.connect(self._fit)
        self.idle()

    def say_health(self, words: str, tone: str, brief: str = "") -> None:
        """How the sources are, in words; `tone` is green, amber, red or info. `brief` is for a bar without room."""
        self._words, self._brief = words, brief or words
        self._fit()
        self.picture.name = {"green": "check", "info": "info"}.get(tone, "warning")
        self.picture.token = f"{tone}_text"
        self.picture.update()
        self.health.set_tone("text" if tone in ("green", "info") else f"{tone}_text")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In large type on a small window the foot must not take the room of what is read: it says less, and the whole
        in its tip."""
        small = self.width() < look().px(SMALL)
        if self.records.isHidden() != small:
            self.records.setVisible(not small)
        shown = self._brief if small else self._words
        if self.health.text() != shown:
            self.health.setText(shown)
        self.health.setToolTip(tip(self._words) if small else "")
        self.health.setAccessibleName(self._words)

    def say_records(self, words: str) -> None:
        self.records.setText(words)

    def say_recorded(self, words: str) -> None:
        """What was just recorded, where the eye finds it and nothing moves or is covered; a screen reader hears it."""
        self._say_recorded(words)
        self._going.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def say_briefly(self, words: str) -> None:
        """What a key has changed, or a short notice that gave way: in the same place, but nothing was recorded."""
        self.say_recorded(words)
        self.recorded.set_tone("text")

    def _say_recorded(self, words: str) -> None:
        self.recorded.setText(words)
        self.recorded.set_tone("green_text")
        self._arrange()

    def point(self, address: str) -> None:
        """Shows an address under the pointer in place of the health."""
        self.address.setText(address)
        self._arrange()

    def _arrange(self) -> None:
        """One of the three texts: an address, what was recorded, or how the sources are."""
        first = next((t for t in (self.address, self.recorded) if t.text()), self.health)
        for text in (self.address, self.recorded, self.health):
            text.setVisible(text is first)
        self.picture.setVisible(first is self.health)

    def work(self, words: str, done: int = 0, total: int = 0) -> None:
        """Says what is being done; the list stays usable."""
        self.doing.setText(words)
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        for widget in (self.doing, self.progress, self.cancel):
            widget.show()
        self.cancel.setEnabled(True)
        self.check.hide()

    def idle(self) -> None:
        """Nothing is being done."""
        for widget in (self.doing, self.progress, self.cancel):
            widget.hide()
        self.check.show()
