"""The small parts every screen is made of: texts, buttons that show their key, cards, tags. Knows no alert."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import TypeGuard

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from msat.gui import icons
from msat.gui.letters import By, letters
from msat.gui.theme import look
from msat.gui.tongue import said, tr


def tip(words: str) -> str:
    """A tooltip that shows its words as they are: Qt reads what looks like markup as markup."""
    return f"<p style='white-space: pre-wrap'>{escape(words)}</p>" if words else ""


def breakable(path: str) -> str:
    """A path that may be wrapped after each separator, hyphen and underscore: a long one must not widen the page."""
    return re.sub(r"([/\\_-])", "\\1\u200b", path)


def show(widget: QWidget, on: bool) -> None:
    """Shows or hides a part, also one that stands nowhere yet: shown by itself it would be a window for a moment,
    and would take the keyboard from the one that a person works in. It shows with what it is put on."""
    if on and widget.parent() is None:
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
    else:
        widget.setVisible(on)


def is_there(widget: QWidget | None) -> TypeGuard[QWidget]:
    """Whether what had the focus before can have it back: it may have been taken away, or hidden, meanwhile."""
    return widget is not None and isValid(widget) and widget.isVisible()


class Text(QLabel):
    """Words on the screen. Always plain text: a notice's title must never be read as markup."""

    def __init__(self, words: str = "", kind: str = "body", tone: str = "text", strong: bool = False) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("tone", tone)
        look().dress(self, kind, strong)
        self.setText(said(words) if tone == "red_text" else words)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def say(self, words: str) -> None:
        """New words; an empty text takes no room. In the colour of an error stands what lower layers say of one."""
        self.setText(said(words) if self.property("tone") == "red_text" else words)
        show(self, bool(words))

    def set_tone(self, tone: str) -> None:
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            restyle(self)


def copyable(text: Text) -> Text:
    """Lets a person select the words with the mouse, without a stop for the Tab key."""
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return text


class Blank(QFrame):
    """What stands in place of an alert while none is shown: a hint, or that one is being opened."""

    def __init__(self, hint: str, waiting: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "page")
        self.setAccessibleName(tr("Alert"))
        self.hint, self.waiting = Text(hint, "body", "text_2"), Text(waiting, "body", "text_2")
        self.waiting.hide()
        layout = column(self, margins="wide")
        layout.addStretch(1)
        for words in (self.hint, self.waiting):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(words)
        layout.addStretch(2)


class KeyButton(QPushButton):
    """A button with its shortcut printed on it; the letter of a command (`by`) is the one it has now."""

    def __init__(
        self,
        words: str,
        on: Callable[[], object] | None = None,
        key: str | By = "",
        kind: str = "plain",
        icon: str = "",
    ) -> None:
        super().__init__(words)
        self._key, self._explained, self._told = key, words, ""
        self._icon = icon
        self.setProperty("kind", kind)
        self.setAccessibleName(words)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        look().dress(self, "body", strong=kind == "primary")
        if key:
            self._say_key()
        if isinstance(key, By):
            letters().changed.connect(self._say_key)
        if on is not None:
            self.clicked.connect(lambda _checked=False: on())

    @property
    def key(self) -> str:
        """The key printed on it; empty for none."""
        return str(self._key)

    def explain(self, words: str) -> None:
        """What its tip says, before the key."""
        self._explained = words
        self.setToolTip(self._told)
        self._say_key()

    def _say_key(self) -> None:
        key = self.key
        if self.toolTip() == self._told:  # a button may have been given a tip of its own
            self._told = f"{self._explained} ({key})" if key else self._explained
            self.setToolTip(self._told)
        self.setAccessibleDescription(tr("Key {key}").format(key=key) if key else "")
        self.updateGeometry()
        self.update()

    def say(self, words: str) -> None:
        self.setText(words)
        self.setAccessibleName(words)
        self.updateGeometry()

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.updateGeometry()
        self.update()

    def _parts(self) -> tuple[int, int]:
        """Widths of the icon and of the key's badge, gaps included."""
        theme = look()
        icon = theme.px(16) + theme.px(7) if self._icon else 0
        badge = 0
        if self.key:
            metrics = QFontMetrics(theme.font("meta"))
            badge = max(metrics.horizontalAdvance(self.key) + theme.px(10), theme.px(20)) + theme.px(8)
        return icon, badge

    def sizeHint(self) -> QSize:
        theme = look()
        size = super().sizeHint()
        edges = theme.px(14 if self.property("kind") == "quiet" else 26)
        width = self.fontMetrics().horizontalAdvance(self.text()) + edges + sum(self._parts())
        return QSize(width, max(size.height(), theme.px(32)))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        theme = look()
        icon, badge = self._parts()
        words = self.fontMetrics().horizontalAdvance(self.text())
        left = (self.width() - words - icon - badge) // 2
        colour = theme.colour(self._ink())
        if self._icon:
            side = theme.px(16)
            icons.paint(painter, self._icon, colour, QRect(left, (self.height() - side) // 2, side, side).toRectF())
        painter.setFont(self.font())
        painter.setPen(colour)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRect(left + icon, 0, words + 4, self.height()), flags, self.text())
        if self.key:
            self._paint_key(painter, left + icon + words + theme.px(8), badge - theme.px(8))

    def _paint_key(self, painter: QPainter, left: int, width: int) -> None:
        theme = look()
        height = theme.px(18)
        box = QRect(left, (self.height() - height) // 2, width, height)
        colour = theme.colour(self._ink())
        painter.setFont(theme.font("meta"))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.55)
        painter.setPen(colour)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), theme.px(4), theme.px(4))
        painter.restore()
        painter.setPen(colour)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.key)

    def _ink(self) -> str:
        if not self.isEnabled():
            return "disabled"
        if self.property("kind") == "chip":
            return "text"
        if self.property("kind") == "primary" or (self.isCheckable() and self.isChecked()):
            return "on_accent"
        return "link" if self.property("kind") == "quiet" else "text"


def restyle(widget: QWidget) -> None:
    """Has the stylesheet read a changed property. Qt puts the font of the first reading back, whatever the zoom is."""
    font = widget.font()
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    if widget.font() != font:
        widget.setFont(font)
    widget.update()


def card(kind: str = "card") -> QFrame:
    """A framed area; its look comes from the stylesheet by `kind`."""
    frame = QFrame()
    frame.setProperty("kind", kind)
    return frame


def tag(words: str, tone: str = "plain") -> QLabel:
    """A short word in a box; `tone` is plain, info, red, amber or green."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("tag", tone)
    look().dress(label, "meta", strong=True)
    label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return label


def column(parent: QWidget | None = None, margins: str | int = 0, gap: str | int = "small") -> QVBoxLayout:
    """A vertical layout with token spacing."""
    return _spaced(QVBoxLayout(parent) if parent else QVBoxLayout(), margins, gap)  # type: ignore[return-value]


def row(parent: QWidget | None = None, margins: str | int = 0, gap: str | int = "small") -> QHBoxLayout:
    """A horizontal layout with token spacing."""
    return _spaced(QHBoxLayout(parent) if parent else QHBoxLayout(), margins, gap)  # type: ignore[return-value]


def _spaced(layout: QBoxLayout, margins: str | int, gap: str | int) -> QBoxLayout:
    edge = look().px(margins) if margins else 0
    layout.setContentsMargins(edge, edge, edge, edge)
    layout.setSpacing(look().px(gap) if gap else 0)
    return layout


def empty(layout: QLayout) -> None:
    """Takes everything out of a layout; widgets go when Qt next has time."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif item.layout() is not None:
            empty(item.layout())


class Sheet(QWidget):
    """What a scroll area scrolls: as high as its words are at this width, not as they would be at the narrowest."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "clear")

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


class Wrapping(QHBoxLayout):
    """Lays widgets out like words: left to right, then on the next line. Keeps reading order at any width.

    The items live in Qt's own list and are asked for each time: references that Python kept to them were left behind
    when Qt let go of an item, and ended the program.
    """

    def __init__(self, parent: QWidget | None = None, gap: int = 6) -> None:
        super().__init__(*([parent] if parent is not None else []))
        self._gap = look().px(gap)
        self.setContentsMargins(0, 0, 0, 0)

    def _shown(self) -> list[QLayoutItem]:
        """The items that take room, as they are now."""
        items = (self.itemAt(at) for at in range(self.count()))
        return [item for item in items if item is not None and not item.isEmpty()]

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        edges = self.contentsMargins()
        inside = self._lay(QRect(0, 0, width - edges.left() - edges.right(), 0), move=False)
        return inside + edges.top() + edges.bottom()

    def minimumHeightForWidth(self, width: int) -> int:
        return self.heightForWidth(width)

    def setGeometry(self, rect: QRect) -> None:
        QLayout.setGeometry(self, rect)
        self._lay(rect.marginsRemoved(self.contentsMargins()), move=True)

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in shown) + self._gap * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0)).grownBy(self.contentsMargins())

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return size.grownBy(self.contentsMargins())

    def _lay(self, rect: QRect, move: bool) -> int:
        x, y, line = rect.x(), rect.y(), 0
        for item in self._shown():
            width = min(item.sizeHint().width(), max(rect.width(), 1))
            # Words that wrap are as high as their width makes them, which a size hint does not know.
            height = item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
            if x > rect.x() and x + width > rect.right() + 1:
                x, y, line = rect.x(), y + line + self._gap, 0
            if move:
                item.setGeometry(QRect(x, y, width, height))
            x, line = x + width + self._gap, max(line, height)
        return y + line - rect.y()
