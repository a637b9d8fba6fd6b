"""Where a search hit: the piece of a notice's text or of a note here around it, with its words marked."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from msat.alerts.model import Alert
from msat.gui.theme import look
from msat.gui.tongue import tr
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
        self._shown: tuple[tuple[str, ...], str] = ((), "")
        look().changed.connect(self._show_again)
        self.hide()

    def show_hit(self, notice: Alert | None, search: str, recorded: tuple[str, ...] = ()) -> None:
        """The first place that answers the search: in the text, else in what was recorded here (`recorded`, sentences
        of the history). Nothing where the title shows it already."""
        texts = (notice.text if notice else "", notice.title if notice else "", *recorded)
        if (texts, search) != self._shown:
            self._show(texts, search)

    def _show_again(self) -> None:
        """In other colours."""
        self._show(*self._shown)

    def _show(self, texts: tuple[str, ...], search: str) -> None:
        self._shown = texts, search
        where, pieces = _first(texts, search) if search else ("", [])
        self.setVisible(bool(where))
        if where:
            self.setText(where + "".join(_marked(piece, hit) for piece, hit in pieces))
            self.setAccessibleName(where + "".join(piece for piece, _hit in pieces))


def _first(texts: tuple[str, ...], search: str) -> tuple[str, list[tuple[str, bool]]]:
    """Where the first hit is, and the piece around it. `texts`: the notice's text, its title, what was recorded."""
    for at, text in enumerate(texts):
        pieces = snippet(text, search, LENGTH) if text else []
        if any(hit for _piece, hit in pieces):
            if at == 1:
                return "", []
            return (tr("Found in the text: ") if at == 0 else tr("Found in what was recorded here: ")), pieces
    return "", []


def _marked(piece: str, hit: bool) -> str:
    if not hit:
        return escape(piece)
    theme = look()
    style = f"background-color: {theme.colour('amber_background').name()}; color: {theme.colour('text').name()};"
    return f'<span style="{style} font-weight: 600; text-decoration: underline;">{escape(piece)}</span>'
