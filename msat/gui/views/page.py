"""A page under one heading that scrolls when it is too long. Knows nothing of what stands on it."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QWidget

from msat.gui.pieces import Sheet, Text, column, row
from msat.gui.theme import look


class Page(QFrame):
    """A page under one heading that scrolls when it is too long."""

    widest = 920
    """Pixels at 100 % beyond which lines would be too long to read."""

    def __init__(self, title: str, intro: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "page")
        outer = column(self, gap=0)
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setAccessibleName(title)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = Sheet()
        side = row(inside, gap=0)
        self.sheet = QWidget()
        self.sheet.setProperty("kind", "clear")
        side.addWidget(self.sheet, 100)
        side.addStretch(1)
        self.lines = column(self.sheet, margins="wide", gap="large")
        self.title = Text(title, "title")
        self.lines.addWidget(self.title)
        self.intro = Text("", "body", "text_2")
        self.intro.say(intro)
        self.lines.addWidget(self.intro)
        self.scroll.setWidget(inside)
        outer.addWidget(self.scroll)
        self._fit_look()
        look().changed.connect(self._fit_look)

    def chain(self) -> None:
        """Has Tab go through the page as it reads. What is added later stands last for Qt, wherever it is shown."""
        chain(self.lines)

    def _fit_look(self) -> None:
        self.sheet.setMaximumWidth(look().px(self.widest))


def chain(layout: QLayout) -> None:
    """Has Tab go through a layout as it reads."""
    for one, following in pairwise(_stops(layout)):
        QWidget.setTabOrder(one, following)


def _stops(layout: QLayout) -> list[QWidget]:
    """Everything in a layout that Tab stops at, in the order of the layout."""
    found: list[QWidget] = []
    for at in range(layout.count()):
        item = layout.itemAt(at)
        widget = item.widget()
        if widget is not None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(widget)
        elif widget is not None and widget.layout() is not None:
            found += _stops(widget.layout())
        elif item.layout() is not None:
            found += _stops(item.layout())
    return found
