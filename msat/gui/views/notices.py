"""Notices instead of message boxes: a bar at the foot of the window, and banners above a list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QHideEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from msat.errors import MsatError
from msat.gui import icons
from msat.gui.pieces import KeyButton, Text, column, restyle, row, show, tip
from msat.gui.theme import look
from msat.gui.tongue import said, tr
from msat.gui.views.foot_strip import FootStrip

SHORT_MS = 9_000
"""A notice of something done goes by itself; one of something wrong stays until it is closed."""
NARROW = 380
"""Pixels at 100 % below which a notice has its button under its words."""
_ICONS = {"info": "info", "green": "check", "amber": "warning", "red": "warning"}


class Picture(QWidget):
    """One of the program's drawings in the colour of a token."""

    def __init__(self, name: str, token: str, size: float = 20) -> None:
        super().__init__()
        self.name, self.token, self._size = name, token, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(look().px(self._size), look().px(self._size))

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        icons.paint(painter, self.name, look().colour(self.token), QRectF(self.rect()))
        painter.end()


class Notice(QFrame):
    """What happened and what to do, with at most one button."""

    def __init__(self, tone: str, head: str, text: str = "", label: str = "", on: Callable[[], None] | None = None):
        super().__init__()
        self._brief = False
        layout = row(self, margins="medium", gap="medium")
        self.picture = Picture(_ICONS[tone], f"{tone}_text")
        layout.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        lines = column(gap=2)
        self.head = Text("", "body", strong=True)
        self.text = Text("", "body")
        lines.addWidget(self.head)
        lines.addWidget(self.text)
        layout.addLayout(lines, 1)
        self.button = KeyButton(label, on)
        show(self.button, bool(label))
        self._beside, self._below = layout, lines
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.say(tone, head, text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow place the button stands below the words, which else would be a thin column."""
        super().resizeEvent(event)
        narrow = self.width() < look().px(NARROW)
        now, then = (self._below, self._beside) if narrow else (self._beside, self._below)
        if now.indexOf(self.button) < 0:
            then.removeWidget(self.button)
            if narrow:
                now.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
            else:
                now.insertWidget(2, self.button, 0, Qt.AlignmentFlag.AlignVCenter)

    def say(self, tone: str, head: str, text: str = "") -> None:
        self.setProperty("callout", tone)
        restyle(self)
        self.picture.name, self.picture.token = _ICONS[tone], f"{tone}_text"
        self.picture.update()
        self.head.say(said(head))
        self.text.setText(said(text))
        self.in_brief(self._brief)

    def in_brief(self, brief: bool) -> None:
        """In a low place only what happened is shown; the rest is in its tip, and a screen reader has it all."""
        self._brief = brief
        self.text.setVisible(bool(self.text.text()) and not brief)
        self.head.setToolTip(tip(self.text.text()) if brief else "")
        self.head.setAccessibleName(f"{self.head.text()} {self.text.text()}".strip())


class NoticeBar(QFrame):
    """One notice at a time, over the lower right of the window so that nothing moves; a screen reader hears it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "toast")
        self._layout = row(self, margins=1, gap=0)
        self.notice = Notice("info", "")
        self.close_button = KeyButton(tr("Close"), self.hide, kind="quiet")
        self.close_button.setAccessibleName(tr("Close the notice"))
        self.notice.layout().addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._layout.addWidget(self.notice)
        self._going = QTimer(self, singleShot=True, interval=SHORT_MS)
        self._going.timeout.connect(self.hide)
        self._on: Callable[[], None] | None = None
        self.notice.button.clicked.connect(lambda _checked: self._clicked())
        self.hide()

    def tell(self, words: str, tone: str = "green", label: str = "", on: Callable[[], None] | None = None) -> None:
        """Something was done."""
        self._show(tone, words, "", label, on)
        self._going.start()

    @property
    def is_passing(self) -> bool:
        """Whether a notice is shown that goes by itself."""
        return self.isVisible() and self._going.isActive()

    def give_way(self) -> None:
        """Leaves its place to what lies over the window too; what it told is told by `aside` for its seconds."""
        if not self.is_passing:
            return
        self._going.stop()
        self.hide()
        if self.aside is not None:
            self.aside(self.notice.head.text())

    def warn(self, error: MsatError) -> None:
        """Something was not done: what, and what to do."""
        self._show("red", error.title + ".", f"{error.explanation} {error.next_step}".strip())
        self._going.stop()

    def _show(self, tone: str, head: str, text: str, label: str = "", on: Callable[[], None] | None = None) -> None:
        self.notice.say(tone, head, text)
        self._on = on
        self.notice.button.setVisible(bool(label))
        if label:
            self.notice.button.say(label)
        self.show()
        self.raise_()
        self.notice.layout().activate()
        self.notice.updateGeometry()  # else the height of the notice before would be given to this one
        self.place()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{said(head)} {said(text)}".strip()))

    def place(self) -> None:
        """Lower right, above what `above` names as the foot."""
        self._place()
        if self.follow is not None:
            self.follow()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None or self.isHidden():
            return
        edge = look().px("medium")
        width = min(look().px(540), parent.width() - 2 * edge)
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        height = min(height, parent.height() - 2 * edge)
        foot = self.measure() if self.measure is not None else self.foot
        over = QRect(parent.width() - width - edge, max(0, parent.height() - foot - height - edge), width, height)
        if self.strip is None:
            self.setGeometry(over)
        else:
            self.strip.place(self, over)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.strip is not None and self.isHidden():
            self.strip.release(self)

    strip: FootStrip | None = None
    """Where it stands when it would cover something that is used."""
    foot = 0
    """Pixels at the foot of the parent that stay free."""
    measure: Callable[[], int] | None = None
    """Measures them where they are not always the same."""
    aside: Callable[[str], None] | None = None
    """Says elsewhere what a notice told that gave way."""
    follow: Callable[[], None] | None = None
    """Is told whenever the bar was placed, also while it is hidden."""

    def _clicked(self) -> None:
        if self._on is not None:
            self._on()
        self.hide()
