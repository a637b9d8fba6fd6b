"""The banners above every page: Reds nobody has opened, and a message where the system shows none. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame

from msat.gui.pieces import KeyButton, column
from msat.gui.tongue import tr
from msat.gui.views.notices import Notice

if TYPE_CHECKING:
    from msat.projections.ports import Row

_NAMED = 3


class Banners(QFrame):
    """Above the page: the Reds nobody opened, and the last message where the system shows none.

    In a low window each is one line with the reference, and a message waits until the Reds are opened.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")
        lines = column(self, gap=0)
        self.red = Notice("red", "", "", tr("Open"))
        self.message = Notice("info", "", "", tr("Open"))
        self.write = KeyButton(tr("Write to the deputy"))
        self.close_button = KeyButton(tr("Close"), self.close_message, kind="quiet")
        self.close_button.setAccessibleName(tr("Close the message"))
        for button in (self.write, self.close_button):
            self.message.layout().addWidget(button)
        for notice in (self.red, self.message):
            lines.addWidget(notice)
            notice.hide()
        self._rows: tuple[Row, ...] = ()
        self._message: tuple[str, str, str] | None = None
        self._is_low = False

    def show_reds(self, rows: Sequence[Row]) -> None:
        """The Reds that nobody has opened; none takes no room."""
        self._rows = tuple(rows)
        self._arrange()

    def show_message(self, title: str, text: str, deputy: str) -> None:
        """A reminder or the message of the day, until it is opened or closed."""
        self._message = (title, text, deputy)
        self._arrange()

    @property
    def has_message(self) -> bool:
        """Whether a message is there, be it that the Reds stand in its place in a low window."""
        return self._message is not None

    def close_message(self) -> None:
        self._message = None
        self._arrange()

    def fit(self, is_low: bool) -> None:
        """Short in a low window, whole in a high one."""
        if is_low != self._is_low:
            self._is_low = is_low
            self._arrange()

    def _arrange(self) -> None:
        rows = self._rows
        self.red.setVisible(bool(rows))
        if rows:
            head = (
                tr("Red, not opened yet")
                if len(rows) == 1
                else tr("{rows} Reds, not opened yet").format(rows=len(rows))
            )
            more = [tr("and {rows} more").format(rows=len(rows) - _NAMED)] if len(rows) > _NAMED else []
            named = "\n".join([*map(_title, rows[:_NAMED]), *more])
            if self._is_low:
                self.red.say("red", f"{head}: {_references(rows)}" if _references(rows) else head)
            else:
                self.red.say("red", head, named)
            self.red.button.say(tr("Open") if len(rows) == 1 else tr("Open the first"))
        self.message.setVisible(self._message is not None and not (self._is_low and rows))
        if self._message is not None:
            title, text, deputy = self._message
            self.message.say("amber" if deputy else "info", title, "" if self._is_low else text)
            self.write.setVisible(bool(deputy))
            self.write.say(tr("Write to {deputy}").format(deputy=deputy) if deputy else tr("Write to the deputy"))


def _references(rows: Sequence[Row]) -> str:
    known = [row.reference for row in rows[:_NAMED] if row.reference]
    return ", ".join(known) + (" ..." if known and len(rows) > _NAMED else "")


def _title(row: Row) -> str:
    title = " ".join(row.title.split())
    return title if not row.reference or row.reference in title else f"{row.reference}: {title}"
