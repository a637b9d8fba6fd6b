"""How words that were searched for are marked: on a tint and underlined, widths unchanged."""

from __future__ import annotations

from PySide6.QtGui import QTextCharFormat, QTextLayout

from msat.gui.theme import look
from msat.projections.search_terms import highlight


def mark_format() -> QTextCharFormat:
    """The look of one marked word."""
    form = QTextCharFormat()
    form.setBackground(look().colour("amber_background"))
    form.setForeground(look().colour("text"))
    form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
    return form


def spans(text: str, search: str) -> list[tuple[int, int]]:
    """(start, length) of each marked piece as Qt counts: a character beyond the basic plane is two."""
    found: list[tuple[int, int]] = []
    at = 0
    for piece, hit in highlight(text, search) if search else ():
        length = len(piece.encode("utf-16-le", "surrogatepass")) // 2
        if hit:
            found.append((at, length))
        at += length
    return found


def marks(title: str, search: str) -> list[QTextLayout.FormatRange]:
    """The marks of a title for a text layout."""
    made = []
    for start, length in spans(title, search):
        one = QTextLayout.FormatRange()
        one.start, one.length, one.format = start, length, mark_format()
        made.append(one)
    return made
