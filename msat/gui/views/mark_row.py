"""A person's own marks on the alert shown: star, unread, snoozed until. Nothing of it is recorded, and it says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from msat.gui.dates import say_short_date
from msat.gui.letters import by
from msat.gui.pieces import KeyButton, Text, column, row
from msat.gui.tongue import said, tr

if TYPE_CHECKING:
    from msat.services.own_marks import Marks


class MarkRow(QWidget):
    """`star_asked`, `unread_asked`, `snooze_asked` and `wake_asked` (with the key) come from its buttons."""

    star_asked = Signal()
    unread_asked = Signal()
    wake_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        self._key, self._marks, self._now = "", None, None
        self._whys: Mapping[str, str] = {}
        line = row(self, gap=0)
        self.star = KeyButton(tr("Star"), self.star_asked.emit, by("star"), "quiet", "starred")
        self.star.explain(tr("Only you see it; nothing is recorded"))
        self.unread = KeyButton(tr("Mark unread"), self.unread_asked.emit, by("unread"), "quiet")
        self.unread.explain(tr("Only you see it; nothing is recorded"))
        for button in (self.star, self.unread):
            line.addWidget(button)
        self.below = QWidget()
        """What is said of a snooze; the pane puts it below its title."""
        self.below.setProperty("kind", "clear")
        lines = column(self.below, gap=2)
        self.concerns = Text("", "dense", "text_2")
        """Why it stands in My medicines."""
        lines.addWidget(self.concerns)
        self.asleep = Text("", "dense", "text_2")
        self.wake = KeyButton(tr("Bring it back now"), lambda: self.wake_asked.emit(self._key), kind="quiet")
        lines.addWidget(self.asleep)
        lines.addWidget(self.wake, 0, Qt.AlignmentFlag.AlignLeft)
        self._show()

    def show_key(self, key: str, now) -> None:
        """Another alert is shown, or time has passed."""
        self._key, self._now = key, now
        self._show()

    def show_marks(self, marks: Marks | None, whys: Mapping[str, str] | None = None) -> None:
        """The marks are other ones. `whys`: why alerts stand in My medicines, by key."""
        self._marks, self._whys = marks, whys or {}
        self._show()

    def _show(self) -> None:
        marks = self._marks
        on = marks is not None and self._key in marks.starred
        self.star.say(tr("Starred") if on else tr("Star"))
        self.star.setAccessibleName(tr("Take the star away") if on else tr("Put a star on it"))
        self.star.set_icon("star-full" if on else "starred")
        self.unread.say(tr("Mark read") if marks is not None and self._key in marks.unread else tr("Mark unread"))
        until = marks.snoozed.get(self._key) if marks is not None else None
        sleeps = until is not None and self._now is not None and until > self._now
        back = marks.back.get(self._key) if marks is not None else None
        why = said(self._whys.get(self._key, ""))
        self.concerns.say(why)
        self.below.setVisible(sleeps or back is not None or bool(why))
        self.wake.setVisible(sleeps)
        if back is not None and not sleeps:
            words = tr("You snoozed it, and it came back on {day}, before the day that you chose. {why}")
            self.asleep.say(words.format(day=say_short_date(back.at), why=said(back.why)))
            return
        self.asleep.say(
            tr(
                "Snoozed by you until {day}: out of your worklist on this computer only. No time limit moves, nothing "
                "is recorded; to put it off with somebody's approval, use Defer."
            ).format(day=say_short_date(until))
            if sleeps
            else ""
        )
