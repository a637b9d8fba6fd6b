"""Where a search hit: the piece of a notice's text around it, with its words marked."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from msat.alerts.model import Alert
from msat.gui.theme import look
from msat.projections.search_terms import snippet

LENGTH = 240


class Found(QLabel):
    """Every word is escaped; the only markup is the mark of what was searched for."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        look().dress(self, "body")
        self._shown: tuple[str, str] = ("", "")
        look().changed.connect(lambda: self._show(*self._shown))
        self.hide()

    def show_hit(self, notice: Alert | None, search: str) -> None:
        """The first place in the text that answers the search; nothing where only the title or a note does."""
        text = notice.text if notice else ""
        if (text, search) != self._shown:
            self._show(text, search)

    def _show(self, text: str, search: str) -> None:
        self._shown = text, search
        pieces = snippet(text, search, LENGTH) if search and text else []
        hits = any(hit for _piece, hit in pieces)
        self.setVisible(hits)
        if hits:
            self.setText("Found in the text: " + "".join(_marked(piece, hit) for piece, hit in pieces))
            self.setAccessibleName("Found in the text: " + "".join(piece for piece, _hit in pieces))


def _marked(piece: str, hit: bool) -> str:
    if not hit:
        return escape(piece)
    theme = look()
    style = f"background-color: {theme.colour('amber_background').name()}; color: {theme.colour('text').name()};"
    return f'<span style="{style} font-weight: 600; text-decoration: underline;">{escape(piece)}</span>'
