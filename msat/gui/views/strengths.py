"""Keeps a strength in one piece at the end of a line: `250 mg/5ml` is never split. On the screen only; what is copied,
and what the program reads back, is the source's own text."""

from __future__ import annotations

import re

from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu

from msat.gui.pieces import Text
from msat.gui.tongue import tr

NO_BREAK, JOINER = "\u00a0", "\u2060"
_UNIT = (
    r"(?:micrograms?|nanograms?|milligrams?|millilitres?|grams?|mcg|µg|μg|ng|mg|kg|g|ml|l|mmol|mol|"
    r"units?|iu|%|w/w|w/v|v/v|dose|puff|hours?|h)"
)
_STRENGTH = re.compile(rf"(?<!\w)\d[\d.,]*\s?{_UNIT}(?:\s?/\s?(?:[\d.,]+\s?)?{_UNIT})*(?!\w)", re.IGNORECASE)


def unbroken(text: str) -> str:
    """`text` as it is drawn: no line may end inside a strength."""
    return _STRENGTH.sub(lambda found: _joined(found[0]), text)


def strengths(text: str) -> list[tuple[int, int]]:
    """Where strengths stand in a text: begin and end of each."""
    return [found.span() for found in _STRENGTH.finditer(text)]


def _joined(strength: str) -> str:
    return strength.replace(" ", NO_BREAK).replace("/", f"{JOINER}/{JOINER}")


def as_written(drawn: str) -> str:
    """The other way: what was drawn, as its source has it."""
    return drawn.replace(JOINER, "").replace(NO_BREAK, " ")


class StrengthText(Text):
    """Words that may hold strengths. `text()` is the source's text, and so is what a person copies."""

    def setText(self, words: str) -> None:
        self._source = words
        super().setText(unbroken(words))
        self.setAccessibleName(words)

    def text(self) -> str:
        return self._source

    def copied(self) -> str:
        """What goes to the clipboard: the words selected, else all."""
        return as_written(self.selectedText()) if self.hasSelectedText() else self._source

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.copied())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.addAction(tr("Copy"), self._copy)
        menu.popup(event.globalPos())
