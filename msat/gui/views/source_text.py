"""Shows what a publisher wrote. Loads nothing from anywhere; opens https links in the system's browser only."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from PySide6.QtCore import QByteArray, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QImage, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QTextEdit

from msat.gui.found_marks import mark_format, spans
from msat.gui.theme import look
from msat.gui.tongue import tr

_IMAGE = int(QTextDocument.ResourceType.ImageResource)

MOST_MARKED = 200_000
MOST_MARKS = 500
"""A search marks no more of a text than this: nobody looks further, and the window stays quick."""


def safe_address(address: str, base: str = "") -> str:
    """The https address that a link means, or nothing when it must not be opened."""
    try:
        whole = urljoin(base, address.strip())
        parts = urlsplit(whole)
    except ValueError:
        return ""
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        return ""
    return whole


def shown_address(address: str, base: str = "") -> str:
    """What the status bar says of a link: the address it opens, or that it is not opened."""
    if not address:
        return ""
    return safe_address(address, base) or tr("Not opened: {address}").format(address=address)


def open_address(address: str, base: str = "") -> bool:
    """Opens an https address in the system's browser; False when it is none, or there is no browser."""
    safe = safe_address(address, base)
    return bool(safe) and QDesktopServices.openUrl(QUrl(safe))


class SourceText(QTextBrowser):
    """A notice's own text. `pointed` carries the address under the pointer, for the status bar."""

    pointed = Signal(str)
    refused = Signal(str)

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self._base, self._html, self._search, self.is_paper = "", "", "", False
        self._dot = QImage(1, 1, QImage.Format.Format_ARGB32)
        self._dot.fill(Qt.GlobalColor.transparent)
        self.setAccessibleName(name or tr("Source text"))
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setTabChangesFocus(True)
        self.anchorClicked.connect(self._clicked)
        self.highlighted.connect(lambda url: self.pointed.emit(shown_address(url.toString(), self._base)))
        look().changed.connect(self._again)

    def show_html(self, html: str, base: str = "") -> None:
        """Shows sanitised HTML whose relative links start from `base`."""
        self._base, self._html = base, html
        theme = look()
        self.document().setDefaultFont(theme.font())
        self.document().setDefaultStyleSheet(
            f"a {{ color: {'#005EB8' if self.is_paper else theme.colour('link').name()}; }}"
            f"h1, h2, h3, h4 {{ font-weight: 600; }} h1, h2 {{ font-size: {theme.px(16)}px; }}"
            f"h3, h4 {{ font-size: {theme.px(14)}px; }}"
            f"th, td {{ padding: {theme.px(4)}px; }}"
        )
        self.setHtml(html)
        self.mark(self._search)

    def mark(self, search: str) -> None:
        """Marks what was searched for; an empty search marks nothing."""
        self._search = search
        selections = []
        for start, length in spans(self.toPlainText()[:MOST_MARKED], search)[:MOST_MARKS]:
            one = QTextEdit.ExtraSelection()
            one.format = mark_format()  # type: ignore[attr-defined]
            cursor = QTextCursor(self.document())
            cursor.setPosition(start)
            cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
            one.cursor = cursor  # type: ignore[attr-defined]
            selections.append(one)
        self.setExtraSelections(selections)

    def loadResource(self, kind: int, _name: QUrl) -> object:
        """Answers every request from here: pictures are one clear dot, all else is nothing."""
        return self._dot if kind == _IMAGE else QByteArray()

    def _clicked(self, url: QUrl) -> None:
        if not open_address(url.toString(), self._base):
            self.refused.emit(url.toString())

    def _again(self) -> None:
        if self._html:
            self.show_html(self._html, self._base)
