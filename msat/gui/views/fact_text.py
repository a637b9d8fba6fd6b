"""A notice's text with the words of each fact painted where they stand. Loads nothing, opens nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from msat.alerts.model import Where
from msat.gui.add_words import LONGEST_SHOWN
from msat.gui.theme import look
from msat.gui.tongue import tr

if TYPE_CHECKING:
    from msat.services.add import Preview

GAP = "\n\n"


class FactText(QPlainTextEdit):
    """Read-only. Facts are underlined on a tint; patient identifiers are red."""

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName(tr("The notice's text with the facts found"))
        self._preview: Preview | None = None
        self._text = ""
        look().dress(self, "body")
        look().changed.connect(self._paint)

    def show_preview(self, preview: Preview) -> None:
        """Shows title and text of a notice that is being added."""
        self._preview = preview
        self._text = preview.alert.title + GAP + preview.alert.text
        cut = len(self._text) > LONGEST_SHOWN
        self._text = self._text[:LONGEST_SHOWN]
        self.setPlainText(self._text + (tr("\n\nThe rest is not shown here; it is read and kept.") if cut else ""))
        self._paint()

    def point(self, row: int) -> None:
        """Brings the words of one fact of the list into view."""
        if self._preview is None or not 0 <= row < len(self._preview.facts):
            return
        fact = self._preview.facts[row]
        if fact.is_in_place and fact.where in (Where.TITLE, Where.TEXT):
            start = self._offset(fact.where)
            self.setTextCursor(self._cursor(start + fact.start, start + fact.end))
            self.ensureCursorVisible()

    def _offset(self, where: Where) -> int:
        if self._preview is None or where is Where.TITLE:
            return 0
        return len(self._preview.alert.title) + len(GAP)

    def _paint(self) -> None:
        preview, theme = self._preview, look()
        if preview is None:
            return
        painted = []
        for fact in preview.highlights:
            start = self._offset(fact.where)
            painted.append(self._selection(start + fact.start, start + fact.end, "info"))
        after = self._offset(Where.TEXT)
        painted += [self._selection(after + found.start, after + found.end, "red") for found in preview.identifiers]
        self.setExtraSelections([one for one in painted if one is not None])
        self.setMinimumHeight(theme.px(260))

    def _selection(self, start: int, end: int, tone: str) -> QTextEdit.ExtraSelection | None:
        if end > len(self._text):
            return None
        made = QTextEdit.ExtraSelection()
        form = QTextCharFormat()
        form.setBackground(look().colour(f"{tone}_background"))
        form.setForeground(look().colour("text" if tone == "info" else f"{tone}_text"))
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        form.setUnderlineColor(QColor(look().colour(f"{tone}_fill")))
        made.format = form  # type: ignore[attr-defined]
        made.cursor = self._cursor(start, end)  # type: ignore[attr-defined]
        return made

    def _cursor(self, start: int, end: int) -> QTextCursor:
        """Qt counts a character beyond the basic plane as two."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(start + _beyond(self._text[:start]))
        cursor.setPosition(end + _beyond(self._text[:end]), QTextCursor.MoveMode.KeepAnchor)
        return cursor


def _beyond(text: str) -> int:
    return 0 if text.isascii() else sum(character > "\uffff" for character in text)
