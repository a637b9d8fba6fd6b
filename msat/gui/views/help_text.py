"""Shows a page of help with its pictures, which ship with the program. Loads nothing else, from nowhere."""

from __future__ import annotations

import re
from math import ceil
from typing import Any

from PySide6.QtCore import QByteArray, Qt, QUrl
from PySide6.QtGui import QImage, QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextBrowser

from msat import shipped
from msat.errors import ShippedFileMissing
from msat.gui.theme import look

PICTURE = re.compile(r"pictures/[a-z]+(?:-[a-z]+)*\.png")
"""How a page names a picture: `![what it shows](pictures/worklist.png)`."""
WIDEST = 900


class HelpText(QTextBrowser):
    """As high as its words: the page around it scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._markdown, self._width = "", 0
        # An empty answer makes Qt draw local files all the same.
        self._nothing = QImage(1, 1, QImage.Format.Format_ARGB32)
        self._nothing.fill(Qt.GlobalColor.transparent)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self.fit())

    def show_markdown(self, markdown: str) -> None:
        """Shows a page that ships."""
        self._markdown = markdown
        self._width = self.viewport().width()
        self.document().setDefaultFont(look().font("body"))
        self.document().setBaseUrl(QUrl())
        self.document().clear()
        self.setMarkdown(markdown)
        self._space()
        self.fit()

    def _space(self) -> None:
        """Room between paragraphs, and a heading in the size of the window's own."""
        block = self.document().begin()
        while block.isValid():
            cursor, form = QTextCursor(block), block.blockFormat()
            form.setBottomMargin(look().px(4 if block.textList() else 10))
            cursor.setBlockFormat(form)
            if form.headingLevel():
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                letters = QTextCharFormat()
                letters.setFont(look().font("pane"))
                cursor.mergeCharFormat(letters)
            block = block.next()

    def loadResource(self, kind: int, name: QUrl) -> Any:
        """The pictures that ship, as wide as the text or smaller; of anything else, a dot that nobody sees."""
        if PICTURE.fullmatch(name.toString()):
            try:
                data = QByteArray(shipped.data(f"resources/help/{name.toString()}"))
            except ShippedFileMissing:
                return self._nothing
            picture = QImage()
            # Qt's guess by the first bytes takes some PNGs for TGAs of a size that no computer holds.
            picture.loadFromData(data, "PNG")
            room = max(100, min(self.viewport().width() - look().px(16), look().px(WIDEST)))
            if not picture.isNull():
                return picture.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)
        return self._nothing

    def fit(self) -> None:
        """As high as the words are at this width."""
        self.setFixedHeight(ceil(self.document().size().height()) + look().px(40))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Pictures are as wide as the text was when they were laid out.
        if "](pictures/" in self._markdown and abs(self.viewport().width() - self._width) > look().px(24):
            self.show_markdown(self._markdown)
